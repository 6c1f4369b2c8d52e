package training

import (
	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/page"
)

// keepYears is how long a file is kept after its person has left; a choice of the platform (个人信息保护法 art. 19).
const keepYears = 3

// FileExam is an exam in a file.
type FileExam struct {
	SittingID int64
	StaffID   id.Of[id.Staff]
	Title     string
	On        day.Date
	Score     int // of 100
	Passed    bool
	TryNo     int
}

// FileCertificate is a certificate in a file. Its number is masked: it holds the identity number.
type FileCertificate struct {
	StaffID id.Of[id.Staff]
	Title   string
	Number  string
	FromOn  day.Date
	UntilOn day.Date
	Status  string // in words
}

// FileMove is a post that somebody held.
type FileMove struct {
	PostName string
	UnitName string
	Main     bool
	FromOn   day.Date
	UntilOn  day.Date
}

// FileSignIn is a session that somebody was at.
type FileSignIn struct {
	SessionID int64
	Title     string
	HeldOn    day.Date
	How       string
	Minutes   int
	Score     *int
	Passed    *bool
}

// FileRecord is training that counts for hours.
type FileRecord struct {
	HeldOn  day.Date
	Phase   string
	Level   string
	Title   string
	Minutes int
	Trainer string
	Source  string
	Score   *int
	Passed  *bool
}

// FileSum is the hours of a year in a phase.
type FileSum struct {
	Year    int
	Phase   string
	Minutes int
}

// sumsOf adds records up by year and phase, the latest first as they come. A level that is on a card and on the sheet of a session
// counts once, with the longer of the two.
func sumsOf(records []FileRecord) []FileSum {
	type part struct {
		FileSum
		level string
		card  bool
	}
	minutes, at, out := map[part]int{}, map[FileSum]int{}, []FileSum{}
	for _, r := range records {
		year := FileSum{Year: r.HeldOn.Year(), Phase: r.Phase}
		if _, ok := at[year]; !ok {
			at[year], out = len(out), append(out, year)
		}
		mine := part{year, r.Level, r.Source == sourceCard}
		other := part{year, r.Level, !mine.card}
		before := max(minutes[mine], minutes[other])
		minutes[mine] += r.Minutes
		if r.Level == "" {
			before, minutes[other] = minutes[mine]-r.Minutes, 0
		}
		out[at[year]].Minutes += max(minutes[mine], minutes[other]) - before
	}
	return out
}

// FileFilter says which files to list.
type FileFilter struct {
	page.Query
	Active string         `query:"active" enum:"active,left,all" default:"active"`
	UnitID id.Of[id.Unit] `query:"unitId" doc:"with the units below"`
	Words  string         `query:"words" maxLength:"40" doc:"part of the name, or the whole employee number"`
	Gaps   bool           `query:"gaps" doc:"only those with something missing"`
}

// FileRow is a person's file in the list.
type FileRow struct {
	StaffID     id.Of[id.Staff]
	Name        string
	EmployeeNo  string
	UnitName    string
	PostName    string
	JoinedOn    day.Date
	LeftOn      day.Date
	CardState   string // of the newest card; empty: has none
	Initial     bool   // education before work on record, by a card or otherwise
	YearMinutes int    // of this year
	LastOn      day.Date
	Exams       int // passed
}

// gaps says what a file misses: initial, year.
func (r FileRow) gaps() []string {
	out := []string{}
	if !r.Initial {
		out = append(out, "initial")
	}
	if r.YearMinutes == 0 && r.LeftOn.IsZero() {
		out = append(out, "year")
	}
	return out
}

// keepUntil is until when the file of somebody who left is kept; zero: he works here.
func keepUntil(left day.Date) day.Date {
	if left.IsZero() {
		return day.Date{}
	}
	return left.AddYears(keepYears)
}
