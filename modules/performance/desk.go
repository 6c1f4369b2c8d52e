package performance

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
)

// rowsOfChecks is how many check tasks a working names; the numbers count all of them.
const rowsOfChecks = 60

// assess computes everybody whom the round covers, in order of the tree's holders.
func (d *desk) assess(tx db.Tx) (list []Assessment, err error) {
	held := map[id.Of[id.Staff]][]org.Holder{}
	var order []id.Of[id.Staff]
	for _, h := range d.tree.Holders {
		if held[h.StaffID] == nil {
			order = append(order, h.StaffID)
		}
		held[h.StaffID] = append(held[h.StaffID], h)
	}
	for _, n := range order {
		unit, _ := d.tree.Unit(d.seat[n])
		if !d.setting.assesses(d.round.Frequency, unit.Kind) {
			continue
		}
		a, err := d.person(held[n], unit, tx.Now)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// person computes one person's assessment.
func (d *desk) person(held []org.Holder, unit org.Unit, now time.Time) (Assessment, error) {
	slices.SortStableFunc(held, func(a, b org.Holder) int { return cmp.Compare(truth(b.Main), truth(a.Main)) })
	main := held[0]
	r := d.round
	f := &file{now: now, Assessment: Assessment{
		CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, RoundID: r.ID, StaffID: main.StaffID, StaffName: main.Name,
		PostName: d.posts[main.PostID].Name, UnitName: unit.Name, State: Draft, RuleVersion: d.rules.Version, ChangedAt: now,
	}}
	if unit.ID != 0 {
		f.UnitID = &unit.ID
	}
	f.work = Working{
		RuleVersion: d.rules.Version, Period: r.Period, From: r.FromOn, Until: r.UntilOn, Cells: d.cellsOf(held), Checks: d.checksOf(main.StaffID),
		Deductions: []Deduction{}, Vetoes: []Veto{},
	}
	d.blame(&f.work, main.StaffID)
	if before, ok := d.drafts[main.StaffID]; ok {
		f.work.keep(before)
	}
	return f.Assessment, f.finish(&f.Assessment)
}

// finish computes and copies the result.
func (f *file) finish(into *Assessment) error {
	err := f.compute()
	*into = f.Assessment
	return err
}

// cellsOf are a person's cells with their tasks of the period; a cell he no longer holds is
// there if something of it was due.
func (d *desk) cellsOf(held []org.Holder) []CellWork {
	cells := []CellWork{}
	at := map[id.Of[Cell]]int{}
	for _, h := range held {
		for _, c := range d.cells[h.PostID] {
			at[c.CellID] = len(cells)
			cells = append(cells, CellWork{
				CellID: c.CellID, Duty: c.Text, Kind: c.Kind, Frequency: c.Frequency, Post: d.posts[h.PostID].Name, Score: c.Score, Tasks: []TaskWork{}, ByChecks: c.Frequency.ByChecks(),
			})
		}
	}
	for _, t := range d.tasks[held[0].StaffID] {
		i, known := at[t.CellID]
		if !known {
			i = len(cells)
			at[t.CellID] = i
			cells = append(cells, CellWork{CellID: t.CellID, Duty: t.DutyText, Kind: t.DutyKind, Frequency: t.Frequency, Post: t.PostName, Score: t.Score, Tasks: []TaskWork{}})
		}
		cells[i].Tasks = append(cells[i].Tasks, d.taskOf(t))
	}
	return cells
}

func (d *desk) taskOf(t Task) TaskWork {
	w := TaskWork{ID: t.ID, Period: t.Period, Occasion: t.Occasion, Status: t.Status, DueOn: t.DueOn, DoneOn: t.DoneOn, Excuse: cmp.Or(t.Excuse, t.ExcuseKind), Evidence: []EvidenceWork{}}
	for _, e := range d.evidence[t.ID] {
		w.Evidence = append(w.Evidence, EvidenceWork{e.ID, e.Kind, e.Noun, e.ObjectID, e.HappenedOn, e.Title})
	}
	return w
}

// checksOf counts the checks a person had to make; those missed are named first.
func (d *desk) checksOf(n id.Of[id.Staff]) ChecksWork {
	w := ChecksWork{Rows: []CheckWork{}}
	rank := map[Status]int{Missed: 0, Late: 1, Done: 2}
	list := slices.Clone(d.checks[n])
	slices.SortFunc(list, func(a, b Checked) int {
		return cmp.Or(cmp.Compare(rank[a.Status], rank[b.Status]), cmp.Compare(b.On.String(), a.On.String()), cmp.Compare(a.TaskID, b.TaskID))
	})
	for i, c := range list {
		switch c.Status {
		case Done:
			w.Done++
		case Late:
			w.Late++
		default:
			w.Missed++
		}
		if i < rowsOfChecks {
			w.Rows = append(w.Rows, CheckWork{c.TaskID, c.CheckID, c.On, c.Title, c.Status})
		}
	}
	return w
}

// blame takes points off for hazards in the person's area that his own people did not report,
// as far as the rules do not spare them, and vetoes for a major one left open past its date.
func (d *desk) blame(w *Working, n id.Of[id.Staff]) {
	list := slices.Clone(d.blames[n])
	slices.SortFunc(list, func(a, b Blame) int { return cmp.Compare(a.HazardID, b.HazardID) })
	for _, b := range list {
		if b.LeftOpen {
			w.Vetoes = append(w.Vetoes, Veto{Reason: b.Number, HazardID: b.HazardID})
		}
		if b.FoundOn.Before(d.span.From) || b.FoundOn.After(d.span.Until) || d.reported(n, b.FoundBy) || (d.rules.Deductions.SpareOwn && !b.ByAuthority && !b.Late) {
			continue
		}
		off := Deduction{Kind: OffHazard, Points: d.rules.Deductions.Hazard, Reason: b.Number, HazardID: b.HazardID}
		if b.Major {
			off.Kind, off.Points = OffMajor, d.rules.Deductions.Major
		}
		w.Deductions = append(w.Deductions, off)
	}
}

// reported tells whether the finder belongs to the person's area: a leader's is his unit and
// what is below it, anybody else's his own unit.
func (d *desk) reported(owner, finder id.Of[id.Staff]) bool {
	if finder == 0 {
		return false
	}
	mine, his := d.seat[owner], d.seat[finder]
	return finder == owner || (mine != 0 && d.tree.Within(his, mine))
}

// keep takes over what was decided by hand in an earlier computation.
func (w *Working) keep(before Working) {
	for _, d := range before.Deductions {
		if d.Kind == OffManual {
			w.Deductions = append(w.Deductions, d)
		}
		for i := range w.Deductions {
			if d.Struck != "" && w.Deductions[i].Kind != OffManual && w.Deductions[i].HazardID == d.HazardID {
				w.Deductions[i].Struck = d.Struck
			}
		}
	}
	for _, v := range before.Vetoes {
		if v.By != "" {
			w.Vetoes = append(w.Vetoes, v)
		}
		for i := range w.Vetoes {
			if v.Struck != "" && w.Vetoes[i].By == "" && w.Vetoes[i].HazardID == v.HazardID {
				w.Vetoes[i].Struck = v.Struck
			}
		}
	}
	for _, c := range before.Cells {
		for i := range w.Cells {
			if c.False != "" && w.Cells[i].CellID == c.CellID {
				w.Cells[i].False = c.False
			}
		}
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// String names a round for messages.
func (r Round) String() string { return fmt.Sprintf("%s %s", r.Frequency, r.Period) }
