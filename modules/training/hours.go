package training

import (
	"cmp"
	"slices"

	"anbiao/kit/day"
)

// Kinds of people that the reckoning knows (data/hours.yaml).
const (
	kindPrincipal = "principal"
	kindManager   = "safety_manager"
	kindDirector  = "safety_director"
	kindWorker    = "employee"
	kindNew       = "new_employee"
	kindLeader    = "team_leader"
	kindMoved     = "transfer"
	kindBack      = "return_to_work"
	kindExposed   = "hazard_exposed_worker"
	kindHealth    = "oh_principal_or_manager"
)

// earlyDays is how long before the first day on a post education for it may have been given.
const earlyDays = 60

// Facts are what the hours of one person follow from.
type Facts struct {
	Types    []string // of his posts
	JoinedOn day.Date // zero: not known, so that he is no new worker
	// PostSince is the first day on his main post, BeforeUntil the last one on what he did before in the firm (zero: nothing),
	// Changed that it was another post.
	PostSince   day.Date
	BeforeUntil day.Date
	Changed     bool
}

// Firm is what of the company they follow from.
type Firm struct {
	Name       string
	Risk       Risk
	RegionPath string
	Exposed    bool // some of its people are exposed to occupational hazards
}

// Had is training that counts, or may.
type Had struct {
	HeldOn  day.Date
	Phase   string
	Level   string
	Kind    string
	Minutes int
	Card    bool  // told by a card of three-level education, not by a session of it
	Passed  *bool // nil: no exam
}

// pot is what hours are counted for. Each training counts for one pot.
type pot string

const (
	potFirst       pot = "first"
	potAnnual      pot = "annual"
	potMoved       pot = "transfer"
	potBack        pot = "return"
	potHealthFirst pot = "health_first"
	potHealth      pot = "health"
)

// Duty is what one rule asks of a person in a year, and how far he is.
type Duty struct {
	Rule   string   `json:"rule"`
	Kind   string   `json:"kind"` // of person
	Pot    pot      `json:"pot" enum:"first,annual,transfer,return,health_first,health"`
	By     day.Date `json:"by"`
	Need   int      `json:"need" doc:"minutes"`
	Had    int      `json:"had" doc:"minutes that count"`
	Levels []string `json:"levels" nullable:"false" doc:"of three-level education that are still missing"`
	Exam   bool     `json:"exam" doc:"an exam is to be passed and was not"`
	Met    bool     `json:"met"`

	all  []string // levels that the rule asks for
	pass bool     // the rule asks for an exam
	from day.Date // first day that counts
}

// Missing is how many minutes are still to come.
func (d Duty) Missing() int { return max(0, d.Need-d.Had) }

// KindsOf are the kinds of person that somebody is, by the types of his posts.
func (b Book) KindsOf(types []string, exposed bool) (out []string) {
	for _, k := range b.Kinds {
		if (k.ID != kindHealth || exposed) && slices.ContainsFunc(k.Types, func(t string) bool { return slices.Contains(types, t) }) {
			out = append(out, k.ID)
		}
	}
	if !slices.ContainsFunc(out, managing) {
		out = append(out, kindWorker)
	}
	return out
}

func managing(kind string) bool {
	return kind == kindPrincipal || kind == kindManager || kind == kindDirector
}

// Duties are what the rules ask of a person in a year: of each pot the longest.
func (b Book) Duties(f Facts, firm Firm, s Setting, year int) []Duty {
	last := day.Of(year, 12, 31)
	fresh := !f.JoinedOn.IsZero() && f.JoinedOn.Year() == year
	known := f.JoinedOn.IsZero() || f.JoinedOn.Year() < year
	kinds := b.KindsOf(f.Types, firm.Exposed)
	var out []Duty
	for _, k := range kinds {
		first, annual := potFirst, potAnnual
		asked := k
		switch k {
		case kindExposed, kindHealth:
			if !s.Health {
				continue
			}
			first, annual = potHealthFirst, potHealth
		case kindWorker:
			asked = kindNew
		}
		if fresh {
			out = b.add(out, first, asked, "initial", firm, s, f.JoinedOn)
		}
		if known {
			out = b.add(out, annual, k, "annual", firm, s, last)
		}
	}
	if slices.Contains(kinds, kindWorker) && !f.BeforeUntil.IsZero() && f.PostSince.Year() == year {
		months := s.Absence(b, firm.RegionPath)
		switch {
		case !f.PostSince.Before(f.BeforeUntil.AddDays(1).AddMonths(months)):
			out = b.add(out, potBack, kindBack, "event", firm, s, f.PostSince)
		case f.Changed:
			out = b.add(out, potMoved, kindMoved, "event", firm, s, f.PostSince)
		}
	}
	return out
}

// add puts what a rule asks for beside the rest; of one pot the longer one stays.
func (b Book) add(out []Duty, in pot, kind, phase string, firm Firm, s Setting, by day.Date) []Duty {
	r, ok := b.of(kind, phase, firm.Risk)
	if !ok {
		return out
	}
	d := Duty{Rule: r.ID, Kind: kind, Pot: in, By: by, Need: s.need(r, firm.Risk), all: r.Levels, pass: r.Exam, Levels: []string{}}
	if d.Need == 0 {
		return out
	}
	switch in {
	case potAnnual, potHealth:
		d.from = day.Of(by.Year(), 1, 1)
	case potFirst, potMoved, potBack, potHealthFirst:
		d.from = by.AddDays(-earlyDays)
	}
	i := slices.IndexFunc(out, func(x Duty) bool { return x.Pot == in })
	if i < 0 {
		return append(out, d)
	}
	if d.Need > out[i].Need {
		out[i] = d
	}
	return out
}

// counts is the pot that a training counts for; empty: none. What no rule of its own asks for counts for the year.
func counts(duties []Duty, h Had) pot {
	open := func(p pot) bool {
		return slices.ContainsFunc(duties, func(d Duty) bool { return d.Pot == p && !h.HeldOn.Before(d.from) })
	}
	try := []pot{potAnnual}
	switch {
	case h.Kind == HealthCourse:
		try = []pot{potHealthFirst, potHealth, potAnnual}
	case h.Phase == PhaseInitial:
		try = []pot{potFirst, potAnnual}
	case h.Phase == PhaseTransfer:
		try = []pot{potMoved, potAnnual}
	case h.Phase == PhaseReturn:
		try = []pot{potBack, potAnnual}
	}
	for _, p := range try {
		if open(p) {
			return p
		}
	}
	return ""
}

// Standing is how the hours of a person stand in a year.
type Standing struct {
	Duties   []Duty
	Required int // minutes
	Had      int // that count, of each duty at most what it asks for
	All      int // of all training in the year
	Missing  int
	Met      bool // nothing is missing; also when nothing was asked
}

// First is the duty to be educated before starting work.
func (s Standing) First() (Duty, bool) {
	i := slices.IndexFunc(s.Duties, func(d Duty) bool { return d.Pot == potFirst })
	if i < 0 {
		return Duty{}, false
	}
	return s.Duties[i], true
}

// heap is what came together in one pot. A level may be told by its session and by the card: the longer of the two counts.
type heap struct {
	plain  int
	level  map[string]int
	card   map[string]int
	passed bool
}

func (h *heap) put(x Had) {
	h.passed = h.passed || (x.Passed != nil && *x.Passed)
	switch {
	case x.Level == "":
		h.plain += x.Minutes
	case x.Card:
		h.card[x.Level] += x.Minutes
	default:
		h.level[x.Level] += x.Minutes
	}
}

func (h *heap) of(level string) int { return max(h.level[level], h.card[level]) }

func (h *heap) sum() int {
	n := h.plain
	for _, l := range []string{LevelFactory, LevelWorkshop, LevelTeam} {
		n += h.of(l)
	}
	return n
}

// Reckon holds training up to a day against what is asked. Training whose exam was failed does not count.
func Reckon(duties []Duty, had []Had, year int, until day.Date) Standing {
	heaps := map[pot]*heap{}
	at := func(p pot) *heap {
		if heaps[p] == nil {
			heaps[p] = &heap{level: map[string]int{}, card: map[string]int{}}
		}
		return heaps[p]
	}
	whole := pot("whole")
	for _, h := range had {
		if h.HeldOn.After(until) || h.HeldOn.Year() > year || (h.Passed != nil && !*h.Passed) {
			continue
		}
		if h.HeldOn.Year() == year {
			at(whole).put(h)
		}
		if p := counts(duties, h); p != "" {
			at(p).put(h)
		}
	}
	s := Standing{Met: true, All: at(whole).sum(), Duties: slices.Clone(duties)}
	for i := range s.Duties {
		d := &s.Duties[i]
		h := at(d.Pot)
		d.Had, d.Levels = h.sum(), []string{}
		for _, l := range d.all {
			if h.of(l) == 0 {
				d.Levels = append(d.Levels, l)
			}
		}
		d.Exam = d.pass && !h.passed
		d.Met = d.Missing() == 0 && len(d.Levels) == 0 && !d.Exam
		s.Required, s.Had, s.Missing, s.Met = s.Required+d.Need, s.Had+min(d.Need, d.Had), s.Missing+d.Missing(), s.Met && d.Met
	}
	slices.SortStableFunc(s.Duties, func(a, b Duty) int { return cmp.Compare(a.By.String(), b.By.String()) })
	return s
}
