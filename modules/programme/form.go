package programme

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"anbiao/kit/code"
	"anbiao/kit/day"
)

// Kinds of form.
const (
	Month   = "month"
	Quarter = "quarter"
)

// Figures are the columns of a statistics form (quarterly table of the self-report system).
type Figures struct {
	Companies    int64 `json:"companies" doc:"on the list of the period's last day"`
	Bound        int64 `json:"bound" doc:"that owed a report"`
	Reported     int64 `json:"reported" doc:"of them, zero reports included"`
	Zero         int64 `json:"zero" doc:"of the reported, reports of no hazards"`
	Checked      int64 `json:"checked" doc:"reported, or entered a hazard found in the period"`
	Found        int64 `json:"found"`
	Fixed        int64 `json:"fixed" doc:"of the found, closed by the period's end"`
	MajorFound   int64 `json:"majorFound"`
	MajorFixed   int64 `json:"majorFixed"`
	PlanCount    int64 `json:"planCount" doc:"major hazards in a plan"`
	PlanGoals    int64 `json:"planGoals"`
	PlanFunds    int64 `json:"planFunds"`
	PlanOwner    int64 `json:"planOwner"`
	PlanTime     int64 `json:"planTime"`
	PlanMeasures int64 `json:"planMeasures"`
	FundsFen     int64 `json:"fundsFen" doc:"planned for them"`
	HighBound    int64 `json:"highBound" doc:"companies of high risk that owed a report"`
	HighIn       int64 `json:"highIn"`
	ScaleBound   int64 `json:"scaleBound" doc:"companies above scale"`
	ScaleIn      int64 `json:"scaleIn"`
	CrowdBound   int64 `json:"crowdBound" doc:"crowded places"`
	CrowdIn      int64 `json:"crowdIn"`
}

// all are the figures in their order, to be summed.
func (f *Figures) all() []*int64 {
	return []*int64{
		&f.Companies, &f.Bound, &f.Reported, &f.Zero, &f.Checked, &f.Found, &f.Fixed, &f.MajorFound, &f.MajorFixed, &f.PlanCount, &f.PlanGoals, &f.PlanFunds, &f.PlanOwner, &f.PlanTime,
		&f.PlanMeasures, &f.FundsFen, &f.HighBound, &f.HighIn, &f.ScaleBound, &f.ScaleIn, &f.CrowdBound, &f.CrowdIn,
	}
}

func (f *Figures) add(o Figures) {
	mine, theirs := f.all(), o.all()
	for i := range mine {
		*mine[i] += *theirs[i]
	}
}

// Line is a row of a form: an industry (门类) of one of the areas below.
type Line struct {
	Area    string `json:"area"`
	Name    string `json:"name" doc:"of the area"`
	Section string `json:"section" doc:"letter of GB/T 4754; empty: not known"`
	Figures
}

// Statistics are the figures of a form.
type Statistics struct {
	Kind     string
	Period   string
	From     day.Date
	Until    day.Date
	Area     string
	AreaName string
	Lines    []Line
}

// Total sums all lines.
func (s Statistics) Total() (f Figures) {
	for _, l := range s.Lines {
		f.add(l.Figures)
	}
	return f
}

// grouped sums the lines of the same key, in the order of keys.
func (s Statistics) grouped(key func(Line) string) []Line {
	by := map[string]*Line{}
	var out []*Line
	for _, l := range s.Lines {
		k := key(l)
		if by[k] == nil {
			by[k] = &Line{Area: l.Area, Name: l.Name, Section: l.Section}
			out = append(out, by[k])
		}
		by[k].add(l.Figures)
	}
	rows := make([]Line, len(out))
	for i, l := range out {
		rows[i] = *l
	}
	slices.SortStableFunc(rows, func(a, b Line) int { return cmp.Compare(key(a), key(b)) })
	return rows
}

// Industries sums by industry, those without one last.
func (s Statistics) Industries() []Line {
	rows := s.grouped(func(l Line) string { return cmp.Or(l.Section, "~") })
	for i := range rows {
		rows[i].Area, rows[i].Name = "", ""
	}
	return rows
}

// Areas sums by the areas below.
func (s Statistics) Areas() []Line {
	rows := s.grouped(func(l Line) string { return l.Area })
	for i := range rows {
		rows[i].Section = ""
	}
	return rows
}

// counting is a row as the database counts it, by two digits of the industry.
type counting struct {
	Area     string
	Division string
	Figures
}

// linesOf sums divisions to sections and names the areas.
func linesOf(rows []counting, names map[string]string) []Line {
	s := Statistics{}
	for _, r := range rows {
		s.Lines = append(s.Lines, Line{r.Area, names[r.Area], code.Section(r.Division), r.Figures})
	}
	return s.grouped(func(l Line) string { return l.Area + " " + l.Section })
}

// hash is the SHA-256 of what is frozen, as the program writes it.
func hash(v any) (string, error) {
	b, err := json.Marshal(v)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}
