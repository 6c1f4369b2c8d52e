package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"anbiao/kit/day"
	"anbiao/modules/livescore"
)

// benchStretch is how many companies one transaction scores, and one bare read takes.
const benchStretch = 2000

// liveScores measures the scoring of every company from the figures that are kept, as the job runner does
// it at night, side by side on two cores: once when every score is new, once with one company in ten
// changed, once when nothing changed; against reading the same figures alone.
func (b *bench) liveScores(ctx context.Context) error {
	metrics, periods := livescore.Read(day.In(time.Now(), day.Shanghai))
	began := time.Now()
	filled, err := b.owner.Exec(ctx, `INSERT INTO evidence_value (company_id, metric, period, region_path, oversight_line, num, den, at)
		SELECT c.company_id, f.metric, f.period, c.region_path, c.oversight_line, 8 - (hashint8(c.company_id * 31 + f.n) & 3), 8, now()
		FROM company c, unnest($1::text[], $2::text[]) WITH ORDINALITY AS f(metric, period, n) ON CONFLICT DO NOTHING`, metrics, periods)
	if err != nil {
		return err
	}
	if _, err := b.owner.Exec(ctx, "ANALYZE evidence_value"); err != nil {
		return err
	}
	b.notes = append(b.notes, fmt.Sprintf("live re-scoring: %d figures of %d each company made up in %s", filled.RowsAffected(), len(metrics), time.Since(began).Round(time.Second)))
	for _, turn := range []struct{ name, before string }{
		{"live re-scoring, every score new", ""},
		{"live re-scoring, one in ten changed", "UPDATE evidence_value SET num = num - 1 WHERE metric = 'selfreport.in-time' AND company_id % 10 = 3 AND num > 0"},
		{"live re-scoring, nothing changed", ""},
	} {
		if turn.before != "" {
			if _, err := b.owner.Exec(ctx, turn.before); err != nil {
				return err
			}
		}
		if err := b.scoreAll(ctx, turn.name, metrics, periods); err != nil {
			return fmt.Errorf("%s: %w", turn.name, err)
		}
	}
	return nil
}

func (b *bench) scoreAll(ctx context.Context, name string, metrics, periods []string) error {
	ends, n, err := b.halves(ctx)
	if err != nil {
		return err
	}
	bare, err := both(ctx, ends, func(ctx context.Context, after, until int64) error {
		return b.readFigures(ctx, after, until, metrics, periods)
	})
	if err != nil {
		return err
	}
	ours, err := both(ctx, ends, b.scoreRange)
	if err != nil {
		return err
	}
	var written int64
	if err := b.owner.QueryRow(ctx, "SELECT count(*) FROM livescore_score").Scan(&written); err != nil {
		return err
	}
	each := time.Duration(n)
	b.add(benchRow{
		Work: fmt.Sprintf("%s: %d companies a second", name, int(float64(n)/ours.Seconds())), Ours: ours / each, Bare: bare / each, Ratio: float64(ours) / float64(bare),
		Rows: fmt.Sprintf("%d companies, %d scored, in %s; bare: reading %d figures of each", n, written, ours.Round(time.Millisecond), len(metrics)),
	})
	return nil
}

// halves are the last ids of the two halves of the companies, and how many there are.
func (b *bench) halves(ctx context.Context) (ends [2]int64, n int, err error) {
	err = b.owner.QueryRow(ctx, `SELECT count(*), coalesce(max(company_id), 0), coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY company_id), 0) FROM company`).Scan(&n, &ends[1], &ends[0])
	return ends, n, err
}

// both does two ranges of companies side by side.
func both(ctx context.Context, ends [2]int64, do func(ctx context.Context, after, until int64) error) (time.Duration, error) {
	group, ctx := errgroup.WithContext(ctx)
	began := time.Now()
	group.Go(func() error { return do(ctx, 0, ends[0]) })
	group.Go(func() error { return do(ctx, ends[0], ends[1]) })
	err := group.Wait()
	return time.Since(began), err
}

// readFigures reads what a scoring of a range reads of its figures, batch by batch, and throws it away.
func (b *bench) readFigures(ctx context.Context, after, until int64, metrics, periods []string) error {
	for after < until {
		rows, err := b.owner.Query(ctx, `WITH f AS MATERIALIZED (SELECT company_id FROM company WHERE company_id > $1 AND company_id <= $2 ORDER BY 1 LIMIT $3)
			SELECT v.company_id, v.metric, v.period, v.num, v.den FROM evidence_value v WHERE v.company_id = ANY(ARRAY(SELECT company_id FROM f)) AND v.period = ANY($4) AND v.metric = ANY($5) ORDER BY 1`,
			after, until, benchStretch, periods, metrics)
		if err != nil {
			return err
		}
		var company, num, den int64
		var metric, period string
		last := after
		if _, err := pgx.ForEachRow(rows, []any{&company, &metric, &period, &num, &den}, func() error { last = company; return nil }); err != nil {
			return err
		}
		if last == after {
			return nil
		}
		after = last
	}
	return nil
}

// scoreRange runs the chain of jobs of a range to its end, as the job runner does.
func (b *bench) scoreRange(ctx context.Context, after, until int64) error {
	task := map[string]any{"day": fmt.Sprint(unlike.Add(1)), "after": fmt.Sprint(after), "until": fmt.Sprint(until)}
	kind := livescore.ScoreAll{}.Kind()
	payload, err := json.Marshal(task)
	if err != nil {
		return err
	}
	for turn := 0; ; turn++ {
		if err := b.house.worker().Do(ctx, fmt.Sprintf("bench-live:%s:%d", task["day"], turn), kind, payload); err != nil {
			return err
		}
		err := b.owner.QueryRow(ctx, "DELETE FROM job_outbox WHERE kind = $1 AND payload->>'day' = $2 AND done_at IS NULL RETURNING payload", kind, task["day"]).Scan(&payload)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
