package livescore

import (
	"context"
	"encoding/json"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Score) TableName() string { return "livescore_score" }

// TableName names the table of the history.
func (Day) TableName() string { return "livescore_day" }

// TableName names the table of what moved a score.
func (Change) TableName() string { return "livescore_change" }

// Wait is an event that no scoring has seen.
type Wait struct {
	ID        int64
	CompanyID rbac.CompanyID
}

// TableName names the table of events.
func (Wait) TableName() string { return "livescore_wait" }

// firm is what a scoring needs of a company's register.
type firm struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Industry      string
	SizeClass     int16
}

const firmColumns = "c.company_id, c.region_path, c.oversight_line, c.industry, c.size_class"

func ints(list []rbac.CompanyID) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

func await(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT livescore_await( ?::bigint[])", ints(ids)).Error
}

// taken takes the events of companies that are committed by now, and returns whose they were.
func taken(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (out []rbac.CompanyID, err error) {
	err = tx.WithContext(ctx).Raw("WITH gone AS (DELETE FROM livescore_wait WHERE company_id = ANY( ?::bigint[]) RETURNING company_id) SELECT DISTINCT company_id FROM gone ORDER BY 1", ints(ids)).Scan(&out).Error
	return out, err
}

// lockFirms makes scorings of the same company wait for each other.
func lockFirms(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('livescore', n)) FROM (SELECT n FROM unnest( ?::bigint[]) n ORDER BY n) x", ints(ids)).Error
}

// firmsOf returns the companies of ids that are not closed, in order.
func firmsOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (out []firm, err error) {
	return out, tx.WithContext(ctx).Raw("SELECT "+firmColumns+" FROM company c WHERE c.company_id = ANY( ?::bigint[]) AND c.status <> 'closed' ORDER BY 1", ints(ids)).Scan(&out).Error
}

// firmsAfter returns the next companies behind one, up to another.
func firmsAfter(ctx context.Context, tx db.Tx, after, until rbac.CompanyID, limit int) (out []firm, err error) {
	return out, tx.WithContext(ctx).Raw("SELECT "+firmColumns+" FROM company c WHERE c.company_id > ? AND c.company_id <= ? AND c.status <> 'closed' ORDER BY 1 LIMIT ?", after, until, limit).Scan(&out).Error
}

// parts cuts the companies into ranges of about the same number: the last id of each.
func parts(ctx context.Context, tx db.Tx, n int) (out []rbac.CompanyID, err error) {
	return out, tx.WithContext(ctx).Raw("SELECT max(company_id) FROM (SELECT company_id, ntile(?) OVER (ORDER BY company_id) AS part FROM company) x GROUP BY part ORDER BY 1", n).Scan(&out).Error
}

// firmByID returns a company in scope. Errors: rbac.ErrNotFound.
func firmByID(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (firm, error) {
	cond, args := scope.Where("c")
	var found []firm
	err := tx.WithContext(ctx).Raw("SELECT "+firmColumns+" FROM company c WHERE c.company_id = ? AND "+cond, append([]any{company}, args...)...).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = rbac.ErrNotFound
	}
	return append(found, firm{})[0], err
}

// readValues reads the bound figures of companies into rows of slots, in the order of firms.
func readValues(ctx context.Context, tx db.Tx, firms []firm, today day.Date, into []value) error {
	slots := current.slots
	var ids, order db.Ints
	var keys, periods, wanted db.Texts
	at := make(map[int64]int, len(firms))
	for i, f := range firms {
		ids, at[int64(f.CompanyID)] = append(ids, int64(f.CompanyID)), i
	}
	for i, s := range slots {
		keys, periods, order = append(keys, s.Metric), append(periods, s.Period.On(today).Key), append(order, int64(i))
	}
	for _, s := range spans {
		wanted = append(wanted, s.On(today).Key)
	}
	rows, err := tx.WithContext(ctx).Raw(`SELECT v.company_id, array_agg(s.n::bigint), array_agg(v.num), array_agg(v.den) FROM evidence_value v
		JOIN unnest( ?::text[], ?::text[], ?::bigint[]) AS s(metric, period, n) ON s.metric = v.metric AND s.period = v.period
		WHERE v.company_id = ANY( ?::bigint[]) AND v.period = ANY( ?::text[]) AND v.den > 0 GROUP BY v.company_id`, keys, periods, order, ids, wanted).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	clear(into)
	var company int64
	var n, num, den db.Ints
	for rows.Next() {
		if err := rows.Scan(&company, &n, &num, &den); err != nil {
			return err
		}
		row := into[at[company]*len(slots):]
		for i, slot := range n {
			row[slot] = value{num[i], den[i]}
		}
	}
	return rows.Err()
}

// prints are the fingerprints of what is stored, by company.
func prints(ctx context.Context, tx db.Tx, firms []firm) (map[rbac.CompanyID]int64, error) {
	ids := make(db.Ints, len(firms))
	for i, f := range firms {
		ids[i] = int64(f.CompanyID)
	}
	rows, err := tx.WithContext(ctx).Raw("SELECT company_id, fingerprint FROM livescore_score WHERE company_id = ANY( ?::bigint[])", ids).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := make(map[rbac.CompanyID]int64, len(firms))
	for rows.Next() {
		var company rbac.CompanyID
		var sum int64
		if err := rows.Scan((*int64)(&company), &sum); err != nil {
			return nil, err
		}
		out[company] = sum
	}
	return out, rows.Err()
}

// scoresOf returns the stored scores of companies.
func scoresOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]*Score, error) {
	var found []Score
	err := tx.WithContext(ctx).Raw("SELECT * FROM livescore_score WHERE company_id = ANY( ?::bigint[])", ints(ids)).Scan(&found).Error
	out := make(map[rbac.CompanyID]*Score, len(found))
	for i := range found {
		out[found[i].CompanyID] = &found[i]
	}
	return out, err
}

// writeScores writes scores, their day and what moved them, by three statements. A score that somebody
// wrote after this transaction began stays, with its day, unless this is an event's own scoring, which
// holds the company's lock.
func writeScores(ctx context.Context, tx db.Tx, scores []scoreRow, changes []changeRow, on day.Date, locked bool) error {
	b, err := json.Marshal(scores)
	if err != nil {
		return err
	}
	g := tx.WithContext(ctx)
	q := `INSERT INTO livescore_score AS s (company_id, region_path, oversight_line, rubric_id, evaluation_id, bindings, score, exact, level, measured, known, open_items, fingerprint, result, at)
		SELECT x.c, x.region, x.line, x.rubric, nullif(x.evaluation, 0), ?, x.score, x.exact, x.level, x.measured, x.known, x.open, x.print, x.result, ?
		FROM jsonb_to_recordset(?::jsonb) AS x (c bigint, region text, line smallint, rubric bigint, evaluation bigint, score int, exact text, level text, measured int, known int, open int, print bigint, result jsonb)
		ORDER BY x.c
		ON CONFLICT ON CONSTRAINT livescore_score_pkey DO UPDATE SET region_path = excluded.region_path, oversight_line = excluded.oversight_line, rubric_id = excluded.rubric_id,
			evaluation_id = excluded.evaluation_id, bindings = excluded.bindings, score = excluded.score, exact = excluded.exact, level = excluded.level, measured = excluded.measured,
			known = excluded.known, open_items = excluded.open_items, fingerprint = excluded.fingerprint, result = excluded.result, at = greatest(s.at, excluded.at)
		WHERE s.at <= excluded.at OR ? RETURNING company_id`
	var written []rbac.CompanyID
	if err := g.Raw(q, current.Version, tx.Now, string(b), locked).Scan(&written).Error; err != nil {
		return err
	}
	if len(written) < len(scores) {
		slices.Sort(written)
		stays := func(n rbac.CompanyID) bool { _, found := slices.BinarySearch(written, n); return !found }
		scores = slices.DeleteFunc(scores, func(r scoreRow) bool { return stays(r.Company) })
		changes = slices.DeleteFunc(changes, func(r changeRow) bool { return stays(r.Company) })
		if b, err = json.Marshal(scores); err != nil {
			return err
		}
	}
	return writeHistory(ctx, tx, string(b), changes, on)
}

// writeHistory writes the day of scores and what moved them.
func writeHistory(ctx context.Context, tx db.Tx, scores string, changes []changeRow, on day.Date) error {
	g := tx.WithContext(ctx)
	q := `INSERT INTO livescore_day AS d (company_id, on_day, region_path, oversight_line, rubric_id, score, exact, level, measured, known)
		SELECT x.c, ?, x.region, x.line, x.rubric, x.score, x.exact, x.level, x.measured, x.known
		FROM jsonb_to_recordset(?::jsonb) AS x (c bigint, region text, line smallint, rubric bigint, score int, exact text, level text, measured int, known int, moved boolean) WHERE x.moved ORDER BY x.c
		ON CONFLICT ON CONSTRAINT livescore_day_pkey DO UPDATE SET region_path = excluded.region_path, oversight_line = excluded.oversight_line, rubric_id = excluded.rubric_id,
			score = excluded.score, exact = excluded.exact, level = excluded.level, measured = excluded.measured, known = excluded.known`
	if err := g.Exec(q, on, scores).Error; err != nil || len(changes) == 0 {
		return err
	}
	b, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	q = `INSERT INTO livescore_change (company_id, region_path, oversight_line, at, on_day, rubric_id, item, from_points, to_points, metric, period, from_num, from_den, to_num, to_den, from_score, to_score)
		SELECT x.c, x.region, x.line, ?, ?, x.rubric, x.item, x.fp, x.tp, x.metric, x.period, x.fn, x.fd, x.tn, x.td, x.fs, x.ts
		FROM jsonb_to_recordset(?::jsonb) AS x (c bigint, region text, line smallint, rubric bigint, item text, fp int, tp int, metric text, period text, fn bigint, fd bigint, tn bigint, td bigint, fs int, ts int)`
	return g.Exec(q, tx.Now, on, string(b)).Error
}

// scoreRow is a score on its way into the tables.
type scoreRow struct {
	Company    rbac.CompanyID   `json:"c"`
	Region     string           `json:"region"`
	Line       int16            `json:"line"`
	Rubric     id.Of[id.Rubric] `json:"rubric"`
	Evaluation int64            `json:"evaluation"`
	Score      int32            `json:"score"`
	Exact      string           `json:"exact"`
	Level      string           `json:"level"`
	Measured   int32            `json:"measured"`
	Known      int32            `json:"known"`
	Open       int              `json:"open"`
	Print      int64            `json:"print"`
	Result     Inputs           `json:"result"`
	Moved      bool             `json:"moved"` // the day's row says something new
}

// changeRow is what moved a score on its way into the table.
type changeRow struct {
	Company rbac.CompanyID   `json:"c"`
	Region  string           `json:"region"`
	Line    int16            `json:"line"`
	Rubric  id.Of[id.Rubric] `json:"rubric"`
	Item    string           `json:"item"`
	FP      int32            `json:"fp"`
	TP      int32            `json:"tp"`
	Metric  string           `json:"metric"`
	Period  string           `json:"period"`
	FN      int64            `json:"fn"`
	FD      int64            `json:"fd"`
	TN      int64            `json:"tn"`
	TD      int64            `json:"td"`
	FS      int32            `json:"fs"`
	TS      int32            `json:"ts"`
}
