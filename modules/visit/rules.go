package visit

import (
	"embed"
	"math/big"
	"slices"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/library"
	"anbiao/kit/term"
)

//go:embed library/*.yaml
var files embed.FS

// Said is where a rule stands and how far its text was seen (verified, memory).
type Said struct {
	Source     string `yaml:"source"`
	SourceEN   string `yaml:"source_en"`
	Confidence string `yaml:"confidence"`
}

// Rules is one version of the data that inspections follow.
type Rules struct {
	Version  string `yaml:"version"`
	Officers struct {
		AtLeast int `yaml:"at_least"`
		Said    `yaml:",inline"`
	} `yaml:"officers"`
	Signature Said `yaml:"signature"`
	Draw      struct {
		KeyClasses  []string `yaml:"key_classes"` // all of them are visited; the others are the random part
		RandomShare struct {
			AtLeast string `yaml:"at_least"` // of all visits of a plan
			Said    `yaml:",inline"`
		} `yaml:"random_share"`
		Unclassed struct {
			Times string `yaml:"times"` // visits a year of a company without a class, where the plan says nothing else
			Cap   int    `yaml:"cap"`
			Said  `yaml:",inline"`
		} `yaml:"unclassed"`
	} `yaml:"draw"`
	Reinspection struct {
		WithinDays int    `yaml:"within_days"`
		From       string `yaml:"from"`
		Roll       string `yaml:"roll"`
		Said       `yaml:",inline"`
	} `yaml:"reinspection"`
	Extension struct {
		Mode   string `yaml:"mode"`
		Window int    `yaml:"window_before_expiry_days"`
		Reply  int    `yaml:"reply_days"`
		Said   `yaml:",inline"`
	} `yaml:"extension"`
	Instruments []Instrument `yaml:"instruments"`
}

// Instrument is a measure that officers may take on site besides an order.
type Instrument struct {
	ID          string   `yaml:"id"`
	ZH          string   `yaml:"zh"`
	EN          string   `yaml:"en"`
	Effects     []string `yaml:"effects"`
	NoticeHours int      `yaml:"notice_hours"` // before it takes effect
	Urgent      bool     `yaml:"urgent"`       // the notice may be left out in urgent danger
	Lift        string   `yaml:"lift"`
	LiftEN      string   `yaml:"lift_en"`
	Said        `yaml:",inline"`
}

var rules = library.All[Rules]("visit", files, "library/rules@*.yaml")[0]

// InForce is the version of the data in force.
func InForce() Rules { return *rules }

// instrument finds an instrument of the data.
func instrument(key string) (Instrument, bool) {
	i := slices.IndexFunc(rules.Instruments, func(x Instrument) bool { return x.ID == key })
	if i < 0 {
		return Instrument{}, false
	}
	return rules.Instruments[i], true
}

// hundredths reads a decimal of the data; it is tested that all can be read.
func hundredths(s string) int {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0
	}
	return int(new(big.Int).Div(new(big.Int).Mul(r.Num(), big.NewInt(100)), r.Denom()).Int64())
}

// CapOf is how often a company of a class may be visited in a year before a reason is asked: its frequency, rounded up.
func CapOf(times map[string]int, class string) int {
	t, known := times[class]
	if class == "" || !known {
		return rules.Draw.Unclassed.Cap
	}
	return (t + 99) / 100
}

// reinspectBy is the last day of the re-inspection: so many days after the application or the expiry, whichever is first,
// and on the next working day where that is free. Zero: the holidays of that year are not published.
func reinspectBy(cal *calendar.Calendar, deadline, asked day.Date) day.Date {
	from := deadline
	if !asked.IsZero() && asked.Before(deadline) {
		from = asked
	}
	on, err := cal.Roll(from.AddDays(rules.Reinspection.WithinDays))
	if err != nil {
		return day.Date{}
	}
	return on
}

// window is when more time may be asked for: the last days before the deadline, that day included.
func window(deadline day.Date) term.Window {
	return term.Window{Opens: deadline.AddDays(-rules.Extension.Window), Closes: deadline}
}

// earliest is when an instrument may take effect after notice was given.
func (i Instrument) earliest(notice time.Time) time.Time {
	return notice.Add(time.Duration(i.NoticeHours) * time.Hour)
}
