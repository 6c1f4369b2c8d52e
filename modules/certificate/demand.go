package certificate

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Seat is one person on one post.
type Seat struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
	PostID    id.Of[id.Post]
	UnitID    id.Of[id.Unit] // where he works on it
	Types     db.Texts
	Main      bool
}

// OwnNeed is a certificate that a company asks for on a post, beside what the post's types need.
type OwnNeed struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[OwnNeed]
	RegionPath    string
	OversightLine int16
	PostID        id.Of[id.Post]
	Kind          string
	Operation     string // empty: any of the kind's
	Note          string
	MadeByName    string
	MadeAt        time.Time
	RemovedByName string
	RemovedAt     *time.Time
}

// Want is one certificate that somebody needs: of a kind, for one of some operations.
type Want struct {
	Kind  string
	AnyOf []string // none: whatever the kind is for
	Basis string   // empty: the company's own
}

// key tells wants apart; it also orders them.
func (w Want) key() string {
	return w.Kind + "|" + strings.Join(slices.Sorted(slices.Values(w.AnyOf)), ",")
}

// follows reports whether whoever has what o asks for has what w asks for.
func (w Want) follows(o Want) bool {
	if w.Kind != o.Kind || len(w.AnyOf) == 0 {
		return w.Kind == o.Kind
	}
	return len(o.AnyOf) > 0 && !slices.ContainsFunc(o.AnyOf, func(x string) bool { return !slices.Contains(w.AnyOf, x) })
}

// wantsOf is what a post needs by its types and by what its company adds, each once; one that
// another includes is left out.
func wantsOf(types []string, own []OwnNeed) []Want {
	_, named := Needed.Of(types, false)
	var all []Want
	for _, n := range named {
		all = append(all, Want{n.Kind, n.AnyOf, n.Basis})
	}
	for _, o := range own {
		w := Want{Kind: o.Kind}
		if o.Operation != "" {
			w.AnyOf = []string{o.Operation}
		}
		all = append(all, w)
	}
	return distinct(all)
}

// distinct leaves of equal wants the first, and those out that follow from another.
func distinct(all []Want) (out []Want) {
	for i, w := range all {
		same := slices.IndexFunc(all, func(o Want) bool { return o.key() == w.key() })
		wider := slices.ContainsFunc(all, func(o Want) bool { return o.key() != w.key() && w.follows(o) })
		if same == i && !wider {
			out = append(out, w)
		}
	}
	return out
}

// sameAs are kinds that stand for another: the assessments of listed industries are stricter.
var sameAs = map[string][]string{
	"principal_general": {"principal_hazardous"},
	"manager_general":   {"manager_hazardous"},
	operationKind:       {"special_operation_coal"},
}

// takes reports whether a certificate of kind for operation is one that w asks for.
func (w Want) takes(kind, operation string) bool {
	if kind != w.Kind && !slices.Contains(sameAs[w.Kind], kind) {
		return false
	}
	return len(w.AnyOf) == 0 || slices.Contains(w.AnyOf, operation)
}

// Cover is how a want is met.
type Cover string

// Covers, the worst first.
const (
	Missing    Cover = "missing"    // no certificate
	Void       Cover = "lapsed"     // one under which he may not work (any more, or yet)
	Soon       Cover = "soon"       // a review or renewal is due
	Unverified Cover = "unverified" // only declared: not found in the authority's register yet
	Met        Cover = "met"
)

// works reports whether he may work.
func (c Cover) works() bool { return c != Missing && c != Void }

// held is a certificate with how it stands on a day.
type held struct {
	c        *Certificate
	standing Standing
	verified bool
}

func heldOn(c *Certificate, on day.Date) (held, error) {
	f, err := c.facts()
	if err != nil {
		return held{}, err
	}
	return held{c, f.On(on), !c.VerifiedOn.IsZero() && !c.VerifiedOn.After(on)}, nil
}

// meet finds the certificate that meets w best, nil for none, and how.
func (w Want) meet(cards []held) (best *held, how Cover) {
	rank := func(h held) int {
		switch {
		case h.standing.Counts && h.verified:
			return 5
		case h.standing.Counts:
			return 4
		case h.standing.Status == Expired || h.standing.Status == ReviewLapsed:
			return 3
		case h.standing.Status == Pending || h.standing.Status == Incomplete:
			return 2
		}
		return 1
	}
	for i, h := range cards {
		if h.standing.Status != Superseded && w.takes(h.c.Kind, h.c.Operation) && (best == nil || better(rank(h), rank(*best), h, *best)) {
			best = &cards[i]
		}
	}
	switch {
	case best == nil:
		return nil, Missing
	case !best.standing.Counts:
		return best, Void
	case best.standing.Status != Valid:
		return best, Soon
	case !best.verified:
		return best, Unverified
	}
	return best, Met
}

func better(a, b int, of, than held) bool {
	if a != b {
		return a > b
	}
	return !than.standing.NextDue.IsZero() && (of.standing.NextDue.IsZero() || of.standing.NextDue.After(than.standing.NextDue))
}

// firm is what is known of a company's people, posts and certificates on a day.
type firm struct {
	seats []Seat
	own   map[id.Of[id.Post]][]OwnNeed
	cards map[id.Of[id.Staff]][]held
}

// need is one want of one person, for the post that comes first.
type need struct {
	Seat
	Want
	card *held
	how  Cover
}

// needs lists what a company's people need, each want of a person once.
func (f firm) needs() []need {
	byStaff := map[id.Of[id.Staff]][]need{}
	var order []id.Of[id.Staff]
	for _, s := range f.seats { // main posts first
		for _, w := range wantsOf(s.Types, f.own[s.PostID]) {
			if len(byStaff[s.StaffID]) == 0 {
				order = append(order, s.StaffID)
			}
			byStaff[s.StaffID] = append(byStaff[s.StaffID], need{Seat: s, Want: w})
		}
	}
	var out []need
	for _, who := range order {
		all := byStaff[who]
		wants := make([]Want, len(all))
		for i, n := range all {
			wants[i] = n.Want
		}
		for _, w := range distinct(wants) {
			i := slices.IndexFunc(all, func(n need) bool { return n.key() == w.key() })
			all[i].card, all[i].how = w.meet(f.cards[who])
			out = append(out, all[i])
		}
	}
	return out
}
