package hazard

import (
	"context"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList   rbac.Action = "hazard.ledger.list"
	ActionReport rbac.Action = "hazard.ledger.report"
	ActionGrade  rbac.Action = "hazard.ledger.grade"
	ActionAssign rbac.Action = "hazard.ledger.assign"
	ActionFix    rbac.Action = "hazard.ledger.fix" // start and fix, one's own
	ActionAccept rbac.Action = "hazard.ledger.accept"
	ActionVoid   rbac.Action = "hazard.ledger.void"   // ask and confirm: strike out, hand over
	ActionAnswer rbac.Action = "hazard.ledger.answer" // what was asked: more time, a transfer
	ActionReview rbac.Action = "hazard.ledger.review" // the regulator's
	ActionWork   rbac.Action = "hazard.work.list"
)

// People finds members of the company by their staff ids; who is absent from the answer is
// not of this company or has left.
type People func(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]Member, error)

// Claim ties photos the actor has uploaded to the hazard they prove, so that whoever may see
// the hazard may see them. Photos that belong to a check already stay with it.
type Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, photos []id.Of[id.Attachment], noun string, object int64) error

// Tell puts a message into the inbox of some people of a company. Called by the job runner.
type Tell func(ctx context.Context, tx db.Tx, n Note) error

// Touch says that what the regulator's board shows of a company has changed.
type Touch func(ctx context.Context, tx db.Tx, company id.Of[id.Company]) error

// Note is a message about a hazard. It goes to Person, or, where that is 0, to the members of
// the company who hold one of Roles.
type Note struct {
	CompanyID id.Of[id.Company]
	HazardID  id.Of[id.Hazard]
	Noun      string // what HazardID is the id of, where it is no hazard: hazard_direct
	Step      int32  // makes a message unique: the same step is told once
	Person    id.Of[id.Person]
	Office    id.Of[id.Organisation] // the regulator in which Person is addressed; 0: the company
	Roles     []string
	Except    id.Of[id.Person] // who did it need not be told
	Code      string           // of the text catalogues
	Params    map[string]string
}

// Service is what the rest of the program may ask about hazards.
type Service struct {
	Gate   *rbac.Gate
	People People
	Claim  Claim
	Tell   Tell
	Touch  Touch
	Terms  Terms
	Called Called
	Majors Majors
	Albums Albums // for prints
	// Graded is told, in the same transaction, that somebody of the company confirmed a hazard as major; nil:
	// nobody is.
	Graded func(ctx context.Context, tx db.Tx, scope rbac.Scope, h Hazard) error
	// Due keeps what falls due, for the company of home; nil: nobody does.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// DueAll is Due for many companies at once; nil: nobody keeps it.
	DueAll func(ctx context.Context, tx db.Tx, items []Placed) error
	// Confirmed is told that what somebody reported in passing (随手拍) was graded, or struck out; nil: nobody is.
	Confirmed func(ctx context.Context, tx db.Tx, company rbac.CompanyID, h id.Of[id.Hazard]) error
	// Firm names a company; nil: papers go without.
	Firm    func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error)
	BaseURL string // of the QR codes on papers, and of links
	// Active counts the people on a company's staff list; nil: unknown, it has enough.
	Active func(ctx context.Context, tx db.Tx, c rbac.CompanyID) (int, error)
	Keys   Keys // of links' tokens
	// PhotoKey finds where a photo of a company is kept; empty: it is none.
	PhotoKey func(ctx context.Context, tx db.Tx, c rbac.CompanyID, photo id.Of[id.Attachment]) (string, error)
	Blobs    blob.Store
}

func whoIs(scope rbac.Scope) Who {
	a := scope.Actor()
	return Who{Kind: a.Kind, Person: a.PersonID, Staff: a.StaffID, Organisation: a.OrganisationID, Name: a.Name, Leads: scope.Can(ActionAssign)}
}

// Report enters a hazard. A report with the client id of an earlier one is that one. Errors: ErrBlank, ErrCategory, ErrPhotoNeeded, ErrPhotoUnknown,
// ErrPointUnknown, ErrSource.
func (s *Service) Report(ctx context.Context, r Report) (made id.Of[id.Hazard], err error) {
	err = s.Gate.Write(ctx, ActionReport, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if made, err = recorded(ctx, tx, home.CompanyID, r.ClientID); err != nil || made != 0 {
			scope.Made(int64(made))
			return err
		}
		o := origin{home: home, by: whoIs(scope), now: tx.Now}
		f, err := o.reported(r, scope.Can(ActionGrade))
		if err != nil {
			return err
		}
		if err := s.enter(ctx, tx, scope, []*file{f}); err != nil {
			return err
		}
		if err := s.Claim(ctx, tx, scope, r.Photos, "hazard", int64(f.ID)); err != nil {
			return err
		}
		made = f.ID
		scope.Made(int64(made))
		return nil
	})
	return made, err
}

// Raise enters a hazard for each failed item of a check, within the caller's transaction and
// under the caller's permission, with what the finder proposes; who may assign has it assigned
// at once. The photos are those of the check. Errors: ErrRaisedAlready.
func (s *Service) Raise(ctx context.Context, tx db.Tx, scope rbac.Scope, found Finding) ([]id.Of[id.Hazard], error) {
	home, err := scope.Home()
	if err != nil || len(found.Items) == 0 {
		return nil, err
	}
	o := origin{home: home, by: whoIs(scope), now: tx.Now}
	files := make([]*file, len(found.Items))
	people, err := s.proposed(ctx, tx, scope, found.Items)
	if err != nil {
		return nil, err
	}
	for i, it := range found.Items {
		files[i] = o.found(found, it)
		files[i].propose(it.Proposal, people)
		if scope.Can(ActionGrade) && scope.Can(ActionAssign) {
			if err := files[i].settle(it.Proposal, people); err != nil {
				return nil, err
			}
		}
	}
	if err := s.enter(ctx, tx, scope, files); err != nil {
		return nil, err
	}
	ids := make([]id.Of[id.Hazard], len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	return ids, nil
}

// proposed finds the people whom the finder proposes.
func (s *Service) proposed(ctx context.Context, tx db.Tx, scope rbac.Scope, items []Failed) (map[id.Of[id.Staff]]Member, error) {
	var ids []id.Of[id.Staff]
	for _, it := range items {
		if n := it.Proposal.OwnerID; n != 0 && !slices.Contains(ids, n) {
			ids = append(ids, n)
		}
	}
	if len(ids) == 0 {
		return map[id.Of[id.Staff]]Member{}, nil
	}
	return s.People(ctx, tx, scope, ids)
}

// enter numbers and stores new hazards of one company.
func (s *Service) enter(ctx context.Context, tx db.Tx, scope rbac.Scope, files []*file) error {
	home := files[0].Hazard
	numbers, err := nextNumbers(ctx, tx, county(home.RegionPath), day.In(tx.Now, day.Shanghai).Year(), len(files))
	if err != nil {
		return err
	}
	for i, f := range files {
		f.Number = numbers[i]
		if err := insertHazard(ctx, tx, f); err != nil {
			return err
		}
		scope.Changed("hazard", int64(f.ID), f.CompanyID, Hazard{}, f.Hazard)
		if err := say(ctx, tx, f); err != nil {
			return err
		}
		if err := s.remember(ctx, tx, scope, Hazard{}, f); err != nil {
			return err
		}
	}
	return s.Touch(ctx, tx, home.CompanyID)
}

// Grade sets level and category. Errors: ErrNow, ErrCategory, ErrReason, ErrOwnDowngrade.
func (s *Service) Grade(ctx context.Context, hid id.Of[id.Hazard], g Grading) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionGrade, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.grade(g) })
}

// Assign makes a member of staff answer for the fix. Errors: ErrNow, ErrOwnerUnknown, ErrLevel,
// ErrCategory, ErrReason, ErrBlank, ErrFiveFixes, ErrDeadline, ErrDeadlineKept.
func (s *Service) Assign(ctx context.Context, hid id.Of[id.Hazard], a Assignment) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionAssign, hid, s.assigns(ctx, a))
}

func (s *Service) assigns(ctx context.Context, a Assignment) func(db.Tx, rbac.Scope, *file) error {
	return func(tx db.Tx, scope rbac.Scope, f *file) error {
		if f.State == Registered && !scope.Can(ActionGrade) {
			return f.stands() // grading comes first, and is not this actor's
		}
		people, err := s.People(ctx, tx, scope, []id.Of[id.Staff]{a.OwnerID})
		if err != nil {
			return err
		}
		m, ok := people[a.OwnerID]
		if !ok {
			return ErrOwnerUnknown.At("body.ownerId")
		}
		return f.assign(a, m)
	}
}

// Start is the owner taking the work on. Errors: ErrNow, ErrNotOwner, ErrPlan.
func (s *Service) Start(ctx context.Context, hid id.Of[id.Hazard], note string) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionFix, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.start(note) })
}

// Fix hands in the work. Errors: ErrNow, ErrNotOwner, ErrBlank, ErrPhotoNeeded, ErrPhotoUnknown,
// ErrMajorOnSpot, ErrCategory.
func (s *Service) Fix(ctx context.Context, hid id.Of[id.Hazard], r Repair) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionFix, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.fix(r) })
}

// Accept is the company's acceptance. Errors: ErrNow, ErrOwnAcceptance, ErrPhotoUnknown.
func (s *Service) Accept(ctx context.Context, hid id.Of[id.Hazard], v Verdict) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionAccept, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.accept(v) })
}

// Reject sends the work back. Errors: ErrNow, ErrOwnAcceptance, ErrReason, ErrPhotoUnknown.
func (s *Service) Reject(ctx context.Context, hid id.Of[id.Hazard], v Verdict) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionAccept, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.reject(v) })
}

// move locks a hazard, lets one event happen to it and stores what came of it.
func (s *Service) move(ctx context.Context, action rbac.Action, hid id.Of[id.Hazard], event func(db.Tx, rbac.Scope, *file) error) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error { return s.moved(ctx, tx, scope, hid, event) })
	return hid, err
}

// moved is move within a transaction of the caller.
func (s *Service) moved(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard], event func(db.Tx, rbac.Scope, *file) error) error {
	if _, err := scope.Home(); err != nil {
		return err
	}
	h, err := lockHazard(ctx, tx, scope, hid)
	if err != nil {
		return err
	}
	return s.carry(ctx, tx, scope, h, movable, func(f *file) error {
		if err := event(tx, scope, f); err != nil || s.Graded == nil || h.Level == Major || f.Level != Major {
			return err
		}
		return s.Graded(ctx, tx, scope, f.Hazard)
	})
}

// Review is the regulator's decision on what waits for it. Errors: ErrNow, ErrBlank, ErrTwoOfficers, ErrPhotoNeeded, rbac.ErrNotFound.
func (s *Service) Review(ctx context.Context, hid id.Of[id.Hazard], r Review) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, ActionReview, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move while the step is written
			return err
		}
		h, err := lockForReview(ctx, tx, scope, seen)
		if err != nil {
			return err
		}
		return s.carry(ctx, tx, scope, h, reviewable, func(f *file) error { return s.reviewed(ctx, tx, scope, f, r) })
	})
	return hid, err
}

// carry applies an event to a locked row and stores row, steps, photos, trail and messages.
func (s *Service) carry(ctx context.Context, tx db.Tx, scope rbac.Scope, h Hazard, columns []string, event func(*file) error) error {
	past, err := stepsOf(ctx, tx, h)
	if err != nil {
		return err
	}
	f := &file{Hazard: h, past: past, by: whoIs(scope), now: tx.Now}
	if err := event(f); err != nil {
		return err
	}
	if err := updateHazard(ctx, tx, f, columns); err != nil {
		return err
	}
	if err := insertSteps(ctx, tx, f); err != nil {
		return err
	}
	var photos []id.Of[id.Attachment]
	for _, e := range f.added {
		photos = append(photos, e.Photos...)
	}
	if len(photos) > 0 {
		if err := s.claim(ctx, tx, scope, h.CompanyID, slices.Compact(photos), int64(h.ID)); err != nil {
			return err
		}
	}
	if err := s.open(ctx, tx, f); err != nil {
		return err
	}
	scope.Made(int64(h.ID))
	scope.Changed("hazard", int64(h.ID), h.CompanyID, h, f.Hazard)
	if err := say(ctx, tx, f); err != nil {
		return err
	}
	if err := s.remember(ctx, tx, scope, h, f); err != nil {
		return err
	}
	return s.Touch(ctx, tx, h.CompanyID)
}

// say has the people told who have to act next: by the job runner, because a regulator's
// transaction does not see who works in a company.
func say(ctx context.Context, tx db.Tx, f *file) error {
	for _, e := range f.added {
		if _, ok := note(f.Hazard, e.Step); !ok && !ofTreatment(e.Event) && !asksRegulator(f.Hazard, e.Event) {
			continue
		}
		t := TellStep{f.CompanyID, f.ID, e.N}
		if err := jobs.Enqueue(ctx, tx, t, jobs.Key(t.key())); err != nil {
			return err
		}
	}
	return nil
}
