package training

import (
	"strconv"
	"strings"

	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

func say(l text.Lang, key string) string { return text.Say(l, "training."+key, nil) }

// named is a text in every language, for a column.
func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: say(text.Chinese, key), text.English: say(text.English, key)}
}

func options(prefix string, values ...string) []sheet.Option {
	out := make([]sheet.Option, len(values))
	for i, v := range values {
		out[i] = sheet.Option{Value: v, Title: named(prefix + v)}
	}
	return out
}

func yesNo() []sheet.Option {
	return []sheet.Option{{Value: "true", Title: named("yes"), Synonyms: []string{"合格", "通过", "√", "是", "Y", "pass"}}, {Value: "false", Title: named("no"), Synonyms: []string{"不合格", "未通过", "×", "否", "N", "fail"}}}
}

// hoursText writes minutes in class hours, as 2 or 2.5: the tenths are cut, so that nobody seems to have what he lacks.
func hoursText(minutes int) string {
	tenths := minutes * 10 / ClassHour
	s := strconv.Itoa(tenths / 10)
	if tenths%10 != 0 {
		s += "." + strconv.Itoa(tenths%10)
	}
	return s
}

// minutesOf reads class hours, as 2 or 2.5. ok is false for what is none, or too long.
func minutesOf(s string) (int, bool) {
	whole, part, cut := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 || n > 300 {
		return 0, false
	}
	minutes := n * ClassHour
	if cut {
		hundredths, err := strconv.Atoi((part + "00")[:2])
		if err != nil || hundredths < 0 {
			return 0, false
		}
		minutes += (hundredths*ClassHour + 99) / 100 // half a minute more, so that 2.5 is shown as 2.5
	}
	return minutes, minutes > 0
}

// percent writes a part with one digit, cut; empty of nothing.
func percent(part, whole int) string {
	if whole <= 0 {
		return ""
	}
	tenths := part * 1000 / whole
	return strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10) + "%"
}

// planTitle is what falls due of a year, as every reader of the calendar sees it.
func planTitle(year int) string {
	return text.Say(text.Chinese, "training.due-plan", map[string]string{"year": strconv.Itoa(year)})
}
