package notice

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Campaign) TableName() string { return "notice_campaign" }

func campaigns(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int, k page.Key) (rows []Campaign, err error) {
	w := &page.Where{}
	w.And("organisation_id = ?", int64(scope.Actor().OrganisationID))
	order := w.Latest(k, "id", "?::bigint")
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_campaign WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
}

// campaignOf returns one of the actor's organisation. Errors: rbac.ErrNotFound.
func campaignOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c id.Of[Campaign], lock string) (Campaign, error) {
	var rows []Campaign
	err := tx.WithContext(ctx).Raw("SELECT * FROM notice_campaign WHERE id = ? AND organisation_id = ? "+lock, int64(c), int64(scope.Actor().OrganisationID)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Campaign{}, err
	}
	return rows[0], nil
}

const locked = "FOR UPDATE"

func senderOf(ctx context.Context, tx db.Tx, office id.Of[id.Organisation]) (name string, err error) {
	return name, tx.WithContext(ctx).Raw("SELECT name FROM account_organisation WHERE id = ?", int64(office)).Scan(&name).Error
}

func addCampaign(ctx context.Context, tx db.Tx, c Campaign) (n id.Of[Campaign], err error) {
	return n, tx.WithContext(ctx).Raw(`INSERT INTO notice_campaign (organisation_id, sender, title, body, link, roles, areas, lines, channels, state, made_at, made_by_name)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		int64(c.OrganisationID), c.Sender, c.Title, c.Body, c.Link, c.Roles, c.Areas, c.Lines, c.Channels, c.State, c.MadeAt, c.MadeByName).Scan(&n).Error
}

// saveCampaign saves what a draft or its course changed.
func saveCampaign(ctx context.Context, tx db.Tx, c Campaign) error {
	return tx.WithContext(ctx).Exec(`UPDATE notice_campaign SET title = ?, body = ?, link = ?, roles = ?, areas = ?, lines = ?, channels = ?, state = ?, total = ?, told = ?, cost_li = ?, after_id = ?,
		tested_at = ?, sent_at = ?, sent_by_name = ?, stopped_at = ?, stopped_by_name = ?, finished_at = ? WHERE id = ?`,
		c.Title, c.Body, c.Link, c.Roles, c.Areas, c.Lines, c.Channels, c.State, c.Total, c.Told, c.CostLi, c.AfterID,
		c.TestedAt, c.SentAt, c.SentByName, c.StoppedAt, c.StoppedByName, c.FinishedAt, int64(c.ID)).Error
}

func reachOf(ctx context.Context, tx db.Tx, c Campaign) (r Reach, err error) {
	return r, tx.WithContext(ctx).Raw("SELECT people, mail, phone, wechat AS we_chat FROM notice_audience(?, ?)", c.Roles, c.Areas).Scan(&r).Error
}

// becameOf is how many deliveries of a mass send are in a state on a channel.
type becameOf struct {
	Channel string
	State   string
	N       int64
}

func became(ctx context.Context, tx db.Tx, c id.Of[Campaign]) (rows []becameOf, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_campaign_reach(?)", int64(c)).Scan(&rows).Error
}

func stopCampaign(ctx context.Context, tx db.Tx, c id.Of[Campaign]) error {
	return tx.WithContext(ctx).Exec("SELECT notice_campaign_stop(?, ?)", int64(c), tx.Now).Error
}

// lockCampaign locks one for the job runner; false if there is none.
func lockCampaign(ctx context.Context, tx db.Tx, c id.Of[Campaign]) (Campaign, bool, error) {
	var rows []Campaign
	err := tx.WithContext(ctx).Raw("SELECT * FROM notice_campaign WHERE id = ? FOR UPDATE", int64(c)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Campaign{}, false, err
	}
	return rows[0], true, nil
}

// reader is a recipient of a mass send.
type reader struct {
	MembershipID int64
	PersonID     id.Of[id.Person]
	CompanyID    rbac.CompanyID
}

// readers are the next recipients of a mass send, in the order of their memberships.
func readers(ctx context.Context, tx db.Tx, c Campaign, most int) (rows []reader, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT m.id AS membership_id, m.person_id, m.company_id FROM account_membership m
		JOIN company c ON c.company_id = m.company_id JOIN account_person p ON p.id = m.person_id AND p.disabled_at IS NULL
		WHERE m.id > ? AND m.ended_at IS NULL AND m.roles && ?::text[]
			AND (?::text[] = '{}' OR EXISTS (SELECT FROM unnest(?::text[]) a WHERE starts_with(c.region_path, a))) AND (?::smallint[] = '{}' OR c.oversight_line = ANY(?))
		ORDER BY m.id LIMIT ?`, c.AfterID, c.Roles, c.Areas, c.Areas, c.Lines, c.Lines, most).Scan(&rows).Error
}

// onlyOn leaves of fresh messages the deliveries on channels that were chosen, and makes those
// that people do not get by default: who has said no to a channel is left alone.
func onlyOn(ctx context.Context, tx db.Tx, fresh []id.Of[id.Notice], channels []string) error {
	ids := make(db.Ints, len(fresh))
	for i, n := range fresh {
		ids[i] = int64(n)
	}
	g := tx.WithContext(ctx)
	if err := g.Exec("DELETE FROM notice_delivery WHERE notice_id = ANY(?) AND state = 'queued' AND channel <> ALL(?)", ids, db.Texts(channels)).Error; err != nil {
		return err
	}
	if !slices.Contains(channels, "sms") {
		return nil
	}
	return g.Exec(`WITH made AS (INSERT INTO notice_delivery (notice_id, channel, state, created_at, company_id, person_id)
			SELECT n.id, v.channel, 'queued', n.created_at, n.company_id, n.person_id
			FROM notice n JOIN notice_valve v ON v.channel = 'sms' AND v.configured JOIN account_person p ON p.id = n.person_id AND p.phone IS NOT NULL
			WHERE n.id = ANY(?) AND NOT EXISTS (SELECT FROM notice_preference w WHERE w.person_id = n.person_id AND w.channel = 'sms' AND w.category = notice_category(n.noun) AND NOT w.wanted)
				AND NOT EXISTS (SELECT FROM notice_switch s WHERE s.company_id = n.company_id AND s.channel = 'sms' AND NOT s.open)
			ON CONFLICT DO NOTHING RETURNING id)
		SELECT job_enqueue('notice.deliver:' || id, 'notice.deliver', jsonb_build_object('delivery', id::text), ?) FROM made`, ids, tx.Now).Error
}
