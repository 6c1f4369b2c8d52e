package oversight

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// RowView is a company in the graded list.
type RowView struct {
	ID         rbac.CompanyID `json:"id"`
	Name       string         `json:"name"`
	USCC       string         `json:"uscc" doc:"or the id that stands in for it"`
	Division   string         `json:"division" doc:"path of its area"`
	Town       string         `json:"town"`
	Line       int16          `json:"line"`
	Industry   string         `json:"industry"`
	Size       int16          `json:"size" doc:"0 unknown, 1 large, 2 medium, 3 small, 4 micro"`
	AboveScale bool           `json:"aboveScale"`
	Activated  bool           `json:"activated" doc:"somebody of the company has signed in"`
	Colour     int16          `json:"colour" doc:"1 red, 2 orange, 3 yellow, 4 blue"`
	Score      int32          `json:"score" doc:"hundredths of a point of 100, over what is measured"`
	Measured   int32          `json:"measured" doc:"hundredths of the weight that is measured; 0: nothing yet, and score means nothing"`
	Open       int32          `json:"open" doc:"hazards not closed"`
	Overdue    int32          `json:"overdue"`
	MajorOpen  int32          `json:"majorOpen"`
	LastReport day.Date       `json:"lastReport" doc:"empty: never"`
	Missing    int32          `json:"missing" doc:"reports due and not submitted"`
	Contact    string         `json:"contactName" doc:"whom to call"`
	Phone      string         `json:"contactPhone"`
	Level      string         `json:"level" doc:"of standardization, held: 1, 2, 3, pass; empty: none"`
	Live       int32          `json:"live" doc:"live score (动态得分) in hundredths; -1: none yet"`
	Class      string         `json:"class" doc:"A to D as published; empty: none"`
	Grid       string         `json:"grid" doc:"name of its village or grid; empty: not known"`
	GradeUntil day.Date       `json:"gradeUntil" doc:"last day of the level; empty: none held"`
	CertNum    int32          `json:"certNum" doc:"certificates that must be held and are valid"`
	CertDen    int32          `json:"certDen" doc:"certificates that must be held"`
	FundNum    int64          `json:"fundNum" doc:"safety fund used this year, in fen; -1: not measured"`
	FundDen    int64          `json:"fundDen" doc:"to be set aside this year, in fen; -1: not measured"`
	MustJoin   bool           `json:"mustJoin" doc:"must join standardization"`
	MustRules  string         `json:"mustRules" doc:"rules by which it must, separated by commas"`
	Signals    int32          `json:"signals" doc:"signals about its records that nobody has looked at"`
	Person     string         `json:"person" doc:"principal, or whom to call"`
}

// viewRow shows a company; places are the names of its town and grid by path.
func viewRow(b Board, places map[string]string, i Identity) RowView {
	return RowView{
		ID: b.CompanyID, Name: b.Name, USCC: code.Or(b.USCC, b.RegionPath, int64(b.CompanyID)), Division: b.RegionPath, Town: places[townOf(b.RegionPath)], Line: b.OversightLine, Industry: b.Industry,
		Size: b.SizeClass, AboveScale: b.AboveScale, Activated: b.Activated, Colour: int16(b.Colour), Score: b.Score, Measured: b.Measured, Open: b.Open,
		Overdue: b.Overdue, MajorOpen: b.MajorOpen, LastReport: dayOf(b.LastReport), Missing: b.Missing,
		Contact: i.ContactName, Phone: i.ContactPhone, Level: b.Level, Live: b.Live, Class: b.Class,
		Grid: places[b.Grid], GradeUntil: dayOf(b.GradeUntil), CertNum: b.CertNum, CertDen: b.CertDen, FundNum: orMinus(b.FundNum), FundDen: orMinus(b.FundDen),
		MustJoin: b.MustJoin, MustRules: strings.Join(b.MustRules, ","), Signals: b.Signals, Person: b.Person,
	}
}

// orMinus is -1 where a figure is not measured.
func orMinus(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

// areaView is the count of one area.
type areaView struct {
	Path        string      `json:"path"`
	Name        string      `json:"name"`
	Companies   int64       `json:"companies"`
	Activated   int64       `json:"activated"`
	Open        int64       `json:"open"`
	Overdue     int64       `json:"overdue" doc:"hazards overdue"`
	WithOverdue int64       `json:"withOverdue" doc:"companies that have something overdue"`
	MajorOpen   int64       `json:"majorOpen"`
	Missing     int64       `json:"missing" doc:"companies with a report missing"`
	Colours     colourCount `json:"colours" doc:"companies by colour"`
}

type colourCount struct {
	Red    int64 `json:"red"`
	Orange int64 `json:"orange"`
	Yellow int64 `json:"yellow"`
	Blue   int64 `json:"blue"`
}

type areasView struct {
	Total areaView   `json:"total"`
	Items []areaView `json:"items" nullable:"false"`
}

func viewArea(a Area) areaView {
	v := areaView{Path: a.Path, Name: a.Name}
	for _, c := range a.Counts {
		v.Companies, v.Activated, v.Open, v.Overdue = v.Companies+c.Companies, v.Activated+c.Activated, v.Open+c.Open, v.Overdue+c.Overdue
		v.WithOverdue, v.MajorOpen, v.Missing = v.WithOverdue+c.WithOverdue, v.MajorOpen+c.MajorOpen, v.Missing+c.Missing
		switch c.Colour {
		case Red:
			v.Colours.Red += c.Companies
		case Orange:
			v.Colours.Orange += c.Companies
		case Yellow:
			v.Colours.Yellow += c.Companies
		case Blue:
			v.Colours.Blue += c.Companies
		}
	}
	return v
}

// dossierView is what a regulator sees of one company.
type dossierView struct {
	RowView
	DivisionName string       `json:"divisionName"`
	Address      string       `json:"address"`
	StaffCount   *int32       `json:"staffCount,omitempty"`
	Tags         []string     `json:"tags" nullable:"false"`
	Registers    []string     `json:"registers" nullable:"false" doc:"special registers it stands in: dust, confined_space, presses, standard, other"`
	Standing     standingView `json:"standing"`
	Reports      []reportView `json:"reports" nullable:"false"`
}

// reportView is a self-report in a dossier.
type reportView struct {
	ID string `json:"id"`
	Report
}

type areasQuery struct {
	Parent string `query:"parent" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
}

type one struct {
	ID rbac.CompanyID `path:"id"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listOverseenCompanies", Route: "GET /oversight/companies", Action: ActionList,
		Summary: "List the companies of an area, graded", Faults: []*fault.Error{page.ErrCursor, ErrSort, ErrBand},
	}, s.getList)
	web.Handle(api, web.Op{
		ID: "countOverseenAreas", Route: "GET /oversight/divisions", Action: ActionList,
		Summary: "Count companies by area and colour",
	}, s.getAreas)
	mountDrill(api, s)
	web.Handle(api, web.Op{
		ID: "getDossier", Route: "GET /oversight/companies/{id}", Action: ActionDossier,
		Summary: "Read the dossier of a company; the company sees that you did", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getDossier)
	mountStanding(api, s)
	mountBoard(api, s)
}

func (s *Service) getList(ctx context.Context, in *listQuery) (*web.Body[BoardList], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	list, err := s.Board(ctx, f, in.Query, in.Count)
	return &web.Body[BoardList]{Body: list}, err
}

func (s *Service) getAreas(ctx context.Context, in *areasQuery) (*web.Body[areasView], error) {
	total, below, err := s.Areas(ctx, in.Parent)
	v := areasView{Total: viewArea(total), Items: make([]areaView, len(below))}
	for i, a := range below {
		v.Items[i] = viewArea(a)
	}
	return &web.Body[areasView]{Body: v}, err
}

func (s *Service) getDossier(ctx context.Context, in *one) (*web.Body[dossierView], error) {
	d, err := s.Read(ctx, in.ID)
	v := dossierView{
		RowView: viewRow(d.Board, d.Places, d.Identity), DivisionName: d.Area, Address: d.Identity.Address,
		StaffCount: d.Identity.StaffCount, Tags: append([]string{}, d.Identity.Tags...), Registers: append([]string{}, d.Registers...), Standing: viewStanding(ctx, d.Board, d.Standing, d.History),
		Reports: make([]reportView, len(d.Reports)),
	}
	for i, r := range d.Reports {
		v.Reports[i] = reportView{itoa(r.ID), r}
	}
	return &web.Body[dossierView]{Body: v}, err
}
