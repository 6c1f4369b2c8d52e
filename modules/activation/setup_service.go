package activation

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Start is what the set-up begins with: what is known of the company.
type Start struct {
	Card    Card
	Profile *Profile // nil before the first set-up
	Micro   bool
}

// Start returns what is known of the actor's company.
func (s *Service) Start(ctx context.Context) (st Start, err error) {
	err = s.Gate.Read(ctx, ActionSetUp, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if st.Card, err = s.Card(ctx, tx, scope, home.CompanyID); err != nil {
			return err
		}
		st.Micro = micro(st.Card.StaffCount)
		p, found, err := profileOf(ctx, tx, scope, home.CompanyID)
		if found {
			st.Profile = &p
		}
		return err
	})
	return st, err
}

// SetUp gives a micro firm its light profile in one transaction: describes it, makes its
// posts, puts the light standard in force, makes one check point for the whole plant and a
// monthly plan for the person who sets up. Done again it describes the firm anew and brings
// the list up to date; what was made before stays.
// Errors: ErrNotMicro, ErrPosts, ErrPostNeeded, ErrPostTwice, ErrNoStaff for somebody who is
// not of the staff, ErrFull, company.ErrTag, staff.ErrPostType, code.ErrPhone.
func (s *Service) SetUp(ctx context.Context, f Form) (c rbac.CompanyID, err error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	err = s.Gate.Write(ctx, ActionSetUp, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if scope.Actor().StaffID == 0 {
			return ErrNoStaff
		}
		c = home.CompanyID
		scope.Made(int64(c))
		if err := lockSetUp(ctx, tx, c); err != nil {
			return err
		}
		was, again, err := profileOf(ctx, tx, scope, c)
		if err != nil {
			return err
		}
		if again && !was.Light {
			return ErrFull
		}
		is := was
		if !again {
			is = newProfile(home)
		}
		if err := s.settleIn(ctx, tx, scope, home, f, &is); err != nil {
			return err
		}
		scope.Changed("activation-profile", int64(c), c, was, is)
		if again {
			return updateProfile(ctx, tx, is)
		}
		return insertProfile(ctx, tx, &is)
	})
	return c, err
}

// settleIn does what a set-up does, and notes it in p.
func (s *Service) settleIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, f Form, p *Profile) error {
	me := scope.Actor().StaffID
	if err := s.describe(ctx, tx, scope, home, f); err != nil {
		return err
	}
	starters, names := f.starters(me, p.Posts)
	started, err := s.Hire(ctx, tx, scope, home, starters)
	if err != nil {
		return err
	}
	if err := s.letters(ctx, tx, scope, home, started); err != nil {
		return err
	}
	list, err := s.Standardise(ctx, tx, scope, home, true)
	if err != nil {
		return err
	}
	if p.PointID, err = s.Hang(ctx, tx, scope, home, p.PointID, list.Modules); err != nil {
		return err
	}
	if p.PlanID == 0 {
		if p.PlanID, err = s.Plan(ctx, tx, scope, home, p.PointID, me); err != nil {
			return err
		}
	}
	p.Items, p.Majors, p.Posts, p.SetUpAt, p.SetUpByName = list.Items, list.Majors, names, tx.Now, scope.Actor().Name
	return nil
}

func (s *Service) describe(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, f Form) error {
	card, err := s.Card(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return err
	}
	card.StaffCount, card.Address, card.Tags = &f.StaffCount, f.Address, card.tagged(f.Tags, Asked)
	if f.ContactName != "" {
		card.ContactName = f.ContactName
	}
	return s.Describe(ctx, tx, scope, home.CompanyID, card)
}

// letters makes one responsibility letter for everybody who got a post.
func (s *Service) letters(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, started []Started) error {
	var who []id.Of[id.Staff]
	seen := map[id.Of[id.Staff]]bool{0: true}
	for _, x := range started {
		if !seen[x.StaffID] {
			seen[x.StaffID] = true
			who = append(who, x.StaffID)
		}
	}
	if s.Letters == nil || len(who) == 0 {
		return nil
	}
	return s.Letters(ctx, tx, scope, home, who)
}

// GoFull takes a company over to the full profile: the whole standard composed from its tags
// is put in force. Its point, plan, records and posts stay; the point asks the whole standard
// from now on. Errors: ErrNotSetUp, ErrFull.
func (s *Service) GoFull(ctx context.Context) (c rbac.CompanyID, err error) {
	err = s.Gate.Write(ctx, ActionSetUp, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c = home.CompanyID
		scope.Made(int64(c))
		if err := lockSetUp(ctx, tx, c); err != nil {
			return err
		}
		was, found, err := profileOf(ctx, tx, scope, c)
		switch {
		case err != nil:
			return err
		case !found:
			return ErrNotSetUp
		case !was.Light:
			return ErrFull
		}
		list, err := s.Standardise(ctx, tx, scope, home, false)
		if err != nil {
			return err
		}
		if _, err := s.Hang(ctx, tx, scope, home, was.PointID, list.Modules); err != nil {
			return err
		}
		is := was
		is.Light, is.FullAt = false, &tx.Now
		scope.Changed("activation-profile", int64(c), c, was, is)
		return updateProfile(ctx, tx, is)
	})
	return c, err
}

// Month is how a micro firm's month stands.
type Month struct {
	SetUp   bool // the company has been set up on the phone
	Micro   bool // by its head count
	Profile Profile
	Turn    Turn     // zero: no list this month
	Report  *Report  // that may be reported on; nil: none
	OpensOn day.Date // the next report
	MayZero bool     // the list is done and nothing was found
}

// Month returns how the month of the actor's company stands.
func (s *Service) Month(ctx context.Context) (m Month, err error) {
	err = s.Gate.Read(ctx, ActionMonth, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		card, err := s.Card(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		m.Micro = micro(card.StaffCount)
		if m.Profile, m.SetUp, err = profileOf(ctx, tx, scope, home.CompanyID); err != nil || !m.SetUp {
			return err
		}
		m.Turn, err = s.Turn(ctx, tx, scope, home.CompanyID, m.Profile.PlanID, day.In(tx.Now, day.Shanghai))
		return err
	})
	if err != nil || !m.SetUp {
		return m, err
	}
	if m.Report, m.OpensOn, err = s.Pending(ctx); err != nil {
		return m, err
	}
	m.MayZero = m.Report != nil && m.Turn.Done && m.Turn.Failed == 0
	return m, nil
}

// Draft compiles the report that is due for a zero report (零报告) and returns what is to be
// signed: nothing was found. Errors: ErrNotSetUp, ErrListOpen before this month's list is done,
// ErrHazards if it or the ledger holds one, ErrNoReport.
func (s *Service) Draft(ctx context.Context) (z ZeroReport, err error) {
	m, err := s.Month(ctx)
	switch {
	case err != nil:
		return z, err
	case !m.SetUp:
		return z, ErrNotSetUp
	case !m.Turn.Done:
		return z, ErrListOpen
	case m.Turn.Failed > 0:
		return z, ErrHazards
	case m.Report == nil:
		return z, ErrNoReport
	}
	if z, err = s.Compile(ctx, m.Report.ID); err != nil {
		return z, err
	}
	if !z.Zero {
		return z, ErrHazards
	}
	return z, nil
}

// Confirm signs and submits the zero report whose content was shown, named by its hash. Sent
// again it does nothing more. Errors: those of signing and submitting.
func (s *Service) Confirm(ctx context.Context, report id.Of[id.Report], hash string) (id.Of[id.Report], error) {
	err := s.Gate.Read(ctx, ActionMonth, func(_ db.Tx, scope rbac.Scope) error {
		_, err := scope.Home()
		return err
	})
	if err != nil {
		return 0, err
	}
	return report, s.Hand(ctx, report, hash)
}
