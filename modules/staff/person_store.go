package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Person) TableName() string { return "staff_person" }

// TableName names the table.
func (Assignment) TableName() string { return "staff_assignment" }

// insertPerson adds p. Errors: ErrEmployeeNo, ErrIdentityTaken, ErrUnitUnknown.
func insertPerson(ctx context.Context, tx db.Tx, p *Person) error {
	return personFault(tx.WithContext(ctx).Create(p).Error)
}

// updatePerson saves all of p. Errors: as insertPerson.
func updatePerson(ctx context.Context, tx db.Tx, p *Person) error {
	return personFault(tx.WithContext(ctx).Model(p).Where("company_id = ?", int64(p.CompanyID)).
		Select("name", "employee_no", "phone", "identity_sealed", "identity_index", "person_id", "unit_id", "joined_on", "left_on").Updates(p).Error)
}

func personFault(err error) error {
	switch {
	case db.Violates(err, "staff_person_company_id_employee_no_key"):
		return ErrEmployeeNo.At("body.employeeNo").Because(err)
	case db.Violates(err, "staff_person_company_id_identity_index_key"):
		return ErrIdentityTaken.At("body.identity").Because(err)
	case db.Violates(err, "staff_person_company_id_unit_id_fkey"):
		return ErrUnitUnknown.At("body.unitId").Because(err)
	}
	return err
}

// personByID locks and returns a person whom the actor reaches. Errors: rbac.ErrNotFound.
func personByID(ctx context.Context, tx db.Tx, scope rbac.Scope, who id.Of[id.Staff]) (Person, error) {
	reach, args := scope.Reach("staff_person")
	return one[Person](tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ?", int64(who)).Where(reach, args...))
}

// seePerson returns a person the actor may see. Errors: rbac.ErrNotFound.
func seePerson(ctx context.Context, tx db.Tx, scope rbac.Scope, who id.Of[id.Staff]) (Person, error) {
	reach, args := scope.Reach("staff_person")
	return one[Person](tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", int64(who)).Where(reach, args...))
}

// Listed is a row of the list of people.
type Listed struct {
	ID         id.Of[id.Staff]
	Name       string
	EmployeeNo string
	Phone      string
	HasLogin   bool
	UnitID     *id.Of[id.Unit]
	UnitName   *string
	PostName   *string
	JoinedOn   day.Date
	LeftOn     day.Date
}

// now is where the list of people comes from: each where he is, on his main post.
const now = `p.unit_id, u.name AS unit_name, o.name AS post_name FROM staff_person p
	LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
	LEFT JOIN staff_assignment a ON a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.until_on IS NULL
	LEFT JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id`

// then is the same for a day of the past: who held a main post, where that was then.
const then = `w.unit_id, coalesce(g.name, u.name) AS unit_name, coalesce(h.name, o.name) AS post_name FROM staff_person p
	JOIN staff_assignment a ON a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?)
	JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
	LEFT JOIN staff_post_past h ON h.company_id = a.company_id AND h.post_id = a.post_id AND (h.from_on IS NULL OR h.from_on <= ?) AND h.until_on >= ?
	CROSS JOIN LATERAL (SELECT coalesce(a.unit_id, h.unit_id, o.unit_id) AS unit_id) w
	JOIN staff_unit u ON u.company_id = p.company_id AND u.id = w.unit_id
	LEFT JOIN staff_unit_past g ON g.company_id = p.company_id AND g.unit_id = w.unit_id AND (g.from_on IS NULL OR g.from_on <= ?) AND g.until_on >= ?`

// peopleBy returns at most f.Limit+1 people in scope, from k on. Of a day of the past, within
// are the units that lay at or below the asked one then.
func peopleBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date, within db.Ints) (rows []Listed, err error) {
	sort := map[string]string{"name": "p.name", "employeeNo": "p.employee_no"}[f.Sort]
	past := !f.On.IsZero() && f.On.Before(today)
	from, w := now, &page.Where{}
	if past {
		from = then
		for range 6 {
			w.Args = append(w.Args, f.On.String())
		}
	}
	w.Within(scope.Where("p"))
	w.Within(scope.Reach("p"))
	switch {
	case past && f.UnitID != 0:
		w.And("w.unit_id = ANY(?)", within)
	case past:
	default:
		present(w, f, today)
	}
	if f.Name != "" { // one company's people are few: no index is wanted
		w.And("(strpos(p.name, ?) > 0 OR p.employee_no = ?)", f.Name, f.Name)
	}
	compare, order := ">", "ASC"
	if k.Back {
		compare, order = "<", "DESC"
	}
	if !k.First() {
		w.And("("+sort+", p.id) "+compare+" (?, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	q := "SELECT p.id, p.name, p.employee_no, p.phone, p.person_id IS NOT NULL AS has_login, p.joined_on, p.left_on, " + from +
		" WHERE " + w.SQL() + " ORDER BY " + sort + " " + order + ", p.id " + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// present adds the conditions on people as they are now.
func present(w *page.Where, f Filter, today day.Date) {
	switch f.Active {
	case "active":
		w.And("(p.left_on IS NULL OR p.left_on >= ?)", today.String())
	case "left":
		w.And("p.left_on < ?", today.String())
	}
	if f.UnitID != 0 {
		w.And(rbac.Below("p"), int64(f.UnitID))
	}
}

// Held is an assignment with the names a reader wants.
type Held struct {
	ID       id.Of[Assignment]
	PostID   id.Of[id.Post]
	PostName string
	UnitName string
	Main     bool
	FromOn   day.Date
	UntilOn  day.Date
}

// assignmentsOf returns what posts p holds and held, newest first.
func assignmentsOf(ctx context.Context, tx db.Tx, p Person) (rows []Held, err error) {
	q := `SELECT a.id, a.post_id, o.name AS post_name, u.name AS unit_name, a.main, a.from_on, a.until_on
		FROM staff_assignment a
		JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
		JOIN staff_unit u ON u.company_id = o.company_id AND u.id = coalesce(a.unit_id, o.unit_id)
		WHERE a.company_id = ? AND a.staff_id = ? ORDER BY a.from_on DESC, a.id DESC LIMIT 200`
	return rows, tx.WithContext(ctx).Raw(q, int64(p.CompanyID), int64(p.ID)).Scan(&rows).Error
}

// runningOf locks and returns the posts p holds now.
func runningOf(ctx context.Context, tx db.Tx, p Person) (rows []Assignment, err error) {
	return rows, tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND staff_id = ? AND until_on IS NULL", int64(p.CompanyID), int64(p.ID)).
		Order("id").Find(&rows).Error
}

// insertAssignment adds a. Errors: ErrAssigned.
func insertAssignment(ctx context.Context, tx db.Tx, a *Assignment) error {
	err := tx.WithContext(ctx).Create(a).Error
	if db.Violates(err, "staff_assignment_company_id_staff_id_post_id_key") {
		return ErrAssigned.At("body.postId").Because(err)
	}
	return err
}

// endAssignment saves the last day of a.
func endAssignment(ctx context.Context, tx db.Tx, a *Assignment) error {
	return tx.WithContext(ctx).Model(a).Where("company_id = ?", int64(a.CompanyID)).Select("until_on").Updates(a).Error
}

// linkLogin sets the login of a person. Errors: rbac.ErrNotFound.
func linkLogin(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], login id.Of[id.Person]) error {
	r := tx.WithContext(ctx).Exec("UPDATE staff_person SET person_id = ? WHERE company_id = ? AND id = ?", int64(login), int64(company), int64(who))
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// contactsOf returns whom keys name, of any number of companies, in one query.
func contactsOf(ctx context.Context, tx db.Tx, keys []Key) (map[Key]Contact, error) {
	companies, ids := make(db.Ints, len(keys)), make(db.Ints, len(keys))
	for i, k := range keys {
		companies[i], ids[i] = int64(k.CompanyID), int64(k.StaffID)
	}
	var rows []struct {
		Key
		Contact
	}
	err := tx.WithContext(ctx).Raw(`SELECT p.company_id, p.id AS staff_id, p.name, p.phone, p.employee_no, coalesce(p.person_id, 0) AS person_id, p.left_on,
			coalesce(u.name, '') AS unit, coalesce(u.id, 0) AS unit_id
		FROM unnest(?::bigint[], ?::bigint[]) AS k(company_id, id) JOIN staff_person p ON p.company_id = k.company_id AND p.id = k.id
		LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id`,
		companies, ids).Scan(&rows).Error
	found := make(map[Key]Contact, len(rows))
	for _, r := range rows {
		found[r.Key] = r.Contact
	}
	return found, err
}
