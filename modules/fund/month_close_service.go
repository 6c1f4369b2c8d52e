package fund

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// jobName stands where a person's name does for what the job runner closed.
const jobName = "系统自动结账"

// stuck is a month that the job runner could not close.
type stuck struct {
	month day.Date
	lack  Lack
	names []string
}

// closeAll closes every month until target of companies whose locks the caller holds, up to the first
// that lacks something; who can mend that is told once. One reading and one writing a year serves
// them all.
func (s *Service) closeAll(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, target day.Date) error {
	rules, err := rulesNow(ctx, tx)
	if err != nil {
		return err
	}
	first, err := firstOpen(ctx, tx, companies, int32(target.Year()))
	if err != nil {
		return err
	}
	left, lacking := slices.Clone(companies), map[rbac.CompanyID]stuck{}
	changed := map[rbac.CompanyID]bool{}
	for n := first; n <= int32(target.Year()); n++ {
		if err := s.closeYear(ctx, tx, rules, left, n, target, changed, lacking); err != nil {
			return err
		}
		left = slices.DeleteFunc(left, func(c rbac.CompanyID) bool { _, is := lacking[c]; return is })
	}
	if len(changed) > 0 {
		moved := slices.DeleteFunc(slices.Clone(companies), func(c rbac.CompanyID) bool { return !changed[c] })
		if err := s.recount(ctx, tx, rules, moved, first); err != nil {
			return err
		}
	}
	return s.tellStuck(ctx, tx, companies, lacking)
}

// closeYear closes the months of one year.
func (s *Service) closeYear(ctx context.Context, tx db.Tx, rules []*accrual.Rules, companies []rbac.CompanyID, n int32, target day.Date, changed map[rbac.CompanyID]bool, lacking map[rbac.CompanyID]stuck) error {
	all, err := load(ctx, tx, companies, n, true)
	if err != nil {
		return err
	}
	var rows []*Row
	costs := map[rbac.CompanyID]string{}
	for _, c := range companies {
		b := all[c]
		if b == nil {
			continue
		}
		costs[c] = b.Profile.CostAccount
		ready, st := b.project(rules, b.BaseFen, today(tx)).closable(target)
		if len(ready) > 0 {
			changed[c] = true
			rows = append(rows, ready...)
		}
		if st != nil {
			lacking[c] = *st
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err = s.post(ctx, tx, poster{Name: jobName}, rows, costs)
	return err
}

// closable returns the months up to target that can be closed as they stand, and the one at which
// that ends. A month that somebody reopened is his to close.
func (s *Sheet) closable(target day.Date) (ready []*Row, at *stuck) {
	for i := range s.Rows {
		row := &s.Rows[i]
		switch {
		case row.Standing == Before || row.Standing == Closed:
			continue
		case row.Standing == Future || row.MonthOn.After(target):
			return ready, nil
		case s.next().Before(s.month(0)):
			return ready, &stuck{month: s.next(), lack: Lack{Code: LackOrder}}
		case row.Standing == Reopened:
			return ready, &stuck{month: row.MonthOn, lack: Lack{Code: Reopened}}
		case len(row.Lacks) > 0:
			st := &stuck{month: row.MonthOn, lack: row.Lacks[0]}
			for _, l := range row.Lacks {
				if l.Code == st.lack.Code && l.Name != "" {
					st.names = append(st.names, l.Name)
				}
			}
			return ready, st
		}
		ready = append(ready, row)
	}
	return ready, nil
}

// toldNames is how many businesses a message names.
const toldNames = 3

// tellStuck tells those who keep the fund what a month lacks, once a month.
func (s *Service) tellStuck(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, lacking map[rbac.CompanyID]stuck) error {
	if s.Tell == nil {
		return nil
	}
	for _, c := range companies {
		st, is := lacking[c]
		if !is {
			continue
		}
		key := st.month.String()[:7]
		names := strings.Join(st.names[:min(toldNames, len(st.names))], "、")
		if len(st.names) > toldNames {
			names += "…"
		}
		err := s.Tell(ctx, tx, Note{
			Company: c, Object: int64(c), Code: "fund.note-lacks-" + st.lack.Code, Params: map[string]string{"month": key, "names": names, "count": fmt.Sprint(st.lack.Count)},
			Key: "lacks|" + key, Roles: []string{"finance", "safety"},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
