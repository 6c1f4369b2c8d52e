package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionKinds    rbac.Action = "certificate.kind.list"
	ActionList     rbac.Action = "certificate.card.list"
	ActionMine     rbac.Action = "certificate.mine.list"
	ActionRegister rbac.Action = "certificate.card.register"
	ActionReview   rbac.Action = "certificate.card.review"
	ActionRenew    rbac.Action = "certificate.card.renew"
	ActionRevoke   rbac.Action = "certificate.card.revoke"
	ActionVerify   rbac.Action = "certificate.card.verify"
	ActionReveal   rbac.Action = "certificate.number.reveal"
)

// Service is what the rest of the program may ask about certificates.
type Service struct {
	Gate     *rbac.Gate
	Box      *seal.Box
	Holders  Holders
	Watchers Watchers
	Remind   Remind
	Withdraw Withdraw
	HandOver HandOver
	// Leaders and Principals are those above the holder; nil: nobody is.
	Leaders    Leaders
	Principals Watchers
	// Place keeps what falls due and ends what is settled; nil: nobody does.
	Place func(ctx context.Context, tx db.Tx, open, over []Placed) error
	// Raise enters a hazard for who works without a valid certificate; nil: nobody does.
	Raise Raise
	// Claim binds uploaded files to a row; nil: files are not bound.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Untrained says who lacks a year's training hours; nil: hours are not looked at.
	Untrained Untrained
	// Recognise finds people of a list; nil: lists cannot be imported.
	Recognise Recognise
	Batch     int // certificates that one transaction of the scan looks at; 0: the usual
}

// HolderKey names a person of a company.
type HolderKey struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
}

// Holder is whose certificate it is.
type Holder struct {
	Name     string
	PersonID id.Of[id.Person] // zero: has no login, so nothing can be sent
	LeftOn   day.Date
	UnitID   id.Of[id.Unit] // zero: of none
}

// LeaderKey names a unit of a company and one of its people, who does not lead himself.
type LeaderKey struct {
	CompanyID rbac.CompanyID
	UnitID    id.Of[id.Unit]
	StaffID   id.Of[id.Staff]
}

// What this module needs of others. Each works within the caller's transaction, on any
// number of companies at once.
type (
	// Holders returns whom keys name; who does not exist is missing.
	Holders func(ctx context.Context, tx db.Tx, keys []HolderKey) (map[HolderKey]Holder, error)
	// Leaders returns the logins of those who lead units and what is above them, the nearest first.
	Leaders func(ctx context.Context, tx db.Tx, keys []LeaderKey) (map[LeaderKey][]id.Of[id.Person], error)
	// Watchers returns who watches over the certificates of each company: its safety managers.
	Watchers func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]id.Of[id.Person], error)
	// Remind writes messages. One whose Key was used before is not written again.
	Remind func(ctx context.Context, tx db.Tx, list []Message) error
	// Withdraw takes back unread messages about an object, and their mail that has not left.
	Withdraw func(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, object int64) error
	// HandOver gives a leaver's unread messages about a noun to others.
	HandOver func(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, leaver id.Of[id.Person], to []id.Of[id.Person]) error
)

// Message is a reminder to one person.
type Message struct {
	PersonID  id.Of[id.Person]
	CompanyID rbac.CompanyID
	Noun      string
	ObjectID  int64
	Code      string            // text; its body is Code + "-body"
	Params    map[string]string // a name with "@en" is for English readers
	Key       string
}

// Noun is what messages and the trail call a certificate.
const Noun = "certificate"

// Filter says which certificates to list.
type Filter struct {
	page.Query
	Kind      string          `query:"kind" maxLength:"40"`
	StaffID   id.Of[id.Staff] `query:"staffId"`
	CompanyID rbac.CompanyID  `query:"companyId" doc:"for regulators: one company"`
	DueWithin int             `query:"dueWithin" minimum:"-1" maximum:"3660" default:"-1" doc:"days until the next review or expiry, overdue ones included; -1: any"`
	State     string          `query:"state" enum:"current,overdue,all" default:"current" doc:"current: not ended and of somebody who is still here"`
}

const sortDue = "due"

// List returns one page of certificates, soonest due first, and the day it was read.
func (s *Service) List(ctx context.Context, f Filter) (rows []Certificate, k page.Key, today day.Date, err error) {
	return s.list(ctx, ActionList, f, func(rbac.Scope) id.Of[id.Staff] { return f.StaffID })
}

// Mine returns the actor's own certificates.
func (s *Service) Mine(ctx context.Context, f Filter) (rows []Certificate, k page.Key, today day.Date, err error) {
	return s.list(ctx, ActionMine, f, func(scope rbac.Scope) id.Of[id.Staff] {
		if own := scope.Actor().StaffID; own != 0 {
			return own
		}
		return -1 // nobody
	})
}

func (s *Service) list(ctx context.Context, action rbac.Action, f Filter, of func(rbac.Scope) id.Of[id.Staff]) (rows []Certificate, k page.Key, today day.Date, err error) {
	if k, err = f.Start(sortDue, 2); err != nil {
		return nil, k, today, err
	}
	err = s.Gate.Read(ctx, action, func(tx db.Tx, scope rbac.Scope) (err error) {
		today = dayOf(tx)
		f.StaffID = of(scope)
		rows, err = listBy(ctx, tx, scope, f, k, today)
		return err
	})
	return rows, k, today, err
}

// File is one certificate with what became of it.
type File struct {
	Certificate Certificate
	Standing    Standing
	Today       day.Date // the day it stands so
	Number      string   // masked; empty: not recorded
	Events      []Event
	Lapses      []Lapse // hazards that were entered because its holder went on working
}

// Open returns one certificate. Errors: rbac.ErrNotFound.
func (s *Service) Open(ctx context.Context, c id.Of[id.Certificate]) (f File, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		if f.Certificate, err = certificateByID(ctx, tx, scope, c); err != nil {
			return err
		}
		facts, err := f.Certificate.facts()
		if err != nil {
			return err
		}
		f.Today = dayOf(tx)
		f.Standing = facts.On(f.Today)
		number, err := s.number(f.Certificate)
		if err != nil {
			return err
		}
		f.Number = seal.Mask(number)
		if f.Lapses, err = lapsesOf(ctx, tx, f.Certificate); err != nil {
			return err
		}
		f.Events, err = eventsOf(ctx, tx, f.Certificate)
		return err
	})
	return f, err
}

func (s *Service) number(c Certificate) (string, error) {
	if len(c.NumberSealed) == 0 {
		return "", nil
	}
	return s.Box.Field(int64(c.CompanyID)).Open(c.NumberSealed, numberColumn)
}

// Reason says why somebody wants to see what is hidden; it stays in the trail.
type Reason struct {
	Reason string `json:"reason" minLength:"4" maxLength:"200"`
}

// Reveal returns a certificate's number and notes who asked and why. Errors:
// rbac.ErrNotFound, ErrNoNumber.
func (s *Service) Reveal(ctx context.Context, c id.Of[id.Certificate], why Reason) (number string, err error) {
	err = s.Gate.Witness(ctx, ActionReveal, func(tx db.Tx, scope rbac.Scope) error {
		found, err := certificateByID(ctx, tx, scope, c)
		if err != nil {
			return err
		}
		if number, err = s.number(found); err != nil {
			return err
		}
		if number == "" {
			return ErrNoNumber
		}
		scope.Changed(Noun, int64(c), found.CompanyID, Reason{}, why)
		return nil
	})
	return number, err
}

func dayOf(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }
