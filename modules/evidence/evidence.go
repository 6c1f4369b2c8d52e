// Package evidence puts together, for whoever comes to inspect (迎检资料包), what a company recorded in a
// period: lists as Excel, photos before and after, reports and forms, with an index and a SHA-256
// manifest that sha256sum -c reads. The job runner writes it, with the rights its maker has while
// it is written; nothing is in it that he could not open himself.
//
// Sources: Work Safety Law (安全生产法, 2021) arts 41 and 46 (records of hazards and checks are kept), art. 66
// (a company cooperates with inspection). Which chapters there are is the platform's choice.
package evidence

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Limits of a package.
const (
	maxBytes  = 2 << 30 // of the finished file
	maxFiles  = 20_000
	maxRows   = 200_000 // of one list
	maxDays   = 1100    // of a period chosen freely: three years
	keptDays  = 30      // the file is there for so long
	pageRows  = 1000    // read at a time
	pageFiles = 100
	lookEvery = 25               // files between two notes of progress
	stalled   = 30 * time.Minute // a package that has not moved for so long does not stop the next one
)

// Faults.
var (
	ErrPeriod   = fault.New(fault.Invalid, "evidence.period")
	ErrChapter  = fault.New(fault.Invalid, "evidence.chapter")
	ErrBusy     = fault.New(fault.Conflict, "evidence.busy")
	ErrState    = fault.New(fault.Conflict, "evidence.not-done")
	ErrGone     = fault.New(fault.NotFound, "evidence.gone")
	ErrTooLarge = fault.New(fault.TooLarge, "evidence.too-large")
	// ErrRevoked: the maker lost the rights while it was being written.
	ErrRevoked = fault.New(fault.Forbidden, "evidence.revoked")
	// errStalled: it stood still and was given up.
	errStalled = fault.New(fault.Unavailable, "evidence.stalled")
)

// Status is what became of a package.
type Status string

// Statuses.
const (
	Writing Status = "writing" // waits for its turn or is being written
	Done    Status = "done"
	Failed  Status = "failed"
)

// Bundle is one package.
type Bundle struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Bundle]
	RegionPath    string
	OversightLine int16
	Period        string // 2026-08, 2026-Q3, 2026; empty: chosen freely
	FromOn        day.Date
	UntilOn       day.Date
	Chapters      db.Texts
	Status        Status
	Stage         string // chapter being written
	Run           int64  // counts tries: a worker of an earlier one does nothing
	Done          int64  // rows and files written so far
	Files         int64  // in the finished package
	FileName      string
	FileSize      int64
	SHA256        string
	BlobKey       string // empty once the file is gone
	FaultCode     string
	MembershipID  id.Of[id.Membership]
	MadePersonID  id.Of[id.Person]
	MadeBy        string
	MadeAt        time.Time
	TouchedAt     time.Time
	FinishedAt    *time.Time
	KeptUntil     day.Date
}

// trail is what the audit trail keeps of a package.
type trail struct {
	Status   Status
	FileName string
	Files    int64
	SHA256   string
}

func (b Bundle) trail() trail { return trail{b.Status, b.FileName, b.Files, b.SHA256} }

// span returns what a package is about.
func (b Bundle) span() Span { return Span{b.Period, b.FromOn, b.UntilOn} }

// Span is the time a package is about, both days inclusive.
type Span struct {
	Key   string // 2026-08, 2026-Q3, 2026; empty: chosen freely
	From  day.Date
	Until day.Date
}

// Name is how the span is called in the name of the file.
func (s Span) Name() string {
	if s.Key != "" {
		return s.Key
	}
	return s.From.String() + "至" + s.Until.String()
}

// spanOf reads a period, or the days chosen where it is empty. Errors: ErrPeriod.
func spanOf(period string, from, until day.Date) (Span, error) {
	if period == "" {
		if from.IsZero() || until.IsZero() || until.Before(from) || until.DaysSince(from) > maxDays {
			return Span{}, ErrPeriod.At("body.until")
		}
		return Span{"", from, until}, nil
	}
	var y, n int
	for _, try := range []struct {
		format string
		months int
	}{{"%04d-Q%d", 3}, {"%04d-%02d", 1}, {"%04d", 12}} {
		n = 1
		if try.months == 12 {
			if _, err := fmt.Sscanf(period, try.format, &y); err != nil {
				continue
			}
		} else if _, err := fmt.Sscanf(period, try.format, &y, &n); err != nil {
			continue
		}
		if y < 2000 || y > 2200 || n < 1 || n*try.months > 12 {
			continue
		}
		first := day.Of(y, time.Month((n-1)*try.months+1), 1)
		key := fmt.Sprintf(try.format, y, n)
		if try.months == 12 {
			key = fmt.Sprintf(try.format, y)
		}
		if key == period {
			return Span{period, first, first.AddMonths(try.months).AddDays(-1)}, nil
		}
	}
	return Span{}, ErrPeriod.At("body.period")
}
