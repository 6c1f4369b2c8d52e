package certificate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/modules/certificate"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

// inbox returns the codes of an actor's messages, newest first.
func (k *walk) inbox(t *testing.T, a rbac.Actor) []string {
	t.Helper()
	rows, _, err := k.notices.Inbox(rbac.WithActor(t.Context(), a), notice.Filter{Query: page.Query{Limit: 50}})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, r := range rows[:min(len(rows), 50)] {
		out = append(out, r.Code+" "+r.Params.V["days"])
	}
	return out
}

// sent lists the reminders of a certificate as "step state", in order, of one recipient.
func (k *walk) sent(t *testing.T, a rbac.Actor) string {
	t.Helper()
	return testkit.One[string](t, k.W, `SELECT coalesce(string_agg(step || ' ' || state, ', ' ORDER BY step DESC), '') FROM certificate_reminder WHERE person_id = $1`, int64(a.PersonID))
}

func TestReminderGoesToHolderAndManagerOnce(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.register(t, june1.AddMonths(-36).AddDays(60)) // review due in 60 days
	for range 3 {
		k.scan(t)
	}
	for _, a := range []rbac.Actor{k.holder, k.manager} {
		if got := k.inbox(t, a); !slices.Equal(got, []string{"certificate.remind-review 60"}) {
			t.Errorf("%s: %v", a.Name, got)
		}
		if got := k.sent(t, a); got != "90 skipped, 60 sent" {
			t.Errorf("%s: %s", a.Name, got)
		}
		mails := testkit.One[int64](t, k.W, "SELECT count(*) FROM notice_mail WHERE person_id = $1", int64(a.PersonID))
		if mails != 1 {
			t.Errorf("%s: %d mails", a.Name, mails)
		}
	}
	body := testkit.One[string](t, k.W, "SELECT subject || body FROM notice_mail WHERE person_id = $1", int64(k.holder.PersonID))
	if !strings.Contains(body, "低压电工作业") || !strings.Contains(body, "还有60天") || strings.Contains(body, "1101051949") || strings.Contains(body, "{") {
		t.Error(body)
	}
}

func TestMailIsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.Exec(t, "UPDATE account_person SET lang = 'en' WHERE id = $1", int64(k.holder.PersonID))
	k.register(t, june1.AddMonths(-36).AddDays(60))
	k.scan(t)
	body := testkit.One[string](t, k.W, "SELECT subject || body FROM notice_mail WHERE person_id = $1", int64(k.holder.PersonID))
	if !strings.Contains(body, "Special-operation certificate (Low-voltage") || strings.Contains(body, "{") {
		t.Error(body)
	}
}

func TestLadder(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	due := june1.AddDays(91)
	k.register(t, due.AddMonths(-36))
	for d := june1; !d.After(due.AddDays(21)); d = d.AddDays(1) {
		k.on(d)
		k.scan(t)
	}
	want := "90 sent, 60 sent, 30 sent, 7 sent, 0 sent, -1 sent, -2 sent, -3 sent, -4 sent, -5 sent, -6 sent, -7 sent, -14 sent, -21 sent"
	if got := k.sent(t, k.holder); got != want {
		t.Errorf("\n%s, want\n%s", got, want)
	}
	if got := k.inbox(t, k.holder); len(got) != 14 || got[0] != "certificate.overdue-review 21" || got[13] != "certificate.remind-review 90" {
		t.Error(got)
	}
}

func TestOutageLosesNothingAndFloodsNobody(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.register(t, june1.AddMonths(-36).AddDays(95))
	k.scan(t) // nothing yet
	k.on(june1.AddDays(70))
	k.scan(t)
	if got := k.sent(t, k.holder); got != "90 skipped, 60 skipped, 30 sent" {
		t.Error(got)
	}
	k.on(june1.AddDays(89))
	k.scan(t)
	if got := k.sent(t, k.holder); got != "90 skipped, 60 skipped, 30 sent, 7 sent" {
		t.Error(got)
	}
}

func TestReviewSilencesAndMovesOn(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	from := june1.AddMonths(-36).AddDays(20)
	c := k.register(t, from)
	k.scan(t)
	if err := k.certs.Review(k.safety, c, certificate.Note{On: june1, Note: "发证机关签章"}); err != nil {
		t.Fatal(err)
	}
	if got := k.inbox(t, k.holder); len(got) != 0 {
		t.Error("the reminder of a review done is still there:", got)
	}
	for d := june1; d.Before(june1.AddDays(40)); d = d.AddDays(1) {
		k.on(d)
		k.scan(t)
	}
	if got := k.inbox(t, k.holder); len(got) != 0 {
		t.Error(got)
	}
	f, err := k.certs.Open(k.safety, c)
	if err != nil || f.Standing.NextDue != from.AddMonths(72) || f.Standing.NextDueType != certificate.DueExpiry || len(f.Events) != 2 {
		t.Errorf("%+v %v", f.Standing, err)
	}
}

func TestMailThatHasNotLeftIsTakenBack(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	c := k.register(t, june1.AddMonths(-72).AddDays(20))
	if err := k.certs.Review(k.safety, c, certificate.Note{On: june1.AddMonths(-37)}); err != nil {
		t.Fatal(err)
	}
	enqueue(t, k.W, certificate.Scan{})
	k.workKind(t, "certificate.scan")
	renewed, err := k.certs.Renew(k.safety, c, certificate.Printed{ValidFrom: june1.AddDays(10)})
	if err != nil {
		t.Fatal(err)
	}
	k.work(t)
	if n := testkit.One[int64](t, k.W, "SELECT count(*) FROM notice_mail"); n != 0 {
		t.Errorf("%d mails left about a certificate renewed meanwhile", n)
	}
	old, err := k.certs.Open(k.safety, c)
	if err != nil || old.Standing.Status != certificate.Expiring {
		t.Errorf("the old one is %s until the new one begins (%v)", old.Standing.Status, err)
	}
	k.on(june1.AddDays(10))
	old, err = k.certs.Open(k.safety, c)
	if err != nil || old.Standing.Status != certificate.Superseded {
		t.Error(old.Standing.Status, err)
	}
	next, err := k.certs.Open(k.safety, renewed)
	if err != nil || next.Standing.Status != certificate.Valid || *next.Certificate.SupersedesID != c || next.Number == "" {
		t.Errorf("%+v %v", next, err)
	}
	if _, err := k.certs.Renew(k.safety, c, certificate.Printed{ValidFrom: june1.AddDays(20)}); !errors.Is(err, certificate.ErrOver) {
		t.Error("renewed twice:", err)
	}
}

func TestLeaverIsSilentAndHisMessagesAreHandedOver(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.register(t, june1.AddMonths(-36).AddDays(60))
	k.scan(t)
	second := k.Actor(t, k.firm, "safety") // became safety manager after the reminder
	if err := k.people.Leave(k.safety, k.holder.StaffID, staff.Departure{On: june1}); err != nil {
		t.Fatal(err)
	}
	if got := k.inbox(t, k.holder); len(got) != 0 {
		t.Error("the leaver keeps", got)
	}
	if got := k.inbox(t, k.manager); len(got) != 1 {
		t.Error("the manager, who was told already, has", got)
	}
	if got := k.inbox(t, second); len(got) != 1 {
		t.Error("the second manager has", got)
	}
	k.on(june1.AddDays(40))
	k.scan(t)
	if got := k.inbox(t, k.manager); len(got) != 1 {
		t.Error("reminders of a leaver went on:", got)
	}
	if err := k.people.Return(k.safety, k.holder.StaffID, june1.AddDays(40)); err != nil {
		t.Fatal(err)
	}
	k.scan(t)
	if got := k.inbox(t, k.holder); !slices.Equal(got, []string{"certificate.remind-review 20"}) {
		t.Error("after coming back:", got)
	}
}

func TestScanGoesBatchByBatch(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	c := k.register(t, june1.AddMonths(-36).AddDays(60))
	k.Exec(t, `INSERT INTO certificate (company_id, region_path, oversight_line, staff_id, holder_name, kind, operation, valid_from, next_due_on, next_due_type, remind_on)
		SELECT company_id, region_path, oversight_line, staff_id, holder_name, kind, 'SO' || g, valid_from, next_due_on, next_due_type, remind_on
		FROM certificate, generate_series(1, 1200) g WHERE id = $1`, int64(c))
	enqueue(t, k.W, certificate.Scan{})
	k.workKind(t, "certificate.scan")
	if n := testkit.One[int64](t, k.W, "SELECT count(*) FROM notice"); n != 2*1201 {
		t.Errorf("%d messages, want %d", n, 2*1201)
	}
	if n := testkit.One[int64](t, k.W, "SELECT count(*) FROM job_outbox WHERE kind = 'certificate.scan'"); n != 4 {
		t.Errorf("%d links of the chain, want 3 batches and the one that finds nothing", n)
	}
	if n := testkit.One[int64](t, k.W, "SELECT count(*) FROM notice n WHERE NOT EXISTS (SELECT FROM notice_delivery d JOIN job_outbox o ON o.task_id = 'notice.deliver:' || d.id WHERE d.notice_id = n.id)"); n != 0 {
		t.Errorf("%d messages without a delivery job", n)
	}
}

func TestABrokenRowKeepsNobodyFromBeingReminded(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	c := k.register(t, june1.AddMonths(-36).AddDays(60))
	k.Exec(t, "UPDATE certificate SET kind = 'lost' WHERE id = $1", int64(c))
	if _, err := k.certs.Register(k.safety, certificate.Registration{StaffID: k.holder.StaffID, Kind: "first_aid", Printed: certificate.Printed{ValidFrom: june1.AddMonths(-35)}}); err != nil {
		t.Fatal(err)
	}
	k.scan(t)
	if got := k.inbox(t, k.holder); !slices.Equal(got, []string{"certificate.remind-expiry 30"}) {
		t.Error(got)
	}
	if on := testkit.One[string](t, k.W, "SELECT remind_on::text FROM certificate WHERE id = $1", int64(c)); on != june1.AddDays(1).String() {
		t.Error("the broken row is looked at again on", on)
	}
}

func TestRegistrationIsRefused(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.register(t, day.Of(2024, 1, 1))
	good := certificate.Registration{StaffID: k.holder.StaffID, Kind: "special_operation", Operation: "SO0102", Printed: certificate.Printed{ValidFrom: day.Of(2024, 2, 1)}}
	stranger := k.Actor(t, k.Company(t, town), "worker")
	for name, c := range map[string]struct {
		edit func(*certificate.Registration)
		want error
	}{
		"kind":                {func(r *certificate.Registration) { r.Kind = "driving" }, certificate.ErrKind},
		"operation":           {func(r *certificate.Registration) { r.Operation = "SO9999" }, certificate.ErrOperation},
		"operation of mines":  {func(r *certificate.Registration) { r.Operation = "SO0501" }, certificate.ErrOperation},
		"no operation":        {func(r *certificate.Registration) { r.Operation = "" }, certificate.ErrOperation},
		"code set":            {func(r *certificate.Registration) { r.Kind, r.Operation = "special_equipment_operator", "N1" }, certificate.ErrCodeSet},
		"number":              {func(r *certificate.Registration) { r.Number = "12345" }, certificate.ErrNumber},
		"ends before":         {func(r *certificate.Registration) { r.ValidTo = day.Of(2024, 1, 31) }, certificate.ErrDates},
		"review after end":    {func(r *certificate.Registration) { r.ValidTo, r.ReviewDueOn = day.Of(2025, 1, 1), day.Of(2026, 1, 1) }, certificate.ErrDates},
		"review in future":    {func(r *certificate.Registration) { r.Reviews = []day.Date{june1.AddDays(1)} }, certificate.ErrFuture},
		"review before start": {func(r *certificate.Registration) { r.Reviews = []day.Date{day.Of(2024, 2, 1)} }, certificate.ErrDates},
		"same again":          {func(r *certificate.Registration) { r.ValidFrom = day.Of(2024, 1, 1) }, certificate.ErrExists},
		"nobody":              {func(r *certificate.Registration) { r.StaffID = 999 }, certificate.ErrHolder},
		"of another company":  {func(r *certificate.Registration) { r.StaffID = stranger.StaffID }, certificate.ErrHolder},
	} {
		r := good
		c.edit(&r)
		if _, err := k.certs.Register(k.safety, r); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if n := testkit.One[int64](t, k.W, "SELECT count(*) FROM certificate"); n != 1 {
		t.Errorf("%d certificates", n)
	}
}

func TestNumberIsSealed(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	c := k.register(t, day.Of(2024, 1, 1))
	for _, table := range []string{"certificate", "certificate_event", "audit_entry"} {
		if n := testkit.One[int64](t, k.W, fmt.Sprintf("SELECT count(*) FROM %s x WHERE x::text LIKE '%%1010519491231%%'", table)); n != 0 {
			t.Errorf("the number can be read in %s", table)
		}
	}
	f, err := k.certs.Open(k.safety, c)
	if err != nil || f.Number != "T11************002X" {
		t.Error(f.Number, err)
	}
	number, err := k.certs.Reveal(k.safety, c, certificate.Reason{Reason: "上门查验"})
	if err != nil || number != "T11010519491231002X" {
		t.Error(number, err)
	}
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	c := k.register(t, june1.AddMonths(-36).AddDays(60))
	all := certificate.Filter{Query: page.Query{Limit: 20}, State: "all", DueWithin: -1}
	for name, v := range map[string]struct {
		a    rbac.Actor
		rows int
		err  error
	}{
		"the firm's manager":      {k.manager, 1, nil},
		"a worker":                {k.holder, 0, rbac.ErrForbidden},
		"another firm":            {k.Actor(t, k.Company(t, town), "safety"), 0, nil},
		"the county":              {k.Regulator(t, "county", "330784"), 1, nil},
		"the town":                {k.Regulator(t, "town", town), 1, nil},
		"another county":          {k.Regulator(t, "county", "330783"), 0, nil},
		"an agency without order": {k.Member(t, rbac.Service, "consultant"), 0, nil},
	} {
		ctx := rbac.WithActor(t.Context(), v.a)
		rows, _, _, err := k.certs.List(ctx, all)
		if len(rows) != v.rows || !errors.Is(err, v.err) {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
		if _, err := k.certs.Open(ctx, c); v.rows == 0 && err == nil {
			t.Errorf("%s opens it", name)
		}
		if err := k.certs.Review(ctx, c, certificate.Note{On: june1}); name != "the firm's manager" && err == nil {
			t.Errorf("%s records a review", name)
		}
	}
	mine, _, _, err := k.certs.Mine(rbac.WithActor(text.With(t.Context(), text.English), k.holder), certificate.Filter{Query: page.Query{Limit: 20}, State: "all", DueWithin: -1})
	if err != nil || len(mine) != 1 {
		t.Error(mine, err)
	}
	none, _, _, err := k.certs.Mine(k.safety, certificate.Filter{Query: page.Query{Limit: 20}, State: "all", DueWithin: -1})
	if err != nil || len(none) != 0 {
		t.Error("the manager's own:", none, err)
	}
}

func TestListBySoonestDue(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	who, err := k.people.Add(k.safety, staff.Entry{Name: "张三"})
	if err != nil {
		t.Fatal(err)
	}
	for i, kind := range []string{"fire_facility_operator", "dust_training", "first_aid", "occupational_health"} {
		r := certificate.Registration{StaffID: who, Kind: kind, Printed: certificate.Printed{ValidFrom: june1.AddDays(-i)}}
		if _, err := k.certs.Register(k.safety, r); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	cursor := ""
	for {
		f := certificate.Filter{Query: page.Query{Limit: 2, Cursor: cursor}, State: "current", DueWithin: -1}
		rows, key, _, err := k.certs.List(k.safety, f)
		if err != nil {
			t.Fatal(err)
		}
		l := page.Of(rows, key, 2, certificate.KeyOf, func(c certificate.Certificate) string { return c.Kind })
		got = append(got, l.Items...)
		if cursor = l.Next; cursor == "" {
			break
		}
	}
	want := []string{"occupational_health", "dust_training", "first_aid", "fire_facility_operator"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	rows, _, _, err := k.certs.List(k.safety, certificate.Filter{Query: page.Query{Limit: 20}, State: "all", DueWithin: 365, StaffID: who})
	if err != nil || len(rows) != 2 {
		t.Errorf("due within a year: %d rows, %v", len(rows), err)
	}
}
