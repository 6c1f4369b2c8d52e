package risk

import (
	"errors"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// What may be wrong with a row of a risk list, besides the module's other faults.
var (
	// ErrRosterNumber: the company has no risk in force of that number.
	ErrRosterNumber = fault.New(fault.Invalid, "risk.roster-number")
	// ErrRosterTwice: several people have this name; the register asks for one.
	ErrRosterTwice = fault.New(fault.Invalid, "risk.roster-twice")
)

// rosterColumnOf is the column of a field that the rules refuse.
var rosterColumnOf = map[string]string{
	"inherent.method": "method", "inherent.l": "l", "inherent.e": "e", "inherent.c": "c", "inherent.s": "s", "residual.method": "method", "residual.l": "residualL",
	"residual.e": "residualE", "residual.c": "residualC", "residual.s": "residualS", "residual": "residualL", "raisedLevel": "level", "raiseReason": "raiseReason",
	"controlLevel": "controlLevel", "unitId": "unitName", "ownerId": "ownerName", "hazard": "hazard", "reviewedOn": "reviewedOn", "accidents": "accidents",
}

// rosterReader reads rows against the register and the tree of a company.
type rosterReader struct {
	tx     db.Tx
	home   rbac.Home
	scope  rbac.Scope // of the maker's company as a whole
	maker  string
	tree   org.Tree
	rules  *Rules
	units  map[string]*Unit // in use, by folded name; new ones as they come
	events []Controlled
	fresh  []*Unit
	next   int // number of the next new unit
}

// rosterRow is what a row makes or changes.
type rosterRow struct {
	unit     *Unit
	was, is  Event
	there    []Control
	controls []ControlForm
}

func (r *rosterReader) bad(row *sheet.Row, column string, err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		f = ErrBlank
	}
	if len(f.Fields) > 0 && column == "" {
		path := strings.TrimPrefix(f.Fields[0].Path, "body.")
		path, _, _ = strings.Cut(path, "[")
		column = rosterColumnOf[path]
	}
	if column == "" {
		column = "hazard"
	}
	row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// read returns what a row makes or changes; what is wrong with it stands in row.Faults
// afterwards. A cell that is empty says nothing.
func (r *rosterReader) read(row *sheet.Row) (out rosterRow) {
	v := row.Values
	out.unit = r.unit(v)
	at, err := r.meant(v, out.unit)
	if err != nil {
		r.bad(row, "number", err)
		return out
	}
	f := EventForm{Catalogue: v["catalogue"] == "yes"}
	out.is = Event{CompanyID: r.home.CompanyID, RegionPath: r.home.RegionPath, OversightLine: r.home.Line, MadeBy: r.maker, CreatedAt: r.tx.Now}
	if at != nil {
		out.was, out.is, out.there = at.Event, at.Event, at.Controls
		f = formOf(*at)
		if v["catalogue"] != "" {
			f.Catalogue = v["catalogue"] == "yes"
		}
	}
	r.take(row, &f)
	if len(row.Faults) > 0 {
		return out
	}
	if err := out.is.fill(f, *out.unit, r.tree, r.scope, r.tx); err != nil {
		r.bad(row, "", err)
		return out
	}
	out.controls = controlsFrom(v, out.there)
	return out
}

// unit is the unit that a row names, as it is or as the row makes it.
func (r *rosterReader) unit(v map[string]string) *Unit {
	key := search.Fold(v["unit"])
	if u := r.units[key]; u != nil {
		return u
	}
	r.next++
	u := &Unit{
		CompanyID: r.home.CompanyID, RegionPath: r.home.RegionPath, OversightLine: r.home.Line, Number: r.next, Kind: "place", Name: strings.TrimSpace(v["unit"]), Place: v["place"],
		MadeBy: r.maker, CreatedAt: r.tx.Now, UpdatedAt: r.tx.Now,
	}
	if v["kind"] != "" {
		u.Kind = v["kind"]
	}
	if unit, ok := r.unitNamed(v["unitName"]); ok {
		n := int64(unit.ID)
		u.UnitID, u.UnitName = &n, unit.Name
	}
	r.units[key], r.fresh = u, append(r.fresh, u)
	return u
}

// meant finds the event that a row is about; nil is a new one. Errors: ErrRosterNumber.
func (r *rosterReader) meant(v map[string]string, u *Unit) (*Controlled, error) {
	n := rosterNumber(v["number"])
	for i := range r.events {
		e := &r.events[i]
		if n != 0 && e.Number == n || n == 0 && u.ID != 0 && e.RiskUnitID == u.ID && search.Fold(e.Hazard) == search.Fold(v["hazard"]) {
			return e, nil
		}
	}
	if v["number"] != "" {
		return nil, ErrRosterNumber
	}
	return nil, nil
}

// formOf is an event as a form would say it.
func formOf(e Controlled) EventForm {
	f := EventForm{
		RiskUnitID: e.RiskUnitID, Hazard: e.Hazard, Accidents: e.Accidents, Consequence: e.Consequence, Inherent: e.Rating().scoring(), Catalogue: e.Catalogue,
		RaisedLevel: e.RaisedLevel, RaiseReason: e.RaiseReason, ControlLevel: e.ControlLevel, UnitID: ref[id.Unit](e.UnitID), OwnerID: ref[id.Staff](e.OwnerID),
		PostName: e.PostName, Frequency: e.Frequency, ReviewedOn: e.ReviewedOn,
	}
	if r := e.Residual(); r != nil {
		rest := r.scoring()
		f.Residual = &rest
	}
	return f
}

// take writes what a row says into f.
func (r *rosterReader) take(row *sheet.Row, f *EventForm) {
	v := row.Values
	for key, into := range map[string]*string{"hazard": &f.Hazard, "consequence": &f.Consequence, "raiseReason": &f.RaiseReason, "postName": &f.PostName, "frequency": &f.Frequency} {
		if v[key] != "" {
			*into = v[key]
		}
	}
	f.Inherent = scoringFrom(v, f.Inherent)
	if v["residualL"] != "" || v["residualC"] != "" || v["residualS"] != "" {
		rest := scoringFrom(map[string]string{"method": string(f.Inherent.Method), "l": v["residualL"], "e": v["residualE"], "c": v["residualC"], "s": v["residualS"]}, Scoring{})
		f.Residual = &rest
	}
	if v["controlLevel"] != "" {
		f.ControlLevel = ControlLevel(v["controlLevel"])
	}
	r.accidents(row, f)
	r.people(row, f)
	if s := v["reviewedOn"]; s != "" {
		on, err := day.Parse(s)
		if err != nil {
			r.bad(row, "reviewedOn", ErrFuture)
		}
		f.ReviewedOn = on
	}
	r.level(row, f)
}

// scoringFrom reads the factors; the method follows from them where it is not said.
func scoringFrom(v map[string]string, was Scoring) Scoring {
	if v["l"] == "" {
		return was
	}
	s := Scoring{Method(v["method"]), v["l"], v["e"], v["c"], v["s"]}
	if s.Method == "" {
		s.Method = LEC
		if v["s"] != "" && v["e"] == "" && v["c"] == "" {
			s.Method = LS
		}
	}
	return s
}

func (r *rosterReader) accidents(row *sheet.Row, f *EventForm) {
	if row.Values["accidents"] == "" {
		return
	}
	f.Accidents = nil
	for _, one := range strings.FieldsFunc(row.Values["accidents"], func(c rune) bool { return strings.ContainsRune("、,，;；/|\n ", c) }) {
		at := slices.IndexFunc(r.rules.Accidents, func(n Named) bool { return n.ID == one || n.Zh == one || strings.EqualFold(n.En, one) })
		if at < 0 {
			r.bad(row, "accidents", ErrAccident)
			continue
		}
		f.Accidents = append(f.Accidents, r.rules.Accidents[at].ID)
	}
}

// people finds the unit and the person that a row names.
func (r *rosterReader) people(row *sheet.Row, f *EventForm) {
	if name := row.Values["unitName"]; name != "" {
		u, ok := r.unitNamed(name)
		if !ok {
			r.bad(row, "unitName", ErrUnit)
		}
		f.UnitID = u.ID
	}
	name := row.Values["ownerName"]
	if name == "" {
		return
	}
	found := map[id.Of[id.Staff]]bool{}
	for _, h := range r.tree.Holders {
		if h.Name == name {
			found[h.StaffID] = true
		}
	}
	switch {
	case found[f.OwnerID] && f.OwnerID != 0: // as it is, though others are called so too
	case len(found) == 0:
		r.bad(row, "ownerName", ErrOwner)
	case len(found) > 1:
		r.bad(row, "ownerName", ErrRosterTwice)
	default:
		for n := range found {
			f.OwnerID = n
		}
	}
}

func (r *rosterReader) unitNamed(name string) (org.Unit, bool) {
	i := slices.IndexFunc(r.tree.Units, func(u org.Unit) bool { return u.Name == name })
	if name == "" || i < 0 {
		return org.Unit{}, false
	}
	return r.tree.Units[i], true
}

// level compares the level that a row claims with what its factors say: a higher one is raised
// by hand, a lower one refused.
func (r *rosterReader) level(row *sheet.Row, f *EventForm) {
	claimed := Level(row.Values["level"])
	f.RaisedLevel = ""
	judged, err := r.rules.Judge(Judgement{Inherent: f.Inherent, Catalogue: f.Catalogue})
	if claimed == "" || err != nil {
		return // fill says what is wrong with the factors
	}
	switch {
	case claimed.Above(judged.Level):
		f.RaisedLevel = claimed
	case judged.Level.Above(claimed):
		r.bad(row, "level", ErrLowered)
	}
}

// controlsFrom are the controls that a row leaves an event with: a cell as it was changes
// nothing, an empty one says nothing.
func controlsFrom(v map[string]string, there []Control) (out []ControlForm) {
	for _, kind := range controlKinds {
		now := cellOf(there, kind)
		if v[kind] == "" || v[kind] == now {
			for _, c := range there {
				if c.Kind == kind {
					out = append(out, ControlForm{c.ID, c.Kind, c.Text})
				}
			}
			continue
		}
		for _, text := range splitCell(v[kind]) {
			one := ControlForm{Kind: kind, Text: text}
			if i := slices.IndexFunc(there, func(c Control) bool { return c.Kind == kind && c.Text == text }); i >= 0 {
				one.ID = there[i].ID
			}
			out = append(out, one)
		}
	}
	return out
}

// sameControls reports whether controls stay as they are.
func sameControls(there []Control, want []ControlForm) bool {
	if len(there) != len(want) {
		return false
	}
	seen := map[id.Of[Control]]bool{}
	for _, w := range want {
		seen[w.ID] = w.ID != 0
	}
	for _, c := range there {
		if !seen[c.ID] {
			return false
		}
	}
	return true
}
