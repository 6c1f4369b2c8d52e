package hazard_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestRaise(t *testing.T) {
	t.Parallel()
	w := setup(t)
	found := w.check(t)
	raise := func(a rbac.Actor) (ids []id.Of[id.Hazard], err error) {
		err = w.Gate.Write(as(t, a), hazard.ActionReport, func(tx db.Tx, scope rbac.Scope) (err error) {
			ids, err = w.s.Raise(t.Context(), tx, scope, found)
			return err
		})
		return ids, err
	}
	ids, err := raise(w.worker)
	require.NoError(t, err)
	require.Len(t, ids, 2)
	r, err := w.s.ByID(as(t, w.safety), ids[1])
	require.NoError(t, err)
	require.Equal(t, []any{hazard.SelfCheck, hazard.Ungraded, hazard.Major, "DUST-07", "330784-2026-000002", day.Of(2026, 3, 9)},
		[]any{r.Source, r.Level, r.SuggestedLevel, r.ItemCode, r.Number, r.FoundOn})
	require.Len(t, r.Entries[0].Photos, 1)
	_, err = raise(w.worker)
	require.ErrorIs(t, err, hazard.ErrRaisedAlready)
	_, err = raise(w.county)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = raise(w.stranger)
	require.Error(t, err, "a check of another company")

	of := filter()
	of.CheckID = found.CheckID
	rows, _, _, err := w.s.Ledger(as(t, w.safety), of)
	require.NoError(t, err)
	require.Len(t, rows, 2)
}

// TestEnter enters what another record found once, whoever repeats it.
func TestEnter(t *testing.T) {
	t.Parallel()
	w := setup(t)
	found := hazard.Discovery{Ref: "equipment_test/7", Source: hazard.SelfCheck, Place: "1号冲床", Description: "光电保护失效", Category: "B02"}
	enter := func(d hazard.Discovery) (n id.Of[id.Hazard], err error) {
		err = w.Gate.Write(as(t, w.safety), hazard.ActionReport, func(tx db.Tx, scope rbac.Scope) (err error) {
			n, err = w.s.Enter(t.Context(), tx, scope, d)
			return err
		})
		return n, err
	}
	first, err := enter(found)
	require.NoError(t, err)
	again, err := enter(found)
	require.NoError(t, err)
	require.Equal(t, first, again)
	found.Ref = "equipment_test/8"
	other, err := enter(found)
	require.NoError(t, err)
	require.NotEqual(t, first, other)
	found.Ref, found.Source = "equipment_test/9", hazard.ByRegulator
	_, err = enter(found)
	require.ErrorIs(t, err, hazard.ErrSource, "what an authority found is not entered by the company")
}

// TestRaiseAsProposed keeps what the finder proposes, and assigns at once where he may assign.
func TestRaiseAsProposed(t *testing.T) {
	t.Parallel()
	w := setup(t)
	found := w.check(t)
	raise := func(a rbac.Actor, p hazard.Proposal) []hazard.Record {
		var ids []id.Of[id.Hazard]
		w.Exec(t, "UPDATE hazard SET item_code = item_code || 'X'")
		for i := range found.Items {
			found.Items[i].Proposal = p
		}
		require.NoError(t, w.Gate.Write(as(t, a), hazard.ActionReport, func(tx db.Tx, scope rbac.Scope) (err error) {
			ids, err = w.s.Raise(t.Context(), tx, scope, found)
			return err
		}))
		out := make([]hazard.Record, len(ids))
		for i, n := range ids {
			r, err := w.s.ByID(as(t, w.safety), n)
			require.NoError(t, err)
			out[i] = r
		}
		return out
	}
	proposal := hazard.Proposal{OwnerID: w.leader.StaffID, DueOn: day.Of(2026, 3, 16), Measures: "清理积尘"}

	got := raise(w.worker, proposal)[0]
	require.Equal(t, hazard.Registered, got.State, "who may not assign proposes only")
	require.Equal(t, []any{w.leader.StaffID, day.Of(2026, 3, 16), day.Date{}}, []any{*got.ProposedOwnerID, got.ProposedDueOn, got.Deadline})
	require.NotEmpty(t, got.ProposedOwnerName)

	both := raise(w.safety, proposal)
	require.Equal(t, []any{hazard.Assigned, hazard.General, day.Of(2026, 3, 16), "清理积尘"}, []any{both[0].State, both[0].Level, both[0].Deadline, both[0].Measures})
	require.Equal(t, w.leader.StaffID, *both[0].OwnerID)
	require.Len(t, both[0].Entries, 3, "registered, graded, assigned")
	require.Equal(t, hazard.Registered, both[1].State, "a major hazard waits for the five fixes")

	late := raise(w.safety, hazard.Proposal{OwnerID: w.leader.StaffID, DueOn: day.Of(2026, 3, 9), Measures: "清理积尘"})[0]
	require.Equal(t, day.Of(2026, 3, 10), late.Deadline, "a day that passed while the phone had no network is today")

	for _, p := range []hazard.Proposal{{OwnerID: 999_999, DueOn: day.Of(2026, 3, 16), Measures: "x"}, {OwnerID: w.stranger.StaffID, DueOn: day.Of(2019, 1, 1)}} {
		got := raise(w.safety, p)[0]
		require.Equal(t, hazard.Registered, got.State)
		require.Nil(t, got.ProposedOwnerID, "nobody of the company: what was found is kept all the same")
	}
}

// TestDueDays reads the rules of the library.
func TestDueDays(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{0, 7, 3, 15, 7}, []int{
		hazard.DueDays(hazard.Major, "B05"), hazard.DueDays(hazard.General, "B02"), hazard.DueDays(hazard.General, "B05"), hazard.DueDays(hazard.General, "A04"), hazard.DueDays(hazard.General, ""),
	})
	require.Equal(t, []string{"B02", ""}, []string{hazard.CategoryOf("PRS"), hazard.CategoryOf("OWN")})
}

// check is a check of the firm with two failed items.
func (w *world) check(t *testing.T) hazard.Finding {
	t.Helper()
	tx, err := w.Owner.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SET LOCAL session_replication_role = replica") // the point and standard of a check are another module's
	require.NoError(t, err)
	var check int64
	require.NoError(t, tx.QueryRow(t.Context(), `INSERT INTO inspection_check (company_id, started_on, region_path, oversight_line, client_id, content_hash, point_id, standard_id, staff_id,
		person_name, started_at, finished_at, received_at, answers, passed, failed, not_applicable)
		VALUES ($1, '2026-03-09', $2, 0, gen_random_uuid(), '', 1, 1, $3, '', now(), now(), now(), '[]', 0, 2, 0) RETURNING id`,
		int64(w.firm.ID), w.firm.RegionPath, int64(w.worker.StaffID)).Scan(&check))
	require.NoError(t, tx.Commit(t.Context()))
	return hazard.Finding{CheckID: id.Of[id.Check](check), StartedOn: day.Of(2026, 3, 9), Place: "打磨车间", FoundAt: noon.Add(-24 * time.Hour), Items: []hazard.Failed{
		{ItemCode: "DUST-01", Description: "积尘超 3mm", Category: "B03", SuggestedLevel: hazard.General, Photos: w.photos(t)},
		{ItemCode: "DUST-07", Description: "无锁气卸灰装置", SuggestedLevel: hazard.Major, Suggestion: "第10号令 第十一条", Photos: w.photos(t)},
	}}
}

// TestConsultantOfAnEngagedAgency works for the company, never as its fixer, and only while engaged.
func TestConsultantOfAnEngagedAgency(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.Member(t, rbac.Service, "consultant")
	c.CompanyID, c.RegionPath = w.firm.ID, w.firm.RegionPath
	w.Exec(t, "INSERT INTO account_engagement (organisation_id, company_id, from_on, until_on) VALUES ($1, $2, current_date - 1, current_date + 30)", int64(c.OrganisationID), int64(w.firm.ID))
	hid, err := w.s.Report(as(t, c), hazard.Report{Place: "配电房", Description: "无绝缘垫", Source: hazard.Expert, Category: "B06", Photos: w.photos(t)})
	require.NoError(t, err)
	_, err = w.s.Assign(as(t, c), hid, w.assignment(hazard.General))
	require.NoError(t, err)
	_, err = w.s.Fix(as(t, c), hid, hazard.Repair{Note: "代改", Photos: w.photos(t)})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Fix(as(t, w.leader), hid, hazard.Repair{Note: "已铺设", Photos: w.photos(t)})
	require.NoError(t, err)
	_, err = w.s.Accept(as(t, c), hid, hazard.Verdict{Note: "合格"})
	require.NoError(t, err)
	marked := testkit.All[int64](t, w.W, "SELECT coalesce(organisation_id, 0) FROM hazard_step WHERE hazard_id = $1 ORDER BY n", int64(hid))
	org := int64(c.OrganisationID)
	require.Equal(t, []int64{org, org, org, 0, 0, org, org}, marked, "what the agency did is marked on each record")

	w.Exec(t, "UPDATE account_engagement SET until_on = current_date - 1 WHERE organisation_id = $1", org)
	_, err = w.s.ByID(as(t, c), hid)
	require.ErrorIs(t, err, rbac.ErrNotFound, "the engagement is over")
	_, err = w.s.Report(as(t, c), hazard.Report{Place: "配电房", Description: "无绝缘垫", Photos: w.photos(t)})
	require.ErrorContains(t, err, "row-level security")
}
