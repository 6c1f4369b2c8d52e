package staff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/modules/staff"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

type object = map[string]any

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	api := webtest.New(t, func(a huma.API) { staff.Mount(a, f.s) })
	safety := api.As(f.Actor(t, f.firm, "safety"))
	unit := safety.Post("/api/staff/units", object{"kind": "workshop", "name": "抛光车间"}).Made(t)
	post := safety.Post("/api/staff/posts", object{"unitId": fmt.Sprint(unit), "name": "抛光工", "types": []string{"grinding_operator"}}).Made(t)
	made := safety.Key("once").Post("/api/staff/people", object{"name": "张三", "identity": sample, "joinedOn": "2025-01-01"}).Made(t)
	if again := safety.Key("once").Post("/api/staff/people", object{"name": "张三", "identity": sample, "joinedOn": "2025-01-01"}).Made(t); again != made {
		t.Errorf("the same request made %d and %d", made, again)
	}
	person := fmt.Sprintf("/api/staff/people/%d", made)
	safety.Post(person+"/assignments", object{"postId": fmt.Sprint(post), "from": "2025-01-01", "main": true}).OK(t, nil)
	var file struct {
		Identity string
		Posts    []struct{ ID, PostName, UnitName, FromOn, UntilOn string }
	}
	safety.Get(person).OK(t, &file)
	if file.Identity != "110105********002X" || len(file.Posts) != 1 || file.Posts[0].UnitName != "抛光车间" {
		t.Errorf("%+v", file)
	}
	var tree struct {
		Units []struct {
			Posts []struct{ Types []struct{ Code, Name string } }
		}
	}
	safety.In("en").Get("/api/staff/units").OK(t, &tree)
	if got := tree.Units[0].Posts[0].Types[0].Name; got != "Grinding / polishing operator (dust)" {
		t.Error(got)
	}
	var seen struct{ Identity string }
	safety.Post(person+"/reveal", object{"reason": "办理报名手续"}).OK(t, &seen)
	if seen.Identity != sample {
		t.Error(seen)
	}
	safety.Post(person+"/assignments/"+file.Posts[0].ID+"/end", object{"on": "2026-05-18"}).OK(t, nil)
	safety.Get(person).OK(t, &file)
	if file.Posts[0].UntilOn != "2026-05-18" {
		t.Errorf("%+v", file.Posts)
	}
	safety.Post(person+"/leave", object{"on": "2026-05-19"}).OK(t, nil)
	var list struct {
		Items []struct{ Name, LeftOn string }
	}
	safety.Get("/api/staff/people?active=left").OK(t, &list)
	if len(list.Items) != 1 || list.Items[0].LeftOn != "2026-05-19" {
		t.Errorf("%+v", list)
	}
}

func TestRefusedOverTheWire(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	api := webtest.New(t, func(a huma.API) { staff.Mount(a, f.s) })
	safety, worker := api.As(f.Actor(t, f.firm, "safety")), api.As(f.Actor(t, f.firm, "worker"))
	other, county := api.As(f.Actor(t, f.Company(t, town), "safety")), api.As(f.Regulator(t, "county", "330784"))
	made := safety.Post("/api/staff/people", object{"name": "张三"}).Made(t)
	person := fmt.Sprintf("/api/staff/people/%d", made)
	other.Get(person).Refused(t, 404, "rbac.not-found")
	other.Put(person, object{"name": "李四"}).Refused(t, 404, "rbac.not-found")
	other.Post(person+"/leave", object{"on": "2026-05-19"}).Refused(t, 404, "rbac.not-found")
	county.Get("/api/staff/people").Refused(t, 403, "rbac.forbidden")
	worker.Get("/api/staff/people").Refused(t, 403, "rbac.forbidden")
	api.Anonymous().Get(person).Refused(t, 401, "rbac.unauthenticated")
	safety.Post(person+"/reveal", object{"reason": "没有登记"}).Refused(t, 404, "staff.no-identity")
	safety.Post(person+"/reveal", object{}).Refused(t, 422, "http.unprocessable-entity")
	safety.Post("/api/staff/people", object{"name": "李四", "identity": "110105194912310021"}).Refused(t, 422, "code.resident-check")
	for name, body := range map[string]any{
		"no name": object{}, "long": object{"name": strings.Repeat("长", 51)}, "type": object{"name": 7}, "more": object{"name": "x", "companyId": "1"},
		"day": object{"name": "x", "joinedOn": "2026-02-31"}, "unit": object{"name": "x", "unitId": "abc"}, "huge unit": object{"name": "x", "unitId": "99999999999999999999"},
	} {
		if p := safety.Post("/api/staff/people", body).Problem(t); p.Status < 400 || p.Status > 499 {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
	safety.Post("/api/staff/posts", object{"unitId": "1", "name": "x", "types": []string{"pilot"}}).Refused(t, 422, "http.unprocessable-entity")
	if n := testkit.One[int64](t, f.W, "SELECT count(*) FROM staff_person WHERE name IN ('李四', 'x')"); n != 0 {
		t.Errorf("%d refused people are there", n)
	}
}
