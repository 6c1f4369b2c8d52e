package permit_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/permit"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai, a Tuesday

type world struct {
	*testkit.W
	s        *permit.Service
	api      *webtest.API
	registry *jobs.Registry
	firm     testkit.Firm
	workshop id.Of[id.Unit]

	welder, watcher, leader, safety, principal, director, stranger rbac.Actor
	county, elsewhere                                              rbac.Actor

	held     map[id.Of[id.Staff]][]permit.Holding
	told     []permit.Note
	occurred []permit.Occurrence
	raised   []permit.Finding
	due      []due.Item
	shade    uint8
}

var weld = permit.Holding{Kind: "special_operation", Operation: "SO0201", Valid: true, ValidUntil: day.Of(2028, 1, 1)}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), registry: jobs.NewRegistry(), held: map[id.Of[id.Staff]][]permit.Holding{}}
	w.Set(noon)
	store, err := blob.OpenDirectory(t.TempDir())
	require.NoError(t, err)
	files := &attachment.Service{Gate: w.Gate, Blobs: store}
	w.s = &permit.Service{Gate: w.Gate, Blobs: store, BaseURL: "https://anbiao.example", Holidays: calendar.New([]day.Date{day.Of(2026, 3, 12)}, nil), Claim: files.Claim, Tree: staff.TreeOn}
	w.wire()
	w.s.Jobs(w.registry)
	w.api = webtest.New(t, func(api huma.API) {
		permit.Mount(api, w.s)
		attachment.Mount(api, files)
	})
	w.firm = w.Company(t, "330784105")
	w.workshop = w.Unit(t, w.firm, 0, "workshop", "焊接车间")
	w.welder, w.watcher = w.Placed(t, w.Actor(t, w.firm, "worker"), w.workshop), w.Actor(t, w.firm, "worker")
	w.leader, w.director = w.Placed(t, w.Actor(t, w.firm, "leader"), w.workshop), w.Placed(t, w.Actor(t, w.firm, "director"), w.workshop)
	w.safety, w.principal = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "principal")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.elsewhere = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	w.held[w.welder.StaffID], w.held[w.watcher.StaffID] = []permit.Holding{weld}, []permit.Holding{{Kind: "permit_guardian", Valid: true}}
	return w
}

func (w *world) wire() {
	w.s.Members = func(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]permit.Person, error) {
		keys := make([]staff.Key, len(ids))
		for i, n := range ids {
			keys[i] = staff.Key{CompanyID: c, StaffID: n}
		}
		found, err := staff.Contacts(ctx, tx, keys)
		out := map[id.Of[id.Staff]]permit.Person{}
		for k, x := range found {
			out[k.StaffID] = permit.Person{Name: x.Name, PersonID: x.PersonID, LeftOn: x.LeftOn}
		}
		return out, err
	}
	w.s.Cards = func(context.Context, db.Tx, rbac.CompanyID, []id.Of[id.Staff], day.Date) (map[id.Of[id.Staff]][]permit.Holding, error) {
		return maps.Clone(w.held), nil
	}
	w.s.Tell = func(_ context.Context, _ db.Tx, n []permit.Note) error { w.told = append(w.told, n...); return nil }
	w.s.Occurred = func(_ context.Context, _ db.Tx, _ rbac.Scope, o permit.Occurrence) error {
		w.occurred = append(w.occurred, o)
		return nil
	}
	w.s.Raise = func(_ context.Context, _ db.Tx, _ rbac.Scope, f permit.Finding) error {
		w.raised = append(w.raised, f)
		return nil
	}
	w.s.Due = func(_ context.Context, _ db.Tx, _ rbac.Scope, items []due.Item) error {
		w.due = append(w.due, items...)
		return nil
	}
}

// picture uploads a photo or signature as actor.
func (w *world) picture(t *testing.T, a rbac.Actor) string {
	t.Helper()
	w.shade++
	img := image.NewGray(image.Rect(0, 0, 40, 20))
	for i := range img.Pix {
		img.Pix[i] = w.shade + uint8(i%7)
	}
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, nil))
	f := webtest.File{Field: "file", Name: "现场.jpg", Content: b.Bytes()}
	return fmt.Sprint(w.api.As(a).Upload("/api/attachment/files", map[string]string{"clientId": uuid.NewString()}, f).Made(t))
}

type m = map[string]any

// with adds to or replaces in a body.
func with(base m, more m) m {
	out := maps.Clone(base)
	maps.Copy(out, more)
	return out
}

// hot is a request for hot work of level 2, of the welder, for this afternoon.
func (w *world) hot() m {
	return m{
		"clientId": uuid.NewString(), "kind": "hot_work", "level": "second", "unitId": w.workshop.String(), "place": "2号厂房东侧", "content": "管架补焊", "hazards": "火灾",
		"details": []m{{"key": "way", "value": "电焊"}}, "fromAt": "2026-03-10T12:00:00+08:00", "untilAt": "2026-03-10T18:00:00+08:00",
		"crew": []m{{"staffId": w.welder.StaffID.String()}}, "watcherId": w.watcher.StaffID.String(),
	}
}

// yes answers the items of a phase.
func yes(kind, phase string, but ...m) []m {
	out := []m{}
	for _, it := range permit.FormOf(kind).Items {
		if it.Phase == phase {
			out = append(out, m{"code": it.Code, "result": "pass"})
		}
	}
	for _, b := range but {
		for i := range out {
			if out[i]["code"] == b["code"] {
				out[i] = b
			}
		}
	}
	return out
}

func (w *world) approval(t *testing.T, a rbac.Actor) m {
	return m{"clientId": uuid.NewString(), "onSite": true, "signature": w.picture(t, a), "answers": yes("hot_work", "approve"), "longitude": 120.03, "latitude": 28.89}
}

func begin() m {
	return m{"clientId": uuid.NewString(), "watcherPresent": true, "answers": yes("hot_work", "start"), "readings": []m{{"gas": "combustible", "value": "0.1"}}}
}

func (w *world) closing(t *testing.T, a rbac.Actor) m {
	return m{
		"clientId": uuid.NewString(), "siteClear": true, "quietMinutes": 30, "answers": yes("hot_work", "close"), "signature": w.picture(t, a), "photos": []string{w.picture(t, a)},
	}
}

// run does everything the outbox holds, as the worker does.
func (w *world) run(t *testing.T) {
	t.Helper()
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	rows, err := w.Owner.Query(t.Context(), "SELECT task_id, kind, payload::text FROM job_outbox WHERE done_at IS NULL AND kind LIKE 'permit.%'")
	require.NoError(t, err)
	var todo [][3]string
	for rows.Next() {
		var r [3]string
		require.NoError(t, rows.Scan(&r[0], &r[1], &r[2]))
		todo = append(todo, r)
	}
	require.NoError(t, rows.Err())
	for _, r := range todo {
		require.NoError(t, worker.Do(t.Context(), r[0], r[1], []byte(r[2])))
	}
}

// sweep runs the job that looks at what has ended.
func (w *world) sweep(t *testing.T) {
	t.Helper()
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), "sweep-"+w.Now().String(), "permit.sweep", []byte("{}")))
}
