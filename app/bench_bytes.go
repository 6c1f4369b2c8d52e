package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/id"
	"anbiao/modules/inspection"
)

// What a city keeps in a year, on the careful side: most checks ask ten items, not fifty.
const (
	cityCompanies = 20_000
	checksADay    = 8   // of a company
	workingDays   = 250 // of a year
	measuredRows  = 2000
	measuredItems = 50
)

// footprint notes what a check of fifty items takes in the database, with its share of
// indexes: bare answers, and with everything a phone adds to them.
func (b *bench) footprint(ctx context.Context) error {
	var sizes [2]int64
	for i, full := range []bool{false, true} {
		var err error
		if sizes[i], err = b.bytesOf(ctx, full); err != nil {
			return err
		}
	}
	year := int64(cityCompanies * checksADay * workingDays)
	b.notes = append(b.notes, fmt.Sprintf(
		"one check of %d items is one row: %d bytes with answers alone, %d with times, rest-is-fine, values, position, clock and signature; indexes included. "+
			"%d companies × %d checks × %d working days a year = %d million checks: %.0f GB a year, photos apart",
		measuredItems, sizes[0], sizes[1], cityCompanies, checksADay, workingDays, year/1_000_000, float64(year*sizes[1])/1e9))
	return nil
}

// bytesOf measures rows of a table like that of checks, which is then thrown away.
func (b *bench) bytesOf(ctx context.Context, full bool) (size int64, err error) {
	answers := make([]inspection.Answer, measuredItems)
	for i := range answers {
		a := inspection.Answer{Code: fmt.Sprintf("PRS-%02d", i+1), Result: inspection.Pass}
		if full {
			a.After, a.Rest = 20*(i+1), i > 30
		}
		switch {
		case i%25 == 7:
			a.Result, a.Note, a.Photos = inspection.Fail, "防护光栅失灵，已停机并告知班组长", []id.Of[id.Attachment]{1234567}
		case i%17 == 5:
			a.Result, a.Note = inspection.NA, "本岗位无此设备"
		case full && i%10 == 3:
			a.Measured = "3.25"
		}
		answers[i] = a
	}
	doc, err := json.Marshal(answers)
	if err != nil {
		return 0, err
	}
	thrown := errors.New("thrown away")
	err = pgx.BeginFunc(ctx, b.owner, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "CREATE TEMP TABLE footprint (LIKE inspection_check INCLUDING ALL) ON COMMIT DROP"); err != nil {
			return err
		}
		// Photos and seconds differ from check to check, so that no row is the copy of another.
		q := `INSERT INTO footprint (company_id, started_on, region_path, oversight_line, client_id, content_hash, point_id, task_id, standard_id, staff_id, person_name, unit_id, started_at, finished_at, received_at,
				longitude_e6, latitude_e6, answers, passed, failed, not_applicable, accuracy, clock_ms, signature_id, rest_at)
			SELECT 1 + n % 500, current_date, '330784105', 0, gen_random_uuid(), sha256(n::text::bytea), n, n, 1, n, '张三', 1, now(), now(), now(), 120040000 + n, 28900000 + n,
				replace($1::text, '1234567', (1000000 + n)::text)::jsonb, 45, 2, 3, CASE WHEN $2 THEN 12 END, CASE WHEN $2 THEN 800 END, CASE WHEN $2 THEN n END, CASE WHEN $2 THEN now() END
			FROM generate_series(1, $3::int) n`
		if _, err := tx.Exec(ctx, q, string(doc), full, measuredRows); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "SELECT pg_total_relation_size('footprint') / $1", measuredRows).Scan(&size); err != nil {
			return err
		}
		return thrown
	})
	if errors.Is(err, thrown) {
		err = nil
	}
	return size, err
}
