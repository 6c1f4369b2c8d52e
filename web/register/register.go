// Package register serves the registers (台账) of a company: lists of one kind of row, such as
// machines, supplies or meetings. One struct with tags says all of a register: its columns in the
// database, its wire form and schema, its form and list on the screen, its Excel both ways and its
// print. What a register means, its rules and what follows from a row, is the module's that
// declares it.
//
// Tags of a field, beside json and huma's own (minLength, maxLength, enum, required, doc):
//
//	zh, en    titles; a field without them is not shown, only kept
//	also      other headings people use in Excel, comma separated
//	choice    "press=冲床/Press;shear=剪板机/Shear": words of the values of enum
//	note      "中文说明/English": how to fill it in
//	key       "1": part of the business key that finds the row of an Excel line without a hidden key
//	list      "1": a column of the list on the screen
//	filter    "1": the list can be filtered by it (choices, yes or no)
//	area      "1": long text
//	decimal   "2": digits behind the point of a number kept as text
//	name      field that keeps the name of the person, unit or point whose id this is
//	mine      "1": the person named sees the row, whatever his unit
//	readOnly  "true" (huma's): computed; shown and exported, never taken from a form or a file
package register

import (
	"context"
	"sync"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Faults of every register.
var (
	// ErrCompanyNeeded: whoever sees several companies says which one.
	ErrCompanyNeeded = fault.New(fault.Invalid, "register.company-needed")
	// ErrFilter: the register has no such filter.
	ErrFilter = fault.New(fault.Invalid, "register.filter")
	// ErrUnknown: the company has nobody or nothing of that name or id.
	ErrUnknown = fault.New(fault.Invalid, "register.unknown")
	// ErrAmbiguous: {count} are called that.
	ErrAmbiguous = fault.New(fault.Invalid, "register.ambiguous")
	// ErrBlank: a required field holds nothing but space.
	ErrBlank = fault.New(fault.Invalid, "register.blank")
	// ErrValue: not a number, an amount, a day or a time.
	ErrValue = fault.New(fault.Invalid, "register.value")
	// ErrReach: the row would lie outside the part of the company that one answers for.
	ErrReach = fault.New(fault.Invalid, "register.reach")
	// ErrTwice: the register has a row of this key already.
	ErrTwice = fault.New(fault.Conflict, "register.twice")
	// ErrEnded: the row has ended and stays as it is.
	ErrEnded = fault.New(fault.Conflict, "register.ended")
	// ErrEndDay: the end lies before today by more than a year, or in the future.
	ErrEndDay = fault.New(fault.Invalid, "register.end-day")
)

// Base is what every row has. Embed it first.
type Base struct {
	CompanyID     rbac.CompanyID `json:"companyId" readOnly:"true"`
	ID            id.Of[id.Row]  `json:"id" readOnly:"true"`
	RegionPath    string         `json:"-"`
	OversightLine int16          `json:"-"`
	UnitID        id.Of[id.Unit] `json:"unitId" required:"false" zh:"所属部门" en:"Unit" also:"部门,车间,班组,部门/车间,所在车间,使用部门,使用车间,责任部门" name:"UnitName"`
	UnitName      string         `json:"unitName" readOnly:"true"`
	Files         Files          `json:"files" required:"false" maxItems:"20" nullable:"false" doc:"attachments"`
	MadeBy        string         `json:"madeBy" readOnly:"true" doc:"name"`
	CreatedAt     time.Time      `json:"createdAt" readOnly:"true"`
	UpdatedAt     time.Time      `json:"updatedAt" readOnly:"true"`
	EndedOn       day.Date       `json:"endedOn" readOnly:"true" doc:"day the row ended: scrapped, given back, cancelled; empty: in use"`
	EndReason     string         `json:"endReason" readOnly:"true"`
}

func (b *Base) base() *Base { return b }

// Home is where what follows from the row belongs.
func (b *Base) Home() rbac.Home {
	return rbac.Home{CompanyID: b.CompanyID, RegionPath: b.RegionPath, Line: b.OversightLine}
}

// Files are the attachments of a row.
type Files []id.Of[id.Attachment]

// row is a pointer to a struct that embeds Base.
type row interface{ base() *Base }

func baseOf[T any](t *T) *Base { return any(t).(row).base() }

// Change is a row before and after; Was is nil for a new one.
type Change[T any] struct{ Was, Is *T }

// Kind is one register. T is a struct that embeds Base and is kept in a table of its own.
type Kind[T any] struct {
	Gate             *rbac.Gate
	Name             string // of imports and exports, e.g. "equipment-machine"; the table is equipment_machine
	Route            string // e.g. "/equipment/machines"
	TitleZh, TitleEn string
	Page             string // desk page, e.g. "/equipment/machines"; empty: Route
	Read, Write      rbac.Action
	Faults           []*fault.Error // that Check and Saved answer

	// Check holds a row against the module's rules and fills what is computed; was is nil for a
	// new row. A fault names its field: .At("body.name"). It runs for each line of an import, too,
	// as the job runner: it asks nothing of the database, and nothing of scope.Home.
	Check func(ctx context.Context, tx db.Tx, scope rbac.Scope, was, is *T) error
	// Saved does what follows from rows, in the transaction that kept them; after an import, as the
	// job runner: where it belongs is said by Base.Home, not by scope.
	Saved func(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []Change[T]) error
	// Due says what of a row falls due. Ref is filled in; items of an ended row end.
	Due func(t *T) []due.Item
	// Paper writes what the print of one row says below its fields; nil: lines to sign.
	Paper func(d *doc.Doc, t *T, l text.Lang)

	needs  *Needs
	fields func() []field
	once   sync.Once
}

// Named is somebody or something of a company that rows refer to.
type Named struct {
	ID   int64
	Name string
	Also []string // other words for it: employee number, phone, path of a unit
}

// Names returns those of a company with one of the ids, and those that one of the words means:
// exactly, by name or by another word for it.
type Names func(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []int64, words []string) ([]Named, error)

// Needs is what registers need of other modules.
type Needs struct {
	People, Units, Points Names
	// Claim makes attachments belong to a row.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Due keeps what falls due, for the company of home.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
}

// Use gives a register what it needs of others, before it serves.
func (k *Kind[T]) Use(n *Needs) { k.needs = n }

func (k *Kind[T]) all() []field {
	k.once.Do(func() {
		found := fieldsOf[T]()
		k.fields = func() []field { return found }
	})
	return k.fields()
}

func (k *Kind[T]) page() string {
	if k.Page != "" {
		return k.Page
	}
	return k.Route
}
