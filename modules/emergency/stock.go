package emergency

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/rbac"
)

// checkTeam says when a team is trained next: yearly. Errors: ErrDay, ErrNumber.
func checkTeam(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Team) error {
	if is.TrainedOn.After(today(tx)) {
		return ErrDay.At("body.trainedOn")
	}
	if is.Members < 0 {
		return ErrNumber.At("body.members")
	}
	is.TrainDueOn = day.Date{}
	if !is.TrainedOn.IsZero() {
		is.TrainDueOn = is.TrainedOn.AddYears(1)
	}
	return nil
}

func teamDue(t *Team) []due.Item {
	return []due.Item{
		{Kind: "emergency.agreement", Title: t.Name, On: t.AgreementUntil, OwnerID: t.LeaderID, Before: []int{60, 30, 0}},
		{Kind: "emergency.training", Title: t.Name, On: t.TrainDueOn, OwnerID: t.LeaderID, Before: []int{30, 7, 0}},
	}
}

// checkSupply says whether there is too little of a supply, and when it is checked next. Errors:
// ErrDay, ErrNumber.
func checkSupply(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Supply) error {
	switch {
	case is.MadeOn.After(today(tx)):
		return ErrDay.At("body.madeOn")
	case is.CheckedOn.After(today(tx)):
		return ErrDay.At("body.checkedOn")
	case !is.ValidUntil.IsZero() && is.ValidUntil.Before(is.MadeOn):
		return ErrDay.At("body.validUntil")
	case is.Quantity < 0:
		return ErrNumber.At("body.quantity")
	case is.Least < 0:
		return ErrNumber.At("body.least")
	case is.CheckMonths < 0 || is.CheckMonths > 60:
		return ErrNumber.At("body.checkMonths")
	}
	is.Short, is.CheckDueOn = is.Quantity < is.Least, day.Date{}
	if is.CheckMonths > 0 && !is.CheckedOn.IsZero() {
		is.CheckDueOn = is.CheckedOn.AddMonths(is.CheckMonths)
	}
	return nil
}

func supplyDue(s *Supply) []due.Item {
	title := s.Name + "（" + s.Place + "）"
	return []due.Item{
		{Kind: "emergency.supply", Title: title, On: s.ValidUntil, OwnerID: s.KeeperID, Before: []int{30, 7, 0}},
		{Kind: "emergency.supply-check", Title: title, On: s.CheckDueOn, OwnerID: s.KeeperID, Before: []int{7, 0}},
	}
}
