package inspection

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// issuerName returns the name of the actor's organisation.
func issuerName(ctx context.Context, tx db.Tx, scope rbac.Scope) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT name FROM account_organisation WHERE id = ?", scope.Actor().OrganisationID).Scan(&name).Error
	return name, err
}

// CampaignLine is a campaign with how far the companies have come.
type CampaignLine struct {
	Campaign
	Issued int // companies that have given it out
	Done   int // companies whose tasks of it are all settled
}

const progressed = `count(*) AS companies, count(*) FILTER (WHERE s.state = 'issued') AS issued,
	count(*) FILTER (WHERE s.state = 'issued' AND NOT EXISTS (SELECT FROM inspection_task t WHERE t.company_id = s.company_id AND t.special_id = s.id
		AND t.check_id IS NULL AND t.state IN ('open', 'missed'))) AS done`

// campaigns lists the campaigns of the actor's organisation, latest first.
func campaigns(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (out []CampaignLine, err error) {
	q := `SELECT c.*, p.issued, p.done FROM inspection_campaign c CROSS JOIN LATERAL (SELECT ` + progressed + ` FROM inspection_special s WHERE s.campaign_id = c.id) p
		WHERE c.organisation_id = ? ORDER BY c.id DESC LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, scope.Actor().OrganisationID, limit).Scan(&out).Error
	return out, err
}

// TownProgress is how far a campaign has come in a town.
type TownProgress struct {
	RegionPath string `json:"regionPath"`
	Name       string `json:"name"`
	Companies  int    `json:"companies" doc:"that have got it"`
	Issued     int    `json:"issued" doc:"that have given it out"`
	Done       int    `json:"done" doc:"whose checks are all made"`
}

// progress counts a campaign's companies by town, in the actor's area.
func progress(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Campaign]) (out []TownProgress, err error) {
	cond, args := scope.Where("s")
	q := `SELECT p.*, coalesce(d.name, p.region_path) AS name FROM (SELECT left(s.region_path, 9) AS region_path, ` + progressed + `
			FROM inspection_special s WHERE s.campaign_id = ? AND ` + cond + ` GROUP BY 1) p
		LEFT JOIN division d ON d.path = p.region_path AND d.valid_until IS NULL ORDER BY p.region_path`
	err = tx.WithContext(ctx).Raw(q, append([]any{n}, args...)...).Scan(&out).Error
	return out, err
}

// campaignByID returns a campaign of the actor's organisation. Errors: rbac.ErrNotFound.
func campaignByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Campaign]) (Campaign, error) {
	return one[Campaign](tx.WithContext(ctx).Raw("SELECT * FROM inspection_campaign WHERE id = ? AND organisation_id = ?", n, scope.Actor().OrganisationID))
}

// layOn gives a campaign to the next companies of its areas after the given one, and returns the last
// and how many.
func layOn(ctx context.Context, tx db.Tx, n id.Of[Campaign], source int16, after rbac.CompanyID, limit int) (last rbac.CompanyID, count int, err error) {
	var found struct {
		CompanyID rbac.CompanyID
		N         int
	}
	q := `WITH firm AS (SELECT f.company_id, f.region_path, f.oversight_line, c.id AS campaign, c.template, c.title, c.note, c.modules, c.due_on, c.issuer, c.made_by
			FROM inspection_campaign c JOIN company f ON (f.tags && c.tags OR c.tags = '{}') AND (c.lines = '{}' OR f.oversight_line = ANY(c.lines))
				AND EXISTS (SELECT FROM unnest(c.areas) a WHERE f.region_path >= a COLLATE "C" AND f.region_path < (a || '~') COLLATE "C")
			WHERE c.id = ? AND f.company_id > ? ORDER BY f.company_id LIMIT ?),
		made AS (INSERT INTO inspection_special (company_id, region_path, oversight_line, template, source, title, note, modules, due_on, state, reason, campaign_id, issuer, made_by, created_at)
			SELECT company_id, region_path, oversight_line, template, ?, title, note, modules, due_on, 'proposed', '', campaign, issuer, made_by, ? FROM firm
			ON CONFLICT ON CONSTRAINT inspection_special_campaign_id_key DO NOTHING RETURNING 1),
		counted AS (UPDATE inspection_campaign SET companies = companies + (SELECT count(*) FROM made), complete = (SELECT count(*) < ? FROM firm) WHERE id = ?)
		SELECT coalesce(max(company_id), 0) AS company_id, count(*) AS n FROM firm`
	err = tx.WithContext(ctx).Raw(q, n, after, limit, source, tx.Now, limit, n).Scan(&found).Error
	return found.CompanyID, found.N, err
}
