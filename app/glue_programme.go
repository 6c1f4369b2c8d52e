package main

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/modules/activation"
	"anbiao/modules/award"
	"anbiao/modules/certificate"
	"anbiao/modules/enrolment"
	"anbiao/modules/equipment"
	"anbiao/modules/hazard"
	"anbiao/modules/listing"
	"anbiao/modules/programme"
	"anbiao/modules/selfreport"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueProgramme gives programme what other modules know.
func (h *house) glueProgramme() {
	s := &h.programme.Sources
	s.Indicators = map[string]programme.Provider{
		"standardization": {Share: enrolment.Joined(), Targets: aimsOf("standardization")},
		"duty":            {Share: enrolment.Dutiful(), Targets: aimsOf(enrolment.Duty)},
		"certificates":    {Share: evidence.Full("certificates", certificate.ManagersCertified, certificate.OperatorsCertified)},
		"presses":         {Share: equipment.PressesTested(), Waves: equipment.Waves},
		"reports":         {Share: evidence.Full("reports", selfreport.InTime)},
		"hazards":         {Share: evidence.Full("hazards", hazard.MetricCurrent)},
	}
	s.Members = func(scope rbac.Scope, kind, cycle string, from, until day.Date, area string) programme.Query {
		q, args := selfreport.Members(scope, kind == programme.Quarter, cycle, from, until, area)
		return programme.Query{SQL: q, Args: args}
	}
	s.Ledger = func(from, until day.Date) programme.Query {
		q, args := hazard.Ledger(from, until)
		return programme.Query{SQL: q, Args: args}
	}
	s.Reports, s.Hazards, s.Active = reportSums, hazardSums, activation.ActiveIn
	s.Overdue, s.Missing = laggards, owing
	s.Office = officeName
	s.Levels, s.Listed = openLevels, openListings
	s.Touch = touched
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "special-registers", Action: programme.ActionImport, Columns: programme.SpecialColumns, Sample: programme.SpecialSample,
		Identity: programme.SpecialIdentity, Check: h.programme.CheckSpecials, Save: h.programme.SaveSpecials,
	})
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "special-registers", Action: programme.ActionSpecial, Columns: programme.SpecialExport, Pages: h.programme.SpecialPage},
		transfer.Exporter{Kind: "programme-companies", Action: programme.ActionList, Columns: programme.BehindColumns, Pages: h.programme.BehindPage},
	)
}

// aimsOf are the targets that enrolment keeps.
func aimsOf(kind string) func(context.Context, db.Tx, string, int16) (map[string]programme.Aim, error) {
	return func(ctx context.Context, tx db.Tx, parent string, year int16) (map[string]programme.Aim, error) {
		found, err := enrolment.TargetsOf(ctx, tx, kind, parent, year)
		out := make(map[string]programme.Aim, len(found))
		for area, t := range found {
			out[area] = programme.Aim{Year: t.Year, Value: t.Value, Basis: t.Basis}
		}
		return out, err
	}
}

func reportSums(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) ([]programme.ReportSum, error) {
	found, err := selfreport.Sums(ctx, tx, scope, area, width, from, until)
	out := make([]programme.ReportSum, len(found))
	for i, f := range found {
		out[i] = programme.ReportSum(f)
	}
	return out, err
}

func hazardSums(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) ([]programme.HazardSum, error) {
	found, err := hazard.Sums(ctx, tx, scope, area, width, from, until)
	out := make([]programme.HazardSum, len(found))
	for i, f := range found {
		out[i] = programme.HazardSum(f)
	}
	return out, err
}

func laggards(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, on day.Date, limit int) (out []programme.Named, total int64, err error) {
	found, err := hazard.LaggardsIn(ctx, tx, scope, area, on, limit)
	out = make([]programme.Named, len(found))
	for i, f := range found {
		out[i], total = programme.Named{CompanyID: f.CompanyID, Path: f.Path, Town: f.Town, Name: f.Name, Count: f.Overdue, Since: f.Since}, f.Total
	}
	return out, total, err
}

func owing(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, from, until day.Date, limit int) (out []programme.Named, total int64, err error) {
	found, err := selfreport.OwingIn(ctx, tx, scope, area, from, until, limit)
	out = make([]programme.Named, len(found))
	for i, f := range found {
		out[i], total = programme.Named{CompanyID: f.CompanyID, Path: f.Path, Town: f.Town, Name: f.Name, Count: f.Missing, Since: f.Since}, f.Total
	}
	return out, total, err
}

func openLevels(ctx context.Context, tx db.Tx, area string, revoked bool, term string, before int64, n int) ([]programme.OpenLevel, error) {
	found, err := award.Page(ctx, tx, area, revoked, term, before, n)
	out := make([]programme.OpenLevel, len(found))
	for i, p := range found {
		out[i] = programme.OpenLevel{
			ID: int64(p.ID), PublicID: p.PublicID.String(), CompanyName: p.CompanyName, Level: p.Level, LevelName: p.LevelName, CertificateNo: p.CertificateNo, Authority: p.Authority,
			AnnouncedOn: p.AnnouncedOn, ValidUntil: p.ValidUntil, RevokedOn: p.RevokedOn,
		}
	}
	return out, err
}

func openListings(ctx context.Context, tx db.Tx, area, term string, before int64, n int) ([]programme.OpenListing, error) {
	found, err := listing.Page(ctx, tx, area, term, before, n)
	out := make([]programme.OpenListing, len(found))
	for i, p := range found {
		out[i] = programme.OpenListing{
			ID: int64(p.ID), Number: p.Number(), CompanyName: p.CompanyName, HazardText: p.HazardText, Level: p.Level, Body: p.ListingGov + p.ListingDept,
			ListedOn: p.ListedOn, FinishBy: p.FinishBy, DelistedOn: p.DelistedOn,
		}
	}
	return out, err
}
