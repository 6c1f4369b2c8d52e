package oversight

import (
	"strconv"
	"strings"

	"anbiao/kit/fault"
	"anbiao/kit/page"
)

// ErrBand refuses a range that is none.
var ErrBand = fault.New(fault.Invalid, "oversight.band")

// FilterQuery is the filter language of the list as an address says it. The list, its count, the map,
// the tree, exports and actions on many companies all embed it, so that one address works for all.
type FilterQuery struct {
	Division     string   `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area"`
	Industry     string   `query:"industry" maxLength:"4" pattern:"^([A-T]|[0-9]*)$" doc:"beginning of a GB/T 4754 code, or the letter of a section"`
	Line         int16    `query:"line" minimum:"0" maximum:"999" doc:"supervision line"`
	Colour       []int16  `query:"colour" maxItems:"4" minimum:"1" maximum:"4" doc:"1 red to 4 blue; several separated by commas"`
	Size         []int16  `query:"size" maxItems:"5" minimum:"0" maximum:"4" doc:"several separated by commas"`
	Open         bool     `query:"open" doc:"only with hazards that are not closed"`
	Overdue      bool     `query:"overdue" doc:"only with hazards overdue"`
	Majors       bool     `query:"majors" doc:"only with major hazards that are not closed"`
	Missing      bool     `query:"missing" doc:"only with a report missing"`
	Silent       int      `query:"silent" minimum:"0" maximum:"3650" doc:"no report within so many days"`
	Inactive     bool     `query:"inactive" doc:"only where nobody has signed in yet"`
	Must         bool     `query:"must" doc:"only those that must join standardization"`
	Signals      bool     `query:"signals" doc:"only with signals about its records"`
	Level        []string `query:"level" maxItems:"5" enum:"1,2,3,pass,-" doc:"of standardization; -: none; several separated by commas"`
	GradeUntil   int      `query:"gradeUntil" minimum:"0" maximum:"3650" doc:"the level ends within so many days"`
	Class        []string `query:"class" maxItems:"5" enum:"A,B,C,D,-" doc:"several separated by commas; -: none"`
	Live         string   `query:"live" maxLength:"7" pattern:"^([0-9]{1,3}-[0-9]{1,3})?$" doc:"live score in points, e.g. 0-60"`
	Certificates string   `query:"certificates" maxLength:"7" pattern:"^([0-9]{1,3}-[0-9]{1,3})?$" doc:"certificate rate in percent, e.g. 0-99"`
	Funds        string   `query:"funds" maxLength:"7" pattern:"^([0-9]{1,3}-[0-9]{1,3})?$" doc:"fund use rate in percent"`
	Name         string   `query:"name" maxLength:"60" doc:"part of the name"`
	USCC         string   `query:"uscc" maxLength:"18" doc:"beginning of the code"`
	Person       string   `query:"person" maxLength:"30" doc:"part of the name of somebody in charge"`
}

// Filter reads the filter. Errors: ErrBand.
func (q *FilterQuery) Filter() (f Filter, err error) {
	f = Filter{
		Division: q.Division, Industry: q.Industry, Line: q.Line, Colours: q.Colour, Sizes: q.Size, Open: q.Open, Overdue: q.Overdue, Majors: q.Majors, Missing: q.Missing,
		Silent: q.Silent, Inactive: q.Inactive, Must: q.Must, Signals: q.Signals, Levels: q.Level, GradeUntil: q.GradeUntil, Classes: q.Class,
		Name: q.Name, USCC: q.USCC, Person: q.Person, SortOrder: "standing",
	}
	for _, b := range []struct {
		name, text string
		into       **Band
	}{{"live", q.Live, &f.Live}, {"certificates", q.Certificates, &f.Certs}, {"funds", q.Funds, &f.Funds}} {
		if b.text == "" {
			continue
		}
		if *b.into = bandOf(b.text); *b.into == nil {
			return f, ErrBand.At("query." + b.name)
		}
	}
	return f, nil
}

// bandOf reads a range like 0-60; nil where it is none.
func bandOf(s string) *Band {
	from, until, _ := strings.Cut(s, "-")
	lo, err := strconv.ParseInt(from, 10, 32)
	hi, err2 := strconv.ParseInt(until, 10, 32)
	if err != nil || err2 != nil || lo > hi {
		return nil
	}
	return &Band{int32(lo), int32(hi)}
}

// listQuery is a page of the list.
type listQuery struct {
	FilterQuery
	Sort  string `query:"sort" maxLength:"20" pattern:"^-?[a-zA-Z]+(-[a-z]+)?$" default:"standing" doc:"standing, best, overdue, least-overdue, open, least-open, report, latest-report; within one county also name, uscc, person, town, industry, size, score, level, gradeUntil, live, class, majors, missing, certificates, funds, signals, must, activated, each turned round by a leading -"`
	Count bool   `query:"count" doc:"say how many there are in all, in the snapshot of the page"`
	page.Query
}

// BoardList is one page of the graded list.
type BoardList struct {
	page.List[RowView]
	Estimated bool `json:"estimated,omitempty" doc:"the count is an estimate"`
}

func (q *listQuery) filter() (Filter, error) {
	f, err := q.Filter()
	f.SortOrder = q.Sort
	return f, err
}
