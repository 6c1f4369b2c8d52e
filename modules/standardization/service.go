package standardization

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "standardization.evaluation.list"    // all of an evaluation
	ActionLead    rbac.Action = "standardization.evaluation.lead"    // begin the company's own, assign, keep its facts
	ActionSign    rbac.Action = "standardization.evaluation.sign"    // the principal's: finish it
	ActionPublish rbac.Action = "standardization.report.publish"     // hang it inside the firm
	ActionRead    rbac.Action = "standardization.publication.read"   // what hangs there: everybody of the company
	ActionAnswer  rbac.Action = "standardization.item.answer"        // items that are one's own, or all
	ActionMend    rbac.Action = "standardization.rectification.plan" // findings become hazards
	ActionReview  rbac.Action = "standardization.review.write"
	ActionDuty    rbac.Action = "standardization.duty.assess"
	ActionClass   rbac.Action = "standardization.class.assess"
)

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Filter narrows the list of evaluations.
type Filter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: one"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	Kind      Kind           `query:"kind" enum:",self,review,duty,class"`
	State     State          `query:"state" enum:",draft,scoring,finished,published,closed"`
	Year      int            `query:"year" minimum:"0" maximum:"2200"`
}

// OpenReview begins the review of a company's finished self evaluation by the same version of the table, for
// whoever sends the reviewers or is one; a review under way is it. Errors: rbac.ErrNotFound, ErrNow.
func (s *Service) OpenReview(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, self id.Of[id.Evaluation], title string) (id.Of[id.Evaluation], error) {
	of, err := evaluationByID(ctx, tx, scope, self, "")
	if err != nil {
		return 0, err
	}
	if of.Kind != Self || of.CompanyID != company || of.Result == "" {
		return 0, ErrNow
	}
	return 0, ErrNow
}
