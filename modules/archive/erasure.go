package archive

import (
	"fmt"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of erasing.
var (
	// ErrExportFirst: nothing is erased of which the company holds no copy.
	ErrExportFirst = fault.New(fault.Conflict, "archive.export-first")
	ErrOpen        = fault.New(fault.Conflict, "archive.erasure-open")
	ErrSettled     = fault.New(fault.Conflict, "archive.erasure-settled")
	// ErrName: the company's name was not typed as it is.
	ErrName = fault.New(fault.Invalid, "archive.erasure-name")
	// ErrAnswer: who refuses or stops says why.
	ErrAnswer = fault.New(fault.Invalid, "archive.erasure-answer")
)

// ErasureState is how far the erasure of a company's data is.
type ErasureState string

// States of an erasure.
const (
	Asked     ErasureState = "asked"     // the platform decides
	Refused   ErasureState = "refused"   // by the platform
	Withdrawn ErasureState = "withdrawn" // by the company
	Agreed    ErasureState = "agreed"    // waits for its day
	Stopped   ErasureState = "stopped"   // by the platform, while it waited
	Erasing   ErasureState = "erasing"
	Kept      ErasureState = "kept" // what law asks to keep is still there
	Erased    ErasureState = "done"
)

// Group is what the platform's list is read by.
type Group string

// Groups.
const (
	GroupOpen    Group = "open"
	GroupWaiting Group = "waiting"
	GroupRunning Group = "running"
	GroupSettled Group = "settled"
)

var groups = map[Group][]string{
	GroupOpen: {string(Asked)}, GroupWaiting: {string(Agreed)}, GroupRunning: {string(Erasing), string(Kept)},
	GroupSettled: {string(Refused), string(Withdrawn), string(Stopped), string(Erased)},
}

// Erasure is a request to erase a company's data, and what became of it.
type Erasure struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Erasure]
	CompanyName   string
	CompanyCode   string
	State         ErasureState
	Reason        string
	BundleID      id.Of[id.Archive]
	BundleHash    string
	AskedPersonID id.Of[id.Person]
	AskedBy       string
	AskedAt       time.Time
	Answer        string
	AnsweredBy    string
	AnsweredAt    *time.Time
	EraseOn       day.Date // the first day on which it may begin
	EndedNote     string
	EndedBy       string
	EndedAt       *time.Time
	BegunOn       day.Date
	LookedOn      day.Date
	NextOn        day.Date // when something kept may go
	Stage         string   // the table it is at
	Run           int64    // counts tries: a worker of an earlier one does nothing
	Erased        int64    // rows
	Files         int64
	Kept          int64
	Version       string
	DoneAt        *time.Time
}

// Tally is what became of one table.
type Tally struct {
	Table  string `gorm:"column:table_name"`
	Erased int64
	Kept   int64
}

// ErasedTable is a tally where it is kept.
type ErasedTable struct {
	CompanyID rbac.CompanyID
	ErasureID id.Of[id.Erasure]
	Tally     `gorm:"embedded"`
}

// erasureTrail is what the audit trail keeps of an erasure.
type erasureTrail struct {
	State    ErasureState
	Reason   string
	Answer   string
	Note     string
	BundleID id.Of[id.Archive]
	EraseOn  day.Date
	BegunOn  day.Date
	NextOn   day.Date
	Erased   int64
	Files    int64
	Kept     int64
	Version  string
	// What was erased of each table. The trail keeps 2,000 characters of a value, hence several.
	Tables, TablesOn, TablesFurther, TablesLast string
}

// list says what was erased of each table.
func (t *erasureTrail) list(tables []Tally) {
	out := []*string{&t.Tables, &t.TablesOn, &t.TablesFurther, &t.TablesLast}
	for _, one := range tables {
		if one.Erased == 0 {
			continue
		}
		if line := fmt.Sprintf("%s %d; ", one.Table, one.Erased); len(out) > 1 && len(*out[0])+len(line) > 1900 {
			out = out[1:]
			*out[0] += line
		} else {
			*out[0] += line
		}
	}
}

func (e Erasure) trail() erasureTrail {
	return erasureTrail{
		State: e.State, Reason: e.Reason, Answer: e.Answer, Note: e.EndedNote, BundleID: e.BundleID, EraseOn: e.EraseOn, BegunOn: e.BegunOn, NextOn: e.NextOn,
		Erased: e.Erased, Files: e.Files, Kept: e.Kept, Version: e.Version,
	}
}

// may refuses a step that the state does not allow. Errors: ErrSettled.
func (e Erasure) may(states ...ErasureState) error {
	if !slices.Contains(states, e.State) {
		return ErrSettled
	}
	return nil
}

// due reports whether the job has something to do today.
func (e Erasure) due(today day.Date) bool {
	switch e.State {
	case Agreed:
		return !today.Before(e.EraseOn)
	case Erasing:
		return true
	case Kept: // a job of another module may have written meanwhile
		return (!e.NextOn.IsZero() && !today.Before(e.NextOn)) || !today.Before(e.LookedOn.AddDays(lookAgain))
	case Asked, Refused, Withdrawn, Stopped, Erased:
	}
	return false
}

// lookAgain is after how many days a company that is erased but for what is kept is looked at again.
const lookAgain = 30
