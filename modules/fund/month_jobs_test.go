package fund

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/migrations"
	"anbiao/rbac"
	"anbiao/testkit"
)

// closingDay is when the job runner of the test closes October 2026: Beijing is at 02:00 of the fifth.
var closingDay = time.Date(2026, 11, 4, 18, 0, 0, 0, time.UTC)

// A process of its own, that the test kills, closes months: it does what the outbox holds until nothing
// is left, or until it is to hang: inside a batch after so many companies, or after so many batches.
func init() {
	dsn := os.Getenv("FUND_RUNNER_DSN")
	if dsn == "" {
		return
	}
	if err := runner(dsn, os.Getenv("FUND_RUNNER_HANG")); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runner(dsn, hang string) error {
	pools, err := rbac.OpenPools(func(k rbac.Kind) string { return migrations.RoleDSN(dsn, string(k), testkit.Secret) }, 2)
	if err != nil {
		return err
	}
	now := func() time.Time { return closingDay }
	gate, err := rbac.NewGate(pools, now)
	if err != nil {
		return err
	}
	where, at, _ := strings.Cut(hang, ":")
	stop, _ := strconv.Atoi(at)
	touched, done := 0, 0
	s := &Service{
		Gate: gate,
		Tell: func(ctx context.Context, tx db.Tx, n Note) error {
			return tx.WithContext(ctx).Exec("INSERT INTO told (company, code, key, month) VALUES (?, ?, ?, ?)", int64(n.Company), n.Code, n.Key, n.Params["month"]).Error
		},
		Touch: func(_ context.Context, _ db.Tx, companies ...rbac.CompanyID) error {
			if touched += len(companies); where == "inside" && touched >= stop {
				fmt.Println("hangs")
				select {}
			}
			return nil
		},
	}
	r := jobs.NewRegistry()
	s.Jobs(r)
	w := &jobs.Worker{System: gate.Runner, Registry: r, Now: now}
	ctx, end := context.WithCancel(context.Background()) //nolint:forbidigo // a process of its own
	defer end()
	for {
		task, err := nextTask(ctx, gate)
		if err != nil || task[0] == "" {
			return err
		}
		if err := w.Do(ctx, task[0], task[1], []byte(task[2])); err != nil {
			return err
		}
		if done++; where == "between" && done == stop {
			fmt.Println("hangs")
			select {}
		}
	}
}

func nextTask(ctx context.Context, gate *rbac.Gate) (task [3]string, err error) {
	err = gate.Runner(ctx, "test", func(_ context.Context, tx db.Tx) error {
		var rows []struct{ TaskID, Kind, Payload string }
		if err := tx.Raw("SELECT task_id, kind, payload FROM job_outbox WHERE done_at IS NULL AND kind = 'fund.close-months' ORDER BY id LIMIT 1").Scan(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		task = [3]string{rows[0].TaskID, rows[0].Kind, rows[0].Payload}
		return nil
	})
	return task, err
}

// killed starts a runner and kills it where it hangs.
func (w *ledger) killed(t *testing.T, hang string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), "FUND_RUNNER_DSN="+w.DSN, "FUND_RUNNER_HANG="+hang)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "ended before %s", hang)
	require.Equal(t, "hangs", lines.Text())
	require.NoError(t, c.Process.Kill())
	require.Error(t, c.Wait())
}

// city makes companies that keep a fund since September 2026, and enqueues the closing of October.
func (w *ledger) city(t *testing.T, n int) {
	t.Helper()
	w.Exec(t, `CREATE TABLE told (company bigint, code text, key text, month text); GRANT SELECT, INSERT ON told TO anbiao_system`)
	w.Exec(t, `INSERT INTO company (region_path, oversight_line, name) SELECT '330784105', 0, '企业' || i FROM generate_series(1, $1::int) i`, n)
	w.Exec(t, `INSERT INTO fund_profile (company_id, region_path, oversight_line, bound, category, clause, reason, answered_by_name, answered_at, starts_on, opening_fen, cost_account, approve_above_fen, papers_above_fen, auto_close, tax_included, changed_at)
		SELECT company_id, region_path, 0, company_id % 50 <> 7, CASE WHEN company_id % 50 = 7 THEN '' ELSE 'machinery' END, '', '', '', now(), '2026-09-01', 0, '6602', 0, 0, company_id % 50 <> 9, false, now()
		FROM company WHERE name LIKE '企业%'`)
	w.Exec(t, `INSERT INTO fund_year (company_id, region_path, oversight_line, year, first_year, inseparable, suspended, note, opening_fen, due_fen, accrued_fen, used_fen, used_capital_fen, planned_fen, used_items, closed, changed_at)
		SELECT company_id, region_path, 0, 2026, false, false, '{}', '', 0, 0, 0, 0, 0, 0, '{}', 0, now() FROM fund_profile`)
	w.Exec(t, `INSERT INTO fund_line (company_id, region_path, oversight_line, year, name, category, sub, hazards, rules, rate, revenue_fen, source, revisions, files, retired, changed_at)
		SELECT company_id, region_path, 0, 2026, '甲', 'machinery', '', '{}', '', '', CASE WHEN company_id % 50 = 11 THEN NULL ELSE company_id * 1000003 END, '', '[]', '{}', false, now() FROM fund_profile WHERE bound`)
	w.Exec(t, `INSERT INTO fund_entry (company_id, region_path, oversight_line, month_on, booked_on, voucher_no, line, event, round, debit, credit, amount_fen, effect_fen, used_fen, summary, made_by_name, made_at)
		SELECT company_id, region_path, 0, '2026-10-01', '2026-10-03', 1, 1, 'expense', 0, '4301', '1002', 700, -700, 700, '', '', now() FROM fund_profile WHERE company_id % 3 = 0`)
	for _, c := range testkit.All[int64](t, w.W, "SELECT company_id FROM fund_profile WHERE company_id % 50 = 13") {
		w.waiting(t, testkit.Firm{ID: rbac.CompanyID(c), RegionPath: "330784105"}, "2026-10-20")
	}
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		return jobs.Enqueue(ctx, tx, CloseMonths{Month: day.Of(2026, 10, 1)})
	}))
}

// TestMonthOfThousandCompanies closes a month of a thousand companies by processes that are killed
// inside a batch and between two, and looks for a month or an entry too many or too few.
func TestMonthOfThousandCompanies(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-11-05")
	w.city(t, 1000)
	counts := func() []int64 {
		return testkit.All[int64](t, w.W, `SELECT n FROM (VALUES (1, (SELECT count(*) FROM fund_month)), (2, (SELECT count(*) FROM fund_entry WHERE event = 'accrual')), (3, (SELECT count(*) FROM fund_month_step))) v(i, n) ORDER BY i`)
	}
	w.killed(t, "inside:30")
	require.Equal(t, []int64{0, 0, 0}, counts(), "of a batch that was not finished nothing is left")
	w.killed(t, "between:2")
	w.killed(t, "inside:150")
	two := counts()
	require.Positive(t, two[0])
	require.Equal(t, two, counts())
	w.killed(t, "between:3")
	var all [2]*exec.Cmd // two at once: one waits for the other's locks
	for i := range all {
		all[i] = exec.CommandContext(t.Context(), os.Args[0])
		all[i].Env = append(os.Environ(), "FUND_RUNNER_DSN="+w.DSN)
		require.NoError(t, all[i].Start())
	}
	for _, c := range all {
		require.NoError(t, c.Wait())
	}
	w.closedOnce(t)

	// Once more: nothing is left to do, and nothing is told twice by its key.
	before := counts()
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		return jobs.Enqueue(ctx, tx, CloseMonths{Month: day.Of(2026, 10, 1)}, jobs.Key("again"))
	}))
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), "FUND_RUNNER_DSN="+w.DSN)
	require.NoError(t, c.Run())
	require.Equal(t, before, counts())
}

// closedOnce compares every company with what it should have come to, reckoned apart.
func (w *ledger) closedOnce(t *testing.T) {
	t.Helper()
	months := testkit.All[string](t, w.W, `SELECT m.company_id || ' ' || string_agg(extract(month FROM m.month_on) || ':' || m.accrued_fen || ':' || m.closing_fen, ' ' ORDER BY m.month_on) FROM fund_month m GROUP BY m.company_id ORDER BY m.company_id`)
	closed := map[int64]string{}
	for _, row := range months {
		c, rest, _ := strings.Cut(row, " ")
		n, err := strconv.ParseInt(c, 10, 64)
		require.NoError(t, err)
		closed[n] = rest
	}
	for _, c := range testkit.All[int64](t, w.W, "SELECT company_id FROM fund_profile") {
		want := ""
		used := fen.Amount(0)
		if c%3 == 0 {
			used = 700
		}
		switch c % 50 {
		case 9, 11:
		case 7:
			want = "9:0:0 10:0:0"
		default:
			y := wanted(t, 2026, accrual.Line{Category: "machinery", RevenueFen: fen.Amount(c * 1000003)})
			a, b := y.Months[8].AccruedFen, y.Months[9].AccruedFen
			want = fmt.Sprintf("9:%d:%d", a, a)
			if c%50 != 13 {
				want += fmt.Sprintf(" 10:%d:%d", b, a+b-used)
			}
		}
		require.Equal(t, want, closed[c], c)
	}
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM fund_month m WHERE m.closing_fen <> (SELECT coalesce(sum(e.effect_fen), 0) FROM fund_entry e WHERE e.company_id = m.company_id AND e.month_on <= m.month_on)`))
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM fund_month m WHERE (SELECT count(*) FROM fund_month_step s WHERE s.company_id = m.company_id AND s.month_on = m.month_on) <> 1`))
	require.Zero(t, testkit.One[int](t, w.W, `SELECT count(*) FROM fund_year y WHERE y.closed <> (SELECT count(*) FROM fund_month m WHERE m.company_id = y.company_id) OR y.accrued_fen <> (SELECT coalesce(sum(accrued_fen), 0) FROM fund_month m WHERE m.company_id = y.company_id)`))
	require.Equal(t, []string{"fund.note-lacks-revenue 2026-09 20 20", "fund.note-lacks-waiting 2026-10 20 20"},
		testkit.All[string](t, w.W, `SELECT code || ' ' || month || ' ' || count(DISTINCT company) || ' ' || count(*) FROM told GROUP BY code, month ORDER BY 1`))
}

func TestWhenMonthsAreClosed(t *testing.T) {
	t.Parallel()
	for at, want := range map[time.Time]time.Time{
		closingDay.Add(-time.Second): closingDay,
		closingDay:                   time.Date(2026, 12, 4, 18, 0, 0, 0, time.UTC),
		time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC): time.Date(2027, 1, 4, 18, 0, 0, 0, time.UTC),
	} {
		require.Equal(t, want, closingTime(at))
	}
	w := newLedger(t, "2026-10-31")
	w.answer(t, machinery("2026-09", 0))
	w.line(t, 2026, LineForm{Name: "a", Category: "machinery", RevenueFen: yuan(10_000_000)})
	run := func(month day.Date) {
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
			return w.s.closeMonths(ctx, tx, CloseMonths{Month: month})
		}))
	}
	run(day.Of(2026, 10, 1))
	require.EqualValues(t, 0, w.stored(t, 2026).Closed, "not over")
	w.on(t, "2026-11-05")
	run(day.Of(2026, 10, 1))
	require.EqualValues(t, 2, w.stored(t, 2026).Closed)
	_, err := w.s.Reopen(as(t, w.boss), "2026-10", "更正")
	require.NoError(t, err)
	run(day.Of(2026, 10, 1))
	require.EqualValues(t, 1, w.stored(t, 2026).Closed, "who reopened it closes it")
	require.Equal(t, "fund.note-lacks-reopened", w.told[0].Code)
	w.balanced(t)
}
