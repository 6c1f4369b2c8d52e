package training

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/library"
	"anbiao/rbac"
)

// HealthCourse is the kind of training in occupational health, whose hours are reckoned apart.
const HealthCourse = "occupational_health"

// threeLevel is the kind of education before starting work (三级安全教育).
const threeLevel = "three_level"

// Course is something that people are taught.
type Course struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Course]
	RegionPath    string
	OversightLine int16
	Code          string // of the ready course it was made from; empty: the company's own
	Kind          string
	Phase         string
	Level         string
	Title         string
	Minutes       int
	Outline       string
	Source        string
	Types         db.Texts
	Files         db.Ints
	PaperID       id.Of[id.Paper] // of the exam that ends it; 0: none
	Retired       bool
	MadeByName    string
	ChangedAt     time.Time
}

// CourseForm is what somebody enters of a course.
type CourseForm struct {
	Kind    string                 `json:"kind" maxLength:"40"`
	Phase   string                 `json:"phase" enum:"initial,annual,transfer,return,special"`
	Level   string                 `json:"level,omitempty" enum:",factory,workshop,team"`
	Title   string                 `json:"title" minLength:"1" maxLength:"100"`
	Minutes int                    `json:"minutes" minimum:"1" maximum:"14400"`
	Outline string                 `json:"outline,omitempty" maxLength:"8000"`
	Source  string                 `json:"source,omitempty" maxLength:"200"`
	Types   []string               `json:"types,omitempty" maxItems:"30" doc:"post types it is for; none: everybody"`
	Files   []id.Of[id.Attachment] `json:"files,omitempty" maxItems:"20"`
	PaperID id.Of[id.Paper]        `json:"paperId,omitempty" doc:"exam that ends it; 0: none"`
}

// enter sets what a form says. Errors: ErrKind, ErrLevel, ErrName.
func (c *Course) enter(f CourseForm) error {
	c.Title = strings.TrimSpace(f.Title)
	switch {
	case c.Title == "":
		return ErrName.At("body.title")
	case !slices.Contains(Kinds(), f.Kind):
		return ErrKind.At("body.kind")
	case f.Level != "" && f.Phase != PhaseInitial && f.Phase != PhaseTransfer && f.Phase != PhaseReturn:
		return ErrLevel.At("body.level")
	}
	c.Kind, c.Phase, c.Level, c.Minutes, c.Outline, c.Source = f.Kind, f.Phase, f.Level, f.Minutes, strings.TrimSpace(f.Outline), strings.TrimSpace(f.Source)
	c.Types, c.Files, c.PaperID = db.Texts(f.Types), ints(f.Files), f.PaperID
	return nil
}

// Ready is a course built into the program.
type Ready struct {
	Code       string   `yaml:"code"`
	Kind       string   `yaml:"kind"`
	Phase      string   `yaml:"phase"`
	Level      string   `yaml:"level"`
	Hours      int      `yaml:"hours"`
	Zh         string   `yaml:"zh"`
	En         string   `yaml:"en"`
	Source     string   `yaml:"source"`
	Confidence string   `yaml:"confidence"`
	Types      []string `yaml:"types"`
	When       When     `yaml:"when"`
	Outline    string   `yaml:"outline"`
}

// When is the time of the year at which a ready course is usually held.
type When struct {
	Month int      `yaml:"month"`
	After string   `yaml:"after"` // name of a holiday
	About []string `yaml:"about"` // its first days in years that are not published yet
}

type shelf struct {
	Version string   `yaml:"version"`
	Kinds   []string `yaml:"kinds"`
	Courses []Ready  `yaml:"courses"`
}

//go:embed data/courses.yaml
var coursesFile []byte

var ready = sync.OnceValue(func() shelf { return library.Must[shelf]("training: courses", coursesFile) })

// ReadyCourses are those built into the program.
func ReadyCourses() []Ready { return ready().Courses }

// Kinds are the kinds of courses.
func Kinds() []string { return ready().Kinds }

func readyBy(code string) (Ready, bool) {
	i := slices.IndexFunc(ReadyCourses(), func(r Ready) bool { return r.Code == code })
	if i < 0 {
		return Ready{}, false
	}
	return ReadyCourses()[i], true
}

// day proposes when to hold it: its time of the year, or a week ahead.
func (r Ready) day(today day.Date) day.Date {
	soon := today.AddDays(7)
	switch {
	case r.When.Month > 0:
		on := day.Of(today.Year(), time.Month(r.When.Month), 1)
		if today.After(on.AddMonths(1).AddDays(-1)) {
			on = on.AddYears(1)
		}
		if today.After(on) {
			on = today
		}
		return calendar.China().Ahead(on.AddDays(-1), 1)
	case r.When.After != "":
		for _, h := range calendar.China().Between(today.AddDays(-30), today.AddDays(400)) {
			if on := calendar.China().Ahead(h.Last, 1); h.NameZh == r.When.After && !on.Before(today) {
				return on
			}
		}
		for _, first := range r.When.About {
			if d, err := day.Parse(first); err == nil && !d.Before(today) {
				return calendar.China().Ahead(d.AddDays(6), 1) // a week is free as a rule
			}
		}
	}
	return soon
}

// of makes the company's own copy.
func (r Ready) of(home rbac.Home) Course {
	return Course{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Code: r.Code, Kind: r.Kind, Phase: r.Phase, Level: r.Level, Title: r.Zh, Minutes: r.Hours * ClassHour,
		Outline: strings.TrimSpace(r.Outline), Source: r.Source, Types: db.Texts(r.Types), Files: db.Ints{},
	}
}

func ints[T any](list []id.Of[T]) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

func idsOf[T any](list db.Ints) []id.Of[T] {
	out := make([]id.Of[T], len(list))
	for i, n := range list {
		out[i] = id.Of[T](n)
	}
	return out
}
