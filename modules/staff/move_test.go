package staff_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

var may20 = day.Of(2026, 5, 20)

// plant is a company of two workshops, the first with two teams.
type plant struct {
	*fixture
	stamping, polishing, teamA, teamB id.Of[id.Unit]
	post                              id.Of[id.Post] // of stamping, shared by its teams
	ann, bob, eve                     id.Of[id.Staff]
}

// setUpPlant has Ann in team A, Bob in team B, Eve in the polishing workshop.
func setUpPlant(t *testing.T) *plant {
	t.Helper()
	p := &plant{fixture: setUp(t)}
	p.on(day.Of(2026, 1, 5))
	p.stamping, p.polishing = p.unit(t, 0, "workshop", "冲压车间"), p.unit(t, 0, "workshop", "抛光车间")
	p.teamA, p.teamB = p.unit(t, p.stamping, "team", "甲班"), p.unit(t, p.stamping, "team", "乙班")
	p.post = p.fixture.post(t, p.stamping, "冲压工", "stamping_operator")
	other := p.fixture.post(t, p.polishing, "抛光工", "grinding_operator")
	join := func(name string, post id.Of[id.Post], unit id.Of[id.Unit]) id.Of[id.Staff] {
		who := p.person(t, staff.Entry{Name: name, JoinedOn: day.Of(2025, 1, 1)})
		must(t, p.s.Assign(p.safety, who, staff.Placing{PostID: post, UnitID: unit, From: day.Of(2026, 1, 5)}))
		return who
	}
	p.ann, p.bob, p.eve = join("安娜", p.post, p.teamA), join("鲍勃", p.post, p.teamB), join("夏娃", other, 0)
	p.on(may20)
	return p
}

func (p *plant) as(t *testing.T, role string, unit id.Of[id.Unit]) context.Context {
	t.Helper()
	a := p.Actor(t, p.firm, role)
	if unit != 0 {
		a = p.Placed(t, a, unit)
	}
	return rbac.WithActor(t.Context(), a)
}

func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestMovingUnits(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	wants(t, p.s.MoveUnit(p.safety, p.stamping, staff.UnitMove{ParentID: p.teamA}), staff.ErrCycle)
	wants(t, p.s.MoveUnit(p.safety, p.stamping, staff.UnitMove{ParentID: p.stamping}), staff.ErrCycle)
	wants(t, p.s.MoveUnit(p.safety, p.teamA, staff.UnitMove{ParentID: 99}), staff.ErrUnitUnknown)
	wants(t, p.s.MoveUnit(p.safety, 99, staff.UnitMove{}), rbac.ErrNotFound)
	wants(t, p.s.MoveUnit(p.safety, p.teamA, staff.UnitMove{ParentID: p.polishing, From: may20.AddDays(1)}), staff.ErrFuture)
	wants(t, p.s.MoveUnit(p.safety, p.teamA, staff.UnitMove{ParentID: p.polishing, From: day.Of(2025, 1, 1)}), staff.ErrChangedSince)
	p.unit(t, p.polishing, "team", "甲班")
	wants(t, p.s.MoveUnit(p.safety, p.teamA, staff.UnitMove{ParentID: p.polishing}), staff.ErrUnitTaken)
	deep := p.polishing
	for range 4 {
		deep = p.unit(t, deep, "team", "下级")
	}
	wants(t, p.s.MoveUnit(p.safety, p.stamping, staff.UnitMove{ParentID: deep}), staff.ErrUnitDepth) // five levels above, two of its own

	must(t, p.s.MoveUnit(p.safety, p.teamB, staff.UnitMove{ParentID: p.polishing, From: day.Of(2026, 4, 1)}))
	if got := p.treeOn(t, day.Of(2026, 3, 31)); names(got, p.teamB) != "/冲压车间/乙班" {
		t.Error(names(got, p.teamB))
	}
	if got := p.treeOn(t, day.Of(2026, 4, 1)); names(got, p.teamB) != "/抛光车间/乙班" {
		t.Error(names(got, p.teamB))
	}
	if got := p.names(t, p.as(t, "director", p.polishing), staff.Filter{}); !slices.Contains(got, "夏娃") || !slices.Contains(got, "鲍勃") {
		t.Errorf("the new workshop's director sees %v", got)
	}
	if got := p.names(t, p.as(t, "director", p.stamping), staff.Filter{}); strings.Contains(strings.Join(got, " "), "鲍勃") {
		t.Errorf("the old workshop's director sees %v", got)
	}
	if got := p.names(t, p.safety, staff.Filter{On: day.Of(2026, 3, 31), UnitID: p.stamping}); strings.Join(got, " ") != "安娜 鲍勃" {
		t.Errorf("of the old tree: %v", got)
	}
	if got := p.names(t, p.safety, staff.Filter{On: day.Of(2026, 4, 1), UnitID: p.stamping}); strings.Join(got, " ") != "安娜" {
		t.Errorf("of the new tree: %v", got)
	}
	top := testkit.One[string](t, p.W, "SELECT unit_path FROM staff_unit WHERE id = $1", int64(p.teamB))
	if top != "00020004" {
		t.Error(top)
	}
	must(t, p.s.MoveUnit(p.safety, p.stamping, staff.UnitMove{ParentID: p.polishing}))
	if got := testkit.One[string](t, p.W, "SELECT unit_path FROM staff_unit WHERE id = $1", int64(p.teamA)); got != "000200010003" {
		t.Errorf("what is below moves along: %s", got)
	}
}

func TestClosingUnitsAndPosts(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	err := p.s.CloseUnit(p.safety, p.stamping, day.Date{})
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != "staff.unit-in-use" || f.Params["units"] != "2" || f.Params["posts"] != "1" {
		t.Fatalf("%+v", err)
	}
	wants(t, p.s.EditPost(p.safety, p.post, staff.PostName{Name: "冲压工", Closed: true}), staff.ErrPostHeld)
	empty := p.unit(t, p.polishing, "team", "临时班")
	spare := p.fixture.post(t, empty, "临时工")
	p.on(may20.AddDays(10))
	must(t, p.s.CloseUnit(p.safety, empty, may20.AddDays(5)))
	wants(t, p.s.CloseUnit(p.safety, empty, day.Date{}), staff.ErrUnitClosed)
	if _, ok := p.treeOn(t, may20.AddDays(4)).Unit(empty); !ok {
		t.Error("the day before it was there")
	}
	after := p.treeOn(t, may20.AddDays(5))
	if _, ok := after.Unit(empty); ok || len(after.Posts) != 2 {
		t.Errorf("closed, with its posts: %+v", after.Posts)
	}
	_, err = p.s.AddPost(p.safety, staff.PostEntry{UnitID: empty, PostName: staff.PostName{Name: "x"}})
	wants(t, err, staff.ErrUnitUnknown)
	wants(t, p.s.Assign(p.safety, p.ann, staff.Placing{PostID: spare, From: may20}), staff.ErrPostClosed)
	p.unit(t, p.polishing, "team", "临时班") // the name is free again
}

func TestMovingAPost(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	single := p.unit(t, 0, "workshop", "装配车间")
	must(t, p.s.MovePost(p.safety, testkitPost(t, p, "抛光工"), staff.PostMove{UnitID: single}))
	if got := p.names(t, p.as(t, "director", single), staff.Filter{}); !slices.Contains(got, "夏娃") {
		t.Errorf("who is on the post goes with it: %v", got)
	}
	if was := p.treeOn(t, may20.AddDays(-1)); was.Holders[2].UnitID != p.polishing {
		t.Errorf("%+v", was.Holders)
	}
	wants(t, p.s.MovePost(p.safety, p.post, staff.PostMove{UnitID: 99}), staff.ErrUnitUnknown)
}

func testkitPost(t *testing.T, p *plant, name string) id.Of[id.Post] {
	t.Helper()
	return id.Of[id.Post](testkit.One[int64](t, p.W, "SELECT id FROM staff_post WHERE name = $1", name))
}

// TestReachOfReadsAndWrites proves what a leader and a director may touch, read and write.
func TestReachOfReadsAndWrites(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	leader, director, outside := p.as(t, "leader", p.teamA), p.as(t, "director", p.stamping), p.as(t, "director", p.polishing)
	for who, want := range map[context.Context]string{leader: "安娜", director: "安娜 鲍勃", outside: "夏娃"} {
		var seen []string
		for _, n := range p.names(t, who, staff.Filter{}) {
			if !strings.HasPrefix(n, "员工") {
				seen = append(seen, n)
			}
		}
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("lists %q, want %q", got, want)
		}
	}
	if _, err := p.s.Open(leader, p.ann); err != nil {
		t.Error(err)
	}
	for _, who := range []id.Of[id.Staff]{p.bob, p.eve} {
		_, err := p.s.Open(leader, who)
		wants(t, err, rbac.ErrNotFound)
	}
	c, err := p.s.Chart(leader, day.Date{})
	must(t, err)
	if len(c.Units) != 2 || c.Mine[p.stamping] || !c.Mine[p.teamA] || c.People[p.teamA] != 2 || c.People[p.stamping] != 0 || c.Held[p.post] != 1 {
		t.Errorf("%+v", c) // 甲班 is Ann and the leader; the workshop is a name only
	}
	from := may20
	must(t, p.s.Assign(director, p.ann, staff.Placing{PostID: p.post, UnitID: p.teamB, From: from, Main: true}))
	wants(t, p.s.Assign(director, p.eve, staff.Placing{PostID: p.post, From: from, Main: true}), rbac.ErrNotFound)
	wants(t, p.s.Assign(director, p.bob, staff.Placing{PostID: testkitPost(t, p, "抛光工"), From: from, Main: true}), staff.ErrPostUnknown)
	wants(t, p.s.Assign(director, p.bob, staff.Placing{PostID: p.post, UnitID: p.polishing, From: from, Main: true}), staff.ErrUnitUnknown)
	_, err = p.s.OpenOf(director, p.eve)
	wants(t, err, rbac.ErrNotFound)
	wants(t, p.s.Assign(director, p.bob, staff.Placing{PostID: p.post, UnitID: p.teamA, From: from, Main: true, SuccessorID: p.eve}), staff.ErrSuccessor)
	wants(t, p.s.Assign(leader, p.ann, staff.Placing{PostID: p.post, From: from}), rbac.ErrForbidden)
	wants(t, p.s.MoveUnit(director, p.teamA, staff.UnitMove{}), rbac.ErrForbidden)
	homeless := p.as(t, "director", 0)
	if got := p.names(t, homeless, staff.Filter{}); len(got) != 0 {
		t.Errorf("who has no unit sees %v", got)
	}
}

func TestLeavingHandsOver(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	open := 3
	var given []staff.Handing
	p.s.OpenWork = []staff.OpenWork{func(_ context.Context, _ db.Tx, _ rbac.Scope, _ rbac.Home, who id.Of[id.Staff]) ([]staff.Open, error) {
		if who == p.ann {
			return []staff.Open{{Noun: "task", Count: open}, {Noun: "plan", Count: 0}}, nil
		}
		return nil, nil
	}}
	p.s.HandOver = []staff.HandOver{func(_ context.Context, _ db.Tx, _ rbac.Scope, h staff.Handing) (int, error) {
		given = append(given, h)
		return open, nil
	}}
	must(t, p.s.LeadUnit(p.safety, p.teamA, staff.UnitHead{HeadID: p.ann}))
	must(t, p.s.LeadUnit(p.safety, p.stamping, staff.UnitHead{HeadID: p.bob}))
	pile, err := p.s.OpenOf(p.safety, p.ann)
	if err != nil || len(pile.Open) != 2 || pile.Open[1].Noun != "unit" || pile.SuggestedID != p.bob {
		t.Fatalf("%+v %v", pile, err)
	}
	err = p.s.Leave(p.safety, p.ann, staff.Departure{On: may20})
	f, _ := errors.AsType[*fault.Error](err)
	if f == nil || f.Code != "staff.open-work" || f.Params["work"] != "待办检查任务 3、负责的部门 1" {
		t.Fatalf("%+v", err)
	}
	for _, nobody := range []id.Of[id.Staff]{p.ann, 999} {
		wants(t, p.s.Leave(p.safety, p.ann, staff.Departure{On: may20, SuccessorID: nobody}), staff.ErrSuccessor)
	}
	must(t, p.s.Leave(p.safety, p.ann, staff.Departure{On: may20, SuccessorID: p.bob}))
	if len(given) != 1 || given[0].To != p.bob || given[0].ToName != "鲍勃" || given[0].On != may20 {
		t.Errorf("%+v", given)
	}
	tree := p.treeOn(t, may20)
	if u, _ := tree.Unit(p.teamA); u.HeadID != p.bob {
		t.Errorf("%+v", u)
	}
	if u, _ := p.treeOn(t, may20.AddDays(-1)).Unit(p.teamA); u.HeadID != 0 {
		t.Errorf("%+v", u)
	}
	must(t, p.s.Leave(p.safety, p.eve, staff.Departure{On: may20})) // nothing open: nobody needed
}
