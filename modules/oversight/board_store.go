package oversight

import (
	"context"
	"encoding/json"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// found is what is written of one company.
type found struct {
	CompanyID  int64    `json:"company_id"`
	Activated  bool     `json:"activated"`
	Colour     Colour   `json:"colour"`
	Score      int      `json:"score"`
	Measured   int      `json:"measured"`
	Open       int32    `json:"open"`
	Overdue    int32    `json:"overdue"`
	MajorOpen  int32    `json:"major_open"`
	LastReport int32    `json:"last_report"`
	Missing    int32    `json:"missing"`
	Level      string   `json:"level"`
	Live       int32    `json:"live"`
	Class      string   `json:"class"`
	GradeUntil int32    `json:"grade_until"`
	CertNum    int32    `json:"cert_num"`
	CertDen    int32    `json:"cert_den"`
	FundNum    *int64   `json:"fund_num"`
	FundDen    *int64   `json:"fund_den"`
	MustRules  []string `json:"must_rules"`
	Signals    int32    `json:"signals"`
	Person     string   `json:"person"`
	PersonFold string   `json:"person_fold"`
	PersonBi   []int32  `json:"person_bi"`
	Facts      Facts    `json:"facts"`
	Inputs     []Input  `json:"inputs"`
}

func foundOf(company rbac.CompanyID, f Facts, s Standing, beside Shown) found {
	is := found{
		CompanyID: int64(company), Activated: f.Activated, Colour: s.Colour, Score: s.Score, Measured: s.Measured, Open: f.Open, Overdue: f.Overdue, MajorOpen: f.MajorOpen,
		LastReport: f.LastReport, Missing: f.Missing, Level: f.Level, Live: beside.Live, Class: beside.Class, GradeUntil: number(beside.Until),
		CertNum: f.Valid, CertDen: f.Needed, MustRules: append([]string{}, beside.Rules...), Signals: beside.Signals, PersonBi: []int32{}, Facts: f, Inputs: s.Inputs,
	}
	if beside.Funds != nil {
		is.FundNum, is.FundDen = &beside.Funds.Used, &beside.Funds.Due
	}
	folded := make([]string, len(beside.People))
	for i, name := range beside.People {
		folded[i] = search.Fold(name)
		is.PersonBi = append(is.PersonBi, search.Bigrams(name)...)
	}
	if len(beside.People) > 0 {
		is.Person, is.PersonFold = beside.People[0], strings.Join(folded, " ")
	}
	return is
}

// ofRegister are the board's columns that the register has, ofFound those that were found.
const (
	ofRegister = "region_path, oversight_line, name, name_fold, name_bi, uscc, industry, size_class, above_scale, status, longitude_e6, latitude_e6"
	ofFound    = `activated, colour, score, measured, open, overdue, major_open, last_report, missing, level, live, class, grade_until, cert_num, cert_den, fund_num, fund_den,
		must_rules, signals, person, person_fold, person_bi`
)

// boardColumns are both; names before columns says which row is meant.
var boardColumns = columnsOf(ofRegister + ", " + ofFound)

func columnsOf(list string) []string {
	names := strings.Split(list, ",")
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
	}
	return names
}

// each writes a form for every column, the column in place of the asterisk.
func each(columns []string, form string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = strings.ReplaceAll(form, "*", c)
	}
	return strings.Join(out, ", ")
}

// upsertBoard writes the rows of a jsonb array; a row that stays as it is is not written.
var upsertBoard = `INSERT INTO oversight_board AS b (company_id, ` + each(boardColumns, "*") + `, updated_at)
	SELECT c.company_id, ` + each(columnsOf(ofRegister), "c.*") + `, ` + each(columnsOf(ofFound), "x.*") + `, ?
	FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, activated boolean, colour smallint, score int, measured int, open int, overdue int, major_open int,
		last_report int, missing int, level text, live int, class text, grade_until int, cert_num int, cert_den int, fund_num bigint, fund_den bigint, must_rules text[],
		signals int, person text, person_fold text, person_bi int[]) JOIN company c USING (company_id) ORDER BY c.company_id
	ON CONFLICT ON CONSTRAINT oversight_board_pkey DO UPDATE SET ` + each(boardColumns, "* = excluded.*") + `, updated_at = excluded.updated_at
	WHERE (` + each(boardColumns, "b.*") + `) IS DISTINCT FROM (` + each(boardColumns, "excluded.*") + `)`

// writeBoard brings the rows of companies up to date with the register and with what was
// found of them; only what changed is written. ids have facts and standing in the same order.
func writeBoard(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, facts []Facts, standings []Standing, shown []Shown) error {
	all := make([]found, len(ids))
	for i, f := range facts {
		all[i] = foundOf(ids[i], f, standings[i], shown[i])
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := writeHistory(ctx, tx, string(b)); err != nil {
		return err
	}
	if err := tx.WithContext(ctx).Exec(upsertBoard, tx.Now, string(b)).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO oversight_standing AS s (company_id, region_path, oversight_line, rule_version, facts, inputs, updated_at)
		SELECT c.company_id, c.region_path, c.oversight_line, ?, x.facts, x.inputs, ? FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, facts jsonb, inputs jsonb)
		JOIN company c USING (company_id) ORDER BY c.company_id
		ON CONFLICT ON CONSTRAINT oversight_standing_pkey DO UPDATE SET region_path = excluded.region_path, oversight_line = excluded.oversight_line,
			rule_version = excluded.rule_version, facts = excluded.facts, inputs = excluded.inputs, updated_at = excluded.updated_at
		WHERE (s.region_path, s.oversight_line, s.rule_version, s.facts, s.inputs) IS DISTINCT FROM (excluded.region_path, excluded.oversight_line, excluded.rule_version, excluded.facts, excluded.inputs)`,
		current.Version, tx.Now, string(b)).Error
}
