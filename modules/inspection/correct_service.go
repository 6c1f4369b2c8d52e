package inspection

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ownTerm is how many days a person may correct his own check; the safety manager may always.
const ownTerm = 7

// Correction is a new version of a check: what was answered wrongly, and why (更正). It says
// all answers again; those of a team card, its exceptions.
type Correction struct {
	ClientID  uuid.UUID            `json:"clientId" format:"uuid" doc:"sending the same again changes nothing"`
	Reason    string               `json:"reason" minLength:"1" maxLength:"300"`
	Answers   []Answer             `json:"answers" nullable:"false" maxItems:"400" doc:"all answers of the new version, not only what changed"`
	Signature id.Of[id.Attachment] `json:"signature,omitempty" required:"false"`
}

// Correct makes the next version of a check. The version before stays as it is, and readable;
// lists show the newest. What failed before and still fails is no new hazard. Errors:
// rbac.ErrNotFound, rbac.ErrForbidden for somebody else's check, ErrTooLate, ErrCorrected,
// ErrSameAnswers, ErrBlank, ErrContent, ErrSignature, those of walk.verify.
func (s *Service) Correct(ctx context.Context, on day.Date, n id.Of[id.Check], in Correction) (made id.Of[id.Check], err error) {
	err = s.Gate.Write(ctx, ActionMend, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		old, err := visible(ctx, tx, scope, home.CompanyID, on, n)
		if err != nil {
			return err
		}
		next, err := old.corrected(in, scope, tx.Now)
		if err != nil {
			return err
		}
		replaced, err := lockVersion(ctx, tx, old.Check)
		if err != nil {
			return err
		}
		met, err := meet(ctx, tx, next, 0)
		if err != nil {
			return err
		}
		if met.Known != 0 {
			kept, err := met.kept(next)
			made = kept.ID
			scope.Made(int64(made))
			return err
		}
		if err := mayCorrect(scope, old.Check, tx.Now); err != nil {
			return err
		}
		if replaced {
			return ErrCorrected
		}
		made, err = s.replace(ctx, tx, scope, old.Check, next)
		scope.Made(int64(made))
		return err
	})
	return made, err
}

// mayCorrect refuses who may not correct c now. Errors: rbac.ErrForbidden, ErrTooLate.
func mayCorrect(scope rbac.Scope, c Check, now time.Time) error {
	if scope.Can(ActionAmend) {
		return nil
	}
	if c.StaffID == nil || *c.StaffID != int64(scope.Actor().StaffID) || !scope.Can(ActionMend) {
		return rbac.ErrForbidden
	}
	if now.Sub(c.ReceivedAt) > ownTerm*24*time.Hour {
		return ErrTooLate.With("days", fmt.Sprint(ownTerm))
	}
	return nil
}

// corrected is the next version of c. Errors: ErrBlank.
func (c Check) corrected(in Correction, scope rbac.Scope, now time.Time) (Check, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return Check{}, ErrBlank.At("body.reason")
	}
	next := c
	root, before, a := int64(c.ID), int64(c.ID), scope.Actor()
	if c.RootID != nil {
		root = *c.RootID
	}
	next.ID, next.ClientID, next.ContentHash, next.ReceivedAt, next.UnitID = 0, in.ClientID, in.hash(c.ID), now, nil
	next.Version, next.RootID, next.CorrectsID, next.Reason = c.Version+1, &root, &before, reason
	next.Outcome, next.OutcomeName, next.SignatureID, next.EnteredBy, next.EnteredName = TaskKept, "", nil, nil, ""
	if c.StaffID == nil || *c.StaffID != int64(a.StaffID) {
		next.EnteredName = a.Name
		if a.StaffID != 0 {
			who := int64(a.StaffID)
			next.EnteredBy = &who
		}
	}
	if in.Signature != 0 {
		picture := int64(in.Signature)
		next.SignatureID = &picture
	}
	next.answer(in.Answers)
	return next, nil
}

// hash identifies a correction of check n.
func (in Correction) hash(n id.Of[id.Check]) []byte {
	b, err := json.Marshal(struct {
		Correction
		Of id.Of[id.Check]
	}{in, n})
	if err != nil {
		panic(err) // strings and numbers
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// keys lists everything c answers or confirms.
func (c Check) keys() (out []key) {
	for _, a := range c.Answers.V {
		out = append(out, key{c.at(a), a.Code})
	}
	for _, p := range c.points() {
		for _, code := range c.confirmedAt(p) {
			out = append(out, key{p, code})
		}
	}
	return out
}

// fails lists what c found wrong.
func (c Check) fails() (out []key) {
	for _, a := range c.Answers.V {
		if a.Result == Fail {
			out = append(out, key{c.at(a), a.Code})
		}
	}
	return out
}

// replace keeps next, which corrects old.
func (s *Service) replace(ctx context.Context, tx db.Tx, scope rbac.Scope, old, next Check) (id.Of[id.Check], error) {
	same, err := sameAnswers(old.Answers.V, next.Answers.V)
	if err != nil {
		return 0, err
	}
	if same {
		return 0, ErrSameAnswers.At("body.answers")
	}
	if err := s.signs(ctx, tx, next); err != nil {
		return 0, err
	}
	sheets, err := s.AskAll(ctx, tx, next.CompanyID, next.points(), next.StandardID)
	if err != nil {
		return 0, err
	}
	w := walk(sheets)
	rest, err := w.verify(&next, old.keys())
	if err != nil {
		return 0, err
	}
	next.confirm(rest)
	if _, err := insertCheck(ctx, tx, &next); err != nil {
		return 0, err
	}
	scope.Changed(noun, int64(next.ID), next.CompanyID, trail{}, next.trail())
	if err := moveTask(ctx, tx, next); err != nil {
		return 0, err
	}
	found, known := failed(next, w), old.fails()
	found.Items = slices.DeleteFunc(found.Items, func(f FailedItem) bool { return slices.Contains(known, key{f.PointID, f.Code}) })
	return next.ID, s.follow(ctx, tx, scope, next, found)
}

func sameAnswers(a, b []Answer) (bool, error) {
	was, err := json.Marshal(said(a))
	if err != nil {
		return false, err
	}
	is, err := json.Marshal(said(b))
	return string(was) == string(is), err
}

// said leaves of answers what they say about the place: not when they were given, nor what was
// proposed about a hazard.
func said(answers []Answer) []Answer {
	out := make([]Answer, len(answers))
	for i, a := range answers {
		a.After, a.OwnerID, a.DueOn = 0, 0, day.Date{}
		out[i] = a
	}
	return out
}
