package evidence

import (
	"context"
	"io"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module; what goes in asks for its own besides.
const (
	ActionRead rbac.Action = "evidence.package.read"
	ActionMake rbac.Action = "evidence.package.make"
)

// Blobs keeps the files; kit/blob's stores do.
type Blobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Delete(ctx context.Context, key string) error
}

// ActorOf returns what a membership may do now; serving is the company a service agency works
// for. Errors: rbac.ErrNotFound where it has ended.
type ActorOf func(ctx context.Context, m id.Of[id.Membership], serving rbac.CompanyID) (rbac.Actor, error)

// Card is how the company is named on the index.
type Card struct{ Name, USCC string }

// Note tells the maker what became of a package.
type Note struct {
	CompanyID rbac.CompanyID
	BundleID  id.Of[id.Bundle]
	Person    id.Of[id.Person]
	Code      string
	Params    map[string]string
}

// Service makes packages.
type Service struct {
	Gate     *rbac.Gate
	Blobs    Blobs
	ActorOf  ActorOf
	Chapters []Chapter // in the order of the folders
	Company  func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (Card, error)
	Tell     func(ctx context.Context, tx db.Tx, n Note) error
}

// Order is what to put together.
type Order struct {
	Period   string   `json:"period,omitempty" maxLength:"7" pattern:"^([0-9]{4}(-Q[1-4]|-[0-9]{2})?)?$" required:"false" doc:"2026-08, 2026-Q3 or 2026; left out: from and until"`
	From     day.Date `json:"from,omitzero" required:"false" doc:"first day, without a period"`
	Until    day.Date `json:"until,omitzero" required:"false" doc:"last day, without a period; at most three years on"`
	Chapters []string `json:"chapters" minItems:"1" maxItems:"30" nullable:"false" doc:"keys of chapters"`
}

// Make starts to put a package together. Errors: ErrPeriod, ErrChapter, ErrBusy.
func (s *Service) Make(ctx context.Context, o Order) (n id.Of[id.Bundle], err error) {
	err = s.Gate.Write(ctx, ActionMake, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		span, err := spanOf(o.Period, o.From, o.Until)
		if err != nil {
			return err
		}
		b := Bundle{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Period: span.Key, FromOn: span.From, UntilOn: span.Until, Status: Writing,
			MembershipID: scope.Actor().MembershipID, MadePersonID: scope.Actor().PersonID, MadeBy: scope.Actor().Name, MadeAt: tx.Now, TouchedAt: tx.Now,
		}
		for _, c := range s.offered(scope.Can) { // in the order of the folders, each once
			if slices.Contains(o.Chapters, c.Key) {
				b.Chapters = append(b.Chapters, c.Key)
			}
		}
		for _, key := range o.Chapters {
			if !slices.Contains(b.Chapters, key) {
				return ErrChapter.At("body.chapters")
			}
		}
		card, err := s.Company(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		b.FileName = safe(say("evidence.file")+"-"+card.Name+"-"+span.Name()) + ".zip"
		if err := giveUp(ctx, tx, scope, tx.Now.Add(-stalled)); err != nil {
			return err
		}
		if err := insertBundle(ctx, tx, &b); err != nil {
			return err
		}
		n = b.ID
		scope.Made(int64(n))
		scope.Changed("evidence_bundle", int64(n), home.CompanyID, trail{}, b.trail())
		return jobs.Enqueue(ctx, tx, WriteBundle{home.CompanyID, n}, jobs.Key(n.String()))
	})
	return n, err
}

// Offered lists the chapters the actor may have.
func (s *Service) Offered(ctx context.Context) (keys []string, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(_ db.Tx, scope rbac.Scope) error {
		for _, c := range s.offered(scope.Can) {
			keys = append(keys, c.Key)
		}
		return nil
	})
	return keys, err
}

// List returns one page of the company's packages, newest first. Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, q page.Query) (rows []Bundle, k page.Key, err error) {
	if k, err = q.Start("new", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = bundlesBy(ctx, tx, scope, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Read returns one package. Errors: rbac.ErrNotFound.
func (s *Service) Read(ctx context.Context, n id.Of[id.Bundle]) (b Bundle, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		b, err = bundleByID(ctx, tx, scope, n)
		return err
	})
	return b, err
}

// fetched is what the trail keeps of a download.
type fetched struct{ Downloaded, SHA256 string }

// Download opens a finished package; who fetched it stays in the trail. Only who may see
// everything that is in it gets it. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrState, ErrGone.
func (s *Service) Download(ctx context.Context, n id.Of[id.Bundle]) (f blob.Kept, err error) {
	var b Bundle
	err = s.Gate.Witness(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if b, err = bundleByID(ctx, tx, scope, n); err != nil {
			return err
		}
		switch {
		case b.Status != Done:
			return ErrState
		case b.BlobKey == "":
			return ErrGone
		}
		for _, key := range b.Chapters {
			if !slices.ContainsFunc(s.Chapters, func(c Chapter) bool { return c.Key == key && c.whole(scope.Can) }) {
				return rbac.ErrForbidden
			}
		}
		scope.Changed("evidence_bundle", int64(n), b.CompanyID, fetched{}, fetched{b.FileName, b.SHA256})
		return nil
	})
	if err != nil {
		return f, err
	}
	f.Name, f.FinishedAt = b.FileName, *b.FinishedAt
	f.ReadSeekCloser, err = s.Blobs.Open(ctx, b.BlobKey)
	return f, err
}
