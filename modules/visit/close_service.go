package visit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// NewFinding is something wrong, as the officers enter it.
type NewFinding struct {
	ClientID    string                 `json:"clientId" format:"uuid" maxLength:"36" doc:"made by the phone: the same finding sent twice is one"`
	Place       string                 `json:"place" minLength:"1" maxLength:"100"`
	Description string                 `json:"description" minLength:"2" maxLength:"1000"`
	Clause      string                 `json:"clause,omitempty" maxLength:"300" doc:"legal basis, a reference"`
	Level       string                 `json:"level" enum:"general,major"`
	Category    string                 `json:"category,omitempty" maxLength:"3" pattern:"^([AB][0-9]{2})?$"`
	ItemCode    string                 `json:"itemCode,omitempty" maxLength:"40"`
	Photos      []id.Of[id.Attachment] `json:"photos,omitempty" maxItems:"9" nullable:"false" doc:"required unless it is a matter of management (category A…)"`
	DueOn       day.Date               `json:"dueOn,omitempty" required:"false" doc:"to be put right by"`
	OnSpot      bool                   `json:"onSpot,omitempty" doc:"put right while the officers watched"`
	AtOnce      bool                   `json:"atOnce,omitempty" doc:"into the company's ledger now, not when the visit closes; only where the company knows of the visit"`
}

// newFinding makes a finding of the visit. Errors: ErrNow, ErrOtherBody, ErrNotOfficer, ErrBlank, ErrPhoto, ErrDay, ErrSecret.
func (f *file) newFinding(n NewFinding, number int32) (*Finding, error) {
	if err := f.in(Onsite); err != nil {
		return nil, err
	}
	if err := f.mine(); err != nil {
		return nil, err
	}
	n.Place, n.Description = strings.TrimSpace(n.Place), strings.TrimSpace(n.Description)
	client, err := uuid.Parse(n.ClientID)
	switch {
	case err != nil:
		return nil, ErrBlank.At("body.clientId").Because(err)
	case n.Place == "":
		return nil, ErrBlank.At("body.place")
	case n.Description == "":
		return nil, ErrBlank.At("body.description")
	case len(n.Photos) == 0 && !strings.HasPrefix(n.Category, "A"):
		return nil, ErrPhoto.At("body.photos")
	case !n.DueOn.IsZero() && (n.DueOn.Before(f.today()) || n.DueOn.After(f.today().AddYears(2))):
		return nil, ErrDay.At("body.dueOn")
	case n.AtOnce && f.Hidden():
		return nil, ErrSecret.At("body.atOnce")
	}
	one := &Finding{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, VisitID: &f.ID, N: number, ClientID: client, Place: n.Place, Description: n.Description,
		Clause: strings.TrimSpace(n.Clause), Level: n.Level, Category: n.Category, ItemCode: n.ItemCode, Photos: plain(n.Photos), DueOn: n.DueOn, OnSpot: n.OnSpot, FoundBy: f.by.Name, FoundAt: f.now,
	}
	f.tally(one.Level, 1)
	return one, nil
}

func (f *file) tally(level string, n int32) {
	f.Findings += n
	if level == "major" {
		f.Majors += n
	}
	f.ChangedAt = f.now
}

// AddFinding enters a finding. One of the same client id is the earlier one. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody,
// ErrNotOfficer, ErrBlank, ErrPhoto, ErrDay, ErrSecret.
func (s *Service) AddFinding(ctx context.Context, n id.Of[id.Visit], in NewFinding) (made id.Of[Finding], err error) {
	_, err = s.act(ctx, ActionWork, n, worked, func(h hand) error {
		if made, err = findingBy(ctx, h.tx, h.f.Visit, in.ClientID); err != nil || made != 0 {
			return errors.Join(err, h.f.mine())
		}
		number, err := nextFinding(ctx, h.tx, h.f.Visit)
		if err != nil {
			return err
		}
		one, err := h.f.newFinding(in, number)
		if err != nil {
			return err
		}
		if err := s.claim(ctx, h, in.Photos...); err != nil {
			return err
		}
		if err := insertFinding(ctx, h.tx, one); err != nil {
			return err
		}
		made = one.ID
		if in.AtOnce {
			return s.enter(ctx, h, []Finding{*one})
		}
		return nil
	})
	return made, err
}

func (s *Service) claim(ctx context.Context, h hand, files ...id.Of[id.Attachment]) error {
	files = slices.DeleteFunc(slices.Clone(files), func(n id.Of[id.Attachment]) bool { return n == 0 })
	if s.Claim == nil || len(files) == 0 {
		return nil
	}
	return s.Claim(ctx, h.tx, h.scope, h.f.CompanyID, files, "visit", int64(h.f.ID))
}

// Drop strikes a finding out before the visit closes. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrNotOfficer, ErrInLedger.
func (s *Service) Drop(ctx context.Context, n id.Of[id.Visit], finding id.Of[Finding]) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error {
		if err := errors.Join(h.f.in(Onsite), h.f.mine()); err != nil {
			return err
		}
		one, err := single[Finding](ctx, h.tx, h.scope, "visit_finding", int64(finding), forUpdate)
		switch {
		case err != nil:
			return err
		case orNone(one.VisitID) != n || one.DroppedAt != nil:
			return rbac.ErrNotFound
		case one.HazardID != nil:
			return ErrInLedger
		}
		one.DroppedAt = &h.f.now
		h.f.tally(one.Level, -1)
		return saveFinding(ctx, h.tx, &one, "dropped_at")
	})
}

// NewMeasure is an instrument used on site.
type NewMeasure struct {
	Kind      string    `json:"kind" minLength:"1" maxLength:"40" doc:"of the data"`
	Effect    string    `json:"effect" minLength:"1" maxLength:"40" doc:"one of the instrument's"`
	Number    string    `json:"number,omitempty" maxLength:"60" doc:"of the paper"`
	Content   string    `json:"content" minLength:"1" maxLength:"1000"`
	NoticedAt time.Time `json:"noticedAt,omitempty" required:"false" doc:"when the company was told beforehand"`
	FromAt    time.Time `json:"fromAt" doc:"takes effect"`
	Urgent    bool      `json:"urgent,omitempty" doc:"urgent danger: without the notice"`
}

// measure makes a measure of the visit. Errors: ErrNow, ErrOtherBody, ErrNotOfficer, ErrInstrument, ErrBlank, ErrNotice.
func (f *file) measure(n NewMeasure, number int32) (*Measure, error) {
	if err := errors.Join(f.in(Onsite, Closed), f.mine()); err != nil {
		return nil, err
	}
	i, known := instrument(n.Kind)
	if !known || !slices.Contains(i.Effects, n.Effect) || (n.Urgent && !i.Urgent) {
		return nil, ErrInstrument.At("body.kind")
	}
	if strings.TrimSpace(n.Content) == "" {
		return nil, ErrBlank.At("body.content")
	}
	m := &Measure{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, VisitID: f.ID, N: number, Kind: n.Kind, Effect: n.Effect, Number: strings.TrimSpace(n.Number),
		Content: strings.TrimSpace(n.Content), FromAt: n.FromAt.UTC(), Urgent: n.Urgent, MadeBy: f.by.Name, MadeAt: f.now,
	}
	if i.NoticeHours > 0 && !n.Urgent {
		if n.NoticedAt.IsZero() || n.FromAt.Before(i.earliest(n.NoticedAt)) {
			return nil, ErrNotice.At("body.fromAt").With("hours", fmt.Sprint(i.NoticeHours))
		}
	}
	if !n.NoticedAt.IsZero() {
		at := n.NoticedAt.UTC()
		m.NoticedAt = &at
	}
	f.note("measure", m.Content, nil)
	return m, nil
}

// Take notes a measure. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrNotOfficer, ErrInstrument, ErrBlank, ErrNotice.
func (s *Service) Take(ctx context.Context, n id.Of[id.Visit], in NewMeasure) (made id.Of[Measure], err error) {
	_, err = s.act(ctx, ActionWork, n, worked, func(h hand) error {
		past, err := measuresOf(ctx, h.tx, h.f.Visit)
		if err != nil {
			return err
		}
		m, err := h.f.measure(in, int32(len(past)+1))
		if err != nil {
			return err
		}
		err = insertMeasure(ctx, h.tx, m)
		made = m.ID
		return err
	})
	return made, err
}

// Lift ends a measure. Errors: rbac.ErrNotFound, ErrOtherBody, ErrReason.
func (s *Service) Lift(ctx context.Context, n id.Of[id.Visit], measure id.Of[Measure], w Why) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error {
		m, err := single[Measure](ctx, h.tx, h.scope, "visit_measure", int64(measure), forUpdate)
		switch {
		case err != nil:
			return err
		case m.VisitID != n || !m.LiftedOn.IsZero():
			return rbac.ErrNotFound
		case strings.TrimSpace(w.Note) == "":
			return ErrReason.At("body.note")
		}
		m.LiftedOn, m.LiftNote = h.f.today(), strings.TrimSpace(w.Note)
		h.f.note("lift", m.LiftNote, nil)
		return saveLift(ctx, h.tx, &m)
	})
}

// Close ends a visit: its record gets a number, the company sees it, and what was found goes into the company's ledger. Errors:
// rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrNotOfficer, ErrBlank, ErrSignature, ErrRefusal.
func (s *Service) Close(ctx context.Context, n id.Of[id.Visit], c Closing) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error {
		number, err := numbered(ctx, h)
		if err != nil {
			return err
		}
		if err := h.f.close(c, number); err != nil {
			return err
		}
		if err := s.claim(ctx, h, c.OfficerSignature, orNone(h.f.FirmSignature)); err != nil {
			return err
		}
		found, err := findingsOf(ctx, h.tx, h.f.Visit)
		if err != nil {
			return err
		}
		// It is revealed before its findings are entered, so that nothing in the ledger points at what is hidden.
		if err := saveVisit(ctx, h.tx, &h.f.Visit, worked); err != nil {
			return err
		}
		if err := s.enter(ctx, h, found); err != nil {
			return err
		}
		return s.over(ctx, h)
	})
}

func (s *Service) over(ctx context.Context, h hand) error {
	if s.Closed == nil {
		return nil
	}
	return s.Closed(ctx, h.tx, h.scope, h.f.Visit)
}

// numbered draws the number of the record.
func numbered(ctx context.Context, h hand) (string, error) {
	year := h.f.today().Year()
	seq, err := nextNumber(ctx, h.tx, h.f.OrganisationID, "record", year)
	return fmt.Sprintf("检〔%d〕%d号", year, seq), err
}

// enter puts findings into the company's ledger that are not in it, save what was put right on the spot.
func (s *Service) enter(ctx context.Context, h hand, found []Finding) error {
	if s.Find == nil {
		return nil
	}
	for i := range found {
		one := &found[i]
		if one.HazardID != nil || one.OnSpot {
			continue
		}
		photos := make([]id.Of[id.Attachment], len(one.Photos))
		for k, p := range one.Photos {
			photos[k] = id.Of[id.Attachment](p)
		}
		n, number, err := s.Find(ctx, h.tx, h.scope, h.f.CompanyID, Found{
			Ref: fmt.Sprintf("visit|%d|%d", int64(h.f.ID), int64(one.ID)), Unannounced: !h.f.Announced, Place: one.Place, Description: one.Description, Clause: one.Clause,
			Category: one.Category, ItemCode: one.ItemCode, Major: one.Level == "major", DueOn: one.DueOn, Photos: photos,
		})
		if err != nil {
			return err
		}
		one.HazardID, one.HazardNumber = &n, number
		if err := saveFinding(ctx, h.tx, one, "hazard_id", "hazard_number"); err != nil {
			return err
		}
	}
	return nil
}

// Refuse notes that nobody let the officers in. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrNotOfficer, ErrRefusal.
func (s *Service) Refuse(ctx context.Context, n id.Of[id.Visit], w Why) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error {
		number, err := numbered(ctx, h)
		if err != nil {
			return err
		}
		if err := h.f.refuse(w.Note, number); err != nil {
			return err
		}
		return s.over(ctx, h)
	})
}

// Month is what the unannounced visits of a month came to (暗访问题月度汇总).
type Month struct {
	Month string
	Rows  []Tally
	Found []FoundIn
}

// FoundIn is a finding of an unannounced visit, with its company.
type FoundIn struct {
	CompanyName  string
	EndedAt      time.Time
	Place        string
	Description  string
	Level        string
	HazardNumber string
	State        string // of the hazard
	OnSpot       bool
}

// Summary reads the month. Errors: ErrDay.
func (s *Service) Summary(ctx context.Context, month string) (m Month, err error) {
	if _, err := day.Parse(month + "-01"); err != nil {
		return m, ErrDay.At("path.month").Because(err)
	}
	m.Month = month
	err = s.Gate.Read(ctx, ActionSummary, func(tx db.Tx, scope rbac.Scope) (err error) {
		if m.Rows, err = talliesOf(ctx, tx, scope, month); err != nil {
			return err
		}
		m.Found, err = foundIn(ctx, tx, scope, month, 500)
		return err
	})
	return m, err
}
