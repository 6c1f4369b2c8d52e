package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// hostileTexts are texts that have hurt somebody somewhere.
var hostileTexts = []string{
	"", " ", "\u0000", "\ufeff", "\u202e", "\U000e0001", "\u2028", "null", "undefined", "NaN", "-1", "0", "00", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e400", "0x10",
	"../../../../etc/passwd", `..\..\windows`, "%00", "%2e%2e%2f", "file:///etc/passwd", "http://127.0.0.1:5432/", "http://169.254.169.254/latest/meta-data/", "javascript:alert(1)",
	"'; DROP TABLE company; --", "' OR '1'='1", "$1", "?::int", "{{7*7}}", "${jndi:ldap://x}", "%s%s%n", "=cmd|'/c calc'!A1", "<script>alert(1)</script>", "<svg onload=alert(1)>", `"><img src=x>`,
	"2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-13", "2026-Q5", "-2026-01-01", "2026-01-01T25:00:00Z", "1970-01-01T00:00:00+99:99", "24:00", "中文名称", "１２３", "🧯👷‍♀️", "e\u0301",
	"91330784MA2XXXXX0X", "330784198706011234", "13800000000", "{}", "[]", `{"a":`, "*", "%", "_", `\`, "(((((", "[a-z", "AND", "OR OR", "a&b|!c", "~", "zh-Hant-CN-x-private", "00000000-0000-0000-0000-000000000000",
}

// junk is a text to stand where anything else is expected.
func (h *hostility) junk() string {
	switch h.dice.IntN(8) {
	case 0:
		return strings.Repeat(h.word(), 1+h.dice.IntN(300))
	case 1:
		return fmt.Sprint(h.dice.Int64() - h.dice.Int64())
	case 2:
		return h.noise(1 + h.dice.IntN(40))
	}
	return hostileTexts[h.dice.IntN(len(hostileTexts))]
}

// word is a junk that fits into one line of a header.
func (h *hostility) word() string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return 'x'
		}
		return r
	}, hostileTexts[h.dice.IntN(len(hostileTexts))])
}

// noise is n bytes of whatever.
func (h *hostility) noise(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(h.dice.IntN(256))
	}
	return string(b)
}

// thing is a value of any type.
func (h *hostility) thing() any {
	switch h.dice.IntN(10) {
	case 0:
		return nil
	case 1:
		return h.dice.IntN(2) == 0
	case 2:
		return []any{}
	case 3:
		return map[string]any{h.junk(): h.junk()}
	case 4:
		return []float64{-1, 0, 1.5, 1e300, -1e-300, 9007199254740993}[h.dice.IntN(6)]
	case 5:
		return slices.Repeat([]any{h.junk()}, 1+h.dice.IntN(2000))
	case 6:
		return -h.dice.Int64()
	}
	return h.junk()
}

// spoil replaces one thing somewhere in a value.
func (h *hostility) spoil(v any) any {
	switch x := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(x))
		switch {
		case len(keys) == 0 || h.dice.IntN(12) == 0:
			x[h.junk()] = h.thing()
		case h.dice.IntN(8) == 0:
			delete(x, keys[h.dice.IntN(len(keys))])
		default:
			k := keys[h.dice.IntN(len(keys))]
			x[k] = h.spoil(x[k])
		}
		return x
	case []any:
		if len(x) == 0 || h.dice.IntN(4) == 0 {
			return append(x, h.thing())
		}
		i := h.dice.IntN(len(x))
		x[i] = h.spoil(x[i])
		if h.dice.IntN(3) == 0 {
			x = append(x, x[i]) // twice the same
		}
		return x
	}
	return h.thing()
}

// tear breaks a document, now and then.
func (h *hostility) tear(s string) string {
	switch h.dice.IntN(25) {
	case 0:
		return s[:h.dice.IntN(len(s)+1)]
	case 1:
		return h.noise(h.dice.IntN(200))
	case 2:
		return strings.Repeat("[", 20_000)
	case 3:
		i := h.dice.IntN(len(s) + 1)
		return s[:i] + h.noise(1+h.dice.IntN(3)) + s[i:]
	case 4:
		return s + s
	case 5:
		return strings.Replace(s, `"`, `"\ud800`, 1+h.dice.IntN(3))
	}
	return s
}

// hostileFiles begin as files that are let in do.
var hostileFiles = []string{
	"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "PK\x03\x04\x14\x00\x00\x00\x08\x00", "PK\x05\x06" + strings.Repeat("\x00", 18),
	"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "GIF89a\xff\xff\xff\xff", "RIFF\xff\xff\xff\xffWEBPVP8 ",
	`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, "姓名,工号\n", "{}", "",
}

// form is a form with a file, which is not what it begins as.
func (h *hostility) form(s *huma.Schema) (kind, body string) {
	if s != nil && s.Ref != "" {
		s = h.doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	var b strings.Builder
	names := []string{"file"}
	if s != nil {
		names = slices.Sorted(maps.Keys(s.Properties))
	}
	for _, name := range names {
		if h.dice.IntN(8) == 0 {
			continue
		}
		if s == nil || s.Properties[name].Format == "binary" {
			fmt.Fprintf(&b, "--x\r\nContent-Disposition: form-data; name=%q; filename=%q\r\nContent-Type: %s\r\n\r\n%s\r\n", name, h.word()+".xlsx", "image/png",
				hostileFiles[h.dice.IntN(len(hostileFiles))]+h.noise(h.dice.IntN(300)))
			continue
		}
		fmt.Fprintf(&b, "--x\r\nContent-Disposition: form-data; name=%q\r\n\r\n%v\r\n", name, h.either(name, s.Properties[name]))
	}
	b.WriteString("--x--\r\n")
	return "multipart/form-data; boundary=x", h.tear(b.String())
}

// either is what a field of a form wants, or junk.
func (h *hostility) either(name string, s *huma.Schema) any {
	if h.dice.IntN(3) == 0 {
		return h.junk()
	}
	return h.value(h.doc, name, s, new(bool))
}
