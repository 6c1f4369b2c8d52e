package award

import (
	"context"

	"anbiao/kit/sheet"
	"anbiao/web"
)

// ExportPage reads one page of the list for an export, from cursor on, as Awards does. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	return s.exportPage(ctx, f, cursor, limit)
}
