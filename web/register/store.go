package register

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// table is where the rows are kept.
func (k *Kind[T]) table() string { return strings.ReplaceAll(k.Name, "-", "_") }

// TableName names the table of a register, for tests that compare it with the struct.
func (k *Kind[T]) TableName() string { return k.table() }

// visible is the condition for rows of alias t that the actor may see, and its parameters.
func (k *Kind[T]) visible(scope rbac.Scope) (string, []any) {
	where, args := scope.Where("t")
	var mine []string
	for _, f := range k.all() {
		if f.mine {
			mine = append(mine, f.column)
		}
	}
	reach, more := scope.Reach("t", mine...)
	return where + " AND " + reach, append(args, more...)
}

// asked is what a list is asked for, read.
type asked struct {
	company rbac.CompanyID
	term    string
	ended   string
	unit    int64
	equal   map[string]string // column → value
	key     page.Key
	limit   int
}

func (k *Kind[T]) rows(ctx context.Context, tx db.Tx, scope rbac.Scope, a asked) (out []T, err error) {
	cond, args := k.visible(scope)
	cond, args = cond+" AND t.company_id = ?", append(args, int64(a.company))
	switch a.ended {
	case "":
		cond += " AND t.ended_on IS NULL"
	case "only":
		cond += " AND t.ended_on IS NOT NULL"
	}
	if a.unit != 0 {
		cond += " AND " + rbac.Below("t")
		args = append(args, a.unit)
	}
	for _, f := range k.all() {
		if v, ok := a.equal[f.column]; ok {
			cond, args = cond+" AND t."+f.column+"::text = ?", append(args, v)
		}
	}
	if a.term != "" {
		var or []string
		for _, f := range k.all() {
			column := f.column
			switch {
			case f.refers():
				column = strings.TrimSuffix(f.column, "_id") + "_name"
			case f.kind != words && f.kind != area:
				continue
			}
			if f.shown() {
				or, args = append(or, "strpos(lower(t."+column+"), lower(?)) > 0"), append(args, a.term)
			}
		}
		cond += " AND (" + strings.Join(or, " OR ") + ")"
	}
	order := " ORDER BY t.id DESC"
	switch {
	case a.key.Back:
		cond, args, order = cond+" AND t.id > ?::bigint", append(args, a.key.Vals[0]), " ORDER BY t.id"
	case !a.key.First():
		cond, args = cond+" AND t.id < ?::bigint", append(args, a.key.Vals[0])
	}
	q := "SELECT t.* FROM " + k.table() + " t WHERE " + cond + order + " LIMIT ?"
	return out, tx.WithContext(ctx).Raw(q, append(args, a.limit)...).Scan(&out).Error
}

// byID returns a row; lock keeps others from changing it. Errors: rbac.ErrNotFound.
func (k *Kind[T]) byID(ctx context.Context, tx db.Tx, scope rbac.Scope, n int64, lock bool) (*T, error) {
	cond, args := k.visible(scope)
	q := "SELECT t.* FROM " + k.table() + " t WHERE t.id = ? AND " + cond
	if lock {
		q += " FOR UPDATE"
	}
	var found []T
	if err := tx.WithContext(ctx).Raw(q, append([]any{n}, args...)...).Scan(&found).Error; err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, rbac.ErrNotFound
	}
	return &found[0], nil
}

// meant returns the rows of a company with one of the ids or one of the business keys.
func (k *Kind[T]) meant(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids db.Ints, keys db.Texts) (out []T, err error) {
	q, args := "SELECT t.* FROM "+k.table()+" t WHERE t.company_id = ? AND t.ended_on IS NULL AND (t.id = ANY(?)", []any{int64(company), ids}
	if key := k.keySQL(); key != "" {
		q, args = q+" OR "+key+" = ANY(?)", append(args, keys)
	}
	return out, tx.WithContext(ctx).Raw(q+")", args...).Scan(&out).Error
}

// keySQL is the business key of a row; empty where the register has none.
func (k *Kind[T]) keySQL() string {
	var columns []string
	for _, f := range k.all() {
		if f.business {
			column := f.column
			if f.refers() {
				column = strings.TrimSuffix(column, "_id") + "_name"
			}
			columns = append(columns, "lower(coalesce(t."+column+"::text, ''))")
		}
	}
	return strings.Join(columns, " || chr(31) || ")
}

// keyOf is the same of a row in hand.
func (k *Kind[T]) keyOf(t *T) string {
	var out []string
	v := reflect.ValueOf(t).Elem()
	for _, f := range k.all() {
		if f.business {
			out = append(out, strings.ToLower(f.text(v)))
		}
	}
	return strings.Join(out, "\x1f")
}

// documents are rows as JSON that PostgreSQL reads into their columns.
func (k *Kind[T]) documents(rows []*T) (db.JSON[[]map[string]any], []string, error) {
	var out db.JSON[[]map[string]any]
	var columns []string
	for _, f := range k.all() {
		if f.column != "id" {
			columns = append(columns, f.column)
		}
	}
	for _, r := range rows {
		v, doc := reflect.ValueOf(r).Elem(), map[string]any{}
		for _, f := range k.all() {
			x, err := f.stored(v)
			if err != nil {
				return out, nil, err
			}
			doc[f.column] = x
		}
		out.V = append(out.V, doc)
	}
	return out, columns, nil
}

// insert adds rows in one statement and gives them their ids.
func (k *Kind[T]) insert(ctx context.Context, tx db.Tx, rows []*T) error {
	if len(rows) == 0 {
		return nil
	}
	docs, columns, err := k.documents(rows)
	if err != nil {
		return err
	}
	var ids []int64
	list := strings.Join(columns, ", ")
	q := fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM jsonb_populate_recordset(NULL::%[1]s, ?::jsonb) RETURNING id", k.table(), list)
	if err := k.refused(tx.WithContext(ctx).Raw(q, docs).Scan(&ids).Error); err != nil {
		return err
	}
	for i, r := range rows {
		baseOf(r).ID = idOf(ids[i])
	}
	return nil
}

// update writes rows in one statement.
func (k *Kind[T]) update(ctx context.Context, tx db.Tx, rows []*T) error {
	if len(rows) == 0 {
		return nil
	}
	docs, columns, err := k.documents(rows)
	if err != nil {
		return err
	}
	columns = slices.DeleteFunc(columns, func(c string) bool {
		return slices.Contains([]string{"company_id", "region_path", "oversight_line", "made_by", "created_at"}, c)
	})
	set := make([]string, len(columns))
	for i, c := range columns {
		set[i] = c + " = x." + c
	}
	q := fmt.Sprintf("UPDATE %[1]s t SET %[2]s FROM jsonb_populate_recordset(NULL::%[1]s, ?::jsonb) x WHERE t.company_id = x.company_id AND t.id = x.id", k.table(), strings.Join(set, ", "))
	return k.refused(tx.WithContext(ctx).Exec(q, docs).Error)
}

// refused says what a constraint of the table means. Errors: ErrTwice.
func (k *Kind[T]) refused(err error) error {
	if err != nil && db.Violates(err, k.table()+"_key_key") {
		return ErrTwice.Because(err)
	}
	return err
}

// reached reports whether the actor may see every one of the rows.
func (k *Kind[T]) reached(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []*T) (bool, error) {
	ids := make(db.Ints, len(rows))
	for i, r := range rows {
		ids[i] = int64(baseOf(r).ID)
	}
	cond, args := k.visible(scope)
	var n int
	err := tx.WithContext(ctx).Raw("SELECT count(*) FROM "+k.table()+" t WHERE t.id = ANY(?) AND "+cond, append([]any{ids}, args...)...).Scan(&n).Error
	return n == len(rows), err
}
