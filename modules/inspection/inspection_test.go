package inspection

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/rbac"
)

var (
	now   = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)
	today = day.Of(2026, 3, 10)
	home  = rbac.Home{CompanyID: 1, RegionPath: "330784105"}
)

func sent() Submission {
	return Submission{
		ClientID: uuid.New(), StartedOn: today, StartedAt: now.Add(-time.Hour), FinishedAt: now.Add(-30 * time.Minute), PointID: 1, StandardID: 1,
		Answers: []Answer{{Code: "PRS-01", Result: Pass}, {Code: "PRS-02", Result: Fail, Note: "光栅失灵"}, {Code: "PRS-03", Result: NA}},
	}
}

func TestNewCheck(t *testing.T) {
	t.Parallel()
	c, err := newCheck(home, rbac.Actor{Name: "甲", StaffID: 7}, sent(), now)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, []int{c.Passed, c.Failed, c.NotApplicable})
	require.Equal(t, int64(7), *c.StaffID)
	require.Nil(t, c.TaskID)
	x := 120.1
	for name, c := range map[string]struct {
		spoil func(*Submission)
		want  error
	}{
		"no day":                {func(s *Submission) { s.StartedOn = day.Date{} }, ErrStartedOn},
		"another day":           {func(s *Submission) { s.StartedOn = today.AddDays(-1) }, ErrStartedOn},
		"the day after next":    {func(s *Submission) { s.StartedOn, s.StartedAt = today.AddDays(2), now.Add(48*time.Hour) }, ErrStartedOn},
		"long ago":              {func(s *Submission) { s.StartedOn, s.StartedAt = today.AddDays(-61), now.Add(-61*24*time.Hour) }, ErrStartedOn},
		"ends before it starts": {func(s *Submission) { s.FinishedAt = s.StartedAt.Add(-time.Second) }, ErrFinished},
		"takes months":          {func(s *Submission) { s.FinishedAt = s.StartedAt.AddDate(0, 2, 0) }, ErrFinished},
		"half a position":       {func(s *Submission) { s.Longitude = &x }, ErrPosition},
	} {
		s := sent()
		c.spoil(&s)
		_, err := newCheck(home, rbac.Actor{}, s, now)
		require.ErrorIs(t, err, c.want, name)
	}
	// 23:30 UTC is the next day in Shanghai.
	s := sent()
	s.StartedAt = time.Date(2026, 3, 9, 23, 30, 0, 0, time.UTC)
	_, err = newCheck(home, rbac.Actor{}, s, now)
	require.NoError(t, err)
}

func TestHashIgnoresZone(t *testing.T) {
	t.Parallel()
	a := sent()
	b := a
	b.StartedAt = b.StartedAt.In(day.Shanghai)
	require.Equal(t, a.hash(), b.hash())
	b.Answers = []Answer{{Code: "PRS-01", Result: Fail}}
	require.NotEqual(t, a.hash(), b.hash())
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f            Frequency
		d, from, til day.Date
	}{
		{Daily, today, today, today},
		{Weekly, today, day.Of(2026, 3, 9), day.Of(2026, 3, 15)},
		{Weekly, day.Of(2026, 3, 15), day.Of(2026, 3, 9), day.Of(2026, 3, 15)},
		{Weekly, day.Of(2026, 3, 16), day.Of(2026, 3, 16), day.Of(2026, 3, 22)},
		{Monthly, day.Of(2028, 2, 29), day.Of(2028, 2, 1), day.Of(2028, 2, 29)},
		{Monthly, day.Of(2026, 12, 31), day.Of(2026, 12, 1), day.Of(2026, 12, 31)},
	} {
		from, til := c.f.Period(c.d)
		require.Equal(t, c.from, from, "%s %s", c.f, c.d)
		require.Equal(t, c.til, til, "%s %s", c.f, c.d)
	}
}

func TestTaskAndPlanDays(t *testing.T) {
	t.Parallel()
	task, err := newTask(home, TaskForm{DueOn: today}, "甲", now)
	require.NoError(t, err)
	require.Equal(t, today, task.OpensOn)
	for _, f := range []TaskForm{{}, {DueOn: today.AddDays(-1)}, {OpensOn: today.AddDays(2), DueOn: today.AddDays(1)}, {DueOn: today.AddYears(3)}} {
		_, err := newTask(home, f, "甲", now)
		require.ErrorIs(t, err, ErrDays)
	}
	for _, f := range []PlanForm{{StartsOn: today.AddDays(-1)}, {EndsOn: today.AddDays(-1)}} {
		_, err := newPlan(home, f, "甲", now)
		require.ErrorIs(t, err, ErrDays)
	}
	p, err := newPlan(home, PlanForm{Frequency: Weekly, EndsOn: today.AddDays(2)}, "甲", now)
	require.NoError(t, err)
	first, starts := p.first(now)
	require.True(t, starts)
	require.Equal(t, today.AddDays(2), first.DueOn, "the plan ends before the week does")
	require.NoError(t, p.end(today))
	require.ErrorIs(t, p.end(today), ErrPlanEnded)
	later, err := newPlan(home, PlanForm{Frequency: Daily, StartsOn: today.AddDays(5)}, "甲", now)
	require.NoError(t, err)
	_, starts = later.first(now)
	require.False(t, starts)
	require.NoError(t, later.end(today))
	require.True(t, later.EndsOn.Before(later.StartsOn), "it never makes a task")
}
