package text

import (
	"reflect"
	"strings"
	"unicode"
)

// wideOf are the marks that Chinese sets at full width.
var wideOf = map[rune]rune{',': '，', ';': '；', ':': '：', '?': '？', '!': '！'}

// Wide sets the marks of a Chinese sentence at full width, as GB/T 15834 asks: commas, semicolons and
// colons beside a Chinese character, and brackets around or behind one. Numbers (1,000; 8:30), Latin
// words and their brackets stay as they are.
func Wide(s string) string {
	if !strings.ContainsAny(s, ",;:?!()") {
		return s
	}
	in := []rune(s)
	out := make([]rune, len(in))
	copy(out, in)
	var opened []int
	for i, r := range in {
		switch {
		case r == '(':
			opened = append(opened, i)
		case r == ')' && len(opened) > 0:
			from := opened[len(opened)-1]
			opened = opened[:len(opened)-1]
			if chinese(in, from-1) || anyChinese(in[from+1:i]) {
				out[from], out[i] = '（', '）'
			}
		case wideOf[r] != 0 && (chinese(in, i-1) || chinese(in, i+1)):
			out[i] = wideOf[r]
		}
	}
	return string(out)
}

func chinese(in []rune, i int) bool {
	return i >= 0 && i < len(in) && (unicode.Is(unicode.Han, in[i]) || strings.ContainsRune("）》」”、％", in[i]) || (in[i] == ')' && anyChinese(in[:i])))
}

func anyChinese(in []rune) bool {
	for _, r := range in {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

// WideAll does what Wide does to every text that v, a pointer, reaches through exported fields,
// slices and the values of maps. For libraries typed by hand, right after they were read.
func WideAll(v any) { widen(reflect.ValueOf(v)) }

func widen(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // the rest holds no text
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			widen(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				widen(v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			widen(v.Index(i))
		}
	case reflect.Map:
		widenMap(v)
	case reflect.String:
		if v.CanSet() {
			v.SetString(Wide(v.String()))
		}
	}
}

func widenMap(v reflect.Value) {
	for _, key := range v.MapKeys() {
		one := reflect.New(v.Type().Elem()).Elem()
		one.Set(v.MapIndex(key))
		widen(one)
		v.SetMapIndex(key, one)
	}
}
