package selfreport

import (
	"context"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Faults of the reporting rate.
var (
	ErrPeriod     = fault.New(fault.Invalid, "selfreport.period")
	ErrUrgedToday = fault.New(fault.Conflict, "selfreport.urged-today")
)

// RateQuery names a period and an area.
type RateQuery struct {
	Cycle  string `query:"cycle" maxLength:"20" pattern:"^[A-Z0-9-]+$" default:"HZ-Q"`
	Period string `query:"period" maxLength:"7" pattern:"^[0-9]{4}(-Q[1-4]|-[0-9]{2})?$" doc:"empty: the last that has ended"`
	Area   string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of a division; empty: all that one oversees"`
}

// Share is how many companies of a base list were bound, and how many of them have reported.
type Share struct {
	Bound    int64 `json:"bound"`
	Reported int64 `json:"reported"`
}

// Rate is the reporting of one area: of the companies bound at the period's end.
type Rate struct {
	Area       string
	AreaName   string
	Bound      int64 // 应报
	Reported   int64 // 已报: submitted, received, or made in another system
	Late       int64 // of the reported
	Zero       int64 // of the reported: zero reports
	Paper      int64 // of the reported
	Outside    int64 // of the reported: in another system
	Returned   int64 // handed in, and with the company again
	HighBound  int64
	HighIn     int64
	ScaleBound int64
	ScaleIn    int64
	CrowdBound int64
	CrowdIn    int64
}

// Rates is the reporting of an area and of those below it.
type Rates struct {
	Cycle   Cycle
	Period  Period
	DueOn   day.Date
	Periods []string // that have ended, newest first
	Total   Rate
	Below   []Rate
}

// periodsShown is how many ended periods can be chosen from.
const periodsShown = 13

// of resolves the question. Errors: ErrCycle, ErrPeriod.
func (q RateQuery) of(today day.Date) (c Cycle, p Period, periods []string, err error) {
	c, ok := CycleByID(q.Cycle)
	if !ok {
		return c, p, nil, ErrCycle.At("query.cycle")
	}
	one := c.last(today)
	found := q.Period == ""
	p = one
	for range periodsShown {
		if one.Name == q.Period {
			p, found = one, true
		}
		periods = append(periods, one.Name)
		one = c.At(one.From.AddDays(-1))
	}
	if !found {
		return c, p, nil, ErrPeriod.At("query.period")
	}
	return c, p, periods, nil
}

// Rates counts who has reported, area by area. Errors: ErrCycle, ErrPeriod.
func (s *Service) Rates(ctx context.Context, q RateQuery) (out Rates, err error) {
	err = s.Gate.Read(ctx, ActionRate, func(tx db.Tx, scope rbac.Scope) error {
		var err error
		if out.Cycle, out.Period, out.Periods, err = q.of(day.In(tx.Now, day.Shanghai)); err != nil {
			return err
		}
		out.DueOn = out.Cycle.DueOn(out.Period)
		areas := scope.Actor().Areas
		if q.Area == "" && len(areas) == 1 {
			q.Area = areas[0]
		}
		if q.Area == "" { // several areas: each is a line
			for _, a := range areas {
				rows, err := rates(ctx, tx, scope, out.Cycle.ID, out.Period, a, len(a))
				if err != nil {
					return err
				}
				out.Below = append(out.Below, rows...)
			}
		} else if w := childWidth(q.Area); w > len(q.Area) {
			if out.Below, err = rates(ctx, tx, scope, out.Cycle.ID, out.Period, q.Area, w); err != nil {
				return err
			}
		}
		out.Total = Rate{Area: q.Area}
		if out.Total.AreaName, err = areaName(ctx, tx, q.Area); err != nil {
			return err
		}
		if len(out.Below) == 0 && q.Area != "" { // a grid: nothing is below it
			rows, err := rates(ctx, tx, scope, out.Cycle.ID, out.Period, q.Area, len(q.Area))
			if len(rows) > 0 {
				rows[0].AreaName = out.Total.AreaName
				out.Total = rows[0]
			}
			return err
		}
		for _, r := range out.Below {
			out.Total.add(r)
		}
		return nil
	})
	return out, err
}

// widths are the lengths of the divisions' paths: province, city, county, town, village, grid.
var widths = []int{2, 4, 6, 9, 12, 15}

func childWidth(parent string) int {
	for _, w := range widths {
		if w > len(parent) {
			return w
		}
	}
	return len(parent)
}

func (r *Rate) add(o Rate) {
	r.Bound += o.Bound
	r.Reported += o.Reported
	r.Late += o.Late
	r.Zero += o.Zero
	r.Paper += o.Paper
	r.Outside += o.Outside
	r.Returned += o.Returned
	r.HighBound += o.HighBound
	r.HighIn += o.HighIn
	r.ScaleBound += o.ScaleBound
	r.ScaleIn += o.ScaleIn
	r.CrowdBound += o.CrowdBound
	r.CrowdIn += o.CrowdIn
}

// BoundFilter narrows the list of the companies bound in a period.
type BoundFilter struct {
	page.Query
	RateQuery
	Standing string `query:"standing" enum:",missing,unreported,returned,reported,late,zero,paper,outside" doc:"missing: unreported or returned"`
	List     string `query:"list" enum:",high_risk,above_scale,crowded"`
}

// BoundRow is one of them.
type BoundRow struct {
	Counted
	AreaName     string
	ContactName  string
	ContactPhone string
	UrgedOn      day.Date // last
}

// Bounds lists the companies bound in a period, in order of id. Errors: ErrCycle, ErrPeriod, page.ErrCursor.
func (s *Service) Bounds(ctx context.Context, f BoundFilter) (rows []BoundRow, k page.Key, err error) {
	if k, err = f.Start("company", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRate, func(tx db.Tx, scope rbac.Scope) error {
		c, p, _, err := f.of(day.In(tx.Now, day.Shanghai))
		if err != nil {
			return err
		}
		rows, err = bounds(ctx, tx, scope, f, c.ID, p, k)
		return err
	})
	return rows, k, err
}

func keyOfBound(r BoundRow) []string { return []string{r.CompanyID.String()} }

// Urging asks for the companies of an area that have not reported to be urged.
type Urging struct {
	Cycle  string `json:"cycle" maxLength:"20" pattern:"^[A-Z0-9-]+$"`
	Period string `json:"period" maxLength:"7" pattern:"^[0-9]{4}(-Q[1-4]|-[0-9]{2})?$"`
	Area   string `json:"area,omitempty" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"empty: all that one oversees"`
}

// Urge sends each company of an area that has not reported one message (催报), at most once a
// day. It notes them in one statement; the job runner tells them in batches. It returns the
// first of the notes. Errors: ErrCycle, ErrPeriod, ErrUrgedToday.
func (s *Service) Urge(ctx context.Context, in Urging) (first id.Of[Urge], err error) {
	err = s.Gate.Write(ctx, ActionUrge, func(tx db.Tx, scope rbac.Scope) error {
		today := day.In(tx.Now, day.Shanghai)
		c, p, _, err := RateQuery(in).of(today)
		if err != nil {
			return err
		}
		n := int64(0)
		if first, n, err = urgeMany(ctx, tx, scope, c.ID, p, in.Area, today); err != nil {
			return err
		}
		if n == 0 {
			return ErrUrgedToday
		}
		areas := []string{in.Area}
		if in.Area == "" {
			areas = slices.Clone(scope.Actor().Areas)
		}
		for _, a := range areas {
			if err := jobs.Enqueue(ctx, tx, UrgeBatch{Cycle: c.ID, From: p.From, On: today, Area: a}); err != nil {
				return err
			}
		}
		scope.Made(int64(first))
		scope.Changed("selfreport_urge", int64(first), 0, Urgent{}, Urgent{c.ID, p.Name, in.Area, n})
		return nil
	})
	return first, err
}

// Urgent is what the trail keeps of an urging.
type Urgent struct {
	Cycle     string
	Period    string
	Area      string
	Companies int64
}
