package listing_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/hazard"
	"anbiao/modules/listing"
	"anbiao/rbac"
	"anbiao/testkit"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                                           *listing.Service
	firm                                                        testkit.Firm
	safety, principal, worker, other, city, county, town, apart rbac.Actor
	items                                                       map[string]day.Date
	told                                                        []string
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), items: map[string]day.Date{}}
	w.Set(noon)
	ledger := &hazard.Service{Gate: w.Gate, Touch: func(context.Context, db.Tx, id.Of[id.Company]) error { return nil }}
	w.s = &listing.Service{
		Gate: w.Gate,
		Overseen: func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard]) (listing.Hazard, error) {
			x, planned, err := ledger.Overseen(ctx, tx, scope, n)
			return listing.Hazard{
				ID: x.ID, CompanyID: x.CompanyID, Number: x.Number, Text: x.Description, Major: x.Level == hazard.Major, Cancelled: x.State == hazard.Cancelled, Closed: x.State == hazard.Voided,
				Evaluated: x.State == hazard.UnderReview || x.State == hazard.Cancelled, ListedOn: x.ListedOn, DelistedOn: x.DelistedOn, Deadline: x.Deadline, PlanFiledOn: planned,
			}, err
		},
		Mark: func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard], level string, on, finish day.Date, note string) error {
			return ledger.Listed(ctx, tx, scope, n, hazard.Listing{Level: level, On: on, Note: note, Deadline: finish})
		},
		Unmark: ledger.Delisted, Extend: ledger.Extended,
		NameOf: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "测试企业", nil },
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			for _, i := range items {
				w.items[i.Kind] = i.On
			}
			return nil
		},
		Tell: func(_ context.Context, _ db.Tx, n listing.Note) error { w.told = append(w.told, n.Code); return nil },
	}
	w.firm = w.Company(t, "330784105")
	w.safety, w.principal, w.worker = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "principal"), w.Actor(t, w.firm, "worker")
	w.other = w.Actor(t, w.Company(t, "330784105"), "safety", "principal")
	w.city, w.county, w.town = w.Regulator(t, "city", "3307"), w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784105")
	w.apart = w.Regulator(t, "county", "330783")
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

// hazard enters a major hazard that is being put right.
func (w *world) hazard(t *testing.T, number string) id.Of[id.Hazard] {
	t.Helper()
	return id.Of[id.Hazard](testkit.One[int64](t, w.W, `INSERT INTO hazard (company_id, region_path, oversight_line, number, state, source, place, description, category, cause, item_code, clause,
		suggested_level, suggestion, level, fix_type, goal, measures, contingency, owner_id, owner_name, owner_unit, deadline, found_at, found_on, found_by_name, accepted_by_name, reopen_count, steps, changed_at,
		asked, asked_name, asked_note, asked_to, extensions, protection, transferred_to, danger_source, historical, stock, campaign, listed_level, proposed_owner_name)
		VALUES ($1, $2, 0, $3, 'rectifying', 'self_check', '抛光车间', '除尘系统未设泄爆', 'B02', 2, '', '', '', '', 'major', 'by_date', '', '加装', '', $4, '员工', '', '2026-05-01', now(), '2026-02-20', '某', '', 0, 0, now(),
		'', '', '', '', 0, '', '', 0, false, false, '', '', '') RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, number, int64(w.safety.StaffID)))
}

func order(t *testing.T) listing.Order {
	t.Helper()
	return listing.Order{
		Level: "county", Prefix: "永应急挂督", Gov: "永康市人民政府", Dept: "永康市应急管理局", Signatory: "陈某", PlanBy: on(t, "2026-03-20"), FinishBy: on(t, "2026-10-20"), Requirement: "立即停用除尘系统",
	}
}

// work does the jobs of the last step.
func (w *world) work(t *testing.T, n id.Of[id.Listing]) {
	t.Helper()
	steps := testkit.One[int32](t, w.W, "SELECT steps FROM listing WHERE id = $1", int64(n))
	require.NoError(t, w.Gate.Runner(t.Context(), "listing.settle", func(ctx context.Context, tx db.Tx) error {
		return w.s.Settled(ctx, tx, listing.Settle{CompanyID: w.firm.ID, ListingID: n, Step: steps})
	}))
}

func (w *world) day(t *testing.T, s string) {
	w.Set(on(t, s).Midnight(day.Shanghai).Add(10 * time.Hour))
}

// TestSupervision walks a listing from the notice to its publication, and tries at each step who may not.
func TestSupervision(t *testing.T) {
	t.Parallel()
	w := setup(t)
	h := w.hazard(t, "330784-2026-000001")
	o := order(t)
	for _, a := range []rbac.Actor{w.apart} {
		_, err := w.s.List(as(t, a), h, o)
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	_, err := w.s.List(as(t, w.safety), h, o)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.List(as(t, w.town), h, o)
	require.ErrorIs(t, err, listing.ErrLevel)

	n := w.oneWins(t, h, o)
	one, err := w.s.ByID(as(t, w.county), n)
	require.NoError(t, err)
	require.Equal(t, []any{"永应急挂督〔2026〕", listing.Listed, "ningbo", "2026.1"}, []any{one.Number()[:len("永应急挂督〔2026〕")], one.State, one.Profile, one.ProfileVersion})
	require.Equal(t, []string{"2026-03-02", "county", "2026-10-20"}, []string{
		testkit.One[string](t, w.W, "SELECT listed_on::text FROM hazard WHERE id = $1", int64(h)), testkit.One[string](t, w.W, "SELECT listed_level FROM hazard WHERE id = $1", int64(h)),
		testkit.One[string](t, w.W, "SELECT deadline::text FROM hazard WHERE id = $1", int64(h)),
	}, "the ledger says it too")
	w.work(t, n)
	require.Equal(t, on(t, "2026-03-20"), w.items["listing.plan"])

	for name, a := range map[string]rbac.Actor{"another company": w.other, "another county": w.apart} {
		_, err = w.s.ByID(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
		rows, _, _, err := w.s.Listings(as(t, a), listing.Filter{Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		require.Empty(t, rows, name)
	}
	_, err = w.s.Receive(as(t, w.principal), n, listing.Receipt{Signature: 1})
	require.ErrorIs(t, err, listing.ErrUndelivered)
	_, err = w.s.Deliver(as(t, w.town), n, listing.Delivery{By: "范晓岚", On: on(t, "2026-03-02")})
	require.NoError(t, err)
	w.day(t, "2026-03-05")
	_, err = w.s.Receive(as(t, w.safety), n, listing.Receipt{Signature: 1})
	require.ErrorIs(t, err, rbac.ErrForbidden, "the principal signs himself")
	_, err = w.s.Receive(as(t, w.other), n, listing.Receipt{Signature: 1})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Receive(as(t, w.principal), n, listing.Receipt{Signature: 1})
	require.NoError(t, err)
	_, err = w.s.FilePlan(as(t, w.safety), n, listing.Paper{})
	require.ErrorIs(t, err, listing.ErrPlan)
	_, err = w.s.FilePlan(as(t, w.safety), n, listing.Paper{Files: listing.Files{1}})
	require.NoError(t, err)
	w.work(t, n)
	require.Equal(t, []string{"0001-01-01", "2026-06-05", "2026-10-20"}, []string{w.items["listing.plan"].String(), w.items["listing.progress"].String(), w.items["listing.finish"].String()})

	w.day(t, "2026-06-20")
	rows, _, _, err := w.s.Listings(as(t, w.county), listing.Filter{Overdue: true, Query: page.Query{Limit: 20}})
	require.NoError(t, err)
	require.Len(t, rows, 1, "a report of progress is late")
	_, err = w.s.Progress(as(t, w.safety), n, listing.Report{Note: "设备已订货", SpentFen: 500_000, DoneShare: 30})
	require.NoError(t, err)
	_, err = w.s.Progress(as(t, w.safety), n, listing.Report{Note: "少了", SpentFen: 400_000, DoneShare: 30})
	require.ErrorIs(t, err, listing.ErrShare)
	w.extend(t, n, h)
	w.finish(t, n, h)
}

// oneWins lists a hazard twice at once: one wins, the other learns that it is listed.
func (w *world) oneWins(t *testing.T, h id.Of[id.Hazard], o listing.Order) (n id.Of[id.Listing]) {
	t.Helper()
	var wait sync.WaitGroup
	got, errs := make([]id.Of[id.Listing], 2), make([]error, 2)
	for i, a := range []rbac.Actor{w.county, w.city} {
		ctx := as(t, a)
		wait.Go(func() { got[i], errs[i] = w.s.List(ctx, h, o) })
	}
	wait.Wait()
	if errs[0] != nil {
		got[0], got[1], errs[0], errs[1] = got[1], got[0], errs[1], errs[0]
	}
	require.NoError(t, errs[0])
	require.Error(t, errs[1])
	if !errorsAny(errs[1], listing.ErrListed, hazard.ErrListed) {
		t.Fatalf("the second: %v", errs[1])
	}
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM listing"))
	return got[0]
}

func (w *world) extend(t *testing.T, n id.Of[id.Listing], h id.Of[id.Hazard]) {
	t.Helper()
	ask := listing.Request{Until: on(t, "2026-11-30"), Reason: "设备到货延迟", Protection: "停用并封闭"}
	_, err := w.s.AskExtension(as(t, w.safety), n, ask)
	require.ErrorIs(t, err, listing.ErrTooEarly)
	w.day(t, "2026-09-22")
	_, err = w.s.AskExtension(as(t, w.safety), n, ask)
	require.NoError(t, err)
	_, err = w.s.Progress(as(t, w.safety), n, listing.Report{Note: "等着", SpentFen: 500_000, DoneShare: 30})
	require.ErrorIs(t, err, listing.ErrNow[listing.ExtensionAsked], "row security hides it; the answer says why")
	_, err = w.s.Answer(as(t, w.town), n, listing.Answer{Granted: true, Opinion: "同意"})
	require.ErrorIs(t, err, listing.ErrLevel)
	_, err = w.s.Answer(as(t, w.county), n, listing.Answer{Granted: true, Opinion: "同意"})
	require.NoError(t, err)
	_, err = w.s.Answer(as(t, w.county), n, listing.Answer{Opinion: "不同意"})
	require.ErrorIs(t, err, listing.ErrNow[listing.InProgress])
	require.Equal(t, []string{"2026-11-30", "1"}, []string{
		testkit.One[string](t, w.W, "SELECT deadline::text FROM hazard WHERE id = $1", int64(h)), testkit.One[string](t, w.W, "SELECT extensions::text FROM hazard WHERE id = $1", int64(h)),
	})
}

func (w *world) finish(t *testing.T, n id.Of[id.Listing], h id.Of[id.Hazard]) {
	t.Helper()
	_, err := w.s.AskAcceptance(as(t, w.safety), n, listing.Paper{})
	require.ErrorIs(t, err, listing.ErrEvaluation)
	w.Exec(t, "UPDATE hazard SET state = 'under_review' WHERE id = $1", int64(h))
	_, err = w.s.AskAcceptance(as(t, w.safety), n, listing.Paper{Note: "已完成"})
	require.NoError(t, err)
	verdict := listing.Verdict{Passed: true, Opinion: "合格", Officers: []string{"钱立新", "李某"}}
	_, err = w.s.Judge(as(t, w.county), n, verdict)
	require.ErrorIs(t, err, listing.ErrReview)
	verdict.Passed = false
	_, err = w.s.Judge(as(t, w.county), n, verdict)
	require.NoError(t, err)
	_, err = w.s.Escalate(as(t, w.county), n, listing.Escalation{Level: "prefecture", Note: "提级"})
	require.ErrorIs(t, err, listing.ErrLevel)
	_, err = w.s.Escalate(as(t, w.city), n, listing.Escalation{Level: "prefecture", InterviewOn: on(t, "2026-09-25"), Note: "提级督办"})
	require.NoError(t, err)
	require.Equal(t, "prefecture", testkit.One[string](t, w.W, "SELECT listed_level FROM hazard WHERE id = $1", int64(h)))
	_, err = w.s.AskAcceptance(as(t, w.safety), n, listing.Paper{})
	require.NoError(t, err)
	w.Exec(t, "UPDATE hazard SET state = 'cancelled', reviewed_on = '2026-09-22', cancelled_on = '2026-09-22' WHERE id = $1", int64(h))
	verdict.Passed = true
	_, err = w.s.Judge(as(t, w.county), n, verdict)
	require.ErrorIs(t, err, listing.ErrLevel, "it is the city's now")
	_, err = w.s.Judge(as(t, w.city), n, verdict)
	require.NoError(t, err)
	_, err = w.s.Publish(as(t, w.city), n, listing.Notice{On: on(t, "2026-09-22"), Medium: "门户网站"})
	require.ErrorIs(t, err, listing.ErrNow[listing.Passed])
	_, err = w.s.Delist(as(t, w.city), n, listing.Paper{})
	require.NoError(t, err)
	w.work(t, n)
	require.True(t, w.items["listing.finish"].IsZero())
	require.Contains(t, w.told, "listing.note-delist")
	list, _, err := w.s.Publication(t.Context(), listing.PublicFilter{Division: "330784", Query: page.Query{Limit: 20}})
	require.NoError(t, err)
	require.Empty(t, list, "nothing is public before it is published")
	_, err = w.s.Publish(as(t, w.city), n, listing.Notice{On: on(t, "2026-09-22"), Medium: "门户网站"})
	require.NoError(t, err)
	for area, want := range map[string]int{"330784": 1, "33": 1, "330783": 0} {
		list, _, err = w.s.Publication(t.Context(), listing.PublicFilter{Division: area, Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		require.Len(t, list, want, area)
	}
	one, err := w.s.ByID(as(t, w.principal), n)
	require.NoError(t, err)
	require.Equal(t, int(one.Listing.Steps), len(one.Steps), "no step is lost")
	for _, k := range []listing.PaperKind{listing.NoticePaper, listing.ExtensionPaper, listing.AcceptancePaper} {
		_, content, err := w.s.PrintPaper(as(t, w.principal), n, k)
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(content, []byte("%PDF")), k)
	}
	w.second(t)
}

// second tries what only the database keeps: a regulator closes no major hazard past its state, a company decides nothing.
func (w *world) second(t *testing.T) {
	t.Helper()
	h := w.hazard(t, "330784-2026-000002")
	n, err := w.s.List(as(t, w.county), h, order(t).Later(t))
	require.NoError(t, err)
	for _, c := range []struct {
		who    rbac.Actor
		action rbac.Action
		q      string
	}{
		{w.county, listing.ActionDecide, "UPDATE hazard SET state = 'cancelled', reviewed_on = current_date, cancelled_on = current_date WHERE level = 'major'"},
		{w.county, listing.ActionDecide, "UPDATE hazard SET reviewed_on = current_date WHERE level = 'major' AND state = 'rectifying'"},
		{w.county, listing.ActionDecide, "UPDATE hazard SET description = '' WHERE level = 'major'"},
		{w.county, listing.ActionDecide, "UPDATE listing SET hazard_text = ''"},
		{w.principal, listing.ActionAnswer, "UPDATE listing SET finish_by = finish_by + 100"},
		{w.principal, listing.ActionAnswer, "UPDATE listing SET state = 'passed'"},
		{w.principal, listing.ActionAnswer, "UPDATE listing_step SET note = ''"},
	} {
		err := w.Gate.Write(as(t, c.who), c.action, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec(c.q).Error })
		require.Error(t, err, c.q)
	}
	require.Equal(t, "listed", testkit.One[string](t, w.W, "SELECT state FROM listing WHERE id = $1", int64(n)))
}

func errorsAny(err error, those ...error) bool {
	for _, e := range those {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
