package notice

import (
	"context"
	"encoding/json"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Notice) TableName() string { return "notice" }

// TableName names the table.
func (Delivery) TableName() string { return "notice_delivery" }

// TableName names the table.
func (Kept) TableName() string { return "notice_mail" }

// put writes notes by one statement and returns the ids of those that are new.
func put(ctx context.Context, tx db.Tx, notes []Note) (ids []id.Of[id.Notice], err error) {
	type row struct {
		Person       int64             `json:"person"`
		Company      int64             `json:"company,omitempty"`
		Organisation int64             `json:"organisation,omitempty"`
		Noun         string            `json:"noun"`
		Object       int64             `json:"object"`
		Code         string            `json:"code"`
		Params       map[string]string `json:"params"`
		Key          string            `json:"key,omitempty"`
	}
	list := make([]row, len(notes))
	for i, n := range notes {
		list[i] = row{int64(n.Person), int64(n.Company), int64(n.Organisation), n.Noun, n.Object, n.Code, n.Params, n.Key}
		if n.Params == nil {
			list[i].Params = map[string]string{}
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return ids, tx.WithContext(ctx).Raw("SELECT notice_put(?::jsonb, ?)", string(b), tx.Now).Scan(&ids).Error
}

func withdraw(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, object int64, person id.Of[id.Person]) error {
	var only *int64
	if person != 0 {
		n := int64(person)
		only = &n
	}
	return tx.WithContext(ctx).Exec("SELECT notice_withdraw(?, ?, ?, ?, ?)", int64(company), noun, object, only, tx.Now).Error
}

func handOver(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, leaver id.Of[id.Person], heirs []id.Of[id.Person]) error {
	to := make(db.Ints, len(heirs))
	for i, h := range heirs {
		to[i] = int64(h)
	}
	return tx.WithContext(ctx).Exec("SELECT notice_hand_over(?, ?, ?, ?::bigint[], ?)", int64(company), noun, int64(leaver), to, tx.Now).Error
}

// inbox returns at most limit+1 open messages to the actor in the membership he has chosen,
// newest first, from k on. Row security says which membership; the parameter is for the plan.
func inbox(ctx context.Context, tx db.Tx, scope rbac.Scope, unread bool, limit int, k page.Key) (rows []Notice, err error) {
	g := tx.WithContext(ctx).Where("person_id = ? AND closed_at IS NULL", int64(scope.Actor().PersonID))
	if unread {
		g = g.Where("read_at IS NULL")
	}
	compare, order := "<", "id DESC"
	if k.Back {
		compare, order = ">", "id"
	}
	if !k.First() {
		g = g.Where("id "+compare+" ?::bigint", k.Vals[0])
	}
	return rows, g.Order(order).Limit(limit + 1).Find(&rows).Error
}

// unread counts the actor's open unread messages, at most most.
func unread(ctx context.Context, tx db.Tx, scope rbac.Scope, most int) (n int, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT count(*) FROM (SELECT FROM notice WHERE person_id = ? AND closed_at IS NULL AND read_at IS NULL LIMIT ?) x`,
		int64(scope.Actor().PersonID), most).Scan(&n).Error
	return n, err
}

// markRead marks one message of the actor read; it stays so. Errors: rbac.ErrNotFound.
func markRead(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Notice]) error {
	r := tx.WithContext(ctx).Exec("UPDATE notice SET read_at = coalesce(read_at, ?) WHERE id = ? AND person_id = ?", tx.Now, int64(n), int64(scope.Actor().PersonID))
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// markAll marks the actor's unread messages up to one read.
func markAll(ctx context.Context, tx db.Tx, scope rbac.Scope, upTo id.Of[id.Notice]) error {
	return tx.WithContext(ctx).Exec("UPDATE notice SET read_at = ? WHERE person_id = ? AND closed_at IS NULL AND read_at IS NULL AND id <= ?",
		tx.Now, int64(scope.Actor().PersonID), int64(upTo)).Error
}

// mails returns at most limit+1 kept mails that the actor may read, newest first, from k on.
func mails(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int, k page.Key) (rows []Kept, err error) {
	g := tx.WithContext(ctx)
	if a := scope.Actor(); a.Kind != rbac.Platform {
		g = g.Where("person_id = ?", int64(a.PersonID))
	}
	compare, order := "<", "id DESC"
	if k.Back {
		compare, order = ">", "id"
	}
	if !k.First() {
		g = g.Where("id "+compare+" ?::bigint", k.Vals[0])
	}
	return rows, g.Order(order).Limit(limit + 1).Find(&rows).Error
}

// mailByID returns a kept mail that the actor may read. Errors: rbac.ErrNotFound.
func mailByID(ctx context.Context, tx db.Tx, m id.Of[Kept]) (Kept, error) {
	var rows []Kept
	err := tx.WithContext(ctx).Where("id = ?", int64(m)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Kept{}, err
	}
	return rows[0], nil
}

// keep stores a mail, once for a message id.
func keep(ctx context.Context, tx db.Tx, k Kept) error {
	return tx.WithContext(ctx).Exec("INSERT INTO notice_mail (message_id, person_id, address, subject, body, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT notice_mail_message_id_key DO NOTHING",
		k.MessageID, int64(k.PersonID), k.Address, k.Subject, k.Body, k.At).Error
}
