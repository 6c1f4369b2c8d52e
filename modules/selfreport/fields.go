package selfreport

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/fen"
)

// fields lays a report out field by field, as forms and other systems want them, all as text.
// The names are those by which a regulator says what is wrong (Reason.Item).
func (c Content) fields(r Report) map[string]string {
	s := c.Statistics
	f := map[string]string{
		"period": c.Period, "from": c.From.String(), "until": c.Until.String(), "dueOn": c.DueOn.String(), "units": "1",
		"company.name": c.Company.Name, "company.uscc": c.Company.USCC, "company.address": c.Company.Address, "company.industry": c.Company.Industry,
		"company.contactName": c.Company.ContactName, "company.contactPhone": c.Company.ContactPhone,
		"remark": c.Remark, "filledBy": c.FilledBy, "filledOn": c.FilledOn.String(), "principal": r.SignedByName,
		"plans.count": fmt.Sprint(s.Plans.Count), "plans.withGoals": fmt.Sprint(s.Plans.WithGoals), "plans.withFunds": fmt.Sprint(s.Plans.WithFunds),
		"plans.withOwner": fmt.Sprint(s.Plans.WithOwner), "plans.withTime": fmt.Sprint(s.Plans.WithTime), "plans.withMeasures": fmt.Sprint(s.Plans.WithMeasures),
		"plans.fundsWan": wan(s.Plans.FundsFen), "plans.fundsFen": fmt.Sprint(int64(s.Plans.FundsFen)),
	}
	s.General.into(f, "general.")
	s.Major.into(f, "major.")
	for _, l := range s.Lines {
		l.into(f, "lines."+l.Level+"."+l.Category+".")
	}
	return f
}

func (l Line) into(f map[string]string, prefix string) {
	f[prefix+"found"], f[prefix+"fixed"], f[prefix+"carried"] = fmt.Sprint(l.Found), fmt.Sprint(l.Fixed), fmt.Sprint(l.Carried)
	f[prefix+"cleared"], f[prefix+"open"], f[prefix+"overdue"] = fmt.Sprint(l.Cleared), fmt.Sprint(l.Open), fmt.Sprint(l.Overdue)
	f[prefix+"fundsFen"], f[prefix+"fundsYuan"], f[prefix+"fundsWan"], f[prefix+"rate"] = fmt.Sprint(int64(l.FundsFen)), l.FundsFen.Yuan(), wan(l.FundsFen), percent(rate(l))
}

// wan writes an amount in units of 10,000 yuan.
func wan(a fen.Amount) string {
	s := strings.TrimRight(fmt.Sprintf("%d.%06d", int64(a)/1_000_000, int64(a)%1_000_000), "0")
	return strings.TrimSuffix(s, ".")
}

// percent writes hundredths of a percent as the form prints them; a dash where nothing was found.
func percent(hundredths *int64) string {
	if hundredths == nil {
		return "—"
	}
	return fmt.Sprintf("%d.%02d%%", *hundredths/100, *hundredths%100)
}

// Change is a field that differs between two submissions.
type Change struct {
	Item   string `json:"item" example:"general.found"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// kept are fields a reader does not compare: they follow from others, or say who and when.
var kept = []string{"principal", "filledBy", "filledOn", "fundsFen", "fundsWan"}

// changes lists the fields in which after differs from before, in order of their names.
func changes(before, after Content) []Change {
	was, is := before.fields(Report{}), after.fields(Report{})
	out := []Change{}
	add := func(item string) {
		if was[item] != is[item] && !slices.ContainsFunc(kept, func(k string) bool { return item == k || strings.HasSuffix(item, "."+k) }) {
			out = append(out, Change{item, was[item], is[item]})
		}
	}
	for item := range is {
		add(item)
	}
	for item := range was {
		if _, both := is[item]; !both {
			add(item)
		}
	}
	slices.SortFunc(out, func(a, b Change) int { return cmp.Compare(a.Item, b.Item) })
	return out
}
