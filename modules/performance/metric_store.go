package performance

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Value is a figure of a company as it was computed last.
type Value struct {
	CompanyID     id.Of[id.Company]
	Metric        string
	Period        string
	RegionPath    string
	OversightLine int16
	Num           int64
	Den           int64
	At            time.Time
}

// Metrics of this module.
const (
	OnTime   = "performance.duties-on-time"   // duties done in time / due
	Assessed = "performance.persons-assessed" // people assessed / due to be
)

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{
		{Key: OnTime, Batch: onTime, Rows: onTimeRows},
		{Key: Assessed, Batch: assessed, Rows: assessedRows},
	}
}

func ints(companies []id.Of[id.Company]) db.Ints {
	out := make(db.Ints, len(companies))
	for i, c := range companies {
		out[i] = int64(c)
	}
	return out
}

// settledTasks holds for tasks that count: due in a period, settled, not excused.
const settledTasks = "t.due_on BETWEEN ? AND ? AND t.status IN ('done', 'late', 'missed')"

func onTime(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	q := `SELECT t.company_id, count(*) FILTER (WHERE t.status = 'done') AS num, count(*) AS den FROM performance_task t
		WHERE t.company_id = ANY(?) AND ` + settledTasks + ` GROUP BY t.company_id`
	err = tx.WithContext(ctx).Raw(q, ints(companies), p.From, p.Until).Scan(&out).Error
	return out, err
}

func onTimeRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	q := `SELECT 'performance_task' AS noun, t.id, t.due_on AS "on", t.status = 'done' AS counts FROM performance_task t
		WHERE t.company_id = ? AND ` + settledTasks + ` AND t.id > ? ORDER BY t.id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, int64(company), p.From, p.Until, after, limit).Scan(&out).Error
	return out, err
}

// assessedIn holds for assessments of rounds that ended in a period; they count once published.
const assessedIn = `FROM performance_assessment a JOIN performance_round r ON r.company_id = a.company_id AND r.id = a.round_id WHERE r.until_on BETWEEN ? AND ?`

func assessed(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	q := `SELECT a.company_id, count(*) FILTER (WHERE a.published_at IS NOT NULL) AS num, count(*) AS den ` + assessedIn + ` AND a.company_id = ANY(?) GROUP BY a.company_id`
	err = tx.WithContext(ctx).Raw(q, p.From, p.Until, ints(companies)).Scan(&out).Error
	return out, err
}

func assessedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	q := `SELECT 'performance_assessment' AS noun, a.id, r.until_on AS "on", a.published_at IS NOT NULL AS counts ` + assessedIn + ` AND a.company_id = ? AND a.id > ? ORDER BY a.id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, p.From, p.Until, int64(company), after, limit).Scan(&out).Error
	return out, err
}

// FigureFilter asks for the figures of a period.
type FigureFilter struct {
	page.Query
	Period    string            `query:"period" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"a month, e.g. 2026-02; left out: the last that ended"`
	CompanyID id.Of[id.Company] `query:"companyId"`
}

// Figures are a company's values of one period.
type Figures struct {
	CompanyID   id.Of[id.Company]
	CompanyName string
	Values      db.JSON[[]Figure]
}

// Figure is one value.
type Figure struct {
	Metric string    `json:"metric"`
	Num    int64     `json:"num"`
	Den    int64     `json:"den"`
	At     time.Time `json:"at"`
}

// figuresBy lists companies in scope that have a value of a period, in order of id.
func figuresBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f FigureFilter, k page.Key) (rows []Figures, err error) {
	w := &page.Where{}
	w.Within(scope.Where("v"))
	w.And("v.period = ?", f.Period)
	w.When(f.CompanyID != 0, "v.company_id = ?", int64(f.CompanyID))
	order := ""
	if k.Back {
		order = " DESC"
	}
	if !k.First() {
		w.And("v.company_id "+map[bool]string{true: "<", false: ">"}[k.Back]+" ?::bigint", k.Vals[0])
	}
	q := `SELECT x.company_id, c.name AS company_name, x.values FROM (SELECT v.company_id, jsonb_agg(jsonb_build_object('metric', v.metric, 'num', v.num, 'den', v.den, 'at', v.at) ORDER BY v.metric) AS values
		FROM evidence_value v WHERE ` + w.SQL() + ` GROUP BY v.company_id ORDER BY v.company_id` + order + ` LIMIT ?) x
		JOIN company c ON c.company_id = x.company_id ORDER BY x.company_id` + order
	err = tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// month is the period of the figures that holds a day.
func month(d day.Date) evidence.Period {
	s, _ := Monthly.At(d)
	return evidence.Period(s)
}
