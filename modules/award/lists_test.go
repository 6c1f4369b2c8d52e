package award_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/modules/award"
	"anbiao/rbac"
	"anbiao/testkit"
)

// roster enters old certificates, and twice changes nothing.
func roster(t *testing.T, w *world) {
	f, _ := w.firm(t)
	w.Exec(t, "UPDATE company SET uscc = '91330784MA2E00001X' WHERE company_id = $1", int64(f.ID))
	row := func(n int, number, announced, revoked string) sheet.Row {
		return sheet.Row{Number: n, Values: map[string]string{
			"uscc": "91330784MA2E00001X", "level": "3", "certificateNo": number, "authority": "金华市应急管理局", "announcedOn": announced, "revokedOn": revoked, "speciality": "JX",
		}}
	}
	rows := func() []sheet.Row {
		wrong := row(6, "旧6", "2027-01-01", "")
		strange := row(5, "旧5", "2024-01-01", "")
		strange.Values["uscc"] = "91330784MA2E00009X"
		return []sheet.Row{row(2, "旧2", "2024-03-01", ""), row(3, "旧1", "2020-03-01", ""), row(4, "旧3", "2022-05-01", "2022-08-01"), strange, wrong}
	}
	save := func() (verdicts []string, faults []int) {
		all := rows()
		require.NoError(t, w.Gate.Runner(t.Context(), "award.roster", func(ctx context.Context, tx db.Tx) (err error) {
			verdicts, err = w.s.SaveRoster(ctx, tx, w.county, all)
			return err
		}))
		for _, r := range all {
			if len(r.Faults) > 0 {
				faults = append(faults, r.Number)
			}
		}
		return verdicts, faults
	}
	verdicts, faults := save()
	require.Equal(t, []string{"new", "new", "new", "", ""}, verdicts)
	require.Equal(t, []int{5, 6}, faults)
	verdicts, _ = save()
	require.Equal(t, []string{"same", "same", "same", "", ""}, verdicts)
	require.Equal(t, "3", w.held(t, f).Level)
	states := testkit.All[string](t, w.W, "SELECT certificate_no || state FROM award WHERE company_id = $1 ORDER BY announced_on", int64(f.ID))
	require.Equal(t, []string{"旧1expired", "旧3revoked", "旧2in_force"}, states)
	_, err := w.s.Enter(as(t, w.county), award.Old{CompanyID: f.ID, Level: "3", CertificateNo: "旧2", Authority: "市局", AnnouncedOn: on(t, "2025-01-01")})
	require.ErrorIs(t, err, award.ErrNumber)
	n, err := w.s.Enter(as(t, w.county), award.Old{CompanyID: f.ID, Level: "2", CertificateNo: "旧8", Authority: "省厅", AnnouncedOn: on(t, "2025-01-01")})
	require.NoError(t, err)
	require.Equal(t, "2", w.held(t, f).Level)
	require.Equal(t, award.YearNotYet, w.read(t, w.county, n).Years[0].State, "what was before the program knew of it is not judged")
}

// numbers are drawn once each, however many are drawn at a time; those on paper are passed over.
func numbers(t *testing.T, w *world) {
	taken, _ := w.firm(t)
	_, err := w.s.Enter(as(t, w.county), award.Old{CompanyID: taken.ID, Level: "1", CertificateNo: "AQBJXⅠ202600002", Authority: "应急管理部", AnnouncedOn: on(t, "2026-01-05")})
	require.NoError(t, err)
	var firms []testkit.Firm
	for range 4 {
		f, _ := w.firm(t)
		firms = append(firms, f)
	}
	var wait sync.WaitGroup
	for _, f := range firms {
		wait.Go(func() { w.grant(t, f, "1", "2026-03-02") })
	}
	wait.Wait()
	got := testkit.All[string](t, w.W, "SELECT certificate_no FROM award WHERE level = '1' AND source = 'grading' ORDER BY 1")
	require.Equal(t, []string{"AQBJXⅠ202600001", "AQBJXⅠ202600003", "AQBJXⅠ202600004", "AQBJXⅠ202600005"}, got)
	r := award.Newest()
	require.Equal(t, "京AQBWHⅡ2014", r.Prefix("1101", "WH", "2", 2014))
	require.Equal(t, "浙AQBQGXW2026", r.Prefix("330784", award.SpecialityOf("2110"), "pass", 2026))
	require.Equal(t, "YH", award.SpecialityOf("2672"), "the longest digits name it")
	require.Equal(t, "prefecture", award.RankOf([]string{"330784", "3307"}, "330784105"))
	require.Empty(t, award.RankOf([]string{"330784105"}, "330784105"))
}

// public shows no more than the certificate does, and only to who has it.
func public(t *testing.T, w *world) {
	f, _ := w.firm(t)
	n := w.grant(t, f, "3", "2026-03-02")
	o := w.read(t, w.city, n)
	p, now, err := w.s.Look(t.Context(), o.PublicID)
	require.NoError(t, err)
	require.Equal(t, o.CertificateNo, p.CertificateNo)
	require.Equal(t, "2026-03-02", now.String())
	_, _, err = w.s.Check(t.Context(), " "+o.CertificateNo, o.CheckCode)
	require.NoError(t, err)
	_, _, err = w.s.Check(t.Context(), o.CertificateNo, "AAAAAAAA")
	require.ErrorIs(t, err, award.ErrUnknownAward)
	rows, _, _, err := w.s.Publication(t.Context(), award.PublicFilter{Query: page.Query{Limit: 5}, Division: "330784"})
	require.NoError(t, err)
	require.Equal(t, n, rows[0].ID)
}

// lists are read both ways, and only of the actor's area.
func lists(t *testing.T, w *world) {
	mine, safety := w.firm(t)
	n := w.grant(t, mine, "pass", "2025-07-01")
	all := map[string]int{}
	for _, sort := range []string{"announced", "expiry"} {
		f := award.Filter{Query: page.Query{Limit: 7}, Sort: sort}
		var seen []string
		var back string
		for {
			rows, k, _, err := w.s.Awards(as(t, w.city), f)
			require.NoError(t, err)
			list := page.Of(rows, k, f.Limit, award.KeyOf(sort), func(l award.Line) string { return l.ID.String() })
			seen, back = append(seen, list.Items...), list.Prev
			if f.Cursor = list.Next; f.Cursor == "" {
				break
			}
		}
		all[sort] = len(seen)
		f.Cursor = back
		rows, k, _, err := w.s.Awards(as(t, w.city), f)
		require.NoError(t, err)
		before := page.Of(rows, k, f.Limit, award.KeyOf(sort), func(l award.Line) string { return l.ID.String() })
		require.Len(t, before.Items, 7)
		require.Subset(t, seen, before.Items)
	}
	require.Equal(t, all["announced"], all["expiry"])
	require.Greater(t, all["expiry"], 14)
	for name, c := range map[string]struct {
		a rbac.Actor
		f award.Filter
		n int
	}{
		"another city":    {w.apart, award.Filter{}, 0},
		"own company":     {safety, award.Filter{}, 1},
		"by number":       {w.city, award.Filter{Search: w.read(t, w.city, n).CertificateNo}, 1},
		"by level":        {w.city, award.Filter{Level: "pass", State: award.InForce}, 1},
		"ends far":        {w.city, award.Filter{Level: "pass", Within: 30}, 0},
		"ends within":     {w.city, award.Filter{Level: "pass", Within: 900}, 1},
		"by name":         {w.city, award.Filter{Search: "测试企业" + mine.ID.String(), Level: "pass"}, 1},
		"nobody's number": {w.city, award.Filter{Search: "浙AQBZZ"}, 0},
	} {
		c.f.Limit = 20
		rows, _, _, err := w.s.Awards(as(t, c.a), c.f)
		require.NoError(t, err, name)
		require.Len(t, rows, c.n, name)
	}
	own, err := w.s.Mine(as(t, safety))
	require.NoError(t, err)
	require.Equal(t, n, own.Current.ID)
}

// falseMaterial bars for three years, whoever finds it.
func falseMaterial(t *testing.T, w *world) {
	f, safety := w.firm(t)
	n := w.grant(t, f, "3", "2026-03-02")
	_, err := w.s.Propose(as(t, w.city), n, award.Proposal{Reasons: []string{"false_material", "death"}, Note: "材料造假"})
	require.NoError(t, err)
	_, err = w.s.State(as(t, safety), n, award.Statement{Waived: true})
	require.NoError(t, err)
	_, err = w.s.Decide(as(t, w.city), n, award.Decision{Revoke: true, Opinion: "撤销"})
	require.NoError(t, err)
	require.Equal(t, "2029-03-02", w.held(t, f).BarredUntil.String())
	other, _ := w.firm(t)
	require.NoError(t, w.Gate.Write(as(t, w.county), award.ActionRevoke, func(tx db.Tx, scope rbac.Scope) error {
		return w.s.Bar(t.Context(), tx, scope, other.ID, on(t, "2029-03-02"), "false_material")
	}))
	require.Equal(t, "2029-03-02", w.held(t, other).BarredUntil.String())
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		held, err := award.LevelsOf(ctx, tx, []rbac.CompanyID{f.ID, other.ID})
		require.Empty(t, held)
		return err
	}))
}
