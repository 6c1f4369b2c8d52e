package register

import (
	"context"
	"reflect"
	"strconv"

	"anbiao/kit/db"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// namesOf says who knows the names that a kind of field refers to.
func (n *Needs) namesOf(k kind) Names {
	if n == nil {
		return nil
	}
	switch k {
	case person:
		return n.People
	case unit:
		return n.Units
	case point:
		return n.Points
	case unshown, words, area, whole, decimal, amount, date, instant, choice, yes, several:
	}
	return nil
}

// nameAll writes the names of the people, units and points that a row refers to beside their
// ids. Errors: ErrUnknown.
func (k *Kind[T]) nameAll(ctx context.Context, tx db.Tx, company rbac.CompanyID, is *T) error {
	v := reflect.ValueOf(is).Elem()
	for _, of := range []kind{person, unit, point} {
		var ids []int64
		for _, f := range k.all() {
			if f.kind == of && f.written() && f.of(v).Int() != 0 {
				ids = append(ids, f.of(v).Int())
			}
		}
		known, err := k.known(ctx, tx, company, of, ids)
		if err != nil {
			return err
		}
		for _, f := range k.all() {
			if f.kind != of || !f.written() {
				continue
			}
			n := f.of(v).Int()
			name, ok := known[n]
			if n != 0 && !ok {
				return ErrUnknown.At("body." + f.key)
			}
			v.FieldByIndex(f.name).SetString(name)
		}
	}
	return nil
}

func (k *Kind[T]) known(ctx context.Context, tx db.Tx, company rbac.CompanyID, of kind, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	ask := k.needs.namesOf(of)
	if len(ids) == 0 || ask == nil {
		return out, nil
	}
	found, err := ask(ctx, tx, company, ids, nil)
	for _, n := range found {
		out[n.ID] = n.Name
	}
	return out, err
}

// meaning is what words of a file mean: ids of those they may be.
type meaning map[kind]map[string][]Named

// meanings looks up all names that rows give, a query for each kind of thing.
func (k *Kind[T]) meanings(ctx context.Context, tx db.Tx, company rbac.CompanyID, values []map[string]string) (meaning, error) {
	out := meaning{}
	for _, of := range []kind{person, unit, point} {
		ask, said := k.needs.namesOf(of), map[string]bool{}
		for _, row := range values {
			for _, f := range k.all() {
				if s := row[f.key]; f.kind == of && s != "" {
					said[s] = true
				}
			}
		}
		if ask == nil || len(said) == 0 {
			continue
		}
		var words []string
		for s := range said {
			words = append(words, s)
		}
		found, err := ask(ctx, tx, company, nil, words)
		if err != nil {
			return nil, err
		}
		out[of] = map[string][]Named{}
		for _, n := range found {
			seen := map[string]bool{}
			for _, word := range append([]string{n.Name}, n.Also...) {
				if key := search.Fold(word); key != "" && !seen[key] {
					seen[key] = true
					out[of][key] = append(out[of][key], n)
				}
			}
		}
	}
	return out, nil
}

// mean finds what one word means. Errors: ErrUnknown, ErrAmbiguous.
func (m meaning) mean(of kind, word string) (Named, error) {
	found := m[of][search.Fold(word)]
	switch len(found) {
	case 0:
		return Named{}, ErrUnknown
	case 1:
		return found[0], nil
	}
	return Named{}, ErrAmbiguous.With("count", strconv.Itoa(len(found)))
}
