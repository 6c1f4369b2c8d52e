package inspection

import (
	"context"
	"errors"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// noun names a check to other modules.
const noun = "inspection_check"

// nounSignature is what the picture of a signature belongs to: only this module shows it.
const nounSignature = "inspection_signature"

// Kept is what a phone is told of a check that it sent.
type Kept struct {
	ID      id.Of[id.Check]
	Outcome Outcome
	Name    string // who had done the task, or whose it is now
}

// Submit keeps a finished check, settles the task it was made for, and raises a hazard for
// each failed item: all or nothing. A task that somebody else did meanwhile, or that was
// cancelled or changed, is no reason to lose a check: it is kept, and the outcome says so.
// The same submission again answers the same and does nothing. It takes four statements
// however many items and points there are, one more for photos and two for a signature, and
// those of RaiseHazards.
// Errors: those of newCheck and walk, ErrContent, ErrUnknownPoint, ErrUnknownTask,
// ErrUnknownSheet, ErrTeamCard, ErrPaperBy, ErrUnknownStaff.
func (s *Service) Submit(ctx context.Context, in Submission) (kept Kept, err error) {
	err = s.Gate.Write(ctx, ActionSubmit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c, err := newCheck(home, scope.Actor(), in, tx.Now)
		if err != nil {
			return err
		}
		if err := filledBy(ctx, tx, scope, &c, in.StaffID); err != nil {
			return err
		}
		if kept, err = s.keep(ctx, tx, scope, &c, in.TaskID); err != nil {
			return err
		}
		scope.Made(int64(kept.ID))
		return nil
	})
	if replay, again := errors.AsType[*rbac.Replay](err); again {
		return s.keptBefore(ctx, in.StartedOn, id.Of[id.Check](replay.Made))
	}
	return kept, err
}

// filledBy makes a copied card the record of who filled it. Errors: ErrPaperBy,
// ErrUnknownStaff.
func filledBy(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Check, staff id.Of[id.Staff]) error {
	if staff == 0 || staff == scope.Actor().StaffID {
		return nil
	}
	if !c.Paper || !scope.Can(ActionChecks) {
		return ErrPaperBy.At("body.staffId")
	}
	name, err := personOf(ctx, tx, scope, staff, c.StartedOn)
	if err != nil {
		return err
	}
	who := int64(staff)
	c.EnteredBy, c.EnteredName, c.StaffID, c.PersonName = c.StaffID, c.PersonName, &who, name
	return nil
}

// keptBefore answers a repeated request as it was answered.
func (s *Service) keptBefore(ctx context.Context, on day.Date, n id.Of[id.Check]) (kept Kept, err error) {
	err = s.Gate.Read(ctx, ActionSubmit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		kept, err = keptCheck(ctx, tx, home.CompanyID, on, n)
		return err
	})
	return kept, err
}

// keep does all that Submit does.
func (s *Service) keep(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Check, task id.Of[id.Task]) (Kept, error) {
	met, err := meet(ctx, tx, *c, task)
	if err != nil {
		return Kept{}, err
	}
	if met.Known != 0 {
		return met.kept(*c)
	}
	if task != 0 {
		if err := met.take(c); err != nil {
			return Kept{}, err
		}
	}
	w, err := s.hold(ctx, tx, scope, c, met)
	if err != nil {
		return Kept{}, err
	}
	fresh, err := insertCheck(ctx, tx, c)
	if err != nil || !fresh {
		return Kept{c.ID, c.Outcome, c.OutcomeName}, err
	}
	scope.Changed(noun, int64(c.ID), c.CompanyID, trail{}, c.trail())
	switch {
	case c.TaskID != nil:
		err = settleTask(ctx, tx, *c)
	case task == 0:
		err = settleTasks(ctx, tx, *c)
	}
	if err != nil {
		return Kept{}, err
	}
	if err := s.follow(ctx, tx, scope, *c, failed(*c, w)); err != nil {
		return Kept{}, err
	}
	kept := Kept{c.ID, c.Outcome, c.OutcomeName}
	if s.Submitted == nil {
		return kept, nil
	}
	return kept, s.Submitted(ctx, tx, c.CompanyID) // last: checks of one company that arrive at once wait for each other here
}

// hold holds c against its points and counts what a team card confirmed.
func (s *Service) hold(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Check, met met) (walk, error) {
	if c.ByException && (!scope.Can(ActionChecks) || (c.TaskID != nil && !met.ByException)) {
		return nil, ErrTeamCard.At("body.byException") // the line is confirmed by who answers for it
	}
	if err := s.signs(ctx, tx, *c); err != nil {
		return nil, err
	}
	sheets, err := s.AskAll(ctx, tx, c.CompanyID, c.points(), c.StandardID)
	if errors.Is(err, rbac.ErrNotFound) {
		return nil, ErrUnknownSheet.At("body.standardId")
	}
	if err != nil {
		return nil, err
	}
	w := walk(sheets)
	if err := w.permits(c, met.Sign); err != nil {
		return nil, err
	}
	rest, err := w.verify(c, w.demanded(c, met.Items))
	if err != nil {
		return nil, err
	}
	c.confirm(rest)
	return w, nil
}

// follow does what follows from a new check: its files are its own, what failed becomes
// hazards.
func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, c Check, found Failed) error {
	if files := photos(c.Answers.V); len(files) > 0 {
		if err := s.Claim(ctx, tx, scope, files, noun, int64(c.ID)); err != nil {
			return err
		}
	}
	if c.SignatureID != nil {
		if err := s.Claim(ctx, tx, scope, []id.Of[id.Attachment]{id.Of[id.Attachment](*c.SignatureID)}, nounSignature, int64(c.ID)); err != nil {
			return err
		}
	}
	if len(found.Items) == 0 {
		return nil
	}
	return s.Raise(ctx, tx, scope, found)
}

// trail is what the trail keeps of a check; the check itself never changes.
type trail struct {
	StartedOn     day.Date
	PointID       id.Of[id.Point]
	Passed        int
	Failed        int
	NotApplicable int
	ByException   bool
	Paper         bool
	Version       int
	Reason        string
}

func (c Check) trail() trail {
	return trail{c.StartedOn, c.PointID, c.Passed, c.Failed, c.NotApplicable, c.ByException, c.Paper, c.Version, c.Reason}
}

func photos(answers []Answer) (out []id.Of[id.Attachment]) {
	for _, a := range answers {
		out = append(out, a.Photos...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// failed is what c found wrong.
func failed(c Check, w walk) Failed {
	first := w[c.PointID]
	f := Failed{
		CheckID: c.ID, StartedOn: c.StartedOn, ClientID: c.ClientID, PointID: c.PointID, PointName: first.PointName, Place: first.Place,
		FinderName: c.PersonName, FoundAt: c.FinishedAt,
	}
	if c.StaffID != nil {
		f.FinderID = id.Of[id.Staff](*c.StaffID)
	}
	for _, a := range c.Answers.V {
		if a.Result != Fail {
			continue
		}
		sheet := w[c.at(a)]
		it, _ := sheet.Find(a.Code) // verify has seen it
		f.Items = append(f.Items, FailedItem{
			Code: a.Code, PointID: c.at(a), PointName: sheet.PointName, Place: sheet.Place, Module: it.Module, ModuleName: it.ModuleName, Requirement: it.Requirement,
			Note: a.Note, Measured: a.Measured, Photos: a.Photos, Major: it.Major, Clause: it.Clause, Why: it.Why, OwnerID: a.OwnerID, DueOn: a.DueOn,
		})
	}
	return f
}

// met is what a check meets when it arrives: itself, if it was sent before, and its task.
type met struct {
	Known       id.Of[id.Check] // zero: it is new
	ContentHash []byte
	Outcome     Outcome
	OutcomeName string

	Task           *int64 // nil: there is no such task
	PointID        id.Of[id.Point]
	Items          db.Texts
	State          State
	CheckID        *int64 // that did it
	CheckStartedOn day.Date
	DoneBy         string
	DoneStaff      *int64
	Route          db.Ints // nil: PointID alone
	Sign           bool
	ByException    bool
}

// kept answers a check that was sent before. Errors: ErrContent if the client id stands for
// another content.
func (m met) kept(c Check) (Kept, error) {
	if !slices.Equal(m.ContentHash, c.ContentHash) {
		return Kept{}, ErrContent
	}
	return Kept{m.Known, m.Outcome, m.OutcomeName}, nil
}

// take makes c the check of its task, as far as that still is a task of its points and of
// its person. Errors: ErrUnknownTask.
func (m met) take(c *Check) error {
	if m.Task == nil {
		return ErrUnknownTask.At("body.taskId")
	}
	where := m.Route
	if len(where) == 0 {
		where = db.Ints{int64(m.PointID)}
	}
	walked := c.points()
	here := !slices.ContainsFunc(where, func(p int64) bool { return !slices.Contains(walked, id.Of[id.Point](p)) })
	if !here || !slices.Contains([]State{Open, Done, Missed, Excused}, m.State) {
		c.Outcome = TaskGone
		return nil
	}
	c.TaskID = m.Task
	mine := m.DoneStaff != nil && c.StaffID != nil && *m.DoneStaff == *c.StaffID
	if m.CheckID != nil && !mine {
		c.Outcome, c.OutcomeName = TaskTaken, m.DoneBy
	}
	return nil
}
