package visit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// LoneFinding is something wrong that an order without a visit names.
type LoneFinding struct {
	Place       string `json:"place" minLength:"1" maxLength:"100"`
	Description string `json:"description" minLength:"2" maxLength:"1000"`
	Clause      string `json:"clause,omitempty" maxLength:"300" doc:"legal basis, a reference"`
	Level       string `json:"level" enum:"general,major"`
	Category    string `json:"category,omitempty" maxLength:"3" pattern:"^([AB][0-9]{2})?$"`
}

// LoneOrder is an order that came without an inspection kept here, with what it names.
type LoneOrder struct {
	CompanyID   rbac.CompanyID       `json:"companyId"`
	Kind        OrderKind            `json:"kind" enum:"order,notice"`
	Number      string               `json:"number,omitempty" maxLength:"60" doc:"of the paper; a notice without one is numbered here"`
	IssuedOn    day.Date             `json:"issuedOn"`
	Deadline    day.Date             `json:"deadline"`
	Requirement string               `json:"requirement" minLength:"1" maxLength:"2000"`
	FileID      id.Of[id.Attachment] `json:"fileId,omitempty" required:"false" doc:"scan of the paper"`
	Findings    []LoneFinding        `json:"findings" minItems:"1" maxItems:"50" nullable:"false" doc:"they become hazards of the company"`
}

// Register registers an order of no visit, or makes such a notice of hazards; its findings go into the company's ledger. Errors:
// rbac.ErrNotFound, ErrNoPower, ErrBlank, ErrOrderDays, ErrOrderNumber.
func (s *Service) Register(ctx context.Context, in LoneOrder) (made id.Of[id.Order], err error) {
	err = s.Gate.Write(ctx, ActionInform, func(tx db.Tx, scope rbac.Scope) error {
		f, err := s.paperOn(ctx, tx, scope, in.CompanyID)
		if err != nil {
			return err
		}
		h := hand{tx, scope, f}
		n := NewOrder{Kind: in.Kind, Number: in.Number, IssuedOn: in.IssuedOn, Deadline: in.Deadline, Requirement: in.Requirement, FileID: in.FileID}
		o, err := s.draft(ctx, h, n)
		if err != nil {
			return err
		}
		if err := insertOrder(ctx, tx, o); err != nil {
			return err
		}
		made = o.ID
		if err := s.name(ctx, h, *o, in.Findings); err != nil {
			return err
		}
		f.note("issue_"+string(o.Kind), o.Number, &o.ID)
		if err := insertSteps(ctx, tx, f.added); err != nil {
			return err
		}
		scope.Made(int64(made))
		scope.Changed("visit_order", int64(made), o.CompanyID, Order{}, *o)
		return errors.Join(s.bind(ctx, tx, scope, *o, in.FileID), s.followOrder(ctx, tx, f))
	})
	return made, err
}

// paperOn is what an order without a visit is written on: the company of the actor's area, in the name of his body.
func (s *Service) paperOn(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (*file, error) {
	home, err := scope.Within(ctx, tx, company)
	if err != nil {
		return nil, err
	}
	card, err := s.Card(ctx, tx, scope, company)
	if err != nil {
		return nil, err
	}
	body, _, err := s.Colleagues(ctx, tx, scope)
	v := blank(home, card.Name, scope.Actor(), body, tx.Now)
	v.Announced, v.RevealedAt = true, &v.MadeAt
	return &file{Visit: v, by: scope.Actor(), now: tx.Now}, err
}

// draft makes an order as far as the actor may, and numbers a notice. Errors: ErrNoPower and those of newOrder.
func (s *Service) draft(ctx context.Context, h hand, in NewOrder) (*Order, error) {
	if in.Kind == Ordered && !h.scope.Can(ActionRegister) {
		return nil, ErrNoPower
	}
	if in.Kind == Informed && strings.TrimSpace(in.Number) == "" {
		year := h.f.today().Year()
		seq, err := nextNumber(ctx, h.tx, h.f.OrganisationID, "notice", year)
		if err != nil {
			return nil, err
		}
		in.Number = fmt.Sprintf("隐患告〔%d〕%d号", year, seq)
	}
	return h.f.newOrder(in, calendar.China())
}

// name writes the findings of an order without a visit and enters each into the company's ledger. Errors: ErrBlank.
func (s *Service) name(ctx context.Context, h hand, o Order, named []LoneFinding) error {
	for i, n := range named {
		at := fmt.Sprintf("body.findings[%d]", i)
		one := &Finding{
			CompanyID: o.CompanyID, RegionPath: o.RegionPath, OversightLine: o.OversightLine, N: int32(i + 1), ClientID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "visit_order|%d|%d", int64(o.ID), i)),
			Place: strings.TrimSpace(n.Place), Description: strings.TrimSpace(n.Description), Clause: strings.TrimSpace(n.Clause), Level: n.Level, Category: n.Category, Photos: db.Ints{}, DueOn: o.Deadline,
			OrderID: &o.ID, FoundBy: h.f.by.Name, FoundAt: h.f.now,
		}
		if one.Place == "" {
			return ErrBlank.At(at + ".place")
		}
		if one.Description == "" {
			return ErrBlank.At(at + ".description")
		}
		if s.Find != nil {
			hazard, number, err := s.Find(ctx, h.tx, h.scope, o.CompanyID, Found{
				Ref: fmt.Sprintf("visit_order|%d|%d", int64(o.ID), i), Place: one.Place, Description: one.Description, Clause: one.Clause, Category: one.Category, Major: one.Level == "major", DueOn: o.Deadline,
			})
			if err != nil {
				return err
			}
			one.HazardID, one.HazardNumber = &hazard, number
		}
		if err := insertFinding(ctx, h.tx, one); err != nil {
			return err
		}
	}
	return nil
}

// bind makes files belong to an order: they are seen with its visit, where it has one.
func (s *Service) bind(ctx context.Context, tx db.Tx, scope rbac.Scope, o Order, files ...id.Of[id.Attachment]) error {
	kept := files[:0:0]
	for _, n := range files {
		if n != 0 {
			kept = append(kept, n)
		}
	}
	if s.Claim == nil || len(kept) == 0 {
		return nil
	}
	noun, object := "visit_order", int64(o.ID)
	if o.VisitID != nil {
		noun, object = "visit", int64(*o.VisitID)
	}
	return s.Claim(ctx, tx, scope, o.CompanyID, kept, noun, object)
}
