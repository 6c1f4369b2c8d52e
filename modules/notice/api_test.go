package notice_test

import (
	"fmt"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/modules/notice"
	"anbiao/rbac"
	"anbiao/web/webtest"
)

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	api := webtest.New(t, func(a huma.API) { notice.Mount(a, f.s) })
	ids, err := f.remind(t, rbac.Actor{}, f.note(f.b, "1"), f.note(f.b, "2"), f.note(f.b, "3"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.deliver(t, t.Context()); err != nil {
		t.Fatal(err)
	}
	mine, other := api.As(f.b), api.As(f.a)
	var list struct {
		Items []struct{ ID, Title, Body, Noun, ObjectID string }
		Next  string
	}
	mine.In("en").Get("/api/notice/notices?limit=2").OK(t, &list)
	if len(list.Items) != 2 || list.Next == "" || list.Items[0].Title != "证书 expires on 2026-08-01" || list.Items[0].ObjectID != "7" || list.Items[0].Body == "" {
		t.Errorf("%+v", list)
	}
	mine.Get("/api/notice/notices?limit=2&cursor="+list.Next).OK(t, &list)
	if len(list.Items) != 1 || list.Next != "" || list.Items[0].Title != "证书将于2026-08-01到期" {
		t.Errorf("%+v", list)
	}
	read := fmt.Sprintf("/api/notice/notices/%d/read", ids[0])
	other.Post(read, nil).Refused(t, 404, "rbac.not-found")
	api.Anonymous().Post(read, nil).Refused(t, 401, "rbac.unauthenticated")
	mine.Post(read, nil).OK(t, nil)
	mine.Get("/api/notice/notices?unread=true").OK(t, &list)
	if len(list.Items) != 2 {
		t.Errorf("unread: %+v", list)
	}
	mine.Post("/api/notice/read", map[string]string{"upTo": ids[2].String()}).OK(t, nil)
	var count struct{ Unread int }
	if mine.Get("/api/notice/unread").OK(t, &count); count.Unread != 0 {
		t.Error(count)
	}
	var mail struct{ Body, MessageID string }
	mine.Get("/api/notice/mails/1").OK(t, &mail)
	if mail.MessageID == "" || mail.Body == "" {
		t.Errorf("%+v", mail)
	}
	other.Get("/api/notice/mails/1").Refused(t, 404, "rbac.not-found")
	other.Get("/api/notice/mails?cursor=nonsense").Refused(t, 422, "page.cursor")
	other.Get("/api/notice/mails/x").Problem(t)
}
