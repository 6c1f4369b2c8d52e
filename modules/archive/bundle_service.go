package archive

import (
	"context"
	"io"
	"strings"
	"unicode"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of this module; opening sealed values asks for those of each.
const (
	ActionOrder rbac.Action = "archive.bundle.order"
	ActionRead  rbac.Action = "archive.bundle.read"
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

// Note tells whoever ordered an export what became of it.
type Note struct {
	CompanyID rbac.CompanyID
	BundleID  id.Of[id.Archive]
	Person    id.Of[id.Person]
	Code      string
	Params    map[string]string
}

// Service makes exports.
type Service struct {
	Gate    *rbac.Gate
	Blobs   Blobs
	Box     *seal.Box
	Sealed  []Sealed // every sealed column of companies' tables
	ActorOf ActorOf
	Company func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (name string, err error)
	Tell    func(ctx context.Context, tx db.Tx, n Note) error

	// Card returns a company's name and credit code, TellAsked tells who asked for an erasure what became of it,
	// TellPlatform tells those who decide that one waits for them, or no longer does.
	Card         func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (name, code string, err error)
	TellAsked    func(ctx context.Context, tx db.Tx, e Erasure, code string) error
	TellPlatform func(ctx context.Context, tx db.Tx, e Erasure) error
}

// Order is how the export is to be.
type Order struct {
	Plain bool `json:"plain" required:"false" doc:"open identity numbers and numbers of certificates; left out, they are masked"`
}

// opens reports whether somebody may see every value that can be opened.
func (s *Service) opens(can func(rbac.Action) bool) bool {
	for _, c := range s.Sealed {
		if c.Action != "" && !can(c.Action) {
			return false
		}
	}
	return true
}

// Order starts an export. Errors: ErrPlain, ErrBusy.
func (s *Service) Order(ctx context.Context, o Order) (n id.Of[id.Archive], err error) {
	err = s.Gate.Write(ctx, ActionOrder, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if o.Plain && !s.opens(scope.Can) {
			return ErrPlain
		}
		name, err := s.Company(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		b := Bundle{
			CompanyID: home.CompanyID, Plain: o.Plain, Status: Writing, MembershipID: scope.Actor().MembershipID, MadePersonID: scope.Actor().PersonID,
			MadeBy: scope.Actor().Name, MadeAt: tx.Now, TouchedAt: tx.Now,
			FileName: safe(text.Say(text.Chinese, "archive.file", nil)+"-"+name) + "-" + tx.Now.In(day.Shanghai).Format("20060102-1504") + ".zip",
		}
		if err := giveUp(ctx, tx, home.CompanyID, tx.Now.Add(-stalled)); err != nil {
			return err
		}
		if err := insertBundle(ctx, tx, &b); err != nil {
			return err
		}
		n = b.ID
		scope.Made(int64(n))
		scope.Changed("archive_bundle", int64(n), home.CompanyID, trail{}, b.trail())
		return jobs.Enqueue(ctx, tx, WriteBundle{home.CompanyID, n}, jobs.Key(n.String()))
	})
	return n, err
}

// List returns one page of the company's exports, newest first. Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, q page.Query) (rows []Bundle, k page.Key, err error) {
	if k, err = q.Start("new", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err = bundlesOf(ctx, tx, home.CompanyID, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Read returns one export. Errors: rbac.ErrNotFound.
func (s *Service) Read(ctx context.Context, n id.Of[id.Archive]) (b Bundle, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		b, err = bundleByID(ctx, tx, home.CompanyID, n)
		return err
	})
	return b, err
}

// fetched is what the trail keeps of a download.
type fetched struct{ Downloaded, SHA256 string }

// Download opens a finished export; who fetched it stays in the trail. One with sealed values opened goes only to
// who may see them. Errors: rbac.ErrNotFound, ErrPlain, ErrState, ErrGone.
func (s *Service) Download(ctx context.Context, n id.Of[id.Archive]) (f blob.Kept, err error) {
	var b Bundle
	err = s.Gate.Witness(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if b, err = bundleByID(ctx, tx, home.CompanyID, n); err != nil {
			return err
		}
		switch {
		case b.Status != Done:
			return ErrState
		case b.BlobKey == "":
			return ErrGone
		case b.Plain && !s.opens(scope.Can):
			return ErrPlain
		}
		scope.Changed("archive_bundle", int64(n), b.CompanyID, fetched{}, fetched{b.FileName, b.SHA256})
		return nil
	})
	if err != nil {
		return f, err
	}
	f.Name, f.FinishedAt = b.FileName, *b.FinishedAt
	f.ReadSeekCloser, err = s.Blobs.Open(ctx, b.BlobKey)
	return f, err
}

// maxName is how many characters a file is named with.
const maxName = 80

// safe makes a name one that Windows and Linux take.
func safe(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf) || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if r := []rune(name); len(r) > maxName {
		name = string(r[len(r)-maxName:]) // the end has what kind of file it is
	}
	if name = strings.Trim(name, ". "); name == "" {
		return "_"
	}
	return name
}
