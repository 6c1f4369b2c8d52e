package upload

import (
	"context"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Form is what one says of a receiver.
type Form struct {
	Name     string                       `json:"name" minLength:"1" maxLength:"60"`
	Adapter  string                       `json:"adapter" enum:"dual-prevention"`
	Address  string                       `json:"address" minLength:"8" maxLength:"300" doc:"the adapter's paths are put behind it"`
	FirmCode string                       `json:"firmCode" minLength:"1" maxLength:"60" doc:"what the platform calls the company"`
	Key      string                       `json:"key,omitempty" maxLength:"32" doc:"AES key of 16, 24 or 32 signs; empty when changing: as before"`
	Fields   map[string]string            `json:"fields,omitempty" doc:"the platform's names where they differ, by table and member: {\"unit.name\": \"riskUnitName\"}"`
	Codes    map[string]map[string]string `json:"codes,omitempty" doc:"its codes, by member: {\"level\": {\"major\": \"1\"}}"`
	FromOn   day.Date                     `json:"fromOn" doc:"checks and hazards since this day"`
	Open     bool                         `json:"open"`
}

// trailed is what the trail keeps of a receiver.
type trailed struct {
	Name, Adapter, Address, FirmCode string
	Fields                           map[string]string
	Codes                            map[string]map[string]string
	Key                              []byte
	FromOn                           day.Date
	Open                             bool
}

func (r Receiver) trail() trailed {
	return trailed{r.Name, r.Adapter, r.Address, r.FirmCode, r.Fields.V, r.Codes.V, r.KeySealed, r.FromOn, r.Open}
}

// read takes a form over. Errors: ErrAddress, ErrKey, ErrAdapter.
func (s *Service) read(f Form, r *Receiver) error {
	if _, ok := adapterOf(f.Adapter); !ok {
		return ErrAdapter.At("body.adapter")
	}
	if s.Sender.Check(f.Address) != nil {
		return ErrAddress.At("body.address")
	}
	switch n := len(f.Key); {
	case n == 16 || n == 24 || n == 32:
		r.KeySealed = s.Box(r.CompanyID).Seal(f.Key, keyColumn)
	case n != 0 || r.KeySealed == nil:
		return ErrKey.At("body.key")
	}
	r.Name, r.Adapter, r.Address, r.FirmCode, r.FromOn, r.Open = f.Name, f.Adapter, f.Address, f.FirmCode, f.FromOn, f.Open
	r.Fields.V, r.Codes.V = map[string]string{}, map[string]map[string]string{}
	for k, v := range f.Fields {
		r.Fields.V[k] = v
	}
	for k, v := range f.Codes {
		r.Codes.V[k] = v
	}
	return nil
}

// Add adds a receiver. Errors: ErrMost and those of read.
func (s *Service) Add(ctx context.Context, f Form) (n id.Of[id.Receiver], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		all, err := receiversOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if len(all) >= mostReceivers {
			return ErrMost
		}
		r := Receiver{CompanyID: home.CompanyID, ChangedAt: tx.Now, ChangedBy: scope.Actor().Name}
		if err := s.read(f, &r); err != nil {
			return err
		}
		if err := insertReceiver(ctx, tx, &r); err != nil {
			return err
		}
		n = r.ID
		scope.Made(int64(n))
		scope.Changed("upload_receiver", int64(n), home.CompanyID, trailed{}, r.trail())
		return nil
	})
	return n, err
}

// Change changes a receiver, or with a nil form removes it. Errors: rbac.ErrNotFound and those of read.
func (s *Service) Change(ctx context.Context, n id.Of[id.Receiver], f *Form) (id.Of[id.Receiver], error) {
	return n, s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		r, err := receiverByID(ctx, tx, home.CompanyID, n)
		if err != nil {
			return err
		}
		was := r.trail()
		if f == nil {
			r.Open, r.RemovedAt = false, &tx.Now
		} else if err := s.read(*f, &r); err != nil {
			return err
		}
		r.ChangedAt, r.ChangedBy = tx.Now, scope.Actor().Name
		scope.Made(int64(n))
		scope.Changed("upload_receiver", int64(n), home.CompanyID, was, r.trail())
		return saveReceiver(ctx, tx, r)
	})
}

// Start sends now. Errors: rbac.ErrNotFound.
func (s *Service) Start(ctx context.Context, n id.Of[id.Receiver]) (id.Of[id.Receiver], error) {
	return n, s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if _, err := receiverByID(ctx, tx, home.CompanyID, n); err != nil {
			return err
		}
		scope.Made(int64(n))
		return jobs.Enqueue(ctx, tx, Send{CompanyID: home.CompanyID, ReceiverID: n, Trigger: "hand"})
	})
}

// Standing is a receiver with how far it has come.
type Standing struct {
	Receiver
	Tallies []tally
}

// Receivers lists a company's receivers.
func (s *Service) Receivers(ctx context.Context) (out []Standing, err error) {
	err = s.Gate.Read(ctx, ActionSee, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err := receiversOf(ctx, tx, home.CompanyID)
		for _, r := range rows {
			t, err := tallies(ctx, tx, home.CompanyID, r.ID)
			if err != nil {
				return err
			}
			out = append(out, Standing{r, t})
		}
		return err
	})
	return out, err
}

// Runs lists a receiver's runs, latest first. Errors: page.ErrCursor.
func (s *Service) Runs(ctx context.Context, n id.Of[id.Receiver], q page.Query) (rows []Run, k page.Key, err error) {
	if k, err = q.Start("-run", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionSee, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err = runsOf(ctx, tx, home.CompanyID, n, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Failures lists the rows that a receiver refuses. Errors: page.ErrCursor.
func (s *Service) Failures(ctx context.Context, n id.Of[id.Receiver], q page.Query) (rows []Row, k page.Key, err error) {
	if k, err = q.Start("failure", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionSee, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err = failures(ctx, tx, home.CompanyID, n, k, q.Limit)
		return err
	})
	return rows, k, err
}
