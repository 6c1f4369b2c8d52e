package grading

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Declare is what one of the review team declares about the company; a conflict of interest ends the agency's review.
// Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrBlank.
func (s *Service) Declare(ctx context.Context, n id.Of[id.Application], d Declaration) (id.Of[id.Application], error) {
	return s.act(ctx, ActionReview, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
		team, err := teamOf(ctx, tx, f.Application)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(team, func(m Member) bool { return m.ID == d.Member })
		if i < 0 {
			return rbac.ErrNotFound
		}
		if err := f.declare(&team[i], d); err != nil {
			return err
		}
		return updateMember(ctx, tx, team[i])
	})
}

// OpenReview begins the review's own evaluation, by the rubric of the self-evaluation. Errors: rbac.ErrNotFound, ErrSide,
// ErrNow, ErrUndeclared, ErrConflicted, ErrReviewOpen, ErrNotAvailable.
func (s *Service) OpenReview(ctx context.Context, n id.Of[id.Application]) (id.Of[id.Application], error) {
	return s.act(ctx, ActionReview, n, func(tx db.Tx, scope rbac.Scope, f *file) error {
		team, err := teamOf(ctx, tx, f.Application)
		if err != nil {
			return err
		}
		if err := f.openReview(team); err != nil {
			return err
		}
		if s.Needs.OpenReview == nil {
			return ErrNotAvailable
		}
		review, err := s.Needs.OpenReview(ctx, tx, scope, f.CompanyID, f.SelfID, f.CompanyName+" "+f.Number())
		if err != nil {
			return err
		}
		f.ReviewID = some(review)
		f.step(OpenReview, Confirmed, "", nil, Detail{})
		return nil
	})
}

// Report hands in the review. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrUndeclared, ErrConflicted, ErrReview, ErrBlank.
func (s *Service) Report(ctx context.Context, n id.Of[id.Application], c Conclusion) (id.Of[id.Application], error) {
	return s.act(ctx, ActionReview, n, func(tx db.Tx, scope rbac.Scope, f *file) error {
		team, err := teamOf(ctx, tx, f.Application)
		if err != nil {
			return err
		}
		var review Evaluation
		if f.ReviewID != nil && s.Outcome != nil {
			if review, err = s.Outcome(ctx, tx, scope, *f.ReviewID); err != nil {
				return err
			}
		}
		if err := f.report(c, team, review); err != nil {
			return err
		}
		rows := make([]Issue, len(c.Issues))
		for i, x := range c.Issues {
			if blank(x.What) {
				return ErrBlank.At("body.issues")
			}
			rows[i] = Issue{
				CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ApplicationID: f.ID, OrganisationID: *f.ReviewOrganisationID, N: int16(i + 1),
				ItemCode: x.Item, What: x.What, Demand: x.Demand,
			}
		}
		return insertIssues(ctx, tx, rows)
	})
}

// Check is the review team's verdict on what was mended. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrIssue, ErrBlank.
func (s *Service) Check(ctx context.Context, n id.Of[id.Application], c Check) (id.Of[id.Application], error) {
	return s.act(ctx, ActionReview, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
		rows, err := issuesOf(ctx, tx, f.Application)
		if err != nil {
			return err
		}
		refs := make([]*Issue, len(rows))
		for i := range rows {
			refs[i] = &rows[i]
		}
		if err := f.check(c, refs); err != nil {
			return err
		}
		for _, i := range rows {
			if err := updateIssue(ctx, tx, i, "passed", "verdict"); err != nil {
				return err
			}
		}
		return nil
	})
}
