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
	granted                                                     []grading.Granted
	barred                                                      day.Date
	review                                                      grading.Evaluation
	majors                                                      int
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
		Tell: func(_ context.Context, _ db.Tx, n grading.Note) error { w.told = append(w.told, n); return nil },
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
