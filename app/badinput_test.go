package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"anbiao/app/city"
	"anbiao/kit/blob"
	"anbiao/kit/config"
	"anbiao/testkit"
	"anbiao/web"
	"anbiao/web/webtest"
)

const demoPassword = "bad-input-password"

// desk is the whole program over the demo city, as clients reach it.
type desk struct {
	*testkit.W
	house *house
	api   *webtest.API
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{W: testkit.World(t)}
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	require.NoError(t, err)
	network, addr, password, n := testkit.RedisOptions(t)
	d.house, err = furnish(&ground{
		cfg: config.Config{Addr: ":8080", BaseURL: "http://anbiao.test"}, secret: testkit.Secret, dsn: d.DSN, files: files,
		broker: asynq.RedisClientOpt{Network: network, Addr: addr, Password: password, DB: n},
	}, d.Gate)
	require.NoError(t, err)
	require.NoError(t, d.house.load(t.Context()))
	require.NoError(t, city.Demo(t.Context(), d.Gate, d.house.cityDeps(demoPassword)))
	h, err := d.house.handler()
	require.NoError(t, err)
	d.api = webtest.Over(h)
	return d
}

// as signs a demo account in.
func (d *desk) as(t *testing.T, login string) webtest.Client {
	t.Helper()
	got := d.api.Anonymous().Post("/api/account/sessions", map[string]string{"login": login, "password": demoPassword}).OK(t, nil)
	c, err := http.ParseSetCookie(got.Header.Get("Set-Cookie"))
	require.NoError(t, err)
	return d.api.Anonymous().With("Authorization", "Bearer "+c.Value)
}

// runJobs does what waits in the outbox, until nothing does.
func (d *desk) runJobs(t *testing.T, kinds string) {
	t.Helper()
	for {
		todo := testkit.All[string](t, d.W, `SELECT jsonb_build_array(task_id, kind, payload::text)::text FROM job_outbox
			WHERE done_at IS NULL AND kind LIKE $1 AND run_at <= now() ORDER BY id`, kinds)
		if len(todo) == 0 {
			return
		}
		for _, s := range todo {
			var job [3]string
			require.NoError(t, json.Unmarshal([]byte(s), &job))
			require.NoError(t, d.house.worker().Do(context.WithoutCancel(t.Context()), job[0], job[1], []byte(job[2])))
		}
	}
}

// refused requires a 4xx problem in the language asked for.
func refused(t *testing.T, lang, what string, got webtest.Answer) web.Problem {
	t.Helper()
	if got.Status < 400 || got.Status > 499 {
		t.Fatalf("%s: %d %.500s", what, got.Status, got.Body)
	}
	p := got.Problem(t)
	texts := []string{p.Title, p.Detail}
	for _, e := range p.Errors {
		texts = append(texts, e.Message)
	}
	for _, s := range texts {
		if chinese := strings.ContainsFunc(s, func(r rune) bool { return r >= '一' && r <= '龥' }); chinese != (lang == "zh-CN") {
			t.Fatalf("%s: not in %s: %q", what, lang, s)
		}
	}
	return p
}

var langs = []string{"zh-CN", "en"}

// fragments are texts that somebody may mean, and that must never mean anything to us.
var fragments = map[string]string{
	"emoji":              "⚠️👷‍♀️ 防护罩缺失 🧯",
	"SQL":                `'); DROP TABLE company; -- " OR 1=1`,
	"HTML":               `<script>alert("1")</script><b>&amp; 未关</b>`,
	"full-width digits":  "１２３４５",
	"31 February":        "2026年2月31日",
	"template":           "{value} ${x} %s %00 \\u0000x",
	"formula":            "=cmd|' /C calc'!A0",
	"right to left":      "abc\u202edef",
	"composed otherwise": "e\u0301tat",
}

// rotten are values that no field of its type may take.
func rotten(kind string) map[string]any {
	all := map[string]any{
		"an object": map[string]any{"x": 1}, "a list": []any{1}, "a boolean": true, "null": nil, "10,000 characters": strings.Repeat("长", 10_000),
	}
	add := func(more map[string]any) { maps.Copy(all, more) }
	switch kind {
	case "text":
		add(map[string]any{"a number": 5})
	case "code", "day", "instant", "id", "uuid":
		add(map[string]any{"a number": 5.5, "empty": "", "31 February": "2026-02-31", "the first day there is": "0001-01-01", "31 February, an instant": "2026-02-31T08:00:00Z"})
		for name, s := range fragments {
			all[name] = s
		}
	case "number":
		add(map[string]any{"text": "5", "full-width digits": "５", "too much": 1e300, "31 February": "2026-02-31", "SQL": "1; DROP TABLE x"})
	case "list":
		delete(all, "a list")
		add(map[string]any{"a number": 5, "text": "5", "a list of nothing": []any{nil}, "too long a list": slices.Repeat([]any{"1"}, 5000)})
	}
	return all
}

// Raw bodies that are wrong whatever the operation.
func rottenBodies(good string) map[string]string {
	cut := strings.Index(good, `":"`) + 3
	return map[string]string{
		"nothing": "", "half": good[:len(good)/2], "a list": "[]", "a string": `"x"`, "null": "null", "empty": "{}",
		"not UTF-8": good[:cut] + "\xb0\xb2\xb1\xea" + good[cut:], "NUL": good[:cut] + "\x00" + good[cut:], "escaped NUL": good[:cut] + `\u0000` + good[cut:],
		"10 MB":         good[:cut] + strings.Repeat("长", 10<<20/3) + good[cut:],
		"10 MB of JSON": `{"x":[` + strings.Repeat("1,", 5<<20) + `1]}`,
		"deep":          strings.Repeat("[", 100_000),
		"UTF-16":        "\xff\xfe" + strings.Join(strings.Split(good, ""), "\x00"),
		"form":          "login=safety&password=x",
		"unknown":       `{"surprise":1,` + good[1:],
	}
}

// TestBadInput sends everything wrong that can be thought of: the answer is a problem in the
// caller's language, and what is only unusual is kept as it is.
func TestBadInput(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	t.Run("check", d.badChecks)
	t.Run("correction", d.badCorrections)
	t.Run("point", d.badPoints)
	t.Run("import", d.badImports)
	t.Run("cells of an import", d.badCells)
	t.Run("login", d.badLogins)
}

func (d *desk) badLogins(t *testing.T) {
	good := map[string]any{"login": "nobody", "password": "wrong password"}
	d.bodies(t, d.api.Anonymous(), "/api/account/sessions", good)
	d.fields(t, d.api.Anonymous(), "/api/account/sessions", good, map[string]string{"login": "text", "password": "text", "code": "text"}, nil)
	for _, lang := range langs {
		for name, s := range fragments {
			for _, field := range []string{"login", "password"} {
				body := maps.Clone(good)
				body[field] = s
				refused(t, lang, name+" in "+field, d.api.Anonymous().In(lang).Post("/api/account/sessions", body))
			}
		}
		for _, header := range []string{"Bearer ", "Bearer ' OR 1=1", "Bearer " + strings.Repeat("x", 5000), "Bearer \xff", "Bearer 安", "Basic eDp5"} {
			refused(t, lang, header, d.api.Anonymous().In(lang).With("Authorization", header).Get("/api/account/me"))
		}
	}
}

// bodies sends what is wrong as a whole.
func (d *desk) bodies(t *testing.T, c webtest.Client, path string, good map[string]any) {
	t.Helper()
	raw, err := json.Marshal(good)
	require.NoError(t, err)
	for name, body := range rottenBodies(string(raw)) {
		for _, lang := range langs {
			p := refused(t, lang, path+": "+name, c.In(lang).Post(path, body))
			if strings.HasPrefix(name, "10 MB") {
				require.Equal(t, http.StatusRequestEntityTooLarge, p.Status, name)
			}
		}
	}
	for _, content := range []string{"text/plain", "application/xml", "multipart/form-data; boundary=x", "multipart/form-data", "?", "application/x-www-form-urlencoded"} {
		refused(t, "en", content, c.In("en").With("Content-Type", content).Post(path, string(raw)))
	}
}

// fields spoils one field after the other; those in optional may be left out.
func (d *desk) fields(t *testing.T, c webtest.Client, path string, good map[string]any, kinds map[string]string, optional []string) {
	t.Helper()
	for field, kind := range kinds {
		for _, lang := range langs {
			body := maps.Clone(good)
			if delete(body, field); !slices.Contains(optional, field) && good[field] != nil {
				refused(t, lang, field+" missing", c.In(lang).Post(path, body))
			}
			for name, v := range rotten(kind) {
				if slices.Contains(optional, field) && (v == nil || v == "") {
					continue
				}
				body := maps.Clone(good)
				body[field] = v
				refused(t, lang, fmt.Sprintf("%s: %s is %s", path, field, name), c.In(lang).Post(path, body))
			}
		}
	}
}

func (d *desk) badChecks(t *testing.T) {
	c := d.as(t, "safety")
	form, err := openForm(func(path string, v any) error { c.Get(path).OK(t, v); return nil })
	require.NoError(t, err)
	fresh := func(failed int) map[string]any { return form.fill(uuid.New(), failed) }
	const path = "/api/inspection/checks"
	before := testkit.One[int64](t, d.W, "SELECT count(*) FROM inspection_check")
	d.bodies(t, c, path, fresh(0))
	d.fields(t, c, path, fresh(0), map[string]string{
		"clientId": "uuid", "startedOn": "day", "startedAt": "instant", "finishedAt": "instant", "pointId": "id", "standardId": "id", "taskId": "id",
		"longitude": "number", "latitude": "number", "answers": "list", "route": "list", "signature": "id", "restAt": "instant", "accuracy": "number",
		"clockMs": "number", "staffId": "id",
	}, []string{"taskId", "longitude", "latitude", "route", "signature", "restAt", "accuracy", "clockMs", "staffId"})
	d.answers(t, c, path, fresh)
	require.Equal(t, before, testkit.One[int64](t, d.W, "SELECT count(*) FROM inspection_check"), "nothing of all that is kept")
	d.verbatim(t, c, path, fresh)
}

// answers spoils the fields of one answer.
func (d *desk) answers(t *testing.T, c webtest.Client, path string, fresh func(int) map[string]any) {
	t.Helper()
	for field, kind := range map[string]string{"code": "code", "result": "code", "note": "text", "measured": "text", "photos": "list"} {
		for name, v := range rotten(kind) {
			if v == nil && field != "code" && field != "result" {
				continue
			}
			body := fresh(1)
			body["answers"].([]any)[0].(map[string]any)[field] = v
			for _, lang := range langs {
				refused(t, lang, fmt.Sprintf("%s of an answer is %s", field, name), c.In(lang).Post(path, body))
			}
		}
	}
	for what, spoil := range map[string]func(map[string]any){
		"far future":         func(m map[string]any) { m["startedOn"], m["startedAt"] = "9999-12-31", "9999-12-31T00:00:00Z" },
		"year 1":             func(m map[string]any) { m["startedOn"], m["startedAt"] = "0001-01-01", "0001-01-01T00:00:00Z" },
		"another day":        func(m map[string]any) { m["startedOn"] = "2020-02-29" },
		"ended before":       func(m map[string]any) { m["finishedAt"] = "2020-02-29T00:00:00Z" },
		"point of nobody":    func(m map[string]any) { m["pointId"] = "9223372036854775807" },
		"id too large":       func(m map[string]any) { m["pointId"] = "9223372036854775808" },
		"negative id":        func(m map[string]any) { m["pointId"] = "-1" },
		"standard of nobody": func(m map[string]any) { m["standardId"] = "999999" },
		"task of nobody":     func(m map[string]any) { m["taskId"] = "999999" },
		"half a position":    func(m map[string]any) { m["longitude"] = 120.1 },
		"nowhere":            func(m map[string]any) { m["longitude"], m["latitude"] = 500, 91 },
		"no answers":         func(m map[string]any) { m["answers"] = []any{} },
		"the same twice":     func(m map[string]any) { a := m["answers"].([]any); m["answers"] = append(a, a[0]) },
		"photo of nobody": func(m map[string]any) {
			m["answers"].([]any)[0].(map[string]any)["photos"] = []string{"9223372036854775807"}
		},
	} {
		for _, lang := range langs {
			body := fresh(1)
			spoil(body)
			refused(t, lang, what, c.In(lang).Post(path, body))
		}
	}
}

// clipped is what a measured value may hold of s.
func clipped(s string) string { r := []rune(s); return string(r[:min(len(r), 40)]) }

// verbatim sends acceptable texts and reads them again, in the check and in its hazard.
func (d *desk) verbatim(t *testing.T, c webtest.Client, path string, fresh func(int) map[string]any) {
	t.Helper()
	for name, s := range fragments {
		body := fresh(1)
		for _, a := range body["answers"].([]any) {
			if a := a.(map[string]any); a["result"] == "fail" {
				a["note"], a["measured"] = s, clipped(s)
			}
		}
		made := c.Post(path, body).Made(t)
		var check struct {
			Answers []struct{ Result, Note, Measured string }
		}
		c.Get(fmt.Sprintf("%s/%s/%d", path, body["startedOn"], made)).OK(t, &check)
		kept := false
		for _, a := range check.Answers {
			if a.Result == "fail" {
				require.Equal(t, []string{s, clipped(s)}, []string{a.Note, a.Measured}, name)
				kept = true
			}
		}
		require.True(t, kept, name)
		require.Equal(t, s, testkit.One[string](t, d.W, "SELECT description FROM hazard WHERE check_id = $1", made), name)
		var hazards struct {
			Items []struct{ Description string }
		}
		c.Get("/api/hazard/hazards?limit=100").OK(t, &hazards)
		require.True(t, slices.ContainsFunc(hazards.Items, func(h struct{ Description string }) bool { return h.Description == s }), name)
	}
	require.True(t, testkit.One[bool](t, d.W, "SELECT to_regclass('company') IS NOT NULL"))
	require.WithinDuration(t, time.Now(), testkit.One[time.Time](t, d.W, "SELECT max(received_at) FROM inspection_check"), time.Minute)
}
