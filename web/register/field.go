package register

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm/schema"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// kind is what a field holds; it decides how it is typed, written and read.
type kind string

const (
	words   kind = "text"
	area    kind = "area"
	whole   kind = "int"
	decimal kind = "decimal"
	amount  kind = "fen"
	date    kind = "day"
	instant kind = "time"
	choice  kind = "choice"
	yes     kind = "bool"
	person  kind = "staff"
	unit    kind = "unit"
	point   kind = "point"
	several kind = "words"
	unshown kind = "" // kept, but not of these
)

// clock is how times are written and read, in Asia/Shanghai.
const clock = "2006-01-02 15:04"

// option is one value of a choice.
type option struct {
	Value string `json:"value"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// field is one field of a register's struct.
type field struct {
	key      string // in JSON and Excel
	column   string
	index    []int
	kind     kind
	zh, en   string
	also     []string
	noteZh   string
	noteEn   string
	options  []option
	need     bool
	max      int
	digits   int // of a decimal
	list     bool
	filter   bool
	business bool // part of the business key
	mine     bool
	fixed    bool  // computed
	name     []int // field that keeps the name of what this id means
	nameKey  string
}

// shown reports whether people see the field.
func (f field) shown() bool { return f.kind != unshown && f.zh != "" }

// written reports whether people write the field.
func (f field) written() bool { return f.shown() && !f.fixed }

func (f field) refers() bool { return f.kind == person || f.kind == unit || f.kind == point }

func (f field) of(v reflect.Value) reflect.Value { return v.FieldByIndex(f.index) }

// fieldsOf reads the tags of T. It panics where they say nothing that could be served: that is
// the programmer's error, and every start meets it.
func fieldsOf[T any]() []field {
	t := reflect.TypeFor[T]()
	var out []field
	for _, sf := range reflect.VisibleFields(t) {
		if sf.Anonymous || !sf.IsExported() {
			continue
		}
		out = append(out, fieldOf(t, sf))
	}
	return out
}

func fieldOf(t reflect.Type, sf reflect.StructField) field {
	tag := sf.Tag
	key, _, _ := strings.Cut(tag.Get("json"), ",")
	f := field{
		key: key, column: schema.NamingStrategy{}.ColumnName("", sf.Name), index: sf.Index, kind: kindOf(sf), zh: tag.Get("zh"), en: tag.Get("en"),
		list: tag.Get("list") != "", filter: tag.Get("filter") != "", business: tag.Get("key") != "", mine: tag.Get("mine") != "", fixed: tag.Get("readOnly") == "true",
		need: tag.Get("minLength") != "" && tag.Get("minLength") != "0", options: optionsOf(tag.Get("choice")),
	}
	f.noteZh, f.noteEn, _ = strings.Cut(tag.Get("note"), "/")
	f.max, _ = strconv.Atoi(tag.Get("maxLength"))
	f.digits, _ = strconv.Atoi(tag.Get("decimal"))
	if s := tag.Get("also"); s != "" {
		f.also = strings.Split(s, ",")
	}
	if s := tag.Get("name"); s != "" {
		named, ok := t.FieldByName(s)
		if !ok {
			panic(fmt.Sprintf("register: %s.%s: no field %s", t, sf.Name, s))
		}
		f.name = named.Index
		f.nameKey, _, _ = strings.Cut(named.Tag.Get("json"), ",")
	}
	if f.zh != "" && (f.kind == unshown || f.en == "" || f.key == "" || (f.refers() && f.name == nil) || (f.kind == choice && len(f.options) == 0)) {
		panic(fmt.Sprintf("register: %s.%s cannot be shown: %s", t, sf.Name, tag))
	}
	if f.kind == choice && tag.Get("required") != "false" && !f.fixed {
		f.need = true
	}
	if f.kind == date && tag.Get("required") != "false" && !f.fixed {
		f.need = true
	}
	return f
}

func kindOf(sf reflect.StructField) kind {
	switch sf.Type {
	case reflect.TypeFor[day.Date]():
		return date
	case reflect.TypeFor[time.Time]():
		return instant
	case reflect.TypeFor[fen.Amount]():
		return amount
	case reflect.TypeFor[id.Of[id.Staff]]():
		return person
	case reflect.TypeFor[id.Of[id.Unit]]():
		return unit
	case reflect.TypeFor[id.Of[id.Point]]():
		return point
	case reflect.TypeFor[db.Texts]():
		return several
	}
	is := sf.Type.Kind()
	switch {
	case is == reflect.Bool:
		return yes
	case is >= reflect.Int && is <= reflect.Int64 && sf.Type.PkgPath() == "":
		return whole
	case is != reflect.String:
		return unshown
	case sf.Tag.Get("choice") != "":
		return choice
	case sf.Tag.Get("decimal") != "":
		return decimal
	case sf.Tag.Get("area") != "":
		return area
	}
	return words
}

func optionsOf(s string) []option {
	var out []option
	for one := range strings.SplitSeq(s, ";") {
		value, said, ok := strings.Cut(one, "=")
		if !ok {
			continue
		}
		zh, en, _ := strings.Cut(said, "/")
		out = append(out, option{value, zh, en})
	}
	return out
}
