// Package mail sends plain-text mail by SMTP.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// ErrRefused is a server's lasting refusal (reply 5xx): sending the same again is useless.
var ErrRefused = errors.New("mail: refused for good")

// Message is one mail to one person.
type Message struct {
	ID       string // unique and the same each time it is sent; becomes the Message-ID
	PersonID int64  // whom it is for
	To, Name string // address and display name
	Subject  string
	Text     string
}

// SMTP sends through one server. It is safe for concurrent use; each message is a
// connection of its own.
type SMTP struct {
	host, from, domain string
	options            []mail.Option
}

// patience is how long one message may take, in all.
const patience = 30 * time.Second

// Open reads smtp://user:password@host:port?from=a@b (STARTTLS: required when there is a
// password to protect, else where offered) or smtps://… (TLS from the start). It does not
// connect.
func Open(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("mail: malformed address") // the error would quote the password
	}
	s := &SMTP{host: u.Hostname(), from: u.Query().Get("from"), domain: u.Hostname()}
	if s.from == "" {
		s.from = "anbiao@" + s.host
	}
	s.options = []mail.Option{mail.WithTimeout(patience)}
	switch u.Scheme {
	case "smtps":
		s.options = append(s.options, mail.WithSSL(), mail.WithPort(465))
	case "smtp":
		s.options = append(s.options, mail.WithPort(25), mail.WithTLSPolicy(policy(u.User)))
	default:
		return nil, fmt.Errorf("mail: scheme %q is neither smtp nor smtps", u.Scheme)
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("mail: port %q", p)
		}
		s.options = append(s.options, mail.WithPort(n))
	}
	if password, set := u.User.Password(); set {
		s.options = append(s.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	_, err = s.client()
	return s, err
}

func policy(user *url.Userinfo) mail.TLSPolicy {
	if _, secret := user.Password(); secret {
		return mail.TLSMandatory
	}
	return mail.TLSOpportunistic
}

func (s *SMTP) client() (*mail.Client, error) {
	c, err := mail.NewClient(s.host, s.options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return c, nil
}

// Send hands m to the server. That it returns nil means accepted, not delivered.
// Errors: ErrRefused.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(s.from), msg.AddToFormat(m.Name, m.To)); err != nil {
		return errors.Join(ErrRefused, err)
	}
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain)
	msg.SetDate()
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	c, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = c.DialAndSendWithContext(ctx, msg)
	if refusal, ok := errors.AsType[*mail.SendError](err); ok && !refusal.IsTemp() && refusal.ErrorCode() >= 500 {
		return errors.Join(ErrRefused, err)
	}
	return err
}
