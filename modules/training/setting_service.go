package training

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// whose is the company that is looked at: one's own, or the one that is asked for. Errors: ErrCompany.
func whose(scope rbac.Scope, asked rbac.CompanyID) (rbac.CompanyID, error) {
	if home, err := scope.Home(); err == nil {
		return home.CompanyID, nil
	}
	if asked == 0 {
		return 0, ErrCompany.At("query.companyId")
	}
	return asked, nil
}

// firm is what of a company hours follow from, with the risk it chose.
func (s *Service) firm(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Firm, Setting, error) {
	set, err := settingOf(ctx, tx, scope, company)
	if err != nil {
		return Firm{}, set, err
	}
	f := Firm{Risk: General}
	if s.Firm != nil {
		if f, err = s.Firm(ctx, tx, scope, company); err != nil {
			return f, set, err
		}
	}
	if set.Risk != "" {
		f.Risk = set.Risk
	}
	return f, set, nil
}

// Endangered tells whether a company belongs to the industries with longer hours, as it chose or as its industry says.
func (s *Service) Endangered(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (bool, error) {
	f, _, err := s.firm(ctx, tx, scope, company)
	return f.Risk == Hazardous, err
}

// splitOf is how long each level of three-level education takes in a company, in minutes.
func (s *Service) splitOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (map[string]int, error) {
	f, set, err := s.firm(ctx, tx, scope, company)
	return set.Split(BookOn(today(tx)), f.Risk), err
}

// SettingPage is a company's setting with what follows where it leaves something open.
type SettingPage struct {
	Setting  Setting
	Proposed Risk // by its industry
	Risk     Risk // in force
	Split    map[string]int
	Absence  int // months, of the region
	Book     Book
}

// Setting shows how a company trains. Errors: ErrCompany.
func (s *Service) Setting(ctx context.Context, asked rbac.CompanyID) (p SettingPage, err error) {
	err = s.Gate.Read(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		f := Firm{Risk: General}
		if s.Firm != nil {
			if f, err = s.Firm(ctx, tx, scope, company); err != nil {
				return err
			}
		}
		p.Book, p.Proposed, p.Risk = BookOn(today(tx)), f.Risk, f.Risk
		p.Setting, err = settingOf(ctx, tx, scope, company)
		if p.Setting.Risk != "" {
			p.Risk = p.Setting.Risk
		}
		p.Split, p.Absence = p.Setting.Split(p.Book, p.Risk), p.Book.Absence(f.RegionPath)
		return err
	})
	return p, err
}

// SaveSetting changes how the actor's company trains, and reckons everybody's hours anew. Errors: ErrSplit.
func (s *Service) SaveSetting(ctx context.Context, in SettingForm) (made rbac.CompanyID, err error) {
	err = s.Gate.Write(ctx, ActionSettings, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		f, before, err := s.firm(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		is := before
		is.CompanyID, is.RegionPath, is.OversightLine = home.CompanyID, home.RegionPath, home.Line
		if err := is.enter(in, BookOn(today(tx)), f.Risk); err != nil {
			return err
		}
		is.ChangedByName, is.ChangedAt = scope.Actor().Name, tx.Now
		if err := saveSetting(ctx, tx, &is); err != nil {
			return err
		}
		made = home.CompanyID
		scope.Changed("training_setting", 0, home.CompanyID, before, is)
		scope.Made(int64(made))
		return s.reckon(ctx, tx, scope, home, today(tx).Year(), nil)
	})
	return made, err
}
