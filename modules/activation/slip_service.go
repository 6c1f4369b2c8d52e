package activation

import (
	"context"
	"errors"
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Seen is what the bearer of a slip is shown before he says who he is.
type Seen struct {
	Company string // in part where only a code was typed
	Area    string
	Kind    Kind
	Micro   bool
	Until   day.Date // last day
}

// Look tells whose slip a key is: the token of its QR code, or the code typed instead. Wrong
// keys are counted by where they come from.
// Errors: ErrSlip, ErrGuessed, ErrUsed, ErrRevoked, ErrExpired, ErrActivated.
func (s *Service) Look(ctx context.Context, key string) (seen Seen, err error) {
	err = s.withSlip(ctx, "activation.look", key, func(tx db.Tx, _ rbac.Scope, sl Slip, isCode bool) (error, error) {
		if err := s.mayUse(ctx, tx, sl); err != nil {
			return err, nil
		}
		f, err := firmOf(ctx, tx, sl.CompanyID)
		seen = Seen{Company: f.Name, Area: f.Area, Kind: sl.Kind, Micro: micro(f.StaffCount), Until: day.In(sl.ExpiresAt.Add(-time.Second), day.Shanghai)}
		if isCode {
			seen.Company = mask(f.Name)
		}
		return nil, err
	})
	return seen, err
}

// withSlip runs fn with the slip of a key locked. What fn refuses is answered after the
// transaction has committed, for tries are counted in it.
func (s *Service) withSlip(ctx context.Context, name, key string, fn func(tx db.Tx, scope rbac.Scope, sl Slip, isCode bool) (refusal, err error)) error {
	var refusal error
	err := s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		address := whence(rbac.RequestOf(ctx).Address)
		n, err := guessed(ctx, tx, address)
		if err != nil {
			return err
		}
		if n >= guesses {
			refusal = ErrGuessed.With("until", tx.Now.Truncate(time.Hour).Add(time.Hour).In(day.Shanghai).Format("15:04"))
			return nil
		}
		secret, isCode := readKey(key)
		sl, err := s.slipOf(ctx, tx, secret, isCode)
		if errors.Is(err, rbac.ErrNotFound) {
			refusal = ErrSlip
			return countGuess(ctx, tx, address)
		}
		if err != nil {
			return err
		}
		refusal, err = fn(tx, scope, sl, isCode)
		return err
	})
	return plain(err, refusal)
}

// plain returns the error or the refusal as the fault it is.
func plain(err, refusal error) error {
	if err == nil {
		err = refusal
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	return err
}

func (s *Service) slipOf(ctx context.Context, tx db.Tx, secret string, isCode bool) (Slip, error) {
	if isCode {
		return slipByCode(ctx, tx, s.Keys.Indexes(secret, codeColumn))
	}
	return slipByToken(ctx, tx, s.Keys.Indexes(secret, tokenColumn))
}

// mayUse reports why sl does not work. A slip of a company that somebody has signed in for
// meanwhile does not: access to it is issued anew, or given by who has it.
// Errors: ErrUsed, ErrRevoked, ErrExpired, ErrActivated.
func (s *Service) mayUse(ctx context.Context, tx db.Tx, sl Slip) error {
	if err := sl.open(tx.Now); err != nil || sl.Kind == Reissue {
		return err
	}
	members, err := s.Members(ctx, tx, []rbac.CompanyID{sl.CompanyID})
	if err == nil && members[sl.CompanyID] {
		err = ErrActivated
	}
	return err
}

// SendCodeTo sends the bearer of a slip a code to the number he says is his.
// Errors: those of Look, ErrCodes, code.ErrPhone, account.ErrTooManyCodes.
func (s *Service) SendCodeTo(ctx context.Context, key, phone string) error {
	phone, err := mobile(phone)
	if err != nil {
		return err
	}
	return s.withSlip(ctx, "activation.send-code", key, func(tx db.Tx, _ rbac.Scope, sl Slip, _ bool) (error, error) {
		if err := s.mayUse(ctx, tx, sl); err != nil {
			return err, nil
		}
		if sl.Codes >= codesOfSlip {
			return ErrCodes, nil
		}
		if err := countCode(ctx, tx, sl); err != nil {
			return nil, err
		}
		return nil, s.SendCode(ctx, tx, phone)
	})
}

// mobile brings a mobile number to the form it is stored in. Errors: code.ErrPhone.
func mobile(phone string) (string, error) {
	p, err := code.Phone(phone)
	if err != nil || len(p) != 11 || p[0] != '1' {
		return "", code.ErrPhone.At("body.phone")
	}
	return p, nil
}

// Taker is who takes a company over with a slip.
type Taker struct {
	Key      string `json:"key" minLength:"8" maxLength:"60" doc:"token of the QR code, or the code printed beside it"`
	Name     string `json:"name" minLength:"1" maxLength:"40"`
	Phone    string `json:"phone" minLength:"5" maxLength:"20"`
	Code     string `json:"code" pattern:"^[0-9]{6}$" doc:"sent to the phone"`
	Password string `json:"password" minLength:"1" maxLength:"200" doc:"chosen; or that of the account the phone has"`
	As       string `json:"as" required:"false" enum:"principal,safety" default:"principal" doc:"in a micro firm one person is both"`
}

// Redeem makes the bearer of a slip his company's administrator and signs him in. A slip works
// once; sent again by the same person within the hour it signs him in.
// Errors: those of Look, ErrCode, ErrName, code.ErrPhone, those of signing in and of choosing a
// password.
func (s *Service) Redeem(ctx context.Context, in Taker, agent string) (o Session, err error) {
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	if in.Name == "" {
		return o, ErrName.At("body.name")
	}
	if in.Phone, err = mobile(in.Phone); err != nil {
		return o, err
	}
	repeated := false
	err = s.withSlip(ctx, "activation.redeem", in.Key, func(tx db.Tx, scope rbac.Scope, sl Slip, _ bool) (error, error) {
		if sl.UsedAt != nil && sl.UsedAt.Add(again).After(tx.Now) {
			repeated, err = usedBy(ctx, tx, sl, in.Phone)
			return ErrUsed, err
		}
		if err := s.mayUse(ctx, tx, sl); err != nil {
			return err, nil
		}
		var refusal error
		o, refusal, err = s.redeem(ctx, tx, scope, sl, in, agent)
		return refusal, err
	})
	if repeated {
		return s.SignIn(ctx, in.Phone, in.Password, agent)
	}
	return o, err
}

func (s *Service) redeem(ctx context.Context, tx db.Tx, scope rbac.Scope, sl Slip, in Taker, agent string) (o Session, refusal, err error) {
	good, err := s.UseCode(ctx, tx, in.Phone, in.Code)
	if err != nil || !good {
		return o, ErrCode.At("body.code"), err
	}
	f, err := firmOf(ctx, tx, sl.CompanyID)
	if err != nil {
		return o, nil, err
	}
	o, who, refusal, err := s.Found(ctx, tx, scope, Founder{
		Home: rbac.Home{CompanyID: sl.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine},
		Name: in.Name, Phone: in.Phone, Password: in.Password, Agent: agent, Roles: rolesFor(micro(f.StaffCount), in.As),
	})
	if refusal != nil || err != nil {
		return Session{}, refusal, err
	}
	was := sl
	sl.UsedAt, sl.UsedBy = &tx.Now, &who
	scope.Changed("activation-slip", int64(sl.ID), sl.CompanyID, was.seen(), sl.seen())
	if err := spend(ctx, tx, sl); err != nil {
		return o, nil, err
	}
	return o, nil, s.Touch(ctx, tx, sl.CompanyID)
}

// told is what the trail keeps of a slip.
type told struct {
	Kind       Kind
	MadeByName string
	UsedAt     *time.Time
	UsedBy     *id.Of[id.Person]
}

func (s Slip) seen() told { return told{s.Kind, s.MadeByName, s.UsedAt, s.UsedBy} }
