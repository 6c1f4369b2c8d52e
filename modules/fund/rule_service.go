package fund

import (
	"context"
	"encoding/json"
	"slices"

	"anbiao/kit/accrual"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Standards are the versions of the rates with what was said of the corrected ones.
type Standards struct {
	All       []*accrual.Rules // oldest first
	Corrected map[string]Rule
	Current   string // by which a month is reckoned that ends today
}

// Rules lists the versions.
func (s *Service) Rules(ctx context.Context) (out Standards, err error) {
	err = s.Gate.Read(ctx, ActionRules, func(tx db.Tx, _ rbac.Scope) (err error) {
		if out.All, err = rulesNow(ctx, tx); err != nil {
			return err
		}
		rows, err := corrections(ctx, tx)
		if err != nil {
			return err
		}
		out.Corrected = make(map[string]Rule, len(rows))
		for _, r := range rows {
			out.Corrected[r.Version] = r
		}
		if now := accrual.On(out.All, today(tx)); now != nil {
			out.Current = now.Version
		}
		return nil
	})
	return out, err
}

// Rule reads one version among all. Errors: rbac.ErrNotFound.
func (s *Service) Rule(ctx context.Context, version string) (*accrual.Rules, Standards, error) {
	all, err := s.Rules(ctx)
	if err != nil {
		return nil, all, err
	}
	if r := accrual.Version(all.All, version); r != nil {
		return r, all, nil
	}
	return nil, all, rbac.ErrNotFound
}

// Correct publishes a version with other figures and returns its number within the law. Months that are closed keep
// the version they were reckoned by. Errors: ErrRule, ErrRuleTaken, ErrRuleKept, ErrState, ErrCategory, ErrSub.
func (s *Service) Correct(ctx context.Context, c Correction) (number int64, err error) {
	err = s.Gate.Write(ctx, ActionCorrect, func(tx db.Tx, scope rbac.Scope) error {
		if err := lockRules(ctx, tx); err != nil {
			return err
		}
		all, err := rulesNow(ctx, tx)
		if err != nil {
			return err
		}
		next, err := c.apply(all)
		if err != nil {
			return err
		}
		row, err := rowOf(next, c)
		if err != nil {
			return err
		}
		row.MadeByName, row.MadeAt = scope.Actor().Name, tx.Now
		if err := insertRule(ctx, tx, &row); err != nil {
			return err
		}
		number = serialOf(next.Version)
		scope.Made(number)
		scope.Changed("fund_rule", number, 0, published{}, published{next.Version, c.Base, c.Note, string(row.Changes.V)})
		return nil
	})
	return number, err
}

// published is what the trail keeps of a version: not the whole document.
type published struct{ Version, BaseVersion, Note, Changes string }

func rowOf(next *accrual.Rules, c Correction) (row Rule, err error) {
	row = Rule{Version: next.Version, Docno: next.Docno, InForce: next.InForce, BaseVersion: c.Base, Note: c.Note}
	if row.Document.V, err = json.Marshal(next); err != nil {
		return row, err
	}
	row.Changes.V, err = json.Marshal(c.Changes)
	return row, err
}

// Newest reports whether a version is the last of its law, which alone is corrected.
func (x Standards) Newest(version string) bool { return newest(x.All, version).Version == version }

// Down are the versions, newest first.
func (x Standards) Down() []*accrual.Rules {
	out := slices.Clone(x.All)
	slices.Reverse(out)
	return out
}
