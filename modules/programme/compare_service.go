package programme

import (
	"bytes"
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// CompareQuery says what to compare.
type CompareQuery struct {
	Area  string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area whose parts are compared; empty: what you oversee"`
	Month string `query:"month" maxLength:"7" pattern:"^([0-9]{4}-[0-9]{2})?$" doc:"empty: the last that has ended"`
}

// Compare ranks the areas below one in a month. Errors: ErrPeriod, ErrArea, ErrWide.
func (s *Service) Compare(ctx context.Context, q CompareQuery) (c Comparison, months []string, err error) {
	err = s.Gate.Read(ctx, ActionCompare, func(tx db.Tx, scope rbac.Scope) error {
		months = periodsBefore(Month, today(tx))
		c, err = s.compare(ctx, tx, scope, q)
		return err
	})
	return c, months, err
}

func (s *Service) compare(ctx context.Context, tx db.Tx, scope rbac.Scope, q CompareQuery) (c Comparison, err error) {
	if q.Month == "" {
		q.Month = periodsBefore(Month, today(tx))[1]
	}
	from, until, err := monthOf(q.Month)
	if err != nil {
		return c, err
	}
	if from.After(today(tx)) {
		return c, ErrPeriod.At("query.month")
	}
	if q.Area, err = areaOf(scope.Actor(), q.Area, "query.area"); err != nil {
		return c, err
	}
	names, err := namesBelow(ctx, tx, q.Area)
	if err != nil {
		return c, err
	}
	now, err := s.figures(ctx, tx, scope, q.Area, from, until)
	if err != nil {
		return c, err
	}
	was, err := s.figures(ctx, tx, scope, q.Area, from.AddMonths(-1), from.AddDays(-1))
	if err != nil {
		return c, err
	}
	if err := s.metrics(ctx, tx, scope, q.Area, from, now, was); err != nil {
		return c, err
	}
	return Comparison{
		Area: q.Area, AreaName: names[q.Area], Month: q.Month, Version: indicated.Version, Indicators: indicated.Indicators,
		Rows: compared(indicated.Indicators, names, q.Area, now, was),
	}, nil
}

// figures are those of reports and ledgers in a month, and of today where the month is running: three queries.
func (s *Service) figures(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, from, until day.Date) (figured, error) {
	out, width := figured{}, below(area)
	until = day.Earlier(until, today(tx))
	if s.Sources.Reports != nil {
		rows, err := s.Sources.Reports(ctx, tx, scope, area, width, from, until)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out.put("self_report_rate", r.Area, r.Reported, r.Bound)
			out.put("on_time_rate", r.Area, r.Reported-r.Late, r.Bound)
			out.put("zero_report_share", r.Area, r.Zero, r.Reported)
		}
	}
	if s.Sources.Hazards != nil {
		rows, err := s.Sources.Hazards(ctx, tx, scope, area, width, from, until)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out.put("general_fix_rate", r.Area, r.GeneralFixed, r.GeneralDue)
			out.put("major_fix_rate", r.Area, r.MajorFixed, r.MajorDue)
			out.put("overdue_open", r.Area, r.Overdue, 1)
			out.put("reopen_rate", r.Area, r.Reopened, r.Mended)
		}
	}
	if s.Sources.Active != nil && from.String()[:7] == today(tx).String()[:7] {
		found, err := s.Sources.Active(ctx, tx, scope, area, width)
		if err != nil {
			return nil, err
		}
		for a, v := range found {
			out.put("activation_rate", a, v[0], v[1])
		}
	}
	return out, nil
}

// metrics adds what is kept as metrics, of both months by one query.
func (s *Service) metrics(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, from day.Date, now, was figured) error {
	var keys []string
	for _, i := range indicated.Indicators {
		keys = append(keys, i.Metrics...)
	}
	months := []string{from.String()[:7], from.AddMonths(-1).String()[:7]}
	rows, err := measured(ctx, tx, scope, area, below(area), keys, months)
	if err != nil {
		return err
	}
	for _, r := range rows {
		into := was
		if r.Period == months[0] {
			into = now
		}
		for _, i := range indicated.Indicators {
			if slices.Contains(i.Metrics, r.Metric) {
				into.put(i.Key, r.Area, r.Num, r.Den)
			}
		}
	}
	return nil
}

// text writes a figure as people read it: a share in percent, a count as it is, "—" for none.
func (i Indicator) text(v Value) string {
	switch {
	case v.Den == 0:
		return "—"
	case i.Kind == "count":
		return num(v.Num)
	}
	return share(v.Num, v.Den)
}

// moved writes how a rank has changed: ↑2, ↓1, "—".
func moved(rank, was int) string {
	switch {
	case rank == 0 || was == 0 || rank == was:
		return "—"
	case rank < was:
		return "↑" + num(int64(was-rank))
	}
	return "↓" + num(int64(rank-was))
}

// table is a comparison as rows of text: rank, change, area, then each indicator with its rank.
func (c Comparison) table(l text.Lang) (head []string, rows [][]string) {
	head = []string{say(l, "compare.rank"), say(l, "compare.moved"), say(l, "form.town")}
	for _, i := range c.Indicators {
		head = append(head, i.name(l))
	}
	for _, r := range c.Rows {
		line := []string{"—", moved(r.Rank, r.WasRank), r.Name}
		if r.Rank > 0 {
			line[0] = num(int64(r.Rank))
		}
		for n, i := range c.Indicators {
			cell := i.text(r.Values[n])
			if r.Values[n].Rank > 0 {
				cell += "（" + num(int64(r.Values[n].Rank)) + "）"
			}
			line = append(line, cell)
		}
		rows = append(rows, line)
	}
	return head, rows
}

// CompareSheet writes a comparison as an Excel file, and names it. Errors: as Compare.
func (s *Service) CompareSheet(ctx context.Context, q CompareQuery) (content []byte, name string, err error) {
	c, _, err := s.Compare(ctx, q)
	if err != nil {
		return nil, "", err
	}
	l := text.Of(ctx)
	head, rows := c.table(l)
	columns := make([]sheet.Column, len(head))
	for i, h := range head {
		columns[i] = sheet.Column{Key: num(int64(i)), Title: map[text.Lang]string{text.Chinese: h, text.English: h}, Kind: sheet.Text, Width: 14}
	}
	var b bytes.Buffer
	err = sheet.Workbook(&b, []sheet.Leaf{{Name: c.Month, Columns: columns, Rows: rows}}, l)
	return b.Bytes(), say(l, "compare.title") + "-" + c.AreaName + "-" + c.Month + ".xlsx", err
}
