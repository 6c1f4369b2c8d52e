package hazard

import (
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// Repair is what was done about a hazard.
type Repair struct {
	Note           string                 `json:"note" minLength:"1" maxLength:"1000" doc:"what was done"`
	Photos         []id.Of[id.Attachment] `json:"photos,omitempty" maxItems:"9" nullable:"false" doc:"of the state afterwards"`
	ActualFundsFen *fen.Amount            `json:"actualFundsFen,omitempty" minimum:"0" maximum:"100000000000" doc:"spent, in fen"`
	OnTheSpot      bool                   `json:"onTheSpot,omitempty" doc:"fixed as soon as found (即查即改): no owner and no deadline were set"`
	Category       string                 `json:"category,omitempty" maxLength:"3" pattern:"^[AB][0-9]{2}$" doc:"of an ungraded hazard fixed on the spot"`
}

// fix hands in the work for acceptance. A general hazard may be fixed on the spot by whoever
// stands before it. Errors: ErrNotOwner, ErrBlank, ErrPhotoNeeded, ErrMajorOnSpot, ErrCategory.
func (f *file) fix(r Repair) error {
	if strings.TrimSpace(r.Note) == "" {
		return ErrBlank.At("body.note")
	}
	if r.OnTheSpot {
		return f.fixOnSpot(r)
	}
	if f.State == Assigned || f.State == PlanFiled {
		if err := f.start(""); err != nil {
			return err
		}
	}
	if f.State == Graded { // only on the spot
		return ErrNow[Graded]
	}
	if err := f.may(Fix); err != nil {
		return err
	}
	if !f.mine() {
		return ErrNotOwner
	}
	return f.done(r)
}

func (f *file) fixOnSpot(r Repair) error {
	if f.State != Registered && f.State != Graded {
		return ErrNow[f.State]
	}
	if f.Level == Major || (f.Level == Ungraded && f.SuggestedLevel == Major) {
		return ErrMajorOnSpot
	}
	if f.State == Registered {
		category := r.Category
		if category == "" {
			category = f.Category
		}
		if err := f.grade(Grading{Level: General, Category: category}); err != nil {
			return err
		}
	}
	f.FixType = OnSpot
	f.OwnerID, f.OwnerPersonID, f.OwnerName, f.OwnerUnit = some(f.by.Staff), some(f.by.Person), f.by.Name, ""
	return f.done(r)
}

func (f *file) done(r Repair) error {
	if len(r.Photos) == 0 && !paper(f.Category) {
		return ErrPhotoNeeded.At("body.photos")
	}
	now := f.now
	f.FixedAt, f.FixedOn, f.ActualFundsFen = &now, f.today(), r.ActualFundsFen
	f.step(Fix, AwaitingAcceptance, r.Note, r.Photos, Detail{ActualFundsFen: r.ActualFundsFen})
	return nil
}

// Verdict is what somebody other than the fixer found on inspection.
type Verdict struct {
	Note   string                 `json:"note,omitempty" maxLength:"1000" doc:"required for a rejection"`
	Photos []id.Of[id.Attachment] `json:"photos,omitempty" maxItems:"9" nullable:"false"`
}

// accept is the company's acceptance (验收) of a general hazard. It closes one the company found
// itself; any other goes on to the regulator. A major one is evaluated instead, with a report.
// Errors: ErrOwnAcceptance, ErrEvaluate.
func (f *file) accept(v Verdict) error {
	if f.Level == Major && f.may(Accept) == nil {
		return ErrEvaluate
	}
	if err := f.judge(Accept); err != nil {
		return err
	}
	f.AcceptedOn, f.AcceptedByName = f.today(), f.by.Name
	f.step(Accept, Accepted, v.Note, v.Photos, Detail{})
	if f.NeedsRegulator() {
		f.step(AskReview, UnderReview, "", nil, Detail{})
		return nil
	}
	f.CancelledOn = f.today()
	f.step(Cancel, Cancelled, "", nil, Detail{})
	return nil
}

// reject sends the work back. Errors: ErrOwnAcceptance, ErrReason.
func (f *file) reject(v Verdict) error {
	if err := f.judge(Reject); err != nil {
		return err
	}
	if strings.TrimSpace(v.Note) == "" {
		return ErrReason.At("body.note")
	}
	f.reopen(Reject, v.Note, v.Photos)
	return nil
}

// judge refuses whoever had a hand in any fix of the hazard, as owner or as recorder, by
// login and by staff row.
func (f *file) judge(e Event) error {
	if err := f.may(e); err != nil {
		return err
	}
	for _, s := range f.history() {
		if s.Event == Fix && (f.by.same(s.PersonID, s.StaffID) || f.by.same(s.OwnerPersonID, s.OwnerID)) {
			return ErrOwnAcceptance
		}
	}
	return nil
}

// reopen sends the hazard back to its owner, or, where it was fixed on the spot and nobody
// was made responsible, back to be assigned.
func (f *file) reopen(e Event, note string, photos []id.Of[id.Attachment]) {
	to := Rectifying
	if f.Deadline.IsZero() || f.OwnerID == nil {
		to, f.FixType = Graded, ""
	}
	f.FixedAt, f.FixedOn, f.AcceptedOn, f.AcceptedByName = nil, day.Date{}, day.Date{}, ""
	f.ReopenCount++
	f.step(e, to, note, photos, Detail{})
}

// Review is the regulator's check of what the company claims (核查).
type Review struct {
	Passed  bool                   `json:"passed"`
	Note    string                 `json:"note" minLength:"1" maxLength:"1000" doc:"what was found on site; the reason where it failed"`
	Minutes string                 `json:"minutes,omitempty" maxLength:"4000" doc:"of the review (核查纪要); required for a major hazard"`
	Second  Officer                `json:"second,omitempty" required:"false" doc:"the second officer on site; required for a major hazard"`
	Photos  []id.Of[id.Attachment] `json:"photos,omitempty" maxItems:"9" nullable:"false" doc:"of the site; required for a major hazard"`
	Resume  bool                   `json:"resume,omitempty" doc:"where work was stopped: allows it again with the same decision"`
}

// review cancels the hazard or sends it back. A major hazard is reviewed by two officers, with
// photos of the site and minutes. Errors: ErrBlank, ErrTwoOfficers, ErrPhotoNeeded.
func (f *file) review(r Review) error {
	if strings.TrimSpace(r.Note) == "" {
		return ErrBlank.At("body.note")
	}
	event := Fail
	if r.Passed {
		event = Pass
	}
	if err := f.may(event); err != nil {
		return err
	}
	if f.Level == Major {
		if err := f.twofold(r); err != nil {
			return err
		}
	}
	if !r.Passed {
		f.reopen(Fail, r.Note, r.Photos)
		return nil
	}
	f.ReviewedOn, f.CancelledOn = f.today(), f.today()
	f.step(Pass, Cancelled, r.Note, r.Photos, Detail{})
	return nil
}

// void strikes out a row entered by mistake; it stays in the ledger. Not by its owner, and
// not where only the regulator may close it. Errors: ErrOwnVoid, ErrVoidRegulator, ErrLevel, ErrReason.
func (f *file) void(reason string) error {
	if err := f.may(Void); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return ErrReason.At("body.reason")
	}
	if f.Level == Ungraded && f.SuggestedLevel == Major {
		return ErrLevel // somebody first decides, with a reason, that it is not
	}
	if f.NeedsRegulator() {
		return ErrVoidRegulator
	}
	if f.OwnerID != nil && f.by.same(f.OwnerPersonID, f.OwnerID) {
		return ErrOwnVoid
	}
	f.VoidedOn = f.today()
	f.step(Void, Voided, reason, nil, Detail{})
	return nil
}
