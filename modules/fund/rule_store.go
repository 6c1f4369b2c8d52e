package fund

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"anbiao/kit/accrual"
	"anbiao/kit/db"
)

// parsed holds stored documents by their checksum, for every transaction asks for them and they never change.
var parsed sync.Map

// rulesNow are the versions of the rates: those built in and those of the table, in order. Of a number that is both, the
// table's holds: months were reckoned by it before the program brought its own. They are shared: nobody changes one.
func rulesNow(ctx context.Context, tx db.Tx) ([]*accrual.Rules, error) {
	var stored []struct{ Version, Sum string }
	if err := tx.WithContext(ctx).Raw("SELECT version, md5(document::text) AS sum FROM fund_rule").Scan(&stored).Error; err != nil {
		return nil, err
	}
	all := slices.Clone(accrual.Library())
	for _, s := range stored {
		r, err := ruleOf(ctx, tx, s.Version, s.Sum)
		if err != nil {
			return nil, err
		}
		all = append(slices.DeleteFunc(all, func(built *accrual.Rules) bool { return built.Version == s.Version }), r)
	}
	return accrual.Sorted(all), nil
}

func ruleOf(ctx context.Context, tx db.Tx, version, sum string) (*accrual.Rules, error) {
	if known, ok := parsed.Load(sum); ok {
		return known.(*accrual.Rules), nil
	}
	var document db.JSON[json.RawMessage]
	if err := tx.WithContext(ctx).Raw("SELECT document FROM fund_rule WHERE version = ?", version).Row().Scan(&document); err != nil {
		return nil, err
	}
	r := &accrual.Rules{}
	err := json.Unmarshal(document.V, r)
	if err == nil {
		err = r.Check()
	}
	if err != nil {
		return nil, fmt.Errorf("fund: rates %s: %w", version, err)
	}
	parsed.Store(sum, r)
	return r, nil
}

// corrections are the rows of the table without their documents.
func corrections(ctx context.Context, tx db.Tx) (out []Rule, err error) {
	q := "SELECT version, docno, in_force, base_version, changes, note, made_by_name, made_at FROM fund_rule"
	return out, tx.WithContext(ctx).Raw(q).Scan(&out).Error
}

// lockRules lets one transaction at a time publish a version.
func lockRules(ctx context.Context, tx db.Tx) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('fund_rule', 0))").Error
}

// insertRule stores a version. Errors: ErrRuleTaken.
func insertRule(ctx context.Context, tx db.Tx, r *Rule) error {
	err := tx.WithContext(ctx).Create(r).Error
	if db.Violates(err, "fund_rule_pkey") {
		return ErrRuleTaken.At("body.version").Because(err)
	}
	return err
}
