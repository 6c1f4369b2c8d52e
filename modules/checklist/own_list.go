package checklist

import (
	"slices"
	"strings"

	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

func option(value, zh, en string, synonyms ...string) sheet.Option {
	return sheet.Option{Value: value, Title: title(zh, en), Synonyms: synonyms}
}

var (
	levelOptions     = []sheet.Option{option(string(General), "一般", "General"), option(string(Major), "重大", "Major")}
	frequencyOptions = []sheet.Option{
		option("per_shift", "每班", "Each shift", "班前"), option("daily", "每天", "Daily", "每日", "日"), option("weekly", "每周", "Weekly", "周"),
		option("monthly", "每月", "Monthly", "月"), option("quarterly", "每季", "Quarterly", "每季度", "季"), option("half_yearly", "每半年", "Half-yearly", "半年"),
		option("yearly", "每年", "Yearly", "年"), option("event", "事件触发", "On event", "发生时"), option("per_use", "每次使用前", "Each use", "每次使用"),
	}
	photoOptions = []sheet.Option{
		option(string(PhotoAlways), "每次必拍", "Always", "必拍"), option(string(PhotoOnFail), "不合格拍", "When failed", "不合格须拍"), option(string(PhotoNever), "不拍", "Never", "不要求"),
	}
)

// PaperColumns are the columns of a standard, in the order of the screen.
func PaperColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "code", Title: title("编号", "Code"), Kind: sheet.Code, Width: 10},
		{Key: "module", Title: title("模块", "Module"), Kind: sheet.Text, Width: 18},
		{Key: "requirement", Title: title("检查内容", "Requirement"), Kind: sheet.Text, Width: 50},
		{Key: "method", Title: title("检查方法", "How to check"), Kind: sheet.Text, Width: 24},
		{Key: "frequency", Title: title("频次", "Frequency"), Kind: sheet.Choice, Choices: frequencyOptions},
		{Key: "level", Title: title("不合格等级", "If failed"), Kind: sheet.Choice, Choices: levelOptions},
		{Key: "limit", Title: title("限值", "Limit"), Kind: sheet.Text, Width: 18},
		{Key: "photo", Title: title("拍照", "Photo"), Kind: sheet.Choice, Choices: photoOptions},
		{Key: "basis", Title: title("依据", "Basis"), Kind: sheet.Text, Width: 40},
		{Key: "posts", Title: title("检查岗位", "Who checks"), Kind: sheet.Text, Width: 24},
		{Key: "phrases", Title: title("常见问题", "Usual problems"), Kind: sheet.Text, Width: 30},
		{Key: "disabled", Title: title("停用原因", "Why disabled"), Kind: sheet.Text, Width: 24},
	}
}

// OwnColumns are the columns of a list of own items.
func OwnColumns() []sheet.Column {
	return []sheet.Column{
		{
			Key: "code", Title: title("编号", "Code"), Kind: sheet.Code, Max: 8, Width: 10, Synonyms: []string{"项目编号", "代码"},
			Note: title("修改已有项目时填写，如 OWN-01；新项目留空", "of an item to change, e.g. OWN-01; empty for a new one"),
		},
		{
			Key: "requirement", Title: title("检查内容", "Requirement"), Kind: sheet.Text, Required: true, Max: 500, Width: 50,
			Synonyms: []string{"检查项目", "检查标准", "要求", "内容", "排查内容"},
		},
		{Key: "method", Title: title("检查方法", "How to check"), Kind: sheet.Text, Max: 300, Width: 24, Synonyms: []string{"方法", "检查方式"}},
		{Key: "frequency", Title: title("频次", "Frequency"), Kind: sheet.Choice, Required: true, Choices: frequencyOptions, Synonyms: []string{"检查频次", "周期", "检查周期"}},
		{
			Key: "module", Title: title("模块", "Module"), Kind: sheet.Text, Max: 40, Width: 18, Synonyms: []string{"分组", "类别", "所属模块"},
			Note: title("标准中模块的名称或代码；其他文字作为自增项目的分组", "name or code of a module of the standard; anything else is a group of own items"),
		},
		{Key: "level", Title: title("不合格等级", "If failed"), Kind: sheet.Choice, Choices: levelOptions, Synonyms: []string{"等级", "隐患等级"}},
		{Key: "basis", Title: title("依据", "Basis"), Kind: sheet.Text, Max: 300, Width: 30, Synonyms: []string{"法规依据", "制度依据"}},
		{Key: "posts", Title: title("检查岗位", "Who checks"), Kind: sheet.Text, Max: 200, Width: 24, Note: title("岗位类型名称，用顿号分开", "names of post types, separated by 、")},
		{Key: "photo", Title: title("拍照", "Photo"), Kind: sheet.Choice, Choices: photoOptions, Synonyms: []string{"拍照要求"}},
		{Key: "what", Title: title("测量项目", "What is measured"), Kind: sheet.Text, Max: 20, Synonyms: []string{"测量值"}},
		{Key: "unit", Title: title("单位", "Unit"), Kind: sheet.Text, Max: 12, Synonyms: []string{"计量单位"}},
		{Key: "min", Title: title("下限", "Smallest"), Kind: sheet.Decimal, Synonyms: []string{"最小值"}},
		{Key: "max", Title: title("上限", "Largest"), Kind: sheet.Decimal, Synonyms: []string{"最大值"}},
		{Key: "phrases", Title: title("常见问题", "Usual problems"), Kind: sheet.Text, Max: 160, Width: 30, Note: title("至多 5 条，用顿号分开", "at most 5, separated by 、")},
	}
}

// OwnSample is the row that a template shows as an example.
func OwnSample() map[string]string {
	return map[string]string{
		"requirement": "模具架限重牌清楚，存放不超重", "method": "现场查看", "frequency": "weekly", "module": "机械冲压", "level": "general", "basis": "公司制度 AQ-12",
		"posts": "车间主任、班组长", "photo": "failed", "what": "层载荷", "unit": "t", "max": "2", "phrases": "限重牌缺失、超重存放",
	}
}

// OwnIdentity tells rows about the same own item from others.
func OwnIdentity(r sheet.Row) string {
	if c := r.Values["code"]; c != "" {
		return "code " + c
	}
	return "text " + r.Values["requirement"]
}

func listOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;；|\n", r) })
}

// ownColumnOf is the column of a field that package checklist refuses.
var ownColumnOf = map[string]string{"limit.unit": "unit", "limit.max": "max", "code": "code", "requirement": "requirement", "module": "module", "photo": "photo", "posts": "posts", "phrases": "phrases"}

// ownOf reads a row; posts that l does not know stay as they are, to be refused. d says which
// modules there are.
func (l *Library) ownOf(r sheet.Row, d Document) OwnItem {
	v := r.Values
	x := OwnItem{
		Code: v["code"], Requirement: v["requirement"], Method: v["method"], Frequency: v["frequency"], Level: Level(v["level"]), Basis: v["basis"],
		Photo: PhotoWhen(v["photo"]), Phrases: listOf(v["phrases"]),
	}
	if v["unit"] != "" || v["min"] != "" || v["max"] != "" {
		x.Limit = &Limit{What: v["what"], Unit: v["unit"], Min: v["min"], Max: v["max"]}
	}
	for _, name := range listOf(v["posts"]) {
		x.Posts = append(x.Posts, l.postType(strings.TrimSpace(name)))
	}
	x.Group = v["module"]
	for i := range l.Modules {
		if m := &l.Modules[i]; (m.Code == strings.ToUpper(x.Group) || m.NameZh == x.Group) && slices.Contains(d.Modules, m.Code) {
			x.Module, x.Group = m.Code, ""
		}
	}
	return x
}

func (l *Library) postType(name string) string {
	name = text.Wide(name)
	for code, zh := range l.Posts {
		long, short, _ := strings.Cut(strings.TrimSuffix(zh, "）"), "（")
		if name == code || name == zh || name == long || name == short {
			return code
		}
	}
	return name
}
