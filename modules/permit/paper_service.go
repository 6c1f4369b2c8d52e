package permit

import (
	"context"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// Verdicts on a row of a list of paper permits.
const (
	rowNew  = "new"
	rowSame = "same"
)

// CheckPaper says of each row what saving it would do, and notes what is wrong in the row's
// Faults. For the job runner.
func (s *Service) CheckPaper(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.planPaper(ctx, tx, a, rows)
	return verdicts, err
}

// SavePaper copies old paper permits into the ledger, closed. A number that is there already
// stays as it is, so saving twice changes nothing.
func (s *Service) SavePaper(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	list, verdicts, err := s.planPaper(ctx, tx, a, rows)
	if err != nil || len(list) == 0 {
		return verdicts, err
	}
	if err := insertPaper(ctx, tx, list, a.Name); err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed(noun, 0, a.CompanyID, copied{}, copied{len(list)})
	return verdicts, nil
}

type copied struct{ Papers int }

// planPaper reads rows: the permits that are new, and a verdict a row.
func (s *Service) planPaper(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (list []Permit, verdicts []string, err error) {
	units, people := map[string]id.Of[id.Unit]{}, map[string]id.Of[id.Staff]{}
	if s.Tree != nil {
		tree, err := s.Tree(ctx, tx, a.CompanyID, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return nil, nil, err
		}
		for _, u := range tree.Units {
			units[u.Name] = u.ID
		}
		for _, h := range tree.Holders {
			if other, twice := people[h.Name]; twice && other != h.StaffID {
				people[h.Name] = 0 // two people of one name: the name alone is kept
				continue
			}
			people[h.Name] = h.StaffID
		}
	}
	numbers := make(db.Texts, len(rows))
	for i, r := range rows {
		numbers[i] = r.Values["number"]
	}
	known, err := numbersKnown(ctx, tx, a.CompanyID, numbers)
	if err != nil {
		return nil, nil, err
	}
	verdicts = make([]string, len(rows))
	for i := range rows {
		p, bad := paperOf(a, &rows[i], tx.Now)
		verdicts[i] = rowNew
		if known[p.Number] {
			verdicts[i] = rowSame
			continue
		}
		if bad || len(rows[i].Faults) > 0 {
			continue
		}
		p.UnitID = some(units[p.UnitName])
		p.ApplicantID, p.WatcherID, p.ApproverID = some(people[p.ApplicantName]), some(people[p.WatcherName]), some(people[p.ApproverName])
		for n := range p.Crew.V {
			p.Crew.V[n].StaffID = people[p.Crew.V[n].Name]
		}
		p.gather()
		list = append(list, p)
	}
	return list, verdicts, nil
}

// paperOf reads a row.
func paperOf(a rbac.Actor, r *sheet.Row, now time.Time) (p Permit, bad bool) {
	refuse := func(column string, f *fault.Error) {
		r.Faults, bad = append(r.Faults, sheet.CellFault{Row: r.Number, Column: column, Code: f.Code, Params: f.Params}), true
	}
	v := r.Values
	p = Permit{
		CompanyID: a.CompanyID, RegionPath: a.RegionPath, OversightLine: a.Line, Number: v["number"], Kind: v["kind"], FormVersion: packs[0].Version, State: Closed, Source: Paper,
		UnitName: v["unit"], Place: v["place"], Content: v["content"], Details: db.JSON[[]Detail]{V: []Detail{}}, Crew: db.JSON[[]Member]{V: []Member{}}, Overridden: db.Ints{},
		ApplicantName: v["applicant"], WatcherName: v["watcher"], ApproverName: v["approver"], Steps: 1, CreatedAt: now, ChangedAt: now,
	}
	for _, name := range names(v["workers"]) {
		p.Crew.V = append(p.Crew.V, Member{Name: name})
	}
	f, err := packs[0].form(p.Kind)
	if err != nil {
		return p, true // its cell is marked already
	}
	p.Level = f.Levels[len(f.Levels)-1].Code
	for _, l := range f.Levels {
		if said := v["level"]; said != "" && (said == l.Code || strings.HasPrefix(l.NameZh, said) || strings.HasPrefix(said, l.NameZh)) {
			p.Level = l.Code
		}
	}
	var ok bool
	if p.FromAt, ok = instant(v["from"]); !ok {
		refuse("from", ErrTimes)
	}
	if p.UntilAt, ok = instant(v["until"]); !ok || !p.UntilAt.After(p.FromAt) {
		refuse("until", ErrTimes)
	}
	closed := p.UntilAt
	if v["closed"] != "" {
		if closed, ok = instant(v["closed"]); !ok {
			refuse("closed", ErrTimes)
		}
	}
	if !bad && (closed.After(now) || closed.Before(p.FromAt)) {
		refuse("closed", ErrFuture)
	}
	p.Year, p.ClosedAt, p.ClosedLate = day.In(p.FromAt, day.Shanghai).Year(), &closed, closed.After(p.UntilAt)
	return p, bad
}
