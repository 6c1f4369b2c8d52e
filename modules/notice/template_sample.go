package notice

import "anbiao/kit/text"

// sampleOf are values that a preview fills in, Chinese and English, by the placeholder's name.
var sampleOf = map[string][2]string{
	"name": {"张三", "Zhang San"}, "by": {"李四", "Li Si"}, "who": {"李四", "Li Si"}, "names": {"张三、李四", "Zhang San, Li Si"},
	"company": {"永康市某五金制品有限公司", "Yongkang Hardware Co."}, "unit": {"冲压车间", "Press shop"}, "office": {"永康市应急管理局", "Yongkang Emergency Bureau"},
	"superior": {"金华市应急管理局", "Jinhua Emergency Bureau"}, "number": {"YH-2026-0012", "YH-2026-0012"}, "title": {"低压电工作业证", "Low-voltage electrician certificate"},
	"due": {"2026-08-01", "2026-08-01"}, "until": {"2026-08-01", "2026-08-01"}, "deadline": {"2026-08-01", "2026-08-01"}, "day": {"2026-08-01", "2026-08-01"}, "on": {"2026-08-01", "2026-08-01"},
	"from": {"2026-07-01", "2026-07-01"}, "apply": {"2026-07-01", "2026-07-01"}, "term": {"2026-08-08", "2026-08-08"}, "finish": {"2026-08-15", "2026-08-15"}, "sent": {"2026-07-01", "2026-07-01"}, "to": {"李四", "Li Si"}, "ack": {"2026-07-03", "2026-07-03"},
	"month": {"2026年7月", "2026-07"}, "period": {"2026年第三季度", "2026 Q3"}, "year": {"2026", "2026"}, "since": {"07-01 08:00", "07-01 08:00"}, "time": {"08:30", "08:30"}, "days": {"30", "30"}, "count": {"5", "5"}, "n": {"5", "5"}, "rows": {"120", "120"}, "overdue": {"2", "2"}, "findings": {"3", "3"},
	"place": {"冲压车间3号机", "Press no. 3"}, "level": {"三级", "grade three"}, "hazard": {"安全光幕失效", "Light curtain out of order"}, "plan": {"综合应急预案", "General emergency plan"}, "purpose": {"更换防护罩", "New guards"},
	"amount": {"3,200.00", "3,200.00"}, "file": {"2026年度台账.xlsx", "ledger-2026.xlsx"}, "note": {"请补充附件。", "Please add the annex."}, "text": {"请于本周五前完成。", "Please finish by Friday."},
	"answer": {"同意备案。", "Filed."}, "reply": {"已整改完毕。", "All fixed."}, "says": {"情况属实", "confirmed"}, "about": {"消防检查", "Fire inspection"}, "body": {"请各单位做好防汛准备。", "Please prepare for the flood season."},
	"post": {"电工", "Electrician"}, "missing": {"4", "4"}, "hours": {"8", "8"}, "have": {"4", "4"}, "need": {"8", "8"}, "minutes": {"90", "90"}, "reason": {"照片不清楚", "The photo is blurred"}, "what": {"复审", "review"},
	"topic": {"开工第一课", "First lesson"}, "people": {"12", "12"}, "score": {"90", "90"}, "trainer": {"李四", "Li Si"}, "at": {"08:30", "08:30"}, "of": {"120", "120"},
	"list": {"2026-08-01 低压电工作业证复审", "2026-08-01 Electrician review"}, "notice": {"永应急〔2026〕12号", "No. 12 of 2026"}, "link": {"https://anbiao.example/notices", "https://anbiao.example/notices"},
}

// samples returns a value for each name; one without is shown in brackets.
func samples(l text.Lang, names []string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		switch v, ok := sampleOf[name]; {
		case !ok:
			out[name] = "〔" + name + "〕"
		case l == text.English:
			out[name] = v[1]
		default:
			out[name] = v[0]
		}
	}
	return out
}
