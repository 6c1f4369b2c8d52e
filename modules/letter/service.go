package letter

import (
	"context"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRounds  rbac.Action = "letter.round.list" // figures only
	ActionMake    rbac.Action = "letter.round.make"
	ActionSend    rbac.Action = "letter.round.send"
	ActionList    rbac.Action = "letter.letter.list" // those of one's part of the company
	ActionRead    rbac.Action = "letter.letter.read" // one's own
	ActionSign    rbac.Action = "letter.letter.sign"
	ActionArrange rbac.Action = "letter.letter.arrange"
	ActionPrint   rbac.Action = "letter.letter.print"
	ActionFile    rbac.Action = "letter.scan.file"
)

// What this module needs of others. Each works within the caller's transaction.
type (
	// Tree returns how a company is organised on a day.
	Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)
	// Duties returns what posts answer for on a day, and the version of the company's list.
	Duties func(ctx context.Context, tx db.Tx, company rbac.CompanyID, posts []id.Of[id.Post], on day.Date) (map[id.Of[id.Post]][]Duty, int, error)
	// Firm returns the company's name.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)
	// Claim ties files the actor has uploaded to an object of this module.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Files tells what is known of files of a company; who does not exist is missing.
	Files func(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]File, error)
	// Tell writes messages. One whose Key was used before is not written again.
	Tell func(ctx context.Context, tx db.Tx, notes []Note) error
	// Withdraw takes back unread messages about an object.
	Withdraw func(ctx context.Context, tx db.Tx, company rbac.CompanyID, noun string, object int64) error
)

// Duty is one duty of a post, as its letter lists it.
type Duty struct {
	Text      string
	Basis     string
	Frequency string // per_shift, daily, … yearly, event
	Kind      string // main, direct, lead, supervise
	Score     int    // hundredths of a point
}

// File is an uploaded picture.
type File struct {
	SHA256  []byte // of the original
	Key     string // of the original, in the blob store
	Display string // of the copy that is shown; empty: not a picture
}

// Note is a message to one person.
type Note struct {
	Person    id.Of[id.Person]
	CompanyID rbac.CompanyID
	Noun      string
	Object    int64
	Code      string
	Params    map[string]string
	Key       string
}

// Service is what the rest of the program may ask about letters.
type Service struct {
	Gate     *rbac.Gate
	Blobs    blob.Store
	Tree     Tree
	Duties   Duties
	Firm     Firm
	Claim    Claim
	Files    Files
	Tell     Tell
	Withdraw Withdraw
	// Touch says, in the same transaction, that letters of a company were signed; nil: to nobody.
	Touch func(ctx context.Context, tx db.Tx, company rbac.CompanyID) error
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// people counts who signs a letter: everybody on a post, the top too, who signs as superior.
func people(t org.Tree) int {
	seen := map[id.Of[id.Staff]]bool{}
	for _, h := range t.Holders {
		seen[h.StaffID] = true
	}
	return len(seen)
}
