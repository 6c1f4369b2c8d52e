// Package notice tells people what they must know: an inbox in the program, mail and other
// channels. What
// is said is kept as a code with parameters and becomes a sentence when it is read, in the
// reader's language. A message with a key is written once, however often it is asked for;
// mail is handed over at least once, always under the same Message-ID.
package notice

import (
	"errors"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// errClaimed makes a delivery that another worker is busy with be tried again later,
// errEarly one that is not due yet.
var (
	errClaimed = errors.New("notice: another worker is sending this")
	errEarly   = errors.New("notice: this is not due yet")
)

// Note is a message to be written. Either Company or Organisation, or both, must be set.
type Note struct {
	Person       id.Of[id.Person]       // recipient
	Company      rbac.CompanyID         // the company it is about
	Organisation id.Of[id.Organisation] // where the recipient is addressed, if not as a member of Company
	Noun         string                 // what it links to, e.g. "certificate"
	Object       int64
	Code         string            // text of its title; its body is Code + "-body"
	Params       map[string]string // of both texts; "title@en" stands for "title" to English readers
	Key          string            // what must be said once; empty: always said
}

// Notice is a message in somebody's inbox.
type Notice struct {
	ID             id.Of[id.Notice]
	PersonID       id.Of[id.Person]
	CompanyID      *rbac.CompanyID
	OrganisationID *id.Of[id.Organisation]
	Noun           string
	ObjectID       int64
	Code           string
	Params         db.JSON[map[string]string]
	DedupeKey      *string
	CreatedAt      time.Time
	ReadAt         *time.Time
	ClosedAt       *time.Time // withdrawn, or handed over
}

// States of a delivery.
const (
	stateQueued     = "queued"
	stateClaimed    = "claimed"
	stateSent       = "sent"       // accepted by the server, which is not yet delivered
	stateFailed     = "failed"     // refused for good
	stateDead       = "dead"       // given up after the last try
	stateUnroutable = "unroutable" // the recipient has no address
	stateCancelled  = "cancelled"  // withdrawn before it left
	stateHeld       = "held"       // waits for the morning, its turn, the next day or the channel
)

// Delivery is one message leaving on one channel, to a person or to a hook.
type Delivery struct {
	ID           id.Of[Delivery]
	NoticeID     *id.Of[id.Notice] // nil: the test of a hook
	Channel      Channel
	State        string
	Attempts     int
	Error        string
	CreatedAt    time.Time
	ClaimedAt    *time.Time
	SettledAt    *time.Time
	CompanyID    *rbac.CompanyID
	PersonID     *id.Of[id.Person]
	HookID       *id.Of[id.Hook]
	EventKey     string // of a hook: what must be said once
	Title        string // what a hook was told
	Address      string // masked
	AddressIndex []byte
	NextAt       *time.Time
	HeldFor      string
	ProviderID   string
	Receipt      string
}

// Kept is a mail that is kept here instead of being sent.
type Kept struct {
	ID        id.Of[Kept]
	MessageID string
	PersonID  id.Of[id.Person]
	Address   string
	Subject   string
	Body      string
	At        time.Time
	Code      string // of a letter that a text message carries
}

// sentence renders code for a reader of l.
func sentence(l text.Lang, code string, params map[string]string) string {
	return text.Say(l, code, paramsIn(l, params))
}

// paramsIn are the parameters for a reader of l: "x@en" replaces "x" if l is English.
func paramsIn(l text.Lang, params map[string]string) map[string]string {
	own := map[string]string{}
	for name, v := range params {
		base, lang, special := strings.Cut(name, "@")
		if special && text.Lang(lang) == l {
			own[base] = v
		} else if _, replaced := params[name+"@"+string(l)]; !special && !replaced {
			own[name] = v
		}
	}
	return own
}

// Address is where a person's mail goes.
type Address struct {
	Name  string
	Email string    // empty: he has none
	Phone string    // empty: he has none
	Lang  text.Lang // empty: Chinese
}
