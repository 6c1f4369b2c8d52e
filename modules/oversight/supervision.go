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
