package letter

import "anbiao/kit/evidence"

// MetricSigned is the share of the letters in force that both sides have signed. Its rows name nobody.
const MetricSigned = "letter.signed"

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{evidence.Counted{
		Key: MetricSigned, Noun: "letter", On: "coalesce(x.signed_on, x.sent_on, x.valid_from)",
		Table: `(SELECT l.company_id, l.id, l.state, l.signed_on, l.sent_on, r.valid_from, r.valid_until FROM letter l
			JOIN letter_round r ON r.company_id = l.company_id AND r.id = l.round_id WHERE l.state <> 'superseded') x`,
		Where:  "x.valid_from <= @upto AND x.valid_until >= @upto",
		Counts: "x.state = 'signed'",
	}.Metric()}
}
