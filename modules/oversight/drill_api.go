package oversight

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/web"
)

// levelCount is companies by the level of standardization they hold.
type levelCount struct {
	Level1 int64 `json:"level1"`
	Level2 int64 `json:"level2"`
	Level3 int64 `json:"level3"`
	Pass   int64 `json:"pass" doc:"small firms that passed"`
	None   int64 `json:"none"`
}

// FiguresView are the counts of an area or an industry.
type FiguresView struct {
	Companies   int64       `json:"companies"`
	Activated   int64       `json:"activated"`
	Colours     colourCount `json:"colours" doc:"companies by colour"`
	Levels      levelCount  `json:"levels" doc:"companies by level"`
	Open        int64       `json:"open" doc:"hazards not closed"`
	Overdue     int64       `json:"overdue" doc:"hazards overdue"`
	WithOverdue int64       `json:"withOverdue" doc:"companies that have something overdue"`
	MajorOpen   int64       `json:"majorOpen"`
	Missing     int64       `json:"missing" doc:"companies with a report missing"`
	ReportRate  int64       `json:"reportRate" doc:"companies without a missing report, hundredths of a percent; -1: no company"`
	CertRate    int64       `json:"certRate" doc:"certificates valid of those needed, hundredths of a percent; -1: none needed"`
}

// placeView is an area or an industry on the wire.
type placeView struct {
	Path string `json:"path" doc:"of an area, or the letter or digits of an industry"`
	Name string `json:"name" doc:"empty of an industry"`
	Kind string `json:"kind" doc:"as divisions have it, or industry"`
}

type countedView struct {
	Path string `json:"path"`
	Name string `json:"name"`
	Kind string `json:"kind"`
	FiguresView
	Before *FiguresView `json:"before,omitempty" doc:"at the end of last month; absent where that is not known or a filter narrows the counts"`
}

type drillView struct {
	Trail    []placeView   `json:"trail" nullable:"false" doc:"the way down from what you oversee"`
	Total    countedView   `json:"total"`
	Items    []countedView `json:"items" nullable:"false"`
	Rest     int64         `json:"rest" doc:"companies of the whole that belong to no item"`
	Method   Method        `json:"method" enum:"live,ready,estimate" doc:"counted now, kept ready, or estimated from a sample"`
	AsOf     day.Date      `json:"asOf" doc:"of levels and certificates, or of industries, where they are kept ready; empty: now"`
	BeforeOn day.Date      `json:"beforeOn" doc:"day of the figures compared with; empty: none"`
}

// rate is a share in hundredths of a percent, -1 of nothing.
func rate(part, whole int64) int64 {
	if whole <= 0 {
		return -1
	}
	return part * 10_000 / whole
}

func viewFigures(f Figures) FiguresView {
	return FiguresView{
		Companies: f.Companies, Activated: f.Activated, Colours: colourCount{f.Red, f.Orange, f.Yellow, f.Blue},
		Levels: levelCount{f.Level1, f.Level2, f.Level3, f.LevelPass, max(0, f.Companies-f.Level1-f.Level2-f.Level3-f.LevelPass)},
		Open:   f.Open, Overdue: f.Overdue, WithOverdue: f.WithOverdue, MajorOpen: f.MajorOpen, Missing: f.Missing,
		ReportRate: rate(f.Companies-f.Missing, f.Companies), CertRate: rate(f.CertNum, f.CertDen),
	}
}

func viewCounted(c Counted) countedView {
	v := countedView{Path: c.Path, Name: c.Name, Kind: c.Kind, FiguresView: viewFigures(c.Figures)}
	if c.Before != nil {
		was := viewFigures(*c.Before)
		v.Before = &was
	}
	return v
}

func viewDrill(d Drill) drillView {
	v := drillView{Total: viewCounted(d.Total), Rest: d.Rest.Companies, Method: d.Method, AsOf: d.AsOf, BeforeOn: d.BeforeOn}
	v.Trail, v.Items = make([]placeView, len(d.Trail)), make([]countedView, len(d.Items))
	for i, p := range d.Trail {
		v.Trail[i] = placeView(p)
	}
	for i, c := range d.Items {
		v.Items[i] = viewCounted(c)
	}
	return v
}

type monthView struct {
	Month day.Date `json:"month" doc:"its first day"`
	AsOf  day.Date `json:"asOf" doc:"last day it holds for"`
	FiguresView
}

type monthsView struct {
	Items []monthView `json:"items" nullable:"false"`
}

type monthsQuery struct {
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
	Months   int    `query:"months" minimum:"1" maximum:"36" default:"13"`
}

type clusterView struct {
	Longitude float64     `json:"longitude"`
	Latitude  float64     `json:"latitude"`
	Companies int64       `json:"companies"`
	Colours   colourCount `json:"colours"`
	Named     []Named     `json:"named" nullable:"false" doc:"who they are, where they are few"`
}

type chartView struct {
	Items []clusterView `json:"items" nullable:"false"`
	Wide  bool          `json:"wide" doc:"too many companies for marks: choose an area first"`
}

type mapQuery struct {
	FilterQuery
	West  float64 `query:"west" minimum:"-180" maximum:"180" default:"-180" doc:"of the window, degrees"`
	South float64 `query:"south" minimum:"-90" maximum:"90" default:"-90"`
	East  float64 `query:"east" minimum:"-180" maximum:"180" default:"180"`
	North float64 `query:"north" minimum:"-90" maximum:"90" default:"90"`
}

type shapeView struct {
	Path      string       `json:"path"`
	Rings     [][][2]int32 `json:"rings" nullable:"false" doc:"longitude and latitude, degrees times a million, against the clock"`
	Middle    [2]int32     `json:"middle" doc:"where its name stands"`
	Schematic bool         `json:"schematic" doc:"drawn around the places of its companies (示意图), no surveyed boundary"`
}

type shapesView struct {
	Items []shapeView `json:"items" nullable:"false"`
	Tiles string      `json:"tiles" doc:"address of map tiles with {z}, {x} and {y}; empty: the map does without"`
}

type shapesQuery struct {
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of the area whose parts are drawn; empty: what you oversee"`
}

// mountDrill adds the operations that go from the nation down to the grid.
func mountDrill(api huma.API, s *Service) {
	bad := []*fault.Error{ErrBand}
	web.Handle(api, web.Op{ID: "drillAreas", Route: "GET /oversight/areas", Action: ActionList, Summary: "Count the companies of an area and of those below it", Faults: bad}, s.getDrill)
	web.Handle(api, web.Op{ID: "drillIndustries", Route: "GET /oversight/industries", Action: ActionList, Summary: "Count the companies of an area by industry", Faults: bad}, s.getIndustries)
	web.Handle(api, web.Op{ID: "listAreaMonths", Route: "GET /oversight/months", Action: ActionList, Summary: "Read how an area stood month by month"}, s.getMonths)
	web.Handle(api, web.Op{ID: "mapCompanies", Route: "GET /oversight/map", Action: ActionList, Summary: "Gather companies for a map", Faults: bad}, s.getMap)
	web.Handle(api, web.Op{ID: "listAreaShapes", Route: "GET /oversight/shapes", Action: ActionList, Summary: "Read the shapes of the areas below one"}, s.getShapes)
}

func (s *Service) getDrill(ctx context.Context, in *struct{ FilterQuery }) (*web.Body[drillView], error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	d, err := s.DrillAreas(ctx, f)
	return &web.Body[drillView]{Body: viewDrill(d)}, err
}

func (s *Service) getIndustries(ctx context.Context, in *struct{ FilterQuery }) (*web.Body[drillView], error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	d, err := s.DrillIndustries(ctx, f)
	return &web.Body[drillView]{Body: viewDrill(d)}, err
}

func (s *Service) getMonths(ctx context.Context, in *monthsQuery) (*web.Body[monthsView], error) {
	rows, err := s.Trend(ctx, in.Division, in.Months)
	v := monthsView{Items: make([]monthView, len(rows))}
	for i, r := range rows {
		v.Items[i] = monthView{r.Month, r.AsOf, viewFigures(r.Figures)}
	}
	return &web.Body[monthsView]{Body: v}, err
}

func (s *Service) getMap(ctx context.Context, in *mapQuery) (*web.Body[chartView], error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	c, err := s.Map(ctx, f, Window{in.West, in.South, in.East, in.North})
	return &web.Body[chartView]{Body: viewChart(c)}, err
}

func viewChart(c Chart) chartView {
	v := chartView{Items: make([]clusterView, len(c.Clusters)), Wide: c.Wide}
	for i, m := range c.Clusters {
		v.Items[i] = clusterView{m.Longitude, m.Latitude, m.Companies, colourCount{m.Red, m.Orange, m.Yellow, m.Blue}, append([]Named{}, m.Named.V...)}
	}
	return v
}

func (s *Service) getShapes(ctx context.Context, in *shapesQuery) (*web.Body[shapesView], error) {
	rows, err := s.Shapes(ctx, in.Division)
	v := shapesView{Items: make([]shapeView, len(rows)), Tiles: s.Tiles}
	for i, r := range rows {
		v.Items[i] = shapeView{r.Path, r.Rings.V, [2]int32{r.LongitudeE6, r.LatitudeE6}, r.Schematic}
	}
	return &web.Body[shapesView]{Body: v}, err
}
