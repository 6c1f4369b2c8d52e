package risk

import (
	"strings"

	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// Verdicts on a row of a risk list: what saving it would do.
const (
	rowNew     = "new"
	rowChanged = "changed"
	rowSame    = "same"
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

func option(value, zh, en string, more ...string) sheet.Option {
	return sheet.Option{Value: value, Title: title(zh, en), Synonyms: more}
}

var (
	levelOptions = []sheet.Option{
		option("major", "重大风险", "Major risk", "重大", "红", "红色", "一级", "1级"), option("larger", "较大风险", "Larger risk", "较大", "橙", "橙色", "二级", "2级"),
		option("general", "一般风险", "General risk", "一般", "黄", "黄色", "三级", "3级"), option("low", "低风险", "Low risk", "低", "蓝", "蓝色", "四级", "4级"),
	}
	kindOptions = []sheet.Option{
		option("place", "区域场所", "Place", "区域", "场所", "部位"), option("equipment", "设备设施", "Equipment", "设备", "设施"), option("activity", "作业活动", "Activity", "作业", "活动"),
	}
	controlOptions = []sheet.Option{
		option("company", "公司级", "Company", "公司", "企业级", "厂级"), option("workshop", "车间级", "Workshop", "车间", "部门级", "部门"),
		option("team", "班组级", "Team", "班组"), option("post", "岗位级", "Post", "岗位"),
	}
	frequencyOptions = []sheet.Option{
		option("per_shift", "每班", "Each shift"), option("daily", "每天", "Daily", "每日", "日"), option("weekly", "每周", "Weekly", "周"), option("monthly", "每月", "Monthly", "月"),
		option("quarterly", "每季", "Quarterly", "每季度", "季"), option("half_yearly", "每半年", "Half-yearly", "半年"), option("yearly", "每年", "Yearly", "年"),
		option("event", "事件触发", "On event", "发生时"), option("per_use", "每次使用前", "Each use", "每次使用"),
	}
	methodOptions = []sheet.Option{option("lec", "LEC", "LEC", "作业条件危险性分析"), option("ls", "LS", "LS", "风险矩阵", "LS矩阵")}
	yesNo         = []sheet.Option{option("yes", "是", "Yes", "Y", "√", "1"), option("no", "否", "No", "N", "0")}
)

// RosterColumns are the columns of a risk list (安全风险分级管控清单), one row an event, the same in the
// template, the import and the export. Score and levels are computed; an import ignores the
// score and the residual level and compares the level.
func RosterColumns() []sheet.Column {
	factor := func(key, zh, en string) sheet.Column {
		return sheet.Column{Key: key, Title: title(zh, en), Kind: sheet.Decimal, Width: 7}
	}
	measure := func(key, zh, en string) sheet.Column {
		return sheet.Column{Key: key, Title: title(zh, en), Kind: sheet.Text, Max: 2000, Width: 30, Synonyms: []string{strings.TrimSuffix(zh, "措施")}}
	}
	return []sheet.Column{
		{Key: "number", Title: title("编号", "Number"), Kind: sheet.Code, Max: 9, Width: 8, Synonyms: []string{"序号", "风险编号"}, Note: title("新风险留空，自动编号", "empty for a new risk")},
		{Key: "unit", Title: title("风险点", "Unit"), Kind: sheet.Text, Required: true, Max: 60, Width: 18, Synonyms: []string{"分析单元", "风险分析单元", "风险单元", "风险点名称"}},
		{Key: "kind", Title: title("风险点类型", "Kind"), Kind: sheet.Choice, Choices: kindOptions, Width: 12, Synonyms: []string{"类型"}},
		{Key: "place", Title: title("位置", "Place"), Kind: sheet.Text, Max: 120, Width: 18, Synonyms: []string{"所在位置", "地点", "场所"}},
		{Key: "hazard", Title: title("危险源", "Source of danger"), Kind: sheet.Text, Required: true, Max: 300, Width: 32, Synonyms: []string{"危险有害因素", "危险因素", "风险事件", "危险源描述"}},
		{
			Key: "accidents", Title: title("事故类型", "Accidents"), Kind: sheet.Text, Required: true, Max: 200, Width: 18, Synonyms: []string{"可能导致的事故类型", "事故类别", "可能发生的事故类型"},
			Note: title("GB 6441 的类别，多个用顿号分开，如 机械伤害、触电", "classes of GB 6441, separated by 、"),
		},
		{Key: "consequence", Title: title("可能后果", "Consequence"), Kind: sheet.Text, Max: 300, Width: 18, Synonyms: []string{"后果"}},
		{Key: "method", Title: title("评价方法", "Method"), Kind: sheet.Choice, Choices: methodOptions, Width: 10, Synonyms: []string{"方法", "辨识方法"}},
		factor("l", "L", "L"), factor("e", "E", "E"), factor("c", "C", "C"), factor("s", "S", "S"),
		{Key: "score", Title: title("D", "Score"), Kind: sheet.Decimal, Width: 8, Synonyms: []string{"风险值", "D值", "R", "分值"}, Note: title("自动计算", "computed")},
		{Key: "level", Title: title("风险等级", "Level"), Kind: sheet.Choice, Choices: levelOptions, Width: 12, Synonyms: []string{"等级", "风险级别"}, Note: title("自动计算；填写更高等级须写明上调理由", "computed; a higher one needs a reason")},
		{Key: "raiseReason", Title: title("上调理由", "Why raised"), Kind: sheet.Text, Max: 300, Width: 18},
		{Key: "catalogue", Title: title("目录内较大以上", "In the catalogue"), Kind: sheet.Choice, Choices: yesNo, Width: 14, Synonyms: []string{"较大以上风险目录", "目录风险"}},
		measure("engineering", "工程技术措施", "Engineering"), measure("management", "管理措施", "Management"), measure("training", "培训教育措施", "Training"),
		measure("protection", "个体防护措施", "Personal protection"), measure("emergency", "应急处置措施", "Emergency response"),
		factor("residualL", "残余L", "Residual L"), factor("residualE", "残余E", "Residual E"), factor("residualC", "残余C", "Residual C"), factor("residualS", "残余S", "Residual S"),
		{Key: "residualLevel", Title: title("残余风险等级", "Residual level"), Kind: sheet.Choice, Choices: levelOptions, Width: 14, Note: title("自动计算", "computed")},
		{Key: "controlLevel", Title: title("管控层级", "Controlled at"), Kind: sheet.Choice, Choices: controlOptions, Width: 10},
		{Key: "unitName", Title: title("责任单位", "Responsible unit"), Kind: sheet.Text, Max: 60, Width: 14, Synonyms: []string{"责任部门", "管控单位"}},
		{Key: "ownerName", Title: title("责任人", "Person"), Kind: sheet.Text, Max: 40, Width: 10, Synonyms: []string{"管控责任人"}},
		{Key: "postName", Title: title("责任岗位", "Post"), Kind: sheet.Text, Max: 60, Width: 12},
		{Key: "frequency", Title: title("排查频次", "Checked"), Kind: sheet.Choice, Choices: frequencyOptions, Width: 12, Synonyms: []string{"检查频次", "排查周期"}},
		{Key: "reviewedOn", Title: title("评审日期", "Reviewed on"), Kind: sheet.Date, Width: 12, Synonyms: []string{"辨识日期", "上次评审日期"}},
	}
}

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{
		"unit": "冲压一线", "kind": "equipment", "place": "冲压车间东区", "hazard": "冲床滑块下行时手在模区", "accidents": "机械伤害", "method": "lec", "l": "3", "e": "6", "c": "15",
		"engineering": "双手操作按钮；光电保护装置", "management": "执行操作规程，班前点检", "training": "上岗前三级教育", "protection": "防护手套", "emergency": "按急停，止血送医",
		"frequency": "per_shift",
	}
}

// RosterIdentity tells events from others, as far as the row itself says.
func RosterIdentity(r sheet.Row) string {
	if n := rosterNumber(r.Values["number"]); n != 0 {
		return "no " + itoa(n)
	}
	return "event " + search.Fold(r.Values["unit"]) + "|" + search.Fold(r.Values["hazard"])
}

// rosterNumber reads R001 or 1; 0 is none.
func rosterNumber(s string) (n int) {
	for _, r := range strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "R") {
		if r < '0' || r > '9' {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// cellOf is how the controls of a kind stand in one cell.
func cellOf(list []Control, kind string) string {
	var out []string
	for _, c := range list {
		if c.Kind == kind {
			out = append(out, c.Text)
		}
	}
	return strings.Join(out, "；")
}

// splitCell reads the controls of a cell.
func splitCell(s string) (out []string) {
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("；;\n\r", r) }) {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}

// record is an event as a row of the list.
func record(u Unit, e Controlled) sheet.Record {
	names := make([]string, len(e.Accidents))
	for i, a := range e.Accidents {
		names[i] = named(On(e.ReviewedOn).Accidents, a).Zh
	}
	catalogue := "no"
	if e.Catalogue {
		catalogue = "yes"
	}
	values := []string{
		"R" + pad(e.Number), u.Name, u.Kind, u.Place, e.Hazard, strings.Join(names, "、"), e.Consequence, string(e.Mode), decimal(e.L), decimal(e.E), decimal(e.C), decimal(e.S),
		decimal(e.Score), string(e.Level), e.RaiseReason, catalogue,
	}
	for _, kind := range controlKinds {
		values = append(values, cellOf(e.Controls, kind))
	}
	values = append(values, decimal(e.ResidualL), decimal(e.ResidualE), decimal(e.ResidualC), decimal(e.ResidualS), string(e.ResidualLevel), string(e.ControlLevel), e.UnitName,
		e.OwnerName, e.PostName, e.Frequency, e.ReviewedOn.String())
	return sheet.Record{Key: e.ID.String(), Values: values}
}

// controlKinds are the five classes of controls.
var controlKinds = []string{"engineering", "management", "training", "protection", "emergency"}
