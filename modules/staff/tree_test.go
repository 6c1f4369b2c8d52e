package staff_test

import (
	"context"
	"errors"
	"testing"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

// treeOn is the company's tree as other modules get it.
func (f *fixture) treeOn(t *testing.T, on day.Date) (tree org.Tree) {
	t.Helper()
	err := f.Gate.Read(f.safety, staff.ActionUnits, func(tx db.Tx, _ rbac.Scope) (err error) {
		tree, err = staff.TreeOn(f.safety, tx, f.firm.ID, on)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func (f *fixture) on(d day.Date) { f.Set(d.Midnight(day.Shanghai)) }

func names(t org.Tree, n id.Of[id.Unit]) string {
	s := ""
	for _, one := range t.Names(n) {
		s += "/" + one
	}
	return s
}

func TestThePastKeepsItsTree(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	start, moved := day.Of(2026, 1, 5), day.Of(2026, 3, 10)
	f.on(start)
	stamping, polishing := f.unit(t, 0, "workshop", "冲压车间"), f.unit(t, 0, "workshop", "抛光车间")
	team := f.unit(t, stamping, "team", "模具班")
	post := f.post(t, team, "模具工", "stamping_operator")
	head := f.person(t, staff.Entry{Name: "王班长", JoinedOn: day.Of(2020, 1, 1)})
	must(t, f.s.Assign(f.safety, head, staff.Placing{PostID: post, From: start}))
	must(t, f.s.LeadUnit(f.safety, team, staff.UnitHead{HeadID: head}))

	f.on(moved)
	must(t, f.s.MoveUnit(f.safety, team, staff.UnitMove{ParentID: polishing}))
	must(t, f.s.RenameUnit(f.safety, polishing, staff.UnitName{Kind: "workshop", Name: "抛光打磨车间"}))
	must(t, f.s.EditPost(f.safety, post, staff.PostName{Name: "模具调试工", Types: []staff.PostType{"crane_operator"}}))

	was, is := f.treeOn(t, moved.AddDays(-1)), f.treeOn(t, moved)
	if got := names(was, team); got != "/冲压车间/模具班" {
		t.Errorf("the day before: %s", got)
	}
	if got := names(is, team); got != "/抛光打磨车间/模具班" {
		t.Errorf("from the day on: %s", got)
	}
	if u, _ := was.Unit(team); u.HeadID != head || u.Path != "00010003" || !was.Within(team, stamping) {
		t.Errorf("%+v", u)
	}
	if u, _ := is.Unit(team); u.HeadID != head || u.Path != "00020003" || is.Within(team, stamping) {
		t.Errorf("%+v", u)
	}
	if was.Posts[0].Name != "模具工" || is.Posts[0].Name != "模具调试工" || was.Posts[0].Types[0] != "stamping_operator" {
		t.Errorf("%+v %+v", was.Posts, is.Posts)
	}
	if len(is.Holders) != 1 || is.Holders[0].UnitID != team || !is.Holders[0].Main || is.Holders[0].Name != "王班长" {
		t.Errorf("%+v", is.Holders)
	}
	if before := f.treeOn(t, start.AddDays(-1)); len(before.Units)+len(before.Posts)+len(before.Holders) != 0 {
		t.Errorf("before anything was there: %+v", before)
	}
}

func TestStartIn(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	var told []org.Post
	f.s.PostsMade = []staff.PostsMade{func(_ context.Context, _ db.Tx, _ rbac.Scope, _ rbac.Home, posts []org.Post) error {
		told = append(told, posts...)
		return nil
	}}
	start := func(all ...staff.Starter) (out []staff.Started, err error) {
		err = f.Gate.Write(f.safety, staff.ActionEdit, func(tx db.Tx, scope rbac.Scope) (err error) {
			home, err := scope.Home()
			if err == nil {
				out, err = f.s.StartIn(f.safety, tx, scope, home, all)
			}
			return err
		})
		return out, err
	}
	out, err := start(
		staff.Starter{Name: "老板", Phone: "13800000000", PostName: "负责人", Types: []staff.PostType{"principal"}},
		staff.Starter{Name: "小李", PostName: "操作工", Types: []staff.PostType{"general_employee"}},
		staff.Starter{Name: "小王", PostName: " 操作工", Types: []staff.PostType{"general_employee"}},
	)
	if err != nil || len(out) != 3 || out[1].PostID != out[2].PostID || out[0].PostID == out[1].PostID || len(told) != 2 {
		t.Fatal(out, told, err)
	}
	again, err := start(staff.Starter{Name: "小赵", PostName: "操作工"})
	if err != nil || again[0].PostID != out[1].PostID || len(told) != 2 {
		t.Error(again, told, err)
	}
	tree := f.treeOn(t, day.Of(2026, 5, 20))
	if len(tree.Units) != 1 || len(tree.Posts) != 2 || len(tree.Holders) != 4 {
		t.Errorf("%+v", tree)
	}
	if _, err := start(staff.Starter{Name: "x", PostName: "y", Types: []staff.PostType{"king"}}); !errors.Is(err, staff.ErrPostType) {
		t.Error(err)
	}
	if n := testkit.One[int64](t, f.W, "SELECT count(*) FROM staff_person WHERE name = 'x'"); n != 0 {
		t.Error("half a start was kept")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
