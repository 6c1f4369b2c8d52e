package reward

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Rule) TableName() string { return "reward_rule" }

// TableName names the table.
func (Reward) TableName() string { return "reward" }

// TableName names the table.
func (List) TableName() string { return "reward_list" }

// rulesOf are a company's rules, the latest first.
func rulesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Rule, err error) {
	err = tx.WithContext(ctx).Where("company_id = ?", int64(company)).Order("valid_from DESC").Limit(50).Find(&rows).Error
	return rows, err
}

// ruleOn is the rule of a company on a day; the program's proposal before its first.
func ruleOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (Rule, error) {
	var rows []Rule
	err := tx.WithContext(ctx).Where("company_id = ? AND valid_from <= ?", int64(company), on.String()).Order("valid_from DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return Default(), err
	}
	return rows[0], nil
}

// insertRule adds a rule. Errors: ErrFromTaken.
func insertRule(ctx context.Context, tx db.Tx, r *Rule) error {
	err := gorm.G[Rule](tx.DB).Create(ctx, r)
	if db.Violates(err, "reward_rule_valid_from_key") {
		return ErrFromTaken.At("body.validFrom").Because(err)
	}
	return err
}

// lockPerson lets only one transaction at a time add to what a person gets.
func lockPerson(ctx context.Context, tx db.Tx, company rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('reward', ?))", int64(company)).Error
}

// given is what a person gets for the reports of a month, apart from one reward.
func given(ctx context.Context, tx db.Tx, r Reward) (sum fen.Amount, err error) {
	month := day.Of(r.ReportedOn.Year(), r.ReportedOn.Month(), 1)
	err = tx.WithContext(ctx).Raw(`SELECT coalesce(sum(amount_fen), 0)::bigint FROM reward WHERE company_id = ? AND staff_id = ? AND state <> 'refused'
		AND reported_on >= ? AND reported_on < ? AND id <> ?`, int64(r.CompanyID), int64(r.StaffID), month.String(), month.AddMonths(1).String(), int64(r.ID)).Scan(&sum).Error
	return sum, err
}

// ofHazard locks the reward of a hazard, if there is one.
func ofHazard(ctx context.Context, tx db.Tx, company rbac.CompanyID, h id.Of[id.Hazard]) (r Reward, found bool, err error) {
	rows, err := gorm.G[Reward](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("company_id = ? AND hazard_id = ?", int64(company), int64(h)).Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return r, false, err
	}
	return rows[0], true, nil
}

func insertReward(ctx context.Context, tx db.Tx, r *Reward) error {
	return gorm.G[Reward](tx.DB).Create(ctx, r)
}

// saveReward writes what may change of a reward.
func saveReward(ctx context.Context, tx db.Tx, r Reward) error {
	return tx.WithContext(ctx).Model(&Reward{}).Where("company_id = ? AND id = ?", int64(r.CompanyID), int64(r.ID)).
		Select("RuleID", "Level", "Category", "State", "ProposedFen", "AmountFen", "Reason", "ConfirmedByName", "ConfirmedPersonID", "ConfirmedAt", "ApprovedByName", "ApprovedAt").Updates(&r).Error
}

// lockReward reads a reward and keeps others from changing it. Errors: rbac.ErrNotFound.
func lockReward(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Reward]) (Reward, error) {
	var rows []Reward
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Reward{}, err
	}
	return rows[0], nil
}

// listed returns at most limit+1 rewards, the latest first, from k on; staff 0 is everybody.
func listed(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, staff id.Of[id.Staff], k page.Key) (rows []Reward, err error) {
	cond, args := scope.Where("r")
	and := func(more string, values ...any) { cond, args = cond+" AND "+more, append(args, values...) }
	if staff != 0 {
		and("r.staff_id = ?", int64(staff))
	}
	if f.State != "" {
		and("r.state = ?", f.State)
	}
	if f.ListID != 0 {
		and("r.list_id = ?", int64(f.ListID))
	}
	if f.Month != "" {
		month, err := day.Parse(f.Month + "-01")
		if err != nil {
			return nil, ErrMonth.At("query.month")
		}
		and("r.reported_on >= ? AND r.reported_on < ?", month.String(), month.AddMonths(1).String())
	}
	order, compare := " ORDER BY r.id DESC", "<"
	if k.Back {
		order, compare = " ORDER BY r.id", ">"
	}
	if !k.First() {
		and("r.id "+compare+" ?::bigint", k.Vals[0])
	}
	err = tx.WithContext(ctx).Raw("SELECT r.* FROM reward r WHERE "+cond+order+" LIMIT ?", append(args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// Sums are what rewards come to, by how far they are.
type Sums struct {
	WaitingFen  fen.Amount // proposed or confirmed
	ApprovedFen fen.Amount
	PaidFen     fen.Amount
	Waiting     int
	Approved    int
	Paid        int
}

// summed adds up the rewards of a company, or of one person.
func summed(ctx context.Context, tx db.Tx, scope rbac.Scope, staff id.Of[id.Staff]) (s Sums, err error) {
	cond, args := scope.Where("r")
	if staff != 0 {
		cond, args = cond+" AND r.staff_id = ?", append(args, int64(staff))
	}
	err = tx.WithContext(ctx).Raw(`SELECT coalesce(sum(amount_fen) FILTER (WHERE state IN ('proposed','confirmed')), 0)::bigint AS waiting_fen,
			coalesce(sum(amount_fen) FILTER (WHERE state = 'approved'), 0)::bigint AS approved_fen, coalesce(sum(amount_fen) FILTER (WHERE state = 'paid'), 0)::bigint AS paid_fen,
			count(*) FILTER (WHERE state IN ('proposed','confirmed')) AS waiting, count(*) FILTER (WHERE state = 'approved') AS approved, count(*) FILTER (WHERE state = 'paid') AS paid
		FROM reward r WHERE `+cond, args...).Scan(&s).Error
	return s, err
}
