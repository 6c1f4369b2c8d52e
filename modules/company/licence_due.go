package company

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// licenceDays are the days before a licence ends on which the company is reminded, those of certificates.
var licenceDays = []int{90, 60, 30, 7, 0}

// due is what falls due of l; without a day, nothing does.
func (l Licence) due() due.Item {
	i := due.Item{Kind: "company.licence", Ref: int64(l.ID), Before: licenceDays, Path: "/company"}
	if !l.EndedOn.IsZero() || l.ValidTo.IsZero() {
		return i
	}
	if i.On, i.Title = l.ValidTo, l.Name; i.Title == "" {
		i.Title = text.Say(text.Chinese, "company.licence-kind-"+l.Kind, nil)
	}
	if l.Number != "" {
		i.Title += " " + l.Number
	}
	return i
}

// remember brings the list of what falls due up to date with l.
func (s *Service) remember(ctx context.Context, tx db.Tx, l Licence) error {
	if s.Due == nil {
		return nil
	}
	return s.Due(ctx, tx, rbac.Home{CompanyID: l.CompanyID, RegionPath: l.RegionPath, Line: l.OversightLine}, []due.Item{l.due()})
}
