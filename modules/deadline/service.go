package deadline

import (
	"context"
	"slices"

	"anbiao/kit/calendar"
	"anbiao/kit/db"
	"anbiao/kit/term"
	"anbiao/rbac"
)

// ActionWork lets one work terms out: everybody who has signed in.
const ActionWork rbac.Action = "deadline.term.work"

// Service works terms out.
type Service struct {
	Gate  *rbac.Gate
	Rules []term.Rule
}

// All lists the rules.
func (s *Service) All(ctx context.Context) ([]term.Rule, error) {
	return s.Rules, s.Gate.Read(ctx, ActionWork, func(db.Tx, rbac.Scope) error { return nil })
}

// Work returns what follows from a rule. Errors: ErrRule, ErrInput.
func (s *Service) Work(ctx context.Context, key string, in term.Values) (r term.Rule, out []term.Line, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(db.Tx, rbac.Scope) (err error) {
		i := slices.IndexFunc(s.Rules, func(r term.Rule) bool { return r.Key == key })
		if i < 0 {
			return ErrRule.At("body.rule")
		}
		r = s.Rules[i]
		out, err = worked(r, calendar.China(), in)
		return err
	})
	return r, out, err
}
