package programme

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "programme.target.read"    // programmes and the companies behind them
	ActionEdit    rbac.Action = "programme.target.edit"    // make programmes, set targets and waves
	ActionForms   rbac.Action = "programme.form.read"      // statistics forms
	ActionIssue   rbac.Action = "programme.form.issue"     // issue them
	ActionCompare rbac.Action = "programme.compare.read"   // the comparison of areas, bulletins that were issued
	ActionDraft   rbac.Action = "programme.bulletin.draft" // write and issue bulletins
	ActionSpecial rbac.Action = "programme.special.read"   // special registers
	ActionImport  rbac.Action = "programme.special.import" // bring them in from Excel
	ActionMatch   rbac.Action = "programme.special.match"  // say which company an entry is, strike entries off
	ActionPublic  rbac.Action = "programme.page.read"      // anybody: the public page of an area
)

// Aim is a target that another module keeps.
type Aim struct {
	Year  int16
	Value int32
	Basis string
}

// Provider is an indicator of programmes.
type Provider struct {
	Share evidence.Share
	// Targets are kept elsewhere, if set: of a year of an area and those below it, by path.
	Targets func(ctx context.Context, tx db.Tx, parent string, year int16) (map[string]Aim, error)
	// Waves are years known elsewhere, by path, of areas with their names; nil: none.
	Waves func(names map[string]string) map[string]int16
}

// Query is a part of a statement that another module gives: its words and parameters.
type Query struct {
	SQL  string
	Args []any
}

// ReportSum is what an area's reports whose last day lay in a month came to.
type ReportSum struct {
	Area     string
	Bound    int64
	Reported int64
	Late     int64
	Zero     int64
}

// HazardSum is what an area's ledgers came to in a month. Due counts what was mended in it or should have been by its end.
type HazardSum struct {
	Area         string
	GeneralDue   int64
	GeneralFixed int64
	MajorDue     int64
	MajorFixed   int64
	Overdue      int64 // at its end
	Mended       int64
	Reopened     int64 // of the mended, sent back at least once
}

// Named is a company on a list that a bulletin attaches.
type Named struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	Path      string         `json:"path"`
	Town      string         `json:"town"`
	Name      string         `json:"name"`
	Count     int64          `json:"count" doc:"overdue hazards, or reports missing"`
	Since     day.Date       `json:"since" doc:"oldest last day"`
}

// Sources are what this module asks others, within the caller's transaction; one that is nil knows nothing.
// Each is one query, however many areas there are.
type Sources struct {
	Indicators map[string]Provider
	// Members are the companies of a form, as a query that yields company_id, region_path, industry, bound, reported, zero,
	// high_risk, above_scale and crowded.
	Members func(scope rbac.Scope, kind, cycle string, from, until day.Date, area string) Query
	// Ledger sums the ledgers of the companies of the query m, by company_id: found, fixed, major_found, major_fixed, plan_count,
	// plan_goals, plan_funds, plan_owner, plan_time, plan_measures and funds_fen.
	Ledger func(from, until day.Date) Query
	// Reports and Hazards are compared by month; width is the length of the areas' paths.
	Reports func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) ([]ReportSum, error)
	Hazards func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, from, until day.Date) ([]HazardSum, error)
	// Active are companies and those of them that use the program, today, by area: num of den.
	Active func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int) (map[string][2]int64, error)
	// Overdue and Missing are named companies, the worst first, and how many there are in all.
	Overdue func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, on day.Date, limit int) ([]Named, int64, error)
	Missing func(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, from, until day.Date, limit int) ([]Named, int64, error)
	// Office names the organisation of whoever asks.
	Office func(ctx context.Context, tx db.Tx, scope rbac.Scope) (string, error)
	// Levels and Listed are what anybody may read of an area, latest first, from before an id on.
	Levels func(ctx context.Context, tx db.Tx, area string, revoked bool, term string, before int64, n int) ([]OpenLevel, error)
	Listed func(ctx context.Context, tx db.Tx, area, term string, before int64, n int) ([]OpenListing, error)
	// Touch has the board look at companies again.
	Touch func(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error
}

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate    *rbac.Gate
	Sources Sources
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// within says whether an area lies in one of the actor's.
func within(a rbac.Actor, area string) bool {
	return a.Kind == rbac.System || slices.ContainsFunc(a.Areas, func(own string) bool { return strings.HasPrefix(area, own) })
}

// widest is the shortest path of an area that is counted at once: a city.
const widest = 4

// areaOf is the area asked about, or all that the actor oversees. Errors: ErrArea outside it, ErrWide.
func areaOf(a rbac.Actor, area, field string) (string, error) {
	if area == "" && len(a.Areas) > 0 {
		area = a.Areas[0]
	}
	if !within(a, area) {
		return "", ErrArea.At(field)
	}
	if len(area) < widest {
		return "", ErrWide.At(field)
	}
	return area, nil
}
