package inspection_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/modules/inspection"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestSubmit(t *testing.T) {
	t.Parallel()
	w := setup(t)
	worker := w.api.As(w.worker)
	photo := w.photo(t, w.worker, 10)
	body := w.check(photo)
	n := worker.Post("/api/inspection/checks", body).Made(t)

	require.Len(t, w.raised, 1)
	f := w.raised[0]
	require.Equal(t, n, int64(f.CheckID))
	require.Equal(t, "2026-03-10", f.StartedOn.String())
	require.Equal(t, body["clientId"], f.ClientID.String())
	require.Equal(t, "冲压车间", f.Place)
	require.Equal(t, w.worker.StaffID, f.FinderID)
	require.Len(t, f.Items, 1)
	it := f.Items[0]
	require.Equal(t, "PRS-02", it.Code)
	require.Equal(t, "光栅失灵", it.Note)
	require.Equal(t, photo, int64(it.Photos[0]))
	require.NotEmpty(t, it.Requirement)
	require.NotEmpty(t, it.Clause)
	require.Equal(t, "inspection_check", testkit.One[string](t, w.W, "SELECT bound_noun FROM attachment WHERE id = $1", photo))

	var got struct {
		Person, PointName             string
		Positioned                    bool
		Passed, Failed, NotApplicable int
		Longitude                     float64
		Answers                       []struct {
			Code, Requirement, Result, Note, Measured string
			Photos                                    []string
		}
	}
	worker.Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", n)).OK(t, &got)
	require.Equal(t, w.worker.Name, got.Person)
	require.Equal(t, "1号冲压机", got.PointName)
	require.Equal(t, []int{1, 1, 1}, []int{got.Passed, got.Failed, got.NotApplicable})
	require.InDelta(t, 120.02, got.Longitude, 1e-5)
	require.Equal(t, []string{fmt.Sprint(photo)}, got.Answers[1].Photos)
	require.Equal(t, "0.3 s", got.Answers[1].Measured)
	require.NotEmpty(t, got.Answers[0].Requirement)

	w.api.As(w.other).Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", n)).Refused(t, 404, "rbac.not-found")
	w.api.As(w.safety).Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", n)).OK(t, nil)
	w.api.As(w.safety).Get(fmt.Sprintf("/api/inspection/checks/2026-02-31/%d", n)).Refused(t, 422, "http.unprocessable-entity")
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'inspection_check'"))
}

func TestSubmitAgain(t *testing.T) {
	t.Parallel()
	w := setup(t)
	worker := w.api.As(w.worker)
	body := w.check(w.photo(t, w.worker, 10))
	n := worker.Post("/api/inspection/checks", body).Made(t)
	require.Equal(t, n, worker.Post("/api/inspection/checks", body).Made(t))
	zoned := maps.Clone(body)
	zoned["startedAt"], zoned["finishedAt"] = "2026-03-10T04:00:00Z", "2026-03-10T04:10:00Z"
	require.Equal(t, n, worker.Post("/api/inspection/checks", zoned).Made(t))
	w.api.As(w.safety).Post(fmt.Sprintf("/api/checklist/points/%d/retire", w.point), nil).Made(t)
	require.Equal(t, n, worker.Post("/api/inspection/checks", body).Made(t), "also when the point is gone since")
	body["finishedAt"] = "2026-03-10T12:11:00+08:00"
	worker.Post("/api/inspection/checks", body).Refused(t, 409, "inspection.other-content")
	require.Len(t, w.raised, 1)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_check"))
	body["clientId"] = uuid.NewString()
	require.NotEqual(t, n, worker.Key("k1").Post("/api/inspection/checks", body).Made(t))
	require.Equal(t, worker.Key("k1").Post("/api/inspection/checks", body).Made(t), testkit.One[int64](t, w.W, "SELECT max(id) FROM inspection_check"))
}

func TestSubmitAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	body := w.passed()
	ids := make([]int64, 6)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { ids[i] = w.api.As(w.worker).Post("/api/inspection/checks", body).Made(t) })
	}
	wg.Wait()
	for _, n := range ids {
		require.Equal(t, ids[0], n)
	}
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_check"))
}

func TestHazardsOrNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.refuse = errors.New("no ledger")
	photo := w.photo(t, w.worker, 10)
	w.api.As(w.worker).Post("/api/inspection/checks", w.check(photo)).Refused(t, 500, "http.internal-server-error")
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_check"))
	require.True(t, testkit.One[bool](t, w.W, "SELECT bound_noun IS NULL FROM attachment WHERE id = $1", photo))
}

func TestSubmitRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	worker := w.api.As(w.worker)
	mine, theirs := w.photo(t, w.worker, 10), w.photo(t, w.other, 20)
	only := func(a ...answer) func(map[string]any) { return func(b map[string]any) { b["answers"] = a } }
	set := func(k string, v any) func(map[string]any) { return func(b map[string]any) { b[k] = v } }
	one, two, three := answer{"code": "PRS-01", "result": "pass"}, answer{"code": "PRS-02", "result": "pass"}, answer{"code": "EDU-03", "result": "pass"}
	for name, c := range map[string]struct {
		spoil func(map[string]any)
		code  string
	}{
		"item missing":     {only(one, two), "inspection.item-missing"},
		"item twice":       {only(one, one, two, three), "inspection.item-twice"},
		"item unknown":     {only(one, two, three, answer{"code": "BLR-01", "result": "pass"}), "inspection.unknown-item"},
		"no photo":         {only(one, answer{"code": "PRS-02", "result": "fail", "note": "坏"}, three), "inspection.photo-needed"},
		"no reason":        {only(one, two, answer{"code": "EDU-03", "result": "na"}), "inspection.reason-needed"},
		"another's photo":  {only(one, answer{"code": "PRS-02", "result": "fail", "photos": []string{fmt.Sprint(theirs)}}, three), "attachment.unknown"},
		"no such photo":    {only(one, answer{"code": "PRS-02", "result": "fail", "photos": []string{"999999"}}, three), "attachment.unknown"},
		"too many photos":  {only(one, answer{"code": "PRS-02", "result": "fail", "photos": strings.Split(strings.Repeat(fmt.Sprint(mine)+",", 9)+"1", ",")}, three), "http.unprocessable-entity"},
		"no answers":       {set("answers", []answer{}), "inspection.item-missing"},
		"null answers":     {set("answers", nil), "http.unprocessable-entity"},
		"full-width code":  {only(answer{"code": "PRS-０１", "result": "pass"}), "http.unprocessable-entity"},
		"unknown result":   {only(answer{"code": "PRS-01", "result": "合格"}), "http.unprocessable-entity"},
		"note too long":    {only(answer{"code": "PRS-01", "result": "pass", "note": strings.Repeat("长", 501)}), "http.unprocessable-entity"},
		"unknown point":    {set("pointId", "999999"), "inspection.unknown-point"},
		"unknown standard": {set("standardId", "999999"), "inspection.unknown-standard"},
		"unknown task":     {set("taskId", "999999"), "inspection.unknown-task"},
		"31 February":      {set("startedOn", "2026-02-31"), "http.unprocessable-entity"},
		"full-width date":  {set("startedOn", "２０２６-03-10"), "http.unprocessable-entity"},
		"empty date":       {set("startedOn", ""), "http.unprocessable-entity"},
		"tomorrow's morrow": {func(b map[string]any) {
			b["startedOn"], b["startedAt"], b["finishedAt"] = "2026-03-12", "2026-03-12T11:00:00+08:00", "2026-03-12T11:10:00+08:00"
		}, "inspection.started-on"},
		"other day":          {set("startedOn", "2026-03-09"), "inspection.started-on"},
		"ends first":         {set("finishedAt", "2026-03-10T10:00:00+08:00"), "inspection.finished-before-start"},
		"no uuid":            {set("clientId", "abc"), "http.unprocessable-entity"},
		"number for id":      {set("pointId", 5), "http.unprocessable-entity"},
		"id not decimal":     {set("pointId", "5 OR 1=1"), "http.unprocessable-entity"},
		"id too large":       {set("pointId", "99999999999999999999"), "http.unprocessable-entity"},
		"position":           {set("latitude", nil), "inspection.position"},
		"position elsewhere": {set("latitude", 91), "http.unprocessable-entity"},
		"unknown property":   {set("companyId", "7"), "http.unprocessable-entity"},
		"nul":                {only(answer{"code": "PRS-01", "result": "pass", "note": "a\x00b"}), "http.unreadable"},
	} {
		body := w.check(mine)
		c.spoil(body)
		a := worker.Post("/api/inspection/checks", body)
		require.Equal(t, c.code, a.Problem(t).Code, "%s: %s", name, a.Body)
		require.Less(t, a.Status, 500, name)
	}
	worker.Post("/api/inspection/checks", `{"clientId":`).Refused(t, 400, "http.bad-request")
	worker.Post("/api/inspection/checks", "\xff\xfe").Refused(t, 422, "http.unreadable")
	worker.Post("/api/inspection/checks", `{"clientId":"`+strings.Repeat("x", 10<<20)+`"}`).Refused(t, 413, "http.request-entity-too-large")
	w.api.As(w.county).Post("/api/inspection/checks", w.check(mine)).Refused(t, 403, "rbac.forbidden")
	w.api.Anonymous().Post("/api/inspection/checks", w.check(mine)).Refused(t, 401, "rbac.unauthenticated")
	w.api.As(w.stranger).Post("/api/inspection/checks", w.check(mine)).Refused(t, 422, "inspection.unknown-standard")
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_check"))
	require.Equal(t, "不合格，请拍照", worker.Post("/api/inspection/checks", func() any { b := w.check(0); only(one, answer{"code": "PRS-02", "result": "fail"}, three)(b); return b }()).Problem(t).Detail[len("检查项 PRS-02 "):])
	odd := w.check(mine)
	only(one, answer{"code": "PRS-02", "result": "fail", "note": "😀<b>'; DROP TABLE x;--", "photos": []string{fmt.Sprint(mine)}}, three)(odd)
	worker.Post("/api/inspection/checks", odd).Made(t)
}

type page struct {
	Items []struct {
		ID, StartedOn, State, CheckID string
		Failed                        int
	}
	Next, Prev string
}

func TestListChecks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var made []string
	for i := range 5 {
		b := w.passed()
		d := fmt.Sprintf("2026-03-%02d", 6+i/2)
		b["startedOn"], b["startedAt"], b["finishedAt"] = d, d+"T08:00:00+08:00", d+"T08:01:00+08:00"
		made = append(made, fmt.Sprint(w.api.As(w.worker).Post("/api/inspection/checks", b).Made(t)))
	}
	safety := w.api.As(w.safety)
	var got []string
	var p page
	safety.Get("/api/inspection/checks?limit=2").OK(t, &p)
	for {
		for _, c := range p.Items {
			got = append([]string{c.ID}, got...)
		}
		next := p.Next
		if next == "" {
			break
		}
		p = page{}
		safety.Get("/api/inspection/checks?limit=2&cursor="+next).OK(t, &p)
	}
	require.Equal(t, made, got)
	back := p.Prev
	p = page{}
	safety.Get("/api/inspection/checks?limit=2&cursor="+back).OK(t, &p)
	require.Equal(t, []string{made[2], made[1]}, []string{p.Items[0].ID, p.Items[1].ID})
	for q, n := range map[string]int{"failed=true": 0, "from=2026-03-07": 3, "to=2026-03-06": 2, "from=2026-03-07&to=2026-03-07": 2, "staffId=999": 0, "pointId=" + fmt.Sprint(w.point): 5} {
		p = page{}
		safety.Get("/api/inspection/checks?"+q).OK(t, &p)
		require.Len(t, p.Items, n, q)
	}
	safety.Get("/api/inspection/checks?from=2026-02-31").Refused(t, 422, "http.unprocessable-entity")
	safety.Get("/api/inspection/checks?cursor=eyJzIjoibGF0ZXN0IiwidiI6WyJ4IiwieSJdfQ").Refused(t, 422, "page.cursor")
	w.api.As(w.worker).Get("/api/inspection/checks").Refused(t, 403, "rbac.forbidden")

	of := fmt.Sprintf("?companyId=%d", int64(w.firm.ID))
	for _, who := range []rbac.Actor{w.stranger, w.elsewhere} {
		p = page{}
		w.api.As(who).Get("/api/inspection/checks"+of).OK(t, &p)
		require.Empty(t, p.Items)
		w.api.As(who).Get("/api/inspection/checks/2026-03-06/"+made[0]+of).Refused(t, 404, "rbac.not-found")
	}
	w.api.As(w.county).Get("/api/inspection/checks").Refused(t, 422, "inspection.company-needed")
	w.api.As(w.county).Get("/api/inspection/checks"+of).OK(t, &p)
	require.Len(t, p.Items, 5)
	w.api.As(w.county).Get("/api/inspection/checks/2026-03-06/"+made[0]+of).OK(t, nil)
}

func TestImmutable(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.api.As(w.worker).Post("/api/inspection/checks", w.passed()).Made(t)
	ctx := rbac.WithActor(t.Context(), w.safety)
	for _, q := range []string{
		"UPDATE inspection_check SET failed = 0", "DELETE FROM inspection_check", "UPDATE checklist_standard SET items = 0",
		"SELECT * FROM inspection_check_202603", "SELECT * FROM inspection_check_default",
	} {
		err := w.Gate.Write(ctx, inspection.ActionSubmit, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec(q).Error })
		require.ErrorContains(t, err, "permission denied", q)
	}
}

func TestStatementsDoNotGrowWithItems(t *testing.T) {
	t.Parallel()
	w := setup(t)
	big := w.api.As(w.safety).Post("/api/checklist/points", `{"name":"全厂","modules":["PRS","MGT","EDU","RSK","EVA","PPE"]}`).Made(t)
	var f struct{ Asks []struct{ Code string } }
	w.api.As(w.worker).Get(fmt.Sprintf("/api/checklist/points/%d", big)).OK(t, &f)
	b := w.passed()
	b["pointId"] = fmt.Sprint(big)
	answers := []answer{}
	for _, a := range f.Asks {
		answers = append(answers, answer{"code": a.Code, "result": "pass"})
	}
	b["answers"] = answers
	require.Greater(t, len(answers), 50)
	began := time.Now()
	w.api.As(w.worker).Post("/api/inspection/checks", b).Made(t)
	t.Logf("%d items in %s", len(answers), time.Since(began))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_check"))
}
