package rbac

import (
	_ "embed"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed scopes.csv
var scopesCSV string

// Group is a named set of actions that an API token may be limited to.
type Group struct {
	Name    string
	within  []string // patterns of actions
	without []string
}

var groups = sync.OnceValue(func() (out []Group) {
	for l := range strings.Lines(scopesCSV) {
		name, pattern, ok := strings.Cut(strings.TrimSpace(l), ", ")
		if !ok || strings.HasPrefix(l, "#") {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Name != name {
			out = append(out, Group{Name: name})
		}
		g := &out[len(out)-1]
		if p, not := strings.CutPrefix(pattern, "!"); not {
			g.without = append(g.without, p)
		} else {
			g.within = append(g.within, p)
		}
	}
	return out
})

// Groups lists the groups of actions, in the order of scopes.csv.
func Groups() []Group { return slices.Clone(groups()) }

// Holds reports whether a is in the group.
func (g Group) Holds(a Action) bool { return matches(g.within, a) && !matches(g.without, a) }

func matches(patterns []string, a Action) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(strings.ReplaceAll(p, ".", "/"), strings.ReplaceAll(string(a), ".", "/")) // a star ends at a slash
		return ok && err == nil
	})
}

// Accounts are nobody's but their owner's: an action that no token may be given, or it could give itself more.
func personal(a Action) bool { return strings.HasPrefix(string(a), "account.") }

// Scoped returns the actions that the scopes of a token stand for: groups by their names, and actions. It never returns an empty
// list, which would mean no limit: a scope that is no longer known allows nothing. What is dangerous no group holds: nobody is there
// to confirm it, and a token must name it.
func (g *Gate) Scoped(a Actor, scopes []string) []Action {
	out := []Action{"none"}
	for _, may := range g.Actions(a) {
		if !personal(may) && slices.ContainsFunc(scopes, func(s string) bool { return s == string(may) || !Dangerous(may) && groupHolds(s, may) }) {
			out = append(out, may)
		}
	}
	return out
}

type heldKey struct {
	group  string
	action Action
}

// held remembers what patterns said: every request of a token asks for some hundred actions.
var held sync.Map // heldKey → bool

func groupHolds(name string, a Action) bool {
	if known, ok := held.Load(heldKey{name, a}); ok {
		return known.(bool)
	}
	i := slices.IndexFunc(groups(), func(g Group) bool { return g.Name == name })
	if i < 0 {
		return false
	}
	holds := groups()[i].Holds(a)
	held.Store(heldKey{name, a}, holds)
	return holds
}

// Grantable reports whether a may give scope to a token: a group in which there is something he may do, or such an action.
func (g *Gate) Grantable(a Actor, scope string) bool { return len(g.Scoped(a, []string{scope})) > 1 }
