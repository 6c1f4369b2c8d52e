package notice

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/mail"
	"anbiao/rbac"
)

// Letter is a message that does not belong in an inbox: a code for somebody who cannot
// sign in yet.
type Letter struct {
	Person         id.Of[id.Person]
	Phone, Email   string
	Subject, Body  string
	PreferredPhone bool // send by SMS if both are known
}

// SendLetter hands a kept letter to the mail server.
type SendLetter struct{ ID id.Of[Kept] }

// Kind names the job.
func (SendLetter) Kind() string { return "notice.send-letter" }

// Direct keeps a letter in the caller's transaction, which is the job runner's. It leaves
// by mail once the transaction has committed; a letter to a phone stays readable to the
// platform administrator where no SMS provider is configured.
func (s *Service) Direct(ctx context.Context, tx db.Tx, l Letter) error {
	address := l.Email
	if address == "" || (l.PreferredPhone && l.Phone != "") {
		address = "sms:" + l.Phone
	}
	k := Kept{MessageID: "letter-" + uuid.NewString(), PersonID: l.Person, Address: address, Subject: l.Subject, Body: l.Body, At: tx.Now}
	n, err := keepLetter(ctx, tx, k)
	if err != nil || strings.HasPrefix(address, "sms:") {
		return err
	}
	if _, kept := s.Mailer.(KeptMailer); kept {
		return nil
	}
	return jobs.Enqueue(ctx, tx, SendLetter{n})
}

func (s *Service) sendLetter(ctx context.Context, j SendLetter) error {
	var k Kept
	err := s.Gate.System(ctx, "notice.send-letter", func(tx db.Tx, _ rbac.Scope) (err error) {
		k, err = keptByID(ctx, tx, j.ID)
		return err
	})
	if err != nil {
		return err
	}
	return s.Mailer.Send(ctx, mail.Message{ID: k.MessageID, PersonID: int64(k.PersonID), To: k.Address, Subject: k.Subject, Text: k.Body})
}
