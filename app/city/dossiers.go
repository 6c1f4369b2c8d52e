package city

import (
	"fmt"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/dossier"
	"anbiao/modules/penalty"
)

// answerFor names who answers for companies of the county: most have all four, some lack one, the worked one had another before.
func (b *builder) answerFor() error {
	names := []string{"王建国", "李卫东", "陈志强", "胡永军", "应国平", "徐晓峰"}
	posts := map[string]string{"territory": "镇（街道）分管领导", "line": "市经信局工业科", "general": "永康市应急管理局基础科", "company": "总经理", "grid": "网格员"}
	var rows []dossier.Responsible
	for i, f := range b.firms {
		if len(f.RegionPath) < 6 || f.RegionPath[:6] != "330784" {
			continue
		}
		for k, kind := range dossier.Kinds {
			if i > 0 && (i+k)%7 == 0 {
				continue // missing
			}
			r := dossier.Responsible{
				CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: kind, Name: names[(i+k)%len(names)], Post: posts[kind], Phone: fmt.Sprintf("199008%05d", i%20*10+k),
				SinceOn: b.today.AddDays(-200), OrganisationID: *b.officer.org, NamedBy: b.officer.name, NamedAt: at(b.today.AddDays(-200), 9, 0),
			}
			if kind == "grid" && f.RegionPath == town+"Z01" {
				r.Name = "楼小军" // the demo's grid worker sees whom he answers for
			}
			if i == 0 && kind == "territory" {
				was := r
				was.Name, was.SinceOn, was.UntilOn = "周明", b.today.AddDays(-700), b.today.AddDays(-201)
				rows = append(rows, was)
			}
			rows = append(rows, r)
		}
	}
	if err := fill(b.ctx, b.tx, rows); err != nil {
		return err
	}
	return b.punish()
}

// punish registers penalties, a listing as dishonest and the officer's look at the worked company's dossier.
func (b *builder) punish() error {
	worked := b.index["safety"]
	all := append([]*firm{worked}, b.others()[:3]...)
	for i, f := range all {
		decided := b.today.AddDays(-400 + i*120)
		p := penalty.Penalty{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, CompanyName: f.Name, OrganisationID: *b.officer.org, Number: fmt.Sprintf("（永）应急罚〔%d〕%d号", decided.Year(), 11+i),
			Body: b.office, Subject: "enterprise", Act: "未采取措施消除事故隐患", Article: "安全生产法第一百零二条", Kinds: db.Texts{"fine"}, AmountFen: int64(2+i) * 1_000_000, DecidedOn: decided,
			PublishDueOn: decided.AddDays(9), PublishedOn: decided.AddDays(5), Medium: "永康市人民政府网站", PaidOn: decided.AddDays(12), Files: db.Ints{}, MadeBy: b.officer.name, MadeAt: at(decided, 15, 0),
		}
		if err := b.tx.WithContext(b.ctx).Create(&p).Error; err != nil {
			return err
		}
		n := p.ID
		if err := b.penalised(penalty.Step{PenaltyID: &n, Event: penalty.Registered, HappenedOn: decided, Note: p.Number}, f); err != nil {
			return err
		}
		if i > 1 {
			continue
		}
		if err := b.noticed(f, &n, i == 1); err != nil {
			return err
		}
	}
	seen := at(b.today.AddDays(-3), 10, 20)
	return fill(b.ctx, b.tx, []dossier.View{{
		CompanyID: worked.CompanyID, RegionPath: worked.RegionPath, OversightLine: worked.OversightLine, At: seen, PersonID: *b.officer.person, PersonName: b.officer.name,
		OrganisationID: *b.officer.org, OrganisationName: b.office, Parts: db.Texts{"hazards", "penalties"}, VisibleFrom: &seen,
	}})
}

// noticed is a procedure of listing: dropped for the worked company, a listing that holds for another.
func (b *builder) noticed(f *firm, p *id.Of[id.Penalty], listed bool) error {
	on := b.today.AddDays(-150)
	x := penalty.Dishonesty{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, CompanyName: f.Name, OrganisationID: *b.officer.org, Body: b.office, State: penalty.OnDropped,
		Conditions: db.Texts{"BL-08"}, Facts: "逾期未履行行政处罚决定，经催告后仍未履行", Subject: "enterprise", PenaltyID: p, NoticeNo: fmt.Sprintf("永应急信告〔%d〕%d号", on.Year(), int64(*p)%1000), NoticedOn: on,
		NoticedBy: b.officer.name, StatementDueOn: on.AddDays(7), Statement: "已于告知后履行完毕", StatedOn: on.AddDays(3), StatedBy: "企业", DecidedOn: on.AddDays(15), DecidedBy: b.officer.name,
		Opinion: "已履行，不予列入", MadeAt: at(on, 9, 0),
	}
	if listed {
		x.State, x.Opinion, x.DecisionNo, x.Statement, x.StatedOn, x.StatedBy = penalty.OnListed, "列入", "永应急信列1号", "", x.LastDay, ""
		x.ListedOn, x.LastDay, x.EarlyOn = on.AddDays(15), on.AddDays(15).AddYears(3), on.AddDays(15).AddMonths(12).AddDays(1)
		x.PublishedOn, x.Medium = on.AddDays(18), "信用中国（浙江金华）"
	}
	if err := b.tx.WithContext(b.ctx).Create(&x).Error; err != nil {
		return err
	}
	n := x.ID
	return b.penalised(penalty.Step{DishonestyID: &n, Event: penalty.Noticed, HappenedOn: on, Note: x.Facts}, f)
}

// penalised writes one step of the county's officer.
func (b *builder) penalised(s penalty.Step, f *firm) error {
	s.CompanyID, s.RegionPath, s.OversightLine, s.At, s.ActorKind, s.PersonID, s.OrganisationID = f.CompanyID, f.RegionPath, f.OversightLine, at(s.HappenedOn, 15, 0), "regulator", b.officer.person, b.officer.org
	s.ActorName, s.Files = b.officer.name, db.Ints{}
	return b.tx.WithContext(b.ctx).Create(&s).Error
}
