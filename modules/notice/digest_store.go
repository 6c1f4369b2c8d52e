package notice

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// pilesOf finds people for whom more than over messages wait on one channel, the oldest since
// before. What is held for the morning or its turn counts, too: it is part of what arrives at once.
func pilesOf(ctx context.Context, tx db.Tx, before time.Time, over, most int) (piles []pile, err error) {
	return piles, tx.WithContext(ctx).Raw(`SELECT d.person_id, d.channel, n.company_id, n.organisation_id, array_agg(d.id ORDER BY d.id) AS deliveries
		FROM notice_delivery d JOIN notice n ON n.id = d.notice_id
		WHERE d.state IN ('queued', 'held') AND d.channel IN ('mail', 'sms', 'wechat') AND d.person_id IS NOT NULL
		GROUP BY 1, 2, 3, 4 HAVING count(*) > ? AND min(d.created_at) < ? ORDER BY 1, 2 LIMIT ?`, over, before, most).Scan(&piles).Error
}

// waitingRow is a delivery of a pile with its message.
type waitingRow struct {
	ID        id.Of[Delivery]
	CreatedAt time.Time
	Code      string
	Params    db.JSON[map[string]string]
}

// lockPile locks what of a pile still waits; what a worker is taking at this moment leaves.
func lockPile(ctx context.Context, tx db.Tx, p pile) (rows []waitingRow, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT d.id, d.created_at, n.code, n.params FROM notice_delivery d JOIN notice n ON n.id = d.notice_id
		WHERE d.id = ANY(?) AND d.state IN ('queued', 'held') ORDER BY d.id FOR UPDATE OF d SKIP LOCKED`, p.Deliveries).Scan(&rows).Error
}

// putDigest folds deliveries and writes the one in their place. Its message is no news in the
// inbox, where the others stand.
func putDigest(ctx context.Context, tx db.Tx, n Notice, channel Channel, folded []waitingRow) (d id.Of[Delivery], err error) {
	ids := make(db.Ints, len(folded))
	for i, w := range folded {
		ids[i] = int64(w.ID)
	}
	g := tx.WithContext(ctx)
	if err := g.Exec("UPDATE notice_delivery SET state = ?, held_for = '', next_at = NULL, settled_at = ? WHERE id = ANY(?)", stateDigested, tx.Now, ids).Error; err != nil {
		return 0, err
	}
	var notice int64
	err = g.Raw(`INSERT INTO notice (person_id, company_id, organisation_id, noun, object_id, code, params, created_at, closed_at) VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?) RETURNING id`,
		int64(n.PersonID), n.CompanyID, n.OrganisationID, n.Noun, n.Code, n.Params, n.CreatedAt, n.CreatedAt).Scan(&notice).Error
	if err != nil {
		return 0, err
	}
	err = g.Raw(`INSERT INTO notice_delivery (notice_id, channel, state, created_at, company_id, person_id) VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
		notice, channel, stateQueued, tx.Now, n.CompanyID, int64(n.PersonID)).Scan(&d).Error
	return d, err
}
