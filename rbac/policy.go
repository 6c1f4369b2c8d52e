package rbac

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	stringadapter "github.com/casbin/casbin/v2/persist/string-adapter"
)

//go:embed model.conf
var modelConf string

//go:embed policy.csv
var policyCSV string

// Action names a permission: noun.thing.verb, e.g. "hazard.ledger.list".
type Action string

// rights is casbin's policy compiled into sets: a look-up costs tens of nanoseconds where
// Enforce over some hundred policies costs more than a hundred microseconds.
type rights struct {
	enforcer *casbin.Enforcer
	sets     map[Kind]map[string]map[Action]bool // kind → role → action
}

// compile reads the built-in policy.
func compile() (*rights, error) {
	var lines []string
	for l := range strings.Lines(policyCSV) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			lines = append(lines, l)
		}
	}
	m, err := model.NewModelFromString(modelConf)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m, stringadapter.NewAdapter(strings.Join(lines, "\n")))
	if err != nil {
		return nil, err
	}
	r := &rights{e, map[Kind]map[string]map[Action]bool{}}
	roles, err := r.roles()
	if err != nil {
		return nil, err
	}
	for _, role := range roles {
		perms, err := e.GetImplicitPermissionsForUser(role)
		if err != nil {
			return nil, err
		}
		kinds, err := r.kindsOf(role)
		if err != nil {
			return nil, err
		}
		for _, p := range perms {
			if len(p) != 3 {
				return nil, fmt.Errorf("rbac: policy line %v has not three parts", p)
			}
			if slices.Contains(kinds, p[1]) { // an inherited grant does not carry a role into another domain
				r.grant(Kind(p[1]), role, Action(p[2]))
			}
		}
	}
	return r, nil
}

// kindsOf returns the domains in which role holds a grant of its own.
func (r *rights) kindsOf(role string) ([]string, error) {
	own, err := r.enforcer.GetFilteredPolicy(0, role)
	var kinds []string
	for _, p := range own {
		kinds = append(kinds, p[1])
	}
	return kinds, err
}

func (r *rights) grant(k Kind, role string, a Action) {
	if r.sets[k] == nil {
		r.sets[k] = map[string]map[Action]bool{}
	}
	if r.sets[k][role] == nil {
		r.sets[k][role] = map[Action]bool{}
	}
	r.sets[k][role][a] = true
}

func (r *rights) roles() ([]string, error) {
	subjects, err := r.enforcer.GetAllSubjects()
	if err != nil {
		return nil, err
	}
	grouping, err := r.enforcer.GetGroupingPolicy()
	if err != nil {
		return nil, err
	}
	for _, g := range grouping {
		subjects = append(subjects, g[0])
	}
	slices.Sort(subjects)
	return slices.Compact(subjects), nil
}

func (r *rights) can(a Actor, action Action) bool {
	if len(a.Only) > 0 && !slices.Contains(a.Only, action) {
		return false
	}
	return slices.ContainsFunc(a.Roles, func(role string) bool { return r.sets[a.Kind][role][action] })
}

// actions lists what a may do, in order.
func (r *rights) actions(a Actor) []Action {
	out := []Action{}
	for _, role := range a.Roles {
		for action := range r.sets[a.Kind][role] {
			if r.can(a, action) {
				out = append(out, action)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
