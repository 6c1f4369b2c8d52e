package performance

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// rewardsBy lists rewards and penalties the actor sees, the latest first.
func rewardsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f RewardFilter, k page.Key) (rows []Reward, err error) {
	w := within(scope, ActionRewards, "w")
	w.When(f.Kind != "", "w.kind = ?", f.Kind)
	w.When(f.StaffID != 0, "w.staff_id = ?", int64(f.StaffID))
	order := w.Latest(k, "w.decided_on, w.id", "?::date, ?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT w.* FROM performance_reward w WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// rewardsOf lists one person's, the latest first.
func rewardsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, staff id.Of[id.Staff], limit int) (rows []Reward, err error) {
	w := within(scope, ActionRewards, "performance_reward")
	return rows, tx.WithContext(ctx).Where(w.SQL(), w.Args...).Where("staff_id = ?", int64(staff)).Order("decided_on DESC, id DESC").Limit(limit).Find(&rows).Error
}

func insertReward(ctx context.Context, tx db.Tx, r *Reward) error {
	return tx.WithContext(ctx).Create(r).Error
}

// lockReward locks a record. Errors: rbac.ErrNotFound.
func lockReward(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Reward]) (Reward, error) {
	w := within(scope, ActionReward, "performance_reward")
	var rows []Reward
	err := tx.WithContext(ctx).Clauses(locked).Where(w.SQL(), w.Args...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	return one(rows, err)
}

func revokeReward(ctx context.Context, tx db.Tx, r Reward) error {
	return tx.WithContext(ctx).Model(&Reward{}).Where("company_id = ? AND id = ?", int64(r.CompanyID), int64(r.ID)).Select("RevokedOn", "RevokedReason").Updates(&r).Error
}

// memberOf returns the name and unit of a member of staff. Errors: ErrStaff.
func memberOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff id.Of[id.Staff]) (name string, unit *id.Of[id.Unit], err error) {
	var rows []struct {
		Name   string
		UnitID *id.Of[id.Unit]
	}
	err = tx.WithContext(ctx).Raw("SELECT name, unit_id FROM staff_person WHERE company_id = ? AND id = ?", int64(company), int64(staff)).Scan(&rows).Error
	if err != nil {
		return "", nil, err
	}
	if len(rows) == 0 {
		return "", nil, ErrStaff.At("body.staffId")
	}
	return rows[0].Name, rows[0].UnitID, nil
}
