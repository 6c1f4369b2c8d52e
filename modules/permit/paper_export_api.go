package permit

import (
	"context"
	"strings"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/web"
)

// ExportPage reads one page of the ledger for an export, as List does. Errors: web.ErrFilter,
// page.ErrCursor, ErrCompany.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	in, err := web.Params[struct {
		CompanyQuery
		Filter
	}](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.List(ctx, in.CompanyID, in.Filter, page.Query{Limit: limit, Cursor: cursor})
	for _, r := range rows.Items {
		level, closed := r.Level, ""
		if f, err := packs[0].form(r.Kind); err == nil {
			if l, err := f.level(r.Level); err == nil {
				level = l.NameZh
			}
		}
		if r.ClosedAt != nil {
			closed = clock(*r.ClosedAt)
		}
		out = append(out, sheet.Record{Key: r.ID.String(), Values: []string{
			r.Number, r.Kind, level, r.Place, r.UnitName, r.Content, clock(r.FromAt), clock(r.UntilAt), r.ApplicantName, strings.Join(r.Workers, "、"),
			r.WatcherName, r.ApproverName, closed, string(r.State),
		}})
	}
	return out, rows.Next, err
}
