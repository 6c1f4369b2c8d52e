package feature_test

import (
	"context"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/text"
	"anbiao/migrations"
	"anbiao/modules/division"
	"anbiao/modules/feature"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const sit = rbac.Action("exam.sitting.sit")

// world is a database with the areas there are and features that its Gate heeds.
type world struct {
	*testkit.W
	features *feature.Service
	admin    context.Context
}

func open(t *testing.T) world {
	t.Helper()
	w := testkit.World(t)
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) }))
	s := &feature.Service{Gate: w.Gate}
	w.Gate.Heed(s.Off)
	return world{w, s, rbac.WithActor(t.Context(), w.Member(t, rbac.Platform, "admin"))}
}

func (w world) today() day.Date { return day.In(w.Now(), day.Shanghai) }

func (w world) set(t *testing.T, code, area string, v feature.Value, from day.Date) {
	t.Helper()
	_, err := w.features.Set(w.admin, feature.Change{Feature: code, Area: area, Value: v, From: from, Reason: "地方统一平台"})
	require.NoError(t, err)
}

// off asks the first action of a feature.
func (w world) off(code, area string) bool {
	for _, f := range feature.Library {
		if f.Code == code {
			return w.Gate.Off(f.Actions[0], area)
		}
	}
	panic(code)
}

func TestLibraryNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	gate, err := rbac.NewGate(nil, time.Now)
	require.NoError(t, err)
	desk, field := map[string]bool{}, map[string]bool{}
	name := regexp.MustCompile(`name: '([\w-]+)'`)
	root := os.DirFS("../../frontend/src")
	require.NoError(t, fs.WalkDir(root, ".", func(path string, _ fs.DirEntry, err error) error {
		into := desk
		if path == "field/router.ts" {
			into = field
		} else if !strings.HasSuffix(strings.ToLower(path), "routes.ts") {
			return err
		}
		b, err := fs.ReadFile(root, path)
		for _, m := range name.FindAllStringSubmatch(string(b), -1) {
			into[m[1]] = true
		}
		return err
	}))
	require.GreaterOrEqual(t, len(feature.Library), 8)
	for _, f := range feature.Library {
		for _, l := range []text.Lang{text.Chinese, text.English} {
			require.NotEmpty(t, f.Name(l), f.Code)
			require.NotEmpty(t, f.Text(l), f.Code)
		}
		for _, a := range f.Actions {
			granted := false
			for _, k := range rbac.Kinds {
				granted = granted || gate.Granted(k, a)
			}
			require.True(t, granted, "%s: nobody may %s", f.Code, a)
			require.NotRegexp(t, `\.(list|see|read)$`, strings.ReplaceAll(string(a), "programme.page.read", ""), "%s: reading is never refused", f.Code)
		}
		for _, p := range f.Desk {
			require.True(t, desk[p], "%s: the desk has no page %s", f.Code, p)
		}
		for _, p := range f.Field {
			require.True(t, field[p], "%s: the phone has no page %s", f.Code, p)
		}
	}
}

func TestTheNearestAreaDecidesFromItsDay(t *testing.T) {
	t.Parallel()
	w := open(t)
	now := w.Now()
	w.Set(now)
	require.False(t, w.off("exam", "330784105"), "the default")
	w.set(t, "exam", "3307", feature.Off, w.today())
	require.True(t, w.off("exam", "330784105"))
	require.False(t, w.off("exam", "330803001"), "another city")
	require.False(t, w.off("draw", "330784105"), "another feature")
	w.set(t, "exam", "330784", feature.On, w.today().AddDays(3))
	require.True(t, w.off("exam", "330784105"), "not before its day")
	w.Set(now.AddDate(0, 0, 3))
	require.False(t, w.off("exam", "330784105"), "the county is nearer than the city")
	require.True(t, w.off("exam", "330783001"), "the county beside it follows the city")
	w.set(t, "exam", "330784105", feature.Off, w.today())
	require.True(t, w.off("exam", "330784105"))
	require.False(t, w.off("exam", "330784106"))
	w.set(t, "exam", "330784105", feature.Inherit, w.today())
	require.False(t, w.off("exam", "330784105"), "nothing of its own any more")
	require.Equal(t, int64(4), testkit.One[int64](t, w.W, "SELECT count(*) FROM feature_setting"), "nothing is overwritten")
}

// TestTheGateRefusesWhatIsSwitchedOff asks it for each kind of member.
func TestTheGateRefusesWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.set(t, "exam", "330783", feature.Off, w.today())
	w.set(t, "patrol", "330783", feature.Off, w.today())
	here, there := w.Actor(t, w.Company(t, "330783001"), "safety"), w.Actor(t, w.Company(t, "330784105"), "safety")
	done := func(db.Tx, rbac.Scope) error { return nil }
	write := func(a rbac.Actor, action rbac.Action) error {
		return w.Gate.Write(rbac.WithActor(t.Context(), a), action, done)
	}
	require.ErrorIs(t, write(here, "exam.task.give"), rbac.ErrOff)
	require.NoError(t, write(there, "exam.task.give"))
	require.NoError(t, write(here, sit), "what was begun is finished")
	require.NoError(t, w.Gate.Read(rbac.WithActor(t.Context(), here), "exam.task.list", done), "what was entered is read")
	require.NotContains(t, w.Gate.Actions(here), rbac.Action("exam.task.give"))
	require.Contains(t, w.Gate.Actions(here), rbac.Action("exam.task.list"))
	require.Contains(t, w.Gate.Actions(there), rbac.Action("exam.task.give"))
	require.False(t, w.Gate.Can(here, "exam.task.give"))
	token := here
	token.Token = true
	require.ErrorIs(t, write(token, "exam.task.give"), rbac.ErrOff, "an API token, too")
	worker := w.Actor(t, w.Company(t, "330783001"), "worker")
	require.ErrorIs(t, write(worker, "exam.task.give"), rbac.ErrForbidden, "who may not is not told more")

	town, county, both := w.Regulator(t, "town", "330783001"), w.Regulator(t, "county", "330783"), w.Regulator(t, "county", "330783", "330784")
	require.ErrorIs(t, write(town, "patrol.visit.enter"), rbac.ErrOff)
	require.ErrorIs(t, write(county, "patrol.visit.enter"), rbac.ErrOff)
	require.NoError(t, write(both, "patrol.visit.enter"), "on in one of his areas")
	err := w.Gate.Write(rbac.WithActor(t.Context(), both), "patrol.visit.enter", func(tx db.Tx, scope rbac.Scope) error {
		_, err := scope.Within(t.Context(), tx, here.CompanyID)
		return err
	})
	require.ErrorIs(t, err, rbac.ErrOff, "but not into a company where it is off")
	err = w.Gate.Write(rbac.WithActor(t.Context(), both), "patrol.visit.enter", func(tx db.Tx, scope rbac.Scope) error {
		_, err := scope.Within(t.Context(), tx, there.CompanyID)
		return err
	})
	require.NoError(t, err)

	require.Len(t, w.features.OffFor(here), 2)
	require.Len(t, w.features.OffFor(county), 2)
	require.Empty(t, w.features.OffFor(both))
	w.set(t, "patrol", "330783001", feature.On, w.today())
	require.NoError(t, write(county, "patrol.visit.enter"), "on in a town of his county")
	require.NoError(t, write(town, "patrol.visit.enter"))
}

// TestEveryProcessHears lets a second process follow what a first one sets.
func TestEveryProcessHears(t *testing.T) {
	t.Parallel()
	w := open(t)
	other := &feature.Service{Gate: w.Gate}
	require.NoError(t, other.Load(t.Context()))
	begun, heard := make(chan struct{}, 8), make(chan struct{}, 8)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go db.Listen(ctx, migrations.RoleDSN(w.DSN, "public", testkit.Secret), "anbiao_feature", func() { begun <- struct{}{} }, func(string) { heard <- struct{}{} })
	wait := func(c chan struct{}) {
		select {
		case <-c:
		case <-time.After(20 * time.Second):
			t.Error("nothing was heard")
		}
	}
	wait(begun)
	w.set(t, "exam", "330784", feature.Off, w.today())
	require.True(t, w.off("exam", "330784"), "at once where it was set")
	require.False(t, other.Off("exam.task.give", "330784", false, w.Now()))
	wait(heard)
	require.NoError(t, other.Load(t.Context()))
	require.True(t, other.Off("exam.task.give", "330784", false, w.Now()))
}

type table struct {
	Features []struct{ Code, Name string }
	Lines    []struct {
		Area, Name string
		Cells      []struct {
			Feature, By, ByName, Next string
			On, Own                   bool
		}
	}
}

func TestAPI(t *testing.T) {
	t.Parallel()
	w := open(t)
	api := webtest.New(t, func(a huma.API) { feature.Mount(a, w.features) })
	admin := api.As(w.Member(t, rbac.Platform, "admin"))
	county := w.Regulator(t, "county", "330783")
	change := func(edit map[string]any) map[string]any {
		m := map[string]any{"feature": "draw", "area": "330783", "value": "off", "from": w.today().String(), "reason": "省平台办理"}
		for k, v := range edit {
			m[k] = v
		}
		return m
	}
	first := admin.Key("k1").Post("/api/feature/settings", change(nil)).Made(t)
	require.Equal(t, first, admin.Key("k1").Post("/api/feature/settings", change(nil)).Made(t), "sent twice, set once")
	admin.Post("/api/feature/settings", change(nil)).Refused(t, http.StatusConflict, "feature.same")
	for edit, code := range map[string]string{"feature=nothing": "feature.unknown", "area=999999": "feature.area", "from=2020-01-01": "feature.past", "value=maybe": "http.unprocessable-entity", "reason=": "http.unprocessable-entity"} {
		k, v, _ := strings.Cut(edit, "=")
		admin.Post("/api/feature/settings", change(map[string]any{k: v})).Refused(t, http.StatusUnprocessableEntity, code)
	}
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE action = 'feature.profile.keep'"))
	require.Contains(t, testkit.One[string](t, w.W, "SELECT fields::text FROM audit_entry WHERE action = 'feature.profile.keep'"), "330783")

	var v table
	admin.In("en").Get("/api/feature/table?area=330783001").OK(t, &v)
	require.Equal(t, "Inspection plans drawn by lot", v.Features[5].Name)
	require.Len(t, v.Lines, 3)
	require.Empty(t, v.Lines[0].Area)
	require.Equal(t, "东阳市", v.Lines[1].Name)
	require.True(t, v.Lines[1].Cells[5].Own)
	require.False(t, v.Lines[1].Cells[5].On)
	require.Equal(t, "东阳市", v.Lines[2].Cells[5].ByName, "inherited")
	require.False(t, v.Lines[2].Cells[5].Own)
	require.True(t, v.Lines[2].Cells[4].On)

	var past struct {
		Items []struct{ Area, AreaName, Value, Reason, By, Name string }
		Next  string
	}
	admin.Post("/api/feature/settings", change(map[string]any{"value": "on"})).Made(t)
	admin.Get("/api/feature/settings?area=330783&limit=1").OK(t, &past)
	require.Equal(t, "on", past.Items[0].Value)
	admin.Get("/api/feature/settings?area=330783&limit=1&cursor="+past.Next).OK(t, &past)
	require.Equal(t, "off", past.Items[0].Value)
	require.Equal(t, "双随机抽查计划", past.Items[0].Name)
	require.NotEmpty(t, past.Items[0].By)

	for _, outsider := range []rbac.Actor{county, w.Actor(t, w.Company(t, "330783001"), "safety")} {
		api.As(outsider).Get("/api/feature/table").Refused(t, http.StatusForbidden, "rbac.forbidden")
		api.As(outsider).Get("/api/feature/settings").Refused(t, http.StatusForbidden, "rbac.forbidden")
		api.As(outsider).Post("/api/feature/settings", change(nil)).Refused(t, http.StatusForbidden, "rbac.forbidden")
	}
}
