package staff_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestRosterMakesTheTree(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var told []org.Post
	o.s.PostsMade = []staff.PostsMade{func(_ context.Context, _ db.Tx, _ rbac.Scope, _ rbac.Home, posts []org.Post) error {
		told = append(told, posts...)
		return nil
	}}
	file := sheetOf(t,
		[]string{"冲压车间", "", "车间主任", "车间主任", "王主任", "A001", "13800000001", sample, "2020-01-05", "是"},
		[]string{"冲压车间", "甲班", "冲压工", "冲压工、班组长", "张三", "A002", "13800000002", "", "2021-03-01", "是"},
		[]string{"冲压车间", "乙班", "冲压工", "冲压工", "张三", "A003", "", "", "", ""},
		[]string{"制造部/喷涂车间", "", "喷漆工", "spray_painter", "李四", "", "13800000004", "", "", ""},
		[]string{"综合管理部", "", "电工", "", "", "", "", "", "", ""},
	)
	tr := o.save(t, file)
	if tr.Status != transfer.Done || tr.Fresh != 5 || tr.Failed != 0 {
		t.Fatalf("%+v", tr)
	}
	tree := o.treeOn(t, may20)
	var units []string
	for _, u := range tree.Units {
		units = append(units, u.Kind+names(tree, u.ID))
	}
	if got := strings.Join(units, " "); got != "workshop/冲压车间 team/冲压车间/甲班 team/冲压车间/乙班 department/制造部 workshop/制造部/喷涂车间 department/综合管理部" &&
		got != "workshop/冲压车间 department/制造部 department/综合管理部 team/冲压车间/甲班 team/冲压车间/乙班 workshop/制造部/喷涂车间" {
		t.Error(got)
	}
	if len(tree.Posts) != 5 || len(told) != 5 || len(tree.Holders) != 4 {
		t.Errorf("%d posts, %d told, %d holders", len(tree.Posts), len(told), len(tree.Holders))
	}
	heads := 0
	for _, u := range tree.Units {
		if u.HeadID != 0 {
			heads++
		}
	}
	electrician := slices.IndexFunc(tree.Posts, func(p org.Post) bool { return p.Name == "电工" })
	if heads != 2 || tree.Posts[electrician].Types[0] != "electrician" {
		t.Errorf("%d heads, %+v", heads, tree.Posts[electrician])
	}
	if n := testkit.One[int64](t, o.W, `SELECT count(*) FROM staff_person p WHERE p::text LIKE '%1010519491231%'`) +
		testkit.One[int64](t, o.W, `SELECT count(*) FROM transfer_row r WHERE r::text LIKE '%1010519491231%'`); n != 0 {
		t.Error("an identity number lies open")
	}
	who := id.Of[id.Staff](testkit.One[int64](t, o.W, "SELECT id FROM staff_person WHERE employee_no = 'A001'"))
	if number, err := o.s.Reveal(o.safety, who, staff.Reason{Reason: "核对入职材料"}); err != nil || number != sample {
		t.Error(number, err)
	}
	again := o.save(t, file)
	if again.Unchanged != 5 || again.Fresh+again.Changed+again.Failed != 0 {
		t.Errorf("importing again changes nothing: %+v", again)
	}
}

func TestRosterUpdatesByKey(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.on(day.Of(2026, 3, 1))
	o.save(t, sheetOf(t,
		[]string{"冲压车间", "甲班", "冲压工", "", "张三", "A001", "13800000001", "", "2021-03-01", "是"},
		[]string{"冲压车间", "甲班", "冲压工", "", "李四", "", "13800000002", sample, "2021-03-01", ""},
		[]string{"冲压车间", "甲班", "冲压工", "", "王五", "", "13800000003", "", "", ""},
		[]string{"冲压车间", "乙班", "冲压工", "", "王五", "", "13800000004", "", "", ""},
	))
	o.on(may20)
	tr := o.check(t, sheetOf(t,
		[]string{"冲压车间", "乙班", "", "", "张三丰", "a001", "", "", "", ""},          // renamed, keeps his post, other team
		[]string{"抛光车间", "", "抛光工", "", "李四", "B002", "", sample, "", "是"},     // by identity number: another post, a number
		[]string{"冲压车间", "甲班", "冲压工", "", "王五", "", "13800000003", "", "", ""}, // by name and phone: the same
		[]string{"冲压车间", "甲班", "冲压工", "", "王五", "", "", "", "", ""},            // whose?
		[]string{"冲压车间", "甲班", "冲压工", "", "赵六", "A001", "", "", "", ""},        // A001 again
		[]string{"冲压车间", "甲班", "冲压工", "国王", "孙七", "", "123", "11010519491231002X1", "2031-01-01", "是"},
		[]string{"", "甲班", "冲压工", "", "周八", "", "", "", "", ""},
		[]string{"冲压车间", "甲班", "冲压工", "", "吴九", "", "", "110105********002X", "", ""},
	))
	if tr.Changed != 2 || tr.Unchanged != 1 || tr.Failed != 5 {
		t.Errorf("%+v", tr)
	}
	bad, err := o.in.Rows(o.safety, tr.ID, "failed", page.Query{Limit: 20})
	must(t, err)
	var codes []string
	for _, r := range bad.Items {
		for _, f := range r.Faults {
			codes = append(codes, fmt.Sprintf("%s %s", f.Cell, f.Code))
			if f.Message == "" || strings.Contains(f.Message, "{") {
				t.Errorf("%+v", f)
			}
		}
		if s := r.Cells["identity"]; s == "11010519491231002X1" {
			t.Error("a number that is wrong lies open")
		}
	}
	want := "E5 staff.roster-ambiguous, transfer.duplicate,D7 staff.post-type-unknown,G7 code.phone,H7 code.resident-length,I7 staff.future,A8 staff.roster-unit,E9 staff.roster-masked"
	if got := strings.Join(codes, ","); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	must(t, o.in.Commit(o.safety, tr.ID))
	o.drain(t)
	was, is := o.treeOn(t, may20.AddDays(-1)), o.treeOn(t, may20)
	where := func(tree org.Tree, name string) string {
		i := slices.IndexFunc(tree.Holders, func(h org.Holder) bool { return h.Name == name && h.Main })
		if i < 0 {
			return ""
		}
		return names(tree, tree.Holders[i].UnitID)
	}
	if where(was, "张三丰") != "/冲压车间/甲班" || where(is, "张三丰") != "/冲压车间/乙班" || where(is, "李四") != "/抛光车间" {
		t.Error(where(was, "张三丰"), where(is, "张三丰"), where(is, "李四"))
	}
	if len(is.Holders) != 4 {
		t.Errorf("%+v", is.Holders)
	}
}

func TestRosterRoundTrip(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.save(t, sheetOf(t,
		[]string{"制造部/冲压车间", "甲班", "冲压工", "冲压工", "张三", "a01", "13800000001", sample, "2021-03-01", "是"},
		[]string{"制造部/冲压车间", "", "车间主任", "", "王五", "", "0574-87364008", "", "", "是"},
		[]string{"1／2号楼", "", "", "", "李四", "", "", "", "", ""},
	))
	odd := o.unit(t, 0, "team", "A/B 班")
	o.post(t, odd, "=1+1", "welder", "team_leader")
	for _, kind := range []string{"staff-tree", "staff-people"} {
		file := o.export(t, o.safety, kind, transfer.Filters{})
		tr := o.save(t, file)
		if tr.Status != transfer.Done || tr.Fresh+tr.Changed+tr.Failed != 0 || tr.Unchanged == 0 {
			rows, _ := o.in.Rows(o.safety, tr.ID, "failed", page.Query{Limit: 20})
			t.Errorf("%s: %+v\n%v\n%+v", kind, tr, cells(t, file), rows.Items)
		}
	}
	tree := o.export(t, o.safety, "staff-tree", transfer.Filters{})
	other := o.Company(t, town)
	o.firm, o.safety = other, rbac.WithActor(t.Context(), o.Actor(t, other, "safety"))
	tr := o.save(t, tree)
	if tr.Failed != 1 { // the masked identity number says nothing about somebody new
		t.Errorf("%+v", tr)
	}
}

func TestExportKeepsToTheReach(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.save(t, sheetOf(t,
		[]string{"冲压车间", "甲班", "冲压工", "", "张三", "A001", "", sample, "", ""},
		[]string{"冲压车间", "乙班", "冲压工", "", "李四", "A002", "", "", "", ""},
		[]string{"抛光车间", "", "抛光工", "", "王五", "A003", "", "", "", ""},
	))
	team := id.Of[id.Unit](testkit.One[int64](t, o.W, "SELECT id FROM staff_unit WHERE name = '甲班'"))
	leader := o.Placed(t, o.Actor(t, o.firm, "leader"), team)
	o.others = map[id.Of[id.Membership]]rbac.Actor{leader.MembershipID: leader}
	ctx := rbac.WithActor(t.Context(), leader)
	for _, kind := range []string{"staff-people", "staff-tree"} {
		text := fmt.Sprint(cells(t, o.export(t, ctx, kind, transfer.Filters{})))
		if !strings.Contains(text, "张三") || strings.Contains(text, "李四") || strings.Contains(text, "抛光") || strings.Contains(text, sample) {
			t.Errorf("%s: %s", kind, text)
		}
	}
	if _, err := o.in.Upload(ctx, "staff-roster", "x.xlsx", strings.NewReader("x")); err == nil {
		t.Error("a leader imports")
	}
	wrong := transfer.Filters{"colour": {"red"}}
	if _, err := o.in.Export(ctx, "staff-tree", wrong, nil); err == nil {
		t.Error("an unknown filter is taken")
	}
}

// TestRosterKilled stops a save between its batches and inside one: nobody is lost or doubled.
func TestRosterKilled(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	file := thousands(t, 4500)
	tr := o.check(t, file)
	must(t, o.in.Commit(o.safety, tr.ID))
	calls := 0
	save := o.in.Importers[0].Save
	o.in.Importers[0].Save = func(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
		said, err := save(ctx, tx, a, rows)
		if calls++; calls == 2 {
			return nil, context.Canceled // killed with all of the batch written, before it commits
		}
		return said, err
	}
	wants(t, o.work(t), context.Canceled)
	if n := testkit.One[int64](t, o.W, "SELECT count(*) FROM staff_person WHERE employee_no <> ''"); n != 2000 {
		t.Errorf("%d of the first batch", n)
	}
	o.drain(t)
	tr = o.read(t, tr.ID)
	if n := testkit.One[int64](t, o.W, "SELECT count(*) FROM staff_person WHERE employee_no <> ''"); n != 4500 || tr.Status != transfer.Done || tr.Fresh != 4500 {
		t.Errorf("%d people, %+v", n, tr)
	}
}

// thousands is a list of n people in 40 workshops of 10 teams each.
func thousands(t *testing.T, n int) []byte {
	t.Helper()
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{
			fmt.Sprintf("第%d车间", i%40+1), fmt.Sprintf("%d班", i%400/40+1), "操作工", "一般岗位员工", fmt.Sprintf("员工%d", i), fmt.Sprintf("E%06d", i),
			fmt.Sprintf("138%08d", i), string(code.MakeResident("330784", day.Of(1970, 1, 1).AddDays(i), 0)), "2024-03-01", "",
		}
	}
	return sheetOf(t, rows...)
}

// TestRosterOf20000 holds the growth of memory against the bound that was promised.
func TestRosterOf20000(t *testing.T) { //nolint:paralleltest // measures the heap of the process
	if testing.Short() {
		t.Log("short: with a tenth of the people")
	}
	o := openOffice(t)
	n := 20_000
	if testing.Short() {
		n = 2000
	}
	file := thousands(t, n)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), now.HeapInuse))
			}
		}
	}()
	began := time.Now()
	tr := o.save(t, file)
	close(done)
	grown := int64(most.Load()) - int64(before.HeapInuse)
	t.Logf("%d people read, checked and saved in %s; the heap grew by %d MB", n, time.Since(began).Round(time.Millisecond), grown>>20)
	if tr.Status != transfer.Done || tr.Fresh != n || tr.Done != n || tr.Failed != 0 {
		t.Errorf("%+v", tr)
	}
	if grown > 200<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}
