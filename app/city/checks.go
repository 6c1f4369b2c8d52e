package city

import (
	"crypto/sha256"
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/checklist"
	"anbiao/modules/inspection"
)

// How far back plans of each frequency go, in days.
var since = map[inspection.Frequency]int{inspection.Daily: 60, inspection.Weekly: 364, inspection.Monthly: 364}

// failure is a failed answer of a check, which becomes a hazard.
type failure struct {
	firm  *firm
	point *point
	asked checklist.Asked
	check *inspection.Check
	file  *attachment.File
}

// round is a firm's checks being made up.
type round struct {
	b     *builder
	firm  *firm
	d     dice
	slip  dice // for what was late or has a reason: the rest is drawn as if nothing was
	plans []*inspection.Plan
	tasks []*inspection.Task
	of    []*inspection.Plan // of each task
	made  []*inspection.Check
	task  []*inspection.Task // of each check
	fails []*failure
}

// inspect makes up a year of plans, tasks and checks of the firms with points.
func (b *builder) inspect() error {
	d := newDice(seed, streamChecks+100)
	for _, f := range b.equipped() {
		r := &round{b: b, firm: f, d: d, slip: newDice(seed, streamChecks+200)}
		for _, p := range f.points {
			r.plan(p)
		}
		if err := r.enter(); err != nil {
			return err
		}
		if f == b.index["safety"] {
			if err := r.correct(); err != nil {
				return err
			}
		}
		b.fails = append(b.fails, r.fails...)
	}
	return b.confirmLine()
}

// plan makes up the plan of one point with its tasks until now.
func (r *round) plan(p *point) {
	start := r.b.today.AddDays(-since[p.every])
	start, _ = p.every.Period(start)
	plan := &inspection.Plan{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PointID: p.ID, Items: db.Texts{}, AssigneeID: p.assignee.ID, AssigneeName: p.assignee.Name,
		Frequency: p.every, Days: inspection.EveryDay, StartsOn: start, CreatedAt: at(start, 0, 10),
	}
	r.plans = append(r.plans, plan)
	for from := start; !from.After(r.b.today); {
		first, last := p.every.Period(from)
		plan.PlannedUntil = last
		r.duty(p, plan, first, last)
		from = last.AddDays(1)
	}
}

// duty makes up one task and, unless it was missed or is still open, its check.
func (r *round) duty(p *point, plan *inspection.Plan, first, last day.Date) {
	t := &inspection.Task{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PointID: p.ID, Items: db.Texts{}, AssigneeID: p.assignee.ID, AssigneeName: p.assignee.Name,
		Kind: inspection.Routine, OpensOn: first, DueOn: last, PeriodOn: first, State: inspection.Done, CreatedAt: at(first, 0, 10),
	}
	r.tasks, r.of = append(r.tasks, t), append(r.of, plan)
	yesterday := r.b.today.AddDays(-1)
	over := last.Before(r.b.today)
	switch on := first.AddDays(r.d.IntN(last.DaysSince(first) + 1)); {
	case over && r.stood(first, last):
		r.d.of(4)
		t.State, t.Stopped, t.Reason, t.SettledAt = inspection.Excused, true, stopReason, some(at(first.AddDays(-10), 9, 0))
	case over && r.d.of(4):
		t.State, t.SettledAt = inspection.Missed, some(at(last.AddDays(1), 0, 20))
		if r.slip.of(60) {
			t.Reason, t.ReasonBy, t.ReasonAt = pick(r.slip, excuses), p.assignee.Name, some(at(last.AddDays(1), 8, 40))
		}
	case over || (on.Before(yesterday) && r.d.of(50) && r.firm != r.b.index["micro"]): // whose list of the month is open
		if last.Before(yesterday.AddDays(-3)) && r.slip.of(3) {
			on = last.AddDays(r.slip.between(1, 3))
		}
		r.check(p, t, on)
		if on.After(last) {
			t.State = inspection.Missed
		}
	default:
		t.State = inspection.Open
	}
}

// check makes up the check that did t.
func (r *round) check(p *point, t *inspection.Task, on day.Date) {
	began := at(on, r.d.between(8, 16), r.d.IntN(60)).Add(time.Duration(r.d.IntN(60)) * time.Second)
	ended := began.Add(time.Duration(len(p.asked)*r.d.between(20, 55)) * time.Second)
	c := &inspection.Check{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, StartedOn: on, ClientID: r.d.uuid(), PointID: p.ID,
		StandardID: r.firm.standardAt(began), StaffID: some(int64(p.assignee.ID)), PersonName: p.assignee.Name, StartedAt: began, FinishedAt: ended, ReceivedAt: ended.Add(40 * time.Second),
	}
	sum := sha256.Sum256(c.ClientID[:])
	c.ContentHash = sum[:]
	if r.d.of(88) {
		c.LongitudeE6, c.LatitudeE6 = some(*r.firm.LongitudeE6+int32(r.d.between(-300, 300))), some(*r.firm.LatitudeE6+int32(r.d.between(-300, 300)))
	}
	t.SettledAt = some(c.ReceivedAt)
	bad := r.badItem(p)
	answers := make([]inspection.Answer, len(p.asked))
	for i, a := range p.asked {
		answers[i] = inspection.Answer{Code: a.Code, Result: inspection.Pass}
		switch {
		case a.Code == bad:
			answers[i].Result, answers[i].Note = inspection.Fail, phrases[a.Code].found
			r.fails = append(r.fails, &failure{firm: r.firm, point: p, asked: a, check: c, file: r.b.shoot(r.firm, p.assignee, began.Add(2*time.Minute), before, a.Module)})
			c.Failed++
		case !a.MustReason && r.d.of(3):
			answers[i].Result = inspection.NA
			c.NotApplicable++
		default:
			c.Passed++
		}
	}
	c.Answers = db.JSON[[]inspection.Answer]{V: answers}
	r.made, r.task = append(r.made, c), append(r.task, t)
}

// badItem draws the item that fails, mostly none.
func (r *round) badItem(p *point) string {
	if !r.d.of(failRate[p.every]) {
		return ""
	}
	var can []string
	for _, a := range p.asked {
		if _, ok := phrases[a.Code]; ok && a.Level == checklist.General {
			can = append(can, a.Code)
		}
	}
	if len(can) == 0 {
		return ""
	}
	return pick(r.d, can)
}

// failRate is how many of a hundred checks find something.
var failRate = map[inspection.Frequency]int{inspection.Daily: 5, inspection.Weekly: 12, inspection.Monthly: 20}

// enter writes what was made up.
func (r *round) enter() error {
	ctx, tx := r.b.ctx, r.b.tx
	if err := fillRefs(ctx, tx, r.plans); err != nil {
		return err
	}
	for i, t := range r.tasks {
		t.PlanID = some(int64(r.of[i].ID))
	}
	if err := fillRefs(ctx, tx, r.tasks); err != nil {
		return err
	}
	files := make([]*attachment.File, len(r.fails))
	for i, f := range r.fails {
		files[i] = f.file
	}
	if err := fillRefs(ctx, tx, files); err != nil {
		return err
	}
	for _, f := range r.fails {
		for i, a := range f.check.Answers.V {
			if a.Result == inspection.Fail {
				f.check.Answers.V[i].Photos = []id.Of[id.Attachment]{f.file.ID}
			}
		}
	}
	for i, c := range r.made {
		c.TaskID = some(int64(r.task[i].ID))
	}
	if err := r.detail(); err != nil {
		return err
	}
	if err := fillRefs(ctx, tx, r.made); err != nil {
		return err
	}
	if err := r.bindStrokes(); err != nil {
		return err
	}
	return r.tie()
}

// tie notes the checks on their tasks and photos, which came first.
func (r *round) tie() error {
	g := r.b.tx.WithContext(r.b.ctx)
	err := g.Exec(`UPDATE inspection_task t SET check_started_on = c.started_on, check_id = c.id FROM inspection_check c
		WHERE t.company_id = ? AND c.company_id = t.company_id AND c.task_id = t.id`, r.firm.CompanyID).Error
	if err != nil {
		return fmt.Errorf("tasks done: %w", err)
	}
	var files, checks db.Ints
	for _, f := range r.fails {
		files, checks = append(files, int64(f.file.ID)), append(checks, int64(f.check.ID))
	}
	return g.Exec(`UPDATE attachment a SET bound_noun = 'inspection_check', bound_id = x.object, bound_at = a.uploaded_at
		FROM unnest(?::bigint[], ?::bigint[]) AS x(file, object) WHERE a.company_id = ? AND a.id = x.file`, files, checks, r.firm.CompanyID).Error
}
