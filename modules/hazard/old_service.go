package hazard

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// Called finds the people of a company whom words mean: their name, number or phone, in small letters.
type Called func(ctx context.Context, tx db.Tx, company rbac.CompanyID, words []string) (map[string][]Member, error)

// CheckOld says of each row of an old ledger what saving it would do, and notes what is wrong in
// the row's Faults. For the job runner.
func (s *Service) CheckOld(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.planOld(ctx, tx, a, rows)
	return verdicts, err
}

// SaveOld copies the rows of an old ledger: those closed as history, which counts nowhere, those
// open as stock. A number that was copied before stays as it is, so saving twice changes nothing.
func (s *Service) SaveOld(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	files, verdicts, err := s.planOld(ctx, tx, a, rows)
	if err != nil || len(files) == 0 {
		return verdicts, err
	}
	numbers, err := manyNumbers(ctx, tx, county(a.RegionPath), day.In(tx.Now, day.Shanghai).Year(), len(files))
	if err != nil {
		return nil, err
	}
	var open []*file
	for i, f := range files {
		f.Number = numbers[i]
		if !f.Historical {
			open = append(open, f)
		}
	}
	if err := insertOld(ctx, tx, files); err != nil {
		return nil, err
	}
	if err := s.due(ctx, tx, open); err != nil {
		return nil, err
	}
	for _, f := range open {
		if f.Level != Major { // the ladder of reminders tells the rest
			continue
		}
		if err := s.open(ctx, tx, f); err != nil {
			return nil, err
		}
		if err := say(ctx, tx, f); err != nil {
			return nil, err
		}
	}
	rbac.ScopeOf(ctx).Changed("hazard", 0, a.CompanyID, copied{}, copied{len(files) - len(open), len(open)})
	return verdicts, s.Touch(ctx, tx, a.CompanyID)
}

type copied struct{ Historical, Stock int }

// planOld reads rows: the hazards that are new, and a verdict a row.
func (s *Service) planOld(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (files []*file, verdicts []string, err error) {
	numbers, words := make(db.Texts, len(rows)), []string{}
	for i, r := range rows {
		numbers[i] = r.Values["number"]
		if w := strings.ToLower(r.Values["owner"]); w != "" {
			words = append(words, w)
		}
	}
	known, err := oldNumbers(ctx, tx, a.CompanyID, numbers)
	if err != nil {
		return nil, nil, err
	}
	people := map[string][]Member{}
	if s.Called != nil && len(words) > 0 {
		if people, err = s.Called(ctx, tx, a.CompanyID, words); err != nil {
			return nil, nil, err
		}
	}
	verdicts = make([]string, len(rows))
	for i := range rows {
		if verdicts[i] = rowNew; known[rows[i].Values["number"]] {
			verdicts[i] = rowSame
			continue
		}
		r := &old{row: &rows[i], o: oldOrigin(a, tx)}
		f := r.read(people[strings.ToLower(rows[i].Values["owner"])])
		if f != nil && !r.bad && len(rows[i].Faults) == 0 {
			files = append(files, f)
		}
	}
	return files, verdicts, nil
}
