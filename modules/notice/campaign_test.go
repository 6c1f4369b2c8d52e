package notice_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/modules/notice"
	"anbiao/testkit"
)

// Short names for what tests hand over.
type (
	ctxOf    = context.Context
	personID = id.Of[id.Person]
	officeID = id.Of[id.Organisation]
)

var errKilled = errors.New("killed")

func draft(roles ...string) map[string]any {
	return map[string]any{"title": "防汛通知", "body": "请各单位检查排水设施。", "link": "/due", "roles": roles, "channels": []string{"mail"}}
}

type campaign struct {
	State       string
	Total, Told int
	Tested      bool
	Reach       struct{ People, CostLi int }
	SampleTitle string
}

func TestAMassSend(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.s.Batch = 2
	for range 5 {
		o.Actor(t, o.firm, "worker")
	}
	admin := o.api.As(o.admin)
	admin.Post("/api/notice/campaigns", map[string]any{"title": "x", "body": "y", "link": "//evil.example", "roles": []string{"worker"}, "channels": []string{}}).Refused(t, 422, "notice.link")
	one := fmt.Sprint("/api/notice/campaigns/", admin.Post("/api/notice/campaigns", draft("worker", "safety")).Made(t))
	admin.Post(one+"/send", nil).Refused(t, 409, "notice.untested")
	admin.Post(one+"/test", nil).OK(t, nil)
	require.Equal(t, 1, o.inbox(t, o.admin))
	admin.Put(one, draft("worker")).OK(t, nil)
	admin.Post(one+"/send", nil).Refused(t, 409, "notice.untested")
	admin.Post(one+"/test", nil).OK(t, nil)
	var c campaign
	admin.Get(one).OK(t, &c)
	require.Equal(t, 6, c.Reach.People)
	require.Contains(t, c.SampleTitle, "防汛通知")
	admin.Post(one+"/send", nil).OK(t, nil)
	admin.Put(one, draft("worker")).Refused(t, 409, "notice.sent-off")

	require.NoError(t, o.do(t, notice.SendCampaign{Campaign: 1}))
	admin.Get(one).OK(t, &c)
	require.Equal(t, 2, c.Told)
	admin.Post(one+"/stop", nil).OK(t, nil)
	o.drain(t, notice.SendCampaign{}.Kind())
	admin.Get(one).OK(t, &c)
	require.Equal(t, "stopped", c.State)
	require.Equal(t, 2, c.Told)
	require.Equal(t, int64(2), testkit.One[int64](t, o.W, "SELECT count(*) FROM notice_delivery d JOIN notice n ON n.id = d.notice_id AND n.noun = 'campaign' WHERE d.state = 'cancelled'"))

	admin.Post(one+"/send", nil).OK(t, nil)
	o.drain(t, notice.SendCampaign{}.Kind())
	admin.Get(one).OK(t, &c)
	require.Equal(t, "done", c.State)
	require.Equal(t, 6, c.Told)
	require.Equal(t, int64(6), testkit.One[int64](t, o.W, "SELECT count(DISTINCT person_id) FROM notice WHERE noun = 'campaign'"), "each is told once")
	require.Equal(t, int64(6), testkit.One[int64](t, o.W, "SELECT count(*) FROM notice WHERE noun = 'campaign'"))
}

func TestARegulatorWritesWithinHisArea(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	county := o.Regulator(t, "county", "330784")
	elsewhere := o.Regulator(t, "county", "330702")
	c := o.api.As(county)
	c.Post("/api/notice/campaigns", draft("worker")).Refused(t, 422, "notice.audience")
	outside := draft("safety")
	outside["areas"] = []string{"330702"}
	c.Post("/api/notice/campaigns", outside).Refused(t, 422, "notice.audience")
	one := fmt.Sprint("/api/notice/campaigns/", c.Post("/api/notice/campaigns", draft("safety")).Made(t))
	other := o.api.As(elsewhere)
	other.Get(one).Refused(t, 404, "rbac.not-found")
	mine := fmt.Sprint("/api/notice/campaigns/", other.Post("/api/notice/campaigns", draft("safety")).Made(t))
	other.Post(mine+"/test", nil).OK(t, nil)
	other.Post(mine+"/send", nil).Refused(t, 409, "notice.nobody")
	c.Post(one+"/test", nil).OK(t, nil)
	c.Post(one+"/send", nil).OK(t, nil)
	o.drain(t, notice.SendCampaign{}.Kind())
	require.Equal(t, 1, o.inbox(t, o.a))
	require.Zero(t, o.inbox(t, o.b))
	o.api.As(o.a).Get("/api/notice/campaigns").Refused(t, 403, "rbac.forbidden")
}
