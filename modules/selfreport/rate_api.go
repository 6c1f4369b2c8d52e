package selfreport

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

type rateRow struct {
	Area       string `json:"area"`
	Name       string `json:"name"`
	Bound      int64  `json:"bound" doc:"companies that owed a report at the period's end"`
	Reported   int64  `json:"reported" doc:"submitted, received, or made in another system; zero reports count"`
	Rate       *int64 `json:"rate,omitempty" doc:"reported of bound, in hundredths of a percent"`
	Late       int64  `json:"late"`
	Zero       int64  `json:"zero"`
	Paper      int64  `json:"paper"`
	Outside    int64  `json:"outside"`
	Returned   int64  `json:"returned"`
	Missing    int64  `json:"missing" doc:"bound and not reported; those returned among them"`
	HighRisk   Share  `json:"highRisk"`
	AboveScale Share  `json:"aboveScale"`
	Crowded    Share  `json:"crowded"`
}

func viewRate(r Rate) rateRow {
	v := rateRow{
		Area: r.Area, Name: r.AreaName, Bound: r.Bound, Reported: r.Reported, Late: r.Late, Zero: r.Zero, Paper: r.Paper, Outside: r.Outside, Returned: r.Returned,
		Missing: r.Bound - r.Reported, HighRisk: Share{r.HighBound, r.HighIn}, AboveScale: Share{r.ScaleBound, r.ScaleIn}, Crowded: Share{r.CrowdBound, r.CrowdIn},
	}
	if r.Bound > 0 {
		n := r.Reported * 10000 / r.Bound
		v.Rate = &n
	}
	return v
}

type ratesView struct {
	Cycle   string    `json:"cycle"`
	Period  string    `json:"period"`
	DueOn   day.Date  `json:"dueOn"`
	Periods []string  `json:"periods" nullable:"false" doc:"that have ended, newest first"`
	Total   rateRow   `json:"total"`
	Below   []rateRow `json:"below" nullable:"false" doc:"the areas directly below"`
}

func (s *Service) getRates(ctx context.Context, in *RateQuery) (*web.Body[ratesView], error) {
	r, err := s.Rates(ctx, *in)
	v := ratesView{r.Cycle.ID, r.Period.Name, r.DueOn, append([]string{}, r.Periods...), viewRate(r.Total), make([]rateRow, len(r.Below))}
	for i, b := range r.Below {
		v.Below[i] = viewRate(b)
	}
	return &web.Body[ratesView]{Body: v}, err
}

type boundView struct {
	ID           id.Of[id.Company] `json:"id"`
	Name         string            `json:"name"`
	Area         string            `json:"area"`
	Town         string            `json:"town"`
	ReportID     id.Of[id.Report]  `json:"reportId,omitempty"`
	Standing     string            `json:"standing" enum:"unreported,submitted,received,returned,outside"`
	Zero         bool              `json:"zero"`
	Late         bool              `json:"late"`
	Paper        bool              `json:"paper"`
	ReportedOn   day.Date          `json:"reportedOn,omitempty"`
	HighRisk     bool              `json:"highRisk"`
	AboveScale   bool              `json:"aboveScale"`
	Crowded      bool              `json:"crowded"`
	ContactName  string            `json:"contactName"`
	ContactPhone string            `json:"contactPhone"`
	UrgedOn      day.Date          `json:"urgedOn,omitempty"`
}

func viewBound(r BoundRow) boundView {
	v := boundView{
		ID: r.CompanyID, Name: r.Name, Area: r.RegionPath, Town: r.AreaName, Standing: r.Standing, Zero: r.Zero, Late: r.Late, Paper: r.Paper, ReportedOn: r.ReportedOn,
		HighRisk: r.HighRisk, AboveScale: r.AboveScale, Crowded: r.Crowded, ContactName: r.ContactName, ContactPhone: r.ContactPhone, UrgedOn: r.UrgedOn,
	}
	if r.ReportID != nil {
		v.ReportID = *r.ReportID
	}
	return v
}

func (s *Service) getBounds(ctx context.Context, in *BoundFilter) (*web.Body[page.List[boundView]], error) {
	rows, k, err := s.Bounds(ctx, *in)
	return &web.Body[page.List[boundView]]{Body: page.Of(rows, k, in.Limit, keyOfBound, viewBound)}, err
}

func (s *Service) postUrge(ctx context.Context, in *web.Body[Urging]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Urge(ctx, in.Body))
}

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

var yesNo = []sheet.Option{{Value: "true", Title: title("是", "Yes")}, {Value: "false", Title: title("否", "No")}}

// BoundColumns are the columns of the list of companies bound, in the order of the screen.
func BoundColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: title("企业名称", "Company"), Width: 36},
		{Key: "town", Title: title("所在镇街", "Town or street"), Width: 14},
		{Key: "standing", Title: title("报送情况", "Standing"), Kind: sheet.Choice, Choices: []sheet.Option{
			{Value: "unreported", Title: title("未报", "Not reported")},
			{Value: "submitted", Title: title("已提交", "Submitted")},
			{Value: "received", Title: title("已接收", "Received")},
			{Value: "returned", Title: title("被退回", "Returned")},
			{Value: "outside", Title: title("已在外部系统填报", "Reported elsewhere")},
		}},
		{Key: "zero", Title: title("零报告", "Zero report"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "late", Title: title("迟报", "Late"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "paper", Title: title("纸质盖章", "On paper"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "reportedOn", Title: title("报送日期", "Reported on"), Kind: sheet.Date},
		{Key: "highRisk", Title: title("高危企业", "High risk"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "aboveScale", Title: title("规模以上", "Above scale"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "crowded", Title: title("人员密集场所", "Crowded place"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "contactName", Title: title("联系人", "Contact"), Width: 12},
		{Key: "contactPhone", Title: title("联系电话", "Telephone"), Kind: sheet.Code, Width: 16},
		{Key: "urgedOn", Title: title("最近催报", "Last urged"), Kind: sheet.Date},
	}
}

// ExportBounds reads one page of the list for an export.
func (s *Service) ExportBounds(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[BoundFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Limit, f.Cursor = limit, cursor
	rows, k, err := s.Bounds(ctx, f)
	if err != nil {
		return nil, "", err
	}
	list := page.Of(rows, k, limit, keyOfBound, viewBound)
	for _, v := range list.Items {
		out = append(out, sheet.Record{Key: v.ID.String(), Values: []string{
			v.Name, v.Town, v.Standing, fmt.Sprint(v.Zero), fmt.Sprint(v.Late), fmt.Sprint(v.Paper), v.ReportedOn.String(), fmt.Sprint(v.HighRisk), fmt.Sprint(v.AboveScale),
			fmt.Sprint(v.Crowded), v.ContactName, v.ContactPhone, v.UrgedOn.String(),
		}})
	}
	return out, list.Next, nil
}

// RateColumns are the columns of the reporting rate by area.
func RateColumns() []sheet.Column {
	columns := []sheet.Column{{Key: "name", Title: title("区域", "Area"), Width: 18}}
	for _, c := range [][3]string{
		{"bound", "应报", "Due"},
		{"reported", "已报", "Reported"},
		{"rate", "上报率", "Rate"},
		{"late", "迟报", "Late"},
		{"zero", "零报告", "Zero reports"},
		{"paper", "纸质盖章", "On paper"},
		{"outside", "外部系统", "Elsewhere"},
		{"returned", "被退回", "Returned"},
		{"missing", "未报", "Missing"},
		{"highBound", "高危企业应报", "High risk: due"},
		{"highIn", "高危企业已报", "High risk: reported"},
		{"scaleBound", "规上应报", "Above scale: due"},
		{"scaleIn", "规上已报", "Above scale: reported"},
		{"crowdBound", "人员密集应报", "Crowded: due"},
		{"crowdIn", "人员密集已报", "Crowded: reported"},
	} {
		kind := sheet.Int
		if c[0] == "rate" {
			kind = sheet.Text
		}
		columns = append(columns, sheet.Column{Key: c[0], Title: title(c[1], c[2]), Kind: kind})
	}
	return columns
}

// ExportRates reads the reporting rate for an export: the areas, then their sum.
func (s *Service) ExportRates(ctx context.Context, filters map[string][]string, _ string, _ int) (out []sheet.Record, next string, err error) {
	q, err := web.Params[RateQuery](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	r, err := s.Rates(ctx, q)
	if err != nil {
		return nil, "", err
	}
	for _, one := range append(r.Below, r.Total) {
		v := viewRate(one)
		values := []string{v.Name}
		for i, n := range []int64{
			v.Bound, v.Reported, 0, v.Late, v.Zero, v.Paper, v.Outside, v.Returned, v.Missing, one.HighBound, one.HighIn, one.ScaleBound, one.ScaleIn, one.CrowdBound, one.CrowdIn,
		} {
			if i == 2 {
				values = append(values, percent(v.Rate))
				continue
			}
			values = append(values, fmt.Sprint(n))
		}
		out = append(out, sheet.Record{Key: v.Area, Values: values})
	}
	return out, "", nil
}
