package main

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/scoring"
	"anbiao/modules/accident"
	"anbiao/modules/enrolment"
	"anbiao/modules/livescore"
	"anbiao/modules/oversight"
	"anbiao/modules/proof"
	"anbiao/modules/rubric"
	"anbiao/modules/standardization"
	"anbiao/rbac"
)

// glueLivescore gives livescore what other modules know.
func (h *house) glueLivescore() {
	s := h.livescore
	s.Metrics, s.Load = measured(), rubric.Load
	s.Tables = func(ctx context.Context, tx db.Tx, on day.Date) ([]livescore.Listed, error) {
		found, err := rubric.Available(ctx, tx, scoring.Grading, on)
		out := make([]livescore.Listed, len(found))
		for i, l := range found {
			out[i] = livescore.Listed{ID: l.ID, Code: l.Code, Region: l.Region}
		}
		return out, err
	}
	s.Facts = accident.Performance
	h.letter.Touch, h.standardization.Touch = scored, scored
	s.Kept = func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]livescore.Answers, error) {
		found, err := standardization.Kept(ctx, tx, companies)
		out := make(map[rbac.CompanyID]livescore.Answers, len(found))
		for n, a := range found {
			out[n] = livescore.Answers(a)
		}
		return out, err
	}
}

// touched lets the board, the live scores and the list of who must join follow what happened to companies in tx.
func touched(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error {
	if err := oversight.Enqueue(ctx, tx, ids...); err != nil {
		return err
	}
	if err := enrolment.Enqueue(ctx, tx, ids...); err != nil {
		return err
	}
	return livescore.Enqueue(ctx, tx, ids...)
}

// scored lets a company's live score follow what happened in tx.
func scored(ctx context.Context, tx db.Tx, c rbac.CompanyID) error {
	return livescore.Enqueue(ctx, tx, c)
}

// submitted is what follows a check: whether it is true to life, and the score.
func submitted(ctx context.Context, tx db.Tx, c rbac.CompanyID) error {
	if err := proof.Submitted(ctx, tx, c); err != nil {
		return err
	}
	return scored(ctx, tx, c)
}
