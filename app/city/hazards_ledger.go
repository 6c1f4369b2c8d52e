package city

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/hazard"
)

// fireCampaign is the campaign of the worked company.
const fireCampaign = "消防安全专项整治"

// asked are hazards of the worked company of which somebody asked something: more time,
// waiting, granted and refused; voiding and a transfer, waiting.
func (b *builder) asked() {
	safety, principal := b.named("safety"), b.named("principal")
	waiting := b.given("GCY-08", "worker", "leader", 12, 2, rectifying)
	b.askMore(waiting, b.named("leader"), 1, 9, "气瓶固定架在外加工，预计一周到货", "气瓶改用链条临时固定，专人每班检查")
	granted := b.given("MCH-07", "leader", "director", 25, -4, rectifying)
	b.askMore(granted, b.named("director"), 6, 8, "防护罩需按机型定做", "停机挂牌，禁止使用")
	b.grant(granted, safety, 5, "同意延期，停机期间不得使用")
	refused := b.given("WLD-02", "leader", "worker", 14, 3, rectifying)
	b.askMore(refused, b.named("worker"), 4, 20, "工作忙", "焊机移出作业区")
	b.refuse(refused, safety, 3, "焊接回路线更换当天即可完成，不同意延期")

	void := b.given("FIR-09", "finance", "director", 6, 5, assigned)
	b.askOf(void, hazard.AskVoid, hazard.AskedVoid, safety, 1, "与昨日登记的隐患重复", "")
	transfer := b.given("CRN-08", "director", "leader", 9, 7, assigned)
	b.askOf(transfer, hazard.AskTransfer, hazard.AskedTransfer, principal, 2, "起重机械属出租方设备，整改责任在出租方", "出租方：某某物业管理有限公司")
}

// given is a hazard of the worked company with a deadline.
func (b *builder) given(code, by, owner string, days, left int, end ending) *story {
	f := b.index["safety"]
	s := b.tell(plot{
		firm: f, by: b.named(by), owner: b.named(owner), boss: b.named("safety"), at: at(b.today.AddDays(-days), 10, 5), phrase: phrases[code], place: placeOf(b.named(by)),
		source: hazard.Snap, category: hazard.CategoryOf(code[:3]), level: hazard.General, deadline: b.today.AddDays(left), ending: end, photos: true,
	})
	f.found = append(f.found, s)
	return s
}

func (b *builder) askMore(s *story, by *worker, daysAgo, longer int, reason, protection string) {
	t := at(b.today.AddDays(-daysAgo), 10, 20)
	until := s.Deadline.AddDays(longer)
	s.Protection = protection
	s.step(hazard.AskExtension, hazard.ExtensionPending, t, by.who(), reason, hazard.Detail{Deadline: until.String(), Was: s.Deadline.String(), Protection: protection})
	s.ask(hazard.AskedExtension, by, t, reason)
	s.AskedDeadline = until
}

func (b *builder) grant(s *story, by *worker, daysAgo int, note string) {
	was, until := s.Deadline, s.AskedDeadline
	s.Deadline, s.Extensions = until, s.Extensions+1
	s.settled()
	s.step(hazard.Extend, hazard.Rectifying, at(b.today.AddDays(-daysAgo), 9, 10), by.who(), note, hazard.Detail{Deadline: until.String(), Was: was.String()})
}

func (b *builder) refuse(s *story, by *worker, daysAgo int, note string) {
	s.settled()
	s.step(hazard.Refuse, hazard.Rectifying, at(b.today.AddDays(-daysAgo), 9, 10), by.who(), note, hazard.Detail{Asked: hazard.AskedExtension})
}

// askOf asks for what takes a second person.
func (b *builder) askOf(s *story, e hazard.Event, what string, by *worker, daysAgo int, reason, to string) {
	t := at(b.today.AddDays(-daysAgo), 14, 40)
	s.step(e, s.State, t, by.who(), reason, hazard.Detail{To: to})
	s.ask(what, by, t, reason)
	s.AskedTo = to
}

func (s *story) ask(what string, by *worker, t time.Time, reason string) {
	w := by.who()
	s.Asked, s.AskedPersonID, s.AskedStaffID, s.AskedName, s.AskedOn, s.AskedNote = what, w.person, w.staff, w.name, day.In(t, day.Shanghai), reason
}

func (s *story) settled() {
	s.Asked, s.AskedPersonID, s.AskedStaffID, s.AskedName, s.AskedOn, s.AskedNote, s.AskedDeadline, s.AskedTo = "", nil, nil, "", day.Date{}, "", day.Date{}, ""
}

// copied are rows of the worked company's ledger before this one: closed long ago (历史), and
// still open when it began here (存量).
func (b *builder) copied() {
	f := b.index["safety"]
	importer := b.named("safety").who()
	begun := at(b.today.AddDays(-40), 16, 0)
	for i, code := range []string{"ELE-01", "FIR-09", "WLD-07", "GCY-03", "MCH-07", "EVA-06", "CRN-08", "FLT-05"} {
		found := b.today.AddDays(-420 - 17*i)
		t := found.Midnight(day.Shanghai).UTC()
		owner, mended := b.named("leader"), t.AddDate(0, 0, 5)
		s := &story{Hazard: hazard.Hazard{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Source: hazard.SelfCheck, Place: placeOf(owner), Description: phrases[code].found,
			Category: hazard.CategoryOf(code[:3]), Cause: 2, Level: hazard.General, FixType: hazard.ByDate, Measures: phrases[code].fixed, Deadline: found.AddDays(10),
			OwnerName: owner.Name, OwnerUnit: owner.unit, FoundAt: t, FoundOn: found, FoundByName: b.named("safety").Name, FixedAt: &mended, FixedOn: found.AddDays(5),
			AcceptedOn: found.AddDays(6), AcceptedByName: b.named("safety").Name, CancelledOn: found.AddDays(6), OldNumber: fmt.Sprintf("AB-%d-%03d", found.Year(), 31+i), Historical: true,
		}}
		s.step(hazard.Restore, hazard.Cancelled, begun, importer, "", hazard.Detail{Level: s.Level, Category: s.Category})
		f.found = append(f.found, s)
	}
	for i, x := range []struct {
		code, owner string
		left        int
		end         ending
	}{{"FIR-09", "director", 12, assigned}, {"EVA-02", "leader", -2, rectifying}, {"ELE-04", "director", 20, rectifying}} {
		s := b.given(x.code, "safety", x.owner, 45+i, x.left, x.end)
		s.Stock, s.OldNumber = true, fmt.Sprintf("AB-%d-%03d", s.FoundOn.Year(), 61+i)
	}
}

// campaign files the hazards of fire safety and electricity of the last months under the
// campaign of the worked company.
func (b *builder) campaign() {
	for _, s := range b.index["safety"].found {
		if !s.Historical && (s.Category == "B05" || s.Category == "B06") && b.today.DaysSince(s.FoundOn) < 120 {
			s.Campaign = fireCampaign
		}
	}
}

// bulked is what an acceptance of many hazards at once came to, some days ago.
func (b *builder) bulked() error {
	f, by := b.index["safety"], b.named("safety")
	var rows []hazard.BulkRow
	for _, s := range f.found {
		switch {
		case len(rows) == 6:
		case s.State == hazard.Cancelled && !s.Historical:
			rows = append(rows, hazard.BulkRow{ID: s.ID, Number: s.Number})
		case s.State == hazard.Rectifying && len(rows) == 3:
			rows = append(rows, hazard.BulkRow{ID: s.ID, Number: s.Number, Code: hazard.ErrNow[hazard.Rectifying].Code, Params: map[string]string{"when": "09-01 10:00"}})
		}
	}
	return fill(b.ctx, b.tx, []hazard.Bulk{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Deed: hazard.BulkAccept, At: at(b.today.AddDays(-3), 16, 30), PersonID: *by.PersonID,
		StaffID: staffID(by), Rows: db.JSON[[]hazard.BulkRow]{V: rows},
	}})
}
