package company_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/company"
	"anbiao/rbac"
	"anbiao/testkit"
)

var march1 = day.Of(2026, 3, 1)

// on stops the world's clock at noon of a day.
func (w world) on(d day.Date) {
	w.Set(d.Midnight(day.Shanghai).Add(12 * time.Hour))
}

func (w world) as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// old is a company that was entered on 1 March 2026, before anybody wrote versions.
func (w world) old(t *testing.T, town string) testkit.Firm {
	t.Helper()
	f := w.Company(t, town)
	w.Exec(t, "UPDATE company SET created_at = $1, address = '旧址', industry = '3360' WHERE company_id = $2", march1.Midnight(day.Shanghai), int64(f.ID))
	return f
}

func (w world) work(t *testing.T) {
	t.Helper()
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	type todo struct {
		TaskID, Kind string
		Payload      []byte
	}
	rows, err := w.Owner.Query(t.Context(), "SELECT task_id, kind, payload::text FROM job_outbox WHERE done_at IS NULL AND run_at <= $1 ORDER BY id", w.Now())
	require.NoError(t, err)
	var all []todo
	for rows.Next() {
		var one todo
		var payload string
		require.NoError(t, rows.Scan(&one.TaskID, &one.Kind, &payload))
		one.Payload = json.RawMessage(payload)
		all = append(all, one)
	}
	require.NoError(t, rows.Err())
	for _, one := range all {
		require.NoError(t, worker.Do(t.Context(), one.TaskID, one.Kind, one.Payload))
	}
}

func (w world) history(t *testing.T, ctx context.Context, c rbac.CompanyID) []company.Step {
	t.Helper()
	rows, _, _, err := w.s.History(ctx, c, page.Query{Limit: 50})
	require.NoError(t, err)
	return rows
}

func TestThePastAsItWas(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.old(t, "330784105")
	own, county := w.as(t, w.Actor(t, f, "safety")), w.as(t, w.Regulator(t, "county", "330784"))
	elsewhere := w.as(t, w.Regulator(t, "county", "330783"))

	w.on(march1.AddDays(30))
	require.NoError(t, w.s.Describe(own, f.ID, company.Profile{Tags: []string{"press"}, Address: "新址", StaffCount: of[int32](40)}))
	w.on(march1.AddDays(60))
	m := company.Amendment{Name: "改名后的企业", USCC: "91330784MAXXXX0152", Industry: "3360", Status: company.Active, Reason: "换发执照", From: march1.AddDays(55)}
	require.NoError(t, w.s.Amend(county, f.ID, m))
	require.ErrorIs(t, w.s.Amend(county, f.ID, m), company.ErrNothing)
	m.Name, m.From = "又改", march1.AddDays(54)
	require.ErrorIs(t, w.s.Amend(county, f.ID, m), company.ErrDates, "before the last change")
	m.From = march1.AddDays(61)
	require.ErrorIs(t, w.s.Amend(county, f.ID, m), company.ErrFuture)

	for _, ctx := range []context.Context{own, county} {
		for on, want := range map[day.Date]company.Card{
			march1:             {Address: "旧址", Name: f.Name},
			march1.AddDays(29): {Address: "旧址", Name: f.Name},
			march1.AddDays(30): {Address: "新址", Name: f.Name, StaffCount: of[int32](40)},
			march1.AddDays(54): {Address: "新址", Name: f.Name, StaffCount: of[int32](40)},
			march1.AddDays(55): {Address: "新址", Name: "改名后的企业", StaffCount: of[int32](40), USCC: "91330784MAXXXX0152"},
			{}:                 {Address: "新址", Name: "改名后的企业", StaffCount: of[int32](40), USCC: "91330784MAXXXX0152"},
		} {
			v, err := w.s.ReadOn(ctx, f.ID, on)
			require.NoError(t, err)
			k := company.CardOf(v.Company)
			require.Equal(t, []any{want.Name, want.Address, want.StaffCount, want.USCC}, []any{k.Name, k.Address, k.StaffCount, k.USCC}, on.String())
		}
		_, err := w.s.ReadOn(ctx, f.ID, march1.AddDays(-1))
		require.ErrorIs(t, err, company.ErrNotYet)
		_, err = w.s.ReadOn(ctx, f.ID, march1.AddDays(61))
		require.ErrorIs(t, err, company.ErrFuture)
		steps := w.history(t, ctx, f.ID)
		require.Len(t, steps, 3)
		require.Equal(t, []company.Source{company.FromRegistration, company.FromProfile, company.FromRegister}, []company.Source{steps[0].Source, steps[1].Source, steps[2].Source})
		require.Equal(t, "换发执照", steps[0].Reason)
	}
	_, err := w.s.ReadOn(elsewhere, f.ID, march1)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, _, _, err = w.s.History(elsewhere, f.ID, page.Query{Limit: 5})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	require.ErrorIs(t, w.s.Amend(elsewhere, f.ID, m), rbac.ErrNotFound)
	require.ErrorIs(t, w.s.Amend(own, f.ID, m), rbac.ErrForbidden)

	require.NoError(t, w.s.Describe(own, f.ID, company.Profile{Tags: []string{"press"}, Address: "新址", StaffCount: of[int32](40)}))
	require.Len(t, w.history(t, own, f.ID), 3, "nothing changed, nothing is written")
}

func TestCardInSQLIsTheCardInGo(t *testing.T) {
	t.Parallel()
	w := setup(t)
	r := registration()
	r.SupervisionIndustry, r.Line = "机械", 1
	r.Profile = company.Profile{
		StaffCount: of[int32](46), RevenueFen: of(int64(2_300_000_000)), AssetsFen: of(int64(1)), Tags: []string{"press", "crane"}, Address: "石柱镇",
		LongitudeE6: of[int32](120_000_001), LatitudeE6: of[int32](28_000_001), ContactName: "张某", ContactPhone: "13800000000",
	}
	county := w.as(t, w.Regulator(t, "county", "330784"))
	n, err := w.s.Register(county, r)
	require.NoError(t, err)
	c, _, err := w.s.Read(county, n)
	require.NoError(t, err)
	card, err := json.Marshal(company.CardOf(c))
	require.NoError(t, err)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM company_version WHERE company_id = $1 AND card = $2::jsonb AND source = 'register'", int64(n), string(card)))
	require.Equal(t, int32(46), testkit.One[int32](t, w.W, "SELECT staff_count FROM company_headcount WHERE company_id = $1", int64(n)))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT assets_fen FROM company_year WHERE company_id = $1", int64(n)))
}

func TestHistoryIsReadInPages(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.old(t, "330784105")
	own := w.as(t, w.Actor(t, f, "safety"))
	for n := range 5 {
		require.NoError(t, w.s.Describe(own, f.ID, company.Profile{Tags: []string{}, StaffCount: of(int32(n + 1))}))
	}
	rows, k, _, err := w.s.History(own, f.ID, page.Query{Limit: 2})
	require.NoError(t, err)
	var seen []int32
	for {
		l := page.Of(rows, k, 2, func(r company.Step) []string { return []string{r.ID.String()} }, func(r company.Step) company.Step { return r })
		for _, r := range l.Items {
			if r.Card.V.StaffCount != nil {
				seen = append(seen, *r.Card.V.StaffCount)
			}
		}
		if l.Next == "" {
			break
		}
		rows, k, _, err = w.s.History(own, f.ID, page.Query{Limit: 2, Cursor: l.Next})
		require.NoError(t, err)
	}
	require.Equal(t, []int32{5, 4, 3, 2, 1}, seen)
}

func TestFigures(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.old(t, "330784105")
	own, county := w.as(t, w.Actor(t, f, "safety")), w.as(t, w.Regulator(t, "county", "330784"))
	w.on(march1.AddDays(60))
	require.NoError(t, w.s.RecordYear(own, f.ID, 2024, company.YearEntry{StaffCount: of[int32](250), RevenueFen: of(int64(3000 * 1_000_000))}))
	require.NoError(t, w.s.RecordYear(own, f.ID, 2025, company.YearEntry{StaffCount: of[int32](320), RevenueFen: of(int64(2500 * 1_000_000))}))
	require.ErrorIs(t, w.s.RecordYear(own, f.ID, 2026, company.YearEntry{}), company.ErrFuture, "the year is not over")
	require.NoError(t, w.s.RecordHeadcount(own, f.ID, company.HeadcountEntry{On: march1.AddDays(50), StaffCount: 100}))
	require.NoError(t, w.s.RecordHeadcount(own, f.ID, company.HeadcountEntry{On: march1.AddDays(10), StaffCount: 90}))
	require.ErrorIs(t, w.s.RecordHeadcount(own, f.ID, company.HeadcountEntry{On: march1.AddDays(61), StaffCount: 90}), company.ErrFuture)

	c, _, err := w.s.Read(own, f.ID)
	require.NoError(t, err)
	require.Equal(t, int32(100), *c.StaffCount, "the newest day, not what was entered last")
	require.Equal(t, company.Medium, c.SizeClass, "320 people at the end of 2025")
	require.True(t, c.AboveScale)
	v, err := w.s.ReadOn(own, f.ID, march1.AddDays(49))
	require.NoError(t, err)
	require.Equal(t, int32(90), *v.StaffCount, "the head-count of that day, written down later")

	figures, err := w.s.Figures(county, f.ID)
	require.NoError(t, err)
	require.Equal(t, int32(2025), figures.SizeYear)
	require.Len(t, figures.Headcounts, 2)
	require.ErrorIs(t, w.s.RecordHeadcount(county, f.ID, company.HeadcountEntry{On: march1, StaffCount: 1}), rbac.ErrForbidden)
	other := w.as(t, w.Actor(t, w.Company(t, "330784105"), "safety"))
	require.ErrorIs(t, w.s.RecordHeadcount(other, f.ID, company.HeadcountEntry{On: march1, StaffCount: 1}), rbac.ErrNotFound)
	_, err = w.s.Figures(other, f.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)

	// What the profile says goes to the same books.
	require.NoError(t, w.s.Describe(own, f.ID, company.Profile{Tags: []string{}, StaffCount: of[int32](110), RevenueFen: of(int64(1900 * 1_000_000))}))
	figures, err = w.s.Figures(own, f.ID)
	require.NoError(t, err)
	require.Equal(t, int32(110), figures.Headcounts[0].StaffCount)
	require.Equal(t, int32(320), *figures.Years[0].StaffCount, "the head-count of the year stays")
	require.Equal(t, int64(1900*1_000_000), int64(*figures.Years[0].RevenueFen))
}

func TestRegulatorDecidesScale(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.old(t, "330784105")
	own, county, town := w.as(t, w.Actor(t, f, "safety")), w.as(t, w.Regulator(t, "county", "330784")), w.as(t, w.Regulator(t, "town", "330784105"))
	require.NoError(t, w.s.DecideScale(county, f.ID, company.ScaleDecision{Decision: "yes", Reason: "统计局名录"}))
	require.ErrorIs(t, w.s.DecideScale(county, f.ID, company.ScaleDecision{Decision: "yes", Reason: "统计局名录"}), company.ErrNothing)
	require.ErrorIs(t, w.s.DecideScale(own, f.ID, company.ScaleDecision{Decision: "no", Reason: "不想"}), rbac.ErrForbidden)
	require.ErrorIs(t, w.s.DecideScale(town, f.ID, company.ScaleDecision{Decision: "no", Reason: "不想"}), rbac.ErrForbidden)
	require.NoError(t, w.s.Describe(own, f.ID, company.Profile{Tags: []string{}, RevenueFen: of(int64(1))}))
	c, _, err := w.s.Read(own, f.ID)
	require.NoError(t, err)
	require.True(t, c.AboveScale, "the decision outlives new figures")
	require.NoError(t, w.s.DecideScale(county, f.ID, company.ScaleDecision{Decision: "computed", Reason: "按营收"}))
	c, _, err = w.s.Read(own, f.ID)
	require.NoError(t, err)
	require.False(t, c.AboveScale)
	require.Equal(t, "按营收", w.history(t, own, f.ID)[0].Reason)
	require.NoError(t, w.s.DecideScale(county, f.ID, company.ScaleDecision{Decision: "no", Reason: "现场核实"}))
	require.Equal(t, "现场核实", w.history(t, own, f.ID)[0].Reason, "a decision that agrees with the figures is on record too")
}

func TestMove(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.old(t, "330784105")
	own, county := w.as(t, w.Actor(t, f, "safety")), w.as(t, w.Regulator(t, "county", "330784"))
	from, to := w.as(t, w.Regulator(t, "town", "330784105")), w.as(t, w.Regulator(t, "town", "330784106"))
	order := company.MoveOrder{Division: "330784106", Line: 1, Reason: "搬迁至芝英镇"}
	require.ErrorIs(t, w.s.Move(from, f.ID, order), company.ErrOutside, "a town does not put a firm into another")
	require.ErrorIs(t, w.s.Move(to, f.ID, order), rbac.ErrNotFound, "nor take one")
	require.ErrorIs(t, w.s.Move(own, f.ID, order), rbac.ErrForbidden)
	require.ErrorIs(t, w.s.Move(county, f.ID, company.MoveOrder{Division: "330784105", Reason: "原地"}), company.ErrNothing)
	require.ErrorIs(t, w.s.Move(county, f.ID, company.MoveOrder{Division: "330784999", Reason: "没有"}), company.ErrDivision)
	require.ErrorIs(t, w.s.Move(county, f.ID, company.MoveOrder{Division: "330784106", Line: 98, Reason: "没有"}), company.ErrLine)

	require.NoError(t, w.s.Move(county, f.ID, order))
	require.ErrorIs(t, w.s.Move(county, f.ID, order), company.ErrMoving)
	v, err := w.s.ReadOn(from, f.ID, day.Date{})
	require.NoError(t, err, "until it is done the company stays")
	require.Equal(t, "330784106", v.Moving.ToRegionPath)
	*w.told = nil
	w.work(t)
	require.Equal(t, []rbac.CompanyID{f.ID}, *w.told)

	_, _, err = w.s.Read(from, f.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	v, err = w.s.ReadOn(to, f.ID, day.Date{})
	require.NoError(t, err)
	require.Nil(t, v.Moving)
	require.Equal(t, "330784106", v.RegionPath)
	require.Equal(t, int16(1), v.OversightLine)
	steps := w.history(t, to, f.ID)
	require.Equal(t, company.FromMove, steps[0].Source)
	require.Equal(t, "搬迁至芝英镇", steps[0].Reason)
	require.Equal(t, "330784105", steps[0].Was.V.Division, "the new area's regulator sees where it came from")
	require.Equal(t, "330784105", w.history(t, own, f.ID)[0].Was.V.Division)

	// Somebody who had read the old place writes a moment later; the row follows.
	w.Exec(t, `INSERT INTO company_contact (company_id, region_path, oversight_line, role, name, phone, from_on, by_name, at) VALUES ($1, '330784105', 0, 'duty', '值班', '13800000000', now(), '', now())`, int64(f.ID))
	w.Set(w.Now().Add(11 * time.Minute))
	w.work(t)
	require.Equal(t, "330784106", testkit.One[string](t, w.W, "SELECT region_path FROM company_contact WHERE company_id = $1", int64(f.ID)))
	require.NoError(t, w.s.Move(county, f.ID, company.MoveOrder{Division: "330784105", Reason: "搬回"}), "and may move again")
}

func TestPapers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var claimed []string
	w.s.Claim = claims(&claimed)
	f := w.old(t, "330784105")
	own, worker := w.as(t, w.Actor(t, f, "safety")), w.as(t, w.Actor(t, f, "worker"))
	other, county := w.as(t, w.Actor(t, w.Company(t, "330784105"), "safety")), w.as(t, w.Regulator(t, "county", "330784"))
	elsewhere := w.as(t, w.Regulator(t, "county", "330783"))
	today := day.In(w.Now(), day.Shanghai)
	e := company.LicenceEntry{Kind: "business", Number: "91330784MAXXXX0152", ValidFrom: today.AddYears(-1), ValidTo: today.AddDays(30), AttachmentIDs: []id.Of[id.Attachment]{7}}
	n, err := w.s.AddLicence(own, f.ID, e)
	require.NoError(t, err)
	require.Equal(t, []string{"company_licence"}, claimed)
	_, err = w.s.AddLicence(other, f.ID, e)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.AddLicence(county, f.ID, e)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.AddLicence(worker, f.ID, e)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	require.ErrorIs(t, w.s.EditLicence(other, n, e), rbac.ErrNotFound)

	c, err := w.s.AddContact(own, f.ID, company.ContactEntry{Role: "duty", Name: "门卫室", Phone: "0579-87120000"})
	require.NoError(t, err)
	for _, ctx := range []context.Context{own, county} {
		p, err := w.s.Papers(ctx, f.ID)
		require.NoError(t, err)
		require.Equal(t, company.Soon, p.Licences[0].State(p.Today))
		require.Equal(t, "0579-87120000", p.Contacts[0].Phone)
	}
	for _, ctx := range []context.Context{other, elsewhere} {
		_, err := w.s.Papers(ctx, f.ID)
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	e.ValidTo = today.AddYears(3)
	require.NoError(t, w.s.EditLicence(own, n, e))
	require.ErrorIs(t, w.s.EndLicence(own, n, company.Ending{On: today.AddYears(-2), Reason: "注销"}), company.ErrDates)
	require.NoError(t, w.s.EndLicence(own, n, company.Ending{On: today, Reason: "注销"}))
	require.ErrorIs(t, w.s.EndLicence(own, n, company.Ending{On: today, Reason: "注销"}), company.ErrEnded)
	require.ErrorIs(t, w.s.EndContact(other, c), rbac.ErrNotFound)
	require.NoError(t, w.s.EndContact(own, c))
	require.ErrorIs(t, w.s.EndContact(own, c), company.ErrEnded)
	p, err := w.s.Papers(own, f.ID)
	require.NoError(t, err)
	require.Equal(t, company.Ended, p.Licences[0].State(p.Today))
}

func TestSitesTheReaderMaySee(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a, b, far := w.Company(t, "330784105"), w.Company(t, "330784106"), w.Company(t, "330783100")
	for n, f := range []testkit.Firm{a, b, far} {
		w.Exec(t, "UPDATE company SET uscc = '91330784MAXXXX0152', site_no = $1 WHERE company_id = $2", n+1, int64(f.ID))
	}
	for name, want := range map[string]struct {
		actor rbac.Actor
		sites int
	}{
		"its own": {w.Actor(t, a, "safety"), 0}, "town": {w.Regulator(t, "town", "330784105"), 0},
		"county": {w.Regulator(t, "county", "330784"), 1}, "city": {w.Regulator(t, "city", "3307"), 2},
	} {
		v, err := w.s.ReadOn(w.as(t, want.actor), a.ID, day.Date{})
		require.NoError(t, err)
		require.Len(t, v.Sites, want.sites, name)
	}
}
