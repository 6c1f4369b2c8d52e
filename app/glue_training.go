package main

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/certificate"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/modules/training"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueTraining gives training the people, the organisation and the calendar of the company.
func (h *house) glueTraining() {
	t := h.training
	t.Tree, t.Claim, t.Blobs, t.BaseURL = staff.TreeOn, h.attachment.Claim, h.attachment.Blobs, h.checklist.BaseURL
	t.People, t.Firm, t.Hazardous, t.Pictures = trainees, trainingFirm, t.Endangered, trainingPictures
	t.PutDue, t.OpenDue, t.Tell, t.Touch = due.Put, openTraining, tellTraining, touched
	h.staff.Seated = append(h.staff.Seated, t.Seated)
	h.certificate.Untrained = untrained
	h.transfer.Importers = append(h.transfer.Importers,
		transfer.Importer{
			Kind: "training-records", Action: training.ActionImport, Columns: training.RecordColumns, Sample: training.RecordSample, Identity: training.RecordIdentity, Check: t.CheckRecords, Save: t.SaveRecords,
		},
		transfer.Importer{Kind: "training-plan", Action: training.ActionPlanKeep, Columns: training.PlanColumns, Sample: training.PlanSample, Identity: training.PlanIdentity, Check: t.CheckPlan, Save: t.SavePlan},
	)
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "training-hours", Action: training.ActionHours, Columns: training.HoursColumns, Pages: t.HoursPage},
		transfer.Exporter{Kind: "training-records", Action: training.ActionRecords, Columns: training.RecordColumns, Pages: t.RecordsPage},
		transfer.Exporter{Kind: "area-training", Action: training.ActionArea, Columns: training.YearColumns, Pages: t.YearsPage},
	)
}

// untrained are those whose hours of a year fall short.
func untrained(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int) (map[certificate.HolderKey]bool, error) {
	found, err := training.UntrainedIn(ctx, tx, companies, year)
	out := map[certificate.HolderKey]bool{}
	for _, u := range found {
		out[certificate.HolderKey(u)] = true
	}
	return out, err
}

func trainees(ctx context.Context, tx db.Tx, c rbac.CompanyID, who []id.Of[id.Staff], on day.Date) ([]training.Person, error) {
	found, err := staff.Placements(ctx, tx, c, who, on)
	out := make([]training.Person, len(found))
	for i, p := range found {
		out[i] = training.Person{
			ID: p.ID, Name: p.Name, UnitName: p.UnitName, PostName: p.PostName, Types: p.Types, JoinedOn: p.JoinedOn, LeftOn: p.LeftOn, PersonID: p.PersonID, EmployeeNo: p.EmployeeNo, Phone: p.Phone,
			UnitID: p.UnitID, PostSince: p.PostSince, BeforeUntil: p.BeforeUntil, Changed: p.Changed,
		}
	}
	return out, err
}

func trainingFirm(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (f training.Firm, err error) {
	found, err := company.Of(ctx, tx, scope, c)
	if err != nil {
		return f, err
	}
	on := day.In(tx.Now, day.Shanghai)
	book := training.BookOn(on)
	f = training.Firm{Name: found.Name, Risk: book.RiskOf(found.Industry, found.SupervisionIndustry), RegionPath: found.RegionPath}
	f.Exposed, err = staff.Exposed(ctx, tx, c, book.ExposedTypes(), on)
	return f, err
}

func openTraining(ctx context.Context, tx db.Tx, items []training.Placed) error {
	out := make([]due.Placed, len(items))
	for i, p := range items {
		out[i] = due.Placed(p)
	}
	return due.PutMany(ctx, tx, out)
}

func trainingPictures(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]string, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]string{}
	for _, f := range found {
		out[f.ID] = f.DisplayKey
	}
	return out, err
}

// tellTraining tells the people who are named, or else the holders of roles, whoever of them has a login.
func tellTraining(ctx context.Context, tx db.Tx, _ rbac.Scope, list []training.Note) error {
	var keys []staff.Key
	firms := map[string][]rbac.CompanyID{}
	for i := range list {
		n := &list[i]
		for _, p := range n.People {
			keys = append(keys, staff.Key{CompanyID: n.CompanyID, StaffID: p})
		}
		if len(n.People) == 0 && len(n.Roles) == 0 {
			n.Roles = []string{"safety"}
		}
		for _, r := range n.Roles {
			firms[r] = append(firms[r], n.CompanyID)
		}
	}
	logins, err := staff.Contacts(ctx, tx, keys)
	if err != nil {
		return err
	}
	holding := map[string]map[rbac.CompanyID][]id.Of[id.Person]{}
	for role, all := range firms {
		if holding[role], err = account.Holding(ctx, tx, all, role); err != nil {
			return err
		}
	}
	var notes []notice.Note
	for _, n := range list {
		var to []id.Of[id.Person]
		for _, p := range n.People {
			to = append(to, logins[staff.Key{CompanyID: n.CompanyID, StaffID: p}].PersonID)
		}
		for _, r := range n.Roles {
			to = append(to, holding[r][n.CompanyID]...)
		}
		for _, p := range to {
			if p != 0 && p != n.Except {
				notes = append(notes, notice.Note{Person: p, Company: n.CompanyID, Noun: n.Noun, Object: n.ObjectID, Code: n.Code, Params: n.Params, Key: fmt.Sprintf("%s|%s", n.Key, p)})
			}
		}
	}
	if len(notes) == 0 {
		return nil
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}
