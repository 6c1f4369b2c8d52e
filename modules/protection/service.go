package protection

import (
	"bytes"
	"context"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Permissions of this module.
const (
	ActionStandard rbac.Action = "protection.standard.list"
	ActionSet      rbac.Action = "protection.standard.keep"
	ActionIssues   rbac.Action = "protection.issue.list"
	ActionIssue    rbac.Action = "protection.issue.keep"
)

// Service is what the rest of the program may ask about protective equipment.
type Service struct {
	Gate *rbac.Gate
	// Due keeps what falls due; nil: nobody does.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error

	standards *register.Kind[Standard]
	issues    *register.Kind[Issue]
}

// Standards is the register of what posts are given.
func (s *Service) Standards() *register.Kind[Standard] {
	if s.standards == nil {
		s.standards = &register.Kind[Standard]{
			Gate: s.Gate, Name: "protection-standard", Route: "/protection/standards", TitleZh: "劳动防护用品发放标准", TitleEn: "Protective equipment by post",
			Read: ActionStandard, Write: ActionSet,
		}
	}
	return s.standards
}

// Issues is the register of what people were given.
func (s *Service) Issues() *register.Kind[Issue] {
	if s.issues == nil {
		s.issues = &register.Kind[Issue]{
			Gate: s.Gate, Name: "protection-issue", Route: "/protection/issues", TitleZh: "劳动防护用品发放卡", TitleEn: "Protective equipment issued",
			Read: ActionIssues, Write: ActionIssue, Faults: []*fault.Error{ErrNobody, ErrFuture, ErrDates},
			Check: func(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Issue) error {
				return hold(is, day.In(tx.Now, day.Shanghai))
			},
			Saved: s.saved,
		}
	}
	return s.issues
}

// Registers are those of this module.
func (s *Service) Registers() []register.Register {
	return []register.Register{s.Standards(), s.Issues()}
}

// saved lets the last piece of each article that somebody was given say when the next is due,
// and no other.
func (s *Service) saved(ctx context.Context, tx db.Tx, _ rbac.Scope, rows []register.Change[Issue]) error {
	if len(rows) == 0 {
		return nil
	}
	home, people := rows[0].Is.Home(), db.Ints{}
	for _, r := range rows {
		people = append(people, int64(r.Is.StaffID))
		if r.Was != nil {
			people = append(people, int64(r.Was.StaffID))
		}
	}
	if err := followOn(ctx, tx, home.CompanyID, people); err != nil || s.Due == nil {
		return err
	}
	pieces, err := piecesOf(ctx, tx, home.CompanyID, people)
	if err != nil {
		return err
	}
	items := make([]due.Item, len(pieces))
	for i, p := range pieces {
		items[i] = due.Item{
			Kind: "protection.issue", Ref: int64(p.ID), Title: p.StaffName + " " + p.Article, UnitID: p.UnitID, Before: []int{7, 0}, Path: "/protection/issues?id=" + p.ID.String(),
		}
		if p.ReplacedOn.IsZero() && p.EndedOn.IsZero() {
			items[i].On = p.NextOn
		}
	}
	return s.Due(ctx, tx, home, items)
}

// Card prints one person's issue card, with room to sign each line. Errors: rbac.ErrNotFound
// where the actor sees nothing that the person was given.
func (s *Service) Card(ctx context.Context, who id.Of[id.Staff]) (content []byte, name string, err error) {
	l := text.Of(ctx)
	say := func(code string) string { return text.Say(l, "protection."+code, nil) }
	err = s.Gate.Read(ctx, ActionIssues, func(tx db.Tx, scope rbac.Scope) error {
		rows, err := issuedTo(ctx, tx, scope, who)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return rbac.ErrNotFound
		}
		last := rows[len(rows)-1]
		name = last.StaffName
		d := doc.New(doc.Options{Title: say("card"), Footer: say("card"), Made: tx.Now})
		d.Title(say("card"))
		d.Fields([][2]string{{say("card-name"), last.StaffName}, {say("card-unit"), last.UnitName}, {say("card-post"), last.Post}, {say("card-printed"), day.In(tx.Now, day.Shanghai).String()}})
		d.Gap(3)
		lines := make([][]string, len(rows), len(rows)+6)
		for i, r := range rows {
			next := ""
			if !r.NextOn.IsZero() {
				next = r.NextOn.String()
			}
			signed := ""
			if !r.SignedOn.IsZero() {
				signed = r.SignedOn.String()
			}
			lines[i] = []string{strconv.Itoa(i + 1), r.Article, r.Specification, strconv.Itoa(r.Quantity) + r.Measure, r.IssuedOn.String(), next, r.IssuerName, signed}
		}
		for range 6 {
			lines = append(lines, make([]string, 8))
		}
		d.Table([]doc.Column{
			{Title: say("card-line"), Width: 10, Align: "C"},
			{Title: say("card-article")},
			{Title: say("card-specification")},
			{Title: say("card-quantity"), Width: 16},
			{Title: say("card-issued"), Width: 22},
			{Title: say("card-next"), Width: 22},
			{Title: say("card-issuer"), Width: 18},
			{Title: say("card-sign"), Width: 26},
		}, lines)
		d.Small(say("card-law"))
		var b bytes.Buffer
		err = d.Write(&b)
		content = b.Bytes()
		return err
	})
	return content, name, err
}
