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
}

// report makes up what firms have reported: the worked company the three quarters before the
// current one, which is open; the others more or less.
func (b *builder) report() error {
	x := &filing{b: b, d: newDice(seed, streamReports)}
	quarter, _ := selfreport.CycleByID("HZ-Q")
	year, _ := selfreport.CycleByID("HZ-Y")
	now, lastYear := quarter.Current(b.today), year.Current(b.today)
	for i, f := range b.firms {
		files := f.activated && x.d.of(84)
		switch {
		case i == 0:
			for range 3 {
				now = quarter.At(now.From.AddDays(-1))
				x.file(f, quarter, now, true)
			}
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
		PeriodFrom: p.From, PeriodUntil: p.Until, DueOn: c.DueOn(p), OpenedAt: opened,
	}
	x.reports = append(x.reports, r)
	x.step(r, selfreport.Open, selfreport.Opened, opened, rbac.System, "selfreport.open-batch", nil)
	if handed := at(c.OpensOn(p).AddDays(x.d.between(3, 17)), 10, 20); in && handed.Before(x.b.tx.Now) {
		x.handIn(f, r, handed)
	}
}

// handIn compiles, signs and submits r, and lets the county receive it.
func (x *filing) handIn(f *firm, r *selfreport.Report, t time.Time) {
	boss, filler := f.staff[0], f.staff[min(1, len(f.staff)-1)]
	c := x.content(f, r, filler.Name, t.Add(-26*time.Hour))
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and days
	}
	sum := sha256.Sum256(text)
	r.Content, r.ContentHash, r.Zero = string(text), hex.EncodeToString(sum[:]), c.Statistics.Zero
	compiled, signed := t.Add(-26*time.Hour), t.Add(-2*time.Hour)
	r.CompiledAt, r.CompiledByName, r.SignedAt, r.SignedByPersonID, r.SignedByName = &compiled, filler.Name, &signed, boss.PersonID, boss.Name
	r.Rounds, r.FirstSubmittedAt, r.SubmittedAt, r.SubmittedByName, r.Late = 1, &t, &t, filler.Name, selfreport.Late(t, r.DueOn)
	x.step(r, selfreport.Compile, selfreport.Draft, compiled, rbac.Company, filler.Name, filler.PersonID)
	x.step(r, selfreport.Sign, selfreport.Signed, signed, rbac.Company, boss.Name, boss.PersonID)
	x.step(r, selfreport.Submit, selfreport.Submitted, t, rbac.Company, filler.Name, filler.PersonID)
	x.submitted = append(x.submitted, r)
	x.submissions = append(x.submissions, &selfreport.Submission{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Round: 1, Content: r.Content, ContentHash: r.ContentHash, SignedAt: signed,
		SignedByPersonID: *boss.PersonID, SignedByName: boss.Name, SubmittedAt: t, SubmittedByName: filler.Name, Late: r.Late,
	})
	if seen := t.Add(70 * time.Hour); seen.Before(x.b.tx.Now) && (f == x.b.firms[0] || x.d.of(70)) {
		person := x.b.login["county"]
		r.DecidedAt, r.DecidedByName = &seen, x.b.officerName("county")
		x.step(r, selfreport.Receive, selfreport.Received, seen, rbac.Regulator, r.DecidedByName, &person)
	}
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
	return fillRefs(ctx, tx, x.submissions)
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
		if !h.VoidedOn.IsZero() || h.FoundOn.After(until) || (closed && h.CancelledOn.Before(from)) {
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
