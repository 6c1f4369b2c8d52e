package due

import (
	"context"
	"encoding/json"

	"anbiao/kit/day"
	"anbiao/kit/db"
	kit "anbiao/kit/due"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Item) TableName() string { return "due_item" }

// TableName names the table.
func (Digest) TableName() string { return "due_digest" }

// putItems opens items of any companies or brings them up to date, by one statement. Where the
// day or the reminders moved, the steps begin again; otherwise what was said is not said again.
func putItems(ctx context.Context, tx db.Tx, items []Placed) error {
	if len(items) == 0 {
		return nil
	}
	type row struct {
		Company int64    `json:"company_id"`
		Region  string   `json:"region_path"`
		Line    int16    `json:"oversight_line"`
		Kind    string   `json:"kind"`
		Ref     int64    `json:"ref"`
		Title   string   `json:"title"`
		DueOn   day.Date `json:"due_on"`
		Owner   int64    `json:"owner_id"`
		Unit    int64    `json:"unit_id"`
		Before  []int    `json:"before_days"`
		Path    string   `json:"path"`
		Remind  day.Date `json:"remind_on"`
	}
	list, ladders := make([]row, len(items)), EditionOn(today(tx.Now))
	for n, p := range items {
		i := p.Item
		ladder := ladders.ladderOf(i.Kind)
		ahead := ladder.ahead(i)
		list[n] = row{int64(p.Home.CompanyID), p.Home.RegionPath, p.Home.Line, i.Kind, i.Ref, i.Title, i.On, int64(i.OwnerID), int64(i.UnitID), ahead, i.Path, ladder.first(i.On, ahead)}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO due_item AS d (company_id, region_path, oversight_line, kind, ref, title, due_on, owner_id, unit_id, before_days, path, remind_on, created_at)
		SELECT r.company_id, r.region_path, r.oversight_line, r.kind, r.ref, r.title, r.due_on, nullif(r.owner_id, 0), nullif(r.unit_id, 0), r.before_days, r.path, r.remind_on, ?
		FROM jsonb_to_recordset(?::jsonb) AS r(company_id bigint, region_path text, oversight_line smallint, kind text, ref bigint, title text, due_on date, owner_id bigint, unit_id bigint, before_days int[], path text, remind_on date)
		ORDER BY r.company_id, r.kind, r.ref
		ON CONFLICT ON CONSTRAINT due_item_company_id_kind_ref_key DO UPDATE SET title = excluded.title, due_on = excluded.due_on, owner_id = excluded.owner_id, unit_id = excluded.unit_id,
			before_days = excluded.before_days, path = excluded.path, closed_at = NULL,
			step = CASE WHEN (d.due_on, d.before_days) = (excluded.due_on, excluded.before_days) THEN d.step END,
			remind_on = CASE WHEN (d.due_on, d.before_days) = (excluded.due_on, excluded.before_days) THEN coalesce(d.remind_on, excluded.remind_on) ELSE excluded.remind_on END`,
		tx.Now, string(b)).Error
}

// closeItems ends the items of kinds and rows, by one statement.
func closeItems(ctx context.Context, tx db.Tx, company rbac.CompanyID, items []kit.Item) error {
	if len(items) == 0 {
		return nil
	}
	kinds, refs := make(db.Texts, len(items)), make(db.Ints, len(items))
	for n, i := range items {
		kinds[n], refs[n] = i.Kind, i.Ref
	}
	return tx.WithContext(ctx).Exec(`UPDATE due_item d SET closed_at = ?, remind_on = NULL FROM unnest( ?::text[], ?::bigint[]) AS r(kind, ref)
		WHERE d.company_id = ? AND d.kind = r.kind AND d.ref = r.ref AND d.closed_at IS NULL`, tx.Now, kinds, refs, int64(company)).Error
}

// settleItems is closeItems for items of many companies.
func settleItems(ctx context.Context, tx db.Tx, items []Placed) error {
	if len(items) == 0 {
		return nil
	}
	companies, kinds, refs := make(db.Ints, len(items)), make(db.Texts, len(items)), make(db.Ints, len(items))
	for n, i := range items {
		companies[n], kinds[n], refs[n] = int64(i.Home.CompanyID), i.Item.Kind, i.Item.Ref
	}
	return tx.WithContext(ctx).Exec(`UPDATE due_item d SET closed_at = ?, remind_on = NULL FROM unnest( ?::bigint[], ?::text[], ?::bigint[]) AS r(company, kind, ref)
		WHERE d.company_id = r.company AND d.kind = r.kind AND d.ref = r.ref AND d.closed_at IS NULL`, tx.Now, companies, kinds, refs).Error
}

// Listed is an item as lists show it.
type Listed struct {
	Item
	OwnerName string
	UnitName  string
}

// seen is the condition that alias d is an item the actor may see: the company's, his
// unit's, or for a worker what he sees to himself.
func seen(scope rbac.Scope) (string, []any) {
	within, bounds := scope.Where("d")
	if a := scope.Actor(); a.Kind == rbac.Company && !scope.Can(ActionTeam) {
		return within + " AND d.owner_id = ?", append(bounds, int64(a.StaffID))
	}
	part, mine := scope.Reach("d", "owner_id")
	return within + " AND " + part, append(bounds, mine...)
}

// listed returns at most f.Limit+1 items, soonest due first, from k on.
func listed(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, now day.Date) (rows []Listed, err error) {
	cond, args := seen(scope)
	and := func(more string, values ...any) { cond, args = cond+" AND "+more, append(args, values...) }
	switch f.State {
	case "closed":
		and("d.closed_at IS NOT NULL")
	case "overdue":
		and("d.closed_at IS NULL AND d.due_on < ?", now.String())
	case "soon":
		and("d.closed_at IS NULL AND d.due_on <= ?", now.AddDays(30).String())
	default:
		and("d.closed_at IS NULL")
	}
	if f.Kind != "" {
		and("d.kind = ?", f.Kind)
	}
	if f.UnitID != 0 {
		and(`d.unit_id IN (SELECT b.id FROM staff_unit u JOIN staff_unit b ON b.company_id = u.company_id AND b.unit_path >= u.unit_path AND b.unit_path < u.unit_path || '~'
			WHERE u.company_id = d.company_id AND u.id = ?)`, int64(f.UnitID))
	}
	compare, order := ">", "d.due_on, d.id"
	if k.Back {
		compare, order = "<", "d.due_on DESC, d.id DESC"
	}
	if !k.First() {
		and("(d.due_on, d.id) "+compare+" (?::date, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	err = tx.WithContext(ctx).Raw(`SELECT d.*, coalesce(p.name, '') AS owner_name, coalesce(u.name, '') AS unit_name FROM due_item d
		LEFT JOIN staff_person p ON p.company_id = d.company_id AND p.id = d.owner_id
		LEFT JOIN staff_unit u ON u.company_id = d.company_id AND u.id = d.unit_id
		WHERE `+cond+" ORDER BY "+order+" LIMIT ?", append(args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// keyOf is the place of an item in the list.
func keyOf(l Listed) []string { return []string{l.DueOn.String(), l.ID.String()} }

// summed counts the open items of one company.
func summed(ctx context.Context, tx db.Tx, scope rbac.Scope, now day.Date) (sum Summary, err error) {
	cond, args := seen(scope)
	days := []any{now.String(), now.String(), now.AddDays(7).String(), now.String(), now.AddDays(30).String()}
	err = tx.WithContext(ctx).Raw(`SELECT count(*) FILTER (WHERE d.due_on < ?) AS overdue, count(*) FILTER (WHERE d.due_on BETWEEN ? AND ?) AS week,
		count(*) FILTER (WHERE d.due_on BETWEEN ? AND ?) AS month, coalesce(array_agg(DISTINCT d.kind ORDER BY d.kind), '{}') AS kinds
		FROM due_item d WHERE d.closed_at IS NULL AND `+cond, append(days, args...)...).Scan(&sum).Error
	return sum, err
}

// claim takes companies that have something to be reminded of and were not told today,
// among those of the n items that wait longest; found is false when nothing waits. What
// came up after a company was told waits for tomorrow. Two runners never claim one company.
func claim(ctx context.Context, tx db.Tx, now day.Date, n int) (firms db.Ints, found bool, err error) {
	g, on := tx.WithContext(ctx), now.String()
	var waiting []int64
	err = g.Raw("SELECT DISTINCT company_id FROM (SELECT company_id FROM due_item WHERE remind_on <= ? ORDER BY remind_on, company_id, id LIMIT ?) d ORDER BY 1", on, n).Scan(&waiting).Error
	if err != nil || len(waiting) == 0 {
		return nil, false, err
	}
	err = g.Raw(`INSERT INTO due_digest AS g (company_id, told_on) SELECT c, ? FROM unnest( ?::bigint[]) c ORDER BY c
		ON CONFLICT ON CONSTRAINT due_digest_pkey DO UPDATE SET told_on = excluded.told_on WHERE g.told_on < excluded.told_on RETURNING company_id`,
		on, db.Ints(waiting)).Scan((*[]int64)(&firms)).Error
	if err != nil {
		return nil, false, err
	}
	err = g.Exec("UPDATE due_item SET remind_on = ? WHERE remind_on <= ? AND company_id = ANY(?) AND company_id <> ALL(?)", now.AddDays(1).String(), on, db.Ints(waiting), firms).Error
	return firms, true, err
}

// waitingOf locks and returns the items of companies whose reminder has come.
func waitingOf(ctx context.Context, tx db.Tx, firms db.Ints, now day.Date) (rows []Item, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM due_item WHERE company_id = ANY(?) AND remind_on <= ? ORDER BY company_id, due_on, id FOR UPDATE", firms, now.String()).Scan(&rows).Error
	return rows, err
}

// saveSteps saves how far each item was reminded of, in one statement.
func saveSteps(ctx context.Context, tx db.Tx, list []Item) error {
	firms, ids, steps, on := make(db.Ints, len(list)), make(db.Ints, len(list)), make(db.Ints, len(list)), make(db.Texts, len(list))
	for n, i := range list {
		firms[n], ids[n], on[n] = int64(i.CompanyID), int64(i.ID), i.RemindOn.String()
		if i.Step != nil {
			steps[n] = int64(*i.Step)
		}
	}
	return tx.WithContext(ctx).Exec(`UPDATE due_item d SET step = r.s, remind_on = r.o FROM unnest( ?::bigint[], ?::bigint[], ?::int[], ?::text[]::date[]) AS r(c, i, s, o)
		WHERE d.company_id = r.c AND d.id = r.i`, firms, ids, steps, on).Error
}
