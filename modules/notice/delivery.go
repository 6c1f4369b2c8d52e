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
	"anbiao/kit/text"
	"anbiao/rbac"
)

// lease is how long a claim holds: longer than sending one message may take, so that a
// claim that old is a dead worker's.
const lease = time.Minute

// deliver claims a delivery, sends it outside any transaction and settles it. Whatever is
// killed in between, it is done again: the mail carries the same Message-ID each time.
func (s *Service) deliver(ctx context.Context, d id.Of[Delivery]) error {
	m, ok, err := s.take(ctx, d)
	if err != nil || !ok {
		return err
	}
	sent := s.Mailer.Send(ctx, m)
	state := stateSent
	switch {
	case errors.Is(sent, mail.ErrRefused):
		state = stateFailed
	case sent != nil:
		state = stateQueued
	}
	ctx = context.WithoutCancel(ctx) // what was sent must be settled even if the worker is told to stop
	if err := s.settle(ctx, d, state, sent); err != nil {
		return errors.Join(sent, err)
	}
	if state == stateFailed {
		return nil // trying again is useless; the delivery keeps the reason
	}
	return sent
}

func (s *Service) settle(ctx context.Context, d id.Of[Delivery], state string, sent error) error {
	wrong := ""
	if sent != nil {
		wrong = sent.Error()
	}
	return s.Gate.System(ctx, "notice.deliver", func(tx db.Tx, _ rbac.Scope) error { return settle(ctx, tx, d, state, wrong) })
}

// take claims d and writes its mail; false if there is nothing to send.
func (s *Service) take(ctx context.Context, d id.Of[Delivery]) (m mail.Message, ok bool, err error) {
	err = s.Gate.System(ctx, "notice.deliver", func(tx db.Tx, _ rbac.Scope) error {
		n, mine, err := claim(ctx, tx, d, lease)
		if err != nil || !mine {
			return err
		}
		found, err := s.Addresses(ctx, tx, []id.Of[id.Person]{n.PersonID})
		if err != nil {
			return err
		}
		to := found[n.PersonID]
		to.Lang = cmp.Or(to.Lang, text.Chinese)
		if to.Email == "" {
			return settle(ctx, tx, d, stateUnroutable, "")
		}
		m, err = s.letter(ctx, tx, d, n, to)
		ok = err == nil
		return err
	})
	return m, ok, err
}

// letter writes the mail of a message in the recipient's language.
func (s *Service) letter(ctx context.Context, tx db.Tx, d id.Of[Delivery], n Notice, to Address) (mail.Message, error) {
	title, body, err := s.say(ctx, tx, n.wordedBy(), to.Lang, n.Code, n.Params.V)
	link := strings.TrimSuffix(s.BaseURL, "/") + "/notices"
	return mail.Message{
		ID:       fmt.Sprintf("notice-%d", d),
		PersonID: int64(n.PersonID),
		To:       to.Email,
		Name:     to.Name,
		Subject:  text.Say(to.Lang, "notice.mail-subject", map[string]string{"title": title}),
		Text: text.Say(to.Lang, "notice.mail-body", map[string]string{
			"name": to.Name, "body": body, "link": link,
		}),
	}, err
}

// KeptMailer keeps mail in the database instead of sending it, each message once.
type KeptMailer struct{ Gate *rbac.Gate }

// Send keeps m.
func (k KeptMailer) Send(ctx context.Context, m mail.Message) error {
	return k.Gate.System(ctx, "notice.keep", func(tx db.Tx, _ rbac.Scope) error {
		return keep(ctx, tx, Kept{MessageID: m.ID, PersonID: id.Of[id.Person](m.PersonID), Address: m.To, Subject: m.Subject, Body: m.Text, At: tx.Now})
	})
}
