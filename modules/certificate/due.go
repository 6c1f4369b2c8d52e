package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Kinds of items in the list of what falls due. Of the first nobody is told there: the scan tells.
const (
	dueKind        = "certificate.due"
	incompleteKind = "certificate.incomplete"
)

// toComplete is how many days the date missing from a certificate may be sought.
const toComplete = 7

// Placed is an item of what falls due with the company it belongs to.
type Placed struct {
	Home rbac.Home
	Item due.Item
}

func (c Certificate) home() rbac.Home {
	return rbac.Home{CompanyID: c.CompanyID, RegionPath: c.RegionPath, Line: c.OversightLine}
}

// item is what falls due of c; without a day, nothing does.
func (c Certificate) item(unit id.Of[id.Unit]) due.Item {
	i := due.Item{Kind: dueKind, Ref: int64(c.ID), OwnerID: c.StaffID, UnitID: unit, Path: "/certificates/" + c.ID.String()}
	if c.over() || !c.HolderLeftOn.IsZero() {
		return i
	}
	if c.NextDueOn.IsZero() {
		return i
	}
	i.On, i.Title = c.NextDueOn, c.HolderName+" "+Kinds.title(text.Chinese, c.Kind, c.Operation)+text.Say(text.Chinese, "certificate.due-"+string(c.NextDueType), nil)
	return i
}

// put brings the list of what falls due up to date with certificates.
func (s *Service) put(ctx context.Context, tx db.Tx, rows []Certificate) error {
	if s.Place == nil || len(rows) == 0 {
		return nil
	}
	keys := make([]HolderKey, len(rows))
	for i, c := range rows {
		keys[i] = HolderKey{c.CompanyID, c.StaffID}
	}
	holders, err := s.Holders(ctx, tx, keys)
	if err != nil {
		return err
	}
	var open, over []Placed
	for i, c := range rows {
		if item := c.item(holders[keys[i]].UnitID); item.On.IsZero() {
			over = append(over, Placed{c.home(), item})
		} else {
			open = append(open, Placed{c.home(), item})
		}
		if !c.ValidFrom.IsZero() || c.over() {
			over = append(over, Placed{c.home(), due.Item{Kind: incompleteKind, Ref: int64(c.ID)}})
		}
	}
	return s.Place(ctx, tx, open, over)
}

// ask makes whoever entered certificates without a date look for it.
func (s *Service) ask(ctx context.Context, tx db.Tx, rows []Certificate, by id.Of[id.Staff], today day.Date) error {
	if s.Place == nil {
		return nil
	}
	var open []Placed
	for _, c := range rows {
		if c.ValidFrom.IsZero() && !c.over() {
			open = append(open, Placed{c.home(), due.Item{
				Kind: incompleteKind, Ref: int64(c.ID), On: today.AddDays(toComplete), OwnerID: by, Before: []int{3, 0}, Path: "/certificates/" + c.ID.String(),
				Title: c.HolderName + " " + Kinds.title(text.Chinese, c.Kind, c.Operation) + text.Say(text.Chinese, "certificate.due-incomplete", nil),
			}})
		}
	}
	if len(open) == 0 {
		return nil
	}
	return s.Place(ctx, tx, open, nil)
}

// begun are the certificates of which people are told for the first time.
func begun(calls []call) (out []Certificate) {
	for _, c := range calls {
		if c.first {
			x := *c.c
			x.NextDueOn, x.NextDueType = c.standing.NextDue, c.standing.NextDueType
			out = append(out, x)
		}
	}
	return out
}
