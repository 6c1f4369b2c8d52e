package rubric_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"anbiao/kit/scoring"
	"anbiao/modules/rubric"
)

var update = flag.Bool("update", false, "write the schema anew")

const schemaFile = "schema/rubric.schema.json"

// object is a part of a JSON schema.
type object = map[string]any

// enums are the words that a field may hold.
var enums = map[string][]any{
	"Rubric.purpose": {"grading", "duty", "class"}, "Rubric.model": {"", "sum", "weighted"},
	"Deduction.scope": {"", "item", "sub_element", "element", "total"}, "Deduction.auto": {"", "item_exhausted"},
}

// schemaOf describes a type as its YAML form is.
func schemaOf(t reflect.Type, defs object) any {
	switch t {
	case reflect.TypeFor[scoring.Points]():
		return object{"type": []any{"number", "null"}, "minimum": 0, "multipleOf": json.Number("0.01")}
	case reflect.TypeFor[scoring.Num]():
		return object{"type": []any{"number", "string", "null"}, "pattern": `^(-?[0-9]{1,15}(\.[0-9]{1,6})?)?$`}
	}
	switch t.Kind() {
	case reflect.Struct:
		if t.Name() == "" {
			return structOf(t, defs)
		}
		if _, known := defs[t.Name()]; !known {
			defs[t.Name()] = nil
			defs[t.Name()] = structOf(t, defs)
		}
		return object{"$ref": "#/$defs/" + t.Name()}
	case reflect.Slice:
		return object{"type": []any{"array", "null"}, "items": schemaOf(t.Elem(), defs)}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schemaOf(t.Elem(), defs)}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Int:
		return object{"type": "integer"}
	case reflect.Bool:
		return object{"type": "boolean"}
	default:
		return true
	}
}

func structOf(t reflect.Type, defs object) object {
	properties, required := object{}, []any{}
	for f := range t.Fields() {
		name, rest, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		one := schemaOf(f.Type, defs)
		if words := enums[t.Name()+"."+name]; words != nil {
			one = object{"enum": words}
		}
		properties[name] = one
		switch t.Name() + "." + name {
		case "Rubric.rounding", "Rubric.about", "Rubric.elements", "Rubric.total_points", "Element.points", "Level.min_score", "Item.deductions":
			continue // a tree has none
		}
		if !strings.Contains(rest, "omitempty") {
			required = append(required, name)
		}
	}
	out := object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	if t == reflect.TypeFor[scoring.Deduction]() {
		var ways []any
		for _, kind := range []string{"minus", "zero", "extra_minus", "veto"} {
			ways = append(ways, object{"required": []any{kind}})
		}
		out["oneOf"] = ways
	}
	return out
}

func generated(t *testing.T) []byte {
	t.Helper()
	defs := object{}
	schemaOf(reflect.TypeFor[scoring.Rubric](), defs)
	b, err := json.MarshalIndent(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Scoring table (评分标准)", "$ref": "#/$defs/Rubric", "$defs": defs,
	}, "", "  ")
	require.NoError(t, err)
	return append(b, '\n')
}

// plainly is a table's file as JSON holds it.
func plainly(t *testing.T, file []byte) any {
	t.Helper()
	var v any
	require.NoError(t, yaml.Unmarshal(file, &v))
	b, err := json.Marshal(v)
	require.NoError(t, err)
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	require.NoError(t, err)
	return out
}

func TestSchema(t *testing.T) {
	t.Parallel()
	want := generated(t)
	if *update {
		require.NoError(t, os.WriteFile(schemaFile, want, 0o644))
	}
	got, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "go test ./modules/rubric -run TestSchema -update")
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(got))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("rubric", document))
	s, err := c.Compile("rubric")
	require.NoError(t, err)
	for _, r := range rubric.Library() {
		file, err := os.ReadFile("library/" + r.ID + "@" + r.Version + ".yaml")
		require.NoError(t, err)
		require.NoError(t, s.Validate(plainly(t, file)), r.ID)
	}
	file, err := os.ReadFile("library/jiangsu-gongmao-xiaowei-600@2026.1.yaml")
	require.NoError(t, err)
	for what, edit := range map[string][2]string{
		"a purpose that is none":  {"purpose: grading", "purpose: other"},
		"a name that is none":     {"title_zh:", "title_xx:"},
		"two effects in one rule": {"zero: true", "zero: true\n        veto: true"},
		"a third decimal":         {"points: 8\n", "points: 8.125\n"},
	} {
		broken := strings.Replace(string(file), edit[0], edit[1], 1)
		require.NotEqual(t, string(file), broken, what)
		require.Error(t, s.Validate(plainly(t, []byte(broken))), what)
	}
}
