package city

import (
	"crypto/rand"
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/upload"
)

// connect gives the worked company API tokens, and a platform that its dual-prevention data went to until the sending was paused:
// nothing leaves a demo.
func (b *builder) connect() error {
	if err := b.tokens(); err != nil {
		return err
	}
	f, made := b.index["safety"], b.tx.Now.Add(-45*24*time.Hour)
	r := &upload.Receiver{
		CompanyID: f.CompanyID, Name: "双重预防数字化平台（演示）", Adapter: "dual-prevention", Address: "https://dual-prevention.anbiao-demo.example/api", FirmCode: "330784-0231",
		KeySealed: b.deps.Box.Field(int64(f.CompanyID)).Seal(rand.Text()[:16], "upload_receiver.key_sealed"), Fields: db.JSON[map[string]string]{V: map[string]string{"unit.name": "riskUnitName"}},
		Codes:  db.JSON[map[string]map[string]string]{V: map[string]map[string]string{"level": {"major": "A", "larger": "B", "general": "C", "low": "D"}}},
		FromOn: day.In(made, day.Shanghai), ChangedAt: made, ChangedBy: b.names["safety"],
	}
	if err := fillRefs(b.ctx, b.tx, []*upload.Receiver{r}); err != nil {
		return err
	}
	return b.uploaded(r)
}

// uploaded is what the platform was told of, and what it refused.
func (b *builder) uploaded(r *upload.Receiver) error {
	const put = `INSERT INTO upload_row (company_id, receiver_id, kind, object_key, parent_kind, parent_key, version, sent_version, state, error, tries, tried_at)
		SELECT %[1]d, %[2]d, '%[3]s', s.id::text, '%[4]s', coalesce(s.parent, ''), md5(s.id::text), md5(s.id::text), 'delivered', '', 1, @at FROM (%[5]s) s`
	for _, q := range [][3]string{
		{"unit", "", "SELECT id, NULL AS parent FROM risk_unit WHERE company_id = @company AND ended_on IS NULL"},
		{"event", "unit", "SELECT id, risk_unit_id::text AS parent FROM risk_event WHERE company_id = @company AND ended_on IS NULL"},
		{"measure", "event", "SELECT id, event_id::text AS parent FROM risk_control WHERE company_id = @company AND ended_on IS NULL"},
		{"danger", "", "SELECT id, NULL AS parent FROM hazard WHERE company_id = @company AND found_on >= @from AND voided_on IS NULL AND NOT historical"},
	} {
		err := b.tx.WithContext(b.ctx).Exec(fmt.Sprintf(put, int64(r.CompanyID), int64(r.ID), q[0], q[1], q[2]),
			map[string]any{"company": int64(r.CompanyID), "from": r.FromOn, "at": b.tx.Now.Add(-26 * time.Hour)}).Error
		if err != nil {
			return err
		}
	}
	err := b.tx.WithContext(b.ctx).Exec(`UPDATE upload_row SET state = 'failed', sent_version = '', error = '隐患等级代码无效', tries = 2, body = '{}' WHERE company_id = ? AND receiver_id = ? AND kind = 'danger'
		AND object_key IN (SELECT object_key FROM upload_row WHERE company_id = ? AND receiver_id = ? AND kind = 'danger' ORDER BY object_key LIMIT 3)`, int64(r.CompanyID), int64(r.ID), int64(r.CompanyID), int64(r.ID)).Error
	if err != nil {
		return err
	}
	var runs []*upload.Run
	for n := range 6 {
		begun := at(b.today.AddDays(n-6), 2, 10)
		ended := begun.Add(time.Duration(9+n) * time.Second)
		run := &upload.Run{CompanyID: r.CompanyID, ReceiverID: r.ID, Trigger: "daily", BegunAt: begun, EndedAt: &ended, Sent: 3 + 5*n%11}
		switch n {
		case 0:
			run.Trigger, run.Sent = "hand", 412
		case 3:
			run.Sent, run.Error = 0, "unreachable"
		case 4, 5:
			run.Failed = 3
		}
		runs = append(runs, run)
	}
	return fillRefs(b.ctx, b.tx, runs)
}

// tokens of systems that read what the worked company recorded.
func (b *builder) tokens() error {
	var owner struct {
		PersonID     id.Of[id.Person]
		MembershipID id.Of[id.Membership]
	}
	err := b.tx.WithContext(b.ctx).Raw("SELECT m.person_id, m.id AS membership_id FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.login = 'safety'").Take(&owner).Error
	if err != nil {
		return err
	}
	var rows []*account.Session
	for n, one := range []struct {
		name   string
		scopes db.Texts
		seen   int
	}{{"厂内生产管理系统：增量同步", db.Texts{"scope:feed"}, 0}, {"车间大屏：只读", db.Texts{"scope:read"}, 3}} {
		hash := make([]byte, 32) // of no token that anybody has
		_, _ = rand.Read(hash)
		rows = append(rows, &account.Session{
			TokenHash: hash, PersonID: owner.PersonID, MembershipID: owner.MembershipID, Name: one.name, OnlyActions: one.scopes, CreatedAt: b.tx.Now.Add(-time.Duration(60-20*n) * 24 * time.Hour),
			SeenOn: b.today.AddDays(-one.seen), ExpiresAt: b.tx.Now.Add(time.Duration(180+60*n) * 24 * time.Hour),
		})
	}
	return fillRefs(b.ctx, b.tx, rows)
}
