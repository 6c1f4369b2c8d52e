package staff_test

import (
	"fmt"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/modules/staff"
	"anbiao/web/webtest"
)

func TestTreeOverTheWire(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	api := webtest.New(t, func(a huma.API) { staff.Mount(a, f.s) })
	safety := api.As(f.Actor(t, f.firm, "safety"))
	unit := func(name, kind string, parent int64) int64 {
		body := object{"kind": kind, "name": name}
		if parent != 0 {
			body["parentId"] = fmt.Sprint(parent)
		}
		return safety.Post("/api/staff/units", body).Made(t)
	}
	first, second := unit("一车间", "workshop", 0), unit("二车间", "workshop", 0)
	team := unit("甲班", "team", first)
	post := safety.Post("/api/staff/posts", object{"unitId": fmt.Sprint(first), "name": "钳工", "types": []string{}}).Made(t)
	person := func(name string) int64 {
		n := safety.Post("/api/staff/people", object{"name": name, "joinedOn": "2025-01-01"}).Made(t)
		safety.Post(fmt.Sprintf("/api/staff/people/%d/assignments", n), object{"postId": fmt.Sprint(post), "unitId": fmt.Sprint(team), "from": "2026-05-01", "main": true}).OK(t, nil)
		return n
	}
	ann, bob := person("安娜"), person("鲍勃")
	at := func(kind string, n int64, verb string) string {
		return fmt.Sprintf("/api/staff/%s/%d/%s", kind, n, verb)
	}

	safety.Post(at("units", team, "head"), object{"headId": fmt.Sprint(ann)}).OK(t, nil)
	safety.Key("m").Post(at("units", team, "move"), object{"parentId": fmt.Sprint(second)}).OK(t, nil)
	safety.Key("m").Post(at("units", team, "move"), object{"parentId": fmt.Sprint(second)}).OK(t, nil)
	safety.Post(at("units", second, "move"), object{"parentId": fmt.Sprint(team)}).Refused(t, 422, "staff.unit-cycle")
	safety.Post(at("units", 999, "move"), object{}).Refused(t, 404, "rbac.not-found")
	safety.Post(at("units", team, "move"), object{"parentId": "999"}).Refused(t, 422, "staff.unit-unknown")
	safety.Post(at("units", team, "move"), object{"from": "2030-01-01"}).Refused(t, 422, "staff.future")
	safety.Post(at("units", team, "head"), object{"headId": "999"}).Refused(t, 422, "staff.head")
	safety.Post(at("units", second, "close"), object{}).Refused(t, 409, "staff.unit-in-use")
	safety.Get("/api/staff/units?on=2030-01-01").Refused(t, 422, "staff.future")
	safety.Post(at("people", bob, "assignments"), object{"postId": fmt.Sprint(post), "unitId": fmt.Sprint(second), "from": "2026-05-19", "main": true}).Refused(t, 422, "staff.team")

	var open struct {
		Items                      []struct{ Noun, Name string }
		SuggestedID, SuggestedName string
	}
	safety.Get(at("people", ann, "open")).OK(t, &open)
	if len(open.Items) != 1 || open.Items[0].Name != "负责的部门" || open.SuggestedID != "" {
		t.Errorf("%+v", open)
	}
	safety.Get(at("people", bob, "open")).OK(t, &open)
	if len(open.Items) != 0 || open.SuggestedName != "安娜" {
		t.Errorf("%+v", open)
	}
	safety.Post(at("people", ann, "leave"), object{"on": "2026-05-20"}).Refused(t, 409, "staff.open-work")
	safety.Post(at("people", ann, "leave"), object{"on": "2026-05-20", "successorId": fmt.Sprint(ann)}).Refused(t, 422, "staff.successor")
	safety.Post(at("people", ann, "leave"), object{"on": "2026-05-20", "successorId": fmt.Sprint(bob)}).OK(t, nil)
	var tree struct {
		Units []struct {
			Name, HeadName, ParentID string
			People                   int
			Mine                     bool
		}
	}
	safety.Get("/api/staff/units").OK(t, &tree)
	if u := tree.Units[2]; u.Name != "甲班" || u.HeadName != "鲍勃" || u.ParentID != fmt.Sprint(second) || u.People != 2 || !u.Mine { // her last day is today
		t.Errorf("%+v", tree.Units)
	}
	for _, role := range []string{"leader", "worker", "finance"} {
		api.As(f.Actor(t, f.firm, role)).Post(at("units", team, "move"), object{}).Refused(t, 403, "rbac.forbidden")
	}
	safety.Post(at("posts", post, "move"), object{"unitId": fmt.Sprint(second)}).OK(t, nil)
	safety.Post(at("posts", post, "move"), object{"unitId": "999"}).Refused(t, 422, "staff.unit-unknown")
}
