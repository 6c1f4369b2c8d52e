package risk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// EventFilter narrows a list of events.
type EventFilter struct {
	page.Query
	CompanyID    rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	RiskUnitID   id.Of[Unit]    `query:"riskUnitId"`
	Level        string         `query:"level" enum:",major,larger,general,low"`
	ControlLevel string         `query:"controlLevel" enum:",company,workshop,team,post"`
	Overdue      bool           `query:"overdue" doc:"only those whose yearly review is overdue"`
	Term         string         `query:"term" maxLength:"60" doc:"part of the unit's name or of the source of danger"`
	Ended        bool           `query:"ended" doc:"with those no longer in force"`
}

// EventForm is what a company says of an event; score and level follow from it.
type EventForm struct {
	RiskUnitID   id.Of[Unit]     `json:"riskUnitId"`
	Hazard       string          `json:"hazard" minLength:"2" maxLength:"300" doc:"source of danger"`
	Accidents    []string        `json:"accidents" nullable:"false" minItems:"1" maxItems:"6" doc:"classes of GB 6441, e.g. 03"`
	Consequence  string          `json:"consequence" required:"false" maxLength:"300"`
	Inherent     Scoring         `json:"inherent"`
	Residual     *Scoring        `json:"residual,omitempty" doc:"with the controls; left out: not rated yet"`
	Catalogue    bool            `json:"catalogue" required:"false" doc:"in the province's catalogue of larger and major risks"`
	RaisedLevel  Level           `json:"raisedLevel" required:"false" enum:",major,larger,general"`
	RaiseReason  string          `json:"raiseReason" required:"false" maxLength:"300"`
	ControlLevel ControlLevel    `json:"controlLevel" required:"false" enum:",company,workshop,team,post" doc:"empty: as the colour says"`
	UnitID       id.Of[id.Unit]  `json:"unitId" required:"false" doc:"who answers for the controls; empty: as for the risk unit"`
	OwnerID      id.Of[id.Staff] `json:"ownerId" required:"false"`
	PostName     string          `json:"postName" required:"false" maxLength:"60"`
	Frequency    string          `json:"frequency" required:"false" enum:",per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event,per_use" doc:"of checks"`
	Controls     []ControlForm   `json:"controls" required:"false" nullable:"false" maxItems:"60"`
	ReviewedOn   day.Date        `json:"reviewedOn" required:"false" doc:"left out: today"`
}

// ControlForm is a control; one without an id is new.
type ControlForm struct {
	ID   id.Of[Control] `json:"id" required:"false"`
	Kind string         `json:"kind" enum:"engineering,management,training,protection,emergency"`
	Text string         `json:"text" minLength:"2" maxLength:"500"`
}

// change is what became of an event; a zero was is a new one.
type change struct {
	was, is Event
	unit    string // name of its risk unit
}

// Events lists events unit by unit. Errors: ErrCompanyNeeded, page.ErrCursor.
func (s *Service) Events(ctx context.Context, f EventFilter) (rows []EventRow, k page.Key, on day.Date, err error) {
	if k, err = f.Start("unit", 2); err != nil {
		return nil, k, on, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, f.CompanyID)
		if err != nil {
			return err
		}
		on = today(tx)
		rows, err = eventsBy(ctx, tx, scope, c, f, k)
		return err
	})
	return rows, k, on, err
}

// Summary counts the events in force by level, and those whose review is overdue. Errors:
// ErrCompanyNeeded.
func (s *Service) Summary(ctx context.Context, company rbac.CompanyID) (rows []Tally, overdue int, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if rows, err = countBy(ctx, tx, scope, c); err != nil {
			return err
		}
		overdue, err = overdueBy(ctx, tx, scope, c)
		return err
	})
	return rows, overdue, err
}

// AddEvent makes an event. Errors: those of Rules.Judge, ErrRiskUnit, ErrAccident, ErrUnit,
// ErrOwner, ErrBlank, ErrFuture, ErrControl.
func (s *Service) AddEvent(ctx context.Context, f EventForm) (n id.Of[Event], err error) {
	err = s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		e := Event{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, MadeBy: scope.Actor().Name, CreatedAt: tx.Now}
		unit, err := s.takeEvent(ctx, tx, scope, &e, f)
		if err != nil {
			return err
		}
		last, err := numbers(ctx, tx, home.CompanyID, "risk_event")
		if err != nil {
			return err
		}
		e.Number = last + 1
		if err := insertEvents(ctx, tx, []*Event{&e}); err != nil {
			return err
		}
		if err := s.control(ctx, tx, e, nil, f.Controls); err != nil {
			return err
		}
		n = e.ID
		scope.Made(int64(n))
		return s.settle(ctx, tx, scope, home, []change{{Event{}, e, unit}})
	})
	return n, err
}

// ChangeEvent rates an event anew, by the rules of today. Errors: rbac.ErrNotFound, ErrEnded,
// those of AddEvent.
func (s *Service) ChangeEvent(ctx context.Context, n id.Of[Event], f EventForm) error {
	return s.editEvent(ctx, n, func(tx db.Tx, scope rbac.Scope, e *Event) error {
		if _, err := s.takeEvent(ctx, tx, scope, e, f); err != nil {
			return err
		}
		there, err := controlsOf(ctx, tx, e.CompanyID, db.Ints{int64(e.ID)})
		if err != nil {
			return err
		}
		return s.control(ctx, tx, *e, there[e.ID], f.Controls)
	})
}

// Reviewing confirms an event as it stands.
type Reviewing struct {
	On day.Date `json:"on" required:"false" doc:"left out: today"`
}

// Review notes that an event was reviewed and stands (评审). Errors: rbac.ErrNotFound, ErrEnded,
// ErrFuture.
func (s *Service) Review(ctx context.Context, n id.Of[Event], r Reviewing) error {
	return s.editEvent(ctx, n, func(tx db.Tx, _ rbac.Scope, e *Event) error {
		return e.reviewed(r.On, today(tx))
	})
}

// reviewed sets the day of the review and the next one's. Errors: ErrFuture.
func (e *Event) reviewed(on, now day.Date) error {
	if on.IsZero() {
		on = now
	}
	if on.After(now) {
		return ErrFuture.At("body.reviewedOn")
	}
	e.ReviewedOn, e.ReviewDueOn = on, on.AddMonths(On(now).ReviewMonths)
	return nil
}

// EndEvent takes an event out of force. Errors: rbac.ErrNotFound, ErrEnded, ErrFuture.
func (s *Service) EndEvent(ctx context.Context, n id.Of[Event], x Ending) error {
	return s.editEvent(ctx, n, func(tx db.Tx, _ rbac.Scope, e *Event) (err error) {
		e.EndedOn, e.EndReason, err = x.of(tx)
		return err
	})
}

func (s *Service) editEvent(ctx context.Context, n id.Of[Event], edit func(db.Tx, rbac.Scope, *Event) error) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := eventByID(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		if !was.EndedOn.IsZero() {
			return ErrEnded
		}
		is := was
		if err := edit(tx, scope, &is); err != nil {
			return err
		}
		is.UpdatedAt = tx.Now
		if err := updateEvents(ctx, tx, []Event{is}); err != nil {
			return err
		}
		unit, err := unitByID(ctx, tx, scope, is.RiskUnitID)
		if err != nil && !errors.Is(err, rbac.ErrNotFound) { // another part's unit, whose event he controls
			return err
		}
		return s.settle(ctx, tx, scope, home, []change{{was, is, unit.Name}})
	})
}

// takeEvent writes a form into e and returns the name of its risk unit. Errors: those of AddEvent.
func (s *Service) takeEvent(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Event, f EventForm) (name string, err error) {
	unit, err := unitByID(ctx, tx, scope, f.RiskUnitID)
	switch {
	case errors.Is(err, rbac.ErrNotFound), err == nil && !unit.EndedOn.IsZero():
		return "", ErrRiskUnit.At("body.riskUnitId")
	case err != nil:
		return "", err
	}
	tree, err := s.Tree(ctx, tx, e.CompanyID, today(tx))
	if err != nil {
		return "", err
	}
	return unit.Name, e.fill(f, unit, tree, scope, tx)
}

// fill writes a form into e. Errors: those of Rules.Judge, ErrAccident, ErrUnit, ErrOwner,
// ErrBlank, ErrFuture.
func (e *Event) fill(f EventForm, unit Unit, tree org.Tree, scope rbac.Scope, tx db.Tx) (err error) {
	rules := On(today(tx))
	judged, err := rules.Judge(Judgement{f.Inherent, f.Residual, f.Catalogue, f.RaisedLevel, f.RaiseReason, f.ControlLevel})
	if err != nil {
		return err
	}
	if e.Hazard, err = tidy(f.Hazard, "body.hazard"); err != nil {
		return err
	}
	for i, a := range f.Accidents {
		if !slices.ContainsFunc(rules.Accidents, func(n Named) bool { return n.ID == a }) {
			return ErrAccident.At(fmt.Sprintf("body.accidents[%d]", i))
		}
	}
	if f.UnitID == 0 && unit.UnitID != nil {
		f.UnitID = id.Of[id.Unit](*unit.UnitID)
	}
	at, err := seatOf(tree, scope, f.UnitID, f.OwnerID)
	if err != nil {
		return err
	}
	if err := e.reviewed(f.ReviewedOn, today(tx)); err != nil {
		return err
	}
	e.Take(judged, rules.Version)
	e.RiskUnitID, e.Accidents, e.Consequence, e.Catalogue = unit.ID, db.Texts(f.Accidents), f.Consequence, f.Catalogue
	if e.RaisedLevel, e.RaiseReason = f.RaisedLevel, f.RaiseReason; e.RaisedLevel == "" {
		e.RaiseReason = ""
	}
	e.UnitID, e.UnitName, e.OwnerID, e.OwnerName = at.unitID, at.unitName, at.ownerID, at.ownerName
	e.PostName, e.Frequency, e.UpdatedAt = f.PostName, f.Frequency, tx.Now
	return nil
}

// control brings an event's controls to what a form lists: those left out end. Errors:
// ErrControl, ErrBlank.
func (*Service) control(ctx context.Context, tx db.Tx, e Event, there []Control, want []ControlForm) error {
	fresh, changed, err := controlChanges(e, there, want, today(tx))
	if err != nil {
		return err
	}
	if err := insertControls(ctx, tx, fresh); err != nil {
		return err
	}
	return updateControls(ctx, tx, changed)
}

// controlChanges compares an event's controls with those wanted. Errors: ErrControl, ErrBlank.
func controlChanges(e Event, there []Control, want []ControlForm, on day.Date) (fresh []*Control, changed []Control, err error) {
	kept := map[id.Of[Control]]bool{}
	for i, f := range want {
		text, err := tidy(f.Text, fmt.Sprintf("body.controls[%d].text", i))
		if err != nil {
			return nil, nil, err
		}
		if f.ID == 0 {
			fresh = append(fresh, e.newControl(i+1, f.Kind, text))
			continue
		}
		at := slices.IndexFunc(there, func(c Control) bool { return c.ID == f.ID })
		if at < 0 || kept[f.ID] {
			return nil, nil, ErrControl.At(fmt.Sprintf("body.controls[%d].id", i))
		}
		c := there[at]
		kept[f.ID], c.N, c.Kind, c.Text = true, i+1, f.Kind, text
		changed = append(changed, c)
	}
	for _, c := range there {
		if !kept[c.ID] {
			c.EndedOn = on
			changed = append(changed, c)
		}
	}
	return fresh, changed, nil
}

func (e Event) newControl(n int, kind, text string) *Control {
	return &Control{CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EventID: e.ID, N: n, Kind: kind, Text: text}
}

// settle follows up changes of events: the trail, what falls due, and what has to be reported.
func (s *Service) settle(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, changes []change) error {
	var items []due.Item
	var triggers []Trigger
	for _, c := range changes {
		scope.Changed("risk_event", int64(c.is.ID), home.CompanyID, c.was, c.is)
		items = append(items, c.is.ReviewItem(c.unit))
		if t, ok := c.trigger(today(tx)); ok {
			triggers = append(triggers, t)
		}
	}
	if err := s.put(ctx, tx, home, items); err != nil {
		return err
	}
	return s.keepReports(ctx, tx, scope, home, triggers)
}

// ReviewItem is the event's yearly review as it falls due; of an event that ended it is settled.
func (e Event) ReviewItem(unit string) due.Item {
	item := due.Item{Kind: "risk.review", Ref: int64(e.ID), Title: unit + "：" + e.Hazard, On: e.ReviewDueOn, Path: fmt.Sprintf("/risk/events/%d", int64(e.ID))}
	if !e.EndedOn.IsZero() {
		item.On = day.Date{}
	}
	if e.OwnerID != nil {
		item.OwnerID = id.Of[id.Staff](*e.OwnerID)
	}
	if e.UnitID != nil {
		item.UnitID = id.Of[id.Unit](*e.UnitID)
	}
	return item
}

// trigger is what a change of a larger or major risk has the company report.
func (c change) trigger(on day.Date) (Trigger, bool) {
	t := Trigger{Event: c.unit + "：" + c.is.Hazard, Number: c.is.Number, Was: c.was.Level, Is: c.is.Level, On: on}
	switch {
	case !c.is.EndedOn.IsZero():
		t.Why, t.Is = "ended", ""
		return t, c.was.Level.reported()
	case c.was.ID == 0:
		t.Why = "new"
		return t, c.is.Level.reported()
	case c.was.Level != c.is.Level:
		t.Why = "level"
		return t, c.was.Level.reported() || c.is.Level.reported()
	}
	return t, false
}
