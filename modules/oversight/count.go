package oversight

import (
	"context"

	"anbiao/kit/code"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Count is how many companies a filter leaves.
type Count struct {
	Companies int64 `json:"companies"`
	Exact     bool  `json:"exact" doc:"false: estimated, over more than a city and with filters that nobody counts beforehand"`
}

// Counted counts what a filter leaves of what the actor oversees.
func (s *Service) Counted(ctx context.Context, f Filter) (c Count, err error) {
	f = f.normal()
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		c, err = count(ctx, tx, scope, f)
		return err
	})
	return c, err
}

// normal brings what is typed into the form it is kept in.
func (f Filter) normal() Filter {
	if f.USCC != "" {
		f.USCC = code.Normalise(f.USCC)
	}
	return f
}

// count counts in the snapshot of tx: from the counts kept ready and what is not folded yet where they
// answer; live up to a city; else it estimates.
func count(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter) (Count, error) {
	depth, _ := reach(f, scope.Actor())
	switch {
	case f.ready() && readyAreas(f, scope.Actor()):
		n, err := readyCount(ctx, tx, f, scope.Actor())
		return Count{n, true}, err
	case depth >= cityDepth:
		n, err := liveCount(ctx, tx, scope, f, 0)
		return Count{n, true}, err
	}
	if f.rare(orders["standing"]) { // what an index gathers is counted as far as it is few
		if n, err := liveCount(ctx, tx, scope, f, mostLive+1); err != nil || n <= mostLive {
			return Count{n, true}, err
		}
	}
	n, err := estimate(ctx, tx, scope, f)
	return Count{n, false}, err
}

// mostLive is up to how many companies are counted live over a province or the nation.
const mostLive = 20_000

// readyAreas reports whether the areas a count is of have counts kept ready.
func readyAreas(f Filter, a rbac.Actor) bool {
	for _, area := range countedAreas(f, a) {
		if len(area) > deepest {
			return false
		}
	}
	return true
}

// countedAreas are the areas a count is of: the one asked for, or those the actor oversees.
func countedAreas(f Filter, a rbac.Actor) []string {
	if f.Division != "" {
		return []string{f.Division}
	}
	return outermost(a.Areas)
}

// outermost leaves out areas that lie in another.
func outermost(areas []string) (out []string) {
	for i, a := range areas {
		inside := false
		for j, b := range areas {
			inside = inside || i != j && len(b) <= len(a) && a[:len(b)] == b && (len(b) < len(a) || j < i)
		}
		if !inside {
			out = append(out, a)
		}
	}
	return out
}
