package award

import (
	"slices"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Verdicts on a row of a list of old certificates: what saving it would do.
const (
	RowNew  = "new"
	RowSame = "same"
)

// What may be wrong with a row, besides what is wrong with a certificate.
var (
	ErrRowCompany = fault.New(fault.Invalid, "award.row-company")
	ErrRowTaken   = fault.New(fault.Invalid, "award.row-taken")
	ErrRowState   = fault.New(fault.Invalid, "award.row-state")
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

func levelOptions() []sheet.Option {
	out := make([]sheet.Option, len(Levels))
	for i, l := range Levels {
		out[i] = option("level-", l)
	}
	out[3].Synonyms = []string{"小微", "达标", "小微企业达标", "合格"}
	return out
}

// RosterColumns are the columns of a list of old certificates.
func RosterColumns() []sheet.Column {
	specialities := make([]sheet.Option, len(book.Specialities))
	for i, s := range book.Specialities {
		specialities[i] = sheet.Option{Value: s.Code, Title: title(s.Zh, s.En), Synonyms: []string{s.Code}}
	}
	return []sheet.Column{
		{Key: "uscc", Title: title("统一社会信用代码", "Social credit code"), Kind: sheet.Code, Required: true, Max: 40, Synonyms: []string{"信用代码", "社会信用代码", "统一信用代码"}},
		{Key: "name", Title: title("证书上的企业名称", "Company name on the certificate"), Kind: sheet.Text, Max: 100, Width: 32, Synonyms: []string{"企业名称", "单位名称", "名称"}},
		{Key: "level", Title: title("标准化等级", "Level"), Kind: sheet.Choice, Required: true, Choices: levelOptions(), Synonyms: []string{"等级", "达标等级", "级别"}},
		{Key: "certificateNo", Title: title("证书编号", "Certificate number"), Kind: sheet.Code, Required: true, Max: 60, Width: 24, Synonyms: []string{"证书号", "编号"}},
		{Key: "speciality", Title: title("专业", "Speciality"), Kind: sheet.Choice, Choices: specialities, Synonyms: []string{"行业专业", "行业"}},
		{Key: "printedNo", Title: title("印刷编号", "Printed number"), Kind: sheet.Code, Max: 40, Synonyms: []string{"印制号"}},
		{Key: "plaqueNo", Title: title("牌匾编号", "Plaque number"), Kind: sheet.Code, Max: 40},
		{Key: "authority", Title: title("定级部门", "Authority"), Kind: sheet.Text, Required: true, Max: 60, Synonyms: []string{"发证机关", "发证单位", "公告单位"}},
		{Key: "organizingUnit", Title: title("组织单位", "Organizing unit"), Kind: sheet.Text, Max: 60, Synonyms: []string{"评审组织单位"}},
		{Key: "reviewUnit", Title: title("评审单位", "Review unit"), Kind: sheet.Text, Max: 60},
		{Key: "announcedOn", Title: title("公告日期", "Announced on"), Kind: sheet.Date, Required: true, Synonyms: []string{"发证日期", "发证时间", "公告时间", "颁发日期"}},
		{Key: "validUntil", Title: title("有效期至", "Valid until"), Kind: sheet.Date, Synonyms: []string{"到期日期", "有效期", "有效期截止"}, Note: title("不填为公告之日起三年", "empty: three years from the announcement")},
		{Key: "noticeNo", Title: title("公告文号", "Notice number"), Kind: sheet.Text, Max: 60, Synonyms: []string{"批次", "文号", "公告号"}},
		{Key: "revokedOn", Title: title("撤销日期", "Revoked on"), Kind: sheet.Date, Synonyms: []string{"摘牌日期"}, Note: title("已撤销（摘牌）的填写", "if it was revoked")},
		{Key: "reason", Title: title("撤销原因", "Reason"), Kind: sheet.Text, Max: 200, Synonyms: []string{"摘牌原因"}},
	}
}

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{
		"uscc": "91330784MAXXXX0152", "name": "永康市某某五金有限公司", "level": "三级", "certificateNo": "浙AQBJXⅢ202400123", "speciality": "机械", "authority": "金华市应急管理局",
		"organizingUnit": "永康市应急管理局", "reviewUnit": "某某安全技术服务有限公司", "announcedOn": "2024-05-20", "validUntil": "2027-05-20", "noticeNo": "金应急公告〔2024〕3号",
	}
}

// RosterIdentity tells rows about the same certificate from others.
func RosterIdentity(r sheet.Row) string { return search.Fold(r.Values["certificateNo"]) }

// entry is what one row says.
type entry struct {
	row     int
	old     Old
	revoked day.Date
	reason  string
}

// readEntry reads one row; what is wrong with it stands in row.Faults afterwards.
func readEntry(i int, row *sheet.Row, firms map[string]rbac.CompanyID) entry {
	v := row.Values
	date := func(key string) day.Date {
		d, err := day.Parse(v[key])
		if err != nil {
			return day.Date{}
		}
		return d
	}
	e := entry{row: i, revoked: date("revokedOn"), reason: v["reason"], old: Old{
		CompanyID: firms[code.Normalise(v["uscc"])], Level: v["level"], Speciality: v["speciality"], CertificateNo: v["certificateNo"], PrintedNo: v["printedNo"], PlaqueNo: v["plaqueNo"],
		Authority: v["authority"], OrganizingUnit: v["organizingUnit"], ReviewUnit: v["reviewUnit"], AnnouncedOn: date("announcedOn"), ValidUntil: date("validUntil"), NoticeNo: v["noticeNo"], Name: v["name"],
	}}
	if e.old.CompanyID == 0 {
		bad(row, "uscc", ErrRowCompany)
	}
	return e
}

func bad(row *sheet.Row, column string, f *fault.Error) {
	row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// columnOf is the column that a fault of a certificate belongs to.
func columnOf(f *fault.Error) string {
	for _, one := range f.Fields {
		if column, ok := strings.CutPrefix(one.Path, "body."); ok && slices.Contains([]string{"level", "speciality", "certificateNo", "authority"}, column) {
			return column
		}
	}
	return "announcedOn"
}
