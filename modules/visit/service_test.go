package visit_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/hazard"
	"anbiao/modules/visit"
	"anbiao/rbac"
	"anbiao/testkit"
)

type world struct {
	*testkit.W
	s                               *visit.Service
	firm, second                    testkit.Firm
	safety, principal, other        rbac.Actor
	county, mate, city, town, apart rbac.Actor
	classes                         map[rbac.CompanyID]string
	told                            []string
	items                           map[string]day.Date
	closed                          int
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), classes: map[rbac.CompanyID]string{}, items: map[string]day.Date{}}
	w.Set(time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC))
	ledger := &hazard.Service{Gate: w.Gate, Touch: func(context.Context, db.Tx, id.Of[id.Company]) error { return nil }}
	w.firm, w.second = w.Company(t, "330784105"), w.Company(t, "330784106")
	w.safety, w.principal = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "principal")
	w.other = w.Actor(t, w.second, "safety", "principal")
	w.county, w.mate, w.city, w.town, w.apart = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330784"), w.Regulator(t, "city", "3307"), w.Regulator(t, "town", "330784105"), w.Regulator(t, "county", "330783")
	w.mate.OrganisationID = w.county.OrganisationID
	w.s = &visit.Service{Gate: w.Gate, Needs: visit.Needs{
		Colleagues: func(_ context.Context, _ db.Tx, scope rbac.Scope) (string, []visit.Officer, error) {
			a := scope.Actor()
			return "某局", []visit.Officer{{PersonID: a.PersonID, Name: a.Name}, {PersonID: w.mate.PersonID, Name: w.mate.Name}, {PersonID: 900001, Name: "第三人"}}, nil
		},
		Classes: func(_ context.Context, _ db.Tx, _ []rbac.CompanyID) (map[rbac.CompanyID]string, error) {
			return w.classes, nil
		},
		Times: func() map[string]int { return map[string]int{"A": 50, "B": 100, "C": 200, "D": 400} },
		Card: func(_ context.Context, _ db.Tx, _ rbac.Scope, c rbac.CompanyID) (visit.Card, error) {
			return visit.Card{Name: "企业" + c.String(), Tags: []string{"all"}}, nil
		},
		Find: func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, f visit.Found) (id.Of[id.Hazard], string, error) {
			source := hazard.ByRegulator
			if f.Unannounced {
				source = hazard.CovertVisit
			}
			h, err := ledger.Inspected(ctx, tx, scope, c, hazard.Discovery{Ref: f.Ref, Source: source, Place: f.Place, Description: f.Description, Clause: f.Clause, Category: f.Category, Major: f.Major, Proposal: hazard.Proposal{DueOn: f.DueOn}})
			return h.ID, h.Number, err
		},
		Order: ledger.Ordered,
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			for _, i := range items {
				w.items[i.Kind] = i.On
			}
			return nil
		},
		Tell:   func(_ context.Context, _ db.Tx, n visit.Note) error { w.told = append(w.told, n.Code); return nil },
		Closed: func(context.Context, db.Tx, rbac.Scope, visit.Visit) error { w.closed++; return nil },
	}}
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func on(t *testing.T, s string) day.Date {
	t.Helper()
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func (w *world) day(t *testing.T, s string) {
	t.Helper()
	w.Set(on(t, s).Midnight(day.Shanghai).Add(10 * time.Hour))
}

// work does what the job runner was asked since the last time.
func (w *world) work(t *testing.T) {
	t.Helper()
	type row struct{ visit, order, company int64 }
	rows, err := w.Owner.Query(t.Context(), `SELECT coalesce(nullif(payload->>'VisitID', ''), '0')::bigint, coalesce(nullif(payload->>'OrderID', ''), '0')::bigint, (payload->>'CompanyID')::bigint, payload->>'Event', (payload->>'At')::timestamptz FROM job_outbox WHERE kind = 'visit.tell' AND done_at IS NULL ORDER BY id`)
	require.NoError(t, err)
	var todo []visit.Tell
	for rows.Next() {
		var r row
		var x visit.Tell
		require.NoError(t, rows.Scan(&r.visit, &r.order, &r.company, &x.Event, &x.At))
		x.VisitID, x.OrderID, x.CompanyID = id.Of[id.Visit](r.visit), id.Of[id.Order](r.order), rbac.CompanyID(r.company)
		todo = append(todo, x)
	}
	require.NoError(t, rows.Err())
	w.Exec(t, "UPDATE job_outbox SET done_at = now() WHERE kind = 'visit.tell'")
	for _, x := range todo {
		require.NoError(t, w.Gate.Runner(t.Context(), "visit.tell", func(ctx context.Context, tx db.Tx) error { return w.s.Told(ctx, tx, x) }))
	}
}

func (w *world) fresh(t *testing.T, announced bool, c rbac.CompanyID) visit.NewVisits {
	t.Helper()
	return visit.NewVisits{
		Companies: []rbac.CompanyID{c}, Kind: visit.Special, Announced: announced, Reason: "粉尘防爆专项", PlannedOn: day.In(w.Now(), day.Shanghai), DueOn: day.In(w.Now(), day.Shanghai).AddDays(5),
		Officers: []visit.Officer{{PersonID: w.county.PersonID}, {PersonID: w.mate.PersonID}},
	}
}

func (w *world) finding() visit.NewFinding {
	return visit.NewFinding{ClientID: uuid.NewString(), Place: "抛光车间", Description: "除尘器未清灰", Clause: "工贸企业重大事故隐患判定标准", Level: "major", Category: "A02"}
}

func TestService(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Run("unannounced", w.unannounced)
	t.Run("orders", w.orders)
	t.Run("plan", w.plan)
	t.Run("lone", w.lone)
}

// unannounced: until the visit is over neither the company nor any other body learns of it, by whatever way.
func (w *world) unannounced(t *testing.T) {
	n, err := w.s.Make(as(t, w.county), w.fresh(t, false, w.firm.ID))
	require.NoError(t, err)
	_, err = w.s.Make(as(t, w.county), w.fresh(t, false, w.firm.ID))
	require.ErrorIs(t, err, visit.ErrCap, "the year's number is reached")
	_, err = w.s.Make(as(t, w.apart), w.fresh(t, true, w.firm.ID))
	require.Error(t, err, "another county's company")
	_, err = w.s.Make(as(t, w.safety), w.fresh(t, true, w.firm.ID))
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Announce(as(t, w.county), n, visit.Nothing{})
	require.ErrorIs(t, err, visit.ErrSecret)
	_, err = w.s.Arrive(as(t, w.county), n, visit.Nothing{})
	require.NoError(t, err)
	_, err = w.s.Write(as(t, w.county), n, visit.Record{Situation: "检查了抛光车间", FirmPerson: "王某", Items: []visit.Item{{Code: "DST-01", Requirement: "除尘", Result: "bad"}}})
	require.NoError(t, err)
	f := w.finding()
	first, err := w.s.AddFinding(as(t, w.county), n, f)
	require.NoError(t, err)
	again, err := w.s.AddFinding(as(t, w.mate), n, f)
	require.NoError(t, err)
	require.Equal(t, first, again)
	f.AtOnce, f.ClientID = true, uuid.NewString()
	_, err = w.s.AddFinding(as(t, w.county), n, f)
	require.ErrorIs(t, err, visit.ErrSecret)
	w.blind(t, n)
	w.work(t)
	require.Empty(t, w.told)
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE company_id = $1", int64(w.firm.ID)), "nor does its trail tell")
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard"))

	files := testkit.All[int64](t, w.W, `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256, uploaded_at, uploaded_person, uploaded_name, original_key, display_key, thumb_key)
		SELECT $1, $2, 0, gen_random_uuid(), '签名.png', 'image/png', 1, '', now(), $3, '', '', '', '' FROM generate_series(1, 2) RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, int64(w.county.PersonID))
	end := visit.Closing{OfficerSignature: id.Of[id.Attachment](files[0]), FirmSignature: id.Of[id.Attachment](files[1])}
	_, err = w.s.Close(as(t, w.city), n, end)
	require.ErrorIs(t, err, rbac.ErrNotFound, "another body does not see it")
	_, err = w.s.Close(as(t, w.county), n, end)
	require.NoError(t, err)
	require.Equal(t, 1, w.closed)
	w.work(t)
	require.Equal(t, []string{"visit.note-close"}, w.told)
	one, err := w.s.ByID(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []any{visit.Closed, int32(1), int32(1)}, []any{one.State, one.Findings, one.Majors})
	require.NotNil(t, one.Found[0].HazardID)
	require.Equal(t, "covert_visit registered major", testkit.One[string](t, w.W, "SELECT source || ' ' || state || ' ' || suggested_level FROM hazard"))
	_, err = w.s.ByID(as(t, w.other), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.ByID(as(t, w.apart), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.ByID(as(t, w.town), n)
	require.NoError(t, err, "it is over")
	_, content, err := w.s.PrintRecord(as(t, w.safety), n)
	require.NoError(t, err)
	require.NotEmpty(t, content)
	_, err = w.s.Receive(as(t, w.principal), n, visit.Nothing{})
	require.NoError(t, err)
	_, err = w.s.Receive(as(t, w.safety), n, visit.Nothing{})
	require.ErrorIs(t, err, visit.ErrReceived)
	c, _, err := w.s.CountOf(as(t, w.county), w.firm.ID, 2026)
	require.NoError(t, err)
	require.Equal(t, visit.Count{Done: 1, Cap: 1}, c)
	m, err := w.s.Summary(as(t, w.city), "2026-03")
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, []int{len(m.Rows), m.Rows[0].Visits, m.Rows[0].Majors})
	require.Len(t, m.Found, 1)
}

// blind: nobody but the body itself sees a visit that is hidden, in any list, table or count.
func (w *world) blind(t *testing.T, n id.Of[id.Visit]) {
	t.Helper()
	for name, a := range map[string]rbac.Actor{"safety": w.safety, "principal": w.principal, "city": w.city, "town": w.town, "apart": w.apart, "other company": w.other} {
		_, err := w.s.ByID(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
		rows, _, _, err := w.s.Visits(as(t, a), visit.Filter{Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		require.Empty(t, rows, name)
		require.NoError(t, w.Gate.Read(as(t, a), visit.ActionList, func(tx db.Tx, scope rbac.Scope) error {
			for _, table := range []string{"visit", "visit_step", "visit_finding", "visit_measure"} {
				var count int
				require.NoError(t, tx.Raw("SELECT count(*) FROM "+table).Scan(&count).Error)
				require.Zero(t, count, "%s in %s: row security alone", name, table)
			}
			found, err := visit.Unannounced(t.Context(), tx, scope, []rbac.CompanyID{w.firm.ID})
			require.Empty(t, found)
			return err
		}))
	}
	require.NoError(t, w.Gate.Read(as(t, w.mate), visit.ActionList, func(tx db.Tx, scope rbac.Scope) error {
		found, err := visit.Unannounced(t.Context(), tx, scope, []rbac.CompanyID{w.firm.ID, w.second.ID})
		require.Equal(t, map[rbac.CompanyID]bool{w.firm.ID: true}, found)
		return err
	}))
}

// orders walks an order from its registration to the re-inspection.
func (w *world) orders(t *testing.T) {
	n := id.Of[id.Visit](testkit.One[int64](t, w.W, "SELECT id FROM visit WHERE company_id = $1", int64(w.firm.ID)))
	finding := id.Of[visit.Finding](testkit.One[int64](t, w.W, "SELECT id FROM visit_finding"))
	in := visit.NewOrder{Kind: visit.Ordered, Number: "永应急责改〔2026〕8号", IssuedOn: on(t, "2026-03-02"), Deadline: on(t, "2026-03-31"), Requirement: "清灰并建立制度", Findings: []id.Of[visit.Finding]{finding}}
	_, err := w.s.Issue(as(t, w.town), n, in)
	require.ErrorIs(t, err, visit.ErrOtherBody)
	o, err := w.s.Issue(as(t, w.county), n, in)
	require.NoError(t, err)
	_, err = w.s.Issue(as(t, w.county), n, in)
	require.ErrorIs(t, err, visit.ErrOrderedNow)
	w.work(t)
	require.Equal(t, on(t, "2026-03-31"), w.items["visit.order"])
	require.Equal(t, "2026-03-31", testkit.One[string](t, w.W, "SELECT proposed_due_on::text FROM hazard"))
	for name, a := range map[string]rbac.Actor{"another company": w.other, "another county": w.apart} {
		_, err := w.s.OrderByID(as(t, a), o)
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
	}
	_, err = w.s.ReceiveOrder(as(t, w.principal), o, visit.Nothing{})
	require.NoError(t, err)
	_, err = w.s.AskTime(as(t, w.safety), o, visit.MoreTime{Until: on(t, "2026-04-20"), Reason: "等设备"})
	require.ErrorIs(t, err, visit.ErrWindowEarly)
	w.day(t, "2026-03-25")
	_, err = w.s.AskTime(as(t, w.safety), o, visit.MoreTime{Until: on(t, "2026-04-20"), Reason: "等设备"})
	require.NoError(t, err)
	_, err = w.s.AnswerTime(as(t, w.safety), o, visit.TimeAnswer{Granted: true})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.AnswerTime(as(t, w.city), o, visit.TimeAnswer{Granted: true})
	require.ErrorIs(t, err, visit.ErrOtherBody)
	_, err = w.s.AnswerTime(as(t, w.county), o, visit.TimeAnswer{Granted: true})
	require.NoError(t, err)
	w.day(t, "2026-04-22")
	rows, _, _, err := w.s.Orders(as(t, w.county), visit.OrderFilter{Late: true, Query: page.Query{Limit: 20}})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	_, err = w.s.Ask(as(t, w.safety), o, visit.Asking{Note: "已清灰"})
	require.NoError(t, err)
	_, err = w.s.Reinspect(as(t, w.county), o, visit.Reinspection{On: on(t, "2026-04-22"), Opinion: "已整改", Officers: []string{"甲", "乙"}})
	require.NoError(t, err)
	w.work(t)
	require.True(t, w.items["visit.order"].IsZero())
	_, err = w.s.Ask(as(t, w.safety), o, visit.Asking{Note: "再来"})
	require.ErrorIs(t, err, visit.ErrOrderNow)
	_, _, err = w.s.PrintNotice(as(t, w.county), o)
	require.ErrorIs(t, err, visit.ErrPrinted)
	one, err := w.s.OrderByID(as(t, w.safety), o)
	require.NoError(t, err)
	require.Equal(t, []any{visit.Passed, "passed", int16(1)}, []any{one.State, one.Found[0].Result, one.Extensions})
}

// plan: drawn, proved, approved by the county, its visits made once.
func (w *world) plan(t *testing.T) {
	for range 8 {
		w.classes[w.Company(t, "330784105").ID] = "B"
	}
	w.classes[w.second.ID] = "D"
	begin := visit.NewPlan{Year: 2026, Title: "2026年度监督检查计划", FromMonth: 5, Officers: []id.Of[id.Person]{w.town.PersonID, w.mate.PersonID, 900001}, Unclassed: 100}
	p, err := w.s.Begin(as(t, w.town), begin)
	require.NoError(t, err)
	_, err = w.s.Begin(as(t, w.town), begin)
	require.ErrorIs(t, err, visit.ErrPlanExists)
	_, err = w.s.Submit(as(t, w.town), p, visit.Nothing{})
	require.ErrorIs(t, err, visit.ErrPlanNow)
	_, err = w.s.Draw(as(t, w.apart), p, visit.Drawing{})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Draw(as(t, w.county), p, visit.Drawing{})
	require.ErrorIs(t, err, visit.ErrOtherBody)
	for _, seed := range []int64{1, 42} {
		_, err = w.s.Draw(as(t, w.town), p, visit.Drawing{Seed: seed})
		require.NoError(t, err)
	}
	proof, err := w.s.Prove(as(t, w.county), p)
	require.NoError(t, err)
	require.Equal(t, visit.Proof{Seed: 42, Candidates: 9, Same: true}, proof)
	_, err = w.s.Submit(as(t, w.town), p, visit.Nothing{})
	require.NoError(t, err)
	_, err = w.s.Decide(as(t, w.town), p, visit.PlanDecision{Approved: true})
	require.ErrorIs(t, err, rbac.ErrForbidden, "the county approves")
	_, err = w.s.Decide(as(t, w.county), p, visit.PlanDecision{Approved: true})
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, w.Gate.Runner(t.Context(), "visit.generate", func(ctx context.Context, tx db.Tx) error { return w.s.Generated(ctx, tx, visit.Generate{PlanID: p}) }))
	}
	o, err := w.s.PlanByID(as(t, w.county), p)
	require.NoError(t, err)
	require.Equal(t, []any{visit.PlanApproved, int32(9), 10000, 9}, []any{o.State, o.Visits, o.Share(), o.All})
	require.NotNil(t, o.GeneratedAt)
	rows, _, _, err := w.s.Visits(as(t, w.town), visit.Filter{PlanID: p, Query: page.Query{Limit: 20}})
	require.NoError(t, err)
	require.Len(t, rows, 9)
	require.Len(t, rows[0].OfficerNames, 2)
	none, _, _, err := w.s.Visits(as(t, w.safety), visit.Filter{PlanID: p, Query: page.Query{Limit: 20}})
	require.NoError(t, err)
	require.Empty(t, none, "a company is not told a year ahead")
	_, err = w.s.PlanByID(as(t, w.safety), p)
	require.ErrorIs(t, err, rbac.ErrForbidden)
}
