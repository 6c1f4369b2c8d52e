package main

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/certificate"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/enrolment"
	"anbiao/modules/grading"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/letter"
	"anbiao/modules/listing"
	"anbiao/modules/notice"
	"anbiao/modules/oversight"
	"anbiao/modules/selfreport"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/modules/visit"
	"anbiao/rbac"
)

// glue gives modules the funcs they declare for what other modules know. Each runs in the
// caller's transaction.
func (h *house) glue() {
	touch := func(ctx context.Context, tx db.Tx, c rbac.CompanyID) error { return touched(ctx, tx, c) }
	h.company.Changed = func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
		return touched(ctx, tx, ids...)
	}
	h.company.Claim = h.attachment.Claim
	h.attachment.Shared = company.SeesLink
	h.glueLists()
	h.glueDivision()

	h.inspection.Ask, h.inspection.AskAll, h.inspection.Claim, h.inspection.Raise = h.ask, h.askAll, h.attachment.Claim, h.raise
	h.inspection.Tree, h.inspection.Due = staff.TreeOn, dueDays
	h.checklist.Firm = companyName
	h.inspection.Pictures, h.inspection.Blobs, h.inspection.BaseURL = pictures, h.attachment.Blobs, h.checklist.BaseURL
	h.hazard.People, h.hazard.Claim, h.hazard.Touch, h.hazard.Tell = people, h.attachment.Claim, touch, tellHazard
	h.selfreport.Ledger, h.selfreport.Card, h.selfreport.Touch, h.selfreport.Tell = ledger, card, touch, tellReport

	h.certificate.Holders, h.certificate.Watchers = holders, watchers
	h.certificate.Remind, h.certificate.Withdraw, h.certificate.HandOver = remindCertificate, notice.Withdraw, notice.HandOver
	h.staff.Leaving = []staff.Moved{func(ctx context.Context, tx db.Tx, _ rbac.Scope, m staff.Mover) error {
		return h.certificate.HolderLeft(ctx, tx, m.Home.CompanyID, m.StaffID, m.PersonID, m.On)
	}, endLogin}
	h.staff.Returning = []staff.Moved{func(ctx context.Context, tx db.Tx, _ rbac.Scope, m staff.Mover) error {
		return h.certificate.HolderBack(ctx, tx, m.Home.CompanyID, m.StaffID)
	}}
	h.staff.OpenWork, h.staff.HandOver = []staff.OpenWork{openWork}, []staff.HandOver{h.handOver}

	h.assess()
	h.glueLetters()
	h.glueReports()
	h.glueDuties()
	h.gluePlans()
	h.glueLedger()
	h.glueDue()
	h.glueMajors()
	h.gluePeople()
	h.glueRisk()
	h.glueEmergency()
	h.glueListing()
	h.glueRecords()
	h.glueEquipment()
	h.glueFund()
	h.glueLearning()
	h.gluePermit()
	h.glueRegisters()
	h.glueEvidence()
	h.glueArchive()
	h.glueStandards()
	h.glueRegulator()

	h.glueActivation()
	h.glueStanding()
}

// glueLists says which lists go in and out as Excel; registers and permits add theirs.
func (h *house) glueLists() {
	h.transfer.Importers = []transfer.Importer{{
		Kind: "company-roster", Action: company.ActionImport, Columns: company.RosterColumns, Sample: company.RosterSample,
		Identity: company.RosterIdentity, Check: h.company.CheckRoster, Save: h.company.SaveRoster,
	}, {
		Kind: "staff-roster", Action: staff.ActionImport, Columns: staff.RosterColumns, Sample: staff.RosterSample,
		Identity: staff.RosterIdentity, Check: h.staff.CheckRoster, Save: h.staff.SaveRoster,
	}, {
		Kind: "own-items", Action: checklist.ActionPublish, Columns: checklist.OwnColumns, Sample: checklist.OwnSample,
		Identity: checklist.OwnIdentity, Check: h.checklist.CheckOwn, Save: h.checklist.SaveOwn,
	}, {
		Kind: "checklist-points", Action: checklist.ActionEdit, Columns: checklist.RosterColumns, Sample: checklist.RosterSample,
		Identity: checklist.RosterIdentity, Check: h.checklist.CheckPoints, Save: h.checklist.SavePoints,
	}}

	h.transfer.ActorOf = h.account.ActorOfMembership
	h.transfer.Tell = func(ctx context.Context, tx db.Tx, n transfer.Note) error {
		note := notice.Note{Company: n.CompanyID, Organisation: n.OfficeID, Noun: "transfer_export", Object: int64(n.TransferID), Code: n.Code, Params: n.Params, Key: "transfer|" + n.TransferID.String()}
		return told(ctx, tx, note, n.Person, 0, nil)
	}
	h.transfer.Exporters = []transfer.Exporter{
		{Kind: "graded-companies", Action: oversight.ActionList, Columns: oversight.ExportColumns, Pages: h.oversight.ExportPage},
		{Kind: "checklist-points", Action: checklist.ActionPoints, Columns: checklist.RosterColumns, Pages: h.checklist.ExportPoints},
		{Kind: "inspection-checks", Action: inspection.ActionChecks, Columns: inspection.ExportColumns, Pages: h.inspection.ExportPage},
		{Kind: "gradings", Action: grading.ActionList, Columns: grading.ExportColumns, Pages: h.grading.ExportPage},
		{Kind: "must-join", Action: enrolment.ActionList, Columns: enrolment.ExportColumns, Pages: h.enrolment.ExportPage},
		{Kind: "reward-claims", Action: enrolment.ActionClaims, Columns: enrolment.ClaimColumns, Pages: h.enrolment.ClaimPage},
		{Kind: "listings", Action: listing.ActionList, Columns: listing.ExportColumns, Pages: h.listing.ExportPage},
		{Kind: "visits", Action: visit.ActionList, Columns: visit.ExportColumns, Pages: h.visit.ExportPage},
		{Kind: "visit-orders", Action: visit.ActionOrders, Columns: visit.OrderColumns, Pages: h.visit.ExportOrders},
		{Kind: "hazards", Action: hazard.ActionList, Columns: hazard.ExportColumns, Pages: h.hazard.ExportPage},
		{Kind: "staff-people", Action: staff.ActionList, Columns: staff.RosterColumns, Pages: h.staff.ExportPage},
		{Kind: "staff-tree", Action: staff.ActionList, Columns: staff.RosterColumns, Pages: h.staff.TreePage},
		{Kind: "selfreports", Action: selfreport.ActionList, Columns: selfreport.ExportColumns, Pages: h.selfreport.ExportPage},
		{Kind: "due-items", Action: due.ActionList, Columns: due.ExportColumns, Pages: h.due.ExportPage},
		{Kind: "inspection-tasks", Action: inspection.ActionTasks, Columns: inspection.TaskColumns, Pages: h.inspection.TaskPage},
		{Kind: "letters", Action: letter.ActionList, Columns: letter.ExportColumns, Pages: h.letter.ExportPage},
		{Kind: "certificates", Action: certificate.ActionList, Columns: certificate.ExportColumns, Pages: h.certificate.ExportPage},
	}
}

func tagsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) ([]string, error) {
	found, err := company.Of(ctx, tx, scope, c)
	return found.Tags, err
}

func nameOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error) {
	found, err := company.Of(ctx, tx, scope, c)
	return found.Name, err
}

// ask puts the standard's items into the shape a check is held against.
func (h *house) ask(ctx context.Context, tx db.Tx, c rbac.CompanyID, point id.Of[id.Point], standard id.Of[id.Standard]) (inspection.Sheet, error) {
	found, err := h.checklist.Answered(ctx, tx, c, point, standard)
	if err != nil {
		return inspection.Sheet{}, err
	}
	return sheetOf(found), nil
}

func (h *house) askAll(ctx context.Context, tx db.Tx, c rbac.CompanyID, points []id.Of[id.Point], standard id.Of[id.Standard]) (map[id.Of[id.Point]]inspection.Sheet, error) {
	found, err := h.checklist.AnsweredAll(ctx, tx, c, points, standard)
	out := make(map[id.Of[id.Point]]inspection.Sheet, len(found))
	for n, sheet := range found {
		out[n] = sheetOf(sheet)
	}
	return out, err
}

func sheetOf(found checklist.Sheet) inspection.Sheet {
	p := found.Point
	return inspection.Sheet{
		PointName: p.Name, Number: p.Number, Place: p.Place, Retired: p.RetiredAt != nil, Explosive: p.Explosive != checklist.NoAtmosphere, Sign: p.Sign,
		ChangedAt: p.UpdatedAt, At: found.At, Find: func(code string) (inspection.Asked, bool) {
			a, ok := found.Find(code)
			return inspection.Asked{
				Code: a.Code, Module: a.Module, ModuleName: a.ModuleName, Requirement: a.Requirement, Method: a.Method, Frequency: inspection.Frequency(a.Frequency), Major: a.Level == checklist.Major,
				Clause: clauses(a.Basis), Why: clauses(a.MajorBasis), MustPhoto: a.MustPhoto, PhotoAlways: a.PhotoAlways, MustReason: a.MustReason,
				Limit: limitOf(a.Limit), Posts: a.Posts,
			}, ok
		},
	}
}

func pictures(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]inspection.Picture, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]inspection.Picture{}
	for _, f := range found {
		out[f.ID] = inspection.Picture{Display: f.DisplayKey, Thumb: f.ThumbKey, Free: f.BoundNoun == nil}
	}
	return out, err
}

// limitOf keeps of a limit what a value is held against.
func limitOf(l *checklist.Limit) *inspection.Limit {
	if l == nil {
		return nil
	}
	return &inspection.Limit{Unit: l.Unit, Min: l.Min, Max: l.Max}
}

func clauses(list []checklist.Clause) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = "《" + c.Ref + "》" + c.Clause
	}
	return strings.Join(parts, "；")
}

// placeOf names a point and where it is.
func placeOf(point, place string) string {
	if place == "" {
		return point
	}
	return point + "（" + place + "）"
}

// raise makes hazards of what a check found wrong, without typing it again.
func (h *house) raise(ctx context.Context, tx db.Tx, scope rbac.Scope, f inspection.Failed) error {
	finding := hazard.Finding{CheckID: f.CheckID, StartedOn: f.StartedOn, PointID: f.PointID, Place: placeOf(f.PointName, f.Place), FoundAt: f.FoundAt}
	special, err := inspection.SpecialOf(ctx, tx, f.CheckID, f.StartedOn, scope)
	if err != nil {
		return err
	}
	finding.DangerSource, finding.Campaign = special.Source, special.Campaign
	for _, i := range f.Items {
		said := i.Note
		if said == "" {
			said = "不符合：" + i.Requirement
		}
		level := hazard.General
		if i.Major {
			level = hazard.Major
		}
		finding.Items = append(finding.Items, hazard.Failed{
			ItemCode: i.Code, PointID: i.PointID, Place: placeOf(i.PointName, i.Place), Description: said, Clause: i.Clause, SuggestedLevel: level, Suggestion: i.Why, Photos: i.Photos,
			Category: hazard.CategoryOf(i.Module), Proposal: hazard.Proposal{OwnerID: i.OwnerID, DueOn: i.DueOn, Measures: "整改到符合要求：" + i.Requirement},
		})
	}
	_, err = h.hazard.Raise(ctx, tx, scope, finding)
	return err
}

// dueDays is how long a failed item may take to be mended.
func dueDays(module string, major bool) int {
	level := hazard.General
	if major {
		level = hazard.Major
	}
	return hazard.DueDays(level, hazard.CategoryOf(module))
}

func people(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]hazard.Member, error) {
	home, err := scope.Home()
	if err != nil {
		return nil, err
	}
	keys := make([]staff.Key, len(ids))
	for i, n := range ids {
		keys[i] = staff.Key{CompanyID: home.CompanyID, StaffID: n}
	}
	found, err := staff.Contacts(ctx, tx, keys)
	out := map[id.Of[id.Staff]]hazard.Member{}
	for k, c := range found {
		if c.LeftOn.IsZero() {
			out[k.StaffID] = hazard.Member{ID: k.StaffID, Person: c.PersonID, Name: c.Name, Unit: c.Unit}
		}
	}
	return out, err
}

// told are the messages of one event to the people concerned.
func told(ctx context.Context, tx db.Tx, n notice.Note, person, except id.Of[id.Person], roles []string) error {
	to := []id.Of[id.Person]{person}
	if person == 0 {
		by, err := account.Holding(ctx, tx, []rbac.CompanyID{n.Company}, roles...)
		if err != nil {
			return err
		}
		to = by[n.Company]
	}
	var notes []notice.Note
	key := n.Key
	for _, p := range to {
		if p == except {
			continue
		}
		n.Person, n.Key = p, key+"|"+p.String()
		notes = append(notes, n)
	}
	_, err := notice.Remind(ctx, tx, notes...)
	return err
}

func tellHazard(ctx context.Context, tx db.Tx, n hazard.Note) error {
	noun := "hazard"
	if n.Noun != "" {
		noun = n.Noun
	}
	key := fmt.Sprintf("%s|%s|%s|%d|%s", noun, n.CompanyID, n.HazardID, n.Step, n.Code)
	return told(ctx, tx, notice.Note{Company: n.CompanyID, Organisation: n.Office, Noun: noun, Object: int64(n.HazardID), Code: n.Code, Params: n.Params, Key: key}, n.Person, n.Except, n.Roles)
}

func tellReport(ctx context.Context, tx db.Tx, n selfreport.Note) error {
	key := fmt.Sprintf("selfreport|%s|%s|%d|%s", n.CompanyID, n.ReportID, n.Step, n.Code)
	return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: "selfreport", Object: int64(n.ReportID), Code: n.Code, Params: n.Params, Key: key}, 0, n.Except, n.Roles)
}

func ledger(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, p selfreport.Period) ([]selfreport.Line, selfreport.Plans, error) {
	tallies, plans, err := hazard.Statistics(ctx, tx, scope, c, p.From, p.Until)
	lines := make([]selfreport.Line, len(tallies))
	for i, t := range tallies {
		lines[i] = selfreport.Line{
			Level: string(t.Level), Category: t.Category, Found: t.Found, Fixed: t.Fixed, Carried: t.Carried, Cleared: t.Cleared,
			Open: t.Open, Overdue: t.Overdue, FundsFen: t.FundsFen,
		}
	}
	return lines, selfreport.Plans(plans), err
}

func card(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (selfreport.Company, error) {
	found, err := company.Of(ctx, tx, scope, c)
	if err != nil {
		return selfreport.Company{}, err
	}
	return selfreport.Company{
		Name: found.Name, USCC: found.Code(), Address: found.Address, Industry: found.Industry, ContactName: found.ContactName, ContactPhone: found.ContactPhone,
	}, nil
}

func holders(ctx context.Context, tx db.Tx, keys []certificate.HolderKey) (map[certificate.HolderKey]certificate.Holder, error) {
	asked := make([]staff.Key, len(keys))
	for i, k := range keys {
		asked[i] = staff.Key(k)
	}
	found, err := staff.Contacts(ctx, tx, asked)
	out := map[certificate.HolderKey]certificate.Holder{}
	for k, c := range found {
		out[certificate.HolderKey(k)] = certificate.Holder{Name: c.Name, PersonID: c.PersonID, LeftOn: c.LeftOn, UnitID: c.UnitID}
	}
	return out, err
}

func watchers(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]id.Of[id.Person], error) {
	return account.Holding(ctx, tx, companies, "safety")
}

func remindCertificate(ctx context.Context, tx db.Tx, list []certificate.Message) error {
	notes := make([]notice.Note, len(list))
	for i, m := range list {
		notes[i] = notice.Note{Person: m.PersonID, Company: m.CompanyID, Noun: m.Noun, Object: m.ObjectID, Code: m.Code, Params: m.Params, Key: m.Key}
	}
	_, err := notice.Remind(ctx, tx, notes...)
	return err
}

func addresses(ctx context.Context, tx db.Tx, who []id.Of[id.Person]) (map[id.Of[id.Person]]notice.Address, error) {
	found, err := account.Contacts(ctx, tx, who)
	out := map[id.Of[id.Person]]notice.Address{}
	for _, c := range found {
		out[c.PersonID] = notice.Address{Name: c.Name, Email: c.Email, Phone: c.Phone, Lang: text.Lang(c.Lang)}
	}
	return out, err
}

func hazardFacts(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]oversight.HazardFacts, error) {
	found, err := hazard.Facts(ctx, tx, ids, today.AddMonths(-12), today)
	out := map[rbac.CompanyID]oversight.HazardFacts{}
	for _, f := range found {
		out[f.CompanyID] = oversight.HazardFacts{
			Open: int32(f.Open), Overdue: int32(f.Overdue), MajorOpen: int32(f.MajorOpen), MajorOverdue: int32(f.MajorOverdue), MajorDue: int32(f.MajorDue), Recorded: true,
		}
	}
	return out, err
}

func reportFacts(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, _ day.Date) (map[rbac.CompanyID]oversight.ReportFacts, error) {
	found, err := selfreport.Facts(ctx, tx, ids)
	out := map[rbac.CompanyID]oversight.ReportFacts{}
	for _, f := range found {
		out[f.CompanyID] = oversight.ReportFacts{LastOn: f.LastSubmittedOn, Missing: int32(f.Missing), Due: f.Due > 0}
	}
	return out, err
}

// latestReports are a company's reports as the dossier shows them.
func latestReports(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, limit int) ([]oversight.Report, error) {
	found, err := selfreport.Latest(ctx, tx, scope, c, limit)
	out := make([]oversight.Report, len(found))
	for i, r := range found {
		out[i] = oversight.Report{ID: int64(r.ID), Period: r.Period, Status: string(r.State), DueOn: r.DueOn}
		if r.SubmittedAt != nil {
			out[i].SubmittedOn = day.In(*r.SubmittedAt, day.Shanghai)
		}
	}
	return out, err
}

// sendCode hands a code to a person by what reaches him: kept like other mail until an SMS
// provider is configured.
func (h *house) sendCode(ctx context.Context, tx db.Tx, to account.Recipient, kind string, params map[string]string) error {
	lang := text.Lang(to.Lang)
	return h.notice.Direct(ctx, tx, notice.Letter{
		Person: to.PersonID, Phone: to.Phone, Email: to.Email, PreferredPhone: kind == "account.sms-login" || kind == "account.phone",
		Subject: text.Say(lang, kind+".subject", params), Body: text.Say(lang, kind+".body", params), Code: params["code"],
	})
}
