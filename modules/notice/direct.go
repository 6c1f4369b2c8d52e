package notice

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/mail"
	"anbiao/kit/push"
	"anbiao/rbac"
)

// Letter is a message that does not belong in an inbox: a code for somebody who cannot
// sign in yet.
type Letter struct {
	Person         id.Of[id.Person]
	Phone, Email   string
	Subject, Body  string
	Code           string // that a text message carries
	PreferredPhone bool   // send by SMS if both are known
}

// SendLetter hands a kept letter to the mail server.
type SendLetter struct{ ID id.Of[Kept] }

// Kind names the job.
func (SendLetter) Kind() string { return "notice.send-letter" }

// Direct keeps a letter in the caller's transaction, which is the job runner's. It leaves
// by mail or SMS once the transaction has committed; a letter to a phone stays readable to
// the platform administrator where no SMS provider for codes is configured.
func (s *Service) Direct(ctx context.Context, tx db.Tx, l Letter) error {
	k := Kept{MessageID: "letter-" + uuid.NewString(), PersonID: l.Person, Address: l.Email, Subject: l.Subject, Body: l.Body, At: tx.Now}
	if k.Address == "" || (l.PreferredPhone && l.Phone != "") {
		k.Address, k.Code = smsPrefix+l.Phone, l.Code
	}
	n, err := keepLetter(ctx, tx, k)
	if err != nil {
		return err
	}
	if s.kept(k) {
		return nil
	}
	return jobs.Enqueue(ctx, tx, SendLetter{n})
}

// smsPrefix marks the address of a letter to a phone.
const smsPrefix = "sms:"

// kept reports whether a letter stays here.
func (s *Service) kept(k Kept) bool {
	if strings.HasPrefix(k.Address, smsPrefix) {
		return s.Codes == nil || k.Code == ""
	}
	_, kept := s.Mailer.(KeptMailer)
	return kept
}

// sendLetter sends a letter. One to a phone loses its words when it has left: they hold a
// code that opens an account.
func (s *Service) sendLetter(ctx context.Context, j SendLetter) error {
	var k Kept
	err := s.Gate.System(ctx, "notice.send-letter", func(tx db.Tx, _ rbac.Scope) (err error) {
		k, err = keptByID(ctx, tx, j.ID)
		return err
	})
	if err != nil {
		return err
	}
	phone, sms := strings.CutPrefix(k.Address, smsPrefix)
	if !sms {
		return s.Mailer.Send(ctx, mail.Message{ID: k.MessageID, PersonID: int64(k.PersonID), To: k.Address, Subject: k.Subject, Text: k.Body})
	}
	if s.Codes == nil || k.Code == "" {
		return nil
	}
	_, err = s.Codes.SendCode(ctx, push.Message{ID: k.MessageID, To: phone, Title: k.Subject, Text: k.Code, At: k.At})
	if err != nil && !errors.Is(err, push.ErrRefused) && !errors.Is(err, push.ErrDead) {
		return err
	}
	return s.Gate.System(ctx, "notice.send-letter", func(tx db.Tx, _ rbac.Scope) error { return blank(ctx, tx, k.ID, masked(SMS, phone)) })
}
