package city

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/hazard"
	"anbiao/modules/selfreport"
	"anbiao/rbac"
)

// cyclesVersion is that of the report cycles the city's reports are made under.
const cyclesVersion = "1"

// filing collects the reports of all firms.
type filing struct {
	b           *builder
	d           dice
	reports     []*selfreport.Report
	steps       []*selfreport.Step
	stepsOf     []*selfreport.Report
	submissions []*selfreport.Submission
	submitted   []*selfreport.Report
	scans       map[*selfreport.Report]*attachment.File // of stamped forms
	rounds      int                                     // submissions of the next report; fewer than two: one
	paper       bool                                    // the next is submitted on paper
}

// report makes up what firms have reported: the worked company the three quarters before the
// current one, which is open; the others more or less.
func (b *builder) report() error {
	x := &filing{b: b, d: newDice(seed, streamReports), scans: map[*selfreport.Report]*attachment.File{}}
	quarter, _ := selfreport.CycleByID("HZ-Q")
	year, _ := selfreport.CycleByID("HZ-Y")
	month, _ := selfreport.CycleByID("HZ-M")
	now, lastYear, town := quarter.Current(b.today), year.Current(b.today), b.monthlyTown()
	for i, f := range b.firms {
		if f.RegionPath[:9] == town {
			x.file(f, month, month.Current(b.today), false)
		}
		files := f.activated && x.d.of(84)
		switch {
		case i == 0:
			for n := range 3 {
				now = quarter.At(now.From.AddDays(-1))
				x.rounds, x.paper = 1-min(n, 1)+1, n == 2 // the last was returned once, the first came on paper
				x.file(f, quarter, now, true)
			}
			x.rounds, x.paper = 1, false
			now = quarter.Current(b.today)
			x.file(f, quarter, now, false)
			x.file(f, year, lastYear, true)
		case f == b.index["micro"]:
			x.file(f, quarter, quarter.At(now.From.AddDays(-1)), true)
			x.file(f, quarter, now, false)
			x.file(f, year, lastYear, true)
		case f.activated:
			x.file(f, quarter, quarter.At(now.From.AddDays(-1)), files || x.d.of(60))
			x.file(f, quarter, now, files)
			x.file(f, year, lastYear, files || x.d.of(90))
		default:
			x.file(f, quarter, now, false)
		}
	}
	return x.enter()
}

// file makes up one report, as open or as handed in.
func (x *filing) file(f *firm, c selfreport.Cycle, p selfreport.Period, in bool) {
	opened := at(c.OpensOn(p), 0, 12)
	r := &selfreport.Report{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Cycle: c.ID, CycleVersion: cyclesVersion, Period: p.Name,
		PeriodFrom: p.From, PeriodUntil: p.Until, DueOn: c.DueOn(p), SignedHow: selfreport.BySignature, OpenedAt: opened,
		Scans: noFiles(), OutsideFiles: noFiles(),
	}
	x.reports = append(x.reports, r)
	x.step(r, selfreport.Open, selfreport.Opened, opened, rbac.System, "selfreport.open-batch", nil)
	days := x.d.between(3, 17)
	if x.rounds == 2 {
		days = max(days, 8) // there was a round before
	}
	if handed := at(c.OpensOn(p).AddDays(days), 10, 20); in && handed.Before(x.b.tx.Now) {
		x.handIn(f, r, handed)
	}
}

// handIn compiles, signs and submits r, and lets the county receive it.
func (x *filing) handIn(f *firm, r *selfreport.Report, t time.Time) {
	if x.rounds == 2 {
		x.sendBack(f, r, t.Add(-96*time.Hour))
	}
	x.submit(f, r, t, x.content(f, r, f.filler().Name, t.Add(-26*time.Hour)))
	switch {
	case f != x.b.firms[0] && f != x.b.index["micro"] && x.d.of(4): // some systems elsewhere are filled in first
		x.mark(f, r, t)
		return
	case f == x.b.firms[0], x.d.of(70):
	default:
		return
	}
	if seen := t.Add(70 * time.Hour); seen.Before(x.b.tx.Now) {
		event, to, reasons := selfreport.Receive, selfreport.Received, []selfreport.Reason{}
		if f != x.b.firms[0] && f != x.b.index["micro"] && r.Cycle == "HZ-Q" && x.d.of(5) {
			event, to = selfreport.Return, selfreport.Returned
			reasons = []selfreport.Reason{{Item: "general.found", Reason: "与网格员走访记录不符，请核对排查数"}}
		}
		x.decide(r, event, to, seen, reasons)
	}
}

func (f *firm) filler() *worker { return f.staff[min(1, len(f.staff)-1)] }

// submit is one round: compiled, signed, handed in at t.
func (x *filing) submit(f *firm, r *selfreport.Report, t time.Time, c selfreport.Content) {
	boss, filler := f.staff[0], f.filler()
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and days
	}
	sum := sha256.Sum256(text)
	r.Content, r.ContentHash, r.Zero = string(text), hex.EncodeToString(sum[:]), c.Statistics.Zero
	compiled, signed := t.Add(-26*time.Hour), t.Add(-2*time.Hour)
	r.CompiledAt, r.CompiledByName, r.SignedAt, r.SignedByPersonID, r.SignedByName = &compiled, filler.Name, &signed, boss.PersonID, boss.Name
	r.Rounds++
	r.SubmittedAt, r.SubmittedByName, r.Remark = &t, filler.Name, c.Remark
	if r.FirstSubmittedAt == nil {
		r.FirstSubmittedAt, r.Late = &t, selfreport.Late(t, r.DueOn)
	}
	x.step(r, selfreport.Compile, selfreport.Draft, compiled, rbac.Company, filler.Name, filler.PersonID)
	if x.paper {
		day := day.In(signed, day.Shanghai).Midnight(day.Shanghai)
		r.SignedAt, r.SignedByPersonID, r.SignedHow = &day, nil, selfreport.ByPaper
		x.scans[r] = x.b.shoot(f, filler, t.Add(-time.Hour), after, "季报盖章扫描件")
		x.step(r, selfreport.Paper, selfreport.Submitted, t, rbac.Company, filler.Name, filler.PersonID)
	} else {
		x.step(r, selfreport.Sign, selfreport.Signed, signed, rbac.Company, boss.Name, boss.PersonID)
		x.step(r, selfreport.Submit, selfreport.Submitted, t, rbac.Company, filler.Name, filler.PersonID)
	}
	x.submitted = append(x.submitted, r)
	x.submissions = append(x.submissions, &selfreport.Submission{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Round: r.Rounds, Content: r.Content, ContentHash: r.ContentHash, SignedAt: *r.SignedAt,
		SignedByPersonID: r.SignedByPersonID, SignedByName: boss.Name, SignedHow: r.SignedHow, Scans: noFiles(), SubmittedAt: t, SubmittedByName: filler.Name, Late: selfreport.Late(t, r.DueOn),
	})
}

func (x *filing) step(r *selfreport.Report, e selfreport.Event, to selfreport.State, t time.Time, kind rbac.Kind, name string, person *id.Of[id.Person]) {
	r.Steps++
	x.stepsOf = append(x.stepsOf, r)
	x.steps = append(x.steps, &selfreport.Step{
		CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, N: r.Steps, Event: e, FromState: r.State, ToState: to, At: t, ActorKind: string(kind),
		PersonID: person, ActorName: name, ContentHash: r.ContentHash, Reasons: db.JSON[[]selfreport.Reason]{V: []selfreport.Reason{}},
	})
	r.State, r.ChangedAt = to, t
}

func (x *filing) enter() error {
	ctx, tx := x.b.ctx, x.b.tx
	if err := x.fileScans(); err != nil {
		return err
	}
	if err := fillRefs(ctx, tx, x.reports); err != nil {
		return err
	}
	for i, s := range x.steps {
		s.ReportID = x.stepsOf[i].ID
	}
	for i, s := range x.submissions {
		s.ReportID = x.submitted[i].ID
	}
	if err := fillRefs(ctx, tx, x.steps); err != nil {
		return err
	}
	if err := fillRefs(ctx, tx, x.submissions); err != nil {
		return err
	}
	for r, scan := range x.scans {
		if err := x.b.bind(scan, "selfreport", int64(r.ID)); err != nil {
			return err
		}
	}
	return x.b.count(x.reports)
}

func (x *filing) content(f *firm, r *selfreport.Report, filler string, t time.Time) selfreport.Content {
	return selfreport.Content{
		Form: r.Cycle + "@" + r.CycleVersion, Period: r.Period, From: r.PeriodFrom, Until: r.PeriodUntil, DueOn: r.DueOn,
		Company: selfreport.Company{
			Name: f.Name, USCC: f.USCC, Address: f.Address, Industry: f.Industry, ContactName: f.ContactName, ContactPhone: f.ContactPhone,
		},
		Statistics: tally(f.found, r.PeriodFrom, r.PeriodUntil), FilledBy: filler, FilledOn: day.In(t, day.Shanghai),
	}
}

// tally adds up a ledger over a period as hazard.Statistics does (a test holds them equal).
func tally(ledger []*story, from, until day.Date) selfreport.Statistics {
	lines := map[string]*selfreport.Line{}
	s := selfreport.Statistics{General: selfreport.Line{Level: "general"}, Major: selfreport.Line{Level: "major"}, Lines: []selfreport.Line{}}
	for _, h := range ledger {
		closed := !h.CancelledOn.IsZero() && !h.CancelledOn.After(until)
		if !h.VoidedOn.IsZero() || h.Historical || h.FoundOn.After(until) || (closed && h.CancelledOn.Before(from)) {
			continue
		}
		level, total := "general", &s.General
		if h.Level == hazard.Major {
			level, total = "major", &s.Major
			plan(&s.Plans, h, closed)
		}
		l := lines[level+h.Category]
		if l == nil {
			l = &selfreport.Line{Level: level, Category: h.Category}
			lines[level+h.Category] = l
		}
		count(l, h, from, until, closed)
		count(total, h, from, until, closed)
	}
	for _, k := range slices.SortedFunc(maps.Keys(lines), cmp.Compare[string]) {
		s.Lines = append(s.Lines, *lines[k])
	}
	s.FixRate, s.MajorFix = rate(s.General), rate(s.Major)
	s.Zero = s.General.Found+s.Major.Found == 0
	return s
}

func count(l *selfreport.Line, h *story, from, until day.Date, closed bool) {
	carried := h.FoundOn.Before(from)
	one := func(yes bool) int64 {
		if yes {
			return 1
		}
		return 0
	}
	l.Found += one(!carried)
	l.Fixed += one(!carried && closed)
	l.Carried += one(carried)
	l.Cleared += one(carried && closed)
	l.Open += one(!closed)
	l.Overdue += one((h.FixedOn.IsZero() || h.FixedOn.After(until)) && !h.Deadline.IsZero() && h.Deadline.Before(until))
	if closed && h.ActualFundsFen != nil {
		l.FundsFen += *h.ActualFundsFen
	}
}

func plan(p *selfreport.Plans, h *story, closed bool) {
	if closed {
		return
	}
	p.Count++
	p.WithGoals++
	p.WithFunds++
	p.WithOwner++
	p.WithTime++
	p.WithMeasures++
	p.FundsFen += *h.FundsFen
}

func rate(l selfreport.Line) *int64 {
	if l.Found == 0 {
		return nil
	}
	return some(l.Fixed * 10_000 / l.Found)
}
