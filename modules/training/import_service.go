package training

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

func homeOf(a rbac.Actor) rbac.Home {
	return rbac.Home{CompanyID: a.CompanyID, RegionPath: a.RegionPath, Line: a.Line}
}

type brought struct{ Records int }

// CheckRecords says of each row of past training what saving it would do, and notes what is wrong in its Faults. For the job runner.
func (s *Service) CheckRecords(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.oldRecords(ctx, tx, a, rows)
	return verdicts, err
}

// SaveRecords brings in past training. Saving twice changes nothing.
func (s *Service) SaveRecords(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	fresh, verdicts, err := s.oldRecords(ctx, tx, a, rows)
	if err != nil || len(fresh) == 0 {
		return verdicts, err
	}
	if err := insertRecords(ctx, tx, fresh); err != nil {
		return nil, err
	}
	scope := rbac.ScopeOf(ctx)
	scope.Changed("training_record", 0, a.CompanyID, brought{}, brought{len(fresh)})
	years := map[int][]id.Of[id.Staff]{}
	for _, r := range fresh {
		if y := r.HeldOn.Year(); !slices.Contains(years[y], r.StaffID) {
			years[y] = append(years[y], r.StaffID)
		}
	}
	now := today(tx).Year()
	for y, who := range years {
		if y < now-3 {
			continue
		}
		if err := s.reckon(ctx, tx, scope, homeOf(a), y, who); err != nil {
			return nil, err
		}
	}
	return verdicts, nil
}

func (s *Service) oldRecords(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (fresh []Record, verdicts []string, err error) {
	people, err := s.People(ctx, tx, a.CompanyID, nil, today(tx))
	if err != nil {
		return nil, nil, err
	}
	roll, verdicts := rollOf(people), make([]string, len(rows))
	read := make([]Record, len(rows))
	good := make([]bool, len(rows))
	var who db.Ints
	for i := range rows {
		verdicts[i] = rowNew
		if read[i], good[i] = readRecord(&rows[i], roll, homeOf(a), today(tx)); good[i] && len(rows[i].Faults) == 0 {
			who = append(who, int64(read[i].StaffID))
		}
	}
	kept, err := importedBy(ctx, tx, a.CompanyID, who)
	if err != nil {
		return nil, nil, err
	}
	for i, r := range read {
		if !good[i] || len(rows[i].Faults) > 0 {
			continue
		}
		if k, ok := kept[r.key()]; ok {
			if verdicts[i] = rowChanged; k.says(r) {
				verdicts[i] = rowSame
				continue
			}
		}
		fresh = append(fresh, r)
	}
	return fresh, verdicts, nil
}

// CheckPlan says of each row of a plan what saving it would do. For the job runner.
func (s *Service) CheckPlan(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.oldPlan(ctx, tx, a, rows)
	return verdicts, err
}

// SavePlan enters items into the plans of their years, as long as those are drafts. Saving twice changes nothing.
func (s *Service) SavePlan(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	fresh, verdicts, err := s.oldPlan(ctx, tx, a, rows)
	if err != nil || len(fresh) == 0 {
		return verdicts, err
	}
	begun := map[int32]bool{}
	for _, i := range fresh {
		if begun[i.Year] {
			continue
		}
		begun[i.Year] = true
		p, err := lockPlan(ctx, tx, a.CompanyID, int(i.Year))
		if err != nil {
			return nil, err
		}
		if p == nil {
			made := Plan{CompanyID: a.CompanyID, RegionPath: a.RegionPath, OversightLine: a.Line, Year: i.Year, State: planDraft, MadeByName: a.Name, MadeAt: tx.Now}
			if err := savePlan(ctx, tx, &made); err != nil {
				return nil, err
			}
		}
	}
	rbac.ScopeOf(ctx).Changed(nounPlan, 0, a.CompanyID, itemsAdded{}, itemsAdded{len(fresh)})
	return verdicts, insertItems(ctx, tx, fresh)
}

func (s *Service) oldPlan(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (fresh []PlanItem, verdicts []string, err error) {
	now := today(tx)
	tree, err := s.Tree(ctx, tx, a.CompanyID, now)
	if err != nil {
		return nil, nil, err
	}
	verdicts = make([]string, len(rows))
	read, good := make([]PlanItem, len(rows)), make([]bool, len(rows))
	var years db.Ints
	for i := range rows {
		verdicts[i] = rowNew
		if read[i], good[i] = readItem(&rows[i], tree, homeOf(a), now.Year()); good[i] && !slices.Contains(years, int64(read[i].Year)) {
			years = append(years, int64(read[i].Year))
		}
	}
	kept, err := takenTopics(ctx, tx, a.CompanyID, years)
	if err != nil {
		return nil, nil, err
	}
	states, err := planStates(ctx, tx, a.CompanyID, years)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range read {
		if !good[i] || len(rows[i].Faults) > 0 {
			continue
		}
		if _, ok := kept[p.key()]; ok {
			verdicts[i] = rowSame
			continue
		}
		if st := states[p.Year]; st != "" && st != planDraft {
			refuse(&rows[i], "topic", ErrRowPlan)
			continue
		}
		kept[p.key()] = p
		fresh = append(fresh, p)
	}
	return fresh, verdicts, nil
}
