package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// own is the module path; everything below it is ours.
const own = "anbiao/"

// Walls.
const (
	maxFile    = 400 // lines of a Go file
	maxFunc    = 60  // lines of a function
	maxSFC     = 250 // lines of a Vue file
	minRooms   = 8   // packages the test must have seen: rules that see nothing pass
	minSFCs    = 10
	sourceRoot = ".."
)

// may lists what each room may import of this repository; a room may always import
// itself, and a module its own folders. modules/* stands for every module: modules do not
// import one another. Test files are free.
var may = map[string][]string{
	"kit/*":         {"kit/*"},
	"rbac":          {"kit/*"},
	"jobs":          {"kit/*"},
	"migrations":    {"kit/*"},
	"frontend-dist": {},
	"web":           {"kit/*", "rbac"},
	"web/*":         {"kit/*", "rbac", "web", "testkit"}, // helpers of tests
	"modules/*":     {"kit/*", "web", "web/register", "rbac", "jobs"},
	"testkit":       {"kit/*", "migrations", "rbac", "jobs", "testkit/*"},
	"testkit/*":     {"kit/*", "testkit", "testkit/*"},
	"app":           {"*"},
	"app/*":         {"*"},
}

// inFile lists, for modules, which files alone may import a library and its packages.
var inFile = map[string]string{
	"gorm.io/gorm":                     "store.go",
	"gorm.io/driver":                   "store.go",
	"github.com/danielgtaylor/huma/v2": "api.go",
	"net/http":                         "api.go",
	"github.com/hibiken/asynq":         "jobs.go",
}

// inRoom lists which rooms alone may import a library, in tests, too.
var inRoom = map[string][]string{
	"github.com/casbin/casbin":        {"rbac"},
	"github.com/prometheus":           {"kit/metric"},
	"go.opentelemetry.io":             {"kit/trace", "kit/trace/*"},
	"github.com/gin-gonic/gin":        {"web", "web/*"},
	"github.com/pdfcpu/pdfcpu":        {"kit/scan"},
	"github.com/makiuchi-d/gozxing":   {"kit/scan"},
	"codeberg.org/go-pdf/fpdf":        {"kit/doc"},
	"github.com/corona10/goimagehash": {"kit/photo"},
	"golang.org/x/image/font":         {"kit/stamp"},
	"github.com/coreos/go-oidc":       {"kit/oidc"},
	"golang.org/x/oauth2":             {"kit/oidc"},
}

// banned lists what nobody calls in modules (see also .golangci.yml, its early voice).
var banned = map[string]string{
	"time.Now":           "take tx.Now, so that tests can choose the day",
	"context.Background": "pass the caller's context",
	"context.TODO":       "pass the caller's context",
	"sync.WaitGroup":     "make it a job",
	"sync.Mutex":         "keep state in the database",
	"sync.RWMutex":       "keep state in the database",
}

// TestHouse holds the rules of the house that a compiler does not know.
func TestHouse(t *testing.T) {
	t.Parallel()
	found := inspect(os.DirFS(sourceRoot))
	for _, b := range found.broken {
		t.Error(b)
	}
	if len(found.rooms) < minRooms {
		t.Errorf("only %d packages seen: the rules would pass by seeing nothing", len(found.rooms))
	}
	if found.sfcs < minSFCs {
		t.Errorf("only %d Vue files seen: their rule would pass by seeing nothing", found.sfcs)
	}
}

// survey is what a walk through the sources found.
type survey struct {
	broken []string
	rooms  map[string]bool // folders with Go files
	sfcs   int
	files  *token.FileSet
}

func (s *survey) breaks(format string, args ...any) {
	s.broken = append(s.broken, fmt.Sprintf(format, args...))
}

// inspect walks the sources. What it cannot read is a broken rule, too.
func inspect(root fs.FS) *survey {
	s := &survey{rooms: map[string]bool{}, files: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(root, name, d.Name())
		case strings.HasSuffix(name, ".go"):
			return s.goFile(root, name)
		case strings.HasSuffix(name, ".vue"):
			return s.vueFile(root, name)
		case strings.HasSuffix(name, ".sql"):
			return s.sqlFile(root, name)
		}
		return nil
	})
	if err != nil {
		s.breaks("%v", err)
	}
	return s
}

// skip leaves out what is not this module's source: built, fetched or another module's.
func skip(root fs.FS, name, base string) error {
	switch base {
	case "node_modules", "testdata", "var", "bin", "site":
		return fs.SkipDir
	}
	if name != "." && strings.HasPrefix(base, ".") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(root, path.Join(name, "go.mod")); err == nil && name != "." {
		return fs.SkipDir
	}
	return nil
}

func (s *survey) goFile(root fs.FS, name string) error {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(s.files, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	test := strings.HasSuffix(name, "_test.go")
	s.rooms[path.Dir(name)] = true
	s.sizes(name, f)
	s.libraries(name, f)
	s.words(name, f)
	if test {
		s.skips(name, f)
		s.sleeps(name, f)
		return nil
	}
	s.table(name, f)
	s.calls(name, f)
	return nil
}

// sizes checks the walls of a Go file.
func (s *survey) sizes(name string, f *ast.File) {
	if n := s.line(f.FileEnd); n > maxFile+1 { // FileEnd is behind the last newline
		s.breaks("%s has %d lines, more than %d: split it by noun", name, n-1, maxFile)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || strings.HasSuffix(name, "_test.go") { // a test's table may be as long as its rule needs
			continue
		}
		if n := s.line(fn.End()) - s.line(fn.Pos()) + 1; n > maxFunc {
			s.breaks("%s: %s has %d lines, more than %d", name, fn.Name.Name, n, maxFunc)
		}
	}
}

func (s *survey) line(p token.Pos) int { return s.files.Position(p).Line }

// table checks what a room imports of ours.
func (s *survey) table(name string, f *ast.File) {
	from := path.Dir(name)
	room := ruleFor(from)
	if room == "" {
		s.breaks("%s is in no room of the house", from)
		return
	}
	for _, im := range f.Imports {
		to, ours := strings.CutPrefix(imported(im), own)
		if !ours || to == from || sameModule(from, to) {
			continue
		}
		if !slices.ContainsFunc(may[room], func(p string) bool { return matches(p, to) }) {
			s.breaks("%s imports %s: %s may import only %v", name, to, room, may[room])
		}
	}
}

// libraries checks who imports what others made.
func (s *survey) libraries(name string, f *ast.File) {
	room, test := path.Dir(name), strings.HasSuffix(name, "_test.go")
	for _, im := range f.Imports {
		lib := imported(im)
		for prefix, rooms := range inRoom {
			if below(prefix, lib) && !slices.ContainsFunc(rooms, func(p string) bool { return matches(p, room) }) {
				s.breaks("%s imports %s: only %v may", name, lib, rooms)
			}
		}
		if test || !strings.HasPrefix(name, "modules/") {
			continue
		}
		for prefix, file := range inFile {
			if below(prefix, lib) && path.Base(name) != file && !strings.HasSuffix(name, "_"+file) {
				s.breaks("%s imports %s: only %s or *_%s may", name, lib, file, file)
			}
		}
	}
}

// calls checks what code outside tests names.
func (s *survey) calls(name string, f *ast.File) {
	room := path.Dir(name)
	bounds := names(f, own+"kit/db")
	ast.Inspect(f, func(n ast.Node) bool {
		if _, ok := n.(*ast.GoStmt); ok && strings.HasPrefix(name, "modules/") {
			s.breaks("%s:%d starts a goroutine: make it a job", name, s.line(n.Pos()))
		}
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		on, _ := sel.X.(*ast.Ident)
		switch {
		case on != nil && on.Name == bounds && sel.Sel.Name == "Bounds" && room != "rbac":
			s.breaks("%s:%d names db.Bounds: only rbac decides which rows an actor sees", name, s.line(sel.Pos()))
		case sel.Sel.Name == "AutoMigrate":
			s.breaks("%s:%d calls AutoMigrate: write a migration", name, s.line(sel.Pos()))
		case on != nil && strings.HasPrefix(name, "modules/"):
			if why, is := banned[on.Name+"."+sel.Sel.Name]; is {
				s.breaks("%s:%d uses %s.%s: %s", name, s.line(sel.Pos()), on.Name, sel.Sel.Name, why)
			}
		}
		if sel.Sel.Name == "Offset" && strings.HasSuffix(name, "store.go") {
			s.breaks("%s:%d pages by Offset: page by key", name, s.line(sel.Pos()))
		}
		return true
	})
}

// words checks SQL written in Go.
func (s *survey) words(name string, f *ast.File) {
	if strings.HasPrefix(name, "app/house") {
		return // it speaks of the word
	}
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if ok && lit.Kind == token.STRING && pagesByOffset(lit.Value) {
			s.breaks("%s:%d pages by OFFSET: page by key", name, s.line(lit.Pos()))
		}
		return true
	})
}

// skips checks that no test leaves itself out. Worked cases may: their files may be given
// by somebody who does not have them all.
func (s *survey) skips(name string, f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || strings.HasPrefix(fn.Name.Name, "TestCases") {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) && isTesting(sel.X) {
				s.breaks("%s:%d skips a test: a test that cannot run fails", name, s.line(sel.Pos()))
			}
			return true
		})
	}
}

// sleeps checks that no test hopes that something has happened after a while.
func (s *survey) sleeps(name string, f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
			if on, _ := sel.X.(*ast.Ident); on != nil && on.Name == "time" {
				s.breaks("%s:%d sleeps: wait for what you need", name, s.line(sel.Pos()))
			}
		}
		return true
	})
}

func isTesting(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && (id.Name == "t" || id.Name == "b" || id.Name == "tb")
}

func (s *survey) vueFile(root fs.FS, name string) error {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	s.sfcs++
	if n := strings.Count(strings.TrimSuffix(string(src), "\n"), "\n") + 1; n > maxSFC {
		s.breaks("%s has %d lines, more than %d: a page composes, a use* decides, a part shows", name, n, maxSFC)
	}
	return nil
}

func (s *survey) sqlFile(root fs.FS, name string) error {
	src, err := fs.ReadFile(root, name)
	if err == nil && pagesByOffset(string(src)) {
		s.breaks("%s pages by OFFSET: page by key", name)
	}
	return err
}

// pagesByOffset reports whether SQL uses the word with a number or a parameter after it.
func pagesByOffset(sql string) bool {
	words := strings.Fields(strings.ToLower(sql))
	for i, w := range words[:max(len(words)-1, 0)] {
		next := words[i+1]
		if strings.Trim(w, "`\"") == "offset" && strings.ContainsAny(next[:1], "0123456789$?:@%") {
			return true
		}
	}
	return false
}

func imported(im *ast.ImportSpec) string {
	p, err := strconv.Unquote(im.Path.Value)
	if err != nil {
		return im.Path.Value
	}
	return p
}

// names returns the name under which f knows the package lib, "" if it does not.
func names(f *ast.File, lib string) string {
	for _, im := range f.Imports {
		if imported(im) != lib {
			continue
		}
		if im.Name != nil {
			return im.Name.Name
		}
		return path.Base(lib)
	}
	return ""
}

// sameModule reports whether both folders belong to one noun.
func sameModule(a, b string) bool {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	return len(x) > 1 && len(y) > 1 && x[0] == "modules" && y[0] == "modules" && x[1] == y[1]
}

// ruleFor returns the most particular room that folder is in.
func ruleFor(folder string) string {
	best := ""
	for room := range may {
		if matches(room, folder) && len(room) > len(best) {
			best = room
		}
	}
	return best
}

func matches(room, folder string) bool {
	if prefix, wild := strings.CutSuffix(room, "*"); wild {
		return strings.HasPrefix(folder, prefix)
	}
	return room == folder
}

// below reports whether lib is the library or one of its packages, of any major version.
func below(library, lib string) bool {
	return lib == library || strings.HasPrefix(lib, library+"/")
}
