// Package contractor keeps the firms that work on a company's premises (相关方、外包单位): their
// papers and how long these hold, the safety agreement, briefings, and when their people come in.
package contractor

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Permissions of this module.
const (
	ActionRead  rbac.Action = "contractor.file.read"
	ActionWrite rbac.Action = "contractor.file.write"
	ActionVisit rbac.Action = "contractor.visit.record"
)

// Faults of this module.
var (
	// ErrOrder: a period ends before it begins.
	ErrOrder = fault.New(fault.Invalid, "contractor.order")
	// ErrFuture: the day has not come.
	ErrFuture = fault.New(fault.Invalid, "contractor.future")
	// ErrReason: a firm is blacklisted for a reason.
	ErrReason = fault.New(fault.Invalid, "contractor.reason")
	// ErrUnqualified: papers are missing or have lapsed; who lets them in says why.
	ErrUnqualified = fault.New(fault.Conflict, "contractor.unqualified")
	// ErrBarred: the firm is blacklisted.
	ErrBarred = fault.New(fault.Conflict, "contractor.barred")
	// ErrFindings: a check that found something says what.
	ErrFindings = fault.New(fault.Invalid, "contractor.findings")
)

// Occasion is something that makes checks necessary.
type Occasion struct {
	Kind string // contractor.entered
	Note string
}

// Service is what the rest of the program may ask about contractors.
type Service struct {
	Gate *rbac.Gate
	// Occurred makes the checks that an occasion calls for; nil: none are made.
	Occurred func(ctx context.Context, tx db.Tx, scope rbac.Scope, o Occasion) error

	kind *register.Kind[Contractor]
}

// Contractor is a firm that works on the premises.
type Contractor struct {
	register.Base
	Name           string          `json:"name" minLength:"1" maxLength:"80" zh:"单位名称" en:"Name" also:"相关方名称,承包单位,外包单位,施工单位" key:"1" list:"1"`
	Kind           string          `json:"kind" enum:"construction,service,tenant,supplier,labour,other" choice:"construction=施工检修/Construction and repair;service=外包服务/Outsourced service;tenant=承租单位/Tenant;supplier=供应运输/Supplier and haulier;labour=劳务派遣/Labour;other=其他/Other" zh:"类型" en:"Kind" also:"相关方类型,类别" filter:"1" list:"1"`
	Uscc           string          `json:"uscc" required:"false" maxLength:"18" zh:"统一社会信用代码" en:"Unified code" also:"信用代码"`
	Scope          string          `json:"scope" required:"false" maxLength:"200" zh:"作业内容" en:"What they do" also:"承包内容,服务内容" list:"1"`
	ContactName    string          `json:"contactName" required:"false" maxLength:"40" zh:"现场负责人" en:"In charge on site" also:"联系人,负责人"`
	Licence        string          `json:"licence" required:"false" maxLength:"120" zh:"资质证书" en:"Qualification" also:"资质,资质名称"`
	LicenceUntil   day.Date        `json:"licenceUntil" required:"false" zh:"资质有效期至" en:"Qualified until" also:"资质有效期"`
	Permit         string          `json:"permit" required:"false" maxLength:"120" zh:"安全生产许可证" en:"Safety permit" note:"施工单位须填/For construction firms"`
	PermitUntil    day.Date        `json:"permitUntil" required:"false" zh:"许可证有效期至" en:"Permit until" also:"许可证有效期"`
	AgreementFrom  day.Date        `json:"agreementFrom" required:"false" zh:"安全协议起" en:"Agreement from" also:"协议签订日期,安全协议签订日期"`
	AgreementUntil day.Date        `json:"agreementUntil" required:"false" zh:"安全协议止" en:"Agreement until" also:"协议到期日,协议有效期至"`
	BriefedOn      day.Date        `json:"briefedOn" required:"false" zh:"安全交底日期" en:"Briefed on" also:"交底日期"`
	BriefedByID    id.Of[id.Staff] `json:"briefedById" required:"false" zh:"交底人" en:"Briefed by" name:"BriefedByName"`
	BriefedByName  string          `json:"briefedByName" readOnly:"true"`
	OwnerID        id.Of[id.Staff] `json:"ownerId" required:"false" zh:"本单位管理人" en:"Our manager" also:"管理人,责任人" name:"OwnerName" mine:"1"`
	OwnerName      string          `json:"ownerName" readOnly:"true"`
	OnSite         int             `json:"onSite" readOnly:"true" zh:"在场人数" en:"On site" list:"1"`
	CheckedOn      day.Date        `json:"checkedOn" readOnly:"true" zh:"最近检查" en:"Last check"`
	Barred         bool            `json:"barred" required:"false" zh:"列入黑名单" en:"Blacklisted" also:"黑名单" filter:"1"`
	BarredReason   string          `json:"barredReason" required:"false" maxLength:"200" zh:"列入原因" en:"Why blacklisted"`
	QualifiedUntil day.Date        `json:"qualifiedUntil" readOnly:"true" zh:"合格期至" en:"All papers hold until" list:"1"`
	Note           string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

// Registers are the lists of this module.
func (s *Service) Registers() []register.Register { return []register.Register{s.Contractors()} }

// Contractors is the register, always the same one.
func (s *Service) Contractors() *register.Kind[Contractor] {
	if s.kind == nil {
		s.kind = &register.Kind[Contractor]{
			Gate: s.Gate, Name: "contractor", Route: "/contractors", TitleZh: "相关方台账", TitleEn: "Contractors", Read: ActionRead, Write: ActionWrite,
			Faults: []*fault.Error{ErrOrder, ErrFuture, ErrReason},
			Check: func(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Contractor) error {
				if err := is.check(day.In(tx.Now, day.Shanghai)); err != nil {
					return err
				}
				is.QualifiedUntil = is.holds()
				return nil
			},
			Due: func(c *Contractor) []due.Item { return c.dues() },
		}
	}
	return s.kind
}

func (c *Contractor) check(today day.Date) error {
	switch {
	case !c.AgreementUntil.IsZero() && c.AgreementUntil.Before(c.AgreementFrom):
		return ErrOrder.At("body.agreementUntil")
	case c.BriefedOn.After(today):
		return ErrFuture.At("body.briefedOn")
	case c.Barred && c.BarredReason == "":
		return ErrReason.At("body.barredReason")
	}
	return nil
}

// endless stands for a paper without a last day.
var endless = day.Of(2999, 12, 31)

// holds is the last day on which a firm may work here (安全生产法 art. 49: qualified, with a safety
// agreement; briefed before work); zero where a paper is missing or the firm is blacklisted.
func (c *Contractor) holds() day.Date {
	if c.Barred || c.AgreementUntil.IsZero() || c.BriefedOn.IsZero() || c.Licence == "" || (c.Kind == "construction" && c.Permit == "") {
		return day.Date{}
	}
	last := c.AgreementUntil
	for _, d := range []day.Date{c.LicenceUntil, c.PermitUntil} {
		if d.IsZero() {
			d = endless
		}
		last = day.Earlier(last, d)
	}
	return last
}

func (c *Contractor) dues() []due.Item {
	qualification := c.LicenceUntil
	if !c.PermitUntil.IsZero() && (qualification.IsZero() || c.PermitUntil.Before(qualification)) {
		qualification = c.PermitUntil
	}
	return []due.Item{
		{Kind: "contractor.qualification", Title: c.Name + " 资质", On: qualification, OwnerID: c.OwnerID},
		{Kind: "contractor.agreement", Title: c.Name + " 安全管理协议", On: c.AgreementUntil, OwnerID: c.OwnerID},
	}
}
