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
	"github.com/wneessen/go-mail/smtp"
)

// ErrRefused is a server's lasting refusal (reply 5xx): sending the same again is useless.
var ErrRefused = errors.New("mail: refused for good")

// ErrDead comes with ErrRefused where the server says that there is no such mailbox.
var ErrDead = errors.New("mail: no such mailbox")

// Message is one mail to one person.
type Message struct {
	ID       string // unique and the same each time it is sent; becomes the Message-ID
	PersonID int64  // whom it is for
	To, Name string // address and display name
	Subject  string
	Text     string
}

// SMTP sends through one server. It is safe for concurrent use. A connection serves
// several messages, one after another.
type SMTP struct {
	host, from, domain string
	client             *mail.Client
	idle               chan line
}

// line is a connection that has sent before.
type line struct {
	to   *smtp.Client
	used time.Time
}

const (
	idleLines = 16               // kept for the next message
	idleFor   = 15 * time.Second // longer, and the server may be about to hang up
)

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
	s := &SMTP{host: u.Hostname(), from: u.Query().Get("from"), domain: u.Hostname(), idle: make(chan line, idleLines)}
	if s.from == "" {
		s.from = "anbiao@" + s.host
	}
	options := []mail.Option{mail.WithTimeout(patience)}
	switch u.Scheme {
	case "smtps":
		options = append(options, mail.WithSSL(), mail.WithPort(465))
	case "smtp":
		options = append(options, mail.WithPort(25), mail.WithTLSPolicy(policy(u.User)))
	default:
		return nil, fmt.Errorf("mail: scheme %q is neither smtp nor smtps", u.Scheme)
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("mail: port %q", p)
		}
		options = append(options, mail.WithPort(n))
	}
	if password, set := u.User.Password(); set {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	if s.client, err = mail.NewClient(s.host, options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

func policy(user *url.Userinfo) mail.TLSPolicy {
	if _, secret := user.Password(); secret {
		return mail.TLSMandatory
	}
	return mail.TLSOpportunistic
}

// Send hands m to the server. That it returns nil means accepted, not delivered.
// Errors: ErrRefused, with ErrDead if there is no such mailbox.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(s.from), msg.AddToFormat(m.Name, m.To)); err != nil {
		return errors.Join(ErrRefused, ErrDead, err)
	}
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain)
	msg.SetDate()
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	err := s.send(ctx, msg)
	refusal, ok := errors.AsType[*mail.SendError](err)
	if !ok || refusal.IsTemp() || refusal.ErrorCode() < 500 {
		return err
	}
	if noMailbox(refusal) {
		return errors.Join(ErrRefused, ErrDead, err)
	}
	return errors.Join(ErrRefused, err)
}

// noMailbox reports whether a refusal is about the recipient's address: 550 or 553 to RCPT
// without a reason of another kind (RFC 5321), or 5.1.1 and its like (RFC 3463).
func noMailbox(e *mail.SendError) bool {
	if code := e.EnhancedStatusCode(); code != "" {
		return code == "5.1.1" || code == "5.1.2" || code == "5.1.3" || code == "5.1.10"
	}
	return e.Reason == mail.ErrSMTPRcptTo && (e.ErrorCode() == 550 || e.ErrorCode() == 553)
}

// send uses a connection that is open, or opens one. Only a connection found dead before
// anything was said is replaced: after that nobody knows what the server took.
func (s *SMTP) send(ctx context.Context, msg *mail.Msg) error {
	for c := s.open(); c != nil; c = s.open() {
		err := s.client.SendWithSMTPClient(c, msg)
		if dead, ok := errors.AsType[*mail.SendError](err); ok && dead.Reason == mail.ErrConnCheck {
			_ = c.Close()
			continue
		}
		return s.keep(c, err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return s.keep(c, s.client.SendWithSMTPClient(c, msg))
}

// open takes a connection that was used lately, nil if there is none.
func (s *SMTP) open() *smtp.Client {
	for {
		select {
		case l := <-s.idle:
			if time.Since(l.used) < idleFor {
				return l.to
			}
			_ = l.to.Close()
		default:
			return nil
		}
	}
}

// keep puts a connection back after a message that went, and hangs up after any other.
func (s *SMTP) keep(c *smtp.Client, err error) error {
	if err != nil {
		_ = c.Close()
		return err
	}
	select {
	case s.idle <- line{c, time.Now()}:
	default:
		_ = c.Quit()
	}
	return nil
}

// Close hangs up what is open. The next message opens a connection again.
func (s *SMTP) Close() {
	for c := s.open(); c != nil; c = s.open() {
		_ = c.Quit()
	}
}
