package reward

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// insertList adds an empty list. Errors: ErrListMade.
func insertList(ctx context.Context, tx db.Tx, l *List) error {
	err := gorm.G[List](tx.DB).Create(ctx, l)
	if db.Violates(err, "reward_list_month_on_key") {
		return ErrListMade.Because(err)
	}
	return err
}

// gather puts every approved reward of the company that is on no list yet on l, by one statement,
// and returns what they come to.
func gather(ctx context.Context, tx db.Tx, l List) (people, rewards int, total fen.Amount, err error) {
	g := tx.WithContext(ctx)
	err = g.Exec("UPDATE reward SET list_id = ? WHERE company_id = ? AND state = 'approved' AND list_id IS NULL", int64(l.ID), int64(l.CompanyID)).Error
	if err != nil {
		return 0, 0, 0, err
	}
	var sum struct {
		People, Rewards int
		Total           fen.Amount
	}
	err = g.Raw("SELECT count(DISTINCT staff_id) AS people, count(*) AS rewards, coalesce(sum(amount_fen), 0)::bigint AS total FROM reward WHERE company_id = ? AND list_id = ?",
		int64(l.CompanyID), int64(l.ID)).Scan(&sum).Error
	return sum.People, sum.Rewards, sum.Total, err
}

// saveList writes what may change of a list.
func saveList(ctx context.Context, tx db.Tx, l List) error {
	return tx.WithContext(ctx).Model(&List{}).Where("company_id = ? AND id = ?", int64(l.CompanyID), int64(l.ID)).
		Select("State", "People", "Rewards", "TotalFen", "ApprovedByName", "ApprovedAt", "PaidOn", "Method", "PaidByName").Updates(&l).Error
}

// payAll marks every reward of a list paid, by one statement.
func payAll(ctx context.Context, tx db.Tx, l List) error {
	return tx.WithContext(ctx).Exec("UPDATE reward SET state = 'paid', paid_on = ? WHERE company_id = ? AND list_id = ? AND state = 'approved'", l.PaidOn.String(), int64(l.CompanyID), int64(l.ID)).Error
}

// listByID reads a list. Errors: rbac.ErrNotFound.
func listByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[List], lock bool) (List, error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows)
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var rows []List
	err := q.Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return List{}, err
	}
	return rows[0], nil
}

// listsOf returns at most limit+1 lists, the latest month first.
func listsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int, k page.Key) (rows []List, err error) {
	cond, args := scope.Where("l")
	order, compare := " ORDER BY l.month_on DESC", "<"
	if k.Back {
		order, compare = " ORDER BY l.month_on", ">"
	}
	if !k.First() {
		cond, args = cond+" AND l.month_on "+compare+" ?::date", append(args, k.Vals[0])
	}
	err = tx.WithContext(ctx).Raw("SELECT l.* FROM reward_list l WHERE "+cond+order+" LIMIT ?", append(args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// linesOf are the rewards of a list, by person.
func linesOf(ctx context.Context, tx db.Tx, l List) (rows []Reward, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM reward WHERE company_id = ? AND list_id = ? ORDER BY unit_name, staff_name, staff_id, id LIMIT 5000", int64(l.CompanyID), int64(l.ID)).Scan(&rows).Error
	return rows, err
}

// publishedOf are the paid rewards of a month of payment, in order.
func publishedOf(ctx context.Context, tx db.Tx, scope rbac.Scope, from, until string) (rows []Reward, err error) {
	cond, args := scope.Where("r")
	err = tx.WithContext(ctx).Raw("SELECT r.* FROM reward r WHERE "+cond+" AND r.state = 'paid' AND r.paid_on >= ? AND r.paid_on < ? ORDER BY r.paid_on, r.id LIMIT 1000",
		append(args, from, until)...).Scan(&rows).Error
	return rows, err
}
