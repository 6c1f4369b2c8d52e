package upload_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/push"
	"anbiao/kit/seal"
	"anbiao/modules/upload"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const key = "0123456789abcdef"

// platform is a receiver outside: it keeps what it was told and says no where it is told to.
type platform struct {
	*httptest.Server
	mu     sync.Mutex
	rows   map[string]map[string]any // "table id" → row
	pages  []string                  // tables, in the order pages came
	most   int                       // rows of the largest page
	refuse map[string]string         // "table id" → why, by name
	whole  map[string]bool           // "table id": the whole page is refused for it
	down   bool
}

func newPlatform(t *testing.T) *platform {
	p := &platform{rows: map[string]map[string]any{}, refuse: map[string]string{}, whole: map[string]bool{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	var body struct{ EnterpriseCode, Datas string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.EnterpriseCode != "FIRM-1" {
		_, _ = fmt.Fprint(w, `{"code": 401, "msg": "企业编码不存在"}`)
		return
	}
	plain, err := push.Decrypt([]byte(key), body.Datas)
	var rows []map[string]any
	if err != nil || json.Unmarshal(plain, &rows) != nil {
		_, _ = fmt.Fprint(w, `{"code": 402, "msg": "解密失败"}`)
		return
	}
	_, _ = fmt.Fprint(w, p.take(strings.TrimPrefix(r.URL.Path, "/api/"), rows))
}

func (p *platform) take(table string, rows []map[string]any) string {
	p.pages, p.most = append(p.pages, table), max(p.most, len(rows))
	for _, r := range rows {
		if p.whole[fmt.Sprint(table, " ", r["id"])] {
			return `{"code": 500, "msg": "数据格式错误"}`
		}
	}
	var refused []push.Refusal
	for _, r := range rows {
		at := fmt.Sprint(table, " ", r["id"])
		switch why := p.refuse[at]; {
		case why != "":
			refused = append(refused, push.Refusal{ID: fmt.Sprint(r["id"]), Text: why})
		case r["deleted"] == "1":
			delete(p.rows, at)
		default:
			p.rows[at] = r
		}
	}
	b, _ := json.Marshal(push.Verdict{Code: 200, Errors: refused})
	return string(b)
}

type world struct {
	*testkit.W
	t      *testing.T
	firm   testkit.Firm
	safety rbac.Actor
	api    webtest.Client
	worker *jobs.Worker
	out    *platform
	n      int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), t: t, out: newPlatform(t)}
	w.firm = w.Company(t, "330784105")
	w.safety = w.Actor(t, w.firm, "safety")
	box := seal.New(testkit.Secret)
	s := &upload.Service{Gate: w.Gate, Sender: push.NewDatas(true), Box: func(c rbac.CompanyID) upload.Field { return box.Field(int64(c)) }}
	registry := jobs.NewRegistry()
	s.Jobs(registry)
	w.worker = &jobs.Worker{System: w.System(), Registry: registry, Now: w.Now}
	w.api = webtest.New(t, func(api huma.API) { upload.Mount(api, s) }).As(w.safety)
	return w
}

func (w *world) form() map[string]any {
	return map[string]any{
		"name": "市平台", "adapter": "dual-prevention", "address": w.out.URL + "/api", "firmCode": "FIRM-1", "key": key, "fromOn": "2026-01-01", "open": true,
		"fields": map[string]string{"unit.name": "riskUnitName"}, "codes": map[string]any{"level": map[string]string{"major": "红"}},
	}
}

func (w *world) receiver() string {
	w.t.Helper()
	return fmt.Sprint(w.api.Post("/api/upload/receivers", w.form()).Made(w.t))
}

// run sends as the job runner does.
func (w *world) run(receiver string) {
	w.t.Helper()
	w.n++
	w.out.pages = nil
	payload := fmt.Sprintf(`{"companyId": "%s", "receiverId": "%s", "trigger": "hand"}`, w.firm.ID, receiver)
	require.NoError(w.t, w.worker.Do(w.t.Context(), fmt.Sprint("run-", w.n), "upload.send", []byte(payload)))
}

// unchecked runs a statement without looking after foreign keys, for rows whose neighbours do not matter here.
func unchecked[T any](w *world, q string, args ...any) (v T) {
	w.t.Helper()
	tx, err := w.Owner.Begin(w.t.Context())
	require.NoError(w.t, err)
	_, err = tx.Exec(w.t.Context(), "SET LOCAL session_replication_role = replica")
	require.NoError(w.t, err)
	require.NoError(w.t, tx.QueryRow(w.t.Context(), q, args...).Scan(&v))
	require.NoError(w.t, tx.Commit(w.t.Context()))
	return v
}

func (w *world) unit(n int, name string) int64 {
	return unchecked[int64](w, `INSERT INTO risk_unit (company_id, region_path, oversight_line, number, kind, name, place, unit_name, owner_name, phone, made_by, created_at, updated_at, end_reason)
		VALUES ($1, '330784105', 0, $2, 'place', $3, '一楼', '生产部', '张三', '', '', now(), now(), '') RETURNING id`, int64(w.firm.ID), n, name)
}

func (w *world) event(unit int64, level string) int64 {
	return unchecked[int64](w, `INSERT INTO risk_event (company_id, region_path, oversight_line, number, risk_unit_id, hazard, accidents, consequence, rule_version, mode, l, e, c, s, score, computed_level, catalogue,
		raised_level, raise_reason, level, residual_l, residual_e, residual_c, residual_s, residual_score, residual_level, control_level, unit_name, owner_name, post_name, frequency, reviewed_on, review_due_on, made_by, created_at, updated_at, end_reason)
		VALUES ($1, '330784105', 0, (SELECT count(*) + 1 FROM risk_event), $2, '粉尘爆炸', '{}', '', '', 'ls', 1, 0, 0, 1, 1, $3, false, '', '', $3, 0, 0, 0, 0, 0, '', 'company', '', '', '', 'daily', now(), now(), '', now(), now(), '') RETURNING id`,
		int64(w.firm.ID), unit, level)
}

func (w *world) control(event int64, text, item string) int64 {
	return unchecked[int64](w, `INSERT INTO risk_control (company_id, region_path, oversight_line, event_id, n, kind, text, item_code) VALUES ($1, '330784105', 0, $2, 1, 'management', $3, $4) RETURNING id`, int64(w.firm.ID), event, text, item)
}

// tree is one of each table: a control that a plan checks, a check that found a hazard, a shutdown.
func (w *world) tree() {
	control := w.control(w.event(w.unit(1, "打磨\x01车间\n二"), "major"), "清扫积尘", "C-1")
	point := unchecked[int64](w, `INSERT INTO checklist_point (company_id, region_path, oversight_line, public_id, number, name, place, modules, items, created_at, updated_at)
		VALUES ($1, '330784105', 0, gen_random_uuid(), 1, '除尘器', '', '{}', '{C-1}', now(), now()) RETURNING id`, int64(w.firm.ID))
	plan := unchecked[int64](w, `INSERT INTO inspection_plan (company_id, region_path, oversight_line, point_id, items, assignee_id, assignee_name, frequency, starts_on, created_at)
		VALUES ($1, '330784105', 0, $2, '{}', 1, '李四', 'daily', '2026-01-01', now()) RETURNING id`, int64(w.firm.ID), point)
	task := unchecked[int64](w, `INSERT INTO inspection_task (company_id, region_path, oversight_line, plan_id, point_id, items, assignee_id, assignee_name, opens_on, due_on, state, created_at)
		VALUES ($1, '330784105', 0, $2, $3, '{}', 1, '李四', '2026-03-09', '2026-03-09', 'open', now()) RETURNING id`, int64(w.firm.ID), plan, point)
	check := unchecked[int64](w, `INSERT INTO inspection_check (company_id, started_on, region_path, oversight_line, client_id, content_hash, point_id, task_id, standard_id, staff_id, person_name, started_at, finished_at, received_at, answers, passed, failed, not_applicable)
		VALUES ($1, '2026-03-09', '330784105', 0, gen_random_uuid(), '', $2, $3, 1, 1, '李四', now(), now(), now(), '[]', 0, 1, 0) RETURNING id`, int64(w.firm.ID), point, task)
	unchecked[int64](w, `INSERT INTO hazard (company_id, region_path, oversight_line, number, state, source, place, description, category, cause, item_code, clause, suggested_level, suggestion, level, fix_type, goal, measures, contingency,
		owner_name, owner_unit, found_at, found_on, found_by_name, accepted_by_name, reopen_count, steps, changed_at, asked, asked_name, asked_note, asked_to, extensions, protection, transferred_to, danger_source, historical, stock, campaign,
		listed_level, proposed_owner_name, check_started_on, check_id)
		VALUES ($1, '330784105', 0, 'H-1', 'graded', 'self_check', '打磨车间', '积尘', 'B02', 0, 'C-1', '', '', '', 'general', 'by_date', '', '', '', '', '', now(), '2026-03-09', '', '', 0, 1, now(), '', '', '', '', 0, '', '', 3, false, false, '', '', '', '2026-03-09', $2) RETURNING id`,
		int64(w.firm.ID), check)
	unchecked[int64](w, `INSERT INTO inspection_shutdown (company_id, region_path, oversight_line, from_on, until_on, reason, made_by, created_at) VALUES ($1, '330784105', 0, '2026-02-10', '2026-02-20', '春节', '', now()) RETURNING id`, int64(w.firm.ID))
	require.NotZero(w.t, control)
}

func (w *world) row(at string) map[string]any {
	w.t.Helper()
	for k, r := range w.out.rows {
		if strings.HasPrefix(k, at+" ") {
			return r
		}
	}
	w.t.Fatalf("the platform has no %s: %v", at, w.out.rows)
	return nil
}

func (w *world) states(receiver string) map[string]int {
	out := map[string]int{}
	for _, s := range testkit.All[string](w.t, w.W, "SELECT state FROM upload_row WHERE receiver_id = $1::bigint", receiver) {
		out[s]++
	}
	return out
}

func TestFirstRunSendsEverythingAndLaterOnesWhatChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tree()
	for n := range 44 {
		w.unit(n+2, fmt.Sprint("单元", n))
	}
	r := w.receiver()
	w.run(r)
	require.Equal(t, []string{"unit", "unit", "unit", "event", "measure", "task", "record", "danger", "stop"}, w.out.pages, "parents first, in pages of 20")
	require.Equal(t, 20, w.out.most)
	require.Equal(t, "打磨车间 二", w.named("打磨")["riskUnitName"], "renamed, without control characters")
	require.Equal(t, "红", w.row("event")["level"], "by the receiver's own code")
	require.Equal(t, "0", w.row("danger")["dangerLevel"], "by the adapter's")
	require.Equal(t, "1", w.row("danger")["fixType"])
	require.Equal(t, "1", w.row("record")["result"], "the check found it")
	require.Equal(t, w.row("record")["id"], w.row("danger")["recordId"])
	require.Equal(t, w.row("task")["id"], w.row("record")["taskId"])
	require.Equal(t, map[string]int{"delivered": 51}, w.states(r))

	var file map[string][]map[string]any
	w.api.Get("/api/upload/receivers/"+r+"/file").OK(t, &file)
	for table, rows := range file {
		for _, row := range rows {
			require.Equal(t, w.out.rows[fmt.Sprint(table, " ", row["id"])], row, "the file says what was sent")
		}
	}
	require.Len(t, file["unit"], 45)
	w.api.Get("/api/upload/receivers/999/file").Refused(t, 404, "rbac.not-found")

	w.run(r)
	require.Empty(t, w.out.pages, "nothing changed, nothing is sent")
	w.Exec(t, "UPDATE risk_unit SET place = '二楼' WHERE name = '单元3'")
	w.run(r)
	require.Equal(t, []string{"unit"}, w.out.pages)
	w.Exec(t, "UPDATE risk_unit SET ended_on = '2026-03-10' WHERE name = '单元3'")
	w.unit(99, "从未上报")
	w.Exec(t, "UPDATE risk_unit SET ended_on = '2026-03-10' WHERE name = '从未上报'")
	w.run(r)
	require.Equal(t, []string{"unit"}, w.out.pages, "only what was delivered is deleted there")
	require.Equal(t, 1, w.states(r)["deleted"])
	for _, row := range w.out.rows {
		require.NotEqual(t, "单元3", row["riskUnitName"])
	}
	require.Equal(t, "1", fmt.Sprint(testkit.One[int](t, w.W, "SELECT deleted FROM upload_run ORDER BY id DESC LIMIT 1")))
}

func (w *world) named(prefix string) map[string]any {
	for _, r := range w.out.rows {
		if s, ok := r["riskUnitName"].(string); ok && strings.HasPrefix(s, prefix) {
			return r
		}
	}
	return nil
}

func TestRefusedRowsComeFirstNextTimeAndHoldTheirChildrenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad, good := w.unit(1, "坏"), w.unit(2, "好")
	held, free := w.event(bad, "low"), w.event(good, "low")
	spoils := w.unit(3, "整页拒收")
	r := w.receiver()
	w.out.refuse[fmt.Sprint("unit ", bad)] = "名称\x02不合规"
	w.out.whole[fmt.Sprint("unit ", spoils)] = true
	w.run(r)
	require.Contains(t, w.out.rows, fmt.Sprint("unit ", good), "one bad row does not keep the others back")
	require.Contains(t, w.out.rows, fmt.Sprint("event ", free))
	require.NotContains(t, w.out.rows, fmt.Sprint("event ", held), "its parent is not there")
	require.Equal(t, map[string]int{"delivered": 2, "failed": 2, "pending": 1}, w.states(r))
	var list struct {
		Items []struct{ Key, Error string }
	}
	w.api.Get("/api/upload/receivers/"+r+"/failures").OK(t, &list)
	require.Len(t, list.Items, 2)
	require.Equal(t, "名称不合规", list.Items[0].Error)

	clear(w.out.refuse)
	clear(w.out.whole)
	w.unit(4, "新的")
	w.run(r)
	require.Equal(t, map[string]int{"delivered": 6}, w.states(r))
	require.Equal(t, []string{"unit", "event"}, w.out.pages)
}

func TestOutageKeepsEverythingForTheNextRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unit(1, "单元")
	r := w.receiver()
	w.out.down = true
	w.run(r)
	require.Equal(t, map[string]int{"pending": 1}, w.states(r))
	var runs struct {
		Items []struct {
			Error string
			Sent  int
		}
	}
	w.api.Get("/api/upload/receivers/"+r+"/runs").OK(t, &runs)
	require.Equal(t, "status", runs.Items[0].Error)
	w.out.down = false
	w.run(r)
	w.api.Get("/api/upload/receivers/"+r+"/runs").OK(t, &runs)
	require.Equal(t, 1, runs.Items[0].Sent)
	require.Empty(t, runs.Items[0].Error)
	var probe struct{ Wrong string }
	w.api.Post("/api/upload/receivers/"+r+"/probe", nil).OK(t, &probe)
	require.Empty(t, probe.Wrong)
	form := w.form()
	form["firmCode"], form["key"] = "FIRM-2", ""
	w.api.Put("/api/upload/receivers/"+r, form).OK(t, nil)
	w.api.Post("/api/upload/receivers/"+r+"/probe", nil).OK(t, &probe)
	require.Equal(t, "企业编码不存在", probe.Wrong)
}

func TestReceiversKeyNeverLeavesAndAddressesAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.receiver()
	require.NotContains(t, string(w.api.Get("/api/upload/receivers").OK(t, nil).Body), key)
	require.EqualValues(t, 0, testkit.One[int](t, w.W, "SELECT count(*)::int FROM upload_receiver WHERE position($1::bytea IN key_sealed) > 0", []byte(key)), "sealed")
	require.EqualValues(t, 0, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_entry WHERE fields::text LIKE '%' || $1 || '%'", key))
	form := w.form()
	form["key"] = "short"
	w.api.Post("/api/upload/receivers", form).Refused(t, 422, "upload.key")
	form = w.form()
	form["address"] = "ftp://example.com/x"
	w.api.Post("/api/upload/receivers", form).Refused(t, 422, "upload.address")
	outside := push.NewDatas(false)
	require.Error(t, outside.Check("http://example.com"))
	_, err := outside.Send(t.Context(), push.Parcel{To: "https://127.0.0.1:1/x", Key: []byte(key)})
	require.ErrorIs(t, err, push.ErrPrivate, "what is inside is not reached")
	w.api.Delete("/api/upload/receivers/"+r).OK(t, nil)
	w.run(r)
	require.Empty(t, w.out.pages)
	other := webtest.New(t, func(api huma.API) { upload.Mount(api, &upload.Service{Gate: w.Gate}) }).As(w.Actor(t, w.firm, "worker"))
	other.Get("/api/upload/receivers").Refused(t, 403, "rbac.forbidden")
}

func TestTheDailyUploadRestsWhereItIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.receiver()
	off := true
	w.Gate.Heed(func(a rbac.Action, area string, _ bool, _ time.Time) bool {
		return off && a == upload.ActionKeep && strings.HasPrefix(area, "330784")
	})
	sends := func(key string) int64 {
		require.NoError(t, w.worker.Do(t.Context(), key, "upload.daily", []byte(`{"day": "`+key+`", "companyId": "", "receiver": ""}`)))
		return testkit.One[int64](t, w.W, "SELECT count(*) FROM job_outbox WHERE kind = 'upload.send' AND task_id LIKE '%' || $1 || '%'", key)
	}
	require.Zero(t, sends("2026-03-01"))
	off = false
	require.Equal(t, int64(1), sends("2026-03-02"))
}

func TestKeyThatNobodyCanOpenIsToBeEnteredAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.receiver()
	w.Exec(t, "UPDATE upload_receiver SET key_sealed = 'x'")
	var probed struct{ Wrong string }
	w.api.Post("/api/upload/receivers/"+n+"/probe", nil).OK(t, &probed)
	require.Equal(t, "sealed", probed.Wrong)
	w.run(n)
	require.Equal(t, "sealed", testkit.One[string](t, w.W, "SELECT error FROM upload_run WHERE trigger = 'hand'"))
	require.Empty(t, w.out.pages)
}
