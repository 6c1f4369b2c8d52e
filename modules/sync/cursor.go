package sync

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"anbiao/rbac"
)

// cursor is how far a reader has come. It is no secret and grants nothing: rows are read with the reader's own rights.
type cursor struct {
	Cluster string `json:"c"`           // database that the numbers of transactions belong to
	Reader  string `json:"r"`           // whose rows, and of which kinds
	Xid     int64  `json:"x"`           // everything up to (Xid, ID) of the log is told
	ID      int64  `json:"i,omitempty"` //
	First   *place `json:"f,omitempty"` // of the first run; the log is read from Xid when it is over
}

// place is the last row told of the first run.
type place struct {
	Kind    string `json:"k"`
	Region  string `json:"p,omitempty"`
	Company int64  `json:"o,omitempty"`
	Day     string `json:"d,omitempty"`
	ID      int64  `json:"n,omitempty"`
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parse reads a cursor. Errors: ErrCursor.
func parse(s string) (c cursor, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, ErrCursor.At("query.cursor").Because(err)
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, ErrCursor.At("query.cursor").Because(err)
	}
	if c.Cluster == "" || c.Reader == "" || c.Xid < 0 || c.ID < 0 || (c.First != nil && !c.First.sound()) {
		return c, ErrCursor.At("query.cursor")
	}
	return c, nil
}

func (p place) sound() bool {
	_, err := dayOf(p.Day)
	return p.Company >= 0 && p.ID >= 0 && (p.Day == "" || err == nil) && rankOf(p.Kind) >= 0
}

func rankOf(kind string) int {
	for i, k := range kinds {
		if k.Name == kind {
			return i
		}
	}
	return -1
}

// readerOf stands for whose rows are read and of which kinds: another scope sees other rows, and needs a first run of its own.
func readerOf(a rbac.Actor, chosen []Kind) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s|%d|%d|%q|%d", a.Kind, a.CompanyID, a.OrganisationID, a.Areas, a.Lines) // a hash takes everything
	for _, k := range chosen {
		_, _ = fmt.Fprintf(h, "|%s", k.Name)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
