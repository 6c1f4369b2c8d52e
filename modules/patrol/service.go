package patrol

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/jobs"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList     rbac.Action = "patrol.visit.list"    // regulators of the area, and a company its own
	ActionVisit    rbac.Action = "patrol.visit.enter"   // a grid worker's or town officer's
	ActionHanded   rbac.Action = "patrol.handed.list"   // what was handed up, and its answer
	ActionAnswer   rbac.Action = "patrol.handed.answer" // the town's
	ActionCoverage rbac.Action = "patrol.coverage.read"
)

// Note is a message about a visit or a thing handed up: to those of the company, to the officers of the area, or to one person.
type Note struct {
	CompanyID rbac.CompanyID
	Noun      string
	Object    int64
	Key       string
	Code      string
	Params    map[string]string
	Firm      bool   // to the company's principal and safety managers
	Region    string // to the town officers of this area …
	Line      int16
	PersonID  id.Of[id.Person] // … or to this person of this office
	OfficeID  id.Of[id.Organisation]
}

// What this module needs of others, within the caller's transaction.
type (
	// NameOf names a company.
	NameOf func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Find makes a hazard of what was handed up.
	Find func(ctx context.Context, tx db.Tx, scope rbac.Scope, h Handed) (id.Of[id.Hazard], error)
	// Plan makes an inspection of what was handed up.
	Plan func(ctx context.Context, tx db.Tx, scope rbac.Scope, h Handed) (id.Of[id.Visit], error)
	// Named are those of some companies that name the actor as their grid worker, in one query.
	Named func(ctx context.Context, tx db.Tx, by rbac.Actor, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error)
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
)

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate   *rbac.Gate
	NameOf NameOf
	Claim  Claim
	Find   Find // nil: hazards are entered elsewhere
	Plan   Plan // nil: inspections are planned elsewhere
	Named  Named
	Tell   Tell
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Near is a company of a grid with how it stands.
type Near struct {
	Firm
	Key      bool
	Standing Standing
	DueOn    day.Date
	Metres   *int32
	Own      bool // names the actor as its grid worker
}

// Round is what a grid worker has to do.
type Round struct {
	Items    []Near // those to be visited first, the nearest or the longest ago first
	Overdue  int
	Due      int
	Done     int
	More     bool // the area has more companies than are looked at: search by name
	Visited  int  // companies seen today by the actor's office
	Handed   int  // handed up by the actor's office and not answered
	Answered int  // answered in the last 30 days
	Own      int  // of all, those that name the actor as their grid worker
}

// NearFilter says where the phone is and what is looked for.
type NearFilter struct {
	Longitude float64 `query:"longitude" minimum:"-180" maximum:"180" doc:"0 with latitude 0: not known"`
	Latitude  float64 `query:"latitude" minimum:"-90" maximum:"90"`
	Name      string  `query:"name" maxLength:"60" doc:"part of the name"`
	Own       bool    `query:"own" doc:"only those that name the actor as their grid worker"`
	Limit     int     `query:"limit" minimum:"1" maximum:"200" default:"60"`
}

// considered is how many companies of an area are looked at for one round; a grid has some hundred.
const considered = 2000

// Nearby lists the companies of the actor's area in the order of a round.
func (s *Service) Nearby(ctx context.Context, f NearFilter) (r Round, err error) {
	err = s.Gate.Read(ctx, ActionVisit, func(tx db.Tx, scope rbac.Scope) error {
		_, often := Now()
		firms, err := firmsOf(ctx, tx, scope, often, strings.TrimSpace(f.Name), considered+1)
		if err != nil {
			return err
		}
		if r.More = len(firms) > considered; r.More {
			firms = firms[:considered]
		}
		own, err := s.named(ctx, tx, scope.Actor(), firms)
		if err != nil {
			return err
		}
		r.round(firms, own, f, often, today(tx))
		return figures(ctx, tx, scope, &r)
	})
	return r, err
}

// named are the companies that name the actor as their grid worker.
func (s *Service) named(ctx context.Context, tx db.Tx, by rbac.Actor, firms []Firm) (map[rbac.CompanyID]bool, error) {
	if s.Named == nil {
		return nil, nil
	}
	ids := make([]rbac.CompanyID, len(firms))
	for i, x := range firms {
		ids[i] = x.CompanyID
	}
	return s.Named(ctx, tx, by, ids)
}

func (r *Round) round(firms []Firm, own map[rbac.CompanyID]bool, f NearFilter, often Frequency, on day.Date) {
	known := f.Longitude != 0 || f.Latitude != 0
	lon, lat := int32(f.Longitude*1e6), int32(f.Latitude*1e6)
	for _, x := range firms {
		n := Near{Firm: x, Key: len(x.Reasons) > 0, Own: own[x.CompanyID]}
		if n.Own {
			r.Own++
		} else if f.Own {
			continue
		}
		n.Standing, n.DueOn = often.standing(n.Key, x.LastOn, day.In(x.CreatedAt, day.Shanghai), on)
		if known && x.LongitudeE6 != nil && x.LatitudeE6 != nil {
			m := metres(lon, lat, *x.LongitudeE6, *x.LatitudeE6)
			n.Metres = &m
		}
		switch n.Standing {
		case Overdue:
			r.Overdue++
		case Due:
			r.Due++
		default:
			r.Done++
		}
		r.Items = append(r.Items, n)
	}
	slices.SortStableFunc(r.Items, func(a, b Near) int { return a.before(b) })
	r.Items = r.Items[:min(len(r.Items), f.Limit)]
}

// before orders a round: what is to be visited before what is done; then the nearest, or what was seen longest ago.
func (n Near) before(o Near) int {
	if done, other := n.Standing == Done, o.Standing == Done; done != other {
		if done {
			return 1
		}
		return -1
	}
	switch {
	case n.Metres != nil && o.Metres != nil && *n.Metres != *o.Metres:
		return int(*n.Metres - *o.Metres)
	case (n.Metres == nil) != (o.Metres == nil):
		if n.Metres == nil {
			return 1
		}
		return -1
	case n.Standing != o.Standing:
		return strings.Compare(string(o.Standing), string(n.Standing)) // overdue before due
	}
	return n.LastOn.DaysSince(o.LastOn)
}

// Enter keeps a visit and what is handed up with it. A visit with the client id of an earlier one is that one. Errors:
// rbac.ErrNotFound, ErrItems, ErrBlank, ErrTimes, ErrPhoto.
func (s *Service) Enter(ctx context.Context, company rbac.CompanyID, v Visit) (made id.Of[id.Patrol], err error) {
	err = s.Gate.Write(ctx, ActionVisit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Within(ctx, tx, company)
		if err != nil {
			return err
		}
		if made, err = earlier(ctx, tx, company, v.ClientID); err != nil || made != 0 {
			scope.Made(int64(made))
			return err
		}
		p, err := newPatrol(v, scope.Actor(), tx.Now)
		if err != nil {
			return err
		}
		p.CompanyID, p.RegionPath, p.OversightLine = company, home.RegionPath, home.Line
		if p.CompanyName, err = s.NameOf(ctx, tx, scope, company); err != nil {
			return err
		}
		if err := locate(ctx, tx, scope, p); err != nil {
			return err
		}
		if err := insertPatrol(ctx, tx, p); err != nil {
			return err
		}
		made = p.ID
		scope.Made(int64(made))
		scope.Changed("patrol", int64(made), company, Patrol{}, *p)
		if err := s.Claim(ctx, tx, scope, company, v.Photos, "patrol", int64(made)); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, Tidings{Patrol: made, Step: "visited"}, jobs.Key(fmt.Sprintf("%d:visited", int64(made)))); err != nil || v.HandUp == nil {
			return err
		}
		h, err := p.handUp(*v.HandUp, calendar.China())
		if err != nil {
			return err
		}
		if err := insertHanded(ctx, tx, h); err != nil {
			return err
		}
		scope.Changed("patrol_handed", int64(h.ID), company, Handed{}, *h)
		return tell(ctx, tx, *h)
	})
	return made, err
}

func tell(ctx context.Context, tx db.Tx, h Handed) error {
	return jobs.Enqueue(ctx, tx, Tidings{Handed: h.ID, Step: string(h.State)}, jobs.Key(fmt.Sprintf("handed:%d:%s", int64(h.ID), h.State)))
}

// Filter narrows the list of visits.
type Filter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	Month     string         `query:"month" maxLength:"7" pattern:"^([0-9]{4}-[0-9]{2})?$"`
	Found     bool           `query:"found" doc:"only those where something was not in order"`
	Own       bool           `query:"own" doc:"only those of the actor's own office"`
}

// Patrols lists visits, latest first. Errors: page.ErrCursor, ErrMonth.
func (s *Service) Patrols(ctx context.Context, f Filter) (rows []Patrol, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	month, err := monthOf(f.Month)
	if err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = patrolsBy(ctx, tx, scope, f, month, k)
		return err
	})
	return rows, k, err
}

// monthOf is the span of a month, zero for none. Errors: ErrMonth.
func monthOf(s string) (Span, error) {
	if s == "" {
		return Span{}, nil
	}
	from, err := day.Parse(s + "-01")
	if err != nil {
		return Span{}, ErrMonth.At("query.month").Because(err)
	}
	return Span{from, from.AddMonths(1).AddDays(-1)}, nil
}

// One is a visit with what was handed up.
type One struct {
	Patrol
	Handed *Handed // never for a company
	Today  day.Date
}

// ByID reads a visit. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Patrol]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		o.Today = today(tx)
		if o.Patrol, err = patrolByID(ctx, tx, scope, n); err != nil || scope.Actor().Kind != rbac.Regulator {
			return err
		}
		o.Handed, err = handedOf(ctx, tx, scope, o.Patrol)
		return err
	})
	return o, err
}
