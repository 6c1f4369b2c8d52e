package staff

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

func mountBars(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listBars", Route: "GET /staff/people/{id}/bars", Action: ActionAssign, Summary: "What keeps a person from a post today, and whether the reader may put him there all the same",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrPostUnknown},
	}, s.getBars)
	web.Handle(api, web.Op{
		ID: "listOverrides", Route: "GET /staff/overrides", Action: ActionOverrides, Summary: "Who was put on a post although something barred him, the latest first",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getOverrides)
}

type barsInput struct {
	ID     id.Of[id.Staff] `path:"id"`
	PostID id.Of[id.Post]  `query:"postId" required:"true"`
}

type barView struct {
	Source string `json:"source"`
	Words  string `json:"words"`
}

type barsView struct {
	Items    []barView `json:"items" nullable:"false"`
	Override bool      `json:"override" doc:"the reader may put him there with a reason"`
}

func (s *Service) getBars(ctx context.Context, in *barsInput) (*web.Body[barsView], error) {
	bars, err := s.BarsOf(ctx, in.ID, in.PostID)
	a, _ := rbac.ActorOf(ctx)
	return &web.Body[barsView]{Body: barsView{viewBars(text.Of(ctx), bars), s.Gate.Can(a, ActionOverride)}}, err
}

func viewBars(l text.Lang, bars []Bar) []barView {
	out := make([]barView, len(bars))
	for i, b := range bars {
		out[i] = barView{b.Source, b.Say(l)}
	}
	return out
}

// OverrideView is an override in a list; exported because huma skips an embedded type that is not.
type OverrideView struct {
	ID        id.Of[Override] `json:"id"`
	StaffID   id.Of[id.Staff] `json:"staffId"`
	StaffName string          `json:"staffName"`
	PostID    id.Of[id.Post]  `json:"postId"`
	PostName  string          `json:"postName"`
	FromOn    day.Date        `json:"fromOn"`
	Bars      []barView       `json:"bars" nullable:"false"`
	Reason    string          `json:"reason"`
	ByName    string          `json:"byName"`
	At        time.Time       `json:"at"`
}

func viewOverride(l text.Lang) func(Override) OverrideView {
	return func(o Override) OverrideView {
		return OverrideView{o.ID, o.StaffID, o.StaffName, o.PostID, o.PostName, o.FromOn, viewBars(l, o.Bars.V), o.Reason, o.ByName, o.At}
	}
}

func overrideKey(o Override) []string { return []string{o.ID.String()} }

func (s *Service) getOverrides(ctx context.Context, in *OverrideFilter) (*web.Body[page.List[OverrideView]], error) {
	rows, k, err := s.Overrides(ctx, *in)
	return &web.Body[page.List[OverrideView]]{Body: page.Of(rows, k, in.Limit, overrideKey, viewOverride(text.Of(ctx)))}, err
}

// OverrideColumns are the columns of the list of overrides.
func OverrideColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "at", Title: title("日期", "Date"), Kind: sheet.Date},
		{Key: "staffName", Title: title("姓名", "Name"), Kind: sheet.Text, Width: 12},
		{Key: "postName", Title: title("岗位", "Post"), Kind: sheet.Text},
		{Key: "fromOn", Title: title("上岗日期", "On the post from"), Kind: sheet.Date},
		{Key: "bars", Title: title("不符合项", "What barred him"), Kind: sheet.Text, Width: 50},
		{Key: "reason", Title: title("特批理由", "Reason"), Kind: sheet.Text, Width: 40},
		{Key: "byName", Title: title("批准人", "Allowed by"), Kind: sheet.Text, Width: 12},
	}
}

// OverridePage reads one page of overrides for an export. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) OverridePage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[OverrideFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Overrides(ctx, f)
	list := page.Of(rows, k, limit, overrideKey, func(o Override) Override { return o })
	for _, o := range list.Items {
		out = append(out, sheet.Record{Key: o.ID.String(), Values: []string{
			day.In(o.At, day.Shanghai).String(), o.StaffName, o.PostName, o.FromOn.String(), sayBars(text.Of(ctx), o.Bars.V), o.Reason, o.ByName,
		}})
	}
	return out, list.Next, err
}
