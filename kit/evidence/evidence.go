// Package evidence is the contract by which a module offers a figure computed from its own
// records: the share of something done, for many companies at once, and the rows behind it.
// Values are kept in evidence_value; scores and the regulator's board read only that. A metric
// that nobody provides is "not yet measured", which is not zero.
package evidence

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Period is the time a value is about, both days inclusive.
type Period struct {
	Key   string // e.g. 2026-02
	From  day.Date
	Until day.Date
}

// Value is a company's figure: Num of Den. A Den of 0 means that nothing was due.
type Value struct {
	CompanyID id.Of[id.Company]
	Num       int64
	Den       int64
}

// Row is one record behind a figure.
type Row struct {
	Noun   string // whose record, e.g. performance_task
	ID     int64
	On     day.Date
	Counts bool // in Num; every row counts in Den
}

// Metric is one figure and its provider.
type Metric struct {
	Key string // noun.what, e.g. performance.duties-on-time
	// Batch computes the figure for many companies in one query. A company without an answer
	// is not measured.
	Batch func(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p Period) ([]Value, error)
	// Rows lists at most limit records behind one company's figure, in order of id, after one.
	Rows func(ctx context.Context, tx db.Tx, company id.Of[id.Company], p Period, after int64, limit int) ([]Row, error)
}

// Set is what a program measures.
type Set []Metric

// Find returns the metric of a key, if somebody provides it.
func (s Set) Find(key string) (Metric, bool) {
	for _, m := range s {
		if m.Key == key {
			return m, true
		}
	}
	return Metric{}, false
}
