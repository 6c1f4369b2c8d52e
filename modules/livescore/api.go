package livescore

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/evidence"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// Mount registers the module's operations.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getLiveScore", Route: "GET /livescore/score", Action: ActionRead, Summary: "A company's live score (动态得分), item by item, and what would lift it", Faults: []*fault.Error{rbac.ErrNotFound, ErrUnscored},
	}, s.getScore)
	web.Handle(api, web.Op{
		ID: "listLiveScoreDays", Route: "GET /livescore/history", Action: ActionRead, Summary: "How a company's live score went", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getHistory)
	web.Handle(api, web.Op{
		ID: "listLiveScoreChanges", Route: "GET /livescore/changes", Action: ActionRead, Summary: "What moved a company's live score, latest first", Faults: []*fault.Error{rbac.ErrNotFound, page.ErrCursor},
	}, s.getChanges)
	web.Handle(api, web.Op{
		ID: "listLiveScoreRows", Route: "GET /livescore/rows", Action: ActionRows, Summary: "The records behind a figure of a live score, without names", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getRows)
}

// companyIn names a company.
type companyIn struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"left out: the actor's own"`
}

type historyIn struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"left out: the actor's own"`
	Days      int            `query:"days" minimum:"7" maximum:"366" default:"90"`
}

type changesIn struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"left out: the actor's own"`
}

type rowsIn struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"left out: the actor's own"`
	Metric    string         `query:"metric" required:"true" maxLength:"60"`
	Period    Span           `query:"period" required:"true" enum:"month,quarter,year,today"`
	After     int64          `query:"after" minimum:"0" doc:"id of the last row seen"`
	Limit     int            `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type daysView struct {
	Items []dayView `json:"items" nullable:"false"`
}

type dayView struct {
	On       day.Date `json:"on"`
	Score    int32    `json:"score" doc:"hundredths of 100; -1: nothing was known"`
	Level    string   `json:"level"`
	Measured int32    `json:"measured" doc:"hundredths of a percent of the table's points"`
	Known    int32    `json:"known"`
}

type rowsView struct {
	Items []rowView `json:"items" nullable:"false"`
	Next  int64     `json:"next" doc:"pass as after; 0: no more"`
}

type rowView struct {
	Noun   string   `json:"noun" doc:"whose record, e.g. hazard"`
	ID     int64    `json:"id"`
	On     day.Date `json:"on"`
	Counts bool     `json:"counts" doc:"done; every row is counted as due"`
}

func (s *Service) getScore(ctx context.Context, in *companyIn) (*web.Body[scoreView], error) {
	sheet, err := s.At(ctx, in.CompanyID)
	if err != nil {
		return nil, err
	}
	return &web.Body[scoreView]{Body: viewScore(text.Of(ctx), sheet)}, nil
}

func (s *Service) getHistory(ctx context.Context, in *historyIn) (*web.Body[daysView], error) {
	days, err := s.History(ctx, in.CompanyID, in.Days)
	v := daysView{Items: make([]dayView, len(days))}
	for i, d := range days {
		v.Items[i] = dayView{d.OnDay, d.Score, d.Level, d.Measured, d.Known}
	}
	return &web.Body[daysView]{Body: v}, err
}

func (s *Service) getChanges(ctx context.Context, in *changesIn) (*web.Body[page.List[changeView]], error) {
	rows, k, err := s.Changes(ctx, in.CompanyID, in.Query)
	l := text.Of(ctx)
	return &web.Body[page.List[changeView]]{Body: page.Of(rows, k, in.Limit, keyOf, func(c Change) changeView { return viewChange(l, c) })}, err
}

func (s *Service) getRows(ctx context.Context, in *rowsIn) (*web.Body[rowsView], error) {
	rows, err := s.Behind(ctx, in.CompanyID, Slot{in.Metric, in.Period}, in.After, in.Limit+1)
	return &web.Body[rowsView]{Body: viewRows(rows, in.Limit)}, err
}

func viewRows(rows []evidence.Row, limit int) (v rowsView) {
	if len(rows) > limit {
		rows = rows[:limit]
		v.Next = rows[limit-1].ID
	}
	v.Items = make([]rowView, len(rows))
	for i, r := range rows {
		v.Items[i] = rowView(r)
	}
	return v
}
