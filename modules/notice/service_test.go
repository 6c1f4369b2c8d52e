package notice_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/mail"
	"anbiao/kit/page"
	"anbiao/modules/notice"
	"anbiao/rbac"
	"anbiao/testkit"
)

const town = "330784105"

type fixture struct {
	*testkit.W
	s    *notice.Service
	post *postman
	firm testkit.Firm
	a, b rbac.Actor // two members of firm
}

// postman keeps mail like the default transport does, and fails or stops where a test says.
type postman struct {
	keep  notice.KeptMailer
	begun int
	fail  error
	after func() // the mail is out, the delivery is not settled
}

func (p *postman) Send(ctx context.Context, m mail.Message) error {
	p.begun++
	if p.fail != nil {
		return p.fail
	}
	if err := p.keep.Send(ctx, m); err != nil {
		return err
	}
	if p.after != nil {
		p.after()
	}
	return nil
}

func setUp(t *testing.T) *fixture {
	t.Helper()
	w := testkit.World(t)
	f := &fixture{W: w, post: &postman{keep: notice.KeptMailer{Gate: w.Gate}}, firm: w.Company(t, town)}
	f.s = &notice.Service{Gate: w.Gate, Addresses: addresses, Mailer: f.post, BaseURL: "https://anbiao.example/"}
	f.a, f.b = w.Actor(t, f.firm, "safety"), w.Actor(t, f.firm, "worker")
	w.Exec(t, "UPDATE account_person SET email = login || '@example.com'")
	w.Set(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	return f
}

func addresses(ctx context.Context, tx db.Tx, people []id.Of[id.Person]) (map[id.Of[id.Person]]notice.Address, error) {
	out := map[id.Of[id.Person]]notice.Address{}
	for _, p := range people {
		var a notice.Address
		if err := tx.WithContext(ctx).Raw("SELECT name, email, coalesce(phone, '') AS phone FROM account_person WHERE id = ?", int64(p)).Scan(&a).Error; err != nil {
			return nil, err
		}
		out[p] = a
	}
	return out, nil
}

// remind writes notes as an actor's transaction, or the job runner's for the zero actor.
func (f *fixture) remind(t *testing.T, by rbac.Actor, notes ...notice.Note) ([]id.Of[id.Notice], error) {
	t.Helper()
	var ids []id.Of[id.Notice]
	put := func(tx db.Tx, _ rbac.Scope) (err error) {
		ids, err = notice.Remind(t.Context(), tx, notes...)
		return err
	}
	if by.Kind == "" {
		return ids, f.Gate.System(t.Context(), "test", put)
	}
	err := f.Gate.Write(rbac.WithActor(t.Context(), by), notice.ActionMark, put)
	return ids, err
}

func (f *fixture) note(to rbac.Actor, key string) notice.Note {
	return notice.Note{
		Person: to.PersonID, Company: to.CompanyID, Noun: "certificate", Object: 7, Code: "certificate.remind-expiry", Key: key,
		Params: map[string]string{"title": "证书", "due": "2026-08-01", "days": "60", "name": "张三", "apply": "2026-07-01"},
	}
}

func (f *fixture) inbox(t *testing.T, a rbac.Actor) int {
	t.Helper()
	rows, _, err := f.s.Inbox(rbac.WithActor(t.Context(), a), notice.Filter{Query: page.Query{Limit: 50}})
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

// deliver runs the delivery job of the newest message, as a worker would, once.
func (f *fixture) deliver(t *testing.T, ctx context.Context) error {
	t.Helper()
	r := jobs.NewRegistry()
	f.s.Jobs(r)
	w := &jobs.Worker{System: f.System(), Registry: r, Now: f.Now}
	n := testkit.One[int64](t, f.W, "SELECT max(id) FROM notice_delivery")
	task := testkit.One[string](t, f.W, "SELECT task_id FROM job_outbox WHERE payload->>'delivery' = $1 ORDER BY id DESC LIMIT 1", fmt.Sprint(n)) // of its next try
	return w.Do(ctx, task, notice.Deliver{}.Kind(), fmt.Appendf(nil, `{"delivery": "%d"}`, n))
}

// deliverOf runs the delivery job of one delivery.
func (f *fixture) deliverOf(t *testing.T, n int64) error {
	t.Helper()
	r := jobs.NewRegistry()
	f.s.Jobs(r)
	w := &jobs.Worker{System: f.System(), Registry: r, Now: f.Now}
	return w.Do(t.Context(), fmt.Sprintf("notice.deliver:%d", n), notice.Deliver{}.Kind(), fmt.Appendf(nil, `{"delivery": "%d"}`, n))
}

func (f *fixture) state(t *testing.T) string {
	t.Helper()
	return testkit.One[string](t, f.W, "SELECT state || ' ' || attempts FROM notice_delivery ORDER BY id DESC LIMIT 1")
}

func (f *fixture) kept(t *testing.T) int64 {
	t.Helper()
	return testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_mail")
}

func TestJobOfTheSQLFunctionIsTheOneRegistered(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	if _, err := f.remind(t, f.a, f.note(f.b, "")); err != nil {
		t.Fatal(err)
	}
	got := testkit.One[string](t, f.W, "SELECT kind FROM job_outbox")
	if want := (notice.Deliver{}).Kind(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAKeyIsSaidOnce(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	first, err := f.remind(t, rbac.Actor{}, f.note(f.a, "k|a"), f.note(f.b, "k|b"), f.note(f.b, "k|b"))
	if err != nil || len(first) != 2 {
		t.Fatal(first, err)
	}
	again, err := f.remind(t, f.a, f.note(f.a, "k|a"), f.note(f.b, "new"))
	if err != nil || len(again) != 1 {
		t.Fatal(again, err)
	}
	if n := f.inbox(t, f.b); n != 2 {
		t.Error(n, "messages")
	}
	if n := testkit.One[int64](t, f.W, "SELECT count(*) FROM job_outbox WHERE kind = 'notice.deliver'"); n != 3 {
		t.Errorf("%d deliveries enqueued, want 3", n)
	}
}

func TestACompanySpeaksOfItselfOnly(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	other := f.Actor(t, f.Company(t, town), "safety")
	if _, err := f.remind(t, other, f.note(f.b, "")); err == nil {
		t.Error("a company wrote a message of another")
	}
	if _, err := f.remind(t, f.Regulator(t, "county", "330784"), f.note(f.b, "")); err != nil {
		t.Error("a regulator writes to a company:", err)
	}
	if n := f.inbox(t, f.b); n != 1 {
		t.Error(n, "messages")
	}
}

func TestInboxIsOfOnePersonInOneMembership(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	if _, err := f.remind(t, rbac.Actor{}, f.note(f.b, "")); err != nil {
		t.Fatal(err)
	}
	elsewhere := f.b
	elsewhere.CompanyID = f.Company(t, town).ID
	asOfficer := f.Regulator(t, "county", "330784")
	asOfficer.PersonID = f.b.PersonID
	for name, c := range map[string]struct {
		a    rbac.Actor
		want int
	}{
		"the recipient": {f.b, 1}, "a colleague": {f.a, 0}, "the recipient for another company": {elsewhere, 0},
		"the recipient as an officer": {asOfficer, 0}, "the platform": {f.Member(t, rbac.Platform, "admin"), 0},
	} {
		if n := f.inbox(t, c.a); n != c.want {
			t.Errorf("%s: %d, want %d", name, n, c.want)
		}
	}
}

func TestMarking(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	ids, err := f.remind(t, rbac.Actor{}, f.note(f.b, "1"), f.note(f.b, "2"), f.note(f.b, "3"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := rbac.WithActor(t.Context(), f.b)
	unread := func() int {
		n, err := f.s.Unread(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := f.s.MarkRead(rbac.WithActor(t.Context(), f.a), ids[0]); !errors.Is(err, rbac.ErrNotFound) {
		t.Error("somebody else's:", err)
	}
	if err := f.s.MarkRead(ctx, ids[0]); err != nil || unread() != 2 {
		t.Error(err, unread())
	}
	if err := f.s.MarkAll(ctx, ids[1]); err != nil || unread() != 1 {
		t.Error("what came after the newest seen was marked too:", err, unread())
	}
}

func TestMailLeavesOnceWhateverBreaks(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	if _, err := f.remind(t, f.a, f.note(f.b, "")); err != nil {
		t.Fatal(err)
	}
	f.post.fail = errors.New("451 try later")
	if err := f.deliver(t, t.Context()); err != nil || f.state(t) != "queued 1" {
		t.Fatal(err, f.state(t))
	}
	if err := f.deliver(t, t.Context()); err == nil || f.post.begun != 1 {
		t.Error("tried again before its time:", err, f.post.begun)
	}
	f.Set(f.Now().Add(5 * time.Second))
	f.post.fail = nil
	dying, kill := context.WithCancel(t.Context())
	f.post.after = func() {
		f.Exec(t, "UPDATE notice_delivery SET state = 'claimed'") // as a process that is killed here leaves it
		kill()
	}
	_ = f.deliver(t, dying) // what a dead worker returns does not matter
	f.Exec(t, "UPDATE notice_delivery SET state = 'claimed', settled_at = NULL")
	f.Exec(t, "UPDATE job_outbox SET done_at = NULL")
	f.post.after = nil
	if err := f.deliver(t, t.Context()); err == nil {
		t.Error("sent beside a worker that may be alive")
	}
	f.Set(f.Now().Add(2 * time.Minute))
	if err := f.deliver(t, t.Context()); err != nil || f.state(t) != "sent 3" {
		t.Error(err, f.state(t))
	}
	if err := f.deliver(t, t.Context()); err != nil || f.post.begun != 3 {
		t.Error("sent again after it was settled:", err, f.post.begun)
	}
	if n := f.kept(t); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestLastingRefusalAndNoAddress(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	if _, err := f.remind(t, f.a, f.note(f.b, "")); err != nil {
		t.Fatal(err)
	}
	f.post.fail = fmt.Errorf("550 no such user: %w", mail.ErrRefused)
	if err := f.deliver(t, t.Context()); err != nil || f.state(t) != "failed 1" {
		t.Error(err, f.state(t))
	}
	f.Exec(t, "UPDATE account_person SET email = ''")
	if _, err := f.remind(t, f.a, f.note(f.b, "")); err != nil {
		t.Fatal(err)
	}
	if err := f.deliver(t, t.Context()); err != nil || f.state(t) != "unroutable 0" || f.post.begun != 1 {
		t.Error(err, f.state(t))
	}
}

func TestWithdrawnMailDoesNotLeave(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	if _, err := f.remind(t, f.a, f.note(f.b, "")); err != nil {
		t.Fatal(err)
	}
	other := f.Actor(t, f.Company(t, town), "safety")
	for _, by := range []rbac.Actor{other, f.a} {
		err := f.Gate.Write(rbac.WithActor(t.Context(), by), notice.ActionMark, func(tx db.Tx, _ rbac.Scope) error {
			return notice.Withdraw(t.Context(), tx, f.firm.ID, "certificate", 7)
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 0, false: 1}[by.PersonID == f.a.PersonID]; f.inbox(t, f.b) != want {
			t.Errorf("%d messages, want %d", f.inbox(t, f.b), want)
		}
	}
	if err := f.deliver(t, t.Context()); err != nil || f.kept(t) != 0 || f.state(t) != "cancelled 0" {
		t.Error(err, f.kept(t), f.state(t))
	}
}

func TestWhoReadsMail(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	if _, err := f.remind(t, f.a, f.note(f.b, "")); err != nil {
		t.Fatal(err)
	}
	if err := f.deliver(t, t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		a    rbac.Actor
		want int
	}{"the recipient": {f.b, 1}, "a colleague": {f.a, 0}, "a regulator": {f.Regulator(t, "city", "3307"), 0}, "the platform": {f.Member(t, rbac.Platform, "admin"), 1}} {
		ctx := rbac.WithActor(t.Context(), c.a)
		rows, _, err := f.s.Mails(ctx, page.Query{Limit: 20})
		if err != nil || len(rows) != c.want {
			t.Errorf("%s: %d mails, %v", name, len(rows), err)
		}
		m, err := f.s.Mail(ctx, 1)
		if (err == nil) != (c.want == 1) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (!strings.Contains(m.Body, "https://anbiao.example/notices") || !strings.Contains(m.Subject, "到期")) {
			t.Error(m)
		}
	}
}

func TestRollbackUnsays(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	broken := errors.New("broken")
	err := f.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		if _, err := notice.Remind(t.Context(), tx, f.note(f.b, "k")); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) || f.inbox(t, f.b) != 0 || testkit.One[int64](t, f.W, "SELECT count(*) FROM job_outbox") != 0 {
		t.Error("something was said by a transaction that failed")
	}
}
