package secret

import (
	"context"
	"encoding/hex"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// batch is how many rows one transaction looks at.
const batch = 500

// Service seals again. Others are what other modules sign again, batch by batch, until they report none.
type Service struct {
	Gate   *rbac.Gate
	Box    *seal.Box
	Former bool // there are former keys
	Others []func(context.Context, db.Tx) (more bool, n int, err error)
}

// Reseal walks every sealed column to its end, telling each what became of it. It may be broken off and
// begun anew at any time, and runs beside the program.
func (s *Service) Reseal(ctx context.Context, tell func(what string, t Tally)) error {
	at, sum := cursor{}, Tally{}
	for {
		var next cursor
		var t Tally
		var more bool
		err := s.Gate.System(ctx, "secret.reseal", func(tx db.Tx, _ rbac.Scope) (err error) {
			next, t, more, err = s.step(ctx, tx, at)
			return err
		})
		if err != nil {
			return err
		}
		sum.Seen, sum.Sealed, sum.Lost = sum.Seen+t.Seen, sum.Sealed+t.Sealed, sum.Lost+t.Lost
		if next.At != at.At {
			tell(part(at.At), sum)
			sum = Tally{}
		}
		if at = next; !more {
			return nil
		}
	}
}

// part names what the walk is at.
func part(at int) string {
	switch {
	case at < len(Columns):
		return Columns[at].Table + "." + Columns[at].Name
	case at == len(Columns):
		return strings.Join(Addresses, ", ")
	}
	return "signatures"
}

// step does one batch and returns where the next begins.
func (s *Service) step(ctx context.Context, tx db.Tx, at cursor) (next cursor, t Tally, more bool, err error) {
	switch {
	case at.At < len(Columns):
		next, t, err = s.column(ctx, tx, at)
	case at.At == len(Columns):
		next, t, err = s.addresses(ctx, tx, at)
	default:
		i := at.At - len(Columns) - 1
		if i >= len(s.Others) {
			return at, t, false, nil
		}
		again, n, err := s.Others[i](ctx, tx)
		t.Seen, t.Sealed = n, n
		if next = at; !again {
			next.At++
		}
		return next, t, true, err
	}
	return next, t, true, err
}

func (s *Service) column(ctx context.Context, tx db.Tx, at cursor) (cursor, Tally, error) {
	c, t := Columns[at.At], Tally{}
	rows, err := values(ctx, tx, c, at, batch)
	if err != nil {
		return at, t, err
	}
	var again []fresh
	var field *seal.Field
	for i, r := range rows {
		if i == 0 || r.Company != rows[i-1].Company {
			field = s.Box.Field(r.Company)
		}
		t.Seen++
		if !field.Stale(r.Value) {
			continue
		}
		plain, err := field.Open(r.Value, c.Label)
		if err != nil { // told as lost; the row stays for whoever still has the key
			t.Lost++
			continue
		}
		f := fresh{Company: r.Company, Key: r.Key, Was: hex.EncodeToString(r.Value), Value: hex.EncodeToString(field.Seal(plain, c.Label))}
		if c.Index != "" {
			f.Index = hex.EncodeToString(field.Index(plain, c.indexLabel()))
		}
		again = append(again, f)
	}
	if len(again) > 0 {
		n, err := replace(ctx, tx, c, again)
		if err != nil {
			return at, t, err
		}
		t.Sealed = int(n)
	}
	if len(rows) < batch {
		return cursor{At: at.At + 1}, t, nil
	}
	last := rows[len(rows)-1]
	return cursor{at.At, last.Company, last.Key}, t, nil
}

func (c Column) indexLabel() string {
	if c.IndexOf != "" {
		return c.IndexOf
	}
	return c.Label
}

func (s *Service) addresses(ctx context.Context, tx db.Tx, at cursor) (cursor, Tally, error) {
	people, err := reachable(ctx, tx, at.After, batch)
	if err != nil {
		return at, Tally{}, err
	}
	field := s.Box.Field(0)
	var rows []moved
	for _, p := range people {
		for _, address := range []string{p.Phone, p.Email} {
			if address == "" {
				continue
			}
			all := field.Indexes(strings.ToLower(strings.TrimSpace(address)), addressLabel)
			for _, was := range all[1:] {
				rows = append(rows, moveOf(p.ID, was, all[0]))
			}
		}
	}
	n, err := readdress(ctx, tx, rows)
	if err != nil {
		return at, Tally{}, err
	}
	t := Tally{Seen: len(people), Sealed: int(n)}
	if len(people) < batch {
		return cursor{At: at.At + 1}, t, nil
	}
	return cursor{At: at.At, After: people[len(people)-1].ID}, t, nil
}
