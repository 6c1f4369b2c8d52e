package city

import (
	"anbiao/kit/day"
	"anbiao/rbac"
)

// scoreDays are the days before today on which the worked company's live score is looked at: every
// week of two months, and a few days of this week.
var scoreDays = []int{56, 49, 42, 35, 28, 21, 14, 9, 5, 2}

// scoreLive lets the live scores follow: the worked company's as the records stood on earlier days, then
// everybody's today.
func (b *builder) scoreLive() error {
	if b.deps.Score == nil {
		return nil
	}
	worked := b.index["safety"]
	for _, ago := range scoreDays {
		then := b.tx
		then.Now = b.today.AddDays(-ago).Midnight(day.Shanghai).Add(b.tx.Now.Sub(b.today.Midnight(day.Shanghai)))
		if err := b.deps.Score(b.ctx, then, []rbac.CompanyID{worked.CompanyID}); err != nil {
			return err
		}
	}
	var ids []rbac.CompanyID
	for _, f := range b.firms {
		if f.activated || f == worked {
			ids = append(ids, f.CompanyID)
		}
	}
	if err := b.deps.Score(b.ctx, b.tx, ids); err != nil || b.deps.Touch == nil {
		return err
	}
	return b.deps.Touch(b.ctx, b.tx, worked.CompanyID) // once more, when the jobs run
}
