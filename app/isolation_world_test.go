package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"anbiao/app/city"
	"anbiao/kit/blob"
	"anbiao/kit/config"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/certificate"
	"anbiao/modules/proof"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web"
)

// outsider is somebody who must see nothing of company A, and his session.
type outsider struct {
	name  string
	actor rbac.Actor
	token string
}

// isolation is the demo city with markers planted in the worked company, company A.
type isolation struct {
	*testkit.W
	a         int64             // company A
	ids       map[string]string // id of a row of A → its table
	first     map[string]int64  // table → one id of A
	insider   outsider          // A's safety manager
	regulator outsider          // the county's, who oversees A
	outsiders []outsider
	handler   http.Handler
	ops       []*huma.Operation
	calls     int
}

func isolationWorld(t *testing.T) *isolation {
	t.Helper()
	w := &isolation{W: testkit.World(t), ids: map[string]string{}, first: map[string]int64{}}
	w.spread(t)
	h := w.house(t)
	require.NoError(t, h.load(t.Context()))
	require.NoError(t, city.Demo(t.Context(), w.Gate, h.cityDeps("isolation-password")))
	w.a = testkit.One[int64](t, w.W, "SELECT m.company_id FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.login = 'safety' AND m.company_id IS NOT NULL")
	t.Run("excel there and back", func(t *testing.T) { w.thereAndBack(t, h) })
	w.supply(t)
	w.plant(t)
	w.note(t)
	w.gather(t)
	var err error
	w.handler, err = h.handler()
	require.NoError(t, err)
	w.ops = web.Operations(w.api())
	return w
}

// api registers the operations again, for their descriptions.
func (*isolation) api() huma.API {
	api := web.Bare()
	bare(nil).mount(api)
	return api
}

// spread makes ids of 16 digits that no other number looks like, apart for each table.
func (w *isolation) spread(t *testing.T) {
	t.Helper()
	for i, s := range testkit.All[string](t, w.W, `SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND data_type = 'bigint'::regtype ORDER BY 1`) {
		w.Exec(t, fmt.Sprintf("ALTER SEQUENCE %s RESTART WITH %d", s, 7_000_000_000_000_000+int64(i)*10_000_000_000_000+1_000_000_000_001))
	}
}

func (w *isolation) house(t *testing.T) *house {
	t.Helper()
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	require.NoError(t, err)
	network, addr, password, n := testkit.RedisOptions(t)
	g := &ground{
		cfg: config.Config{Addr: ":8080", BaseURL: "http://anbiao.test"}, secret: testkit.Secret, dsn: w.DSN, files: files,
		broker: asynq.RedisClientOpt{Network: network, Addr: addr, Password: password, DB: n},
	}
	h, err := furnish(g, w.Gate)
	require.NoError(t, err)
	return h
}

// supply gives company A one row in tables that the demo city leaves empty.
func (w *isolation) supply(t *testing.T) {
	t.Helper()
	ctx := rbac.WithActor(t.Context(), w.member(t, "safety"))
	err := w.Gate.Write(ctx, "account.self.use", func(_ db.Tx, scope rbac.Scope) error {
		scope.Changed("company", w.a, rbac.CompanyID(w.a), struct{ Name string }{}, struct{ Name string }{marker})
		return nil
	})
	require.NoError(t, err)
	scan, err := json.Marshal(certificate.Scan{Day: day.In(w.Now(), day.Shanghai)})
	require.NoError(t, err)
	require.NoError(t, w.house(t).worker().Do(t.Context(), "isolation", certificate.Scan{}.Kind(), scan))
	latest := testkit.One[time.Time](t, w.W, "SELECT received_at FROM inspection_check WHERE company_id = $1 ORDER BY received_at DESC LIMIT 1", w.a)
	look, err := json.Marshal(proof.Look{CompanyID: rbac.CompanyID(w.a), From: latest})
	require.NoError(t, err)
	require.NoError(t, w.house(t).worker().Do(t.Context(), "isolation-look", proof.Look{}.Kind(), look))
	for _, q := range []string{
		`INSERT INTO transfer (company_id, direction, kind, status, file_name, file_size, blob_key, headers, signature, mapping, filters, maker, membership_id, lang, run,
			cursor_row, total, failed, fresh, changed, unchanged, done, fault_code, created_by, created_at, touched_at)
		SELECT m.company_id, 'import', 'staff', 'ready', '人员.xlsx', 1, '', '{}', '', '{}', '{}', '{}', m.id, 'zh-CN', 1, 0, 1, 1, 0, 0, 0, 0, '', m.person_id, now(), now() FROM member m`,
		`INSERT INTO transfer_row (transfer_id, number, company_id, cells, faults, verdict)
		SELECT t.id, 2, t.company_id, jsonb_build_object('name', $2::text), '[]', 'bad' FROM transfer t, member m WHERE t.company_id = m.company_id`,
		`INSERT INTO activation_profile (company_id, region_path, oversight_line, light, point_id, plan_id, items, majors, posts, set_up_at, set_up_by_name)
		SELECT p.company_id, p.region_path, p.oversight_line, false, p.point_id, p.id, 0, 0, '{}', now(), '某人' FROM inspection_plan p, member m WHERE p.company_id = m.company_id LIMIT 1`,
		`INSERT INTO attachment_upload (company_id, region_path, oversight_line, client_id, person_id, name, bytes, sha256, shot, turn, pieces, received, begun_at, touched_at)
		SELECT m.company_id, c.region_path, c.oversight_line, gen_random_uuid(), m.person_id, '照片.jpg', 2, sha256('x'), 'null', 1, '{}', 0, now(), now() FROM member m JOIN company c ON c.company_id = m.company_id`,
		`INSERT INTO upload_receiver (company_id, name, adapter, address, firm_code, key_sealed, fields, codes, from_on, open, changed_at, changed_by)
		SELECT company_id, '市平台', 'dual-prevention', 'https://example.com', 'F1', 'x', '{}', '{}', current_date, false, now(), '某人' FROM member`,
		`INSERT INTO upload_row (company_id, receiver_id, kind, object_key, parent_kind, parent_key, body, version, sent_version, state, error, tries)
		SELECT r.company_id, r.id, 'unit', '1', '', '', jsonb_build_object('name', 'x'), '', '', 'failed', '名称不合规', 1 FROM upload_receiver r, member m WHERE r.company_id = m.company_id ON CONFLICT DO NOTHING`,
		`INSERT INTO upload_run (company_id, receiver_id, trigger, begun_at, ended_at, sent, failed, deleted, error) SELECT r.company_id, r.id, 'hand', now(), now(), 0, 1, 0, 'status' FROM upload_receiver r, member m WHERE r.company_id = m.company_id`,
		`INSERT INTO inspection_uncounted SELECT c.company_id, c.started_on, c.id FROM inspection_check c, member m WHERE c.company_id = m.company_id LIMIT 1`,
		`INSERT INTO hazard_outside (company_id, region_path, oversight_line, hazard_id, token_hash, made_by_name, made_at, expires_at, name, phone, note, signature)
		SELECT h.company_id, h.region_path, h.oversight_line, h.id, sha256('isolation'), '某人', now(), now() + interval '1 day', '', '', '', '' FROM hazard h, member m WHERE h.company_id = m.company_id LIMIT 1`,
		`INSERT INTO evidence_bundle (company_id, region_path, oversight_line, period, from_on, until_on, chapters, status, stage, run, done, files, file_name, file_size, sha256,
			blob_key, fault_code, membership_id, made_person_id, made_by, made_at, touched_at, finished_at)
		SELECT m.company_id, c.region_path, c.oversight_line, '2026', current_date, current_date, '{hazards}', 'failed', '', 1, 0, 0, '迎检资料.zip', 0, '', '', '', m.id, m.person_id, '某人', now(), now(), now()
			FROM member m JOIN company c ON c.company_id = m.company_id`,
		`INSERT INTO archive_bundle (company_id, plain, status, stage, run, done, files, file_name, file_size, sha256, blob_key, fault_code, membership_id, made_person_id, made_by, made_at, touched_at, finished_at)
		SELECT company_id, false, 'failed', '', 1, 0, 0, '数据.zip', 0, '', '', '', id, person_id, '某人', now(), now(), now() FROM member`,
		`INSERT INTO archive_piece SELECT b.company_id, b.id, 1, 'hazard', '', '', 0, 0, '', true FROM archive_bundle b, member m WHERE b.company_id = m.company_id`,
		`INSERT INTO archive_erasure (company_id, company_name, company_code, state, reason, bundle_id, bundle_hash, asked_person_id, asked_by, asked_at, answer, answered_by, ended_note, ended_by, stage, run, erased, files, kept, version)
		SELECT company_id, '甲', '', 'withdrawn', '停产', 1, '', person_id, '某人', now(), '', '', '', '某人', '', 0, 0, 0, 0, '1' FROM member`,
		`INSERT INTO archive_erased SELECT e.company_id, e.id, 'hazard', 0, 0 FROM archive_erasure e, member m WHERE e.company_id = m.company_id`,
		`UPDATE hazard h SET state = 'transferred', transferred_to = '园区管委会', voided_on = current_date FROM member m
			WHERE h.company_id = m.company_id AND h.id = (SELECT min(id) FROM hazard x WHERE x.company_id = m.company_id AND x.state = 'cancelled' AND x.level = 'general' AND NOT x.historical)`,
		`UPDATE hazard_direct d SET handled_at = now(), handled_note = '已核实' FROM member m WHERE d.company_id = m.company_id`,
		`INSERT INTO award_revocation (company_id, region_path, oversight_line, award_id, state, reasons, facts, note, organisation_id, proposed_on, proposed_by, statement_due_on, statement, waived,
			stated_by, decided_by, opinion, downgrade, notice_no, medium)
		SELECT a.company_id, a.region_path, a.oversight_line, a.id, 'proposed', '{death}', '[]', '经核查', a.organisation_id, current_date, '某人', current_date + 7, '', false, '', '', '', false, '', '' FROM award a, member m WHERE a.company_id = m.company_id LIMIT 1`,
		`INSERT INTO award_bar (company_id, region_path, oversight_line, since_on, until_on, reason, made_by, at)
		SELECT c.company_id, c.region_path, c.oversight_line, current_date - 900, current_date - 500, '材料不实', '某人', now() FROM company c, member m WHERE c.company_id = m.company_id`,
		`INSERT INTO enrolment_claim (company_id, region_path, oversight_line, company_name, level, award_id, certificate_no, awarded_on, amount_fen, rate_area, rate_basis, account_name,
			bank, account_no, files, state, reason, claimed_at, claimed_by, checked_by, check_note, decided_by, paid_by, voucher)
		SELECT m.company_id, c.region_path, c.oversight_line, c.name, '1', 1, '1', current_date, 100, '330784', '', '', '', '', '{}', 'claimed', '', now(), '', '', '', '', '', ''
		FROM member m JOIN company c ON c.company_id = m.company_id ON CONFLICT DO NOTHING`,
		`INSERT INTO fund_quantity (company_id, region_path, oversight_line, line_id, month_on, thousandths, note, made_by_name, changed_at)
		SELECT l.company_id, l.region_path, l.oversight_line, l.id, make_date(l.year, 1, 1), 1, '', '某人', now() FROM fund_line l, member m WHERE l.company_id = m.company_id LIMIT 1`,
		`INSERT INTO fund_statement (company_id, region_path, oversight_line, year, state, due_fen, used_fen, reasons, measures, reviewed_by, files, due_on, made_by_name, made_at, submitted_by_name)
		SELECT c.company_id, c.region_path, c.oversight_line, 2024, 'draft', 0, 0, '', '', 'board', '{}', '2025-04-30', '某人', now(), '' FROM company c, member m WHERE c.company_id = m.company_id`,
		`INSERT INTO notice_template (company_id, code, lang, title, body, updated_at, updated_by_name) SELECT company_id, 'due.digest', 'zh-CN', '到期提醒', '{list}', now(), '某人' FROM member`,
		`INSERT INTO notice_fix (company_id, person_id, person_name, channel, address_index, address, detail, opened_at) SELECT company_id, person_id, '某人', 'mail', '', 'z***@example.com', '550', now() FROM member`,
		`INSERT INTO due_digest (company_id, told_on) SELECT company_id, current_date FROM member`,
		`INSERT INTO transfer_mapping (company_id, kind, signature, mapping, used_at) SELECT company_id, 'staff', '姓名', '{}', now() FROM member`,
		`INSERT INTO account_pass (purpose, token_hash, company_id, name, path, expires_at) SELECT 'invitation', sha256('isolation'), company_id, '新来的', '/', now() + interval '1 day' FROM member`,
		`INSERT INTO account_session (token_hash, person_id, membership_id, company_id, expires_at) SELECT sha256('isolation'), person_id, id, company_id, now() + interval '1 day' FROM member`,
	} {
		w.Exec(t, "WITH member AS (SELECT * FROM account_membership WHERE company_id = $1 AND 'safety' = ANY(roles) AND $2 <> '' ORDER BY id LIMIT 1) "+q, w.a, marker)
	}
}

// plant writes the marker into every text column of company A's rows that may hold any text.
func (w *isolation) plant(t *testing.T) {
	t.Helper()
	columns := testkit.All[string](t, w.W, `SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c JOIN table_class k ON k.name = c.table_name
		WHERE c.data_type = 'text' AND c.is_generated = 'NEVER' AND EXISTS (SELECT FROM information_schema.columns x WHERE x.table_name = k.name AND x.column_name = 'company_id') ORDER BY 1`)
	planted := 0
	for _, tc := range columns {
		table, column, _ := strings.Cut(tc, ".")
		if unplantable.MatchString(column) {
			continue
		}
		err := w.mark(t, table, column, "true")
		if err != nil { // texts that are unique, or stand only with a state: where there is one
			err = w.mark(t, table, column, column+" <> ''")
		}
		if err != nil {
			t.Errorf("%s takes no marker (%v): is it a code? then name it in unplantable", tc, err)
			continue
		}
		planted++
	}
	require.Greater(t, planted, 60, "text columns with a marker")
}

// mark writes the marker into one column of company A's rows that meet a condition, at least one.
func (w *isolation) mark(t *testing.T, table, column, where string) error {
	t.Helper()
	q := fmt.Sprintf("UPDATE %s SET %s = %[2]s || '%s' WHERE company_id = %d", table, column, marker, w.a)
	found := testkit.One[bool](t, w.W, fmt.Sprintf("SELECT EXISTS (SELECT FROM %s WHERE company_id = %d AND %s)", table, w.a, where))
	if !found && where != "true" {
		return fmt.Errorf("no row of company A has %s", column)
	}
	_, err := w.Owner.Exec(t.Context(), fmt.Sprintf("SET session_replication_role = replica; %s AND %s; RESET session_replication_role", q, where))
	return err
}

// note collects the ids of company A's rows in every table that has both.
func (w *isolation) note(t *testing.T) {
	t.Helper()
	w.ids[fmt.Sprint(w.a)], w.first["company"] = "company", w.a
	for _, table := range w.tablesOf(t, "company_id") {
		rows := testkit.One[int64](t, w.W, fmt.Sprintf("SELECT count(*) FROM %s WHERE company_id = %d", table, w.a))
		if rows == 0 {
			t.Errorf("company A has no row in %s: the fixture must have one, or nothing is proved for it", table)
		}
		if testkit.One[bool](t, w.W, "SELECT NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = $1 AND column_name = 'id' AND data_type = 'bigint')", table) {
			continue
		}
		for _, n := range testkit.All[int64](t, w.W, fmt.Sprintf("SELECT id FROM %s WHERE company_id = %d", table, w.a)) {
			w.ids[fmt.Sprint(n)] = table
			w.first[table] = n
		}
	}
}

// gather signs in the outsiders.
func (w *isolation) gather(t *testing.T) {
	t.Helper()
	w.insider = w.sign(t, "insider", w.member(t, "safety"))
	w.regulator = w.sign(t, "county regulator", w.member(t, "county"))
	lined := w.Regulator(t, "county", "330784")
	lined.Lines = []int16{99}
	w.Exec(t, "UPDATE account_organisation SET lines = '{99}' WHERE id = $1", int64(lined.OrganisationID))
	stranger := w.Member(t, rbac.Service, "consultant")
	stranger.CompanyID = rbac.CompanyID(w.a) // as if somebody had forced the session
	other := w.member(t, "other-safety")
	boss := other
	boss.Roles = []string{"principal", "safety", "worker", "finance", "leader", "director"}
	w.Exec(t, "UPDATE account_membership SET roles = $1 WHERE id = $2", boss.Roles, int64(boss.MembershipID))
	w.outsiders = []outsider{
		w.sign(t, "another company", boss),
		w.sign(t, "a regulator of another county", w.member(t, "other-county")),
		w.sign(t, "a regulator of another line", lined),
		w.sign(t, "an agency without engagement", stranger),
		w.sign(t, "a review agency", w.member(t, "reviewer")),
	}
}

// member returns the actor behind a demo login.
func (w *isolation) member(t *testing.T, login string) rbac.Actor {
	t.Helper()
	token := w.session(t, `SELECT m.id, m.person_id, NULL::bigint FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.login = $1 ORDER BY m.id LIMIT 1`, login)
	a, err := w.house(t).account.Authenticate(t.Context(), token)
	require.NoError(t, err, login)
	return a
}

func (w *isolation) sign(t *testing.T, name string, a rbac.Actor) outsider {
	t.Helper()
	var serving *int64
	if a.Kind == rbac.Service {
		n := int64(a.CompanyID)
		serving = &n
	}
	return outsider{name, a, w.session(t, "SELECT $1::bigint, $2::bigint, $3::bigint", int64(a.MembershipID), int64(a.PersonID), serving)}
}

// session opens a session for the membership, person and served company that a query gives.
func (w *isolation) session(t *testing.T, q string, args ...any) string {
	t.Helper()
	token := fmt.Sprintf("%s-%d", t.Name(), len(w.ids)+int(testkit.One[int64](t, w.W, "SELECT count(*) FROM account_session")))
	h := sha256.Sum256([]byte(token))
	w.Exec(t, "INSERT INTO account_session (token_hash, membership_id, person_id, company_id, expires_at, confirmed_at) SELECT '\\x"+fmt.Sprintf("%x", h)+"'::bytea, q.*, now() + interval '1 day', now() + interval '1 day' FROM ("+q+") q", args...)
	return token
}
