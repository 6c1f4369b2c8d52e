package main

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/text"
	"anbiao/modules/certificate"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueCertificate gives certificates what they need of posts, hazards and files.
func (h *house) glueCertificate() {
	c := h.certificate
	c.Leaders, c.Principals, c.Claim, c.Place, c.Raise = certificateLeaders, principals, h.attachment.Claim, placeCertificates, h.raiseUncertified
	c.Recognise, h.company.Due = h.recognise, due.PutAt
	h.staff.Bars = append(h.staff.Bars, certificateBars)
	h.staff.Seated = append(h.staff.Seated, func(ctx context.Context, tx db.Tx, _ rbac.Scope, home rbac.Home, who []id.Of[id.Staff]) error {
		return certificate.Wake(ctx, tx, home.CompanyID, who)
	})
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "certificates", Action: certificate.ActionImport, Columns: certificate.RosterColumns, Sample: certificate.RosterSample,
		Identity: certificate.RosterIdentity, Check: c.CheckRoster, Save: c.SaveRoster,
	})
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "certificate-gaps", Action: certificate.ActionGaps, Columns: certificate.GapColumns, Pages: c.GapPage},
		transfer.Exporter{Kind: "staff-overrides", Action: staff.ActionOverrides, Columns: staff.OverrideColumns, Pages: h.staff.OverridePage},
	)
}

func certificateLeaders(ctx context.Context, tx db.Tx, keys []certificate.LeaderKey) (map[certificate.LeaderKey][]id.Of[id.Person], error) {
	asked := make([]staff.Under, len(keys))
	for i, k := range keys {
		asked[i] = staff.Under(k)
	}
	found, err := staff.Leaders(ctx, tx, asked)
	out := map[certificate.LeaderKey][]id.Of[id.Person]{}
	for k, list := range found {
		out[certificate.LeaderKey(k)] = list
	}
	return out, err
}

// placeCertificates keeps what falls due of certificates, of any companies at once.
func placeCertificates(ctx context.Context, tx db.Tx, open, over []certificate.Placed) error {
	of := func(list []certificate.Placed) []due.Placed {
		out := make([]due.Placed, len(list))
		for i, p := range list {
			out[i] = due.Placed(p)
		}
		return out
	}
	if err := due.SettleMany(ctx, tx, of(over)); err != nil {
		return err
	}
	return due.PutMany(ctx, tx, of(open))
}

func (h *house) recognise(ctx context.Context, tx db.Tx, c rbac.CompanyID, list []certificate.Called) ([][]certificate.Known, error) {
	asked := make([]staff.Sought, len(list))
	for i, x := range list {
		asked[i] = staff.Sought{StaffID: x.Known, Name: x.Name, EmployeeNo: x.EmployeeNo, Phone: x.Phone, Identity: x.Identity}
	}
	found, err := h.staff.Recognise(ctx, tx, c, asked)
	out := make([][]certificate.Known, len(found))
	for i, of := range found {
		for _, r := range of {
			out[i] = append(out[i], certificate.Known(r))
		}
	}
	return out, err
}

// certificateBars keep somebody from a post whose certificates he lacks.
func certificateBars(ctx context.Context, tx db.Tx, _ rbac.Scope, home rbac.Home, who id.Of[id.Staff], post org.Post, on day.Date) ([]staff.Bar, error) {
	lacks, err := certificate.Lacks(ctx, tx, home.CompanyID, who, post.ID, post.Types, on)
	var bars []staff.Bar
	for _, l := range lacks {
		bars = append(bars, staff.Bar{Source: "certificate", Code: l.Code, Params: l.Params})
	}
	return bars, err
}

// raiseUncertified enters who works without a valid certificate in the ledger of hazards, for the first
// safety manager of the company to see to.
func (h *house) raiseUncertified(ctx context.Context, tx db.Tx, list []certificate.Uncertified) ([]id.Of[id.Hazard], error) {
	companies := make([]rbac.CompanyID, len(list))
	for i, u := range list {
		companies[i] = u.Home.CompanyID
	}
	owners, err := staff.FirstHolding(ctx, tx, companies, "safety")
	if err != nil {
		return nil, err
	}
	out, say, today := make([]id.Of[id.Hazard], len(list)), func(code string, params map[string]string) string {
		return text.Say(text.Chinese, "certificate.hazard"+code, params)
	}, day.In(tx.Now, day.Shanghai)
	for i, u := range list {
		what, place, category := "-expiry", u.UnitName, "A01"
		if u.Review {
			what = "-review"
		}
		if place == "" {
			place = u.PostName
		}
		d := hazard.Discovery{
			Ref: u.Ref, Source: hazard.SelfCheck, Place: place, Category: category, Clause: say("-clause", nil), Major: u.Major,
			Description: say("", map[string]string{"name": u.Holder, "title": u.Title, "due": u.DueOn.String(), "what": say(what, nil), "post": u.PostName}),
			Proposal:    hazard.Proposal{DueOn: today.AddDays(hazard.DueDays(hazard.General, category)), Measures: say("-measures", nil)},
		}
		if u.Major {
			d.Suggestion = say("-major", nil)
		}
		o := owners[u.Home.CompanyID]
		if out[i], err = h.hazard.EnterFor(ctx, tx, rbac.ScopeOf(ctx), u.Home, d, hazard.Member{ID: o.StaffID, Person: o.PersonID, Name: o.Name, Unit: o.Unit}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
