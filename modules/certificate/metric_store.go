package certificate

import (
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/evidence"
)

// Metrics of this module: of the certificates that people need by the types of the posts they hold
// (data/needs.yaml), how many they hold in force. A row is a holding of a post and names nobody.
const (
	ManagersCertified  = "certificate.managers-certified"  // principals, safety managers and directors
	OperatorsCertified = "certificate.operators-certified" // special operations, special equipment and further posts
)

var management = []string{"principal_general", "manager_general", "safety_director"}

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{
		certified(ManagersCertified, func(kind string) bool { return slices.Contains(management, kind) }).Metric(),
		certified(OperatorsCertified, func(kind string) bool { return !slices.Contains(management, kind) }).Metric(),
	}
}

func certified(key string, wanted func(kind string) bool) evidence.Counted {
	var types, kinds, operations db.Texts
	for _, n := range Needed.Certificates {
		for _, t := range n.For {
			ops := n.AnyOf
			if len(ops) == 0 {
				ops = []string{""} // any, or none
			}
			for _, o := range ops {
				if wanted(n.Kind) {
					types, kinds, operations = append(types, t), append(kinds, n.Kind), append(operations, o)
				}
			}
		}
	}
	return evidence.Counted{
		Key: key, Noun: "staff_assignment", On: "x.from_on", With: map[string]any{"types": types, "kinds": kinds, "operations": operations},
		Table: `(SELECT a.company_id, a.id, a.staff_id, a.from_on, a.until_on, p.types FROM staff_assignment a
			JOIN staff_post p ON p.company_id = a.company_id AND p.id = a.post_id) x`,
		Where: `x.from_on <= @upto AND (x.until_on IS NULL OR x.until_on >= @upto) AND x.types && cast( @types AS text[])`,
		// Every kind that the post needs is held in force, in one of its operations.
		Counts: `NOT EXISTS (SELECT FROM unnest( cast( @types AS text[]), cast( @kinds AS text[])) n(post_type, kind) WHERE n.post_type = ANY(x.types) AND NOT EXISTS (
			SELECT FROM certificate c JOIN unnest( cast( @types AS text[]), cast( @kinds AS text[]), cast( @operations AS text[])) o(post_type, kind, operation) ON o.kind = c.kind AND o.operation IN ('', c.operation)
			WHERE c.company_id = x.company_id AND c.staff_id = x.staff_id AND o.kind = n.kind AND o.post_type = n.post_type AND c.valid_from <= @upto
				AND (c.superseded_on IS NULL OR c.superseded_on > @upto) AND (c.revoked_on IS NULL OR c.revoked_on > @upto) AND (c.cancelled_on IS NULL OR c.cancelled_on > @upto)
				AND (c.valid_to IS NULL OR c.valid_to >= @upto) AND (c.next_due_type <> 'review' OR c.next_due_on >= @upto)))`,
	}
}
