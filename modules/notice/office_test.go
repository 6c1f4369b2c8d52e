package notice_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/seal"
	"anbiao/modules/notice"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// do does one job of the module, under a task id of its own.
func (f *fixture) do(t *testing.T, task jobs.Task) error {
	t.Helper()
	r := jobs.NewRegistry()
	f.s.Jobs(r)
	payload, err := json.Marshal(task)
	require.NoError(t, err)
	id := fmt.Sprintf("%s:%d", task.Kind(), time.Now().UnixNano())
	return (&jobs.Worker{System: f.System(), Registry: r, Now: f.Now}).Do(t.Context(), id, task.Kind(), payload)
}

// drain does the open jobs of one kind until none is left.
func (f *fixture) drain(t *testing.T, kind string) {
	t.Helper()
	r := jobs.NewRegistry()
	f.s.Jobs(r)
	w := &jobs.Worker{System: f.System(), Registry: r, Now: f.Now}
	for range 50 {
		open := testkit.All[string](t, f.W, "SELECT task_id || ' ' || payload FROM job_outbox WHERE kind = $1 AND done_at IS NULL ORDER BY id", kind)
		if len(open) == 0 {
			return
		}
		for _, one := range open {
			var id string
			payload := one
			for i, c := range one {
				if c == ' ' {
					id, payload = one[:i], one[i+1:]
					break
				}
			}
			require.NoError(t, w.Do(t.Context(), id, kind, []byte(payload)))
		}
	}
	t.Fatal("jobs without end")
}

type office struct {
	*fixture
	api   *webtest.API
	admin rbac.Actor
}

func openOffice(t *testing.T) *office {
	t.Helper()
	f := setUp(t)
	f.s.Box = seal.New(testkit.Secret)
	f.Exec(t, "UPDATE account_person SET phone = '1390000000' || (id % 10)")
	return &office{f, webtest.New(t, func(a huma.API) { notice.Mount(a, f.s) }), f.Member(t, rbac.Platform, "admin")}
}

type row struct {
	ID, Title, State, Said, Person, Address string
	Again                                   bool
}

func (o *office) list(t *testing.T, a rbac.Actor, query string) []row {
	t.Helper()
	var l struct{ Items []row }
	o.api.As(a).Get("/api/notice/deliveries?"+query).OK(t, &l)
	return l.Items
}

func TestTheOfficeFindsWhatWentToAPhone(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	other := o.Actor(t, o.Company(t, town), "safety")
	county := o.Regulator(t, "county", "330784")
	toCounty := o.note(county, "county")
	toCounty.Company, toCounty.Organisation = o.a.CompanyID, county.OrganisationID
	_, err := o.remind(t, rbac.Actor{}, o.note(o.b, "b"), o.note(other, "other"), toCounty)
	require.NoError(t, err)
	phone := testkit.One[string](t, o.W, "SELECT phone FROM account_person WHERE id = $1", int64(o.b.PersonID))
	o.Exec(t, "UPDATE notice_delivery SET address = 'z***', address_index = $1, state = 'failed', error = '550 5.1.1 no such user' WHERE person_id = $2", o.s.AddressIndex(phone), int64(other.PersonID))

	require.Len(t, o.list(t, o.admin, ""), 3, "the platform sees all")
	found := o.list(t, o.admin, "whom="+phone)
	require.Len(t, found, 2, "what went to the person of that number, and to the number itself")
	require.Equal(t, "failed", found[0].State)
	require.Equal(t, "未送达：对方邮箱不存在", found[0].Said)
	require.Len(t, o.list(t, o.a, ""), 1, "a company: to its own people, not what a regulator hears of it")
	require.Len(t, o.list(t, o.a, "whom="+phone), 1)
	require.Empty(t, o.list(t, o.a, "whom=13700000000"))
	require.Empty(t, o.list(t, o.a, fmt.Sprintf("companyId=%d", other.CompanyID)+"&state=failed"))
	require.Len(t, o.list(t, o.admin, "state=trouble"), 1)
	o.api.As(o.b).Get("/api/notice/deliveries").Refused(t, 403, "rbac.forbidden")
	o.api.As(county).Get("/api/notice/deliveries").Refused(t, 403, "rbac.forbidden")
	o.api.As(o.a).Get("/api/notice/deliveries/"+found[0].ID).Refused(t, 404, "rbac.not-found")
}

func TestSendAgainNeverTwiceAtOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	_, err := o.remind(t, rbac.Actor{}, o.note(o.b, "b"))
	require.NoError(t, err)
	again := "/api/notice/deliveries/1/again"
	o.api.As(o.a).Post(again, nil).Refused(t, 409, "notice.on-its-way")
	o.Exec(t, "UPDATE notice_delivery SET state = 'dead', settled_at = now(), attempts = 9")
	safety := o.api.As(o.a)
	safety.Key("once").Post(again, nil).OK(t, nil)
	safety.Key("once").Post(again, nil).OK(t, nil)
	safety.Post(again, nil).Refused(t, 409, "notice.on-its-way")
	require.Equal(t, int64(2), testkit.One[int64](t, o.W, "SELECT count(*) FROM job_outbox WHERE kind = 'notice.deliver'"), "the first, and one more")
	o.Exec(t, "UPDATE notice_delivery SET state = 'sent'")
	safety.Post(again, nil).Refused(t, 409, "notice.not-again")
	elsewhere := o.Actor(t, o.Company(t, town), "safety")
	o.api.As(elsewhere).Post(again, nil).Refused(t, 404, "rbac.not-found")
}

func TestValvesAreTurnedByThePlatform(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	admin := o.api.As(o.admin)
	_, err := o.remind(t, rbac.Actor{}, o.note(o.b, "b"))
	require.NoError(t, err)
	admin.Post("/api/notice/valves/mail/stop", map[string]string{"reason": "服务器维护"}).OK(t, nil)
	admin.Put("/api/notice/valves/sms/limit", map[string]int{"dailyCap": 100, "perMinute": 0}).OK(t, nil)
	admin.Put("/api/notice/setting", map[string]int{"digestHours": 6, "digestOver": 2, "smsLi": 50}).OK(t, nil)
	var v struct {
		SMSLi    int
		Channels []struct {
			Channel, Reason, StoppedBy   string
			Stopped                      bool
			DailyCap, PerMinute, Waiting int
			OldestAt                     time.Time
		}
	}
	admin.Get("/api/notice/valves").OK(t, &v)
	require.Equal(t, 50, v.SMSLi)
	require.Equal(t, "mail", v.Channels[0].Channel)
	require.True(t, v.Channels[0].Stopped)
	require.Equal(t, "服务器维护", v.Channels[0].Reason)
	require.Equal(t, 1, v.Channels[0].Waiting)
	require.False(t, v.Channels[0].OldestAt.IsZero())
	require.Equal(t, 100, v.Channels[1].DailyCap)
	admin.Post("/api/notice/valves/mail/start", nil).OK(t, nil)
	admin.Get("/api/notice/valves").OK(t, &v)
	require.False(t, v.Channels[0].Stopped)
	admin.Post("/api/notice/valves/pigeon/start", nil).Refused(t, 404, "rbac.not-found")
	o.api.As(o.a).Post("/api/notice/valves/mail/stop", map[string]string{"reason": "不想发"}).Refused(t, 403, "rbac.forbidden")
}

func TestAfterAnOutageOneDigest(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.s.Batch = 1 // a transaction each
	for i := range 5 {
		_, err := o.remind(t, rbac.Actor{}, o.note(o.b, fmt.Sprint("b", i)))
		require.NoError(t, err)
	}
	few := o.note(o.a, "a")
	_, err := o.remind(t, rbac.Actor{}, few)
	require.NoError(t, err)
	o.Set(o.Now().Add(11 * time.Hour))
	require.NoError(t, o.do(t, notice.Fold{}))
	require.Equal(t, int64(6), testkit.One[int64](t, o.W, "SELECT count(*) FROM notice_delivery WHERE state = 'queued'"), "nothing waits long enough")

	o.Set(o.Now().Add(2 * time.Hour))
	_, err = o.remind(t, rbac.Actor{}, o.note(o.b, "young"))
	require.NoError(t, err)
	// A worker killed in the middle leaves everything as it was.
	err = o.Gate.Runner(t.Context(), "test", func(ctx ctxOf, tx db.Tx) error {
		if err := o.s.FoldForTest(ctx, tx); err != nil {
			return err
		}
		return errKilled
	})
	require.ErrorIs(t, err, errKilled)
	require.Zero(t, testkit.One[int64](t, o.W, "SELECT count(*) FROM notice_delivery WHERE state = 'digested'"))

	require.NoError(t, o.do(t, notice.Fold{}))
	o.drain(t, notice.Fold{}.Kind())
	require.Equal(t, int64(6), testkit.One[int64](t, o.W, "SELECT count(*) FROM notice_delivery WHERE state = 'digested'"), "the young one is part of what would arrive at once")
	require.Equal(t, int64(1), testkit.One[int64](t, o.W, "SELECT count(*) FROM notice WHERE code = 'notice.digest'"))
	require.NoError(t, o.do(t, notice.Fold{}))
	o.drain(t, notice.Fold{}.Kind())
	require.Equal(t, int64(1), testkit.One[int64](t, o.W, "SELECT count(*) FROM notice WHERE code = 'notice.digest'"), "a second run folds nothing")

	o.drain(t, notice.Deliver{}.Kind())
	require.Equal(t, []string{"[安标] 有 6 条消息待查看", "[安标] 证书将于2026-08-01到期"}, testkit.All[string](t, o.W, "SELECT subject FROM notice_mail ORDER BY subject"))
	require.Equal(t, 6, o.inbox(t, o.b), "the inbox holds the messages themselves")
}

func TestALateMorningIsCalledOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var calls []string
	o.s.Mornings = []notice.Morning{{Name: "certificate.scan", Hour: 6}, {Name: "due.tell", Hour: 8}}
	o.s.Admins = func(ctxOf, db.Tx) (map[personID]officeID, error) {
		return map[personID]officeID{o.admin.PersonID: o.admin.OrganisationID}, nil
	}
	broken := true
	o.s.Call = func(_ ctxOf, title, _ string) error {
		if broken {
			return errKilled
		}
		calls = append(calls, title)
		return nil
	}
	o.Exec(t, `INSERT INTO job_schedule (name, last_at) VALUES ('certificate.scan', '2026-05-31T22:00:00Z'), ('due.tell', '2026-06-01T00:00:00Z')`)
	o.Exec(t, `INSERT INTO job_outbox (task_id, kind, payload, run_at, done_at) VALUES
		('certificate.scan:certificate.scan@2026-05-31T22:00:00Z', 'certificate.scan', '{}', now(), now()), ('due.tell:due.tell@2026-06-01T00:00:00Z', 'due.tell', '{}', now(), now())`)
	o.Exec(t, `INSERT INTO job_outbox (task_id, kind, payload, run_at) VALUES ('certificate.scan:rest', 'certificate.scan', '{}', now())`)

	o.Set(time.Date(2026, 6, 1, 0, 29, 0, 0, time.UTC)) // 08:29 in Shanghai
	require.NoError(t, o.s.Watch(t.Context()))
	require.Zero(t, o.inbox(t, o.admin))
	o.Set(time.Date(2026, 6, 1, 0, 30, 0, 0, time.UTC))
	require.Error(t, o.s.Watch(t.Context()))
	require.Equal(t, 1, o.inbox(t, o.admin), "the scan is late, the reminders were in time")
	broken = false
	require.NoError(t, o.s.Watch(t.Context()))
	require.Empty(t, calls, "the other channel is not tried every minute")
	o.Set(time.Date(2026, 6, 1, 0, 36, 0, 0, time.UTC))
	for range 3 {
		require.NoError(t, o.s.Watch(t.Context()))
	}
	require.Equal(t, []string{"2026-06-01 的证照到期扫描未按时完成"}, calls)
	require.Equal(t, 1, o.inbox(t, o.admin))

	o.Exec(t, "UPDATE job_outbox SET done_at = now()")
	o.Set(time.Date(2026, 6, 2, 0, 30, 0, 0, time.UTC)) // the next day the schedules did not run at all
	require.NoError(t, o.s.Watch(t.Context()))
	require.Len(t, calls, 3)
}

func TestADeadAddressIsATaskUntilItIsPutRight(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var tasks []notice.Task
	o.s.Tasks = func(_ ctxOf, _ db.Tx, list []notice.Task) error { tasks = append(tasks, list...); return nil }
	bury := func(address string) {
		o.Exec(t, "INSERT INTO notice_dead_address (person_id, channel, address_index, since, detail) VALUES ($1, 'mail', $2, $3, '550 5.1.1 user unknown')", int64(o.b.PersonID), o.s.AddressIndex(address), o.Now())
	}
	mail := testkit.One[string](t, o.W, "SELECT email FROM account_person WHERE id = $1", int64(o.b.PersonID))
	bury(mail)
	require.NoError(t, o.do(t, notice.CheckContacts{}))
	require.NoError(t, o.do(t, notice.CheckContacts{}))
	require.Len(t, tasks, 1, "one task however often it is looked")
	require.False(t, tasks[0].Closed)
	var l struct {
		Items []struct{ ID, Said, How string }
	}
	o.api.As(o.a).Get("/api/notice/contacts").OK(t, &l)
	require.Len(t, l.Items, 1)
	require.Equal(t, "对方邮箱不存在", l.Items[0].Said)
	elsewhere := o.Actor(t, o.Company(t, town), "safety")
	o.api.As(elsewhere).Post("/api/notice/contacts/"+l.Items[0].ID+"/settle", nil).Refused(t, 404, "rbac.not-found")

	o.Exec(t, "UPDATE account_person SET email = 'new@example.com' WHERE id = $1", int64(o.b.PersonID))
	require.NoError(t, o.do(t, notice.CheckContacts{}))
	require.Len(t, tasks, 2)
	require.True(t, tasks[1].Closed, "he has another address now")

	o.Set(o.Now().Add(time.Hour))
	bury("new@example.com")
	require.NoError(t, o.do(t, notice.CheckContacts{}))
	require.Len(t, tasks, 3)
	o.api.As(o.a).Get("/api/notice/contacts").OK(t, &l)
	o.api.As(o.a).Post("/api/notice/contacts/"+l.Items[0].ID+"/settle", nil).OK(t, nil)
	require.True(t, tasks[3].Closed)
	require.Equal(t, int64(1), testkit.One[int64](t, o.W, "SELECT count(*) FROM notice_dead_address"), "what was marked right is tried again")
	require.NoError(t, o.do(t, notice.CheckContacts{}))
	require.Len(t, tasks, 4)
}
