// Package transfer carries lists into the program and out of it in the background. In: a file is
// uploaded, read and checked row by row, shown as a preview, and saved in batches when its maker
// says so. Out: the list on the screen is read page by page under its maker's own rights and
// written as a workbook. What a list means is the business of the noun that registers an
// Importer or an Exporter.
package transfer

import (
	"context"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Sizes of the steps a list is worked off in, in rows.
const (
	checkBatch = 1000
	saveBatch  = 2000
	keepDays   = 30 // a file and its rows are kept this long
)

// Faults of this module.
var (
	// ErrKind: no list of this kind can be imported.
	ErrKind = fault.New(fault.NotFound, "transfer.kind")
	// ErrState: the import is at another stage; read it again.
	ErrState = fault.New(fault.Conflict, "transfer.state")
	// ErrIncomplete: the mapping leaves the required {columns} open.
	ErrIncomplete = fault.New(fault.Invalid, "transfer.incomplete")
	// ErrGone: the file is no longer kept.
	ErrGone = fault.New(fault.NotFound, "transfer.gone")
	// errDuplicate: the same thing stands in row {row} already.
	errDuplicate = fault.New(fault.Invalid, "transfer.duplicate")
)

// Direction is which way a list goes.
type Direction string

// Directions.
const (
	Import Direction = "import"
	Export Direction = "export"
)

// Status is the stage of a transfer.
type Status string

// Stages in their order; an import goes from Mapping or Checking, an export from Writing.
// Failed ends a file that cannot be read, and an export that may not go on.
const (
	Mapping  Status = "mapping"  // waits to be told which column is which
	Checking Status = "checking" // rows are being read
	Ready    Status = "ready"    // the preview may be looked at and saved
	Saving   Status = "saving"
	Writing  Status = "writing" // an export is waiting for its turn or being written
	Done     Status = "done"
	Failed   Status = "failed"
)

// Verdict is what saving a row does.
type Verdict string

// Verdicts. An Importer returns New, Changed or Same as text.
const (
	Bad     Verdict = "bad"
	New     Verdict = "new"
	Changed Verdict = "changed"
	Same    Verdict = "same"
)

// Check looks at rows in the name of a, notes what is wrong in their Faults and returns a
// verdict a row; the verdict of a row with a fault is ignored. It runs as the job runner.
type Check func(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error)

// Importer is what a noun says of one kind of list.
type Importer struct {
	Kind     string                   // e.g. "company-roster"
	Action   rbac.Action              // who may import it
	Columns  func() []sheet.Column    // of the list
	Sample   func() map[string]string // row shown in the template
	Identity func(sheet.Row) string   // equal for rows about the same thing; "" for rows that may repeat
	Check    Check                    // for the preview
	Save     Check                    // the same, and saves what is good; saving twice changes nothing
}

// Blobs keeps the files; kit/blob's stores do.
type Blobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Delete(ctx context.Context, key string) error
}

// Transfer is one import or export.
type Transfer struct {
	ID             id.Of[id.Transfer]
	Direction      Direction
	OrganisationID *id.Of[id.Organisation] // whose it is: an organisation's …
	CompanyID      *rbac.CompanyID         // … or a company's, or both for a service agency at work
	Kind           string
	Status         Status
	FileName       string
	FileSize       int64  // bytes
	BlobKey        string // empty once the file is gone
	Headers        db.Texts
	Signature      string // of the heading
	Mapping        db.JSON[sheet.Mapping]
	Filters        db.JSON[Filters]    // of an export
	Columns        db.Texts            // of an export, in their order; empty: all of the list
	Maker          db.JSON[rbac.Actor] // in whose name the rows are saved, or read
	MembershipID   id.Of[id.Membership]
	Lang           text.Lang
	Run            int // counts checks, or tries at an export: a job of an earlier one does nothing
	CursorRow      int // last row saved
	Total          int // rows read; of an export, written in all once it is done
	Failed         int // rows with a fault
	Fresh          int // rows that make something new
	Changed        int
	Unchanged      int
	Done           int    // rows behind the running stage
	FaultCode      string // why the whole failed
	CreatedBy      id.Of[id.Person]
	CreatedAt      time.Time
	TouchedAt      time.Time // when it moved last
	FinishedAt     *time.Time
}

// Row is one line of the file.
type Row struct {
	TransferID     id.Of[id.Transfer]
	Number         int // as Excel shows it
	OrganisationID *id.Of[id.Organisation]
	CompanyID      *rbac.CompanyID
	Cells          db.JSON[map[string]string]
	Faults         db.JSON[[]sheet.CellFault]
	Verdict        Verdict
}

// Remembered is where the columns of files with one heading are.
type Remembered struct {
	ID             int64
	OrganisationID *id.Of[id.Organisation]
	CompanyID      *rbac.CompanyID
	Kind           string
	Signature      string
	Mapping        db.JSON[sheet.Mapping]
	UsedAt         time.Time
}

// trail is what the audit trail keeps of a transfer.
type trail struct {
	Kind, FileName                   string
	Status                           Status
	Total, Failed                    int
	Fresh, ChangedRows, UnchangedRow int
}

func (t Transfer) trail() trail {
	return trail{t.Kind, t.FileName, t.Status, t.Total, t.Failed, t.Fresh, t.Changed, t.Unchanged}
}

// owner returns whose transfers a starts. Errors: rbac.ErrForbidden for those who have none.
func owner(a rbac.Actor) (org *id.Of[id.Organisation], company *rbac.CompanyID, err error) {
	switch {
	case a.Kind == rbac.Company && a.CompanyID != 0:
		return nil, &a.CompanyID, nil
	case a.Kind == rbac.Service && a.CompanyID != 0 && a.OrganisationID != 0:
		return &a.OrganisationID, &a.CompanyID, nil
	case a.Kind == rbac.Regulator && a.OrganisationID != 0:
		return &a.OrganisationID, nil, nil
	}
	return nil, nil, rbac.ErrForbidden
}

// company returns the company concerned, 0 for an organisation's own transfer.
func (t Transfer) company() rbac.CompanyID {
	if t.CompanyID == nil {
		return 0
	}
	return *t.CompanyID
}

// ready is the message that its file can be fetched.
func (t Transfer) ready() Note {
	n := Note{CompanyID: t.company(), TransferID: t.ID, Person: t.CreatedBy, Code: "transfer.note-done", Params: map[string]string{"file": t.FileName, "rows": itoa(t.Done)}}
	if t.OrganisationID != nil {
		n.OfficeID = *t.OrganisationID
	}
	return n
}

// cleanName makes the name a file came with fit to be kept and shown.
func cleanName(s string) string {
	s = strings.ToValidUTF8(path.Base(strings.ReplaceAll(s, `\`, "/")), "")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		s = string(r[len(r)-200:])
	}
	return s
}

// duplicates notes a fault in each row that is about the same thing as an earlier one; seen
// remembers identities over batches.
func duplicates(imp Importer, seen map[string]int, rows []sheet.Row, column string) {
	for i, r := range rows {
		key := imp.Identity(r)
		if key == "" {
			continue
		}
		if first, twice := seen[key]; twice {
			f := sheet.CellFault{Row: r.Number, Column: column, Code: errDuplicate.Code, Params: fault.Params{"row": itoa(first)}}
			rows[i].Faults = append(rows[i].Faults, f)
			continue
		}
		seen[key] = r.Number
	}
}
