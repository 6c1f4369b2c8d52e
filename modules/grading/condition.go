package grading

import (
	"slices"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/fen"
)

// Standing is how a condition stands.
type Standing string

// Standings.
const (
	Met      Standing = "ok"
	Unmet    Standing = "not_ok"
	Unknown  Standing = "confirm"  // only a person can say
	Declared Standing = "declared" // a person of the company said that it holds
	Admitted Standing = "not_held" // … that it does not
)

// Condition is one condition of an application with what was found. The system's finding is never overruled.
type Condition struct {
	Code     string            `json:"code"`
	Standing Standing          `json:"standing" enum:"ok,not_ok,confirm,declared,not_held"`
	Why      string            `json:"why,omitempty" doc:"code of what the system found"`
	Params   map[string]string `json:"params,omitempty"`
	Note     string            `json:"note,omitempty" doc:"of the company"`
}

func (c *Condition) say(s Statement) {
	if c.Standing == Met || c.Standing == Unmet {
		c.Note = s.Note
		return
	}
	c.Standing, c.Note = Declared, s.Note
	if !s.OK {
		c.Standing = Admitted
	}
}

// Open are the conditions for which the application cannot go out.
func Open(all []Condition) (codes []string) {
	for _, c := range all {
		if c.Standing != Met && c.Standing != Declared {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// keepWords brings what the company said over to what the system finds now.
func keepWords(now, before []Condition) []Condition {
	out := slices.Clone(now)
	for i := range out {
		for _, b := range before {
			if b.Code != out[i].Code {
				continue
			}
			out[i].Note = b.Note
			if out[i].Standing == Unknown {
				out[i].Standing = b.Standing
			}
		}
	}
	return out
}

// Facts are what the system knows of a company for the conditions; a nil pointer or an absent key: nothing.
type Facts struct {
	Performance map[int]map[string]int64 // by months looked back: deaths, serious_injuries, total_loss_fen
	OpenMajors  *int
	Licences    *Papers
	Uncertified *int  // people who lack a certificate they need
	SafetyStaff *bool // somebody is charged with safety
	Dishonest   *bool // on the list of serious dishonesty (严重失信主体名单)
	Held        *Held
	BarredUntil day.Date // by an earlier application
}

// Papers are the licences of a company.
type Papers struct{ All, Expired int }

// Held is the level a company holds or lost.
type Held struct {
	Level       string
	Since       day.Date
	Until       day.Date
	RevokedOn   day.Date
	BarredUntil day.Date
}

// judge checks the conditions of a level on a day.
func judge(p Profile, level string, f Facts, today day.Date) []Condition {
	var out []Condition
	for _, a := range p.Conditions {
		if a.Only != "" && a.Only != level {
			continue
		}
		out = append(out, a.judge(p, f, today))
	}
	return out
}

func (a Asked) judge(p Profile, f Facts, today day.Date) Condition {
	c := Condition{Code: a.Code, Standing: Unknown}
	found := func(ok bool, why string, params map[string]string) {
		c.Standing, c.Why, c.Params = Unmet, why, params
		if ok {
			c.Standing = Met
		}
	}
	switch a.Check {
	case "licences":
		if l := f.Licences; l != nil && l.All > 0 {
			found(l.Expired == 0, "licences", map[string]string{"all": strconv.Itoa(l.All), "expired": strconv.Itoa(l.Expired)})
		}
	case "body":
		if f.SafetyStaff != nil && *f.SafetyStaff {
			found(true, "body", nil)
		}
	case "certified":
		if f.Uncertified != nil {
			found(*f.Uncertified == 0, "certified", map[string]string{"missing": strconv.Itoa(*f.Uncertified)})
		}
	case "majors":
		if f.OpenMajors != nil {
			found(*f.OpenMajors == 0, "majors", map[string]string{"open": strconv.Itoa(*f.OpenMajors)})
		}
	case "deaths", "serious_injuries", "total_loss_fen":
		if n, ok := f.Performance[a.Months][a.Check]; ok {
			why, said := "performance", strconv.FormatInt(n, 10)
			if a.Check == "total_loss_fen" {
				why, said = "loss", fen.Amount(n).Yuan()
			}
			found(n <= a.Max, why, map[string]string{"n": said, "months": strconv.Itoa(a.Months)})
		}
	case "dishonesty":
		if f.Dishonest != nil {
			found(!*f.Dishonest, map[bool]string{true: "listed", false: "unlisted"}[*f.Dishonest], nil)
		}
	case "bar":
		a.bar(&c, p, f, today)
	case "held":
		if h := f.Held; h != nil && h.Level != "" && !h.Since.IsZero() {
			found(h.Level == "1" || !h.Since.AddYears(a.Years).After(today), "held", map[string]string{"level": h.Level, "since": h.Since.String()})
		}
	}
	return c
}

// bar looks for the end of the longest time in which no application is taken.
func (a Asked) bar(c *Condition, p Profile, f Facts, today day.Date) {
	until := f.BarredUntil
	if f.Held != nil {
		if f.Held.BarredUntil.After(until) {
			until = f.Held.BarredUntil
		}
		if r := f.Held.RevokedOn; !r.IsZero() && r.AddYears(p.Bars.Revoked.Years).After(until) {
			until = r.AddYears(p.Bars.Revoked.Years)
		}
	}
	c.Standing = Met
	if !until.Before(today) {
		c.Standing, c.Why, c.Params = Unmet, "bar", map[string]string{"until": until.String()}
	}
}
