package performance

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// RewardForm is a reward or penalty to be recorded.
type RewardForm struct {
	StaffID      id.Of[id.Staff]      `json:"staffId"`
	Kind         string               `json:"kind" enum:"reward,penalty"`
	AmountFen    fen.Amount           `json:"amountFen" minimum:"0" maximum:"100000000" doc:"0: praise or warning without money"`
	Basis        string               `json:"basis" minLength:"1" maxLength:"500" doc:"what for, and by which rule"`
	DecidedOn    day.Date             `json:"decidedOn"`
	AssessmentID id.Of[id.Assessment] `json:"assessmentId,omitempty" doc:"the assessment it follows from"`
}

// RewardFilter narrows the list.
type RewardFilter struct {
	page.Query
	Kind    string          `query:"kind" enum:"reward,penalty"`
	StaffID id.Of[id.Staff] `query:"staffId"`
}

// Rewards lists rewards and penalties of those the actor leads, the latest first. Errors: page.ErrCursor.
func (s *Service) Rewards(ctx context.Context, f RewardFilter) (rows []Reward, k page.Key, err error) {
	if k, err = f.Start("decided", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRewards, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = rewardsBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// RecordReward records a reward or penalty. Errors: ErrBlank, ErrDay, ErrStaff, ErrOwn, ErrAssessmentOf.
func (s *Service) RecordReward(ctx context.Context, f RewardForm) (made id.Of[Reward], err error) {
	err = s.Gate.Write(ctx, ActionReward, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		by := scope.Actor()
		switch {
		case strings.TrimSpace(f.Basis) == "":
			return ErrBlank.At("body.basis")
		case f.DecidedOn.After(day.In(tx.Now, day.Shanghai)):
			return ErrDay.At("body.decidedOn")
		case f.StaffID == by.StaffID:
			return ErrOwn
		}
		r := Reward{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, StaffID: f.StaffID, Kind: f.Kind, AmountFen: f.AmountFen,
			Basis: strings.TrimSpace(f.Basis), DecidedOn: f.DecidedOn, ByPersonID: by.PersonID, ByName: by.Name, At: tx.Now,
		}
		if r.StaffName, r.UnitID, err = memberOf(ctx, tx, home.CompanyID, f.StaffID); err != nil {
			return err
		}
		if f.AssessmentID != 0 {
			a, err := scoreByID(ctx, tx, scope, ActionReward, f.AssessmentID)
			if err != nil || a.StaffID != f.StaffID {
				return ErrAssessmentOf.At("body.assessmentId").Because(err)
			}
			r.AssessmentID = &f.AssessmentID
		}
		if err := insertReward(ctx, tx, &r); err != nil {
			return err
		}
		made = r.ID
		scope.Made(int64(made))
		scope.Changed("performance_reward", int64(made), r.CompanyID, Reward{}, r)
		return nil
	})
	return made, err
}

// RevokeReward takes a record back; it stays in the list. Errors: rbac.ErrNotFound, ErrRevoked, ErrBlank.
func (s *Service) RevokeReward(ctx context.Context, n id.Of[Reward], reason string) (id.Of[Reward], error) {
	err := s.Gate.Write(ctx, ActionReward, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(n))
		r, err := lockReward(ctx, tx, scope, n)
		switch {
		case err != nil:
			return err
		case !r.RevokedOn.IsZero():
			return ErrRevoked
		case strings.TrimSpace(reason) == "":
			return ErrBlank.At("body.reason")
		}
		before := r
		r.RevokedOn, r.RevokedReason = day.In(tx.Now, day.Shanghai), strings.TrimSpace(reason)
		scope.Changed("performance_reward", int64(n), r.CompanyID, before, r)
		return revokeReward(ctx, tx, r)
	})
	return n, err
}

// Setting reads how often the company assesses whom.
func (s *Service) Setting(ctx context.Context) (set Setting, err error) {
	err = s.Gate.Read(ctx, ActionScores, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		set, err = settingOf(ctx, tx, home, RulesOn(day.In(tx.Now, day.Shanghai)))
		return err
	})
	return set, err
}

// SettingForm is how often to assess whom.
type SettingForm struct {
	TeamEvery       Frequency `json:"teamEvery" enum:"monthly,quarterly,half_yearly,yearly"`
	DepartmentEvery Frequency `json:"departmentEvery" enum:"monthly,quarterly,half_yearly,yearly"`
	PersonEvery     Frequency `json:"personEvery" enum:"monthly,quarterly,half_yearly,yearly"`
	AppealDays      int       `json:"appealDays" minimum:"1" maximum:"30" doc:"working days"`
}

// KeepSetting writes the company's own setting.
func (s *Service) KeepSetting(ctx context.Context, f SettingForm) (id.Of[id.Company], error) {
	var company id.Of[id.Company]
	err := s.Gate.Write(ctx, ActionSettings, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		before, err := settingOf(ctx, tx, home, RulesOn(day.In(tx.Now, day.Shanghai)))
		if err != nil {
			return err
		}
		after := before
		after.TeamEvery, after.DepartmentEvery, after.PersonEvery, after.AppealDays = f.TeamEvery, f.DepartmentEvery, f.PersonEvery, f.AppealDays
		after.ChangedAt, after.ChangedName = tx.Now, scope.Actor().Name
		company = home.CompanyID
		scope.Made(int64(company))
		scope.Changed("performance_setting", int64(company), company, before, after)
		return putSetting(ctx, tx, &after)
	})
	return company, err
}
