package main

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/emergency"
	"anbiao/modules/equipment"
	"anbiao/modules/fund"
	"anbiao/modules/hazard"
	"anbiao/modules/meeting"
	"anbiao/modules/protection"
	"anbiao/modules/training"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/web/register"
)

// find is how an expense finds what it paid for.
type find = func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) ([]fund.Tied, error)

// glueFundUse tells the fund what an expense may have paid for, and carries expenses in and out as Excel.
func (h *house) glueFundUse() {
	h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{Kind: "fund-expenses", Action: fund.ActionExpenses, Columns: fund.ExpenseColumns, Pages: h.fund.ExpensePage})
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "fund-expenses", Action: fund.ActionImport, Columns: fund.OldExpenseColumns, Sample: fund.OldExpenseSample, Identity: fund.OldExpenseIdentity,
		Check: h.fund.CheckOldExpenses, Save: h.fund.SaveOldExpenses,
	})
	h.fund.Ties = map[string]find{
		"hazard":   hazardTied,
		"training": h.trainingTied(),
		"drill": tiedTo(h.emergency.Drills, func(d *emergency.Drill) fund.Tied {
			return tied(&d.Base, d.PlannedOn, d.Name)
		}),
		"protection": tiedTo(h.protection.Issues(), func(i *protection.Issue) fund.Tied {
			return tied(&i.Base, i.IssuedOn, i.StaffName, i.Article)
		}),
		"equipment": h.equipmentTied(),
	}
}

func hazardTied(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) ([]fund.Tied, error) {
	found, err := hazard.Titles(ctx, tx, scope, company, words, one, limit)
	out := make([]fund.Tied, len(found))
	for i, f := range found {
		out[i] = fund.Tied{ID: f.ID, Title: strings.Join([]string{f.Number, f.Place, f.Description}, " "), On: f.FoundOn}
	}
	return out, err
}

// tied names a row of a register.
func tied(b *register.Base, on day.Date, words ...string) fund.Tied {
	return fund.Tied{ID: int64(b.ID), Title: strings.TrimSpace(strings.Join(words, " ")), On: on}
}

func tiedTo[T any](k *register.Kind[T], as func(*T) fund.Tied) find {
	return func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) ([]fund.Tied, error) {
		rows, err := k.Find(ctx, tx, scope, company, words, one, limit)
		out := make([]fund.Tied, len(rows))
		for i := range rows {
			out[i] = as(&rows[i])
		}
		return out, err
	}
}

// sessionTie is what a tie to a session of training adds to its id: below it, the tie is to a meeting. The two are numbered apart.
const sessionTie = 1 << 40

// trainingTied looks into sessions of training, then into meetings.
func (h *house) trainingTied() find {
	meetings := tiedTo(h.meeting.Meetings(), func(m *meeting.Meeting) fund.Tied { return tied(&m.Base, m.HeldOn, m.Title) })
	return func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) (out []fund.Tied, err error) {
		if one == 0 || one > sessionTie {
			held, err := training.Sessions(ctx, tx, scope, company, words, max(0, one-sessionTie), limit)
			if err != nil {
				return nil, err
			}
			for _, s := range held {
				out = append(out, fund.Tied{ID: sessionTie + int64(s.ID), Title: s.Title, On: s.HeldOn})
			}
		}
		if one == 0 || one < sessionTie {
			found, err := meetings(ctx, tx, scope, company, words, one, limit)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		return out[:min(len(out), limit)], nil
	}
}

// equipmentTied looks into the four registers of equipment. Their rows are numbered apart, so that a tie keeps four times the
// row's id and the register's place.
func (h *house) equipmentTied() find {
	lists := []find{
		tiedTo(h.equipment.Machines(), func(m *equipment.Machine) fund.Tied { return tied(&m.Base, m.UsedSince, m.Number, m.Name) }),
		tiedTo(h.equipment.Specials(), func(x *equipment.Special) fund.Tied { return tied(&x.Base, day.Date{}, x.Number, x.Name) }),
		tiedTo(h.equipment.Fires(), func(x *equipment.Fire) fund.Tied { return tied(&x.Base, day.Date{}, x.Number, x.Name) }),
		tiedTo(h.equipment.Cylinders(), func(x *equipment.Cylinder) fund.Tied { return tied(&x.Base, day.Date{}, x.Number, x.Supplier) }),
	}
	return func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) (out []fund.Tied, err error) {
		for n, list := range lists {
			if one != 0 && (one%int64(len(lists)) != int64(n) || one < int64(len(lists))) {
				continue
			}
			found, err := list(ctx, tx, scope, company, words, one/int64(len(lists)), limit)
			if err != nil {
				return nil, err
			}
			for _, f := range found {
				f.ID = f.ID*int64(len(lists)) + int64(n)
				out = append(out, f)
			}
		}
		return out[:min(len(out), limit)], nil
	}
}
