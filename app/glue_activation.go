package main

import (
	"context"
	"errors"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/activation"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/inspection"
	"anbiao/modules/selfreport"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// glueActivation gives activation what it needs of accounts, companies and reports.
func (h *house) glueActivation() {
	s := h.activation
	s.Accounts = activation.Accounts{
		ActorOf: h.account.ActorOfMembership, SendCode: h.account.SendPhoneCode, UseCode: h.account.UsePhoneCode, Members: account.Activated,
		Found: h.takeOver,
		SignIn: func(ctx context.Context, phone, password, agent string) (activation.Session, error) {
			o, err := h.account.Login(ctx, account.Credentials{Login: phone, Password: password}, agent)
			return activation.Session{Token: o.Token, ExpiresAt: o.ExpiresAt}, err
		},
	}
	s.Firms = activation.Firms{
		Card: firmCard, Describe: h.describeFirm, Hire: h.hire, Standardise: h.standardise, Hang: h.hangPlant, Plan: h.planMonth, Turn: turnOf, Letters: h.letter.MakeIn,
		Touch: func(ctx context.Context, tx db.Tx, c rbac.CompanyID) error { return touched(ctx, tx, c) },
	}
	s.Reports = activation.Reports{Pending: h.pendingReport, Compile: h.compileReport, Hand: h.handReport}
}

func (h *house) takeOver(ctx context.Context, tx db.Tx, scope rbac.Scope, f activation.Founder) (activation.Session, id.Of[id.Person], error, error) { //nolint:revive // refusal and error are two things
	o, who, refusal, err := h.account.Found(ctx, tx, scope, account.Founder{
		Home: f.Home, Name: f.Name, Phone: f.Phone, Password: f.Password, Roles: f.Roles, Agent: f.Agent,
		Enlist: func(person id.Of[id.Person]) (id.Of[id.Staff], error) {
			return staff.Enlist(ctx, tx, f.Home, f.Name, f.Phone, person)
		},
	})
	return activation.Session{Token: o.Token, ExpiresAt: o.ExpiresAt}, who, refusal, err
}

func firmCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (activation.Card, error) {
	f, err := company.Of(ctx, tx, scope, c)
	return activation.Card{
		Name: f.Name, Industry: f.Industry, StaffCount: f.StaffCount, Address: f.Address, ContactName: f.ContactName, ContactPhone: f.ContactPhone, Tags: f.Tags,
	}, err
}

// describeFirm keeps what the set-up does not ask about.
func (h *house) describeFirm(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, card activation.Card) error {
	f, err := company.Of(ctx, tx, scope, c)
	if err != nil {
		return err
	}
	return h.company.DescribeIn(ctx, tx, scope, c, company.Profile{
		StaffCount: card.StaffCount, RevenueFen: plainFen(f.RevenueFen), AssetsFen: plainFen(f.AssetsFen), Tags: card.Tags, Address: card.Address,
		LongitudeE6: f.LongitudeE6, LatitudeE6: f.LatitudeE6, ContactName: card.ContactName, ContactPhone: card.ContactPhone,
	})
}

func plainFen(a *fen.Amount) *int64 {
	if a == nil {
		return nil
	}
	n := int64(*a)
	return &n
}

func (h *house) hire(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, all []activation.Starter) ([]activation.Started, error) {
	asked := make([]staff.Starter, len(all))
	for i, e := range all {
		asked[i] = staff.Starter{StaffID: e.StaffID, Name: e.Name, Phone: e.Phone, PostName: e.PostName}
		for _, t := range e.Types {
			asked[i].Types = append(asked[i].Types, staff.PostType(t))
		}
	}
	made, err := h.staff.StartIn(ctx, tx, scope, home, asked)
	out := make([]activation.Started, len(made))
	for i, m := range made {
		out[i] = activation.Started(m)
	}
	return out, err
}

func (h *house) standardise(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, light bool) (activation.Listed, error) {
	l, err := h.checklist.PublishIn(ctx, tx, scope, home, light)
	return activation.Listed{Modules: l.Modules, Items: l.Items, Majors: l.Majors}, err
}

func (h *house) hangPlant(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, point id.Of[id.Point], modules []string) (id.Of[id.Point], error) {
	return h.checklist.HangIn(ctx, tx, scope, home, point, checklist.PointForm{Name: "全厂", Place: "全厂", Modules: modules})
}

func (h *house) planMonth(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, point id.Of[id.Point], who id.Of[id.Staff]) (int64, error) {
	n, err := h.inspection.PlanIn(ctx, tx, scope, home, inspection.PlanForm{PointID: point, AssigneeID: who, Frequency: inspection.Monthly})
	return int64(n), err
}

func turnOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, plan int64, on day.Date) (activation.Turn, error) {
	t, err := inspection.TurnOf(ctx, tx, scope, c, id.Of[inspection.Plan](plan), inspection.Monthly, on)
	return activation.Turn(t), err
}

// pendingReport is the report of whatever cycle that is due first, and the day the next opens.
func (h *house) pendingReport(ctx context.Context) (*activation.Report, day.Date, error) {
	rows, coming, _, err := h.selfreport.Pending(ctx)
	if err != nil {
		return nil, day.Date{}, err
	}
	var opens day.Date
	for _, c := range coming {
		if opens.IsZero() || c.OpensOn.Before(opens) {
			opens = c.OpensOn
		}
	}
	if len(rows) == 0 {
		return nil, opens, nil
	}
	return &activation.Report{ID: rows[0].ID, Period: rows[0].Period, DueOn: rows[0].DueOn}, opens, nil
}

func (h *house) compileReport(ctx context.Context, n id.Of[id.Report]) (z activation.ZeroReport, err error) {
	r, err := h.selfreport.ByID(ctx, n)
	if err == nil && r.State != selfreport.Signed {
		if _, err = h.selfreport.Compile(ctx, n, ""); err == nil {
			r, err = h.selfreport.ByID(ctx, n)
		}
	}
	if err != nil {
		return z, err
	}
	z = activation.ZeroReport{Report: activation.Report{ID: n, Period: r.Period, DueOn: r.DueOn}, From: r.PeriodFrom, Until: r.PeriodUntil, Hash: r.ContentHash, Zero: r.Zero}
	if r.Content != nil {
		z.Company = r.Content.Company.Name
	}
	return z, nil
}

// handReport signs and submits, as far as that has not been done: an answer may have been lost.
func (h *house) handReport(ctx context.Context, n id.Of[id.Report], hash string) error {
	r, err := h.selfreport.ByID(ctx, n)
	switch {
	case err != nil:
		return err
	case !r.Zero:
		return activation.ErrHazards
	case r.State == selfreport.Submitted, r.State == selfreport.Received, r.State == selfreport.Outside:
		return nil
	case r.State != selfreport.Signed:
		if _, err := h.selfreport.Sign(ctx, n, selfreport.Signing{ContentHash: hash}); err != nil {
			return err
		}
	case r.ContentHash != hash:
		return selfreport.ErrContentMoved
	}
	_, err = h.selfreport.Submit(ctx, n)
	if errors.Is(err, selfreport.ErrNow[selfreport.Submitted]) {
		return nil
	}
	return err
}
