package hazard

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// TestRandomLives sends hazards through random events by random people, and holds what must
// never happen against every step.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	ends, seen := map[State]int{}, map[Event]int{}
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		l := live(t, rnd)
		for range 60 {
			before, steps := l.f.Hazard, len(l.f.added)
			err := l.random()
			if err != nil {
				e, isFault := errors.AsType[*fault.Error](err)
				require.True(t, isFault, "seed %d: %v", seed, err)
				require.True(t, text.Known(text.Chinese, e.Code) && text.Known(text.English, e.Code), e.Code)
				l.f.Hazard, l.f.added = before, l.f.added[:steps] // its transaction rolls back
				continue
			}
			check(t, seed, l.f, before, steps)
		}
		ends[l.f.State]++
		for _, e := range l.f.added {
			seen[e.Event]++
		}
	}
	for _, s := range []State{Assigned, PlanFiled, Rectifying, ExtensionPending, UnderReview, Cancelled, Voided, Moved} {
		require.NotZero(t, ends[s], "the walk never ended in %s: %v", s, ends)
	}
	for _, e := range []Event{
		Grade, Assign, Start, Fix, Accept, Reject, AskReview, Pass, Fail, Cancel, AskVoid, Void, AskExtension, Extend, Refuse, AskTransfer, Transfer,
		ReportUp, StopWork, FilePlan, SelfEvaluate,
	} {
		require.NotZero(t, seen[e], "the walk never did %s: %v", e, seen)
	}
}

// life is a hazard among people.
type life struct {
	f      *file
	rnd    *rand.Rand
	people []Who
}

func live(t *testing.T, rnd *rand.Rand) *life {
	t.Helper()
	people := []Who{person(1), person(2), person(3), {Kind: rbac.Service, Person: 2, Organisation: 9, Name: "顾问"}, {Kind: rbac.Company, Person: 3, Staff: 777, Name: "再入职"}}
	people[0].Leads, people[3].Leads = true, true
	f := fresh(t, people[rnd.IntN(3)])
	if rnd.IntN(4) == 0 {
		f.Source = ByRegulator
	}
	f.ID = 1
	return &life{f, rnd, people}
}

var officer = Who{Kind: rbac.Regulator, Person: 50, Organisation: 3, Name: "监管"}

var draft = Drafting{
	Elements: Elements{Goals: "消除", Methods: "改造", Funds: "10 万元", Organisation: "设备科", Time: "本月底前", Safety: "停用"},
	Lights:   Lights{true, true, true, true, true}, FinishOn: day.Of(2026, 3, 20),
}

func reviewed(passed bool) Review {
	return Review{Passed: passed, Note: "现场核查", Minutes: "两名执法人员到场核查", Second: Officer{Name: "李四", Number: "33078400002"}, Photos: picture}
}

// anybody takes the hazard into somebody's hands, at times the regulator's.
func (l *life) anybody(authority int) *file {
	if l.rnd.IntN(authority) == 0 {
		return l.f.as(officer)
	}
	return l.f.as(l.people[l.rnd.IntN(len(l.people))])
}

// random is one event, whether the state allows it or not.
func (l *life) random() error {
	level := []Level{General, Major}[min(1, l.rnd.IntN(4)/3)]
	f := l.anybody(1 << 30)
	switch l.rnd.IntN(16) {
	case 0:
		return f.grade(Grading{Level: level, Category: "B02", Reason: "复核"})
	case 1, 2:
		m := member(l.people[l.rnd.IntN(3)])
		a := plan(Who{Staff: m.ID}, level)
		if f.State != Registered && f.State != Graded {
			a.Deadline = day.Date{}
		}
		return f.assign(a, m)
	case 3:
		return f.start("")
	case 4, 5:
		return f.fix(Repair{Note: "已改", Photos: picture, OnTheSpot: l.rnd.IntN(3) == 0, Category: "B02"})
	case 6, 7:
		return f.accept(Verdict{})
	case 8:
		return f.reject(Verdict{Note: "退回"})
	case 9:
		return l.anybody(2).review(reviewed(l.rnd.IntN(2) == 0))
	case 10, 11:
		return l.treatment()
	default:
		return l.asked()
	}
}

// treatment is an event of a major hazard.
func (l *life) treatment() error {
	f := l.anybody(1 << 30)
	switch l.rnd.IntN(5) {
	case 0, 1:
		return f.filePlan(draft)
	case 2:
		return f.evaluate(Evaluation{By: ByExperts, Evaluators: []string{"专家"}, Note: "达到目标", Report: picture})
	case 3:
		return f.askReview("")
	default:
		return l.anybody(2).stop(Order{Area: "喷涂线", Since: f.today()})
	}
}

// asked is an event of what takes two people; a regulator's transaction that is not his by the
// guards of the database is not tried.
func (l *life) asked() error {
	f := l.anybody(1 << 30)
	switch l.rnd.IntN(14) {
	case 0:
		return f.askVoid("误报")
	case 1:
		return f.askTransfer(Handing{To: "市场监管局", Reason: "特种设备监察"})
	case 2, 3, 4:
		return f.askExtension(Extension{Deadline: f.Deadline.AddDays(1 + l.rnd.IntN(20)), Reason: "配件未到", Protection: "停用"}, day.Date{})
	case 5, 6:
		return f.void("属实")
	case 7:
		return l.anybody(2).transfer("同意")
	case 8, 9, 10:
		return l.anybody(2).extend(day.Date{}, "同意")
	default:
		return l.anybody(3).refuse("不同意")
	}
}

// check holds the laws of the ledger against what one event has just done.
func check(t *testing.T, seed uint64, f *file, before Hazard, steps int) {
	t.Helper()
	at := fmt.Sprintf("seed %d step %d", seed, f.Steps)
	require.EqualValues(t, len(f.added), f.Steps, at)
	require.False(t, before.Closed(), "%s: a closed hazard moved", at)
	require.NotEqual(t, Accepted, f.State, "%s: accepted is passed through", at)
	prev := before.State
	for i, e := range f.added[steps:] {
		require.EqualValues(t, steps+i+1, e.N, at)
		require.Equal(t, prev, e.FromState, "%s: a transition was lost", at)
		require.True(t, slices.Contains(from[e.Event], e.FromState), "%s: %s from %s", at, e.Event, e.FromState)
		prev = e.ToState
		if e.Event == Accept || e.Event == SelfEvaluate {
			for _, s := range f.added[:steps+i] {
				mine := s.Event == Fix && (f.by.same(s.PersonID, s.StaffID) || f.by.same(s.OwnerPersonID, s.OwnerID))
				require.False(t, mine, "%s: %s accepted his own work", at, f.by.Name)
			}
		}
	}
	require.Equal(t, prev, f.State, at)
	owned(t, at, f)
	twoPeople(t, at, f, before)
}

// owned: whoever has to fix it is known, and no hazard ends without who may end it.
func owned(t *testing.T, at string, f *file) {
	t.Helper()
	if slices.Contains([]State{Assigned, PlanFiled, Rectifying, ExtensionPending}, f.State) {
		require.True(t, f.OwnerID != nil && !f.Deadline.IsZero(), "%s: without owner or deadline", at)
	}
	if f.State == AwaitingAcceptance {
		require.True(t, f.OwnerID != nil || f.OwnerPersonID != nil, "%s: nobody answers for it", at)
	}
	if f.State == Cancelled && f.NeedsRegulator() {
		require.False(t, f.ReviewedOn.IsZero(), "%s: cancelled without the regulator", at)
		last := f.added[len(f.added)-1]
		require.Equal(t, []any{Pass, string(rbac.Regulator)}, []any{last.Event, last.ActorKind}, at)
	}
	require.False(t, f.State == Voided && f.NeedsRegulator(), "%s: voided without the regulator", at)
	require.Equal(t, f.State == ExtensionPending, f.Asked == AskedExtension, at)
	require.True(t, f.Asked == "" || !f.AskedOn.IsZero(), at)
	require.False(t, f.Closed() && f.Asked != "", "%s: closed with a question open", at)
}

// twoPeople: what takes two was asked by one and granted by another, and only a grant moves the deadline.
func twoPeople(t *testing.T, at string, f *file, before Hazard) {
	t.Helper()
	last := f.added[len(f.added)-1]
	switch last.Event {
	case Void, Transfer, Extend:
		require.False(t, f.by.same(before.AskedPersonID, before.AskedStaffID), "%s: %s answered himself", at, f.by.Name)
		if last.Event != Void {
			require.Equal(t, before.NeedsRegulator(), last.ActorKind == string(rbac.Regulator), at)
		}
		if last.Event == Extend {
			require.False(t, f.by.same(before.OwnerPersonID, before.OwnerID), "%s: who fixes it gave himself time", at)
			require.Equal(t, before.Extensions+1, f.Extensions, at)
			require.True(t, f.Deadline.After(before.Deadline), at)
			return
		}
	default: // takes one
	}
	if !before.Deadline.IsZero() && before.State != Graded && f.State != Graded {
		require.Equal(t, before.Deadline, f.Deadline, "%s: the deadline moved without a grant", at)
	}
}
