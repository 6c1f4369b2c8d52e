package selfreport

import "anbiao/kit/evidence"

// InTime is the share of the reports whose last day has passed in a period, or that came before it,
// that were submitted by that day. One filed with another system counts.
const InTime = "selfreport.in-time"

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{evidence.Counted{
		Key: InTime, Noun: "selfreport", Table: "selfreport x", On: "x.due_on",
		Where:  "x.due_on BETWEEN @from AND @until AND (x.due_on < @today OR x.first_submitted_at IS NOT NULL OR x.state = 'outside')",
		Counts: "(x.state = 'outside' OR x.first_submitted_at IS NOT NULL AND NOT x.late)",
	}.Metric()}
}
