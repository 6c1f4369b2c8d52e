package enrolment

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Filter narrows the list of companies that must join.
type Filter struct {
	page.Query
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	Rule     string `query:"rule" enum:",key_industries,major_hazards,high_risk,scale,presses,accident"`
	Stage    string `query:"stage" enum:",none,applied,held"`
	Unsigned bool   `query:"unsigned" doc:"a notice was not received yet"`
	Ended    bool   `query:"ended" doc:"those that need not join any more"`
	Name     string `query:"name" maxLength:"60" doc:"part of the name"`
}

// Line is a company of the list with its latest notice.
type Line struct {
	Firm       `gorm:"embedded"`
	Town       string
	NoticeID   id.Of[Notice]
	NumberYear int16
	NumberSeq  int32
	Version    string
	IssuedOn   string
	Received   bool
}

// Firms lists who must join in the actor's areas. Errors: page.ErrCursor.
func (s *Service) Firms(ctx context.Context, f Filter) (rows []Line, k page.Key, err error) {
	if k, err = f.Start("company", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = linesBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Standing is whether one company must join, why, since when, and what it was told.
type Standing struct {
	Firm    *Firm // nil: it never had to
	Past    []Enrolment
	Notices []Notice
	Rules   *Rules // of its place; nil: nobody has made any
}

// Mine returns the own company's standing.
func (s *Service) Mine(ctx context.Context) (st Standing, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		st, err = standingOf(ctx, tx, scope, home)
		return err
	})
	return st, err
}

// Of returns one company's standing for a regulator. Errors: rbac.ErrNotFound.
func (s *Service) Of(ctx context.Context, company rbac.CompanyID) (st Standing, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		home, err := homeOf(ctx, tx, scope, company)
		if err != nil {
			return err
		}
		st, err = standingOf(ctx, tx, scope, home)
		return err
	})
	return st, err
}

func standingOf(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) (st Standing, err error) {
	if st.Firm, err = firmOf(ctx, tx, scope, home.CompanyID); err != nil {
		return st, err
	}
	if st.Past, err = pastOf(ctx, tx, scope, home.CompanyID); err != nil {
		return st, err
	}
	if st.Notices, err = noticesOf(ctx, tx, scope, home.CompanyID); err != nil {
		return st, err
	}
	st.Rules, _ = RulesFor(home.RegionPath, today(tx))
	return st, nil
}

// Receive signs for a notice, with the name of who does and the time. Errors: rbac.ErrNotFound, ErrReceived.
func (s *Service) Receive(ctx context.Context, n id.Of[Notice]) (id.Of[Notice], error) {
	return n, s.Gate.Write(ctx, ActionReceive, func(tx db.Tx, scope rbac.Scope) error {
		before, err := noticeByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if before.ReceivedAt != nil {
			return ErrReceived
		}
		a, after := scope.Actor(), before
		after.ReceivedAt, after.ReceivedBy, after.ReceivedPersonID = &tx.Now, a.Name, &a.PersonID
		if err := receive(ctx, tx, after); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("enrolment_notice", int64(n), after.CompanyID, before, after)
		return nil
	})
}

// Progress is how far an area has come with who must join and with the duty of small firms.
type Progress struct {
	Path    string
	Name    string
	Due     int64 // must join
	Applied int64
	Held    int64 // of those that must
	None    int64
	Holding int64   // hold a level, whether they must or not
	Small   int64   // companies with 20 to 50 people
	Passed  int64   // of them, assessed as passed and in force
	Target  *Target `gorm:"-"`
	Duty    *Target `gorm:"-"`
}

// depths are the lengths of paths: province, city, county, town, village, grid.
var depths = []int{2, 4, 6, 9, 12, 15}

// below is the length of the paths one level below a path.
func below(parent string) int {
	for _, d := range depths {
		if d > len(parent) {
			return d
		}
	}
	return depths[len(depths)-1]
}

// widest is the shortest path of an area that is counted at once: a city.
const widest = 4

// ProgressOf counts an area and those directly below it against their targets of a year; an empty
// parent is what the actor oversees. Errors: ErrArea, ErrNotCounted.
func (s *Service) ProgressOf(ctx context.Context, parent string, year int16) (total Progress, below []Progress, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		areas := scope.Actor().Areas
		if parent != "" && !slices.ContainsFunc(areas, func(a string) bool { return strings.HasPrefix(parent, a) }) {
			return ErrArea.At("query.parent")
		}
		if parent == "" && len(areas) == 1 {
			parent = areas[0]
		}
		if len(parent) < widest {
			return ErrNotCounted.At("query.parent")
		}
		if year == 0 {
			year = int16(today(tx).Year())
		}
		total, below, err = progress(ctx, tx, scope, parent, year)
		return err
	})
	return total, below, err
}

func progress(ctx context.Context, tx db.Tx, scope rbac.Scope, parent string, year int16) (total Progress, rows []Progress, err error) {
	if rows, err = progressBelow(ctx, tx, scope, parent, below(parent)); err != nil {
		return total, nil, err
	}
	targets, err := targetsIn(ctx, tx, parent, year)
	if err != nil {
		return total, nil, err
	}
	names, err := areaNames(ctx, tx, parent)
	if err != nil {
		return total, nil, err
	}
	total = Progress{Path: parent, Name: names[parent], Target: targets[parent]["standardization"], Duty: targets[parent]["duty"]}
	for i := range rows {
		r := &rows[i]
		r.Name, r.Target, r.Duty = names[r.Path], targets[r.Path]["standardization"], targets[r.Path]["duty"]
		total.Due, total.Applied, total.Held, total.None = total.Due+r.Due, total.Applied+r.Applied, total.Held+r.Held, total.None+r.None
		total.Holding, total.Small, total.Passed = total.Holding+r.Holding, total.Small+r.Small, total.Passed+r.Passed
	}
	return total, rows, nil
}
