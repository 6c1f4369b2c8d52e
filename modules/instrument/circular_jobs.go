package instrument

import (
	"context"
	"fmt"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// HandOut writes the receipts of some recipients of a notice and tells them.
type HandOut struct {
	CircularID id.Of[id.Circular]
	Companies  []rbac.CompanyID
	Offices    []id.Of[id.Organisation]
}

// Kind names the job.
func (HandOut) Kind() string { return "instrument.hand-out" }

// Urge reminds those who are silent, a batch at a time.
type Urge struct {
	CircularID id.Of[id.Circular]
	Turn       int32 // of the reminders
	After      int64 // receipt it goes on behind
}

// Kind names the job.
func (Urge) Kind() string { return "instrument.urge" }

func (s *Service) handOut(ctx context.Context, tx db.Tx, t HandOut) error {
	companies, offices := make(db.Ints, len(t.Companies)), make(db.Ints, len(t.Offices))
	for i, n := range t.Companies {
		companies[i] = int64(n)
	}
	for i, n := range t.Offices {
		offices[i] = int64(n)
	}
	if err := handOut(ctx, tx, t.CircularID, companies, offices); err != nil {
		return err
	}
	c, err := noticeByID(ctx, tx, t.CircularID)
	if err != nil || s.Tell == nil || c.WithdrawnAt != nil {
		return err
	}
	return s.tellAll(ctx, tx, c, "instrument.note-notice", fmt.Sprintf("circular|%d", int64(c.ID)), t.Companies, t.Offices)
}

func (s *Service) tellAll(ctx context.Context, tx db.Tx, c Circular, code, key string, companies []rbac.CompanyID, to []id.Of[id.Organisation]) error {
	n := Note{
		Companies: companies, Noun: "circular", Object: int64(c.ID), Key: key, Roles: []string{"principal", "safety"}, Code: code,
		Params: map[string]string{"title": c.Title, "from": c.OrganisationName, "reply": said(c.ReplyBy)},
	}
	if len(companies) > 0 {
		if err := s.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	n.Companies = nil
	for _, o := range to {
		n.OfficeID = o
		if err := s.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) urge(ctx context.Context, tx db.Tx, t Urge) error {
	c, err := noticeByID(ctx, tx, t.CircularID)
	if err != nil || c.WithdrawnAt != nil {
		return err
	}
	rows, err := silent(ctx, tx, c, t.After)
	if err != nil || len(rows) == 0 {
		return err
	}
	var companies []rbac.CompanyID
	var to []id.Of[id.Organisation]
	last := t.After
	for _, r := range rows {
		last = max(last, int64(r.ID))
		if r.CompanyID != nil {
			companies = append(companies, *r.CompanyID)
		} else {
			to = append(to, *r.OfficeID)
		}
	}
	if s.Tell != nil {
		if err := s.tellAll(ctx, tx, c, "instrument.note-urged", fmt.Sprintf("circular|%d|%d", int64(c.ID), t.Turn), companies, to); err != nil {
			return err
		}
	}
	if len(rows) < batch {
		return nil
	}
	return jobs.Enqueue(ctx, tx, Urge{t.CircularID, t.Turn, last}, jobs.Key(fmt.Sprintf("%d:%d:%d", int64(t.CircularID), t.Turn, last)))
}
