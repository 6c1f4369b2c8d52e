package activation

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Batch) TableName() string { return "activation_batch" }

// chosen is a company that a slip is printed for.
type chosen struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Name          string
	USCC          string
	Address       string
}

// choice is the condition on a company c of the register, its row b of the board and the
// actor's scope.
func choice(tx db.Tx, scope rbac.Scope, c Choice) (string, []any) {
	cond, args := scope.Where("b")
	conds := []string{cond}
	and := func(q string, a ...any) {
		conds = append(conds, q)
		args = append(args, a...)
	}
	if c.Division != "" {
		and("b.region_path >= ? AND b.region_path < ?", c.Division, c.Division+"~")
	}
	if c.Industry != "" {
		and("b.industry >= ? AND b.industry < ?", c.Industry, c.Industry+"~")
	}
	if len(c.Companies) > 0 {
		and("b.company_id = ANY(?)", ids(c.Companies))
	}
	if c.Unprinted {
		and("NOT EXISTS (SELECT FROM activation_slip s WHERE s.company_id = b.company_id AND s.used_at IS NULL AND s.revoked_at IS NULL AND s.expires_at > ?)", tx.Now)
	}
	return strings.Join(conds, " AND "), args
}

// dormant narrows to companies that work and that nobody has signed in for.
const dormant = " AND NOT b.activated AND b.status <> 'closed'"

// countChosen counts the companies of a choice, up to a limit.
func countChosen(ctx context.Context, tx db.Tx, scope rbac.Scope, c Choice, limit int) (n int, err error) {
	cond, args := choice(tx, scope, c)
	err = tx.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT FROM oversight_area b WHERE "+cond+dormant+" LIMIT ?) x", append(args, limit)...).Scan(&n).Error
	return n, err
}

// chosenAfter returns the next companies of an order, by id. An order to issue access anew
// names its company, activated or not; another leaves out those with a slip of this order.
func chosenAfter(ctx context.Context, tx db.Tx, scope rbac.Scope, b Batch, after rbac.CompanyID, limit int) (out []chosen, err error) {
	c := b.Choice.V
	c.Unprinted = c.Unprinted && b.Kind == First
	cond, args := choice(tx, scope, c)
	if b.Kind == First {
		cond += dormant
	}
	err = tx.WithContext(ctx).Raw(`SELECT c.company_id, c.region_path, c.oversight_line, c.name, c.uscc, c.address
		FROM oversight_area b JOIN company c USING (company_id) WHERE `+cond+" AND b.company_id > ? ORDER BY b.company_id LIMIT ?",
		append(args, after, limit)...).Scan(&out).Error
	return out, err
}

// revokeSlips makes the open slips of companies worthless.
func revokeSlips(ctx context.Context, tx db.Tx, scope rbac.Scope, companies db.Ints) error {
	cond, args := scope.Where("s")
	return tx.WithContext(ctx).Exec("UPDATE activation_slip s SET revoked_at = ? WHERE s.company_id = ANY(?) AND s.used_at IS NULL AND s.revoked_at IS NULL AND "+cond,
		append([]any{tx.Now, companies}, args...)...).Error
}

// revokeRun makes the open slips of an order worthless: those an earlier try has printed
// into a file that nobody got (system only).
func revokeRun(ctx context.Context, tx db.Tx, n id.Of[Batch]) error {
	return tx.WithContext(ctx).Exec("UPDATE activation_slip SET revoked_at = ? WHERE batch_id = ? AND used_at IS NULL AND revoked_at IS NULL", tx.Now, n).Error
}

// secret is what is kept of one slip's secrets.
type secret struct{ token, typed []byte }

// insertSlips adds one slip for each company, in one statement.
func insertSlips(ctx context.Context, tx db.Tx, b Batch, firms []chosen, secrets []secret, expires time.Time) error {
	var companies db.Ints
	var paths, tokens, codes db.Texts
	var lines db.Shorts
	for i, f := range firms {
		companies, paths, lines = append(companies, int64(f.CompanyID)), append(paths, f.RegionPath), append(lines, f.OversightLine)
		tokens, codes = append(tokens, hex.EncodeToString(secrets[i].token)), append(codes, hex.EncodeToString(secrets[i].typed))
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO activation_slip (company_id, region_path, oversight_line, batch_id, kind, token_hash, code_hash, made_by_name, made_at, expires_at)
		SELECT c, p, l, ?, ?, decode(t, 'hex'), decode(k, 'hex'), ?, ?, ? FROM unnest(?::bigint[], ?::text[], ?::smallint[], ?::text[], ?::text[]) AS x(c, p, l, t, k) ORDER BY c`,
		b.ID, b.Kind, b.MadeByName, tx.Now, expires, companies, paths, lines, tokens, codes).Error
}

// dismiss signs the administrators of a company out and, unless kept, ends their
// memberships; it returns how many there were.
func dismiss(ctx context.Context, tx db.Tx, c rbac.CompanyID, keep bool) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT activation_dismiss(?, ?, ?::timestamptz)", c, keep, tx.Now).Scan(&n).Error
	return n, err
}

// insertBatch adds an order. Errors: ErrBusy.
func insertBatch(ctx context.Context, tx db.Tx, b *Batch) error {
	err := tx.WithContext(ctx).Create(b).Error
	if db.Violates(err, "activation_batch_membership_id_key") {
		return ErrBusy.Because(err)
	}
	return err
}

// giveUp fails a member's orders that have not moved since before.
func giveUp(ctx context.Context, tx db.Tx, m id.Of[id.Membership], before time.Time) error {
	return tx.WithContext(ctx).Exec(`UPDATE activation_batch SET status = 'failed', fault_code = 'activation.stalled', finished_at = ?, touched_at = ?
		WHERE membership_id = ? AND status = 'writing' AND touched_at < ?`, tx.Now, tx.Now, m, before).Error
}

// batchByID returns an order of the actor's organisation; the job runner sees all. lock holds
// it. Errors: rbac.ErrNotFound.
func batchByID(ctx context.Context, tx db.Tx, a rbac.Actor, n id.Of[Batch], lock bool) (b Batch, err error) {
	q := tx.WithContext(ctx).Where("id = ?", n)
	if a.Kind != rbac.System {
		q = q.Where("organisation_id = ?", a.OrganisationID)
	}
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	err = q.Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return b, rbac.ErrNotFound
	}
	return b, err
}

// updateBatch writes what changes in the life of an order.
func updateBatch(ctx context.Context, tx db.Tx, b Batch) error {
	b.TouchedAt = tx.Now
	return tx.WithContext(ctx).Model(&Batch{}).Where("id = ?", b.ID).
		Select("status", "total", "done", "run", "blob_key", "file_size", "fault_code", "touched_at", "finished_at").Updates(&b).Error
}

// batches returns one page of an organisation's orders, newest first.
func batches(ctx context.Context, tx db.Tx, org id.Of[id.Organisation], k page.Key, limit int) (rows []Batch, err error) {
	q := tx.WithContext(ctx).Where("organisation_id = ?", org)
	order := "id DESC"
	if !k.First() {
		cmp := " < "
		if k.Back {
			cmp, order = " > ", "id"
		}
		q = q.Where("id"+cmp+"?::bigint", k.Vals[0])
	}
	return rows, q.Order(order).Limit(limit).Find(&rows).Error
}

// kept returns orders whose file is still there although it is older than before (system only).
func kept(ctx context.Context, tx db.Tx, before time.Time, limit int) (rows []Batch, err error) {
	return rows, tx.WithContext(ctx).Where("blob_key <> '' AND created_at < ?", before).Order("created_at").Limit(limit).Find(&rows).Error
}

// tidy folds days older than a month of the tally into one and forgets old guesses (system
// only).
func tidy(ctx context.Context, tx db.Tx, before string) error {
	err := tx.WithContext(ctx).Exec(`WITH old AS (DELETE FROM activation_tally WHERE on_day < ?::date AND on_day > '1970-01-01' RETURNING *)
		INSERT INTO activation_tally AS t (region_path, oversight_line, on_day, printed, activated)
		SELECT region_path, oversight_line, '1970-01-01', sum(printed), sum(activated) FROM old GROUP BY 1, 2 ORDER BY 1, 2
		ON CONFLICT ON CONSTRAINT activation_tally_pkey DO UPDATE SET printed = t.printed + excluded.printed, activated = t.activated + excluded.activated`, before).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec("DELETE FROM activation_guess WHERE hour < ?", tx.Now.AddDate(0, 0, -2)).Error
}
