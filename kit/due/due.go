// Package due is the shape in which modules hand around what falls due (到期事项): a test, an
// inspection, a review. One module keeps the items and reminds of them.
package due

import (
	"anbiao/kit/day"
	"anbiao/kit/id"
)

// Item is one thing of a company that is to be done by a day.
type Item struct {
	Kind    string          // noun.what, e.g. equipment.test
	Ref     int64           // id of the row it is about; one item per Kind and Ref
	Title   string          // what it is about, e.g. the machine's name and number
	On      day.Date        // zero: it is settled, the item ends
	OwnerID id.Of[id.Staff] // who sees to it; zero: the safety managers alone
	UnitID  id.Of[id.Unit]  // whose it is; zero: the company's
	Before  []int           // days before On to remind; nil: 30, 7 and 0
	Path    string          // desk page, e.g. /equipment/machines?id=42
}
