package grading_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/grading"
	"anbiao/rbac"
	"anbiao/testkit"
)

type world struct {
	*testkit.W
	s                                                           *grading.Service
	firm                                                        testkit.Firm
	safety, principal, worker, other, city, county, apart, town rbac.Actor
	reviewer, rival                                             rbac.Actor
	items                                                       map[string]day.Date
	told                                                        []grading.Note
	touched                                                     []rbac.CompanyID
	granted                                                     []grading.Granted
	barred                                                      day.Date
	review                                                      grading.Evaluation
	majors                                                      int
	dishonest                                                   bool
	direct                                                      grading.Renewable
}

func on(s string) day.Date {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// setup makes the actors of one application: the company, its county and city, two agencies, and others who see nothing.
func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), items: map[string]day.Date{}}
	w.day("2026-03-02")
	self := grading.Evaluation{ID: 3, Kind: "self", RubricID: 9, Year: 2026, State: "published", FinishedOn: on("2026-02-02"), PublishedFrom: on("2026-02-04"), Score: 8250, Exact: "165/2", Official: "82.5", Level: "3", LevelName: "三级"}
	zero, yes := 0, true
	w.s = &grading.Service{Gate: w.Gate, Needs: grading.Needs{
		Card: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, string, error) {
			return "测试企业", "91330784MAX", nil
		},
		Unit: func(_ context.Context, _ db.Tx, scope rbac.Scope) (string, error) {
			return string(scope.Actor().Kind) + "单位", nil
		},
		Facts: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID, []int, day.Date) (grading.Facts, error) {
			return grading.Facts{
				Performance: map[int]map[string]int64{12: {"deaths": 0, "serious_injuries": 0, "total_loss_fen": 0}}, OpenMajors: &w.majors, Licences: &grading.Papers{All: 2}, Uncertified: &zero, SafetyStaff: &yes,
			}, nil
		},
		Outcome: func(_ context.Context, _ db.Tx, _ rbac.Scope, n id.Of[id.Evaluation]) (grading.Evaluation, error) {
			if n == self.ID {
				e := self
				e.CompanyID = w.firm.ID
				return e, nil
			}
			return w.review, nil
		},
		OpenReview: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID, id.Of[id.Evaluation], string) (id.Of[id.Evaluation], error) {
			return 77, nil
		},
		Dishonest: func(context.Context, db.Tx, rbac.CompanyID, day.Date) (bool, error) { return w.dishonest, nil },
		Direct: func(context.Context, db.Tx, rbac.Scope, id.Of[id.Award]) (grading.Renewable, error) {
			return w.direct, nil
		},
		Grant: func(_ context.Context, _ db.Tx, _ rbac.Scope, g grading.Granted) error {
			w.granted = append(w.granted, g)
			return nil
		},
		Bar: func(_ context.Context, _ db.Tx, _ rbac.Scope, _ rbac.CompanyID, until day.Date, _ string) error {
			w.barred = until
			return nil
		},
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			for _, i := range items {
				w.items[i.Kind] = i.On
			}
			return nil
		},
		Tell:  func(_ context.Context, _ db.Tx, n grading.Note) error { w.told = append(w.told, n); return nil },
		Touch: func(_ context.Context, _ db.Tx, ids ...rbac.CompanyID) error { w.touched = ids; return nil },
	}}
	w.firm = w.Company(t, "330784105")
	w.safety, w.principal, w.worker = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "principal"), w.Actor(t, w.firm, "worker")
	w.other = w.Actor(t, w.Company(t, "330784105"), "safety", "principal")
	w.city, w.county, w.town = w.Regulator(t, "city", "3307"), w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784105")
	w.apart = w.Regulator(t, "county", "330783")
	w.reviewer, w.rival = w.Member(t, rbac.Agency, "reviewer"), w.Member(t, rbac.Agency, "reviewer")
	return w
}

func (w *world) day(s string) { w.Set(on(s).Midnight(day.Shanghai).Add(10 * time.Hour)) }

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// work does the jobs of the last step.
func (w *world) work(t *testing.T, n id.Of[id.Application]) {
	t.Helper()
	steps := testkit.One[int32](t, w.W, "SELECT steps FROM grading_application WHERE id = $1", int64(n))
	require.NoError(t, w.Gate.Runner(t.Context(), "grading.settle", func(ctx context.Context, tx db.Tx) error {
		return w.s.Settled(ctx, tx, grading.Settle{CompanyID: w.firm.ID, ApplicationID: n, Step: steps})
	}))
}

func (w *world) scan(t *testing.T) {
	t.Helper()
	require.NoError(t, w.Gate.Runner(t.Context(), "grading.scan", func(ctx context.Context, tx db.Tx) error {
		return w.s.Scanned(ctx, tx, grading.Scan{On: day.In(tx.Now, day.Shanghai)})
	}))
}

// window moves the days of the agencies' access: the database's own clock is the real one.
func (w *world) window(t *testing.T, from, until int) {
	t.Helper()
	w.Exec(t, "UPDATE grading_access SET opens_on = (now() AT TIME ZONE 'Asia/Shanghai')::date + $1::int, closes_on = (now() AT TIME ZONE 'Asia/Shanghai')::date + $2::int WHERE id = (SELECT max(id) FROM grading_access)", from, until)
}

func (w *world) state(t *testing.T, n id.Of[id.Application]) string {
	t.Helper()
	return testkit.One[string](t, w.W, "SELECT state FROM grading_application WHERE id = $1", int64(n))
}

// made starts an application that is signed.
func (w *world) made(t *testing.T, level string) id.Of[id.Application] {
	t.Helper()
	n, err := w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: level})
	require.NoError(t, err)
	_, err = w.s.Prepare(as(t, w.safety), n, grading.Statements{Items: []grading.Statement{{Code: "effect", OK: true}, {Code: "dishonesty", OK: true, Note: "已查询"}}})
	require.NoError(t, err)
	_, err = w.s.Sign(as(t, w.safety), n, grading.Signing{Signature: 1})
	require.ErrorIs(t, err, rbac.ErrForbidden, "the principal signs himself")
	_, err = w.s.Submit(as(t, w.safety), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrUnsigned)
	_, err = w.s.Sign(as(t, w.principal), n, grading.Signing{Signature: 1})
	require.NoError(t, err)
	return n
}

// TestLife walks applications through the measures, and tries at each step who may not.
func TestLife(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.offer(t)
	n := w.made(t, "3")
	w.unseen(t, n, w.county, w.city, w.other, w.reviewer) // a draft is the company's own
	_, err := w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: "3"})
	require.ErrorIs(t, err, grading.ErrOpen)
	w.majors = 1
	_, err = w.s.Submit(as(t, w.safety), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrConditions, "looked at once more")
	w.majors = 0
	_, err = w.s.Submit(as(t, w.safety), n, grading.Paper{})
	require.NoError(t, err)
	w.unseen(t, n, w.other, w.apart, w.reviewer)
	w.decided(t, n)
	w.reviewed(t, n)
	w.mended(t, n)
	w.public(t, n)
	w.kept(t, n)
	w.silenceAndLateness(t)
	w.renewal(t)
}

func (w *world) offer(t *testing.T) {
	t.Helper()
	o, err := w.s.OfferFor(as(t, w.safety), "", "")
	require.NoError(t, err)
	require.Equal(t, []string{"county_demo", "pass"}, []string{o.Form.ID, o.Level})
	_, err = w.s.OfferFor(as(t, w.worker), "", "")
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: "9"})
	require.ErrorIs(t, err, grading.ErrLevel)
	w.day("2026-02-12")
	_, err = w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: "3"})
	require.ErrorIs(t, err, grading.ErrPublication, "not public for ten working days")
	w.day("2026-03-02")
}

func (w *world) unseen(t *testing.T, n id.Of[id.Application], by ...rbac.Actor) {
	t.Helper()
	for _, a := range by {
		_, err := w.s.ByID(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrNotFound, a.Roles)
		rows, _, _, err := w.s.Applications(as(t, a), grading.Filter{Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		require.Empty(t, rows, a.Roles)
	}
}

func (w *world) decided(t *testing.T, n id.Of[id.Application]) {
	t.Helper()
	_, err := w.s.Accept(as(t, w.city), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrSide, "the county organizes")
	_, err = w.s.Accept(as(t, w.apart), n, grading.Paper{})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Accept(as(t, w.town), n, grading.Paper{})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.AskCorrection(as(t, w.county), n, grading.Missing{List: []string{"营业执照"}})
	require.NoError(t, err)
	_, err = w.s.Accept(as(t, w.county), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrNow[grading.Correction])
	_, err = w.s.Resubmit(as(t, w.safety), n, grading.Paper{Note: "已补"})
	require.NoError(t, err)
	_, err = w.s.AskCorrection(as(t, w.county), n, grading.Missing{List: []string{"再补"}})
	require.ErrorIs(t, err, grading.ErrOnce)
	_, err = w.s.Accept(as(t, w.county), n, grading.Paper{})
	require.NoError(t, err)
	_, err = w.s.Confirm(as(t, w.city), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrNotEndorsed)
	_, err = w.s.Endorse(as(t, w.county), n, grading.Opinion{Opinion: "符合条件", Agency: w.rival.OrganisationID})
	require.NoError(t, err)
	_, err = w.s.Confirm(as(t, w.county), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrSide)
	_, err = w.s.Confirm(as(t, w.city), n, grading.Paper{})
	require.NoError(t, err)
	_, err = w.s.Withdraw(as(t, w.safety), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrNow[grading.Confirmed], "row security hides it; the answer says why")
	w.work(t, n)
	require.Equal(t, "grading.note-confirm", w.told[len(w.told)-1].Code)
	require.Equal(t, []rbac.CompanyID{w.firm.ID}, w.touched, "the board, the live score and who must join follow")
}

func (w *world) reviewed(t *testing.T, n id.Of[id.Application]) {
	t.Helper()
	send := grading.Sending{Agency: w.reviewer.OrganisationID, From: on("2026-03-03"), Until: on("2026-03-20"), Team: []grading.Delegate{{Name: "江思平", Leads: true}, {Name: "陆某"}}}
	w.Exec(t, "INSERT INTO account_engagement (company_id, organisation_id, from_on, until_on) VALUES ($1, $2, current_date - 200, current_date - 100)", int64(w.firm.ID), int64(w.reviewer.OrganisationID))
	_, err := w.s.Assign(as(t, w.city), n, send)
	require.ErrorIs(t, err, grading.ErrInterest, "it worked for the company")
	w.Exec(t, "DELETE FROM account_engagement")
	for org, want := range map[id.Of[id.Organisation]]error{w.rival.OrganisationID: grading.ErrOrganizes, w.county.OrganisationID: grading.ErrAgency} {
		bad := send
		bad.Agency = org
		_, err = w.s.Assign(as(t, w.city), n, bad)
		require.ErrorIs(t, err, want)
	}
	_, err = w.s.Assign(as(t, w.city), n, send)
	require.NoError(t, err)
	w.window(t, 1, 5)
	w.unseen(t, n, w.reviewer) // before its days
	w.window(t, -5, -1)
	w.unseen(t, n, w.reviewer) // and after them
	w.window(t, -1, 5)
	w.unseen(t, n, w.rival)
	one, err := w.s.ByID(as(t, w.reviewer), n)
	require.NoError(t, err)
	require.Equal(t, []grading.Event{grading.Declare}, one.May)
	require.NotEmpty(t, one.Steps)
	_, err = w.s.Report(as(t, w.reviewer), n, grading.Conclusion{Passed: true, Conclusion: "达到", Files: grading.Files{1}})
	require.ErrorIs(t, err, grading.ErrUndeclared)
	for _, m := range one.Team {
		_, err = w.s.Declare(as(t, w.reviewer), n, grading.Declaration{Member: m.ID})
		require.NoError(t, err)
	}
	_, err = w.s.OpenReview(as(t, w.reviewer), n)
	require.NoError(t, err)
	w.review = grading.Evaluation{ID: 77, CompanyID: w.firm.ID, Kind: "review", Score: -1}
	report := grading.Conclusion{Passed: true, Conclusion: "达到三级", Files: grading.Files{1}, Issues: []grading.Found{{Item: "1.1.1", What: "缺目标分解"}, {What: "警示标志不全"}}}
	_, err = w.s.Report(as(t, w.reviewer), n, report)
	require.ErrorIs(t, err, grading.ErrReview, "the scoring is not finished")
	w.review.Score, w.review.Level, w.review.FinishedOn = 7900, "3", on("2026-03-02")
	w.second(t, n)
	_, err = w.s.Report(as(t, w.reviewer), n, report)
	require.NoError(t, err)
	w.unseen(t, n, w.reviewer) // its access ends with the report
	require.Equal(t, "rectifying", w.state(t, n))
	w.work(t, n)
	require.Equal(t, on("2026-03-30"), w.items["grading.rectify"])
}

// second tries what only the database keeps apart.
func (w *world) second(t *testing.T, n id.Of[id.Application]) {
	t.Helper()
	for _, c := range []struct {
		who    rbac.Actor
		action rbac.Action
		q      string
	}{
		{w.reviewer, grading.ActionReview, "UPDATE grading_application SET state = 'granted', announced_on = current_date, ended_on = current_date"},
		{w.reviewer, grading.ActionReview, "UPDATE grading_access SET closes_on = closes_on + 100"},
		{w.reviewer, grading.ActionReview, "UPDATE grading_application SET company_name = ''"},
		{w.county, grading.ActionDecide, "UPDATE grading_application SET conditions = '[]'"},
		{w.county, grading.ActionDecide, "UPDATE grading_step SET note = ''"},
		{w.principal, grading.ActionApply, "UPDATE grading_application SET accepted_on = current_date"},
		{w.principal, grading.ActionApply, "UPDATE grading_issue SET passed = true"},
		{w.principal, grading.ActionApply, "SELECT * FROM grading_objection"},
		{w.principal, grading.ActionApply, "INSERT INTO grading_member SELECT * FROM grading_member"},
	} {
		err := w.Gate.Write(as(t, c.who), c.action, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec(c.q).Error })
		require.Error(t, err, c.q)
	}
	require.Equal(t, "confirmed", w.state(t, n))
}

func (w *world) mended(t *testing.T, n id.Of[id.Application]) {
	t.Helper()
	one, err := w.s.ByID(as(t, w.safety), n)
	require.NoError(t, err)
	require.Len(t, one.Issues, 2)
	_, err = w.s.AskCheck(as(t, w.safety), n, grading.Paper{})
	require.ErrorIs(t, err, grading.ErrUnmended)
	_, err = w.s.AskExtension(as(t, w.safety), n, grading.Longer{Days: 30, Reason: "采购"})
	require.ErrorIs(t, err, grading.ErrDays)
	_, err = w.s.AskExtension(as(t, w.safety), n, grading.Longer{Days: 10, Reason: "采购"})
	require.NoError(t, err)
	w.day("2026-03-31")
	w.scan(t)
	require.Equal(t, "rectifying", w.state(t, n), "nobody answered the request")
	_, err = w.s.AnswerExtension(as(t, w.county), n, grading.Answer{Granted: true, Opinion: "同意"})
	require.NoError(t, err)
	require.Equal(t, "2026-04-14", testkit.One[string](t, w.W, "SELECT due_on::text FROM grading_application WHERE id = $1", int64(n)))
	for _, i := range one.Issues {
		_, err = w.s.Mend(as(t, w.safety), n, grading.Mending{Issue: i.ID, Measure: "已整改", Files: grading.Files{1}})
		require.NoError(t, err)
	}
	_, err = w.s.AskCheck(as(t, w.safety), n, grading.Paper{})
	require.NoError(t, err)
	w.unseen(t, n, w.reviewer)
	w.work(t, n) // lets the team in again
	w.window(t, 0, 3)
	check := grading.Check{Opinion: "已整改到位"}
	_, err = w.s.Check(as(t, w.reviewer), n, check)
	require.ErrorIs(t, err, grading.ErrIssue)
	for _, i := range one.Issues {
		check.Issues = append(check.Issues, grading.Passed{Issue: i.ID, Passed: true})
	}
	_, err = w.s.Check(as(t, w.city), n, check)
	require.ErrorIs(t, err, grading.ErrSide, "the team is not late")
	_, err = w.s.Check(as(t, w.reviewer), n, check)
	require.NoError(t, err)
	w.unseen(t, n, w.reviewer)
}

func (w *world) public(t *testing.T, n id.Of[id.Application]) {
	t.Helper()
	list := func(area string) []grading.Public {
		rows, _, _, err := w.s.Publication(t.Context(), grading.PublicFilter{Division: area, Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		return rows
	}
	say := grading.Protesting{Text: "该企业夜间违规作业", Name: "匿名", Contact: "0579"}
	require.Empty(t, list("33"))
	require.ErrorIs(t, w.s.Object(t.Context(), n, say), grading.ErrNotPublic)
	_, err := w.s.Publicize(as(t, w.city), n, grading.Notice{Medium: "门户网站", Until: on("2026-04-03")})
	require.ErrorIs(t, err, grading.ErrDays, "seven working days at least")
	_, err = w.s.Publicize(as(t, w.city), n, grading.Notice{Medium: "门户网站"})
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 0}, []int{len(list("330784")), len(list("33")), len(list("330783"))})
	require.NoError(t, w.s.Object(t.Context(), n, say))
	for range 4 {
		require.NoError(t, w.s.Object(t.Context(), n, say))
	}
	require.ErrorIs(t, w.s.Object(t.Context(), n, say), grading.ErrTooMany)
	_, err = w.s.Announce(as(t, w.city), n, grading.Award{NoticeNo: "1号"})
	require.ErrorIs(t, err, grading.ErrObjections)
	mine, err := w.s.ByID(as(t, w.principal), n)
	require.NoError(t, err)
	require.Empty(t, mine.Protests, "the company does not read them")
	require.EqualValues(t, 5, mine.ObjectionsOpen)
	one, err := w.s.ByID(as(t, w.city), n)
	require.NoError(t, err)
	require.Equal(t, "0579", one.Protests[0].Contact)
	for _, p := range one.Protests {
		_, err = w.s.Verify(as(t, w.city), n, grading.Verdict{Objection: p.ID, Finding: "经查不实"})
		require.NoError(t, err)
	}
	_, err = w.s.Fail(as(t, w.city), n, grading.Reason{Reason: "异议"})
	require.ErrorIs(t, err, grading.ErrNoneUpheld)
	_, err = w.s.Announce(as(t, w.city), n, grading.Award{NoticeNo: "1号"})
	require.ErrorIs(t, err, grading.ErrTooEarly)
	w.day("2026-04-14")
	_, err = w.s.Announce(as(t, w.county), n, grading.Award{NoticeNo: "1号"})
	require.ErrorIs(t, err, grading.ErrSide)
	_, err = w.s.Announce(as(t, w.city), n, grading.Award{NoticeNo: "金应急公告〔2026〕1号"})
	require.NoError(t, err)
	require.Len(t, w.granted, 1)
	g := w.granted[0]
	require.Equal(t, []any{"3", "三级", 7900, id.Of[id.Evaluation](77), on("2026-04-14"), "机构", w.city.OrganisationID}, []any{g.Level, g.LevelName, g.Score, g.EvaluationID, g.AnnouncedOn, g.ReviewUnit[:len("机构")], g.OrganisationID})
	require.ErrorIs(t, w.s.Object(t.Context(), n, say), grading.ErrNotPublic)
}
