package city_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/app/city"
	"anbiao/kit/blob"
	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/seal"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/checklist"
	"anbiao/modules/contractor"
	"anbiao/modules/due"
	"anbiao/modules/emergency"
	"anbiao/modules/equipment"
	"anbiao/modules/hazard"
	"anbiao/modules/meeting"
	"anbiao/modules/oversight"
	"anbiao/modules/protection"
	"anbiao/modules/selfreport"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

const password = "anbiao-demo-2026"

// deps wires what the program wires.
func deps(t *testing.T, w *testkit.W) city.Deps {
	t.Helper()
	shelf, err := checklist.OpenShelf()
	require.NoError(t, err)
	files, err := blob.OpenDirectory(t.TempDir())
	require.NoError(t, err)
	board := &oversight.Service{Gate: w.Gate, Sources: oversight.Sources{
		Hazards: func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]oversight.HazardFacts, error) {
			facts, err := hazard.Facts(ctx, tx, ids, today.AddYears(-1), today)
			all := map[rbac.CompanyID]oversight.HazardFacts{}
			for _, f := range facts {
				all[f.CompanyID] = oversight.HazardFacts{Open: int32(f.Open), Overdue: int32(f.Overdue), MajorOpen: int32(f.MajorOpen), MajorDue: int32(f.MajorDue), Recorded: true}
			}
			return all, err
		},
		Reported: func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, _ day.Date) (map[rbac.CompanyID]oversight.ReportFacts, error) {
			facts, err := selfreport.Facts(ctx, tx, ids)
			all := map[rbac.CompanyID]oversight.ReportFacts{}
			for _, f := range facts {
				all[f.CompanyID] = oversight.ReportFacts{LastOn: f.LastSubmittedOn, Missing: int32(f.Missing), Due: f.Due > 0}
			}
			return all, err
		},
		Activated: func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
			var found []rbac.CompanyID
			err := tx.WithContext(ctx).Raw("SELECT DISTINCT m.company_id FROM account_membership m JOIN account_session s ON s.membership_id = m.id WHERE m.company_id IS NOT NULL").Scan(&found).Error
			all := map[rbac.CompanyID]bool{}
			for _, n := range found {
				all[n] = true
			}
			return all, err
		},
	}}
	d := city.Deps{
		Password: password, Box: seal.New(testkit.Secret), Files: files, Shelf: shelf, Refresh: board.Refresh,
		Accident: &accident.Service{Gate: w.Gate}, Emergency: emergency.New(w.Gate), Kit: &protection.Service{Gate: w.Gate, Due: due.PutAt},
		Machines: &equipment.Service{Gate: w.Gate, Due: due.PutAt}, Meeting: &meeting.Service{Gate: w.Gate, Due: due.PutAt}, Parties: &contractor.Service{Gate: w.Gate},
	}
	d.Emergency.Due = due.PutAt
	needs := &register.Needs{People: staff.Called, Units: staff.UnitsCalled, Points: checklist.PointsCalled, Due: due.PutAt}
	for _, r := range slices.Concat(d.Accident.Registers(), d.Emergency.Registers(), d.Kit.Registers(), d.Machines.Registers(), d.Meeting.Registers(), d.Parties.Registers()) {
		r.Use(needs)
	}
	return d
}

var logins = strings.Fields("platform city county town grid reviewer principal safety director leader worker finance service micro other-safety other-county")

func TestDemoCity(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	d := deps(t, w)
	began := time.Now()
	require.NoError(t, city.Demo(t.Context(), w.Gate, d))
	t.Logf("demo city in %.1f s", time.Since(began).Seconds())

	t.Run("every account signs in", func(t *testing.T) {
		accounts := &account.Service{Gate: w.Gate, Seal: d.Box.Field(0)}
		kinds := map[string]rbac.Kind{"platform": rbac.Platform, "reviewer": rbac.Agency, "service": rbac.Service, "city": rbac.Regulator, "county": rbac.Regulator, "town": rbac.Regulator, "grid": rbac.Regulator, "other-county": rbac.Regulator}
		for _, login := range logins {
			o, err := accounts.Login(t.Context(), account.Credentials{Login: login, Password: password}, "test")
			require.NoError(t, err, login)
			a, err := accounts.Authenticate(t.Context(), o.Token)
			require.NoError(t, err, login)
			want := kinds[login]
			if want == "" {
				want = rbac.Company
				require.NotZero(t, a.StaffID, login)
			}
			require.Equal(t, want, a.Kind, login)
			require.NotEmpty(t, w.Gate.Actions(a), login)
			require.Contains(t, city.Accounts(password), "  "+login+" ")
		}
		require.Equal(t, int64(1), testkit.One[int64](t, w, "SELECT count(DISTINCT password_hash) FROM account_person WHERE password_hash <> ''"), "one hash for all")
	})

	t.Run("as many as promised", func(t *testing.T) {
		worked := testkit.One[int64](t, w, "SELECT m.company_id FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.login = 'safety'")
		for q, want := range map[string]int64{
			"SELECT count(*) FROM staff_unit WHERE company_id = %d AND kind = 'workshop'":                                                                            6,
			"SELECT count(*) FROM staff_unit WHERE company_id = %d AND kind = 'team'":                                                                                20,
			"SELECT count(*) FROM staff_post WHERE company_id = %d":                                                                                                  41, // one nobody holds yet
			"SELECT count(DISTINCT a.post_id) FROM staff_assignment a WHERE company_id = %d AND until_on IS NULL":                                                    40,
			"SELECT count(*) FROM staff_person WHERE company_id = %d AND left_on IS NULL":                                                                            120,
			"SELECT count(*) FROM hazard WHERE company_id = %d":                                                                                                      150,
			"SELECT count(*) FROM hazard WHERE company_id = %d AND level = 'major'":                                                                                  2,
			"SELECT count(*) FROM checklist_point WHERE company_id = %d":                                                                                             31, // four presses of a team card among them
			"SELECT count(*) FROM inspection_check WHERE company_id = %d AND version > 1":                                                                            3,
			"SELECT count(*) FROM selfreport WHERE company_id = %d AND cycle = 'HZ-Q' AND submitted_at IS NOT NULL":                                                  3,
			"SELECT count(*) FROM selfreport WHERE company_id = %d AND cycle = 'HZ-Q' AND state = 'open'":                                                            1,
			"SELECT count(*) FROM inspection_check c WHERE company_id = %d AND NOT by_exception AND jsonb_array_length(answers) <> passed + failed + not_applicable": 0,
			"SELECT count(*) FROM inspection_check WHERE company_id = %d AND received_at > now()":                                                                    0,
			"SELECT count(*) FROM hazard_step WHERE company_id = %d AND at > now()":                                                                                  0,
			"SELECT count(*) FROM inspection_task WHERE company_id = %d AND (state = 'done') <> (check_id IS NOT NULL) AND state <> 'missed'":                        0,
			"SELECT count(*) FROM attachment WHERE company_id = %d AND bound_noun IS NULL":                                                                           0,
		} {
			require.Equal(t, want, testkit.One[int64](t, w, fmt.Sprintf(q, worked)), q)
		}
		for q, least := range map[string]int64{
			"SELECT count(*) FROM company WHERE region_path LIKE '330784%'":                                                                 2000,
			"SELECT count(DISTINCT left(region_path, 9)) FROM company WHERE region_path LIKE '330784%'":                                     16,
			"SELECT count(*) FROM company WHERE left(region_path, 6) IN ('330783', '330727')":                                               40,
			fmt.Sprintf("SELECT count(*) FROM inspection_check WHERE company_id = %d", worked):                                              600,
			fmt.Sprintf("SELECT count(*) FROM inspection_task WHERE company_id = %d AND state = 'open' AND due_on >= current_date", worked): 10,
			fmt.Sprintf("SELECT count(DISTINCT state) FROM hazard WHERE company_id = %d", worked):                                           8,
			fmt.Sprintf("SELECT count(*) FROM hazard WHERE company_id = %d AND fixed_on IS NULL AND deadline < current_date", worked):       3,
			fmt.Sprintf("SELECT count(*) FROM certificate WHERE company_id = %d AND next_due_on - current_date BETWEEN 1 AND 60", worked):   4,
			fmt.Sprintf("SELECT count(*) FROM certificate WHERE company_id = %d AND next_due_on < current_date - 1", worked):                1,
			fmt.Sprintf("SELECT count(*) FROM inspection_check WHERE company_id = %d AND by_exception", worked):                             10,
			fmt.Sprintf("SELECT count(*) FROM inspection_check WHERE company_id = %d AND paper", worked):                                    20,
			fmt.Sprintf("SELECT count(*) FROM inspection_check WHERE company_id = %d AND rest_at IS NOT NULL", worked):                      50,
			fmt.Sprintf("SELECT count(*) FROM inspection_check WHERE company_id = %d AND signature_id > 0", worked):                         3,
			"SELECT count(*) FROM hazard":                                           2500,
			"SELECT count(*) FROM account_engagement WHERE until_on > current_date": 3,
			"SELECT count(DISTINCT colour) FROM oversight_board":                    4,
			"SELECT count(*) FROM oversight_board WHERE NOT activated":              300,
			"SELECT count(*) FROM oversight_board WHERE overdue > 0":                100,
			"SELECT count(*) FROM oversight_board WHERE missing > 0":                100,
			"SELECT count(*) FROM company WHERE size_class = 4":                     600,
		} {
			require.GreaterOrEqual(t, testkit.One[int64](t, w, q), least, q)
		}
		require.Equal(t, testkit.One[int64](t, w, "SELECT count(*) FROM company"), testkit.One[int64](t, w, "SELECT sum(companies) FROM oversight_rollup WHERE parent = ''"))
	})

	t.Run("codes hold", func(t *testing.T) { verifyCodes(t, w) })
	t.Run("nobody accepts his own work", func(t *testing.T) {
		require.Zero(t, testkit.One[int64](t, w, `SELECT count(*) FROM hazard_step a JOIN hazard_step f USING (company_id, hazard_id)
			WHERE a.event = 'accept' AND f.event = 'fix' AND (a.staff_id = f.staff_id OR a.staff_id = f.owner_id OR a.person_id = f.person_id)`))
	})
	t.Run("reports agree with the ledger", func(t *testing.T) { verifyReports(t, w) })
	t.Run("photos are there", func(t *testing.T) {
		for _, column := range []string{"original_key", "display_key", "thumb_key"} {
			for _, key := range testkit.One[[]string](t, w, "SELECT array_agg(DISTINCT "+column+") FROM attachment") {
				_, err := d.Files.Stat(t.Context(), key)
				require.NoError(t, err, key)
			}
		}
	})
	t.Run("funds balance", func(t *testing.T) { verifyFunds(t, w) })
	t.Run("again changes nothing", func(t *testing.T) {
		before := fingerprint(t, w)
		require.NoError(t, city.Demo(t.Context(), w.Gate, d))
		require.Equal(t, before, fingerprint(t, w))
	})
	t.Run("the same elsewhere", func(t *testing.T) {
		other := testkit.World(t)
		require.NoError(t, city.Demo(t.Context(), other.Gate, deps(t, other)))
		require.Equal(t, fingerprint(t, w), fingerprint(t, other))
	})
}

func verifyCodes(t *testing.T, w *testkit.W) {
	t.Helper()
	for _, c := range testkit.One[[]string](t, w, "SELECT array_agg(uscc) FROM company") {
		_, err := code.Strict(c)
		require.NoError(t, err, c)
	}
}

// verifyReports holds the frozen statistics against what the ledger's own statistics say.
func verifyReports(t *testing.T, w *testkit.W) {
	t.Helper()
	err := w.Gate.System(t.Context(), "test", func(tx db.Tx, scope rbac.Scope) error {
		var rows []struct {
			CompanyID               rbac.CompanyID
			PeriodFrom, PeriodUntil day.Date
			Content                 string
		}
		require.NoError(t, tx.Raw("SELECT company_id, period_from, period_until, content FROM selfreport WHERE submitted_at IS NOT NULL ORDER BY company_id, id LIMIT 60").Scan(&rows).Error)
		require.NotEmpty(t, rows)
		for _, r := range rows {
			lines, plans, err := hazard.Statistics(t.Context(), tx, scope, r.CompanyID, r.PeriodFrom, r.PeriodUntil)
			require.NoError(t, err)
			var found, fixed int64
			for _, l := range lines {
				found, fixed = found+l.Found, fixed+l.Fixed
				require.Contains(t, r.Content, fmt.Sprintf(`{"level":%q,"category":%q,"found":%d,"fixed":%d,"carried":%d,"cleared":%d,"open":%d,"overdue":%d,`,
					l.Level, l.Category, l.Found, l.Fixed, l.Carried, l.Cleared, l.Open, l.Overdue))
			}
			require.Contains(t, r.Content, fmt.Sprintf(`"plans":{"count":%d,`, plans.Count))
			require.Contains(t, r.Content, fmt.Sprintf(`"zero":%v`, found == 0))
		}
		return nil
	})
	require.NoError(t, err)
}

// fingerprint sums up the content, without what is drawn anew each time: password hash,
// tokens, encrypted columns and the minute of the run.
func fingerprint(t *testing.T, w *testkit.W) string {
	t.Helper()
	var parts []string
	for _, q := range []string{
		"SELECT company_id, region_path, name, uscc, tags, contact_name, contact_phone, staff_count, revenue_fen FROM company",
		"SELECT id, login, phone, name FROM account_person", "SELECT person_id, kind, company_id, organisation_id, staff_id, roles FROM account_membership",
		"SELECT id, name, employee_no, unit_id, joined_on, left_on FROM staff_person", "SELECT * FROM staff_assignment", "SELECT * FROM checklist_point",
		"SELECT id, assignee_id, opens_on, due_on, state, check_id FROM inspection_task", "SELECT id, client_id, started_at, answers FROM inspection_check",
		"SELECT id, number, state, description, deadline, owner_id, found_at, fixed_at FROM hazard", "SELECT hazard_id, n, event, at, actor_name FROM hazard_step",
		"SELECT * FROM hazard_photo", "SELECT company_id, period, state, content_hash FROM selfreport", "SELECT id, staff_id, kind, valid_from, next_due_on FROM certificate",
		"SELECT company_id, colour, score, open, overdue, missing, last_report, activated FROM oversight_board",
	} {
		parts = append(parts, testkit.One[string](t, w, "SELECT md5(string_agg(x::text, '|' ORDER BY x::text)) FROM ("+q+") x"))
	}
	return strings.Join(parts, "\n")
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	done := 0
	require.NoError(t, city.Generate(t.Context(), w.Gate, 5000, 7, func(n int) { done += n }))
	require.Equal(t, 5000, done)
	verifyCodes(t, w)
	for q, want := range map[string]int64{
		"SELECT count(*) FROM company": 5000, "SELECT count(*) FROM oversight_board": 5000, "SELECT count(DISTINCT uscc) FROM company": 5000,
		"SELECT sum(companies)::bigint FROM oversight_rollup WHERE parent = ''":                                          5000,
		"SELECT count(*) FROM company c WHERE NOT EXISTS (SELECT FROM division d WHERE d.path = left(c.region_path, 9))": 0,
		"SELECT count(*) FROM company JOIN oversight_board b USING (company_id, name, region_path, uscc, size_class)":    5000,
	} {
		require.Equal(t, want, testkit.One[int64](t, w, q), q)
	}
	require.Greater(t, testkit.One[int64](t, w, "SELECT count(DISTINCT left(region_path, 2)) FROM company"), int64(25))
	require.NoError(t, city.Generate(t.Context(), w.Gate, 10, 7, func(int) {}), "the same seed again adds others")
	require.Equal(t, int64(5010), testkit.One[int64](t, w, "SELECT count(*) FROM company"))
}

// verifyFunds holds the months of every fund against the journal.
func verifyFunds(t *testing.T, w *testkit.W) {
	t.Helper()
	require.Greater(t, testkit.One[int64](t, w, "SELECT count(DISTINCT company_id) FROM fund_month"), int64(20))
	for _, q := range []string{
		"SELECT count(*) FROM fund_month m WHERE m.closing_fen <> (SELECT sum(e.effect_fen) FROM fund_entry e WHERE e.company_id = m.company_id AND e.month_on <= m.month_on)",
		"SELECT count(*) FROM fund_month m WHERE m.used_expense_fen + m.used_capital_fen <> (SELECT coalesce(sum(e.used_fen), 0) FROM fund_entry e WHERE e.company_id = m.company_id AND e.month_on = m.month_on)",
		"SELECT count(*) FROM fund_month m JOIN fund_month n ON n.company_id = m.company_id AND n.month_on = (m.month_on + interval '1 month')::date WHERE n.opening_fen <> m.closing_fen",
		"SELECT count(*) FROM fund_year y WHERE y.used_fen <> (SELECT coalesce(sum(e.used_fen), 0) FROM fund_entry e WHERE e.company_id = y.company_id AND extract(year FROM e.month_on) = y.year)",
		"SELECT count(*) FROM fund_year y WHERE y.accrued_fen <> (SELECT coalesce(sum(e.effect_fen), 0) FROM fund_entry e WHERE e.company_id = y.company_id AND extract(year FROM e.month_on) = y.year AND e.event IN ('accrual', 'top_up'))",
		"SELECT count(*) FROM fund_expense WHERE tie = '' AND state = 'booked' AND company_id = (SELECT company_id FROM fund_expense GROUP BY company_id ORDER BY count(*) DESC LIMIT 1) AND item IN (1, 2, 5, 6, 8)",
		"SELECT count(*) FROM (SELECT FROM fund_entry GROUP BY company_id, extract(year FROM month_on), voucher_no, line HAVING count(*) > 1) x",
	} {
		require.Zero(t, testkit.One[int64](t, w, q), q)
	}
	require.Positive(t, testkit.One[int64](t, w, "SELECT count(*) FROM fund_statement WHERE state = 'submitted'"))
	require.Positive(t, testkit.One[int64](t, w, "SELECT count(*) FROM fund_year WHERE used_fen * 100 < due_fen * 60 AND year < extract(year FROM now())"))
}
