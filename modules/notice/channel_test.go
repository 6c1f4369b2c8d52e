package notice_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/push"
	"anbiao/kit/seal"
	"anbiao/modules/notice"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// post is a server that robots and webhooks post to.
type post struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	header map[string]string
	ids    []string // Webhook-Id of each request
	bodies []string
	paths  []string
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{status: 200, header: map[string]string{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ids, p.bodies, p.paths = append(p.ids, r.Header.Get("Webhook-Id")), append(p.bodies, string(b)), append(p.paths, r.URL.RequestURI())
		for k, v := range p.header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *post) got() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.bodies)
}

func (p *post) answer(status int, header map[string]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.header = status, header
}

const wecomAddress = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-TOKEN"

// channels is a fixture whose robots and webhooks are at a server of the test's own.
func channels(t *testing.T) (*fixture, *post) {
	t.Helper()
	f, p := setUp(t), newPost(t)
	robot := push.WeCom()
	robot.Base, robot.HTTP = p.URL, p.Client()
	f.s.Box = seal.New([]byte("0123456789abcdef0123456789abcdef"))
	f.s.Senders = map[notice.Channel]push.Sender{notice.Webhook: push.NewWebhook(true), notice.WeCom: robot}
	require.NoError(t, f.s.Load(t.Context()))
	f.Set(time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)) // noon in Shanghai
	return f, p
}

func (f *fixture) hook(t *testing.T, by rbac.Actor, form notice.HookForm) id.Of[id.Hook] {
	t.Helper()
	if form.PerMinute == 0 {
		form.PerMinute = 600
	}
	form.Name, form.Lang = "安全管理群", "zh-CN"
	n, _, err := f.s.AddHook(rbac.WithActor(t.Context(), by), form)
	require.NoError(t, err)
	return n
}

// run does every delivery that is due, as a worker would.
func (f *fixture) run(t *testing.T) {
	t.Helper()
	r := jobs.NewRegistry()
	f.s.Jobs(r)
	w := &jobs.Worker{System: f.System(), Registry: r, Now: f.Now}
	for _, task := range testkit.All[string](t, f.W, "SELECT task_id FROM job_outbox WHERE kind = 'notice.deliver' AND done_at IS NULL AND run_at <= $1 ORDER BY id", f.Now()) {
		payload := testkit.One[string](t, f.W, "SELECT payload::text FROM job_outbox WHERE task_id = $1", task)
		require.NoError(t, w.Do(t.Context(), task, notice.Deliver{}.Kind(), []byte(payload)))
	}
}

func (f *fixture) say(t *testing.T, notes ...notice.Note) {
	t.Helper()
	_, err := f.remind(t, rbac.Actor{}, notes...)
	require.NoError(t, err)
}

// states lists the deliveries of a channel as "state held_for attempts".
func (f *fixture) states(t *testing.T, c notice.Channel) string {
	t.Helper()
	return strings.Join(testkit.All[string](t, f.W, "SELECT trim(state || ' ' || held_for) || ' ' || attempts FROM notice_delivery WHERE channel = $1 ORDER BY id", string(c)), ", ")
}

func (f *fixture) in(d time.Duration) { f.Set(f.Now().Add(d)) }

func TestHookIsToldOnceOfAnEvent(t *testing.T) {
	t.Parallel()
	f, p := channels(t)
	f.hook(t, f.a, notice.HookForm{Kind: notice.WeCom, URL: wecomAddress})
	f.hook(t, f.a, notice.HookForm{Kind: notice.WeCom, URL: wecomAddress + "2", Categories: []string{"training"}})
	other := f.Actor(t, f.Company(t, town), "safety")
	f.hook(t, other, notice.HookForm{Kind: notice.WeCom, URL: wecomAddress + "3"})
	event := func(key string) []notice.Note {
		return []notice.Note{f.note(f.a, key+"|"+f.a.PersonID.String()), f.note(f.b, key+"|"+f.b.PersonID.String())}
	}
	f.say(t, event("one")...)
	f.say(t, event("one")...)
	f.say(t, f.note(f.a, ""), f.note(f.b, "")) // without a key: one event of this moment
	f.run(t)
	f.in(time.Second)
	f.run(t)
	require.Equal(t, "sent 1, sent 1", f.states(t, notice.WeCom))
	require.Equal(t, 2, p.got())
	require.Contains(t, p.bodies[0], "证书将于2026-08-01到期")
	require.True(t, strings.HasSuffix(p.paths[0], "key=693a91f6-7xxx-TOKEN"))
	require.Equal(t, "sent 1, sent 1, sent 1, sent 1", f.states(t, notice.Mail), "people are told besides")

	official := f.note(f.b, "office")
	official.Organisation = id.Of[id.Organisation](testkit.One[int64](t, f.W, "INSERT INTO account_organisation (kind, name) VALUES ('regulator', '应急管理局') RETURNING id"))
	f.say(t, official)
	f.run(t)
	require.Equal(t, 2, p.got(), "what an office is told is not the firm's")
}

func TestHandedOverAndWithdrawn(t *testing.T) {
	t.Parallel()
	f, p := channels(t)
	f.hook(t, f.a, notice.HookForm{Kind: notice.WeCom, URL: wecomAddress})
	f.say(t, f.note(f.b, "one|"+f.b.PersonID.String()))
	require.NoError(t, f.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		return notice.HandOver(t.Context(), tx, f.firm.ID, "certificate", f.b.PersonID, []id.Of[id.Person]{f.a.PersonID})
	}))
	f.run(t)
	require.Equal(t, "cancelled 0, sent 1", f.states(t, notice.Mail))
	require.Equal(t, "sent 1", f.states(t, notice.WeCom), "the group was told once, whoever must act")
	f.say(t, f.note(f.b, "two|"+f.b.PersonID.String()))
	require.NoError(t, f.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		return notice.Withdraw(t.Context(), tx, f.firm.ID, "certificate", 7)
	}))
	f.run(t)
	require.Equal(t, "sent 1, cancelled 0", f.states(t, notice.WeCom))
	require.Equal(t, 1, p.got())
}

func TestWebhookIsTriedAgainUnderItsIDAndGivenUp(t *testing.T) {
	t.Parallel()
	f, p := channels(t)
	n := f.hook(t, f.a, notice.HookForm{Kind: notice.Webhook, URL: p.URL + "/in"})
	p.answer(503, map[string]string{"Retry-After": "600"})
	f.say(t, f.note(f.b, "one"))
	f.run(t)
	require.Equal(t, "queued 1", f.states(t, notice.Webhook))
	f.in(5 * time.Second)
	f.run(t)
	require.Equal(t, 1, p.got(), "they asked for ten minutes")
	f.in(10 * time.Minute)
	f.run(t)
	require.Equal(t, 2, p.got())
	p.answer(200, nil)
	f.in(10 * time.Minute)
	f.run(t)
	require.Equal(t, "sent 3", f.states(t, notice.Webhook))
	require.Len(t, p.ids, 3)
	require.Equal(t, p.ids[0], p.ids[2], "the receiver can tell")
	p.answer(500, nil)
	f.say(t, f.note(f.b, "two"))
	for range 14 {
		f.run(t)
		f.in(4 * time.Hour)
	}
	require.Equal(t, "sent 3, dead 12", f.states(t, notice.Webhook))
	require.Equal(t, 15, p.got())
	require.EqualValues(t, 12, testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_attempt a JOIN notice_delivery d ON d.id = a.delivery_id WHERE d.state = 'dead'"))
	p.answer(200, nil)
	ids := testkit.All[int64](t, f.W, "SELECT id FROM notice_delivery WHERE state = 'dead'")
	require.NoError(t, f.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		again, err := notice.Requeue(t.Context(), tx, []id.Of[notice.Delivery]{id.Of[notice.Delivery](ids[0])})
		require.Equal(t, 1, again)
		return err
	}))
	f.run(t)
	require.Equal(t, "sent 3, sent 1", f.states(t, notice.Webhook))
	p.answer(410, nil)
	f.in(time.Second)
	f.say(t, f.note(f.b, "three"))
	f.run(t)
	rows, _, err := f.s.HookLog(rbac.WithActor(t.Context(), f.a), n, page.Query{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, []string{"failed", "410"}, []string{rows[0].State, rows[0].Receipt})
	all, err := f.s.Hooks(rbac.WithActor(t.Context(), f.a))
	require.NoError(t, err)
	require.Equal(t, "failed", all[0].LastState)
}

func TestNothingRingsAtNight(t *testing.T) {
	t.Parallel()
	f, p := channels(t)
	n := f.hook(t, f.a, notice.HookForm{Kind: notice.WeCom, URL: wecomAddress})
	f.Set(time.Date(2026, 6, 1, 14, 0, 0, 0, time.UTC)) // 22:00
	f.say(t, f.note(f.b, "one"))
	f.run(t)
	require.Equal(t, "held quiet 0", f.states(t, notice.WeCom))
	require.Equal(t, "sent 1", f.states(t, notice.Mail), "mail wakes nobody")
	require.NoError(t, f.s.TestHook(rbac.WithActor(t.Context(), f.a), n))
	f.run(t)
	require.Equal(t, 1, p.got(), "who presses the button is awake")
	f.Set(time.Date(2026, 6, 1, 23, 59, 59, 0, time.UTC)) // 07:59:59
	f.run(t)
	require.Equal(t, 1, p.got())
	f.in(time.Second)
	f.run(t)
	require.Equal(t, "sent 1, sent 1", f.states(t, notice.WeCom))
}

func TestPaceCapAndStop(t *testing.T) {
	t.Parallel()
	f, p := channels(t)
	f.hook(t, f.a, notice.HookForm{Kind: notice.WeCom, URL: wecomAddress, PerMinute: 20})
	for i := range 3 {
		f.say(t, f.note(f.b, fmt.Sprint(i)))
	}
	f.run(t)
	require.Equal(t, "sent 1, held pace 0, held pace 0", f.states(t, notice.WeCom))
	f.in(3 * time.Second)
	f.run(t)
	require.Equal(t, 2, p.got(), "one every three seconds")
	f.in(3 * time.Second)
	f.run(t)
	require.Equal(t, "sent 1, sent 1, sent 1", f.states(t, notice.WeCom))

	f.Exec(t, "UPDATE notice_valve SET daily_cap = 4 WHERE channel = 'wecom'")
	f.Exec(t, "INSERT INTO notice_tally VALUES ('wecom', '2026-06-01', 3)")
	for i := range 2 {
		f.in(time.Minute)
		f.say(t, f.note(f.b, fmt.Sprint("cap", i)))
		f.run(t)
	}
	require.Equal(t, "sent 1, sent 1, sent 1, sent 1, held cap 0", f.states(t, notice.WeCom))
	f.Set(time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC))
	f.run(t)
	require.Equal(t, 5, p.got(), "the next morning")

	turn := func(fn func(tx db.Tx) error) {
		require.NoError(t, f.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return fn(tx) }))
	}
	turn(func(tx db.Tx) error { return notice.StopChannel(t.Context(), tx, notice.WeCom, "值班员", "误发") })
	f.say(t, f.note(f.b, "stopped"))
	f.run(t)
	f.in(48 * time.Hour)
	f.run(t)
	require.Equal(t, 5, p.got())
	require.True(t, strings.HasSuffix(f.states(t, notice.WeCom), "held stopped 0"))
	turn(func(tx db.Tx) error {
		n, err := notice.StartChannel(t.Context(), tx, notice.WeCom)
		require.Equal(t, 1, n)
		return err
	})
	f.run(t)
	require.Equal(t, 6, p.got())
}

func TestCompanyClosesAChannel(t *testing.T) {
	t.Parallel()
	f, p := channels(t)
	f.hook(t, f.a, notice.HookForm{Kind: notice.WeCom, URL: wecomAddress})
	ctx := rbac.WithActor(t.Context(), f.a)
	require.NoError(t, f.s.SwitchChannel(ctx, notice.WeCom, false))
	require.NoError(t, f.s.SwitchChannel(ctx, notice.Mail, false))
	f.say(t, f.note(f.b, "one"))
	f.run(t)
	require.Empty(t, f.states(t, notice.Mail)+f.states(t, notice.WeCom))
	require.Equal(t, 1, f.inbox(t, f.b), "the inbox is always there")
	require.NoError(t, f.s.SwitchChannel(ctx, notice.WeCom, true))
	f.say(t, f.note(f.b, "two"))
	f.run(t)
	require.Equal(t, 1, p.got())
	require.Error(t, f.s.SwitchChannel(rbac.WithActor(t.Context(), f.b), notice.WeCom, false), "a worker")
}

func TestHooksAreTheirCompanysAndTheirSecretsNobodys(t *testing.T) {
	t.Parallel()
	f, p := channels(t)
	api := webtest.New(t, func(a huma.API) { notice.Mount(a, f.s) })
	mine, other, worker := api.As(f.a), api.As(f.Actor(t, f.Company(t, town), "safety")), api.As(f.b)
	form := map[string]any{"kind": "webhook", "name": "ERP", "url": p.URL + "/in/TOKEN-IN-PATH", "categories": []string{}, "lang": "zh-CN", "perMinute": 60}
	var made struct{ ID, Secret string }
	mine.Post("/api/notice/hooks", form).OK(t, &made)
	require.True(t, strings.HasPrefix(made.Secret, "whsec_"))
	worker.Post("/api/notice/hooks", form).Refused(t, 403, "rbac.forbidden")
	form["url"] = "http://user:pw@10.0.0.1/"
	mine.Post("/api/notice/hooks", form).Refused(t, 422, "notice.hook-address")
	form["kind"], form["url"] = "wecom", "https://evil.example/cgi-bin/webhook/send?key=1"
	mine.Post("/api/notice/hooks", form).Refused(t, 422, "notice.hook-address")
	form["url"], form["categories"] = wecomAddress, []string{"gossip"}
	mine.Post("/api/notice/hooks", form).Refused(t, 422, "notice.category")

	one := "/api/notice/hooks/" + made.ID
	for _, path := range []string{one + "/test", one + "/remove", one + "/secret"} {
		other.Post(path, nil).Refused(t, 404, "rbac.not-found")
	}
	other.Post(one+"/switch", map[string]bool{"open": false}).Refused(t, 404, "rbac.not-found")
	other.Get(one+"/deliveries").Refused(t, 404, "rbac.not-found")
	var list []map[string]any
	other.Get("/api/notice/hooks").OK(t, &list)
	require.Empty(t, list)

	mine.Post(one+"/test", nil).OK(t, nil)
	p.answer(500, nil)
	f.run(t)
	var sent struct{ Items []map[string]any }
	mine.Get(one+"/deliveries").OK(t, &sent)
	mine.Get("/api/notice/hooks").OK(t, &list)
	require.Len(t, sent.Items, 1)
	b, err := json.Marshal([]any{list, sent})
	require.NoError(t, err)
	key := strings.TrimPrefix(made.Secret, "whsec_")
	for _, secret := range []string{key, "TOKEN-IN-PATH"} {
		require.NotContains(t, string(b), secret)
		for _, table := range []string{"notice_hook", "notice_delivery", "notice_attempt", "job_outbox", "audit_entry", "idempotency"} {
			require.Zero(t, testkit.One[int64](t, f.W, fmt.Sprintf("SELECT count(*) FROM %s x WHERE x::text LIKE '%%' || $1 || '%%'", table), secret), table)
		}
	}
	var renewed struct{ Secret string }
	mine.Post(one+"/secret", nil).OK(t, &renewed)
	require.NotEqual(t, made.Secret, renewed.Secret)
	mine.Post(one+"/switch", map[string]bool{"open": false}).OK(t, nil)
	mine.Post(one+"/test", nil).Refused(t, 409, "notice.hook-closed")
	mine.Post(one+"/remove", nil).OK(t, nil)
	mine.Get("/api/notice/hooks").OK(t, &list)
	require.Empty(t, list)
	var open []map[string]any
	mine.Get("/api/notice/channels").OK(t, &open)
	require.Len(t, open, 7)
	var prefs struct{ Wanted []map[string]any }
	api.As(f.Regulator(t, "county", "330784")).Get("/api/notice/preferences").OK(t, &prefs)
	require.Len(t, prefs.Wanted, 30)
}
