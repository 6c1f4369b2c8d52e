package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/web"
)

// samples are tried in turn where a text must match a pattern: the first that does is the example. A pattern that none matches fails
// TestEveryBodyHasAValidExample, and wants a sample of its own here.
var samples = []string{
	"330784105", "123456", "2026", "2026-03", "2026-03-01", "2026-Q1", "A01", "DUST-01", "OWN-01", "12.5", "08:30", "13800138000", "2022.2", "zhangsan", "zhang-san", "/tasks",
	"https://anbiao.example/hook", "zhangsan@example.com", "2f6bc8f1ad43a1e8b35b2b0c1d3ae9f05fd0f6d0fbd1b1c6b7f1c1b2a3d4e5f6", "91330784MA2DE0XX0X", "",
}

// illustrate gives every JSON body that has none an example: the members that are required, with values that its schema accepts.
func illustrate(api huma.API) {
	doc := api.OpenAPI()
	for _, op := range web.Operations(api) {
		if op.RequestBody == nil {
			continue
		}
		if m := op.RequestBody.Content["application/json"]; m != nil && m.Schema != nil && m.Example == nil && m.Examples == nil {
			m.Example = example(doc.Components.Schemas, "", m.Schema, 0)
		}
	}
}

// deepest is how far a schema that refers to itself is followed.
const deepest = 8

func example(r huma.Registry, name string, s *huma.Schema, depth int) any {
	if s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	switch {
	case s == nil || depth > deepest:
		return nil
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Default != nil:
		return s.Default
	case s.Extensions["type"] == "string": // an id
		return "1001"
	case len(s.AnyOf) > 0:
		return example(r, name, s.AnyOf[0], depth+1)
	case len(s.OneOf) > 0:
		return example(r, name, s.OneOf[0], depth+1)
	}
	switch s.Type {
	case huma.TypeObject:
		return exampleObject(r, s, depth)
	case huma.TypeArray:
		return exampleArray(r, name, s, depth)
	case huma.TypeInteger, huma.TypeNumber:
		return exampleNumber(s)
	case huma.TypeBoolean:
		return true
	case huma.TypeString:
		return exampleText(s)
	}
	return map[string]any{}
}

func exampleObject(r huma.Registry, s *huma.Schema, depth int) map[string]any {
	out := map[string]any{}
	for prop, ps := range s.Properties {
		if slices.Contains(s.Required, prop) && !ps.ReadOnly {
			out[prop] = example(r, prop, ps, depth+1)
		}
	}
	return out
}

func exampleArray(r huma.Registry, name string, s *huma.Schema, depth int) []any {
	n := 1
	if s.MinItems != nil {
		n = max(n, *s.MinItems)
	}
	if depth >= deepest-1 {
		n = 0
	}
	out := []any{}
	for range n {
		out = append(out, example(r, strings.TrimSuffix(name, "s"), s.Items, depth+1))
	}
	return out
}

func exampleNumber(s *huma.Schema) float64 {
	v := 1.0
	if s.Minimum != nil {
		v = max(v, *s.Minimum)
	}
	if s.Maximum != nil {
		v = min(v, *s.Maximum)
	}
	return v
}

func exampleText(s *huma.Schema) string {
	switch s.Format {
	case "date":
		return "2026-03-02"
	case "date-time":
		return "2026-03-02T08:30:00+08:00"
	case "uuid":
		return "01890000-0000-7000-8000-000000000001"
	}
	if s.ContentEncoding == "base64" {
		return "aVZCT1J3MEtHZ28="
	}
	tried := samples
	if s.Pattern == "" {
		tried = append([]string{"示例内容"}, samples...)
	}
	for _, v := range tried {
		if fits(s, v) {
			return v
		}
	}
	if s.MinLength != nil && s.Pattern == "" {
		return strings.Repeat("例", *s.MinLength)
	}
	return ""
}

func fits(s *huma.Schema, v string) bool {
	n := utf8.RuneCountInString(v)
	if (s.MinLength != nil && n < *s.MinLength) || (s.MaxLength != nil && n > *s.MaxLength) {
		return false
	}
	if s.Pattern == "" {
		return v != "" || s.MinLength == nil
	}
	ok, err := regexp.MatchString(s.Pattern, v)
	return ok && err == nil
}
