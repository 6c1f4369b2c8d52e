package penalty

import (
	"context"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList   rbac.Action = "penalty.record.list"
	ActionDecide rbac.Action = "penalty.record.decide" // the regulator's
	ActionAnswer rbac.Action = "penalty.record.answer" // statements and requests of the company
)

// Note is a message about a penalty or a listing to those of a company who hold one of some roles.
type Note struct {
	CompanyID rbac.CompanyID
	Noun      string // penalty or dishonesty
	Object    int64
	Step      id.Of[Step] // makes a message unique
	Roles     []string
	Code      string
	Params    map[string]string
}

// Service is what the rest of the program may ask about penalties. The funcs work in the caller's transaction; one that is nil
// does nothing.
type Service struct {
	Gate *rbac.Gate
	// NameOf names a company.
	NameOf func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Term is how long a listing of a day lasts; ok is false where no rule knew one.
	Term func(listed day.Date) (t Term, ok bool)
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
	// Touch lets what follows from penalties follow: the company's standing. Called by the job runner.
	Touch func(ctx context.Context, tx db.Tx, company rbac.CompanyID) error
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Filter narrows the list of penalties.
type Filter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	State     string         `query:"state" enum:",unpublished,late,unpaid,repair,repaired"`
	Year      int            `query:"year" minimum:"0" maximum:"2200"`
	Q         string         `query:"q" maxLength:"60" doc:"part of the number or of the company's name"`
}

// Penalties lists what is in scope, latest decision first, and the day. Errors: page.ErrCursor.
func (s *Service) Penalties(ctx context.Context, f Filter) (rows []Penalty, k page.Key, now day.Date, err error) {
	if k, err = f.Start("decided", 2); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = penaltiesBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// One is a penalty with what happened to it, and what the actor may do now.
type One struct {
	Penalty
	Steps []Step
	May   []Event
	Today day.Date
}

// ByID reads a penalty. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Penalty]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		if o.Penalty, err = rowByID[Penalty](ctx, tx, scope, "penalty", int64(n), false); err != nil {
			return err
		}
		o.Today = today(tx)
		o.May = o.may(scope, o.Today)
		o.Steps, err = stepsOf(ctx, tx, "penalty_id", o.CompanyID, int64(n))
		return err
	})
	return o, err
}

func (p Penalty) may(scope rbac.Scope, now day.Date) (out []Event) {
	add := func(yes bool, e Event) {
		if yes {
			out = append(out, e)
		}
	}
	open := p.WithdrawnOn.IsZero()
	if scope.Can(ActionDecide) {
		add(open && p.PublishedOn.IsZero(), Published)
		add(open && p.PaidOn.IsZero() && p.AmountFen > 0, Paid)
		add(p.RepairState == RepairAsked, RepairGrant)
		add(p.RepairState == RepairAsked, RepairRefuse)
		add(open, Withdrawn)
	}
	if scope.Can(ActionAnswer) {
		add(open, Said)
		add(open && !p.PublishedOn.IsZero() && !now.Before(p.RepairFrom()) && (p.RepairState == "" || p.RepairState == RepairRefused), RepairAsk)
	}
	return out
}

// Register enters a penalty that was decided. Errors: rbac.ErrNotFound, ErrBlank, ErrSubject, ErrDay, ErrNumber.
func (s *Service) Register(ctx context.Context, o Order) (n id.Of[id.Penalty], err error) {
	err = s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Within(ctx, tx, o.CompanyID)
		if err != nil {
			return err
		}
		name, err := s.NameOf(ctx, tx, scope, o.CompanyID)
		if err != nil {
			return err
		}
		p, err := o.make(home, name, scope.Actor(), tx.Now)
		if err != nil {
			return err
		}
		if err := insertPenalty(ctx, tx, &p); err != nil {
			return err
		}
		n = p.ID
		scope.Made(int64(n))
		scope.Changed("penalty", int64(n), p.CompanyID, Penalty{}, p)
		return s.note(ctx, tx, scope, stepOf(home, &n, nil), Registered, p.DecidedOn, p.Number, o.Files)
	})
	return n, err
}

// stepOf begins a step of a penalty or of a listing.
func stepOf(home rbac.Home, p *id.Of[id.Penalty], x *id.Of[Dishonesty]) Step {
	return Step{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, PenaltyID: p, DishonestyID: x}
}

// note writes a step, claims its files and has the company told of it.
func (s *Service) note(ctx context.Context, tx db.Tx, scope rbac.Scope, st Step, e Event, on day.Date, text string, files Files) error {
	by := scope.Actor()
	st.Event, st.At, st.HappenedOn, st.Note, st.Files = e, tx.Now, on, text, files.ints()
	st.ActorKind, st.ActorName, st.PersonID = string(by.Kind), by.Name, some(by.PersonID)
	st.OrganisationID = some(by.OrganisationID)
	if err := insertStep(ctx, tx, &st); err != nil {
		return err
	}
	noun, object := st.of()
	if s.Claim != nil && len(files) > 0 {
		if err := s.Claim(ctx, tx, scope, st.CompanyID, files, noun, object); err != nil {
			return err
		}
	}
	if by.Kind != rbac.Regulator {
		return nil
	}
	t := TellStep{st.CompanyID, st.ID}
	return jobs.Enqueue(ctx, tx, t, jobs.Key(t.key()))
}

// of is what a step belongs to.
func (st Step) of() (noun string, object int64) {
	if st.PenaltyID != nil {
		return "penalty", int64(*st.PenaltyID)
	}
	return "dishonesty", int64(*st.DishonestyID)
}

func some[T any](n id.Of[T]) *id.Of[T] {
	if n == 0 {
		return nil
	}
	return &n
}

// moved is what a step says beside its event.
type moved struct {
	event Event
	on    day.Date
	note  string
	files Files
}

// act locks a penalty, lets one thing happen to it and stores what came of it.
func (s *Service) act(ctx context.Context, action rbac.Action, n id.Of[id.Penalty], columns []string, do func(p *Penalty, now day.Date, by rbac.Actor) (moved, error)) (id.Of[id.Penalty], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		p, err := rowByID[Penalty](ctx, tx, scope, "penalty", int64(n), false)
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if _, err := scope.Within(ctx, tx, p.CompanyID); err != nil { // the company does not move meanwhile
				return err
			}
		}
		if len(columns) > 0 {
			if p, err = rowByID[Penalty](ctx, tx, scope, "penalty", int64(n), true); err != nil {
				return err
			}
		}
		was := p
		m, err := do(&p, today(tx), scope.Actor())
		if err != nil {
			return err
		}
		if len(columns) > 0 {
			p.Files = append(slices.Clone(p.Files), m.files.ints()...)
			if err := updateRow(ctx, tx, p.CompanyID, int64(n), &p, columns); err != nil {
				return err
			}
		}
		scope.Made(int64(n))
		scope.Changed("penalty", int64(n), p.CompanyID, was, p)
		return s.note(ctx, tx, scope, stepOf(rbac.Home{CompanyID: p.CompanyID, RegionPath: p.RegionPath, Line: p.OversightLine}, &n, nil), m.event, m.on, m.note, m.files)
	})
	return n, err
}

// Announcement says when and where something was made public.
type Announcement struct {
	On     day.Date `json:"on"`
	Medium string   `json:"medium" minLength:"1" maxLength:"100" doc:"where: website, newspaper"`
	Files  Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Publish makes a penalty public. Errors: rbac.ErrNotFound, ErrState, ErrDay, ErrBlank.
func (s *Service) Publish(ctx context.Context, n id.Of[id.Penalty], a Announcement) (id.Of[id.Penalty], error) {
	return s.act(ctx, ActionDecide, n, penaltyDecided, func(p *Penalty, now day.Date, _ rbac.Actor) (moved, error) {
		return moved{Published, a.On, a.Medium, a.Files}, p.publish(a.On, now, a.Medium)
	})
}

// Dated is something that happened on a day, in words.
type Dated struct {
	On    day.Date `json:"on"`
	Note  string   `json:"note,omitempty" maxLength:"2000"`
	Files Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Pay notes that a penalty was paid. Errors: rbac.ErrNotFound, ErrState, ErrDay.
func (s *Service) Pay(ctx context.Context, n id.Of[id.Penalty], d Dated) (id.Of[id.Penalty], error) {
	return s.act(ctx, ActionDecide, n, penaltyDecided, func(p *Penalty, now day.Date, _ rbac.Actor) (moved, error) {
		return moved{Paid, d.On, d.Note, d.Files}, p.pay(d.On, now)
	})
}

// Withdraw notes that a decision was set aside. Errors: rbac.ErrNotFound, ErrState, ErrDay, ErrBlank.
func (s *Service) Withdraw(ctx context.Context, n id.Of[id.Penalty], d Dated) (id.Of[id.Penalty], error) {
	return s.act(ctx, ActionDecide, n, penaltyDecided, func(p *Penalty, now day.Date, _ rbac.Actor) (moved, error) {
		return moved{Withdrawn, d.On, d.Note, d.Files}, p.withdraw(d.On, now, d.Note)
	})
}

// Words are what a company says or asks, with papers.
type Words struct {
	Note  string `json:"note" minLength:"1" maxLength:"4000"`
	Files Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Say is the company's statement on a penalty; it changes nothing of it. Errors: rbac.ErrNotFound, ErrState.
func (s *Service) Say(ctx context.Context, n id.Of[id.Penalty], w Words) (id.Of[id.Penalty], error) {
	return s.act(ctx, ActionAnswer, n, nil, func(p *Penalty, now day.Date, _ rbac.Actor) (moved, error) {
		if !p.WithdrawnOn.IsZero() {
			return moved{}, ErrState
		}
		return moved{Said, now, w.Note, w.Files}, nil
	})
}

// AskRepair is the company asking that the publication of a penalty end (信用修复). Errors: rbac.ErrNotFound, ErrState, ErrEarly, ErrBlank.
func (s *Service) AskRepair(ctx context.Context, n id.Of[id.Penalty], w Words) (id.Of[id.Penalty], error) {
	return s.act(ctx, ActionAnswer, n, penaltyAnswered, func(p *Penalty, now day.Date, by rbac.Actor) (moved, error) {
		return moved{RepairAsk, now, w.Note, w.Files}, p.askRepair(now, by.Name, w.Note)
	})
}

// RepairAnswer decides on a request for repair.
type RepairAnswer struct {
	Grant   bool   `json:"grant"`
	Opinion string `json:"opinion" minLength:"1" maxLength:"2000"`
	Files   Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// DecideRepair answers a request for repair. Errors: rbac.ErrNotFound, ErrState, ErrBlank.
func (s *Service) DecideRepair(ctx context.Context, n id.Of[id.Penalty], a RepairAnswer) (id.Of[id.Penalty], error) {
	return s.act(ctx, ActionDecide, n, penaltyDecided, func(p *Penalty, now day.Date, by rbac.Actor) (moved, error) {
		e := RepairRefuse
		if a.Grant {
			e = RepairGrant
		}
		return moved{e, now, a.Opinion, a.Files}, p.decideRepair(now, by.Name, a.Grant, a.Opinion)
	})
}

// Allowed reports whether the actor may read what the law says of penalties. Errors: rbac.ErrForbidden.
func (s *Service) Allowed(ctx context.Context) error {
	return s.Gate.Read(ctx, ActionList, func(db.Tx, rbac.Scope) error { return nil })
}

// Codes are the social credit codes of the companies of penalties.
func (s *Service) Codes(ctx context.Context, rows []Penalty) (codes map[rbac.CompanyID]string, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		codes, err = codesOf(ctx, tx, scope, rows)
		return err
	})
	return codes, err
}
