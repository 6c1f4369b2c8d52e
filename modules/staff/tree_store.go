package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// TableName names the table.
func (UnitPast) TableName() string { return "staff_unit_past" }

// TableName names the table.
func (PostPast) TableName() string { return "staff_post_past" }

// TreeOn returns how a company was organised on a day: units as they hung and were led, posts
// that existed, who held them. Three queries, whatever the size. Who may not see the staff (a
// regulator) gets no holders.
func TreeOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error) {
	t := org.Tree{On: on}
	branches, err := unitsOn(ctx, tx, company, on)
	if err != nil {
		return t, err
	}
	t.Units = grow(branches)
	if t.Posts, err = postsOn(ctx, tx, company, on); err != nil {
		return t, err
	}
	t.Holders, err = holdersOn(ctx, tx, company, on, t.Posts)
	return t, err
}

func unitsOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) ([]branch, error) {
	var rows []branch
	q := `SELECT id, coalesce(parent_id, 0) AS parent_id, kind, name, number, coalesce(head_id, 0) AS head_id FROM staff_unit
		WHERE company_id = @company AND (since_on IS NULL OR since_on <= @day) AND (closed_on IS NULL OR closed_on > @day)
		UNION ALL
		SELECT u.id, coalesce(p.parent_id, 0), p.kind, p.name, u.number, coalesce(p.head_id, 0) FROM staff_unit_past p
		JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		WHERE p.company_id = @company AND (p.from_on IS NULL OR p.from_on <= @day) AND p.until_on >= @day`
	err := named(ctx, tx, q, company, on, &rows)
	return rows, err
}

func postsOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) ([]org.Post, error) {
	var rows []struct {
		ID     id.Of[id.Post]
		UnitID id.Of[id.Unit]
		Name   string
		Types  db.Texts
	}
	q := `SELECT id, unit_id, name, types FROM staff_post
		WHERE company_id = @company AND (since_on IS NULL OR since_on <= @day) AND (closed_on IS NULL OR closed_on > @day)
		UNION ALL
		SELECT post_id, unit_id, name, types FROM staff_post_past
		WHERE company_id = @company AND (from_on IS NULL OR from_on <= @day) AND until_on >= @day
		ORDER BY unit_id, id`
	err := named(ctx, tx, q, company, on, &rows)
	posts := make([]org.Post, len(rows))
	for i, r := range rows {
		posts[i] = org.Post{ID: r.ID, UnitID: r.UnitID, Name: r.Name, Types: append([]string{}, r.Types...)}
	}
	return posts, err
}

func holdersOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date, posts []org.Post) ([]org.Holder, error) {
	var rows []org.Holder
	q := `SELECT a.staff_id, coalesce(p.person_id, 0) AS person_id, p.name, a.post_id, coalesce(a.unit_id, 0) AS unit_id, a.main, a.from_on
		FROM staff_assignment a JOIN staff_person p ON p.company_id = a.company_id AND p.id = a.staff_id
		WHERE a.company_id = @company AND a.from_on <= @day AND (a.until_on IS NULL OR a.until_on >= @day)
		ORDER BY a.post_id, a.main DESC, a.staff_id`
	if err := named(ctx, tx, q, company, on, &rows); err != nil {
		return nil, err
	}
	unit := map[id.Of[id.Post]]id.Of[id.Unit]{}
	for _, p := range posts {
		unit[p.ID] = p.UnitID
	}
	held := rows[:0]
	for _, h := range rows {
		at, there := unit[h.PostID]
		if !there {
			continue
		}
		if h.UnitID == 0 {
			h.UnitID = at
		}
		held = append(held, h)
	}
	return held, nil
}

// named runs a query that says @company and @day.
func named(ctx context.Context, tx db.Tx, q string, company rbac.CompanyID, on day.Date, into any) error {
	return tx.WithContext(ctx).Raw(q, map[string]any{"company": int64(company), "day": on.String()}).Scan(into).Error
}

// unitsAbove returns u and the units it hangs below.
func unitsAbove(ctx context.Context, tx db.Tx, u Unit) (units []Unit, err error) {
	paths := db.Texts{}
	for n := pathDigits; n <= len(u.UnitPath); n += pathDigits {
		paths = append(paths, u.UnitPath[:n])
	}
	return units, tx.WithContext(ctx).Where("company_id = ? AND unit_path = ANY(?)", int64(u.CompanyID), paths).Find(&units).Error
}

// levelsBelow returns how many levels u is high, itself included.
func levelsBelow(ctx context.Context, tx db.Tx, u Unit) (n int, err error) {
	q := `SELECT coalesce(max(length(unit_path)), 0) - ? FROM staff_unit WHERE company_id = ? AND unit_path >= ? AND unit_path < ? AND closed_on IS NULL`
	err = tx.WithContext(ctx).Raw(q, len(u.UnitPath), int64(u.CompanyID), u.UnitPath, u.UnitPath+"~").Scan(&n).Error
	return n/pathDigits + 1, err
}

// usage is what is in a unit.
type usage struct{ People, Posts, Units int }

// useOf counts who and what is in u on a day: people, posts that somebody holds, units below.
func useOf(ctx context.Context, tx db.Tx, u Unit, on day.Date) (n usage, err error) {
	q := `SELECT
		(SELECT count(*) FROM staff_person p WHERE p.company_id = @company AND p.unit_id = @unit AND (p.left_on IS NULL OR p.left_on >= @day)) AS people,
		(SELECT count(*) FROM staff_post o WHERE o.company_id = @company AND o.unit_id = @unit AND o.closed_on IS NULL
			AND EXISTS (SELECT FROM staff_assignment a WHERE a.company_id = o.company_id AND a.post_id = o.id AND a.until_on IS NULL)) AS posts,
		(SELECT count(*) FROM staff_unit c WHERE c.company_id = @company AND c.parent_id = @unit AND c.closed_on IS NULL) AS units`
	args := map[string]any{"company": int64(u.CompanyID), "unit": int64(u.ID), "day": on.String()}
	err = tx.WithContext(ctx).Raw(q, args).Scan(&n).Error
	return n, err
}

// heldNow counts who holds a post.
func heldNow(ctx context.Context, tx db.Tx, p Post) (n int, err error) {
	q := "SELECT count(*) FROM staff_assignment WHERE company_id = ? AND post_id = ? AND until_on IS NULL"
	err = tx.WithContext(ctx).Raw(q, int64(p.CompanyID), int64(p.ID)).Scan(&n).Error
	return n, err
}

// followPost moves the people whose main post p is, and who work in its own unit, with it.
func followPost(ctx context.Context, tx db.Tx, p Post) error {
	return tx.WithContext(ctx).Exec(`UPDATE staff_person s SET unit_id = ? FROM staff_assignment a
		WHERE a.company_id = ? AND a.post_id = ? AND a.main AND a.until_on IS NULL AND a.unit_id IS NULL AND s.company_id = a.company_id AND s.id = a.staff_id`,
		int64(p.UnitID), int64(p.CompanyID), int64(p.ID)).Error
}

// seatsOn counts the people of each unit, and of each post in each unit, on a day. Today's
// people are counted where they belong, with or without a post; those of the past by the main
// post that they held.
func seatsOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date, now bool) ([]seat, error) {
	held := `SELECT coalesce(a.unit_id, h.unit_id, o.unit_id) AS unit_id, a.post_id, a.main FROM staff_assignment a
		JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
		LEFT JOIN staff_post_past h ON h.company_id = a.company_id AND h.post_id = a.post_id AND (h.from_on IS NULL OR h.from_on <= @day) AND h.until_on >= @day
		WHERE a.company_id = @company AND a.from_on <= @day AND (a.until_on IS NULL OR a.until_on >= @day)`
	people := "SELECT unit_id, 0::bigint AS post_id, count(*) AS n FROM held WHERE main GROUP BY unit_id"
	if now {
		people = `SELECT unit_id, 0::bigint AS post_id, count(*) AS n FROM staff_person
			WHERE company_id = @company AND unit_id IS NOT NULL AND (left_on IS NULL OR left_on >= @day) GROUP BY unit_id`
	}
	var rows []seat
	err := named(ctx, tx, "WITH held AS ("+held+") SELECT unit_id, post_id, count(*) AS n FROM held GROUP BY unit_id, post_id UNION ALL "+people, company, on, &rows)
	return rows, err
}

// headNames returns the names of the units' heads.
func headNames(ctx context.Context, tx db.Tx, company rbac.CompanyID, units []org.Unit) (map[id.Of[id.Staff]]string, error) {
	ids := db.Ints{}
	for _, u := range units {
		if u.HeadID != 0 {
			ids = append(ids, int64(u.HeadID))
		}
	}
	var rows []struct {
		ID   id.Of[id.Staff]
		Name string
	}
	err := tx.WithContext(ctx).Raw("SELECT id, name FROM staff_person WHERE company_id = ? AND id = ANY(?)", int64(company), ids).Scan(&rows).Error
	names := map[id.Of[id.Staff]]string{}
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

// ledBy returns the units whose head p is.
func ledBy(ctx context.Context, tx db.Tx, p Person) (units []id.Of[id.Unit], err error) {
	q := "SELECT id FROM staff_unit WHERE company_id = ? AND head_id = ? AND closed_on IS NULL ORDER BY id"
	err = tx.WithContext(ctx).Raw(q, int64(p.CompanyID), int64(p.ID)).Scan(&units).Error
	return units, err
}

// headAbove returns who leads p's unit, or the nearest one above that somebody else leads.
func headAbove(ctx context.Context, tx db.Tx, p Person, on day.Date) (id.Of[id.Staff], string, error) {
	var found []struct {
		ID   id.Of[id.Staff]
		Name string
	}
	q := `SELECT s.id, s.name FROM staff_unit own JOIN staff_unit u ON u.company_id = own.company_id AND left(own.unit_path, length(u.unit_path)) = u.unit_path
		JOIN staff_person s ON s.company_id = u.company_id AND s.id = u.head_id
		WHERE own.company_id = ? AND own.id = ? AND s.id <> ? AND (s.left_on IS NULL OR s.left_on >= ?) ORDER BY length(u.unit_path) DESC LIMIT 1`
	err := tx.WithContext(ctx).Raw(q, int64(p.CompanyID), int64(deref(p.UnitID)), int64(p.ID), on.String()).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return 0, "", err
	}
	return found[0].ID, found[0].Name, nil
}
