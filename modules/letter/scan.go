package letter

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of scans.
var (
	ErrNoFile     = fault.New(fault.Invalid, "letter.no-file")
	ErrFileType   = fault.New(fault.Unsupported, "letter.file-type")
	ErrSignedOn   = fault.New(fault.Invalid, "letter.signed-on")
	ErrReading    = fault.New(fault.Conflict, "letter.still-reading")
	ErrPageNumber = fault.New(fault.Invalid, "letter.page-number")
	ErrFiled      = fault.New(fault.Conflict, "letter.filed-already")
	ErrOtherRound = fault.New(fault.Conflict, "letter.other-round")
)

// States of a scan.
const (
	reading = "reading"
	done    = "done"
	failed  = "failed"
)

// Source is one file of a scan.
type Source struct {
	Name string `json:"name"`
	Key  string `json:"key"` // in the blob store
	Type string `json:"type"`
}

// Scan is one bundle of signed paper that was scanned.
type Scan struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Scan]
	RegionPath    string
	OversightLine int16
	RoundID       id.Of[Round]
	Files         db.JSON[[]Source]
	SignedOn      day.Date
	State         string
	FaultCode     string
	Pages         int
	Filed         int
	PersonID      id.Of[id.Person]
	UploadedName  string
	UploadedAt    time.Time
}

// Why a page was not filed. Empty where it was, or where somebody has put it aside.
const (
	noPicture   = "no-picture"
	noCode      = "no-code"
	unknownCode = "unknown-code" // no letter of this round
	overCode    = "superseded"   // of a letter that is no longer in force
	putAside    = "put-aside"
)

// Page is one scanned side.
type Page struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Page]
	RegionPath    string
	OversightLine int16
	ScanID        id.Of[Scan]
	N             int
	BlobKey       string
	LetterID      *id.Of[id.Letter]
	Page          *int
	OfPages       *int
	ByHand        bool
	Problem       string
}

// put makes a page part of a letter.
func (p *Page) put(l id.Of[id.Letter], page, of int) {
	p.LetterID, p.Page, p.OfPages, p.Problem = &l, &page, &of, ""
}

// keyOf is where the picture of a page lies.
func (s Scan) keyOf(n int) string { return fmt.Sprintf("letter/%s/%s/%d.jpg", s.CompanyID, s.ID, n) }

// lacking lists which pages of each letter are missing; a letter of which nothing is missing
// has an empty list.
func lacking(pages []Page) map[id.Of[id.Letter]][]int {
	have, of := map[id.Of[id.Letter]]map[int]bool{}, map[id.Of[id.Letter]]int{}
	for _, p := range pages {
		if p.LetterID == nil {
			continue
		}
		if have[*p.LetterID] == nil {
			have[*p.LetterID] = map[int]bool{}
		}
		have[*p.LetterID][*p.Page] = true
		of[*p.LetterID] = max(of[*p.LetterID], *p.OfPages)
	}
	out := map[id.Of[id.Letter]][]int{}
	for l, pages := range have {
		out[l] = []int{}
		for n := 1; n <= of[l]; n++ {
			if !pages[n] {
				out[l] = append(out[l], n)
			}
		}
	}
	return out
}
