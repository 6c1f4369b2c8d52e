// Package archive hands a company all of its data (数据导出): a ZIP with a file of JSON lines for every table that the company
// may read, the attachments, and a manifest that sha256sum -c reads.
//
// It is read with the rights of whoever ordered it, through row security: what the database does not show a company
// is not in it. Which tables of companies are not, and why, says Left; a test holds it against the database.
//
// Sources: Personal Information Protection Law (个人信息保护法, 2021) art. 45 and Data Security Law (数据安全法, 2021) do
// not ask for it in this form; a contract with a customer commonly does. Days and sizes are the platform's choice.
package archive

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Limits of an export.
const (
	maxBytes  = 16 << 30 // of the finished file
	keptDays  = 7        // the file is there for so long
	pageRows  = 1000     // read at a time
	pageFiles = 100
	pieceRows = 10_000           // of one piece, after which a killed worker's follower goes on
	lookEvery = 25               // files between two notes of progress
	stalled   = 30 * time.Minute // an export that has not moved for so long does not stop the next one
)

// Faults.
var (
	ErrBusy     = fault.New(fault.Conflict, "archive.busy")
	ErrState    = fault.New(fault.Conflict, "archive.not-done")
	ErrGone     = fault.New(fault.NotFound, "archive.gone")
	ErrTooLarge = fault.New(fault.TooLarge, "archive.too-large")
	// ErrPlain: sealed values are opened only for who may see each of them.
	ErrPlain = fault.New(fault.Forbidden, "archive.plain")
	// ErrRevoked: who ordered it lost the rights while it was being written.
	ErrRevoked = fault.New(fault.Forbidden, "archive.revoked")
	// errStalled: it stood still and was given up.
	errStalled = fault.New(fault.Unavailable, "archive.stalled")
)

// Status is what became of an export.
type Status string

// Statuses.
const (
	Writing Status = "writing" // waits for its turn or is being written
	Done    Status = "done"
	Failed  Status = "failed"
)

// stageFiles is the stage in which the file is put together.
const stageFiles = "files"

// Bundle is one export.
type Bundle struct {
	CompanyID    rbac.CompanyID
	ID           id.Of[id.Archive]
	Plain        bool // sealed values are opened in it
	Status       Status
	Stage        string // table being read
	Run          int64  // counts tries: a worker of an earlier one does nothing
	Done         int64  // rows read so far
	Files        int64  // in the finished file
	FileName     string
	FileSize     int64
	SHA256       string
	BlobKey      string // empty once the file is gone
	FaultCode    string
	MembershipID id.Of[id.Membership]
	MadePersonID id.Of[id.Person]
	MadeBy       string
	MadeAt       time.Time
	TouchedAt    time.Time
	FinishedAt   *time.Time
	KeptUntil    day.Date
}

// Piece is some thousand rows of one table, kept until the export is whole.
type Piece struct {
	CompanyID rbac.CompanyID
	ArchiveID id.Of[id.Archive]
	N         int
	Table     string `gorm:"column:table_name"`
	FromKey   string // read behind this key; empty: from the beginning
	NextKey   string // the next begins behind this key; empty: the table is at its end
	Rows      int64
	Bytes     int64
	BlobKey   string
	Done      bool
}

// trail is what the audit trail keeps of an export.
type trail struct {
	Status   Status
	Plain    bool
	FileName string
	Done     int64
	Files    int64
	SHA256   string
}

func (b Bundle) trail() trail {
	return trail{b.Status, b.Plain, b.FileName, b.Done, b.Files, b.SHA256}
}

// Sealed is a column whose values kit/seal has sealed. Action lets somebody see them; empty: nobody is shown them.
type Sealed struct {
	Table  string
	Column string
	Label  string
	Action rbac.Action
}

// Left are the tables of companies that no export holds, and why.
var Left = map[string]string{
	"account_pass":         "links and codes that let people in",
	"account_session":      "sessions, each person's own",
	"activation_slip":      "codes that let people in",
	"archive_piece":        "exports being written",
	"due_digest":           "the program's own",
	"grading_objection":    "said to the authority in confidence",
	"hazard_direct":        "said to the authority past the company",
	"inspection_uncounted": "the program's own",
	"instrument_call":      "the authority's own",
	"livescore_wait":       "the program's own",
	"notice":               "messages, each person's own",
	"notice_delivery":      "messages, each person's own",
	"oversight_board":      "the authority's own",
	"oversight_bulk_row":   "the authority's own",
	"patrol_handed":        "the authority's own",
	"proof_tally":          "the program's own",
	"sync_change":          "keys of rows that changed, for systems that keep a copy",
	"visit_pick":           "the authority's own: a visit may come unannounced",
}

// columnsLeft are columns that no export holds of tables that it does.
var columnsLeft = map[string]bool{
	"audit_entry.address":                  true, // where an official sat who looked
	"training_card_setting.register_token": true, // lets newcomers in
	"training_session.token":               true, // lets people sign in to a course
}

// bytesShown are the columns of bytes that are no secret: hashes of contents, signatures, pictures. They are written in
// hexadecimal; other bytes, hashes of links and blind indexes, are not.
var bytesShown = map[string]bool{
	"attachment.sha256": true, "attachment_upload.sha256": true, "hazard_outside.signature": true, "hazard_plan.image_hash": true, "hazard_plan.text_hash": true,
	"inspection_check.content_hash": true, "letter.text_hash": true, "letter_signature.hash": true, "letter_signature.image_hash": true, "letter_signature.text_hash": true,
	"missive.content_hash": true, "proof.display_sha256": true, "proof.sha256": true, "proof.signature": true, "training_card_level.trainee_strokes": true,
	"training_card_level.trainer_strokes": true, "training_newcomer.photo": true, "training_newcomer.strokes": true,
}
