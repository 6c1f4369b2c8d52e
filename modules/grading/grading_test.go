package grading

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

func on(s string) day.Date {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// actors of the table; the county organizes, the city awards.
var (
	principal = rbac.Actor{Kind: rbac.Company, CompanyID: 1, Name: "企业"}
	stranger  = rbac.Actor{Kind: rbac.Company, CompanyID: 2, Name: "他企"}
	town      = rbac.Actor{Kind: rbac.Regulator, Areas: []string{"330784105"}}
	county    = rbac.Actor{Kind: rbac.Regulator, Areas: []string{"330784"}, OrganisationID: 20}
	apart     = rbac.Actor{Kind: rbac.Regulator, Areas: []string{"330783"}}
	city      = rbac.Actor{Kind: rbac.Regulator, Areas: []string{"3307"}, OrganisationID: 30}
	province  = rbac.Actor{Kind: rbac.Regulator, Areas: []string{"33"}}
	reviewer  = rbac.Actor{Kind: rbac.Agency, OrganisationID: 40}
	rival     = rbac.Actor{Kind: rbac.Agency, OrganisationID: 41}
	clock     = rbac.Actor{Kind: rbac.System, System: "grading.scan"}
	platform  = rbac.Actor{Kind: rbac.Platform}
)

var everybody = map[string]rbac.Actor{
	"company": principal, "another company": stranger, "town": town, "county": county, "another county": apart, "city": city, "province": province, "agency": reviewer, "another agency": rival,
	"clock": clock, "platform": platform,
}

// in is an application in a state, with whatever the deeds of that state need.
func in(s State, by rbac.Actor) *file {
	agency, review := id.Of[id.Organisation](40), id.Of[id.Evaluation](7)
	a := Application{
		ID: 5, CompanyID: 1, RegionPath: "330784105", Profile: "county_demo", ProfileVersion: "2026.1", Level: "3", OrganizerLevel: County, AuthorityLevel: City, State: s, SinceOn: on("2026-03-02"),
		SignedOn: on("2026-03-02"), Conditions: db.JSON[[]Condition]{V: []Condition{{Code: "majors", Standing: Met}}}, SubmittedOn: on("2026-03-02"), ReceivedOn: on("2026-03-02"),
		AcceptedOn: on("2026-03-02"), EndorsedOn: on("2026-03-02"), ConfirmedOn: on("2026-03-02"), ReviewOrganisationID: &agency, SiteFrom: on("2026-03-02"), SiteUntil: on("2026-03-20"), ReviewID: &review,
		SiteReportedOn: on("2026-03-02"), RectifiedOn: on("2026-03-02"), PublicFrom: on("2026-02-01"), PublicUntil: on("2026-03-01"), Objections: 1, ReviewScore: -1,
	}
	if s == Accepted {
		a.EndorsedOn = day.Date{}
	}
	f := &file{Application: a, by: by, now: time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC), cal: calendar.China()}
	f.clock()
	return f
}

var (
	paper = Paper{Note: "说明", Files: Files{1}}
	good  = Evaluation{ID: 3, CompanyID: 1, RubricID: 9, FinishedOn: on("2026-01-10"), PublishedFrom: on("2026-01-12"), Score: 8200, Level: "3"}
	sworn = []Member{{ID: 1, Name: "组长", Leads: true, DeclaredOn: on("2026-03-02")}}
)

// deeds are all events with what makes them succeed in the state they belong to.
var deeds = map[Event]func(*file) error{
	Prepare:        func(f *file) error { return f.prepare(f.Conditions.V, Statements{}) },
	Sign:           func(f *file) error { return f.sign(Signing{1}) },
	Submit:         func(f *file) error { return f.submit(paper, f.Conditions.V, good, false) },
	Resubmit:       func(f *file) error { return f.resubmit(paper) },
	Withdraw:       func(f *file) error { return f.withdraw(paper) },
	AskCorrection:  func(f *file) error { return f.askCorrection(Missing{List: []string{"营业执照"}}) },
	Accept:         func(f *file) error { return f.accept(paper) },
	AcceptSilently: func(f *file) error { f.DueOn = on("2026-03-02"); return f.acceptSilently() },
	Endorse:        func(f *file) error { return f.endorse(Opinion{Opinion: "符合"}) },
	Confirm:        func(f *file) error { f.EndorsedOn = on("2026-03-02"); return f.confirm(paper) },
	Reject:         func(f *file) error { f.EndorsedOn = on("2026-03-02"); return f.reject(paper) },
	Assign: func(f *file) error {
		return f.assign(Sending{Agency: 40, From: on("2026-03-04"), Until: on("2026-03-10"), Team: []Delegate{{"组长", true}}}, Agency{ID: 40, Name: "评审"})
	},
	Declare:    func(f *file) error { return f.declare(&Member{}, Declaration{}) },
	OpenReview: func(f *file) error { f.ReviewID = nil; return f.openReview(sworn) },
	Report: func(f *file) error {
		return f.report(Conclusion{Passed: true, Conclusion: "达到", Files: Files{1}, Issues: []Found{{What: "缺"}}}, sworn, good)
	},
	Mend:         func(f *file) error { return f.mend(&Issue{}, Mending{Measure: "已改", Files: Files{1}}) },
	AskExtension: func(f *file) error { return f.askExtension(Longer{Days: 10, Reason: "采购"}) },
	GrantExtension: func(f *file) error {
		f.ExtensionAskedOn, f.ExtensionDays = f.today(), 10
		return f.answerExtension(Answer{true, "同意"})
	},
	RefuseExtension: func(f *file) error {
		f.ExtensionAskedOn, f.ExtensionDays = f.today(), 10
		return f.answerExtension(Answer{false, "不同意"})
	},
	AskCheck:  func(f *file) error { return f.askCheck(paper, nil) },
	Lapse:     func(f *file) error { f.DueOn = on("2026-03-02"); return f.lapse("逾期") },
	PassCheck: func(f *file) error { return f.check(Check{Opinion: "合格"}, nil) },
	FailCheck: func(f *file) error {
		return f.check(Check{Opinion: "不合格", Issues: []Passed{{Issue: 1}}}, []*Issue{{ID: 1}})
	},
	List:      func(f *file) error { return f.list(paper) },
	Publicize: func(f *file) error { return f.publicize(Notice{Medium: "门户网站"}) },
	Object:    func(f *file) error { f.PublicUntil = on("2026-03-10"); return f.object() },
	Verify:    func(f *file) error { f.ObjectionsOpen = 1; return f.verify(&Protest{}, Verdict{Finding: "不实"}) },
	Announce:  func(f *file) error { return f.announce(Award{NoticeNo: "1号"}) },
	Fail:      func(f *file) error { f.ObjectionsUpheld = 1; return f.fail(Reason{Reason: "属实"}) },
	Terminate: func(f *file) error { return f.terminate(Reason{Reason: "伪造"}) },
	Escalate:  func(f *file) error { f.DueOn = on("2026-03-02"); return f.escalate() },
}

// allowed is the table of the measures: event, states it may start in, who may bring it about, where it leads; written
// out apart from the rules it proves.
const allowed = `
prepare          | draft                                   | company        | draft
sign             | draft                                   | company        | draft
submit           | draft                                   | company        | submitted
resubmit         | correction                              | company        | submitted
withdraw         | draft submitted correction accepted     | company        | withdrawn
ask_correction   | submitted                               | county         | correction
accept           | submitted                               | county         | accepted
accept_silently  | submitted                               | clock          | accepted
endorse          | accepted                                | county         | accepted
confirm          | accepted                                | city           | confirmed
reject           | accepted                                | city           | rejected
assign           | confirmed                               | county city    | confirmed
declare          | confirmed                               | agency         | confirmed
open_review      | confirmed                               | agency         | -
report           | confirmed                               | agency         | rectifying
mend             | rectifying                              | company        | rectifying
ask_extension    | rectifying                              | company        | rectifying
grant_extension  | rectifying                              | county city    | rectifying
refuse_extension | rectifying                              | county city    | rectifying
ask_check        | rectifying                              | company        | rectify_check
lapse            | rectifying                              | clock          | not_passed
pass_check       | rectify_check                           | agency         | listed
fail_check       | rectify_check                           | agency         | not_passed
list             | site_reported                           | city           | listed
publicize        | listed                                  | city           | publicity
object           | publicity objection                     | clock          | objection
verify           | objection                               | city           | objection
announce         | publicity objection                     | city           | granted
fail             | objection                               | city           | not_passed
terminate        | submitted correction accepted confirmed site_reported rectifying rectify_check listed publicity objection | county city | terminated_false
escalate         | submitted accepted confirmed site_reported rectify_check listed publicity objection | clock | =
`

// TestEveryStep tries every event in every state by everybody: what the table does not allow is refused, as somebody
// else's business or as not the time for it.
func TestEveryStep(t *testing.T) {
	t.Parallel()
	seen := map[Event]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(allowed), "\n") {
		cells := strings.Split(line, "|")
		e, states, actors, to := Event(strings.TrimSpace(cells[0])), strings.Fields(cells[1]), strings.Fields(cells[2]), strings.TrimSpace(cells[3])
		seen[e] = true
		for _, s := range States {
			for name, by := range everybody {
				where := fmt.Sprintf("%s in %s by %s", e, s, name)
				f := in(s, by)
				was := f.Application
				err := deeds[e](f)
				switch mine, now := slices.Contains(actors, name), slices.Contains(states, string(s)); {
				case !mine:
					require.ErrorIs(t, err, ErrSide, where)
				case !now && e == Escalate: // nothing runs that could be late, or it is over
					require.Error(t, err, where)
				case !now:
					require.ErrorIs(t, err, ErrNow[s], where)
				default:
					require.NoError(t, err, where)
					want := State(to)
					if to == "=" {
						want = s
					}
					if to != "-" { // the step is noted once the evaluation is open
						require.Equal(t, want, f.State, where)
						require.NotEmpty(t, f.added, where)
						require.Equal(t, was.State, f.added[0].FromState, where)
					}
					require.Equal(t, f.State.Over(), !f.EndedOn.IsZero(), where)
				}
				if err != nil {
					require.Empty(t, f.added, where+": nothing is noted of what was refused")
					require.Equal(t, s, f.State, where)
				}
			}
		}
	}
	for e := range rules {
		require.True(t, seen[e] || e == HandOver, "%s is in the table", e)
	}
}

// TestSinceWhen: the refusal says what state it found, since when, and no name.
func TestSinceWhen(t *testing.T) {
	t.Parallel()
	err := in(Withdrawn, county).accept(paper)
	require.ErrorIs(t, err, ErrNow[Withdrawn])
	f, ok := errors.AsType[*fault.Error](err)
	require.True(t, ok)
	require.Equal(t, fault.Params{"since": "2026-03-02"}, f.Params)
}

func TestTimeLimits(t *testing.T) {
	t.Parallel()
	at := func(s State, by rbac.Actor, today string) *file {
		f := in(s, by)
		f.now = on(today).Midnight(day.Shanghai).Add(10 * time.Hour)
		return f
	}
	for _, c := range []struct {
		name      string
		state     State
		by        rbac.Actor
		e         Event
		day, due  string
		want      error
		prepareIt func(*file)
	}{
		{"five working days for the list", Submitted, county, AskCorrection, "2026-03-09", "2026-03-09", nil, nil},
		{"and not one more", Submitted, county, AskCorrection, "2026-03-10", "2026-03-09", ErrTooLate, nil},
		{"a second list", Submitted, county, AskCorrection, "2026-03-04", "2026-03-09", ErrOnce, func(f *file) { f.Corrected = true }},
		{"no silence before its time", Submitted, clock, AcceptSilently, "2026-03-09", "2026-03-09", ErrTooEarly, nil},
		{"silence", Submitted, clock, AcceptSilently, "2026-03-10", "2026-03-09", nil, nil},
		{"the authority waits for the organizer", Accepted, city, Confirm, "2026-03-04", "2026-03-16", ErrNotEndorsed, nil},
		{"twenty working days to mend", Rectifying, principal, AskCheck, "2026-03-30", "2026-03-30", nil, nil},
		{"late is failed", Rectifying, principal, AskCheck, "2026-03-31", "2026-03-30", ErrTooLate, nil},
		{"late mending", Rectifying, principal, Mend, "2026-03-31", "2026-03-30", ErrTooLate, nil},
		{"more time only before it ends", Rectifying, principal, AskExtension, "2026-03-31", "2026-03-30", ErrTooLate, nil},
		{"more time once", Rectifying, principal, AskExtension, "2026-03-30", "2026-03-30", ErrOnce, func(f *file) { f.ExtensionDays = 3 }},
		{"it holds", Rectifying, principal, AskCheck, "2026-04-14", "2026-04-14", nil, func(f *file) { f.Extensions, f.ExtensionDays = 1, 10 }}, // Qingming between
		{"no lapse on the day", Rectifying, clock, Lapse, "2026-03-30", "2026-03-30", ErrTooEarly, nil},
		{"lapse", Rectifying, clock, Lapse, "2026-03-31", "2026-03-30", nil, nil},
		{"no lapse while a request is open", Rectifying, clock, Lapse, "2026-03-31", "2026-03-30", ErrTooEarly, func(f *file) { f.ExtensionAskedOn = on("2026-03-30") }},
		{"no announcement while it is public", Publicity, city, Announce, "2026-03-01", "", ErrTooEarly, nil},
		{"nor with an open objection", Objection, city, Announce, "2026-03-04", "", ErrObjections, func(f *file) { f.ObjectionsOpen = 1 }},
		{"nor with one that was upheld", Objection, city, Announce, "2026-03-04", "", ErrObjections, func(f *file) { f.ObjectionsUpheld = 1 }},
		{"no objection after its time", Publicity, clock, Object, "2026-03-02", "", ErrTooLate, nil},
		{"the authority does not check before the team is late", RectifyCheck, city, PassCheck, "2026-03-16", "2026-03-16", ErrSide, nil},
		{"but after it", RectifyCheck, city, PassCheck, "2026-03-17", "2026-03-16", nil, nil},
		{"no passing up on the day", Accepted, clock, Escalate, "2026-03-16", "2026-03-16", ErrTooEarly, nil},
		{"passing up", Accepted, clock, Escalate, "2026-03-17", "2026-03-16", nil, nil},
	} {
		f := at(c.state, c.by, c.day)
		if c.prepareIt != nil {
			c.prepareIt(f)
		}
		f.clock()
		if c.due != "" {
			require.Equal(t, on(c.due), f.DueOn, c.name)
		}
		plain := map[Event]func(*file) error{
			AcceptSilently: (*file).acceptSilently, Lapse: func(f *file) error { return f.lapse("") }, Confirm: func(f *file) error { return f.confirm(paper) }, Object: (*file).object,
			Escalate: (*file).escalate,
		}
		do := plain[c.e]
		if do == nil {
			do = deeds[c.e]
		}
		if err := do(f); c.want == nil {
			require.NoError(t, err, c.name)
		} else {
			require.ErrorIs(t, err, c.want, c.name)
		}
	}
}

// TestTermsThatCannotBeCounted: a year without a list of holidays is named, never guessed.
func TestTermsThatCannotBeCounted(t *testing.T) {
	t.Parallel()
	f := in(Draft, principal)
	f.now = time.Date(2026, 12, 30, 4, 0, 0, 0, time.UTC)
	require.NoError(t, f.submit(paper, f.Conditions.V, good, false))
	require.True(t, f.DueOn.IsZero())
	require.EqualValues(t, 2027, f.DueMissing)
	require.False(t, f.Late(on("2027-06-01")))
	f = in(Listed, city)
	f.now = time.Date(2026, 12, 30, 4, 0, 0, 0, time.UTC)
	require.ErrorIs(t, f.publicize(Notice{Medium: "门户网站"}), ErrCalendar)
	require.ErrorIs(t, published(Evaluation{FinishedOn: on("2026-12-01"), PublishedFrom: on("2026-12-25")}, f.Form(), f.cal, on("2026-12-30")), ErrCalendar)
}

// TestSilenceAcceptsOnTheDayOfReceipt and what is late is passed up, where the next level may take it.
func TestSilence(t *testing.T) {
	t.Parallel()
	f := in(Submitted, clock)
	f.now = on("2026-03-17").Midnight(day.Shanghai)
	f.EndorsedOn = day.Date{}
	require.NoError(t, f.acceptSilently())
	require.Equal(t, []any{on("2026-03-02"), on("2026-03-02"), true, on("2026-03-16"), Organizer}, []any{f.AcceptedOn, f.SinceOn, f.Silent, f.DueOn, f.DueSide})
	require.NoError(t, f.escalate())
	require.ErrorIs(t, f.escalate(), ErrOnce)
	require.Equal(t, City, f.EscalatedTo)
	f.by = city
	require.NoError(t, f.endorse(Opinion{Opinion: "由上级审核"}), "the level above takes the step")
	require.Empty(t, f.EscalatedTo)
}
