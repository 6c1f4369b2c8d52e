package city

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/performance"
	"anbiao/rbac"
)

// appraisal collects the worked company's duty tasks and assessments.
type appraisal struct {
	b       *builder
	f       *firm
	d       dice
	home    rbac.Home
	quarter performance.Span // assessed for all
	month   performance.Span // in hand: drafts
}

// appraise plans the duties of the worked company since the last quarter, fulfils most of them,
// and assesses it: the last quarter is over but for one appeal, the last month lies with the
// superiors.
func (b *builder) appraise() error {
	if b.deps.Assess == nil {
		return nil
	}
	f := b.index["safety"]
	a := &appraisal{b: b, f: f, d: newDice(seed, streamAppraisal), home: rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}}
	a.quarter = ended(performance.Quarterly, b.today.AddDays(-26))
	a.month = ended(performance.Monthly, b.today)
	for _, step := range []func() error{a.plan, a.happen, a.settle, a.makeUp, a.assess, a.reward, a.fill} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// ended is the period of f that ended before the one which holds d.
func ended(f performance.Frequency, d day.Date) performance.Span {
	running, _ := f.At(d)
	s, _ := f.At(running.From.AddDays(-1))
	return s
}

// plan makes the tasks of every week since the quarter began.
func (a *appraisal) plan() error {
	past := a.b.tx
	for on := a.quarter.From; !on.After(a.b.today); on = on.AddDays(7) {
		past.Now = at(on, 0, 40)
		if _, _, err := a.b.deps.Assess.Plan(a.b.ctx, past, a.home, on); err != nil {
			return err
		}
	}
	_, _, err := a.b.deps.Assess.Plan(a.b.ctx, a.b.tx, a.home, a.b.today)
	return err
}

// occasions are what makes event duties fall due, by the kind of evidence they ask for.
var occasions = map[string][]string{
	"permits":       {"2号厂房管道改造动火", "喷漆房检修动火", "行车轨道补焊动火", "除尘管道登高作业"},
	"hazard-report": {"发现气瓶未固定", "发现配电箱门未关", "发现通道堆料"},
	"certificate":   {"新班组上岗核验"},
	"training":      {"新员工到岗", "转岗复训"},
	"drills":        {"车间应急演练"},
	"documents":     {"新设备到货", "合同签订", "设备停用"},
}

// forgotten is the event for which the demo worker handed in nothing: what he may appeal against.
const forgotten = "3号车间行车横梁补焊动火"

// happen records events since the quarter began, and yesterday's of the demo worker.
func (a *appraisal) happen() error {
	tasks, err := a.b.deps.Assess.Events(a.b.ctx, a.b.tx, a.home, a.b.today)
	if err != nil {
		return err
	}
	rules := performance.RulesOn(a.b.today)
	worker, seen := a.member("worker").ID, map[string]bool{}
	span := a.b.today.DaysSince(a.quarter.From)
	var rows []performance.Task
	for _, t := range tasks {
		said := occasions[rules.MeasureOf(t.Template, t.EvidenceText).ID]
		if said == nil {
			said = occasions["documents"]
		}
		for range 1 + a.d.IntN(3) {
			rows = a.event(rows, t, a.quarter.From.AddDays(a.d.IntN(span-6)), pick(a.d, said), seen)
		}
		if t.StaffID == worker {
			rows = a.event(rows, t, a.b.today.AddDays(-1), said[0], seen)
			rows = a.event(rows, t, a.month.From.AddDays(11), forgotten, seen)
		}
	}
	return fill(a.b.ctx, a.b.tx, rows)
}

// event adds one event of a day, unless it is there.
func (a *appraisal) event(rows []performance.Task, t performance.Task, on day.Date, said string, seen map[string]bool) []performance.Task {
	r := performance.RulesOn(on)
	sum := sha256.Sum256([]byte(said))
	t.Occasion, t.Period = said, on.String()+"-"+hex.EncodeToString(sum[:4])
	key := fmt.Sprint(t.CellID, t.StaffID, t.Period)
	if seen[key] {
		return rows
	}
	seen[key] = true
	t.FromOn, t.DueOn, t.CreatedAt = on, on.AddDays(r.EventDays), at(on, 9, 30)
	t.GraceUntil = t.DueOn.AddDays(r.GraceDays[t.Frequency])
	return append(rows, t)
}

// settle lets the rules match what was done in the other parts of the city.
func (a *appraisal) settle() error {
	_, err := a.b.deps.Assess.Settle(a.b.ctx, a.b.tx, a.home.CompanyID, a.b.today)
	return err
}

// handedIn are titles of evidence by hand.
var handedIn = map[performance.EvidenceKind][]string{
	performance.Meeting: {"月度安全例会纪要", "班组安全活动记录", "安全调度会纪要"}, performance.DrillHeld: {"火灾疏散演练记录", "触电急救演练记录"},
	performance.Training: {"岗位安全培训签到与考核", "三级教育卡"}, performance.Permit: {"动火作业票", "临时用电票"},
	performance.CheckPaper: {"纸质点检表", "现场检查单"}, performance.Document: {"考核表", "台账更新记录", "审批单", "书面报告"},
}

// makeUp fulfils most of what no record of the system showed by evidence handed in; the rest
// stays missed.
func (a *appraisal) makeUp() error {
	var tasks []performance.Task
	q := "SELECT * FROM performance_task WHERE company_id = ? AND (status = 'missed' OR (status = 'pending' AND due_on < ?)) ORDER BY id"
	if err := a.b.tx.WithContext(a.b.ctx).Raw(q, int64(a.home.CompanyID), a.b.today.AddDays(-3)).Scan(&tasks).Error; err != nil {
		return err
	}
	rate := map[id.Of[id.Staff]]int{}
	var done []performance.Task
	var proof []performance.Evidence
	for _, t := range tasks {
		if rate[t.StaffID] == 0 { // how reliable somebody is
			rate[t.StaffID] = pick(a.d, []int{98, 96, 95, 92, 90, 85, 80, 62, 40})
		}
		if !a.d.of(rate[t.StaffID]) || t.Occasion == forgotten {
			continue
		}
		e := a.proof(t, a.d.of(10))
		t.Status, t.DoneOn, t.SettledAt = performance.Done, e.HappenedOn, e.DecidedAt
		if t.DoneOn.After(t.DueOn) {
			t.Status = performance.Late
		}
		done, proof = append(done, t), append(proof, e)
	}
	if err := a.close(done); err != nil {
		return err
	}
	return fill(a.b.ctx, a.b.tx, proof)
}

// proof is what somebody handed in for a task, and his superior confirmed.
func (a *appraisal) proof(t performance.Task, late bool) performance.Evidence {
	on := t.FromOn.AddDays(a.d.IntN(t.DueOn.DaysSince(t.FromOn) + 1))
	if late {
		on = t.DueOn.AddDays(1)
	}
	on = day.Earlier(on, a.b.today.AddDays(-1))
	kind := performance.RulesOn(t.DueOn).MeasureOf(t.Template, t.EvidenceText).Manual
	safety := a.member("safety")
	return performance.Evidence{
		CompanyID: t.CompanyID, RegionPath: t.RegionPath, OversightLine: t.OversightLine, TaskID: t.ID, StaffID: t.StaffID, UnitID: t.UnitID, Kind: kind,
		HappenedOn: on, Title: pick(a.d, handedIn[kind]), AttachmentIDs: db.Ints{}, Status: performance.Accepted, ByName: t.StaffName, At: at(on, 16, a.d.IntN(60)),
		DecidedPersonID: safety.PersonID, DecidedName: safety.Name, DecidedAt: some(at(on, 17, 30)),
	}
}

// close writes what became of tasks.
func (a *appraisal) close(tasks []performance.Task) error {
	var ids db.Ints
	var status, on db.Texts
	for _, t := range tasks {
		ids, status, on = append(ids, int64(t.ID)), append(status, string(t.Status)), append(on, t.DoneOn.String())
	}
	q := `UPDATE performance_task t SET status = s.status, done_on = s.day::date, settled_at = s.day::date + interval '10 hours'
		FROM unnest( ?::bigint[], ?::text[], ?::text[]) AS s(id, status, day) WHERE t.company_id = ? AND t.id = s.id`
	return a.b.tx.WithContext(a.b.ctx).Exec(q, ids, status, on, int64(a.home.CompanyID)).Error
}

// assess computes both rounds and moves the quarter's on to where it stands.
func (a *appraisal) assess() error {
	past := a.b.tx
	past.Now = at(a.b.today.AddDays(-18), 0, 45)
	quarter, err := a.b.deps.Assess.Round(a.b.ctx, past, a.home, a.quarter.Key, "performance.keep")
	if err != nil {
		return err
	}
	if _, err := a.b.deps.Assess.Round(a.b.ctx, a.b.tx, a.home, a.month.Key, "performance.keep"); err != nil {
		return err
	}
	for _, g := range []struct{ assessor, where string }{
		{"leader", "t.unit_name = '焊接一班' AND t.staff_id <> ?"},
		{"director", "(t.unit_name LIKE '%焊%') AND t.staff_id <> ?"},
		{"safety", "t.staff_id <> ?"},
		{"principal", "t.staff_id <> ?"},
	} {
		who := a.member(g.assessor)
		q := `UPDATE performance_assessment t SET assessor_staff_id = ?, assessor_person_id = ?, assessor_name = ? WHERE t.company_id = ? AND t.round_id = ? AND t.assessor_name = '' AND ` + g.where
		if err := a.b.tx.WithContext(a.b.ctx).Exec(q, who.ID, *who.PersonID, who.Name, int64(a.home.CompanyID), int64(quarter), who.ID).Error; err != nil {
			return err
		}
	}
	return a.move(quarter)
}

// step is one that all assessments of a round have taken.
type step struct {
	event, from, to string
	days            int // ago
}

// move confirms and publishes a round; what nobody appealed against is final. The director has
// appealed yesterday.
func (a *appraisal) move(round id.Of[performance.Round]) error {
	steps := []step{{"confirm", "draft", "confirmed", 15}, {"publish", "confirmed", "published", 14}, {"lapse", "published", "final", 5}}
	if err := a.steps(round, "staff_id <> ?", "", steps...); err != nil {
		return err
	}
	last := []step{{"confirm", "draft", "confirmed", 4}, {"publish", "confirmed", "published", 3}}
	if err := a.steps(round, "staff_id = ?", "", last...); err != nil {
		return err
	}
	said := "九月第三周我在省厅参加培训，车间检查由副主任代为完成并有检查单，请核实后不计缺失。"
	return a.steps(round, "staff_id = ?", said, step{"appeal", "published", "appealed", 1})
}

func (a *appraisal) steps(round id.Of[performance.Round], where, note string, steps ...step) error {
	director := a.member("director")
	for _, s := range steps {
		when := at(a.b.today.AddDays(-s.days), 10, 15)
		q := `WITH moved AS (UPDATE performance_assessment SET state = ?, steps = steps + 1, changed_at = ?, published_at = CASE ? WHEN 'publish' THEN ?::timestamptz ELSE published_at END,
				appeal_until = CASE ? WHEN 'publish' THEN ?::date ELSE appeal_until END WHERE company_id = ? AND round_id = ? AND state = ? AND ` + where + ` RETURNING *)
			INSERT INTO performance_step (company_id, region_path, oversight_line, assessment_id, n, event, from_state, to_state, score, note, at, person_id, actor_name)
			SELECT company_id, region_path, oversight_line, id, steps, ?, ?, ?, score, ?, changed_at, CASE ? WHEN 'appeal' THEN ?::bigint ELSE assessor_person_id END,
				CASE ? WHEN 'lapse' THEN 'performance.lapse' WHEN 'appeal' THEN staff_name ELSE assessor_name END FROM moved`
		err := a.b.tx.WithContext(a.b.ctx).Exec(q, s.to, when, s.event, when, s.event, a.b.today.AddDays(-s.days+7), int64(a.home.CompanyID), int64(round), s.from, int64(director.ID),
			s.event, s.from, s.to, note, s.event, int64(*director.PersonID), s.event).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// reward records one reward, of the demo worker, and one penalty, and confirms how often whom is
// assessed.
func (a *appraisal) reward() error {
	var low []struct {
		StaffID   id.Of[id.Staff]
		StaffName string
		UnitID    *id.Of[id.Unit]
		ID        id.Of[id.Assessment]
	}
	q := "SELECT staff_id, staff_name, unit_id, id FROM performance_assessment WHERE company_id = ? AND state = 'final' AND score IS NOT NULL ORDER BY score, id LIMIT 1"
	if err := a.b.tx.WithContext(a.b.ctx).Raw(q, int64(a.home.CompanyID)).Scan(&low).Error; err != nil {
		return err
	}
	worker, boss := a.member("worker"), a.member("principal")
	row := performance.Reward{
		CompanyID: a.home.CompanyID, RegionPath: a.home.RegionPath, OversightLine: a.home.Line, ByPersonID: *boss.PersonID, ByName: boss.Name, DecidedOn: a.b.today.AddDays(-4),
		At: at(a.b.today.AddDays(-4), 15, 0),
	}
	praise := row
	praise.StaffID, praise.StaffName, praise.UnitID, praise.Kind, praise.AmountFen = worker.ID, worker.Name, worker.UnitID, "reward", fen.Amount(50_000)
	praise.Basis = "主动上报气瓶间防倾倒装置失效隐患并协助整改，按《安全生产奖惩办法》第六条"
	rows := []performance.Reward{praise}
	for _, l := range low {
		blame := row
		blame.StaffID, blame.StaffName, blame.UnitID, blame.Kind, blame.AmountFen, blame.AssessmentID = l.StaffID, l.StaffName, l.UnitID, "penalty", fen.Amount(20_000), &l.ID
		blame.Basis = "季度履职考核得分最低且多次未按期完成检查，按《安全生产奖惩办法》第十一条"
		rows = append(rows, blame)
	}
	if err := fill(a.b.ctx, a.b.tx, rows); err != nil {
		return err
	}
	return fill(a.b.ctx, a.b.tx, []performance.Setting{{
		CompanyID: a.home.CompanyID, RegionPath: a.home.RegionPath, OversightLine: a.home.Line, TeamEvery: performance.Monthly, DepartmentEvery: performance.Quarterly,
		PersonEvery: performance.Yearly, AppealDays: 5, ChangedAt: row.At, ChangedName: boss.Name,
	}})
}

// fill computes the figures of the last months.
func (a *appraisal) fill() error {
	for _, on := range []day.Date{a.month.From, a.b.today} {
		if _, err := a.b.deps.Assess.Fill(a.b.ctx, a.b.tx, []id.Of[id.Company]{a.home.CompanyID}, on); err != nil {
			return err
		}
	}
	return nil
}

// member is the person behind a demo login.
func (a *appraisal) member(login string) *worker {
	for _, w := range a.f.staff {
		if w.PersonID != nil && *w.PersonID == a.b.login[login] {
			return w
		}
	}
	panic("city: nobody signs in as " + login)
}
