package checklist_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/modules/checklist"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                   *checklist.Service
	api                                 *webtest.API
	firm                                testkit.Firm
	safety, worker, stranger            rbac.Actor
	county, elsewhere, platform, finner rbac.Actor
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	shelf, err := checklist.OpenShelf()
	require.NoError(t, err)
	w.s = &checklist.Service{Gate: w.Gate, Shelf: shelf, BaseURL: "https://anbiao.example/", Tags: tags, Name: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) {
		return "永康市测试五金有限公司", nil
	}}
	require.NoError(t, w.s.Load(t.Context()))
	w.api = webtest.New(t, func(api huma.API) { checklist.Mount(api, w.s) })
	w.firm = w.company(t, "press", "gongmao", "industry_machinery")
	w.safety, w.worker, w.finner = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker"), w.Actor(t, w.firm, "finance")
	w.stranger = w.Actor(t, w.company(t, "boiler"), "safety")
	w.county, w.elsewhere = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	w.platform = w.Member(t, rbac.Platform, "admin")
	return w
}

func (w *world) company(t *testing.T, tags ...string) testkit.Firm {
	t.Helper()
	f := w.Company(t, "330784105")
	w.Exec(t, "UPDATE company SET tags = $2 WHERE company_id = $1", int64(f.ID), tags)
	return f
}

func tags(ctx context.Context, tx db.Tx, _ rbac.Scope, c rbac.CompanyID) ([]string, error) {
	var t db.Texts
	err := tx.WithContext(ctx).Raw("SELECT tags FROM company WHERE company_id = ?", c).Row().Scan(&t)
	return t, err
}

func (w *world) publish(t *testing.T, a rbac.Actor, d checklist.Draft) int64 {
	t.Helper()
	if d.Photos == "" {
		d.Photos = checklist.PhotoFailed
	}
	return w.api.As(a).Post("/api/checklist/standards", d).Made(t)
}

func TestLoadIsIdempotentAndRefusesChange(t *testing.T) {
	t.Parallel()
	w := setup(t)
	require.NoError(t, w.s.Load(t.Context()))
	require.Equal(t, int64(31), testkit.One[int64](t, w.W, "SELECT count(*) FROM checklist_module"))
	require.Equal(t, int64(280), testkit.One[int64](t, w.W, "SELECT count(*) FROM checklist_item"))
	require.Equal(t, int64(33), testkit.One[int64](t, w.W, "SELECT count(*) FROM checklist_item WHERE level = 'major'"))
	require.Equal(t, int64(16), testkit.One[int64](t, w.W, "SELECT count(*) FROM checklist_item WHERE major_when <> '[]'"))
	w.Exec(t, "UPDATE checklist_library SET checksum = 'other'")
	require.ErrorIs(t, w.s.Load(t.Context()), checklist.ErrLibraryChanged)
}

func TestLibrary(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var lib struct {
		Version string
		Modules []struct {
			Code  string
			Items int
		}
	}
	for _, who := range []rbac.Actor{w.worker, w.county, w.platform} {
		w.api.As(who).Get("/api/checklist/library/modules").OK(t, &lib)
		require.Len(t, lib.Modules, 31)
	}
	var m struct {
		NameZh string
		Asks   []struct{ Code, Requirement string }
	}
	w.api.As(w.worker).Get("/api/checklist/library/modules/PRS").OK(t, &m)
	require.Equal(t, "机械冲压", m.NameZh)
	require.Len(t, m.Asks, 11)
	w.api.As(w.worker).Get("/api/checklist/library/modules/XYZ").Refused(t, 404, "rbac.not-found")
	w.api.As(w.finner).Get("/api/checklist/library/modules").Refused(t, 403, "rbac.forbidden")
	w.api.Anonymous().Get("/api/checklist/library/modules").Refused(t, 401, "rbac.unauthenticated")
}

type standard struct {
	ID      string
	Version int
	Items   int
	Tags    []string
	Asks    []struct {
		Code, Level, Disabled string
		MustPhoto             bool
	}
}

func TestStandard(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	safety.Get("/api/checklist/standard").Refused(t, 404, "checklist.no-standard")
	var p struct {
		BasedOn int
		Added   []string
		Asks    []struct{ Code string }
	}
	safety.Get("/api/checklist/standard/proposal").OK(t, &p)
	require.Len(t, p.Added, len(p.Asks))

	n := w.publish(t, w.safety, checklist.Draft{Disabled: []checklist.Disabled{{Code: "MGT-11", Reason: "本年无新改扩建项目"}}})
	var st standard
	w.api.As(w.worker).Get("/api/checklist/standard").OK(t, &st)
	require.Equal(t, fmt.Sprint(n), st.ID)
	require.Equal(t, 1, st.Version)
	require.Len(t, st.Asks, len(p.Asks))
	require.Equal(t, len(p.Asks)-1, st.Items)

	safety.Get("/api/checklist/standard/proposal").OK(t, &p)
	require.Equal(t, 1, p.BasedOn)
	require.Empty(t, p.Added)
	w.Exec(t, "UPDATE company SET tags = tags || '{boiler}' WHERE company_id = $1", int64(w.firm.ID))
	safety.Get("/api/checklist/standard/proposal").OK(t, &p)
	require.Len(t, p.Added, 9, "the boiler module")

	safety.Post("/api/checklist/standards", checklist.Draft{Photos: "failed"}).Refused(t, 409, "checklist.standard-moved")
	second := w.publish(t, w.safety, checklist.Draft{BasedOn: 1})
	var list struct {
		Items []standard
		Next  string
	}
	safety.Get("/api/checklist/standards?limit=1").OK(t, &list)
	require.Equal(t, fmt.Sprint(second), list.Items[0].ID)
	safety.Get("/api/checklist/standards?limit=1&cursor="+list.Next).OK(t, &list)
	require.Equal(t, fmt.Sprint(n), list.Items[0].ID)
	require.Empty(t, list.Next)
	safety.Get("/api/checklist/standards?cursor=rubbish").Refused(t, 422, "page.cursor")
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'checklist_standard'"))
}

func TestStandardRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	w.api.As(w.worker).Post("/api/checklist/standards", checklist.Draft{Photos: "failed"}).Refused(t, 403, "rbac.forbidden")
	for name, c := range map[string]struct{ body, code string }{
		"major":         {`{"basedOn":0,"disabled":[{"code":"EDU-03","reason":"没有"}]}`, "checklist.major-disabled"},
		"blank reason":  {`{"basedOn":0,"disabled":[{"code":"MGT-01","reason":" "}]}`, "checklist.reason-needed"},
		"unknown":       {`{"basedOn":0,"disabled":[{"code":"BLR-01","reason":"没有锅炉"}]}`, "checklist.unknown-item"},
		"missing":       {`{}`, "http.unprocessable-entity"},
		"wrong type":    {`{"basedOn":"nought"}`, "http.unprocessable-entity"},
		"full width":    {`{"basedOn":"０"}`, "http.unprocessable-entity"},
		"nul":           {`{"basedOn":0,"own":[{"code":"OWN-01","requirement":"a\u0000b","frequency":"daily"}]}`, "http.unreadable"},
		"too long":      {`{"basedOn":0,"own":[{"code":"OWN-01","requirement":"` + strings.Repeat("长", 501) + `","frequency":"daily"}]}`, "http.unprocessable-entity"},
		"bad frequency": {`{"basedOn":0,"own":[{"code":"OWN-01","requirement":"地面","frequency":"never"}]}`, "http.unprocessable-entity"},
		"bad code":      {`{"basedOn":0,"own":[{"code":"OWN-０１","requirement":"地面","frequency":"daily"}]}`, "http.unprocessable-entity"},
		"no json":       {`{"basedOn":`, "http.bad-request"},
	} {
		a := safety.Post("/api/checklist/standards", c.body)
		require.Equal(t, c.code, a.Problem(t).Code, "%s: %s", name, a.Body)
	}
	w.api.As(w.safety).Post("/api/checklist/standards",
		`{"basedOn":0,"own":[{"code":"OWN-01","requirement":"地面😀<script>alert(1)</script>'; DROP TABLE x","frequency":"daily"}]}`).Made(t)
}

func TestPublishedAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var wg sync.WaitGroup
	codes := make([]int, 4)
	for i := range codes {
		wg.Go(func() {
			codes[i] = w.api.As(w.safety).Post("/api/checklist/standards", checklist.Draft{Photos: "failed"}).Status
		})
	}
	wg.Wait()
	require.ElementsMatch(t, []int{201, 409, 409, 409}, codes)
}

type point struct {
	ID, PublicID, Number, Name string
	Retired                    bool
	UpdatedAt                  time.Time
}

type form struct {
	Point      point
	StandardID string
	Asks       []struct{ Code string }
}

func TestPoints(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	body := checklist.PointForm{Name: "1号冲压机", Place: "冲压车间", Modules: []string{"PRS"}, Items: []string{"PPE-01"}}
	safety.Post("/api/checklist/points", body).Refused(t, 404, "checklist.no-standard")
	st := w.publish(t, w.safety, checklist.Draft{Disabled: []checklist.Disabled{{Code: "PRS-11", Reason: "无此装置"}}})
	n := safety.Post("/api/checklist/points", body).Made(t)
	body.Name = "2号冲压机"
	safety.Post("/api/checklist/points", body).Made(t)

	var f form
	safety.Get(fmt.Sprintf("/api/checklist/points/%d", n)).OK(t, &f)
	require.Equal(t, fmt.Sprint(st), f.StandardID)
	require.Equal(t, "0001", f.Point.Number)
	require.Len(t, f.Asks, 11, "PRS less one, and PPE-01")
	var scanned form
	w.api.As(w.worker).Get("/api/checklist/scan?publicId="+f.Point.PublicID).OK(t, &scanned)
	require.Equal(t, f, scanned)
	w.api.As(w.worker).Get("/api/checklist/scan?number=0001").OK(t, &scanned)
	require.Equal(t, f, scanned)
	w.api.As(w.worker).Get("/api/checklist/scan").Refused(t, 422, "checklist.scan-key")
	w.api.As(w.worker).Get("/api/checklist/scan?publicId=nonsense").Refused(t, 422, "checklist.scan-key")
	w.api.As(w.worker).Get("/api/checklist/scan?number=0009").Refused(t, 404, "rbac.not-found")
	w.api.As(w.worker).Get("/api/checklist/scan?number=999999999999999999999").Problem(t)

	png := w.api.As(w.worker).Get(fmt.Sprintf("/api/checklist/points/%d/label", n)).OK(t, nil)
	require.Equal(t, "image/png", png.Header.Get("Content-Type"))
	require.Equal(t, "\x89PNG", string(png.Body[:4]))
	svg := w.api.As(w.worker).Get(fmt.Sprintf("/api/checklist/points/%d/label?format=svg", n)).OK(t, nil)
	require.Contains(t, string(svg.Body), "<svg")

	change := checklist.PointChange{PointForm: checklist.PointForm{Name: "冲压机 1", Modules: []string{"PRS"}}, UpdatedAt: f.Point.UpdatedAt}
	w.Set(noon.Add(time.Minute))
	safety.Put(fmt.Sprintf("/api/checklist/points/%d", n), change).Made(t)
	safety.Put(fmt.Sprintf("/api/checklist/points/%d", n), change).Refused(t, 409, "checklist.point-moved")
	var list struct {
		Items []point
		Next  string
	}
	safety.Get("/api/checklist/points?term=冲压机%201&limit=1").OK(t, &list)
	require.Len(t, list.Items, 1)
	safety.Post(fmt.Sprintf("/api/checklist/points/%d/retire", n), nil).Made(t)
	safety.Post(fmt.Sprintf("/api/checklist/points/%d/retire", n), nil).Refused(t, 409, "checklist.point-retired")
	w.api.As(w.worker).Get("/api/checklist/scan?number=1").Refused(t, 409, "checklist.point-retired")
	safety.Get("/api/checklist/points").OK(t, &list)
	require.Equal(t, "2号冲压机", list.Items[0].Name)
	require.Len(t, list.Items, 1)
	require.Equal(t, int64(4), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'checklist_point'"))
}

func TestPointRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.publish(t, w.safety, checklist.Draft{})
	safety := w.api.As(w.safety)
	for name, c := range map[string]struct{ body, code string }{
		"empty":        {`{"name":"甲"}`, "checklist.point-empty"},
		"blank name":   {`{"name":"　","modules":["PRS"]}`, "checklist.blank"},
		"module":       {`{"name":"甲","modules":["BLR"]}`, "checklist.unknown-module"},
		"item":         {`{"name":"甲","items":["BLR-01"]}`, "checklist.unknown-item"},
		"too long":     {`{"name":"` + strings.Repeat("甲", 61) + `","modules":["PRS"]}`, "http.unprocessable-entity"},
		"missing name": {`{"modules":["PRS"]}`, "http.unprocessable-entity"},
		"unknown":      {`{"name":"甲","modules":["PRS"],"x":1}`, "http.unprocessable-entity"},
	} {
		a := safety.Post("/api/checklist/points", c.body)
		require.Equal(t, c.code, a.Problem(t).Code, "%s: %s", name, a.Body)
	}
	w.api.As(w.worker).Post("/api/checklist/points", `{"name":"甲","modules":["PRS"]}`).Refused(t, 403, "rbac.forbidden")
}

func TestPointNumbersAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.publish(t, w.safety, checklist.Draft{})
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			w.api.As(w.safety).Post("/api/checklist/points", checklist.PointForm{Name: fmt.Sprint("点", i), Modules: []string{"PRS"}, Items: []string{}}).Made(t)
		})
	}
	wg.Wait()
	require.Equal(t, int64(6), testkit.One[int64](t, w.W, "SELECT max(number)::bigint FROM checklist_point"))
}

func TestOthersSeeNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	st := w.publish(t, w.safety, checklist.Draft{})
	n := w.api.As(w.safety).Post("/api/checklist/points", checklist.PointForm{Name: "甲", Modules: []string{"PRS"}, Items: []string{}}).Made(t)
	public := testkit.One[uuid.UUID](t, w.W, "SELECT public_id FROM checklist_point WHERE id = $1", n)
	of := fmt.Sprintf("?companyId=%d", int64(w.firm.ID))
	for _, who := range []rbac.Actor{w.stranger, w.elsewhere} {
		c := w.api.As(who)
		c.Get(fmt.Sprintf("/api/checklist/points/%d%s", n, of)).Refused(t, 404, "rbac.not-found")
		c.Get(fmt.Sprintf("/api/checklist/points/%d/label%s", n, of)).Refused(t, 404, "rbac.not-found")
		c.Get(fmt.Sprintf("/api/checklist/standards/%d%s", st, of)).Refused(t, 404, "checklist.no-standard")
		c.Get("/api/checklist/standard"+of).Refused(t, 404, "checklist.no-standard")
		c.Get("/api/checklist/scan?publicId="+public.String()).Refused(t, 404, "rbac.not-found")
		for _, path := range []string{"points", "standards"} {
			var list struct{ Items []point }
			c.Get("/api/checklist/"+path+of).OK(t, &list)
			require.Empty(t, list.Items)
		}
	}
	w.api.As(w.stranger).Put(fmt.Sprintf("/api/checklist/points/%d", n), checklist.PointChange{PointForm: checklist.PointForm{Name: "乙", Modules: []string{"PRS"}, Items: []string{}}}).
		Refused(t, 404, "rbac.not-found")
	county := w.api.As(w.county)
	county.Get("/api/checklist/points").Refused(t, 422, "checklist.company-needed")
	var list struct{ Items []point }
	county.Get("/api/checklist/points"+of).OK(t, &list)
	require.Len(t, list.Items, 1)
	county.Get(fmt.Sprintf("/api/checklist/standards/%d%s", st, of)).OK(t, nil)
	county.Get("/api/checklist/scan?publicId="+public.String()).OK(t, nil)
	county.Post("/api/checklist/points", `{"name":"甲","modules":["PRS"]}`).Refused(t, 403, "rbac.forbidden")
}
