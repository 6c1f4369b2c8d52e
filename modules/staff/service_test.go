package staff_test

import (
	"context"
	"errors"
	"testing"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

const town = "330784105"

// sample is the published example of GB 11643: nobody's number.
const sample = "11010519491231002X"

type fixture struct {
	*testkit.W
	s      *staff.Service
	firm   testkit.Firm
	safety context.Context
	moved  []staff.Mover
}

func setUp(t *testing.T) *fixture {
	t.Helper()
	w := testkit.World(t)
	f := &fixture{W: w, firm: w.Company(t, town)}
	note := func(_ context.Context, _ db.Tx, _ rbac.Scope, m staff.Mover) error {
		f.moved = append(f.moved, m)
		return nil
	}
	f.s = &staff.Service{Gate: w.Gate, Box: seal.New(testkit.Secret), Leaving: []staff.Moved{note}, Returning: []staff.Moved{note}}
	f.safety = rbac.WithActor(t.Context(), w.Actor(t, f.firm, "safety"))
	w.Set(day.Of(2026, 5, 20).Midnight(day.Shanghai))
	return f
}

func (f *fixture) unit(t *testing.T, parent id.Of[id.Unit], kind, name string) id.Of[id.Unit] {
	t.Helper()
	u, err := f.s.AddUnit(f.safety, staff.UnitEntry{ParentID: parent, UnitName: staff.UnitName{Kind: kind, Name: name}})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (f *fixture) post(t *testing.T, unit id.Of[id.Unit], name string, types ...staff.PostType) id.Of[id.Post] {
	t.Helper()
	p, err := f.s.AddPost(f.safety, staff.PostEntry{UnitID: unit, PostName: staff.PostName{Name: name, Types: types}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (f *fixture) person(t *testing.T, e staff.Entry) id.Of[id.Staff] {
	t.Helper()
	p, err := f.s.Add(f.safety, e)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (f *fixture) names(t *testing.T, ctx context.Context, q staff.Filter) []string {
	t.Helper()
	q.Sort, q.Limit = "name", 50
	if q.Active == "" {
		q.Active = "active"
	}
	rows, k, err := f.s.List(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	return page.Of(rows, k, q.Limit, func(staff.Listed) []string { return nil }, func(r staff.Listed) string { return r.Name }).Items
}

func TestTree(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	stamping := f.unit(t, 0, "workshop", "冲压车间")
	polishing := f.unit(t, 0, "workshop", "抛光车间")
	f.unit(t, stamping, "team", "一班")
	f.unit(t, polishing, "team", "一班") // the same name elsewhere is no conflict
	f.post(t, stamping, "冲压工", "stamping_operator", "stamping_operator")
	for want, e := range map[error]staff.UnitEntry{
		staff.ErrUnitTaken:   {UnitName: staff.UnitName{Kind: "workshop", Name: " 冲压车间 "}},
		staff.ErrUnitUnknown: {ParentID: 99, UnitName: staff.UnitName{Kind: "team", Name: "x"}},
		staff.ErrName:        {UnitName: staff.UnitName{Kind: "team", Name: "  "}},
	} {
		if _, err := f.s.AddUnit(f.safety, e); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	c, err := f.s.Chart(f.safety, day.Date{})
	if err != nil || len(c.Units) != 4 || len(c.Posts) != 1 || len(c.Posts[0].Types) != 1 {
		t.Fatal(c, err)
	}
	if c.Units[0].Name != "冲压车间" || c.Units[1].Path != "00010003" || c.Units[2].Name != "抛光车间" {
		t.Errorf("not parents before children: %+v", c.Units)
	}
}

func TestPersonIsSealedAndRevealLeavesATrace(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	who := f.person(t, staff.Entry{Name: "张三", EmployeeNo: "A１", Phone: "138 0000 0000", Identity: "11010519491231002x", JoinedOn: day.Of(2020, 1, 1)})
	file, err := f.s.Open(f.safety, who)
	if err != nil || file.Identity != "110105********002X" || file.Person.EmployeeNo != "A1" || file.Person.Phone != "13800000000" {
		t.Fatalf("%+v %v", file, err)
	}
	if n := testkit.One[int64](t, f.W, `SELECT count(*) FROM staff_person p WHERE p::text LIKE '%1010519491231%'`); n != 0 {
		t.Error("the identity number can be read in the table")
	}
	if n := testkit.One[int64](t, f.W, `SELECT count(*) FROM audit_entry a WHERE a::text LIKE '%1010519491231%'`); n != 0 {
		t.Error("the identity number can be read in the trail")
	}
	number, err := f.s.Reveal(f.safety, who, staff.Reason{Reason: "办理特种作业报名"})
	if err != nil || number != sample {
		t.Fatal(number, err)
	}
	if n := testkit.One[int64](t, f.W, `SELECT count(*) FROM audit_entry WHERE action = 'staff.person.reveal' AND object_id = $1 AND fields::text LIKE '%办理特种作业报名%'`, int64(who)); n != 1 {
		t.Error("no trace of who saw it and why")
	}
	other := rbac.WithActor(t.Context(), f.Actor(t, f.Company(t, town), "safety"))
	if _, err := f.s.Reveal(other, who, staff.Reason{Reason: "curiosity"}); !errors.Is(err, rbac.ErrNotFound) {
		t.Error("another company:", err)
	}
	worker := rbac.WithActor(t.Context(), f.Actor(t, f.firm, "worker"))
	if _, err := f.s.Reveal(worker, who, staff.Reason{Reason: "curiosity"}); !errors.Is(err, rbac.ErrForbidden) {
		t.Error("a worker:", err)
	}
}

func TestEntryIsRefused(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.person(t, staff.Entry{Name: "张三", EmployeeNo: "A1", Identity: sample})
	for name, c := range map[string]struct {
		e    staff.Entry
		want error
	}{
		"employee number": {staff.Entry{Name: "李四", EmployeeNo: "A1"}, staff.ErrEmployeeNo},
		"identity taken":  {staff.Entry{Name: "李四", Identity: sample}, staff.ErrIdentityTaken},
		"identity wrong":  {staff.Entry{Name: "李四", Identity: "110105194912310021"}, code.ErrResidentCheck},
		"phone":           {staff.Entry{Name: "李四", Phone: "12"}, code.ErrPhone},
		"future":          {staff.Entry{Name: "李四", JoinedOn: day.Of(2026, 5, 21)}, staff.ErrFuture},
		"unit":            {staff.Entry{Name: "李四", UnitID: 99}, staff.ErrUnitUnknown},
	} {
		if _, err := f.s.Add(f.safety, c.e); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if n := testkit.One[int64](t, f.W, `SELECT count(*) FROM staff_person WHERE name = '李四'`); n != 0 {
		t.Errorf("%d refused people are there", n)
	}
}

func TestEditKeepsTheIdentityUnlessANewOneIsGiven(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	who := f.person(t, staff.Entry{Name: "张三", Identity: sample})
	if err := f.s.Edit(f.safety, who, staff.Entry{Name: "张三丰", Phone: "0579-87101234"}); err != nil {
		t.Fatal(err)
	}
	file, err := f.s.Open(f.safety, who)
	if err != nil || file.Identity == "" || file.Person.Name != "张三丰" || file.Person.Phone != "0579-87101234" {
		t.Fatalf("%+v %v", file, err)
	}
}

func TestPostsByDate(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	stamping, polishing := f.unit(t, 0, "workshop", "冲压车间"), f.unit(t, 0, "workshop", "抛光车间")
	operator, welder, polisher := f.post(t, stamping, "冲压工"), f.post(t, stamping, "焊工"), f.post(t, polishing, "抛光工")
	who := f.person(t, staff.Entry{Name: "张三", JoinedOn: day.Of(2026, 1, 1)})
	for i, c := range []struct {
		staff.Placing
		want error
	}{
		{staff.Placing{PostID: operator, From: day.Of(2025, 12, 31)}, staff.ErrBeforeJoining},
		{staff.Placing{PostID: operator, From: day.Of(2026, 5, 21)}, staff.ErrFuture},
		{staff.Placing{PostID: 99, From: day.Of(2026, 1, 1)}, staff.ErrPostUnknown},
		{staff.Placing{PostID: operator, From: day.Of(2026, 1, 1)}, nil}, // the first is the main one
		{staff.Placing{PostID: operator, From: day.Of(2026, 2, 1)}, staff.ErrAssigned},
		{staff.Placing{PostID: welder, From: day.Of(2026, 2, 1)}, nil},
		{staff.Placing{PostID: polisher, From: day.Of(2026, 1, 1), Main: true}, staff.ErrAssignedSince},
		{staff.Placing{PostID: polisher, From: day.Of(2026, 3, 1), Main: true}, nil},
	} {
		if err := f.s.Assign(f.safety, who, c.Placing); !errors.Is(err, c.want) {
			t.Errorf("%d: %v, want %v", i, err, c.want)
		}
	}
	file, err := f.s.Open(f.safety, who)
	if err != nil || len(file.Posts) != 3 {
		t.Fatalf("%+v %v", file.Posts, err)
	}
	if p := file.Posts; p[0].PostName != "抛光工" || !p[0].Main || !p[0].UntilOn.IsZero() || p[2].UntilOn != day.Of(2026, 2, 28) || p[1].Main {
		t.Errorf("%+v", p)
	}
	if *file.Person.UnitID != polishing {
		t.Error("the unit did not follow the main post")
	}
	if err := f.s.Release(f.safety, who, file.Posts[1].ID, day.Of(2026, 4, 30)); err != nil {
		t.Error(err)
	}
	if err := f.s.Release(f.safety, who, file.Posts[1].ID, day.Of(2026, 4, 30)); !errors.Is(err, staff.ErrAssignmentOver) {
		t.Error(err)
	}
}

func TestLeavingEndsPostsAndTells(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	unit := f.unit(t, 0, "workshop", "冲压车间")
	who := f.person(t, staff.Entry{Name: "张三", JoinedOn: day.Of(2026, 1, 1)})
	if err := f.s.Assign(f.safety, who, staff.Placing{PostID: f.post(t, unit, "冲压工"), From: day.Of(2026, 1, 1)}); err != nil {
		t.Fatal(err)
	}
	if err := f.s.Leave(f.safety, who, staff.Departure{On: day.Of(2026, 5, 21)}); !errors.Is(err, staff.ErrFuture) {
		t.Error(err)
	}
	if err := f.s.Leave(f.safety, who, staff.Departure{On: day.Of(2026, 5, 19)}); err != nil {
		t.Fatal(err)
	}
	if err := f.s.Leave(f.safety, who, staff.Departure{On: day.Of(2026, 5, 19)}); !errors.Is(err, staff.ErrLeft) {
		t.Error(err)
	}
	if len(f.moved) != 1 || f.moved[0].StaffID != who || f.moved[0].On != day.Of(2026, 5, 19) || f.moved[0].Home.CompanyID != f.firm.ID {
		t.Errorf("told %+v", f.moved)
	}
	if n := testkit.One[int64](t, f.W, `SELECT count(*) FROM staff_assignment WHERE until_on = '2026-05-19'`); n != 1 {
		t.Error("the post did not end")
	}
	if got := f.names(t, f.safety, staff.Filter{Name: "张"}); len(got) != 0 {
		t.Errorf("still among the active: %v", got)
	}
	if got := f.names(t, f.safety, staff.Filter{Active: "left"}); len(got) != 1 {
		t.Errorf("not among those who left: %v", got)
	}
	if err := f.s.Return(f.safety, who, day.Of(2026, 5, 20)); err != nil || len(f.moved) != 2 {
		t.Error(err, f.moved)
	}
}

func TestARefusedListenerKeepsThePersonHere(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	who := f.person(t, staff.Entry{Name: "张三"})
	broken := errors.New("broken")
	f.s.Leaving = append(f.s.Leaving, func(context.Context, db.Tx, rbac.Scope, staff.Mover) error { return broken })
	if err := f.s.Leave(f.safety, who, staff.Departure{On: day.Of(2026, 5, 19)}); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if n := testkit.One[int64](t, f.W, `SELECT count(*) FROM staff_person WHERE left_on IS NOT NULL`); n != 0 {
		t.Error("half of a leaving was written")
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	stamping, polishing := f.unit(t, 0, "workshop", "冲压车间"), f.unit(t, 0, "workshop", "抛光车间")
	team := f.unit(t, stamping, "team", "一班")
	f.person(t, staff.Entry{Name: "丙", UnitID: polishing})
	inTeam := f.person(t, staff.Entry{Name: "乙", UnitID: team})
	director := f.Actor(t, f.firm, "director")
	ctx := rbac.WithActor(t.Context(), director)
	if got := f.names(t, ctx, staff.Filter{}); len(got) != 0 {
		t.Errorf("a director without a unit sees %v", got)
	}
	ctx = rbac.WithActor(t.Context(), f.Placed(t, director, stamping))
	if got := f.names(t, ctx, staff.Filter{}); len(got) != 2 {
		t.Errorf("a director sees %v, want himself and 乙", got)
	}
	if _, err := f.s.Open(ctx, inTeam); err != nil {
		t.Error(err)
	}
	if got := f.names(t, f.safety, staff.Filter{UnitID: stamping}); len(got) != 2 {
		t.Errorf("the unit and below: %v", got)
	}
	other := rbac.WithActor(t.Context(), f.Actor(t, f.Company(t, town), "safety"))
	if got := f.names(t, other, staff.Filter{}); len(got) != 1 {
		t.Errorf("another company sees %v, want only its own member", got)
	}
	if _, err := f.s.Open(other, inTeam); !errors.Is(err, rbac.ErrNotFound) {
		t.Error(err)
	}
	if _, err := f.s.Open(rbac.WithActor(t.Context(), f.Regulator(t, "county", "330784")), inTeam); !errors.Is(err, rbac.ErrForbidden) {
		t.Error("a regulator:", err)
	}
}

func TestListGoesForthAndBack(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	for _, n := range []string{"甲", "乙", "丙", "丁"} {
		f.person(t, staff.Entry{Name: n, EmployeeNo: n})
	}
	read := func(cursor string) page.List[string] {
		q := staff.Filter{Sort: "employeeNo", Active: "active", Query: page.Query{Limit: 2, Cursor: cursor}}
		rows, k, err := f.s.List(f.safety, q)
		if err != nil {
			t.Fatal(err)
		}
		return page.Of(rows, k, 2, func(r staff.Listed) []string { return []string{r.EmployeeNo, r.ID.String()} }, func(r staff.Listed) string { return r.EmployeeNo })
	}
	first := read("")
	second := read(first.Next)
	third := read(second.Next)
	back := read(third.Prev)
	if len(first.Items) != 2 || len(third.Items) != 1 || third.Next != "" || back.Items[0] != second.Items[0] || back.Items[1] != second.Items[1] {
		t.Error(first, second, third, back)
	}
	if _, _, err := f.s.List(f.safety, staff.Filter{Sort: "name", Active: "all", Query: page.Query{Limit: 2, Cursor: first.Next}}); !errors.Is(err, page.ErrCursor) {
		t.Error("a cursor of another order:", err)
	}
}
