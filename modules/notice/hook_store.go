package notice

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Hook) TableName() string { return "notice_hook" }

// TableName names the table.
func (Switch) TableName() string { return "notice_switch" }

// hooksOf are a company's hooks, in the order of their making.
func hooksOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Hook, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_hook WHERE company_id = ? AND removed_at IS NULL ORDER BY id LIMIT ?", int64(company), mostHooks+1).Scan(&rows).Error
}

// lockHook locks a hook of a company. Errors: rbac.ErrNotFound.
func lockHook(ctx context.Context, tx db.Tx, company rbac.CompanyID, h id.Of[id.Hook]) (Hook, error) {
	return oneHook(tx.WithContext(ctx).Raw("SELECT * FROM notice_hook WHERE company_id = ? AND id = ? AND removed_at IS NULL FOR UPDATE", int64(company), int64(h)))
}

// hookByID reads a hook (job runner only). Errors: rbac.ErrNotFound.
func hookByID(ctx context.Context, tx db.Tx, company rbac.CompanyID, h id.Of[id.Hook]) (Hook, error) {
	return oneHook(tx.WithContext(ctx).Raw("SELECT * FROM notice_hook WHERE company_id = ? AND id = ?", int64(company), int64(h)))
}

func oneHook(g *gorm.DB) (Hook, error) {
	var rows []Hook
	if err := g.Scan(&rows).Error; err != nil {
		return Hook{}, err
	}
	if len(rows) == 0 {
		return Hook{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

func insertHook(ctx context.Context, tx db.Tx, h *Hook) error {
	return gorm.G[Hook](tx.DB).Create(ctx, h)
}

// saveHook writes what may change of a hook.
func saveHook(ctx context.Context, tx db.Tx, h Hook) error {
	return tx.WithContext(ctx).Model(&Hook{}).Where("company_id = ? AND id = ?", int64(h.CompanyID), int64(h.ID)).
		Select("Name", "URL", "Address", "Secret", "Categories", "Lang", "PerMinute", "Open", "RemovedAt").Updates(&h).Error
}

// testHook enqueues a test; 0: there is no such hook.
func testHook(ctx context.Context, tx db.Tx, h id.Of[id.Hook]) (d *int64, err error) {
	return d, tx.WithContext(ctx).Raw("SELECT notice_test_hook(?, ?)", int64(h), tx.Now).Scan(&d).Error
}

// sentTo returns at most limit+1 deliveries of a hook, newest first, from k on. What they
// say is in messages to people, which a company cannot read: the code of the event is the
// part of event_key that tells it.
func sentTo(ctx context.Context, tx db.Tx, company rbac.CompanyID, h id.Of[id.Hook], limit int, k page.Key) (rows []Delivery, err error) {
	g := tx.WithContext(ctx).Where("company_id = ? AND hook_id = ?", int64(company), int64(h))
	compare, order := "<", "id DESC"
	if k.Back {
		compare, order = ">", "id"
	}
	if !k.First() {
		g = g.Where("id "+compare+" ?::bigint", k.Vals[0])
	}
	return rows, g.Order(order).Limit(limit + 1).Find(&rows).Error
}

// switches are a company's words on channels.
func switches(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Switch, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_switch WHERE company_id = ? ORDER BY channel", int64(company)).Scan(&rows).Error
}

// turnSwitch writes a company's word on a channel.
func turnSwitch(ctx context.Context, tx db.Tx, s Switch) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO notice_switch (company_id, channel, region_path, oversight_line, open, changed_at, changed_by_name) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT notice_switch_pkey DO UPDATE SET open = excluded.open, changed_at = excluded.changed_at, changed_by_name = excluded.changed_by_name`,
		int64(s.CompanyID), s.Channel, s.RegionPath, s.OversightLine, s.Open, s.ChangedAt, s.ChangedByName).Error
}
