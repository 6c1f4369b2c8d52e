package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Bar is one thing that keeps a person from a post: a certificate that he lacks, training that is open.
type Bar struct {
	Source string            `json:"source"` // e.g. certificate
	Code   string            `json:"code"`   // text
	Params map[string]string `json:"params"` // a name with "@en" is for English readers
}

// Barred returns what keeps somebody from a post on a day.
type Barred func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff], post org.Post, on day.Date) ([]Bar, error)

// Say is the bar in words.
func (b Bar) Say(l text.Lang) string {
	params := b.Params
	if l == text.English {
		params = map[string]string{}
		for k, v := range b.Params {
			if en, ok := b.Params[k+"@en"]; ok {
				v = en
			}
			params[k] = v
		}
	}
	return text.Say(l, b.Code, params)
}

func sayBars(l text.Lang, bars []Bar) string {
	words := make([]string, len(bars))
	for i, b := range bars {
		words[i] = b.Say(l)
	}
	if l == text.English {
		return strings.Join(words, "; ")
	}
	return strings.Join(words, "；")
}

// barsOf asks everybody who may bar p from post.
func (s *Service) barsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, p Person, post Post, on day.Date) (bars []Bar, err error) {
	for _, f := range s.Bars {
		found, err := f(ctx, tx, scope, p.home(), p.ID, post.org(), on)
		if err != nil {
			return nil, err
		}
		bars = append(bars, found...)
	}
	return bars, nil
}

// admit returns what bars p from post and is overridden. Errors: ErrBarred without a reason or the permission.
func (s *Service) admit(ctx context.Context, tx db.Tx, scope rbac.Scope, p Person, post Post, pl Placing) ([]Bar, error) {
	on := pl.From
	if now := today(tx); on.Before(now) {
		on = now // whatever he lacked then, he works there today
	}
	bars, err := s.barsOf(ctx, tx, scope, p, post, on)
	if err != nil || len(bars) == 0 {
		return nil, err
	}
	barred := ErrBarred.With("bars", sayBars(text.Of(ctx), bars))
	switch {
	case strings.TrimSpace(pl.Override) == "":
		return nil, barred
	case !scope.Can(ActionOverride):
		return nil, rbac.ErrForbidden.Because(barred)
	}
	return bars, nil
}

// BarsOf returns what would bar somebody from a post today. Errors: rbac.ErrNotFound, ErrPostUnknown.
func (s *Service) BarsOf(ctx context.Context, who id.Of[id.Staff], post id.Of[id.Post]) (bars []Bar, err error) {
	err = s.Gate.Read(ctx, ActionAssign, func(tx db.Tx, scope rbac.Scope) error {
		p, err := seePerson(ctx, tx, scope, who)
		if err != nil {
			return err
		}
		o, err := postSeen(ctx, tx, scope, post)
		if err != nil {
			return unknown(err, ErrPostUnknown.At("query.postId"))
		}
		bars, err = s.barsOf(ctx, tx, scope, p, o, today(tx))
		return err
	})
	return bars, err
}

// Override is somebody put on a post although something barred him.
type Override struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Override]
	RegionPath    string
	OversightLine int16
	AssignmentID  id.Of[Assignment]
	StaffID       id.Of[id.Staff]
	PostID        id.Of[id.Post]
	UnitID        id.Of[id.Unit]
	StaffName     string
	PostName      string
	FromOn        day.Date
	Bars          db.JSON[[]Bar]
	Reason        string
	ByPersonID    id.Of[id.Person]
	ByName        string
	At            time.Time
}

func keepOverride(ctx context.Context, tx db.Tx, scope rbac.Scope, a Assignment, p Person, post Post, reason string, bars []Bar) error {
	o := Override{
		CompanyID: a.CompanyID, RegionPath: a.RegionPath, OversightLine: a.OversightLine, AssignmentID: a.ID, StaffID: p.ID, PostID: post.ID, UnitID: post.UnitID, StaffName: p.Name,
		PostName: post.Name, FromOn: a.FromOn, Bars: db.JSON[[]Bar]{V: slices.Clone(bars)}, Reason: strings.TrimSpace(reason), ByPersonID: scope.Actor().PersonID,
		ByName: scope.Actor().Name, At: tx.Now,
	}
	if a.UnitID != nil {
		o.UnitID = *a.UnitID
	}
	err := insertOverride(ctx, tx, &o)
	scope.Changed("staff_override", int64(o.ID), o.CompanyID, Override{}, o)
	return err
}

// OverrideFilter says which to list.
type OverrideFilter struct {
	page.Query
	StaffID id.Of[id.Staff] `query:"staffId"`
}

const sortLatest = "latest"

// Overrides lists who was put on a post although something barred him, the latest first. Errors: page.ErrCursor.
func (s *Service) Overrides(ctx context.Context, f OverrideFilter) (rows []Override, k page.Key, err error) {
	if k, err = f.Start(sortLatest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionOverrides, func(tx db.Tx, scope rbac.Scope) error {
		rows, err = overridesBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}
