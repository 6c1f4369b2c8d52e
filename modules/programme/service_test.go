package programme_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/fen"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/modules/award"
	"anbiao/modules/division"
	"anbiao/modules/enrolment"
	"anbiao/modules/equipment"
	"anbiao/modules/hazard"
	"anbiao/modules/programme"
	"anbiao/modules/selfreport"
	"anbiao/rbac"
	"anbiao/testkit"
)

// world has companies in two towns of a county and one elsewhere.
type world struct {
	*testkit.W
	s                   *programme.Service
	a, b, c, far        testkit.Firm // a and b in one town, c in another, far in another county
	county, town, other rbac.Actor
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	require.NoError(t, w.Gate.System(t.Context(), "division.load", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) }))
	w.s = &programme.Service{Gate: w.Gate, Sources: programme.Sources{
		Indicators: map[string]programme.Provider{
			"presses":         {Share: equipment.PressesTested(), Waves: equipment.Waves},
			"hazards":         {Share: evidence.Full("hazards", hazard.MetricCurrent)},
			"standardization": {Share: enrolment.Joined(), Targets: func(context.Context, db.Tx, string, int16) (map[string]programme.Aim, error) { return nil, nil }},
		},
		Members: func(scope rbac.Scope, kind, cycle string, from, until day.Date, area string) programme.Query {
			q, args := selfreport.Members(scope, kind == programme.Quarter, cycle, from, until, area)
			return programme.Query{SQL: q, Args: args}
		},
		Ledger: func(from, until day.Date) programme.Query {
			q, args := hazard.Ledger(from, until)
			return programme.Query{SQL: q, Args: args}
		},
		Reports: func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) (out []programme.ReportSum, err error) {
			found, err := selfreport.Sums(ctx, tx, scope, area, width, from, until)
			for _, f := range found {
				out = append(out, programme.ReportSum(f))
			}
			return out, err
		},
		Hazards: func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) (out []programme.HazardSum, err error) {
			found, err := hazard.Sums(ctx, tx, scope, area, width, from, until)
			for _, f := range found {
				out = append(out, programme.HazardSum(f))
			}
			return out, err
		},
		Overdue: func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, on day.Date, limit int) (out []programme.Named, total int64, err error) {
			found, err := hazard.LaggardsIn(ctx, tx, scope, area, on, limit)
			for _, f := range found {
				out, total = append(out, programme.Named{CompanyID: f.CompanyID, Name: f.Name, Count: f.Overdue, Since: f.Since}), f.Total
			}
			return out, total, err
		},
		Levels: func(ctx context.Context, tx db.Tx, area string, revoked bool, term string, before int64, n int) (out []programme.OpenLevel, err error) {
			found, err := award.Page(ctx, tx, area, revoked, term, before, n)
			for _, f := range found {
				out = append(out, programme.OpenLevel{ID: int64(f.ID), CompanyName: f.CompanyName, Level: f.Level})
			}
			return out, err
		},
	}}
	require.NoError(t, w.s.Load(t.Context()))
	require.NoError(t, w.s.Load(t.Context()), "again changes nothing")
	w.a, w.b, w.c, w.far = w.Company(t, "330784105"), w.Company(t, "330784105"), w.Company(t, "330784106"), w.Company(t, "330702001")
	w.Exec(t, "UPDATE company SET industry = CASE WHEN company_id = $1 THEN '3389' ELSE '2110' END, created_at = now() - interval '3 years'", int64(w.a.ID))
	w.county, w.town, w.other = w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784105"), w.Regulator(t, "county", "330702")
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func TestProgramme(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Set(time.Date(2026, 11, 20, 10, 0, 0, 0, day.Shanghai))
	w.fill(t)
	t.Run("programmes", w.programmes)
	t.Run("forms", w.forms)
	t.Run("comparison and bulletin", w.bulletin)
	t.Run("special registers", w.specials)
	t.Run("public page", w.public)
}

// fill gives companies reports of the third quarter, hazards and presses.
func (w *world) fill(t *testing.T) {
	t.Helper()
	q3 := day.Of(2026, 7, 1)
	bound := func(f testkit.Firm, standing string, zero, late bool) *selfreport.Counted {
		return &selfreport.Counted{
			CompanyID: f.ID, Cycle: "HZ-Q", Period: "2026-Q3", PeriodFrom: q3, RegionPath: f.RegionPath, Name: "企业", HighRisk: true, Standing: standing, Zero: zero, Late: late, DueOn: day.Of(2026, 10, 15), CountedAt: w.Now(),
		}
	}
	n := 0
	found := func(f testkit.Firm, level hazard.Level, on, deadline, fixed day.Date) *hazard.Hazard {
		n++
		h := &hazard.Hazard{
			CompanyID: f.ID, RegionPath: f.RegionPath, Number: "H" + string(rune('a'+n)), State: hazard.Graded, Source: hazard.SelfCheck, Level: level, Category: "A01", Cause: 1, FoundAt: on.Midnight(day.Shanghai), FoundOn: on,
			Deadline: deadline, FixedOn: fixed, ChangedAt: w.Now(),
		}
		if !fixed.IsZero() {
			h.CancelledOn, h.State = fixed, hazard.Cancelled
		}
		if level == hazard.Major {
			h.Goal, h.FundsFen = "消除", new(fen.Amount)
			*h.FundsFen = 500_00
		}
		return h
	}
	err := w.Gate.System(t.Context(), "test.fill", func(tx db.Tx, _ rbac.Scope) error {
		for _, row := range []any{
			bound(w.a, "received", false, false), bound(w.b, "submitted", true, true), bound(w.c, "unreported", false, false), bound(w.far, "received", false, false),
			found(w.a, hazard.General, day.Of(2026, 7, 3), day.Of(2026, 7, 20), day.Of(2026, 7, 10)), found(w.a, hazard.Major, day.Of(2026, 8, 3), day.Of(2026, 12, 20), day.Date{}),
			found(w.c, hazard.General, day.Of(2026, 9, 3), day.Of(2026, 10, 3), day.Date{}), found(w.c, hazard.General, day.Of(2026, 9, 4), day.Of(2026, 10, 20), day.Of(2026, 10, 18)),
			found(w.far, hazard.General, day.Of(2026, 9, 3), day.Of(2026, 10, 3), day.Date{}),
		} {
			if err := tx.WithContext(t.Context()).Create(row).Error; err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	for _, f := range []testkit.Firm{w.a, w.b, w.c, w.far} {
		w.Exec(t, `INSERT INTO equipment_press (company_id, region_path, oversight_line, presses, tested, guarded, failed, mended, next_on, counted_at) SELECT company_id, region_path, oversight_line, 2,
			CASE WHEN company_id = $1 THEN 2 ELSE 1 END, 0, 0, 0, date '2027-01-01', now() FROM company WHERE company_id = $2`, int64(w.a.ID), int64(f.ID))
	}
}

func (w *world) programmes(t *testing.T) {
	all, err := w.s.Programmes(as(t, w.county), "", 0)
	require.NoError(t, err)
	require.Len(t, all, 4, "those of the city's plan")
	_, err = w.s.Programmes(as(t, w.Actor(t, w.a, "principal")), "", 0)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	presses := all[3].Programme
	require.EqualValues(t, 3, all[3].Total.Den)
	require.EqualValues(t, 1, all[3].Total.Num)
	require.EqualValues(t, 2014, all[3].Total.Target.Year, "the last target still holds")
	require.False(t, all[3].Total.Met(presses.Measure))

	_, err = w.s.Aim(as(t, w.county), presses.ID, programme.Aiming{Area: "330784105", Year: 2026, Value: 12_000})
	require.ErrorIs(t, err, programme.ErrTarget)
	_, err = w.s.Aim(as(t, w.other), presses.ID, programme.Aiming{Area: "330784105", Year: 2026, Value: 5000})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Aim(as(t, w.county), all[0].Programme.ID, programme.Aiming{Area: "330784", Year: 2026, Value: 5})
	require.ErrorIs(t, err, programme.ErrElsewhere)
	for _, v := range []int32{9000, 5000} {
		_, err = w.s.Aim(as(t, w.county), presses.ID, programme.Aiming{Area: "330784105", Year: 2026, Value: v, Basis: "年度计划"})
		require.NoError(t, err)
	}
	_, err = w.s.Time(as(t, w.county), presses.ID, programme.Timing{Area: "330784105", Year: 2027})
	require.NoError(t, err)
	st, err := w.s.ByID(as(t, w.county), presses.ID, "", 0)
	require.NoError(t, err)
	require.Len(t, st.History, 3, "with those replaced")
	for _, r := range st.Below {
		if r.Path == "330784105" {
			require.EqualValues(t, 2027, r.Wave)
			require.True(t, r.Met(programme.Rate), "one of two is half")
		}
	}
	rows, _, err := w.s.Companies(as(t, w.county), presses.ID, programme.BehindFilter{Query: page.Query{Limit: 20}, Achieved: "no"})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	rows, _, err = w.s.Companies(as(t, w.town), presses.ID, programme.BehindFilter{Query: page.Query{Limit: 20}, Achieved: "all"})
	require.NoError(t, err)
	require.Len(t, rows, 2, "a town sees its own")

	n, err := w.s.Make(as(t, w.county), programme.Making{Area: "330784", Name: "隐患清零", Indicator: "hazards", Measure: "rate", Basis: "县方案"})
	require.NoError(t, err)
	_, err = w.s.ByID(as(t, w.other), n, "", 0)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.End(as(t, w.county), presses.ID)
	require.ErrorIs(t, err, programme.ErrNotOwn)
	_, err = w.s.End(as(t, w.county), n)
	require.NoError(t, err)
	_, err = w.s.End(as(t, w.county), n)
	require.ErrorIs(t, err, programme.ErrEnded)
}

func (w *world) forms(t *testing.T) {
	p, err := w.s.Draw(as(t, w.county), programme.FormQuery{Kind: "quarter", Period: "2026-Q3"})
	require.NoError(t, err)
	total := p.Total()
	require.Equal(t, programme.Figures{
		Companies: 3, Bound: 3, Reported: 2, Zero: 1, Checked: 3, Found: 3, Fixed: 1, MajorFound: 1, PlanCount: 1, PlanGoals: 1, PlanFunds: 1, PlanTime: 1, FundsFen: 500_00, HighBound: 3, HighIn: 2,
	}, total, "one of the general ones was closed in October")
	require.Len(t, p.Industries(), 1, "both are manufacturing")
	town, err := w.s.Draw(as(t, w.town), programme.FormQuery{Kind: "quarter", Period: "2026-Q3"})
	require.NoError(t, err)
	sum := programme.Statistics{}
	for _, l := range p.Areas() {
		sum.Lines = append(sum.Lines, l)
		if l.Area == "330784105" {
			require.Equal(t, town.Total(), l.Figures, "the town's own form says the same")
		}
	}
	require.Equal(t, total, sum.Total(), "the towns add up to the county")
	month, err := w.s.Draw(as(t, w.county), programme.FormQuery{Kind: "month", Period: "2026-10"})
	require.NoError(t, err)
	require.EqualValues(t, 3, month.Total().Companies, "by month it is the register")

	in := programme.Issuing{Kind: "quarter", Period: "2026-Q3", Area: "330784", UnitName: "永康市应急管理局", Head: "王某", FilledBy: "李某", ReviewedBy: "李某", FilledOn: day.Of(2026, 10, 16)}
	_, err = w.s.Issue(as(t, w.county), in)
	require.ErrorIs(t, err, programme.ErrSigner)
	in.ReviewedBy = "张某"
	first, err := w.s.Issue(as(t, w.county), in)
	require.NoError(t, err)
	_, err = w.s.Issue(as(t, w.county), in)
	require.ErrorIs(t, err, programme.ErrReason)
	in.Reason = "更正"
	_, err = w.s.Issue(as(t, w.county), in)
	require.ErrorIs(t, err, programme.ErrSame)
	w.Exec(t, "UPDATE selfreport_bound SET standing = 'received' WHERE company_id = $1", int64(w.c.ID))
	second, err := w.s.Issue(as(t, w.county), in)
	require.NoError(t, err)
	old, err := w.s.FormByID(as(t, w.county), first)
	require.NoError(t, err)
	current, err := w.s.FormByID(as(t, w.town), second)
	require.NoError(t, err, "those inside the area read it")
	require.NotEqual(t, old.SHA256, current.SHA256)
	require.EqualValues(t, 2, current.Version)
	_, err = w.s.FormByID(as(t, w.other), first)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	in.Period = "2026-Q4"
	_, err = w.s.Issue(as(t, w.county), in)
	require.ErrorIs(t, err, programme.ErrPeriod, "it is running")
	for _, asSheet := range []bool{false, true} {
		b, name, err := w.s.PrintForm(as(t, w.county), first, asSheet)
		require.NoError(t, err)
		require.NotEmpty(t, b, name)
	}
}

func (w *world) bulletin(t *testing.T) {
	w.Exec(t, "UPDATE selfreport_bound SET standing = 'unreported' WHERE company_id = $1", int64(w.c.ID))
	c, _, err := w.s.Compare(as(t, w.county), programme.CompareQuery{Month: "2026-10"})
	require.NoError(t, err)
	require.Equal(t, "330784105", c.Rows[0].Path)
	require.Equal(t, 1, c.Rows[0].Rank)
	require.Equal(t, programme.Value{Num: 2, Den: 2, Rank: 1}, c.Rows[0].Values[0], "both reported")
	require.Equal(t, 2, c.Rows[1].Rank)
	require.Equal(t, programme.Value{Num: 1, Den: 2, Rank: 1, WasNum: 0, WasDen: 0}, c.Rows[1].Values[3], "one of two due was mended")
	n, err := w.s.Draft(as(t, w.county), programme.Drafting{Area: "330784", Month: "2026-10"})
	require.NoError(t, err)
	_, err = w.s.Draft(as(t, w.county), programme.Drafting{Area: "330784", Month: "2026-10"})
	require.ErrorIs(t, err, programme.ErrDrafted)
	_, err = w.s.BulletinByID(as(t, w.town), n)
	require.ErrorIs(t, err, rbac.ErrNotFound, "a draft is its authority's")
	_, err = w.s.Word(as(t, w.county), n, programme.Wording{NumberPrefix: "永安委办", Title: "通报", Opening: "按月通报", Demands: "整改"})
	require.NoError(t, err)
	_, err = w.s.Publish(as(t, w.county), n)
	require.NoError(t, err)
	_, err = w.s.Publish(as(t, w.county), n)
	require.ErrorIs(t, err, programme.ErrNotDraft)
	w.Exec(t, "UPDATE selfreport_bound SET standing = 'received' WHERE company_id = $1", int64(w.c.ID))
	b, err := w.s.BulletinByID(as(t, w.town), n)
	require.NoError(t, err)
	require.Equal(t, "永安委办〔2026〕1号", b.Number())
	require.EqualValues(t, 0, b.Content.V.Comparison.Rows[1].Values[0].Num, "frozen")
	require.Len(t, b.Content.V.Overdue, 1)
	require.EqualValues(t, w.c.ID, b.Content.V.Overdue[0].CompanyID)
	content, name, err := w.s.PrintBulletin(as(t, w.town), n)
	require.NoError(t, err)
	require.Equal(t, "通报.docx", name)
	require.NotEmpty(t, content)
}

func (w *world) specials(t *testing.T) {
	w.Exec(t, "UPDATE company SET name = '永康市安屿川五金制品有限公司', name_fold = '永康市安屿川五金制品有限公司', name_bi = $2 WHERE company_id = $1", int64(w.a.ID), grams("永康市安屿川五金制品有限公司"))
	code := testkit.One[string](t, w.W, "UPDATE company SET uscc = '91330784MAXXXX0152' WHERE company_id = $1 RETURNING uscc", int64(w.c.ID))
	rows := func() []sheet.Row {
		return []sheet.Row{
			{Number: 2, Values: map[string]string{"kind": "dust", "name": "某厂", "uscc": code}},
			{Number: 3, Values: map[string]string{"kind": "dust", "name": "永康市安屿川五金厂"}},
			{Number: 4, Values: map[string]string{"kind": "dust", "name": "查无此企业有限公司"}},
			{Number: 5, Values: map[string]string{"kind": "standard", "name": "某厂"}},
		}
	}
	var said []string
	preview := rows()
	load := func(into []sheet.Row, do func(context.Context, db.Tx, rbac.Actor, []sheet.Row) ([]string, error)) {
		require.NoError(t, w.Gate.Runner(t.Context(), "test.import", func(ctx context.Context, tx db.Tx) (err error) {
			said, err = do(sheet.WithSource(ctx, "名单.xlsx"), tx, w.county, into)
			return err
		}))
	}
	load(preview, w.s.CheckSpecials)
	require.Equal(t, []string{"new", "new", "new", ""}, said)
	require.Contains(t, preview[1].Values["match"], "安屿川")
	require.Len(t, preview[3].Faults, 1, "a list of levels needs the level")
	load(rows()[:3], w.s.SaveSpecials)
	load(rows()[:3], w.s.SaveSpecials)
	require.Equal(t, []string{"same", "same", "same"}, said, "saving twice changes nothing")

	list := func(a rbac.Actor, state string) []programme.Entry {
		found, _, _, err := w.s.Specials(as(t, a), programme.SpecialFilter{Query: page.Query{Limit: 20}, State: state})
		require.NoError(t, err)
		return found
	}
	require.Len(t, list(w.county, ""), 3)
	require.Equal(t, "名单.xlsx", list(w.county, "")[0].SourceFile)
	require.Empty(t, list(w.town, ""), "not confirmed yet")
	require.Empty(t, list(w.other, ""))
	one := list(w.county, programme.Candidates)[0]
	_, err := w.s.Match(as(t, w.county), one.ID, w.far.ID)
	require.ErrorIs(t, err, programme.ErrCompany)
	_, err = w.s.Match(as(t, w.other), one.ID, w.far.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Match(as(t, w.county), one.ID, w.a.ID)
	require.NoError(t, err)
	_, err = w.s.Refuse(as(t, w.county), one.ID, w.a.ID)
	require.ErrorIs(t, err, programme.ErrNotOpen)
	require.Len(t, list(w.town, ""), 1)
	flags := map[rbac.CompanyID][]string{}
	require.NoError(t, w.Gate.Read(as(t, w.county), programme.ActionSpecial, func(tx db.Tx, _ rbac.Scope) (err error) {
		flags, err = programme.Flags(t.Context(), tx, []rbac.CompanyID{w.a.ID, w.b.ID, w.c.ID})
		return err
	}))
	require.Equal(t, map[rbac.CompanyID][]string{w.a.ID: {"dust"}, w.c.ID: {"dust"}}, flags)

	w.Exec(t, "UPDATE company SET name = '查无此企业有限公司', name_fold = '查无此企业有限公司', name_bi = $2 WHERE company_id = $1", int64(w.b.ID), grams("查无此企业有限公司"))
	again, err := w.s.Again(as(t, w.county))
	require.NoError(t, err)
	require.Equal(t, 1, again, "it was kept for later")
	late := list(w.county, programme.Candidates)[0]
	_, err = w.s.Refuse(as(t, w.county), late.ID, w.b.ID)
	require.NoError(t, err)
	again, err = w.s.Again(as(t, w.county))
	require.NoError(t, err)
	require.Zero(t, again, "what people refused is not offered again")
	_, err = w.s.Strike(as(t, w.county), one.ID, "已关停")
	require.NoError(t, err)
	require.Len(t, list(w.county, programme.Ended), 1)
}

func (w *world) public(t *testing.T) {
	p, _, err := w.s.Open(t.Context(), "330784", programme.OpenFilter{Query: page.Query{Limit: 20}, What: "levels", Name: "安屿川"})
	require.NoError(t, err)
	require.NotEmpty(t, p.AreaName)
	require.Empty(t, p.Levels)
	_, _, err = w.s.Open(t.Context(), "330784", programme.OpenFilter{Query: page.Query{Limit: 20, Cursor: "x"}, What: "levels"})
	require.ErrorIs(t, err, page.ErrCursor)
	w.Gate.Heed(func(a rbac.Action, area string, _ bool, _ time.Time) bool {
		return a == programme.ActionPublic && area == "330784"
	})
	defer w.Gate.Heed(nil)
	_, _, err = w.s.Open(t.Context(), "330784", programme.OpenFilter{Query: page.Query{Limit: 20}, What: "levels"})
	require.ErrorIs(t, err, rbac.ErrOff)
	_, _, err = w.s.Open(t.Context(), "330783", programme.OpenFilter{Query: page.Query{Limit: 20}, What: "levels"})
	require.NoError(t, err)
}

// grams are the bigrams of a name as the register keeps them.
func grams(name string) []int32 { return search.Bigrams(name) }
