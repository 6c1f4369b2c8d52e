package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// gapsOf lists what a company's people need today, of some people or of all, in six statements.
func gapsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, people db.Ints, on day.Date) ([]Gap, error) {
	firms, err := firmsOn(ctx, tx, []rbac.CompanyID{company}, people, on, on)
	if err != nil {
		return nil, err
	}
	needs := firms[company].needs()
	out := make([]Gap, len(needs))
	who, where, posts := db.Ints{}, db.Ints{}, db.Ints{}
	for i, n := range needs {
		out[i] = Gap{StaffID: n.StaffID, PostID: n.PostID, UnitID: n.UnitID, Want: n.Want, State: n.how}
		if n.card != nil {
			out[i].Card, out[i].Standing, out[i].Verified = n.card.c, n.card.standing, n.card.verified
		}
		who, where, posts = append(who, int64(n.StaffID)), append(where, int64(n.UnitID)), append(posts, int64(n.PostID))
	}
	return out, nameGaps(ctx, tx, company, out, who, where, posts)
}

func nameGaps(ctx context.Context, tx db.Tx, company rbac.CompanyID, out []Gap, who, where, posts db.Ints) error {
	type person struct {
		ID         id.Of[id.Staff]
		Name       string
		EmployeeNo string
		PersonID   id.Of[id.Person]
	}
	var people []person
	g := tx.WithContext(ctx)
	if err := g.Raw("SELECT id, name, employee_no, coalesce(person_id, 0) AS person_id FROM staff_person WHERE company_id = ? AND id = ANY(?)", int64(company), who).Scan(&people).Error; err != nil {
		return err
	}
	byPerson := map[id.Of[id.Staff]]person{}
	for _, p := range people {
		byPerson[p.ID] = p
	}
	type place struct {
		ID             int64
		Name, UnitPath string
	}
	units, titles := map[int64]place{}, map[int64]place{}
	for _, q := range []struct {
		sql string
		ids db.Ints
		to  map[int64]place
	}{
		{"SELECT id, name, unit_path FROM staff_unit WHERE company_id = ? AND id = ANY(?)", where, units},
		{"SELECT id, name, '' AS unit_path FROM staff_post WHERE company_id = ? AND id = ANY(?)", posts, titles},
	} {
		var found []place
		if err := g.Raw(q.sql, int64(company), q.ids).Scan(&found).Error; err != nil {
			return err
		}
		for _, p := range found {
			q.to[p.ID] = p
		}
	}
	for i := range out {
		x, p, u := &out[i], byPerson[out[i].StaffID], units[int64(out[i].UnitID)]
		x.Name, x.EmployeeNo, x.PersonID, x.PostName, x.UnitName, x.unitPath = p.Name, p.EmployeeNo, p.PersonID, titles[int64(x.PostID)].Name, u.Name, u.UnitPath
	}
	return nil
}

// unitPath is the path of a unit of a company; of none, everything. Errors: rbac.ErrNotFound.
func unitPath(ctx context.Context, tx db.Tx, company rbac.CompanyID, unit id.Of[id.Unit]) (string, error) {
	if unit == 0 {
		return "", nil
	}
	var rows []string
	err := tx.WithContext(ctx).Raw("SELECT unit_path FROM staff_unit WHERE company_id = ? AND id = ?", int64(company), int64(unit)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return rows[0], nil
}

// NeedyPost is a post with what it needs.
type NeedyPost struct {
	ID       id.Of[id.Post]
	Name     string
	UnitID   id.Of[id.Unit]
	UnitName string
	Types    db.Texts
	Holders  int64
	Own      []OwnNeed `gorm:"-"`
}

// postsOf lists a company's posts in scope, by unit.
func postsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, on day.Date) (rows []NeedyPost, err error) {
	w := scope.Of(company, "p")
	w.And("p.closed_on IS NULL")
	w.Within(scope.Reach("p"))
	q := `SELECT p.id, p.name, p.unit_id, u.name AS unit_name, p.types,
			(SELECT count(*) FROM staff_assignment a WHERE a.company_id = p.company_id AND a.post_id = p.id AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?)) AS holders
		FROM staff_post p JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		WHERE ` + w.SQL() + " ORDER BY u.unit_path, p.name, p.id LIMIT 2000"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{on.String(), on.String()}, w.Args...)...).Scan(&rows).Error
}

// postExists reports whether a company has an open post. Errors: ErrPost.
func postExists(ctx context.Context, tx db.Tx, company rbac.CompanyID, post id.Of[id.Post]) error {
	var n int64
	err := tx.WithContext(ctx).Raw("SELECT count(*) FROM staff_post WHERE company_id = ? AND id = ? AND closed_on IS NULL", int64(company), int64(post)).Scan(&n).Error
	if err == nil && n == 0 {
		err = ErrPost.At("body.postId")
	}
	return err
}

func insertNeed(ctx context.Context, tx db.Tx, n *OwnNeed) error {
	err := tx.WithContext(ctx).Create(n).Error
	if db.Violates(err, "certificate_need_company_id_post_id_key") {
		return ErrNeeded.Because(err)
	}
	return err
}

func needByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[OwnNeed]) (OwnNeed, error) {
	var rows []OwnNeed
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ? AND removed_at IS NULL", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return OwnNeed{}, err
	}
	return rows[0], nil
}

func removeNeed(ctx context.Context, tx db.Tx, n *OwnNeed) error {
	return tx.WithContext(ctx).Model(n).Where("company_id = ?", int64(n.CompanyID)).Select("removed_by_name", "removed_at").Updates(n).Error
}
