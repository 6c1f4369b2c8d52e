package standardization

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Difference is an item that two evaluations see otherwise.
type Difference struct {
	Code        string         `json:"code"`
	Requirement string         `json:"requirement"`
	Points      scoring.Points `json:"points"`
	SelfState   string         `json:"selfState" enum:"open,scored,na"`
	Self        scoring.Points `json:"self"`
	ReviewState string         `json:"reviewState" enum:"open,scored,na"`
	Review      scoring.Points `json:"review"`
	Same        bool           `json:"same"`
	SelfFound   []string       `json:"selfFound" nullable:"false"`
	ReviewFound []string       `json:"reviewFound" nullable:"false"`
}

// ElementGap is what two evaluations gave an element.
type ElementGap struct {
	Code          string         `json:"code"`
	Title         string         `json:"title"`
	Points        scoring.Points `json:"points"`
	Self          scoring.Points `json:"self"`
	SelfPercent   string         `json:"selfPercent"`
	Review        scoring.Points `json:"review"`
	ReviewPercent string         `json:"reviewPercent"`
}

// Comparison is a self evaluation and a review of it, side by side.
type Comparison struct {
	Self     EvaluationView `json:"self"`
	Review   EvaluationView `json:"review"`
	SelfLive LiveView       `json:"selfLive"`
	Live     LiveView       `json:"reviewLive"`
	Elements []ElementGap   `json:"elements" nullable:"false"`
	Items    []Difference   `json:"items" nullable:"false"`
}

// Compare puts a review beside the self evaluation that it looks at. Errors: rbac.ErrNotFound.
func (s *Service) Compare(ctx context.Context, n id.Of[id.Evaluation]) (c Comparison, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		review, err := s.sheet(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if review.AgainstID == nil {
			return rbac.ErrNotFound
		}
		self, err := s.sheet(ctx, tx, scope, *review.AgainstID)
		c = compare(&self, &review)
		return err
	})
	return c, err
}

func compare(self, review *Sheet) Comparison {
	c := Comparison{Elements: []ElementGap{}, Items: []Difference{}}
	if self.Table == nil {
		return c
	}
	c.Self, c.Review = viewOf(&self.Evaluation, self.Company, self.Result.Answered, len(self.Result.Items)), viewOf(&review.Evaluation, review.Company, review.Result.Answered, len(review.Result.Items))
	c.SelfLive, c.Live = liveOf(self.Result), liveOf(review.Result)
	for i, e := range self.Table.Elements {
		a, b := self.Result.Elements[i], review.Result.Elements[i]
		c.Elements = append(c.Elements, ElementGap{e.Code, e.Title, e.Points, a.Raw, a.Percent, b.Raw, b.Percent})
	}
	for i, it := range self.Table.Rows() {
		a, b := self.Result.Items[i], review.Result.Items[i]
		c.Items = append(c.Items, Difference{
			Code: it.Code, Requirement: it.Requirement, Points: it.Points, SelfState: a.State, Self: a.Score, ReviewState: b.State, Review: b.Score, Same: a.State == b.State && a.Score == b.Score,
			SelfFound: self.foundAt(it.Code), ReviewFound: review.foundAt(it.Code),
		})
	}
	return c
}

// foundAt is what was found at an item.
func (sh *Sheet) foundAt(code string) []string {
	out := []string{}
	for _, f := range sh.Findings {
		if f.ItemCode == code {
			out = append(out, placed(f))
		}
	}
	return out
}
