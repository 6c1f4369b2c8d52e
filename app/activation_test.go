package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"anbiao/kit/blob"
	"anbiao/kit/config"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/activation"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const noonInMarch = "2026-03-10T04:00:00Z" // 12:00 in Shanghai

// town is a wired house with a town regulator and companies of his, nobody signed in.
type town struct {
	*testkit.W
	h             *house
	api           *webtest.API
	officer       rbac.Actor
	county, other rbac.Actor
	firms         []testkit.Firm
	n             int
}

func activationTown(t *testing.T, firms int) *town {
	t.Helper()
	w := &town{W: testkit.World(t)}
	now, err := time.Parse(time.RFC3339, noonInMarch)
	require.NoError(t, err)
	w.Set(now)
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	require.NoError(t, err)
	network, addr, password, n := testkit.RedisOptions(t)
	g := &ground{
		cfg: config.Config{Addr: ":8080", BaseURL: "http://anbiao.test"}, secret: testkit.Secret, dsn: w.DSN, files: files,
		broker: asynq.RedisClientOpt{Network: network, Addr: addr, Password: password, DB: n},
	}
	w.h, err = furnish(g, w.Gate)
	require.NoError(t, err)
	require.NoError(t, w.h.load(t.Context()))
	w.api = webtest.New(t, w.h.mount)
	w.officer, w.county, w.other = w.Regulator(t, "town", "330784101"), w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784102")
	for range firms {
		w.firms = append(w.firms, w.Company(t, "330784101"))
	}
	w.Exec(t, "UPDATE company SET industry = '3389', staff_count = 8")
	w.board(t)
	return w
}

// board brings the regulator's board up to date.
func (w *town) board(t *testing.T) {
	t.Helper()
	ids := testkit.All[int64](t, w.W, "SELECT company_id FROM company ORDER BY 1")
	companies := make([]rbac.CompanyID, len(ids))
	for i, n := range ids {
		companies[i] = rbac.CompanyID(n)
	}
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return w.h.oversight.Refresh(t.Context(), tx, companies) }))
}

// print does an order's job and returns the order.
func (w *town) print(t *testing.T, batch int64) activation.Batch {
	t.Helper()
	payload, err := json.Marshal(map[string]string{"id": fmt.Sprint(batch)})
	require.NoError(t, err)
	w.n++
	require.NoError(t, w.h.worker().Do(t.Context(), fmt.Sprintf("print-%d", w.n), activation.PrintSlips{}.Kind(), payload))
	b, err := w.h.activation.Batch(rbac.WithActor(t.Context(), w.officer), id.Of[activation.Batch](batch))
	require.NoError(t, err)
	return b
}

// slip puts a slip with known secrets in the place of what a print made for a company.
func (w *town) slip(t *testing.T, f testkit.Firm, kind activation.Kind, token, typed string) {
	t.Helper()
	keys := w.h.activation.Keys
	w.Exec(t, "UPDATE activation_slip SET revoked_at = now() WHERE company_id = $1 AND used_at IS NULL AND revoked_at IS NULL", int64(f.ID))
	w.Exec(t, `INSERT INTO activation_slip (company_id, region_path, oversight_line, kind, token_hash, code_hash, made_by_name, made_at, expires_at)
		VALUES ($1, $2, 0, $3, $4, $5, '范晓岚', $6, $6::timestamptz + interval '90 days')`, int64(f.ID), f.RegionPath, string(kind),
		keys.Index(token, "activation_slip.token"), keys.Index(typed, "activation_slip.code"), w.Now())
}

// codeFor asks for a code to a phone and reads it in the kept mail.
func (w *town) codeFor(t *testing.T, key, phone string) string {
	t.Helper()
	w.api.Anonymous().Post("/api/activation/slips/code", map[string]string{"key": key, "phone": phone}).OK(t, nil)
	body := testkit.One[string](t, w.W, "SELECT body FROM notice_mail WHERE address = $1 ORDER BY id DESC LIMIT 1", "sms:"+phone)
	return regexp.MustCompile(`[0-9]{6}`).FindString(body)
}

// redeem takes a company over with a slip.
func (w *town) redeem(t *testing.T, key, phone string) webtest.Answer {
	t.Helper()
	return w.api.Anonymous().Post("/api/activation/slips/redeem", taker(key, phone, w.codeFor(t, key, phone)))
}

func taker(key, phone, code string) map[string]string {
	return map[string]string{"key": key, "name": "胡大勇", "phone": phone, "code": code, "password": "wujin-5566-yk"}
}

func TestPrintedSlips(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 2000)
	w.Exec(t, `CREATE TABLE counted (n int); CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN INSERT INTO counted VALUES (1); RETURN NULL; END';
		CREATE TRIGGER counted AFTER INSERT ON activation_slip FOR EACH STATEMENT EXECUTE FUNCTION counted()`)
	town := w.api.As(w.officer)
	batch := town.Key("once").Post("/api/activation/batches", map[string]any{"division": "330784101"}).Made(t)
	require.Equal(t, batch, town.Key("once").Post("/api/activation/batches", map[string]any{"division": "330784101"}).Made(t), "sent twice, ordered once")
	town.Post("/api/activation/batches", map[string]any{}).Refused(t, 409, "activation.busy")
	town.Get(fmt.Sprintf("/api/activation/batches/%d/file", batch)).Refused(t, 409, "activation.not-ready")
	b := w.print(t, batch)
	require.Equal(t, activation.Done, b.Status)
	require.Equal(t, 2000, b.Done)
	require.Equal(t, 2000, testkit.One[int](t, w.W, "SELECT count(*) FROM activation_slip WHERE used_at IS NULL AND revoked_at IS NULL"))
	require.Equal(t, 4, testkit.One[int](t, w.W, "SELECT count(*) FROM counted"), "a statement a page of 500, not one a company")
	require.Equal(t, 2000, testkit.One[int](t, w.W, "SELECT sum(printed) FROM activation_tally"))
	file := town.Get(fmt.Sprintf("/api/activation/batches/%d/file", batch)).OK(t, nil)
	require.Equal(t, "application/pdf", file.Header.Get("Content-Type"))
	require.Equal(t, "%PDF", string(file.Body[:4]))
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'activation-batch' AND fields::text ILIKE '%downloaded%'"))

	w.api.As(w.county).Get(fmt.Sprintf("/api/activation/batches/%d/file", batch)).Refused(t, 404, "rbac.not-found")
	w.api.As(w.other).Post("/api/activation/batches", map[string]any{"division": "330784101"}).Refused(t, 422, "activation.area")
	w.api.As(w.other).Post("/api/activation/batches", map[string]any{"companies": []string{fmt.Sprint(int64(w.firms[0].ID))}}).Refused(t, 422, "activation.nobody-chosen")
	w.api.As(w.Actor(t, w.firms[0], "principal")).Post("/api/activation/batches", map[string]any{}).Refused(t, 403, "rbac.forbidden")
	town.Post("/api/activation/batches", map[string]any{"unprinted": true}).Refused(t, 422, "activation.nobody-chosen")
	town.Post("/api/activation/batches", map[string]any{"industry": "x"}).Refused(t, 422, "http.unprocessable-entity")
}

func TestReprintedSlips(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 3)
	town := w.api.As(w.officer)
	first := town.Post("/api/activation/batches", map[string]any{"companies": []string{fmt.Sprint(int64(w.firms[0].ID))}}).Made(t)
	require.Equal(t, 1, w.print(t, first).Done)
	rest := town.Post("/api/activation/batches", map[string]any{"unprinted": true}).Made(t)
	require.Equal(t, 2, w.print(t, rest).Done, "paper handed out stays good")
	all := town.Post("/api/activation/batches", map[string]any{}).Made(t)
	require.Equal(t, 3, w.print(t, all).Done)
	require.Equal(t, 3, testkit.One[int](t, w.W, "SELECT count(*) FROM activation_slip WHERE revoked_at IS NOT NULL"), "the newest alone works")
	last := town.Post("/api/activation/batches", map[string]any{}).Made(t)
	w.Exec(t, "UPDATE account_membership SET ended_at = now() WHERE id = $1", int64(w.officer.MembershipID))
	payload := []byte(fmt.Sprintf(`{"id":"%d"}`, last))
	require.NoError(t, w.h.worker().Do(t.Context(), "revoked", activation.PrintSlips{}.Kind(), payload))
	require.Equal(t, "activation.rights-lost", testkit.One[string](t, w.W, "SELECT fault_code FROM activation_batch WHERE id = $1", last))
}

func TestSlipWorksOnce(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 2)
	w.slip(t, w.firms[0], activation.First, "a-token-of-the-first-slip", "ABCD2345")
	w.slip(t, w.firms[1], activation.First, "a-token-of-another-slip", "EFGH2345")
	nobody := w.api.Anonymous()
	var seen struct{ Company, Until string }
	nobody.Post("/api/activation/slips/look", map[string]string{"key": "a-token-of-the-first-slip"}).OK(t, &seen)
	require.Equal(t, w.firms[0].Name, seen.Company)
	require.Equal(t, "2026-06-08", seen.Until)
	nobody.Post("/api/activation/slips/look", map[string]string{"key": "abcd-2345"}).OK(t, &seen)
	require.NotEqual(t, w.firms[0].Name, seen.Company, "who has only a code sees a part of the name")

	code := w.codeFor(t, "a-token-of-the-first-slip", "13812345678")
	wrong := taker("a-token-of-the-first-slip", "13812345678", "000000")
	nobody.Post("/api/activation/slips/redeem", wrong).Refused(t, 422, "activation.code-wrong")
	weak := taker("a-token-of-the-first-slip", "13812345678", code)
	weak["password"] = "short"
	nobody.Post("/api/activation/slips/redeem", weak).Refused(t, 422, "account.password-short")
	good := nobody.Post("/api/activation/slips/redeem", taker("a-token-of-the-first-slip", "13812345678", code)).OK(t, nil)
	require.Contains(t, good.Header.Get("Set-Cookie"), "anbiao_session=")
	require.Equal(t, []string{"{principal,safety}"}, testkit.All[string](t, w.W, "SELECT roles::text FROM account_membership WHERE company_id = $1 AND ended_at IS NULL AND staff_id IS NOT NULL", int64(w.firms[0].ID)))
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*) FROM audit_entry WHERE company_id = $1 AND noun = 'activation-slip'", int64(w.firms[0].ID)))
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT sum(activated) FROM activation_tally"))

	again := nobody.Post("/api/activation/slips/redeem", taker("a-token-of-the-first-slip", "13812345678", code)).OK(t, nil)
	require.Contains(t, again.Header.Get("Set-Cookie"), "anbiao_session=", "the same person, the answer lost: signed in")
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*) FROM account_membership WHERE company_id = $1", int64(w.firms[0].ID)))
	nobody.Post("/api/activation/slips/redeem", taker("a-token-of-the-first-slip", "13899999999", code)).Refused(t, 409, "activation.slip-used")
	nobody.Post("/api/activation/slips/look", map[string]string{"key": "abcd-2345"}).Refused(t, 409, "activation.slip-used")

	w.redeem(t, "efgh2345", "13812345678").OK(t, nil) // one owner, two firms: the password is that of his account
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*) FROM account_person WHERE phone = '13812345678'"))
	require.Equal(t, 2, testkit.One[int](t, w.W, "SELECT count(*) FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.phone = '13812345678'"))
}

func TestSlipRefusals(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 2)
	w.slip(t, w.firms[0], activation.First, "a-token-of-the-first-slip", "ABCD2345")
	look := func(key string) webtest.Answer {
		return w.api.Anonymous().Post("/api/activation/slips/look", map[string]string{"key": key})
	}
	w.slip(t, w.firms[0], activation.First, "a-token-of-the-second-slip", "EFGH2345")
	look("a-token-of-the-first-slip").Refused(t, 409, "activation.slip-revoked")
	w.Actor(t, w.firms[0], "safety")
	look("a-token-of-the-second-slip").Refused(t, 409, "activation.activated-already")
	w.slip(t, w.firms[1], activation.First, "a-token-of-the-third-slip", "JKMN2345")
	w.api.Anonymous().Post("/api/activation/slips/code", map[string]string{"key": "JKMN2345", "phone": "0579-87121234"}).Refused(t, 422, "code.phone")
	w.Set(w.Now().AddDate(0, 0, 91))
	look("a-token-of-the-third-slip").Refused(t, 409, "activation.slip-expired")
	for range 10 {
		look("ZZZZ-9999").Refused(t, 404, "activation.slip-unknown")
	}
	look("ZZZZ-9999").Refused(t, 429, "activation.too-many-guesses")
	look("a-token-of-the-third-slip").Refused(t, 429, "activation.too-many-guesses")
	w.Set(w.Now().Add(time.Hour))
	look("ZZZZ-9999").Refused(t, 404, "activation.slip-unknown")
	look("short").Refused(t, 422, "http.unprocessable-entity")
}

func TestReissue(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 1)
	f := w.firms[0]
	w.slip(t, f, activation.First, "a-token-of-the-first-slip", "ABCD2345")
	w.redeem(t, "ABCD2345", "13812345678").OK(t, nil)
	worker := w.Actor(t, f, "worker")
	ask := map[string]any{"companyId": fmt.Sprint(int64(f.ID)), "reason": "老板换手机，联系不上原管理员"}
	w.api.As(w.other).Post("/api/activation/reissues", ask).Refused(t, 404, "rbac.not-found")
	w.api.As(w.officer).Post("/api/activation/reissues", map[string]any{"companyId": fmt.Sprint(int64(f.ID)), "reason": "  "}).Refused(t, 422, "activation.reason")
	w.api.As(w.Actor(t, f, "safety")).Post("/api/activation/reissues", ask).Refused(t, http.StatusForbidden, "rbac.forbidden")

	ask["keep"] = true
	kept := w.api.As(w.officer).Post("/api/activation/reissues", ask).Made(t)
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*) FROM account_session WHERE revoked_at IS NULL"), "signed out")
	require.Equal(t, 3, testkit.One[int](t, w.W, "SELECT count(*) FROM account_membership WHERE company_id = $1 AND ended_at IS NULL", int64(f.ID)), "and kept")
	require.Equal(t, activation.Done, w.print(t, kept).Status, "a company that has members gets a slip all the same")

	ask["keep"] = false
	w.api.As(w.officer).Key("twice").Post("/api/activation/reissues", ask).Made(t)
	w.api.As(w.officer).Key("twice").Post("/api/activation/reissues", ask).Made(t)
	left := testkit.All[int64](t, w.W, "SELECT id FROM account_membership WHERE company_id = $1 AND ended_at IS NULL", int64(f.ID))
	require.Equal(t, []int64{int64(worker.MembershipID)}, left, "administrators alone are ended")
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*) FROM activation_slip WHERE used_at IS NULL AND revoked_at IS NULL"), "earlier slips are worthless at once")
	require.Equal(t, 2, testkit.One[int](t, w.W, "SELECT count(*) FROM audit_entry WHERE company_id = $1 AND action = 'activation.access.reissue' AND person_name = $2 AND fields::text LIKE '%换手机%'", int64(f.ID), w.officer.Name))
	w.slip(t, f, activation.Reissue, "a-token-of-a-reissued-slip", "JKMN2345")
	w.redeem(t, "JKMN-2345", "13887654321").OK(t, nil)
}

func TestActivationRates(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 3)
	w.slip(t, w.firms[0], activation.First, "a-token-of-the-first-slip", "ABCD2345")
	w.redeem(t, "ABCD2345", "13812345678").OK(t, nil)
	w.board(t)
	var p struct{ Items []activation.Area }
	w.api.As(w.county).Get("/api/activation/areas").OK(t, &p)
	require.Len(t, p.Items, 1)
	require.Equal(t, activation.Area{Node: "330784101", Name: p.Items[0].Name, Companies: 3, Printed: 1, Activated: 1, Recent: 1}, p.Items[0])
	w.api.As(w.officer).Get("/api/activation/areas").OK(t, &p)
	require.Equal(t, int64(3), p.Items[0].Companies, "the town counts its own by grid")
	w.api.As(w.other).Get("/api/activation/areas").OK(t, &p)
	require.Empty(t, p.Items)
	w.api.As(w.other).Get("/api/activation/areas?division=330784101").Refused(t, 422, "activation.area")
	var list struct{ Items []activation.WaitingView }
	w.api.As(w.officer).Get("/api/activation/companies?limit=1").OK(t, &list)
	require.Len(t, list.Items, 1)
	require.Equal(t, w.firms[1].ID, list.Items[0].ID)
	w.api.As(w.other).Get("/api/activation/companies").OK(t, &list)
	require.Empty(t, list.Items)
	tidy := func(d int) {
		w.Set(w.Now().AddDate(0, 0, d))
		require.NoError(t, w.h.worker().Do(t.Context(), fmt.Sprint("tidy", d), activation.Tidy{}.Kind(), []byte("{}")))
	}
	tidy(40)
	w.api.As(w.county).Get("/api/activation/areas").OK(t, &p)
	require.Equal(t, []int64{1, 0}, []int64{p.Items[0].Printed, p.Items[0].Recent}, "printed is kept, recent is over")
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*) FROM activation_tally"))
}
