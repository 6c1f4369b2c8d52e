package city

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/instrument"
	"anbiao/modules/patrol"
)

// desk is an office of the demo with its officer.
type desk struct {
	org    id.Of[id.Organisation]
	name   string
	person id.Of[id.Person]
	who    string
}

func (b *builder) desk(login string) (d desk, err error) {
	var row struct {
		ID, PersonID int64
		Name, Who    string
	}
	err = b.tx.WithContext(b.ctx).Raw("SELECT o.id, o.name, p.id AS person_id, p.name AS who FROM account_person p JOIN account_membership m ON m.person_id = p.id JOIN account_organisation o ON o.id = m.organisation_id WHERE p.login = ?", login).Scan(&row).Error
	return desk{id.Of[id.Organisation](row.ID), row.Name, id.Of[id.Person](row.PersonID), row.Who}, err
}

// correspond writes the letters, notices, calls and visits of the last weeks.
func (b *builder) correspond() error {
	var by [3]desk
	for i, login := range []string{"county", "town", "grid"} {
		d, err := b.desk(login)
		if err != nil {
			return err
		}
		by[i] = d
	}
	for _, do := range []func([3]desk) error{b.missives, b.circulars, b.calls, b.patrols} {
		if err := do(by); err != nil {
			return err
		}
	}
	return nil
}

// near are the companies of the town, the worked one first.
func (b *builder) near(n int) (out []*firm) {
	worked := b.index["safety"]
	out = append(out, worked)
	for _, f := range b.firms {
		if len(out) == n {
			break
		}
		if f != worked && strings.HasPrefix(f.RegionPath, worked.RegionPath[:min(9, len(worked.RegionPath))]) {
			out = append(out, f)
		}
	}
	return out
}

func (b *builder) at(ago int) time.Time {
	return b.today.AddDays(-ago).Midnight(day.Shanghai).Add(10 * time.Hour)
}

// wrote is a letter of the demo: issued and last changed so many days ago.
type wrote struct {
	kind  string
	ago   int
	state instrument.State
	about string
}

func (b *builder) missives(by [3]desk) error {
	county := by[0]
	firms := b.near(8)
	var steps []instrument.Step
	seq := map[string]int32{}
	for i, x := range []wrote{
		{"urge", 3, instrument.Issued, "抛光车间除尘系统未按期整改"},
		{"urge", 30, instrument.Issued, "连续两个季度未上报自查自改报告"},
		{"urge", 20, instrument.Replied, "特种作业人员证书逾期"},
		{"interview", 9, instrument.Acknowledged, "重大事故隐患逾期未销号"},
		{"advice", 40, instrument.Closed, "冲压设备安全防护改造"},
		{"circular", 12, instrument.Acknowledged, "三合一场所住人"},
		{"reminder", 2, instrument.Issued, "汛期安全防范"},
	} {
		k := kindNamed(x.kind)
		f, on := firms[i], b.today.AddDays(-x.ago)
		seq[x.kind]++
		m := instrument.Missive{
			CompanyID: some(f.CompanyID), Recipient: f.Name, RegionPath: f.RegionPath, OversightLine: f.OversightLine, OrganisationID: county.org, OrganisationName: county.name, Kind: x.kind, KindVersion: k.Version, State: x.state,
			NumberPrefix: k.Word, NumberYear: int16(on.Year()), NumberSeq: seq[x.kind], Title: strings.ReplaceAll(k.Title, "{about}", x.about), Signatory: county.who, AboutNoun: "company", AboutID: int64(f.CompanyID), AboutText: x.about,
			Body: fmt.Sprintf("经查，你单位存在以下问题：%s。请立即组织整改，按期将整改情况书面回复我单位。", x.about), Reason: "日常监管中发现", Files: db.Ints{}, DraftedBy: county.who, IssuedOn: on, IssuedBy: county.who, AckDueOn: on.AddDays(2), Steps: 1, ChangedAt: b.at(x.ago),
		}
		if k.ReplyWorking > 0 {
			m.ReplyDueOn = on.AddDays(k.ReplyWorking * 7 / 5)
		}
		if k.Held() {
			m.HoldAt, m.HoldPlace, m.HoldBy = some(b.at(x.ago-3)), "局三楼会议室", on.AddDays(k.HoldWithin)
		}
		sum := sha256.Sum256([]byte(m.Number() + m.Body))
		m.ContentHash = sum[:]
		events := []instrument.Step{{Event: instrument.Issue, FromState: instrument.Draft, ToState: instrument.Issued, At: b.at(x.ago), ActorKind: "regulator", PersonID: some(county.person), OrganisationID: some(county.org), ActorName: county.who}}
		if x.state != instrument.Issued {
			m.AckOn, m.AckBy = on.AddDays(1), f.ContactName
			events = append(events, instrument.Step{Event: instrument.Sign, FromState: instrument.Issued, ToState: instrument.Acknowledged, At: b.at(x.ago - 1), ActorKind: "company", ActorName: f.ContactName})
		}
		if x.state == instrument.Replied || x.state == instrument.Closed {
			m.RepliedOn = on.AddDays(6)
			events = append(events, instrument.Step{Event: instrument.Reply, FromState: instrument.Acknowledged, ToState: instrument.Replied, At: b.at(x.ago - 6), ActorKind: "company", ActorName: f.ContactName, Note: "已按要求完成整改，佐证材料见附件。"})
		}
		if x.state == instrument.Closed {
			m.AcceptedOn, m.ClosedOn = on.AddDays(7), on.AddDays(7)
			events = append(events, instrument.Step{Event: instrument.Accept, FromState: instrument.Replied, ToState: instrument.Accepted, At: b.at(x.ago - 7), ActorKind: "regulator", ActorName: county.who},
				instrument.Step{Event: instrument.Close, FromState: instrument.Accepted, ToState: instrument.Closed, At: b.at(x.ago - 7), ActorKind: "regulator", ActorName: county.who})
		}
		m.Steps = int32(len(events))
		if err := b.tx.WithContext(b.ctx).Create(&m).Error; err != nil {
			return err
		}
		for n := range events {
			events[n].MissiveID, events[n].N, events[n].Files = m.ID, int32(n+1), db.Ints{}
		}
		steps = append(steps, events...)
	}
	for kind, last := range seq { // the next letter goes on from here
		if err := b.tx.WithContext(b.ctx).Exec("INSERT INTO missive_serial (organisation_id, kind, year, last) VALUES (?, ?, ?, ?)", int64(county.org), kind, b.today.Year(), last).Error; err != nil {
			return err
		}
	}
	return b.tx.WithContext(b.ctx).Create(&steps).Error
}

func kindNamed(name string) instrument.Kind {
	for _, k := range instrument.Kinds() {
		if k.ID == name {
			return k
		}
	}
	return instrument.Kind{}
}

func (b *builder) circulars(by [3]desk) error {
	county := by[0]
	c := instrument.Circular{
		OrganisationID: county.org, OrganisationName: county.name, Title: "关于开展冬季安全生产大检查的通知", Body: "各企业要立即开展一次全面自查，重点检查用电、动火、粉尘清理和值班值守，并将自查情况回复我局。", ReplyAsked: true,
		ReplyBy: b.today.AddDays(4), Audience: db.JSON[instrument.Audience]{V: instrument.Audience{Filters: map[string][]string{"division": {b.index["safety"].RegionPath[:9]}}}}, SentAt: b.at(5), SentBy: county.who, PersonID: county.person,
	}
	firms := b.near(40)
	c.Recipients = int32(len(firms) + 1)
	if err := b.tx.WithContext(b.ctx).Create(&c).Error; err != nil {
		return err
	}
	receipts := make([]instrument.Receipt, 0, len(firms)+1)
	for i, f := range firms {
		r := instrument.Receipt{CircularID: c.ID, OrganisationID: county.org, CompanyID: some(f.CompanyID), Recipient: f.Name, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Files: db.Ints{}}
		if i > 0 && i%3 > 0 {
			r.ReadAt, r.ReadBy = some(b.at(4)), f.ContactName
		}
		if i > 0 && i%3 == 2 {
			r.RepliedAt, r.RepliedBy, r.Reply = some(b.at(3)), f.ContactName, "已完成自查，未发现重大隐患。"
		}
		receipts = append(receipts, r)
	}
	receipts = append(receipts, instrument.Receipt{CircularID: c.ID, OrganisationID: county.org, OfficeID: some(by[1].org), Recipient: by[1].name, RegionPath: b.index["safety"].RegionPath[:9], Files: db.Ints{}})
	return b.tx.WithContext(b.ctx).Create(&receipts).Error
}

func (b *builder) calls(by [3]desk) error {
	town := by[1]
	var calls []instrument.Call
	for i, f := range b.near(12) {
		calls = append(calls, instrument.Call{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, OrganisationID: town.org, OrganisationName: town.name, PersonID: town.person, PersonName: town.who,
			At: b.at(2 + i), Phone: f.ContactPhone, Outcome: instrument.Outcomes[i%4], Note: "提醒按期上报",
		})
	}
	return b.tx.WithContext(b.ctx).Create(&calls).Error
}

func (b *builder) patrols(by [3]desk) error {
	grid, town := by[2], by[1]
	form, _ := patrol.Now()
	firms := slices.DeleteFunc(b.near(120), func(f *firm) bool { return f.RegionPath != b.index["safety"].RegionPath })
	firms = firms[:min(len(firms), 26)]
	visits := make([]patrol.Patrol, 0, len(firms))
	for i, f := range firms {
		ago := 1 + i*3
		p := patrol.Patrol{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ClientID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, "patrol", i)), CompanyName: f.Name, OrganisationID: grid.org, OrganisationName: grid.name,
			PersonID: grid.person, PersonName: grid.who, OnDay: b.today.AddDays(-ago), StartedAt: b.at(ago), EndedAt: b.at(ago).Add(25 * time.Minute), ReceivedAt: b.at(ago).Add(26 * time.Minute), LongitudeE6: f.LongitudeE6, LatitudeE6: f.LatitudeE6,
			AccuracyM: some(int32(15)), DistanceM: some(int32(20 + i)), Version: form.Version, Photos: db.Ints{},
		}
		for n, item := range form.Items {
			a := patrol.Answer{Code: item.Code, OK: i%4 > 0 || n > 0}
			if !a.OK {
				a.Note, p.Found = "后门上锁，通道堆放纸箱", 1
				p.NoteText, p.NoteTo = "请立即打开安全出口，清理疏散通道", f.ContactName
			}
			p.Items.V = append(p.Items.V, a)
		}
		visits = append(visits, p)
	}
	if err := b.tx.WithContext(b.ctx).Create(&visits).Error; err != nil {
		return err
	}
	var handed []patrol.Handed
	for i := 0; i < len(visits); i += 4 {
		p := visits[i]
		h := patrol.Handed{
			CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PatrolID: p.ID, CompanyName: p.CompanyName, OrganisationID: grid.org, OrganisationName: grid.name, PersonID: grid.person, PersonName: grid.who,
			At: p.ReceivedAt, Place: "生产车间后门", Text: "安全出口长期上锁，已多次告知未整改", Urgent: i == 0, Photos: db.Ints{}, DueOn: p.OnDay.AddDays(7), State: patrol.HandedUp,
		}
		if i > 4 {
			h.State, h.ReceivedAt, h.ReceivedBy, h.AnsweredAt, h.AnsweredBy, h.Answer = patrol.Answered, some(h.At.Add(time.Hour)), town.who, some(h.At.Add(30*time.Hour)), town.who, "已到现场督促打开，责令保持畅通"
		}
		handed = append(handed, h)
	}
	return b.tx.WithContext(b.ctx).Create(&handed).Error
}
