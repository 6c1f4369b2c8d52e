package fund

import (
	"context"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/web"
)

// ExpensePage reads one page of the expenses for an export, from cursor on, as Expenses does. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExpensePage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[ExpenseFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	x, err := s.Expenses(ctx, f)
	list := page.Of(x.Rows, x.Key, limit, f.keyOf, func(e Expense) Expense { return e })
	for _, e := range list.Items {
		out = append(out, e.record(x.Labels))
	}
	return out, list.Next, err
}
