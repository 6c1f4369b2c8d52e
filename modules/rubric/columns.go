package rubric

import (
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// Names of the sheets of our workbook. Only the first is needed: a table of the official layout
// (考评类目 | 考评项目 | 考评内容 | 标准分值 | 考评办法) is read, too.
const (
	sheetItems    = "评分表"
	sheetHead     = "标准信息"
	sheetLevels   = "等级"
	sheetElements = "要素"
)

func col(key, zh, en string, width float64, more ...string) sheet.Column {
	return sheet.Column{Key: key, Title: map[text.Lang]string{text.Chinese: zh, text.English: en}, Synonyms: more, Max: 8000, Width: width}
}

// itemColumns are those of the table itself: one row an item, or one row a rule of it.
var itemColumns = []sheet.Column{
	col("element_code", "要素编号", "Element no.", 10),
	col("element", "考评类目", "Element", 20, "一级要素", "A级要素", "类目", "要素", "一级指标", "要素名称"),
	col("sub_code", "二级编号", "Sub-element no.", 10),
	col("sub", "考评项目", "Sub-element", 20, "二级要素", "B级要素", "项目", "二级指标"),
	col("code", "项目编号", "Item no.", 12, "条款号", "条目编号", "编号", "序号"),
	col("requirement", "考评内容", "Requirement", 50, "达标标准", "评审内容", "考核内容", "企业达标标准", "评定内容", "评分项目"),
	col("points", "标准分值", "Points", 10, "分值", "标准分", "应得分", "标准分数"),
	col("method", "考评办法", "Method", 40, "评分办法", "评分标准", "考评方法", "评审方法", "扣分标准", "评分方式", "评审评分标准"),
	col("rule", "规则编号", "Rule", 8),
	col("when", "情形", "When", 40),
	col("kind", "处理", "Effect", 10),
	col("amount", "扣分值", "Minus", 8),
	col("per", "每", "Per", 8),
	col("cap", "上限", "Cap", 8),
	col("scope", "范围", "Scope", 10),
	col("auto", "扣满触发", "When exhausted", 8),
	col("if", "条件", "If", 24),
	col("once", "只计一次", "Charged once", 12),
	col("na", "可缺项", "May be not applicable", 8),
	col("evidence", "佐证材料", "Evidence", 24),
	col("source", "出处", "Source", 14),
}

var headColumns = []sheet.Column{col("name", "名称", "Name", 24), col("value", "值", "Value", 80)}

var levelColumns = []sheet.Column{
	col("level", "等级", "Level", 10), col("name", "等级名称", "Name", 20), col("min_score", "分数线", "Line", 10),
	col("limits", "绩效限值", "Limits", 40), col("performance", "绩效说明", "Performance", 40), col("source", "出处", "Source", 14),
}

var elementColumns = []sheet.Column{
	col("rank", "层级", "Rank", 8), col("code", "编号", "No.", 10), col("title", "名称", "Title", 30), col("points", "分值", "Points", 10),
	col("weight", "权重", "Weight", 10), col("points_source", "分值出处", "Source of the points", 20), col("source", "出处", "Source", 20), col("note", "说明", "Note", 40),
}

// words of the workbook and their values; the first is written.
var (
	kindWords  = [][2]string{{"扣分", "minus"}, {"不得分", "zero"}, {"追加扣分", "extra"}, {"否决", "veto"}}
	scopeWords = [][2]string{{"本条", "item"}, {"本项目", "sub_element"}, {"本类目", "element"}, {"总分", "total"}}
)

func wordOf(words [][2]string, value string) string {
	for _, w := range words {
		if w[1] == value {
			return w[0]
		}
	}
	return value
}

// valueOf returns the value of a word; false: there is no such word.
func valueOf(words [][2]string, word string) (string, bool) {
	for _, w := range words {
		if w[0] == word || w[1] == word {
			return w[1], true
		}
	}
	return "", word == ""
}
