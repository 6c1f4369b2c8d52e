// Package page is how every list is read: forward and back by key, never by offset.
package page

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"anbiao/kit/fault"
)

// ErrCursor refuses a cursor this program did not make, or one of another sort order.
var ErrCursor = fault.New(fault.Invalid, "page.cursor")

// Query is embedded in the input of every list operation.
type Query struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"rows a page"`
	Cursor string `query:"cursor" maxLength:"400" doc:"next or prev of an earlier answer; empty for the first page"`
}

// List is one page. Next and Prev are cursors, empty at either end.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next" doc:"cursor of the following page, empty on the last"`
	Prev  string `json:"prev" doc:"cursor of the page before, empty on the first"`
	Count *int64 `json:"count,omitempty" doc:"rows in all, where it is known without counting them"`
}

// Key is where a page starts: the values of the sort columns of its neighbour, and the
// direction. The zero Key is the first page.
type Key struct {
	Sort string   `json:"s"` // the order the cursor belongs to
	Vals []string `json:"v"` // as text; the query casts them
	Back bool     `json:"b,omitempty"`
}

// Start reads q's cursor for a list ordered by sort with n key columns. Errors: ErrCursor.
func (q Query) Start(sort string, n int) (Key, error) {
	if q.Cursor == "" {
		return Key{Sort: sort}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil {
		return Key{}, ErrCursor.At("query.cursor").Because(err)
	}
	var k Key
	if err := json.Unmarshal(b, &k); err != nil {
		return Key{}, ErrCursor.At("query.cursor").Because(err)
	}
	if k.Sort != sort || len(k.Vals) != n {
		return Key{}, ErrCursor.At("query.cursor")
	}
	return k, nil
}

// First reports whether k is the first page.
func (k Key) First() bool { return len(k.Vals) == 0 }

func (k Key) String() string {
	b, err := json.Marshal(k)
	if err != nil {
		panic(err) // strings and a bool
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Of makes the page of at most limit rows out of rows, which the query read from k with
// LIMIT limit+1, in list order or, when k.Back, in reverse. keyOf gives a row's key.
func Of[R, T any](rows []R, k Key, limit int, keyOf func(R) []string, view func(R) T) List[T] {
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if k.Back {
		slices.Reverse(rows)
	}
	l := List[T]{Items: make([]T, len(rows))}
	for i, r := range rows {
		l.Items[i] = view(r)
	}
	if len(rows) == 0 {
		return l
	}
	if more || k.Back {
		l.Next = Key{Sort: k.Sort, Vals: keyOf(rows[len(rows)-1])}.String()
	}
	if (k.Back && more) || (!k.Back && !k.First()) {
		l.Prev = Key{Sort: k.Sort, Vals: keyOf(rows[0]), Back: true}.String()
	}
	return l
}
