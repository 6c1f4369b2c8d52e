package checklist

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Words returns items by code as the company's newest standard asks them; what it does not ask,
// and everything where there is no standard, in the words of the library. Codes that neither
// knows are missing. It belongs to the caller's transaction.
func (s *Service) Words(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, codes []string) (map[string]Asked, error) {
	l := s.Shelf.Newest()
	var d Document
	st, err := currentStandard(ctx, tx, scope, company)
	switch {
	case err == nil:
		d = st.Document.V
		if l, err = s.Shelf.Version(d.Library); err != nil {
			return nil, err
		}
	case !ErrNoStandard.Is(err):
		return nil, err
	}
	out := map[string]Asked{}
	for _, code := range codes {
		if a, ok := d.find(l, code); ok {
			out[code] = a
		} else if it, known := l.items[code]; known {
			out[code] = d.ask(l, slot{module: l.homes[code], item: it})
		}
	}
	return out, nil
}
