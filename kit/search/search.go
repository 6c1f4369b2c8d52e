// Package search finds Chinese names by pairs of neighbouring characters (bigrams): a name is
// stored with its bigrams as int[] under a GIN index, a term is looked up by containment
// and then filtered by LIKE. Words need no dictionary, and two characters are enough.
//
// Store Fold(name) as text and Bigrams(name) as int[]; a search is
//
//	grams, like := search.Query(term)
//	… where name_grams @> ? and name_fold like ?
//
// The array only narrows, LIKE decides, so nothing is found wrongly; and every name whose
// folded form holds the folded term is found.
package search

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// forms are the legal forms that end most names and therefore tell nothing (有限公司 ends 88 %),
// folded, longest first where one ends another.
var forms = []string{
	"股份有限责任公司", "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "有限合伙企业", "有限合伙",
	"普通合伙企业", "普通合伙", "特殊普通合伙", "个人独资企业", "个人独资", "个体工商户", "个体", "集团公司",
	"分公司", "公司", "加工厂", "工厂", "厂", "专业合作社", "股份合作社", "合作社", "经营部", "商行", "门市部", "店",
}

// Fold brings a name to the form in which names are compared: NFKC, lower case, letters
// and digits only, so （集团） equals (集团) and Ａ equals a.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// Bigrams returns the pairs of neighbouring characters of a name without its legal form,
// hashed, sorted and each once. The hash (32-bit FNV-1a) must never change: it is stored.
// Never nil, so that it fits a NOT NULL column.
func Bigrams(s string) []int32 { return hash(core(Fold(s))) }

// Query returns what a search for term must bind: the bigrams each match has, empty if the
// term is too short or too common to narrow anything, and the LIKE pattern, escaped for the
// default backslash. A term without letters or digits gives the pattern "%".
func Query(term string) ([]int32, string) {
	t := Fold(term)
	return hash(stem(t)), "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(t) + "%"
}

func hash(s string) []int32 {
	r := []rune(s)
	out := make([]int32, 0, len(r))
	for i := 1; i < len(r); i++ {
		h := fnv.New32a()
		_, _ = h.Write([]byte(string(r[i-1 : i+1]))) // never fails
		out = append(out, int32(h.Sum32()))          //nolint:gosec // the sign bit is as good as any
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// core cuts the legal forms off the end of a folded name, as long as something is left.
func core(s string) string {
	for {
		cut := ""
		for _, f := range forms {
			if len(f) > len(cut) && len(f) < len(s) && strings.HasSuffix(s, f) {
				cut = f
			}
		}
		if cut == "" {
			return s
		}
		s = s[:len(s)-len(cut)]
	}
}

// stem is core for what somebody types, who may stop inside a legal form or begin in one:
// the end of the term that could begin a form goes, and a term inside a form leaves nothing.
// Its bigrams are therefore among those of every name that holds the term.
func stem(s string) string {
	for s != "" {
		cut := 0
		for _, f := range forms {
			if strings.Contains(f, s) {
				return ""
			}
			cut = max(cut, overlap(s, f))
		}
		if cut == 0 {
			return s
		}
		s = s[:len(s)-cut]
	}
	return s
}

// overlap returns the length of the longest end of s that f begins with, in bytes.
func overlap(s, f string) int {
	for n := min(len(s), len(f)); n > 0; n-- {
		if strings.HasPrefix(f, s[len(s)-n:]) {
			return n
		}
	}
	return 0
}
