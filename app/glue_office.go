package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	kit "anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/live"
	"anbiao/kit/push"
	"anbiao/migrations"
	"anbiao/modules/account"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/notice"
	"anbiao/rbac"
)

// glueOffice gives the message office what it needs of others.
func (h *house) glueOffice() {
	h.notice.Live = &live.Wire{}
	h.notice.Admins, h.notice.Tasks = admins, contactTasks
	h.notice.Mornings = []notice.Morning{{Name: "certificate.scan", Hour: 6}, {Name: "due.tell", Hour: 8}}
	if u := string(h.ground.cfg.AlarmURL); u != "" {
		h.notice.Call = caller(u)
	}
}

func admins(ctx context.Context, tx db.Tx) (map[id.Of[id.Person]]id.Of[id.Organisation], error) {
	found, err := account.Operators(ctx, tx)
	out := map[id.Of[id.Person]]id.Of[id.Organisation]{}
	for _, o := range found {
		out[o.PersonID] = o.OrganisationID
	}
	return out, err
}

// contactTasks keeps addresses to be put right among what falls due: within a week.
func contactTasks(ctx context.Context, tx db.Tx, list []notice.Task) error {
	firms := make([]rbac.CompanyID, len(list))
	for i, t := range list {
		firms[i] = t.CompanyID
	}
	homes, err := company.Homes(ctx, tx, firms)
	if err != nil {
		return err
	}
	on := day.In(tx.Now, day.Shanghai).AddDays(7)
	for _, t := range list {
		item := kit.Item{Kind: "notice.contact", Ref: t.Fix, Path: "/message-office/contacts", Before: []int{7, 0}}
		if !t.Closed {
			item.On, item.Title = on, fmt.Sprintf("更正%s的%s", t.Name, map[notice.Channel]string{notice.Mail: "邮箱", notice.SMS: "手机号", notice.WeChat: "微信"}[t.Channel])
		}
		if err := due.PutAt(ctx, tx, homes[t.CompanyID], []kit.Item{item}); err != nil {
			return err
		}
	}
	return nil
}

// robots are the group robots an alarm may go to, by the host of their address.
var robots = map[string]func() push.Robot{"qyapi.weixin.qq.com": push.WeCom, "oapi.dingtalk.com": push.DingTalk, "open.feishu.cn": push.Feishu}

// caller raises alarms at the address of a group robot or of a server of one's own; the
// password part of the address, if any, is what the call is signed with.
func caller(address string) notice.Call {
	return func(ctx context.Context, title, body string) error {
		u, err := url.Parse(address)
		if err != nil {
			return errors.New("ALARM_URL is malformed") // the error would quote it
		}
		key, signed := u.User.Password()
		u.User = nil
		m := push.Message{ID: "alarm-" + strconv.FormatInt(time.Now().Unix(), 10), To: u.String(), Secret: key, Title: title, Text: body, At: time.Now(), Event: "alarm", Noun: "alarm"}
		if robot, ok := robots[u.Hostname()]; ok {
			_, err := robot().Send(ctx, m)
			return err
		}
		if !signed {
			m.Secret = ""
		}
		_, err = push.NewWebhook(true).Send(ctx, m)
		return err
	}
}

// ringing is the channel on which the database says whose open pages may have news.
const ringing = "anbiao_live"

// ring holds open pages until ctx ends, and rings them.
func (h *house) ring(ctx context.Context) {
	wire := h.notice.Live
	wire.Open(ctx)
	go db.Listen(ctx, migrations.RoleDSN(h.ground.direct(), "public", h.ground.secret), ringing, wire.RingAll, func(payload string) {
		for one := range strings.SplitSeq(payload, ",") {
			if n, err := strconv.ParseInt(one, 10, 64); err == nil {
				wire.Ring(n)
			}
		}
	})
}

// watch looks every minute whether the mornings are through. It is no job, for jobs may be
// what does not run.
func (h *house) watch(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := h.notice.Watch(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "watch of the mornings", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
