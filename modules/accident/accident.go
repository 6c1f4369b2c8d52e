// Package accident keeps accidents, injuries and near misses (事故、伤害、未遂事件): the report, the
// facts, the investigation, the measures and what was learnt. The class follows from the numbers
// (State Council order 493 art. 3, kept as data), the kind of accident from GB 6441-1986. Within
// one hour of hearing of it the person in charge reports an accident to the authority (order 493
// art. 9): that clock is shown. Whether a report was late, incomplete, false or withheld is a
// finding of people with its reason and is never computed.
package accident

import (
	_ "embed"
	"sync"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/library"
	"anbiao/web/register"
)

// Faults.
var (
	ErrWhen     = fault.New(fault.Invalid, "accident.when")
	ErrFuture   = fault.New(fault.Invalid, "accident.future")
	ErrDates    = fault.New(fault.Invalid, "accident.dates")
	ErrHarm     = fault.New(fault.Invalid, "accident.harm")
	ErrCategory = fault.New(fault.Invalid, "accident.category")
	ErrReason   = fault.New(fault.Invalid, "accident.reason")
	ErrOpen     = fault.New(fault.Invalid, "accident.open")
)

// Kind is what it came to.
type Kind string

// Kinds.
const (
	Happened Kind = "accident"  // 事故
	Injury   Kind = "injury"    // 伤害: somebody was hurt slightly
	NearMiss Kind = "near_miss" // 未遂: nobody was hurt
)

// Class is how grave an accident is; empty: none by the regulation.
type Class string

// Accident is one event.
type Accident struct {
	register.Base
	Kind          Kind            `json:"kind" enum:"accident,injury,near_miss" choice:"accident=事故/Accident;injury=轻微伤害/Injury;near_miss=未遂事件/Near miss" zh:"性质" en:"Kind" also:"类型" filter:"1" list:"1"`
	Title         string          `json:"title" minLength:"1" maxLength:"100" zh:"事件名称" en:"What happened" also:"事故名称,名称" key:"1" list:"1"`
	HappenedAt    time.Time       `json:"happenedAt" required:"false" zh:"发生时间" en:"When" also:"事故时间,时间" list:"1" note:"必填/required"`
	Place         string          `json:"place" minLength:"1" maxLength:"100" zh:"发生地点" en:"Where" also:"地点,事故地点" key:"1" list:"1"`
	Category      string          `json:"category" required:"false" enum:"01,02,03,04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,19,20" choice:"01=物体打击/Struck by object;02=车辆伤害/Vehicle;03=机械伤害/Machinery;04=起重伤害/Lifting;05=触电/Electric shock;06=淹溺/Drowning;07=灼烫/Burns and scalds;08=火灾/Fire;09=高处坠落/Fall from height;10=坍塌/Collapse;11=冒顶片帮/Roof fall;12=透水/Water inrush;13=放炮/Blasting;14=火药爆炸/Explosives;15=瓦斯爆炸/Gas explosion;16=锅炉爆炸/Boiler explosion;17=容器爆炸/Vessel explosion;18=其他爆炸/Other explosion;19=中毒和窒息/Poisoning and asphyxia;20=其他伤害/Other" zh:"事故类别" en:"Type (GB 6441)" also:"事故类型,类别" filter:"1" list:"1"`
	Facts         string          `json:"facts" required:"false" maxLength:"4000" area:"1" zh:"事情经过" en:"Facts" also:"事故经过,经过,简要经过"`
	Deaths        int             `json:"deaths" required:"false" minimum:"0" maximum:"10000" zh:"死亡人数" en:"Deaths" also:"死亡" list:"1"`
	Severe        int             `json:"severe" required:"false" minimum:"0" maximum:"10000" zh:"重伤人数" en:"Severely injured" also:"重伤" list:"1"`
	Slight        int             `json:"slight" required:"false" minimum:"0" maximum:"10000" zh:"轻伤人数" en:"Slightly injured" also:"轻伤" list:"1"`
	LostDays      int             `json:"lostDays" required:"false" minimum:"0" maximum:"1000000" zh:"损失工作日" en:"Working days lost" also:"损失工日,误工天数"`
	LossFen       fen.Amount      `json:"lossFen" required:"false" minimum:"0" maximum:"100000000000000" zh:"直接经济损失（元）" en:"Direct loss (yuan)" also:"直接经济损失,经济损失（元）"`
	Injured       db.Texts        `json:"injured" required:"false" maxItems:"100" nullable:"false" zh:"伤亡人员" en:"People hurt" also:"受伤人员,伤者姓名"`
	Class         Class           `json:"class" readOnly:"true" choice:"ordinary=一般事故/Ordinary;larger=较大事故/Larger;major=重大事故/Major;extraordinary=特别重大事故/Extraordinary" zh:"事故等级" en:"Class" filter:"1" list:"1"`
	HeardAt       time.Time       `json:"heardAt" required:"false" zh:"单位负责人接报时间" en:"Person in charge heard" also:"接报时间"`
	ReportedAt    time.Time       `json:"reportedAt" required:"false" zh:"向监管部门报告时间" en:"Reported to the authority" also:"报告时间,上报时间"`
	ReportedTo    string          `json:"reportedTo" required:"false" maxLength:"100" zh:"接受报告的部门" en:"Authority told" also:"报告部门"`
	ReportDueAt   time.Time       `json:"reportDueAt" readOnly:"true" zh:"应报告时限（1小时内）" en:"To be reported by (1 hour)"`
	ReportMinutes int             `json:"reportMinutes" readOnly:"true" zh:"接报至报告用时（分钟）" en:"Minutes to the report"`
	Flaw          string          `json:"flaw" required:"false" enum:"late,omitted,false,hidden" choice:"late=迟报/Late;omitted=漏报/Incomplete;false=谎报/False;hidden=瞒报/Withheld" zh:"报告问题认定" en:"Finding about the report" also:"迟报瞒报" filter:"1" note:"由人认定并写明理由，系统不作判断/a finding of people, never computed"`
	FlawReason    string          `json:"flawReason" required:"false" maxLength:"500" area:"1" zh:"认定理由" en:"Reason of the finding"`
	Team          db.Texts        `json:"team" required:"false" maxItems:"50" nullable:"false" zh:"调查组成员" en:"Investigated by" also:"调查人员,调查组"`
	DirectCause   string          `json:"directCause" required:"false" maxLength:"2000" area:"1" zh:"直接原因" en:"Direct cause"`
	IndirectCause string          `json:"indirectCause" required:"false" maxLength:"2000" area:"1" zh:"间接原因" en:"Indirect causes" also:"管理原因"`
	Liability     string          `json:"liability" required:"false" maxLength:"2000" area:"1" zh:"责任认定与处理" en:"Who answers for it, and how" also:"处理结果"`
	Measures      string          `json:"measures" required:"false" maxLength:"4000" area:"1" zh:"防范和整改措施" en:"Measures" also:"整改措施,防范措施"`
	OwnerID       id.Of[id.Staff] `json:"ownerId" required:"false" zh:"措施责任人" en:"Measures seen to by" name:"OwnerName" mine:"1"`
	OwnerName     string          `json:"ownerName" readOnly:"true"`
	MeasureDueOn  day.Date        `json:"measureDueOn" required:"false" zh:"措施期限" en:"Measures due" also:"整改期限" list:"1"`
	MeasureDoneOn day.Date        `json:"measureDoneOn" required:"false" zh:"措施完成日期" en:"Measures done" also:"整改完成日期"`
	Lessons       string          `json:"lessons" required:"false" maxLength:"2000" area:"1" zh:"教训与警示" en:"Lessons" also:"事故教训"`
	ClosedOn      day.Date        `json:"closedOn" required:"false" zh:"结案日期" en:"Closed on"`
	State         string          `json:"state" readOnly:"true" choice:"reported=已报告/Reported;investigated=已调查/Investigated;mending=整改中/Measures open;closed=已结案/Closed" zh:"状态" en:"State" filter:"1" list:"1"`
	ReporterID    id.Of[id.Staff] `json:"reporterId" readOnly:"true" zh:"填报人" en:"Entered by" name:"ReporterName" mine:"1"`
	ReporterName  string          `json:"reporterName" readOnly:"true"`
}

// Hours is what was worked in a year; rates are of it.
type Hours struct {
	register.Base
	Year       int    `json:"year" minimum:"2000" maximum:"2100" zh:"年度" en:"Year" also:"年份" key:"1" list:"1"`
	StaffCount int    `json:"staffCount" minimum:"1" maximum:"1000000" zh:"平均从业人数" en:"People on average" also:"平均人数,职工人数" list:"1"`
	Hours      int64  `json:"hours" minimum:"1" maximum:"10000000000" zh:"实际总工时" en:"Hours worked" also:"总工时" list:"1"`
	Note       string `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

// toAuthority is how soon the person in charge reports (order 493 art. 9).
const toAuthority = time.Hour

type edition struct {
	From       string `yaml:"from"`
	Source     string `yaml:"source"`
	Confidence string `yaml:"confidence"`
	Lines      []struct {
		Class   Class      `yaml:"class"`
		Deaths  int        `yaml:"deaths"`
		Severe  int        `yaml:"severe"`
		LossFen fen.Amount `yaml:"loss_fen"`
	} `yaml:"lines"`
}

//go:embed classes.yaml
var file []byte

var editions = sync.OnceValue(func() []edition { return library.Must[[]edition]("accident: classes", file) })

// ClassOf is the class of an accident by what it cost, under the regulation of its day; empty
// where none applies.
func ClassOf(on day.Date, deaths, severe int, loss fen.Amount) Class {
	for _, e := range editions() {
		if on.String() < e.From {
			continue
		}
		for _, l := range e.Lines {
			if deaths >= l.Deaths || severe >= l.Severe || loss >= l.LossFen {
				return l.Class
			}
		}
	}
	return ""
}

// hold holds an event against the rules and fills what follows. Errors: ErrWhen, ErrFuture,
// ErrDates, ErrHarm, ErrCategory, ErrReason, ErrOpen.
func hold(is *Accident, now time.Time) error {
	if err := times(is, now); err != nil {
		return err
	}
	hurt := is.Deaths + is.Severe
	switch {
	case is.Kind != Happened && hurt > 0, is.Kind == NearMiss && is.Slight > 0:
		return ErrHarm.At("body.kind")
	case is.Kind == Happened && is.Category == "":
		return ErrCategory.At("body.category")
	case is.Flaw != "" && is.FlawReason == "":
		return ErrReason.At("body.flawReason")
	case !is.ClosedOn.IsZero() && !is.MeasureDueOn.IsZero() && is.MeasureDoneOn.IsZero():
		return ErrOpen.At("body.closedOn")
	}
	is.Class = ""
	if is.Kind == Happened {
		is.Class = ClassOf(day.In(is.HappenedAt, day.Shanghai), is.Deaths, is.Severe, is.LossFen)
	}
	is.ReportDueAt, is.ReportMinutes = time.Time{}, 0
	if is.Class != "" && !is.HeardAt.IsZero() {
		is.ReportDueAt = is.HeardAt.Add(toAuthority)
		if !is.ReportedAt.IsZero() {
			is.ReportMinutes = int(is.ReportedAt.Sub(is.HeardAt).Minutes())
		}
	}
	is.State = stateOf(is)
	return nil
}

// times checks that things come in their order.
func times(is *Accident, now time.Time) error {
	today, on := day.In(now, day.Shanghai), day.In(is.HappenedAt, day.Shanghai)
	switch {
	case is.HappenedAt.Year() < 1950:
		return ErrWhen.At("body.happenedAt")
	case is.HappenedAt.After(now):
		return ErrFuture.At("body.happenedAt")
	case !is.HeardAt.IsZero() && is.HeardAt.Before(is.HappenedAt):
		return ErrDates.At("body.heardAt")
	case !is.ReportedAt.IsZero() && (is.ReportedAt.Before(is.HappenedAt) || is.ReportedAt.Before(is.HeardAt)):
		return ErrDates.At("body.reportedAt")
	case is.HeardAt.After(now):
		return ErrFuture.At("body.heardAt")
	case is.ReportedAt.After(now):
		return ErrFuture.At("body.reportedAt")
	}
	for _, d := range []struct {
		field  string
		on     day.Date
		coming bool // may lie ahead
	}{{"measureDueOn", is.MeasureDueOn, true}, {"measureDoneOn", is.MeasureDoneOn, false}, {"closedOn", is.ClosedOn, false}} {
		switch {
		case d.on.IsZero():
		case d.on.Before(on):
			return ErrDates.At("body." + d.field)
		case !d.coming && d.on.After(today):
			return ErrFuture.At("body." + d.field)
		}
	}
	return nil
}

func stateOf(is *Accident) string {
	switch {
	case !is.ClosedOn.IsZero():
		return "closed"
	case !is.MeasureDueOn.IsZero() && is.MeasureDoneOn.IsZero():
		return "mending"
	case is.DirectCause != "":
		return "investigated"
	}
	return "reported"
}

// dues are what of an event falls due: its measures, until they are done.
func dues(a *Accident) []due.Item {
	it := due.Item{Kind: "accident.measure", Title: a.Title, OwnerID: a.OwnerID}
	if a.MeasureDoneOn.IsZero() && a.ClosedOn.IsZero() {
		it.On = a.MeasureDueOn
	}
	return []due.Item{it}
}
