package main

import (
	"context"
	"fmt"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/modules/accident"
	"anbiao/modules/certificate"
	"anbiao/modules/contractor"
	"anbiao/modules/emergency"
	"anbiao/modules/equipment"
	"anbiao/modules/fund"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/letter"
	"anbiao/modules/meeting"
	"anbiao/modules/notice"
	"anbiao/modules/performance"
	"anbiao/modules/permit"
	"anbiao/modules/protection"
	"anbiao/modules/responsibility"
	"anbiao/modules/risk"
	"anbiao/modules/selfreport"
	"anbiao/modules/staff"
	"anbiao/modules/training"
	"anbiao/rbac"
)

// assess gives the assessment of duties what other modules record.
func (h *house) assess() {
	h.performance.Deeds = []performance.Deeds{checkDeeds, hazardDeeds, certificateDeeds, reportDeeds}
	h.performance.Checks, h.performance.Blames = checksDue, blames
	h.performance.Claim, h.performance.Tell = h.attachment.Claim, tellPerformance
	h.performance.Tree, h.performance.Cells = staff.TreeOn, cellsHeld
	h.responsibility.Idle = idleDuties
	h.performance.Firms = responsibility.Listed
	h.performance.Metrics = measured()
}

// measured is everything that modules measure of their records.
func measured() evidence.Set {
	return slices.Concat(
		accident.Measured(),
		certificate.Measured(),
		contractor.Measured(),
		emergency.Measured(),
		equipment.Measured(),
		fund.Measured(),
		hazard.Measured(),
		inspection.Measured(),
		letter.Measured(),
		meeting.Measured(),
		performance.Measured(),
		permit.Measured(),
		protection.Measured(),
		responsibility.Measured(),
		risk.Measured(),
		selfreport.Measured(),
		training.Measured(),
	)
}

func idleDuties(ctx context.Context, tx db.Tx, _ rbac.Scope, c rbac.CompanyID) (map[id.Of[id.Duty]]bool, error) {
	today := day.In(tx.Now, day.Shanghai)
	found, err := performance.Neglected(ctx, tx, c, today.AddYears(-1), today)
	out := map[id.Of[id.Duty]]bool{}
	for _, d := range found {
		out[d] = true
	}
	return out, err
}

// cellsHeld are the scored cells of the matrix.
func cellsHeld(ctx context.Context, tx db.Tx, c rbac.CompanyID, posts []id.Of[id.Post], on day.Date) ([]performance.Cell, error) {
	found, err := responsibility.Held(ctx, tx, c, posts, on)
	out := make([]performance.Cell, len(found))
	for i, d := range found {
		out[i] = performance.Cell{
			CellID: id.Of[performance.Cell](d.CellID), DutyID: d.DutyID, PostID: d.PostID, Text: d.Text, Frequency: performance.Frequency(d.Frequency),
			Evidence: d.Evidence, Kind: performance.Kind(d.Kind), Score: d.Score, Modules: d.Modules,
		}
	}
	return out, err
}

func checkDeeds(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until day.Date) ([]performance.Deed, error) {
	found, err := inspection.Deeds(ctx, tx, c, from, until)
	out := make([]performance.Deed, len(found))
	for i, d := range found {
		out[i] = performance.Deed{
			StaffID: d.StaffID, Kind: performance.DeedCheck, Noun: "inspection_check", Object: id.Of[performance.Object](d.CheckID), On: d.StartedOn, Title: d.PointName, Modules: d.Modules,
		}
	}
	return out, err
}

func checksDue(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until day.Date) ([]performance.Checked, error) {
	found, err := inspection.TasksDue(ctx, tx, c, from, until)
	out := make([]performance.Checked, len(found))
	for i, d := range found {
		one := performance.Checked{StaffID: d.StaffID, TaskID: d.TaskID, CheckID: d.CheckID, On: d.CheckedOn, Title: d.PointName, Status: performance.Done}
		switch {
		case d.CheckID == 0:
			one.Status, one.On = performance.Missed, d.DueOn
		case d.State == inspection.Missed:
			one.Status = performance.Late
		}
		out[i] = one
	}
	return out, err
}

func hazardDeeds(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until day.Date) ([]performance.Deed, error) {
	kinds := map[hazard.Event]performance.DeedKind{
		hazard.Register: performance.DeedHazardFound, hazard.Fix: performance.DeedHazardFixed,
		hazard.Accept: performance.DeedHazardAccepted, hazard.Reject: performance.DeedHazardAccepted,
	}
	found, err := hazard.Deeds(ctx, tx, c, from, until)
	out := make([]performance.Deed, len(found))
	for i, d := range found {
		out[i] = performance.Deed{
			StaffID: d.StaffID, Kind: kinds[d.Event], Noun: "hazard", Object: id.Of[performance.Object](d.HazardID), On: d.Day, Title: d.Number + " " + d.Place,
		}
	}
	return out, err
}

func blames(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until day.Date) ([]performance.Blame, error) {
	found, err := hazard.Blames(ctx, tx, c, from, until)
	out := make([]performance.Blame, len(found))
	for i, b := range found {
		out[i] = performance.Blame(b)
	}
	return out, err
}

func certificateDeeds(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until day.Date) ([]performance.Deed, error) {
	found, err := certificate.Deeds(ctx, tx, c, from, until)
	out := make([]performance.Deed, len(found))
	for i, d := range found {
		out[i] = performance.Deed{
			StaffID: d.StaffID, Kind: performance.DeedCertKept, Noun: "certificate", Object: id.Of[performance.Object](d.CertificateID), On: d.From, Title: d.HolderName,
		}
		if d.Held {
			out[i].Kind, out[i].Until = performance.DeedCertHeld, until
			if !d.Until.IsZero() {
				out[i].Until = d.Until
			}
		}
	}
	return out, err
}

func reportDeeds(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until day.Date) ([]performance.Deed, error) {
	found, err := selfreport.Deeds(ctx, tx, c, from, until)
	out := make([]performance.Deed, len(found))
	for i, d := range found {
		out[i] = performance.Deed{
			StaffID: d.StaffID, Kind: performance.DeedCompiled, Noun: "selfreport", Object: id.Of[performance.Object](d.ReportID), On: d.Day, Title: d.Period,
		}
		if d.Event == selfreport.Sign {
			out[i].Kind = performance.DeedSigned
		}
	}
	return out, err
}

// tellPerformance tells what became of an assessment: the person it is about, or holders of roles.
func tellPerformance(ctx context.Context, tx db.Tx, n performance.Note) error {
	key := fmt.Sprintf("performance|%s|%d|%d|%s", n.CompanyID, n.Object, n.Step, n.Code)
	note := notice.Note{Company: n.CompanyID, Noun: "performance_assessment", Object: n.Object, Code: n.Code, Params: n.Params, Key: key}
	if n.Staff == 0 {
		return told(ctx, tx, note, 0, n.Except, n.Roles)
	}
	who := staff.Key{CompanyID: n.CompanyID, StaffID: n.Staff}
	found, err := staff.Contacts(ctx, tx, []staff.Key{who})
	if err != nil || found[who].PersonID == 0 {
		return err // without a login he is told by his superior
	}
	return told(ctx, tx, note, found[who].PersonID, n.Except, nil)
}
