package penalty_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/modules/penalty"
	"anbiao/rbac"
	"anbiao/testkit"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                             *penalty.Service
	firm                                          testkit.Firm
	safety, worker, other, county, town, apartOne rbac.Actor
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.s = &penalty.Service{
		Gate:   w.Gate,
		NameOf: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "测试企业", nil },
		Term: func(d day.Date) (penalty.Term, bool) {
			return penalty.Term{LastDay: d.AddYears(3), EarlyOn: d.AddMonths(12).AddDays(1)}, true
		},
	}
	w.firm = w.Company(t, "330784105")
	w.safety, w.worker, w.other = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker"), w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.town, w.apartOne = w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784105"), w.Regulator(t, "county", "330783")
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func (w *world) on(d day.Date) { w.Set(d.Midnight(day.Shanghai).Add(10 * time.Hour)) }

func (w *world) order() penalty.Order {
	return penalty.Order{
		CompanyID: w.firm.ID, Number: "（永）应急罚〔2026〕1号", Body: "永康市应急管理局", Subject: "enterprise", Act: "未采取措施消除事故隐患", Article: "安全生产法第一百零二条",
		Kinds: []string{"fine"}, AmountFen: 3_000_000, DecidedOn: day.Of(2026, 2, 27),
	}
}

func TestPenalty(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Run("a penalty and its repair", w.penalty)
	t.Run("a listing and its removal", w.listing)
	t.Run("Excel", w.roster)
}

func (w *world) penalty(t *testing.T) {
	o := w.order()
	for a, want := range map[*rbac.Actor]error{&w.apartOne: rbac.ErrNotFound, &w.town: rbac.ErrForbidden, &w.safety: rbac.ErrForbidden} {
		_, err := w.s.Register(as(t, *a), o)
		require.ErrorIs(t, err, want)
	}
	later := o
	later.DecidedOn = day.Of(2026, 3, 3)
	_, err := w.s.Register(as(t, w.county), later)
	require.ErrorIs(t, err, penalty.ErrDay)
	n, err := w.s.Register(as(t, w.county), o)
	require.NoError(t, err)
	_, err = w.s.Register(as(t, w.county), o)
	require.ErrorIs(t, err, penalty.ErrNumber)

	one, err := w.s.ByID(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, day.Of(2026, 3, 9), one.PublishDueOn, "seven working days; February 28 is one, to make up for the holidays")
	require.Equal(t, []penalty.Event{penalty.Said}, one.May)
	for _, a := range []rbac.Actor{w.other, w.apartOne} {
		_, err = w.s.ByID(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	_, err = w.s.ByID(as(t, w.worker), n)
	require.ErrorIs(t, err, rbac.ErrForbidden)

	_, err = w.s.Say(as(t, w.safety), n, penalty.Words{Note: "已整改"})
	require.NoError(t, err)
	_, err = w.s.AskRepair(as(t, w.safety), n, penalty.Words{Note: "已整改"})
	require.ErrorIs(t, err, penalty.ErrState, "not public yet")
	_, err = w.s.Publish(as(t, w.county), n, penalty.Announcement{On: day.Of(2026, 3, 2), Medium: "市政府网站"})
	require.NoError(t, err)
	_, err = w.s.AskRepair(as(t, w.safety), n, penalty.Words{Note: "已整改"})
	require.ErrorIs(t, err, penalty.ErrEarly)
	w.on(day.Of(2026, 12, 1))
	_, err = w.s.Pay(as(t, w.county), n, penalty.Dated{On: day.Of(2026, 3, 20)})
	require.NoError(t, err)
	w.on(day.Of(2027, 3, 3))
	_, err = w.s.AskRepair(as(t, w.safety), n, penalty.Words{Note: "已整改"})
	require.NoError(t, err)
	require.NoError(t, w.Gate.Read(as(t, w.county), penalty.ActionList, func(tx db.Tx, scope rbac.Scope) error {
		items, err := penalty.Waiting(t.Context(), tx, scope, 10)
		require.NoError(t, err)
		require.Len(t, items, 1)
		require.Equal(t, "penalty-repair", items[0].Kind)
		return nil
	}))
	_, err = w.s.DecideRepair(as(t, w.county), n, penalty.RepairAnswer{Grant: true, Opinion: "同意"})
	require.NoError(t, err)
	one, err = w.s.ByID(as(t, w.town), n)
	require.NoError(t, err)
	require.Equal(t, "repaired", one.Standing())
	require.Len(t, one.Steps, 6)
	w.on(day.Of(2026, 3, 2))
}

func (w *world) listed(t *testing.T, on day.Date) (yes bool) {
	t.Helper()
	require.NoError(t, w.Gate.Runner(t.Context(), "test.listed", func(ctx context.Context, tx db.Tx) error {
		found, err := penalty.Listed(ctx, tx, []rbac.CompanyID{w.firm.ID}, on)
		yes = found[w.firm.ID]
		return err
	}))
	return yes
}

func (w *world) listing(t *testing.T) {
	notice := penalty.Notice{
		CompanyID: w.firm.ID, Body: "永康市应急管理局", Conditions: []string{"BL-04"}, Facts: "瞒报事故", Subject: "enterprise", NoticeNo: "永应急告〔2026〕1号", NoticedOn: day.Of(2026, 3, 2),
	}
	wrong := notice
	wrong.Conditions = []string{"BL-99"}
	_, err := w.s.Notify(as(t, w.county), wrong)
	require.ErrorIs(t, err, penalty.ErrCondition)
	n, err := w.s.Notify(as(t, w.county), notice)
	require.NoError(t, err)
	_, err = w.s.Notify(as(t, w.county), notice)
	require.ErrorIs(t, err, penalty.ErrOpen)
	verdict := penalty.Verdict{List: true, DecisionNo: "永应急列〔2026〕1号", On: day.Of(2026, 3, 2), Opinion: "列入"}
	_, err = w.s.Decide(as(t, w.county), n, verdict)
	require.ErrorIs(t, err, penalty.ErrStatementOpen)
	_, err = w.s.State(as(t, w.other), n, penalty.Words{Note: "不属实"})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.State(as(t, w.safety), n, penalty.Words{Note: "不属实"})
	require.NoError(t, err)
	_, err = w.s.State(as(t, w.safety), n, penalty.Words{Note: "再说"})
	require.ErrorIs(t, err, penalty.ErrState)
	require.False(t, w.listed(t, day.Of(2026, 3, 2)), "a notice is no listing")
	_, err = w.s.Decide(as(t, w.county), n, verdict)
	require.NoError(t, err)
	_, err = w.s.PublishListing(as(t, w.county), n, penalty.Announcement{On: day.Of(2026, 3, 2), Medium: "网站"})
	require.NoError(t, err)
	require.True(t, w.listed(t, day.Of(2029, 3, 2)), "the last day of three years")
	require.False(t, w.listed(t, day.Of(2029, 3, 3)))
	w.removal(t, n)
}

func (w *world) removal(t *testing.T, n id.Of[penalty.Dishonesty]) {
	_, err := w.s.AskRemoval(as(t, w.safety), n, penalty.Words{Note: "已履行"})
	require.ErrorIs(t, err, penalty.ErrEarly)
	w.on(day.Of(2027, 3, 3))
	_, err = w.s.AskRemoval(as(t, w.safety), n, penalty.Words{Note: "已履行"})
	require.NoError(t, err)
	_, err = w.s.Accept(as(t, w.county), n)
	require.NoError(t, err)
	_, err = w.s.Remove(as(t, w.county), n, penalty.Removal{Remove: true, Opinion: "同意", Needs: []string{"harm_removed"}})
	require.ErrorIs(t, err, penalty.ErrNeeds)
	all := []string{"penalty_duties_done", "harm_removed", "no_new_conduct", "credit_pledge"}
	_, err = w.s.Remove(as(t, w.county), n, penalty.Removal{Remove: true, Opinion: "同意", Needs: all})
	require.NoError(t, err)
	require.False(t, w.listed(t, day.Of(2027, 3, 3)))
	_, err = w.s.Restore(as(t, w.county), n, penalty.Words{Note: "材料虚假"})
	require.NoError(t, err)
	x, err := w.s.ListingByID(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, day.Of(2030, 3, 3), x.LastDay, "the term starts again")
	rows, _, _, err := w.s.Listings(as(t, w.apartOne), penalty.ListFilter{Query: page.Query{Limit: 10}})
	require.NoError(t, err)
	require.Empty(t, rows)
	w.on(day.Of(2026, 3, 2))
}

func (w *world) roster(t *testing.T) {
	row := func(number, kinds, amount string) sheet.Row {
		return sheet.Row{Number: 2, Values: map[string]string{
			"name": w.firm.Name, "number": number, "body": "县局", "act": "未培训", "article": "第九十七条", "kinds": kinds, "amount": amount, "decidedOn": "2026-02-01", "publishedOn": "2026-02-05",
		}}
	}
	rows := []sheet.Row{row("A1", "罚款、警告", "20000.5"), row("A2", "打屁股", ""), row("A1", "", "1"), {Number: 5, Values: map[string]string{"name": "别处", "number": "A3"}}, row("A4", "罚款", "0.125"), row("A5", "罚款", "-1")}
	var verdicts []string
	require.NoError(t, w.Gate.Runner(t.Context(), "test.roster", func(ctx context.Context, tx db.Tx) (err error) {
		verdicts, err = w.s.SaveRoster(ctx, tx, w.county, rows)
		return err
	}))
	require.Equal(t, []string{penalty.RowNew, "", penalty.RowSame, "", "", ""}, verdicts)
	require.Equal(t, "penalty.row-kind", rows[1].Faults[0].Code)
	require.Equal(t, "penalty.row-company", rows[3].Faults[0].Code)
	for _, r := range rows[4:] {
		require.Equal(t, []string{"amount", "penalty.row-amount"}, []string{r.Faults[0].Column, r.Faults[0].Code})
	}
	out, _, err := w.s.ExportPage(as(t, w.county), map[string][]string{"q": {"A1"}}, "", 10)
	require.NoError(t, err)
	require.Len(t, out, 1)
	require.Equal(t, "20000.50", out[0].Values[9])
}
