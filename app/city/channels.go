package city

import (
	"fmt"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/push"
	"anbiao/modules/notice"
)

// hook gives the worked company a group robot and a webhook. Their addresses lead nowhere,
// so they are switched off: whoever tries the program out puts his own in.
func (b *builder) hook() error {
	f := b.index["safety"]
	field := b.deps.Box.Field(int64(f.CompanyID))
	made := b.tx.Now.Add(-40 * 24 * time.Hour)
	list := []*notice.Hook{
		{
			Kind: notice.WeCom, Name: "安全管理群", Address: "qyapi.weixin.qq.com/…demo", Categories: db.Texts{"hazard", "certificate", "supervision", "emergency"}, PerMinute: 20,
			URL: field.Seal("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=demo", "notice_hook.url"),
		},
		{
			Kind: notice.Webhook, Name: "厂内生产管理系统", Address: "mes.anbiao-demo.example/…nbiao", Categories: db.Texts{}, PerMinute: 60,
			URL: field.Seal("https://mes.anbiao-demo.example/in/anbiao", "notice_hook.url"), Secret: field.Seal(push.NewSecret(), "notice_hook.secret"),
		},
	}
	for _, h := range list {
		h.CompanyID, h.RegionPath, h.OversightLine, h.Lang = f.CompanyID, f.RegionPath, f.OversightLine, "zh-CN"
		h.CreatedAt, h.CreatedByName = made, b.names["safety"]
	}
	if err := fillRefs(b.ctx, b.tx, list); err != nil {
		return err
	}
	closed := notice.Switch{CompanyID: f.CompanyID, Channel: notice.Feishu, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ChangedAt: made, ChangedByName: b.names["safety"]}
	if err := fill(b.ctx, b.tx, []notice.Switch{closed}); err != nil {
		return err
	}
	return b.hookLog(list)
}

// hookLog is what the hooks were sent before they were switched off.
func (b *builder) hookLog(list []*notice.Hook) error {
	told := []string{"有1条隐患明天到期，请尽快整改", "焊接与热切割作业证将于60天后到期", "应急管理局来信：督促函", "隐患整改待验收", "配电箱隐患已逾期1天", "消防演练计划将于7天后到期"}
	var rows []notice.Delivery
	for i, title := range told {
		h := list[i%len(list)]
		at := b.tx.Now.Add(-time.Duration(3*(len(told)-i)) * 24 * time.Hour)
		d := notice.Delivery{
			Channel: h.Kind, State: "sent", Attempts: 1, CreatedAt: at, ClaimedAt: &at, SettledAt: &at, CompanyID: &h.CompanyID, HookID: &h.ID,
			EventKey: fmt.Sprintf("demo|%d", i), Title: title, Address: h.Address, Receipt: "0",
		}
		if i == 3 {
			d.State, d.Attempts, d.Receipt, d.Error = "dead", 12, "503", "push: answered 503: service unavailable"
		}
		h.LastState, h.LastAt = d.State, &at
		rows = append(rows, d)
	}
	if err := fill(b.ctx, b.tx, rows); err != nil {
		return err
	}
	for _, h := range list {
		if err := b.tx.WithContext(b.ctx).Exec("UPDATE notice_hook SET last_state = ?, last_at = ? WHERE id = ?", h.LastState, h.LastAt, int64(h.ID)).Error; err != nil {
			return err
		}
	}
	return nil
}
