package jobs_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 8*60*60))
	if err != nil {
		panic(err)
	}
	return t
}

func TestWhenSchedulesFallDue(t *testing.T) {
	t.Parallel()
	six := jobs.DailyAt(6, 0)
	for after, want := range map[string]string{
		"2026-03-31 05:59": "2026-03-31 06:00", "2026-03-31 06:00": "2026-04-01 06:00", "2026-03-31 23:59": "2026-04-01 06:00",
		"2026-03-31 00:00": "2026-03-31 06:00", "2026-12-31 07:00": "2027-01-01 06:00",
	} {
		require.True(t, six(at(after)).Equal(at(want)), after)
	}
	sunday := jobs.WeeklyAt(time.Sunday, 3, 20)
	for after, want := range map[string]string{
		"2026-03-29 03:19": "2026-03-29 03:20", "2026-03-29 03:20": "2026-04-05 03:20", "2026-03-30 12:00": "2026-04-05 03:20", "2026-04-04 23:00": "2026-04-05 03:20",
	} {
		require.True(t, sunday(at(after)).Equal(at(want)), after)
	}
	quarter := jobs.Every(15 * time.Minute)
	require.True(t, quarter(at("2026-03-31 06:00")).Equal(at("2026-03-31 06:15")))
	require.True(t, quarter(at("2026-03-31 06:14")).Equal(at("2026-03-31 06:15")))
}

// daily adds a schedule to b and returns how many jobs it has made.
func daily(t *testing.T, b *bench) func() int {
	t.Helper()
	b.reg.Schedule(jobs.Schedule{Name: "test.daily", Next: jobs.DailyAt(6, 0), Task: func(due time.Time) jobs.Task { return add{due.YearDay()} }})
	return func() int { return b.count(t, "SELECT count(*)::int FROM job_outbox") }
}

func TestScheduleMakesUpForWhatItMissedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := daily(t, b)
	tick := func(now string) {
		b.Set(at(now))
		require.NoError(t, b.worker.Tick(t.Context()))
	}
	tick("2026-03-31 12:00")
	require.Zero(t, made(), "a new schedule waits for its time")
	tick("2026-04-01 05:59")
	require.Zero(t, made())
	tick("2026-04-01 06:00")
	require.Equal(t, 1, made())
	tick("2026-04-01 06:01")
	require.Equal(t, 1, made())
	tick("2026-04-05 09:00") // down over three mornings
	require.Equal(t, 2, made())
	require.Equal(t, 1, b.count(t, "SELECT count(*)::int FROM job_outbox WHERE task_id = 'test.add:test.daily@2026-04-04T22:00:00Z' AND payload = '{\"N\": 94}'"), "for the latest")
	tick("2026-04-05 09:01")
	require.Equal(t, 2, made())
	tick("2026-04-06 06:00")
	require.Equal(t, 3, made())
}

func TestTwoSchedulersMakeOneJob(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := daily(t, b)
	b.Set(at("2026-03-31 12:00"))
	require.NoError(t, b.worker.Tick(t.Context()))
	for _, morning := range []string{"2026-04-01 06:00", "2026-04-02 06:30", "2026-04-03 07:00"} {
		b.Set(at(morning))
		before := made()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				other := jobs.Worker{System: b.System(), Registry: b.reg, Now: b.Now}
				if err := other.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.Equal(t, before+1, made(), morning)
	}
}

// The tick and its job are one transaction: a job that cannot be made is due again.
func TestScheduleThatCannotEnqueueIsDueAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := daily(t, b)
	b.Set(at("2026-03-31 12:00"))
	require.NoError(t, b.worker.Tick(t.Context()))
	b.Set(at("2026-04-01 06:00"))
	b.Exec(t, "ALTER TABLE job_outbox ADD CONSTRAINT full_disk CHECK (kind <> 'test.add') NOT VALID")
	require.ErrorContains(t, b.worker.Tick(t.Context()), "test.daily")
	b.Exec(t, "ALTER TABLE job_outbox DROP CONSTRAINT full_disk")
	require.NoError(t, b.worker.Tick(t.Context()))
	require.Equal(t, 1, made())
}
