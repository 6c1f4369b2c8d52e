package transfer

import (
	"context"
	"slices"
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
	tellFrom   = 2000             // rows from which its maker is told that the file is ready: he will not have waited
	stalled    = 30 * time.Minute // an export that has not moved for so long does not stop the next one
)

// Faults of exports.
var (
	// ErrExportKind: no list of this kind can be exported.
	ErrExportKind = fault.New(fault.NotFound, "transfer.export-kind")
	// ErrColumn: the list has no such column, or it is asked for twice.
	ErrColumn = fault.New(fault.Invalid, "transfer.column")
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

// chosen returns the columns of the keys, in their order, and their places; of no keys, all.
// Errors: ErrColumn.
func (e Exporter) chosen(keys []string) (columns []sheet.Column, places []int, err error) {
	all := e.Columns()
	for i, key := range keys {
		n := slices.IndexFunc(all, func(c sheet.Column) bool { return c.Key == key })
		if n < 0 || slices.Contains(keys[:i], key) {
			return nil, nil, ErrColumn.At("body.columns")
		}
		columns, places = append(columns, all[n]), append(places, n)
	}
	if len(keys) == 0 {
		columns = all
	}
	return columns, places, nil
}

// cut keeps the values of places, in their order; of no places, all.
func cut(r sheet.Record, places []int) sheet.Record {
	if len(places) == 0 {
		return r
	}
	values := make([]string, len(places))
	for i, n := range places {
		if n < len(r.Values) {
			values[i] = r.Values[n]
		}
	}
	r.Values = values
	return r
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
