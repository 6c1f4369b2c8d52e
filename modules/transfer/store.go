package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Transfer) TableName() string { return "transfer" }

// TableName names the table of rows.
func (Row) TableName() string { return "transfer_row" }

// TableName names the table of remembered mappings.
func (Remembered) TableName() string { return "transfer_mapping" }

// owned limits a statement to what the actor's company or organisation owns, as row security
// does; the job runner may touch all.
func owned(a rbac.Actor) func(*gorm.DB) *gorm.DB {
	return func(g *gorm.DB) *gorm.DB {
		if a.Kind == rbac.System {
			return g
		}
		org, company, err := owner(a)
		if err != nil {
			return g.Where("false")
		}
		return g.Where("organisation_id IS NOT DISTINCT FROM ? AND company_id IS NOT DISTINCT FROM ?", org, company)
	}
}

// insertTransfer adds t. Errors: ErrBusy.
func insertTransfer(ctx context.Context, tx db.Tx, t *Transfer) error {
	err := tx.WithContext(ctx).Create(t).Error
	if db.Violates(err, "transfer_membership_id_key") {
		return ErrBusy.Because(err)
	}
	return err
}

// giveUp fails a member's export that has not moved since before.
func giveUp(ctx context.Context, tx db.Tx, m id.Of[id.Membership], before time.Time) error {
	return tx.WithContext(ctx).Exec(`UPDATE transfer SET status = 'failed', fault_code = ?, finished_at = ?, touched_at = ?
		WHERE membership_id = ? AND status = 'writing' AND touched_at < ?`, errStalled.Code, tx.Now, tx.Now, m, before).Error
}

// transferByID returns one transfer of the actor's; lock holds it.
// Errors: rbac.ErrNotFound.
func transferByID(ctx context.Context, tx db.Tx, a rbac.Actor, n id.Of[id.Transfer], lock bool) (t Transfer, err error) {
	q := tx.WithContext(ctx).Scopes(owned(a)).Where("id = ?", n)
	if lock {
		q = q.Clauses(forUpdate)
	}
	err = q.Take(&t).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return t, rbac.ErrNotFound
	}
	return t, err
}

// updateTransfer writes everything that changes in the life of a transfer.
func updateTransfer(ctx context.Context, tx db.Tx, t Transfer) error {
	t.TouchedAt = tx.Now
	return tx.WithContext(ctx).Model(&Transfer{}).Where("id = ?", t.ID).Select("status", "headers", "signature", "mapping", "maker", "run", "cursor_row", "total",
		"failed", "fresh", "changed", "unchanged", "done", "fault_code", "finished_at", "touched_at", "blob_key", "file_size").Updates(&t).Error
}

// transfers returns one page of the actor's transfers, newest first; kinds are those he may see.
func transfers(ctx context.Context, tx db.Tx, a rbac.Actor, f Filter, kinds map[Direction]db.Texts, k page.Key, limit int) (rows []Transfer, err error) {
	q := tx.WithContext(ctx).Scopes(owned(a)).
		Where("(direction = 'import' AND kind = ANY(?) OR direction = 'export' AND kind = ANY(?))", kinds[Import], kinds[Export])
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Direction != "" {
		q = q.Where("direction = ?", f.Direction)
	}
	order := "id DESC"
	if !k.First() {
		cmp := " < "
		if k.Back {
			cmp, order = " > ", "id"
		}
		q = q.Where("id"+cmp+"?::bigint", k.Vals[0])
	}
	err = q.Order(order).Limit(limit + 1).Find(&rows).Error
	return rows, err
}

// only selects rows by what became of them.
var only = map[string]string{"": "true", "failed": "verdict = 'bad'", "new": "verdict = 'new'", "changed": "verdict = 'changed'", "unchanged": "verdict = 'same'"}

// rowsOf returns one page of a transfer's rows, in the order of the file.
func rowsOf(ctx context.Context, tx db.Tx, n id.Of[id.Transfer], which string, k page.Key, limit int) (rows []Row, err error) {
	q := tx.WithContext(ctx).Where("transfer_id = ?", n).Where(only[which])
	order := "number"
	if !k.First() {
		cmp := " > "
		if k.Back {
			cmp, order = " < ", "number DESC"
		}
		q = q.Where("number"+cmp+"?::int", k.Vals[0])
	}
	err = q.Order(order).Limit(limit + 1).Find(&rows).Error
	return rows, err
}

// faultsOf returns what is wrong with a transfer's rows, in the order of the file.
func faultsOf(ctx context.Context, tx db.Tx, n id.Of[id.Transfer]) ([]sheet.CellFault, error) {
	var rows []struct{ Faults db.JSON[[]sheet.CellFault] }
	err := tx.WithContext(ctx).Raw("SELECT faults FROM transfer_row WHERE transfer_id = ? AND verdict = 'bad' ORDER BY number", n).Scan(&rows).Error
	var all []sheet.CellFault
	for _, r := range rows {
		all = append(all, r.Faults.V...)
	}
	return all, err
}

// goodAfter returns the next rows behind number that have something to save.
func goodAfter(ctx context.Context, tx db.Tx, n id.Of[id.Transfer], number, limit int) (rows []Row, err error) {
	err = tx.WithContext(ctx).Where("transfer_id = ? AND number > ? AND verdict IN ('new', 'changed')", n, number).Order("number").Limit(limit).Find(&rows).Error
	return rows, err
}

func deleteRows(ctx context.Context, tx db.Tx, n id.Of[id.Transfer]) error {
	return tx.WithContext(ctx).Exec("DELETE FROM transfer_row WHERE transfer_id = ?", n).Error
}

// putRows stages a batch. (COPY is refused under row security.)
func putRows(ctx context.Context, tx db.Tx, t Transfer, rows []sheet.Row, verdicts []Verdict) error {
	type staged struct {
		Number  int               `json:"number"`
		Cells   map[string]string `json:"cells"`
		Faults  []sheet.CellFault `json:"faults"`
		Verdict Verdict           `json:"verdict"`
	}
	all := make([]staged, len(rows))
	for i, r := range rows {
		all[i] = staged{r.Number, r.Values, append([]sheet.CellFault{}, r.Faults...), verdicts[i]}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO transfer_row (transfer_id, number, organisation_id, company_id, cells, faults, verdict)
		SELECT ?, number, ?, ?, cells, faults, verdict FROM jsonb_to_recordset(?::jsonb) AS x (number int, cells jsonb, faults jsonb, verdict text)
		ON CONFLICT ON CONSTRAINT transfer_row_pkey DO UPDATE SET faults = excluded.faults, verdict = excluded.verdict`,
		t.ID, t.OrganisationID, t.CompanyID, string(b)).Error
}

// recall returns the mapping remembered for files with this heading, if there is one.
func recall(ctx context.Context, tx db.Tx, t Transfer) (m sheet.Mapping, found bool, err error) {
	var rows []Remembered
	err = tx.WithContext(ctx).Where("organisation_id IS NOT DISTINCT FROM ? AND company_id IS NOT DISTINCT FROM ? AND kind = ? AND signature = ?",
		t.OrganisationID, t.CompanyID, t.Kind, t.Signature).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return m, false, err
	}
	return rows[0].Mapping.V, true, nil
}

func remember(ctx context.Context, tx db.Tx, t Transfer) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO transfer_mapping (organisation_id, company_id, kind, signature, mapping, used_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT transfer_mapping_owner_key DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at`,
		t.OrganisationID, t.CompanyID, t.Kind, t.Signature, t.Mapping, tx.Now).Error
}

// kept returns transfers whose file is still there although it is older than before.
func kept(ctx context.Context, tx db.Tx, before time.Time, limit int) (rows []Transfer, err error) {
	err = tx.WithContext(ctx).Where("blob_key <> '' AND created_at < ?", before).Order("created_at").Limit(limit).Find(&rows).Error
	return rows, err
}

func forget(ctx context.Context, tx db.Tx, n id.Of[id.Transfer]) error {
	if err := deleteRows(ctx, tx, n); err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec("UPDATE transfer SET blob_key = '' WHERE id = ?", n).Error
}

func itoa(n int) string { return fmt.Sprint(n) }

var forUpdate = clause.Locking{Strength: "UPDATE"}
