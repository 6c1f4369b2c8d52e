package main

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/due"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// glueDue gives the reminders of what falls due the people they go to.
func (h *house) glueDue() {
	h.due.Owners, h.due.Leaders, h.due.Watchers, h.due.Principals, h.due.Remind = dueOwners, dueLeaders, watchers, principals, remindDue
}

// dueLeaders are the logins of those who lead units and what is above them.
func dueLeaders(ctx context.Context, tx db.Tx, keys []due.LeaderKey) (map[due.LeaderKey][]id.Of[id.Person], error) {
	asked := make([]staff.Under, len(keys))
	for i, k := range keys {
		asked[i] = staff.Under(k)
	}
	found, err := staff.Leaders(ctx, tx, asked)
	out := map[due.LeaderKey][]id.Of[id.Person]{}
	for k, list := range found {
		out[due.LeaderKey(k)] = list
	}
	return out, err
}

func principals(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]id.Of[id.Person], error) {
	return account.Holding(ctx, tx, companies, "principal")
}

// dueOwners are the logins of those who still work there.
func dueOwners(ctx context.Context, tx db.Tx, keys []due.OwnerKey) (map[due.OwnerKey]id.Of[id.Person], error) {
	asked := make([]staff.Key, len(keys))
	for i, k := range keys {
		asked[i] = staff.Key(k)
	}
	found, err := staff.Contacts(ctx, tx, asked)
	out, today := map[due.OwnerKey]id.Of[id.Person]{}, day.In(tx.Now, day.Shanghai)
	for k, c := range found {
		if c.PersonID != 0 && (c.LeftOn.IsZero() || !c.LeftOn.Before(today)) {
			out[due.OwnerKey(k)] = c.PersonID
		}
	}
	return out, err
}

func remindDue(ctx context.Context, tx db.Tx, list []due.Message) error {
	notes := make([]notice.Note, len(list))
	for i, m := range list {
		notes[i] = notice.Note{Person: m.PersonID, Company: m.CompanyID, Noun: due.Noun, Code: m.Code, Params: m.Params, Key: m.Key}
	}
	_, err := notice.Remind(ctx, tx, notes...)
	return err
}
