package notice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/push"
	"anbiao/rbac"
)

// Mine is how a person is reached (我的提醒方式).
type Mine struct {
	Channels []MyChannel
	Said     []Preference // for every channel and category
	Bind     string       // page to open in WeChat; empty: there is no service account
}

// MyChannel is a channel to a person.
type MyChannel struct {
	Channel    Channel
	Configured bool
	Open       bool   // to messages of the company he acts for
	Address    string // masked; empty: he has none
}

// Preferences says how the actor is reached.
func (s *Service) Preferences(ctx context.Context) (out Mine, err error) {
	err = s.Gate.Read(ctx, ActionPrefer, func(tx db.Tx, scope rbac.Scope) error {
		who := scope.Actor().PersonID
		channels, err := channelsOf(ctx, tx, scope.Actor().CompanyID)
		if err != nil {
			return err
		}
		found, err := s.Addresses(ctx, tx, []id.Of[id.Person]{who})
		if err != nil {
			return err
		}
		bound, err := wechatOf(ctx, tx, who)
		if err != nil {
			return err
		}
		shown := map[Channel]string{}
		if to := found[who]; to.Email != "" {
			shown[Mail] = masked(Mail, to.Email)
		}
		if to := found[who]; to.Phone != "" {
			shown[SMS] = masked(SMS, to.Phone)
		}
		if bound != nil {
			shown[WeChat] = masked(WeChat, "bound")
		}
		for _, c := range channels {
			if slices.Contains(personal, c.Channel) {
				out.Channels = append(out.Channels, MyChannel{c.Channel, c.Configured, c.Open, shown[c.Channel]})
			}
		}
		said, err := preferences(ctx, tx, who)
		out.Said = completed(said)
		if s.Binder != nil {
			out.Bind = s.Binder.Address(strings.TrimSuffix(s.BaseURL, "/")+"/field/reminders", s.state(who, tx.Now))
		}
		return err
	})
	return out, err
}

// completed fills in what notice_put decides where nothing was said: no SMS, the rest yes.
func completed(said []Preference) []Preference {
	out := make([]Preference, 0, len(personal)*len(Categories))
	for _, category := range Categories {
		for _, c := range personal {
			p := Preference{Channel: c, Category: category, Wanted: c != SMS}
			if i := slices.IndexFunc(said, func(x Preference) bool { return x.Channel == c && x.Category == category }); i >= 0 {
				p.Wanted = said[i].Wanted
			}
			out = append(out, p)
		}
	}
	return out
}

// Prefer notes what the actor wants. Errors: ErrCategory.
func (s *Service) Prefer(ctx context.Context, list []Preference) error {
	return s.Gate.Write(ctx, ActionPrefer, func(tx db.Tx, scope rbac.Scope) error {
		who := scope.Actor().PersonID
		scope.Made(int64(who))
		for _, p := range list {
			if !slices.Contains(Categories, p.Category) || !slices.Contains(personal, p.Channel) {
				return ErrCategory.At("body.wanted")
			}
			p.PersonID = who
			if err := prefer(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// stateFor is how long the way to WeChat and back may take.
const stateFor = 30 * time.Minute

// state marks whose account is to be bound, so that nobody binds his to another's login.
func (s *Service) state(who id.Of[id.Person], now time.Time) string {
	until := strconv.FormatInt(now.Add(stateFor).Unix(), 36)
	return until + "." + s.stamp(who, until)
}

func (s *Service) stamp(who id.Of[id.Person], until string) string {
	h := hmac.New(sha256.New, s.Box.Derive("wechat-state"))
	_, _ = fmt.Fprintf(h, "%d.%s", who, until)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// BindWeChat binds the WeChat account that came back with code to the actor. Errors:
// ErrWeChatOff, ErrWeChatCode, ErrWeChatTaken, ErrWeChatSilent.
func (s *Service) BindWeChat(ctx context.Context, code, state string) error {
	if s.Binder == nil {
		return ErrWeChatOff
	}
	who, err := s.returning(ctx, state)
	if err != nil {
		return err
	}
	openid, err := s.Binder.OpenID(ctx, code)
	switch {
	case errors.Is(err, push.ErrRefused):
		return ErrWeChatCode.At("body.code").Because(err)
	case err != nil:
		return ErrWeChatSilent.Because(err)
	}
	field := s.Box.Field(0)
	return s.Gate.Write(ctx, ActionPrefer, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(who))
		return bind(ctx, tx, WeChatAccount{who, field.Seal(openid, columnOpenID), field.Index(openid, columnOpenID), tx.Now})
	})
}

// returning checks that state was made for the actor and has not expired.
func (s *Service) returning(ctx context.Context, state string) (who id.Of[id.Person], err error) {
	err = s.Gate.Read(ctx, ActionPrefer, func(tx db.Tx, scope rbac.Scope) error {
		who = scope.Actor().PersonID
		until, mark, _ := strings.Cut(state, ".")
		end, err := strconv.ParseInt(until, 36, 64)
		if err != nil || !hmac.Equal([]byte(mark), []byte(s.stamp(who, until))) || tx.Now.Unix() > end {
			return ErrWeChatCode.At("body.state")
		}
		return nil
	})
	return who, err
}

// UnbindWeChat forgets the actor's WeChat account.
func (s *Service) UnbindWeChat(ctx context.Context) error {
	return s.Gate.Write(ctx, ActionPrefer, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(scope.Actor().PersonID))
		return unbind(ctx, tx, scope.Actor().PersonID)
	})
}

// openID opens the openid of a person, empty if he has bound none.
func (s *Service) openID(ctx context.Context, tx db.Tx, person id.Of[id.Person]) (string, error) {
	a, err := wechatOf(ctx, tx, person)
	if err != nil || a == nil {
		return "", err
	}
	return s.Box.Field(0).Open(a.OpenID, columnOpenID)
}
