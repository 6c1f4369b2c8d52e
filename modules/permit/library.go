package permit

import (
	"embed"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/library"
	"anbiao/kit/text"
)

// The forms are data with versions. A file is never changed once a permit may have been
// written under it; a correction is a new file, valid from a later day.
//
//go:embed library/*.yaml
var libraryFiles embed.FS

// Phases in which items are answered.
const (
	PhaseApprove = "approve"
	PhaseStart   = "start"
	PhaseResume  = "resume"
	PhaseClose   = "close"
)

// Pack is one version of the forms.
type Pack struct {
	Version   string   `yaml:"version" json:"version"`
	ValidFrom day.Date `yaml:"valid_from" json:"validFrom"`
	Forms     []Form   `yaml:"kinds" json:"forms" nullable:"false"`
}

// Form is what a kind of work asks for.
type Form struct {
	Kind          string   `yaml:"kind" json:"kind"`
	Short         string   `yaml:"short" json:"short" doc:"letters in the number of a permit"`
	NameZh        string   `yaml:"name_zh" json:"nameZh"`
	NameEn        string   `yaml:"name_en" json:"nameEn"`
	Modules       []string `yaml:"modules" json:"modules" nullable:"false" doc:"of the checklist library"`
	Levels        []Level  `yaml:"levels" json:"levels" nullable:"false" doc:"the gravest first"`
	Measure       string   `yaml:"measure" json:"measure" doc:"key of the detail that decides the level; empty: people choose it"`
	Fields        []Field  `yaml:"fields" json:"fields" nullable:"false"`
	Items         []Item   `yaml:"items" json:"items" nullable:"false"`
	Gases         []Gas    `yaml:"gases" json:"gases" nullable:"false"`
	GasAsked      string   `yaml:"gas_asked" json:"gasAsked" enum:"always,never" doc:"whether gas is measured before every start"`
	GasItem       string   `yaml:"gas_item" json:"gasItem" doc:"item whose answer 'not applicable' says that no gas is possible; empty: none"`
	FreshMinutes  int      `yaml:"fresh_minutes" json:"freshMinutes" doc:"how old a reading may be at the start"`
	EveryMinutes  int      `yaml:"every_minutes" json:"everyMinutes" doc:"readings during work at least so often; 0: not asked"`
	Roles         []Role   `yaml:"roles" json:"roles" nullable:"false"`
	Extendable    bool     `yaml:"extendable" json:"extendable"`
	QuietMinutes  int      `yaml:"quiet_minutes" json:"quietMinutes" doc:"the place is watched so long after the work; 0: not asked"`
	Holiday       bool     `yaml:"holiday_up" json:"holidayUp" doc:"one level up on holidays"`
	RemindMinutes int      `yaml:"remind_minutes" json:"remindMinutes" doc:"before the end the watcher is reminded"`
	NoteZh        string   `yaml:"note_zh" json:"noteZh"`
	NoteEn        string   `yaml:"note_en" json:"noteEn"`
	Basis         []Source `yaml:"basis" json:"basis" nullable:"false"`
}

// Level is how dangerous the work is.
type Level struct {
	Code          string   `yaml:"code" json:"code"`
	NameZh        string   `yaml:"name_zh" json:"nameZh"`
	NameEn        string   `yaml:"name_en" json:"nameEn"`
	MaxHours      int      `yaml:"max_hours" json:"maxHours"`
	RetestMinutes int      `yaml:"retest_minutes" json:"retestMinutes" doc:"after an interruption longer than this the gas is measured anew; 0: after any"`
	From          string   `yaml:"from" json:"from" doc:"least value of the deciding detail; empty: none"`
	Above         string   `yaml:"above" json:"above" doc:"it lies above this value; empty: none"`
	Approvers     []string `yaml:"approvers" json:"approvers" nullable:"false" doc:"roles that approve, where the company has not named anybody"`
	Confidence    string   `yaml:"confidence" json:"confidence"`
}

// Field is a detail that the form asks for.
type Field struct {
	Key      string   `yaml:"key" json:"key"`
	NameZh   string   `yaml:"name_zh" json:"nameZh"`
	NameEn   string   `yaml:"name_en" json:"nameEn"`
	Unit     string   `yaml:"unit" json:"unit"`
	Number   bool     `yaml:"number" json:"number"`
	Required bool     `yaml:"required" json:"required"`
	Options  []string `yaml:"options" json:"options" nullable:"false"`
}

// Item is an event item of the checklist library that the permit asks, in the words of the
// company's standard where it has some.
type Item struct {
	Code        string `yaml:"code" json:"code"`
	Phase       string `yaml:"phase" json:"phase" enum:"approve,start,resume,close"`
	Requirement string `yaml:"requirement" json:"requirement"`
	Method      string `yaml:"method" json:"method"`
	Clause      string `yaml:"clause" json:"clause"`
	Major       bool   `yaml:"major" json:"major" doc:"a failure is suggested to be a major hazard"`
	MayNA       bool   `yaml:"may_na" json:"mayNA" doc:"may be answered as not applicable"`
}

// Gas is what is measured and its limits; an empty bound is open.
type Gas struct {
	Key        string `yaml:"key" json:"key"`
	NameZh     string `yaml:"name_zh" json:"nameZh"`
	NameEn     string `yaml:"name_en" json:"nameEn"`
	Unit       string `yaml:"unit" json:"unit"`
	Min        string `yaml:"min" json:"min"`
	Max        string `yaml:"max" json:"max"`
	Required   bool   `yaml:"required" json:"required"`
	Group      string `yaml:"group" json:"group" doc:"of the gases of one group one is measured"`
	NoteZh     string `yaml:"note_zh" json:"noteZh"`
	NoteEn     string `yaml:"note_en" json:"noteEn"`
	Confidence string `yaml:"confidence" json:"confidence"`
}

// Role is a part somebody takes in the work.
type Role struct {
	Role  string `yaml:"role" json:"role" enum:"worker,watcher"`
	Cards []Card `yaml:"cards" json:"cards" nullable:"false" doc:"one of them is enough; none: no certificate"`
	All   bool   `yaml:"all" json:"all" doc:"every worker needs one; else one of the crew"`
}

// Card is a certificate of the catalogue.
type Card struct {
	Kind      string `yaml:"kind" json:"kind"`
	Operation string `yaml:"operation" json:"operation" doc:"empty: any"`
	NameZh    string `yaml:"name_zh" json:"nameZh"`
	NameEn    string `yaml:"name_en" json:"nameEn"`
}

// Source is where a rule comes from and how far its text was seen.
type Source struct {
	Ref        string `yaml:"ref" json:"ref"`
	Clause     string `yaml:"clause" json:"clause"`
	Confidence string `yaml:"confidence" json:"confidence" enum:"verified,document_seen,memory,design"`
}

// packs are all versions, the newest first.
var packs = mustPacks()

func mustPacks() (out []Pack) {
	for _, p := range library.All[Pack]("permit", libraryFiles, "library/*.yaml") {
		text.WideAll(p)
		out = append(out, p.filled())
	}
	slices.SortFunc(out, func(a, b Pack) int { return b.ValidFrom.DaysSince(a.ValidFrom) })
	return out
}

// filled puts empty lists where the file says nothing: a client reads [] and never null.
func (p Pack) filled() Pack {
	for i := range p.Forms {
		f := &p.Forms[i]
		f.Modules, f.Levels, f.Items, f.Gases = orNone(f.Modules), orNone(f.Levels), orNone(f.Items), orNone(f.Gases)
		f.Roles, f.Basis, f.Fields = orNone(f.Roles), orNone(f.Basis), orNone(f.Fields)
		for n := range f.Fields {
			f.Fields[n].Options = orNone(f.Fields[n].Options)
		}
		for n := range f.Roles {
			f.Roles[n].Cards = orNone(f.Roles[n].Cards)
		}
		for n := range f.Levels {
			f.Levels[n].Approvers = orNone(f.Levels[n].Approvers)
		}
	}
	return p
}

func orNone[T any](list []T) []T { return append([]T{}, list...) }

// PackOn returns the version that holds on a day; the oldest for days before all.
func PackOn(on day.Date) Pack {
	for _, p := range packs {
		if !p.ValidFrom.After(on) {
			return p
		}
	}
	return packs[len(packs)-1]
}

// packOf returns the version of a name; the newest if there is none of it.
func packOf(version string) Pack {
	for _, p := range packs {
		if p.Version == version {
			return p
		}
	}
	return packs[0]
}

// form returns the form of a kind. Errors: ErrKind.
func (p Pack) form(kind string) (Form, error) {
	for _, f := range p.Forms {
		if f.Kind == kind {
			return f, nil
		}
	}
	return Form{}, ErrKind.At("body.kind")
}

// level returns the level of a code. Errors: ErrKind.
func (f Form) level(code string) (Level, error) {
	for _, l := range f.Levels {
		if l.Code == code {
			return l, nil
		}
	}
	return Level{}, ErrKind.At("body.level")
}

// phase lists the items of a phase.
func (f Form) phase(name string) (out []Item) {
	for _, it := range f.Items {
		if it.Phase == name {
			out = append(out, it)
		}
	}
	return out
}

// Codes lists the codes of the event items that a permit of the form asks.
func (f Form) Codes() []string {
	out := make([]string, len(f.Items))
	for i, it := range f.Items {
		out[i] = it.Code
	}
	return out
}

// Triggered lists the event items that some permit asks, each once.
func Triggered() (out []string) {
	for _, f := range packs[0].Forms {
		out = append(out, f.Codes()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
