package responsibility

import "anbiao/kit/evidence"

// PostsCovered is the share of the company's posts that have a duty in the matrix of the day.
const PostsCovered = "responsibility.posts-covered"

// Measured are the metrics that this module provides. A company that keeps no matrix is not measured.
func Measured() evidence.Set {
	return evidence.Set{evidence.Counted{
		Key: PostsCovered, Noun: "staff_post", Table: "staff_post x", On: "coalesce(x.since_on, cast( @upto AS date))",
		Where: `(x.closed_on IS NULL OR x.closed_on > @upto) AND EXISTS (SELECT FROM responsibility_duty d WHERE d.company_id = x.company_id)`,
		Counts: `EXISTS (SELECT FROM responsibility_cell c WHERE c.company_id = x.company_id AND c.post_id = x.id AND c.valid_from <= @upto
			AND (c.valid_to IS NULL OR c.valid_to > @upto))`,
	}.Metric()}
}
