package training

import (
	"context"
	"encoding/json"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// insertRecords keeps training that people had; what a source said before of a person is said anew. What is imported is
// added where it is not there yet.
func insertRecords(ctx context.Context, tx db.Tx, list []Record) error {
	var told, imported []Record
	for _, r := range list {
		if r.MadeAt.IsZero() {
			r.MadeAt = tx.Now
		}
		if r.SourceID == 0 {
			imported = append(imported, r)
		} else {
			told = append(told, r)
		}
	}
	if err := putRecords(ctx, tx, told, `ON CONFLICT (company_id, source, source_id, staff_id, level) WHERE source_id <> 0 DO UPDATE SET
		held_on = excluded.held_on, phase = excluded.phase, kind = excluded.kind, title = excluded.title, minutes = excluded.minutes, trainer = excluded.trainer, score = excluded.score, passed = excluded.passed`); err != nil {
		return err
	}
	return putRecords(ctx, tx, imported, `ON CONFLICT (company_id, staff_id, held_on, title, level) WHERE source = 'import' DO UPDATE SET
		phase = excluded.phase, kind = excluded.kind, minutes = excluded.minutes, trainer = excluded.trainer, score = excluded.score, passed = excluded.passed`)
}

// recordRow is a record as it goes into the database by one statement.
type recordRow struct {
	Company int64  `json:"company_id"`
	Region  string `json:"region_path"`
	Line    int16  `json:"oversight_line"`
	Staff   int64  `json:"staff_id"`
	HeldOn  string `json:"held_on"`
	Phase   string `json:"phase"`
	Level   string `json:"level"`
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Minutes int    `json:"minutes"`
	Trainer string `json:"trainer"`
	Source  string `json:"source"`
	Of      int64  `json:"source_id"`
	Score   *int   `json:"score"`
	Passed  *bool  `json:"passed"`
}

func putRecords(ctx context.Context, tx db.Tx, list []Record, conflict string) error {
	for len(list) > 0 {
		n := min(len(list), 2000)
		rows := make([]recordRow, n)
		for i, r := range list[:n] {
			rows[i] = recordRow{
				int64(r.CompanyID), r.RegionPath, r.OversightLine, int64(r.StaffID), r.HeldOn.String(), r.Phase, r.Level, r.Kind, r.Title, r.Minutes, r.Trainer, r.Source, r.SourceID, r.Score, r.Passed,
			}
		}
		b, err := json.Marshal(rows)
		if err != nil {
			return err
		}
		q := `INSERT INTO training_record (company_id, region_path, oversight_line, staff_id, held_on, phase, level, kind, title, minutes, trainer, source, source_id, score, passed, made_at)
			SELECT DISTINCT ON (r.company_id, r.source, r.source_id, r.staff_id, r.level, r.held_on, r.title)
				r.company_id, r.region_path, r.oversight_line, r.staff_id, r.held_on, r.phase, r.level, r.kind, r.title, r.minutes, r.trainer, r.source, r.source_id, r.score, r.passed, ?
			FROM jsonb_to_recordset(?::jsonb) AS r(company_id bigint, region_path text, oversight_line smallint, staff_id bigint, held_on date, phase text, level text, kind text, title text,
				minutes int, trainer text, source text, source_id bigint, score smallint, passed boolean) ` + conflict
		if err := tx.WithContext(ctx).Exec(q, tx.Now, string(b)).Error; err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// RecordFilter says which records to list.
type RecordFilter struct {
	page.Query
	StaffID id.Of[id.Staff] `query:"staffId"`
	UnitID  id.Of[id.Unit]  `query:"unitId" doc:"of people of this unit and those below it"`
	Year    int             `query:"year" minimum:"2005" maximum:"2100"`
	Phase   string          `query:"phase" enum:"initial,annual,transfer,return,special"`
	Kind    string          `query:"kind" maxLength:"40"`
	Source  string          `query:"source" enum:"session,card,exam,import"`
	Words   string          `query:"words" maxLength:"60" doc:"in names and titles"`
}

// Told is a record with whose it is.
type Told struct {
	Record
	StaffName  string
	EmployeeNo string
	UnitName   string
}

func records(ctx context.Context, tx db.Tx, scope rbac.Scope, f RecordFilter, k page.Key, own bool) (rows []Told, err error) {
	w := &page.Where{}
	w.Within(scope.Where("r"))
	if !own {
		w.Within(scope.Reach("p"))
	}
	w.And("r.minutes > 0")
	w.When(f.StaffID != 0 || own, "r.staff_id = ?", int64(f.StaffID))
	w.When(f.UnitID != 0, rbac.Below("p"), int64(f.UnitID))
	if f.Year != 0 {
		w.And("r.held_on BETWEEN ? AND ?", day.Of(f.Year, 1, 1), day.Of(f.Year, 12, 31))
	}
	w.When(f.Phase != "", "r.phase = ?", f.Phase)
	w.When(f.Kind != "", "r.kind = ?", f.Kind)
	w.When(f.Source != "", "r.source = ?", f.Source)
	if words := strings.TrimSpace(f.Words); words != "" {
		w.And("lower(p.name || ' ' || r.title) LIKE ?", "%"+escape.Replace(strings.ToLower(words))+"%")
	}
	order := w.Latest(k, "r.held_on, r.id", "?::date, ?::bigint")
	q := `SELECT r.*, p.name AS staff_name, p.employee_no, coalesce(u.name, '') AS unit_name FROM training_record r JOIN staff_person p ON p.company_id = r.company_id AND p.id = r.staff_id
		LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// hadBy is the training of people between two days.
func hadBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, who db.Ints, from, until day.Date) (map[id.Of[id.Staff]][]Had, error) {
	var rows []Record
	err := tx.WithContext(ctx).Raw("SELECT staff_id, held_on, phase, level, kind, minutes, source, passed FROM training_record WHERE company_id = ? AND staff_id = ANY(?) AND held_on BETWEEN ? AND ? AND minutes > 0",
		int64(company), who, from, until).Scan(&rows).Error
	out := map[id.Of[id.Staff]][]Had{}
	for _, r := range rows {
		out[r.StaffID] = append(out[r.StaffID], Had{HeldOn: r.HeldOn, Phase: r.Phase, Level: r.Level, Kind: r.Kind, Minutes: r.Minutes, Card: r.Source == sourceCard, Passed: r.Passed})
	}
	return out, err
}

// importedBy are the imported records of people by what tells them apart.
func importedBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, who db.Ints) (map[string]Record, error) {
	var rows []Record
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_record WHERE company_id = ? AND staff_id = ANY(?) AND source = 'import'", int64(company), who).Scan(&rows).Error
	out := map[string]Record{}
	for _, r := range rows {
		out[r.key()] = r
	}
	return out, err
}
