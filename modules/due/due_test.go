package due_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	kit "anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/due"
	"anbiao/rbac"
	"anbiao/testkit"
)

var june1 = day.Of(2026, 6, 1)

func ladder(id string) due.Ladder {
	for _, l := range due.EditionOn(june1).Ladders {
		if l.ID == id {
			return l
		}
	}
	return due.Ladder{}
}

func TestUsualSteps(t *testing.T) {
	t.Parallel()
	usual := []int{30, 7, 0}
	for _, c := range []struct {
		ahead      []int
		late       int
		step, next int
		ok         bool
	}{
		{usual, -31, 0, -30, false},
		{usual, -30, -30, -7, true},
		{usual, -8, -30, -7, true},
		{usual, -7, -7, 0, true},
		{usual, 0, 0, 1, true},
		{usual, 1, 1, 7, true},
		{usual, 6, 1, 7, true},
		{usual, 7, 7, 30, true},
		{usual, 29, 7, 30, true},
		{usual, 30, 30, 60, true},
		{usual, 95, 90, 120, true},
		{nil, 0, 0, 1, false},
		{nil, 2, 1, 7, true},
		{[]int{60}, -3, -60, 1, true},
	} {
		got := ladder("usual").On(c.ahead, june1, june1.AddDays(c.late))
		require.Equal(t, []any{c.next, c.ok}, []any{got.Next, got.Due}, "%v %d", c.ahead, c.late)
		if c.ok {
			require.Equal(t, c.step, got.Step, "%v %d", c.ahead, c.late)
			require.Equal(t, []due.Part{due.Owner, due.Safety}, got.To, "%v %d", c.ahead, c.late)
		}
	}
}

// The fix of a hazard climbs: −7, −1, 0, +1, +3, +7 days, then every Monday. June 1st 2026 is one.
func TestHazardLadder(t *testing.T) {
	t.Parallel()
	for late, want := range map[int]struct {
		step, next int
		to         string
	}{
		-8: {0, -7, ""}, -7: {-7, -1, "owner"}, -2: {-7, -1, "owner"}, -1: {-1, 0, "owner leader"}, 0: {0, 1, "owner leader"}, 1: {1, 3, "owner leader safety"},
		3: {3, 7, "owner leader director safety"}, 6: {3, 7, "owner leader director safety"}, 7: {7, 14, "owner leader director safety principal"},
		13: {7, 14, "owner leader director safety principal"}, 14: {14, 21, "owner safety principal"}, 20: {14, 21, "owner safety principal"}, 21: {21, 28, "owner safety principal"},
	} {
		got := ladder("hazard").On([]int{7, 1, 0}, june1, june1.AddDays(late))
		words := strings.Trim(fmt.Sprint(got.To), "[]")
		require.Equal(t, []any{want.step, want.next, want.to}, []any{got.Step, got.Next, words}, "%d days", late)
		for _, r := range due.EditionOn(june1).Ladders {
			require.NotEmpty(t, r.Zh+r.En, r.ID)
		}
	}
}

// walk is the module over a world, with the people of two companies.
type walk struct {
	*testkit.W
	s               *due.Service
	firm            testkit.Firm
	manager, worker rbac.Actor
	leader, boss    rbac.Actor
	broken          bool                     // the next messages are refused, as if the worker died
	gone            map[id.Of[id.Staff]]bool // who has left
	mu              sync.Mutex
	sent            []due.Message
	keys            map[string]bool
}

func setUp(t *testing.T) *walk {
	t.Helper()
	w := testkit.World(t)
	k := &walk{W: w, firm: w.Company(t, "330784105"), gone: map[id.Of[id.Staff]]bool{}, keys: map[string]bool{}}
	k.manager, k.worker = w.Actor(t, k.firm, "safety"), w.Actor(t, k.firm, "worker")
	k.leader, k.boss = w.Actor(t, k.firm, "leader"), w.Actor(t, k.firm, "principal")
	k.s = &due.Service{Gate: w.Gate, Batch: 3, Owners: k.owners, Leaders: k.leaders, Watchers: k.holders(&k.manager), Principals: k.holders(&k.boss), Remind: k.remind}
	k.on(june1)
	return k
}

func (k *walk) on(d day.Date) { k.Set(d.Midnight(day.Shanghai).Add(8 * 3600e9)) }

func (k *walk) owners(_ context.Context, _ db.Tx, keys []due.OwnerKey) (map[due.OwnerKey]id.Of[id.Person], error) {
	out := map[due.OwnerKey]id.Of[id.Person]{}
	for _, key := range keys {
		if key.StaffID == k.worker.StaffID && !k.gone[key.StaffID] {
			out[key] = k.worker.PersonID
		}
	}
	return out, nil
}

func (k *walk) holders(who *rbac.Actor) due.Watchers {
	return func(_ context.Context, _ db.Tx, firms []rbac.CompanyID) (map[rbac.CompanyID][]id.Of[id.Person], error) {
		out := map[rbac.CompanyID][]id.Of[id.Person]{}
		for _, f := range firms {
			out[f] = []id.Of[id.Person]{who.PersonID}
		}
		return out, nil
	}
}

func (k *walk) leaders(_ context.Context, _ db.Tx, keys []due.LeaderKey) (map[due.LeaderKey][]id.Of[id.Person], error) {
	out := map[due.LeaderKey][]id.Of[id.Person]{}
	for _, key := range keys {
		out[key] = []id.Of[id.Person]{k.leader.PersonID}
	}
	return out, nil
}

func (k *walk) remind(_ context.Context, _ db.Tx, list []due.Message) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.broken {
		k.broken = false
		return errors.New("killed")
	}
	for _, m := range list {
		k.keys[m.Key] = true
	}
	k.sent = append(k.sent, list...)
	return nil
}

// put keeps items as the safety manager does.
func (k *walk) put(t *testing.T, items ...kit.Item) {
	t.Helper()
	require.NoError(t, k.Gate.Write(rbac.WithActor(t.Context(), k.manager), "account.self.use", func(tx db.Tx, scope rbac.Scope) error {
		return due.Put(t.Context(), tx, scope, items)
	}))
}

// tell runs the job to its end, as a worker does.
func (k *walk) tell(t *testing.T, task string) {
	t.Helper()
	r := jobs.NewRegistry()
	k.s.Jobs(r)
	w := &jobs.Worker{System: k.System(), Registry: r, Now: k.Now}
	require.NoError(t, w.Do(t.Context(), task, due.Tell{}.Kind(), []byte("{}")))
	for {
		todo := testkit.All[string](t, k.W, "SELECT task_id FROM job_outbox WHERE done_at IS NULL AND kind = 'due.tell'")
		if len(todo) == 0 {
			return
		}
		for _, one := range todo {
			require.NoError(t, w.Do(t.Context(), one, due.Tell{}.Kind(), []byte("{}")))
		}
	}
}

// told empties the letter box and returns what a person was told, as "count overdue".
func (k *walk) told(who rbac.Actor) (out []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var rest []due.Message
	for _, m := range k.sent {
		if m.PersonID != who.PersonID {
			rest = append(rest, m)
			continue
		}
		out = append(out, m.Params["count"]+" "+m.Params["overdue"])
	}
	k.sent = rest
	return out
}

func (k *walk) item(ref int64, on day.Date) kit.Item {
	return kit.Item{Kind: "equipment.test", Ref: ref, Title: "冲床", On: on, OwnerID: k.worker.StaffID, Path: "/equipment/machines"}
}

func TestEachStepIsSaidOnceInOneMessageADay(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.put(t, k.item(1, june1.AddDays(20)), k.item(2, june1.AddDays(-3)), kit.Item{Kind: "contractor.agreement", Ref: 1, Title: "协议", On: june1})
	k.tell(t, "a")
	k.tell(t, "b")
	require.Equal(t, []string{"3 1"}, k.told(k.manager))
	require.Equal(t, []string{"2 1"}, k.told(k.worker))

	k.put(t, k.item(3, june1)) // after today's message: it waits for tomorrow's
	k.tell(t, "c")
	require.Empty(t, k.told(k.worker))
	k.on(june1.AddDays(1))
	k.tell(t, "d")
	require.Equal(t, []string{"1 1"}, k.told(k.worker))

	k.put(t, k.item(1, june1.AddDays(20)), k.item(2, june1.AddDays(40))) // one as it was, one moved
	k.told(k.manager)
	for d := 2; d <= 12; d++ {
		k.on(june1.AddDays(d))
		k.tell(t, "e"+k.Now().String())
	}
	require.Equal(t, []string{"1 1", "1 0"}, k.told(k.worker), "the third is a week late, the moved one a month ahead; the first stays silent till a week before")
	k.put(t, kit.Item{Kind: "equipment.test", Ref: 1}, kit.Item{Kind: "equipment.test", Ref: 3})
	k.gone[k.worker.StaffID] = true
	k.told(k.manager)
	for d := 13; d <= 34; d++ {
		k.on(june1.AddDays(d))
		k.tell(t, "f"+k.Now().String())
	}
	require.Empty(t, k.told(k.worker), "settled, and he has left")
	require.Equal(t, []string{"1 1", "1 0"}, k.told(k.manager), "the agreement a month late, the moved test a week ahead")
}

func TestTwoRunnersSayNothingTwice(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	for n := int64(1); n <= 12; n++ {
		k.put(t, k.item(n, june1))
	}
	var done sync.WaitGroup
	for _, task := range []string{"one", "two"} {
		done.Go(func() {
			r := jobs.NewRegistry()
			k.s.Jobs(r)
			_ = (&jobs.Worker{System: k.System(), Registry: r, Now: k.Now}).Do(t.Context(), task, due.Tell{}.Kind(), []byte("{}")) // a loser of the race is tried again below
		})
	}
	done.Wait()
	k.tell(t, "three")
	require.Equal(t, []string{"12 0"}, k.told(k.manager))
	require.Zero(t, testkit.One[int64](t, k.W, "SELECT count(*) FROM due_item WHERE step IS DISTINCT FROM 0"))
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	shop := k.Unit(t, k.firm, 0, "workshop", "冲压车间")
	team := k.Unit(t, k.firm, shop, "team", "甲班")
	leader := k.Placed(t, k.Actor(t, k.firm, "leader"), team)
	director := k.Placed(t, k.Actor(t, k.firm, "director"), shop)
	k.worker = k.Placed(t, k.worker, team)
	mine, ours, shops := k.item(1, june1.AddDays(3)), k.item(2, june1.AddDays(2)), k.item(3, june1.AddDays(-1))
	ours.OwnerID, ours.UnitID, shops.OwnerID, shops.UnitID = 0, team, 0, shop
	k.put(t, mine, ours, shops, kit.Item{Kind: "contractor.agreement", Ref: 1, Title: "协议", On: june1.AddDays(90)})
	for name, c := range map[string]struct {
		a    rbac.Actor
		f    due.Filter
		want []int64
	}{
		"the manager":           {k.manager, due.Filter{}, []int64{3, 2, 1, 1}},
		"of one kind":           {k.manager, due.Filter{Kind: "contractor.agreement"}, []int64{1}},
		"overdue":               {k.manager, due.Filter{State: "overdue"}, []int64{3}},
		"soon":                  {k.manager, due.Filter{State: "soon"}, []int64{3, 2, 1}},
		"of a unit":             {k.manager, due.Filter{UnitID: shop}, []int64{3, 2}},
		"a director":            {director, due.Filter{}, []int64{3, 2}},
		"a leader":              {leader, due.Filter{}, []int64{2}},
		"a worker":              {k.worker, due.Filter{}, []int64{1}},
		"another firm's safety": {k.Actor(t, k.Company(t, "330784105"), "safety"), due.Filter{}, nil},
	} {
		c.f.Limit = 20
		rows, _, _, err := k.s.List(rbac.WithActor(t.Context(), c.a), c.f)
		require.NoError(t, err, name)
		var got []int64
		for _, r := range rows {
			got = append(got, r.Ref)
		}
		require.Equal(t, c.want, got, name)
	}
	_, _, _, err := k.s.List(rbac.WithActor(t.Context(), k.Regulator(t, "county", "330784")), due.Filter{})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	sum, err := k.s.Sum(rbac.WithActor(t.Context(), k.manager))
	require.NoError(t, err)
	require.Equal(t, due.Summary{Overdue: 1, Week: 2, Month: 2, Kinds: db.Texts{"contractor.agreement", "equipment.test"}}, sum)

	f := due.Filter{Query: page.Query{Limit: 2}}
	rows, key, _, err := k.s.List(rbac.WithActor(t.Context(), k.manager), f)
	require.NoError(t, err)
	f.Cursor = page.Of(rows, key, 2, due.KeyOf, func(l due.Listed) int64 { return l.Ref }).Next
	rows, key, _, err = k.s.List(rbac.WithActor(t.Context(), k.manager), f)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1}, page.Of(rows, key, 2, due.KeyOf, func(l due.Listed) int64 { return l.Ref }).Items)
}

// Whoever is told on which day of two hazards and a machine; the job runs twice each day, and
// once its worker is killed in the middle.
func TestTheLadderOfAHazard(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	team := k.Unit(t, k.firm, 0, "team", "甲班")
	fix := func(ref int64, on day.Date) kit.Item {
		return kit.Item{Kind: "hazard.fix", Ref: ref, Title: "防护罩缺失", On: on, OwnerID: k.worker.StaffID, UnitID: team, Path: "/hazards/1"}
	}
	k.on(june1.AddDays(-10))
	k.put(t, fix(1, june1), fix(2, june1), k.item(3, june1))
	got := map[int]string{}
	for d := -10; d <= 22; d++ {
		k.on(june1.AddDays(d))
		if d == 1 {
			k.broken = true
			r := jobs.NewRegistry()
			k.s.Jobs(r)
			require.Error(t, (&jobs.Worker{System: k.System(), Registry: r, Now: k.Now}).Do(t.Context(), "killed", due.Tell{}.Kind(), []byte("{}")))
		}
		for range 2 {
			k.tell(t, fmt.Sprint("run", d, k.keys))
		}
		for name, who := range map[string]rbac.Actor{"1owner": k.worker, "2leader": k.leader, "3safety": k.manager, "4principal": k.boss} {
			for _, m := range k.told(who) {
				got[d] += name + " " + m + "; "
			}
		}
		got[d] = sorted(got[d])
		if got[d] == "" {
			delete(got, d)
		}
	}
	require.Equal(t, map[int]string{
		-10: "1owner 1 0; 3safety 1 0", // the machine, 30 days ahead made up for
		-7:  "1owner 3 0; 3safety 1 0",
		-1:  "1owner 2 0; 2leader 2 0",
		0:   "1owner 3 0; 2leader 2 0; 3safety 1 0",
		1:   "1owner 3 3; 2leader 2 2; 3safety 3 3",
		3:   "1owner 2 2; 2leader 2 2; 3safety 2 2",
		7:   "1owner 3 3; 2leader 2 2; 3safety 3 3; 4principal 2 2",
		14:  "1owner 2 2; 3safety 2 2; 4principal 2 2", // Mondays
		21:  "1owner 2 2; 3safety 2 2; 4principal 2 2",
	}, got)
	k.put(t, kit.Item{Kind: "hazard.fix", Ref: 1}, fix(2, june1.AddDays(40))) // one fixed, one extended
	for d := 23; d <= 32; d++ {
		k.on(june1.AddDays(d))
		k.tell(t, fmt.Sprint("later", d))
	}
	require.Empty(t, k.told(k.boss))
	require.Equal(t, []string{"1 1"}, k.told(k.worker), "the machine, a month late")
}

func sorted(s string) string {
	parts := strings.Split(strings.TrimSuffix(s, "; "), "; ")
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

// A run made up for at night waits for the morning.
func TestNobodyIsToldAtNight(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.put(t, k.item(1, june1))
	r := jobs.NewRegistry()
	k.s.Jobs(r)
	for hour, silent := range map[int]bool{7: true, 22: true, 23: true} {
		k.Set(june1.Midnight(day.Shanghai).Add(time.Duration(hour) * time.Hour))
		require.NoError(t, (&jobs.Worker{System: k.System(), Registry: r, Now: k.Now}).Do(t.Context(), fmt.Sprint("night", hour), due.Tell{}.Kind(), []byte("{}")))
		require.Equal(t, silent, len(k.told(k.manager)) == 0, hour)
	}
	at := testkit.All[time.Time](t, k.W, "SELECT run_at FROM job_outbox WHERE kind = 'due.tell' ORDER BY 1")
	require.Len(t, at, 3)
	require.Equal(t, june1.Midnight(day.Shanghai).Add(8*time.Hour).UTC(), at[0].UTC())
	require.Equal(t, june1.AddDays(1).Midnight(day.Shanghai).Add(8*time.Hour).UTC(), at[2].UTC())
}
