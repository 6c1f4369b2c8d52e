package performance

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Fill computes the figures of a month for some companies, a query a metric, and keeps those
// that changed.
func (s *Service) Fill(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], on day.Date) (changed int64, err error) {
	p := month(on)
	if today := day.In(tx.Now, day.Shanghai); !p.From.After(today) {
		p.Until = day.Earlier(p.Until, today) // of a running month, what lies behind us
	}
	return s.Metrics.Fill(ctx, tx, companies, p)
}

// Figures lists the figures of companies in scope for a month, which name no person, and the
// period asked. Errors: page.ErrCursor.
func (s *Service) Figures(ctx context.Context, f FigureFilter) (rows []Figures, k page.Key, period string, err error) {
	if k, err = f.Start("company", 1); err != nil {
		return nil, k, "", err
	}
	err = s.Gate.Read(ctx, ActionFigures, func(tx db.Tx, scope rbac.Scope) (err error) {
		if f.Period == "" {
			today := day.In(tx.Now, day.Shanghai)
			f.Period = month(today.AddDays(-today.Day())).Key
		}
		period = f.Period
		rows, err = figuresBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, period, err
}

// Behind lists the records behind one figure of the actor's company. Errors: ErrFiguresPeriod,
// rbac.ErrNotFound for a figure that nobody provides.
func (s *Service) Behind(ctx context.Context, metric, period string, after int64, limit int) (rows []evidence.Row, err error) {
	err = s.Gate.Read(ctx, ActionScores, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		f, span, err := SpanOf(period)
		if err != nil || f != Monthly {
			return ErrFiguresPeriod.At("query.period")
		}
		m, ok := s.Metrics.Find(metric)
		if !ok || !scope.Can(rbac.ActionWhole) {
			return rbac.ErrNotFound
		}
		rows, err = m.Rows(ctx, tx, home.CompanyID, evidence.Period(span), after, limit)
		return err
	})
	return rows, err
}
