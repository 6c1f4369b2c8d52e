package rubric

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Limits of a table that is written by hand or loaded.
const (
	maxItems = 3000
	maxText  = 8000 // characters of one text
)

var (
	codeForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,63}$`)
	versionForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$`)
)

// Filter narrows the list of tables.
type Filter struct {
	page.Query
	Q       string          `query:"q" maxLength:"60" doc:"part of the title, the code or the issuer"`
	Purpose scoring.Purpose `query:"purpose" enum:",grading,duty,class"`
	State   State           `query:"state" enum:",draft,published,retired"`
	Mine    bool            `query:"mine" doc:"written by the reader's organisation"`
	Usable  bool            `query:"usable" doc:"with points, not only a tree"`
}

// One is a version with its table and what is to be said of it.
type One struct {
	Listed
	Revision int
	Table    *scoring.Rubric
	Problems []scoring.Problem
	May      []string // what the reader can do now: edit, publish, discard, retire, copy
}

// List lists the versions that the reader may see, latest first. Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, f Filter) (rows []Listed, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, _ rbac.Scope) error {
		rows, err = versionsBy(ctx, tx, f, k)
		return err
	})
	return rows, k, err
}

// ByID reads a version. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Rubric]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		if o.Listed, o.Revision, err = listedByID(ctx, tx, n); err != nil {
			return err
		}
		if o.Table, err = Load(ctx, tx, n); err != nil {
			return err
		}
		o.Problems, o.May = problemsOf(o.Table), may(scope, o)
		return nil
	})
	return o, err
}

// may lists what the actor can do with a version.
func may(scope rbac.Scope, o One) []string {
	can := []string{}
	if scope.Can(ActionKeep) {
		can = append(can, "copy")
	}
	shippedOnes := o.Origin == FromLibrary && scope.Actor().Kind == rbac.Platform
	switch {
	case o.State == StateDraft && o.Own && scope.Can(ActionKeep):
		can = append(can, "edit", "discard")
		if len(o.Problems) == 0 && scope.Can(ActionPublish) {
			can = append(can, "publish")
		}
	case o.State == StatePublished && (o.Own || shippedOnes) && scope.Can(ActionPublish):
		can = append(can, "retire")
	}
	return can
}

// Allowed reports whether the actor writes tables at all: for what is only looked at. Errors: those of the Gate.
func (s *Service) Allowed(ctx context.Context) error {
	return s.Gate.Read(ctx, ActionKeep, func(db.Tx, rbac.Scope) error { return nil })
}

// Begin makes a draft of a table. Errors: ErrName, ErrTaken, ErrRegion, ErrTooMuch.
func (s *Service) Begin(ctx context.Context, r *scoring.Rubric, origin Origin, region string) (n id.Of[id.Rubric], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		n, err = begin(ctx, tx, scope, r, origin, region)
		return err
	})
	return n, err
}

// Copy makes a draft of a table that is there: a new version of one's own, or one's own table after another.
// Errors: as Begin, rbac.ErrNotFound.
func (s *Service) Copy(ctx context.Context, n id.Of[id.Rubric], code, version, region string) (made id.Of[id.Rubric], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		from, err := Load(ctx, tx, n)
		if err != nil {
			return err
		}
		r := *from
		r.ID, r.Version, r.Scorable = code, version, true
		if code != from.ID {
			r.About.Source = map[string]any{"code": from.ID, "version": from.Version, "title": from.Title}
		}
		made, err = begin(ctx, tx, scope, &r, FromEditor, region)
		return err
	})
	return made, err
}

func begin(ctx context.Context, tx db.Tx, scope rbac.Scope, r *scoring.Rubric, origin Origin, region string) (id.Of[id.Rubric], error) {
	region, err := regionOf(scope.Actor(), region)
	if err != nil {
		return 0, err
	}
	by := scope.Actor().OrganisationID
	v := Version{Origin: origin, State: StateDraft, Revision: 1, RegionPath: region, OrganisationID: &by, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if err := named(ctx, tx, scope, r); err != nil {
		return 0, err
	}
	if err := v.fill(r); err != nil {
		return 0, err
	}
	if err := insertVersion(ctx, tx, &v); err != nil {
		return 0, err
	}
	scope.Changed("rubric", int64(v.ID), 0, trail{}, v.trail())
	scope.Made(int64(v.ID))
	return v.ID, nil
}

// regionOf is where the tables of an actor are used: everywhere for the platform, in his area for an authority.
func regionOf(a rbac.Actor, asked string) (string, error) {
	if a.Kind == rbac.Platform {
		if asked != "" {
			return "", ErrRegion
		}
		return "", nil
	}
	if asked == "" && len(a.Areas) > 0 {
		return a.Areas[0], nil
	}
	for _, area := range a.Areas {
		if strings.HasPrefix(asked, area) {
			return asked, nil
		}
	}
	return "", ErrRegion
}

// named checks what a table is called and how much it is. A code belongs to him who has it first.
func named(ctx context.Context, tx db.Tx, scope rbac.Scope, r *scoring.Rubric) error {
	if !codeForm.MatchString(r.ID) || !versionForm.MatchString(r.Version) || strings.TrimSpace(r.Title) == "" || r.Purpose != scoring.Grading && r.Purpose != scoring.Duty && r.Purpose != scoring.Class {
		return ErrName
	}
	rows := r.Rows()
	if len(rows) > maxItems || utf8.RuneCountInString(r.Title+r.TitleEN+r.Issuer) > 600 {
		return ErrTooMuch.With("max", strconv.Itoa(maxItems))
	}
	for _, it := range rows {
		if utf8.RuneCountInString(it.Requirement) > maxText || len(it.Deductions) > 60 {
			return ErrTooMuch.With("max", strconv.Itoa(maxItems))
		}
	}
	r.Scorable = true
	foreign, err := foreignCode(ctx, tx, r.ID, scope.Actor().Kind == rbac.Platform)
	if err == nil && foreign {
		return ErrTaken
	}
	return err
}

// Save replaces the table of a draft. Errors: rbac.ErrNotFound, ErrFrozen, ErrMoved, and those of Begin.
func (s *Service) Save(ctx context.Context, n id.Of[id.Rubric], revision int, r *scoring.Rubric) error {
	return s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		v, err := draftByID(ctx, tx, n)
		if err != nil {
			return err
		}
		if v.Revision != revision {
			return ErrMoved
		}
		if err := named(ctx, tx, scope, r); err != nil {
			return err
		}
		before := v.trail()
		if err := v.fill(r); err != nil {
			return err
		}
		v.Revision, v.UpdatedAt = v.Revision+1, tx.Now
		scope.Changed("rubric", int64(n), 0, before, v.trail())
		return saveVersion(ctx, tx, &v)
	})
}

// Discard deletes a draft. Errors: rbac.ErrNotFound, ErrFrozen.
func (s *Service) Discard(ctx context.Context, n id.Of[id.Rubric]) error {
	return s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		v, err := draftByID(ctx, tx, n)
		if err != nil {
			return err
		}
		scope.Changed("rubric", int64(n), 0, v.trail(), trail{})
		return deleteVersion(ctx, tx, n)
	})
}

// Publish puts a draft into force from today. Errors: rbac.ErrNotFound, ErrFrozen, ErrMoved, ErrUnsound.
func (s *Service) Publish(ctx context.Context, n id.Of[id.Rubric], revision int) error {
	return s.Gate.Write(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		v, err := draftByID(ctx, tx, n)
		if err != nil {
			return err
		}
		if v.Revision != revision {
			return ErrMoved
		}
		if wrong := problemsOf(v.Body.V); len(wrong) > 0 {
			return ErrUnsound.With("count", strconv.Itoa(len(wrong)))
		}
		before := v.trail()
		v.State, v.PublishedOn, v.UpdatedAt = StatePublished, day.In(tx.Now, day.Shanghai), tx.Now
		scope.Changed("rubric", int64(n), 0, before, v.trail())
		return saveVersion(ctx, tx, &v)
	})
}

// Retire ends a published version: nothing new is begun with it. Errors: rbac.ErrNotFound, ErrNotPublished.
func (s *Service) Retire(ctx context.Context, n id.Of[id.Rubric]) error {
	return s.Gate.Write(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		v, err := lockedByID(ctx, tx, n)
		switch {
		case err != nil:
			return err
		case v.State != StatePublished:
			return ErrNotPublished
		}
		before := v.trail()
		v.State, v.RetiredOn, v.UpdatedAt = StateRetired, day.In(tx.Now, day.Shanghai), tx.Now
		scope.Changed("rubric", int64(n), 0, before, v.trail())
		return saveVersion(ctx, tx, &v)
	})
}

// trail is what the trail keeps of a version.
type trail struct {
	Code, Version, Title string
	State                State
	Items                int
	Total, Checksum      string
}

func (v *Version) trail() trail {
	return trail{v.Code, v.Version, v.Title, v.State, v.Items, v.Total.String(), v.Checksum}
}

// problemsOf is Check, and that something can be scored at all.
func problemsOf(r *scoring.Rubric) []scoring.Problem {
	found := r.Check()
	if r.Scorable && len(r.Rows()) == 0 {
		found = append(found, scoring.Problem{Code: "empty"})
	}
	if found == nil {
		found = []scoring.Problem{}
	}
	return found
}
