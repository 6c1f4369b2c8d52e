package oversight

import (
	"cmp"
	"slices"
)

// Change is something that a company can do for its standing.
type Change struct {
	Key   string // mend, mend-major, report, review, certify, grade, record, register; texts: oversight.change.<key>
	Count int32  // how many hazards, reports …
}

// Lifted is where changes would take a company.
type Lifted struct {
	Changes []Change
	Colour  Colour
	Score   int // hundredths
	Enough  bool
}

// Lift is what would take a company one colour up.
type Lift struct {
	To       Colour   // 0: it stands best already
	Singles  []Lifted // each change alone, made in full, the one that gives most first
	Smallest *Lifted  // fewest changes that are enough, each no larger than needed; nil: none of at most four
	Waits    bool     // a death within a year or a listing as dishonest holds it down, and only time or an authority lifts that
}

// most is how many changes are put together at most.
const most = 4

// LiftOf works out by the current rule itself what would lift a company with these facts.
func LiftOf(f Facts) Lift { return current.lift(f) }

func (r rule) lift(f Facts) Lift {
	now := r.apply(f)
	if now.Colour == Blue {
		return Lift{}
	}
	l := Lift{To: now.Colour + 1, Waits: f.Deaths > 0 && r.vetoes("fatal_accident_in_12_months") || f.Dishonest && r.vetoes("on_serious_dishonesty_list")}
	all := open(f)
	for _, c := range all {
		one := r.with(f, []Change{c}, l.To)
		if one.Score > now.Score || one.Colour > now.Colour {
			l.Singles = append(l.Singles, one)
		}
	}
	bestFirst(l.Singles)
	for size := 1; size <= most && l.Smallest == nil; size++ {
		choose(all, size, func(set []Change) {
			if got := r.with(f, set, l.To); got.Enough {
				got = r.shrink(f, got, l.To)
				if l.Smallest == nil || got.work() < l.Smallest.work() {
					l.Smallest = &got
				}
			}
		})
	}
	return l
}

// open lists what a company could do, each in full.
func open(f Facts) (all []Change) {
	add := func(key string, n int32) {
		if n > 0 {
			all = append(all, Change{key, n})
		}
	}
	add("mend", f.Overdue-f.MajorOverdue)
	add("mend-major", max(f.MajorDue, f.MajorOverdue))
	add("report", f.Missing)
	add("review", f.RisksLate)
	add("certify", f.Needed-f.Valid)
	if better[f.Level] != "" && (f.Obliged || f.Level == "") {
		add("grade", 1)
	}
	if !f.Recorded && f.LastReport == 0 {
		add("record", 1)
	}
	if f.Risks == 0 {
		add("register", 1)
	}
	return all
}

// better is the next level above one.
var better = map[string]string{"": "3", "pass": "2", "3": "2", "2": "1"}

// made is what would be known of a company after a change.
func (c Change) made(f Facts) Facts {
	switch c.Key {
	case "mend":
		f.Overdue, f.Open = f.Overdue-c.Count, max(0, f.Open-c.Count)
	case "mend-major":
		late := min(c.Count, f.MajorOverdue) // those first
		f.MajorDue, f.MajorOverdue, f.Overdue = max(0, f.MajorDue-c.Count), f.MajorOverdue-late, f.Overdue-late
		f.MajorOpen, f.Open = max(0, f.MajorOpen-c.Count), max(0, f.Open-c.Count)
	case "report":
		f.Missing -= c.Count
	case "review":
		f.RisksLate -= c.Count
	case "certify":
		f.Valid += c.Count
	case "grade":
		f.Level = better[f.Level]
	case "record":
		f.Recorded = true
	case "register":
		f.Risks = 1
	}
	return f
}

func (r rule) with(f Facts, set []Change, to Colour) Lifted {
	for _, c := range set {
		f = c.made(f)
	}
	s := r.apply(f)
	return Lifted{append([]Change{}, set...), s.Colour, s.Score, s.Colour >= to}
}

// shrink makes each change as small as it may be. More of a change never lowers a standing, so
// the least count is found by halving.
func (r rule) shrink(f Facts, l Lifted, to Colour) Lifted {
	for i := range l.Changes {
		low, high := int32(1), l.Changes[i].Count
		for low < high {
			l.Changes[i].Count = (low + high) / 2
			if r.with(f, l.Changes, to).Enough {
				high = l.Changes[i].Count
			} else {
				low = l.Changes[i].Count + 1
			}
		}
		l.Changes[i].Count = high
	}
	return r.with(f, l.Changes, to)
}

// work is how much there is to do; a level is the work of a year.
func (l Lifted) work() (n int) {
	for _, c := range l.Changes {
		n += int(c.Count)
		if c.Key == "grade" {
			n += 1000
		}
	}
	return n
}

func bestFirst(all []Lifted) {
	slices.SortStableFunc(all, func(a, b Lifted) int { return cmp.Or(cmp.Compare(b.Colour, a.Colour), cmp.Compare(b.Score, a.Score)) })
}

// choose calls do with every set of size changes, in order.
func choose(all []Change, size int, do func([]Change)) {
	var walk func(from int, set []Change)
	walk = func(from int, set []Change) {
		if len(set) == size {
			do(set)
			return
		}
		for i := from; i < len(all); i++ {
			walk(i+1, append(set[:len(set):len(set)], all[i]))
		}
	}
	walk(0, nil)
}
