package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/live"
	"anbiao/kit/mail"
	"anbiao/kit/page"
	"anbiao/kit/push"
	"anbiao/kit/seal"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead rbac.Action = "notice.inbox.read"
	ActionMark rbac.Action = "notice.inbox.mark"
	ActionMail rbac.Action = "notice.mail.read" // one's own; the platform administrator's are all

	ActionHooks    rbac.Action = "notice.hook.read"
	ActionHookEdit rbac.Action = "notice.hook.edit"
	ActionPrefer   rbac.Action = "notice.preference.edit"
)

// Service is what the rest of the program may ask about messages.
type Service struct {
	Gate      *rbac.Gate
	Addresses Addresses
	Mailer    Mailer
	BaseURL   string                  // of the links in mail
	Box       *seal.Box               // of hooks' secrets and addresses
	Senders   map[Channel]push.Sender // what this installation has besides mail
	Codes     CodeSender              // of one-time codes; nil: they are kept
	Binder    Binder                  // of WeChat accounts; nil: there is no service account
	Live      *live.Wire              // rings open pages; nil: none are held open

	Mornings []Morning // that Watch looks after
	Admins   Admins
	Call     Call  // nil: there is no other channel
	Tasks    Tasks // nil: nobody is asked to put an address right
	Batch    int   // rows that one transaction of a job starts from; 0: the usual
}

// CodeSender sends a one-time code by SMS.
type CodeSender interface {
	SendCode(ctx context.Context, m push.Message) (push.Receipt, error)
}

// Binder learns the openid of somebody who opens a page in WeChat. Errors: push.ErrRefused.
type Binder interface {
	Address(back, state string) string
	OpenID(ctx context.Context, code string) (string, error)
}

// Load notes which channels this installation has. It runs at each start.
func (s *Service) Load(ctx context.Context) error {
	open := []Channel{Mail}
	for c := range s.Senders {
		open = append(open, c)
	}
	return s.Gate.System(ctx, "notice.load", func(tx db.Tx, _ rbac.Scope) error { return configure(ctx, tx, open) })
}

// Valves are the channels as a whole.
func Valves(ctx context.Context, tx db.Tx) ([]Valve, error) { return valves(ctx, tx) }

// StopChannel keeps what leaves on a channel until it is started again. Errors:
// rbac.ErrNotFound.
func StopChannel(ctx context.Context, tx db.Tx, c Channel, by, reason string) error {
	return stop(ctx, tx, c, by, reason)
}

// StartChannel lets a stopped channel work again and returns how many messages it held.
func StartChannel(ctx context.Context, tx db.Tx, c Channel) (int, error) { return start(ctx, tx, c) }

// Requeue sends deliveries again that were given up, refused or held, and returns how many.
func Requeue(ctx context.Context, tx db.Tx, ids []id.Of[Delivery]) (int, error) {
	return requeue(ctx, tx, ids)
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
