package training

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Newcomer) TableName() string { return "training_newcomer" }

// NewcomerRow is a newcomer in the list, with what became of him.
type NewcomerRow struct {
	Newcomer
	UnitName  string
	CardID    id.Of[id.Education]
	CardState string
}

const newcomerFrom = `SELECT n.*, coalesce(u.name, '') AS unit_name, coalesce(c.id, 0) AS card_id, coalesce(c.state, '') AS card_state FROM training_newcomer n
	LEFT JOIN staff_unit u ON u.company_id = n.company_id AND u.id = n.unit_id
	LEFT JOIN LATERAL (SELECT c.id, c.state FROM training_card c WHERE c.company_id = n.company_id AND c.staff_id = n.staff_id AND c.occasion = 'new' ORDER BY c.id DESC LIMIT 1) c ON true WHERE `

// newcomersOf reads one page of newcomers that the actor sees. One who named no unit is seen by those who see the whole company.
func newcomersOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f NewcomerFilter, k page.Key) (rows []NewcomerRow, err error) {
	w := &page.Where{}
	w.Within(scope.Where("n"))
	w.Within(scope.Reach("n"))
	w.When(f.State != "", "n.state = ?", f.State)
	w.When(f.State == "", "n.state <> 'forgotten'")
	order := w.Latest(k, "n.id", "?::bigint")
	err = tx.WithContext(ctx).Raw(newcomerFrom+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// newcomerOne reads a newcomer that the actor sees. Errors: rbac.ErrNotFound.
func newcomerOne(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Newcomer]) (NewcomerRow, error) {
	w := &page.Where{}
	w.Within(scope.Where("n"))
	w.Within(scope.Reach("n"))
	w.And("n.id = ?", int64(n))
	var rows []NewcomerRow
	err := tx.WithContext(ctx).Raw(newcomerFrom+w.SQL()+" LIMIT 1", w.Args...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return NewcomerRow{}, err
	}
	return rows[0], nil
}

// lockNewcomer reads a newcomer and keeps others from deciding. Errors: rbac.ErrNotFound.
func lockNewcomer(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Newcomer]) (Newcomer, error) {
	var rows []Newcomer
	err := tx.WithContext(ctx).Clauses(cardLocked).Where("company_id = ? AND id = ?", int64(company), int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Newcomer{}, err
	}
	return rows[0], nil
}

// newcomerByToken finds the bearer of a link. Errors: rbac.ErrNotFound.
func newcomerByToken(ctx context.Context, tx db.Tx, hash []byte) (NewcomerRow, error) {
	var rows []NewcomerRow
	err := tx.WithContext(ctx).Raw(newcomerFrom+"n.token_hash = ? AND n.state <> 'forgotten' LIMIT 1", hash).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return NewcomerRow{}, err
	}
	return rows[0], nil
}

// alikeNewcomer finds the registration of the same phone or identity number that is not refused.
func alikeNewcomer(ctx context.Context, tx db.Tx, n Newcomer) (found Newcomer, ok bool, err error) {
	var rows []Newcomer
	err = tx.WithContext(ctx).Raw(`SELECT * FROM training_newcomer WHERE company_id = ? AND state IN ('waiting', 'accepted') AND (phone = ? OR (identity_index = ? AND identity_index <> ''))
		ORDER BY id DESC LIMIT 1 FOR UPDATE`, int64(n.CompanyID), n.Phone, bytea(n.IdentityIndex)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return n, false, err
	}
	return rows[0], true, nil
}

// lockRegistrations lets one newcomer of a company register at a time.
func lockRegistrations(ctx context.Context, tx db.Tx, company rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('training.newcomer', ?))", int64(company)).Error
}

// registered counts registrations: of an address since from, and of the company since dawn.
func registered(ctx context.Context, tx db.Tx, company rbac.CompanyID, address []byte, from, dawn time.Time) (near, all int, err error) {
	var row struct{ Near, Total int }
	err = tx.WithContext(ctx).Raw(`SELECT count(*) FILTER (WHERE address_hash = ? AND registered_at >= ?) AS near, count(*) AS total FROM training_newcomer WHERE company_id = ? AND registered_at >= ?`,
		address, from, int64(company), dawn).Scan(&row).Error
	return row.Near, row.Total, err
}

func insertNewcomer(ctx context.Context, tx db.Tx, n *Newcomer) error {
	return tx.WithContext(ctx).Create(n).Error
}

func updateNewcomer(ctx context.Context, tx db.Tx, n *Newcomer) error {
	return tx.WithContext(ctx).Model(n).Where("company_id = ?", int64(n.CompanyID)).Select("name", "phone", "identity_sealed", "identity_index", "unit_id", "post_name", "joined_on", "strokes", "photo",
		"notice", "state", "staff_id", "reason", "decided_by_name", "decided_at", "token_hash", "registered_at").Updates(n).Error
}

// forgetNewcomers takes what tells who they were from newcomers refused before a day.
func forgetNewcomers(ctx context.Context, tx db.Tx, before time.Time) error {
	return tx.WithContext(ctx).Exec(`UPDATE training_newcomer SET state = 'forgotten', name = '', phone = '', identity_sealed = '', identity_index = '', strokes = '', photo = '', post_name = '', reason = ''
		WHERE state = 'refused' AND decided_at < ?`, before).Error
}

// doors are the units a newcomer chooses from.
func doors(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Door, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT u.id, u.name, coalesce(t.name, '') AS above FROM staff_unit u LEFT JOIN staff_unit t ON t.company_id = u.company_id AND t.id = u.parent_id
		WHERE u.company_id = ? AND u.closed_on IS NULL ORDER BY u.unit_path LIMIT 300`, int64(company)).Scan(&rows).Error
	return rows, err
}

// Door is a unit that a newcomer may choose.
type Door struct {
	ID    id.Of[id.Unit]
	Name  string
	Above string
}
