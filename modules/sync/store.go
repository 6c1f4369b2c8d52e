package sync

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Change) TableName() string { return "sync_change" }

// TableName names the table.
func (Floor) TableName() string { return "sync_floor" }

// state is what the database says of the log in the snapshot of the page.
type state struct {
	Horizon int64 // no transaction below it still runs
	Floor   int64 // nor are changes of those below this one kept
	Cluster string
}

func stateOf(ctx context.Context, tx db.Tx) (s state, err error) {
	return s, tx.WithContext(ctx).Raw(`SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon, (SELECT f.xid FROM sync_floor f) AS floor,
		(SELECT to_hex(system_identifier) FROM pg_control_system()) AS cluster`).Scan(&s).Error
}

// told is one row as a query reads it.
type told struct {
	Region    string
	CompanyID rbac.CompanyID
	ID        int64
	Day       string
	Row       json.RawMessage
}

// firsts reads rows of k in the first run, company by company, from behind a place.
func firsts(ctx context.Context, tx db.Tx, scope rbac.Scope, k Kind, after place, limit int) (rows []told, err error) {
	cond, args := scope.Where("c")
	key, dayText, start := "t."+k.key, "''", []any{after.ID}
	behind := key + " > ?::bigint"
	if k.day != "" {
		key, dayText = "t."+k.day+", t."+k.key, "t."+k.day+"::text"
		behind = "(" + key + ") > (?::date, ?::bigint)"
		start = []any{first(after.Day), after.ID}
	}
	q := `SELECT c.region_path AS region, c.company_id, x.id, x.day, x.row FROM company c CROSS JOIN LATERAL (
			SELECT t.` + k.key + ` AS id, ` + dayText + ` AS day, ` + k.object() + ` AS row FROM ` + k.table + ` t
			WHERE t.company_id = c.company_id AND ((c.region_path, c.company_id) > (?, ?::bigint) OR ` + behind + `) ORDER BY ` + key + ` LIMIT ?) x
		WHERE (c.region_path, c.company_id) >= (?, ?::bigint) AND ` + cond + ` ORDER BY c.region_path, c.company_id, x.day, x.id LIMIT ?`
	all := append([]any{after.Region, after.Company}, start...)
	all = append(append(append(all, limit, after.Region, after.Company), args...), limit)
	return rows, tx.WithContext(ctx).Raw(q, all...).Scan(&rows).Error
}

// first is a day for a comparison: one before all days for none.
func first(d string) string {
	if d == "" {
		return "0001-01-01"
	}
	return d
}

// noted is one key of the log.
type noted struct {
	Xid       int64
	ID        int64
	Kind      string
	CompanyID rbac.CompanyID
	ObjectID  int64
	OnDay     day.Date
}

// changes reads the log from behind c up to, and without, the transaction top.
func changes(ctx context.Context, tx db.Tx, scope rbac.Scope, names []string, c cursor, top int64, limit int) (rows []noted, err error) {
	cond, args := scope.Where("s")
	q := `SELECT s.xid, s.id, s.kind, s.company_id, s.object_id, s.on_day FROM sync_change s
		WHERE s.xid >= ? AND s.xid < ? AND (s.xid > ? OR s.id > ?) AND s.kind = ANY(?) AND ` + cond + ` ORDER BY s.xid, s.id LIMIT ?`
	all := append([]any{c.Xid, top, c.Xid, c.ID, db.Texts(names)}, args...)
	return rows, tx.WithContext(ctx).Raw(q, append(all, limit)...).Scan(&rows).Error
}

// current reads those of the noted rows of one kind that the reader sees.
func current(ctx context.Context, tx db.Tx, scope rbac.Scope, k Kind, keys []noted) (rows []told, err error) {
	cond, args := scope.Where("t")
	companies, ids, days := make(db.Ints, len(keys)), make(db.Ints, len(keys)), make(db.Texts, len(keys))
	for i, n := range keys {
		companies[i], ids[i], days[i] = int64(n.CompanyID), n.ObjectID, n.OnDay.String()
	}
	on := "t.company_id = n.company_id AND t." + k.key + " = n.id"
	if k.day != "" {
		on += " AND t." + k.day + " = n.on_day::date"
	}
	q := `SELECT t.company_id, t.` + k.key + ` AS id, ` + k.object() + ` AS row FROM unnest( ?::bigint[], ?::bigint[], ?::text[]) n (company_id, id, on_day)
		JOIN ` + k.table + ` t ON ` + on + ` WHERE ` + cond
	return rows, tx.WithContext(ctx).Raw(q, append([]any{companies, ids, days}, args...)...).Scan(&rows).Error
}

// keepAhead makes the coming months' partitions and drops those that are no longer kept.
func keepAhead(ctx context.Context, tx db.Tx, today time.Time) error {
	if err := tx.WithContext(ctx).Exec("SELECT ensure_partitions('sync_change', 'month', ?::date, 3)", today.Format(time.DateOnly)).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec("SELECT drop_sync_before(?::date)", today.AddDate(0, 0, -keptDays).Format(time.DateOnly)).Error
}

func dayOf(s string) (day.Date, error) { return day.Parse(s) }

func namesOf(kinds []Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.Name
	}
	return slices.Clip(out)
}
