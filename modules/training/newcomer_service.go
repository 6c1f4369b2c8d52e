package training

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/rbac"
)

// Lobby is what a newcomer sees before he says who he is.
type Lobby struct {
	Company string
	Contact string
	Notice  string
	Doors   []Door
}

// atDoor runs fn for a company's code, as the job runner. Errors: ErrJoinCode.
func (s *Service) atDoor(ctx context.Context, name, token string, fn func(tx db.Tx, scope rbac.Scope, set CardSetting) error) error {
	return s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		set, err := cardSettingByToken(ctx, tx, token)
		if errors.Is(err, rbac.ErrNotFound) {
			return ErrJoinCode
		}
		if err != nil {
			return err
		}
		return fn(tx, scope, set)
	})
}

// Lobby tells whose code a newcomer scanned. Errors: ErrJoinCode.
func (s *Service) Lobby(ctx context.Context, token string) (o Lobby, err error) {
	err = s.atDoor(ctx, "training.lobby", token, func(tx db.Tx, scope rbac.Scope, set CardSetting) (err error) {
		o.Contact, o.Notice = set.Contact, NoticeVersion
		if o.Company, err = s.Cards.Firm(ctx, tx, scope, set.CompanyID); err != nil {
			return err
		}
		o.Doors, err = doors(ctx, tx, set.CompanyID)
		return err
	})
	return o, err
}

// Register keeps a newcomer and returns the token of his own link. The same phone, or the same identity number, is the same
// registration: he gets a new link to it; under another name it is refused. Once he is accepted, only his identity number opens it
// anew: the link signs and sits exams. Errors: ErrJoinCode, ErrJoinTaken, ErrJoinFlood, ErrJoinOther, ErrJoinUnit, those of fill.
func (s *Service) Register(ctx context.Context, in Registering) (token string, err error) {
	picture, err := s.portrait(ctx, in.Photo)
	if err != nil {
		return "", err
	}
	token = newToken()
	err = s.atDoor(ctx, "training.register", in.Token, func(tx db.Tx, scope rbac.Scope, set CardSetting) error {
		n := Newcomer{
			CompanyID: set.CompanyID, RegionPath: set.RegionPath, OversightLine: set.OversightLine, State: Waiting, Photo: picture, RegisteredAt: tx.Now,
			TokenHash: s.linkHash(token), AddressHash: s.Cards.Box.Field(0).Index(rbac.RequestOf(ctx).Address, newcomerAddress),
		}
		if err := n.fill(in, s.Cards.Box.Field(int64(set.CompanyID)), cardDay(tx)); err != nil {
			return err
		}
		if err := offered(ctx, tx, n); err != nil {
			return err
		}
		if err := lockRegistrations(ctx, tx, set.CompanyID); err != nil {
			return err
		}
		return s.register(ctx, tx, scope, n)
	})
	return token, err
}

// offered refuses a unit that the company does not offer. Errors: ErrJoinUnit.
func offered(ctx context.Context, tx db.Tx, n Newcomer) error {
	if n.UnitID == nil {
		return nil
	}
	all, err := doors(ctx, tx, n.CompanyID)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ID == *n.UnitID {
			return nil
		}
	}
	return ErrJoinUnit.At("body.unitId")
}

func (s *Service) register(ctx context.Context, tx db.Tx, scope rbac.Scope, n Newcomer) error {
	was, again, err := alikeNewcomer(ctx, tx, n)
	if err != nil {
		return err
	}
	if again {
		if was.Name != n.Name {
			return ErrJoinOther.At("body.phone")
		}
		if was.State == Waiting {
			n.ID, n.AddressHash = was.ID, was.AddressHash
			return updateNewcomer(ctx, tx, &n)
		}
		if len(was.IdentityIndex) == 0 || !bytes.Equal(was.IdentityIndex, n.IdentityIndex) {
			return ErrJoinTaken.At("body.phone")
		}
		was.TokenHash = n.TokenHash
		return updateNewcomer(ctx, tx, &was)
	}
	near, all, err := registered(ctx, tx, n.CompanyID, n.AddressHash, tx.Now.Add(-10*time.Minute), cardDay(tx).Midnight(day.Shanghai))
	if err != nil {
		return err
	}
	if near >= floodAddress || all >= floodDay {
		return ErrJoinFlood
	}
	if err := insertNewcomer(ctx, tx, &n); err != nil {
		return err
	}
	scope.Changed(NounNewcomer, int64(n.ID), n.CompanyID, newcomerTrail{}, n.trail())
	if s.Tell == nil {
		return nil
	}
	return s.Tell(ctx, tx, scope, []Note{{CompanyID: n.CompanyID, Noun: NounNewcomer, ObjectID: int64(n.ID), Code: "training.note-newcomer", Params: map[string]string{"post": n.PostName}, Key: "newcomer|" + n.ID.String()}})
}

// portrait reads a photo of a newcomer and draws it anew; none is none. Errors: ErrJoinPhoto.
func (*Service) portrait(ctx context.Context, url string) ([]byte, error) {
	if url == "" {
		return []byte{}, nil
	}
	if _, after, found := strings.Cut(url, ";base64,"); found {
		url = after
	}
	b, err := base64.StdEncoding.DecodeString(url)
	if err != nil {
		return nil, ErrJoinPhoto.At("body.photo").Because(err)
	}
	kind, err := photo.Detect(b)
	if err != nil || !kind.Image {
		return nil, ErrJoinPhoto.At("body.photo")
	}
	p, err := photo.Process(ctx, b)
	if err != nil {
		return nil, ErrJoinPhoto.At("body.photo").Because(err)
	}
	return p.Thumb, nil
}

func (s *Service) linkHash(token string) []byte {
	return s.Cards.Box.Field(0).Index(token, newcomerToken)
}

// Progress is how far a newcomer has come.
type Progress struct {
	Company string
	Row     NewcomerRow
	Card    *CardFile
}

// byLink runs fn for the bearer of a newcomer's link, as the job runner. Errors: ErrJoinLink.
func (s *Service) byLink(ctx context.Context, name, token string, fn func(tx db.Tx, scope rbac.Scope, n NewcomerRow) error) error {
	return s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		n, err := newcomerByToken(ctx, tx, s.linkHash(token))
		if errors.Is(err, rbac.ErrNotFound) {
			return ErrJoinLink
		}
		if err != nil {
			return err
		}
		return fn(tx, scope, n)
	})
}

// Progress shows a newcomer what is still missing. Errors: ErrJoinLink.
func (s *Service) Progress(ctx context.Context, token string) (p Progress, err error) {
	err = s.byLink(ctx, "training.progress", token, func(tx db.Tx, scope rbac.Scope, n NewcomerRow) (err error) {
		p, err = s.progress(ctx, tx, scope, n)
		return err
	})
	return p, err
}

func (s *Service) progress(ctx context.Context, tx db.Tx, scope rbac.Scope, n NewcomerRow) (p Progress, err error) {
	p.Row = n
	if p.Company, err = s.Cards.Firm(ctx, tx, scope, n.CompanyID); err != nil || n.StaffID == nil {
		return p, err
	}
	rows, err := cardsOfStaff(ctx, tx, n.CompanyID, *n.StaffID)
	if err != nil {
		return p, err
	}
	for _, r := range rows {
		if r.ID != n.CardID {
			continue
		}
		files, err := s.cardFiles(ctx, tx, scope, n.CompanyID, []CardRow{r})
		if err != nil {
			return p, err
		}
		p.Card = &files[0]
	}
	return p, nil
}

// SignByLink puts a newcomer's signature under what he was taught. Errors: ErrJoinLink, ErrCardClosed, ErrCardNothing, ErrCardStrokes.
func (s *Service) SignByLink(ctx context.Context, token string, in CardSigning) (p Progress, err error) {
	err = s.byLink(ctx, "training.sign-by-link", token, func(tx db.Tx, scope rbac.Scope, n NewcomerRow) error {
		if n.CardID == 0 {
			return ErrCardNothing
		}
		c, had, err := cardWithLevels(ctx, tx, n.CompanyID, n.CardID)
		if err != nil {
			return err
		}
		if err := s.signCard(ctx, tx, scope, &c, had, in); err != nil {
			return err
		}
		n.CardState = c.State
		p, err = s.progress(ctx, tx, scope, n)
		return err
	})
	return p, err
}

// Pass is what the link of a newcomer lets him sit.
type Pass struct {
	Home    rbac.Home
	StaffID id.Of[id.Staff]
	Name    string
	PaperID id.Of[id.Paper]
	CardID  id.Of[id.Education]
}

// PassOf tells what the bearer of a link may sit. Errors: rbac.ErrNotFound.
func (s *Service) PassOf(ctx context.Context, tx db.Tx, token string) (Pass, error) {
	n, err := newcomerByToken(ctx, tx, s.linkHash(token))
	if err != nil {
		return Pass{}, err
	}
	set, err := cardSettingOf(ctx, tx, n.CompanyID)
	if err == nil && (n.StaffID == nil || n.CardID == 0 || set.PaperID == 0) {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Pass{}, err
	}
	return Pass{n.home(), *n.StaffID, n.Name, set.PaperID, n.CardID}, nil
}
