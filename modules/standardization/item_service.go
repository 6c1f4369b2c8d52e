package standardization

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Reply answers an item.
type Reply struct {
	State   string `json:"state" enum:"scored,na,open" doc:"scored: it was looked at, findings cost points; na: it does not apply; open: taken back"`
	Reason  string `json:"reason" required:"false" maxLength:"500" doc:"why it does not apply"`
	Note    string `json:"note" required:"false" maxLength:"1000"`
	Version int    `json:"version" minimum:"0" doc:"of the item as it was read"`
}

// Answer answers an item. Whoever answers another item at the same time writes another row.
// Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrItem, ErrNotMine, ErrChanged, ErrNAReason, ErrNARefused, ErrNAFindings.
func (s *Service) Answer(ctx context.Context, n id.Of[id.Evaluation], code string, r Reply) (id.Of[id.Evaluation], error) {
	return n, s.item(ctx, n, code, func(tx db.Tx, scope rbac.Scope, e *Evaluation, it *scoring.Item, a *Answer) error {
		if a.Version != r.Version {
			return ErrChanged
		}
		r.Reason, r.Note = strings.TrimSpace(r.Reason), strings.TrimSpace(r.Note)
		if r.State == NA {
			if err := s.inapplicable(ctx, tx, e, it, r.Reason); err != nil {
				return err
			}
		} else {
			r.Reason = ""
		}
		a.State, a.Reason, a.Note = r.State, r.Reason, r.Note
		return touch(ctx, tx, scope, a)
	})
}

// inapplicable says whether an item may be left out. Errors: ErrNAReason, ErrNARefused, ErrNAFindings.
func (s *Service) inapplicable(ctx context.Context, tx db.Tx, e *Evaluation, it *scoring.Item, reason string) error {
	table, err := s.Load(ctx, tx, e.RubricID)
	if err != nil {
		return err
	}
	standing, err := findingsOf(ctx, tx, e, it.Code)
	switch {
	case err != nil:
		return err
	case table.NAListed && !it.NAAllowed:
		return ErrNARefused.With("item", it.Code).At("body.state")
	case reason == "":
		return ErrNAReason.At("body.reason")
	case len(standing) > 0:
		return ErrNAFindings.At("body.state")
	}
	return nil
}

// item locks one item of an evaluation that is being scored and hands it to do.
func (s *Service) item(ctx context.Context, n id.Of[id.Evaluation], code string, do func(db.Tx, rbac.Scope, *Evaluation, *scoring.Item, *Answer) error) error {
	return s.Gate.Write(ctx, ActionAnswer, func(tx db.Tx, scope rbac.Scope) error {
		e, err := written(ctx, tx, scope, n, toWrite, Scoring)
		if err != nil {
			return err
		}
		table, err := s.Load(ctx, tx, e.RubricID)
		if err != nil {
			return err
		}
		rows := table.Rows()
		i := slices.IndexFunc(rows, func(it *scoring.Item) bool { return it.Code == code })
		if i < 0 {
			return ErrItem.With("item", code)
		}
		a, err := lockAnswer(ctx, tx, scope, &e, code)
		if err != nil {
			return err
		}
		was := a
		scope.Made(int64(n))
		if err := do(tx, scope, &e, rows[i], &a); err != nil {
			return err
		}
		scope.Changed("standardization_answer", a.ID, e.CompanyID, was, a)
		return nil
	})
}

// touch notes who answered an item and when.
func touch(ctx context.Context, tx db.Tx, scope rbac.Scope, a *Answer) error {
	a.AnsweredAt, a.AnsweredBy = &tx.Now, scope.Actor().Name
	if a.State == Open {
		a.AnsweredAt, a.AnsweredBy = nil, ""
	}
	a.Version++
	return updateAnswer(ctx, tx, a)
}

// Found is something that was found at an item.
type Found struct {
	ItemCode    string                 `json:"itemCode" minLength:"1" maxLength:"40"`
	Rule        string                 `json:"rule" minLength:"1" maxLength:"40" doc:"of the item; rules of the same words fire together"`
	Occurrences int                    `json:"occurrences" minimum:"1" maximum:"10000"`
	What        string                 `json:"what" minLength:"1" maxLength:"1000"`
	Place       string                 `json:"place" required:"false" maxLength:"100"`
	Photos      []id.Of[id.Attachment] `json:"photos" required:"false" maxItems:"9" nullable:"false"`
	OwnerID     id.Of[id.Staff]        `json:"ownerId" required:"false" doc:"who could mend it"`
	DueOn       day.Date               `json:"dueOn" required:"false" doc:"until when"`
}

// Find charges a finding to an item, which thereby is answered. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrItem,
// ErrNotMine, ErrNAFindings, ErrRule, ErrRuleAuto, ErrOnce, ErrBlank, ErrStaff, ErrDates.
func (s *Service) Find(ctx context.Context, n id.Of[id.Evaluation], in Found) (made id.Of[id.Finding], err error) {
	err = s.item(ctx, n, in.ItemCode, func(tx db.Tx, scope rbac.Scope, e *Evaluation, it *scoring.Item, a *Answer) error {
		f, err := s.finding(ctx, tx, e, it, in)
		if err != nil {
			return err
		}
		if a.State == NA {
			return ErrNAFindings
		}
		f.FoundBy = scope.Actor().Name
		if err := insertFinding(ctx, tx, f); err != nil {
			return err
		}
		made = f.ID
		scope.Made(int64(made))
		scope.Changed("standardization_finding", int64(made), e.CompanyID, Finding{}, *f)
		if s.Claim != nil && len(in.Photos) > 0 {
			if err := s.Claim(ctx, tx, scope, e.CompanyID, in.Photos, "standardization_finding", int64(made)); err != nil {
				return err
			}
		}
		a.State = Scored
		return touch(ctx, tx, scope, a)
	})
	return made, err
}

// finding holds what was found against the table.
func (s *Service) finding(ctx context.Context, tx db.Tx, e *Evaluation, it *scoring.Item, in Found) (*Finding, error) {
	i := slices.IndexFunc(it.Deductions, func(d scoring.Deduction) bool { return d.ID == in.Rule })
	switch in.What, in.Place = strings.TrimSpace(in.What), strings.TrimSpace(in.Place); {
	case i < 0:
		return nil, ErrRule.At("body.rule")
	case it.Deductions[i].Auto != "":
		return nil, ErrRuleAuto.At("body.rule")
	case in.What == "":
		return nil, ErrBlank.At("body.what")
	case !in.DueOn.IsZero() && in.DueOn.Before(today(tx)):
		return nil, ErrDates.At("body.dueOn")
	}
	f := &Finding{
		CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EvaluationID: e.ID, Kind: e.Kind, ItemCode: it.Code,
		Rules: it.Together(&it.Deductions[i]), Occurrences: in.Occurrences, What: in.What, Place: in.Place, FoundOn: today(tx), DueOn: in.DueOn,
	}
	for _, d := range it.Deductions {
		if d.Once != "" && slices.Contains(f.Rules, d.ID) {
			f.Once = d.Once
		}
	}
	for _, p := range in.Photos {
		f.Photos = append(f.Photos, int64(p))
	}
	if in.OwnerID != 0 {
		found, err := s.people(ctx, tx, e.CompanyID, func(yield func(id.Of[id.Staff])) { yield(in.OwnerID) })
		if _, there := found[in.OwnerID]; err != nil || !there {
			return nil, orFault(err, ErrStaff.At("body.ownerId"))
		}
		f.OwnerID = &in.OwnerID
	}
	if f.Once == "" {
		return f, nil
	}
	at, err := chargedAt(ctx, tx, e, f.Once)
	if err == nil && at != "" {
		err = ErrOnce.With("item", at).At("body.rule")
	}
	return f, err
}

func orFault(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Withdrawal takes something back.
type Withdrawal struct {
	Note string `json:"note" required:"false" maxLength:"300"`
}

// Withdraw takes a finding back that no hazard was made of. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrNotMine,
// ErrFinding, ErrPlanned.
func (s *Service) Withdraw(ctx context.Context, n id.Of[id.Evaluation], finding id.Of[id.Finding], in Withdrawal) (id.Of[id.Finding], error) {
	return finding, s.Gate.Write(ctx, ActionAnswer, func(tx db.Tx, scope rbac.Scope) error {
		e, err := written(ctx, tx, scope, n, toWrite, Scoring)
		if err != nil {
			return err
		}
		f, planned, err := findingByID(ctx, tx, &e, finding)
		if err != nil {
			return err
		}
		a, err := lockAnswer(ctx, tx, scope, &e, f.ItemCode)
		switch {
		case err != nil:
			return err
		case planned:
			return ErrPlanned
		}
		was := f
		f.WithdrawnAt, f.WithdrawnNote = &tx.Now, strings.TrimSpace(in.Note)
		scope.Made(int64(finding))
		scope.Changed("standardization_finding", int64(finding), e.CompanyID, was, f)
		if err := withdrawFinding(ctx, tx, &f); err != nil {
			return err
		}
		return touch(ctx, tx, scope, &a)
	})
}
