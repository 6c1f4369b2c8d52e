package certificate

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Certificate) TableName() string { return "certificate" }

// TableName names the table.
func (Event) TableName() string { return "certificate_event" }

// TableName names the table.
func (Reminder) TableName() string { return "certificate_reminder" }

// insertCertificate adds c. Errors: ErrExists, ErrHolder.
func insertCertificate(ctx context.Context, tx db.Tx, c *Certificate) error {
	return writeFault(tx.WithContext(ctx).Create(c).Error)
}

// updateCertificate saves everything of c that may change.
func updateCertificate(ctx context.Context, tx db.Tx, c *Certificate) error {
	return writeFault(tx.WithContext(ctx).Model(c).Where("company_id = ?", int64(c.CompanyID)).Select(
		"number_sealed", "number_index", "issuer", "valid_from", "printed_valid_to", "printed_review_due", "ten_year_exception", "attachment_ids",
		"reviews", "verified_on", "verified_by", "superseded_on", "revoked_on", "cancelled_on", "holder_left_on",
		"valid_to", "next_due_on", "next_due_type", "remind_on").Updates(c).Error)
}

func writeFault(err error) error {
	switch {
	case db.Violates(err, "certificate_staff_id_kind_operation_valid_from_key"):
		return ErrExists.At("body.validFrom").Because(err)
	case db.Violates(err, "certificate_company_id_supersedes_id_key"):
		return ErrOver.Because(err)
	case db.Violates(err, "certificate_company_id_staff_id_fkey"):
		return ErrHolder.At("body.staffId").Because(err)
	}
	return err
}

var locked = clause.Locking{Strength: "UPDATE"}

// certificateByID returns a certificate in scope. Errors: rbac.ErrNotFound.
func certificateByID(ctx context.Context, tx db.Tx, scope rbac.Scope, c id.Of[id.Certificate], lock ...clause.Expression) (Certificate, error) {
	var rows []Certificate
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(c)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Certificate{}, err
	}
	return rows[0], nil
}

// certificatesOf locks and returns all certificates of one person.
func certificatesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (rows []Certificate, err error) {
	return rows, tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND staff_id = ?", int64(company), int64(who)).Order("id").Find(&rows).Error
}

// endOfTime stands for "never due" in the order of the list and in its indexes.
const endOfTime = "coalesce(next_due_on, '9999-12-31'::date)"

// listBy returns at most f.Limit+1 certificates in scope, soonest due first, from k on.
func listBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date) (rows []Certificate, err error) {
	g := tx.WithContext(ctx).Scopes(scope.Rows)
	if f.Kind != "" {
		g = g.Where("kind = ?", f.Kind)
	}
	if f.CompanyID != 0 {
		g = g.Where("company_id = ?", int64(f.CompanyID))
	}
	if f.StaffID != 0 {
		g = g.Where("staff_id = ?", int64(f.StaffID))
	}
	if f.DueWithin >= 0 {
		g = g.Where("next_due_on <= ?", today.AddDays(f.DueWithin).String())
	}
	switch f.State {
	case "current":
		g = g.Where("revoked_on IS NULL AND cancelled_on IS NULL AND superseded_on IS NULL AND (holder_left_on IS NULL OR holder_left_on >= ?)", today.String())
	case "overdue":
		g = g.Where("next_due_on < ? AND (holder_left_on IS NULL OR holder_left_on >= ?)", today.String(), today.String())
	}
	return rows, keyset(g, k).Limit(f.Limit + 1).Find(&rows).Error
}

// keyset orders by due day and id, from k on.
func keyset(g *gorm.DB, k page.Key) *gorm.DB {
	compare, order := ">", ""
	if k.Back {
		compare, order = "<", " DESC"
	}
	if !k.First() {
		g = g.Where("("+endOfTime+", id) "+compare+" (?::date, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	return g.Order(endOfTime + order + ", id" + order)
}

// keyOf is the place of c in the list.
func keyOf(c Certificate) []string {
	due := "9999-12-31"
	if !c.NextDueOn.IsZero() {
		due = c.NextDueOn.String()
	}
	return []string{due, c.ID.String()}
}

// insertEvent adds e.
func insertEvent(ctx context.Context, tx db.Tx, e *Event) error {
	return tx.WithContext(ctx).Create(e).Error
}

// eventsOf returns what became of c, oldest first.
func eventsOf(ctx context.Context, tx db.Tx, c Certificate) (rows []Event, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ? AND certificate_id = ?", int64(c.CompanyID), int64(c.ID)).Order("id").Limit(200).Find(&rows).Error
}

// dueForReminder locks and returns at most n certificates, of whatever company, whose
// reminder is due on today or before. Who has been reminded leaves this set, which makes
// remind_on the scan's cursor.
func dueForReminder(ctx context.Context, tx db.Tx, today day.Date, n int) (rows []Certificate, err error) {
	return rows, tx.WithContext(ctx).Clauses(locked).Where("remind_on <= ?", today.String()).Order("remind_on, company_id, id").Limit(n).Find(&rows).Error
}

// insertReminders notes reminders and returns those that are new.
func insertReminders(ctx context.Context, tx db.Tx, list []Reminder) (fresh map[reminderKey]bool, err error) {
	fresh = map[reminderKey]bool{}
	if len(list) == 0 {
		return fresh, nil
	}
	var c columns
	for _, r := range list {
		c.add(int64(r.CompanyID), int64(r.CertificateID), int64(r.Step), int64(r.PersonID), r.DueOn.String(), r.State)
	}
	var rows []reminderKey
	err = tx.WithContext(ctx).Raw(`INSERT INTO certificate_reminder (company_id, certificate_id, step, person_id, due_on, state, at)
		SELECT c, i, s, p, d, t, ? FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[]::date[], ?::text[]) AS r(c, i, s, p, d, t)
		ON CONFLICT DO NOTHING RETURNING certificate_id, step, person_id, due_on`,
		tx.Now, c.ints[0], c.ints[1], c.ints[2], c.ints[3], c.texts[0], c.texts[1]).Scan(&rows).Error
	for _, r := range rows {
		fresh[r] = true
	}
	return fresh, err
}

// reminderKey tells reminders apart within one statement.
type reminderKey struct {
	CertificateID id.Of[id.Certificate]
	Step          int
	PersonID      id.Of[id.Person]
	DueOn         day.Date
}

// saveReminded saves what the scan found out about each certificate, in one statement.
func saveReminded(ctx context.Context, tx db.Tx, list []Certificate) error {
	var c columns
	for _, x := range list {
		step := 0
		if x.RemindedStep != nil {
			step = *x.RemindedStep
		}
		c.add(int64(x.CompanyID), int64(x.ID), int64(step), 0, dayText(x.RemindOn), dayText(x.RemindedDueOn))
	}
	return tx.WithContext(ctx).Exec(`UPDATE certificate c SET remind_on = nullif(r.o, '')::date, reminded_due_on = nullif(r.d, '')::date,
		reminded_step = CASE WHEN r.d = '' THEN NULL ELSE r.s END
		FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[]) AS r(company_id, id, s, o, d)
		WHERE c.company_id = r.company_id AND c.id = r.id`, c.ints[0], c.ints[1], c.ints[2], c.texts[0], c.texts[1]).Error
}

// columns collects rows as arrays, for unnest.
type columns struct {
	ints  [4]db.Ints
	texts [2]db.Texts
}

func (c *columns) add(a, b, d, e int64, s, t string) {
	for i, v := range []int64{a, b, d, e} {
		c.ints[i] = append(c.ints[i], v)
	}
	c.texts[0], c.texts[1] = append(c.texts[0], s), append(c.texts[1], t)
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
