package code

import (
	"regexp"

	"anbiao/kit/fault"
)

// What may be wrong with an industry code.
var (
	// ErrIndustry: not two to four digits after an optional letter A to T.
	ErrIndustry = fault.New(fault.Invalid, "code.industry")
	// ErrIndustryDivision: no section holds the two-digit {division}.
	ErrIndustryDivision = fault.New(fault.Invalid, "code.industry-division")
	// ErrIndustrySection: the {division} belongs to {expected}, not to the letter {section}.
	ErrIndustrySection = fault.New(fault.Invalid, "code.industry-section")
)

var industryForm = regexp.MustCompile(`^[A-T]?\d{2,4}$`)

// sections holds the last two-digit division of each section (门类) A to T of
// GB/T 4754-2017; a section begins where the one before it ends.
var sections = [...]string{
	"05", "12", "43", "46", "50", "52", "60", "62", "65", "69",
	"70", "72", "75", "79", "82", "83", "85", "90", "96", "97",
}

// Industry reads an industry code (国民经济行业分类, GB/T 4754-2017) and returns its two to
// four digits without the letter. Errors: ErrIndustry, ErrIndustryDivision, ErrIndustrySection.
func Industry(s string) (string, error) {
	s = Normalise(s)
	if !industryForm.MatchString(s) {
		return "", ErrIndustry
	}
	letter := ""
	if s[0] >= 'A' {
		letter, s = s[:1], s[1:]
	}
	section := Section(s)
	if section == "" {
		return "", ErrIndustryDivision.With("division", s[:2])
	}
	if letter != "" && letter != section {
		return "", ErrIndustrySection.With("division", s[:2]).With("section", letter).With("expected", section)
	}
	return s, nil
}

// Section returns the letter (门类) of an industry code without its letter, "" if there is none.
func Section(industry string) string {
	if len(industry) < 2 || industry[:2] < "01" {
		return ""
	}
	for i, last := range sections {
		if industry[:2] <= last {
			return string(rune('A' + i))
		}
	}
	return ""
}

// SectionSpan returns the range of industry codes of a section's letter, the end not in it; of another
// letter the empty range.
func SectionSpan(letter string) (from, until string) {
	if len(letter) != 1 || letter[0] < 'A' || int(letter[0]-'A') >= len(sections) {
		return "~", "~"
	}
	i := int(letter[0] - 'A')
	from = "01"
	if i > 0 {
		from = sections[i-1] + "~"
	}
	return from, sections[i] + "~"
}
