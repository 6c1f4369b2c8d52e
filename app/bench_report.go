package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/day"
	"anbiao/modules/selfreport"
)

// quarterEnd measures what the job runner does at the end of a quarter for every company: reports
// opened, companies counted, reminders told, late ones flagged, batch by batch, each against one
// bare statement that touches the same rows.
func (b *bench) quarterEnd(ctx context.Context) error {
	c, ok := selfreport.CycleByID("HZ-Q")
	if !ok {
		return errors.New("no quarterly cycle")
	}
	p := c.At(day.In(time.Now(), day.Shanghai)) // running: nobody has its report yet
	for _, step := range quarterSteps(c, p) {
		ours, batches, err := b.chain(ctx, step.first)
		if err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		for _, q := range step.undo {
			if _, err := b.owner.Exec(ctx, q, p.From.String()); err != nil {
				return fmt.Errorf("%s: %w", step.name, err)
			}
		}
		began := time.Now()
		done, err := b.owner.Exec(ctx, step.bare, step.args...)
		if err != nil {
			return fmt.Errorf("%s, bare: %w", step.name, err)
		}
		bare := time.Since(began)
		b.add(benchRow{Work: step.name, Ours: ours, Bare: bare, Ratio: float64(ours) / float64(bare), Rows: fmt.Sprintf("%d companies in %d batches; bare: %s", b.companies, batches, done)})
	}
	return nil
}

// quarterStep is one of the jobs, and the bare statement that does the same.
type quarterStep struct {
	name  string
	first interface{ Kind() string }
	undo  []string // what ours has done, so that the bare statement can do it again
	bare  string
	args  []any
}

func quarterSteps(c selfreport.Cycle, p selfreport.Period) []quarterStep {
	due := c.DueOn(p)
	return []quarterStep{
		{
			"quarter end: reports opened",
			selfreport.OpenBatch{Cycle: c.ID, From: p.From},
			[]string{"DELETE FROM selfreport_step s USING selfreport r WHERE r.company_id = s.company_id AND r.id = s.report_id AND r.cycle = 'HZ-Q' AND r.period_from = $1::date", "DELETE FROM selfreport WHERE cycle = 'HZ-Q' AND period_from = $1::date"},
			`WITH opened AS (INSERT INTO selfreport (company_id, region_path, oversight_line, cycle, cycle_version, period, period_from, period_until, due_on, state, remark, content, content_hash,
					zero, compiled_by_name, signed_by_name, rounds, submitted_by_name, late, decided_by_name, opened_at, steps, changed_at)
				SELECT company_id, region_path, oversight_line, 'HZ-Q', '1', $4::text, $1::date, $2::date, $3::date, 'open', '', '', '', false, '', '', 0, '', false, '', now(), 1, now() FROM company WHERE status <> 'closed'
				RETURNING company_id, id, region_path, oversight_line)
			INSERT INTO selfreport_step (company_id, region_path, oversight_line, report_id, n, event, from_state, to_state, at, actor_kind, actor_name, content_hash, note, reasons)
			SELECT company_id, region_path, oversight_line, id, 1, 'open', '', 'open', now(), 'system', 'bare', '', '', '[]' FROM opened`,
			[]any{p.From.String(), p.Until.String(), due.String(), p.Name},
		},
		{
			"quarter end: companies counted",
			selfreport.CountBatch{Cycle: c.ID, From: p.From},
			[]string{"DELETE FROM selfreport_bound WHERE cycle = 'HZ-Q' AND period_from = $1::date"},
			`INSERT INTO selfreport_bound (company_id, cycle, period, period_from, region_path, oversight_line, name, high_risk, above_scale, crowded, report_id, standing, zero, late, paper, due_on, counted_at)
			SELECT c.company_id, 'HZ-Q', $2::text, $1::date, c.region_path, c.oversight_line, c.name, false, c.above_scale, false, r.id, 'unreported', false, false, false, $3::date, now()
			FROM company c LEFT JOIN selfreport r ON r.company_id = c.company_id AND r.cycle = 'HZ-Q' AND r.period_from = $1::date WHERE c.status <> 'closed'`,
			[]any{p.From.String(), p.Name, due.String()},
		},
		{
			"quarter end: reminders",
			selfreport.RemindBatch{Cycle: c.ID, From: p.From, Days: 2},
			[]string{"DELETE FROM notice_delivery WHERE notice_id IN (SELECT id FROM notice WHERE dedupe_key LIKE 'selfreport|remind|%' AND $1::text <> '')", "DELETE FROM notice WHERE dedupe_key LIKE 'selfreport|remind|%' AND $1::text <> ''"},
			`SELECT count(*) FROM notice_put((SELECT jsonb_agg(jsonb_build_object('person', m.person_id, 'company', r.company_id, 'noun', 'selfreport', 'object', r.id,
					'code', 'selfreport.note-remind', 'params', '{}'::jsonb, 'key', 'selfreport|remind|' || r.id || '|2|' || m.person_id))
				FROM selfreport r JOIN account_membership m ON m.company_id = r.company_id AND m.ended_at IS NULL AND m.roles && '{safety,principal}'
				WHERE r.due_on = $1::date AND r.cycle = 'HZ-Q' AND r.period_from = $2::date AND r.state IN ('open','draft','signed','returned') AND NOT r.late), now())`,
			[]any{due.String(), p.From.String()},
		},
		{
			"quarter end: late flags",
			selfreport.FlagLate{On: due.AddDays(1)},
			[]string{"UPDATE selfreport SET late = false WHERE cycle = 'HZ-Q' AND period_from = $1::date"},
			"UPDATE selfreport SET late = true WHERE due_on < $1::date AND state IN ('open','draft','signed','returned') AND NOT late AND first_submitted_at IS NULL",
			[]any{due.AddDays(1).String()},
		},
	}
}

// chain does a job and all that follow from it, and returns how long they took and how many there were.
func (b *bench) chain(ctx context.Context, first interface{ Kind() string }) (took time.Duration, n int, err error) {
	payload, err := json.Marshal(first)
	if err != nil {
		return 0, 0, err
	}
	worker, run := b.house.worker(), unlike.Add(1)
	for ; ; n++ {
		began := time.Now()
		if err := worker.Do(ctx, fmt.Sprintf("bench-report:%d:%d", run, n), first.Kind(), payload); err != nil {
			return took, n, err
		}
		took += time.Since(began)
		err := b.owner.QueryRow(ctx, "DELETE FROM job_outbox WHERE kind = $1 AND done_at IS NULL RETURNING payload", first.Kind()).Scan(&payload)
		if errors.Is(err, pgx.ErrNoRows) {
			return took, n + 1, nil
		}
		if err != nil {
			return took, n, err
		}
	}
}
