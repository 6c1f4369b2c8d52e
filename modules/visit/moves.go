package visit

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// file is a visit in a transaction: what is done to it, and by whom.
type file struct {
	Visit
	by    rbac.Actor
	now   time.Time
	added []*Step
}

func (f *file) today() day.Date { return day.In(f.now, day.Shanghai) }

// note adds a step.
func (f *file) note(event, said string, order *id.Of[id.Order]) {
	s := &Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, VisitID: orNil(f.ID), OrderID: order, Event: event, At: f.now,
		ActorKind: string(f.by.Kind), ActorName: f.by.Name, Note: strings.TrimSpace(said),
	}
	if f.by.PersonID != 0 {
		p := f.by.PersonID
		s.PersonID = &p
	}
	f.added = append(f.added, s)
	f.ChangedAt = f.now
}

// in refuses what does not fit the state. Errors: ErrNow.
func (f *file) in(states ...State) error {
	if !slices.Contains(states, f.State) {
		return ErrNow[f.State]
	}
	return nil
}

// ours lets the body that inspects plan the visit. Errors: ErrOtherBody.
func (f *file) ours() error {
	if f.by.OrganisationID != f.OrganisationID {
		return ErrOtherBody
	}
	return nil
}

// mine lets an officer of the visit work on it. Errors: ErrOtherBody, ErrNotOfficer.
func (f *file) mine() error {
	if err := f.ours(); err != nil {
		return err
	}
	if !slices.Contains(f.OfficerIDs, int64(f.by.PersonID)) {
		return ErrNotOfficer
	}
	return nil
}

// Officer is an inspector; with no id somebody of another body, by name.
type Officer struct {
	PersonID id.Of[id.Person] `json:"personId,omitempty" required:"false"`
	Name     string           `json:"name,omitempty" maxLength:"40" doc:"of somebody of another body"`
}

// officers of a visit: members of the body by id, others by name, at least two. Errors: ErrOfficers.
func officersOf(asked, members []Officer) (ids db.Ints, names db.Texts, err error) {
	ids, names = db.Ints{}, db.Texts{}
	for _, o := range asked {
		name := strings.TrimSpace(o.Name)
		if o.PersonID != 0 {
			i := slices.IndexFunc(members, func(m Officer) bool { return m.PersonID == o.PersonID })
			if i < 0 {
				return nil, nil, ErrOfficers.At("body.officers")
			}
			name = members[i].Name
		}
		if name == "" || (slices.Contains(names, name) && (o.PersonID == 0 || slices.Contains(ids, int64(o.PersonID)))) {
			continue
		}
		ids, names = append(ids, int64(o.PersonID)), append(names, name)
	}
	if len(ids) < rules.Officers.AtLeast {
		return nil, nil, ErrOfficers.At("body.officers")
	}
	return ids, names, nil
}

// announce tells the company of a visit beforehand. Errors: ErrNow, ErrOtherBody, ErrSecret, ErrAnnounced.
func (f *file) announce() error {
	if err := f.in(Planned); err != nil {
		return err
	}
	if err := f.ours(); err != nil {
		return err
	}
	switch {
	case !f.Announced:
		return ErrSecret
	case !f.Hidden():
		return ErrAnnounced
	}
	f.RevealedAt = &f.now
	f.note("announce", "", nil)
	return nil
}

// Change moves a visit that has not begun.
type Change struct {
	PlannedOn day.Date  `json:"plannedOn"`
	DueOn     day.Date  `json:"dueOn"`
	Officers  []Officer `json:"officers" minItems:"2" maxItems:"10" nullable:"false"`
	Announced bool      `json:"announced" doc:"false: nobody is told beforehand; only before the company was told"`
}

// change moves it. Errors: ErrNow, ErrOtherBody, ErrDay, ErrOfficers, ErrAnnounced.
func (f *file) change(c Change, members []Officer) error {
	if err := f.in(Planned); err != nil {
		return err
	}
	if err := f.ours(); err != nil {
		return err
	}
	switch {
	case c.DueOn.Before(c.PlannedOn) || c.PlannedOn.IsZero() || c.DueOn.Before(f.today()) || c.DueOn.After(f.today().AddYears(2)):
		return ErrDay.At("body.dueOn")
	case !c.Announced && !f.Hidden():
		return ErrAnnounced.At("body.announced")
	}
	ids, names, err := officersOf(c.Officers, members)
	if err != nil {
		return err
	}
	f.PlannedOn, f.DueOn, f.OfficerIDs, f.OfficerNames, f.Announced = c.PlannedOn, c.DueOn, ids, names, c.Announced
	f.note("change", "", nil)
	return nil
}

// setOut begins the way to the company. Errors: ErrNow, ErrOtherBody, ErrNotOfficer.
func (f *file) setOut() error {
	if err := f.in(Planned); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	f.State, f.SetOutAt = Underway, &f.now
	f.note("set_out", "", nil)
	return nil
}

// arrive begins the inspection on site. Errors: ErrNow, ErrOtherBody, ErrNotOfficer.
func (f *file) arrive() error {
	if err := f.in(Planned, Underway); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	f.State, f.ArrivedAt = Onsite, &f.now
	if f.SetOutAt == nil {
		f.SetOutAt = &f.now
	}
	f.note("arrive", "", nil)
	return nil
}

// Record is what the officers write down on site.
type Record struct {
	Place      string `json:"place,omitempty" maxLength:"200"`
	Situation  string `json:"situation,omitempty" maxLength:"4000" doc:"检查情况"`
	FirmPerson string `json:"firmPerson,omitempty" maxLength:"40" doc:"who is there for the company"`
	FirmPost   string `json:"firmPost,omitempty" maxLength:"40"`
	Items      []Item `json:"items,omitempty" maxItems:"300" nullable:"false"`
}

// record writes it. Errors: ErrNow, ErrOtherBody, ErrNotOfficer, ErrItem.
func (f *file) record(r Record) error {
	if err := f.in(Onsite); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, it := range r.Items {
		if strings.TrimSpace(it.Code) == "" || strings.TrimSpace(it.Requirement) == "" || seen[it.Code] {
			return ErrItem.At("body.items")
		}
		seen[it.Code] = true
	}
	f.Place, f.Situation, f.FirmPerson, f.FirmPost = strings.TrimSpace(r.Place), strings.TrimSpace(r.Situation), strings.TrimSpace(r.FirmPerson), strings.TrimSpace(r.FirmPost)
	f.Items.V = r.Items
	f.ChangedAt = f.now
	return nil
}

// Closing ends a visit.
type Closing struct {
	OfficerSignature id.Of[id.Attachment] `json:"officerSignature"`
	FirmSignature    id.Of[id.Attachment] `json:"firmSignature,omitempty" required:"false"`
	FirmRefused      bool                 `json:"firmRefused,omitempty" doc:"the company would not sign; the note says so"`
	Note             string               `json:"note,omitempty" maxLength:"1000"`
}

// close ends the visit: signed by both sides, or the refusal noted (art. 68). Errors: ErrNow, ErrOtherBody, ErrNotOfficer,
// ErrBlank, ErrSignature, ErrRefusal.
func (f *file) close(c Closing, number string) error {
	if err := f.in(Onsite); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	said := strings.TrimSpace(c.Note)
	switch {
	case f.Situation == "":
		return ErrBlank.At("body.situation")
	case c.OfficerSignature == 0:
		return ErrSignature.At("body.officerSignature")
	case c.FirmRefused && said == "":
		return ErrRefusal.At("body.note")
	case !c.FirmRefused && (c.FirmSignature == 0 || f.FirmPerson == ""):
		return ErrSignature.At("body.firmSignature")
	}
	f.OfficerSignature = &c.OfficerSignature
	if !c.FirmRefused {
		f.FirmSignature = &c.FirmSignature
	}
	f.FirmRefused = c.FirmRefused
	if c.FirmRefused {
		f.RefusalNote = said
	}
	f.end(Closed, number)
	f.note("close", said, nil)
	return nil
}

func (f *file) end(s State, number string) {
	f.State, f.EndedAt, f.RecordNumber = s, &f.now, number
	if f.RevealedAt == nil && s != Cancelled {
		f.RevealedAt = &f.now
	}
}

// refuse notes that nobody let the officers in. Errors: ErrNow, ErrOtherBody, ErrNotOfficer, ErrRefusal.
func (f *file) refuse(said, number string) error {
	if err := f.in(Underway, Onsite); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	if said = strings.TrimSpace(said); said == "" {
		return ErrRefusal.At("body.note")
	}
	f.FirmRefused, f.RefusalNote = true, said
	f.end(Refused, number)
	f.note("refuse", said, nil)
	return nil
}

// cancel gives a visit up before anybody is on site. Errors: ErrNow, ErrOtherBody, ErrReason.
func (f *file) cancel(said string) error {
	if err := f.in(Planned, Underway); err != nil {
		return err
	}
	if err := f.ours(); err != nil {
		return err
	}
	if said = strings.TrimSpace(said); said == "" {
		return ErrReason.At("body.note")
	}
	f.end(Cancelled, "")
	f.note("cancel", said, nil)
	return nil
}

// receive is the company saying that it has read the record. Errors: ErrNotOver, ErrReceived.
func (f *file) receive() error {
	switch {
	case f.State != Closed && f.State != Refused:
		return ErrNotOver
	case f.ReceivedAt != nil:
		return ErrReceived
	}
	f.ReceivedAt, f.ReceivedBy = &f.now, f.by.Name
	f.note("receive", "", nil)
	return nil
}
