package evidence

import (
	"strings"

	"anbiao/kit/day"
)

// Share is an indicator of an area: of the companies that From and Where find, those that Achieved holds for. A number and the
// companies behind it come from the same words. In these stand @on, a day, and @month, its month as evidence_value names it.
type Share struct {
	Key      string
	From     string // with the alias x, or a query in brackets with it; it has company_id, region_path and oversight_line
	Where    string // which companies count
	Achieved string // which of them have achieved it
}

// On is the indicator as of a day.
func (s Share) On(d day.Date) Share {
	r := strings.NewReplacer("@on", "'"+d.String()+"'::date", "@month", "'"+d.String()[:7]+"'")
	return Share{s.Key, r.Replace(s.From), r.Replace(s.Where), r.Replace(s.Achieved)}
}

// Full is the indicator of those whose metric is full in the running month: everything due was done.
func Full(key string, metrics ...string) Share {
	return Share{
		Key: key,
		From: `(SELECT v.company_id, v.region_path, v.oversight_line, bool_and(v.num >= v.den) AS full FROM evidence_value v WHERE v.period = @month AND v.den > 0
			AND v.metric IN ('` + strings.Join(metrics, "','") + `') GROUP BY v.company_id, v.region_path, v.oversight_line) x`,
		Where: "true", Achieved: "x.full",
	}
}
