package award

import (
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Year states.
const (
	YearDone   = "filed"
	YearLost   = "missed"
	YearNow    = "open"    // runs today
	YearAhead  = "ahead"   // has not begun
	YearNotYet = "unknown" // over, and nothing is known of it: the certificate is older than the program's data
)

// Year is one year of an award: a self-evaluation is due in each, by the day the award was announced.
type Year struct {
	N            int // from 1
	From         day.Date
	Due          day.Date // inclusive
	State        string
	FiledOn      day.Date
	EvaluationID id.Of[id.Evaluation] // 0: on paper
	Score        int32                // hundredths; -1: not known
	Level        string
	Note         string // of a report on paper
	EnteredBy    string
}

// Filing is a yearly self-evaluation on paper, as the authority found it in its files.
type Filing struct {
	ID            id.Of[Filing]
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	AwardID       id.Of[id.Award]
	N             int16
	FiledOn       day.Date
	Note          string
	EnteredOn     day.Date
	EnteredBy     string
}

// Years are the years of an award on a day, with what was filed in each. told says that the program knows the company's
// evaluations: a year that is over without one was missed; an old certificate's years before the first are not judged.
func (a Award) Years(done []Yearly, paper []Filing, told bool, today day.Date) []Year {
	ends := a.Terms().Yearly(a.AnnouncedOn, a.ValidUntil)
	out := make([]Year, len(ends))
	from := a.AnnouncedOn.AddDays(1)
	for i, due := range ends {
		y := Year{N: i + 1, From: from, Due: due, Score: -1}
		y.file(done, paper)
		switch {
		case !y.FiledOn.IsZero():
			y.State = YearDone
		case from.After(today):
			y.State = YearAhead
		case !due.Before(today):
			y.State = YearNow
		case !told || (a.Source == FromPaper && due.Before(a.EnteredOn)):
			y.State = YearNotYet
		default:
			y.State = YearLost
		}
		out[i], from = y, due.AddDays(1)
	}
	return out
}

// file finds what was filed in a year: the last evaluation finished in it, or a paper.
func (y *Year) file(done []Yearly, paper []Filing) {
	for _, e := range done {
		if !e.On.Before(y.From) && !e.On.After(y.Due) && !e.On.Before(y.FiledOn) {
			y.FiledOn, y.EvaluationID, y.Score, y.Level = e.On, e.EvaluationID, e.Score, e.Level
		}
	}
	for _, p := range paper {
		if int(p.N) == y.N && y.FiledOn.IsZero() {
			y.FiledOn, y.Note, y.EnteredBy = p.FiledOn, p.Note, p.EnteredBy
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
