package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// moneyRooms hold nothing but money: not even their tests know a fraction that is not exact. Elsewhere,
// in files that know fen and apart from tests, the functions and fields that speak of money keep the
// same rule: what draws a page or a position beside them may measure as it likes.
var moneyRooms = []string{"kit/fen", "kit/accrual", "modules/fund", "modules/reward"}

// floating lists what makes or takes floating-point numbers.
var floating = map[string][]string{
	"math":    {"Round", "RoundToEven", "Floor", "Ceil", "Trunc", "Pow", "Abs", "Mod", "Modf", "Inf", "NaN", "Float64frombits", "Float64bits", "MaxFloat64"},
	"strconv": {"ParseFloat", "FormatFloat", "AppendFloat"},
	"big":     {"Float", "NewFloat", "ParseFloat"},
}

// methods of exact numbers that leave exactness.
var leaving = []string{"Float32", "Float64", "SetFloat64", "InexactFloat64"}

var (
	inexactSQL = regexp.MustCompile(`(?i)::\s*(float|real|double)|\bdouble\s+precision\b|\bas\s+(float\d?|real)\b`)
	// A column of money of any type but a whole number.
	inexactColumn = regexp.MustCompile(`(?i)\b\w*_fen"?\s+(real|double|float\d?|numeric|decimal|money)\b|_fen\)?::\s*(float|real|double|numeric|decimal|money)`)
	wholeColumn   = regexp.MustCompile(`(?i)\b\w*_fen"?\s+bigint\b`)
	inexactScript = regexp.MustCompile(`\bparseFloat\b|\.toFixed\(|\.toPrecision\(|[fF]en\w*\s*[*/]\s*100\b`)
)

// TestNoFloats: money is whole fen, rates and quantities are exact decimals, in Go, in SQL and on the pages.
func TestNoFloats(t *testing.T) {
	t.Parallel()
	got := money(os.DirFS(sourceRoot))
	for _, b := range got.broken {
		t.Error(b)
	}
	for what, least := range map[string]int{"kit/fen": 2, "kit/accrual": 8, "modules/reward": 8, "elsewhere": 20, "columns": 8, "scripts": 1} {
		if got.seen[what] < least {
			t.Errorf("%s: %d seen, not %d: the rule would pass by seeing nothing", what, got.seen[what], least)
		}
	}
}

// TestNoFloatsFindsThem plants what must be found, and what must not.
func TestNoFloatsFindsThem(t *testing.T) {
	t.Parallel()
	const named = "package x\nimport (\"anbiao/kit/fen\"; \"strconv\")\nvar a fen.Amount\n"
	for name, c := range map[string]struct {
		file, text string
		clean      bool
	}{
		"type":      {"modules/fund/a.go", "package fund\nvar rate float64", false},
		"in a test": {"kit/accrual/a_test.go", "package accrual\nvar rate float32", false},
		"below":     {"modules/fund/plan/a.go", "package plan\nvar rate float32", false},
		"literal":   {"kit/fen/a.go", "package fen\nvar rate = 0.6", false},
		"exponent":  {"kit/fen/a.go", "package fen\nvar most = 1e9", false},
		"round":     {"modules/reward/a.go", "package reward\nimport \"math\"\nvar a = math.Round(3)", false},
		"renamed":   {"modules/reward/a.go", "package reward\nimport m \"math\"\nvar a = m.Round(3)", false},
		"parse":     {"modules/fund/a.go", "package fund\nimport \"strconv\"\nvar a, _ = strconv.ParseFloat(\"1\", 64)", false},
		"big":       {"modules/fund/a.go", "package fund\nimport \"math/big\"\nvar a big.Float", false},
		"leaving":   {"modules/fund/a.go", "package fund\nimport \"math/big\"\nvar a, _ = big.NewRat(1, 2).Float64()", false},
		"query":     {"modules/fund/a_store.go", "package fund\nconst q = `SELECT sum(amount_fen)::float8`", false},
		"function":  {"modules/hazard/a.go", named + "func b(c struct{ LossFen int64 }) int64 { return int64(0.5 + float64(c.LossFen)) }", false},
		"text":      {"modules/hazard/a.go", named + "func b(amount string) { strconv.ParseFloat(amount, 64) }; ", false},
		"field":     {"modules/hazard/a.go", named + "type b struct { LossFen *float64 }", false},
		"variable":  {"modules/hazard/a.go", named + "var yuan = 0.5", false},
		"column":    {"migrations/1.sql", "CREATE TABLE a (due_fen double precision)", false},
		"numeric":   {"migrations/1.sql", "ALTER TABLE a ADD COLUMN due_fen numeric(12,2)", false},
		"cast":      {"migrations/1.sql", "SELECT due_fen::real FROM a", false},
		"page":      {"frontend/src/modules/fund/pages/A.vue", "const a = parseFloat(text)", false},
		"fixed":     {"frontend/src/modules/fund/useFund.ts", "(a.dueFen / b).toFixed(2)", false},
		"division":  {"frontend/src/modules/fund/useFund.ts", "a.dueFen / 100", false},
		"format":    {"frontend/src/parts/format.ts", "export function yuan(fen: number): string {\n  return String(fen / 100)\n}\n", false},

		"whole":          {"modules/fund/a.go", named + "var b = big.NewRat(1, 2); const c = 1_000", true},
		"beside money":   {"modules/hazard/a.go", named + "func b() float64 { return 0.5 }; type c struct { Width float64; LossFen int64 }", true},
		"other":          {"modules/hazard/a.go", "package hazard\nvar a float64", true},
		"other test":     {"modules/hazard/a_test.go", named + "var b float64", true},
		"bigint":         {"migrations/1.sql", "CREATE TABLE a (due_fen bigint, share double precision)", true},
		"another script": {"frontend/src/modules/hazard/a.ts", "parseFloat(a)", true},
		"percent":        {"frontend/src/parts/format.ts", "export function percent() { return a.toFixed(1) }\nexport function yuan(fen: number): string {\n  return String(fen)\n}\n", true},
	} {
		got := money(fstest.MapFS{c.file: {Data: []byte(c.text)}})
		if clean := len(got.broken) == 0; clean != c.clean {
			t.Errorf("%s: %q", name, got.broken)
		}
	}
}

// coins is what a walk after money found.
type coins struct {
	broken []string
	seen   map[string]int
}

func (c *coins) breaks(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

func money(root fs.FS) *coins {
	c := &coins{seen: map[string]int{}}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil {
				err = skip(root, name, d.Name())
			}
			return err
		}
		look := c.looker(name)
		if look == nil {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err == nil {
			look(name, string(src))
		}
		return err
	})
	if err != nil {
		c.breaks("%v", err)
	}
	return c
}

// looker is who reads a file; nil: nobody need.
func (c *coins) looker(name string) func(name, src string) {
	switch {
	case strings.HasSuffix(name, ".go"):
		return c.goFile
	case strings.HasPrefix(name, "migrations/") && strings.HasSuffix(name, ".sql"):
		return c.sqlFile
	case strings.HasPrefix(name, "frontend/src/modules/fund/") && (strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".vue")), name == "frontend/src/parts/format.ts":
		return c.script
	}
	return nil
}

func (c *coins) goFile(name, src string) {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, src, parser.SkipObjectResolution)
	if err != nil {
		c.breaks("%v", err)
		return
	}
	dir := path.Dir(name)
	room := slices.IndexFunc(moneyRooms, func(r string) bool { return dir == r || strings.HasPrefix(dir, r+"/") })
	switch {
	case room >= 0:
		c.seen[moneyRooms[room]]++
	case names(f, own+"kit/fen") != "" && !strings.HasSuffix(name, "_test.go"):
		c.seen["elsewhere"]++
	default:
		return
	}
	for _, part := range parts(f, room >= 0) {
		ast.Inspect(part, func(n ast.Node) bool {
			if what := inexact(f, n); what != "" {
				c.breaks("%s:%d: %s: money is whole fen, a rate an exact decimal", name, files.Position(n.Pos()).Line, what)
			}
			return true
		})
	}
}

var spokenOf = regexp.MustCompile(`Fen$|^fen$|[aA]mount|[yY]uan`)

// parts is what of a file is held to the rule: all, or each function, field, variable and statement
// outside functions that speaks of money.
func parts(f *ast.File, all bool) (out []ast.Node) {
	if all {
		return []ast.Node{f}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncDecl, *ast.Field, *ast.ValueSpec:
			if speaks(n) {
				out = append(out, n)
			}
			return false
		}
		return true
	})
	return out
}

func speaks(n ast.Node) (yes bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		yes = yes || ok && spokenOf.MatchString(id.Name)
		return !yes
	})
	return yes
}

// inexact names what is not exact about a node; "" if nothing is.
func inexact(f *ast.File, n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		if slices.Contains([]string{"float32", "float64", "complex64", "complex128"}, n.Name) {
			return n.Name
		}
	case *ast.BasicLit:
		if n.Kind == token.FLOAT || n.Kind == token.STRING && inexactSQL.MatchString(n.Value) {
			return n.Value
		}
	case *ast.SelectorExpr:
		on, _ := n.X.(*ast.Ident)
		for lib, words := range floating {
			if lib == "big" {
				lib = "math/big"
			}
			if on != nil && on.Name == names(f, lib) && slices.Contains(words, n.Sel.Name) {
				return on.Name + "." + n.Sel.Name
			}
		}
		if slices.Contains(leaving, n.Sel.Name) {
			return n.Sel.Name
		}
	}
	return ""
}

func (c *coins) sqlFile(name, src string) {
	c.seen["columns"] += len(wholeColumn.FindAllString(src, -1))
	for _, found := range inexactColumn.FindAllString(src, -1) {
		c.breaks("%s: %q: money is bigint", name, found)
	}
}

// script reads what shows money; of the shared formats it is yuan alone.
func (c *coins) script(name, src string) {
	if path.Base(name) == "format.ts" && path.Dir(name) == "frontend/src/parts" {
		_, rest, ok := strings.Cut(src, "export function yuan(")
		if !ok {
			c.breaks("%s: no yuan", name)
			return
		}
		src, _, _ = strings.Cut(rest, "\n}\n")
		src = strings.ReplaceAll(src, "Math.trunc(Math.abs(fen) / 100)", "")
	}
	c.seen["scripts"]++
	for _, found := range inexactScript.FindAllString(src, -1) {
		c.breaks("%s: %q: money is whole fen; parts/format writes it", name, found)
	}
}
