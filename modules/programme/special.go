package programme

import (
	"regexp"
	"slices"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
)

// Verdicts on a row of a special register: what saving it would do.
const (
	rowNew     = "new"
	rowChanged = "changed"
	rowSame    = "same"
)

// Kinds of special register. standard is a list of companies that reached a target (达标名单).
var Kinds = []string{"dust", "confined_space", "presses", "standard", "other"}

// levels are those of a list of companies that reached a target.
var levels = []string{"1", "2", "3", "pass"}

func options(prefix string, values ...string) (out []sheet.Option) {
	for _, v := range values {
		out = append(out, sheet.Option{Value: v, Title: named(prefix + v)})
	}
	return out
}

// SpecialColumns are the columns of a special register in Excel. The last is written by the program when rows are checked.
func SpecialColumns() []sheet.Column {
	kinds := options("kind.", Kinds...)
	for i, more := range [][]string{{"粉尘", "粉尘涉爆", "涉爆粉尘"}, {"有限空间", "受限空间"}, {"冲床", "冲压"}, {"达标", "标准化"}, {"其他"}} {
		kinds[i].Synonyms = more
	}
	steps := options("level.", levels...)
	steps[3].Synonyms = []string{"小微", "达标", "合格", "小微企业达标"}
	return []sheet.Column{
		{Key: "kind", Title: named("special.kind"), Kind: sheet.Choice, Required: true, Choices: kinds, Width: 16, Synonyms: []string{"名单类型", "专项类别", "类别"}},
		{Key: "list", Title: named("special.list"), Kind: sheet.Text, Max: 60, Width: 20, Synonyms: []string{"名单", "批次"}},
		{Key: "uscc", Title: named("special.uscc"), Kind: sheet.Code, Max: 40, Width: 22, Synonyms: []string{"信用代码", "社会信用代码", "统一信用代码", "组织机构代码"}},
		{Key: "name", Title: named("special.name"), Kind: sheet.Text, Required: true, Max: 100, Width: 32, Synonyms: []string{"单位名称", "名称", "企业"}},
		{Key: "town", Title: named("special.town"), Kind: sheet.Text, Max: 40, Synonyms: []string{"镇街", "乡镇", "街道", "所在镇街", "属地"}},
		{Key: "level", Title: named("special.level"), Kind: sheet.Choice, Choices: steps, Synonyms: []string{"等级", "达标等级", "级别"}},
		{Key: "validUntil", Title: named("special.until"), Kind: sheet.Date, Synonyms: []string{"有效期", "到期日期", "有效期限"}},
		{Key: "note", Title: named("special.note"), Kind: sheet.Text, Max: 200, Width: 24, Synonyms: []string{"说明", "备注信息"}},
		{Key: "match", Title: named("special.match"), Kind: sheet.Text, Max: 300, Width: 40, Note: named("special.match-note")},
	}
}

// SpecialSample is the row that a template shows as an example.
func SpecialSample() map[string]string {
	return map[string]string{"kind": "dust", "list": "2026年涉爆粉尘企业", "uscc": "91330784MAXXXX0152", "name": "永康市某某五金有限公司", "town": "芝英镇", "note": "铝镁金属抛光，3个工位"}
}

// SpecialIdentity tells rows about the same entry from others.
func SpecialIdentity(r sheet.Row) string {
	return strings.Join([]string{r.Values["kind"], strings.TrimSpace(r.Values["list"]), code.Normalise(r.Values["uscc"]), search.Fold(r.Values["name"])}, "|")
}

var codeForm = regexp.MustCompile(`^[0-9A-Z]{8,9}$|^[0-9A-Z]{15}$|^[0-9A-Z]{18}$`)

// readSpecial reads one row; what is wrong with it stands in row.Faults afterwards.
func readSpecial(row *sheet.Row) Special {
	v := row.Values
	s := Special{
		Kind: v["kind"], ListName: strings.TrimSpace(v["list"]), Name: strings.TrimSpace(v["name"]), NameFold: search.Fold(v["name"]), USCC: code.Normalise(v["uscc"]), Town: strings.TrimSpace(v["town"]),
		Level: v["level"], Note: strings.TrimSpace(v["note"]), SourceRow: int32(row.Number), //nolint:gosec // rows of a sheet are few
	}
	if d, err := day.Parse(v["validUntil"]); err == nil {
		s.ValidUntil = d
	}
	bad := func(column string, f *fault.Error) {
		row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
	}
	if s.USCC != "" && !codeForm.MatchString(s.USCC) {
		bad("uscc", ErrRowCode)
	}
	if s.Level == "" && s.Kind == "standard" {
		bad("level", ErrRowLevel)
	}
	return s
}

// says reports whether an entry says something else of a company than another.
func (s Special) says(o Special) bool {
	return s.Town != o.Town || s.Level != o.Level || s.ValidUntil != o.ValidUntil || s.Note != o.Note || s.Name != o.Name
}

// hit is a company that an entry may be.
type hit struct {
	Row           int
	CompanyID     int64
	Name          string
	RegionPath    string
	OversightLine int16
	ByCode        bool
	Exact         bool
}

// settle matches an entry with the companies found for it: the one of its code, else those of its name as candidates that people confirm.
func (s *Special) settle(hits []hit) {
	s.State, s.Candidates = Unmatched, nil
	for _, h := range hits {
		if h.ByCode {
			s.is(h, "code")
			return
		}
	}
	exact := slices.ContainsFunc(hits, func(h hit) bool { return h.Exact })
	for _, h := range hits {
		if (h.Exact || !exact) && !slices.Contains(s.Refused, h.CompanyID) {
			s.Candidates = append(s.Candidates, h.CompanyID)
		}
	}
	if len(s.Candidates) > 0 {
		s.State = Candidates
	}
}
