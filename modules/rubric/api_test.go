package rubric_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/modules/rubric"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// official is a table as an authority has it: merged cells, subtotals, the rules in words.
func official(t *testing.T, subtotal int) []byte {
	t.Helper()
	f := excelize.NewFile()
	rows := [][]any{
		{"小微企业安全生产标准化评定标准"},
		{"考评类目", "考评项目", "考评内容", "标准分值", "考评办法"},
		{"一、目标职责", "1.1 机构和职责（16分）", "设置安全生产管理机构。", 10, "查文件。未设置的，不得分；每缺一人，扣2分，最多扣6分"},
		{nil, nil, "明确职责。", 6, "未明确的，扣3分，并追加扣除2分；不清楚的，酌情扣分"},
		{"小计", nil, nil, subtotal, nil},
		{"二、现场管理", "作业安全", "执行许可制度。", 4, "一处不符合的，扣1分"},
		{"总计", nil, nil, 20, nil},
	}
	for i, r := range rows {
		require.NoError(t, f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &r))
	}
	require.NoError(t, f.MergeCell("Sheet1", "A1", "E1"))
	require.NoError(t, f.MergeCell("Sheet1", "A3", "A4"))
	require.NoError(t, f.MergeCell("Sheet1", "B3", "B4"))
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	return b.Bytes()
}

// preview is what a file is answered with.
type preview struct {
	Table    *scoring.Rubric
	Origin   string
	Problems []struct{ At, Code, Message string }
	Sums     []struct {
		Code          string
		Rank          int
		Points, Inner float64
	}
	Troubles []struct {
		Row                 int
		Cell, Code, Message string
	}
}

func TestOfficialTableIsLoadedMendedAndPublished(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	s := &rubric.Service{Gate: w.Gate}
	require.NoError(t, s.Load(t.Context()))
	api := webtest.New(t, func(a huma.API) { rubric.Mount(a, s) })
	chief, other, admin := w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783"), w.Member(t, rbac.Platform, "admin")
	county, foreign, platform := api.As(chief), api.As(other), api.As(admin)
	firm := w.Company(t, "330784105")
	hand := w.Actor(t, firm, "worker")
	worker, reviewer, town := api.As(hand), api.As(w.Member(t, rbac.Agency, "reviewer")), api.As(w.Regulator(t, "town", "330784105"))

	var p preview
	county.Upload("/api/rubric/files", nil, webtest.File{Field: "file", Name: "official.xlsx", Content: official(t, 18)}).OK(t, &p)
	require.Equal(t, "excel", p.Origin)
	require.Len(t, p.Troubles, 1)
	require.Equal(t, "E4", p.Troubles[0].Cell)
	require.Contains(t, p.Troubles[0].Message, "酌情扣分")
	codes := map[string]string{}
	for _, one := range p.Problems {
		codes[one.Code+"@"+one.At] = one.Message
	}
	require.Equal(t, "分值 18，各项合计 16，不相符", codes["scoring.problem.sum@1"])
	require.Contains(t, codes, "scoring.problem.sum@", "the total of 20 is not 18 + 4")
	require.Contains(t, codes, "scoring.problem.rule@1.1.2")
	require.Equal(t, []scoring.Deduction{
		{ID: "a", When: "未设置的", Zero: true}, {ID: "b", When: "每缺一人", Minus: 200, Per: "人", Cap: 600},
	}, p.Table.Elements[0].Children[0].Items[0].Deductions)
	require.Zero(t, testkit.One[int](t, w, "SELECT count(*)::int FROM rubric WHERE origin <> 'library'"), "nothing is half-written")

	r := p.Table
	r.ID, r.Version, r.Title = "yongkang-xiaowei", "2026", "永康市小微企业安全生产标准化评定标准"
	r.Levels = []scoring.Level{{Level: "pass", Name: "达标", MinScore: "60"}}
	body := func(revision int) map[string]any { return map[string]any{"table": r, "revision": revision} }
	draft := func() map[string]any { return map[string]any{"table": r, "origin": "excel"} }
	var made struct{ ID id.Of[id.Rubric] }
	worker.Post("/api/rubric/rubrics", draft()).Refused(t, http.StatusForbidden, "rbac.forbidden")
	town.Post("/api/rubric/rubrics", draft()).Refused(t, http.StatusForbidden, "rbac.forbidden")
	reviewer.Upload("/api/rubric/files", nil, webtest.File{Field: "file", Name: "official.xlsx", Content: official(t, 16)}).Refused(t, http.StatusForbidden, "rbac.forbidden")
	county.Post("/api/rubric/rubrics", draft()).OK(t, &made)
	county.Post("/api/rubric/rubrics", draft()).Refused(t, http.StatusConflict, "rubric.taken")
	path := "/api/rubric/rubrics/" + made.ID.String()
	for who, one := range map[string]webtest.Client{"another county": foreign, "a worker": worker, "an agency": reviewer, "the platform": platform} {
		require.Equal(t, http.StatusNotFound, one.Get(path).Problem(t).Status, who)
	}
	use := func() error {
		return w.Gate.Write(rbac.WithActor(t.Context(), hand), "account.self.use", func(tx db.Tx, _ rbac.Scope) error { return rubric.Use(t.Context(), tx, made.ID) })
	}
	require.ErrorIs(t, use(), rubric.ErrNotUsable, "a draft")
	county.Post(path+"/publish", `{"revision":1}`).Refused(t, http.StatusConflict, "rubric.unsound")
	foreign.Post(path+"/publish", `{"revision":1}`).Refused(t, http.StatusNotFound, "rbac.not-found")
	county.Post(path+"/retire", `{}`).Refused(t, http.StatusConflict, "rubric.not-published")

	r.Elements[0].Points = scoring.Whole(16)
	bad := r.Elements[0].Children[0].Items[1].Deductions
	r.Elements[0].Children[0].Items[1].Deductions = []scoring.Deduction{bad[0], bad[1], {ID: "c", When: bad[2].When, Minus: 100}}
	county.Put(path, body(1)).OK(t, nil)
	county.Put(path, body(1)).Refused(t, http.StatusConflict, "rubric.moved")
	county.Post(path+"/publish", `{"revision":2}`).OK(t, nil)
	require.NoError(t, use(), "in a worker's transaction")
	county.Put(path, body(2)).Refused(t, http.StatusConflict, "rubric.frozen")
	county.Delete(path).Refused(t, http.StatusConflict, "rubric.frozen")

	var seen struct {
		State string
		Own   bool
		Used  bool
		May   []string
		Table *scoring.Rubric
	}
	for _, one := range []webtest.Client{foreign, worker, reviewer, platform, town} {
		one.Get(path).OK(t, &seen)
		require.Equal(t, "published", seen.State)
		require.True(t, seen.Used)
		require.False(t, seen.Own)
		require.NotContains(t, seen.May, "retire")
		require.Equal(t, scoring.Whole(20), seen.Table.Total)
	}
	foreign.Post(path+"/retire", `{}`).Refused(t, http.StatusNotFound, "rbac.not-found")
	r.Version = "2027"
	foreign.Post("/api/rubric/rubrics", draft()).Refused(t, http.StatusConflict, "rubric.taken")
	county.Post(path+"/copy", `{"code":"yongkang-xiaowei","version":"2027"}`).OK(t, &made)
	county.Delete("/api/rubric/rubrics/"+made.ID.String()).OK(t, nil)
	for _, file := range []string{"pdf", "excel", "yaml"} {
		require.NotEmpty(t, worker.Get(path+"/"+file).Body, file)
	}
	within(t, w, publishedAt(t))
	county.Post(path+"/retire", `{}`).OK(t, nil)
	county.Post(path+"/retire", `{}`).Refused(t, http.StatusConflict, "rubric.not-published")
}

// publishedAt expects a table of an area to be offered there and nowhere else.
func publishedAt(t *testing.T) func(context.Context, db.Tx) error {
	t.Helper()
	return func(ctx context.Context, tx db.Tx) error {
		for region, want := range map[string]bool{"330784105": true, "330784": true, "330783105": false, "3307": false} {
			all, err := rubric.Published(ctx, tx, scoring.Grading, region, day.In(tx.Now, day.Shanghai))
			require.NoError(t, err)
			found := slices.ContainsFunc(all, func(l rubric.Listed) bool { return l.Code == "yongkang-xiaowei" })
			require.Equal(t, want, found, region)
		}
		return nil
	}
}

func TestWhatIsWrittenByWhom(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	w.Set(day.Of(2026, 11, 1).Midnight(day.Shanghai))
	s := &rubric.Service{Gate: w.Gate}
	require.NoError(t, s.Load(t.Context()))
	api := webtest.New(t, func(a huma.API) { rubric.Mount(a, s) })
	county, platform := api.As(w.Regulator(t, "county", "330784")), api.As(w.Member(t, rbac.Platform, "admin"))
	var list struct{ Items []rubric.Listed }
	platform.Get("/api/rubric/rubrics?q=jiangsu-gongmao&usable=true").OK(t, &list)
	require.Len(t, list.Items, 1)
	path := "/api/rubric/rubrics/" + list.Items[0].ID.String()
	var made struct{ ID id.Of[id.Rubric] }
	county.Post(path+"/copy", `{"code":"jiangsu-gongmao-xiaowei-600","version":"2027.1"}`).Refused(t, http.StatusConflict, "rubric.taken")
	county.Post(path+"/copy", `{"code":"yongkang-gongmao","version":"2026.1","region":"330783"}`).Refused(t, http.StatusUnprocessableEntity, "rubric.region")
	county.Post(path+"/copy", `{"code":"yongkang-gongmao","version":"2026.1"}`).OK(t, &made)
	county.Post("/api/rubric/rubrics/"+made.ID.String()+"/publish", `{"revision":1}`).OK(t, nil)
	platform.Post(path+"/copy", `{"code":"jiangsu-gongmao-xiaowei-600","version":"2027.1","region":"330784"}`).Refused(t, http.StatusUnprocessableEntity, "rubric.region")
	platform.Post(path+"/copy", `{"code":"jiangsu-gongmao-xiaowei-600","version":"2027.1"}`).OK(t, &made)
	platform.Post("/api/rubric/rubrics/"+made.ID.String()+"/publish", `{"revision":1}`).OK(t, nil)
	platform.Post(path+"/retire", `{}`).OK(t, nil)
	require.NoError(t, s.Load(t.Context()), "a retired library version stays")
	platform.Get("/api/rubric/rubrics?state=published&mine=true&limit=1").OK(t, &list)
	require.Equal(t, made.ID, list.Items[0].ID)
	county.Get("/api/rubric/rubrics?cursor=x").Refused(t, http.StatusUnprocessableEntity, "page.cursor")

	var p preview
	county.Upload("/api/rubric/files", nil, webtest.File{Field: "file", Name: "broken.yaml", Content: []byte("id: x\nnothing: 1\n")}).OK(t, &p)
	require.Len(t, p.Troubles, 1)
	require.Equal(t, 2, p.Troubles[0].Row)
	county.Upload("/api/rubric/files", nil, webtest.File{Field: "file", Name: "table.doc", Content: []byte("x")}).Refused(t, http.StatusUnsupportedMediaType, "rubric.file")
	require.NotEmpty(t, county.Get("/api/rubric/schema").Body)
	example := county.Get("/api/rubric/template").Body
	county.Upload("/api/rubric/files", nil, webtest.File{Field: "file", Name: "example.xlsx", Content: example}).OK(t, &p)
	require.Empty(t, p.Troubles)
	require.Empty(t, p.Problems)
	require.Len(t, p.Sums, 3)
}
