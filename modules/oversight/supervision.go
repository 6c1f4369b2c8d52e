package oversight

import (
	_ "embed"

	"github.com/goccy/go-yaml"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/term"
)

//go:embed library/supervision.yaml
var supervisionYAML []byte

// Order are the terms of a rectification order (责令限期整改指令书), in days. A last day that is
// not worked moves to the next working day (民法典 art. 203).
type Order struct {
	ValidFrom       string `yaml:"valid_from"`
	ExtensionWindow int    `yaml:"extension_window_days"`
	ReplyDays       int    `yaml:"reply_days"`
	ReinspectDays   int    `yaml:"reinspect_days"`
	Clause          string
	Src             []string
	Conf            string
}

// Listed is a local form of listed supervision (挂牌督办) of a major hazard. A zero number:
// the form has no such term.
type Listed struct {
	ID            string
	Zh            string
	En            string
	ValidFrom     string `yaml:"valid_from"`
	Extension     Extension
	ProgressEach  int `yaml:"progress_months"`
	FileWorking   int `yaml:"file_working_days"`
	Publish       int `yaml:"publish_working_days"`
	DelistPublish int `yaml:"delist_publish_working_days"`
	MaxYears      int `yaml:"max_years"`
	ReviewDays    int `yaml:"review_days"`
	Clause        string
	Src           []string
	Conf          string
}

// Extension says when more time can be asked for, in working days before the deadline. The
// words "before N working days" have two meanings: mode window, inside the last N; mode
// latest, no later than N ahead.
type Extension struct {
	Mode        string
	WorkingDays int `yaml:"working_days"`
	Decide      int `yaml:"decide_working_days"`
}

// Dishonesty is how long a listing as seriously dishonest (严重失信主体名单) lasts.
type Dishonesty struct {
	ValidFrom   string `yaml:"valid_from"`
	ValidTo     string `yaml:"valid_to"`
	TermYears   int    `yaml:"term_years"`
	EarlyMonths int    `yaml:"early_after_months"`
	Clause      string
	Src         []string
	Conf        string
}

// supervision is one version of the terms.
var supervision = mustSupervision()

func mustSupervision() (f struct {
	Version    string
	Sources    map[string]string
	Orders     []Order
	Listed     []Listed
	Dishonesty []Dishonesty
},
) {
	if err := yaml.UnmarshalWithOptions(supervisionYAML, &f, yaml.Strict()); err != nil {
		panic("oversight: " + err.Error())
	}
	return f
}

// OrderOn returns the terms of orders with a deadline on d.
func OrderOn(d day.Date) Order {
	in := supervision.Orders[0]
	for _, o := range supervision.Orders {
		if o.ValidFrom <= d.String() {
			in = o
		}
	}
	return in
}

// Window is when more time can be asked for: the last days before the deadline, and it. It is
// made of calendar days and does not move.
func (o Order) Window(deadline day.Date) term.Window {
	return term.Window{Opens: deadline.AddDays(-o.ExtensionWindow), Closes: deadline}
}

// Reply is when a request must be answered, before and after the move to a working day.
func (o Order) Reply(cal *calendar.Calendar, applied day.Date) (raw, due day.Date, err error) {
	raw = applied.AddDays(o.ReplyDays)
	due, err = cal.Roll(raw)
	return raw, due, err
}

// Reinspect is when the authority must have looked again: counted from the company's request
// for it or from the deadline, whichever is first.
func (o Order) Reinspect(cal *calendar.Calendar, deadline, asked day.Date) (day.Date, error) {
	from := deadline
	if !asked.IsZero() {
		from = day.Earlier(deadline, asked)
	}
	return cal.Roll(from.AddDays(o.ReinspectDays))
}

// ListedBy returns the form of a profile.
func ListedBy(profile string) (Listed, bool) {
	for _, l := range supervision.Listed {
		if l.ID == profile {
			return l, true
		}
	}
	return Listed{}, false
}

// Window is when more time can be asked for; ok is false where the form does not say.
func (l Listed) Window(cal *calendar.Calendar, deadline day.Date) (w term.Window, ok bool, err error) {
	if l.Extension.Mode == "" {
		return w, false, nil
	}
	edge, err := cal.Add(deadline, -l.Extension.WorkingDays)
	if err != nil {
		return w, true, err
	}
	if l.Extension.Mode == "latest" {
		return term.Window{Closes: edge}, true, nil
	}
	return term.Window{Opens: edge, Closes: deadline}, true, nil
}

// Decide is when a request must be decided; zero where the form does not say.
func (l Listed) Decide(cal *calendar.Calendar, applied day.Date) (day.Date, error) {
	return after(cal, applied, l.Extension.Decide)
}

// FileBy is when the listing must be with the city's office; zero where the form does not say.
func (l Listed) FileBy(cal *calendar.Calendar, listed day.Date) (day.Date, error) {
	return after(cal, listed, l.FileWorking)
}

// PublishBy is when the listing must be public; zero where the form does not say.
func (l Listed) PublishBy(cal *calendar.Calendar, listed day.Date) (day.Date, error) {
	return after(cal, listed, l.Publish)
}

// DelistPublishBy is when the end of a listing must be public; zero where the form does not say.
func (l Listed) DelistPublishBy(cal *calendar.Calendar, delisted day.Date) (day.Date, error) {
	return after(cal, delisted, l.DelistPublish)
}

func after(cal *calendar.Calendar, d day.Date, n int) (day.Date, error) {
	if n == 0 || d.IsZero() {
		return day.Date{}, nil
	}
	return cal.Add(d, n)
}

// Latest is the latest deadline a listing may have; zero where the form does not say.
func (l Listed) Latest(listed day.Date) day.Date {
	if l.MaxYears == 0 {
		return day.Date{}
	}
	return listed.AddYears(l.MaxYears)
}

// Progress lists when reports of progress are due, from the receipt of the notice to the
// deadline. Each is counted from the receipt, so that a 31st comes back after a short month.
func (l Listed) Progress(received, deadline day.Date) []day.Date {
	out := []day.Date{}
	if l.ProgressEach == 0 {
		return out
	}
	for n := 1; ; n++ {
		d := received.AddMonths(n * l.ProgressEach)
		if d.After(deadline) {
			return out
		}
		out = append(out, d)
	}
}

// Review is when the site must have been reviewed after a request to resume production
// (恢复生产), before and after the move to a working day; ok is false where the form does not say.
func (l Listed) Review(cal *calendar.Calendar, applied day.Date) (raw, due day.Date, ok bool, err error) {
	if l.ReviewDays == 0 {
		return raw, due, false, nil
	}
	raw = applied.AddDays(l.ReviewDays)
	due, err = cal.Roll(raw)
	return raw, due, true, err
}

// DishonestyOn returns the rule for who is listed on d; ok is false before the first.
func DishonestyOn(d day.Date) (Dishonesty, bool) {
	for _, r := range supervision.Dishonesty {
		if r.ValidFrom <= d.String() && (r.ValidTo == "" || d.String() <= r.ValidTo) {
			return r, true
		}
	}
	return Dishonesty{}, false
}

// Listing is what follows from the day of a listing. A period of months or years ends on the
// corresponding day; what it keeps from happening happens the day after.
type Listing struct {
	LastDay  day.Date // of the term
	RemoveOn day.Date
	EarlyOn  day.Date // first day on which early removal can be asked for; zero: the rule knows none
}

// From returns what follows from a listing on d.
func (r Dishonesty) From(d day.Date) Listing {
	last := d.AddYears(r.TermYears)
	out := Listing{LastDay: last, RemoveOn: last.AddDays(1)}
	if r.EarlyMonths > 0 {
		out.EarlyOn = d.AddMonths(r.EarlyMonths).AddDays(1)
	}
	return out
}

// Status of who was removed early.
const (
	DishonestyListed  = "listed"
	DishonestyRemoved = "removed"
)

// Restored is what follows where an early removal was got with false papers: the listing is
// restored and its full term starts again. A zero day: it was not.
func (r Dishonesty) Restored(on day.Date) (status string, l Listing) {
	if on.IsZero() {
		return DishonestyRemoved, Listing{}
	}
	return DishonestyListed, r.From(on)
}
