package fund

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/evidence"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// closedYear has 2025 closed with so much spent in June; today is a day of 2026.
func closedYear(t *testing.T, used fen.Amount) *ledger {
	t.Helper()
	w := newLedger(t, "2026-02-10")
	w.s.Claim = func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil }
	w.answer(t, machinery("2025-01", 0))
	w.line(t, 2025, LineForm{Name: "整机", Category: "machinery", RevenueFen: yuan(10_000_000)})
	if used > 0 {
		w.spend(t, "2025-06-11", used, false)
	}
	for m := 1; m <= 12; m++ {
		w.shut(t, fmt.Sprintf("2025-%02d", m))
	}
	return w
}

func TestYearBelowTheLineIsExplained(t *testing.T) {
	t.Parallel()
	w := closedYear(t, 140_999_99) // due 235,000 yuan, of which 60 % are 141,000
	var items []due.Item
	w.s.Due = func(_ context.Context, _ db.Tx, _ rbac.Home, list []due.Item) error { items = list; return nil }
	r, err := w.s.Report(as(t, w.boss), 0, 2025)
	require.NoError(t, err)
	require.True(t, r.Under())
	require.EqualValues(t, 235_000_00, r.Due())
	require.EqualValues(t, 235_000_00-140_999_99, r.Closing())
	require.Equal(t, []string{"write"}, w.s.May(as(t, w.boss), r)[:1])

	_, err = w.s.Submit(as(t, w.boss), 2025)
	require.ErrorIs(t, err, rbac.ErrNotFound, "nothing was written")
	f := StatementForm{Reasons: "改造推迟", Measures: "本年实施", ReviewedOn: day.Of(2025, 12, 1)}
	_, err = w.s.Write(as(t, w.safety), 2025, f)
	require.ErrorIs(t, err, ErrReviewed, "a review before the year was over")
	f.ReviewedOn = day.Date{}
	_, err = w.s.Write(as(t, w.safety), 2025, f)
	require.NoError(t, err)
	_, err = w.s.Submit(as(t, w.boss), 2025)
	require.ErrorIs(t, err, ErrReviewed)
	county := w.Regulator(t, "county", "330784")
	seen, err := w.s.Report(as(t, county), w.firm.ID, 2025)
	require.NoError(t, err)
	require.Nil(t, seen.Statement, "a draft is the company's")

	f.ReviewedBy, f.ReviewedOn, f.Files = "board", day.Of(2026, 2, 1), []id.Of[id.Attachment]{7}
	_, err = w.s.Write(as(t, w.safety), 2025, f)
	require.NoError(t, err)
	_, err = w.s.Submit(as(t, w.finance), 2025)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Submit(as(t, w.boss), 2025)
	require.NoError(t, err)
	require.Len(t, items, 1)
	require.True(t, items[0].On.IsZero(), "the reminder is settled")
	_, err = w.s.Submit(as(t, w.boss), 2025)
	require.ErrorIs(t, err, ErrState)
	_, err = w.s.Write(as(t, w.safety), 2025, f)
	require.ErrorIs(t, err, ErrState)
	seen, err = w.s.Report(as(t, county), w.firm.ID, 2025)
	require.NoError(t, err)
	require.EqualValues(t, 140_999_99, seen.Statement.UsedFen)
	_, err = w.s.Report(as(t, w.Regulator(t, "county", "330783")), w.firm.ID, 2025)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	require.True(t, seen.Summed, "kinds of use, not the company's expenses")
	require.Empty(t, w.s.May(as(t, county), seen))
	_, err = w.s.Report(as(t, county), 0, 2025)
	require.ErrorIs(t, err, ErrCompanyNeeded)
}

func TestYearAtTheLineNeedsNoStatement(t *testing.T) {
	t.Parallel()
	w := closedYear(t, 141_000_00)
	r, err := w.s.Report(as(t, w.boss), 0, 2025)
	require.NoError(t, err)
	require.False(t, r.Under())
	require.Empty(t, w.s.May(as(t, w.boss), r))
	_, err = w.s.Write(as(t, w.safety), 2025, StatementForm{Reasons: "x"})
	require.ErrorIs(t, err, ErrNotUnder)
}

func TestStatementsAreRemindedOfOnce(t *testing.T) {
	t.Parallel()
	w := closedYear(t, 0)
	found := map[int64]due.Item{}
	w.s.Due = func(_ context.Context, _ db.Tx, _ rbac.Home, list []due.Item) error {
		for _, i := range list {
			found[i.Ref] = i
		}
		return nil
	}
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.Gate.Runner, Registry: r, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), "a", RemindStatements{}.Kind(), []byte(`{"day":"2026-05-04"}`)))
	require.Empty(t, found, "the term is over")
	require.NoError(t, worker.Do(t.Context(), "b", RemindStatements{}.Kind(), []byte(`{"day":"2026-02-09"}`)))
	require.Equal(t, day.Of(2026, 4, 30), found[2025].On)
}

func TestYearIsPrinted(t *testing.T) {
	t.Parallel()
	w := closedYear(t, 50_000_00)
	paper, name, err := w.s.Print(as(t, w.boss), 0, 2025, false)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(paper, []byte("%PDF")))
	require.Contains(t, name, "2025.pdf")
	book, name, err := w.s.Print(as(t, w.boss), 0, 2025, true)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(book, []byte("PK")))
	require.Contains(t, name, "2025.xlsx")
}

func TestAreaSumsAndCompanies(t *testing.T) {
	t.Parallel()
	w := closedYear(t, 100_000_00)
	at := day.Of(2026, 2, 10)
	require.Equal(t, 12, closable(2025, at))
	require.Equal(t, 0, closable(2026, at), "January has until the end of February")
	require.Equal(t, 1, elapsed(2026, at))
	county, other, city := w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783"), w.Regulator(t, "city", "3307")
	sums, err := w.s.Area(as(t, county), AreaQuery{Year: 2025})
	require.NoError(t, err)
	require.EqualValues(t, 1, sums.Total.Bound)
	require.EqualValues(t, 1, sums.Total.Under)
	require.Zero(t, sums.Total.Behind)
	require.EqualValues(t, 235_000_00, sums.Total.DueFen)
	require.EqualValues(t, 135_000_00, sums.Total.BalanceFen)
	require.Equal(t, "330784105", sums.Rows[0].Path)
	wide, err := w.s.Area(as(t, city), AreaQuery{Year: 2025})
	require.NoError(t, err)
	require.Equal(t, "330784", wide.Rows[0].Path)
	empty, err := w.s.Area(as(t, other), AreaQuery{Year: 2025})
	require.NoError(t, err)
	require.Empty(t, empty.Rows)
	_, err = w.s.Area(as(t, other), AreaQuery{Area: "330784", Year: 2025})
	require.ErrorIs(t, err, ErrArea)
	_, err = w.s.Area(as(t, w.boss), AreaQuery{})
	require.ErrorIs(t, err, rbac.ErrForbidden)

	list := func(a rbac.Actor, f FundsFilter) []CompanyFund {
		f.Limit = 20
		rows, _, err := w.s.Funds(as(t, a), f)
		require.NoError(t, err)
		return rows
	}
	only := func(what string) FundsFilter { return FundsFilter{AreaQuery: AreaQuery{Year: 2025}, Only: what} }
	require.Len(t, list(county, only("")), 1)
	require.Len(t, list(county, only("under")), 1)
	require.Empty(t, list(county, only("behind")))
	require.Empty(t, list(county, only("deficit")))
	require.Empty(t, list(other, only("")))
	_, _, err = w.s.Funds(as(t, city), FundsFilter{Query: page.Query{Limit: 5}})
	require.ErrorIs(t, err, ErrWide)
	records, next, err := w.s.FundsPage(as(t, county), map[string][]string{"year": {"2025"}}, "", 10)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Equal(t, "42.5%", records[0].Values[7])
}

func TestFiguresOfTheFund(t *testing.T) {
	t.Parallel()
	w := closedYear(t, 100_000_00)
	w.Exec(t, `INSERT INTO fund_plan (company_id, region_path, oversight_line, year, version, state, items, total_fen, note, made_by_name, made_at, approved_by_name, approved_at)
		VALUES ($1, $2, 0, 2025, 1, 'approved', jsonb_build_array(jsonb_build_object('category', 'machinery', 'item', 6, 'monthsFen', (SELECT jsonb_agg(1000000) FROM generate_series(1, 12))), jsonb_build_object('category', 'machinery', 'item', 5, 'monthsFen', (SELECT jsonb_agg(100) FROM generate_series(1, 12)))), 12001200, '', '', now(), '', now())`, int64(w.firm.ID), w.firm.RegionPath)
	w.Exec(t, `INSERT INTO fund_expense (company_id, region_path, oversight_line, number, year, state, spent_on, month_on, amount_fen, tax_fen, category, item, tag, capital, unit_name, payee, purpose, invoice_no,
		invoice_fold, voucher, tie, tie_title, doubts, doubt_reason, files, imported, made_by_name, made_at, decided_by_name, decision_note, changed_at)
		SELECT $1, $2, 0, 'n' || i, 2025, 'booked', '2025-03-03', '2025-03-01', CASE i WHEN 6 THEN 9600000 ELSE 959 END, 0, 'machinery', i, 'ppe', false, '', '', '', '', '', '', '', '', CASE i WHEN 5 THEN '{超范围}'::text[] ELSE '{}' END, '',
			CASE i WHEN 5 THEN '{}'::bigint[] ELSE '{1}' END, false, '', now(), '', '', now() FROM unnest(ARRAY[5, 6]) i`, int64(w.firm.ID), w.firm.RegionPath)
	got := map[string][2]int64{}
	year := evidence.Period{Key: "2025", From: day.Of(2025, 1, 1), Until: day.Of(2025, 12, 31)}
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		for _, m := range Measured() {
			values, err := m.Batch(ctx, tx, []id.Of[id.Company]{w.firm.ID}, year)
			require.NoError(t, err, m.Key)
			for _, v := range values {
				got[m.Key] = [2]int64{v.Num, v.Den}
			}
			rows, err := m.Rows(ctx, tx, w.firm.ID, year, 0, 50)
			require.NoError(t, err, m.Key)
			counts := int64(0)
			for _, r := range rows {
				if r.Counts {
					counts++
				}
			}
			require.Equal(t, [2]int64{counts, int64(len(rows))}, got[m.Key], m.Key)
		}
		facts, err := Facts(ctx, tx, []rbac.CompanyID{w.firm.ID}, day.Of(2025, 12, 31))
		require.Equal(t, []Fact{{w.firm.ID, 100_000_00, 235_000_00}}, facts)
		return err
	}))
	require.Equal(t, [2]int64{1, 2}, got[Used], "four fifths of one item, a fen less of the other")
	require.Equal(t, [2]int64{1, 2}, got[Proven])
	require.Equal(t, [2]int64{12, 12}, got[MonthsClosed])
	require.Equal(t, [2]int64{1, 1}, got[Planned])
}
