package main

import (
	"context"
	"fmt"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/metric"
	"anbiao/rbac"
)

// atMost is how far waiting rows are counted: a scrape may not count a million of them.
const atMost = 10_000

// readFigures adds what is read at each scrape. Every query goes by an index over what is
// unfinished, or reads one row.
func (h *house) readFigures() {
	w := h.watcher
	w.figures.Read("pools", h.poolFigures,
		metric.Desc{Name: "anbiao_db_connections", Help: "Connections of each pool, by state (used, idle, most).", Labels: []string{"pool", "state"}},
		metric.Desc{Name: "anbiao_db_waits_total", Help: "Transactions that had to wait for a connection.", Labels: []string{"pool"}, Total: true},
		metric.Desc{Name: "anbiao_db_wait_seconds_total", Help: "How long they waited together.", Labels: []string{"pool"}, Total: true})
	w.figures.Read("broker", w.brokerFigures,
		metric.Desc{Name: "anbiao_queue_jobs", Help: "Jobs in the broker, by state.", Labels: []string{"state"}},
		metric.Desc{Name: "anbiao_queue_age_seconds", Help: "Age of the oldest job that waits in the broker."})
	w.figures.Read("database", h.backlogFigures,
		metric.Desc{Name: "anbiao_outbox_jobs", Help: fmt.Sprintf("Jobs of the outbox, by state; counted up to %d.", atMost), Labels: []string{"state"}},
		metric.Desc{Name: "anbiao_outbox_lag_seconds", Help: "How long the oldest due job has not been handed to the broker."},
		metric.Desc{Name: "anbiao_outbox_age_seconds", Help: "For how long the oldest unfinished job could have been done."},
		metric.Desc{Name: "anbiao_reminder_lag_seconds", Help: "How long ago the oldest reminder should have gone, by source (due: items of a day that is over; message: in the queue of a channel).", Labels: []string{"source"}},
		metric.Desc{Name: "anbiao_projection_waiting", Help: fmt.Sprintf("Events that a projection has not seen; counted up to %d.", atMost), Labels: []string{"projection"}},
		metric.Desc{Name: "anbiao_rollup_wrong_cells", Help: "Counts that the last nightly comparison found wrong, and repaired."},
		metric.Desc{Name: "anbiao_rollup_compared_seconds", Help: "How long ago the counts were compared with the list."},
		metric.Desc{Name: "anbiao_schedule_age_seconds", Help: "How long ago each schedule was last due and enqueued.", Labels: []string{"schedule"}})
	w.figures.Read("replica", w.replicaFigures,
		metric.Desc{Name: "anbiao_replica_lag_seconds", Help: "How far the replica is behind; -1: it does not answer. Missing without a replica."})
}

func (h *house) poolFigures(context.Context) (out []metric.Sample, _ error) {
	for kind, p := range h.gate.Pools() {
		s, k := p.Stats(), string(kind)
		out = append(out,
			metric.Sample{Value: float64(s.InUse), Labels: []string{k, "used"}},
			metric.Sample{Value: float64(s.Idle), Labels: []string{k, "idle"}},
			metric.Sample{Value: float64(s.MaxOpenConnections), Labels: []string{k, "most"}},
			metric.Sample{Desc: 1, Value: float64(s.WaitCount), Labels: []string{k}},
			metric.Sample{Desc: 2, Value: s.WaitDuration.Seconds(), Labels: []string{k}})
	}
	return out, nil
}

func (w *watcher) brokerFigures(ctx context.Context) (out []metric.Sample, err error) {
	d, err := w.depth(ctx)
	if err != nil {
		return nil, err
	}
	for state, n := range map[string]int{"pending": d.Pending, "active": d.Active, "scheduled": d.Scheduled, "retry": d.Retry, "archived": d.Archived} {
		out = append(out, metric.Sample{Value: float64(n), Labels: []string{state}})
	}
	return append(out, metric.Sample{Desc: 1, Value: d.Latency.Seconds()}), nil
}

func (w *watcher) replicaFigures(context.Context) ([]metric.Sample, error) {
	if w.lag == nil {
		return nil, nil
	}
	behind, ok := w.lag()
	if !ok {
		return []metric.Sample{{Value: -1}}, nil
	}
	return []metric.Sample{{Value: behind.Seconds()}}, nil
}

// backlog is one reading; times are nil where nothing waits.
type backlog struct {
	Due, Later, Dead     int64
	Unhanded, Unfinished *time.Time
	RemindOn, MessageAt  *time.Time
	Scores, Counts       int64
	Wrong                *int64
	ComparedAt           *time.Time
}

const backlogQuery = `WITH waiting AS (SELECT greatest(run_at, created_at) AS since, handed_at FROM job_outbox WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= @now ORDER BY run_at, id LIMIT @most)
	SELECT (SELECT count(*) FROM waiting) AS due, (SELECT min(since) FILTER (WHERE handed_at IS NULL) FROM waiting) AS unhanded, (SELECT min(since) FROM waiting) AS unfinished,
		(SELECT count(*) FROM (SELECT FROM job_outbox WHERE done_at IS NULL AND dead_at IS NULL AND run_at > @now LIMIT @most) x) AS later,
		(SELECT count(*) FROM (SELECT FROM job_outbox WHERE dead_at IS NOT NULL AND done_at IS NULL LIMIT @most) x) AS dead,
		(SELECT min(remind_on)::timestamp AT TIME ZONE 'Asia/Shanghai' FROM due_item WHERE remind_on IS NOT NULL AND remind_on < (CAST(@now AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date) AS remind_on,
		(SELECT min(created_at) FROM notice_delivery WHERE state = 'queued') AS message_at,
		(SELECT count(*) FROM (SELECT FROM livescore_wait LIMIT @most) x) AS scores, (SELECT count(*) FROM (SELECT FROM oversight_delta LIMIT @most) x) AS counts,
		p.wrong_cells AS wrong, p.at AS compared_at
	FROM (SELECT) one LEFT JOIN LATERAL (SELECT wrong_cells, at FROM oversight_proof ORDER BY at DESC LIMIT 1) p ON true`

func (h *house) backlogFigures(ctx context.Context) (out []metric.Sample, err error) {
	var b backlog
	var ran []struct {
		Name   string
		LastAt time.Time
	}
	var now time.Time
	err = h.gate.System(ctx, "figures", func(tx db.Tx, _ rbac.Scope) error {
		now = tx.Now
		if err := tx.WithContext(ctx).Raw(backlogQuery, map[string]any{"now": now, "most": atMost}).Scan(&b).Error; err != nil {
			return err
		}
		return tx.WithContext(ctx).Raw("SELECT name, last_at FROM job_schedule").Scan(&ran).Error
	})
	if err != nil {
		return nil, err
	}
	age := func(at *time.Time) float64 {
		if at == nil {
			return 0
		}
		return max(0, now.Sub(*at).Seconds())
	}
	if b.RemindOn != nil { // it should have gone that day: late since its end
		*b.RemindOn = b.RemindOn.AddDate(0, 0, 1)
	}
	out = []metric.Sample{
		{Value: float64(b.Due), Labels: []string{"due"}},
		{Value: float64(b.Later), Labels: []string{"later"}},
		{Value: float64(b.Dead), Labels: []string{"dead"}},
		{Desc: 1, Value: age(b.Unhanded)},
		{Desc: 2, Value: age(b.Unfinished)},
		{Desc: 3, Value: age(b.RemindOn), Labels: []string{"due"}},
		{Desc: 3, Value: age(b.MessageAt), Labels: []string{"message"}},
		{Desc: 4, Value: float64(b.Scores), Labels: []string{"livescore"}},
		{Desc: 4, Value: float64(b.Counts), Labels: []string{"oversight"}},
	}
	if b.Wrong != nil {
		out = append(out, metric.Sample{Desc: 5, Value: float64(*b.Wrong)}, metric.Sample{Desc: 6, Value: age(b.ComparedAt)})
	}
	for _, r := range ran {
		out = append(out, metric.Sample{Desc: 7, Value: age(&r.LastAt), Labels: []string{r.Name}})
	}
	return out, nil
}
