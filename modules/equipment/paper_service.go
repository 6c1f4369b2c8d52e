package equipment

import (
	"context"
	"strconv"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// mostLabels is how many labels one file holds.
const mostLabels = 600

// Labelling says which labels to print.
type Labelling struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Thing     Thing          `query:"thing" enum:"machine,special,fire,cylinder" default:"machine"`
	IDs       string         `query:"ids" pattern:"^[0-9,]*$" maxLength:"11400" doc:"these rows, ids separated by commas; left out: all in use"`
	First     int            `query:"first" minimum:"1" maximum:"24" default:"1" doc:"label of the first sheet to begin with"`
}

// chosen reads the ids.
func (l Labelling) chosen() (out db.Ints) {
	for s := range strings.SplitSeq(l.IDs, ",") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil { // the pattern lets digits and commas through
			out = append(out, n)
		}
	}
	return out
}

// url is what the QR label of a row says: the page of the thing.
func (s *Service) url(thing Thing, x tested) string {
	return strings.TrimSuffix(s.BaseURL, "/") + thing.page() + "?id=" + x.row().ID.String()
}

// Labels makes a PDF of QR labels, A4 with 3 by 8 of them as labels are sold. Errors:
// register.ErrCompanyNeeded, ErrNoLabels.
func (s *Service) Labels(ctx context.Context, l Labelling) (content []byte, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		company, err := companyOf(scope, l.CompanyID)
		if err != nil {
			return err
		}
		rows, err := rowsOf(ctx, tx, scope, l.Thing, company, l.chosen())
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return ErrNoLabels
		}
		d := doc.New(doc.Options{Size: "A4", Title: "设备标签", Made: tx.Now, Bare: true})
		for i, x := range rows {
			at := (max(l.First, 1) - 1 + i) % (columns * lines)
			if at == 0 && i > 0 {
				d.Break()
			}
			s.label(d, l.Thing, x, float64(at%columns)*70, 0.5+float64(at/columns)*37)
		}
		content, err = d.Bytes()
		return err
	})
	return content, err
}

// A sheet of labels.
const (
	columns = 3
	lines   = 8
)

// label draws one label: the code, beside it number, name and place.
func (s *Service) label(d *doc.Doc, thing Thing, x tested, left, top float64) {
	const pad, side, width = 2.5, 30.0, 33.0
	d.QRAt(s.url(thing, x), left+pad, top+3.5, side)
	number, name := x.label()
	place, _ := x.where()
	at, y := left+pad+side+1, top+5
	y += d.BoxAt(at, y, width, 11, short(number, 16)) + 1
	y += d.BoxAt(at, y, width, 9, short(name, 18)) + 1
	d.BoxAt(at, y, width, 7, short(place, 24))
}

func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// words of the printed card, which hangs at the machine and is Chinese for everybody.
var (
	testKinds = map[string]string{FullTest: "检测检验", Check: "检查", Repair: "维修检测"}
	results   = map[string]string{"pass": "合格", "fail": "不合格"}
	titles    = map[Thing]string{AMachine: "机械设备卡", ASpecial: "特种设备卡", AFire: "消防器材卡", ACylinder: "气瓶卡"}
)

// Card makes the printed card of a thing with its latest tests. Errors: rbac.ErrNotFound, ErrThing.
func (s *Service) Card(ctx context.Context, thing Thing, n id.Of[id.Row]) (content []byte, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		x, err := rowOf(ctx, tx, scope, thing, n, false)
		if err != nil {
			return err
		}
		tests, err := testsOf(ctx, tx, thing, x.row(), mostTests)
		if err != nil {
			return err
		}
		firm := ""
		if s.Firm != nil {
			if firm, err = s.Firm(ctx, tx, scope, x.row().CompanyID); err != nil {
				return err
			}
		}
		d := doc.New(doc.Options{Size: "A4", Title: titles[thing], Made: tx.Now, Footer: firm})
		const side = 26.0
		d.QRAt(s.url(thing, x), 15+d.Width()-side, 12, side)
		d.Title(titles[thing])
		d.Para(firm)
		d.Gap(max(0, 12+side-d.Y()))
		d.Fields(x.fields())
		d.Heading("检测检验记录")
		rows := make([][]string, len(tests))
		for i, t := range tests {
			by := t.Institute
			if by == "" {
				by = t.Tester
			}
			rows[i] = []string{t.TestedOn.String(), testKinds[t.Kind], by, t.ReportNumber, results[t.Result], t.Findings, dayText(t.MendedOn)}
		}
		d.Table([]doc.Column{
			{Title: "日期", Width: 22},
			{Title: "类别", Width: 18},
			{Title: "检测单位/人员", Width: 34},
			{Title: "报告编号", Width: 28},
			{Title: "结论", Width: 14, Align: "C"},
			{Title: "发现的问题"},
			{Title: "复检合格", Width: 22},
		}, rows)
		content, err = d.Bytes()
		return err
	})
	return content, err
}
