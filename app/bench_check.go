package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"anbiao/web"
)

// checks measures the submission of a check through the API against the inserts it makes,
// sent by pgx.
func (b *bench) checks(ctx context.Context) error {
	token, err := b.signIn(ctx, "safety")
	if err != nil {
		return err
	}
	form, err := openForm(func(path string, v any) error { return b.read(ctx, token, path, v) })
	if err != nil {
		return err
	}
	for _, failed := range []int{0, 1} {
		submit := func(ctx context.Context) (string, error) { return b.submit(ctx, token, form, failed) }
		id, err := submit(ctx)
		if err != nil {
			return err
		}
		copies, err := b.writtenWith(ctx, id)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("check submission, %d items, %d failed", len(form.Asks), failed)
		ours := func(ctx context.Context) error { _, err := submit(ctx); return err }
		if err := b.compare(ctx, name, copies.String(), 1, ours, func(ctx context.Context) error { return copies.insert(ctx, b) }); err != nil {
			return err
		}
	}
	return nil
}

// submit sends a check and returns its id.
func (b *bench) submit(ctx context.Context, token string, form checkForm, failed int) (string, error) {
	body, err := form.json(uuid.New(), failed)
	if err != nil {
		return "", err
	}
	answer, err := b.call(ctx, http.MethodPost, b.ours+"/api/inspection/checks", token, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	var made web.Made
	return made.ID, json.Unmarshal(answer, &made)
}

// written are the rows that one submission inserted, in an order that references allow.
type written []writtenRow

type writtenRow struct {
	table  string
	sql    string
	names  []string
	values []*string // as text
	id     string    // of the row it was copied from; empty without one
}

// benchTables are those that a submission inserts into. It also locks and updates; only
// inserts are compared.
var benchTables = []string{"inspection_check", "hazard", "hazard_step", "audit_entry", "job_outbox", "notice", "notice_delivery"}

// writtenWith reads the rows that the transaction of a check inserted.
func (b *bench) writtenWith(ctx context.Context, check string) (out written, err error) {
	for _, table := range benchTables {
		columns, err := b.columns(ctx, table)
		if err != nil {
			return nil, err
		}
		list := make([]string, len(columns))
		for i, c := range columns {
			list[i] = c.name + "::text"
		}
		q := fmt.Sprintf("SELECT %s, row_to_json(t)->>'id' FROM %s t WHERE xmin = (SELECT xmin FROM inspection_check WHERE id = $1)", strings.Join(list, ", "), table)
		rows, err := b.owner.Query(ctx, q, check)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (writtenRow, error) {
			values := make([]*string, len(columns)+1)
			into := make([]any, len(values))
			for i := range values {
				into[i] = &values[i]
			}
			err := r.Scan(into...)
			w := rowFor(table, columns)
			w.values = values[:len(columns)]
			if last := values[len(columns)]; last != nil {
				w.id = *last
			}
			return w, err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		out = append(out, found...)
	}
	return out, nil
}

type benchColumn struct{ name, kind string }

// columns are those of a table that a caller gives values for.
func (b *bench) columns(ctx context.Context, table string) ([]benchColumn, error) {
	rows, err := b.owner.Query(ctx, `SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
		WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum`, table)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (c benchColumn, err error) { err = r.Scan(&c.name, &c.kind); return c, err })
}

func rowFor(table string, columns []benchColumn) writtenRow {
	w := writtenRow{table: table}
	places := make([]string, len(columns))
	for i, c := range columns {
		w.names = append(w.names, c.name)
		places[i] = fmt.Sprintf("$%d::%s", i+1, c.kind)
	}
	w.sql = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(w.names, ", "), strings.Join(places, ", "))
	return w
}

func (w written) String() string {
	count := map[string]int{}
	for _, r := range w {
		count[r.table]++
	}
	parts := []string{}
	for _, table := range slices.Sorted(maps.Keys(count)) {
		parts = append(parts, fmt.Sprintf("%d %s", count[table], table))
	}
	return strings.Join(parts, ", ")
}

// unlike numbers copies, so that none meets a unique key.
var unlike atomic.Int64

// insert writes the rows again in one transaction, under ids of their own.
func (w written) insert(ctx context.Context, b *bench) error {
	return pgx.BeginFunc(ctx, b.owner, func(tx pgx.Tx) error {
		ids := map[string]string{} // "check_id 7" → the new one
		for _, r := range w {
			args := make([]any, len(r.values))
			for i, v := range r.values {
				args[i] = fresh(r, i, v, ids)
			}
			if r.id == "" {
				if _, err := tx.Exec(ctx, r.sql, args...); err != nil {
					return err
				}
				continue
			}
			var id string
			if err := tx.QueryRow(ctx, r.sql+" RETURNING id::text", args...).Scan(&id); err != nil {
				return fmt.Errorf("%s: %w", r.table, err)
			}
			ids[strings.TrimPrefix(r.table, "inspection_")+"_id "+r.id] = id
		}
		return nil
	})
}

// fresh returns what stands in a copy for value i of r.
func fresh(r writtenRow, i int, v *string, ids map[string]string) any {
	if v == nil {
		return nil
	}
	if id, ok := ids[r.names[i]+" "+*v]; ok {
		return id
	}
	switch r.names[i] {
	case "client_id", "task_id", "key", "public_id":
		return uuid.NewString()
	case "number":
		return fmt.Sprint(1_000_000 + unlike.Add(1))
	}
	return *v
}
