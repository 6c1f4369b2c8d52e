package inspection_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/checklist"
	"anbiao/modules/inspection"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai, a Tuesday

type world struct {
	*testkit.W
	s                               *inspection.Service
	lists                           *checklist.Service
	api                             *webtest.API
	registry                        *jobs.Registry
	firm                            testkit.Firm
	safety, worker, other, stranger rbac.Actor
	county, elsewhere               rbac.Actor
	raised                          []inspection.Failed
	point, standard                 int64
	refuse                          error // what raising hazards answers
	always                          map[string]bool
	limits                          map[string]*inspection.Limit
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), registry: jobs.NewRegistry()}
	w.Set(noon)
	shelf, err := checklist.OpenShelf()
	require.NoError(t, err)
	store, err := blob.OpenDirectory(t.TempDir())
	require.NoError(t, err)
	files := &attachment.Service{Gate: w.Gate, Blobs: store}
	w.lists = &checklist.Service{Gate: w.Gate, Shelf: shelf, Tags: tags, BaseURL: "https://anbiao.example"}
	w.s = &inspection.Service{Gate: w.Gate, Ask: w.ask, AskAll: w.askAll, Claim: files.Claim, Raise: func(_ context.Context, _ db.Tx, _ rbac.Scope, f inspection.Failed) error {
		w.raised = append(w.raised, f)
		return w.refuse
	}}
	w.s.Pictures, w.s.Blobs, w.s.BaseURL = pictures, store, "https://anbiao.example"
	require.NoError(t, w.lists.Load(t.Context()))
	w.s.Jobs(w.registry)
	w.api = webtest.New(t, func(api huma.API) {
		inspection.Mount(api, w.s)
		checklist.Mount(api, w.lists)
		attachment.Mount(api, files)
	})
	w.firm = w.Company(t, "330784105")
	w.Exec(t, "UPDATE company SET tags = '{press,gongmao,industry_machinery}' WHERE company_id = $1", int64(w.firm.ID))
	w.safety, w.worker, w.other = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker"), w.Actor(t, w.firm, "worker")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.elsewhere = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	safety := w.api.As(w.safety)
	w.standard = safety.Post("/api/checklist/standards", `{"basedOn":0}`).Made(t)
	w.point = safety.Post("/api/checklist/points", `{"name":"1号冲压机","place":"冲压车间","items":["PRS-01","PRS-02","EDU-03"]}`).Made(t)
	return w
}

func pictures(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]inspection.Picture, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]inspection.Picture{}
	for _, f := range found {
		out[f.ID] = inspection.Picture{Display: f.DisplayKey, Thumb: f.ThumbKey, Free: f.BoundNoun == nil}
	}
	return out, err
}

func tags(ctx context.Context, tx db.Tx, _ rbac.Scope, c rbac.CompanyID) ([]string, error) {
	var t db.Texts
	err := tx.WithContext(ctx).Raw("SELECT tags FROM company WHERE company_id = ?", c).Row().Scan(&t)
	return t, err
}

// ask is what app wires: the checklist's words in the inspection's.
func (w *world) ask(ctx context.Context, tx db.Tx, c rbac.CompanyID, p id.Of[id.Point], st id.Of[id.Standard]) (inspection.Sheet, error) {
	found, err := w.lists.Answered(ctx, tx, c, p, st)
	return w.sheet(found), err
}

func (w *world) askAll(ctx context.Context, tx db.Tx, c rbac.CompanyID, p []id.Of[id.Point], st id.Of[id.Standard]) (map[id.Of[id.Point]]inspection.Sheet, error) {
	found, err := w.lists.AnsweredAll(ctx, tx, c, p, st)
	out := map[id.Of[id.Point]]inspection.Sheet{}
	for n, sheet := range found {
		out[n] = w.sheet(sheet)
	}
	return out, err
}

// sheet is a point's, with what the test says of its items.
func (w *world) sheet(found checklist.Sheet) inspection.Sheet {
	point := found.Point
	return inspection.Sheet{
		PointName: point.Name, Number: point.Number, Place: point.Place, Retired: point.RetiredAt != nil, Explosive: point.Explosive != "", Sign: point.Sign,
		ChangedAt: point.UpdatedAt, At: found.At,
		Find: func(code string) (inspection.Asked, bool) {
			a, ok := found.Find(code)
			return inspection.Asked{
				Code: code, Module: a.Module, ModuleName: a.ModuleName, Requirement: a.Requirement, Method: a.Method, Frequency: inspection.Frequency(a.Frequency), Major: a.Level == checklist.Major,
				Clause: cite(a.Basis), Why: cite(a.MajorBasis), MustPhoto: a.MustPhoto, MustReason: a.MustReason,
				PhotoAlways: w.always[code], Limit: w.limits[code], Posts: a.Posts,
			}, ok
		},
	}
}

func cite(c []checklist.Clause) string {
	if len(c) == 0 {
		return ""
	}
	return c[0].Ref + c[0].Clause
}

// photo uploads a picture as actor.
func (w *world) photo(t *testing.T, a rbac.Actor, shade uint8) int64 {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 20))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.SetGray(1, 1, color.Gray{Y: 255 - shade})
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, nil))
	return w.api.As(a).Upload("/api/attachment/files", map[string]string{"clientId": uuid.NewString()}, webtest.File{Field: "file", Name: "现场.jpg", Content: b.Bytes()}).Made(t)
}

type answer = map[string]any

// check is a finished check of the point as the phone sends it.
func (w *world) check(photo int64) map[string]any {
	return map[string]any{
		"clientId": uuid.NewString(), "startedOn": "2026-03-10", "startedAt": "2026-03-10T12:00:00+08:00", "finishedAt": "2026-03-10T12:10:00+08:00",
		"pointId": fmt.Sprint(w.point), "standardId": fmt.Sprint(w.standard), "longitude": 120.02, "latitude": 28.9,
		"answers": []answer{
			{"code": "PRS-01", "result": "pass"},
			{"code": "PRS-02", "result": "fail", "note": "光栅失灵", "photos": []string{fmt.Sprint(photo)}, "measured": "0.3 s"},
			{"code": "EDU-03", "result": "na", "note": "本岗位无特种作业"},
		},
	}
}

// passed is a check without anything wrong.
func (w *world) passed() map[string]any {
	c := w.check(0)
	c["answers"] = []answer{{"code": "PRS-01", "result": "pass"}, {"code": "PRS-02", "result": "pass"}, {"code": "EDU-03", "result": "pass"}}
	return c
}

// run does everything the outbox holds, as the worker does.
func (w *world) run(t *testing.T) {
	t.Helper()
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	for {
		rows, err := w.Owner.Query(t.Context(), "SELECT task_id, kind, payload::text FROM job_outbox WHERE done_at IS NULL AND kind LIKE 'inspection.%'")
		require.NoError(t, err)
		var todo [][3]string
		for rows.Next() {
			var r [3]string
			require.NoError(t, rows.Scan(&r[0], &r[1], &r[2]))
			todo = append(todo, r)
		}
		require.NoError(t, rows.Err())
		if len(todo) == 0 {
			return
		}
		for _, r := range todo {
			require.NoError(t, worker.Do(t.Context(), r[0], r[1], []byte(r[2])))
		}
	}
}
