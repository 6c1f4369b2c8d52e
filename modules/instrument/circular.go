package instrument

import (
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Circular is a notice to many companies and offices (通知).
type Circular struct {
	ID               id.Of[id.Circular]
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	Title            string
	Body             string
	ReplyAsked       bool
	ReplyBy          day.Date
	Audience         db.JSON[Audience]
	Recipients       int32
	SentAt           time.Time
	SentBy           string
	PersonID         id.Of[id.Person]
	WithdrawnAt      *time.Time
	RemindedAt       *time.Time
	Reminders        int32
}

// Audience says whom a notice is for: the companies that a filter of the graded list leaves, named companies, and offices.
type Audience struct {
	Filters   map[string][]string      `json:"filters,omitempty" required:"false" doc:"of the graded list, e.g. {division: [330784105], colour: [1]}; {} every company overseen; left out: none by filter"`
	Companies []rbac.CompanyID         `json:"companies,omitempty" required:"false" maxItems:"2000"`
	Offices   []id.Of[id.Organisation] `json:"offices,omitempty" required:"false" maxItems:"500"`
}

// Announced is a notice to be sent.
type Announced struct {
	Title      string   `json:"title" minLength:"1" maxLength:"200"`
	Body       string   `json:"body" minLength:"1" maxLength:"8000"`
	ReplyAsked bool     `json:"replyAsked,omitempty" required:"false"`
	ReplyBy    day.Date `json:"replyBy,omitempty" required:"false" doc:"last day of the reply; empty: none is set"`
	Audience   Audience `json:"audience"`
}

// check tidies the words. Errors: ErrBlank, ErrReplyDay.
func (a *Announced) check(today day.Date) error {
	trimmed(&a.Title, &a.Body)
	switch {
	case a.Title == "":
		return ErrBlank.At("body.title")
	case a.Body == "":
		return ErrBlank.At("body.body")
	case !a.ReplyBy.IsZero() && (!a.ReplyAsked || a.ReplyBy.Before(today)):
		return ErrReplyDay.At("body.replyBy")
	}
	return nil
}

// Receipt is how one recipient stands with a notice.
type Receipt struct {
	ID             id.Of[Receipt]
	CircularID     id.Of[id.Circular]
	OrganisationID id.Of[id.Organisation] // who wrote the notice
	CompanyID      *rbac.CompanyID
	OfficeID       *id.Of[id.Organisation]
	Recipient      string
	RegionPath     string
	OversightLine  int16
	ReadAt         *time.Time
	ReadBy         string
	RepliedAt      *time.Time
	RepliedBy      string
	Reply          string
	Files          db.Ints
	Reminders      int32
	RemindedAt     *time.Time
}

// most is how many companies one notice reaches at most; a larger area sends it by its parts.
const most = 100_000

// batch is how many recipients one job writes.
const batch = 500

// answer is the reply of a recipient. Errors: ErrNotAsked, ErrBlank, ErrFiles.
func (r *Receipt) answer(c Circular, w Said, by rbac.Actor, now time.Time) error {
	w.Note = strings.TrimSpace(w.Note)
	switch {
	case !c.ReplyAsked:
		return ErrNotAsked
	case w.Note == "":
		return ErrBlank.At("body.note")
	case len(w.Files) > 0 && r.CompanyID == nil:
		return ErrFiles.At("body.files")
	}
	r.read(by, now)
	r.RepliedAt, r.RepliedBy, r.Reply, r.Files = &now, by.Name, w.Note, ints(w.Files)
	return nil
}

// read notes who opened the notice first.
func (r *Receipt) read(by rbac.Actor, now time.Time) {
	if r.ReadAt == nil {
		r.ReadAt, r.ReadBy = &now, by.Name
	}
}
