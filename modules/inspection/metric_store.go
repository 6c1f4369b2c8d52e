package inspection

import "anbiao/kit/evidence"

// TasksInTime is the share of the check tasks whose last day has passed in a period that were done
// by that day; what was excused or cancelled is not looked at.
const TasksInTime = "inspection.tasks-in-time"

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{evidence.Counted{
		Key: TasksInTime, Noun: "inspection_task", Table: "inspection_task x", On: "x.due_on",
		Where:  "x.due_on BETWEEN @from AND @upto AND (x.state IN ('done', 'missed') OR x.state = 'open' AND x.due_on < @today)",
		Counts: "x.state = 'done'",
	}.Metric()}
}
