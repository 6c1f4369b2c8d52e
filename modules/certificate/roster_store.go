package certificate

import (
	"context"
	"encoding/json"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// inserts is how many rows one statement inserts.
const inserts = 500

// cardsOfPeople locks and returns the certificates of people of a company.
func cardsOfPeople(ctx context.Context, tx db.Tx, company rbac.CompanyID, people db.Ints) (rows []Certificate, err error) {
	q := "SELECT * FROM certificate WHERE company_id = ? AND staff_id = ANY(?) ORDER BY id FOR UPDATE"
	return rows, tx.WithContext(ctx).Raw(q, int64(company), people).Scan(&rows).Error
}

func insertCertificates(ctx context.Context, tx db.Tx, rows []Certificate) error {
	if len(rows) == 0 {
		return nil
	}
	return writeFault(tx.WithContext(ctx).CreateInBatches(rows, inserts).Error)
}

func insertEvents(ctx context.Context, tx db.Tx, rows []Event) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(rows, inserts).Error
}

// updateCertificates saves what a list may change of certificates, in one statement.
func updateCertificates(ctx context.Context, tx db.Tx, list []Certificate) error {
	if len(list) == 0 {
		return nil
	}
	type stored struct {
		ID       int64      `json:"id"`
		Sealed   []byte     `json:"sealed"` // base64
		Index    []byte     `json:"index"`
		Issuer   string     `json:"issuer"`
		First    day.Date   `json:"first_on"`
		From     day.Date   `json:"from_on"`
		To       day.Date   `json:"to_on"`
		Due      day.Date   `json:"due_on"`
		Reviews  []day.Date `json:"reviews"`
		Over     day.Date   `json:"over_on"`
		ValidTo  day.Date   `json:"valid_to"`
		Next     day.Date   `json:"next_on"`
		NextType Due        `json:"next_type"`
		Remind   day.Date   `json:"remind_on"`
	}
	rows := make([]stored, len(list))
	for i, c := range list {
		rows[i] = stored{
			int64(c.ID), c.NumberSealed, c.NumberIndex, c.Issuer, c.FirstIssuedOn, c.ValidFrom, c.PrintedValidTo, c.PrintedReviewDue, c.Reviews.V, c.SupersededOn, c.ValidTo,
			c.NextDueOn, c.NextDueType, c.RemindOn,
		}
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return writeFault(tx.WithContext(ctx).Exec(`UPDATE certificate c SET number_sealed = decode(x.sealed, 'base64'), number_index = decode(x."index", 'base64'), issuer = x.issuer,
			first_issued_on = nullif(x.first_on, '')::date, valid_from = nullif(x.from_on, '')::date, printed_valid_to = nullif(x.to_on, '')::date,
			printed_review_due = nullif(x.due_on, '')::date, reviews = x.reviews, superseded_on = nullif(x.over_on, '')::date, valid_to = nullif(x.valid_to, '')::date,
			next_due_on = nullif(x.next_on, '')::date, next_due_type = x.next_type, remind_on = nullif(x.remind_on, '')::date
		FROM jsonb_to_recordset(?::jsonb) AS x (id bigint, sealed text, "index" text, issuer text, first_on text, from_on text, to_on text, due_on text, reviews jsonb,
			over_on text, valid_to text, next_on text, next_type text, remind_on text)
		WHERE c.company_id = ? AND c.id = x.id`, string(b), int64(list[0].CompanyID)).Error)
}

// withdrawAll takes back unread reminders of certificates whose due day changed.
func withdrawAll(ctx context.Context, tx db.Tx, s *Service, was map[id.Of[id.Certificate]]Certificate, now []Certificate) error {
	for _, c := range now {
		if b := was[c.ID]; b.RemindedStep != nil && (b.NextDueOn != c.NextDueOn || b.NextDueType != c.NextDueType) { // nobody was told of others
			if err := s.Withdraw(ctx, tx, c.CompanyID, Noun, int64(c.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}
