package grading

import (
	"context"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList   rbac.Action = "grading.application.list"
	ActionApply  rbac.Action = "grading.application.apply" // the company's
	ActionSign   rbac.Action = "grading.application.sign"  // the principal's alone
	ActionDecide rbac.Action = "grading.application.decide"
	ActionReview rbac.Action = "grading.review.report" // the review agency's
	ActionPublic rbac.Action = "grading.publicity.read"
	ActionObject rbac.Action = "grading.objection.raise"
)

// Note is a message about an application: to those of its company who hold one of some roles, to the officers of a
// level over its area, or to the people of an organisation.
type Note struct {
	CompanyID     rbac.CompanyID
	ApplicationID id.Of[id.Application]
	Key           string // makes a message unique
	Roles         []string
	RegionPath    string
	Line          int16
	Rank          Rank
	Organisation  id.Of[id.Organisation]
	Code          string
	Params        map[string]string
}

// Granted is what an announcement awards.
type Granted struct {
	CompanyID      rbac.CompanyID
	ApplicationID  id.Of[id.Application]
	Level          string
	LevelName      string
	RubricID       id.Of[id.Rubric]
	EvaluationID   id.Of[id.Evaluation]
	Score          int
	Authority      string
	OrganisationID id.Of[id.Organisation]
	AnnouncedOn    day.Date
	NoticeNo       string
	ReviewUnit     string
	OrganizingUnit string
	Renews         id.Of[id.Award]
	Direct         bool
}

// Renewable says of a level whether it can be renewed, and whether without a site review.
type Renewable struct {
	Level  string
	Open   bool // today lies in the window of renewal
	Direct bool
	Why    []string // codes of the conditions of direct renewal that do not hold
}

// Needs is what this module needs of others, within the caller's transaction; one that is nil is not known yet.
type Needs struct {
	// Card names a company, with its code.
	Card func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (name, code string, err error)
	// Unit names the organisation the actor acts for.
	Unit func(ctx context.Context, tx db.Tx, scope rbac.Scope) (string, error)
	// Facts are what is known for the conditions; performance is asked for the months looked back.
	Facts func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, months []int, today day.Date) (Facts, error)
	// Held is the level a company holds.
	Held func(ctx context.Context, tx db.Tx, company rbac.CompanyID) (Held, error)
	// Dishonest says whether a company is on the list of serious dishonesty on a day.
	Dishonest func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (bool, error)
	// Outcome is how an evaluation stands. Errors: rbac.ErrNotFound.
	Outcome func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation]) (Evaluation, error)
	// Selves are the finished self-evaluations of a company.
	Selves func(ctx context.Context, tx db.Tx, company rbac.CompanyID) ([]Evaluation, error)
	// OpenReview begins the review's own evaluation.
	OpenReview func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, self id.Of[id.Evaluation], title string) (id.Of[id.Evaluation], error)
	// Direct says whether a level can be renewed, and how.
	Direct func(ctx context.Context, tx db.Tx, scope rbac.Scope, award id.Of[id.Award]) (Renewable, error)
	// Grant awards the level.
	Grant func(ctx context.Context, tx db.Tx, scope rbac.Scope, g Granted) error
	// Bar keeps a company from applying until a day, and says why.
	Bar func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, until day.Date, reason string) error
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Due keeps what falls due for a company. Called by the job runner.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
	// Touch lets what depends on a company's application follow. Called by the job runner.
	Touch func(ctx context.Context, tx db.Tx, companies ...rbac.CompanyID) error
}

// Service is what the rest of the program may ask about applications.
type Service struct {
	Gate *rbac.Gate
	Needs
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Underway reports whether an application of a company is under way, drafts among them.
func Underway(ctx context.Context, tx db.Tx, company rbac.CompanyID) (bool, error) {
	a, err := latestOf(ctx, tx, company)
	return a != nil && !a.State.Over(), err
}

// Filter narrows the list of applications.
type Filter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	State     string         `query:"state" enum:",draft,submitted,correction,accepted,confirmed,rejected,site_reported,rectifying,rectify_check,listed,publicity,objection,granted,not_passed,terminated_false,withdrawn"`
	Level     string         `query:"level" maxLength:"10"`
	Kind      string         `query:"kind" enum:",first,renewal"`
	Stage     string         `query:"stage" enum:",open,over,public" doc:"open: under way; public: to be made public, or public"`
	Side      string         `query:"side" enum:",company,organizer,authority,agency" doc:"who has to act"`
	Late      bool           `query:"late" doc:"the term that runs has ended"`
}

// Applications lists what is in scope, latest first, and the day. Errors: page.ErrCursor.
func (s *Service) Applications(ctx context.Context, f Filter) (rows []Application, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = applicationsBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// One is an application with its past and what can be done now.
type One struct {
	Application
	Steps    []Step
	Team     []Member
	Issues   []Issue
	Protests []Protest
	Review   *Evaluation
	May      []Event
	Today    day.Date
	Left     *int // working days until the term ends, negative after it; nil: none runs, or it cannot be counted
}

// ByID reads an application. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Application]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		o, err = s.one(ctx, tx, scope, n)
		return err
	})
	return o, err
}

func (s *Service) one(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Application]) (o One, err error) {
	if o.Application, err = applicationByID(ctx, tx, scope, n, false); err != nil {
		return o, err
	}
	if o.Steps, err = stepsOf(ctx, tx, o.Application); err != nil {
		return o, err
	}
	if o.Team, err = teamOf(ctx, tx, o.Application); err != nil {
		return o, err
	}
	if o.Issues, err = issuesOf(ctx, tx, o.Application); err != nil {
		return o, err
	}
	if scope.Can(ActionDecide) {
		if o.Protests, err = protestsOf(ctx, tx, o.Application); err != nil {
			return o, err
		}
	}
	if o.ReviewID != nil && s.Outcome != nil {
		e, err := s.Outcome(ctx, tx, scope, *o.ReviewID)
		if err != nil {
			return o, err
		}
		o.Review = &e
	}
	o.Today = today(tx)
	o.Left = left(calendar.China(), o.Today, o.DueOn)
	o.May = o.may(scope)
	return o, nil
}

// left is how many working days a term still has; negative: for how many it has ended.
func left(cal *calendar.Calendar, today, until day.Date) *int {
	if until.IsZero() || !cal.Known(today.Year()) || !cal.Known(until.Year()) {
		return nil
	}
	n := 0
	for d := today; d.Before(until); {
		if d = d.AddDays(1); cal.Working(d) {
			n++
		}
	}
	for d := today; d.After(until); d = d.AddDays(-1) {
		if cal.Working(d) {
			n--
		}
	}
	return &n
}

// actions are the permissions of events; what is not named is the company's.
func (e Event) action() rbac.Action {
	switch e {
	case Sign:
		return ActionSign
	case AskCorrection, Accept, Endorse, Confirm, Reject, Assign, GrantExtension, RefuseExtension, List, Publicize, Verify, Announce, Fail, Terminate:
		return ActionDecide
	case Declare, OpenReview, Report, PassCheck, FailCheck:
		return ActionReview
	default:
		return ActionApply
	}
}

// may lists what the actor can do now; the buttons of the page.
func (o One) may(scope rbac.Scope) []Event {
	out := []Event{}
	f := &file{Application: o.Application, by: scope.Actor(), now: o.Today.Midnight(day.Shanghai)}
	for e := range rules {
		if f.may(e) == nil && scope.Can(e.action()) && o.possible(e) {
			out = append(out, e)
		}
	}
	slices.Sort(out)
	return out
}

// possible narrows what the state allows to what can succeed.
func (o One) possible(e Event) bool {
	two := o.OrganizerLevel != o.AuthorityLevel
	all := ready(o.Team) == nil
	switch e {
	case Sign, Prepare:
		return true
	case Submit:
		return !o.SignedOn.IsZero()
	case AskCorrection:
		return !o.Corrected && !o.Late(o.Today)
	case Endorse:
		return two && o.EndorsedOn.IsZero()
	case Confirm, Reject:
		return !two || !o.EndorsedOn.IsZero()
	case OpenReview:
		return all && o.ReviewID == nil
	case Report:
		return all && o.Review != nil && !o.Review.FinishedOn.IsZero()
	case AskExtension:
		return o.Extensions == 0 && o.ExtensionDays == 0 && !o.Late(o.Today)
	case GrantExtension, RefuseExtension:
		return !o.ExtensionAskedOn.IsZero()
	case AskCheck:
		return !o.Late(o.Today) && !slices.ContainsFunc(o.Issues, func(i Issue) bool { return i.DoneOn.IsZero() })
	case Mend:
		return !o.Late(o.Today)
	case Verify:
		return o.ObjectionsOpen > 0
	case Announce:
		return o.ObjectionsOpen == 0 && o.ObjectionsUpheld == 0 && o.Today.After(o.PublicUntil)
	case Fail:
		return o.ObjectionsUpheld > 0
	default:
		return true
	}
}

// follow claims what the steps brought, and has the rest done by the job runner: who acts writes neither what falls
// due for another nor his messages.
func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file) error {
	var files []id.Of[id.Attachment]
	for _, step := range f.added {
		for _, n := range step.Files {
			files = append(files, id.Of[id.Attachment](n))
		}
	}
	if s.Claim != nil && len(files) > 0 {
		if err := s.Claim(ctx, tx, scope, f.CompanyID, files, "grading", int64(f.ID)); err != nil {
			return err
		}
	}
	for _, step := range f.added {
		t := Settle{f.CompanyID, f.ID, step.N}
		if err := jobs.Enqueue(ctx, tx, t, jobs.Key(t.key())); err != nil {
			return err
		}
	}
	return nil
}

func nothing(db.Tx, rbac.Scope) error { return nil }
