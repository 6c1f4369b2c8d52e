package permit

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Setting reads how a company approves permits. Errors: ErrCompany.
func (s *Service) Setting(ctx context.Context, company rbac.CompanyID) (v SettingView, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		set, err := settingOf(ctx, tx, c)
		v.Approvers, v.Areas, v.HolidayUp, v.ChangedName = orNone(set.Approvers.V), orNone(set.Areas.V), set.HolidayUp, set.ChangedName
		if !set.ChangedAt.IsZero() {
			v.ChangedAt = &set.ChangedAt
		}
		for i, r := range v.Approvers {
			v.Approvers[i].PostIDs, v.Approvers[i].StaffIDs = orNone(r.PostIDs), orNone(r.StaffIDs)
		}
		return err
	})
	return v, err
}

// Arrange writes it. Errors: ErrKind, ErrStaffUnknown.
func (s *Service) Arrange(ctx context.Context, in SettingForm) (c rbac.CompanyID, err error) {
	err = s.Gate.Write(ctx, ActionSetting, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c = home.CompanyID
		pack := PackOn(day.In(tx.Now, day.Shanghai))
		for i, r := range in.Approvers {
			path := fmt.Sprintf("body.approvers[%d]", i)
			f, err := pack.form(r.Kind)
			if err == nil && r.Level != "" {
				_, err = f.level(r.Level)
			}
			if err != nil {
				return ErrKind.At(path)
			}
			if ok, err := staffThere(ctx, tx, c, r.StaffIDs, r.PostIDs); err != nil || !ok {
				return orFault(err, ErrStaffUnknown.At(path))
			}
		}
		was, err := settingOf(ctx, tx, c)
		if err != nil {
			return err
		}
		is := Setting{
			CompanyID: c, RegionPath: home.RegionPath, OversightLine: home.Line, Approvers: db.JSON[[]ApproverRule]{V: orNone(in.Approvers)},
			Areas: db.JSON[[]Area]{V: orNone(in.Areas)}, HolidayUp: in.HolidayUp, ChangedAt: tx.Now, ChangedName: scope.Actor().Name,
		}
		scope.Changed("permit_setting", int64(c), c, was, is)
		scope.Made(int64(c))
		return saveSetting(ctx, tx, is)
	})
	return c, err
}

func orFault(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Statistics count the permits of a span. Errors: ErrCompany, ErrTimes.
func (s *Service) Statistics(ctx context.Context, company rbac.CompanyID, span Span) (st Statistics, err error) {
	err = s.Gate.Read(ctx, ActionStat, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		today := day.In(tx.Now, day.Shanghai)
		if span.To.IsZero() {
			span.To = today
		}
		if span.From.IsZero() {
			span.From = day.Of(span.To.Year(), span.To.Month(), 1)
		}
		if span.To.Before(span.From) || span.To.DaysSince(span.From) > 3700 {
			return ErrTimes.At("query.from")
		}
		rows, err := tallies(ctx, tx, scope, c, span.From.Midnight(day.Shanghai), span.To.AddDays(1).Midnight(day.Shanghai), tx.Now)
		st = Statistics{From: span.From, To: span.To, Kinds: []KindStat{}}
		for _, t := range rows {
			st.Total, st.Closed, st.InTime, st.Overdue = st.Total+t.Total, st.Closed+t.Closed, st.InTime+t.InTime, st.Overdue+t.Overdue
			st.Open, st.Override, st.Refused = st.Open+t.Open, st.Override+t.Override, st.Refused+t.Refused
			st.Kinds = append(st.Kinds, KindStat{t.Kind, t.Total, t.Closed, t.InTime, t.Overdue, t.Override})
		}
		st.Late = st.Closed - st.InTime
		return err
	})
	return st, err
}
