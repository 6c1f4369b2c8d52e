package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/day"
	"anbiao/modules/certificate"
)

const (
	benchDue      = 100 // one certificate in so many comes up for a reminder today
	benchScanStep = 500 // certificates in one transaction of either side
)

// scans measures the daily scan of certificates: one in a hundred of them is to be reminded of today, the
// others lie further ahead. Bare is the same in SQL alone: read a batch by its day, write reminders,
// messages, deliveries and jobs, move the day.
func (b *bench) scans(ctx context.Context) error {
	today := day.In(time.Now(), day.Shanghai)
	began := time.Now()
	n, err := b.certify(ctx, today)
	if err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	b.notes = append(b.notes, fmt.Sprintf("certificate scan: %d certificates made up in %s", n, time.Since(began).Round(time.Second)))
	if err := b.dueToday(ctx, today, 0); err != nil {
		return err
	}
	read, err := b.rowsRead(ctx)
	if err != nil {
		return err
	}
	ours, heap, batches, err := b.scan(ctx)
	if err != nil {
		return err
	}
	reread, err := b.rowsRead(ctx)
	if err != nil {
		return err
	}
	if err := b.dueToday(ctx, today, 1); err != nil {
		return err
	}
	bare, due, err := b.bareScan(ctx, today)
	if err != nil {
		return err
	}
	var told int64
	if err := b.owner.QueryRow(ctx, "SELECT count(*) FROM certificate_reminder WHERE state = 'sent' AND at >= $1", began).Scan(&told); err != nil {
		return err
	}
	b.add(benchRow{
		Work: fmt.Sprintf("certificate scan: %d due rows a second", int(float64(due)/ours.Seconds())), Ours: ours / time.Duration(due), Bare: bare / time.Duration(due),
		Ratio: float64(ours) / float64(bare),
		Rows:  fmt.Sprintf("%d certificates, %d due, %d rows read, %d reminders of both sides, in %s; bare SQL %s", n, due, reread-read, told, ours.Round(time.Millisecond), bare.Round(time.Millisecond)),
	})
	b.notes = append(b.notes, fmt.Sprintf("certificate scan: %d batches; live heap after the first %.1f MB, half-way %.1f MB, after the last %.1f MB", batches, heap[0], heap[1], heap[2]))
	return nil
}

// certify makes certificates up, for one person a company, whose reminders lie ahead, and a safety manager
// to be told in each company.
func (b *bench) certify(ctx context.Context, today day.Date) (n int64, err error) {
	err = pgx.BeginFunc(ctx, b.owner, func(tx pgx.Tx) error {
		n, err = certifyIn(ctx, tx, today, max(1, b.certificates/b.companies))
		return err
	})
	if err != nil {
		return 0, err
	}
	_, err = b.owner.Exec(ctx, "VACUUM (ANALYZE) certificate, staff_person, account_person, account_membership")
	return n, err
}

func certifyIn(ctx context.Context, tx pgx.Tx, today day.Date, each int) (n int64, err error) {
	for _, q := range []string{
		"SET LOCAL session_replication_role = replica", // references hold as they are made
		`CREATE TEMP TABLE bench_holder ON COMMIT DROP AS SELECT company_id, region_path, oversight_line, row_number() OVER (ORDER BY company_id) AS n FROM company`,
		`INSERT INTO staff_person (company_id, region_path, oversight_line, name, employee_no) SELECT company_id, region_path, oversight_line, '持证人', 'BENCH' FROM bench_holder`,
		`INSERT INTO account_person (login, name, password_hash, email) SELECT 'bench' || n, '安全员', '', 'bench' || n || '@example.com' FROM bench_holder`,
		`INSERT INTO account_membership (person_id, kind, company_id, roles) SELECT p.id, 'company', h.company_id, '{safety}' FROM bench_holder h JOIN account_person p ON p.login = 'bench' || h.n`,
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return 0, err
		}
	}
	made, err := tx.Exec(ctx, `INSERT INTO certificate (company_id, region_path, oversight_line, staff_id, holder_name, kind, operation, valid_from, printed_review_due,
			next_due_on, next_due_type, remind_on, reminded_due_on, reminded_step)
		SELECT p.company_id, p.region_path, p.oversight_line, p.id, p.name, 'special_operation', 'SO0102', d.due - 1095 - g::int, d.due, d.due, 'review', d.due - 60, d.due, 90
		FROM staff_person p, generate_series(1, $2::bigint) g, (SELECT $1::date + 61) base(first), LATERAL (SELECT base.first + ((g * 7 + p.company_id) % 700)::int AS due) d
		WHERE p.employee_no = 'BENCH'`, today.String(), each)
	return made.RowsAffected(), err
}

// dueToday lets one certificate in a hundred come up today, others for each turn.
func (b *bench) dueToday(ctx context.Context, today day.Date, turn int) error {
	_, err := b.owner.Exec(ctx, `UPDATE certificate SET printed_review_due = $1::date + 60, next_due_on = $1::date + 60, remind_on = $1, reminded_due_on = $1::date + 60
		WHERE id % $2 = $3 AND remind_on > $1`, today.String(), benchDue, turn)
	if err != nil {
		return err
	}
	_, err = b.owner.Exec(ctx, "VACUUM (ANALYZE) certificate")
	return err
}

// scan runs the chain of the scan's jobs to its end, as a worker does, and looks at the heap on the way.
func (b *bench) scan(ctx context.Context) (took time.Duration, heap [3]float64, batches int, err error) {
	payload, err := json.Marshal(certificate.Scan{})
	if err != nil {
		return 0, heap, 0, err
	}
	kind, half := certificate.Scan{}.Kind(), b.certificates/benchDue/benchScanStep/2
	for ; ; batches++ {
		began := time.Now()
		if err := b.house.worker().Do(ctx, fmt.Sprintf("bench-scan:%d:%d", unlike.Add(1), batches), kind, payload); err != nil {
			return 0, heap, batches, err
		}
		took += time.Since(began)
		var next []byte
		err := b.owner.QueryRow(ctx, "DELETE FROM job_outbox WHERE kind = $1 AND done_at IS NULL RETURNING payload", kind).Scan(&next)
		done := errors.Is(err, pgx.ErrNoRows)
		if err != nil && !done {
			return 0, heap, batches, err
		}
		for i, at := range []bool{batches == 0, batches == half, done} {
			if at {
				heap[i] = liveHeap()
			}
		}
		if done {
			return took, heap, batches, nil
		}
	}
}

// liveHeap is what the program holds in memory, in megabytes.
func liveHeap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// statsLag is how long a connection of PostgreSQL may keep its counts to itself once it is idle: ten seconds.
const statsLag = 11 * time.Second

// rowsRead is how many rows of the certificates PostgreSQL has read, by whatever way, read until it stays.
func (b *bench) rowsRead(ctx context.Context) (n int64, err error) {
	tick := time.NewTicker(statsLag)
	defer tick.Stop()
	for last := int64(-1); ; last = n {
		if err := b.owner.QueryRow(ctx, "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'certificate'").Scan(&n); err != nil || n == last {
			return n, err
		}
		select {
		case <-ctx.Done():
			return n, ctx.Err()
		case <-tick.C:
		}
	}
}

// bareScan is the scan in SQL alone, batch by batch.
func (b *bench) bareScan(ctx context.Context, today day.Date) (took time.Duration, due int64, err error) {
	const batch = `WITH due AS MATERIALIZED (SELECT * FROM certificate WHERE remind_on <= $1 ORDER BY remind_on, company_id, id LIMIT $2 FOR UPDATE),
		told AS MATERIALIZED (SELECT d.company_id, d.id, d.next_due_on, m.person_id, nextval(pg_get_serial_sequence('notice', 'id')) AS notice_id, nextval(pg_get_serial_sequence('notice_delivery', 'id')) AS delivery_id
			FROM due d JOIN account_membership m ON m.company_id = d.company_id AND m.ended_at IS NULL AND 'safety' = ANY(m.roles)),
		noted AS (INSERT INTO certificate_reminder (company_id, certificate_id, due_on, step, person_id, state, at)
			SELECT t.company_id, t.id, t.next_due_on, s.step, t.person_id, s.state, now() FROM told t, (VALUES (60, 'sent'), (90, 'skipped')) s(step, state) ON CONFLICT DO NOTHING),
		written AS (INSERT INTO notice (id, person_id, company_id, noun, object_id, code, params, dedupe_key, created_at) OVERRIDING SYSTEM VALUE
			SELECT notice_id, person_id, company_id, 'certificate', id, 'certificate.remind-review', '{"name": "持证人", "title": "低压电工作业"}', 'bare|' || id || '|' || person_id, now() FROM told),
		leaving AS (INSERT INTO notice_delivery (id, notice_id, company_id, person_id, channel, state, created_at) OVERRIDING SYSTEM VALUE SELECT delivery_id, notice_id, company_id, person_id, 'mail', 'queued', now() FROM told),
		queued AS (INSERT INTO job_outbox (task_id, kind, payload, run_at) SELECT 'notice.deliver:' || delivery_id, 'notice.deliver', jsonb_build_object('delivery', delivery_id::text), now() FROM told)
		UPDATE certificate c SET remind_on = d.next_due_on - 30, reminded_due_on = d.next_due_on, reminded_step = 60 FROM due d WHERE c.company_id = d.company_id AND c.id = d.id`
	for {
		began := time.Now()
		moved, err := b.owner.Exec(ctx, batch, today.String(), benchScanStep)
		if err != nil {
			return took, due, err
		}
		took += time.Since(began)
		if moved.RowsAffected() == 0 {
			return took, due, nil
		}
		due += moved.RowsAffected()
	}
}
