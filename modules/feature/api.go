package feature

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/web"
)

type featureView struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Text    string   `json:"text" doc:"what it is, and what rests where it is off"`
	Default bool     `json:"default" doc:"whether it is on where no area says anything"`
	Since   day.Date `json:"since" doc:"when the program came to know it"`
	Actions []string `json:"actions" doc:"what is refused where it is off"`
	Pages   []string `json:"pages" nullable:"false" doc:"pages of the desk that the menu leaves out"`
	Field   []string `json:"field" nullable:"false" doc:"those of the phone"`
}

type cellView struct {
	Feature  string   `json:"feature"`
	On       bool     `json:"on"`
	Own      bool     `json:"own" doc:"the area says so itself"`
	By       string   `json:"by" doc:"path of the area that says so; empty: the default"`
	ByName   string   `json:"byName"`
	From     day.Date `json:"from" doc:"since when"`
	Reason   string   `json:"reason"`
	Next     string   `json:"next" enum:",on,off,inherit" doc:"what the area is going to say"`
	NextFrom day.Date `json:"nextFrom"`
}

type lineView struct {
	ID    string     `json:"id"`
	Area  string     `json:"area" doc:"path; empty: the defaults"`
	Name  string     `json:"name"`
	Cells []cellView `json:"cells" nullable:"false"`
}

type tableView struct {
	Features []featureView `json:"features" nullable:"false"`
	Lines    []lineView    `json:"lines" nullable:"false"`
}

type settingView struct {
	ID        id.Of[Setting] `json:"id"`
	Feature   string         `json:"feature"`
	Name      string         `json:"name"`
	Area      string         `json:"area"`
	AreaName  string         `json:"areaName"`
	Value     Value          `json:"value" enum:"on,off,inherit"`
	From      day.Date       `json:"from"`
	Reason    string         `json:"reason"`
	By        string         `json:"by"`
	CreatedAt time.Time      `json:"createdAt"`
}

type tableQuery struct {
	Area string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"an area to be shown besides those that say anything"`
}

type historyQuery struct {
	Feature string `query:"feature" maxLength:"30" pattern:"^[a-z-]*$"`
	Area    string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	page.Query
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getFeatures", Route: "GET /feature/table", Action: ActionSee, Summary: "Which features are switched on in which area, and by whose word"}, s.getTable)
	web.Handle(api, web.Op{ID: "listFeatureSettings", Route: "GET /feature/settings", Action: ActionSee, Summary: "What was set, latest first", Faults: []*fault.Error{page.ErrCursor}}, s.getHistory)
	web.Handle(api, web.Op{
		ID: "setFeature", Route: "POST /feature/settings", Action: ActionKeep, Summary: "Switch a feature on or off in an area from a day on", Faults: []*fault.Error{ErrUnknown, ErrArea, ErrPast, ErrSame},
	}, s.postSetting)
}

func (s *Service) getTable(ctx context.Context, in *tableQuery) (*web.Body[tableView], error) {
	lines, names, err := s.Table(ctx, in.Area)
	v := tableView{[]featureView{}, []lineView{}}
	for _, f := range Library {
		v.Features = append(v.Features, viewFeature(f, text.Of(ctx)))
	}
	for _, l := range lines {
		v.Lines = append(v.Lines, viewLine(l, names))
	}
	return &web.Body[tableView]{Body: v}, err
}

func viewFeature(f Feature, l text.Lang) featureView {
	v := featureView{f.Code, f.Name(l), f.Text(l), f.Default == On, f.Since, []string{}, append([]string{}, f.Desk...), append([]string{}, f.Field...)}
	for _, a := range f.Actions {
		v.Actions = append(v.Actions, string(a))
	}
	return v
}

func viewLine(l Line, names map[string]string) lineView {
	v := lineView{"area" + l.Area, l.Area, l.Name, []cellView{}}
	for _, c := range l.Cells {
		v.Cells = append(v.Cells, cellView{c.Feature, c.On, c.Own, c.By.RegionPath, names[c.By.RegionPath], c.By.FromOn, c.By.Reason, string(c.Next.Value), c.Next.FromOn})
	}
	return v
}

func (s *Service) getHistory(ctx context.Context, in *historyQuery) (*web.Body[page.List[settingView]], error) {
	rows, k, err := s.History(ctx, in.Feature, in.Area, in.Query)
	list := page.Of(rows, k, in.Limit, func(r Row) []string { return []string{r.ID.String()} }, func(r Row) settingView { return viewSetting(r, text.Of(ctx)) })
	return &web.Body[page.List[settingView]]{Body: list}, err
}

func viewSetting(r Row, l text.Lang) settingView {
	f, _ := byCode(r.Feature) // an old one may have gone
	return settingView{r.ID, r.Feature, f.Name(l), r.RegionPath, r.AreaName, r.Value, r.FromOn, r.Reason, r.ByName, r.CreatedAt}
}

func (s *Service) postSetting(ctx context.Context, in *web.Body[Change]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Set(ctx, in.Body))
}
