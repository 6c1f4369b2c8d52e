package training_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/modules/training"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestThreeWaysToSignAndOneRecordEach(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.session(t)
	require.Equal(t, []any{"training.session", w.director.StaffID, "2026-05-20"}, []any{w.due[0].Kind, w.due[0].OwnerID, w.due[0].On.String()})

	// Whom it expects, and who runs it.
	run, err := w.s.Run(by(t, w.director), n)
	require.NoError(t, err)
	require.Len(t, run.Waiting, 3, "the press shop")
	require.Contains(t, run.Link, "/field/train/"+w.token(t, n))
	_, err = w.s.Run(by(t, w.hand), n)
	require.ErrorIs(t, err, training.ErrNotHis)
	require.ErrorIs(t, w.s.Sign(by(t, w.hand), n, training.Signed{StaffID: w.wu.StaffID, AttachmentID: w.picture}), training.ErrNotHis)
	require.ErrorIs(t, w.s.CloseSession(by(t, w.director), n, training.Closing{}), training.ErrNobody)

	// By the code, twice at once and once more: once.
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { _, _ = w.s.SignIn(by(t, w.hand), w.token(t, n)) })
	}
	all.Wait()
	w.signIn(t, w.hand, n)
	require.NoError(t, w.s.Sign(by(t, w.director), n, training.Signed{StaffID: w.wu.StaffID, AttachmentID: w.picture}))
	require.NoError(t, w.s.TakeSheet(by(t, w.safety), n, training.Paper{People: []id.Of[id.Staff]{w.boss.StaffID, w.hand.StaffID}, Files: []id.Of[id.Attachment]{w.picture}}))
	x, err := w.s.Session(by(t, w.safety), n)
	require.NoError(t, err)
	how := map[id.Of[id.Staff]]string{}
	for _, a := range x.Attendance {
		how[a.StaffID] = a.How
	}
	require.Equal(t, map[id.Of[id.Staff]]string{w.hand.StaffID: "qr", w.wu.StaffID: "signature", w.boss.StaffID: "sheet"}, how)
	require.Equal(t, []any{3, training.Open, 1}, []any{x.Attended, x.State, len(x.Waiting)})

	_, err = w.s.SignIn(by(t, w.Actor(t, w.Company(t, "330784105"), "worker")), w.token(t, n))
	require.Error(t, err, "another firm's code")

	// The end: records, hours, who did not come.
	score, passed := int16(88), true
	require.NoError(t, w.s.CloseSession(by(t, w.director), n, training.Closing{Summary: "效果良好", Results: []training.Result{{StaffID: w.wu.StaffID, Score: &score, Passed: &passed}}}))
	require.ErrorIs(t, w.s.CloseSession(by(t, w.director), n, training.Closing{}), training.ErrState)
	require.Equal(t, []string{"90 session"}, testkit.All[string](t, w.W, "SELECT DISTINCT minutes || ' ' || source FROM training_record"))
	require.Equal(t, 3, testkit.One[int](t, w.W, "SELECT count(*)::int FROM training_record"))
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM training_attendance WHERE how = 'absent' AND staff_id = $1", int64(w.director.StaffID)))
	own, err := w.s.MyHours(by(t, w.hand), 2026)
	require.NoError(t, err)
	require.Equal(t, []int{12 * 45, 90, 90}, []int{own.Hours.RequiredMinutes, own.Hours.HadMinutes, own.Hours.AllMinutes})
	require.Len(t, own.Records, 1)
	require.True(t, w.due[len(w.due)-1].On.IsZero(), "settled")

	// A mistake is mended with a reason, and the count follows.
	require.ErrorIs(t, w.s.Correct(by(t, w.director), n, training.Correction{StaffID: w.hand.StaffID, Reason: "x"}), rbac.ErrForbidden)
	require.ErrorIs(t, w.s.Correct(by(t, w.safety), n, training.Correction{StaffID: w.hand.StaffID, Reason: "  "}), training.ErrReason)
	require.NoError(t, w.s.Correct(by(t, w.safety), n, training.Correction{StaffID: w.hand.StaffID, Reason: "当天请假，误签"}))
	require.NoError(t, w.s.Correct(by(t, w.safety), n, training.Correction{StaffID: w.director.StaffID, There: true, Minutes: 45, Reason: "迟到补记"}))
	own, err = w.s.MyHours(by(t, w.hand), 2026)
	require.NoError(t, err)
	require.Zero(t, own.Hours.AllMinutes)
	require.Empty(t, own.Records)
	x, err = w.s.Session(by(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []int{3, 4}, []int{x.Attended, x.Expected})
	require.Contains(t, testkit.One[string](t, w.W, "SELECT string_agg(fields::text, ' ') FROM audit_entry WHERE noun = 'training_attendance'"), "误签")
}

func TestTheCodeHasItsHours(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.session(t, func(f *training.SessionForm) { f.Starts = "14:00" })
	_, err := w.s.SignIn(by(t, w.hand), w.token(t, n))
	require.ErrorIs(t, err, training.ErrWindow, "an hour before at the earliest")
	w.Set(noon.Add(61 * time.Minute))
	w.signIn(t, w.hand, n)
	old := w.token(t, n)
	require.NoError(t, w.s.RenewToken(by(t, w.director), n))
	_, err = w.s.SignIn(by(t, w.wu), old)
	require.ErrorIs(t, err, training.ErrToken, "photographed and passed on")
	w.Set(noon.Add(6 * time.Hour))
	_, err = w.s.SignIn(by(t, w.wu), w.token(t, n))
	require.ErrorIs(t, err, training.ErrWindow)
	require.ErrorIs(t, w.s.CloseSession(by(t, w.safety), w.session(t, func(f *training.SessionForm) { f.HeldOn = day.Of(2026, 5, 21) }), training.Closing{}), training.ErrFuture)

	// What people think of it.
	require.ErrorIs(t, w.s.Rate(by(t, w.wu), n, training.Opinion{Rating: 5}), training.ErrAbsent)
	require.NoError(t, w.s.Rate(by(t, w.hand), n, training.Opinion{Rating: 4, Remark: "案例很好"}))
	require.NoError(t, w.s.CloseSession(by(t, w.safety), n, training.Closing{}))
	require.NoError(t, w.s.Rate(by(t, w.hand), n, training.Opinion{Rating: 3}))
	require.Equal(t, 3, testkit.One[int](t, w.W, "SELECT rating::int FROM training_attendance WHERE how = 'qr'"))
	w.Set(noon.AddDate(0, 0, 15))
	require.ErrorIs(t, w.s.Rate(by(t, w.hand), n, training.Opinion{Rating: 1}), training.ErrState)

	b, name, err := w.s.PrintRecord(by(t, w.safety), n)
	require.NoError(t, err)
	require.Contains(t, name, "培训记录")
	require.Equal(t, "%PDF", string(b[:4]))
	b, _, err = w.s.PrintSheet(by(t, w.safety), w.session(t, func(f *training.SessionForm) { f.HeldOn = day.Of(2026, 6, 10) }))
	require.NoError(t, err)
	require.Equal(t, "%PDF", string(b[:4]))
}

func TestBadSessions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for name, c := range map[string]struct {
		change func(*training.SessionForm)
		want   error
	}{
		"no such kind":   {func(f *training.SessionForm) { f.Kind = "dance" }, training.ErrKind},
		"no phase":       {func(f *training.SessionForm) { f.Phase = "" }, training.ErrKind},
		"level of none":  {func(f *training.SessionForm) { f.Level = "team" }, training.ErrLevel},
		"blank":          {func(f *training.SessionForm) { f.Title = "  " }, training.ErrName},
		"long ago":       {func(f *training.SessionForm) { f.HeldOn = day.Of(2020, 1, 1) }, training.ErrDay},
		"no such course": {func(f *training.SessionForm) { f.CourseID = 99 }, training.ErrCourse},
		"no such item":   {func(f *training.SessionForm) { f.PlanItemID = 99 }, training.ErrItem},
		"no such unit":   {func(f *training.SessionForm) { f.Units = []id.Of[id.Unit]{999} }, training.ErrUnit},
		"no such person": {func(f *training.SessionForm) { f.People = []id.Of[id.Staff]{999} }, training.ErrPerson},
		"no trainer":     {func(f *training.SessionForm) { f.TrainerID = 999 }, training.ErrPerson},
	} {
		_, err := w.s.AddSession(by(t, w.safety), w.form(c.change))
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := w.s.AddSession(by(t, w.director), w.form(func(f *training.SessionForm) { f.UnitID = w.paint }))
	require.ErrorIs(t, err, training.ErrUnit, "not his workshop")
	n, err := w.s.AddSession(by(t, w.director), w.form(func(f *training.SessionForm) { f.UnitID = 0 }))
	require.NoError(t, err)
	require.Equal(t, int64(w.press), testkit.One[int64](t, w.W, "SELECT unit_id FROM training_session WHERE id = $1", int64(n)))
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM training_session"))
}

func TestPlanIsApprovedByThePrincipal(t *testing.T) {
	t.Parallel()
	w := setup(t)
	require.NoError(t, w.s.FillPlan(by(t, w.safety), 2026))
	require.NoError(t, w.s.FillPlan(by(t, w.safety), 2026), "twice is once")
	p, err := w.s.PlanOf(by(t, w.boss), 0, 2026)
	require.NoError(t, err)
	require.Len(t, p.Items, 12)
	_, err = w.s.AddItem(by(t, w.safety), 2026, training.PlanItemForm{Month: p.Items[0].Month, Topic: p.Items[0].Topic, Kind: "annual", Minutes: 45})
	require.ErrorIs(t, err, training.ErrTaken)
	require.ErrorIs(t, w.s.Step(by(t, w.safety), 2026, "approve", ""), rbac.ErrForbidden)
	require.NoError(t, w.s.Step(by(t, w.safety), 2026, "submit", ""))
	require.ErrorIs(t, w.s.DropItem(by(t, w.safety), p.Items[0].ID), training.ErrPlan)
	require.ErrorIs(t, w.s.Step(by(t, w.boss), 2026, "return", ""), training.ErrReason)
	require.NoError(t, w.s.Step(by(t, w.boss), 2026, "approve", ""))
	require.Equal(t, []string{"training.note-plan-submitted", "training.note-plan-approved"}, []string{w.told[0].Code, w.told[1].Code})

	item := p.Items[3]
	n := w.session(t, func(f *training.SessionForm) { f.PlanItemID, f.CourseID = item.ID, *item.CourseID })
	w.signIn(t, w.hand, n)
	require.NoError(t, w.s.CloseSession(by(t, w.safety), n, training.Closing{}))
	p, err = w.s.PlanOf(by(t, w.boss), 0, 2026)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, []int{p.Items[3].Sessions, p.Items[3].Held, p.Items[3].Attended})

	// The authority sees the plan and numbers, of its area only.
	town, other := w.Regulator(t, "town", "330784105"), w.Regulator(t, "town", "330784106")
	seen, err := w.s.PlanOf(by(t, town), w.firm.ID, 2026)
	require.NoError(t, err)
	require.Len(t, seen.Items, 12)
	seen, err = w.s.PlanOf(by(t, other), w.firm.ID, 2026)
	require.NoError(t, err)
	require.Nil(t, seen.Plan)
	sums, err := w.s.Area(by(t, w.Regulator(t, "county", "330784")), training.AreaQuery{Year: 2026})
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1, 1}, []int64{sums.Total.Companies, sums.Total.Planned, sums.Total.Sessions})
	watched, err := w.s.Session(by(t, town), n)
	require.NoError(t, err)
	require.Empty(t, watched.Attendance)
	require.Empty(t, watched.Token)
	_, err = w.s.Session(by(t, other), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
}

func TestPeopleAreToldOnceAStep(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.session(t, func(f *training.SessionForm) { f.HeldOn = day.Of(2026, 5, 28) })
	remind := func(on day.Date) {
		w.Set(on.Midnight(day.Shanghai).Add(9 * time.Hour))
		for range 2 { // the job runs until nothing is left
			remindRun(t, w, training.Remind{Day: on})
		}
	}
	remind(day.Of(2026, 5, 20))
	require.Empty(t, w.told, "eight days ahead")
	remind(day.Of(2026, 5, 24)) // three days late: a week ahead is said now
	require.Len(t, w.told, 1)
	require.Equal(t, []id.Of[id.Staff]{w.hand.StaffID, w.wu.StaffID}, w.told[0].People, "the trainer hears of it by what is due")
	remind(day.Of(2026, 5, 25))
	require.Len(t, w.told, 1)
	remind(day.Of(2026, 5, 28))
	require.Len(t, w.told, 2, "the day before was missed: only today is said")
	require.NotEqual(t, w.told[0].Key, w.told[1].Key)
	require.True(t, testkit.One[bool](t, w.W, "SELECT remind_on IS NULL FROM training_session WHERE id = $1", int64(n)))
}

func TestYearIsSwept(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, err := w.s.Recount(by(t, w.safety), 2026)
	require.NoError(t, err)
	w.Set(time.Date(2026, 10, 1, 1, 0, 0, 0, time.UTC))
	sweepRun(t, w, training.Sweep{Month: day.Of(2026, 10, 1), Step: "hours"})
	require.Len(t, w.told, 1, "one message to the firm, not one a person")
	require.Equal(t, []string{"training.note-hours", "5"}, []string{w.told[0].Code, w.told[0].Params["count"]})
	w.Set(time.Date(2027, 1, 1, 1, 0, 0, 0, time.UTC))
	sweepRun(t, w, training.Sweep{Month: day.Of(2027, 1, 1), Step: "reckon"})
	require.Equal(t, 5, testkit.One[int](t, w.W, "SELECT people FROM training_tally WHERE year = 2027"))
	sweepRun(t, w, training.Sweep{Month: day.Of(2027, 1, 1), Step: "plan"})
	require.Equal(t, []any{"training.plan", int64(2027), "2027-03-31"}, []any{w.opened[0].Item.Kind, w.opened[0].Item.Ref, w.opened[0].Item.On.String()})
}

func TestHoursFollowPeopleAndSettings(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, err := w.s.Recount(by(t, w.safety), 2026)
	require.NoError(t, err)
	list := func(a rbac.Actor, f training.HoursFilter) training.HoursPage {
		f.Limit = 50
		p, err := w.s.HoursList(by(t, a), f)
		require.NoError(t, err)
		return p
	}
	all := list(w.safety, training.HoursFilter{})
	require.Len(t, all.Rows, 5)
	require.Equal(t, []int{5, 5, 0}, []int{all.Tally.People, all.Tally.Due, all.Tally.Met})
	require.Len(t, list(w.director, training.HoursFilter{}).Rows, 3, "his workshop")
	require.Len(t, list(w.safety, training.HoursFilter{Kind: "hazard_exposed_worker"}).Rows, 2)
	first := list(w.safety, training.HoursFilter{Query: page.Query{Limit: 2}})
	require.Equal(t, w.safety.StaffID, first.Rows[0].StaffID, "whom most is missing first: 12 and 8")

	// Somebody leaves, ordinary workers are asked nothing.
	w.Exec(t, "UPDATE staff_person SET left_on = '2026-05-01' WHERE id = $1", int64(w.wu.StaffID))
	err = w.Gate.Write(by(t, w.safety), training.ActionHold, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		require.NoError(t, err)
		return w.s.Seated(t.Context(), tx, scope, home, []id.Of[id.Staff]{w.wu.StaffID})
	})
	require.NoError(t, err)
	require.Len(t, list(w.safety, training.HoursFilter{}).Rows, 4)
	p, err := w.s.Setting(by(t, w.safety), 0)
	require.NoError(t, err)
	require.Equal(t, []int{360, 1080}, []int{p.Setting.WorkerMinutes, p.Setting.LeaderMinutes})
	_, err = w.s.SaveSetting(by(t, w.safety), training.SettingOf(func(f *training.SettingForm) { f.WorkerMinutes = 0 }))
	require.NoError(t, err)
	hand := list(w.safety, training.HoursFilter{Words: w.hand.Name}).Rows[0]
	require.Equal(t, 4*45, hand.RequiredMinutes, "occupational health alone")
	_, err = w.s.SaveSetting(by(t, w.safety), training.SettingOf(func(f *training.SettingForm) { f.FactoryMinutes, f.WorkshopMinutes, f.TeamMinutes = 60, 60, 60 }))
	require.ErrorIs(t, err, training.ErrSplit, "less than the rule asks for")
	_, err = w.s.SaveSetting(by(t, w.director), training.SettingOf())
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func TestReadyCourseIsScheduledAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n, err := w.s.Schedule(by(t, w.safety), "safety-month", day.Date{})
	require.NoError(t, err)
	x, err := w.s.Session(by(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []any{"2026-06-01", "2026年安全生产月专题培训", 90}, []any{x.HeldOn.String(), x.Title, x.Minutes})
	require.NotEmpty(t, x.Outline)
	require.Len(t, x.Waiting, 5)
	_, err = w.s.Schedule(by(t, w.safety), "safety-month", day.Of(2026, 6, 16))
	require.NoError(t, err)
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM training_course"), "the same course")
	_, err = w.s.Schedule(by(t, w.safety), "nothing", day.Date{})
	require.ErrorIs(t, err, training.ErrCourse)
}

func TestRecordsComeFromAList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, "UPDATE staff_person SET employee_no = 'A1', name = '王强' WHERE id = $1", int64(w.hand.StaffID))
	w.Exec(t, "UPDATE staff_person SET employee_no = 'A2', name = '王强' WHERE id = $1", int64(w.wu.StaffID))
	row := func(n int, values map[string]string) sheet.Row {
		v := map[string]string{"heldOn": "2026-03-10", "title": "消防培训", "hours": "2"}
		for k, x := range values {
			v[k] = x
		}
		return sheet.Row{Number: n, Values: v}
	}
	rows := func() []sheet.Row {
		return []sheet.Row{
			row(2, map[string]string{"name": "王强", "employeeNo": "a1"}),
			row(3, map[string]string{"name": "王强"}),
			row(4, map[string]string{"name": "赵六"}),
			row(5, map[string]string{"name": "李四", "employeeNo": "A2"}),
			row(6, map[string]string{"name": w.boss.Name, "heldOn": "2026-06-01"}),
			row(7, map[string]string{"name": w.boss.Name, "hours": "0"}),
			row(8, map[string]string{"name": w.boss.Name, "score": "101"}),
			row(9, map[string]string{"name": w.boss.Name, "level": "team", "score": "90", "passed": "true"}),
		}
	}
	save := func(list []sheet.Row, fn func(list []sheet.Row) ([]string, error)) []string {
		got, err := fn(list)
		require.NoError(t, err)
		return got
	}
	run := func(check bool) (verdicts []string, faults []string) {
		list := rows()
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
			verdicts = save(list, func(l []sheet.Row) ([]string, error) {
				if check {
					return w.s.CheckRecords(ctx, tx, w.safety, l)
				}
				return w.s.SaveRecords(ctx, tx, w.safety, l)
			})
			return nil
		}))
		for _, r := range list {
			f := ""
			if len(r.Faults) > 0 {
				f = r.Faults[0].Column + " " + r.Faults[0].Code
			}
			faults = append(faults, f)
		}
		return verdicts, faults
	}
	_, faults := run(true)
	require.Equal(t, []string{"", "name training.row-two", "name training.row-person", "employeeNo training.row-person", "heldOn training.row-day", "hours training.row-hours", "score training.row-score", ""}, faults)
	run(false)
	verdicts, _ := run(false)
	require.Equal(t, []string{"same", "same"}, []string{verdicts[0], verdicts[7]})
	require.Equal(t, []string{"initial three_level team 90 1", "annual other  90 0"},
		testkit.All[string](t, w.W, "SELECT phase || ' ' || kind || ' ' || level || ' ' || minutes || ' ' || (passed IS TRUE)::int FROM training_record ORDER BY phase DESC"))
	require.Equal(t, 90, testkit.One[int](t, w.W, "SELECT had_minutes FROM training_hours WHERE staff_id = $1 AND year = 2026", int64(w.hand.StaffID)))
}

func remindRun(t *testing.T, w *world, job training.Remind) {
	t.Helper()
	require.NoError(t, w.Gate.Runner(t.Context(), "training.remind", func(ctx context.Context, tx db.Tx) error { return w.s.RunRemind(ctx, tx, job) }))
}

func sweepRun(t *testing.T, w *world, job training.Sweep) {
	t.Helper()
	require.NoError(t, w.Gate.Runner(t.Context(), "training.sweep", func(ctx context.Context, tx db.Tx) error { return w.s.RunSweep(ctx, tx, job) }))
}
