package notice

import (
	"cmp"
	"context"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of the message office.
const (
	ActionOffice rbac.Action = "notice.office.list"
	ActionAgain  rbac.Action = "notice.office.resend"
	ActionValve  rbac.Action = "notice.valve.read"
	ActionTurn   rbac.Action = "notice.valve.turn"
)

// Search says which deliveries to list.
type Search struct {
	page.Query
	Whom      string         `query:"whom" maxLength:"100" doc:"a whole phone number or mail address, a login or name, a company's name or credit code"`
	CompanyID rbac.CompanyID `query:"companyId"`
	Channel   string         `query:"channel" enum:"mail,sms,wechat,webhook,wecom,dingtalk,feishu"`
	State     string         `query:"state" enum:"queued,claimed,sent,failed,dead,unroutable,cancelled,held,digested,trouble,waiting" doc:"trouble: did not arrive; waiting: will be tried"`
}

// Shown is a delivery with its message, and what became of it in plain words.
type Shown struct {
	Sent
	Body, Said string
}

// Office returns one page of deliveries, the newest first: the platform administrator's are
// all, a company's its own. Errors: page.ErrCursor.
func (s *Service) Office(ctx context.Context, f Search) (rows []Shown, k page.Key, err error) {
	if k, err = f.Start(sortNewest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionOffice, func(tx db.Tx, scope rbac.Scope) error {
		w, ok, err := s.want(ctx, tx, f)
		if err != nil || !ok {
			return err
		}
		w.from(k)
		found, err := sentOf(ctx, tx, w, f.Limit+1)
		for _, one := range found {
			rows = append(rows, shownTo(scope, text.Of(ctx), one))
		}
		return err
	})
	return rows, k, err
}

// want finds out what a search means; false if it means nobody.
func (s *Service) want(ctx context.Context, tx db.Tx, f Search) (w wanted, ok bool, err error) {
	w = wanted{Firm: int64(f.CompanyID), Channel: f.Channel, States: statesOf(f.State)}
	q := strings.TrimSpace(f.Whom)
	if q == "" {
		return w, true, nil
	}
	people, firms, err := whomMeans(ctx, tx, strings.TrimPrefix(q, "+86"))
	if err != nil {
		return w, false, err
	}
	if len(firms) > 0 && len(people) == 0 {
		if w.Firm != 0 && w.Firm != firms[0] {
			return w, false, nil
		}
		w.Firm = firms[0]
		return w, true, nil
	}
	people = append([]int64{}, people...)
	w.People = &people
	if s.Box != nil {
		w.Indexes = hexes(s.indexes(strings.TrimPrefix(q, "+86")))
	}
	return w, true, nil
}

// indexes are the keyed hashes that an address is found by, under every secret.
func (s *Service) indexes(address string) [][]byte {
	return s.Box.Field(0).Indexes(normal(address), columnAddress)
}

func statesOf(state string) []string {
	switch state {
	case "":
		return nil
	case "trouble":
		return []string{stateFailed, stateDead, stateUnroutable}
	case "waiting":
		return []string{stateQueued, stateClaimed, stateHeld}
	}
	return []string{state}
}

// shownTo words a delivery for whoever looks: the platform's people see no full name.
func shownTo(scope rbac.Scope, l text.Lang, one Sent) Shown {
	if scope.Actor().Kind == rbac.Platform {
		one.PersonName = maskedName(one.PersonName)
	}
	v := Shown{Sent: one, Said: one.said(l)}
	title := text.Say(l, "notice.test-title", nil)
	if one.Code != "" {
		title, v.Body = sentence(l, one.Code, one.Params.V), sentence(l, one.Code+"-body", one.Params.V)
	}
	v.Title = cmp.Or(one.Title, title)
	return v
}

// Look returns one delivery with its attempts. Errors: rbac.ErrNotFound.
func (s *Service) Look(ctx context.Context, d id.Of[Delivery]) (v Shown, tries []Try, err error) {
	err = s.Gate.Read(ctx, ActionOffice, func(tx db.Tx, scope rbac.Scope) error {
		one, err := oneSent(ctx, tx, d)
		if err != nil {
			return err
		}
		v = shownTo(scope, text.Of(ctx), one)
		tries, err = triesOf(ctx, tx, d)
		return err
	})
	return v, tries, err
}

// Again sends a delivery once more that did not arrive. Errors: rbac.ErrNotFound, errBusy
// while it is on its way, errArrived.
func (s *Service) Again(ctx context.Context, d id.Of[Delivery]) error {
	return s.Gate.Write(ctx, ActionAgain, func(tx db.Tx, scope rbac.Scope) error {
		was, err := oneSent(ctx, tx, d)
		if err != nil {
			return err
		}
		found, err := sendAgain(ctx, tx, d)
		if err != nil {
			return err
		}
		switch found {
		case "none":
			return rbac.ErrNotFound
		case "busy":
			return errBusy
		case "done":
			return errArrived
		}
		var company rbac.CompanyID
		if was.CompanyID != nil {
			company = *was.CompanyID
		}
		scope.Made(int64(d))
		scope.Changed("notice_delivery", int64(d), company, struct{ State string }{was.State}, struct{ State string }{stateQueued})
		return nil
	})
}

// Valves returns every channel with today's figures, and what holds for all.
func (s *Service) Valves(ctx context.Context) (rows []Traffic, set Setting, err error) {
	err = s.Gate.Read(ctx, ActionValve, func(tx db.Tx, _ rbac.Scope) (err error) {
		if rows, err = traffic(ctx, tx, midnight(tx.Now)); err != nil {
			return err
		}
		set, err = settingOf(ctx, tx)
		return err
	})
	return rows, set, err
}

func midnight(now time.Time) time.Time { return day.In(now, day.Shanghai).Midnight(day.Shanghai) }

// instant is a time for people.
func instant(at time.Time) string { return at.In(day.Shanghai).Format("2006-01-02 15:04") }

type trailedValve struct {
	Channel   Channel
	Reason    string
	Stopped   bool
	DailyCap  *int
	PerMinute *int
}

func trailedValveOf(t Traffic) trailedValve {
	return trailedValve{t.Channel, t.Reason, t.StoppedAt != nil, t.DailyCap, t.PerMinute}
}

// turn changes a channel and notes it in the trail.
func (s *Service) turn(ctx context.Context, channel string, do func(db.Tx, rbac.Scope) error) error {
	return s.Gate.Write(ctx, ActionTurn, func(tx db.Tx, scope rbac.Scope) error {
		before, err := valved(ctx, tx, channel)
		if err != nil {
			return err
		}
		if err := do(tx, scope); err != nil {
			return err
		}
		after, err := valved(ctx, tx, channel)
		if err != nil {
			return err
		}
		scope.Made(1)
		scope.Changed("notice_valve", 0, 0, trailedValveOf(before), trailedValveOf(after))
		return nil
	})
}

// Stop stops a channel: what would leave waits. Errors: rbac.ErrNotFound.
func (s *Service) Stop(ctx context.Context, channel, reason string) error {
	return s.turn(ctx, channel, func(tx db.Tx, scope rbac.Scope) error {
		return stopValve(ctx, tx, channel, scope.Actor().Name, reason)
	})
}

// Start opens a channel again; what waited leaves. Errors: rbac.ErrNotFound.
func (s *Service) Start(ctx context.Context, channel string) error {
	return s.turn(ctx, channel, func(tx db.Tx, _ rbac.Scope) error { return startValve(ctx, tx, channel) })
}

// Limit sets how much a channel may send; nil is no limit. Errors: rbac.ErrNotFound.
func (s *Service) Limit(ctx context.Context, channel string, daily, minute *int) error {
	return s.turn(ctx, channel, func(tx db.Tx, _ rbac.Scope) error { return limitValve(ctx, tx, channel, daily, minute) })
}

// Set changes what holds for all channels.
func (s *Service) Set(ctx context.Context, set Setting) error {
	return s.Gate.Write(ctx, ActionTurn, func(tx db.Tx, scope rbac.Scope) error {
		before, err := settingOf(ctx, tx)
		if err != nil {
			return err
		}
		set.ChangedByName = scope.Actor().Name
		scope.Made(1)
		type trailed struct{ DigestHours, DigestOver, SMSLi int }
		scope.Changed("notice_setting", 0, 0, trailed{before.DigestHours, before.DigestOver, before.SMSLi}, trailed{set.DigestHours, set.DigestOver, set.SMSLi})
		return saveSetting(ctx, tx, set)
	})
}
