package activation

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PrintSlips prints an order.
type PrintSlips struct {
	ID id.Of[Batch] `json:"id"`
}

// Kind names the job.
func (PrintSlips) Kind() string { return "activation.print-slips" }

// Tidy removes printed files that are kept long enough, folds the tally, forgets guesses.
type Tidy struct{}

// Kind names the job.
func (Tidy) Kind() string { return "activation.tidy" }

// Jobs registers the module's background work.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Outside(r, s.printSlips)
	jobs.Outside(r, s.tidy)
	r.Schedule(jobs.Schedule{Name: "activation.tidy", Next: jobs.DailyAt(3, 20), Task: func(time.Time) jobs.Task { return Tidy{} }})
}

// errSuperseded says that another worker has taken the order over, or it is settled.
var errSuperseded = errors.New("activation: the order is another's now")

// printSlips prints an order into one file. Whoever claims it begins anew: what an earlier
// try printed into a file that nobody got stops working. Slips are made and paper is written
// a page of companies at a time, with the rights the maker has at that moment.
func (s *Service) printSlips(ctx context.Context, j PrintSlips) error {
	b, err := s.claim(ctx, j)
	if err == nil {
		err = s.write(ctx, &b)
	}
	if errors.Is(err, errSuperseded) {
		return nil
	}
	f, isFault := errors.AsType[*fault.Error](err)
	if !isFault || f.Kind == fault.Unavailable || f.Kind == fault.Internal {
		return err
	}
	err = s.settle(ctx, b, func(_ db.Tx, now *Batch) {
		now.Status, now.FaultCode, now.BlobKey = Failed, f.Code, ""
	})
	if errors.Is(err, errSuperseded) {
		return nil
	}
	return err
}

// claim takes an order over, from its beginning.
func (s *Service) claim(ctx context.Context, j PrintSlips) (b Batch, err error) {
	var left string
	err = s.Gate.System(ctx, j.Kind(), func(tx db.Tx, scope rbac.Scope) error {
		b, err = batchByID(ctx, tx, scope.Actor(), j.ID, true)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && b.Status != Writing) {
			return errSuperseded
		}
		if err != nil {
			return err
		}
		left, b.BlobKey = b.BlobKey, "activation/"+strings.ToLower(uuid.Must(uuid.NewV7()).String())
		b.Run, b.Done = b.Run+1, 0
		if err := revokeRun(ctx, tx, b.ID); err != nil {
			return err
		}
		return updateBatch(ctx, tx, b)
	})
	if err == nil && left != "" {
		err = s.Blobs.Delete(ctx, left)
	}
	return b, err
}

// write makes the slips, prints them and keeps the file.
func (s *Service) write(ctx context.Context, b *Batch) error {
	p := newPaper(*b, s.BaseURL)
	for after := rbac.CompanyID(0); ; {
		firms, err := s.page(ctx, b, p, after)
		if err != nil {
			return err
		}
		if len(firms) < pageOf {
			break
		}
		after = firms[len(firms)-1].CompanyID
	}
	file, err := p.file()
	if err != nil {
		return err
	}
	if err := s.Blobs.Put(ctx, b.BlobKey, bytes.NewReader(file), int64(len(file))); err != nil {
		return err
	}
	err = s.settle(ctx, *b, func(tx db.Tx, now *Batch) {
		now.Status, now.Total, now.Done, now.FileSize, now.FinishedAt = Done, b.Done, b.Done, int64(len(file)), &tx.Now
	})
	if errors.Is(err, errSuperseded) {
		return errors.Join(err, s.Blobs.Delete(ctx, b.BlobKey))
	}
	return err
}

// page makes the slips of the next companies and prints them. Errors: ErrRights.
func (s *Service) page(ctx context.Context, b *Batch, p *paper, after rbac.CompanyID) (firms []chosen, err error) {
	a, err := s.ActorOf(ctx, b.MembershipID, 0)
	if errors.Is(err, rbac.ErrNotFound) {
		return nil, ErrRights
	}
	if err != nil {
		return nil, err
	}
	action := ActionPrint
	if b.Kind == Reissue {
		action = ActionReissue
	}
	var slips []printed
	err = s.Gate.Write(rbac.WithActor(ctx, a), action, func(tx db.Tx, scope rbac.Scope) error {
		if err := s.still(ctx, tx, scope, *b); err != nil {
			return err
		}
		if firms, err = chosenAfter(ctx, tx, scope, *b, after, pageOf); err != nil || len(firms) == 0 {
			return err
		}
		companies := make(db.Ints, len(firms))
		for i, f := range firms {
			companies[i] = int64(f.CompanyID)
		}
		if err := revokeSlips(ctx, tx, scope, companies); err != nil {
			return err
		}
		var secrets []secret
		slips, secrets = s.draw(firms)
		return insertSlips(ctx, tx, *b, firms, secrets, b.ValidUntil.AddDays(1).Midnight(day.Shanghai))
	})
	if err != nil {
		return nil, err
	}
	for _, one := range slips {
		p.add(one)
	}
	b.Done += len(firms)
	return firms, s.settle(ctx, *b, func(_ db.Tx, now *Batch) { now.Done = b.Done })
}

// still reports whether the order is this try's yet, and keeps it so until tx ends.
func (*Service) still(ctx context.Context, tx db.Tx, scope rbac.Scope, b Batch) error {
	now, err := batchByID(ctx, tx, scope.Actor(), b.ID, true)
	if err == nil && (now.Status != Writing || now.Run != b.Run) {
		err = errSuperseded
	}
	return err
}

// draw makes the secrets of a page of slips.
func (s *Service) draw(firms []chosen) (slips []printed, secrets []secret) {
	for _, f := range firms {
		token, typed := newSecrets()
		slips = append(slips, printed{f, token, typed})
		secrets = append(secrets, secret{s.tokenHash(token), s.codeHash(typed)})
	}
	return slips, secrets
}

// settle changes the order, unless another worker has taken it over.
func (s *Service) settle(ctx context.Context, b Batch, change func(db.Tx, *Batch)) error {
	return s.Gate.System(ctx, PrintSlips{}.Kind(), func(tx db.Tx, scope rbac.Scope) error {
		now, err := batchByID(ctx, tx, scope.Actor(), b.ID, true)
		if err != nil {
			return err
		}
		if now.Status != Writing || now.Run != b.Run {
			return errSuperseded
		}
		was := now.trail()
		change(tx, &now)
		if now.Status != Writing {
			now.FinishedAt = &tx.Now
			scope.Changed("activation-batch", int64(b.ID), 0, was, now.trail())
		}
		return updateBatch(ctx, tx, now)
	})
}

// tidy removes files that are kept long enough; the slips stay good as long as they say.
func (s *Service) tidy(ctx context.Context, j Tidy) error {
	var old []Batch
	err := s.Gate.System(ctx, j.Kind(), func(tx db.Tx, _ rbac.Scope) (err error) {
		if err := tidy(ctx, tx, day.In(tx.Now, day.Shanghai).AddDays(-31).String()); err != nil {
			return err
		}
		old, err = kept(ctx, tx, tx.Now.AddDate(0, 0, -keepDays), 500)
		return err
	})
	for _, b := range old {
		if err == nil {
			err = s.Blobs.Delete(ctx, b.BlobKey)
		}
		if err == nil {
			b.BlobKey = ""
			err = s.Gate.System(ctx, j.Kind(), func(tx db.Tx, _ rbac.Scope) error { return updateBatch(ctx, tx, b) })
		}
	}
	return err
}
