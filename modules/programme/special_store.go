package programme

import (
	"context"
	"encoding/json"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// TableName names the table.
func (Special) TableName() string { return "programme_special" }

// overseen is the condition that a company lies in the areas and lines of an actor, for whom the job runner works.
const overseen = `EXISTS (SELECT FROM unnest( ?::text[]) p WHERE c.region_path >= p COLLATE "C" AND c.region_path < (p || '~') COLLATE "C") AND (cardinality( ?::smallint[]) = 0 OR c.oversight_line = ANY(?))`

// mostCandidates is how many companies of a similar name are offered.
const mostCandidates = 5

// hitsOf finds the companies that entries may be, by their place in the list: of the same code, else of the same name or of one that holds
// every pair of characters of it. One statement for all.
func hitsOf(ctx context.Context, tx db.Tx, a rbac.Actor, entries []Special) (map[int][]hit, error) {
	type key struct {
		Row   int     `json:"row"`
		USCC  string  `json:"uscc"`
		Fold  string  `json:"fold"`
		Grams []int32 `json:"grams"`
	}
	keys := make([]key, len(entries))
	for i, e := range entries {
		keys[i] = key{i, e.USCC, e.NameFold, search.Bigrams(e.Name)}
	}
	b, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	lines := db.Shorts(a.Lines)
	q := `WITH k AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(?::jsonb) AS k ("row" int, uscc text, fold text, grams int[])),
		coded AS (SELECT DISTINCT ON (k."row") k."row", c.company_id, c.name, c.region_path, c.oversight_line FROM k JOIN company c ON c.uscc = k.uscc WHERE k.uscc <> '' AND c.status <> 'closed' AND ` + overseen + ` ORDER BY k."row", c.site_no)
		SELECT *, true AS by_code, true AS exact FROM coded
		UNION ALL SELECT k."row", n.*, false FROM k CROSS JOIN LATERAL (
			SELECT c.company_id, c.name, c.region_path, c.oversight_line, c.name_fold = k.fold AS by_name FROM company c WHERE c.status <> 'closed' AND c.name_bi @> k.grams AND cardinality(k.grams) > 0
			AND (c.name_fold = k.fold OR cardinality(k.grams) > 2) AND ` + overseen + ` ORDER BY by_name DESC, c.company_id LIMIT ?) n
			WHERE NOT EXISTS (SELECT FROM coded WHERE coded."row" = k."row")`
	q = `SELECT "row", company_id, name, region_path, oversight_line, by_code AND exact AS by_code, by_code AS exact FROM (` + q + `) x ORDER BY "row", exact DESC, company_id`
	var rows []hit
	err = tx.WithContext(ctx).Raw(q, string(b), db.Texts(a.Areas), lines, lines, db.Texts(a.Areas), lines, lines, mostCandidates).Scan(&rows).Error
	out := map[int][]hit{}
	for _, h := range rows {
		out[h.Row] = append(out[h.Row], h)
	}
	return out, err
}

// kept are the entries that an organisation has already, by their identity.
func kept(ctx context.Context, tx db.Tx, org id.Of[id.Organisation], entries []Special) (map[string]Special, error) {
	var folds db.Texts
	for _, e := range entries {
		folds = append(folds, e.NameFold)
	}
	var rows []Special
	err := tx.WithContext(ctx).Raw("SELECT * FROM programme_special WHERE organisation_id = ? AND ended_on IS NULL AND name_fold = ANY(?) ORDER BY id FOR UPDATE", int64(org), folds).Scan(&rows).Error
	out := map[string]Special{}
	for _, s := range rows {
		out[s.identity()] = s
	}
	return out, err
}

func (s Special) identity() string {
	return s.Kind + "|" + s.ListName + "|" + s.USCC + "|" + s.NameFold
}

// insertSpecials adds entries.
func insertSpecials(ctx context.Context, tx db.Tx, rows []*Special) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(rows, 500).Error
}

// saveSpecials writes what an import or a match may change, by one statement.
func saveSpecials(ctx context.Context, tx db.Tx, rows []Special) error {
	if len(rows) == 0 {
		return nil
	}
	type row struct {
		ID         int64   `json:"id"`
		Company    *int64  `json:"company"`
		Path       string  `json:"path"`
		Line       int16   `json:"line"`
		File       string  `json:"file"`
		SourceRow  int32   `json:"source_row"`
		Name       string  `json:"name"`
		Town       string  `json:"town"`
		Level      string  `json:"level"`
		Until      *string `json:"until"`
		Note       string  `json:"note"`
		State      string  `json:"state"`
		How        string  `json:"how"`
		Candidates db.Ints `json:"candidates"`
		Refused    db.Ints `json:"refused"`
		By         string  `json:"by"`
		At         *string `json:"at"`
		EndedOn    *string `json:"ended_on"`
		Reason     string  `json:"reason"`
	}
	all := make([]row, len(rows))
	for i, s := range rows {
		all[i] = row{
			int64(s.ID), (*int64)(s.SubjectCompanyID), s.RegionPath, s.OversightLine, s.SourceFile, s.SourceRow, s.Name, s.Town, s.Level, dayOr(s.ValidUntil), s.Note, s.State, s.MatchedHow,
			append(db.Ints{}, s.Candidates...), append(db.Ints{}, s.Refused...), s.DecidedBy, timeOr(s.DecidedAt), dayOr(s.EndedOn), s.EndReason,
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`UPDATE programme_special s SET subject_company_id = x.company, region_path = x.path, oversight_line = x.line, source_file = x.file, source_row = x.source_row, name = x.name,
			town = x.town, level = x.level, valid_until = x.until, note = x.note, state = x.state, matched_how = x.how, candidates = x.candidates, refused = x.refused, decided_by = x.by, decided_at = x.at,
			ended_on = x.ended_on, end_reason = x.reason
		FROM jsonb_to_recordset(?::jsonb) AS x (id bigint, company bigint, path text, line smallint, file text, source_row int, name text, town text, level text, until date, note text, state text, how text,
			candidates bigint[], refused bigint[], by text, at timestamptz, ended_on date, reason text) WHERE s.id = x.id`, string(b)).Error
}

// specialByID reads and locks an entry in scope. Errors: rbac.ErrNotFound.
func specialByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Special]) (s Special, err error) {
	cond, args := scope.Where("s")
	var rows []Special
	if err := tx.WithContext(ctx).Raw("SELECT s.* FROM programme_special s WHERE s.id = ? AND "+cond+" FOR UPDATE", append([]any{int64(n)}, args...)...).Scan(&rows).Error; err != nil {
		return s, err
	}
	if len(rows) == 0 {
		return s, rbac.ErrNotFound
	}
	return rows[0], nil
}

// waiting are entries of an organisation that no company was found for, the oldest first.
func waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (rows []Special, err error) {
	cond, args := scope.Where("s")
	q := "SELECT s.* FROM programme_special s WHERE s.state = 'unmatched' AND s.organisation_id = ? AND " + cond + " ORDER BY s.id LIMIT ? FOR UPDATE"
	return rows, tx.WithContext(ctx).Raw(q, append(append([]any{int64(scope.Actor().OrganisationID)}, args...), limit)...).Scan(&rows).Error
}

// Entry is an entry as the list shows it.
type Entry struct {
	Special
	CompanyName string
	Place       string // the company's town
}

func specialsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f SpecialFilter, k page.Key) (rows []Entry, err error) {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	w.When(f.Division != "", "s.region_path >= ? AND s.region_path < ?", f.Division, f.Division+"~")
	w.When(f.Register != "", "s.kind = ?", f.Register)
	w.When(f.State != "", "s.state = ?", f.State)
	w.When(f.State == "", "s.state <> 'ended'")
	if f.Name != "" {
		_, pattern := search.Query(f.Name)
		w.And("s.name_fold LIKE ?", pattern)
	}
	order := w.Latest(k, "s.id", "?::bigint")
	q := `SELECT n.*, coalesce(c.name, '') AS company_name, coalesce(d.name, '') AS place FROM (SELECT s.* FROM programme_special s WHERE ` + w.SQL() + order + ` LIMIT ?) n
		LEFT JOIN company c ON c.company_id = n.subject_company_id LEFT JOIN division d ON d.path = left(c.region_path, 9) AND d.valid_until IS NULL ORDER BY n.id`
	if !k.Back {
		q += " DESC"
	}
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// Offer is a company that an entry may be.
type Offer struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	Name      string         `json:"name"`
	USCC      string         `json:"uscc"`
	Town      string         `json:"town"`
	Address   string         `json:"address"`
}

// offersOf are the companies of ids that the actor oversees.
func offersOf(ctx context.Context, tx db.Tx, scope rbac.Scope, ids db.Ints) (map[int64]Offer, error) {
	cond, args := scope.Where("c")
	var rows []Offer
	q := `SELECT c.company_id, c.name, c.uscc, c.address, coalesce(d.name, '') AS town FROM company c LEFT JOIN division d ON d.path = left(c.region_path, 9) AND d.valid_until IS NULL
		WHERE c.company_id = ANY(?) AND ` + cond
	err := tx.WithContext(ctx).Raw(q, append([]any{ids}, args...)...).Scan(&rows).Error
	out := map[int64]Offer{}
	for _, o := range rows {
		out[int64(o.CompanyID)] = o
	}
	return out, err
}

// flagged are the registers that companies stand in today.
func flagged(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]string, error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	var rows []struct {
		CompanyID rbac.CompanyID
		Kind      string
	}
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT subject_company_id AS company_id, kind FROM programme_special WHERE subject_company_id = ANY(?) AND state = 'matched'
		AND (valid_until IS NULL OR valid_until >= ?::date) ORDER BY 1, 2`, ids, today(tx).String()).Scan(&rows).Error
	out := map[rbac.CompanyID][]string{}
	for _, r := range rows {
		out[r.CompanyID] = append(out[r.CompanyID], r.Kind)
	}
	return out, err
}
