package main

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/certificate"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/dossier"
	"anbiao/modules/due"
	"anbiao/modules/emergency"
	"anbiao/modules/enrolment"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/letter"
	"anbiao/modules/livescore"
	"anbiao/modules/notice"
	"anbiao/modules/permit"
	"anbiao/modules/selfreport"
	"anbiao/modules/training"
	"anbiao/modules/visit"
	"anbiao/rbac"
)

// glueVisit gives visit what other modules know.
func (h *house) glueVisit() {
	s := h.visit
	s.Colleagues, s.Classes, s.Times, s.Card = inspectors, enrolment.ClassesOf, enrolment.Frequencies, visitedFirm
	s.Items, s.Find, s.States, s.Order = h.itemsFor, h.visitFound, visitHazards, h.hazard.Ordered
	s.Claim, s.PhotoKey, s.Blobs = h.attachment.ClaimIn, photoKey, h.attachment.Blobs
	s.Due, s.Tell, s.Closed = due.PutAt, tellVisited, visitOver
	s.Blocks = []visit.Block{
		{Key: "principals", Read: cardsBlock(true)},
		{Key: "operators", Read: cardsBlock(false)},
		{Key: "self_check", Read: selfCheckBlock},
		{Key: "dust", Read: h.dustBlock},
		{Key: "permits", Read: permitsBlock},
		{Key: "newest", Read: newestBlock},
		{Key: "letters", Read: lettersBlock},
		{Key: "drills", Read: drillsBlock},
		{Key: "fund", Read: fundBlock},
	}
}

// visitOver shows the company who looked at its dossier while the visit was kept from it, unless another one still is.
func visitOver(ctx context.Context, tx db.Tx, scope rbac.Scope, v visit.Visit) error {
	open, err := visit.Unannounced(ctx, tx, scope, []rbac.CompanyID{v.CompanyID})
	if err != nil || open[v.CompanyID] {
		return err
	}
	return dossier.Reveal(ctx, tx, v.CompanyID, v.OrganisationID)
}

func inspectors(ctx context.Context, tx db.Tx, scope rbac.Scope) (string, []visit.Officer, error) {
	name, found, err := account.Colleagues(ctx, tx, scope)
	out := make([]visit.Officer, len(found))
	for i, o := range found {
		out[i] = visit.Officer{PersonID: o.PersonID, Name: o.Name}
	}
	return name, out, err
}

func visitedFirm(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (visit.Card, error) {
	f, err := company.Of(ctx, tx, scope, c)
	return visit.Card{Name: f.Name, Code: f.Code(), Address: f.Address, Contact: f.ContactName, Phone: f.ContactPhone, Tags: f.Tags}, err
}

// itemsFor are the items of the newest library that apply to a company's tags.
func (h *house) itemsFor(tags []string, module string) (out []visit.LibraryItem) {
	for _, m := range h.checklist.Shelf.Newest().Modules {
		applies := slices.ContainsFunc(m.Tags, func(t string) bool { return t == checklist.Everyone || slices.Contains(tags, t) })
		if !applies || (module != "" && m.Code != module) {
			continue
		}
		for _, it := range m.Items {
			out = append(out, visit.LibraryItem{Code: it.Code, Module: m.Code, ModuleName: m.NameZh, Requirement: it.Requirement, Clause: clauses(it.Basis), Major: it.Level == checklist.Major})
		}
	}
	return out
}

// visitFound enters what officers found into the company's ledger.
func (h *house) visitFound(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, f visit.Found) (id.Of[id.Hazard], string, error) {
	source := hazard.ByRegulator
	if f.Unannounced {
		source = hazard.CovertVisit
	}
	made, err := h.hazard.Inspected(ctx, tx, scope, c, hazard.Discovery{
		Ref: f.Ref, Source: source, Place: f.Place, Description: f.Description, Clause: f.Clause, Category: f.Category, Major: f.Major, Photos: f.Photos, Proposal: hazard.Proposal{DueOn: f.DueOn},
	})
	return made.ID, made.Number, err
}

func visitHazards(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, ids []id.Of[id.Hazard]) (map[id.Of[id.Hazard]]string, error) {
	found, err := hazard.Standing(ctx, tx, scope, c, ids)
	out := map[id.Of[id.Hazard]]string{}
	for _, x := range found {
		out[x.ID] = string(x.State)
	}
	return out, err
}

func tellVisited(ctx context.Context, tx db.Tx, n visit.Note) error {
	return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: n.Noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: n.Noun + "|" + n.Key}, 0, 0, n.Roles)
}

// toneOf is how a share stands.
func toneOf(num, den int64) visit.Tone {
	switch {
	case den == 0:
		return visit.Empty
	case num == den:
		return visit.Good
	case num*10 >= den*8:
		return visit.Warn
	}
	return visit.Bad
}

// cardsBlock are the certificates of principals and safety staff, or of everybody else who needs one.
func cardsBlock(managers bool) func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (visit.Facts, error) {
	metric := certificate.OperatorsCertified
	if managers {
		metric = certificate.ManagersCertified
	}
	return func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (f visit.Facts, err error) {
		values, err := livescore.Figures(ctx, tx, scope, c, metric)
		if err != nil {
			return f, err
		}
		v := values[metric]
		f = visit.Facts{Num: v.Num, Den: v.Den, Tone: toneOf(v.Num, v.Den), Path: "/certificates?companyId=" + c.String()}
		cards, err := certificate.OnSite(ctx, tx, scope, c, managers, 20)
		for _, x := range cards {
			tone := visit.Good
			if !x.Counts {
				tone = visit.Bad
			}
			f.Lines = append(f.Lines, visit.Line{Title: x.Holder, Note: strings.TrimSpace(x.KindName + " " + x.OperationName), On: x.NextDue, Tone: tone})
		}
		return f, err
	}
}

// selfCheckBlock is the self-check of the quarter: the checks made and the reports handed in.
func selfCheckBlock(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (f visit.Facts, err error) {
	today := day.In(tx.Now, day.Shanghai)
	from := day.Of(today.Year(), today.Month()-(today.Month()-1)%3, 1)
	checks, last, err := inspection.CheckDays(ctx, tx, scope, c, from)
	if err != nil {
		return f, err
	}
	f = visit.Facts{Num: int64(checks), Tone: visit.Good, Path: "/checks?companyId=" + c.String()}
	if checks == 0 {
		f.Tone = visit.Bad
	} else {
		f.Lines = append(f.Lines, visit.Line{Title: "last_check", On: last, Tone: visit.Good})
	}
	values, err := livescore.Figures(ctx, tx, scope, c, selfreport.InTime)
	if err != nil {
		return f, err
	}
	if v := values[selfreport.InTime]; v.Den > 0 && v.Num < v.Den && f.Tone == visit.Good {
		f.Tone = visit.Warn
	}
	reports, err := latestReports(ctx, tx, scope, c, 4)
	for _, r := range reports {
		tone := visit.Good
		if r.SubmittedOn.IsZero() {
			tone = visit.Warn
			if r.DueOn.Before(today) {
				tone = visit.Bad
			}
		}
		f.Lines = append(f.Lines, visit.Line{Title: r.Period, On: r.DueOn, Tone: tone})
	}
	return f, err
}

// dustBlock is what was found of the items about combustible dust, cleaning and interlocks among them, in the last quarter.
func (h *house) dustBlock(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (f visit.Facts, err error) {
	today := day.In(tx.Now, day.Shanghai)
	rows, err := inspection.LookedAt(ctx, tx, scope, c, "DST", day.Of(today.Year(), today.Month(), 1).AddMonths(-2), 20)
	f = visit.Facts{Tone: visit.Empty, Path: "/checks?companyId=" + c.String()}
	for _, r := range rows {
		f.Den++
		tone := visit.Good
		if r.Failed > 0 {
			tone = visit.Warn
		} else {
			f.Num++
		}
		f.Lines = append(f.Lines, visit.Line{Title: r.Code, Note: h.itemText(r.Code), On: r.LastOn, Tone: tone})
	}
	if f.Den > 0 {
		f.Tone = visit.Good
		if f.Num < f.Den {
			f.Tone = visit.Warn
		}
	}
	return f, err
}

// itemText is what an item of the library asks; nothing for an item that is no longer in it.
func (h *house) itemText(code string) string {
	m, _, _ := strings.Cut(code, "-")
	module, ok := h.checklist.Shelf.Newest().Module(m)
	if !ok {
		return ""
	}
	i := slices.IndexFunc(module.Items, func(it checklist.Item) bool { return it.Code == code })
	if i < 0 {
		return ""
	}
	return module.Items[i].Requirement
}

func permitsBlock(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (f visit.Facts, err error) {
	rows, err := permit.Recent(ctx, tx, scope, c, 10)
	f = visit.Facts{Tone: visit.Empty, Path: "/permits?companyId=" + c.String()}
	for _, r := range rows {
		f.Den++
		tone := visit.Good
		if r.ClosedLate || (r.UntilAt.Before(tx.Now) && (r.State == permit.Open || r.State == permit.Suspended)) {
			tone = visit.Bad
		} else {
			f.Num++
		}
		f.Lines = append(f.Lines, visit.Line{Title: r.Number, Note: r.Place, On: day.In(r.UntilAt, day.Shanghai), Tone: tone})
	}
	if f.Den > 0 {
		f.Tone = toneOf(f.Num, f.Den)
	}
	return f, err
}

// lettersBlock is the share of letters of responsibility that are signed; who signed is the company's own.
func lettersBlock(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (visit.Facts, error) {
	values, err := livescore.Figures(ctx, tx, scope, c, letter.MetricSigned)
	v := values[letter.MetricSigned]
	return visit.Facts{Num: v.Num, Den: v.Den, Tone: toneOf(v.Num, v.Den)}, err
}

// newestBlock is how many of those who began to work this year had their education before; who they are is the company's own.
func newestBlock(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (visit.Facts, error) {
	year, err := training.Glance(ctx, tx, scope, c, day.In(tx.Now, day.Shanghai).Year())
	if err != nil || year == nil {
		return visit.Facts{Tone: visit.Unmeasured}, err
	}
	num, den := int64(year.FirstMet), int64(year.FirstDue)
	return visit.Facts{Num: num, Den: den, Tone: toneOf(num, den), Path: "/training?companyId=" + c.String()}, nil
}

func drillsBlock(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (f visit.Facts, err error) {
	today := day.In(tx.Now, day.Shanghai)
	rows, err := emergency.LatestDrills(ctx, tx, scope, c, 6)
	f = visit.Facts{Tone: visit.Empty, Path: "/emergency/drills?companyId=" + c.String()}
	for _, r := range rows {
		tone, on := visit.Good, r.HeldOn
		if on.IsZero() {
			tone, on = visit.Empty, r.PlannedOn
			if on.Before(today) {
				tone = visit.Bad
			}
		}
		if tone != visit.Empty {
			f.Den++
			if tone == visit.Good {
				f.Num++
			}
		}
		f.Lines = append(f.Lines, visit.Line{Title: r.Name, On: on, Tone: tone})
	}
	if f.Den > 0 {
		f.Tone = toneOf(f.Num, f.Den)
	}
	return f, err
}
