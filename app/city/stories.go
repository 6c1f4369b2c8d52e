package city

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/hazard"
	"anbiao/rbac"
)

// ending is how far a hazard has come.
type ending int

const (
	registered ending = iota
	graded
	assigned
	rectifying
	waiting // for acceptance
	reviewing
	closed
	onSpot // closed, fixed as soon as found
	voided
)

// plot is what a story is told from.
type plot struct {
	firm     *firm
	by       *worker // found it
	owner    *worker // fixes it
	boss     *worker // grades, assigns and accepts
	at       time.Time
	phrase   phrase
	place    string
	point    *point
	failure  *failure // nil: not from a check
	source   hazard.Source
	officer  *who // of a hazard an authority found
	category string
	code     string // of the item
	clause   string
	level    hazard.Level
	deadline day.Date
	fixedOn  day.Date
	ending   ending
	photos   bool
	whole    bool // of a major hazard: with congress, work stopped and resumed, and progress
}

// who is somebody as a step names him.
type who struct {
	kind   rbac.Kind
	name   string
	staff  *id.Of[id.Staff]
	person *id.Of[id.Person]
	org    *id.Of[id.Organisation]
}

func (w *worker) who() who {
	return who{kind: rbac.Company, name: w.Name, staff: staffID(w), person: w.PersonID}
}

// story is a hazard with its steps and photos.
type story struct {
	hazard.Hazard
	steps  []*hazard.Step
	photos []shot
	cure   *cure // of a major hazard
}

// shot is a photo of a step.
type shot struct {
	step int
	file *attachment.File
}

func (s *story) step(e hazard.Event, to hazard.State, at time.Time, by who, note string, d hazard.Detail) {
	s.Steps++
	s.steps = append(s.steps, &hazard.Step{
		CompanyID: s.CompanyID, RegionPath: s.RegionPath, OversightLine: s.OversightLine, N: s.Steps, Event: e, FromState: s.State, ToState: to, At: at,
		ActorKind: string(by.kind), PersonID: by.person, StaffID: by.staff, OrganisationID: by.org, ActorName: by.name, OwnerID: s.OwnerID, OwnerPersonID: s.OwnerPersonID,
		Note: note, Detail: db.JSON[hazard.Detail]{V: d},
	})
	s.State, s.ChangedAt = to, at
}

// tell goes through a hazard's steps as the module's own rules order them.
func (b *builder) tell(p plot) *story {
	s := b.register(p)
	boss := p.boss.who()
	switch p.ending {
	case registered:
		return s
	case voided:
		t := p.at.Add(20 * time.Hour)
		s.VoidedOn = day.In(t, day.Shanghai)
		s.step(hazard.Void, hazard.Voided, t, boss, "重复登记", hazard.Detail{})
		return s
	default: // goes on
	}
	t := p.at.Add(100 * time.Minute)
	s.Level, s.Category = p.level, p.category
	s.step(hazard.Grade, hazard.Graded, t, boss, "", hazard.Detail{Level: p.level, Category: p.category})
	if p.level == hazard.Major {
		b.reportUp(s, p, t)
	}
	switch p.ending {
	case graded:
		return s
	case onSpot:
		s.FixType = hazard.OnSpot
		s.own(p.owner, "")
		b.fix(s, p, t.Add(30*time.Minute))
		b.accept(s, p, t.Add(2*time.Hour))
		return s
	default: // goes on
	}
	s.FixType, s.Measures, s.Deadline = hazard.ByDate, p.phrase.fixed, p.deadline
	if p.level == hazard.Major {
		s.Goal, s.Contingency, s.FundsFen = "恢复监控联锁并通过现场核查", "整改期间该系统停用，设专人监护，暂停相关抛光作业", some(fen.Amount(1_800_000))
	}
	s.own(p.owner, p.owner.unit)
	s.step(hazard.Assign, hazard.Assigned, t.Add(10*time.Minute), boss, "", hazard.Detail{
		OwnerName: s.OwnerName, OwnerUnit: s.OwnerUnit, Deadline: s.Deadline.String(), Measures: s.Measures, FundsFen: s.FundsFen,
	})
	if p.ending == assigned {
		return s
	}
	began := at(day.In(p.at, day.Shanghai).AddDays(1), 8, 20)
	if s.cure != nil {
		b.filePlan(s, p, began.Add(-time.Hour))
	}
	s.step(hazard.Start, hazard.Rectifying, began, p.owner.who(), "", hazard.Detail{})
	if s.cure != nil && p.whole {
		b.advance(s, p, began.AddDate(0, 0, 9))
	}
	if p.ending == rectifying {
		return s
	}
	b.fix(s, p, at(p.fixedOn, 15, 30))
	if s.cure != nil && p.ending == closed {
		b.cured(s, p, at(p.fixedOn.AddDays(2), 10, 5))
	} else if p.ending != waiting {
		b.accept(s, p, at(p.fixedOn.AddDays(1), 10, 5))
	}
	return s
}

// register is how the story begins.
func (b *builder) register(p plot) *story {
	s := &story{Hazard: hazard.Hazard{
		CompanyID: p.firm.CompanyID, RegionPath: p.firm.RegionPath, OversightLine: p.firm.OversightLine, Source: p.source, Place: p.place, Description: p.phrase.found,
		Cause: 2, ItemCode: p.code, Clause: p.clause, FoundAt: p.at, FoundOn: day.In(p.at, day.Shanghai),
	}}
	by := p.by.who()
	if p.officer != nil {
		by = *p.officer
	}
	s.FoundByStaffID, s.FoundByPersonID, s.FoundByName = by.staff, by.person, by.name
	if p.point != nil {
		s.PointID = some(p.point.ID)
	}
	if p.failure != nil {
		s.CheckID, s.CheckStartedOn = some(p.failure.check.ID), p.failure.check.StartedOn
	}
	if p.level == hazard.Major {
		s.SuggestedLevel, s.Suggestion = hazard.Major, p.clause
	}
	s.step(hazard.Register, hazard.Registered, p.at, by, "", hazard.Detail{Level: s.SuggestedLevel})
	switch {
	case p.failure != nil:
		s.photos = append(s.photos, shot{0, p.failure.file})
	case p.photos:
		s.photos = append(s.photos, shot{0, b.shoot(p.firm, p.by, p.at, before, p.code)})
	}
	return s
}

func (s *story) own(w *worker, unit string) {
	s.OwnerID, s.OwnerPersonID, s.OwnerName, s.OwnerUnit = staffID(w), w.PersonID, w.Name, unit
}

func (b *builder) fix(s *story, p plot, t time.Time) {
	s.FixedAt, s.FixedOn = &t, day.In(t, day.Shanghai)
	if n := len(p.phrase.fixed) % 5; n > 2 {
		s.ActualFundsFen = some(fen.Amount(n * 26_000))
	}
	s.step(hazard.Fix, hazard.AwaitingAcceptance, t, p.owner.who(), p.phrase.fixed, hazard.Detail{ActualFundsFen: s.ActualFundsFen})
	if p.photos {
		s.photos = append(s.photos, shot{len(s.steps) - 1, b.shoot(p.firm, p.owner, t, after, p.code)})
	}
}

// accept closes the hazard, or hands it to the regulator where only he may close it.
func (b *builder) accept(s *story, p plot, t time.Time) {
	boss := p.boss.who()
	s.AcceptedOn, s.AcceptedByName = day.In(t, day.Shanghai), p.boss.Name
	s.step(hazard.Accept, hazard.Accepted, t, boss, "现场核实，整改到位", hazard.Detail{})
	if !s.NeedsRegulator() {
		s.CancelledOn = s.AcceptedOn
		s.step(hazard.Cancel, hazard.Cancelled, t, boss, "", hazard.Detail{})
		return
	}
	s.step(hazard.AskReview, hazard.UnderReview, t, boss, "", hazard.Detail{})
	if p.ending == closed {
		seen := t.Add(50 * time.Hour)
		s.ReviewedOn, s.CancelledOn = day.In(seen, day.Shanghai), day.In(seen, day.Shanghai)
		s.step(hazard.Pass, hazard.Cancelled, seen, *p.officer, "现场复核通过", hazard.Detail{})
	}
}
