package risk

import (
	"context"
	"strings"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead    rbac.Action = "risk.register.read"
	ActionEdit    rbac.Action = "risk.register.edit"
	ActionImport  rbac.Action = "risk.register.import"
	ActionPublish rbac.Action = "risk.control.publish"
	ActionDraw    rbac.Action = "risk.plan.draw"
	ActionReports rbac.Action = "risk.report.read"
	ActionSubmit  rbac.Action = "risk.report.submit"
)

// What this module needs of others. Each works within the caller's transaction.
type (
	// Tree returns how a company is organised on a day.
	Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)
	// Firm returns what a report says of the company.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Card, error)
	// Claim ties files the actor has uploaded to an object of this module.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Pictures tells what is known of pictures of a company; who does not exist is missing.
	Pictures func(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]Picture, error)
	// Publish puts an own item into the company's standard, or changes the one of its code, and has
	// a check point ask it. It returns the item's code. Errors: ErrNoStandard, ErrItem.
	Publish func(ctx context.Context, tx db.Tx, scope rbac.Scope, item Item) (string, error)
	// Checked tells when items of the standard were answered last.
	Checked func(ctx context.Context, tx db.Tx, company rbac.CompanyID, codes []string) (map[string]Answer, error)
	// Due keeps what falls due; an item without a day is settled.
	Due func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, items []due.Item) error
)

// Card is how a report names the company.
type Card struct {
	Name     string `json:"name"`
	USCC     string `json:"uscc"`
	Address  string `json:"address"`
	Industry string `json:"industry"`
}

// Picture is an uploaded picture.
type Picture struct {
	Key           string // of the copy that is shown, in the blob store
	Width, Height int    // pixels
}

// Item is a control as an item of the checks.
type Item struct {
	Code        string // empty: a new one
	Requirement string
	Method      string
	Frequency   string
	Posts       []string // post types that check it
	Basis       string
	PointID     id.Of[id.Point] // check point that asks it; zero: none in particular
}

// Answer is what was found at the last check of an item.
type Answer struct {
	On     day.Date `json:"on"`
	Result string   `json:"result" doc:"pass, fail or na"`
}

// Service is what the rest of the program may ask about risks.
type Service struct {
	Gate     *rbac.Gate
	Blobs    blob.Store
	BaseURL  string // in the QR codes of cards
	Tree     Tree
	Firm     Firm
	Claim    Claim
	Pictures Pictures
	Publish  Publish
	Checked  Checked
	Due      Due
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// companyOf returns the company a request is about: the actor's own, or the one that somebody
// who sees several names. Errors: ErrCompanyNeeded.
func companyOf(scope rbac.Scope, asked rbac.CompanyID) (rbac.CompanyID, error) {
	if h, err := scope.Home(); err == nil {
		return h.CompanyID, nil
	}
	if asked == 0 {
		return 0, ErrCompanyNeeded.At("query.companyId")
	}
	return asked, nil
}

// Rules returns the data in force today.
func (s *Service) Rules(ctx context.Context) (r *Rules, region string, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		r, region = On(today(tx)), scope.Actor().RegionPath
		return nil
	})
	return r, region, err
}

// Preview rates what a form holds, before it is saved. Errors: those of Rules.Judge.
func (s *Service) Preview(ctx context.Context, j Judgement) (out Judged, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, _ rbac.Scope) error {
		out, err = On(today(tx)).Judge(j)
		return err
	})
	return out, err
}

// put hands on what falls due, if somebody keeps it.
func (s *Service) put(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, items []due.Item) error {
	if s.Due == nil || len(items) == 0 {
		return nil
	}
	return s.Due(ctx, tx, scope, home, items)
}

// seat is who answers for something: a unit of the tree and a person on a post.
type seat struct {
	unitID    *int64
	unitName  string
	ownerID   *int64
	ownerName string
}

// seatOf finds the unit and the person in the tree. Whoever answers for a part of the company
// only names a unit of it. Errors: ErrUnit, ErrOwner.
func seatOf(t org.Tree, scope rbac.Scope, unit id.Of[id.Unit], owner id.Of[id.Staff]) (out seat, err error) {
	u, ok := t.Unit(unit)
	switch {
	case unit == 0 && !scope.Reaches(""), unit != 0 && !ok, unit != 0 && !scope.Reaches(u.Path):
		return out, ErrUnit.At("body.unitId")
	case unit != 0:
		n := int64(unit)
		out.unitID, out.unitName = &n, u.Name
	}
	if owner == 0 {
		return out, nil
	}
	for _, h := range t.Holders {
		if h.StaffID == owner {
			n := int64(owner)
			out.ownerID, out.ownerName = &n, h.Name
			return out, nil
		}
	}
	return out, ErrOwner.At("body.ownerId")
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// tidy trims a text and refuses one that says nothing. Errors: ErrBlank.
func tidy(s, at string) (string, error) {
	if blank(s) {
		return "", ErrBlank.At(at)
	}
	return strings.TrimSpace(s), nil
}
