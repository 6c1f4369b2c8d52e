package instrument

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Circular) TableName() string { return "circular" }

// TableName names the table.
func (Receipt) TableName() string { return "circular_receipt" }

// Sent is a notice in its writer's list with how it stands, or in a recipient's with his own receipt.
type Sent struct {
	Circular
	Handed  int32 // receipts written so far
	Read    int32
	Replied int32
	Mine    *Receipt `gorm:"-"`
}

// tallied counts the receipts of notices.
const tallied = `SELECT r.circular_id, count(*) AS handed, count(r.read_at) AS read, count(r.replied_at) AS replied FROM circular_receipt r WHERE r.circular_id = ANY(?) GROUP BY 1`

func sentBy(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int, k page.Key) (rows []Sent, err error) {
	w := &page.Where{}
	w.And("c.organisation_id = ?", int64(scope.Actor().OrganisationID))
	order := w.Latest(k, "c.id", "?::bigint")
	if err = tx.WithContext(ctx).Raw("SELECT c.* FROM circular c WHERE "+w.SQL()+" "+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return rows, counted(ctx, tx, rows)
}

// counted fills in how notices stand.
func counted(ctx context.Context, tx db.Tx, rows []Sent) error {
	ids := make(db.Ints, len(rows))
	for i, r := range rows {
		ids[i] = int64(r.ID)
	}
	var found []struct {
		CircularID            id.Of[id.Circular]
		Handed, Read, Replied int32
	}
	if err := tx.WithContext(ctx).Raw(tallied, ids).Scan(&found).Error; err != nil {
		return err
	}
	for _, f := range found {
		for i := range rows {
			if rows[i].ID == f.CircularID {
				rows[i].Handed, rows[i].Read, rows[i].Replied = f.Handed, f.Read, f.Replied
			}
		}
	}
	return nil
}

// addressed is the condition that a receipt of alias r is the actor's own.
func addressed(scope rbac.Scope) (string, []any) {
	a := scope.Actor()
	if a.Kind == rbac.Regulator {
		return "r.office_id = ?", []any{int64(a.OrganisationID)}
	}
	return "r.company_id = ?", []any{int64(a.CompanyID)}
}

func received(ctx context.Context, tx db.Tx, scope rbac.Scope, f BoxFilter, k page.Key) (rows []Sent, err error) {
	w := &page.Where{}
	w.Within(addressed(scope))
	w.When(f.Unread, "r.read_at IS NULL")
	w.When(f.Unanswered, "r.replied_at IS NULL AND c.reply_asked")
	w.And("c.withdrawn_at IS NULL")
	order := w.Latest(k, "c.id", "?::bigint")
	q := "SELECT r.* FROM circular_receipt r JOIN circular c ON c.id = r.circular_id WHERE " + w.SQL() + " " + order + " LIMIT ?"
	var mine []Receipt
	if err = tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&mine).Error; err != nil {
		return nil, err
	}
	ids := make(db.Ints, len(mine))
	for i, r := range mine {
		ids[i] = int64(r.CircularID)
	}
	var all []Circular
	if err = tx.WithContext(ctx).Raw("SELECT c.* FROM circular c WHERE c.id = ANY(?)", ids).Scan(&all).Error; err != nil {
		return nil, err
	}
	by := map[id.Of[id.Circular]]Circular{}
	for _, c := range all {
		by[c.ID] = c
	}
	for i := range mine {
		rows = append(rows, Sent{Circular: by[mine[i].CircularID], Mine: &mine[i]})
	}
	return rows, nil
}

// circularByID reads a notice of one's own or that one got. Errors: rbac.ErrNotFound.
func circularByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Circular]) (Circular, error) {
	cond, args := addressed(scope)
	var rows []Circular
	q := "SELECT c.* FROM circular c WHERE c.id = ? AND (c.organisation_id = ? OR EXISTS (SELECT FROM circular_receipt r WHERE r.circular_id = c.id AND " + cond + "))"
	err := tx.WithContext(ctx).Raw(q, append([]any{int64(n), int64(scope.Actor().OrganisationID)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	return append(rows, Circular{})[0], err
}

// ownReceipt reads and locks the actor's receipt of a notice; nil: he has none.
func ownReceipt(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Circular], lock string) (*Receipt, error) {
	cond, args := addressed(scope)
	var rows []Receipt
	err := tx.WithContext(ctx).Raw("SELECT r.* FROM circular_receipt r WHERE r.circular_id = ? AND "+cond+lock, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func saveReceipt(ctx context.Context, tx db.Tx, r *Receipt) error {
	return tx.WithContext(ctx).Model(&Receipt{}).Where("id = ?", int64(r.ID)).Select("read_at", "read_by", "replied_at", "replied_by", "reply", "files").Updates(r).Error
}

func insertCircular(ctx context.Context, tx db.Tx, c *Circular) error {
	return tx.WithContext(ctx).Create(c).Error
}

// handOut writes receipts of companies and offices by one statement each, once however often it is done.
func handOut(ctx context.Context, tx db.Tx, c id.Of[id.Circular], companies, offices db.Ints) error {
	err := tx.WithContext(ctx).Exec(`INSERT INTO circular_receipt (circular_id, organisation_id, company_id, recipient, region_path, oversight_line, read_by, replied_by, reply, files, reminders)
		SELECT c.id, c.organisation_id, f.company_id, f.name, f.region_path, f.oversight_line, '', '', '', '{}', 0 FROM circular c JOIN company f ON f.company_id = ANY(?)
		WHERE c.id = ? ON CONFLICT (circular_id, company_id) WHERE company_id IS NOT NULL DO NOTHING`, companies, int64(c)).Error
	if err != nil || len(offices) == 0 {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO circular_receipt (circular_id, organisation_id, office_id, recipient, region_path, oversight_line, read_by, replied_by, reply, files, reminders)
		SELECT c.id, c.organisation_id, o.id, o.name, o.areas[1], 0, '', '', '', '{}', 0 FROM circular c JOIN account_organisation o ON o.id = ANY(?)
		WHERE c.id = ? ON CONFLICT (circular_id, office_id) WHERE office_id IS NOT NULL DO NOTHING`, offices, int64(c)).Error
}

// receiptsOf lists how the recipients of the actor's own notice stand, those who have not read first of all.
func receiptsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Circular], f ReceiptFilter, k page.Key) (rows []Receipt, err error) {
	w := &page.Where{}
	w.And("r.circular_id = ? AND r.organisation_id = ?", int64(n), int64(scope.Actor().OrganisationID))
	w.When(f.Division != "", "r.region_path >= ? AND r.region_path < ?", f.Division, f.Division+"~")
	switch f.Standing {
	case "unread":
		w.And("r.read_at IS NULL")
	case "read":
		w.And("r.read_at IS NOT NULL AND r.replied_at IS NULL")
	case "unanswered":
		w.And("r.replied_at IS NULL")
	case "replied":
		w.And("r.replied_at IS NOT NULL")
	}
	order := w.Rising(k, "r.id", "?::bigint")
	q := "SELECT r.* FROM circular_receipt r WHERE " + w.SQL() + " " + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// silent takes a batch of those who have not read, or not replied where a reply is asked, and notes that they are reminded.
func silent(ctx context.Context, tx db.Tx, c Circular, after int64) (rows []Receipt, err error) {
	missing := "x.read_at IS NULL"
	if c.ReplyAsked {
		missing = "x.replied_at IS NULL"
	}
	err = tx.WithContext(ctx).Raw(`UPDATE circular_receipt r SET reminders = r.reminders + 1, reminded_at = ? FROM
		(SELECT x.id FROM circular_receipt x WHERE x.circular_id = ? AND x.id > ? AND `+missing+` ORDER BY x.id LIMIT ?) p
		WHERE r.id = p.id RETURNING r.*`, tx.Now, int64(c.ID), after, batch).Scan(&rows).Error
	return rows, err
}

func markCircular(ctx context.Context, tx db.Tx, c Circular) error {
	return tx.WithContext(ctx).Model(&Circular{}).Where("id = ?", int64(c.ID)).Select("withdrawn_at", "reminded_at", "reminders").Updates(&c).Error
}

// noticeByID reads a notice for the job runner. Errors: rbac.ErrNotFound.
func noticeByID(ctx context.Context, tx db.Tx, n id.Of[id.Circular]) (Circular, error) {
	var rows []Circular
	err := tx.WithContext(ctx).Raw("SELECT c.* FROM circular c WHERE c.id = ?", int64(n)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	return append(rows, Circular{})[0], err
}

// overseen are those of companies that lie in the actor's scope.
func overseen(ctx context.Context, tx db.Tx, scope rbac.Scope, companies []rbac.CompanyID) (out []rbac.CompanyID, err error) {
	ids := make(db.Ints, len(companies))
	for i, n := range companies {
		ids[i] = int64(n)
	}
	cond, args := scope.Where("c")
	err = tx.WithContext(ctx).Raw("SELECT c.company_id FROM company c WHERE c.company_id = ANY(?) AND "+cond+" ORDER BY 1", append([]any{ids}, args...)...).Scan(&out).Error
	return out, err
}
