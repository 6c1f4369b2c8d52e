package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/push"
	"anbiao/rbac"
)

// trip is one run on its way.
type trip struct {
	s        *Service
	receiver Receiver
	adapter  adapter
	key      []byte
	run      Run
}

// send brings a receiver's list up to date and sends what waits. What stops it is kept with the run; only an outage of our own is an error.
func (s *Service) send(ctx context.Context, t Send) error {
	p := &trip{s: s, run: Run{CompanyID: t.CompanyID, ReceiverID: t.ReceiverID, Trigger: t.Trigger}}
	err := s.Gate.System(ctx, "upload.begin", func(tx db.Tx, _ rbac.Scope) (err error) { return p.begin(ctx, tx) })
	if errors.Is(err, ErrRunning) || errors.Is(err, rbac.ErrNotFound) {
		return nil // another run sends it, or it was removed meanwhile
	}
	if err != nil {
		return err
	}
	var stopped error
	if p.key, stopped = s.keyOf(p.receiver); stopped == nil {
		stopped = p.all(ctx)
	}
	if stopped != nil {
		p.run.Error = said(stopped)
	}
	return s.Gate.System(context.WithoutCancel(ctx), "upload.end", func(tx db.Tx, _ rbac.Scope) error { return endRun(context.WithoutCancel(ctx), tx, p.run) })
}

func (p *trip) begin(ctx context.Context, tx db.Tx) (err error) {
	if p.receiver, err = receiverByID(ctx, tx, p.run.CompanyID, p.run.ReceiverID); err != nil {
		return err
	}
	if err := beginRun(ctx, tx, &p.run); err != nil {
		return err
	}
	p.adapter, _ = adapterOf(p.receiver.Adapter)
	if p.adapter.Page == 0 {
		return ErrAdapter
	}
	for _, k := range kinds {
		if err := refresh(ctx, tx, p.receiver, k); err != nil {
			return err
		}
	}
	return nil
}

// keyOf opens a receiver's key. Errors: errSealed.
func (s *Service) keyOf(r Receiver) ([]byte, error) {
	plain, err := s.Box(r.CompanyID).Open(r.KeySealed, keyColumn)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSealed, err)
	}
	return []byte(plain), nil
}

// all sends every table, parents first, then what is to be deleted, children first.
func (p *trip) all(ctx context.Context) error {
	for _, k := range kinds {
		if err := p.table(ctx, k, false); err != nil {
			return err
		}
	}
	for _, k := range reversed(kinds) {
		if err := p.table(ctx, k, true); err != nil {
			return err
		}
	}
	return nil
}

func (p *trip) table(ctx context.Context, k Kind, deleting bool) error {
	for {
		var rows []Row
		err := p.s.Gate.System(ctx, "upload.page", func(tx db.Tx, _ rbac.Scope) (err error) {
			rows, err = waiting(ctx, tx, p.run, k, deleting, p.adapter.Page)
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := p.page(ctx, k, rows, deleting); err != nil {
			return err
		}
	}
}

// page posts rows and settles them. A page refused as a whole is sent again row by row, so that one bad row does not keep nineteen back.
func (p *trip) page(ctx context.Context, k Kind, rows []Row, deleting bool) error {
	v, err := p.post(ctx, k, rows, deleting)
	if err != nil {
		return err
	}
	if !v.Taken() && len(v.Errors) == 0 && len(rows) > 1 {
		for _, r := range rows {
			if err := p.page(ctx, k, []Row{r}, deleting); err != nil {
				return err
			}
		}
		return nil
	}
	refused := map[string]string{}
	for _, e := range v.Errors {
		refused[e.ID] = plain(e.Text)
	}
	return p.s.Gate.System(ctx, "upload.settle", func(tx db.Tx, _ rbac.Scope) error {
		for _, r := range rows {
			problem, named := refused[r.ObjectKey]
			if !named && !v.Taken() {
				problem = plain(v.Text)
			}
			p.count(problem, deleting)
			if err := settleRow(ctx, tx, r, problem); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *trip) count(problem string, deleting bool) {
	switch {
	case problem != "":
		p.run.Failed++
	case deleting:
		p.run.Deleted++
	default:
		p.run.Sent++
	}
}

func (p *trip) post(ctx context.Context, k Kind, rows []Row, deleting bool) (push.Verdict, error) {
	out := make([]json.RawMessage, len(rows))
	for i, r := range rows {
		var body map[string]any
		if r.Body != nil {
			body = r.Body.V
		}
		b, err := worded(p.receiver, p.adapter, k, r.ObjectKey, body, deleting)
		if err != nil {
			return push.Verdict{}, err
		}
		out[i] = b
	}
	return p.s.Sender.Send(ctx, push.Parcel{To: strings.TrimRight(p.receiver.Address, "/") + p.adapter.Paths[k], Firm: p.receiver.FirmCode, Key: p.key, Rows: out})
}

// plain keeps what a receiver said short and never empty: an empty problem means success.
func plain(s string) string {
	s = clean(strings.TrimSpace(s))
	if s == "" {
		return "refused"
	}
	if r := []rune(s); len(r) > 200 {
		return string(r[:200])
	}
	return s
}

// errSealed: a key that was sealed under a SECRET_KEY which nobody has any more; it must be entered again.
var errSealed = errors.New("upload: the key cannot be opened")

// said is what the log keeps of an error: the class of it, for the rest may hold an address.
func said(err error) string {
	switch {
	case errors.Is(err, push.ErrPrivate):
		return "private"
	case errors.Is(err, push.ErrRefused):
		return "address"
	case errors.Is(err, push.ErrThrottled):
		return "throttled"
	case errors.Is(err, push.ErrKey):
		return "key"
	case errors.Is(err, errSealed):
		return "sealed"
	case strings.Contains(err.Error(), "no JSON"):
		return "answer"
	case strings.Contains(err.Error(), "HTTP status"):
		return "status"
	}
	return "unreachable"
}

// probe sends an empty page, which every receiver must take: address, key and code of the company are tried, no row is.
func (s *Service) probe(ctx context.Context, r Receiver, key []byte) string {
	a, _ := adapterOf(r.Adapter)
	v, err := s.Sender.Send(ctx, push.Parcel{To: strings.TrimRight(r.Address, "/") + a.Paths["unit"], Firm: r.FirmCode, Key: key, Rows: []json.RawMessage{}})
	switch {
	case err != nil:
		return said(err)
	case !v.Taken():
		return plain(v.Text)
	}
	return ""
}

// Probe tries a receiver's settings and returns what is wrong; empty: nothing. Errors: rbac.ErrNotFound.
func (s *Service) Probe(ctx context.Context, n id.Of[id.Receiver]) (wrong string, err error) {
	var r Receiver
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		r, err = receiverByID(ctx, tx, home.CompanyID, n)
		scope.Saw("upload_receiver", int64(n), home.CompanyID)
		return err
	})
	if err != nil {
		return "", err
	}
	if key, err := s.keyOf(r); err != nil {
		wrong = said(err)
	} else {
		wrong = s.probe(ctx, r, key)
	}
	err = s.Gate.System(ctx, "upload.probe", func(tx db.Tx, _ rbac.Scope) error {
		run := Run{CompanyID: r.CompanyID, ReceiverID: r.ID, Trigger: "test", Error: wrong}
		if err := beginRun(ctx, tx, &run); err != nil {
			if errors.Is(err, ErrRunning) {
				return nil
			}
			return err
		}
		return endRun(ctx, tx, run)
	})
	return wrong, err
}
