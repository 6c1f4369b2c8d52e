package notice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/mail"
	"anbiao/kit/push"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// lease is how long a claim holds: longer than sending one message may take, so that a
// claim that old is a dead worker's.
const lease = time.Minute

// parcel is a delivery that was claimed, ready to be sent.
type parcel struct {
	row     claimed
	message push.Message
	letter  *mail.Message // of mail
	index   []byte        // of the address
	hook    Hook          // of a message to a hook
}

// deliver claims a delivery, sends it outside any transaction and settles it. Whatever is
// killed in between, it is done again: the message carries the same id each time.
func (s *Service) deliver(ctx context.Context, d id.Of[Delivery]) error {
	p, ok, err := s.take(ctx, d)
	if err != nil || !ok {
		return err
	}
	got, sent := s.send(ctx, p)
	ctx = context.WithoutCancel(ctx) // what was sent must be settled even if the worker is told to stop
	return s.Gate.System(ctx, "notice.deliver", func(tx db.Tx, _ rbac.Scope) error { return s.settle(ctx, tx, p, got, sent) })
}

// send hands a parcel over.
func (s *Service) send(ctx context.Context, p parcel) (push.Receipt, error) {
	if p.letter != nil {
		return push.Receipt{Code: "250"}, s.Mailer.Send(ctx, *p.letter)
	}
	return s.Senders[p.row.Channel].Send(ctx, p.message)
}

// settle notes what became of a try: sent, refused, given up, or to be tried again.
func (s *Service) settle(ctx context.Context, tx db.Tx, p parcel, got push.Receipt, sent error) error {
	end := ending{State: stateSent, ProviderID: got.ProviderID, Receipt: got.Code}
	if sent != nil {
		end.Detail = strings.ReplaceAll(sent.Error(), p.message.To, masked(p.row.Channel, p.message.To))
		if p.letter != nil {
			end.Receipt = ""
		}
	}
	dead := errors.Is(sent, push.ErrDead) || errors.Is(sent, mail.ErrDead)
	switch {
	case sent == nil:
	case dead, errors.Is(sent, push.ErrRefused), errors.Is(sent, mail.ErrRefused):
		end.State = stateFailed
	case p.row.Attempts+1 >= tries:
		end.State = stateDead
	default:
		end.State = stateQueued
		next := tx.Now.Add(max(delay(p.row.Attempts+1), got.Wait))
		end.NextAt = &next
	}
	mine, err := settle(ctx, tx, p.row.Delivery, end)
	if err != nil || !mine {
		return err
	}
	if dead && p.index != nil && p.row.PersonID != nil {
		if err := bury(ctx, tx, DeadAddress{*p.row.PersonID, p.row.Channel, p.index, tx.Now, end.Detail}); err != nil {
			return err
		}
	}
	if end.NextAt != nil {
		return again(ctx, tx, p.row.ID, *end.NextAt)
	}
	return nil
}

// take claims d and writes its message; false if there is nothing to send now.
func (s *Service) take(ctx context.Context, d id.Of[Delivery]) (p parcel, ok bool, err error) {
	err = s.Gate.System(ctx, "notice.deliver", func(tx db.Tx, _ rbac.Scope) error {
		row, mine, err := lock(ctx, tx, d, lease)
		if err != nil || !mine {
			return err
		}
		p = parcel{row: row}
		why, err := s.address(ctx, tx, &p)
		if err != nil {
			return err
		}
		if why != "" {
			state := stateUnroutable
			if why == reasonGone {
				state = stateCancelled
			}
			_, err = settle(ctx, tx, row.Delivery, ending{State: state, Detail: why})
			return err
		}
		h, err := s.hold(ctx, tx, p)
		if err != nil {
			return err
		}
		if h.why != "" {
			return wait(ctx, tx, p, h)
		}
		ok = true
		return claim(ctx, tx, p)
	})
	return p, ok, err
}

// Reasons for which a message has no way.
const (
	reasonGone    = "gone"    // the hook was switched off or removed
	reasonNowhere = "nowhere" // the recipient has no such address
	reasonVoid    = "void"    // the address was called void before
	reasonNoMeans = "no means"
)

// address finds where a delivery goes and writes its message; why is a reason not to.
func (s *Service) address(ctx context.Context, tx db.Tx, p *parcel) (why string, err error) {
	row := p.row
	if row.Channel != Mail && s.Senders[row.Channel] == nil {
		return reasonNoMeans, nil
	}
	if row.HookID != nil {
		return s.toHook(ctx, tx, p)
	}
	found, err := s.Addresses(ctx, tx, []id.Of[id.Person]{*row.PersonID})
	if err != nil {
		return "", err
	}
	to := found[*row.PersonID]
	to.Lang = cmp.Or(to.Lang, text.Chinese)
	at := to.Email
	switch row.Channel {
	case SMS:
		at = to.Phone
	case WeChat:
		if at, err = s.openID(ctx, tx, *row.PersonID); err != nil {
			return "", err
		}
	case Mail, Webhook, WeCom, DingTalk, Feishu:
	}
	if at == "" {
		return reasonNowhere, nil
	}
	p.index = s.AddressIndex(at)
	if row.Suspect && p.index != nil {
		void, err := buried(ctx, tx, *row.PersonID, row.Channel, p.index)
		if err != nil || void {
			return reasonVoid, err
		}
	}
	if p.message, err = s.word(ctx, tx, row, to.Lang); err != nil {
		return "", err
	}
	p.message.To, p.message.PersonID = at, int64(*row.PersonID)
	if row.Channel == Mail {
		p.letter = s.letter(row.ID, *row.PersonID, to, p.message)
	}
	return "", nil
}

// word writes the message of a delivery to a reader of l.
func (s *Service) word(ctx context.Context, tx db.Tx, row claimed, l text.Lang) (push.Message, error) {
	m := push.Message{ID: fmt.Sprintf("notice-%d", row.ID), At: tx.Now, Link: strings.TrimSuffix(s.BaseURL, "/") + "/notices"}
	if row.NoticeID == nil {
		m.Event, m.Title, m.Text = "notice.hook-test", text.Say(l, "notice.hook-test", nil), text.Say(l, "notice.hook-test-body", nil)
		return m, nil
	}
	title, body, err := s.say(ctx, tx, row.wordedBy(), l, row.Code, row.Params.V)
	m.Title, m.Text, m.Event, m.Noun, m.Object = title, body, row.Code, row.Noun, fmt.Sprint(row.ObjectID)
	return m, err
}

// letter writes the mail of a message.
func (*Service) letter(d id.Of[Delivery], person id.Of[id.Person], to Address, m push.Message) *mail.Message {
	return &mail.Message{
		ID:       fmt.Sprintf("notice-%d", d),
		PersonID: int64(person),
		To:       to.Email,
		Name:     to.Name,
		Subject:  text.Say(to.Lang, "notice.mail-subject", map[string]string{"title": m.Title}),
		Text:     text.Say(to.Lang, "notice.mail-body", map[string]string{"name": to.Name, "body": m.Text, "link": m.Link}),
	}
}

// KeptMailer keeps mail in the database instead of sending it, each message once.
type KeptMailer struct{ Gate *rbac.Gate }

// Send keeps m.
func (k KeptMailer) Send(ctx context.Context, m mail.Message) error {
	return k.Gate.System(ctx, "notice.keep", func(tx db.Tx, _ rbac.Scope) error {
		return keep(ctx, tx, Kept{MessageID: m.ID, PersonID: id.Of[id.Person](m.PersonID), Address: m.To, Subject: m.Subject, Body: m.Text, At: tx.Now})
	})
}

// KeptSMS keeps text messages in the database instead of sending them, each once, under
// the masked number: for trying the program out.
type KeptSMS struct{ Gate *rbac.Gate }

// Send keeps m for the person that its delivery is to.
func (k KeptSMS) Send(ctx context.Context, m push.Message) (push.Receipt, error) {
	err := k.Gate.System(ctx, "notice.keep", func(tx db.Tx, _ rbac.Scope) error {
		return keep(ctx, tx, Kept{MessageID: m.ID, PersonID: id.Of[id.Person](m.PersonID), Address: "sms:" + masked(SMS, m.To), Subject: m.Title, Body: m.Text, At: tx.Now})
	})
	return push.Receipt{Code: "OK", ProviderID: "kept"}, err
}
