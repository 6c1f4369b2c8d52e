package due

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/web"
)

// RowView is an item on the wire.
type RowView struct {
	ID        id.Of[id.Due]  `json:"id"`
	Kind      string         `json:"kind"`
	KindName  string         `json:"kindName"`
	Title     string         `json:"title"`
	DueOn     day.Date       `json:"dueOn"`
	DaysLeft  int            `json:"daysLeft" doc:"negative: overdue by so many days"`
	OwnerName string         `json:"ownerName" doc:"empty: the safety managers"`
	UnitID    id.Of[id.Unit] `json:"unitId" doc:"empty: the company's"`
	UnitName  string         `json:"unitName"`
	Path      string         `json:"path" doc:"page of the program where it is settled"`
	Closed    bool           `json:"closed"`
}

// kindName says what falls due in the reader's language: of its kind, or at least of its noun.
func kindName(l text.Lang, kind string) string {
	noun, _, _ := strings.Cut(kind, ".")
	for _, code := range []string{"due.kind-" + kind, "due.kind-" + noun} {
		if text.Known(l, code) {
			return text.Say(l, code, nil)
		}
	}
	return kind
}

func rowsAs(ctx context.Context, now day.Date) func(Listed) RowView {
	l := text.Of(ctx)
	return func(r Listed) RowView {
		v := RowView{
			ID: r.ID, Kind: r.Kind, KindName: kindName(l, r.Kind), Title: r.Title, DueOn: r.DueOn, DaysLeft: r.DueOn.DaysSince(now),
			OwnerName: r.OwnerName, UnitName: r.UnitName, Path: r.Path, Closed: r.ClosedAt != nil,
		}
		if r.UnitID != nil {
			v.UnitID = *r.UnitID
		}
		return v
	}
}

type kindView struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

type summaryView struct {
	Overdue int64      `json:"overdue"`
	Week    int64      `json:"week" doc:"due within seven days"`
	Month   int64      `json:"month" doc:"due within thirty days, those of the week among them"`
	Kinds   []kindView `json:"kinds" nullable:"false" doc:"of the open items"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listDueItems", Route: "GET /due/items", Action: ActionList, Summary: "What falls due in the company, the most urgent first",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getItems)
	web.Handle(api, web.Op{ID: "sumDueItems", Route: "GET /due/summary", Action: ActionList, Summary: "How much falls due"}, s.getSummary)
}

func (s *Service) getItems(ctx context.Context, in *Filter) (*web.Body[page.List[RowView]], error) {
	rows, k, now, err := s.List(ctx, *in)
	return &web.Body[page.List[RowView]]{Body: page.Of(rows, k, in.Limit, keyOf, rowsAs(ctx, now))}, err
}

func (s *Service) getSummary(ctx context.Context, _ *struct{}) (*web.Body[summaryView], error) {
	sum, err := s.Sum(ctx)
	v := summaryView{Overdue: sum.Overdue, Week: sum.Week, Month: sum.Month, Kinds: make([]kindView, len(sum.Kinds))}
	for i, k := range sum.Kinds {
		v.Kinds[i] = kindView{k, kindName(text.Of(ctx), k)}
	}
	return &web.Body[summaryView]{Body: v}, err
}
