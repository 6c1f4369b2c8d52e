package listing

import (
	"context"
	"strconv"

	"anbiao/jobs"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "listing.supervision.list"
	ActionDecide  rbac.Action = "listing.supervision.decide"  // the regulator's
	ActionReceive rbac.Action = "listing.supervision.receive" // the principal's alone
	ActionAnswer  rbac.Action = "listing.supervision.answer"  // plan, progress, requests of the company
	ActionPublic  rbac.Action = "listing.publication.read"    // anybody's
)

// Note is a message about a listing to those of a company who hold one of some roles.
type Note struct {
	CompanyID rbac.CompanyID
	ListingID id.Of[id.Listing]
	Step      int32 // makes a message unique
	Roles     []string
	Code      string
	Params    map[string]string
}

// What this module needs of others, within the caller's transaction.
type (
	// Overseen says what is to be known of a hazard. Errors: rbac.ErrNotFound.
	Overseen func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard]) (Hazard, error)
	// Mark notes in the ledger that a hazard is listed, at a level and until a day.
	Mark func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard], level string, on, finishBy day.Date, note string) error
	// Unmark notes that it no longer is.
	Unmark func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard], on day.Date, note string) error
	// Extend moves the deadline of a hazard.
	Extend func(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Hazard], until day.Date, note string) error
	// NameOf names a company.
	NameOf func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Due keeps what falls due for a company. Called by the job runner.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
)

// Service is what the rest of the program may ask about listed supervision.
type Service struct {
	Gate     *rbac.Gate
	Overseen Overseen
	Mark     Mark
	Unmark   Unmark
	Extend   Extend
	NameOf   NameOf
	Claim    Claim
	Due      Due
	Tell     Tell
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Filter narrows the list of listings.
type Filter struct {
	page.Query
	CompanyID rbac.CompanyID   `query:"companyId" doc:"for regulators: one company"`
	HazardID  id.Of[id.Hazard] `query:"hazardId"`
	Division  string           `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	State     string           `query:"state" enum:",listed,notice_served,plan_filed,in_progress,extension_asked,acceptance_asked,passed,delisted,published,failed,escalated"`
	Level     string           `query:"level" enum:",town,county,prefecture,province"`
	Profile   string           `query:"profile" maxLength:"40"`
	Stage     string           `query:"stage" enum:",open,public" doc:"open: not delisted; public: made public"`
	Overdue   bool             `query:"overdue" doc:"something was to be done before today"`
}

// Listings lists what is in scope, latest first, and the day. Errors: page.ErrCursor.
func (s *Service) Listings(ctx context.Context, f Filter) (rows []Listing, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = listingsBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// One is a listing with its past and what can be done now.
type One struct {
	Listing
	Steps    []Step
	Quarters []Quarter
	Hazard   Hazard
	Window   windowOn
	May      []Event
	Today    day.Date
}

// windowOn is when more time can be asked for, and how today lies to it.
type windowOn struct {
	Opens, Closes day.Date
	Standing      string // empty: the holidays of a year are not published
}

// ByID reads a listing. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Listing]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		o, err = s.one(ctx, tx, scope, n)
		return err
	})
	return o, err
}

func (s *Service) one(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Listing]) (o One, err error) {
	if o.Listing, err = listingByID(ctx, tx, scope, n, false); err != nil {
		return o, err
	}
	if o.Steps, err = stepsOf(ctx, tx, o.Listing); err != nil {
		return o, err
	}
	if o.Hazard, err = s.Overseen(ctx, tx, scope, o.HazardID); err != nil {
		return o, err
	}
	o.Today = today(tx)
	o.Quarters = Quarters(o.Terms().Progress(o.ReceivedOn, o.FinishBy), reported(o.Steps))
	standing, w := o.standing(calendar.China(), o.Today)
	o.Window = windowOn{w.Opens, w.Closes, string(standing)}
	o.May = o.may(scope, o.Today)
	return o, nil
}

func reported(steps []Step) (days []day.Date) {
	for _, s := range steps {
		if s.Event == Progress {
			days = append(days, s.HappenedOn)
		}
	}
	return days
}

// Offer is what a regulator needs to list a hazard: the form of its area and what his body wrote last time.
type Offer struct {
	Hazard  Hazard
	Last    Listing
	Current *Listing // the latest listing of the hazard
	Profile Profile
	Levels  []string // that he may list at, his own last
	May     bool
	Why     error // where he may not
	Today   day.Date
}

// OfferFor says whether the actor may list a hazard, and how. Errors: rbac.ErrNotFound.
func (s *Service) OfferFor(ctx context.Context, n id.Of[id.Hazard]) (o Offer, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		if o.Hazard, err = s.Overseen(ctx, tx, scope, n); err != nil {
			return err
		}
		if o.Current, err = openOf(ctx, tx, scope, n); err != nil {
			return err
		}
		o.Today = today(tx)
		if !scope.Can(ActionDecide) {
			return nil
		}
		home, err := scope.Within(ctx, tx, o.Hazard.CompanyID)
		if err != nil {
			return err
		}
		o.Profile = For(home.RegionPath)
		own := LevelOf(scope.Actor().Areas, home.RegionPath)
		for _, l := range Levels {
			if !above(l, own) {
				o.Levels = append(o.Levels, l)
			}
		}
		if o.Last, err = lastOrder(ctx, tx, scope, scope.Actor().OrganisationID); err != nil {
			return err
		}
		o.May = o.Hazard.Major && !o.Hazard.Closed && !o.Hazard.Cancelled && (o.Current == nil || o.Current.Ended())
		return nil
	})
	return o, err
}

// List puts a major hazard under listed supervision. Errors: rbac.ErrNotFound, ErrLevel, ErrListed, ErrNotMajor,
// ErrClosed, ErrProfile, ErrBlank, ErrDays, ErrPeriod.
func (s *Service) List(ctx context.Context, hazard id.Of[id.Hazard], o Order) (n id.Of[id.Listing], err error) {
	err = s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		h, err := s.Overseen(ctx, tx, scope, hazard)
		if err != nil {
			return err
		}
		home, err := scope.Within(ctx, tx, h.CompanyID) // the company does not move meanwhile
		if err != nil {
			return err
		}
		name, err := s.NameOf(ctx, tx, scope, h.CompanyID)
		if err != nil {
			return err
		}
		f := &file{Listing: Listing{CompanyID: h.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line}, by: scope.Actor(), now: tx.Now, cal: calendar.China()}
		if above(o.Level, LevelOf(f.by.Areas, f.RegionPath)) {
			return ErrLevel.At("body.level")
		}
		if err := f.list(h, name, o); err != nil {
			return err
		}
		if f.NumberSeq, err = nextNumber(ctx, tx, f.OrganisationID, f.NumberYear); err != nil {
			return err
		}
		if err := s.Mark(ctx, tx, scope, hazard, f.Level, f.ListedOn, f.FinishBy, f.Number()); err != nil {
			return err
		}
		if err := insertListing(ctx, tx, f); err != nil {
			return err
		}
		n = f.ID
		scope.Made(int64(n))
		scope.Changed("listing", int64(n), f.CompanyID, Listing{}, f.Listing)
		return s.follow(ctx, tx, scope, f)
	})
	return n, err
}

// follow claims what the steps brought, and has the rest done by the job runner: a regulator writes neither what
// falls due for a company nor its messages.
func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file) error {
	var files []id.Of[id.Attachment]
	for _, step := range f.added {
		for _, n := range step.Files {
			files = append(files, id.Of[id.Attachment](n))
		}
	}
	if s.Claim != nil && len(files) > 0 {
		if err := s.Claim(ctx, tx, scope, f.CompanyID, files, "listing", int64(f.ID)); err != nil {
			return err
		}
	}
	for _, step := range f.added {
		t := Settle{f.CompanyID, f.ID, step.N}
		if err := jobs.Enqueue(ctx, tx, t, jobs.Key(t.key())); err != nil {
			return err
		}
	}
	return nil
}

// Public is a listing as anybody may read it.
type Public struct {
	ID           id.Of[id.Listing]
	NumberPrefix string
	NumberYear   int16
	NumberSeq    int64
	CompanyName  string
	HazardText   string
	Level        string
	ListingGov   string
	ListingDept  string
	ListedOn     day.Date
	FinishBy     day.Date
	AnnouncedOn  day.Date
	DelistedOn   day.Date
	PublishedOn  day.Date
}

// PublicFilter names an area.
type PublicFilter struct {
	page.Query
	Division string `query:"division" minLength:"2" maxLength:"15" pattern:"^[0-9A-Z]+$" required:"true" doc:"area, by its path"`
}

// Publication lists what was made public of an area (公布名单), latest first, for anybody. Errors: page.ErrCursor.
func (s *Service) Publication(ctx context.Context, f PublicFilter) (rows []Public, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	if k.Back {
		return nil, k, page.ErrCursor.At("query.cursor")
	}
	before := int64(0)
	if !k.First() {
		if before, err = strconv.ParseInt(k.Vals[0], 10, 64); err != nil {
			return nil, k, page.ErrCursor.At("query.cursor").Because(err)
		}
	}
	err = s.Gate.Public(ctx, ActionPublic, func(tx db.Tx) (err error) {
		rows, err = publicOf(ctx, tx, f.Division, before, f.Limit+1)
		return err
	})
	return rows, k, err
}
