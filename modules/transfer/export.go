package transfer

import (
	"context"
	"time"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Sizes of an export.
const (
	exportPage = 1000
	exportRows = 200_000          // that one file holds at most
	stalled    = 30 * time.Minute // an export that has not moved for so long does not stop the next one
)

// Faults of exports.
var (
	// ErrExportKind: no list of this kind can be exported.
	ErrExportKind = fault.New(fault.NotFound, "transfer.export-kind")
	// ErrBusy: the member's last export is still being written.
	ErrBusy = fault.New(fault.Conflict, "transfer.busy")
	// ErrTooMany: the filters leave more rows than one file holds.
	ErrTooMany = fault.New(fault.TooLarge, "transfer.too-many")
	// ErrRevoked: the maker lost the rights while the list was being read.
	ErrRevoked = fault.New(fault.Forbidden, "transfer.revoked")
	// errStalled: the export stood still and was given up.
	errStalled = fault.New(fault.Unavailable, "transfer.stalled")
)

// Filters are a list's own query parameters, without those that choose a page.
type Filters = map[string][]string

// Exporter is what a noun says of one list that can be exported.
type Exporter struct {
	Kind    string                // e.g. "hazards"
	Title   map[text.Lang]string  // what the list is called, and its file; nil: text transfer.kind.<kind>
	Action  rbac.Action           // who may see the list
	Columns func() []sheet.Column // as on the screen, in its order
	// Pages reads one page of the list as the actor of ctx sees it, from cursor on, and the
	// cursor of the next; empty on the last. It goes through the list's own use case, so its
	// rights and scope are the list's. Errors: those of the list, and for unknown filters
	// web.ErrFilter.
	Pages func(ctx context.Context, filters Filters, cursor string, limit int) (rows []sheet.Record, next string, err error)
}

// Called is what the list is called in a language.
func (e Exporter) Called(l text.Lang) string {
	if t := e.Title[l]; t != "" {
		return t
	}
	return text.Say(l, "transfer.kind."+e.Kind, nil)
}

// ActorOf returns what a membership may do now; serving is the company a service agency works
// for. Errors: rbac.ErrNotFound where it has ended.
type ActorOf func(ctx context.Context, m id.Of[id.Membership], serving rbac.CompanyID) (rbac.Actor, error)

// exporter returns the exporter of kind, if the actor may see its list.
// Errors: ErrExportKind, rbac.ErrForbidden.
func (s *Service) exporter(kind string, can func(rbac.Action) bool) (Exporter, error) {
	for _, exp := range s.Exporters {
		if exp.Kind == kind {
			if !can(exp.Action) {
				return exp, rbac.ErrForbidden
			}
			return exp, nil
		}
	}
	return Exporter{}, ErrExportKind.At("body.kind")
}
