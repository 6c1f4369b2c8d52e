package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/day"
	"anbiao/modules/inspection"
)

// benchPosts is how many posts of a firm look at their point once a day in a year that is planned.
const benchPosts = 40

// benchFirms is how many firms a round plans; the figure is of one task and does not follow it.
const benchFirms = 10

// plans measures the planning of a year against COPY of the same rows by pgx into the same table, with
// its keys and references: the fastest that pgx has.
func (b *bench) plans(ctx context.Context) error {
	var mine, limits []time.Duration
	var ratios []float64
	n := 0
	for range 3 {
		made, err := b.planFirms(ctx)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := b.planYear(ctx); err != nil {
			return err
		}
		x := time.Since(began)
		var y time.Duration
		if n, y, err = b.copyTasks(ctx, made); err != nil {
			return err
		}
		mine, limits, ratios = append(mine, x/time.Duration(n)), append(limits, y/time.Duration(n)), append(ratios, float64(x)/float64(y))
	}
	perSecond := int(time.Second / median(mine))
	b.add(benchRow{
		Work: fmt.Sprintf("year of tasks planned, %d a second", perSecond), Ours: median(mine), Bare: median(limits), Ratio: median(ratios), Rows: fmt.Sprintf("%d firms × %d posts: %d inspection_task", benchFirms, benchPosts, n),
	})
	return nil
}

// planFirms makes daily plans of firms that have a point and somebody of their own, and returns the
// first of their ids.
func (b *bench) planFirms(ctx context.Context) (first int64, err error) {
	q := `WITH firm AS (SELECT company_id, region_path, oversight_line FROM company ORDER BY company_id DESC LIMIT $1),
		spot AS (INSERT INTO checklist_point (company_id, region_path, oversight_line, public_id, number, name, place, modules, items, created_at, updated_at)
			SELECT company_id, region_path, oversight_line, gen_random_uuid(), 900000 + (random() * 99999999)::int, '测速点', '', '{MCH}', '{}', now(), now() FROM firm RETURNING company_id, id),
		who AS (INSERT INTO staff_person (company_id, region_path, oversight_line, name) SELECT company_id, region_path, oversight_line, '测速' FROM firm RETURNING company_id, id),
		made AS (INSERT INTO inspection_plan (company_id, region_path, oversight_line, point_id, items, assignee_id, assignee_name, frequency, starts_on, created_at)
			SELECT f.company_id, f.region_path, f.oversight_line, s.id, '{}', w.id, '测速', 'daily', current_date, now() FROM firm f JOIN spot s USING (company_id) JOIN who w USING (company_id), generate_series(1, $2) RETURNING id)
		SELECT min(id) FROM made`
	return first, b.owner.QueryRow(ctx, q, benchFirms, benchPosts).Scan(&first)
}

// planYear runs the planner's chain of jobs to its end, as the job runner does.
func (b *bench) planYear(ctx context.Context) error {
	task := inspection.MakeTasks{On: day.In(time.Now(), day.Shanghai)}
	run := fmt.Sprint(unlike.Add(1))
	for turn := 0; ; turn++ {
		payload, err := json.Marshal(task)
		if err != nil {
			return err
		}
		if err := b.house.worker().Do(ctx, fmt.Sprintf("bench-plan:%s:%d", run, turn), task.Kind(), payload); err != nil {
			return err
		}
		var next []byte
		err = b.owner.QueryRow(ctx, `DELETE FROM job_outbox WHERE kind = $1 AND done_at IS NULL RETURNING payload`, task.Kind()).Scan(&next)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		task = inspection.MakeTasks{}
		if err := json.Unmarshal(next, &task); err != nil {
			return err
		}
	}
}

// copyTasks copies the tasks that plans from first on have got once more, for as many plans like them,
// and ends all of these plans, so that the next round has its own only.
func (b *bench) copyTasks(ctx context.Context, first int64) (n int, took time.Duration, err error) {
	columns := []string{
		"company_id", "region_path", "oversight_line", "plan_id", "kind", "title", "point_id", "route", "items", "assignee_id", "assignee_name", "unit_id", "opens_on", "due_on", "period_on",
		"shift_name", "by_exception", "sign", "state", "created_at",
	}
	rows, err := b.owner.Query(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM inspection_task WHERE plan_id BETWEEN $1 AND $2 ORDER BY id", first, first+benchFirms*benchPosts-1)
	if err != nil {
		return 0, 0, err
	}
	values, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) ([]any, error) { return r.Values() })
	if err != nil {
		return 0, 0, err
	}
	like := `INSERT INTO inspection_plan (company_id, region_path, oversight_line, point_id, items, assignee_id, assignee_name, frequency, starts_on, ends_on, created_at)
		SELECT company_id, region_path, oversight_line, point_id, items, assignee_id, assignee_name, frequency, starts_on, starts_on - 1, created_at FROM inspection_plan WHERE id >= $1 ORDER BY id RETURNING id`
	twins, err := b.owner.Query(ctx, like, first)
	if err != nil {
		return 0, 0, err
	}
	ids, err := pgx.CollectRows(twins, pgx.RowTo[int64])
	if err != nil {
		return 0, 0, err
	}
	for _, v := range values {
		was, _ := v[3].(int64)
		v[3] = ids[was-first]
	}
	began := time.Now()
	if _, err := b.owner.CopyFrom(ctx, pgx.Identifier{"inspection_task"}, columns, pgx.CopyFromRows(values)); err != nil {
		return 0, 0, err
	}
	took = time.Since(began)
	_, err = b.owner.Exec(ctx, "UPDATE inspection_plan SET ends_on = starts_on - 1 WHERE id >= $1", first)
	return len(values), took, err
}
