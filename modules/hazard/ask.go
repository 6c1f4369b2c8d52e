package hazard

import (
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/rbac"
)

// What waits for a second person: Hazard.Asked.
const (
	AskedVoid      = "void"
	AskedTransfer  = "transfer"
	AskedExtension = "extension"
)

// Faults of what takes two people.
var (
	ErrAskedAlready      = fault.New(fault.Conflict, "hazard.asked-already")
	ErrNotAsked          = fault.New(fault.Conflict, "hazard.not-asked")
	ErrOwnAnswer         = fault.New(fault.Forbidden, "hazard.own-answer")
	ErrAnswerRegulator   = fault.New(fault.Forbidden, "hazard.answer-needs-regulator")
	ErrExtensionLate     = fault.New(fault.Conflict, "hazard.extension-late")
	ErrExtensionEarly    = fault.New(fault.Conflict, "hazard.extension-early")
	ErrExtensionDeadline = fault.New(fault.Invalid, "hazard.extension-deadline")
)

// Extension asks for more time (延期).
type Extension struct {
	Deadline   day.Date `json:"deadline" doc:"the last day for the fix that is asked for; after the deadline in force"`
	Reason     string   `json:"reason" minLength:"1" maxLength:"500"`
	Protection string   `json:"protection" minLength:"1" maxLength:"1000" doc:"what protects people until it is fixed (临时防护措施)"`
}

// askExtension asks for more time, by the owner or who may record it for him, on the last day of
// the deadline at the latest. Where the regulator answers, not before the day opens (zero: any
// day); see Terms. The old deadline holds until the answer. Errors: ErrNotOwner, ErrAskedAlready,
// ErrReason, ErrBlank, ErrExtensionLate, ErrExtensionEarly, ErrExtensionDeadline.
func (f *file) askExtension(r Extension, opens day.Date) error {
	if f.State == Assigned || f.State == PlanFiled {
		if err := f.start(""); err != nil {
			return err
		}
	}
	if err := f.may(AskExtension); err != nil {
		return err
	}
	switch {
	case !f.mine():
		return ErrNotOwner
	case f.Asked != "":
		return ErrAskedAlready
	case strings.TrimSpace(r.Reason) == "":
		return ErrReason.At("body.reason")
	case strings.TrimSpace(r.Protection) == "":
		return ErrBlank.At("body.protection")
	case f.today().After(f.Deadline):
		return ErrExtensionLate
	case f.NeedsRegulator() && !opens.IsZero() && f.today().Before(opens):
		return ErrExtensionEarly.With("day", opens.String())
	case !r.Deadline.After(f.Deadline) || r.Deadline.After(f.today().AddYears(3)):
		return ErrExtensionDeadline.At("body.deadline")
	}
	f.ask(AskedExtension, r.Reason)
	f.AskedDeadline, f.Protection = r.Deadline, strings.TrimSpace(r.Protection)
	f.step(AskExtension, ExtensionPending, r.Reason, nil, Detail{Deadline: r.Deadline.String(), Was: f.Deadline.String(), Protection: f.Protection})
	return nil
}

// extend grants what was asked, or a shorter time (zero: what was asked). Not by who asked or
// who fixes it; of a major hazard, or one an authority found, by the regulator alone.
// Errors: ErrNotAsked, ErrOwnAnswer, ErrAnswerRegulator, ErrExtensionDeadline.
func (f *file) extend(until day.Date, note string) error {
	if err := f.may(Extend); err != nil {
		return err
	}
	if err := f.answers(AskedExtension); err != nil {
		return err
	}
	if until.IsZero() {
		until = f.AskedDeadline
	}
	if !until.After(f.Deadline) || until.After(f.AskedDeadline) {
		return ErrExtensionDeadline.At("body.deadline")
	}
	was := f.Deadline
	f.Deadline = until
	f.Extensions++
	f.settleAsked()
	f.step(Extend, Rectifying, note, nil, Detail{Deadline: until.String(), Was: was.String()})
	return nil
}

// refuse turns down what was asked; who asked may take it back the same way. Errors: ErrNotAsked,
// ErrReason, ErrOwnAnswer, ErrAnswerRegulator.
func (f *file) refuse(reason string) error {
	if f.Asked == "" {
		return ErrNotAsked
	}
	if err := f.may(Refuse); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return ErrReason.At("body.reason")
	}
	if !f.by.same(f.AskedPersonID, f.AskedStaffID) {
		if err := f.answers(f.Asked); err != nil {
			return err
		}
	}
	to, what := f.State, f.Asked
	if to == ExtensionPending {
		to = Rectifying
	}
	f.settleAsked()
	f.step(Refuse, to, reason, nil, Detail{Asked: what})
	return nil
}

// askVoid asks to strike out a row entered by mistake; it stays in the ledger. Not by its owner, and
// not where only the regulator may close it. Errors: ErrOwnVoid, ErrVoidRegulator, ErrLevel, ErrReason, ErrAskedAlready.
func (f *file) askVoid(reason string) error {
	if err := f.voidable(AskVoid); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(reason) == "":
		return ErrReason.At("body.reason")
	case f.Asked != "":
		return ErrAskedAlready
	}
	f.ask(AskedVoid, reason)
	f.step(AskVoid, f.State, reason, nil, Detail{})
	return nil
}

// void is the second person's word on it. Errors: those of askVoid, ErrNotAsked, ErrOwnAnswer.
func (f *file) void(note string) error {
	if err := f.voidable(Void); err != nil {
		return err
	}
	if err := f.answers(AskedVoid); err != nil {
		return err
	}
	f.VoidedOn = f.today()
	f.settleAsked()
	f.step(Void, Voided, note, nil, Detail{})
	return nil
}

func (f *file) voidable(e Event) error {
	if err := f.may(e); err != nil {
		return err
	}
	switch {
	case f.Level == Ungraded && f.SuggestedLevel == Major:
		return ErrLevel // somebody first decides, with a reason, that it is not
	case f.NeedsRegulator():
		return ErrVoidRegulator
	case f.OwnerID != nil && f.by.same(f.OwnerPersonID, f.OwnerID):
		return ErrOwnVoid
	}
	return nil
}

// Handing asks to hand a hazard to whoever the matter belongs to (移送).
type Handing struct {
	To     string `json:"to" minLength:"1" maxLength:"100" doc:"department or company that the matter belongs to"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// askTransfer asks for it. Errors: ErrBlank, ErrReason, ErrAskedAlready.
func (f *file) askTransfer(h Handing) error {
	if err := f.may(AskTransfer); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(h.To) == "":
		return ErrBlank.At("body.to")
	case strings.TrimSpace(h.Reason) == "":
		return ErrReason.At("body.reason")
	case f.Asked != "":
		return ErrAskedAlready
	}
	f.ask(AskedTransfer, h.Reason)
	f.AskedTo = strings.TrimSpace(h.To)
	f.step(AskTransfer, f.State, h.Reason, nil, Detail{To: f.AskedTo})
	return nil
}

// transfer is the second person's word on it, the regulator's where only he may close the
// hazard. The row leaves this ledger. Errors: ErrNotAsked, ErrOwnAnswer, ErrAnswerRegulator.
func (f *file) transfer(note string) error {
	if err := f.may(Transfer); err != nil {
		return err
	}
	if err := f.answers(AskedTransfer); err != nil {
		return err
	}
	f.TransferredTo, f.VoidedOn = f.AskedTo, f.today()
	f.settleAsked()
	f.step(Transfer, Moved, note, nil, Detail{To: f.TransferredTo})
	return nil
}

// answers refuses who asked for what, and, of more time, who fixes the hazard; a second person
// decides. Where the hazard needs the regulator, he is that person.
func (f *file) answers(what string) error {
	switch {
	case f.Asked != what:
		return ErrNotAsked
	case f.by.same(f.AskedPersonID, f.AskedStaffID):
		return ErrOwnAnswer
	case what == AskedExtension && f.by.same(f.OwnerPersonID, f.OwnerID):
		return ErrOwnAnswer
	case f.NeedsRegulator() != (f.by.Kind == rbac.Regulator):
		return ErrAnswerRegulator
	}
	return nil
}

func (f *file) ask(what, why string) {
	f.Asked, f.AskedNote, f.AskedOn = what, strings.TrimSpace(why), f.today()
	f.AskedPersonID, f.AskedStaffID, f.AskedName = some(f.by.Person), some(f.by.Staff), f.by.Name
}

func (f *file) settleAsked() {
	f.Asked, f.AskedNote, f.AskedOn, f.AskedDeadline, f.AskedTo = "", "", day.Date{}, day.Date{}, ""
	f.AskedPersonID, f.AskedStaffID, f.AskedName = nil, nil, ""
}

// overtaken drops what was asked because the work went on; the step names what it was.
func (f *file) overtaken() (what string) {
	what = f.Asked
	f.settleAsked()
	return what
}

// asksRegulator reports whether an event asks something that the regulator answers.
func asksRegulator(h Hazard, e Event) bool {
	return h.NeedsRegulator() && (e == AskExtension || e == AskTransfer)
}
