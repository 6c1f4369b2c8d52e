package fund

import (
	_ "embed"

	"github.com/goccy/go-yaml"

	"anbiao/kit/text"
)

//go:embed library/uses.en.yaml
var usesYAML []byte

// usesInEnglish are the words of use items by their Chinese ones.
var usesInEnglish = func() (m map[string]string) {
	if err := yaml.Unmarshal(usesYAML, &m); err != nil {
		panic("fund: uses.en.yaml: " + err.Error())
	}
	return m
}()

// Words says the words of a use item in a language; a correction of the platform's that nobody has put
// into English stays Chinese.
func Words(l text.Lang, label string) string {
	if en := usesInEnglish[label]; l == text.English && en != "" {
		return en
	}
	return label
}
