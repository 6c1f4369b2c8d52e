package visit

import (
	"context"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionPlans    rbac.Action = "visit.plan.list"
	ActionPlan     rbac.Action = "visit.plan.make"
	ActionApprove  rbac.Action = "visit.plan.approve"
	ActionList     rbac.Action = "visit.task.list"      // a company those it may see
	ActionWork     rbac.Action = "visit.task.work"      // regulators: make, go, write down, close
	ActionReceive  rbac.Action = "visit.task.receive"   // the company's
	ActionSummary  rbac.Action = "visit.summary.read"   // what unannounced visits of a month found
	ActionOrders   rbac.Action = "visit.order.list"     // of both sides
	ActionRegister rbac.Action = "visit.order.register" // of bodies with the power to order
	ActionInform   rbac.Action = "visit.order.inform"   // notices of hazards, and re-inspections
	ActionAnswer   rbac.Action = "visit.order.answer"   // the company's
)

// Found is a finding as it goes into the company's ledger.
type Found struct {
	Ref         string // the same Ref is the same hazard
	Unannounced bool
	Place       string
	Description string
	Clause      string
	Category    string
	ItemCode    string
	Major       bool
	DueOn       day.Date
	Photos      []id.Of[id.Attachment]
}

// Card is what a visit says of a company.
type Card struct {
	Name, Code, Address, Contact, Phone string
	Tags                                []string
}

// Note is a message about a visit or an order to those of a company who hold one of some roles.
type Note struct {
	CompanyID rbac.CompanyID
	Noun      string // visit, visit_order
	Object    int64
	Key       string // makes a message unique
	Roles     []string
	Code      string
	Params    map[string]string
}

// LibraryItem is an item of the library that officers choose from.
type LibraryItem struct {
	Code        string
	Module      string
	ModuleName  string
	Requirement string
	Clause      string
	Major       bool
}

// Needs is what this module needs of others, within the caller's transaction; one that is nil is not known.
type Needs struct {
	// Colleagues names the actor's body and its members.
	Colleagues func(ctx context.Context, tx db.Tx, scope rbac.Scope) (body string, members []Officer, err error)
	// Classes are the classes of companies that hold (A to D).
	Classes func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]string, error)
	// Times are the visits a year of each class, in hundredths.
	Times func() map[string]int
	// Card is what is known of a company. Errors: rbac.ErrNotFound.
	Card func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Card, error)
	// Items are the items of the library for companies with some tags; of one module where it is named.
	Items func(tags []string, module string) []LibraryItem
	// Find enters a finding into the ledger of its company.
	Find func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, found Found) (id.Of[id.Hazard], string, error)
	// Order says in the ledger by when hazards are to be put right. Called by the job runner.
	Order func(ctx context.Context, tx db.Tx, company rbac.CompanyID, hazards []id.Of[id.Hazard], until day.Date, note string) error
	// States are how hazards of a company stand.
	States func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, ids []id.Of[id.Hazard]) (map[id.Of[id.Hazard]]string, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// PhotoKey finds where a file of a company is kept; empty: it is none.
	PhotoKey func(ctx context.Context, tx db.Tx, company rbac.CompanyID, file id.Of[id.Attachment]) (string, error)
	Blobs    blob.Store
	// Due keeps what falls due for a company. Called by the job runner.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
	// Closed is told that a visit ended, in the same transaction.
	Closed func(ctx context.Context, tx db.Tx, scope rbac.Scope, v Visit) error
	// Blocks are what an officer asks for on site, in the order in which he asks.
	Blocks []Block
}

// Service is what the rest of the program may ask about inspections.
type Service struct {
	Gate *rbac.Gate
	Needs
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Filter narrows the list of visits.
type Filter struct {
	page.Query
	CompanyID   rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division    string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	State       string         `query:"state" enum:",planned,underway,onsite,closed,refused,cancelled"`
	Stage       string         `query:"stage" enum:",open,over" doc:"open: to be made or under way; over: closed or refused"`
	Kind        string         `query:"kind" enum:",random,key,special,complaint"`
	Way         string         `query:"way" enum:",announced,unannounced"`
	Mine        bool           `query:"mine" doc:"those whose officer the reader is"`
	Own         bool           `query:"own" doc:"those of the reader's own body"`
	Late        bool           `query:"late" doc:"should have been made before today"`
	PlanID      id.Of[id.Plan] `query:"planId"`
	Year        int            `query:"year" minimum:"0" maximum:"2200"`
	Month       string         `query:"month" pattern:"^([0-9]{4}-[0-9]{2})?$" maxLength:"7" doc:"of the planned day"`
	Until       day.Date       `query:"until" doc:"planned for that day or before"`
	CompanyName string         `query:"name" maxLength:"60" doc:"part of the company's name"`
}

// Visits lists what the reader may see, latest planned first, and the day. Errors: page.ErrCursor.
func (s *Service) Visits(ctx context.Context, f Filter) (rows []Visit, k page.Key, now day.Date, err error) {
	if k, err = f.Start("planned", 2); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = visitsBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// One is a visit with everything that hangs on it.
type One struct {
	Visit
	Found    []Finding
	Hazards  map[id.Of[id.Hazard]]string // how those in the ledger stand
	Measures []Measure
	Orders   []Order
	History  []Step
	Card     Card
	Count    Count
	Class    string
	May      []string
	Today    day.Date
}

// ByID reads a visit. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Visit]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		o, err = s.one(ctx, tx, scope, n)
		return err
	})
	return o, err
}

func (s *Service) one(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Visit]) (o One, err error) {
	if o.Visit, err = visitByID(ctx, tx, scope, n, ""); err != nil {
		return o, err
	}
	if o.Found, err = findingsOf(ctx, tx, o.Visit); err != nil {
		return o, err
	}
	if o.Measures, err = measuresOf(ctx, tx, o.Visit); err != nil {
		return o, err
	}
	if o.Orders, err = ordersOf(ctx, tx, o.Visit); err != nil {
		return o, err
	}
	if o.History, err = stepsOf(ctx, tx, o.Visit); err != nil {
		return o, err
	}
	o.Today = today(tx)
	var ids []id.Of[id.Hazard]
	for _, f := range o.Found {
		if f.HazardID != nil {
			ids = append(ids, *f.HazardID)
		}
	}
	if s.States != nil && len(ids) > 0 {
		if o.Hazards, err = s.States(ctx, tx, scope, o.CompanyID, ids); err != nil {
			return o, err
		}
	}
	if s.Card != nil {
		if o.Card, err = s.Card(ctx, tx, scope, o.CompanyID); err != nil {
			return o, err
		}
	}
	if scope.Actor().Kind == rbac.Regulator {
		counts, classes, err := s.counts(ctx, tx, []rbac.CompanyID{o.CompanyID}, int(o.Year))
		if err != nil {
			return o, err
		}
		o.Count, o.Class = counts[o.CompanyID], classes[o.CompanyID]
	}
	o.May = o.may(scope)
	return o, nil
}

// may is what the actor may do next with a visit.
func (v Visit) may(scope rbac.Scope) (out []string) {
	a := scope.Actor()
	f := file{Visit: v, by: a}
	if a.Kind == rbac.Company && scope.Can(ActionReceive) && (v.State == Closed || v.State == Refused) && v.ReceivedAt == nil {
		return []string{"receive"}
	}
	if a.Kind != rbac.Regulator || !scope.Can(ActionWork) || f.ours() != nil {
		return nil
	}
	if v.State == Planned {
		out = append(out, "change")
		if v.Announced && v.Hidden() {
			out = append(out, "announce")
		}
	}
	if v.State == Planned || v.State == Underway {
		out = append(out, "cancel")
	}
	if v.State == Closed {
		return append(out, "order")
	}
	if f.mine() != nil {
		return out
	}
	switch v.State {
	case Planned:
		out = append(out, "set_out", "arrive")
	case Underway:
		out = append(out, "arrive", "refuse")
	case Onsite:
		out = append(out, "record", "close", "refuse")
	case Closed, Refused, Cancelled:
	default:
	}
	return out
}

// Count is how often a company was visited in a year, and how often it may be without a reason.
type Count struct {
	Done    int // officers came
	Planned int // still to come, as far as the reader may know
	Cap     int
}

// Counts says for companies how many visits of a year were made, and the cap that their class gives. It belongs to the caller's
// transaction, which sees what row security lets it see.
func (s *Service) Counts(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int) (map[rbac.CompanyID]Count, error) {
	out, _, err := s.counts(ctx, tx, companies, year)
	return out, err
}

func (s *Service) counts(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int) (map[rbac.CompanyID]Count, map[rbac.CompanyID]string, error) {
	out, err := countsOf(ctx, tx, companies, year)
	if err != nil {
		return nil, nil, err
	}
	classes, times := map[rbac.CompanyID]string{}, map[string]int{}
	if s.Classes != nil && s.Times != nil {
		times = s.Times()
		if classes, err = s.Classes(ctx, tx, companies); err != nil {
			return nil, nil, err
		}
	}
	for _, n := range companies {
		c := out[n]
		c.Cap = CapOf(times, classes[n])
		out[n] = c
	}
	return out, classes, nil
}

// Unannounced says of which companies the reader's own body has an unannounced visit open: what it looks at meanwhile the
// company learns when the visit is over. It belongs to the caller's transaction.
func Unannounced(ctx context.Context, tx db.Tx, scope rbac.Scope, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
	return unannouncedOf(ctx, tx, scope.Actor().OrganisationID, companies)
}

// CountOf is Counts for one company. Errors: rbac.ErrNotFound.
func (s *Service) CountOf(ctx context.Context, company rbac.CompanyID, year int) (c Count, class string, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Within(ctx, tx, company); err != nil {
			return err
		}
		counts, classes, err := s.counts(ctx, tx, []rbac.CompanyID{company}, year)
		c, class = counts[company], classes[company]
		return err
	})
	return c, class, err
}
