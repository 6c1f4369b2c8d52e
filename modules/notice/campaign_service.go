package notice

import (
	"cmp"
	"context"
	"fmt"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of mass sends.
const (
	ActionCampaigns rbac.Action = "notice.campaign.list"
	ActionCompose   rbac.Action = "notice.campaign.edit"
	ActionSend      rbac.Action = "notice.campaign.send"
)

// Campaigns returns one page of the mass sends of the actor's organisation, the newest first.
// Errors: page.ErrCursor.
func (s *Service) Campaigns(ctx context.Context, q page.Query) (rows []Campaign, k page.Key, err error) {
	if k, err = q.Start(sortNewest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionCampaigns, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = campaigns(ctx, tx, scope, q.Limit, k)
		return err
	})
	return rows, k, err
}

// Compose keeps a draft. Errors: errWordless, errLink, errAudience.
func (s *Service) Compose(ctx context.Context, d Draft) (n id.Of[Campaign], err error) {
	err = s.Gate.Write(ctx, ActionCompose, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if err := d.check(a); err != nil {
			return err
		}
		sender, err := senderOf(ctx, tx, a.OrganisationID)
		if err != nil {
			return err
		}
		c := Campaign{OrganisationID: a.OrganisationID, Sender: sender, State: campaignDraft, MadeAt: tx.Now, MadeByName: a.Name, Lines: db.Shorts(a.Lines)}
		c.take(d)
		if n, err = addCampaign(ctx, tx, c); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("notice_campaign", int64(n), 0, Draft{}, d)
		return nil
	})
	return n, err
}

func (c *Campaign) take(d Draft) {
	c.Title, c.Body, c.Link, c.Roles, c.Areas, c.Channels, c.TestedAt = d.Title, d.Body, d.Link, d.Roles, append(db.Texts{}, d.Areas...), append(db.Texts{}, d.Channels...), nil
	c.Lines = append(db.Shorts{}, c.Lines...)
}

func (c Campaign) draft() Draft {
	return Draft{c.Title, c.Body, c.Link, c.Roles, c.Areas, c.Channels}
}

// Recompose changes a draft, which must then be tested again. Errors: as Compose, rbac.ErrNotFound, errSentOff.
func (s *Service) Recompose(ctx context.Context, n id.Of[Campaign], d Draft) error {
	return s.move(ctx, ActionCompose, n, func(_ db.Tx, scope rbac.Scope, c *Campaign) error {
		if c.State != campaignDraft {
			return errSentOff
		}
		if err := d.check(scope.Actor()); err != nil {
			return err
		}
		scope.Changed("notice_campaign", int64(n), 0, c.draft(), d)
		c.take(d)
		return nil
	})
}

// move changes a mass send under its lock.
func (s *Service) move(ctx context.Context, action rbac.Action, n id.Of[Campaign], do func(db.Tx, rbac.Scope, *Campaign) error) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		c, err := campaignOf(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		was := c.State
		if err := do(tx, scope, &c); err != nil {
			return err
		}
		if c.State != was {
			scope.Changed("notice_campaign", int64(n), 0, struct{ State string }{was}, struct{ State string }{c.State})
		}
		return saveCampaign(ctx, tx, c)
	})
}

// Plan is a mass send with whom it would reach now, and what has become of it.
type Plan struct {
	Campaign
	Reach      Reach
	Became     []becameOf
	ShownTitle string // as its recipients read it
	ShownBody  string
}

// Campaign returns one. Errors: rbac.ErrNotFound.
func (s *Service) Campaign(ctx context.Context, n id.Of[Campaign]) (p Plan, err error) {
	err = s.Gate.Read(ctx, ActionCampaigns, func(tx db.Tx, scope rbac.Scope) (err error) {
		if p.Campaign, err = campaignOf(ctx, tx, scope, n, ""); err != nil {
			return err
		}
		p.ShownTitle, p.ShownBody = p.sample(text.Of(ctx))
		if p.Reach, err = s.reach(ctx, tx, p.Campaign); err != nil {
			return err
		}
		p.Became, err = became(ctx, tx, n)
		return err
	})
	return p, err
}

func (*Service) reach(ctx context.Context, tx db.Tx, c Campaign) (Reach, error) {
	set, err := settingOf(ctx, tx)
	if err != nil {
		return Reach{}, err
	}
	r, err := reachOf(ctx, tx, c)
	r.CostLi = c.cost(r.Phone, set.SMSLi)
	return r, err
}

// Try sends a mass send to the actor himself alone. Errors: rbac.ErrNotFound, errSentOff.
func (s *Service) Try(ctx context.Context, n id.Of[Campaign]) error {
	return s.move(ctx, ActionCompose, n, func(tx db.Tx, scope rbac.Scope, c *Campaign) error {
		if c.State != campaignDraft {
			return errSentOff
		}
		a := scope.Actor()
		c.TestedAt = &tx.Now
		_, err := Remind(ctx, tx, Note{Person: a.PersonID, Organisation: a.OrganisationID, Noun: nounCampaign + "_test", Object: int64(n), Code: codeCampaign, Params: c.params(), Key: fmt.Sprintf("campaign-test|%s|%s|%d", n, a.PersonID, tx.Now.UnixMicro())})
		return err
	})
}

// Send begins a mass send, or goes on with one that was stopped. Errors: rbac.ErrNotFound,
// errUntested, errNobody, errSentOff.
func (s *Service) Send(ctx context.Context, n id.Of[Campaign]) error {
	return s.move(ctx, ActionSend, n, func(tx db.Tx, scope rbac.Scope, c *Campaign) error {
		switch {
		case c.State != campaignDraft && c.State != campaignStopped:
			return errSentOff
		case c.TestedAt == nil:
			return errUntested
		}
		if c.State == campaignDraft {
			r, err := s.reach(ctx, tx, *c)
			if err != nil {
				return err
			}
			if r.People == 0 {
				return errNobody
			}
			c.Total, c.CostLi, c.SentAt, c.SentByName = int(r.People), r.CostLi, &tx.Now, scope.Actor().Name
		}
		c.State, c.StoppedAt, c.StoppedByName = campaignSending, nil, ""
		return jobs.Enqueue(ctx, tx, SendCampaign{n})
	})
}

// Halt stops a mass send: who was not told yet is not, and what has not left does not leave.
// Errors: rbac.ErrNotFound, errSentOff.
func (s *Service) Halt(ctx context.Context, n id.Of[Campaign]) error {
	return s.move(ctx, ActionSend, n, func(tx db.Tx, scope rbac.Scope, c *Campaign) error {
		if c.State != campaignSending && c.State != campaignDone {
			return errSentOff
		}
		c.State, c.StoppedAt, c.StoppedByName = campaignStopped, &tx.Now, scope.Actor().Name
		return stopCampaign(ctx, tx, n)
	})
}

// SendCampaign tells the next recipients of a mass send.
type SendCampaign struct {
	Campaign id.Of[Campaign] `json:"campaign"`
}

// Kind names the job.
func (SendCampaign) Kind() string { return "notice.send-campaign" }

const readersOnce = 200

// sendCampaign tells one batch: its messages, how far it came and the next batch commit
// together. Each message has a key, so that nobody is told twice in any case.
func (s *Service) sendCampaign(ctx context.Context, tx db.Tx, t SendCampaign) error {
	c, ok, err := lockCampaign(ctx, tx, t.Campaign)
	if err != nil || !ok || c.State != campaignSending {
		return err
	}
	next, err := readers(ctx, tx, c, cmp.Or(s.Batch, readersOnce))
	if err != nil {
		return err
	}
	if len(next) == 0 {
		c.State, c.FinishedAt = campaignDone, &tx.Now
		return saveCampaign(ctx, tx, c)
	}
	notes := make([]Note, len(next))
	for i, r := range next {
		notes[i] = Note{Person: r.PersonID, Company: r.CompanyID, Noun: nounCampaign, Object: int64(c.ID), Code: codeCampaign, Params: c.params(), Key: fmt.Sprintf("campaign|%s|%s", c.ID, r.PersonID)}
	}
	fresh, err := Remind(ctx, tx, notes...)
	if err != nil {
		return err
	}
	if err := onlyOn(ctx, tx, fresh, c.Channels); err != nil {
		return err
	}
	c.Told, c.AfterID = c.Told+len(fresh), next[len(next)-1].MembershipID
	if err := saveCampaign(ctx, tx, c); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, t)
}
