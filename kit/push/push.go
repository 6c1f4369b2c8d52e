// Package push hands messages to those who deliver them: an address of a firm's own
// (webhook), a group robot, a carrier of SMS, WeChat. It is transport alone: it knows
// nothing of companies, retries or the hour of the day. What it returns never quotes an
// address, for the address of a robot is its password.
package push

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What a channel answers with. Any other error is passing: the same may be sent again.
var (
	ErrRefused   = errors.New("push: refused for good")    // sending the same again is useless
	ErrDead      = errors.New("push: no such address")     // the number or robot does not exist (any more)
	ErrThrottled = errors.New("push: too many, try later") // Receipt.Wait says how long, if they said it
)

// Message is one message to one address.
type Message struct {
	ID       string // unique and the same each time it is sent
	PersonID int64  // whom it is for; 0: no person
	To       string // address of the hook, phone number or openid
	Secret   string // that the hook's signature is made with; may be empty
	Title    string
	Text     string
	Link     string
	At       time.Time // of sending: it stands in signatures
	Event    string    // what happened, a code such as "hazard.assigned"
	Noun     string    // kind of the object it is about
	Object   string    // its id
}

// String names the message and keeps the rest out of logs.
func (m Message) String() string { return m.ID }

// GoString is String, for %#v.
func (m Message) GoString() string { return m.ID }

// Receipt is what the other side said.
type Receipt struct {
	ProviderID string        // its number for the message
	Code       string        // its own code, e.g. "isv.MOBILE_NUMBER_ILLEGAL"
	Detail     string        // its words, cut
	Wait       time.Duration // it asked to wait that long
}

// Sender hands one message over. Errors: ErrRefused, ErrDead, ErrThrottled.
type Sender interface {
	Send(ctx context.Context, m Message) (Receipt, error)
}

// failed makes the error of a code that the other side answered with.
func failed(kind error, r Receipt) (Receipt, error) {
	r.Detail = cut(r.Detail, 200)
	if kind == nil {
		return r, fmt.Errorf("push: answered %s: %s", r.Code, r.Detail)
	}
	return r, fmt.Errorf("%w: %s: %s", kind, r.Code, r.Detail)
}

// cut shortens s to n signs.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// cutBytes shortens s to n bytes at most, between two signs.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	end := 0
	for i := range s {
		if i > n-len("…") {
			break
		}
		end = i
	}
	return s[:end] + "…"
}
