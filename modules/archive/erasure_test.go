package archive_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/archive"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// leaving is a world whose first firm goes.
type leaving struct {
	*world
	principal rbac.Actor
	admin     rbac.Actor
	start     time.Time
	told      []string
	waits     []archive.ErasureState // of what the platform was told
	hazards   []int64                // of today, of six years ago, of today in the other firm
}

// crowd is how many people are on the list: several batches.
const crowd = 1200

func leave(t *testing.T) *leaving {
	t.Helper()
	w := &leaving{world: setup(t), start: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	w.Set(w.start)
	w.principal, w.admin = w.Actor(t, w.firm, "principal"), w.Member(t, rbac.Platform, "admin")
	w.s.Card = func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, string, error) {
		return "甲厂", "91330784MA", nil
	}
	w.s.TellAsked = func(_ context.Context, _ db.Tx, _ archive.Erasure, code string) error {
		w.told = append(w.told, code)
		return nil
	}
	w.s.TellPlatform = func(_ context.Context, _ db.Tx, e archive.Erasure) error {
		w.waits = append(w.waits, e.State)
		return nil
	}
	w.Exec(t, `INSERT INTO staff_person (company_id, region_path, oversight_line, name, phone) SELECT $1, $2, 0, '员工' || n, '199' || n FROM generate_series(1, $3) n`, int64(w.firm.ID), w.firm.RegionPath, crowd)
	for i, c := range []rbac.CompanyID{w.firm.ID, w.firm.ID, w.other.CompanyID} {
		at := w.start.AddDate(-6*(i%2), 0, 0)
		n := testkit.One[int64](t, w.W, `INSERT INTO hazard (company_id, region_path, oversight_line, number, state, source, place, description, category, cause, item_code, clause, suggested_level, suggestion, level, fix_type, goal, measures,
				contingency, owner_id, owner_name, owner_unit, found_at, found_on, found_by_name, accepted_by_name, reopen_count, steps, changed_at,
				extensions, danger_source, historical, stock, campaign, listed_level, asked, asked_name, asked_note, asked_to, protection, transferred_to)
			SELECT company_id, region_path, oversight_line, 'H' || $2::text, 'graded', 'snap', '车间', '护罩缺失', 'B02', 0, '', '', '', '', 'general', '', '', '', '', id, name, '', $3::timestamptz, $3::date, '某人', '', 0, 1, $3::timestamptz,
				0, 0, false, false, '', '', '', '', '', '', '', ''
			FROM staff_person WHERE company_id = $1 ORDER BY id DESC LIMIT 1 RETURNING id`, int64(c), fmt.Sprint(i), at)
		w.hazards = append(w.hazards, n)
		w.Exec(t, `INSERT INTO hazard_step (company_id, region_path, oversight_line, hazard_id, n, event, from_state, to_state, at, actor_kind, actor_name, note, detail)
			SELECT company_id, region_path, oversight_line, id, 1, 'report', '', state, changed_at, 'company', '某人', '', '{}' FROM hazard WHERE company_id = $1 AND id = $2`, int64(c), n)
	}
	w.Exec(t, "UPDATE attachment SET bound_id = $1 WHERE original_key = 'photo/0'", w.hazards[0])
	w.Exec(t, "UPDATE attachment SET bound_id = $1 WHERE original_key = 'photo/1'", w.hazards[1])
	w.Exec(t, `INSERT INTO fund_entry (company_id, region_path, oversight_line, month_on, booked_on, voucher_no, line, event, round, debit, credit, amount_fen, effect_fen, used_fen, summary, made_by_name, made_at)
		SELECT company_id, region_path, 0, m::date, m::date, 1, 1, 'accrual', 1, '6602', '4301', 100, 100, 0, '', '某人', now() FROM company, unnest('{1996-03-01,2026-03-01}'::date[]) m WHERE company_id = $1`, int64(w.firm.ID))
	return w
}

func (w *leaving) export(t *testing.T) {
	t.Helper()
	_, err := w.s.Order(as(t, w.safety), archive.Order{})
	require.NoError(t, err)
	require.NoError(t, w.work(t))
}

func (w *leaving) ask(t *testing.T) id.Of[id.Erasure] {
	t.Helper()
	n, err := w.s.Ask(as(t, w.principal), archive.Wish{Name: "甲厂", Reason: "停产"})
	require.NoError(t, err)
	return n
}

// night does what the schedule does on a day after the beginning, and what follows from it.
func (w *leaving) night(t *testing.T, years, days int) error {
	t.Helper()
	w.Set(w.start.AddDate(years, 0, days))
	require.NoError(t, w.Gate.Runner(t.Context(), "night", func(ctx context.Context, tx db.Tx) error {
		return jobs.Enqueue(ctx, tx, archive.EraseDue{}, jobs.Key(fmt.Sprintf("%d-%d", years, days)))
	}))
	return errors.Join(w.work(t), w.work(t))
}

func (w *leaving) request(t *testing.T, n id.Of[id.Erasure]) (archive.Erasure, map[string]archive.Tally) {
	t.Helper()
	e, list, err := w.s.Request(as(t, w.admin), n)
	require.NoError(t, err)
	tables := map[string]archive.Tally{}
	for _, x := range list {
		tables[x.Table] = x
	}
	return e, tables
}

// print is what every table holds of the other firm.
func (w *leaving) print(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, table := range testkit.All[string](t, w.W, `SELECT k.name FROM table_class k JOIN information_schema.columns c ON c.table_name = k.name AND c.column_name = 'company_id' ORDER BY 1`) {
		out.WriteString(table + testkit.One[string](t, w.W, fmt.Sprintf("SELECT count(*) || coalesce(md5(string_agg(x::text, '|' ORDER BY x::text)), '') FROM %s x WHERE company_id = %d", table, w.other.CompanyID)) + "\n")
	}
	return out.String()
}

func (w *leaving) rows(t *testing.T, table string) int64 {
	t.Helper()
	return testkit.One[int64](t, w.W, fmt.Sprintf("SELECT count(*) FROM %s WHERE company_id = %d", table, w.firm.ID))
}

func TestErasureFromTheWishToTheLastTerm(t *testing.T) {
	t.Parallel()
	w := leave(t)
	wish := archive.Wish{Name: "甲厂", Reason: "停产"}
	_, err := w.s.Ask(as(t, w.principal), wish)
	require.ErrorIs(t, err, archive.ErrExportFirst)
	w.export(t)
	w.Set(w.start.AddDate(0, 0, 9))
	_, err = w.s.Ask(as(t, w.principal), wish)
	require.ErrorIs(t, err, archive.ErrExportFirst, "the export is too old")
	w.Set(w.start)
	_, err = w.s.Ask(as(t, w.principal), archive.Wish{Name: "甲", Reason: "停产"})
	require.ErrorIs(t, err, archive.ErrName)
	n := w.ask(t)
	_, err = w.s.Ask(as(t, w.principal), wish)
	require.ErrorIs(t, err, archive.ErrOpen)
	require.NoError(t, w.s.Decide(as(t, w.admin), n, archive.Verdict{Agree: true}))
	before := w.print(t)
	fund := `DELETE FROM fund_entry WHERE company_id = $1`
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec(strings.ReplaceAll(fund, "$1", w.firm.ID.String())).Error
	}))
	require.EqualValues(t, 2, w.rows(t, "fund_entry"), "the program itself erases no entry of the books before its time")

	require.NoError(t, w.night(t, 0, 29))
	require.EqualValues(t, crowd+5, w.rows(t, "staff_person"), "the waiting time is not over")
	died := errors.New("killed")
	w.blobs.deletes = func(key string) error {
		if key == "photo/2" {
			return died
		}
		return nil
	}
	require.ErrorIs(t, w.night(t, 0, 30), died)
	e, _ := w.request(t, n)
	require.Equal(t, archive.Erasing, e.State)
	require.Positive(t, e.Erased)
	require.EqualValues(t, crowd+5, w.rows(t, "staff_person"), "interrupted before the people")
	w.blobs.deletes = nil
	require.NoError(t, w.night(t, 0, 31))

	e, tables := w.request(t, n)
	require.Equal(t, archive.Kept, e.State)
	require.EqualValues(t, archive.Tally{Table: "staff_person", Erased: crowd + 4, Kept: 1}, tables["staff_person"], "one is named by a hazard that is kept")
	require.EqualValues(t, archive.Tally{Table: "hazard", Erased: 1, Kept: 1}, tables["hazard"])
	require.EqualValues(t, archive.Tally{Table: "hazard_step", Erased: 1, Kept: 1}, tables["hazard_step"])
	require.EqualValues(t, archive.Tally{Table: "fund_entry", Erased: 0, Kept: 2}, tables["fund_entry"])
	require.EqualValues(t, archive.Tally{Table: "attachment", Erased: 3, Kept: 1}, tables["attachment"])
	require.EqualValues(t, archive.Tally{Table: "account_membership", Erased: 2}, tables["account_membership"])
	require.EqualValues(t, archive.Tally{Table: "archive_bundle", Erased: 1}, tables["archive_bundle"])
	require.Zero(t, tables["audit_entry"].Erased)
	var erased int64
	for _, x := range tables {
		erased += x.Erased
	}
	require.Equal(t, erased, e.Erased)
	require.Equal(t, before, w.print(t), "the other firm has all it had")
	require.Zero(t, w.kept(t), "the export's file is gone")
	for key, there := range map[string]bool{"photo/0": true, "photo/2": false, "photo/3": false} {
		_, err := w.blobs.Stat(t.Context(), key)
		require.Equal(t, there, err == nil, key)
	}
	require.EqualValues(t, 4, e.Files, "of three attachments and the export")
	require.Equal(t, "", testkit.One[string](t, w.W, "SELECT phone || encode(identity_sealed, 'hex') FROM staff_person WHERE company_id = $1", int64(w.firm.ID)))
	require.Equal(t, "closed", testkit.One[string](t, w.W, "SELECT status FROM company WHERE company_id = $1", int64(w.firm.ID)))
	require.Equal(t, fmt.Sprintf("erased-%d||", w.principal.PersonID), testkit.One[string](t, w.W, "SELECT login || '|' || coalesce(phone, '') || '|' || password_hash FROM account_person WHERE id = $1", int64(w.principal.PersonID)))
	require.Equal(t, 1, strings.Count(strings.Join(testkit.All[string](t, w.W, "SELECT fields::text FROM audit_entry WHERE noun = 'archive_erasure' AND company_id = $1", int64(w.firm.ID)), ""), fmt.Sprintf("staff_person %d;", crowd+4)), "the trail says what was erased")
	require.Equal(t, "2027-01-01", e.NextOn.String(), "the books of 1996")

	require.NoError(t, w.night(t, 5, 40))
	_, tables = w.request(t, n)
	require.EqualValues(t, archive.Tally{Table: "hazard", Erased: 2}, tables["hazard"])
	require.EqualValues(t, archive.Tally{Table: "staff_person", Erased: crowd + 5}, tables["staff_person"], "nothing names him any more")
	require.EqualValues(t, archive.Tally{Table: "fund_entry", Erased: 1, Kept: 1}, tables["fund_entry"], "the books of 1996 were kept for thirty years and longer")
	require.NoError(t, w.night(t, 31, 0))
	e, _ = w.request(t, n)
	require.Equal(t, archive.Erased, e.State)
	require.NotNil(t, e.DoneAt)
	require.Zero(t, w.rows(t, "fund_entry"))
	require.Equal(t, before, w.print(t))
	require.NoError(t, w.night(t, 32, 0))
}

// While one worker erases a file, another takes the erasure over and ends it; the first gives way, and nothing is counted twice.
func TestSlowEraserGivesWay(t *testing.T) {
	t.Parallel()
	w := leave(t)
	w.export(t)
	n := w.ask(t)
	require.NoError(t, w.s.Decide(as(t, w.admin), n, archive.Verdict{Agree: true}))
	var inner error
	w.blobs.deletes = func(key string) error {
		if key == "photo/2" {
			w.blobs.deletes = nil
			inner = w.work(t)
		}
		return nil
	}
	require.NoError(t, w.night(t, 0, 30))
	require.NoError(t, inner)
	e, tables := w.request(t, n)
	require.Equal(t, archive.Kept, e.State)
	var erased int64
	for _, x := range tables {
		erased += x.Erased
	}
	require.Equal(t, erased, e.Erased)
	require.EqualValues(t, archive.Tally{Table: "attachment", Erased: 3, Kept: 1}, tables["attachment"])
	require.EqualValues(t, 4, e.Files)
}

func TestErasureIsWithdrawnRefusedOrStopped(t *testing.T) {
	t.Parallel()
	w := leave(t)
	w.export(t)
	n := w.ask(t)
	require.NoError(t, w.work(t))
	require.ErrorIs(t, w.s.Decide(as(t, w.admin), n, archive.Verdict{Note: " "}), archive.ErrAnswer)
	require.NoError(t, w.s.Decide(as(t, w.admin), n, archive.Verdict{Note: "隐患未整改"}))
	require.ErrorIs(t, w.s.Decide(as(t, w.admin), n, archive.Verdict{Agree: true}), archive.ErrSettled)
	n = w.ask(t)
	require.NoError(t, w.s.Decide(as(t, w.admin), n, archive.Verdict{Agree: true}))
	require.ErrorIs(t, w.s.Stop(as(t, w.admin), n, archive.Remark{}), archive.ErrAnswer)
	require.NoError(t, w.s.Stop(as(t, w.admin), n, archive.Remark{Note: "接到举报"}))
	n = w.ask(t)
	require.NoError(t, w.s.Decide(as(t, w.admin), n, archive.Verdict{Agree: true}))
	w.Set(w.start.AddDate(0, 0, 20))
	require.NoError(t, w.s.Withdraw(as(t, w.principal), n, archive.Remark{}))
	require.ErrorIs(t, w.s.Withdraw(as(t, w.principal), n, archive.Remark{}), archive.ErrSettled)
	require.NoError(t, w.night(t, 0, 60))
	require.EqualValues(t, crowd+5, w.rows(t, "staff_person"))
	require.Equal(t, []string{"archive.erasure-refused", "archive.erasure-agreed", "archive.erasure-stopped", "archive.erasure-agreed"}, w.told)
	require.Equal(t, []archive.ErasureState{archive.Asked, archive.Refused, archive.Agreed, archive.Agreed}, w.waits, "told of the first; the others were answered before")

	for group, want := range map[archive.Group]int{archive.GroupOpen: 0, archive.GroupSettled: 3, "": 3} {
		rows, _, err := w.s.Requests(as(t, w.admin), group, page.Query{Limit: 10})
		require.NoError(t, err)
		require.Len(t, rows, want, group)
	}
}

func TestWhoMayErase(t *testing.T) {
	t.Parallel()
	w := leave(t)
	w.export(t)
	unsure := w.principal
	unsure.ConfirmedAt = time.Time{}
	wish := archive.Wish{Name: "甲厂", Reason: "停产"}
	_, err := w.s.Ask(as(t, unsure), wish)
	require.ErrorIs(t, err, rbac.ErrConfirm)
	_, err = w.s.Ask(as(t, w.safety), wish)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	n := w.ask(t)
	stranger := sure(w.Actor(t, testkit.Firm{ID: w.other.CompanyID, RegionPath: town}, "principal"))
	require.ErrorIs(t, w.s.Withdraw(as(t, stranger), n, archive.Remark{}), rbac.ErrNotFound)
	for _, a := range []rbac.Actor{w.principal, sure(w.Regulator(t, "county", town[:6]))} {
		require.ErrorIs(t, w.s.Decide(as(t, a), n, archive.Verdict{Agree: true}), rbac.ErrForbidden)
	}
	unsure = w.admin
	unsure.ConfirmedAt = time.Time{}
	require.ErrorIs(t, w.s.Decide(as(t, unsure), n, archive.Verdict{Agree: true}), rbac.ErrConfirm)
}

func TestErasureOverTheWire(t *testing.T) {
	t.Parallel()
	w := leave(t)
	api := webtest.New(t, func(api huma.API) { archive.Mount(api, w.s) })
	var outlook struct {
		Exported bool
		EraseOn  string
		Rules    []struct{ ID, Name, Until string }
	}
	api.As(w.principal).Get("/api/archive/retention").OK(t, &outlook)
	require.Equal(t, []any{false, "2026-12-23"}, []any{outlook.Exported, outlook.EraseOn})
	until := map[string]string{}
	for _, r := range outlook.Rules {
		require.NotEmpty(t, r.Name)
		until[r.ID] = r.Until
	}
	require.Equal(t, []string{"2056-12-31", "2031-12-23", ""}, []string{until["fund"], until["hazard"], until["people"]})
	refused := api.As(w.principal).Post("/api/archive/erasures", archive.Wish{Name: "甲厂", Reason: "停产"})
	require.Equal(t, 409, refused.Status)
	w.export(t)
	require.Equal(t, 201, api.As(w.principal).Post("/api/archive/erasures", archive.Wish{Name: "甲厂", Reason: "停产"}).Status)
	var list page.List[archive.ErasureView]
	api.As(w.admin).Get("/api/archive/requests?group=open").OK(t, &list)
	require.Equal(t, "甲厂", list.Items[0].CompanyName)
	path := "/api/archive/requests/" + list.Items[0].ID.String()
	require.Equal(t, 200, api.As(w.admin).Post(path+"/decision", archive.Verdict{Agree: true}).Status)
	api.As(w.principal).Get("/api/archive/erasures").OK(t, &list)
	require.Equal(t, archive.Agreed, list.Items[0].State)
}
