package listing

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/term"
)

//go:embed library/profiles.yaml
var profilesYAML []byte

// Profile is one version of a local form of listed supervision. A zero number: the form has
// no such term. A listing keeps the version it was made under.
type Profile struct {
	ID              string
	Version         string
	Zh              string
	En              string
	ValidFrom       string `yaml:"valid_from"`
	PlanBy          string `yaml:"plan_file_by"` // date_in_notice: the notice says by when
	Extension       Extension
	ProgressEach    int    `yaml:"progress_months"`
	Quota           int    `yaml:"quota_per_quarter"`
	FileWorking     int    `yaml:"file_working_days"`
	Publish         int    `yaml:"publish_working_days"`
	DelistPublish   int    `yaml:"delist_publish_working_days"`
	MaxYears        int    `yaml:"max_years"`
	ReviewDays      int    `yaml:"review_days"`
	ReviewFrom      string `yaml:"review_from"` // request, or expiry_or_request: whichever is first
	AcceptanceApply string `yaml:"acceptance_apply"`
	Copies          Copies
	LevelRule       map[string]string `yaml:"level_rule"`
	StopWorkDefault string            `yaml:"stop_work_default"`
	Medium          string            `yaml:"publish"`
	PermitEffect    string            `yaml:"permit_effect"`
	OrderDeadline   bool              `yaml:"order_deadline"`
	GovReport       string            `yaml:"gov_report"`
	AfterPass       []string          `yaml:"after_pass"`
	AfterFail       []string          `yaml:"after_fail"`
	Hopeless        []string
	Clause          string
	Src             []string
	Conf            string
}

// Extension says when more time can be asked for, in working days before the deadline. The
// words "before N working days" have two meanings: mode window, inside the last N; mode
// latest, no later than N ahead.
type Extension struct {
	Mode        string
	WorkingDays int `yaml:"working_days"`
	Decide      int `yaml:"decide_working_days"`
}

// Copies is in how many copies a paper is made out; 0: the form does not say.
type Copies struct {
	Notice     int
	Extension  int `yaml:"extension_opinion"`
	Acceptance int `yaml:"acceptance_opinion"`
}

type library struct {
	Sources map[string]string
	Default string
	Areas   []struct{ Path, Profile string }
	Record  struct{ Fields, Documents []string }
	All     []Profile `yaml:"profiles"`
}

var forms = mustProfiles()

func mustProfiles() (l library) {
	if err := yaml.UnmarshalWithOptions(profilesYAML, &l, yaml.Strict()); err != nil {
		panic("listing: " + err.Error())
	}
	return l
}

// Profiles are the newest versions of all forms, in the order of the library.
func Profiles() (out []Profile) {
	for _, p := range forms.All {
		if i := slices.IndexFunc(out, func(o Profile) bool { return o.ID == p.ID }); i >= 0 {
			out[i] = p
			continue
		}
		out = append(out, p)
	}
	return out
}

// By returns the newest version of a form.
func By(id string) (Profile, bool) {
	for _, p := range Profiles() {
		if p.ID == id {
			return p, true
		}
	}
	return Profile{}, false
}

// Of returns one version of a form.
func Of(id, version string) (Profile, bool) {
	for _, p := range forms.All {
		if p.ID == id && p.Version == version {
			return p, true
		}
	}
	return Profile{}, false
}

// For returns the form of an area.
func For(region string) Profile {
	found, depth := forms.Default, 0
	for _, a := range forms.Areas {
		if strings.HasPrefix(region, a.Path) && len(a.Path) > depth {
			found, depth = a.Profile, len(a.Path)
		}
	}
	p, _ := By(found)
	return p
}

// Window is when more time can be asked for; ok is false where the form does not say.
func (p Profile) Window(cal *calendar.Calendar, deadline day.Date) (w term.Window, ok bool, err error) {
	if p.Extension.Mode == "" {
		return w, false, nil
	}
	edge, err := cal.Add(deadline, -p.Extension.WorkingDays)
	if err != nil {
		return w, true, err
	}
	if p.Extension.Mode == "latest" {
		return term.Window{Closes: edge}, true, nil
	}
	return term.Window{Opens: edge, Closes: deadline}, true, nil
}

// Decide is when a request must be decided; zero where the form does not say.
func (p Profile) Decide(cal *calendar.Calendar, applied day.Date) (day.Date, error) {
	return after(cal, applied, p.Extension.Decide)
}

// FileBy is when the listing must be with the city's office; zero where the form does not say.
func (p Profile) FileBy(cal *calendar.Calendar, listed day.Date) (day.Date, error) {
	return after(cal, listed, p.FileWorking)
}

// PublishBy is when the listing must be public; zero where the form does not say.
func (p Profile) PublishBy(cal *calendar.Calendar, listed day.Date) (day.Date, error) {
	return after(cal, listed, p.Publish)
}

// DelistPublishBy is when the end of a listing must be public; zero where the form does not say.
func (p Profile) DelistPublishBy(cal *calendar.Calendar, delisted day.Date) (day.Date, error) {
	return after(cal, delisted, p.DelistPublish)
}

func after(cal *calendar.Calendar, d day.Date, n int) (day.Date, error) {
	if n == 0 || d.IsZero() {
		return day.Date{}, nil
	}
	return cal.Add(d, n)
}

// Latest is the latest deadline a listing may have; zero where the form does not say.
func (p Profile) Latest(listed day.Date) day.Date {
	if p.MaxYears == 0 {
		return day.Date{}
	}
	return listed.AddYears(p.MaxYears)
}

// Progress lists when reports of progress are due, from the receipt of the notice to the
// deadline. Each is counted from the receipt, so that a 31st comes back after a short month.
func (p Profile) Progress(received, deadline day.Date) []day.Date {
	out := []day.Date{}
	if p.ProgressEach == 0 || received.IsZero() {
		return out
	}
	for n := 1; ; n++ {
		d := received.AddMonths(n * p.ProgressEach)
		if d.After(deadline) {
			return out
		}
		out = append(out, d)
	}
}

// Review is when the site must have been reviewed after a request to resume production
// (恢复生产), before and after the move to a working day; ok is false where the form does not say.
func (p Profile) Review(cal *calendar.Calendar, applied day.Date) (raw, due day.Date, ok bool, err error) {
	if p.ReviewDays == 0 {
		return raw, due, false, nil
	}
	raw = applied.AddDays(p.ReviewDays)
	due, err = cal.Roll(raw)
	return raw, due, true, err
}

// AcceptBy is when acceptance must have been decided: counted from the request, or from the
// deadline where the form says so and it is first.
func (p Profile) AcceptBy(cal *calendar.Calendar, asked, deadline day.Date) (day.Date, error) {
	if p.ReviewFrom == "expiry_or_request" {
		asked = day.Earlier(asked, deadline)
	}
	_, due, _, err := p.Review(cal, asked)
	return due, err
}

// Quarter is one report of progress that is due.
type Quarter struct {
	DueOn   day.Date
	FiledOn day.Date // zero: not yet
}

// Quarters holds what was reported against what was due. A report settles the period it falls
// into; one that comes late settles all that had fallen due by then, and not the period
// that runs.
func Quarters(due, reports []day.Date) []Quarter {
	out := make([]Quarter, len(due))
	for i, d := range due {
		out[i].DueOn = d
	}
	next := 0
	for _, r := range reports {
		switch {
		case next >= len(due):
		case due[next].Before(r):
			for ; next < len(due) && due[next].Before(r); next++ {
				out[next].FiledOn = r
			}
		case next == 0 || r.After(due[next-1]):
			out[next].FiledOn = r
			next++
		}
	}
	return out
}

// nextOf is the first that is not settled; zero where all are.
func nextOf(list []Quarter) day.Date {
	for _, q := range list {
		if q.FiledOn.IsZero() {
			return q.DueOn
		}
	}
	return day.Date{}
}
