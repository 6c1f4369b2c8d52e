package responsibility

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Problems lists what keeps the matrix from being published today.
func (s *Service) Problems(ctx context.Context) (out []Problem, err error) {
	err = s.Gate.Read(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		sheet, _, err := s.sheet(ctx, tx, home.CompanyID, today(tx))
		out = sheet.problems()
		return err
	})
	return out, err
}

// Publication asks for the next version of the list.
type Publication struct {
	BasedOn int    `json:"basedOn" minimum:"0" doc:"newest version when it was decided, 0 if there is none yet"`
	Note    string `json:"note" minLength:"2" maxLength:"200" doc:"why there is a new version"`
}

// Publish freezes the matrix of today as the next version of the company's list. Errors:
// ErrMoved if somebody else published meanwhile, ErrProblems with how many there are and the
// first of them, ErrBlank.
func (s *Service) Publish(ctx context.Context, p Publication) (n id.Of[List], err error) {
	err = s.Gate.Write(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if strings.TrimSpace(p.Note) == "" {
			return ErrBlank.At("body.note")
		}
		n, err = s.Freeze(ctx, tx, scope, home, p)
		scope.Made(int64(n))
		return err
	})
	return n, err
}

// Freeze is Publish in the caller's transaction, for a home that the caller answers for.
// Errors: ErrMoved, ErrProblems.
func (s *Service) Freeze(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, p Publication) (id.Of[List], error) {
	if err := lock(ctx, tx, home.CompanyID); err != nil {
		return 0, err
	}
	last, err := Version(ctx, tx, home.CompanyID)
	if err != nil {
		return 0, err
	}
	if last != p.BasedOn {
		return 0, ErrMoved
	}
	sheet, _, err := s.sheet(ctx, tx, home.CompanyID, today(tx))
	if err != nil {
		return 0, err
	}
	if wrong := sheet.problems(); len(wrong) > 0 {
		return 0, refused(wrong)
	}
	l, err := newList(home, scope.Actor(), sheet, last, strings.TrimSpace(p.Note), tx.Now)
	if err != nil {
		return 0, err
	}
	if err := insertAll(ctx, tx, []*List{&l}); err != nil {
		return 0, err
	}
	scope.Changed("responsibility-list", int64(l.ID), home.CompanyID, Frozen{}, Frozen{l.Version, l.Checksum, l.Note, l.Cells})
	return l.ID, s.Recount(ctx, tx, scope, home)
}

// Frozen is what the trail says of a published list.
type Frozen struct {
	Version  int
	Checksum string
	Note     string
	Cells    int
}

// refused names what is wrong: posts and duties, never people.
func refused(wrong []Problem) error {
	var names []string
	for _, p := range wrong[:min(len(wrong), 3)] {
		names = append(names, p.Name)
	}
	return ErrProblems.With("count", strconv.Itoa(len(wrong))).With("names", strings.Join(names, "、"))
}

// Lists returns the company's published versions, newest first, without their content.
func (s *Service) Lists(ctx context.Context, q page.Query) (out page.List[List], err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		k, err := q.Start("version", 1)
		if err != nil {
			return err
		}
		from := 0
		if !k.First() {
			if from, err = strconv.Atoi(k.Vals[0]); err != nil {
				return page.ErrCursor.At("query.cursor").Because(err)
			}
		}
		rows, err := lists(ctx, tx, scope, from, k.Back, q.Limit+1)
		out = page.Of(rows, k, q.Limit, func(l List) []string { return []string{strconv.Itoa(l.Version)} }, func(l List) List { return l })
		return err
	})
	return out, err
}

// List returns one published version as it was frozen; who answers for a part of the company
// sees the columns of that part as the company is organised today. Errors: rbac.ErrNotFound.
func (s *Service) List(ctx context.Context, n id.Of[List]) (l List, posted []Posting, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		if l, err = listByID(ctx, tx, scope, n); err != nil {
			return err
		}
		if !scope.Reaches("") {
			tree, err := s.Tree(ctx, tx, l.CompanyID, today(tx))
			if err != nil {
				return err
			}
			l.Document.V = l.Document.V.narrow(touching(tree, scope.Reaches))
		}
		posted, err = postingsOf(ctx, tx, l)
		return err
	})
	return l, posted, err
}

// PostingEntry says where a version was hung.
type PostingEntry struct {
	Place         string                 `json:"place" minLength:"2" maxLength:"100"`
	PostedOn      day.Date               `json:"postedOn"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds,omitempty" nullable:"false" maxItems:"9"`
}

// Post records that a version hangs on site. Errors: rbac.ErrNotFound, ErrBlank, ErrPosted,
// and those of Claim.
func (s *Service) Post(ctx context.Context, n id.Of[List], e PostingEntry) error {
	return s.Gate.Write(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		l, err := listByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		switch {
		case strings.TrimSpace(e.Place) == "":
			return ErrBlank.At("body.place")
		case e.PostedOn.After(today(tx)) || e.PostedOn.Before(day.In(l.PublishedAt, day.Shanghai)):
			return ErrPosted.At("body.postedOn")
		}
		p := Posting{
			CompanyID: l.CompanyID, RegionPath: l.RegionPath, OversightLine: l.OversightLine, ListID: l.ID, Place: strings.TrimSpace(e.Place), PostedOn: e.PostedOn,
			AttachmentIDs: db.Ints{}, ByName: scope.Actor().Name, At: tx.Now,
		}
		slices.Sort(e.AttachmentIDs)
		e.AttachmentIDs = slices.Compact(e.AttachmentIDs)
		p.AttachmentIDs = ints(e.AttachmentIDs)
		if err := insertAll(ctx, tx, []*Posting{&p}); err != nil {
			return err
		}
		scope.Changed("responsibility-posting", int64(p.ID), l.CompanyID, Posting{}, p)
		scope.Made(int64(p.ID))
		return s.Claim(ctx, tx, scope, e.AttachmentIDs, "responsibility", int64(l.ID))
	})
}
