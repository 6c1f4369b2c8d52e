package proof

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// insertSignal adds s and reports whether it is new: one rule raises one subject once.
func insertSignal(ctx context.Context, tx db.Tx, s *Signal) (bool, error) {
	taken := clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}, {Name: "rule"}, {Name: "subject"}}, DoNothing: true}
	made := tx.WithContext(ctx).Clauses(taken).Create(s)
	return made.RowsAffected == 1, made.Error
}

// SignalFilter narrows a list of signals.
type SignalFilter struct {
	CompanyID rbac.CompanyID  `query:"companyId" doc:"for regulators: of one company; companies see their own"`
	State     State           `query:"state" enum:"raised,explained,unexplained" required:"false"`
	Rule      Rule            `query:"rule" enum:"fast,same_photo,zero_findings,night_batch,one_spot,false_place,clock_change" required:"false"`
	Open      bool            `query:"open" doc:"for companies: not explained yet; for regulators: nothing noted yet"`
	CheckID   id.Of[id.Check] `query:"checkId" doc:"about one check"`
}

// SignalLine is a signal as lists show it.
type SignalLine struct {
	Signal
	CompanyName string
}

const signalFrom = "SELECT s.*, c.name AS company_name FROM proof_signal s JOIN company c ON c.company_id = s.company_id WHERE "

// inReach are the conditions on the signals the actor may see, as row security says them too.
func inReach(scope rbac.Scope) *page.Where {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	reach, mine := scope.Reach("s", "staff_id")
	w.And(reach, mine...)
	w.When(scope.Actor().Kind == rbac.Regulator, "s.opened_at IS NOT NULL")
	return w
}

// signals lists signals, latest first.
func signals(ctx context.Context, tx db.Tx, scope rbac.Scope, f SignalFilter, k page.Key, limit int) (out []SignalLine, err error) {
	w := inReach(scope)
	w.When(f.CompanyID != 0, "s.company_id = ?", int64(f.CompanyID))
	w.When(f.State != "", "s.state = ?", string(f.State))
	w.When(f.Rule != "", "s.rule = ?", string(f.Rule))
	w.When(f.CheckID != 0, "s.check_id = ?", int64(f.CheckID))
	if scope.Actor().Kind == rbac.Regulator {
		w.When(f.Open, "s.outcome = ''")
	} else {
		w.When(f.Open, "s.explained_at IS NULL")
	}
	op, order := "<", " DESC"
	if k.Back {
		op, order = ">", ""
	}
	if !k.First() {
		w.And("(s.happened_on, s.id) "+op+" (?::date, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	q := signalFrom + w.SQL() + " ORDER BY s.happened_on" + order + ", s.id" + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(w.Args, limit)...).Scan(&out).Error
	return out, err
}

// signalByID returns a signal. Errors: rbac.ErrNotFound.
func signalByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Signal], lock bool) (SignalLine, error) {
	w := inReach(scope)
	w.And("s.id = ?", int64(n))
	q := signalFrom + w.SQL()
	if lock {
		q += " FOR UPDATE OF s"
	}
	var found []SignalLine
	err := tx.WithContext(ctx).Raw(q, w.Args...).Scan(&found).Error
	return one(found, err)
}

// putExplanation writes what explain changed.
func putExplanation(ctx context.Context, tx db.Tx, s Signal) error {
	return tx.WithContext(ctx).Model(&Signal{}).Where("company_id = ? AND id = ?", s.CompanyID, s.ID).
		Select("state", "explanation", "attachment_ids", "explained_at", "explained_by", "explained_name", "remind_on").Updates(s).Error
}

// putOutcome writes what note changed.
func putOutcome(ctx context.Context, tx db.Tx, s Signal) error {
	return tx.WithContext(ctx).Model(&Signal{}).Where("company_id = ? AND id = ?", s.CompanyID, s.ID).
		Select("outcome", "outcome_note", "outcome_at", "outcome_name").Updates(s).Error
}

// Count is how many signals wait.
type Count struct {
	Waiting int // of the company: not explained; of a regulator: nothing noted
	Urgent  int // to be explained by a day at the latest
}

// countSignals counts what waits for the actor; urgent are those due by a day.
func countSignals(ctx context.Context, tx db.Tx, scope rbac.Scope, by day.Date) (c Count, err error) {
	w := inReach(scope)
	w.When(scope.Actor().Kind == rbac.Regulator, "s.outcome = ''")
	w.When(scope.Actor().Kind != rbac.Regulator, "s.explained_at IS NULL")
	q := "SELECT count(*) AS waiting, count(*) FILTER (WHERE s.state = 'raised' AND s.due_on <= ?) AS urgent FROM proof_signal s WHERE " + w.SQL()
	err = tx.WithContext(ctx).Raw(q, append([]any{by}, w.Args...)...).Scan(&c).Error
	return c, err
}

// photosOf returns the proofs of files of a company (system).
func photosOf(ctx context.Context, tx db.Tx, c rbac.CompanyID, files []id.Of[id.Attachment]) (out []Proof, err error) {
	if len(files) == 0 {
		return nil, nil
	}
	q := "SELECT * FROM proof WHERE company_id = ? AND attachment_id = ANY(?) ORDER BY coalesce(device_at, server_at), id"
	err = tx.WithContext(ctx).Raw(q, int64(c), ints(files)).Scan(&out).Error
	return out, err
}

// photosBefore returns the described photos of a person that arrived in a span, without some (system).
func photosBefore(ctx context.Context, tx db.Tx, c rbac.CompanyID, staff int64, from, until time.Time, without []id.Of[id.Attachment]) (out []Proof, err error) {
	q := `SELECT * FROM proof WHERE company_id = ? AND staff_id = ? AND server_at >= ? AND server_at < ? AND phone AND NOT attachment_id = ANY(?) ORDER BY server_at`
	err = tx.WithContext(ctx).Raw(q, int64(c), staff, from, until, ints(without)).Scan(&out).Error
	return out, err
}

// twins finds earlier photos of other checks that are the record's photos, or look like them (system).
func twins(ctx context.Context, tx db.Tx, c Record, bits int, since time.Time) (out []Twin, err error) {
	if len(c.Photos) == 0 {
		return nil, nil
	}
	q := `SELECT m.attachment_id, o.code, o.server_at, CASE WHEN o.sha256 = m.sha256 THEN 0 ELSE bit_count((m.look # o.look)::bit(64))::int END AS apart
		FROM proof m JOIN proof o ON o.company_id = m.company_id AND o.server_at >= ? AND o.server_at <= m.server_at
		JOIN attachment a ON a.company_id = o.company_id AND a.id = o.attachment_id
		WHERE m.company_id = ? AND m.attachment_id = ANY(?) AND a.bound_noun = 'inspection_check' AND a.bound_id <> ?
		AND (o.sha256 = m.sha256 OR bit_count((m.look # o.look)::bit(64)) <= ?) ORDER BY o.server_at, o.id`
	err = tx.WithContext(ctx).Raw(q, since, int64(c.CompanyID), ints(c.Photos), int64(c.CheckID), bits).Scan(&out).Error
	return out, err
}

// addTallies adds to what the checks of a company came to (system).
func addTallies(ctx context.Context, tx db.Tx, all []Tally) error {
	for _, t := range all { // one a month touched: one or two
		err := tx.WithContext(ctx).Exec(`INSERT INTO proof_tally AS t (company_id, month, region_path, oversight_line, checks, found) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT proof_tally_pkey DO UPDATE SET checks = t.checks + excluded.checks, found = t.found + excluded.found`,
			int64(t.CompanyID), t.Month, t.RegionPath, t.OversightLine, t.Checks, t.Found).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// flawless is a company that has found nothing, and what its peers found.
type flawless struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Checks        int
	Companies     int
	PeerChecks    int
	PeerFound     int
}

// findless returns, after one, companies that found nothing in the months from one on, with the
// figures of their peers: companies of the same county and line (system).
func findless(ctx context.Context, tx db.Tx, from day.Date, least int, after rbac.CompanyID, limit int) (out []flawless, err error) {
	q := `WITH sums AS (SELECT company_id, region_path, oversight_line, sum(checks) AS checks, sum(found) AS found FROM proof_tally WHERE month >= ? GROUP BY 1, 2, 3),
		peers AS (SELECT left(region_path, 6) AS county, oversight_line, count(*) AS companies, sum(checks) AS checks, sum(found) AS found FROM sums GROUP BY 1, 2)
		SELECT s.company_id, s.region_path, s.oversight_line, s.checks, p.companies - 1 AS companies, p.checks - s.checks AS peer_checks, p.found AS peer_found
		FROM sums s JOIN peers p ON p.county = left(s.region_path, 6) AND p.oversight_line = s.oversight_line
		WHERE s.found = 0 AND s.checks >= ? AND s.company_id > ? ORDER BY s.company_id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, from, least, int64(after), limit).Scan(&out).Error
	return out, err
}

// termless returns signals without a term, to be tried again (system).
func termless(ctx context.Context, tx db.Tx, after id.Of[Signal], limit int) (out []Signal, err error) {
	q := "SELECT * FROM proof_signal WHERE due_on IS NULL AND opened_at IS NULL AND id > ? ORDER BY id LIMIT ? FOR UPDATE"
	err = tx.WithContext(ctx).Raw(q, int64(after), limit).Scan(&out).Error
	return out, err
}

// putTerm writes the term of a signal that had none (system).
func putTerm(ctx context.Context, tx db.Tx, s Signal) error {
	return tx.WithContext(ctx).Model(&Signal{}).Where("company_id = ? AND id = ?", s.CompanyID, s.ID).Select("due_on", "remind_on").Updates(s).Error
}

// open shows regulators the signals whose term has passed, and returns whose they are, one a signal (system).
func open(ctx context.Context, tx db.Tx, today day.Date, limit int) (whose []rbac.CompanyID, err error) {
	err = tx.WithContext(ctx).Raw(`UPDATE proof_signal s SET opened_at = ?, remind_on = NULL, state = CASE s.state WHEN 'raised' THEN 'unexplained' ELSE s.state END
		FROM (SELECT company_id, id FROM proof_signal WHERE opened_at IS NULL AND due_on < ? ORDER BY due_on, id LIMIT ? FOR UPDATE) due
		WHERE s.company_id = due.company_id AND s.id = due.id RETURNING s.company_id`, tx.Now, today, limit).Scan(&whose).Error
	return whose, err
}

// Waiting counts the signals of companies that are open to regulators and that none has looked at (system).
func Waiting(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]int32, error) {
	plain := make(db.Ints, len(ids))
	for i, n := range ids {
		plain[i] = int64(n)
	}
	var found []struct {
		CompanyID rbac.CompanyID
		N         int32
	}
	err := tx.WithContext(ctx).Raw("SELECT company_id, count(*) AS n FROM proof_signal WHERE company_id = ANY(?) AND opened_at IS NOT NULL AND outcome = '' GROUP BY 1", plain).Scan(&found).Error
	out := map[rbac.CompanyID]int32{}
	for _, f := range found {
		out[f.CompanyID] = f.N
	}
	return out, err
}

// toRemind takes signals whose reminder is due, so that nobody else tells of them (system).
func toRemind(ctx context.Context, tx db.Tx, today day.Date, limit int) (out []Signal, err error) {
	err = tx.WithContext(ctx).Raw(`UPDATE proof_signal s SET remind_on = NULL
		FROM (SELECT company_id, id FROM proof_signal WHERE remind_on <= ? AND opened_at IS NULL ORDER BY remind_on, id LIMIT ? FOR UPDATE) due
		WHERE s.company_id = due.company_id AND s.id = due.id RETURNING s.*`, today, limit).Scan(&out).Error
	return out, err
}
