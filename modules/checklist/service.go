package checklist

import (
	"context"
	"slices"
	"strconv"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionLibrary rbac.Action = "checklist.library.read"
	ActionRead    rbac.Action = "checklist.standard.read"
	ActionPublish rbac.Action = "checklist.standard.publish"
	ActionPoints  rbac.Action = "checklist.point.list"
	ActionEdit    rbac.Action = "checklist.point.edit"
	ActionPlace   rbac.Action = "checklist.point.place"
)

// CompanyTags returns the tags of a company's equipment, materials, places and industry,
// which decide its standard.
type CompanyTags func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]string, error)

// Firm returns a company's name.
type Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)

// Service is what the rest of the program may ask about what is to be looked at.
type Service struct {
	Gate    *rbac.Gate
	Shelf   *Shelf
	Tags    CompanyTags
	Name    CompanyName
	Firm    Firm
	BaseURL string // in QR labels, e.g. https://anbiao.example
}

// Load brings the library versions of this program into the database. It may be run again,
// by several programs at once. Errors: ErrLibraryChanged if a version was loaded before
// with other content.
func (s *Service) Load(ctx context.Context) error {
	return s.Gate.System(ctx, "checklist.load", func(tx db.Tx, _ rbac.Scope) error {
		for _, l := range s.Shelf.All() {
			sum, err := checksumOf(ctx, tx, l.Meta.Version)
			switch {
			case err != nil:
				return err
			case sum == "":
				if err := insertLibrary(ctx, tx, l); err != nil {
					return err
				}
			case sum != l.Checksum:
				return ErrLibraryChanged.With("version", l.Meta.Version)
			}
			if err := s.loadHints(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// loadHints pins the hints of a version as they are first loaded. Errors: ErrLibraryChanged.
func (*Service) loadHints(ctx context.Context, tx db.Tx, l *Library) error {
	sum, err := hintsChecksumOf(ctx, tx, l.Meta.Version)
	switch {
	case err != nil:
		return err
	case sum == "" && l.hintsChecksum != "":
		return insertHints(ctx, tx, ShippedHints{l.Meta.Version, l.hintsChecksum, tx.Now})
	case sum != l.hintsChecksum:
		return ErrLibraryChanged.With("version", l.Meta.Version)
	}
	return nil
}

// Modules lists the modules of the newest library.
func (s *Service) Modules(ctx context.Context) (l *Library, err error) {
	err = s.Gate.Read(ctx, ActionLibrary, func(db.Tx, rbac.Scope) error {
		l = s.Shelf.Newest()
		return nil
	})
	return l, err
}

// Module returns one module of the newest library. Errors: rbac.ErrNotFound.
func (s *Service) Module(ctx context.Context, code string) (m *Module, err error) {
	err = s.Gate.Read(ctx, ActionLibrary, func(db.Tx, rbac.Scope) error {
		var ok bool
		if m, ok = s.Shelf.Newest().Module(code); !ok {
			return rbac.ErrNotFound
		}
		return nil
	})
	return m, err
}

// companyOf returns the company a request is about: the actor's own, or the one a
// regulator names. Errors: ErrCompanyNeeded.
func companyOf(scope rbac.Scope, asked rbac.CompanyID) (rbac.CompanyID, error) {
	if h, err := scope.Home(); err == nil {
		return h.CompanyID, nil
	}
	if asked == 0 {
		return 0, ErrCompanyNeeded.At("query.companyId")
	}
	return asked, nil
}

// Current returns a company's newest standard with every item. Errors: ErrNoStandard,
// ErrCompanyNeeded.
func (s *Service) Current(ctx context.Context, company rbac.CompanyID) (out Standard, items []Asked, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if out, err = currentStandard(ctx, tx, scope, c); err != nil {
			return err
		}
		items, err = s.expand(out.Document.V)
		return err
	})
	return out, items, err
}

// Standard returns one version with every item. Errors: ErrNoStandard, ErrCompanyNeeded.
func (s *Service) Standard(ctx context.Context, company rbac.CompanyID, n id.Of[id.Standard]) (out Standard, items []Asked, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if out, err = standardByID(ctx, tx, scope, c, n); err != nil {
			return err
		}
		items, err = s.expand(out.Document.V)
		return err
	})
	return out, items, err
}

func (s *Service) expand(d Document) ([]Asked, error) {
	l, err := s.Shelf.Version(d.Library)
	if err != nil {
		return nil, err
	}
	return l.Expand(d), nil
}

// Standards lists a company's versions, newest first.
func (s *Service) Standards(ctx context.Context, company rbac.CompanyID, p page.Query) (list page.List[StandardRow], err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, at, err := start(p, "version")
		if err != nil {
			return err
		}
		rows, err := standards(ctx, tx, scope, c, at)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(s Standard) []string { return []string{strconv.Itoa(s.Version)} }, standardRow)
		return nil
	})
	return list, err
}

// start reads a cursor of one number.
func start(p page.Query, sort string) (page.Key, keyset, error) {
	k, err := p.Start(sort, 1)
	if err != nil {
		return k, keyset{}, err
	}
	at := keyset{first: k.First(), back: k.Back, limit: p.Limit + 1}
	if !at.first {
		if at.number, err = strconv.Atoi(k.Vals[0]); err != nil {
			return k, at, page.ErrCursor.At("query.cursor").Because(err)
		}
	}
	return k, at, nil
}

// Proposal is the standard that would be published now, and what would change.
type Proposal struct {
	Based    int // version number it was compared with; 0: none
	Document Document
	Items    []Asked
	Plain    []Asked // the same items without what the company set
	Added    []string
	Removed  []string
	Library  *Library
}

// Propose composes a standard from the company's tags as they are, keeping what its last
// version decided where that still stands. A first standard is proposed with the library's
// must-photo items and limits.
// version is the library version to compose from; empty: the last standard's.
// Errors: ErrUnknownLibrary.
func (s *Service) Propose(ctx context.Context, version string) (p Proposal, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		last, was, err := s.last(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		tags, err := s.Tags(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		l, err := s.libraryOf(last, version)
		if err != nil {
			return err
		}
		draft := l.carry(last.Document.V, tags)
		draft.Defaults = draft.Defaults || last.Version == 0
		if p.Document, err = l.Compose(tags, draft); err != nil {
			return err
		}
		p.Based, p.Items, p.Plain, p.Library = last.Version, l.Expand(p.Document), l.Expand(p.Document.plain()), l
		p.Added, p.Removed = Diff(was, p.Items)
		return nil
	})
	return p, err
}

// last returns the newest version and its items; zero values if there is none.
func (s *Service) last(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (Standard, []Asked, error) {
	st, err := currentStandard(ctx, tx, scope, c)
	if ErrNoStandard.Is(err) {
		return Standard{}, nil, nil
	}
	if err != nil {
		return st, nil, err
	}
	items, err := s.expand(st.Document.V)
	return st, items, err
}

// libraryOf returns the library to compose from: the one asked for, which is not older than
// that of the last standard, or else the last's, or else the newest. A newer library is taken
// only when the company asks for it (标准库升级). Errors: ErrUnknownLibrary.
func (s *Service) libraryOf(last Standard, asked string) (*Library, error) {
	if asked == "" {
		asked = last.Document.V.Library
	}
	if asked == "" {
		return s.Shelf.Newest(), nil
	}
	l, err := s.Shelf.Version(asked)
	if err != nil || asked < last.Document.V.Library {
		return nil, ErrUnknownLibrary.With("version", asked).At("body.library").Because(err)
	}
	return l, nil
}

// Publish makes the next version of the company's standard from its tags as they are, the
// library d names and d. Errors: those of Library.Compose, ErrStandardMoved if d was made
// from another version than the last.
func (s *Service) Publish(ctx context.Context, d Draft) (n id.Of[id.Standard], err error) {
	err = s.Gate.Write(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		next, _, err := s.next(ctx, tx, scope, home, d)
		if err != nil {
			return err
		}
		last, err := currentStandard(ctx, tx, scope, home.CompanyID)
		if err != nil && !ErrNoStandard.Is(err) {
			return err
		}
		if err := insertStandard(ctx, tx, &next); err != nil {
			return err
		}
		n = next.ID
		scope.Changed("checklist_standard", int64(n), home.CompanyID, last, next)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// next makes the version that d asks for, and returns the items of the last one.
// Errors: those of Publish.
func (s *Service) next(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, d Draft) (Standard, []Asked, error) {
	tags, err := s.Tags(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return Standard{}, nil, err
	}
	last, was, err := s.last(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return Standard{}, nil, err
	}
	if last.Version != d.BasedOn {
		return Standard{}, nil, ErrStandardMoved
	}
	l, err := s.libraryOf(last, d.Library)
	if err != nil {
		return Standard{}, nil, err
	}
	st, err := newStandard(tx, scope.Actor(), home, l, tags, d)
	return st, was, err
}

func newStandard(tx db.Tx, a rbac.Actor, home rbac.Home, l *Library, tags []string, d Draft) (Standard, error) {
	doc, err := l.Compose(tags, d)
	if err != nil {
		return Standard{}, err
	}
	st := Standard{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Version: d.BasedOn + 1, LibraryVersion: doc.Library,
		Document: db.JSON[Document]{V: doc}, Items: doc.enabled(l), PublishedAt: tx.Now, PublishedName: a.Name,
	}
	if a.StaffID != 0 {
		staff := int64(a.StaffID)
		st.PublishedBy = &staff
	}
	return st, nil
}

// Enabled returns what the newest standard of a company asks, in the caller's transaction;
// nothing if there is none.
func (s *Service) Enabled(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]Asked, error) {
	_, items, err := s.last(ctx, tx, scope, company)
	return slices.DeleteFunc(items, func(a Asked) bool { return a.Disabled != "" }), err
}
