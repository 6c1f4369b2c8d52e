package city

import (
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/selfreport"
	"anbiao/rbac"
)

func noFiles() db.JSON[[]id.Of[id.Attachment]] {
	return db.JSON[[]id.Of[id.Attachment]]{V: []id.Of[id.Attachment]{}}
}

// sendBack is a round before the one that counts: it is returned with reasons for two of its items.
func (x *filing) sendBack(f *firm, r *selfreport.Report, t time.Time) {
	c := x.content(f, r, f.filler().Name, t.Add(-26*time.Hour))
	c.Remark = "零星隐患已当场整改，未计入"
	c.Statistics.General.Found = max(0, c.Statistics.General.Found-1)
	c.Statistics.General.Carried++
	x.submit(f, r, t, c)
	x.decide(r, selfreport.Return, selfreport.Returned, t.Add(20*time.Hour), []selfreport.Reason{
		{Item: "general.found", Reason: "当场整改的隐患也要计入排查数"}, {Item: "remark", Reason: "请说明未计入的隐患及其整改情况"},
	})
}

// decide is the county receiving or returning what was handed in.
func (x *filing) decide(r *selfreport.Report, e selfreport.Event, to selfreport.State, t time.Time, reasons []selfreport.Reason) {
	person := x.b.login["county"]
	r.DecidedAt, r.DecidedByName = &t, x.b.officerName("county")
	x.step(r, e, to, t, rbac.Regulator, r.DecidedByName, &person)
	x.steps[len(x.steps)-1].Reasons.V = reasons
}

// mark notes that the report, which was handed in and returned for its number, was made in the
// system of the province.
func (x *filing) mark(f *firm, r *selfreport.Report, t time.Time) {
	at := t.Add(time.Hour)
	if !at.Before(x.b.tx.Now) {
		return
	}
	x.decide(r, selfreport.Return, selfreport.Returned, t.Add(30*time.Minute), []selfreport.Reason{{Item: "general.found", Reason: "省系统已有本期数据，请在此标记，不必重复填报"}})
	r.OutsideSystem, r.OutsideNumber, r.OutsideOn = "zj-quarter", "ZJZB-"+strings.ReplaceAll(r.Period, "-", "")+"-"+f.USCC[len(f.USCC)-4:], day.In(t, day.Shanghai)
	r.OutsideAt, r.OutsideByName = &at, f.filler().Name
	x.step(r, selfreport.Mark, selfreport.Outside, at, rbac.Company, f.filler().Name, f.filler().PersonID)
}

// fileScans enters the scans of stamped forms, which reports and submissions name.
func (x *filing) fileScans() error {
	var files []*attachment.File
	for _, r := range x.reports {
		if f := x.scans[r]; f != nil {
			files = append(files, f)
		}
	}
	if err := fillRefs(x.b.ctx, x.b.tx, files); err != nil {
		return err
	}
	for i, s := range x.submissions {
		if f := x.scans[x.submitted[i]]; f != nil {
			s.Scans.V = []id.Of[id.Attachment]{f.ID}
			x.submitted[i].Scans.V = s.Scans.V
		}
	}
	return nil
}

// count freezes who owed the reports that there are, binds one town to the monthly rule, and
// urges once.
func (b *builder) count(reports []*selfreport.Report) error {
	worked := b.firms[0]
	firms := make(map[id.Of[id.Company]]*firm, len(b.firms))
	for _, f := range b.firms {
		firms[f.CompanyID] = f
	}
	var rows []selfreport.Counted
	for _, r := range reports {
		if r.PeriodUntil.AddDays(1).After(b.today) {
			continue
		}
		f := firms[r.CompanyID]
		c := selfreport.Counted{
			CompanyID: r.CompanyID, Cycle: r.Cycle, Period: r.Period, PeriodFrom: r.PeriodFrom, RegionPath: r.RegionPath, OversightLine: r.OversightLine, Name: f.Name,
			HighRisk: selfreport.HighRisk(f.Industry, f.Tags), AboveScale: f.AboveScale, Crowded: selfreport.Crowded(f.Industry, f.Tags), ReportID: &r.ID,
			Standing: string(r.State), Zero: r.Zero, Late: r.Late, Paper: r.SignedHow == selfreport.ByPaper, ReportedOn: r.OutsideOn, DueOn: r.DueOn, CountedAt: at(r.PeriodUntil.AddDays(1), 0, 12),
		}
		switch {
		case r.State == selfreport.Opened:
			c.Standing = "unreported"
		case r.SubmittedAt != nil && r.OutsideOn.IsZero():
			c.ReportedOn = day.In(*r.SubmittedAt, day.Shanghai)
		}
		rows = append(rows, c)
	}
	if err := fill(b.ctx, b.tx, rows); err != nil {
		return err
	}
	first := day.Of(b.today.Year(), b.today.Month(), 1)
	if err := fill(b.ctx, b.tx, []selfreport.Profile{{
		Area: b.monthlyTown(), Profile: "ningbo", ValidFrom: first, Basis: "《关于开展企业隐患月度自查自报试点的通知》", ByName: b.officerName("county"), ChangedAt: at(first, 9, 0),
	}}); err != nil {
		return err
	}
	quarter, _ := selfreport.CycleByID("HZ-Q")
	p := quarter.At(quarter.Current(b.today).From.AddDays(-1))
	on := quarter.DueOn(p).AddDays(-1)
	return fill(b.ctx, b.tx, []selfreport.Urge{{
		CompanyID: worked.CompanyID, RegionPath: worked.RegionPath, OversightLine: worked.OversightLine, Cycle: "HZ-Q", Period: p.Name, PeriodFrom: p.From, UrgedOn: on, At: at(on, 9, 30),
		PersonID: b.login["county"], ByName: b.officerName("county"),
	}})
}

// monthlyTown is the town of the county that reports every month: another than that of the
// companies the demo walks with.
func (b *builder) monthlyTown() (town string) {
	for _, f := range b.firms {
		path := f.RegionPath[:9]
		if path != b.firms[0].RegionPath[:9] && path != b.index["micro"].RegionPath[:9] && path != b.index["other-safety"].RegionPath[:9] && strings.HasPrefix(path, "330784") {
			town = path
		}
	}
	return town
}
