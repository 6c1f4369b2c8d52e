package grading

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/id"
	"anbiao/kit/term"
)

func TestReviewOutcome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		profile, asked, reached string
		take, passed            bool
		issues                  int
		want                    State
		level                   string
	}{
		{"county_demo", "3", "3", false, true, 2, Rectifying, "3"},
		{"county_demo", "3", "2", false, true, 0, SiteReported, "3"},
		{"county_demo", "2", "3", false, true, 0, NotPassed, "2"}, // 83: no level below
		{"county_demo", "3", "3", false, false, 0, NotPassed, "3"},
		{"county_demo", "3", "", false, true, 0, NotPassed, "3"},
		{"measures_84", "2", "3", true, true, 1, Rectifying, "3"}, // 84: the level reached
		{"measures_84", "2", "3", false, true, 1, NotPassed, "2"},
		{"measures_84", "2", "", true, true, 1, NotPassed, "2"},
	} {
		f := in(Confirmed, reviewer)
		f.Profile, f.Level, f.TakeReached = c.profile, c.asked, c.take
		err := f.report(Conclusion{Passed: c.passed, Conclusion: "结论", Files: Files{1}, Issues: make([]Found, c.issues)}, sworn, Evaluation{FinishedOn: on("2026-03-03"), Score: 8000, Level: c.reached})
		require.NoError(t, err)
		require.Equal(t, []any{c.want, c.level}, []any{f.State, f.Level}, "%+v", c)
		require.Equal(t, c.want == NotPassed, f.BarredUntil == on("2027-03-03"), "a full year")
	}
	f := in(Confirmed, reviewer)
	require.ErrorIs(t, f.report(Conclusion{Passed: true}, []Member{{}}, good), ErrUndeclared)
	require.ErrorIs(t, f.report(Conclusion{Passed: true}, []Member{{DeclaredOn: on("2026-03-02"), Conflict: true}}, good), ErrConflicted)
	require.ErrorIs(t, f.report(Conclusion{Passed: true}, sworn, Evaluation{Score: -1}), ErrReview)
	f = in(Publicity, county)
	require.NoError(t, f.terminate(Reason{Reason: "伪造自评"}))
	require.Equal(t, on("2029-03-03"), f.BarredUntil)
}

func TestInterest(t *testing.T) {
	t.Parallel()
	team := []Delegate{{"甲", true}, {"乙", false}}
	for _, c := range []struct {
		name string
		a    Agency
		s    Sending
		org  id.Of[id.Organisation]
		want error
	}{
		{"free", Agency{ID: 40}, Sending{}, 0, nil},
		{"worked there last year", Agency{ID: 40, WorkedOn: on("2025-06-01")}, Sending{}, 0, ErrInterest},
		{"three years ago to the day", Agency{ID: 40, WorkedOn: on("2023-03-03")}, Sending{}, 0, ErrInterest},
		{"longer ago", Agency{ID: 40, WorkedOn: on("2023-03-02")}, Sending{}, 0, nil},
		{"checks for the organizer", Agency{ID: 40}, Sending{}, 40, ErrOrganizes},
		{"unknown", Agency{}, Sending{}, 0, ErrAgency},
		{"yesterday", Agency{ID: 40}, Sending{From: on("2026-03-02"), Until: on("2026-03-05")}, 0, ErrDays},
		{"backwards", Agency{ID: 40}, Sending{From: on("2026-03-09"), Until: on("2026-03-05")}, 0, ErrDays},
		{"two leaders", Agency{ID: 40}, Sending{Team: []Delegate{{"甲", true}, {"乙", true}}}, 0, ErrTeam},
		{"one man twice", Agency{ID: 40}, Sending{Team: []Delegate{{"甲", true}, {" 甲", false}}}, 0, ErrTeam},
	} {
		f := in(Confirmed, city)
		if c.org != 0 {
			f.OrganizerAgencyID = &c.org
		}
		s := c.s
		if s.From.IsZero() {
			s.From, s.Until = on("2026-03-04"), on("2026-03-10")
		}
		if s.Team == nil {
			s.Team = team
		}
		err := f.assign(s, c.a)
		require.True(t, errors.Is(err, c.want), "%s: %v", c.name, err)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	p, today := ProfileFor("330784105"), on("2026-03-03")
	none := judge(p, "3", Facts{}, today)
	require.Equal(t, []string{"licences", "body", "certified", "deaths", "serious", "loss", "effect", "dishonesty", "majors"}, Open(none), "what nothing is known of a person confirms")
	zero, yes := 0, true
	f := Facts{
		Performance: map[int]map[string]int64{12: {"deaths": 0, "serious_injuries": 2, "total_loss_fen": 99_999_999}, 24: {"deaths": 1}}, OpenMajors: &zero, Licences: &Papers{All: 3}, Uncertified: &zero,
		SafetyStaff: &yes, Held: &Held{Level: "2", Since: on("2023-03-03")},
	}
	require.Equal(t, []string{"effect", "dishonesty"}, Open(judge(p, "3", f, today)))
	first := judge(p, "1", f, today)
	require.Equal(t, []string{"effect", "dishonesty", "extraordinary", "major5", "deaths2", "trend"}, Open(first))
	f.Performance[12]["serious_injuries"], f.Performance[12]["total_loss_fen"], f.Held.RevokedOn = 3, 100_000_000, on("2025-03-03")
	require.Equal(t, []string{"serious", "loss", "effect", "dishonesty", "bar"}, Open(judge(p, "3", f, today)))
	f.Held.RevokedOn = on("2025-03-02")
	require.NotContains(t, Open(judge(p, "3", f, today)), "bar", "a full year has passed")
	f.Dishonest = &yes
	require.Contains(t, judge(p, "3", f, today), Condition{Code: "dishonesty", Standing: Unmet, Why: "listed"}, "looked up, not declared")
	f.Dishonest = nil
	x := in(Draft, principal)
	require.NoError(t, x.prepare(judge(p, "3", f, today), Statements{Items: []Statement{{"effect", true, "无"}, {"dishonesty", true, ""}, {"serious", true, "不认同"}}}))
	require.Equal(t, []string{"serious", "loss"}, Open(x.Conditions.V), "the system's finding is not overruled")
	require.ErrorIs(t, x.sign(Signing{1}), ErrConditions)
	require.ErrorIs(t, x.submit(paper, x.Conditions.V, good, false), ErrUnsigned, "what was signed has changed")
}

func TestForms(t *testing.T) {
	t.Parallel()
	for _, p := range Profiles() {
		require.NotEmpty(t, p.Version+p.Clause, p.ID)
		require.Contains(t, newest().Sources, p.Src, p.ID)
		l := p.Limits
		for i, x := range []Limit{l.Publish, l.Correct, l.Confirm, l.Review, l.Rectify, l.Extend, l.Check, l.Publicity} {
			require.Positive(t, x.WorkingDays, limitKeys[i])
			require.Contains(t, newest().Sources, x.Src)
			require.Contains(t, []string{"verified", "memory", "house"}, x.Conf)
		}
		for _, g := range p.Levels {
			require.Contains(t, Ranks, g.Authority)
			require.Contains(t, Ranks, g.Organizer)
		}
		same, ok := ProfileOf(p.ID, p.Version)
		require.True(t, ok)
		require.Equal(t, p, same)
	}
	require.Equal(t, []string{"county_demo", "national_83", "national_83"}, []string{ProfileFor("330784105").ID, ProfileFor("330783").ID, ProfileFor("11").ID})
	for areas, want := range map[string]Rank{"": Nation, "33": Province, "3307": City, "330784": County, "330784105": Town, "3308": ""} {
		require.Equal(t, want, RankOf([]string{areas}, "330784105"), areas)
	}
	lines := Terms()[0].Work(calendar.China(), term.Values{"receivedOn": "2026-03-02", "confirmedOn": "2026-03-16", "reviewedOn": "2026-04-13", "extension": "30", "publicOn": "2026-12-28"})
	got := map[string]string{}
	for _, l := range lines {
		got[l.Key] = l.On.String()
		if l.Missing > 0 {
			got[l.Key] = fmt.Sprint(l.Missing)
		}
	}
	require.Equal(t, map[string]string{"correctBy": "2026-03-09", "confirmBy": "2026-03-16", "reviewBy": "2026-04-14", "rectifyBy": "2026-06-10", "publicUntil": "2027"}, got)
}
