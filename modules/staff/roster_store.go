package staff

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strings"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// inserts is how many rows one statement of a list inserts.
const inserts = 500

func insertAll[T any](ctx context.Context, tx db.Tx, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(&rows, inserts).Error
}

func insertUnits(ctx context.Context, tx db.Tx, units []Unit) error { return insertAll(ctx, tx, units) }

func insertPosts(ctx context.Context, tx db.Tx, posts []Post) error { return insertAll(ctx, tx, posts) }

func insertPeople(ctx context.Context, tx db.Tx, all []Person) error { return insertAll(ctx, tx, all) }

// allPosts returns the posts that a company has now.
func allPosts(ctx context.Context, tx db.Tx, company rbac.CompanyID) (posts []Post, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND closed_on IS NULL", int64(company)).Order("unit_id, id").Find(&posts).Error
	return posts, err
}

// peopleMet returns those of a company's people whom entries may be about, in two queries, and
// locks them if they are to be changed.
func peopleMet(ctx context.Context, tx db.Tx, company rbac.CompanyID, entries []entry, lock bool) (people, error) {
	ids, nos, indexes, names := db.Ints{}, db.Texts{}, db.Texts{}, db.Texts{}
	for _, e := range entries {
		if e.who != 0 {
			ids = append(ids, int64(e.who))
		}
		if e.EmployeeNo != "" {
			nos = append(nos, strings.ToUpper(e.EmployeeNo))
		}
		if len(e.IdentityIndex) > 0 {
			indexes = append(indexes, hex.EncodeToString(e.IdentityIndex))
		}
		if e.Name != "" {
			names = append(names, e.Name)
		}
	}
	ps := people{
		byID: map[id.Of[id.Staff]]Person{}, byNo: map[string]Person{}, byIndex: map[string]Person{}, byName: map[string][]Person{},
		running: map[id.Of[id.Staff]][]Assignment{},
	}
	q := `SELECT * FROM staff_person WHERE company_id = ? AND (id = ANY(?::bigint[]) OR upper(employee_no) = ANY(?::text[])
		OR encode(identity_index, 'hex') = ANY(?::text[]) OR name = ANY(?::text[])) ORDER BY id`
	if lock {
		q += " FOR UPDATE"
	}
	var found []Person
	if err := tx.WithContext(ctx).Raw(q, int64(company), ids, nos, indexes, names).Scan(&found).Error; err != nil {
		return ps, err
	}
	ps.keep(found, tx)
	mine := make(db.Ints, len(found))
	for i, p := range found {
		mine[i] = int64(p.ID)
	}
	var running []Assignment
	err := tx.WithContext(ctx).Where("company_id = ? AND until_on IS NULL AND staff_id = ANY(?::bigint[])", int64(company), mine).Order("id").Find(&running).Error
	for _, a := range running {
		ps.running[a.StaffID] = append(ps.running[a.StaffID], a)
	}
	return ps, err
}

func (ps people) keep(found []Person, tx db.Tx) {
	for _, p := range found {
		ps.byID[p.ID] = p
		if p.EmployeeNo != "" {
			ps.byNo[strings.ToUpper(p.EmployeeNo)] = p
		}
		if len(p.IdentityIndex) > 0 {
			ps.byIndex[string(p.IdentityIndex)] = p
		}
		if p.activeOn(today(tx)) {
			ps.byName[p.Name] = append(ps.byName[p.Name], p)
		}
	}
}

// retypePosts saves the types of posts.
func retypePosts(ctx context.Context, tx db.Tx, posts []Post) error {
	if len(posts) == 0 {
		return nil
	}
	type stored struct {
		ID    int64    `json:"id"`
		Types []string `json:"types"`
	}
	all := make([]stored, len(posts))
	for i, p := range posts {
		all[i] = stored{int64(p.ID), p.Types}
	}
	return execJSON(ctx, tx, `UPDATE staff_post o SET types = x.types, since_on = ? FROM jsonb_to_recordset(?::jsonb) AS x (id bigint, types text[])
		WHERE o.company_id = ? AND o.id = x.id`, all, posts[0].SinceOn.String(), int64(posts[0].CompanyID))
}

// updatePeople saves what a list may change of people.
func updatePeople(ctx context.Context, tx db.Tx, all []Person) error {
	if len(all) == 0 {
		return nil
	}
	type stored struct {
		ID         int64  `json:"id"`
		Name       string `json:"name"`
		EmployeeNo string `json:"employee_no"`
		Phone      string `json:"phone"`
		Sealed     string `json:"sealed"`
		Index      string `json:"index"`
		UnitID     int64  `json:"unit_id"`
		JoinedOn   string `json:"joined_on"`
	}
	rows := make([]stored, len(all))
	for i, p := range all {
		joined, _ := p.JoinedOn.MarshalText() // never fails
		rows[i] = stored{
			int64(p.ID), p.Name, p.EmployeeNo, p.Phone, hex.EncodeToString(p.IdentitySealed), hex.EncodeToString(p.IdentityIndex), int64(deref(p.UnitID)), string(joined),
		}
	}
	q := `UPDATE staff_person p SET name = x.name, employee_no = x.employee_no, phone = x.phone, identity_sealed = decode(x.sealed, 'hex'),
			identity_index = decode(x."index", 'hex'), unit_id = nullif(x.unit_id, 0), joined_on = nullif(x.joined_on, '')::date
		FROM jsonb_to_recordset(?::jsonb) AS x (id bigint, name text, employee_no text, phone text, sealed text, "index" text, unit_id bigint, joined_on text)
		WHERE p.company_id = ? AND p.id = x.id`
	return execJSON(ctx, tx, q, rows, int64(all[0].CompanyID))
}

// execJSON runs q with a document of rows; more holds its other parameters, those before the
// document being dates.
func execJSON(ctx context.Context, tx db.Tx, q string, rows any, more ...any) error {
	b, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	last := len(more) - 1
	args := append(append(append([]any{}, more[:last]...), string(b)), more[last])
	return personFault(tx.WithContext(ctx).Exec(q, args...).Error)
}

// seatPeople ends, changes and begins assignments, in this order, in three statements.
func seatPeople(ctx context.Context, tx db.Tx, ends, turns, begins []Assignment) error {
	g := tx.WithContext(ctx)
	if len(ends) > 0 {
		ids, days := make(db.Ints, len(ends)), make(db.Texts, len(ends))
		for i, a := range ends {
			ids[i], days[i] = int64(a.ID), a.UntilOn.String()
		}
		if err := g.Exec(`UPDATE staff_assignment a SET until_on = x.until_on FROM unnest( ?::bigint[], ?::date[]) AS x(id, until_on)
			WHERE a.company_id = ? AND a.id = x.id`, ids, days, int64(ends[0].CompanyID)).Error; err != nil {
			return err
		}
	}
	if err := turnSeats(g, turns); err != nil {
		return err
	}
	return insertAll(ctx, tx, begins)
}

func turnSeats(g *gorm.DB, turns []Assignment) error {
	if len(turns) == 0 {
		return nil
	}
	ids, posts, units := make(db.Ints, len(turns)), make(db.Ints, len(turns)), make(db.Ints, len(turns))
	for i, a := range turns {
		ids[i], posts[i], units[i] = int64(a.ID), int64(a.PostID), int64(deref(a.UnitID))
	}
	return g.Exec(`UPDATE staff_assignment a SET post_id = x.post_id, unit_id = nullif(x.unit_id, 0), main = true
		FROM unnest( ?::bigint[], ?::bigint[], ?::bigint[]) AS x(id, post_id, unit_id) WHERE a.company_id = ? AND a.id = x.id`,
		ids, posts, units, int64(turns[0].CompanyID)).Error
}

// filesOf returns what an export needs of the people of a page.
func filesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, rows []Listed) (map[id.Of[id.Staff]]filed, error) {
	ids := make(db.Ints, len(rows))
	for i, r := range rows {
		ids[i] = int64(r.ID)
	}
	var found []filed
	err := tx.WithContext(ctx).Raw(`SELECT p.id, p.company_id, p.identity_sealed, coalesce(o.types, '{}') AS types, coalesce(u.head_id = p.id, false) AS head
		FROM staff_person p
		LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		LEFT JOIN staff_assignment a ON a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.until_on IS NULL
		LEFT JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
		WHERE p.company_id = ? AND p.id = ANY(?)`, int64(company), ids).Scan(&found).Error
	by := make(map[id.Of[id.Staff]]filed, len(found))
	for _, f := range found {
		by[f.ID] = f
	}
	return by, err
}
