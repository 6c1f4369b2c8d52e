package enrolment

import (
	"context"
	"encoding/json"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Notice) TableName() string { return "enrolment_notice" }

// TableName names the table.
func (Enrolment) TableName() string { return "enrolment" }

// TableName names the table.
func (Firm) TableName() string { return "enrolment_firm" }

// TableName names the table.
func (Counter) TableName() string { return "enrolment_counter" }

// register is what the register of companies says that a rule may ask.
type register struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Name          string
	Industry      string
	Tags          db.Texts
	StaffCount    *int32
	AboveScale    bool
	Status        string
}

func plain[T any](ids []id.Of[T]) db.Ints {
	out := make(db.Ints, len(ids))
	for i, n := range ids {
		out[i] = int64(n)
	}
	return out
}

func itoa[N ~int16 | ~int32 | ~int64 | ~int](n N) string { return strconv.FormatInt(int64(n), 10) }

// registerOf reads companies, locked against another judgement.
func registerOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (rows []register, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT company_id, region_path, oversight_line, name, industry, tags, staff_count, above_scale, status FROM company
		WHERE company_id = ANY(?) ORDER BY company_id FOR NO KEY UPDATE`, plain(ids)).Scan(&rows).Error
	return rows, err
}

func openOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID][]Enrolment, error) {
	var rows []Enrolment
	err := tx.WithContext(ctx).Raw("SELECT * FROM enrolment WHERE company_id = ANY(?) AND ended_on IS NULL ORDER BY company_id, id", plain(ids)).Scan(&rows).Error
	out := map[rbac.CompanyID][]Enrolment{}
	for _, e := range rows {
		out[e.CompanyID] = append(out[e.CompanyID], e)
	}
	return out, err
}

// recorded writes rows as the parameter of jsonb_to_recordset.
func recorded(rows any) (string, error) {
	b, err := json.Marshal(rows)
	return string(b), err
}

// notify gives each company one notice of all that is new for it. Numbers are those of the area
// of the rules, one row of the counter an area.
func notify(ctx context.Context, tx db.Tx, fresh []*judged, now day.Date) error {
	if len(fresh) == 0 {
		return nil
	}
	type row struct {
		CompanyID int64    `json:"company_id"`
		Area      string   `json:"area"`
		Version   string   `json:"version"`
		Rules     []string `json:"rules"`
	}
	rows := make([]row, len(fresh))
	for i, j := range fresh {
		rows[i] = row{int64(j.Row.CompanyID), j.Rules.Area, j.Rules.Version, []string{}}
		for _, h := range j.New {
			rows[i].Rules = append(rows[i].Rules, h.Rule)
		}
	}
	b, err := recorded(rows)
	if err != nil {
		return err
	}
	var given []Notice
	err = tx.WithContext(ctx).Raw(`WITH x AS (SELECT * FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, area text, version text, rules text[])),
		bumped AS (INSERT INTO enrolment_counter AS c (area, year, last) SELECT area, ?, count(*) FROM x GROUP BY area ORDER BY area
			ON CONFLICT ON CONSTRAINT enrolment_counter_pkey DO UPDATE SET last = c.last + excluded.last RETURNING area, last)
		INSERT INTO enrolment_notice (company_id, region_path, oversight_line, area, number_year, number_seq, rule_version, rules, issued_on)
		SELECT c.company_id, c.region_path, c.oversight_line, x.area, ?, b.last - count(*) OVER (PARTITION BY x.area) + row_number() OVER (PARTITION BY x.area ORDER BY x.company_id), x.version, x.rules, ?::date
		FROM x JOIN bumped b USING (area) JOIN company c USING (company_id) ORDER BY c.company_id RETURNING *`,
		b, now.Year(), now.Year(), now.String()).Scan(&given).Error
	by := map[rbac.CompanyID]*Notice{}
	for i := range given {
		by[given[i].CompanyID] = &given[i]
	}
	for _, j := range fresh {
		j.Notice = by[j.Row.CompanyID]
	}
	return err
}

// writeEnrolments opens what is new and ends what no longer holds.
func writeEnrolments(ctx context.Context, tx db.Tx, moved []*judged, now day.Date) error {
	type row struct {
		CompanyID int64  `json:"company_id"`
		ID        int64  `json:"id"` // of one that ends; 0: new
		Rule      string `json:"rule"`
		Version   string `json:"version"`
		Facts     []Fact `json:"facts"`
		NoticeID  int64  `json:"notice_id"`
	}
	rows := []row{}
	for _, j := range moved {
		for _, h := range j.New {
			rows = append(rows, row{int64(j.Row.CompanyID), 0, h.Rule, j.Rules.Version, h.Facts, int64(j.Notice.ID)})
		}
		for _, e := range j.Ended {
			rows = append(rows, row{int64(j.Row.CompanyID), int64(e.ID), e.Rule, "", j.endFacts(), 0})
		}
	}
	b, err := recorded(rows)
	if err != nil || len(rows) == 0 {
		return err
	}
	const x = " jsonb_to_recordset(?::jsonb) AS x (company_id bigint, id bigint, rule text, version text, facts jsonb, notice_id bigint) "
	err = tx.WithContext(ctx).Exec(`INSERT INTO enrolment (company_id, region_path, oversight_line, rule, rule_version, since, facts, notice_id, end_facts)
		SELECT c.company_id, c.region_path, c.oversight_line, x.rule, x.version, ?::date, x.facts, x.notice_id, '[]' FROM`+x+"JOIN company c USING (company_id) WHERE x.id = 0 ORDER BY c.company_id",
		now.String(), b).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec("UPDATE enrolment e SET ended_on = ?::date, end_facts = x.facts FROM"+x+"WHERE x.id > 0 AND e.company_id = x.company_id AND e.id = x.id", now.String(), b).Error
}

// writeFirms brings the list up to date; only what changed is written. Who need not join and holds
// no level has no row, unless it once had one.
func writeFirms(ctx context.Context, tx db.Tx, all []*judged, now day.Date) error {
	type row struct {
		CompanyID  int64    `json:"company_id"`
		Rules      []string `json:"rules"`
		Since      *string  `json:"since"`
		Stage      string   `json:"stage"`
		Level      string   `json:"level"`
		LevelUntil *string  `json:"level_until"`
	}
	rows := make([]row, len(all))
	for i, j := range all {
		rows[i] = row{int64(j.Row.CompanyID), append([]string{}, j.rules()...), dayOr(j.since(now)), j.stage(), j.Level.Level, dayOr(j.Level.Until)}
	}
	b, err := recorded(rows)
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO enrolment_firm AS f (company_id, region_path, oversight_line, name, rules, since, stage, level, level_until, judged_at)
		SELECT c.company_id, c.region_path, c.oversight_line, c.name, x.rules, x.since, x.stage, x.level, x.level_until, ?
		FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, rules text[], since date, stage text, level text, level_until date) JOIN company c USING (company_id)
		WHERE x.rules <> '{}' OR x.stage = 'held' OR EXISTS (SELECT FROM enrolment_firm o WHERE o.company_id = c.company_id) ORDER BY c.company_id
		ON CONFLICT ON CONSTRAINT enrolment_firm_pkey DO UPDATE SET region_path = excluded.region_path, oversight_line = excluded.oversight_line, name = excluded.name,
			rules = excluded.rules, since = excluded.since, stage = excluded.stage, level = excluded.level, level_until = excluded.level_until, judged_at = excluded.judged_at
		WHERE (f.region_path, f.oversight_line, f.name, f.rules, f.since, f.stage, f.level, f.level_until)
			IS DISTINCT FROM (excluded.region_path, excluded.oversight_line, excluded.name, excluded.rules, excluded.since, excluded.stage, excluded.level, excluded.level_until)`, tx.Now, b).Error
}

// dayOr writes a day, nil for none.
func dayOr(d day.Date) *string {
	if d.IsZero() {
		return nil
	}
	s := d.String()
	return &s
}

// companiesAfter returns the next ids behind after.
func companiesAfter(ctx context.Context, tx db.Tx, after rbac.CompanyID, limit int) (ids []rbac.CompanyID, err error) {
	err = tx.WithContext(ctx).Raw("SELECT company_id FROM company WHERE company_id > ? ORDER BY company_id LIMIT ?", after, limit).Scan(&ids).Error
	return ids, err
}

func obliged(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, rules []string) (map[rbac.CompanyID]bool, error) {
	var found []rbac.CompanyID
	err := tx.WithContext(ctx).Raw("SELECT company_id FROM enrolment_firm WHERE company_id = ANY(?) AND rules && ?::text[]", plain(ids), db.Texts(rules)).Scan(&found).Error
	out := map[rbac.CompanyID]bool{}
	for _, n := range found {
		out[n] = true
	}
	return out, err
}

// rulesBy returns by which rules companies must join.
func rulesBy(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID][]string, error) {
	var found []struct {
		CompanyID rbac.CompanyID
		Rules     db.Texts
	}
	err := tx.WithContext(ctx).Raw("SELECT company_id, rules FROM enrolment_firm WHERE company_id = ANY(?) AND rules <> '{}'", plain(ids)).Scan(&found).Error
	out := map[rbac.CompanyID][]string{}
	for _, f := range found {
		out[f.CompanyID] = f.Rules
	}
	return out, err
}
