package letter

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/kit/org"
)

// plant is a company of two workshops: 冲压 with teams led by 甲长 and by nobody, and 焊接 whose
// director's place is empty.
func plant() org.Tree {
	t := org.Tree{Units: []org.Unit{
		{ID: 1, Kind: "department", Name: "厂部", Path: "0001"},
		{ID: 2, Kind: "department", Name: "安全部", Path: "0002"},
		{ID: 3, Kind: "workshop", Name: "冲压车间", Path: "0003"},
		{ID: 4, ParentID: 3, Kind: "team", Name: "甲班", Path: "00030004"},
		{ID: 5, ParentID: 3, Kind: "team", Name: "乙班", Path: "00030005"},
		{ID: 6, Kind: "workshop", Name: "焊接车间", Path: "0006"},
		{ID: 7, ParentID: 6, Kind: "team", Name: "一班", Path: "00060007"},
		{ID: 8, Kind: "department", Name: "生产部", Path: "0008"},
		{ID: 9, Kind: "department", Name: "仓储部", Path: "0009"},
	}}
	add := func(staff int64, name string, unit int64, main bool, types ...string) {
		post := id.Of[id.Post](100 + len(t.Posts))
		t.Posts = append(t.Posts, org.Post{ID: post, UnitID: id.Of[id.Unit](unit), Name: name, Types: types})
		t.Holders = append(t.Holders, org.Holder{StaffID: id.Of[id.Staff](staff), Name: name, PostID: post, Main: main})
	}
	add(1, "总经理", 1, true, "principal")
	add(2, "安全副总", 1, true, "deputy_safety")
	add(3, "安全总监", 2, true, "safety_director")
	add(4, "安全员", 2, true, "safety_manager")
	add(5, "生产经理", 8, true, "production_head")
	add(6, "冲压主任", 3, true, "workshop_director")
	add(7, "甲长", 4, true, "stamping_operator", "team_leader")
	add(8, "甲工", 4, true, "stamping_operator")
	add(9, "乙工", 5, true, "stamping_operator")
	add(10, "一长", 7, true, "team_leader")
	add(11, "焊工", 7, true, "welder")
	add(12, "仓管", 9, true, "warehouse_keeper")
	add(8, "兼职保管", 9, false, "hazchem_keeper")
	return t
}

func TestChain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*org.Tree)
		want   map[string]string // who → with whom; "": nobody
	}{
		"as it is": {func(*org.Tree) {}, map[string]string{
			"安全副总": "总经理", "安全总监": "总经理", "生产经理": "总经理", "安全员": "安全总监", "冲压主任": "生产经理", "甲长": "冲压主任", "甲工": "甲长",
			"乙工": "冲压主任", "一长": "安全副总", "焊工": "一长", "仓管": "安全副总",
		}},
		"a named head leads":           {func(o *org.Tree) { o.Units[8].HeadID = 12; o.Units[4].HeadID = 9 }, map[string]string{"仓管": "总经理", "乙工": "冲压主任"}},
		"workshops below a department": {func(o *org.Tree) { o.Units[2].ParentID, o.Units[5].ParentID = 8, 8 }, map[string]string{"冲压主任": "生产经理", "一长": "生产经理"}},
		"a team shares the workshop's posts": {func(o *org.Tree) {
			for i := range o.Posts {
				if o.Posts[i].UnitID == 4 {
					o.Posts[i].UnitID = 3
				}
			}
			o.Holders[6].UnitID, o.Holders[7].UnitID = 4, 4
		}, map[string]string{"甲工": "甲长", "甲长": "冲压主任"}},
		"no deputy": {func(o *org.Tree) { o.Posts[1].Types = nil }, map[string]string{"一长": "总经理", "仓管": "总经理", "安全副总": "总经理"}},
		"nobody at the top": {func(o *org.Tree) { o.Posts[0].Types = []string{"general_employee"} }, map[string]string{
			"安全副总": "", "安全总监": "", "总经理": "安全副总", "冲压主任": "生产经理",
		}},
		"no types at all": {func(o *org.Tree) {
			for i := range o.Posts {
				o.Posts[i].Types = nil
			}
		}, map[string]string{"甲工": "", "总经理": ""}},
		"nobody is above himself": {func(o *org.Tree) { o.Units[3].HeadID = 7 }, map[string]string{"甲长": "冲压主任", "甲工": "甲长"}},
		"the main post decides":   {func(o *org.Tree) { o.Holders[12].Main, o.Holders[7].Main = true, false }, map[string]string{"兼职保管": "安全副总"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := plant()
			c.change(&tree)
			got, seen := map[string]string{}, map[id.Of[id.Staff]]bool{}
			for _, l := range chain(tree) {
				require.False(t, seen[l.holder.StaffID], "one letter a person")
				seen[l.holder.StaffID] = true
				got[l.holder.Name] = ""
				if l.superior != nil {
					got[l.holder.Name] = l.superior.holder.Name
				}
			}
			for who, with := range c.want {
				require.Contains(t, got, who)
				require.Equal(t, with, got[who], who)
			}
		})
	}
}
