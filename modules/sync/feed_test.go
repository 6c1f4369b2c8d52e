package sync_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	stdsync "sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"anbiao/modules/sync"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// world is an API with the feed, and copies kept by it.
type world struct {
	*testkit.W
	t   *testing.T
	api *webtest.API
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), t: t}
	s := &sync.Service{Gate: w.Gate}
	w.api = webtest.New(t, func(api huma.API) { sync.Mount(api, s) })
	return w
}

type item struct {
	Kind, ID, Version, CompanyID string
	Gone                         bool
	Row                          map[string]any
}

type answer struct {
	Items       []item
	Cursor      string
	More, First bool
}

// mirror is a copy that somebody keeps: rows by kind and id.
type mirror struct {
	w      *world
	as     webtest.Client
	kinds  string
	limit  int
	cursor string
	rows   map[string]string // "kind id" → row as JSON
	pages  int
}

func (w *world) mirror(a rbac.Actor, kinds string, limit int) *mirror {
	return &mirror{w: w, as: w.api.As(a), kinds: kinds, limit: limit, rows: map[string]string{}}
}

func (m *mirror) path() string {
	return "/api/sync/changes?" + url.Values{"kinds": {m.kinds}, "cursor": {m.cursor}, "limit": {fmt.Sprint(m.limit)}}.Encode()
}

// page takes one answer over.
func (m *mirror) page(t *testing.T) answer {
	t.Helper()
	var a answer
	m.as.Get(m.path()).OK(t, &a)
	for _, it := range a.Items {
		key := it.Kind + " " + it.ID
		if it.Gone {
			delete(m.rows, key)
			continue
		}
		b, err := json.Marshal(it.Row)
		require.NoError(t, err)
		m.rows[key] = string(b)
	}
	m.cursor, m.pages = a.Cursor, m.pages+1
	return a
}

// pull reads until there is no more, and returns what came. Other tests' transactions on the same server hold the horizon back, so it
// waits first until those that run now have ended.
func (m *mirror) pull(t *testing.T) (all []item) {
	t.Helper()
	now := testkit.One[int64](t, m.w.W, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
	for !testkit.One[bool](t, m.w.W, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1 FROM pg_sleep(0.002)", now) {
		require.NoError(t, t.Context().Err())
	}
	return m.read(t)
}

// read does the same without waiting.
func (m *mirror) read(t *testing.T) (all []item) {
	t.Helper()
	for {
		a := m.page(t)
		all = append(all, a.Items...)
		if !a.More {
			return all
		}
	}
}

func (w *world) unit(t *testing.T, f testkit.Firm, name string) int64 {
	t.Helper()
	return int64(w.Unit(t, f, 0, "workshop", name))
}

func TestCopyFollowsItsSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, other := w.Company(t, "330784105"), w.Company(t, "330784105")
	safety := w.Actor(t, f, "safety")
	for n := range 7 {
		w.unit(t, f, fmt.Sprint("车间", n))
		w.unit(t, other, fmt.Sprint("别家车间", n))
	}
	m := w.mirror(safety, "", 2)
	all := m.pull(t)
	require.Len(t, all, 9, "a company, a person, seven workshops, nothing of the other company's")
	require.Equal(t, "company", all[0].Kind, "what rows refer to comes first")
	require.Greater(t, m.pages, 4)
	require.Empty(t, m.pull(t), "nothing changed")

	n := w.unit(t, f, "新车间")
	w.Exec(t, "UPDATE staff_unit SET name = '改名车间' WHERE company_id = $1 AND id = $2", int64(f.ID), n)
	w.Exec(t, "UPDATE staff_unit SET name = name || '改' WHERE company_id = $1", int64(other.ID))
	got := m.pull(t)
	require.Contains(t, m.rows[fmt.Sprint("unit ", n)], "改名车间")
	require.NotEmpty(t, got)
	w.Exec(t, "DELETE FROM staff_unit WHERE company_id = $1 AND id = $2", int64(f.ID), n)
	got = m.pull(t)
	require.Len(t, got, 1)
	require.True(t, got[0].Gone, "a deleted row is told")
	require.Nil(t, got[0].Row)
	require.NotContains(t, m.rows, fmt.Sprint("unit ", n))
}

// What each kind says can be read, and has the members that it promises.
func TestEveryKindKeepsItsPromise(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	safety := w.Actor(t, w.Company(t, "330784105"), "safety")
	var told struct {
		Items []struct {
			Kind   string
			Fields []struct{ Name, Type string }
		}
	}
	w.api.As(safety).Get("/api/sync/kinds").OK(t, &told)
	require.Len(t, told.Items, len(sync.Kinds()))
	for _, k := range told.Items {
		w.mirror(safety, k.Kind, 10).pull(t)
	}
	m := w.mirror(safety, "person,company", 10)
	for _, it := range m.pull(t) {
		for _, k := range told.Items {
			if k.Kind != it.Kind {
				continue
			}
			require.Len(t, it.Row, len(k.Fields))
			for _, f := range k.Fields {
				require.Contains(t, it.Row, f.Name)
			}
		}
		require.NotContains(t, it.Row, "phone")
	}
	town := w.Regulator(t, "town", "330784105")
	w.api.As(town).Get("/api/sync/changes?kinds=person").Refused(t, 422, "sync.kind")
	w.api.As(town).Get("/api/sync/changes?kinds=nothing").Refused(t, 422, "sync.kind")
	require.NotContains(t, w.mirror(town, "", 10).rows, "person")
	w.api.As(w.Actor(t, w.Company(t, "330784105"), "worker")).Get("/api/sync/changes").Refused(t, 403, "rbac.forbidden")
}

// A transaction that began early and ends late is not passed over, although its keys are older than what was told before.
func TestWhoCommitsLateIsNotPassedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.Company(t, "330784105")
	m := w.mirror(w.Actor(t, f, "safety"), "unit", 50)
	m.pull(t)
	insert := `INSERT INTO staff_unit (company_id, region_path, oversight_line, kind, name, number, unit_path) VALUES ($1, '330784105', 0, 'team', $2, $3, $4)`
	late, err := w.Owner.Begin(t.Context())
	require.NoError(t, err)
	_, err = late.Exec(t.Context(), insert, int64(f.ID), "先写后提交", 1, "0001")
	require.NoError(t, err)
	w.Exec(t, insert, int64(f.ID), "后写先提交", 2, "0002")
	require.Empty(t, m.read(t), "held back until the earlier transaction has ended")
	require.NoError(t, late.Commit(t.Context()))
	require.Len(t, m.pull(t), 2)
	log := testkit.All[int64](t, w.W, "SELECT object_id FROM sync_change WHERE kind = 'unit' ORDER BY id")
	early, later := log[0], log[1]
	require.Less(t, early, later, "a cursor over the log's own ids would have passed over the first")
	gone, err := w.Owner.Begin(t.Context())
	require.NoError(t, err)
	_, err = gone.Exec(t.Context(), insert, int64(f.ID), "回滚", 3, "0003")
	require.NoError(t, err)
	require.NoError(t, gone.Rollback(t.Context()))
	require.Empty(t, m.pull(t))
}

// Writers whose transactions overlap at random, and readers that never rest: in the end every copy is the table.
func TestNothingIsLostUnderConcurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.Company(t, "330784105")
	safety, county := w.Actor(t, f, "safety"), w.Regulator(t, "county", "330784")
	const writers, each = 8, 40
	var writing, reading stdsync.WaitGroup
	stop := make(chan struct{})
	mirrors := []*mirror{w.mirror(safety, "point", 3), w.mirror(safety, "point", 200), w.mirror(county, "point", 5)}
	for _, m := range mirrors {
		reading.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					m.page(t)
				}
			}
		})
	}
	for n := range writers {
		writing.Go(func() { w.scribble(t, f, n, each) })
	}
	writing.Wait()
	close(stop)
	reading.Wait()
	want := testkit.All[string](t, w.W, "SELECT 'point ' || id || ' ' || name FROM checklist_point ORDER BY 1")
	require.Greater(t, len(want), writers*each/3)
	for i, m := range mirrors {
		m.pull(t)
		var have []string
		for key, row := range m.rows {
			var r struct{ Name string }
			require.NoError(t, json.Unmarshal([]byte(row), &r))
			have = append(have, key+" "+r.Name)
		}
		slices.Sort(have)
		require.Equal(t, want, have, "mirror %d after %d pages", i, m.pages)
	}
}

// scribble makes, renames and deletes points in transactions of random length, some of which are rolled back.
func (w *world) scribble(t *testing.T, f testkit.Firm, writer, times int) {
	r := rand.New(rand.NewPCG(7, uint64(writer)))
	for i := range times {
		err := pgx.BeginFunc(t.Context(), w.Owner, func(tx pgx.Tx) error {
			for range 1 + r.IntN(3) {
				var err error
				switch r.IntN(5) {
				case 0:
					_, err = tx.Exec(t.Context(), `DELETE FROM checklist_point WHERE id = (SELECT id FROM checklist_point WHERE number % $1 = $2 ORDER BY random() LIMIT 1)`, 8, writer)
				case 1, 2:
					_, err = tx.Exec(t.Context(), `UPDATE checklist_point SET name = name || 'x' WHERE id = (SELECT id FROM checklist_point WHERE number % $1 = $2 ORDER BY random() LIMIT 1)`, 8, writer)
				default:
					_, err = tx.Exec(t.Context(), `INSERT INTO checklist_point (company_id, region_path, oversight_line, public_id, number, name, place, modules, items, created_at, updated_at)
						VALUES ($1, '330784105', 0, gen_random_uuid(), (SELECT coalesce(max(number), 0) + 8 FROM checklist_point WHERE number % 8 = $2) / 8 * 8 + $2, '点', '', '{}', '{}', now(), now())`, int64(f.ID), writer)
				}
				if err != nil {
					return err
				}
				if _, err := tx.Exec(t.Context(), "SELECT pg_sleep($1::float8 / 1000)", r.IntN(4)); err != nil {
					return err
				}
			}
			if r.IntN(10) == 0 {
				return errRolledBack
			}
			return nil
		})
		if err != nil && !errors.Is(err, errRolledBack) {
			t.Errorf("writer %d, %d: %v", writer, i, err)
		}
	}
}

var errRolledBack = fmt.Errorf("rolled back on purpose")
