package rbac

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"anbiao/kit/db"
)

// change is one object in one transaction, as the trail keeps it.
type change struct {
	Noun    string  `json:"noun"`
	ID      int64   `json:"id"`
	Company int64   `json:"company"`
	Fields  []field `json:"fields"`
}

type field struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// longest is how much of a value the trail keeps, in characters.
const longest = 2000

// diff lists the fields in which two structs of one type differ. Byte slices, which hold
// sealed or hashed values, are told apart but never shown.
func diff(before, after any) []field {
	fields := []field{}
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	if a.Kind() != reflect.Struct {
		return fields
	}
	same := b.IsValid() && b.Type() == a.Type()
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		was := ""
		if same {
			was = show(b.Field(i))
		}
		if is := show(a.Field(i)); is != was {
			fields = append(fields, field{camel(f.Name), clip(was), clip(is)})
		}
	}
	return fields
}

func show(v reflect.Value) string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if v.IsZero() {
		return ""
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return fmt.Sprintf("*** (%d bytes)", v.Len())
	}
	switch x := v.Interface().(type) {
	case fmt.Stringer:
		return x.String()
	case driver.Valuer:
		if out, err := x.Value(); err == nil {
			return fmt.Sprint(out)
		}
	}
	if k := v.Kind(); k == reflect.Struct || k == reflect.Map || k == reflect.Slice {
		b, err := json.Marshal(v.Interface())
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	return fmt.Sprint(v.Interface())
}

func clip(s string) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

func camel(s string) string {
	upper := strings.IndexFunc(s, unicode.IsLower)
	switch {
	case upper < 0:
		return strings.ToLower(s)
	case upper <= 1:
		return strings.ToLower(s[:1]) + s[1:]
	}
	return strings.ToLower(s[:upper-1]) + s[upper-1:]
}

// claim reserves r's idempotency key for this transaction. Errors: *Replay if it is done
// already, ErrKeyReused if it was used for another body.
func claim(ctx context.Context, tx db.Tx, a Actor, r Request) error {
	if r.Key == "" {
		return nil
	}
	var done []struct {
		BodyHash   []byte
		ResourceID int64
	}
	err := tx.WithContext(ctx).Raw("SELECT body_hash, resource_id FROM idempotency_claim(?, ?, ?)", int64(a.PersonID), r.Operation, r.Key).Scan(&done).Error
	switch {
	case err != nil:
		return err
	case len(done) == 0:
		return nil
	case hex.EncodeToString(done[0].BodyHash) != hex.EncodeToString(r.BodyHash):
		return ErrKeyReused
	}
	return &Replay{done[0].ResourceID}
}

// settle writes the trail and the idempotency key in one round trip.
func settle(ctx context.Context, tx db.Tx, p *pass, action Action, r Request) error {
	a := p.actor
	if a.Kind == System && len(p.changes) == 0 {
		return nil
	}
	if len(p.changes) == 0 {
		p.changes = []change{{Noun: strings.SplitN(string(action), ".", 2)[0], ID: p.made, Company: int64(a.CompanyID), Fields: []field{}}}
	}
	b, err := json.Marshal(map[string]any{
		"at": tx.Now, "actor_kind": a.Kind, "person": int64(a.PersonID), "membership": int64(a.MembershipID), "organisation": int64(a.OrganisationID),
		"name": a.Name, "action": action, "request": r.ID, "address": r.Address, "changes": p.changes,
		"key": r.Key, "operation": r.Operation, "body_hash": hex.EncodeToString(r.BodyHash), "made": p.made,
	})
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec("SELECT gate_settle(?)", string(b)).Error
}
