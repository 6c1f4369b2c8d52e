package programme

import (
	"context"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Flags are the special registers that companies stand in today; who stands in none is missing.
func Flags(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]string, error) {
	return flagged(ctx, tx, companies)
}

// dayOr writes a day, nil for none.
func dayOr(d day.Date) *string {
	if d.IsZero() {
		return nil
	}
	s := d.String()
	return &s
}

// timeOr writes an instant, nil for none.
func timeOr(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.Format(time.RFC3339Nano)
	return &s
}

// is makes an entry stand for a company.
func (s *Special) is(h hit, how string) {
	c := rbac.CompanyID(h.CompanyID)
	s.SubjectCompanyID, s.RegionPath, s.OversightLine, s.State, s.MatchedHow, s.Candidates = &c, h.RegionPath, h.OversightLine, Matched, how, db.Ints{}
}

// CheckSpecials says of each row what saving it would do in the name of a, and which company it was found to be. For the job runner.
func (s *Service) CheckSpecials(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	p, err := s.planSpecials(ctx, tx, a, rows)
	return p.verdicts, err
}

// SaveSpecials enters rows in the name of a; saving twice changes nothing.
func (s *Service) SaveSpecials(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	p, err := s.planSpecials(ctx, tx, a, rows)
	if err != nil || len(p.fresh)+len(p.changed) == 0 {
		return p.verdicts, err
	}
	if err := insertSpecials(ctx, tx, p.fresh); err != nil {
		return nil, err
	}
	if err := saveSpecials(ctx, tx, p.changed); err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed("programme.special", 0, 0, specialsSaved{}, specialsSaved{sheet.SourceOf(ctx), len(p.fresh), len(p.changed)})
	var touched []rbac.CompanyID
	for _, f := range p.fresh {
		if f.SubjectCompanyID != nil {
			touched = append(touched, *f.SubjectCompanyID)
		}
	}
	return p.verdicts, s.touch(ctx, tx, touched...)
}

// specialsSaved sums up one batch for the trail.
type specialsSaved struct {
	File    string
	New     int
	Changed int
}

// touch has the board look at companies again.
func (s *Service) touch(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error {
	if s.Sources.Touch == nil || len(ids) == 0 {
		return nil
	}
	return s.Sources.Touch(ctx, tx, ids...)
}

// specialPlan is what saving a batch would do.
type specialPlan struct {
	verdicts []string
	fresh    []*Special
	changed  []Special
}

func (*Service) planSpecials(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (p specialPlan, err error) {
	p.verdicts = make([]string, len(rows))
	if len(a.Areas) == 0 {
		return p, rbac.ErrForbidden
	}
	entries := make([]Special, len(rows))
	for i := range rows {
		entries[i] = readSpecial(&rows[i])
	}
	hits, err := hitsOf(ctx, tx, a, entries)
	if err != nil {
		return p, err
	}
	had, err := kept(ctx, tx, a.OrganisationID, entries)
	if err != nil {
		return p, err
	}
	l := text.Of(ctx)
	for i := range rows {
		if len(rows[i].Faults) > 0 {
			continue
		}
		e := entries[i]
		e.SourceFile = sheet.SourceOf(ctx)
		if was, known := had[e.identity()]; known {
			p.verdicts[i] = rowSame
			rows[i].Values["match"] = was.said(l, nil)
			if was.says(e) {
				p.verdicts[i] = rowChanged
				was.Name, was.Town, was.Level, was.ValidUntil, was.Note, was.SourceFile, was.SourceRow = e.Name, e.Town, e.Level, e.ValidUntil, e.Note, e.SourceFile, e.SourceRow
				p.changed = append(p.changed, was)
			}
			continue
		}
		e.begin(tx, a)
		e.settle(hits[i])
		rows[i].Values["match"] = e.said(l, hits[i])
		p.verdicts[i] = rowNew
		p.fresh = append(p.fresh, &e)
	}
	return p, nil
}

// begin makes an entry one of a's organisation, that stands for nobody yet.
func (s *Special) begin(tx db.Tx, a rbac.Actor) {
	s.OrganisationID, s.Area, s.RegionPath, s.MadeBy, s.MadeAt = a.OrganisationID, a.Areas[0], a.Areas[0], a.Name, tx.Now
	if len(a.Lines) > 0 { // a department limited to lines sees its own unmatched entries
		s.OversightLine = a.Lines[0]
	}
	s.Candidates, s.Refused = db.Ints{}, db.Ints{}
}

// said tells people what was found for an entry.
func (s Special) said(l text.Lang, hits []hit) string {
	switch s.State {
	case Matched:
		name := ""
		for _, h := range hits {
			if h.CompanyID == int64(*s.SubjectCompanyID) {
				name = h.Name
			}
		}
		return say(l, "special.said-matched", "name", name)
	case Candidates:
		var names []string
		for _, h := range hits {
			if slices.Contains(s.Candidates, h.CompanyID) {
				names = append(names, h.Name)
			}
		}
		return say(l, "special.said-candidates", "n", num(int64(len(s.Candidates))), "names", strings.Join(names, "、"))
	}
	return say(l, "special.said-unmatched")
}

// SpecialFilter narrows the list of entries.
type SpecialFilter struct {
	page.Query
	Register string `query:"register" enum:",dust,confined_space,presses,standard,other"`
	State    string `query:"state" enum:",matched,candidates,unmatched,ended" doc:"empty: those not struck off"`
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	Name     string `query:"name" maxLength:"60" doc:"part of the name"`
}

// Specials lists entries, latest first, with the companies that may be meant. Errors: page.ErrCursor.
func (s *Service) Specials(ctx context.Context, f SpecialFilter) (rows []Entry, offers map[int64]Offer, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, nil, k, err
	}
	err = s.Gate.Read(ctx, ActionSpecial, func(tx db.Tx, scope rbac.Scope) error {
		if rows, err = specialsOf(ctx, tx, scope, f, k); err != nil {
			return err
		}
		var ids db.Ints
		for _, r := range rows {
			ids = append(ids, r.Candidates...)
		}
		if len(ids) > 0 {
			offers, err = offersOf(ctx, tx, scope, ids)
		}
		return err
	})
	return rows, offers, k, err
}

// Match says which company an entry is: one of its candidates, or one that somebody looked up.
// Errors: rbac.ErrNotFound, ErrNotOpen, ErrCompany.
func (s *Service) Match(ctx context.Context, n id.Of[id.Special], company rbac.CompanyID) (id.Of[id.Special], error) {
	return n, s.decide(ctx, n, func(tx db.Tx, scope rbac.Scope, e *Special) error {
		home, err := scope.Within(ctx, tx, company)
		if err != nil {
			return ErrCompany.At("body.companyId").Because(err)
		}
		how := "hand"
		if slices.Contains(e.Candidates, int64(company)) {
			how = "name"
		}
		e.is(hit{CompanyID: int64(company), RegionPath: home.RegionPath, OversightLine: home.Line}, how)
		return s.touch(ctx, tx, company)
	})
}

// Refuse says that an entry is not one of its candidates; without any left it waits for later. Errors: rbac.ErrNotFound, ErrNotOpen, ErrCompany.
func (s *Service) Refuse(ctx context.Context, n id.Of[id.Special], company rbac.CompanyID) (id.Of[id.Special], error) {
	return n, s.decide(ctx, n, func(_ db.Tx, _ rbac.Scope, e *Special) error {
		at := slices.Index(e.Candidates, int64(company))
		if at < 0 {
			return ErrCompany.At("body.companyId")
		}
		e.Candidates, e.Refused = slices.Delete(slices.Clone(e.Candidates), at, at+1), append(e.Refused, int64(company))
		if len(e.Candidates) == 0 {
			e.State = Unmatched
		}
		return nil
	})
}

// Strike takes an entry off its register. Errors: rbac.ErrNotFound, ErrNotOpen, ErrReason.
func (s *Service) Strike(ctx context.Context, n id.Of[id.Special], reason string) (id.Of[id.Special], error) {
	err := s.Gate.Write(ctx, ActionMatch, func(tx db.Tx, scope rbac.Scope) error {
		e, err := specialByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if e.State == Ended {
			return ErrNotOpen
		}
		if strings.TrimSpace(reason) == "" {
			return ErrReason.At("body.reason")
		}
		was, company := e, e.SubjectCompanyID
		e.State, e.EndedOn, e.EndReason, e.Candidates = Ended, today(tx), strings.TrimSpace(reason), db.Ints{}
		if err := s.settled(ctx, tx, scope, was, &e); err != nil || company == nil {
			return err
		}
		return s.touch(ctx, tx, *company)
	})
	return n, err
}

// decide changes an entry that stands for nobody yet.
func (s *Service) decide(ctx context.Context, n id.Of[id.Special], do func(db.Tx, rbac.Scope, *Special) error) error {
	return s.Gate.Write(ctx, ActionMatch, func(tx db.Tx, scope rbac.Scope) error {
		e, err := specialByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if e.State != Candidates && e.State != Unmatched {
			return ErrNotOpen
		}
		was := e
		if err := do(tx, scope, &e); err != nil {
			return err
		}
		return s.settled(ctx, tx, scope, was, &e)
	})
}

// settled keeps what somebody decided of an entry.
func (*Service) settled(ctx context.Context, tx db.Tx, scope rbac.Scope, was Special, e *Special) error {
	e.DecidedBy, e.DecidedAt = scope.Actor().Name, &tx.Now
	scope.Made(int64(e.ID))
	scope.Changed("programme_special", int64(e.ID), 0, was, *e)
	return saveSpecials(ctx, tx, []Special{*e})
}

// mostAgain is how many entries are looked up again at a time.
const mostAgain = 500

// Again looks for the companies of entries that none was found for, and returns how many were found or have candidates now.
func (s *Service) Again(ctx context.Context) (found int, err error) {
	err = s.Gate.Write(ctx, ActionMatch, func(tx db.Tx, scope rbac.Scope) error {
		rows, err := waiting(ctx, tx, scope, mostAgain)
		if err != nil || len(rows) == 0 {
			return err
		}
		hits, err := hitsOf(ctx, tx, scope.Actor(), rows)
		if err != nil {
			return err
		}
		var changed []Special
		var touched []rbac.CompanyID
		for i := range rows {
			was := rows[i]
			if rows[i].settle(hits[i]); rows[i].State == Unmatched {
				continue
			}
			if rows[i].SubjectCompanyID != nil {
				touched = append(touched, *rows[i].SubjectCompanyID)
			}
			changed = append(changed, rows[i])
			scope.Changed("programme_special", int64(was.ID), 0, was, rows[i])
		}
		found = len(changed)
		if err := saveSpecials(ctx, tx, changed); err != nil {
			return err
		}
		return s.touch(ctx, tx, touched...)
	})
	return found, err
}
