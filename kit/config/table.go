package config

import (
	"fmt"
	"reflect"
	"strings"
)

// The README holds the table between these lines.
const (
	TableBegin = "<!-- configuration: begin (go run ./app config) -->"
	TableEnd   = "<!-- configuration: end -->"
)

// Table returns the Markdown table of all variables.
func Table() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for f := range reflect.TypeFor[Config]().Fields() {
		fallback := f.Tag.Get("default")
		if v, ok := f.Tag.Lookup("envDefault"); ok {
			fallback = "`" + v + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", variable(f), fallback, f.Tag.Get("doc"))
	}
	return b.String()
}

// variable returns the name of a field's environment variable.
func variable(f reflect.StructField) string {
	if name, ok := f.Tag.Lookup("name"); ok {
		return name
	}
	return f.Tag.Get("env")
}

// about returns the variable that fills the struct field of that name, and what it means.
func about(field string) (name, doc string) {
	if f, ok := reflect.TypeFor[Config]().FieldByName(field); ok {
		return variable(f), f.Tag.Get("doc")
	}
	return field, ""
}
