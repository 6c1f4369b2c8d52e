package evidence

import (
	"context"
	"maps"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Counted is a metric that counts rows of one table: the figure and the rows behind it come from
// the same words. In these stand, followed by a space, a comma or a bracket (a cast is written out), @from, @until (the period's days), @today, @upto (the earlier of
// the last two: what lies behind us of the period) and what With adds.
type Counted struct {
	Key    string
	Noun   string         // of a row
	Table  string         // with the alias x, or a query in brackets with it; it has company_id and id
	Where  string         // which rows are looked at
	Counts string         // which of them count
	On     string         // the day of a row
	With   map[string]any // further parameters
}

// Metric is the metric in the shape that everybody reads.
func (c Counted) Metric() Metric { return Metric{Key: c.Key, Batch: c.batch, Rows: c.rows} }

func (c Counted) args(tx db.Tx, p Period) map[string]any {
	today := day.In(tx.Now, day.Shanghai)
	args := map[string]any{"from": p.From, "until": p.Until, "today": today, "upto": day.Earlier(p.Until, today)}
	maps.Copy(args, c.With)
	return args
}

func (c Counted) batch(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p Period) (out []Value, err error) {
	ids := make(db.Ints, len(companies))
	for i, n := range companies {
		ids[i] = int64(n)
	}
	args := c.args(tx, p)
	args["companies"] = ids
	q := "SELECT x.company_id, count(*) FILTER (WHERE " + c.Counts + ") AS num, count(*) AS den FROM " + c.Table + " WHERE x.company_id = ANY( @companies) AND " + c.Where + " GROUP BY x.company_id"
	return out, tx.WithContext(ctx).Raw(q, args).Scan(&out).Error
}

func (c Counted) rows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p Period, after int64, limit int) (out []Row, err error) {
	args := c.args(tx, p)
	args["company"], args["after"], args["limit"], args["noun"] = int64(company), after, limit, c.Noun
	q := `SELECT @noun AS noun, x.id, ` + c.On + ` AS "on", coalesce(` + c.Counts + `, false) AS counts FROM ` + c.Table +
		" WHERE x.company_id = @company AND " + c.Where + " AND x.id > @after ORDER BY x.id LIMIT @limit"
	return out, tx.WithContext(ctx).Raw(q, args).Scan(&out).Error
}
