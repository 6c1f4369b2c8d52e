package permit

import (
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// who is the actor of a step.
type who struct {
	staff  id.Of[id.Staff]
	person id.Of[id.Person]
	name   string
	roles  []string
	leads  bool // answers for the work of others
}

func whoIs(scope rbac.Scope) who {
	a := scope.Actor()
	return who{a.StaffID, a.PersonID, a.Name, a.Roles, scope.Can(ActionApprove)}
}

// may reports whether w approves a level: those whom the company has named, by post or person;
// where it has named nobody, the roles of the form, and the company's own roles.
func (w who) may(rules []ApproverRule, kind string, l Level, posts []id.Of[id.Post]) bool {
	named := rulesFor(rules, kind, l.Code)
	if len(named) == 0 {
		return slices.ContainsFunc(w.roles, func(r string) bool { return slices.Contains(l.Approvers, r) || strings.Contains(r, ":") })
	}
	return slices.ContainsFunc(named, func(r ApproverRule) bool {
		return (w.staff != 0 && slices.Contains(r.StaffIDs, w.staff)) || slices.ContainsFunc(posts, func(p id.Of[id.Post]) bool { return slices.Contains(r.PostIDs, p) })
	})
}

// rulesFor returns the rules of a level; where there are none, those of the whole kind.
func rulesFor(rules []ApproverRule, kind, level string) (out []ApproverRule) {
	for _, want := range []string{level, ""} {
		for _, r := range rules {
			if r.Kind == kind && r.Level == want && len(r.PostIDs)+len(r.StaffIDs) > 0 {
				out = append(out, r)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func postsOf(t org.Tree, n id.Of[id.Staff]) (out []id.Of[id.Post]) {
	for _, h := range t.Holders {
		if n != 0 && h.StaffID == n {
			out = append(out, h.PostID)
		}
	}
	return out
}

// lacks lists the certificates that are missing among those who do or watch the work. What a
// contractor's worker showed counts until its last day, for his employer keeps the record.
func lacks(f Form, crew []Member, watcher id.Of[id.Staff], watcherName string, held map[id.Of[id.Staff]][]Holding, on day.Date) (out []Lack) {
	for _, r := range f.Roles {
		if len(r.Cards) == 0 {
			continue
		}
		if r.Role == "watcher" {
			if watcher != 0 && !holds(r.Cards, held[watcher]) {
				out = append(out, lack(r, Member{StaffID: watcher, Name: watcherName}, held[watcher]))
			}
			continue
		}
		var missing []Lack
		for _, m := range crew {
			if m.StaffID == 0 && m.CardUntil.IsZero() || m.StaffID == 0 && m.CardUntil.Before(on) || m.StaffID != 0 && !holds(r.Cards, held[m.StaffID]) {
				missing = append(missing, lack(r, m, held[m.StaffID]))
			}
		}
		if r.All || len(missing) == len(crew) {
			out = append(out, missing...)
		}
	}
	return out
}

// holds reports whether one of the cards asked for is held and valid.
func holds(cards []Card, held []Holding) bool {
	return slices.ContainsFunc(held, func(h Holding) bool { return h.Valid && fits(cards, h) })
}

func fits(cards []Card, h Holding) bool {
	return slices.ContainsFunc(cards, func(c Card) bool { return c.Kind == h.Kind && (c.Operation == "" || c.Operation == h.Operation) })
}

// lack names what a person misses: a card that he has and that is not valid, else the first asked for.
func lack(r Role, m Member, held []Holding) Lack {
	c := r.Cards[0]
	l := Lack{StaffID: m.StaffID, Name: m.Name, Role: r.Role, State: "missing"}
	if m.StaffID == 0 && !m.CardUntil.IsZero() {
		l.State, l.ValidUntil = "lapsed", m.CardUntil
	}
	for _, h := range held {
		if !fits(r.Cards, h) || (l.State == "lapsed" && !h.ValidUntil.After(l.ValidUntil)) {
			continue
		}
		l.State, l.ValidUntil = "lapsed", h.ValidUntil
		for _, asked := range r.Cards {
			if asked.Kind == h.Kind && (asked.Operation == "" || asked.Operation == h.Operation) {
				c = asked
			}
		}
	}
	l.Kind, l.Operation, l.NameZh, l.NameEn = c.Kind, c.Operation, c.NameZh, c.NameEn
	return l
}

// blocking leaves out of the lacks those that were allowed by name.
func (p Permit) blocking(list []Lack) (out []Lack) {
	for _, l := range list {
		if !slices.Contains(p.Overridden, int64(l.StaffID)) {
			out = append(out, l)
		}
	}
	return out
}

// lapsed is the fault of the first of list.
func lapsed(list []Lack) error {
	if len(list) == 0 {
		return nil
	}
	l := list[0]
	until := "—"
	if !l.ValidUntil.IsZero() {
		until = l.ValidUntil.String()
	}
	path := "permit.crew"
	if l.Role == "watcher" {
		path = "permit.watcherId"
	}
	return ErrLapsed.With("name", l.Name).With("kind", l.NameZh).With("day", until).At(path)
}
