package selfreport

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/kit/word"
)

//go:embed library/form@1.yaml
var formYAML []byte

// official is the form's layout, which is data: its columns are issued, not ours.
type official struct {
	Version    string
	Title      string
	Source     string
	Groups     []formGroup
	Signatures []formCell
}

type formGroup struct {
	ID      string
	Zh      string
	Columns []formCell
}

type formCell struct {
	ID   string
	Zh   string
	From string
}

var form = mustForm()

func mustForm() (f official) {
	if err := yaml.UnmarshalWithOptions(formYAML, &f, yaml.Strict()); err != nil {
		panic("selfreport: " + err.Error())
	}
	return f
}

// printed is a report as it is put on paper.
type printed struct {
	Report
	Content Content
	Strokes []byte // of the principal, a picture; nil: to be signed by hand
	fields  map[string]string
}

func newPrinted(r Report, c Content, strokes []byte) printed {
	return printed{r, c, strokes, c.fields(r)}
}

// stampOf is what the code on a printed form says: which content of which report it is.
func stampOf(r Report) string { return "AB-R:" + r.ID.String() + ":" + r.ContentHash }

// checkDigits is how much of the content's hash is printed to be read by people, and asked for
// when the stamped paper comes back.
const checkDigits = 8

func (p printed) head() string {
	return fmt.Sprintf("统计期间：%s 至 %s（%s）　报送截止：%s", p.Content.From, p.Content.Until, p.Content.Period, p.Content.DueOn)
}

func (p printed) row(cells []formCell) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = p.fields[c.From]
	}
	return out
}

func heads(cells []formCell) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = c.Zh
	}
	return out
}

func (p printed) unit() [][2]string {
	c := p.Content.Company
	return [][2]string{{"填报单位（盖章）", c.Name}, {"统一社会信用代码", c.USCC}, {"地址", c.Address}, {"联系人及电话", c.ContactName + " " + c.ContactPhone}}
}

// signatures are the values under the form; who has not signed leaves room.
func (p printed) signatures() [][2]string {
	out := make([][2]string, len(form.Signatures))
	for i, c := range form.Signatures {
		out[i] = [2]string{c.Zh, p.fields[c.From]}
	}
	return out
}

var annexHead = []string{"类别", "排查", "已整改", "整改率", "上期结转", "结转已整改", "期末未整改", "其中逾期", "整改资金（元）"}

// annex are the lines by level and category.
func (p printed) annex() [][]string {
	var rows [][]string
	line := func(name string, l Line) {
		rows = append(rows, []string{
			name, fmt.Sprint(l.Found), fmt.Sprint(l.Fixed), percent(rate(l)), fmt.Sprint(l.Carried), fmt.Sprint(l.Cleared), fmt.Sprint(l.Open), fmt.Sprint(l.Overdue), l.FundsFen.Yuan(),
		})
	}
	for _, total := range []struct {
		name string
		Line
	}{{"一般隐患合计", p.Content.Statistics.General}, {"重大隐患合计", p.Content.Statistics.Major}} {
		line(total.name, total.Line)
		for _, l := range p.Content.Statistics.Lines {
			if l.Level == total.Level {
				name := l.Category
				if name == "" {
					name = "未分类"
				}
				line("　"+name, l)
			}
		}
	}
	return rows
}

func (p printed) how() string {
	switch {
	case p.SignedAt == nil:
		return "未签字。打印、由主要负责人签字并加盖公章后扫描上传，方为报送。"
	case p.SignedHow == ByPaper:
		return "纸质盖章：" + p.SignedByName + "　" + day.In(*p.SignedAt, day.Shanghai).String()
	}
	return "电子签字：" + p.SignedByName + "　" + p.SignedAt.In(day.Shanghai).Format("2006-01-02 15:04:05")
}

func (p printed) name(ending string) string {
	c, _ := CycleByID(p.Cycle)
	return fmt.Sprintf("%s-%s-%s.%s", p.Content.Company.Name, c.Zh, p.Period, ending)
}

// pdf prints the form: the issued table, the lines behind it, room for signature and seal, and a
// code by which a scan of it is known to be of this content.
func (p printed) pdf() ([]byte, error) {
	d := doc.New(doc.Options{Landscape: true, Title: form.Title, Footer: form.Title + " " + p.Period, Made: p.ChangedAt})
	d.OnPage(func(int) {
		d.QRAt(stampOf(p.Report), 297-12-22, 8, 22)
		d.TextAt(15, 8, 8.5, "校验码 "+p.ContentHash[:checkDigits])
	})
	d.Gap(6)
	d.Title(form.Title)
	d.Para(p.head())
	d.Gap(2)
	d.Fields(p.unit())
	if p.Content.Statistics.Zero {
		d.Heading("本期未发现隐患（零报告）")
	}
	for _, g := range form.Groups {
		d.Heading(g.Zh)
		columns := make([]doc.Column, len(g.Columns))
		for i, c := range g.Columns {
			columns[i] = doc.Column{Title: c.Zh, Align: "C"}
		}
		d.Table(columns, [][]string{p.row(g.Columns)})
		d.Gap(1)
	}
	d.Gap(2)
	d.Fields(p.signatures())
	if d.Left() < 24 {
		d.Break()
	}
	if len(p.Strokes) > 0 {
		y := d.Y()
		d.TextAt(15, y+4, 9, "主要负责人签字：")
		d.ImageAt(p.Strokes, 45, y, 45, 16)
		d.Gap(17)
	}
	d.Small(p.how())
	d.Small("内容校验码（SHA-256）：" + p.ContentHash)
	d.Heading("附：分类明细")
	columns := make([]doc.Column, len(annexHead))
	for i, title := range annexHead {
		columns[i] = doc.Column{Title: title, Align: "C"}
	}
	columns[0].Align = "L"
	d.Table(columns, p.annex())
	if p.Content.Remark != "" {
		d.Para("补充说明：" + p.Content.Remark)
	}
	return d.Bytes()
}

// docx is the same form for Word, in which some offices still want it.
func (p printed) docx() ([]byte, error) {
	d := word.New()
	d.Title(form.Title)
	d.Para(p.head())
	for _, f := range p.unit() {
		d.Para(f[0] + "：" + f[1])
	}
	if p.Content.Statistics.Zero {
		d.Heading("本期未发现隐患（零报告）")
	}
	for _, g := range form.Groups {
		d.Heading(g.Zh)
		d.Table(heads(g.Columns), [][]string{p.row(g.Columns)})
	}
	d.Heading("附：分类明细")
	d.Table(annexHead, p.annex())
	if p.Content.Remark != "" {
		d.Para("补充说明：" + p.Content.Remark)
	}
	line := ""
	for _, f := range p.signatures() {
		line += f[0] + "：" + f[1] + "　　"
	}
	d.Para(line)
	d.Small(p.how())
	d.Small("内容校验码（SHA-256）：" + p.ContentHash)
	return d.Bytes()
}

// excel is the form as one row, in the order of its columns: in Chinese, as it is issued.
func (p printed) excel() ([]byte, error) {
	columns := []sheet.Column{{Key: "name", Title: both("填报单位"), Width: 30}, {Key: "uscc", Title: both("统一社会信用代码"), Kind: sheet.Code}, {Key: "period", Title: both("报告期"), Kind: sheet.Code}}
	values := []string{p.Content.Company.Name, p.Content.Company.USCC, p.Period}
	for _, g := range form.Groups {
		for _, c := range g.Columns {
			columns = append(columns, sheet.Column{Key: g.ID + "." + c.ID, Title: both(g.Zh + "－" + c.Zh), Kind: numeral(p.fields[c.From])})
			values = append(values, p.fields[c.From])
		}
	}
	for _, c := range form.Signatures {
		columns = append(columns, sheet.Column{Key: c.ID, Title: both(c.Zh)})
		values = append(values, p.fields[c.From])
	}
	return workbook(columns, [][]string{values})
}

// numeral is the kind of a cell: figures add up in Excel, everything else is text as it stands.
func numeral(v string) sheet.Kind {
	if v == "" || strings.Trim(v, "0123456789.") != "" || strings.Count(v, ".") > 1 {
		return sheet.Text
	}
	return sheet.Decimal
}

func both(zh string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: zh}
}

func workbook(columns []sheet.Column, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	err := sheet.Export(&b, columns, func(yield func(sheet.Record, error) bool) {
		for _, r := range rows {
			if !yield(sheet.Record{Values: r}, nil) {
				return
			}
		}
	}, text.Chinese)
	return b.Bytes(), err
}
