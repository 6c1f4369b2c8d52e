package selfreport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/modules/selfreport"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// noon is 12:00 in Shanghai on the third day of the quarter.
var noon = time.Date(2026, 4, 3, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                 *selfreport.Service
	firm                              testkit.Firm
	safety, head, worker              rbac.Actor
	stranger, county, elsewhere, grid rbac.Actor
	lines                             []selfreport.Line
	notes                             []selfreport.Note
	refuse                            error // of telling many
}

// refreshed is the job that a changed report leaves behind in these tests.
type refreshed struct{ Company id.Of[id.Company] }

func (refreshed) Kind() string { return "test.refreshed" }

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), lines: []selfreport.Line{{Level: "general", Category: "B02", Found: 4, Fixed: 3, Open: 1}}}
	w.Set(noon)
	w.s = &selfreport.Service{
		Gate: w.Gate,
		Ledger: func(context.Context, db.Tx, rbac.Scope, id.Of[id.Company], selfreport.Period) ([]selfreport.Line, selfreport.Plans, error) {
			return w.lines, selfreport.Plans{}, nil
		},
		Card: func(_ context.Context, tx db.Tx, _ rbac.Scope, c id.Of[id.Company]) (card selfreport.Company, err error) {
			return card, tx.Raw("SELECT name, uscc, address, industry, contact_name, contact_phone FROM company WHERE company_id = ?", int64(c)).Scan(&card).Error
		},
		Bound: bound,
		Tell:  func(_ context.Context, _ db.Tx, n selfreport.Note) error { w.notes = append(w.notes, n); return nil },
		TellMany: func(_ context.Context, _ db.Tx, notes []selfreport.Note, _ ...string) error {
			w.notes = append(w.notes, notes...)
			return w.refuse
		},
		Claim: func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil },
		Entries: func(context.Context, db.Tx, rbac.Scope, id.Of[id.Company], selfreport.Period) ([]map[string]string, error) {
			return []map[string]string{{"number": "330784-2026-000001", "level": "general", "title": "护罩缺失", "owner": "张三"}, {"number": "330784-2026-000002", "level": "major", "hasGoal": "1"}}, nil
		},
		Touch: func(ctx context.Context, tx db.Tx, company id.Of[id.Company]) error {
			return jobs.Enqueue(ctx, tx, refreshed{company})
		},
	}
	w.firm = w.Company(t, "330784105")
	w.safety, w.head, w.worker = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "principal"), w.Actor(t, w.firm, "worker")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "principal")
	w.county, w.elsewhere, w.grid = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783"), w.Regulator(t, "grid", "330784105")
	return w
}

// bound reads the register as the company module would.
func bound(_ context.Context, tx db.Tx, q selfreport.Wanted) (firms []selfreport.Firm, err error) {
	var rows []struct {
		CompanyID                  int64
		RegionPath, Name, Industry string
		OversightLine              int16
		AboveScale                 bool
	}
	under := func(prefixes []string) string { return "^(" + strings.Join(prefixes, "|") + ")" } // none: everything
	err = tx.Raw("SELECT company_id, region_path, oversight_line, name, industry, above_scale FROM company WHERE company_id > ? AND created_at < ? AND region_path ~ ? AND industry ~ ? ORDER BY company_id LIMIT ?",
		int64(q.After), q.By.AddDays(1).Midnight(day.Shanghai), under(q.Areas), under(q.Industries), q.Limit).Scan(&rows).Error
	for _, r := range rows {
		firms = append(firms, selfreport.Firm{
			Home: rbac.Home{CompanyID: id.Of[id.Company](r.CompanyID), RegionPath: r.RegionPath, Line: r.OversightLine}, Name: r.Name, Industry: r.Industry, AboveScale: r.AboveScale,
		})
	}
	return firms, err
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

// compiled is the report of the first quarter, compiled.
func (w *world) compiled(t *testing.T) id.Of[id.Report] {
	t.Helper()
	rid, err := w.s.Open(as(t, w.safety), "HZ-Q")
	require.NoError(t, err)
	_, err = w.s.Compile(as(t, w.safety), rid, "按期完成")
	require.NoError(t, err)
	return rid
}

// submitted is a report with the regulator.
func (w *world) submitted(t *testing.T) id.Of[id.Report] {
	t.Helper()
	rid := w.compiled(t)
	w.sendIn(t, rid)
	return rid
}

func (w *world) sendIn(t *testing.T, rid id.Of[id.Report]) {
	t.Helper()
	r, err := w.s.ByID(as(t, w.head), rid)
	require.NoError(t, err)
	_, err = w.s.Sign(as(t, w.head), rid, selfreport.Signing{ContentHash: r.ContentHash})
	require.NoError(t, err)
	_, err = w.s.Submit(as(t, w.safety), rid)
	require.NoError(t, err)
}

func TestReturnedAndResubmitted(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rid := w.compiled(t)
	r, err := w.s.ByID(as(t, w.safety), rid)
	require.NoError(t, err)
	require.Equal(t, []any{"2026-Q1", day.Of(2026, 4, 15), w.firm.Name, int64(4), int64(7500)},
		[]any{r.Period, r.DueOn, r.Content.Company.Name, r.Content.Statistics.General.Found, *r.Content.Statistics.FixRate})
	require.Equal(t, []selfreport.Event{selfreport.Compile, selfreport.Paper, selfreport.Mark}, r.May, "signing is the principal's")

	_, err = w.s.Sign(as(t, w.safety), rid, selfreport.Signing{ContentHash: r.ContentHash})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Submit(as(t, w.safety), rid)
	require.ErrorIs(t, err, selfreport.ErrNow[selfreport.Draft])
	w.sendIn(t, rid)
	_, err = w.s.Compile(as(t, w.safety), rid, "再改")
	require.ErrorIs(t, err, selfreport.ErrNow[selfreport.Submitted], "what was submitted is frozen")

	_, err = w.s.Return(as(t, w.county), rid, "", nil)
	require.ErrorIs(t, err, selfreport.ErrReasons)
	_, err = w.s.Return(as(t, w.county), rid, "请核对", []selfreport.Reason{{Item: "lines.general.B02", Reason: "与执法检查记录不符"}})
	require.NoError(t, err)
	w.lines[0].Found = 5
	w.Set(time.Date(2026, 4, 20, 4, 0, 0, 0, time.UTC)) // past the 15th
	_, err = w.s.Compile(as(t, w.safety), rid, "已核对")
	require.NoError(t, err)
	w.sendIn(t, rid)
	_, err = w.s.Receive(as(t, w.county), rid, "")
	require.NoError(t, err)

	r, err = w.s.ByID(as(t, w.county), rid)
	require.NoError(t, err)
	require.Equal(t, []any{selfreport.Received, int16(2), false}, []any{r.State, r.Rounds, r.Late}, "in time the first time")
	require.Equal(t, []bool{true, false}, []bool{r.Submissions[0].Late, r.Submissions[1].Late})
	var first selfreport.Content
	require.NoError(t, json.Unmarshal([]byte(r.Submissions[1].Content), &first))
	require.EqualValues(t, 4, first.Statistics.General.Found, "the first submission is as it was")
	require.Len(t, r.Steps, 9)
	require.Equal(t, "与执法检查记录不符", r.Steps[4].Reasons.V[0].Reason)
	require.EqualValues(t, 2, testkit.One[int64](t, w.W, "SELECT count(*) FROM selfreport_submission WHERE content_hash = encode(sha256(convert_to(content, 'UTF8')), 'hex')"))

	reg := jobs.NewRegistry()
	w.s.Jobs(reg)
	jobs.Handle(reg, w.forget)
	w.drain(t, &jobs.Worker{System: w.System(), Registry: reg, Now: w.Now})
	var codes []string
	for _, n := range w.notes {
		codes = append(codes, n.Code)
		for _, code := range []string{n.Code, n.Code + "-body"} {
			require.True(t, text.Known(text.Chinese, code) && text.Known(text.English, code), code)
		}
	}
	require.Equal(t, []string{
		"selfreport.note-to-sign", "selfreport.note-signed", "selfreport.note-returned", "selfreport.note-to-sign", "selfreport.note-signed", "selfreport.note-received",
	}, codes)
}

func TestOthersSeeNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rid := w.submitted(t)
	q := selfreport.Filter{}
	q.Limit = 20
	for name, a := range map[string]rbac.Actor{"another company": w.stranger, "a regulator elsewhere": w.elsewhere} {
		rows, _, _, err := w.s.List(as(t, a), q)
		require.NoError(t, err)
		require.Empty(t, rows, name)
		_, err = w.s.ByID(as(t, a), rid)
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
	}
	_, err := w.s.Sign(as(t, w.stranger), rid, selfreport.Signing{})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Receive(as(t, w.elsewhere), rid, "")
	require.ErrorIs(t, err, rbac.ErrNotFound)
	for name, a := range map[string]rbac.Actor{"the company": w.safety, "a grid worker": w.grid, "a worker": w.worker} {
		_, err = w.s.Receive(as(t, a), rid, "")
		require.ErrorIs(t, err, rbac.ErrForbidden, name)
	}
	rows, _, _, err := w.s.List(as(t, w.grid), q)
	require.NoError(t, err)
	require.Len(t, rows, 1, "the grid worker sees who has reported")
}

// TestRowSecurityHoldsWithoutTheStates writes past the service, as its own code might by mistake.
func TestRowSecurityHoldsWithoutTheStates(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rid := int64(w.submitted(t))
	try := func(a rbac.Actor, q string, args ...any) (n int64, err error) {
		err = w.Gate.Write(as(t, a), selfreport.ActionList, func(tx db.Tx, _ rbac.Scope) error {
			r := tx.Exec(q, args...)
			n = r.RowsAffected
			return r.Error
		})
		return n, err
	}
	n, err := try(w.safety, "UPDATE selfreport SET state = 'draft', content = '' WHERE id = ?", rid)
	require.NoError(t, err)
	require.Zero(t, n, "what lies with the regulator is frozen")
	_, err = try(w.county, "UPDATE selfreport SET content = '' WHERE id = ?", rid)
	require.ErrorContains(t, err, "permission denied")
	_, err = try(w.county, "UPDATE selfreport SET state = 'draft' WHERE id = ?", rid)
	require.ErrorContains(t, err, "row-level security")
	for _, table := range []string{"selfreport_submission", "selfreport_step"} {
		_, err = try(w.safety, "UPDATE "+table+" SET content_hash = '' WHERE report_id = ?", rid)
		require.ErrorContains(t, err, "permission denied", table)
	}
	_, err = w.s.Return(as(t, w.county), id.Of[id.Report](rid), "", []selfreport.Reason{{Item: "remark", Reason: "补充"}})
	require.NoError(t, err)
	_, err = try(w.safety, "UPDATE selfreport SET state = 'received' WHERE id = ?", rid)
	require.ErrorContains(t, err, "row-level security", "a company does not receive its own report")
}

func TestOneDecisionWins(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rid := w.submitted(t)
	errs := make(chan error, 2)
	go func() { _, err := w.s.Receive(as(t, w.county), rid, ""); errs <- err }()
	go func() {
		_, err := w.s.Return(as(t, w.county), rid, "", []selfreport.Reason{{Item: "remark", Reason: "补充"}})
		errs <- err
	}()
	one, two := <-errs, <-errs
	if one != nil {
		one, two = two, one
	}
	require.NoError(t, one)
	now := selfreport.State(testkit.One[string](t, w.W, "SELECT state FROM selfreport WHERE id = $1", int64(rid)))
	require.ErrorIs(t, two, selfreport.ErrNow[now], "the other learns what happened")
}

func TestRefusalsLeaveNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rid := w.compiled(t)
	count := func() []int64 {
		return testkit.All[int64](t, w.W, "SELECT count(*) FROM job_outbox UNION ALL SELECT count(*) FROM selfreport_step UNION ALL SELECT count(*) FROM audit_entry")
	}
	before := count()
	_, err := w.s.Sign(as(t, w.head), rid, selfreport.Signing{ContentHash: "00"})
	require.ErrorIs(t, err, selfreport.ErrContentMoved)
	_, err = w.s.Receive(as(t, w.county), rid, "")
	require.ErrorIs(t, err, selfreport.ErrNow[selfreport.Draft])
	require.Equal(t, before, count())
}

// TestSchedulerOpensReports runs the job for more companies than fit one batch.
func TestSchedulerOpensReports(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, "INSERT INTO company (region_path, oversight_line, name) SELECT '330784105', 0, '批量企业' || n FROM generate_series(1, 1500) n")
	w.Exec(t, "UPDATE company SET created_at = '2026-01-05'")
	w.Exec(t, "UPDATE company SET created_at = '2026-04-01T00:00:00+08:00' WHERE company_id = $1", int64(w.firm.ID)) // came after the quarter
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	for _, at := range []time.Time{time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC), time.Date(2026, 3, 31, 17, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 17, 0, 0, 0, time.UTC)} {
		w.Set(at) // 23:00 on the 31st, then 01:00 on 1 and 2 April
		require.NoError(t, worker.Tick(t.Context()))
		w.drain(t, worker)
	}
	require.Equal(t, []string{"HZ-Q 2026-Q1 1501", "HZ-Y 2025 0"}, testkit.All[string](t, w.W,
		"SELECT c || ' ' || p || ' ' || (SELECT count(*) FROM selfreport WHERE cycle = c AND period = p) FROM (VALUES ('HZ-Q', '2026-Q1'), ('HZ-Y', '2025')) v(c, p)"))
	require.EqualValues(t, 1501, testkit.One[int64](t, w.W, "SELECT count(*) FROM selfreport_step WHERE event = 'open' AND actor_kind = 'system'"))
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM selfreport WHERE company_id = $1", int64(w.firm.ID)), "no report is owed for a time before")
	rows, coming, _, err := w.s.Pending(as(t, w.stranger))
	require.NoError(t, err)
	require.Equal(t, []string{"2026-Q1", "2026-Q2", "2026"}, []string{rows[0].Period, coming[0].Period.Name, coming[1].Period.Name})
	same, err := w.s.Open(as(t, w.stranger), "HZ-Q")
	require.NoError(t, err)
	require.Equal(t, rows[0].ID, same, "opened twice, one report")
}

func TestFacts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.submitted(t)
	other := w.stranger.CompanyID
	_, err := w.s.Open(as(t, w.stranger), "HZ-Q")
	require.NoError(t, err)
	w.Set(time.Date(2026, 4, 16, 4, 0, 0, 0, time.UTC))
	require.NoError(t, w.Gate.System(t.Context(), "test.facts", func(tx db.Tx, _ rbac.Scope) error {
		facts, err := selfreport.Facts(t.Context(), tx, []id.Of[id.Company]{w.firm.ID, other, 99})
		require.NoError(t, err)
		require.ElementsMatch(t, []selfreport.Fact{
			{CompanyID: w.firm.ID, LastCycle: "HZ-Q", LastPeriod: "2026-Q1", LastSubmittedOn: day.Of(2026, 4, 3), Due: 1, InTime: 1},
			{CompanyID: other, Missing: 1, Due: 1},
		}, facts)
		return nil
	}))
	f := selfreport.Filter{Late: true}
	f.Limit = 20
	rows, _, _, err := w.s.List(as(t, w.county), f)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, other, rows[0].CompanyID)
}

func TestWalkOverHTTP(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { selfreport.Mount(a, w.s) })
	safety, head, county := api.As(w.safety), api.As(w.head), api.As(w.county)
	const base = "/api/selfreport/reports"
	safety.Post(base, `{"cycle":"HZ-X"}`).Refused(t, 422, "http.unprocessable-entity")
	api.As(w.worker).Post(base, `{"cycle":"HZ-Q"}`).Refused(t, 403, "rbac.forbidden")
	made := safety.Key("k").Post(base, `{"cycle":"HZ-Q"}`).Made(t)
	at := fmt.Sprintf("%s/%d", base, made)
	safety.Post(at+"/compile", `{"remark":"`+"\\u0000"+`"}`).Problem(t)
	safety.Post(at+"/compile", `{"remark":"已完成"}`).OK(t, nil)
	var d struct {
		ContentHash string
		State       string
		Ready       int
		May         []string
		Content     selfreport.Content
		Submissions []struct{ ContentHash, Content string }
	}
	head.Get(at).OK(t, &d)
	require.Equal(t, []any{"draft", 50, []string{"compile", "sign", "paper", "mark"}, w.firm.Name}, []any{d.State, d.Ready, d.May, d.Content.Company.Name})
	head.Post(at+"/sign", `{"contentHash":"`+fmt.Sprintf("%064d", 0)+`"}`).Refused(t, 409, "selfreport.content-moved")
	safety.Post(at+"/sign", `{"contentHash":"`+d.ContentHash+`"}`).Refused(t, 403, "rbac.forbidden")
	head.Post(at+"/sign", `{"contentHash":"`+d.ContentHash+`"}`).OK(t, nil)
	safety.Post(at+"/submit", `{}`).OK(t, nil)
	safety.In("en").Post(at+"/submit", `{}`).Refused(t, 409, "selfreport.now-submitted")
	county.Post(at+"/return", `{"reasons":[]}`).Refused(t, 422, "http.unprocessable-entity")
	county.Post(at+"/return", `{"reasons":[{"item":"remark","reason":"请补充"}]}`).OK(t, nil)
	county.Get(at).OK(t, &d)
	require.Equal(t, "returned", d.State)
	require.Equal(t, d.ContentHash, d.Submissions[0].ContentHash)
	for _, q := range []string{"", "?state=returned&state=draft", "?cycle=HZ-Q&period=2026-Q1&late=false"} {
		county.Get(base+q).OK(t, nil)
	}
	for _, q := range []string{"?period=2026-Q5", "?cycle=%27", "?state=x", "?cursor=x", "?limit=1000"} {
		a := county.Get(base + q)
		require.True(t, a.Status >= 400 && a.Status < 500, "%s: %d", q, a.Status)
	}
	safety.Get("/api/selfreport/pending").OK(t, nil)
	api.As(w.stranger).Get(at).Refused(t, 404, "rbac.not-found")
	api.Anonymous().Get(base).Refused(t, 401, "rbac.unauthenticated")
}
