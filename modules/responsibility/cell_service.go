package responsibility

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// SetCell says what a post has to do with a duty from today on. Who becomes accountable takes
// that from whoever was, who goes on doing the duty. Errors: rbac.ErrNotFound, ErrDropped,
// ErrPost, ErrPrincipal, ErrScoreless, ErrAccountable.
func (s *Service) SetCell(ctx context.Context, e CellEntry) error {
	return s.change(ctx, func(tx db.Tx, scope rbac.Scope, home rbac.Home) error {
		d, err := dutyByID(ctx, tx, scope, e.DutyID)
		if err != nil {
			return err
		}
		if !e.Raci.scored() && e.Score > 0 {
			return ErrScoreless.At("body.score")
		}
		posts, err := s.posts(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if err := s.mayHold(ctx, tx, d, posts, e); err != nil {
			return err
		}
		shares, err := openShares(ctx, tx, d)
		if err != nil {
			return err
		}
		after, changed := place(d.share(e), shares)
		if !complete(after) {
			return ErrAccountable.At("body.raci")
		}
		scope.Made(int64(d.ID))
		for _, c := range changed {
			before := at(shares, c.PostID)
			made, err := turnShare(ctx, tx, before, c, today(tx))
			if err != nil {
				return err
			}
			scope.Changed("responsibility-cell", int64(made.ID), home.CompanyID, before, made)
		}
		return nil
	})
}

// mayHold checks the post of a cell to be. Errors: ErrPost, ErrPrincipal.
func (s *Service) mayHold(ctx context.Context, tx db.Tx, d Duty, posts map[id.Of[id.Post]]org.Post, e CellEntry) error {
	if _, ok := posts[e.PostID]; !ok {
		return ErrPost.At("body.postId")
	}
	if !e.Raci.accountable() {
		return nil
	}
	w, err := wordingOf(ctx, tx, d)
	if err != nil {
		return err
	}
	return mayAnswer(posts, e.PostID, w.Statutory)
}

// at returns the share of a post among those of a duty; the zero Share if it has none.
func at(shares []Share, post id.Of[id.Post]) Share {
	i := slices.IndexFunc(shares, func(c Share) bool { return c.PostID == post })
	if i < 0 {
		return Share{}
	}
	return shares[i]
}

// place puts a share among those a duty has, and returns all and those that change: where it
// is accountable, another that was goes on as one who does.
func place(c Share, shares []Share) (all, changed []Share) {
	all, changed = []Share{c}, []Share{}
	for _, x := range shares {
		if x.PostID == c.PostID {
			continue
		}
		if c.Raci.accountable() && x.Raci.accountable() {
			x.Raci = Does
			changed = append(changed, x)
		}
		all = append(all, x)
	}
	return all, append(changed, c)
}

// complete reports whether exactly one share is accountable and at least one does the duty.
func complete(shares []Share) bool {
	owners, doers := 0, 0
	for _, c := range shares {
		if c.Raci.accountable() {
			owners++
		}
		if c.Raci.does() {
			doers++
		}
	}
	return owners == 1 && doers > 0
}

// CellKey names a cell by where it is.
type CellKey struct {
	DutyID id.Of[id.Duty] `json:"dutyId"`
	PostID id.Of[id.Post] `json:"postId"`
}

// RemoveCell ends what a post has to do with a duty. The last cell of a duty may go, which
// then keeps the list from being published. Errors: rbac.ErrNotFound, ErrDropped, ErrNoCell,
// ErrAccountable.
func (s *Service) RemoveCell(ctx context.Context, k CellKey) error {
	return s.change(ctx, func(tx db.Tx, scope rbac.Scope, home rbac.Home) error {
		d, err := dutyByID(ctx, tx, scope, k.DutyID)
		if err != nil {
			return err
		}
		shares, err := openShares(ctx, tx, d)
		if err != nil {
			return err
		}
		c := at(shares, k.PostID)
		if c.ID == 0 {
			return ErrNoCell
		}
		rest := slices.DeleteFunc(slices.Clone(shares), func(x Share) bool { return x.PostID == k.PostID })
		if len(rest) > 0 && complete(shares) && !complete(rest) {
			return ErrAccountable.At("body.postId")
		}
		scope.Made(int64(d.ID))
		ended := c
		ended.ValidTo = today(tx)
		scope.Changed("responsibility-cell", int64(c.ID), home.CompanyID, c, ended)
		return endShares(ctx, tx, home.CompanyID, []Share{c}, today(tx))
	})
}

// Rescale makes the scores of a post add up to 100, in proportion. Errors: ErrNothingScored.
func (s *Service) Rescale(ctx context.Context, post id.Of[id.Post]) error {
	return s.change(ctx, func(tx db.Tx, scope rbac.Scope, home rbac.Home) error {
		was, err := postShares(ctx, tx, home.CompanyID, post)
		if err != nil {
			return err
		}
		changed, err := rescaled(was)
		if err != nil {
			return err
		}
		for _, c := range changed {
			i := slices.IndexFunc(was, func(x Share) bool { return x.ID == c.ID })
			scope.Changed("responsibility-cell", int64(c.ID), home.CompanyID, was[i], c)
		}
		scope.Made(int64(post))
		return rescored(ctx, tx, changed, today(tx))
	})
}

// RescaleOf is Rescale in the caller's transaction, for a company that the caller answers for.
// Errors: ErrNothingScored.
func RescaleOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, post id.Of[id.Post]) error {
	was, err := postShares(ctx, tx, company, post)
	if err != nil {
		return err
	}
	changed, err := rescaled(was)
	if err != nil {
		return err
	}
	return rescored(ctx, tx, changed, today(tx))
}

// rescaled returns the cells of a post whose score must change. Errors: ErrNothingScored.
func rescaled(shares []Share) (changed []Share, err error) {
	scores, sum := make([]int, len(shares)), 0
	for i, c := range shares {
		scores[i] = c.Score
		sum += c.Score
	}
	if sum == 0 {
		return nil, ErrNothingScored
	}
	for i, n := range rescale(scores) {
		if c := shares[i]; c.Score != n {
			c.Score = n
			changed = append(changed, c)
		}
	}
	return changed, nil
}

// Adoption says which posts are to get duties of the library.
type Adoption struct {
	PostIDs []id.Of[id.Post] `json:"postIds" nullable:"false" minItems:"1" maxItems:"500"`
	Type    string           `json:"type,omitempty" maxLength:"40" doc:"duties of this post type; empty: of the posts' own types"`
}

// Adopt gives posts the duties of their types, or of one that is named, from the newest
// library; cells that were taken out come back. Errors: ErrPost, ErrCategory, ErrNothingScored
// if there was nothing to adopt.
func (s *Service) Adopt(ctx context.Context, a Adoption) error {
	return s.change(ctx, func(tx db.Tx, scope rbac.Scope, home rbac.Home) error {
		known, err := s.posts(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if a.Type != "" {
			if _, ok := s.Shelf.Newest().Type(a.Type); !ok {
				return ErrCategory.At("body.type")
			}
		}
		var posts []org.Post
		for _, n := range a.PostIDs {
			p, ok := known[n]
			if !ok {
				return ErrPost.At("body.postIds")
			}
			if a.Type != "" {
				p.Types = []string{a.Type}
			}
			posts = append(posts, p)
		}
		made, err := s.adopt(ctx, tx, scope, home, posts, true)
		if err == nil && made == 0 {
			return ErrNothingAdopted
		}
		scope.Made(int64(a.PostIDs[0]))
		return err
	})
}
