package exam

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// optionKeys are the columns of options; most files have four, some eight.
var optionKeys = []string{"optionA", "optionB", "optionC", "optionD", "optionE", "optionF", "optionG", "optionH"}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "exam.col-"+key, nil), text.English: text.Say(text.English, "exam.col-"+key, nil)}
}

// QuestionColumns are the columns of a question bank as people keep it in Excel.
func QuestionColumns() []sheet.Column {
	out := []sheet.Column{
		{Key: "bank", Title: named("bank"), Kind: sheet.Text, Max: 60, Width: 18, Synonyms: []string{"题库名称", "所属题库", "科目", "分类", "类别"}, Note: named("bank-note")},
		{Key: "kind", Title: named("kind"), Kind: sheet.Text, Max: 20, Synonyms: []string{"类型", "试题类型", "题目类型"}, Note: named("kind-note")},
		{Key: "stem", Title: named("stem"), Kind: sheet.Text, Required: true, Max: maxStem, Width: 50, Synonyms: []string{"题目", "试题", "试题内容", "题目内容", "问题", "题干内容"}},
		{Key: "options", Title: named("options"), Kind: sheet.Text, Max: 2000, Width: 40, Synonyms: []string{"选项内容", "备选项", "备选答案", "所有选项"}, Note: named("options-note")},
	}
	for i, key := range optionKeys {
		letter := string(rune('A' + i))
		out = append(out, sheet.Column{
			Key: key, Title: map[text.Lang]string{text.Chinese: "选项" + letter, text.English: "Option " + letter}, Kind: sheet.Text, Max: maxOption, Width: 18,
			Synonyms: []string{letter, letter + "选项", "答案选项" + letter, "备选项" + letter},
		})
	}
	return append(out,
		sheet.Column{Key: "answer", Title: named("answer"), Kind: sheet.Text, Required: true, Max: 40, Synonyms: []string{"正确答案", "标准答案", "参考答案"}, Note: named("answer-note")},
		sheet.Column{Key: "explanation", Title: named("explanation"), Kind: sheet.Text, Max: 1000, Width: 40, Synonyms: []string{"解析", "答案解析", "试题解析", "题目解析"}},
		sheet.Column{Key: "basis", Title: named("basis"), Kind: sheet.Text, Max: 200, Width: 24, Synonyms: []string{"出处", "法规依据", "来源"}},
		sheet.Column{Key: "points", Title: named("points"), Kind: sheet.Int, Synonyms: []string{"分数", "分值", "分", "得分"}},
		sheet.Column{Key: "tags", Title: named("tags"), Kind: sheet.Text, Max: 200, Synonyms: []string{"知识点", "标签", "考点"}},
	)
}

// QuestionSample is the row that a template shows as an example.
func QuestionSample() map[string]string {
	return map[string]string{
		"bank": "通用安全知识", "kind": "多选", "stem": "从业人员发现直接危及人身安全的紧急情况时，有权（　）。", "optionA": "停止作业", "optionB": "在采取可能的应急措施后撤离作业场所", "optionC": "继续作业至下班",
		"optionD": "向负责人报告", "answer": "ABD", "explanation": "遇到直接危及人身安全的紧急情况，从业人员可以停止作业或者采取应急措施后撤离。", "basis": "《安全生产法》第五十五条", "points": "2", "tags": "权利义务",
	}
}

// QuestionIdentity tells rows about the same question of a bank.
func QuestionIdentity(r sheet.Row) string {
	f := fold(r.Values["stem"])
	if f == "" {
		return ""
	}
	return bankOf(r.Values) + "|" + f
}

// bankOf is the title of the bank a row belongs to.
func bankOf(v map[string]string) string {
	if b := strings.TrimSpace(v["bank"]); b != "" {
		return b
	}
	return text.Say(text.Chinese, "exam.imported-bank", nil)
}

// kinds are words people write for a kind of question, without the ending 题.
var kinds = map[string]Kind{
	"单选": Single, "单项选择": Single, "单项": Single, "选择": Single, "single": Single, "多选": Multiple, "多项选择": Multiple, "多项": Multiple, "不定项": Multiple, "不定项选择": Multiple,
	"multiple": Multiple, "判断": Judge, "是非": Judge, "对错": Judge, "判断对错": Judge, "judge": Judge, "truefalse": Judge,
}

// readKind reads a kind of question; where nothing is written, the answer and the options tell.
func readKind(s, answer string, options []string) (Kind, bool) {
	s = strings.TrimSuffix(strings.ToLower(strings.Map(plainSigns, code.HalfWidth(s))), "题")
	if s != "" {
		k, ok := kinds[s]
		return k, ok
	}
	if len(options) == 0 {
		return Judge, true
	}
	if letters := readLetters(answer); len(letters) > 1 {
		return Multiple, true
	}
	return Single, true
}

// plainSigns drops blanks and signs between words.
func plainSigns(r rune) rune {
	if strings.ContainsRune(" \t\r\n、，,;；.。/|()（）[]【】:：-", r) {
		return -1
	}
	return r
}

// truths are words for true and false.
var truths = map[string]int16{
	"对": 1, "正确": 1, "√": 1, "✓": 1, "✔": 1, "是": 1, "t": 1, "true": 1, "y": 1, "yes": 1, "1": 1, "a": 1,
	"错": 0, "错误": 0, "不正确": 0, "不对": 0, "×": 0, "✗": 0, "✕": 0, "✘": 0, "╳": 0, "x": 0, "否": 0, "f": 0, "false": 0, "n": 0, "no": 0, "0": 0, "b": 0,
}

// readAnswer reads the answer of a kind of question: letters, or a word for true or false.
func readAnswer(kind Kind, s string) ([]int16, bool) {
	s = strings.Map(plainSigns, code.HalfWidth(s))
	if kind == Judge {
		v, ok := truths[strings.ToLower(s)]
		return []int16{v}, ok
	}
	out := readLetters(s)
	return out, len(out) > 0
}

// readLetters reads "ABC", "A,B" or "A、B" as places; nil if anything else stands there.
func readLetters(s string) (out []int16) {
	for _, r := range strings.ToUpper(strings.Map(plainSigns, code.HalfWidth(s))) {
		if r < 'A' || r > 'J' {
			return nil
		}
		if n := int16(r - 'A'); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// lettered finds the letters before options that stand in one cell.
var lettered = regexp.MustCompile(`(?:^|[\s　;；|,，])([A-Ja-jＡ-Ｊ])\s*[.．、:：)）]\s*`)

// letter is the letter that people repeat before an option in a cell of its own.
var letter = regexp.MustCompile(`^[A-Ja-jＡ-Ｊ]\s*[.．、:：)）]\s*`)

// readOptions reads options from cells of their own, or from one.
func readOptions(v map[string]string) []string {
	out := []string{}
	for _, key := range optionKeys {
		if o := strings.TrimSpace(v[key]); o != "" {
			out = append(out, strings.TrimSpace(letter.ReplaceAllString(o, "")))
		}
	}
	whole := strings.TrimSpace(v["options"])
	if len(out) > 0 || whole == "" {
		return out
	}
	if places := lettered.FindAllStringIndex(whole, -1); len(places) > 1 {
		for i, p := range places {
			until := len(whole)
			if i+1 < len(places) {
				until = places[i+1][0]
			}
			out = append(out, strings.TrimSpace(whole[p[1]:until]))
		}
		return out
	}
	for _, by := range []string{"\n", "|", "；", ";"} {
		if strings.Contains(whole, by) {
			for _, o := range strings.Split(whole, by) {
				if o = strings.TrimSpace(o); o != "" {
					out = append(out, o)
				}
			}
			return out
		}
	}
	return append(out, whole)
}

// entryOf reads a question of a row; the key of the column that cannot be read is empty where all can.
func entryOf(v map[string]string) (e Entry, wrong string) {
	options := readOptions(v)
	kind, ok := readKind(v["kind"], v["answer"], options)
	if !ok {
		return e, "kind"
	}
	points, _ := strconv.Atoi(v["points"]) // a cell that is no number is marked already
	e = Entry{Kind: kind, Stem: v["stem"], Options: options, Explanation: v["explanation"], Basis: v["basis"], Points: points, Tags: strings.FieldsFunc(v["tags"], func(r rune) bool {
		return strings.ContainsRune("、，,;；|", r)
	})}
	if e.Answer, ok = readAnswer(kind, v["answer"]); !ok {
		return e, "answer"
	}
	if kind == Judge {
		if letters := readLetters(v["answer"]); len(options) == 2 && len(letters) == 1 && int(letters[0]) < 2 { // A 错误 B 正确
			if word, known := truths[strings.ToLower(strings.Map(plainSigns, options[letters[0]]))]; known {
				e.Answer = []int16{word}
			}
		}
		e.Options = nil
	}
	return e, ""
}
