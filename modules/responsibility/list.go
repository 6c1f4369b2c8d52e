package responsibility

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// List is a published version of a company's matrix, frozen.
type List struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[List]
	RegionPath    string
	OversightLine int16
	Version       int
	Note          string
	Document      db.JSON[Sheet]
	Checksum      string // SHA-256 of the document, hex
	Posts         int
	Duties        int
	Cells         int
	PublishedAt   time.Time
	PublishedBy   *id.Of[id.Staff]
	PublishedName string
}

// newList freezes a sheet as the version after last.
func newList(home rbac.Home, a rbac.Actor, s Sheet, last int, note string, at time.Time) (List, error) {
	l := List{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Version: last + 1, Note: note, Document: db.JSON[Sheet]{V: s},
		Posts: len(s.Posts), Duties: len(s.Duties), Cells: len(s.Cells), PublishedAt: at, PublishedName: a.Name,
	}
	if a.StaffID != 0 {
		l.PublishedBy = &a.StaffID
	}
	b, err := json.Marshal(s)
	sum := sha256.Sum256(b)
	l.Checksum = hex.EncodeToString(sum[:])
	return l, err
}

// Posting says where a version hangs on site (公示), which the 2017 notice asks for.
type Posting struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Posting]
	RegionPath    string
	OversightLine int16
	ListID        id.Of[List]
	Place         string
	PostedOn      day.Date
	AttachmentIDs db.Ints
	ByName        string
	At            time.Time
}

// Coverage is what was not covered when it was last counted.
type Coverage struct {
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	CountedAt      time.Time
	Duties         int
	Posts          int
	PostsBare      int // without duties
	PostsVacant    int // held by nobody
	People         int
	PeopleUnplaced int      // on no post
	StatutoryOpen  db.Texts // items of arts 21 and 25 that nobody holds
	Items          int      // of the company's standard
	ItemsUncovered int      // that no post is responsible for
	DutiesIdle     *int     // never performed; nil: not measured
	ListVersion    int      // 0: none published
	PublishedAt    *time.Time
}
