// Package equipment keeps a company's machines, special equipment (特种设备), fire equipment
// (消防器材) and gas cylinders (气瓶), records what tests and inspections found, and counts for
// the authority how many presses (冲床) are tested in time.
package equipment

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Permissions of this module.
const (
	ActionRead   rbac.Action = "equipment.item.read"
	ActionWrite  rbac.Action = "equipment.item.write"
	ActionRecord rbac.Action = "equipment.test.record"
	ActionPress  rbac.Action = "equipment.press.read" // rates by area, for the authority
)

// Faults of this module.
var (
	// ErrFuture: the day has not come.
	ErrFuture = fault.New(fault.Invalid, "equipment.future")
	// ErrOrder: the next day lies before the last one.
	ErrOrder = fault.New(fault.Invalid, "equipment.order")
	// ErrThing: such a thing is not tested in this way.
	ErrThing = fault.New(fault.Invalid, "equipment.thing")
	// ErrFindings: a failed test says what was found.
	ErrFindings = fault.New(fault.Invalid, "equipment.findings")
	// ErrArea: the area lies outside one's own.
	ErrArea = fault.New(fault.Invalid, "equipment.area")
	// ErrNoLabels: nothing to print.
	ErrNoLabels = fault.New(fault.Invalid, "equipment.no-labels")
)

// Finding is what a failed test found, to be entered as a hazard.
type Finding struct {
	Ref         string // of the test: it is entered once
	Place       string
	PointID     id.Of[id.Point]
	Description string
	Category    string // of the hazard taxonomy
	Clause      string
	ByInstitute bool // found by somebody from outside
	OwnerID     id.Of[id.Staff]
}

// Service is what the rest of the program may ask about equipment.
type Service struct {
	Gate    *rbac.Gate
	BaseURL string // in QR codes
	// Raise enters a hazard; nil: none is entered.
	Raise func(ctx context.Context, tx db.Tx, scope rbac.Scope, f Finding) (id.Of[id.Hazard], error)
	// Due keeps what falls due; nil: nothing is kept.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Claim makes attachments belong to a test.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Firm is the company's name, for prints.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error)

	kinds *kept
}

// Thing is what may be tested.
type Thing string

// Things.
const (
	AMachine  Thing = "machine"
	ASpecial  Thing = "special"
	AFire     Thing = "fire"
	ACylinder Thing = "cylinder"
)

// Kinds of test.
const (
	FullTest = "test"    // of machines, special equipment and cylinders
	Check    = "check"   // of fire equipment, on the spot
	Repair   = "service" // of fire equipment, by a workshop
)

// page is where the things of a kind are on the desk.
func (t Thing) page() string {
	return map[Thing]string{AMachine: "/equipment/machines", ASpecial: "/equipment/special", AFire: "/equipment/fire", ACylinder: "/equipment/cylinders"}[t]
}

// tested is a row that tests are recorded of.
type tested interface {
	row() *register.Base
	label() (number, name string)
	where() (place string, point id.Of[id.Point])
	owner() id.Of[id.Staff]
	category() string // of a hazard it makes
	press() bool
	takes(kind string) bool
	// passed moves the dates; failed takes it out of use. Both leave a row alone that knows a later test.
	passed(kind string, on, next day.Date)
	failed(kind string, on day.Date)
	dates() map[string]any // columns that a test moves
	dues() []due.Item
	fields() [][2]string // of the printed card
}

// title names a row for people.
func title(t tested) string {
	number, name := t.label()
	if name == "" {
		return number
	}
	return name + " " + number
}

// after is the day that lies some months after another; zero where either is none.
func after(d day.Date, months int) day.Date {
	if d.IsZero() || months == 0 {
		return day.Date{}
	}
	return d.AddMonths(months)
}

// begun is the day since which a row that was never tested should have been.
func begun(b *register.Base, since day.Date, today day.Date) day.Date {
	switch {
	case !since.IsZero():
		return since
	case b.CreatedAt.IsZero():
		return today
	}
	return day.In(b.CreatedAt, day.Shanghai)
}

// past holds days against today. Errors: ErrFuture.
func past(today day.Date, days map[string]day.Date) error {
	for name, d := range days {
		if d.After(today) {
			return ErrFuture.At("body." + name)
		}
	}
	return nil
}
