package accrual

import "anbiao/kit/fen"

// check finds what is wrong with a year before anything is worked out.
func (e *engine) check() error {
	if e.y.Year < 1900 || e.y.Year > 2999 {
		return &Fault{Line: -1, Code: FaultYear}
	}
	for i := range e.law {
		e.law[i] = On(e.all, e.y.first(i))
		if e.law[i] == nil {
			return &Fault{Line: -1, Month: i + 1, Code: FaultYear}
		}
		if e.y.SuspendedByApproval[i] && e.law[i].Treatment.Suspension.Way != ByApproval {
			return &Fault{Line: -1, Month: i + 1, Code: FaultApproval}
		}
		p := e.y.Posted[i]
		if far(e.y.UsedFen[i]) || p != nil && (far(p.AccruedFen) || far(p.StandardFen) || far(p.TopUpFen)) {
			return &Fault{Line: -1, Month: i + 1, Code: FaultTooLarge}
		}
	}
	switch {
	case len(e.y.Lines) == 0:
		return &Fault{Line: -1, Code: FaultNoLines}
	case len(e.y.Lines) > MaxLines:
		return &Fault{Line: -1, Code: FaultLines}
	case e.y.PriorDueFen < 0:
		return &Fault{Line: -1, Code: FaultPriorDue}
	case far(e.y.OpeningFen) || far(e.y.PriorDueFen):
		return &Fault{Line: -1, Code: FaultTooLarge}
	}
	for i := range e.y.Lines {
		if err := e.checkLine(i); err != nil {
			return err
		}
	}
	return nil
}

// checkLine looks at the figures of a line, also of those that its base does not need.
func (e *engine) checkLine(line int) error {
	l := &e.y.Lines[line]
	if code := wrongRevenue(l.RevenueFen); code != "" {
		return &Fault{Line: line, Code: code}
	}
	before := 0
	for _, r := range l.Revised {
		if r.FromMonth <= before || r.FromMonth > 12 {
			return &Fault{Line: line, Month: r.FromMonth, Code: FaultRevision}
		}
		before = r.FromMonth
		if code := wrongRevenue(r.RevenueFen); code != "" {
			return &Fault{Line: line, Month: r.FromMonth, Code: code}
		}
	}
	for i, q := range l.Quantities {
		switch {
		case q < 0:
			return &Fault{Line: line, Month: i + 1, Code: FaultQuantity}
		case q > MaxQuantity:
			return &Fault{Line: line, Month: i + 1, Code: FaultTooLarge}
		}
	}
	for _, law := range e.law {
		if _, err := e.pick(line, law); err != nil {
			return err
		}
	}
	return nil
}

func wrongRevenue(a fen.Amount) string {
	switch {
	case a < 0:
		return FaultRevenue
	case far(a):
		return FaultTooLarge
	}
	return ""
}

func far(a fen.Amount) bool { return a > MaxAmount || a < -MaxAmount }
