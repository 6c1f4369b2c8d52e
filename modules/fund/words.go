package fund

import (
	"math/big"

	"anbiao/kit/fen"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// say is a text of this module.
func say(l text.Lang, key string) string { return text.Say(l, "fund."+key, nil) }

// named is a text in every language, for a column.
func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: say(text.Chinese, key), text.English: say(text.English, key)}
}

func yesNo() []sheet.Option {
	return []sheet.Option{{Value: "true", Title: named("yes")}, {Value: "false", Title: named("no")}}
}

// percent writes a part in percent with one digit, cut; empty of nothing.
func percent(part, whole fen.Amount) string {
	if whole <= 0 {
		return ""
	}
	tenths := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(1000))
	whole10, rest := tenths.Quo(tenths, big.NewInt(int64(whole))).QuoRem(tenths, big.NewInt(10), new(big.Int))
	return whole10.String() + "." + rest.Abs(rest).String() + "%"
}
