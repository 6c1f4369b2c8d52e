package selfreport

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"anbiao/kit/day"
	"anbiao/kit/fen"
)

// Content is everything the official form prints. Its JSON, fields in this order, is the
// canonical form that is hashed, signed and frozen.
type Content struct {
	Form       string     `json:"form" doc:"cycle and version of its data, e.g. HZ-Q@1"`
	Period     string     `json:"period"`
	From       day.Date   `json:"from"`
	Until      day.Date   `json:"until"`
	DueOn      day.Date   `json:"dueOn"`
	Company    Company    `json:"company"`
	Statistics Statistics `json:"statistics"`
	Remark     string     `json:"remark"`
	FilledBy   string     `json:"filledBy"`
	FilledOn   day.Date   `json:"filledOn"`
}

// Company is how the form names the reporting unit (填报单位).
type Company struct {
	Name         string `json:"name"`
	USCC         string `json:"uscc"`
	Address      string `json:"address"`
	Industry     string `json:"industry"`
	ContactName  string `json:"contactName"`
	ContactPhone string `json:"contactPhone"`
}

// Line is the ledger's sum for one level and category.
type Line struct {
	Level    string     `json:"level" enum:"general,major"`
	Category string     `json:"category" doc:"of the taxonomy; empty for hazards not graded yet"`
	Found    int64      `json:"found" doc:"in the period"`
	Fixed    int64      `json:"fixed" doc:"of those found in it, closed by its end"`
	Carried  int64      `json:"carried" doc:"found before it and open at its start"`
	Cleared  int64      `json:"cleared" doc:"of the carried ones, closed in it"`
	Open     int64      `json:"open" doc:"at its end"`
	Overdue  int64      `json:"overdue" doc:"at its end"`
	FundsFen fen.Amount `json:"fundsFen" doc:"spent on what was closed in it"`
}

// Plans counts the major hazards in treatment by what their plan has.
type Plans struct {
	Count        int64      `json:"count"`
	WithGoals    int64      `json:"withGoals"`
	WithFunds    int64      `json:"withFunds"`
	WithOwner    int64      `json:"withOwner"`
	WithTime     int64      `json:"withTime"`
	WithMeasures int64      `json:"withMeasures"`
	FundsFen     fen.Amount `json:"fundsFen" doc:"planned"`
}

// Statistics are the columns of the official quarterly table.
type Statistics struct {
	General  Line   `json:"general" doc:"all general hazards"`
	Major    Line   `json:"major" doc:"all major hazards"`
	Lines    []Line `json:"lines" nullable:"false" doc:"by level and category"`
	Plans    Plans  `json:"plans" doc:"major hazards not closed at the period's end"`
	FixRate  *int64 `json:"fixRate,omitempty" doc:"fixed of found among general hazards, in hundredths of a percent; absent where none was found"`
	MajorFix *int64 `json:"majorFixRate,omitempty" doc:"the same among major hazards"`
	Zero     bool   `json:"zero" doc:"nothing was found in the period"`
}

// sum adds the lines up by level.
func sum(lines []Line, plans Plans) Statistics {
	s := Statistics{General: Line{Level: "general"}, Major: Line{Level: "major"}, Lines: lines, Plans: plans}
	if lines == nil {
		s.Lines = []Line{}
	}
	for _, l := range lines {
		t := &s.General
		if l.Level == "major" {
			t = &s.Major
		}
		t.Found += l.Found
		t.Fixed += l.Fixed
		t.Carried += l.Carried
		t.Cleared += l.Cleared
		t.Open += l.Open
		t.Overdue += l.Overdue
		t.FundsFen += l.FundsFen
	}
	s.FixRate, s.MajorFix = rate(s.General), rate(s.Major)
	s.Zero = s.General.Found+s.Major.Found == 0
	return s
}

func rate(l Line) *int64 {
	if l.Found == 0 {
		return nil
	}
	r := l.Fixed * 10000 / l.Found
	return &r
}

// canonical renders c as it is hashed and signed.
func (c Content) canonical() (text, hash string, err error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", "", err
	}
	h := sha256.Sum256(b)
	return string(b), hex.EncodeToString(h[:]), nil
}
