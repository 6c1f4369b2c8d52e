package oversight

import "slices"

// vetoes reports whether a version of the rule knows a veto.
func (r rule) vetoes(key string) bool { return slices.Contains(r.Veto, key) }

// ObligedBy are the rules of enrolment that make a level count against a company without one.
func ObligedBy() []string { return current.Standardization.ObligedBy }

func (r rule) level(in *Input, f Facts) {
	percent, held := r.Standardization.Levels[f.Level]
	in.Measured = len(r.Standardization.Levels) > 0 && (held || f.Obliged)
	switch {
	case !in.Measured:
		return
	case held && !f.Obliged:
		percent = 100
	case !held:
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.no-level", 1})
	case percent < 100:
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.level-" + f.Level, int32(100 - percent)})
	}
	in.Points = in.Weight * percent / 100
}

func (r rule) risks(in *Input, f Facts) {
	in.Measured = r.Risk.Whole && f.Risks > 0
	if !in.Measured {
		return
	}
	in.Points = in.Weight * int(max(0, f.Risks-f.RisksLate)) / int(f.Risks)
	if f.RisksLate > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.risks-late", f.RisksLate})
	}
}

// fenAYuan is how many fen a yuan has.
const fenAYuan = 100

func (r rule) accidents(in *Input, f Facts) {
	listed := f.Dishonest && r.vetoes("on_serious_dishonesty_list")
	in.Measured = r.Accidents.LossYuan > 0 && (f.Casualties || listed)
	if !in.Measured {
		return
	}
	losses := int32(f.LossFen / (r.Accidents.LossYuan * fenAYuan))
	in.Points = max(0, in.Weight-int(f.Severe)*r.Accidents.SevereEach-int(losses)*r.Accidents.LossEach)
	if f.Severe > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.severe", f.Severe})
	}
	if losses > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.loss", losses})
	}
	if f.Deaths > 0 && r.vetoes("fatal_accident_in_12_months") {
		in.Points, in.Veto, in.Reasons = 0, true, append(in.Reasons, Reason{"oversight.reason.fatal", f.Deaths})
	}
	if listed {
		in.Points, in.Veto, in.Reasons = 0, true, append(in.Reasons, Reason{"oversight.reason.dishonest", 1})
	}
}

func (r rule) certificates(in *Input, f Facts) {
	in.Measured = r.Certificates.Whole && f.Needed > 0
	if !in.Measured {
		return
	}
	in.Points = in.Weight * int(min(f.Valid, f.Needed)) / int(f.Needed)
	if f.Valid < f.Needed {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.certificates", f.Needed - f.Valid})
	}
}

func (r rule) hazards(in *Input, f Facts) {
	in.Measured = f.Recorded || f.LastReport > 0
	if !in.Measured {
		return
	}
	in.Points = max(0, in.Weight-int(f.Overdue)*r.HazardClosure.OverdueEach-int(f.MajorOpen)*r.HazardClosure.MajorOpenEach-int(f.MajorDue)*r.HazardClosure.MajorDueEach)
	if f.Overdue > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.overdue", f.Overdue})
	}
	if f.MajorOpen > 0 && r.HazardClosure.MajorOpenEach > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.major-open", f.MajorOpen})
	}
	if f.MajorDue > 0 && r.HazardClosure.MajorDueEach > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.major-due", f.MajorDue})
	}
	if f.MajorOverdue > 0 && r.vetoes("open_major_hazard_overdue") {
		in.Veto, in.Reasons = true, append(in.Reasons, Reason{"oversight.reason.major-overdue", f.MajorOverdue})
	}
}

func (r rule) reports(in *Input, f Facts) {
	in.Measured = f.Due || f.LastReport > 0
	if !in.Measured {
		return
	}
	in.Points = max(0, in.Weight-int(f.Missing)*r.SelfReport.MissingEach)
	if f.Missing > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.missing", f.Missing})
	}
}
