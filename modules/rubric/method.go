package rubric

import (
	"regexp"
	"slices"
	"strings"

	"anbiao/kit/scoring"
)

// A 考评办法 is read clause by clause. A clause is either one finding with what it costs, or a place to
// look (查文件), or is not read at all: it then becomes a rule that says nothing, which Check finds, so
// that nobody publishes a table with a guess in it.
var (
	clauses   = regexp.MustCompile(`[；;。\n\r]+`)
	numbering = regexp.MustCompile(`^\s*(?:[(（]?[0-9]{1,2}[)）、.．]|[①②③④⑤⑥⑦⑧⑨⑩])\s*`)
	looking   = regexp.MustCompile(`^(?:查|现场|询问|抽查|抽取|核对|查看|查阅|查验|随机|对照)`)
	amount    = `([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*分`
	unclear   = regexp.MustCompile(`酌情|视情|比例|[0-9]\s*[-~～—至]\s*[0-9]+\s*分|[0-9]+\s*/\s*[0-9]+`)

	exhausted = regexp.MustCompile(`扣(?:满|完)(?:本条|该条)?(?:` + amount + `)?(?:的|时|后)?[，,]?\s*(?:再)?追加扣(?:除)?\s*` + amount)
	extra     = regexp.MustCompile(`[，,]?\s*(?:并|再|同时)?(?:追加扣(?:除|分)?|加扣)\s*` + amount)
	total     = regexp.MustCompile(`[，,]?\s*(?:并|再|同时)?(?:从总分(?:中)?)?倒扣\s*` + amount)
	capped    = regexp.MustCompile(`[，,]?\s*(?:累计|合计)?(?:最多扣|最高扣|至多扣|扣分不超过|不超过)(?:除)?\s*` + amount)
	untilDone = regexp.MustCompile(`[，,]?\s*(?:直至)?扣完为止`)
	minus     = regexp.MustCompile(`[，,]?\s*(?:各)?扣(?:除)?\s*` + amount)
	zeroed    = regexp.MustCompile(`[，,]?\s*(?:则)?(?:(?:本|该)?(考评类目|类目|一级要素|A级要素|考评项目|项目|二级要素|B级要素|考评内容|小项|条款|条|项|内容)?)(?:均)?不得分`)
	vetoed    = regexp.MustCompile(`[，,]?\s*(?:予以)?(?:一票否决|否决)(?:评级|定级)?`)

	each   = regexp.MustCompile(`每(?:发现|存在|出现|缺少|有|缺|少|漏|查出|降低|低于|低|超过|超|增加|发生|未完成)?[一1]?(人次|人·次|台次|个百分点|百分点|%|个|处|项|条|次|人|台|套|份|起|天|类|级|件|家|点|张|种|名|例|本)`)
	single = regexp.MustCompile(`^(?:发现|存在|有|缺|少|漏)?[一1](人次|台次|个|处|项|条|次|人|台|套|份|起|类|件|张|种|名|例)(?:[^，,]{0,40})[，,]?$`)

	branches = map[string]string{
		"考评类目": scoring.AtElement, "类目": scoring.AtElement, "一级要素": scoring.AtElement, "A级要素": scoring.AtElement,
		"考评项目": scoring.AtSub, "项目": scoring.AtSub, "二级要素": scoring.AtSub, "B级要素": scoring.AtSub,
	}
	digits = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "．", ".",
		"扣一分", "扣1分", "扣二分", "扣2分", "扣两分", "扣2分", "扣三分", "扣3分", "扣四分", "扣4分", "扣五分", "扣5分", "扣十分", "扣10分")
)

// method is what a 考评办法 says.
type method struct {
	rules  []scoring.Deduction
	where  []string // places to look
	unread []string
}

// readMethod reads the 考评办法 of an item of some points.
func readMethod(text string, points scoring.Points) (m method) {
	for _, clause := range clauses.Split(digits.Replace(text), -1) {
		clause = strings.TrimSpace(numbering.ReplaceAllString(clause, ""))
		switch {
		case clause == "":
		case m.later(clause):
		case m.clause(clause, points):
		case looking.MatchString(clause) && !strings.Contains(clause, "扣") && !strings.Contains(clause, "得分"):
			m.where = append(m.where, clause)
		default:
			m.unread = append(m.unread, clause)
			m.add(clause, scoring.Deduction{})
		}
	}
	return m
}

func (m *method) add(when string, d scoring.Deduction) {
	d.When = strings.Trim(when, " ，,、：:")
	d.ID = ruleID(len(m.rules))
	m.rules = append(m.rules, d)
}

// ruleID is a, b … z, aa, ab …
func ruleID(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	return ruleID(n/26-1) + ruleID(n%26)
}

// later reads a clause that only limits the one before it: 最多扣4分, 扣完为止.
func (m *method) later(clause string) bool {
	if untilDone.FindString(clause) == clause {
		return len(m.rules) > 0
	}
	found := capped.FindStringSubmatch(clause)
	if found == nil || found[0] != clause || len(m.rules) == 0 {
		return false
	}
	last := &m.rules[len(m.rules)-1]
	of := func(d scoring.Deduction) bool { return d.Minus > 0 }
	if last.Minus == 0 || last.Cap != 0 || slices.IndexFunc(m.rules, of) != len(m.rules)-1 {
		return false // of which it speaks is not said
	}
	last.Cap, _ = scoring.ParsePoints(found[1])
	return true
}

// clause reads one finding with what it costs; false: it is not read.
func (m *method) clause(text string, points scoring.Points) bool {
	if unclear.MatchString(text) {
		return false
	}
	if found := exhausted.FindStringSubmatch(text); found != nil {
		full, _ := scoring.ParsePoints(found[1])
		if found[1] != "" && full != points || strings.Replace(text, found[0], "", 1) != "" {
			return false
		}
		more, err := scoring.ParsePoints(found[2])
		m.add(text, scoring.Deduction{Extra: more, Auto: scoring.ItemExhausted})
		return err == nil
	}
	c := costs{left: text}
	c.take()
	if len(c.rules) == 0 || c.wrong || leftover.MatchString(c.left) {
		return false
	}
	per, ok := c.per()
	if !ok {
		return false
	}
	when := c.when
	for _, d := range c.rules {
		if d.Minus > 0 || d.Extra > 0 && per != "" && len(c.rules) == 1 {
			d.Per, d.Cap = per, c.cap
		}
		m.add(when, d)
	}
	return true
}

var leftover = regexp.MustCompile(`扣|得分|给分|得\s*[0-9]|[0-9]\s*分`)

// costs are what one clause takes.
type costs struct {
	left  string // what is not read of the clause
	when  string
	rules []scoring.Deduction
	cap   scoring.Points
	wrong bool
}

// take moves what is said about points out of the clause; what stands before it is the finding.
func (c *costs) take() {
	first := len(c.left)
	cut := func(form *regexp.Regexp, fn func([]string)) {
		at := form.FindStringIndex(c.left)
		if at == nil {
			return
		}
		fn(form.FindStringSubmatch(c.left))
		first = min(first, at[0])
		c.left = c.left[:at[0]] + c.left[at[1]:]
		c.wrong = c.wrong || form.MatchString(c.left) // said twice in one clause
	}
	points := func(s string) scoring.Points {
		p, err := scoring.ParsePoints(s)
		c.wrong = c.wrong || err != nil || p <= 0
		return p
	}
	cut(untilDone, func([]string) {})
	cut(capped, func(s []string) { c.cap = points(s[1]) })
	cut(total, func(s []string) {
		c.rules = append(c.rules, scoring.Deduction{Extra: points(s[1]), Scope: scoring.AtTotal})
	})
	cut(extra, func(s []string) { c.rules = append(c.rules, scoring.Deduction{Extra: points(s[1])}) })
	cut(vetoed, func([]string) { c.rules = append(c.rules, scoring.Deduction{Veto: true}) })
	cut(zeroed, func(s []string) { c.rules = append(c.rules, scoring.Deduction{Zero: true, Scope: branches[s[1]]}) })
	cut(minus, func(s []string) { c.rules = append(c.rules, scoring.Deduction{Minus: points(s[1])}) })
	c.when = c.left[:min(first, len(c.left))]
	c.wrong = c.wrong || c.cap > 0 && !slices.ContainsFunc(c.rules, func(d scoring.Deduction) bool { return d.Minus > 0 })
	slices.Reverse(c.rules)
}

// per is what the occurrences of the finding are counted in; false: it says "each" of something unknown.
func (c *costs) per() (string, bool) {
	found := each.FindStringSubmatch(c.when)
	switch {
	case found != nil:
		return found[1], true
	case strings.Contains(c.when, "每") && !harmless.MatchString(c.when):
		return "", false
	}
	if found = single.FindStringSubmatch(c.when); found != nil && !slices.ContainsFunc(c.rules, func(d scoring.Deduction) bool { return d.Zero || d.Veto }) {
		return found[1], true
	}
	return "", true
}

// harmless are uses of 每 that count nothing.
var harmless = regexp.MustCompile(`每(?:年|季|月|周|日|班|半年|两年|三年)`)
