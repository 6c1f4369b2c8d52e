// Package protection keeps personal protective equipment (劳动防护用品): what each post is to be
// given (发放标准), and the cards of what people were given (发放卡) with the day the next piece is
// due. Work Safety Law art. 45: the employer supplies equipment that meets the national or trade
// standard and sees that it is worn; GB 39800.1-2020 says how it is chosen. Money or other goods
// are no substitute (用人单位劳动防护用品管理规范).
package protection

import (
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/web/register"
)

// Faults.
var (
	ErrFuture = fault.New(fault.Invalid, "protection.future")
	ErrDates  = fault.New(fault.Invalid, "protection.dates")
	ErrNobody = fault.New(fault.Invalid, "protection.nobody")
)

// Standard is one article that a post is given.
type Standard struct {
	register.Base
	Post          string `json:"post" minLength:"1" maxLength:"40" zh:"岗位/工种" en:"Post" also:"岗位,工种" key:"1" list:"1"`
	Article       string `json:"article" minLength:"1" maxLength:"40" zh:"用品名称" en:"Article" also:"防护用品,劳保用品,品名,名称" key:"1" list:"1"`
	Part          string `json:"part" enum:"head,eye,ear,breath,clothing,hand,foot,fall,other" choice:"head=头部防护/Head;eye=眼面防护/Eyes and face;ear=听力防护/Hearing;breath=呼吸防护/Breathing;clothing=防护服装/Clothing;hand=手部防护/Hands;foot=足部防护/Feet;fall=坠落防护/Falls;other=其他/Other" zh:"防护类别" en:"Protects" also:"类别,分类" filter:"1" list:"1"`
	Specification string `json:"specification" required:"false" maxLength:"80" zh:"规格型号/执行标准" en:"Specification" also:"规格型号,规格,型号,执行标准" list:"1"`
	Quantity      int    `json:"quantity" minimum:"1" maximum:"10000" zh:"发放数量" en:"Quantity" also:"数量,配备数量" list:"1"`
	Measure       string `json:"measure" required:"false" maxLength:"10" zh:"单位" en:"Counted in" also:"计量单位" list:"1"`
	LifeMonths    int    `json:"lifeMonths" required:"false" minimum:"0" maximum:"240" zh:"使用期限（月）" en:"Life (months)" also:"使用期限,发放周期,更换周期（月）,发放周期（月）" list:"1" note:"0 表示按损坏更换/0: replaced when worn out"`
	Danger        string `json:"danger" required:"false" maxLength:"100" zh:"防护的危害因素" en:"Against" also:"危害因素,作业危害"`
	Source        string `json:"source" required:"false" maxLength:"100" zh:"依据" en:"Source" also:"配备依据" note:"如 GB 39800.1-2020/such as GB 39800.1-2020"`
	Note          string `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

// Issue is one line of a person's card.
type Issue struct {
	register.Base
	StaffID       id.Of[id.Staff] `json:"staffId" zh:"领用人" en:"Given to" also:"姓名,领用人姓名,员工" name:"StaffName" mine:"1" key:"1" list:"1"`
	StaffName     string          `json:"staffName" readOnly:"true"`
	Post          string          `json:"post" required:"false" maxLength:"40" zh:"岗位/工种" en:"Post" also:"岗位,工种" list:"1"`
	Article       string          `json:"article" minLength:"1" maxLength:"40" zh:"用品名称" en:"Article" also:"防护用品,劳保用品,品名,名称" key:"1" list:"1"`
	Specification string          `json:"specification" required:"false" maxLength:"80" zh:"规格型号" en:"Specification" also:"规格,型号"`
	Quantity      int             `json:"quantity" minimum:"1" maximum:"10000" zh:"数量" en:"Quantity" also:"发放数量,领用数量" list:"1"`
	Measure       string          `json:"measure" required:"false" maxLength:"10" zh:"单位" en:"Counted in" also:"计量单位"`
	Occasion      string          `json:"occasion" enum:"first,expired,damaged,other" choice:"first=首次发放/First;expired=到期更换/Life over;damaged=损坏更换/Damaged;other=其他/Other" zh:"发放原因" en:"Occasion" also:"发放类型,原因" filter:"1"`
	IssuedOn      day.Date        `json:"issuedOn" zh:"发放日期" en:"Issued on" also:"领用日期,日期" key:"1" list:"1"`
	LifeMonths    int             `json:"lifeMonths" required:"false" minimum:"0" maximum:"240" zh:"使用期限（月）" en:"Life (months)" also:"使用期限" note:"0 表示按损坏更换/0: replaced when worn out"`
	NextOn        day.Date        `json:"nextOn" readOnly:"true" zh:"下次发放日期" en:"Next due" list:"1"`
	IssuerID      id.Of[id.Staff] `json:"issuerId" required:"false" zh:"发放人" en:"Issued by" name:"IssuerName"`
	IssuerName    string          `json:"issuerName" readOnly:"true"`
	SignedOn      day.Date        `json:"signedOn" required:"false" zh:"签收日期" en:"Signed on" also:"签领日期,签收" list:"1" note:"领用人签字的日期，签字页拍照作为附件/the receiver's signature goes with the files"`
	Note          string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

// hold holds a line of a card against the rules and fills what follows. Errors: ErrNobody,
// ErrFuture, ErrDates.
func hold(is *Issue, today day.Date) error {
	switch {
	case is.StaffID == 0:
		return ErrNobody.At("body.staffId")
	case is.IssuedOn.After(today):
		return ErrFuture.At("body.issuedOn")
	case is.SignedOn.After(today):
		return ErrFuture.At("body.signedOn")
	case !is.SignedOn.IsZero() && is.SignedOn.Before(is.IssuedOn):
		return ErrDates.At("body.signedOn")
	}
	is.NextOn = day.Date{}
	if is.LifeMonths > 0 {
		is.NextOn = is.IssuedOn.AddMonths(is.LifeMonths)
	}
	return nil
}
