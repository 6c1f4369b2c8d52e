package award

import (
	"context"
	"errors"
	"slices"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// rosterSaved sums up one batch of old certificates for the trail.
type rosterSaved struct{ New int }

// CheckRoster says of each row what saving it would do in the name of a, and notes what is wrong in the row's Faults. For the
// job runner.
func (s *Service) CheckRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.planRoster(ctx, tx, a, rows)
	return verdicts, err
}

// SaveRoster enters old certificates in the name of a. A number that a company has already stays as it is, so saving twice
// changes nothing.
func (s *Service) SaveRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	plan, verdicts, err := s.planRoster(ctx, tx, a, rows)
	if err != nil || len(plan.fresh) == 0 {
		return verdicts, err
	}
	for _, f := range plan.replaced {
		if err := saveAward(ctx, tx, f); err != nil {
			return nil, err
		}
	}
	if err := insertAwards(ctx, tx, plan.fresh); err != nil {
		return nil, err
	}
	awards, companies := make([]Award, len(plan.fresh)), make([]rbac.CompanyID, len(plan.fresh))
	var notes []Note
	for i, f := range plan.fresh {
		awards[i], companies[i] = f.Award, f.CompanyID
		if f.Holds(f.today()) {
			notes = append(notes, notesOf(f.Award, *f.added[0])...)
		}
	}
	rbac.ScopeOf(ctx).Changed("award.roster", 0, 0, rosterSaved{}, rosterSaved{len(plan.fresh)})
	if err := s.put(ctx, tx, awards); err != nil {
		return nil, err
	}
	if err := s.tell(ctx, tx, notes); err != nil {
		return nil, err
	}
	if s.Touch != nil {
		err = s.Touch(ctx, tx, companies)
	}
	return verdicts, err
}

// rosterPlan is what saving a batch would do.
type rosterPlan struct {
	fresh    []*file
	replaced []*file // of what companies hold already
	current  map[rbac.CompanyID]*file
}

func (*Service) planRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (p rosterPlan, verdicts []string, err error) {
	verdicts = make([]string, len(rows))
	var codes, numbers []string
	for _, r := range rows {
		codes, numbers = append(codes, code.Normalise(r.Values["uscc"])), append(numbers, strings.ToUpper(strings.TrimSpace(r.Values["certificateNo"])))
	}
	firms, err := firmsByCode(ctx, tx, a, codes)
	if err != nil {
		return p, nil, err
	}
	holders, err := numbersTaken(ctx, tx, numbers)
	if err != nil {
		return p, nil, err
	}
	if p.current, err = currentsOf(ctx, tx, a, firms); err != nil {
		return p, nil, err
	}
	ids, byID := map[string]rbac.CompanyID{}, map[rbac.CompanyID]rowFirm{}
	for k, f := range firms {
		ids[k], byID[f.CompanyID] = f.CompanyID, f
	}
	var good []entry
	for i := range rows {
		if len(rows[i].Faults) > 0 {
			continue
		}
		e := readEntry(i, &rows[i], ids)
		holder, taken := holders[numbers[i]]
		switch {
		case len(rows[i].Faults) > 0:
		case taken && holder == e.old.CompanyID:
			verdicts[i] = RowSame
		case taken:
			bad(&rows[i], "certificateNo", ErrRowTaken)
		default:
			good = append(good, e)
		}
	}
	slices.SortStableFunc(good, func(x, y entry) int { return x.old.AnnouncedOn.DaysSince(y.old.AnnouncedOn) })
	for _, e := range good {
		if f := p.add(e, byID[e.old.CompanyID], newFile(Award{}, rbac.ScopeOf(ctx), tx).as(a)); f != nil {
			bad(&rows[e.row], columnOf(f), f)
			continue
		}
		verdicts[e.row] = RowNew
	}
	return p, verdicts, nil
}

// as makes a step stand in the name of a, for whom the job runner works.
func (f *file) as(a rbac.Actor) *file {
	f.by = a
	return f
}

// add plans one row; the fault says why it cannot be.
func (p *rosterPlan) add(e entry, firm rowFirm, f *file) *fault.Error {
	home := rbac.Home{CompanyID: firm.CompanyID, RegionPath: firm.RegionPath, Line: firm.OversightLine}
	if err := f.enter(e.old, home, Firm{Name: firm.Name, USCC: firm.USCC, Industry: firm.Industry}); err != nil {
		var known *fault.Error
		if errors.As(err, &known) {
			return known
		}
		return ErrDays
	}
	if !e.revoked.IsZero() {
		if e.revoked.Before(f.AnnouncedOn) || e.revoked.After(f.today()) {
			return ErrRowState
		}
		f.turn(Revoked, e.revoked, e.reason)
		f.RevokedOn, f.added[0].ToState, f.added[0].Note = e.revoked, Revoked, e.reason
	}
	if f.Holds(f.today()) {
		was := p.current[f.CompanyID]
		switch {
		case was != nil && was.AnnouncedOn.After(f.AnnouncedOn):
			f.turn(Replaced, was.AnnouncedOn, "")
		case was != nil && was.AnnouncedOn == f.AnnouncedOn:
			return ErrHeld
		default:
			p.succeed(was, f)
		}
	}
	f.added[0].ToState = f.State
	p.fresh = append(p.fresh, f)
	return nil
}

func (p *rosterPlan) succeed(was, f *file) {
	if was != nil {
		was.turn(Replaced, f.AnnouncedOn, "")
		if was.ID != 0 {
			was.step(Succeeded, f.AnnouncedOn, "", nil, Detail{})
			p.replaced = append(p.replaced, was)
			f.RenewsID = &was.ID
		} else {
			was.added[0].ToState = Replaced
		}
	}
	p.current[f.CompanyID] = f
}
