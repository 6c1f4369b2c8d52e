package main_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

// Each rule is shown to fire on a house that breaks it, and on nothing else.
func TestHouseFires(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\t_ = 0\n", maxFunc)
	for _, c := range []struct {
		name, file, source string
		want               string // "" where the rule must be silent
	}{
		{"module to module", "modules/hazard/hazard.go", `import "anbiao/modules/company"`, "may import only"},
		{"module to its own folder", "modules/hazard/hazard.go", `import "anbiao/modules/hazard/rules"`, ""},
		{"module to app", "modules/hazard/hazard.go", `import "anbiao/app"`, "may import only"},
		{"module to migrations", "modules/hazard/store.go", `import "anbiao/migrations"`, "may import only"},
		{"module to what it may", "modules/hazard/service.go", `import ("anbiao/kit/day"; "anbiao/rbac"; "anbiao/jobs"; "anbiao/web")`, ""},
		{"module's test to anything", "modules/hazard/service_test.go", `import "anbiao/modules/company"`, ""},
		{"web to jobs", "web/web.go", `import "anbiao/jobs"`, "may import only"},
		{"rbac to web", "rbac/gate.go", `import "anbiao/web"`, "may import only"},
		{"kit to rbac", "kit/page/page.go", `import "anbiao/rbac"`, "may import only"},
		{"testkit to a module", "testkit/world.go", `import "anbiao/modules/company"`, "may import only"},
		{"app to anything", "app/wire.go", `import "anbiao/modules/company"`, ""},
		{"a folder without a room", "common/util.go", ``, "in no room of the house"},

		{"gorm in a service", "modules/hazard/service.go", `import "gorm.io/gorm"`, "only store.go"},
		{"gorm's clauses in a service", "modules/hazard/service.go", `import "gorm.io/gorm/clause"`, "only store.go"},
		{"gorm in a store", "modules/hazard/step_store.go", `import "gorm.io/gorm"`, ""},
		{"gorm in a restore", "modules/hazard/restore.go", `import "gorm.io/gorm"`, "only store.go"},
		{"http in a service", "modules/hazard/service.go", `import "net/http"`, "only api.go"},
		{"huma in an api", "modules/hazard/step_api.go", `import "github.com/danielgtaylor/huma/v2"`, ""},
		{"huma in jobs", "modules/hazard/jobs.go", `import "github.com/danielgtaylor/huma/v2"`, "only api.go"},
		{"asynq in a service", "modules/hazard/service.go", `import "github.com/hibiken/asynq"`, "only jobs.go"},
		{"asynq in jobs", "modules/hazard/jobs.go", `import "github.com/hibiken/asynq"`, ""},
		{"casbin outside rbac", "web/web.go", `import "github.com/casbin/casbin/v2"`, "only [rbac]"},
		{"casbin in rbac", "rbac/policy.go", `import "github.com/casbin/casbin/v2"`, ""},
		{"gin outside web", "modules/hazard/api.go", `import "github.com/gin-gonic/gin"`, "only [web"},

		{"bounds outside rbac", "modules/hazard/store.go", "import \"anbiao/kit/db\"\nvar b = db.Bounds{}", "only rbac"},
		{"bounds under another name", "app/wire.go", "import x \"anbiao/kit/db\"\nvar b = x.Bounds{}", "only rbac"},
		{"bounds in rbac", "rbac/scope.go", "import \"anbiao/kit/db\"\nvar b = db.Bounds{}", ""},
		{"AutoMigrate", "app/main.go", "func f() { x.AutoMigrate() }", "write a migration"},
		{"the clock in a module", "modules/hazard/service.go", "import \"time\"\nvar n = time.Now()", "take tx.Now"},
		{"the clock in the kit", "kit/db/db.go", "import \"time\"\nvar n = time.Now()", ""},
		{"a context of one's own", "modules/hazard/service.go", "import \"context\"\nvar c = context.Background()", "pass the caller's"},
		{"a goroutine in a module", "modules/hazard/service.go", "func f() { go f() }", "make it a job"},
		{"a goroutine in the ground", "jobs/worker.go", "func f() { go f() }", ""},
		{"a lock in a module", "modules/hazard/service.go", "import \"sync\"\nvar m sync.Mutex", "keep state in the database"},
		{"Offset", "modules/hazard/store.go", "func f() { tx.Offset(20) }", "page by key"},
		{"OFFSET in Go", "modules/hazard/store.go", "const q = `select 1 limit 20 offset $2`", "page by key"},
		{"the word in a sentence", "modules/hazard/store.go", "const q = `the offset of a wall`", ""},

		{"a long file", "kit/day/day.go", strings.Repeat("\n", maxFile), "split it by noun"},
		{"a file at the wall", "kit/day/day.go", strings.Repeat("\n", maxFile-2), ""},
		{"a long function", "kit/day/day.go", "func f() {\n" + long + "}", "f has 62 lines"},
		{"a long table of a test", "kit/day/day_test.go", "func f() {\n" + long + "}", ""},
		{"a function at the wall", "kit/day/day.go", "func f() {\n" + long[:len(long)-2*len("\t_ = 0\n")] + "}", ""},
		{"a skipped test", "kit/day/day_test.go", "func TestX(t *testing.T) { t.Skip() }", "skips a test"},
		{"a sleeping test", "kit/day/day_test.go", "func TestX(t *testing.T) { time.Sleep(1) }", "sleeps"},
		{"a skipped worked case", "kit/day/day_test.go", "func TestCasesX(t *testing.T) { t.Skip() }", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			house := fstest.MapFS{c.file: {Data: []byte("package x\n" + c.source + "\n")}}
			verify(t, inspect(house).broken, c.want)
		})
	}
}

func TestHouseFiresOutsideGo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, source, want string }{
		{"a long Vue file", "frontend/src/A.vue", strings.Repeat("<p/>\n", maxSFC+1), "251 lines"},
		{"a Vue file at the wall", "frontend/src/A.vue", strings.Repeat("<p/>\n", maxSFC), ""},
		{"somebody else's Vue file", "frontend/node_modules/a/A.vue", strings.Repeat("<p/>\n", maxSFC+1), ""},
		{"OFFSET in a migration", "migrations/1.sql", "select 1 OFFSET 20", "page by key"},
		{"Go that does not parse", "kit/day/day.go", "package", "expected"},
		{"another module's Go", "tools/x.go", "package", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			house := fstest.MapFS{c.file: {Data: []byte(c.source)}, "tools/go.mod": {}}
			verify(t, inspect(house).broken, c.want)
		})
	}
}

func verify(t *testing.T, broken []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(broken) > 0:
		t.Errorf("fires without reason: %v", broken)
	case want != "" && (len(broken) != 1 || !strings.Contains(broken[0], want)):
		t.Errorf("want one complaint about %q, got %v", want, broken)
	}
}
