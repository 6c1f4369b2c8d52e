package reward

import (
	"context"
	"slices"
	"strings"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRule      rbac.Action = "reward.rule.read"
	ActionRuleEdit  rbac.Action = "reward.rule.edit"
	ActionMine      rbac.Action = "reward.mine.read"
	ActionPublished rbac.Action = "reward.published.read"
	ActionList      rbac.Action = "reward.record.list"
	ActionConfirm   rbac.Action = "reward.record.confirm"
	ActionApprove   rbac.Action = "reward.record.approve"
	ActionLists     rbac.Action = "reward.list.read"
	ActionMake      rbac.Action = "reward.list.make"
	ActionPass      rbac.Action = "reward.list.approve"
	ActionPay       rbac.Action = "reward.list.pay"
)

// Snap is a hazard that somebody of a company reported, as the ledger knows it.
type Snap struct {
	Home       rbac.Home
	HazardID   id.Of[id.Hazard]
	Number     string
	What       string
	Level      string
	Category   string
	StaffID    id.Of[id.Staff]
	StaffName  string
	PersonID   id.Of[id.Person]
	UnitID     id.Of[id.Unit]
	UnitName   string
	ReportedOn day.Date
	Snap       bool // reported by somebody in passing, not found by a check
	Good       bool // confirmed, and not struck out
}

// Service is what the rest of the program may ask about rewards.
type Service struct {
	Gate *rbac.Gate
	// Snap reads a hazard; called by the job runner.
	Snap func(ctx context.Context, tx db.Tx, company rbac.CompanyID, h id.Of[id.Hazard]) (Snap, error)
	// Officers are those whose work it is to find hazards: safety managers and the principal.
	Officers func(ctx context.Context, tx db.Tx, company rbac.CompanyID) ([]id.Of[id.Person], error)
	// Firm names a company; nil: papers go without.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error)
}

// Propose looks at a hazard that was confirmed, graded anew or struck out, and proposes a reward,
// brings it up to date, or takes it back.
type Propose struct {
	CompanyID rbac.CompanyID
	HazardID  id.Of[id.Hazard]
}

// Kind names the job.
func (Propose) Kind() string { return "reward.propose" }

// Enqueue has a hazard looked at once the caller's transaction has committed.
func Enqueue(ctx context.Context, tx db.Tx, company rbac.CompanyID, h id.Of[id.Hazard]) error {
	return jobs.Enqueue(ctx, tx, Propose{company, h})
}

func (s *Service) propose(ctx context.Context, tx db.Tx, t Propose) error {
	h, err := s.Snap(ctx, tx, t.CompanyID, t.HazardID)
	if err != nil || !h.Snap || h.StaffID == 0 {
		return err
	}
	if err := lockPerson(ctx, tx, t.CompanyID); err != nil {
		return err
	}
	r, found, err := ofHazard(ctx, tx, t.CompanyID, t.HazardID)
	if err != nil || (found && r.State != Open && (r.State != Confirmed || h.Good)) {
		return err // somebody has decided: a new grade no longer moves the sum
	}
	rule, err := ruleOn(ctx, tx, t.CompanyID, h.ReportedOn)
	if err != nil {
		return err
	}
	if !rule.SafetyToo {
		officers, err := s.Officers(ctx, tx, t.CompanyID)
		if err != nil || (h.PersonID != 0 && slices.Contains(officers, h.PersonID)) {
			return err
		}
	}
	was := r
	if !h.Good {
		if !found {
			return nil
		}
		r.State, r.AmountFen, r.Reason = Refused, 0, "隐患已作废"
		return s.keep(ctx, tx, rbac.ScopeOf(ctx), was, r)
	}
	amount := rule.rate(h.Level, h.Category)
	if !found && (amount == 0 || s.Gate.Off(ActionConfirm, h.Home.RegionPath)) {
		return nil
	}
	r.CompanyID, r.RegionPath, r.OversightLine, r.HazardID, r.HazardNumber, r.What = h.Home.CompanyID, h.Home.RegionPath, h.Home.Line, h.HazardID, h.Number, h.What
	r.Level, r.Category, r.StaffID, r.StaffName, r.UnitName, r.ReportedOn, r.State = h.Level, h.Category, h.StaffID, h.StaffName, h.UnitName, h.ReportedOn, Open
	r.UnitID, r.RuleID, r.Anonymous = some(h.UnitID), some(rule.ID), rule.Anonymous
	already, err := given(ctx, tx, r)
	if err != nil {
		return err
	}
	r.ProposedFen = capped(amount, rule.MonthlyCapFen, already)
	r.AmountFen = r.ProposedFen
	if !found {
		r.ProposedAt = tx.Now
	}
	return s.keep(ctx, tx, rbac.ScopeOf(ctx), was, r)
}

func some[T ~int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}

// keep stores a reward and notes it in the trail.
func (s *Service) keep(ctx context.Context, tx db.Tx, scope rbac.Scope, was, is Reward) error {
	var err error
	if is.ID == 0 {
		err = insertReward(ctx, tx, &is)
	} else {
		err = saveReward(ctx, tx, is)
	}
	if err == nil {
		scope.Changed("reward", int64(is.ID), is.CompanyID, was, is)
	}
	return err
}

// Rules are a company's rules, the latest first, and the one in force today.
type Rules struct {
	Today Rule
	All   []Rule
}

// Rules returns the rules of the actor's company. Errors: rbac.ErrForbidden.
func (s *Service) Rules(ctx context.Context) (r Rules, err error) {
	err = s.Gate.Read(ctx, ActionRule, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if r.Today, err = ruleOn(ctx, tx, home.CompanyID, day.In(tx.Now, day.Shanghai)); err != nil {
			return err
		}
		r.All, err = rulesOf(ctx, tx, home.CompanyID)
		return err
	})
	return r, err
}

// MakeRule puts a rule in force from a day on. Errors: ErrFrom, ErrFromTaken, ErrRates.
func (s *Service) MakeRule(ctx context.Context, f RuleForm) (n id.Of[Rule], err error) {
	err = s.Gate.Write(ctx, ActionRuleEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := f.check(day.In(tx.Now, day.Shanghai)); err != nil {
			return err
		}
		r := Rule{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, ValidFrom: f.ValidFrom, Rates: db.JSON[[]Rate]{V: f.Rates}, MonthlyCapFen: f.MonthlyCapFen,
			SafetyToo: f.SafetyToo, Anonymous: f.Anonymous, AmountsShown: f.AmountsShown, Approver: f.Approver, Note: strings.TrimSpace(f.Note), MadeByName: scope.Actor().Name, MadeAt: tx.Now,
		}
		if err := insertRule(ctx, tx, &r); err != nil {
			return err
		}
		n = r.ID
		scope.Made(int64(n))
		scope.Changed("reward_rule", int64(n), home.CompanyID, Rule{}, r)
		return nil
	})
	return n, err
}

// Filter says which rewards to list.
type Filter struct {
	page.Query
	State  string      `query:"state" enum:"proposed,confirmed,approved,paid,refused"`
	Month  string      `query:"month" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"in which it was reported"`
	ListID id.Of[List] `query:"listId" doc:"on this pay list"`
}

const sortLatest = "latest"

// List returns rewards of the company, for those who handle them. Errors: page.ErrCursor, ErrMonth.
func (s *Service) List(ctx context.Context, f Filter) (rows []Reward, k page.Key, err error) {
	return s.rewards(ctx, ActionList, f, false)
}

// Mine returns the actor's own rewards, and what they come to. Errors: page.ErrCursor, ErrMonth.
func (s *Service) Mine(ctx context.Context, f Filter) (rows []Reward, k page.Key, err error) {
	return s.rewards(ctx, ActionMine, f, true)
}

func (s *Service) rewards(ctx context.Context, action rbac.Action, f Filter, mine bool) (rows []Reward, k page.Key, err error) {
	if k, err = f.Start(sortLatest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, action, func(tx db.Tx, scope rbac.Scope) (err error) {
		staff := scope.Actor().StaffID
		if mine && staff == 0 {
			return nil // who is not on the staff list reports as nobody
		}
		if !mine {
			staff = 0
		}
		rows, err = listed(ctx, tx, scope, f, staff, k)
		return err
	})
	return rows, k, err
}

// Sum adds up the company's rewards for those who handle them.
func (s *Service) Sum(ctx context.Context) (Sums, error) { return s.sums(ctx, ActionList, false) }

// MySum adds up the actor's own.
func (s *Service) MySum(ctx context.Context) (Sums, error) { return s.sums(ctx, ActionMine, true) }

func (s *Service) sums(ctx context.Context, action rbac.Action, mine bool) (sum Sums, err error) {
	err = s.Gate.Read(ctx, action, func(tx db.Tx, scope rbac.Scope) (err error) {
		staff := scope.Actor().StaffID
		if mine && staff == 0 {
			return nil
		}
		if !mine {
			staff = 0
		}
		sum, err = summed(ctx, tx, scope, staff)
		return err
	})
	return sum, err
}

// Decision confirms a reward, at another sum if need be.
type Decision struct {
	AmountFen *fen.Amount `json:"amountFen,omitempty" minimum:"0" maximum:"30000000" doc:"empty: as proposed"`
	Reason    string      `json:"reason,omitempty" maxLength:"500" doc:"required for another sum than proposed"`
}

// Confirm is the safety manager's word on a reward. Nobody decides on his own.
// Errors: rbac.ErrNotFound, ErrState, ErrOwn, ErrReason, ErrCap.
func (s *Service) Confirm(ctx context.Context, n id.Of[id.Reward], d Decision) (id.Of[id.Reward], error) {
	return s.move(ctx, ActionConfirm, n, []State{Open, Confirmed}, func(tx db.Tx, scope rbac.Scope, r *Reward) error {
		if d.AmountFen != nil && *d.AmountFen != r.ProposedFen {
			if strings.TrimSpace(d.Reason) == "" {
				return ErrReason.At("body.reason")
			}
			r.AmountFen = *d.AmountFen
		} else {
			r.AmountFen = r.ProposedFen
		}
		rule, err := ruleOn(ctx, tx, r.CompanyID, r.ReportedOn)
		if err != nil {
			return err
		}
		already, err := given(ctx, tx, *r)
		if err != nil {
			return err
		}
		if capped(r.AmountFen, rule.MonthlyCapFen, already) != r.AmountFen {
			return ErrCap.With("cap", rule.MonthlyCapFen.Yuan()).At("body.amountFen")
		}
		a := scope.Actor()
		r.State, r.Reason, r.ConfirmedByName, r.ConfirmedPersonID, r.ConfirmedAt = Confirmed, strings.TrimSpace(d.Reason), a.Name, some(a.PersonID), &tx.Now
		return nil
	})
}

// Approve is the word of the role that the rule names. Errors: rbac.ErrNotFound, ErrState, ErrOwn, ErrApprover.
func (s *Service) Approve(ctx context.Context, n id.Of[id.Reward]) (id.Of[id.Reward], error) {
	return s.move(ctx, ActionApprove, n, []State{Confirmed}, func(tx db.Tx, scope rbac.Scope, r *Reward) error {
		rule, err := ruleOn(ctx, tx, r.CompanyID, r.ReportedOn)
		if err != nil {
			return err
		}
		if !slices.Contains(scope.Actor().Roles, rule.Approver) {
			return ErrApprover
		}
		r.State, r.ApprovedByName, r.ApprovedAt = Approved, scope.Actor().Name, &tx.Now
		return nil
	})
}

// Refuse gives nothing, with a reason. Errors: rbac.ErrNotFound, ErrState, ErrOwn, ErrReason.
func (s *Service) Refuse(ctx context.Context, n id.Of[id.Reward], reason string) (id.Of[id.Reward], error) {
	return s.move(ctx, ActionConfirm, n, []State{Open, Confirmed}, func(_ db.Tx, _ rbac.Scope, r *Reward) error {
		if strings.TrimSpace(reason) == "" {
			return ErrReason.At("body.reason")
		}
		r.State, r.AmountFen, r.Reason = Refused, 0, strings.TrimSpace(reason)
		return nil
	})
}

// move locks a reward and lets one decision happen to it.
func (s *Service) move(ctx context.Context, action rbac.Action, n id.Of[id.Reward], in []State, decide func(db.Tx, rbac.Scope, *Reward) error) (id.Of[id.Reward], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockPerson(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		was, err := lockReward(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		switch {
		case !slices.Contains(in, was.State):
			return ErrState
		case scope.Actor().StaffID != 0 && scope.Actor().StaffID == was.StaffID:
			return ErrOwn
		}
		is := was
		if err := decide(tx, scope, &is); err != nil {
			return err
		}
		scope.Made(int64(n))
		return s.keep(ctx, tx, scope, was, is)
	})
	return n, err
}
