package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/live"
	"anbiao/kit/mail"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead rbac.Action = "notice.inbox.read"
	ActionMark rbac.Action = "notice.inbox.mark"
	ActionMail rbac.Action = "notice.mail.read" // one's own; the platform administrator's are all
)

// Service is what the rest of the program may ask about messages.
type Service struct {
	Gate      *rbac.Gate
	Addresses Addresses
	Mailer    Mailer
	BaseURL   string     // of the links in mail
	Live      *live.Wire // rings open pages; nil: none are held open

	Indexes  func(address string) [][]byte // by which deliveries to an address are found
	Mornings []Morning                     // that Watch looks after
	Admins   Admins
	Call     Call  // nil: there is no other channel
	Tasks    Tasks // nil: nobody is asked to put an address right
	Batch    int   // rows that one transaction of a job starts from; 0: the usual
}

// Addresses returns where mail to people goes; who has no login any more is missing.
type Addresses func(ctx context.Context, tx db.Tx, people []id.Of[id.Person]) (map[id.Of[id.Person]]Address, error)

// Mailer hands a mail over. Sending the same message again, under the same id, must be
// harmless. Errors: mail.ErrRefused for what will never be accepted.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Remind writes messages in the caller's transaction, whoever the caller is, and returns
// the ids of the new ones: one whose Key was used before is not written again. They leave
// by mail once the transaction has committed. A company's transaction can write about that
// company only.
func Remind(ctx context.Context, tx db.Tx, notes ...Note) ([]id.Of[id.Notice], error) {
	if len(notes) == 0 {
		return nil, nil
	}
	return put(ctx, tx, notes)
}

// Withdraw takes back the unread messages about an object of a company, and their mail
// that has not left: what they ask for is done, or no longer true.
func Withdraw(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, object int64) error {
	return withdraw(ctx, tx, company, noun, object, 0)
}

// WithdrawFrom is Withdraw for one recipient: it has become somebody else's business.
func WithdrawFrom(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, object int64, person id.Of[id.Person]) error {
	return withdraw(ctx, tx, company, noun, object, person)
}

// HandOver gives the unread messages about a noun that somebody has from a company to
// others there; who was told the same already is not told again.
func HandOver(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, leaver id.Of[id.Person], to []id.Of[id.Person]) error {
	return handOver(ctx, tx, company, noun, leaver, to)
}

// Filter says which messages to list.
type Filter struct {
	page.Query
	Unread bool `query:"unread" doc:"only those not read yet"`
}

const sortNewest = "newest"

// Inbox returns one page of the actor's messages, newest first, in his language.
func (s *Service) Inbox(ctx context.Context, f Filter) (rows []Worded, k page.Key, err error) {
	if k, err = f.Start(sortNewest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		found, err := inbox(ctx, tx, scope, f.Unread, f.Limit, k)
		if err != nil {
			return err
		}
		rows, err = worded(ctx, tx, text.Of(ctx), found)
		return err
	})
	return rows, k, err
}

// most is where counting unread messages ends: nobody reads the difference.
const most = 100

// Unread counts the actor's unread messages, up to 100.
func (s *Service) Unread(ctx context.Context) (n int, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		n, err = unread(ctx, tx, scope, most)
		return err
	})
	return n, err
}

// MarkRead marks one message read. Errors: rbac.ErrNotFound.
func (s *Service) MarkRead(ctx context.Context, n id.Of[id.Notice]) error {
	return s.Gate.Write(ctx, ActionMark, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(n))
		return markRead(ctx, tx, scope, n)
	})
}

// MarkAll marks everything read up to the newest message the reader has seen, so that one
// arriving meanwhile stays unread.
func (s *Service) MarkAll(ctx context.Context, upTo id.Of[id.Notice]) error {
	return s.Gate.Write(ctx, ActionMark, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(upTo))
		return markAll(ctx, tx, scope, upTo)
	})
}

// Mails returns one page of kept mails, newest first: the actor's own, or all for the
// platform administrator.
func (s *Service) Mails(ctx context.Context, q page.Query) (rows []Kept, k page.Key, err error) {
	if k, err = q.Start(sortNewest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionMail, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = mails(ctx, tx, scope, q.Limit, k)
		return err
	})
	return rows, k, err
}

// Mail returns one kept mail. Errors: rbac.ErrNotFound.
func (s *Service) Mail(ctx context.Context, m id.Of[Kept]) (kept Kept, err error) {
	err = s.Gate.Read(ctx, ActionMail, func(tx db.Tx, _ rbac.Scope) (err error) {
		kept, err = mailByID(ctx, tx, m)
		return err
	})
	return kept, err
}
