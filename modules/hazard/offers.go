package hazard

import (
	"time"

	"anbiao/rbac"
)

// may lists the events the actor could bring about now, for the buttons of a page. The guards
// decide again when it is done.
func (s *Service) may(scope rbac.Scope, r Record) ([]Event, error) {
	f := &file{Hazard: r.Hazard, by: whoIs(scope), now: r.Today.Midnight(time.UTC)}
	for _, e := range r.Entries {
		f.past = append(f.past, e.Step)
	}
	opens, err := s.opens(f.Hazard)
	if err != nil {
		return nil, err
	}
	if scope.Can(ActionReview) {
		return f.reviews(scope), nil
	}
	o := offers{Events: []Event{}}
	o.add(Grade, scope.Can(ActionGrade) && f.may(Grade) == nil)
	o.add(Assign, scope.Can(ActionAssign) && (f.may(Assign) == nil || (f.State == Registered && scope.Can(ActionGrade))))
	o.add(Start, scope.Can(ActionFix) && f.may(Start) == nil && f.mine() && !f.unplanned())
	spot := f.State == Registered || f.State == Graded
	o.add(Fix, scope.Can(ActionFix) && ((spot && f.Level != Major) || ((f.State == Assigned || f.State == PlanFiled || f.may(Fix) == nil) && !spot && f.mine() && !f.unplanned())))
	o.add(Accept, scope.Can(ActionAccept) && f.Level != Major && f.judge(Accept) == nil)
	o.add(Reject, scope.Can(ActionAccept) && f.judge(Reject) == nil)
	works := f.State == Assigned || f.State == PlanFiled || f.State == Rectifying
	inTime := !f.today().After(f.Deadline) && (opens.IsZero() || !f.today().Before(opens))
	o.add(AskExtension, scope.Can(ActionFix) && works && f.mine() && !f.unplanned() && f.Asked == "" && inTime)
	f.answersOf(scope, &o)
	o.add(AskVoid, scope.Can(ActionVoid) && f.Asked == "" && f.voidable(AskVoid) == nil)
	o.add(AskTransfer, scope.Can(ActionVoid) && f.Asked == "" && f.may(AskTransfer) == nil)
	return o.Events, nil
}

// offers collects events.
type offers struct{ Events []Event }

func (o *offers) add(e Event, ok bool) {
	if ok {
		o.Events = append(o.Events, e)
	}
}

// reviews are the regulator's events.
func (f *file) reviews(scope rbac.Scope) []Event {
	o := offers{Events: []Event{}}
	o.add(Pass, f.may(Pass) == nil)
	o.add(Fail, f.may(Fail) == nil)
	f.answersOf(scope, &o)
	return o.Events
}

// answersOf offers the answers to what is asked.
func (f *file) answersOf(scope rbac.Scope, o *offers) {
	if f.Asked == "" || !scope.Can(ActionAnswer) {
		return
	}
	voids := scope.Can(ActionVoid) || f.by.Kind == rbac.Regulator
	ok := f.answers(f.Asked) == nil
	o.add(Extend, f.Asked == AskedExtension && ok)
	o.add(Void, f.Asked == AskedVoid && voids && ok && f.voidable(Void) == nil)
	o.add(Transfer, f.Asked == AskedTransfer && voids && ok)
	o.add(Refuse, (ok || f.by.same(f.AskedPersonID, f.AskedStaffID)) && (voids || f.Asked == AskedExtension))
}
