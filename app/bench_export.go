package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/oversight"
	"anbiao/web"
)

// exports measures a county's list as Excel, asked for, written by the job and fetched, against one query whose rows are
// written by the same writer.
func (b *bench) exports(ctx context.Context) error {
	token, err := b.signIn(ctx, "county")
	if err != nil {
		return err
	}
	var me struct{ Areas []string }
	if err := b.read(ctx, token, "/api/account/me", &me); err != nil {
		return err
	}
	var rows int
	if err := b.owner.QueryRow(ctx, "SELECT count(*) FROM oversight_board WHERE region_path >= $1 AND region_path < $2", me.Areas[0], me.Areas[0]+"~").Scan(&rows); err != nil {
		return err
	}
	url, stop, err := listen(ctx, b.bareExport(me.Areas[0]))
	if err != nil {
		return err
	}
	var mine, limits []time.Duration
	var ratios []float64
	for range 3 {
		began := time.Now()
		if err := b.export(ctx, token); err != nil {
			return errors.Join(err, stop())
		}
		x := time.Since(began)
		began = time.Now()
		if err := b.getting(token, url)(ctx); err != nil {
			return errors.Join(err, stop())
		}
		y := time.Since(began)
		mine, limits, ratios = append(mine, x), append(limits, y), append(ratios, float64(x)/float64(y))
	}
	b.add(benchRow{Work: "export of a county as Excel", Ours: median(mine), Bare: median(limits), Ratio: median(ratios), Rows: fmt.Sprintf("%d rows", rows)})
	return stop()
}

// export asks for the list as Excel, has the job write it and fetches the file.
func (b *bench) export(ctx context.Context, token string) error {
	answer, err := b.call(ctx, http.MethodPost, b.ours+"/api/transfer/exports", token, bytes.NewBufferString(`{"kind":"graded-companies","filters":{},"columns":[]}`))
	if err != nil {
		return err
	}
	var made web.Made
	if err := json.Unmarshal(answer, &made); err != nil {
		return err
	}
	var task, payload string
	const waiting = "SELECT task_id, payload::text FROM job_outbox WHERE kind = 'transfer.write-list' AND done_at IS NULL ORDER BY id DESC LIMIT 1"
	if err := b.owner.QueryRow(ctx, waiting).Scan(&task, &payload); err != nil {
		return err
	}
	if err := b.house.worker().Do(ctx, task, "transfer.write-list", []byte(payload)); err != nil {
		return err
	}
	_, err = b.call(ctx, http.MethodGet, b.ours+"/api/transfer/transfers/"+made.ID+"/file", token, http.NoBody)
	return err
}

// bareExport answers with a county's list as Excel, by one query.
func (b *bench) bareExport(area string) http.Handler {
	const q = "WITH r AS (SELECT company_id, colour, score AS key FROM oversight_board WHERE region_path >= $1 AND region_path < $2) " + bareTail + " ORDER BY r.colour, r.key, r.company_id"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rows, err := b.owner.Query(r.Context(), q, area, area+"~")
		if err == nil {
			err = sheet.Export(w, oversight.ExportColumns(), records(rows), text.Chinese)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

// records are rows as an export writes them.
func records(rows pgx.Rows) iter.Seq2[sheet.Record, error] {
	return func(yield func(sheet.Record, error) bool) {
		defer rows.Close()
		for rows.Next() {
			v, err := bareRow(rows)
			if !yield(oversight.RecordOf(v), err) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(sheet.Record{}, err)
		}
	}
}
