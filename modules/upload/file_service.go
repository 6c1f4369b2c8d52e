package upload

import (
	"context"
	"encoding/json"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// File is everything that a receiver is to know, in the words of the upload, as one JSON document with a member for each table: for a platform
// that takes files, and to look at before anything is sent. Errors: rbac.ErrNotFound.
func (s *Service) File(ctx context.Context, n id.Of[id.Receiver]) (name string, content []byte, err error) {
	out := map[Kind][]json.RawMessage{}
	err = s.Gate.Read(ctx, ActionSee, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		r, err := receiverSeen(ctx, tx, home.CompanyID, n)
		if err != nil {
			return err
		}
		name = r.Name
		a, _ := adapterOf(r.Adapter)
		for _, k := range kinds {
			rows, err := rowsNow(ctx, tx, r, k)
			if err != nil {
				return err
			}
			out[k] = make([]json.RawMessage, len(rows))
			for i, row := range rows {
				if out[k][i], err = worded(r, a, k, row.Key, row.Body.V, false); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	content, err = json.Marshal(out)
	return name, content, err
}
