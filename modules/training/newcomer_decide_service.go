package training

import (
	"context"
	"errors"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// cardAt names the field of a fault; other errors pass unchanged.
func cardAt(err error, path string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.At(path)
	}
	return err
}

// NewcomerFilter says which newcomers to list.
type NewcomerFilter struct {
	page.Query
	State string `query:"state" enum:"waiting,accepted,refused"`
}

// Newcomers returns one page of those who registered themselves, the newest first.
func (s *Service) Newcomers(ctx context.Context, f NewcomerFilter) (rows []NewcomerRow, k page.Key, err error) {
	if k, err = f.Start("new", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionNewcomers, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = newcomersOf(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Applicant is a newcomer as he is decided upon.
type Applicant struct {
	NewcomerRow
	Identity string // masked; empty: not given
}

// Newcomer returns one of them. Errors: rbac.ErrNotFound.
func (s *Service) Newcomer(ctx context.Context, n id.Of[id.Newcomer]) (a Applicant, err error) {
	err = s.Gate.Read(ctx, ActionNewcomers, func(tx db.Tx, scope rbac.Scope) error {
		if a.NewcomerRow, err = newcomerOne(ctx, tx, scope, n); err != nil {
			return err
		}
		number, err := s.identityOf(a.Newcomer)
		a.Identity = code.Resident(number).Mask()
		return err
	})
	return a, err
}

func (s *Service) identityOf(n Newcomer) (string, error) {
	if len(n.IdentitySealed) == 0 {
		return "", nil
	}
	return s.Cards.Box.Field(int64(n.CompanyID)).Open(n.IdentitySealed, newcomerIdentity)
}

// Acceptance says as whom a newcomer is taken.
type Acceptance struct {
	StaffID  id.Of[id.Staff] `json:"staffId,omitempty" doc:"of the staff already; empty: a new person, or one of the same identity number, or phone and name"`
	UnitID   id.Of[id.Unit]  `json:"unitId,omitempty" doc:"empty: as he said"`
	JoinedOn day.Date        `json:"joinedOn,omitempty" doc:"empty: as he said"`
	StartsOn day.Date        `json:"startsOn,omitempty" doc:"first day of work; empty: not known yet"`
}

// AcceptNewcomer enters a newcomer into the staff and opens his card. Errors: rbac.ErrNotFound, ErrNewcomerDone, ErrCardDay, those of the staff.
func (s *Service) AcceptNewcomer(ctx context.Context, n id.Of[id.Newcomer], in Acceptance) (made id.Of[id.Newcomer], err error) {
	return n, s.decide(ctx, n, func(tx db.Tx, scope rbac.Scope, who *Newcomer) error {
		if !in.StartsOn.IsZero() && (in.StartsOn.Before(cardDay(tx).AddMonths(-3)) || in.StartsOn.After(cardDay(tx).AddYears(1))) {
			return ErrCardDay.At("body.startsOn")
		}
		h := Hiring{Name: who.Name, Phone: who.Phone, UnitID: in.UnitID, JoinedOn: in.JoinedOn, StaffID: in.StaffID}
		if h.UnitID == 0 && who.UnitID != nil {
			h.UnitID = *who.UnitID
		}
		if h.JoinedOn.IsZero() {
			h.JoinedOn = day.Earlier(who.JoinedOn, cardDay(tx)) // the staff takes no day to come
		}
		if h.Identity, err = s.identityOf(*who); err != nil {
			return err
		}
		staff, err := s.Cards.Hire(ctx, tx, scope, who.home(), h)
		if err != nil {
			return err
		}
		unit, err := unitOfStaff(ctx, tx, who.CompanyID, staff)
		if err != nil {
			return err
		}
		who.State, who.StaffID = Accepted, &staff
		c, _, err := s.openCard(ctx, tx, scope, who.home(), staff, unit, CardNew, in.StartsOn)
		if err != nil || in.StartsOn.IsZero() || c.StartsOn == in.StartsOn {
			return err
		}
		c.StartsOn = in.StartsOn // the card was opened when he was entered
		return updateCard(ctx, tx, &c)
	})
}

// RefuseNewcomer turns a newcomer away. Errors: rbac.ErrNotFound, ErrNewcomerDone.
func (s *Service) RefuseNewcomer(ctx context.Context, n id.Of[id.Newcomer], in Voiding) (id.Of[id.Newcomer], error) {
	return n, s.decide(ctx, n, func(_ db.Tx, _ rbac.Scope, who *Newcomer) error {
		who.State, who.Reason = Refused, strings.TrimSpace(in.Reason)
		return nil
	})
}

func (s *Service) decide(ctx context.Context, n id.Of[id.Newcomer], fn func(tx db.Tx, scope rbac.Scope, who *Newcomer) error) error {
	return s.Gate.Write(ctx, ActionNewcomer, func(tx db.Tx, scope rbac.Scope) error {
		row, err := newcomerOne(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		who, err := lockNewcomer(ctx, tx, row.CompanyID, n)
		if err != nil {
			return err
		}
		if who.State != Waiting {
			return ErrNewcomerDone
		}
		was := who.trail()
		if err := fn(tx, scope, &who); err != nil {
			return err
		}
		who.DecidedByName, who.DecidedAt = scope.Actor().Name, &tx.Now
		scope.Changed(NounNewcomer, int64(n), who.CompanyID, was, who.trail())
		scope.Made(int64(n))
		return updateNewcomer(ctx, tx, &who)
	})
}

// LinkNewcomer gives a newcomer a new link, which is shown once; the one before works no more. Errors: rbac.ErrNotFound, ErrNewcomerDone.
func (s *Service) LinkNewcomer(ctx context.Context, n id.Of[id.Newcomer]) (link string, err error) {
	err = s.Gate.Write(ctx, ActionNewcomer, func(tx db.Tx, scope rbac.Scope) error {
		row, err := newcomerOne(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		who, err := lockNewcomer(ctx, tx, row.CompanyID, n)
		if err == nil && who.State != Waiting && who.State != Accepted {
			err = ErrNewcomerDone
		}
		if err != nil {
			return err
		}
		token := newToken()
		who.TokenHash, link = s.linkHash(token), s.BaseURL+"/field/newcomer/"+token
		scope.Changed(NounNewcomer, int64(n), who.CompanyID, linkTrail{}, linkTrail{true})
		return updateNewcomer(ctx, tx, &who)
	})
	return link, err
}

type linkTrail struct{ Linked bool }

// CardSettings is what the page sends of how cards are kept.
type CardSettings struct {
	AutoOpen     bool            `json:"autoOpen" doc:"a card for everybody newly entered"`
	PaperID      id.Of[id.Paper] `json:"paperId,omitempty" doc:"exam that ends the education; empty: on paper"`
	RegisterOpen bool            `json:"registerOpen" doc:"newcomers may register themselves"`
	Contact      string          `json:"contact,omitempty" maxLength:"60" doc:"whom they may ask about their data"`
}

// CardSettingShown is the setting with the address of the code and the names of papers.
type CardSettingShown struct {
	CardSetting
	Company string
	Link    string
	Papers  map[id.Of[id.Paper]]string
}

// CardSetting returns how cards are kept.
func (s *Service) CardSetting(ctx context.Context) (o CardSettingShown, err error) {
	err = s.Gate.Read(ctx, ActionCards, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if o.CardSetting, err = cardSettingOf(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		o.Link = s.joinLink(o.RegisterToken)
		if s.Cards.Firm != nil {
			if o.Company, err = s.Cards.Firm(ctx, tx, scope, home.CompanyID); err != nil {
				return err
			}
		}
		if s.Cards.Papers != nil {
			o.Papers, err = s.Cards.Papers(ctx, tx, scope, nil)
		}
		return err
	})
	return o, err
}

func (s *Service) joinLink(token string) string {
	if token == "" {
		return ""
	}
	return s.BaseURL + "/field/join/" + token
}

// KeepCardSetting changes how cards are kept. Errors: ErrCardPaper.
func (s *Service) KeepCardSetting(ctx context.Context, in CardSettings) (made rbac.CompanyID, err error) {
	return s.changeCardSetting(ctx, func(tx db.Tx, scope rbac.Scope, set *CardSetting) error {
		if in.PaperID != 0 && s.Cards.Papers != nil {
			names, err := s.Cards.Papers(ctx, tx, scope, []id.Of[id.Paper]{in.PaperID})
			if err != nil {
				return err
			}
			if names[in.PaperID] == "" {
				return ErrCardPaper.At("body.paperId")
			}
		}
		set.AutoOpen, set.PaperID, set.RegisterOpen, set.Contact = in.AutoOpen, in.PaperID, in.RegisterOpen, strings.TrimSpace(in.Contact)
		return nil
	})
}

// RenewJoinToken makes the code on the wall worthless and a new one.
func (s *Service) RenewJoinToken(ctx context.Context) (rbac.CompanyID, error) {
	return s.changeCardSetting(ctx, func(_ db.Tx, _ rbac.Scope, set *CardSetting) error {
		set.RegisterToken = newToken()
		return nil
	})
}

type cardSettingTrail struct {
	AutoOpen, RegisterOpen bool
	PaperID                id.Of[id.Paper]
	Renewed                bool
}

func (s *Service) changeCardSetting(ctx context.Context, fn func(db.Tx, rbac.Scope, *CardSetting) error) (made rbac.CompanyID, err error) {
	err = s.Gate.Write(ctx, ActionCardDecide, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		set, err := cardSettingOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		was := set
		set.CompanyID, set.RegionPath, set.OversightLine = home.CompanyID, home.RegionPath, home.Line
		if set.RegisterToken == "" {
			set.RegisterToken = newToken()
		}
		if err := fn(tx, scope, &set); err != nil {
			return err
		}
		set.ChangedByName, set.ChangedAt = scope.Actor().Name, tx.Now
		made = home.CompanyID
		scope.Made(int64(made))
		scope.Changed("training_card_setting", int64(made), made, cardSettingTrail{AutoOpen: was.AutoOpen, RegisterOpen: was.RegisterOpen, PaperID: was.PaperID},
			cardSettingTrail{set.AutoOpen, set.RegisterOpen, set.PaperID, set.RegisterToken != was.RegisterToken})
		return saveCardSetting(ctx, tx, &set)
	})
	return made, err
}
