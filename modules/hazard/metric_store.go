package hazard

import "anbiao/kit/evidence"

// Metrics of this module, besides MetricPosted. A hazard that the company found itself and mended
// in time counts in the figure and never against it.
const (
	MetricMended  = "hazard.mended-in-time"  // mended by its deadline / mended, or due without that, in the period
	MetricCurrent = "hazard.not-overdue"     // deadline not passed / open now
	MetricMajors  = "hazard.majors-in-hand"  // major hazards mended, not overdue, or guarded by measures and a plan / found in the period or open
	MetricNamed   = "hazard.records-graded"  // graded with level, category and who answers / found in the period
	MetricChecked = "hazard.closed-verified" // accepted after mending / mended in the period
)

// ledgered holds for rows of the running ledger.
const ledgered = "x.voided_on IS NULL AND NOT x.historical"

// metrics are those that count rows of the ledger.
var metrics = []evidence.Counted{
	{
		Key: MetricMended, Noun: "hazard", Table: "hazard x", On: "least(x.deadline, x.fixed_on)",
		Where:  ledgered + " AND least(x.deadline, x.fixed_on) BETWEEN @from AND @upto AND (x.fixed_on IS NOT NULL OR x.deadline < @today)",
		Counts: "x.fixed_on <= coalesce(x.deadline, x.fixed_on)",
	},
	{
		Key: MetricCurrent, Noun: "hazard", Table: "hazard x", On: "coalesce(x.deadline, x.found_on)",
		Where:  ledgered + " AND x.cancelled_on IS NULL",
		Counts: "(x.fixed_on IS NOT NULL OR x.deadline IS NULL OR x.deadline >= @today)",
	},
	{
		Key: MetricMajors, Noun: "hazard", Table: "hazard x", On: "x.found_on",
		Where:  ledgered + " AND x.level = 'major' AND (x.found_on BETWEEN @from AND @upto OR x.cancelled_on IS NULL)",
		Counts: "(x.fixed_on IS NOT NULL OR x.deadline IS NULL OR x.deadline >= @today OR x.measures <> '' AND x.contingency <> '')",
	},
	{
		Key: MetricNamed, Noun: "hazard", Table: "hazard x", On: "x.found_on",
		Where:  ledgered + " AND x.found_on BETWEEN @from AND @upto AND (x.state <> 'registered' OR x.found_on < @today)",
		Counts: "x.state <> 'registered'",
	},
	{
		Key: MetricChecked, Noun: "hazard", Table: "hazard x", On: "x.fixed_on",
		Where:  ledgered + " AND x.fixed_on BETWEEN @from AND @upto AND (x.accepted_on IS NOT NULL OR x.cancelled_on IS NOT NULL OR x.fixed_on < cast( @today AS date) - 7)",
		Counts: "(x.accepted_on IS NOT NULL OR x.cancelled_on IS NOT NULL)",
	},
}
