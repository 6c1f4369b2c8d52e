package notice

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// TableName names the table.
func (Preference) TableName() string { return "notice_preference" }

// TableName names the table.
func (WeChatAccount) TableName() string { return "notice_wechat" }

// preferences are what a person has said.
func preferences(ctx context.Context, tx db.Tx, person id.Of[id.Person]) (rows []Preference, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_preference WHERE person_id = ? ORDER BY channel, category", int64(person)).Scan(&rows).Error
}

// prefer writes what a person says.
func prefer(ctx context.Context, tx db.Tx, p Preference) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO notice_preference (person_id, channel, category, wanted) VALUES (?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT notice_preference_pkey DO UPDATE SET wanted = excluded.wanted`, int64(p.PersonID), p.Channel, p.Category, p.Wanted).Error
}

// wechatOf is the WeChat account of a person, nil if he has bound none.
func wechatOf(ctx context.Context, tx db.Tx, person id.Of[id.Person]) (*WeChatAccount, error) {
	var rows []WeChatAccount
	err := tx.WithContext(ctx).Raw("SELECT * FROM notice_wechat WHERE person_id = ?", int64(person)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// bind notes the WeChat account of a person. Errors: ErrWeChatTaken.
func bind(ctx context.Context, tx db.Tx, a WeChatAccount) error {
	err := tx.WithContext(ctx).Exec(`INSERT INTO notice_wechat (person_id, openid, openid_index, bound_at) VALUES (?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT notice_wechat_pkey DO UPDATE SET openid = excluded.openid, openid_index = excluded.openid_index, bound_at = excluded.bound_at`,
		int64(a.PersonID), a.OpenID, a.OpenIDIndex, a.BoundAt).Error
	if db.Violates(err, "notice_wechat_openid_index_key") {
		return ErrWeChatTaken.Because(err)
	}
	return err
}

func unbind(ctx context.Context, tx db.Tx, person id.Of[id.Person]) error {
	return tx.WithContext(ctx).Exec("DELETE FROM notice_wechat WHERE person_id = ?", int64(person)).Error
}

// DeadSince are the addresses of people that a channel has called void since an instant,
// the oldest first (job runner only).
func DeadSince(ctx context.Context, tx db.Tx, since time.Time, limit int) (rows []DeadAddress, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_dead_address WHERE since > ? ORDER BY since, person_id LIMIT ?", since, limit).Scan(&rows).Error
}

// Revive forgets that an address is void: it was mended (job runner only).
func Revive(ctx context.Context, tx db.Tx, person id.Of[id.Person], c Channel) error {
	return tx.WithContext(ctx).Exec("DELETE FROM notice_dead_address WHERE person_id = ? AND channel = ?", int64(person), c).Error
}
