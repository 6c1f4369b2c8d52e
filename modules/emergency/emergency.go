// Package emergency keeps what a company prepares for the worst: its emergency plans (应急预案)
// with their filing and their evaluation, its drills (演练), teams (应急队伍) and supplies (应急物资).
//
// Sources: 生产安全事故应急条例 (State Council order 708); 生产安全事故应急预案管理办法 (order 2 of 2019).
package emergency

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Kinds of plan.
const (
	Comprehensive = "comprehensive" // 综合应急预案
	Special       = "special"       // 专项应急预案
	Onsite        = "onsite"        // 现场处置方案
)

// How a plan stands with the authority.
const (
	NotNeeded = "not_needed"
	ToFile    = "to_file"
	Submitted = "submitted" // lies with the regulator
	Missing   = "missing"   // the regulator has told what is missing (一次性告知)
	Filed     = "filed"
	Deemed    = "deemed" // the regulator was silent: counts as filed
)

// Faults of this module.
var (
	// ErrDay: a day lies in the future, or before the one it follows.
	ErrDay = fault.New(fault.Invalid, "emergency.day")
	// ErrTrigger: the reason to revise and its day go together.
	ErrTrigger = fault.New(fault.Invalid, "emergency.trigger")
	// ErrClock: no time of day like 14:30, or the end before the start.
	ErrClock = fault.New(fault.Invalid, "emergency.clock")
	// ErrNumber: fewer than nothing.
	ErrNumber = fault.New(fault.Invalid, "emergency.number")
	// ErrRecord: a drill that was held says when, where and what it showed.
	ErrRecord = fault.New(fault.Invalid, "emergency.record")
	// ErrHeld: a drill that was held stays on record.
	ErrHeld = fault.New(fault.Conflict, "emergency.held")
	// ErrUnpublished: a plan is filed once it is published.
	ErrUnpublished = fault.New(fault.Conflict, "emergency.unpublished")
	// ErrWithRegulator: the plan lies with the regulator, or is filed.
	ErrWithRegulator = fault.New(fault.Conflict, "emergency.with-regulator")
	// ErrNotNow: nothing waits for this.
	ErrNotNow = fault.New(fault.Conflict, "emergency.not-now")
	// ErrAskedOnce: what is missing is told once.
	ErrAskedOnce = fault.New(fault.Conflict, "emergency.asked-once")
	// ErrDocument: no document of a filing, or none at all.
	ErrDocument = fault.New(fault.Invalid, "emergency.document")
	// ErrClass: the rules know no such class of unit.
	ErrClass = fault.New(fault.Invalid, "emergency.class")
)

// Plan is an emergency plan of a company, in the version in force.
type Plan struct {
	register.Base
	Name          string          `json:"name" minLength:"1" maxLength:"80" zh:"预案名称" en:"Plan" also:"名称,应急预案名称" key:"1" list:"1"`
	Kind          string          `json:"kind" enum:"comprehensive,special,onsite" choice:"comprehensive=综合应急预案/Comprehensive;special=专项应急预案/Special;onsite=现场处置方案/On-site" zh:"类别" en:"Kind" also:"预案类别,预案类型" filter:"1" list:"1"`
	Version       string          `json:"version" required:"false" maxLength:"20" zh:"版本" en:"Version" also:"版本号" list:"1"`
	Risk          string          `json:"risk" required:"false" maxLength:"200" zh:"针对的风险或场所" en:"Risk or place" also:"事故类型,适用范围"`
	PublishedOn   day.Date        `json:"publishedOn" required:"false" zh:"公布日期" en:"Published on" also:"发布日期,实施日期" list:"1"`
	SignedBy      string          `json:"signedBy" required:"false" maxLength:"30" zh:"签发人" en:"Signed by"`
	OwnerID       id.Of[id.Staff] `json:"ownerId" required:"false" zh:"责任人" en:"Owner" name:"OwnerName" mine:"1"`
	OwnerName     string          `json:"ownerName" readOnly:"true"`
	ArguedOn      day.Date        `json:"arguedOn" required:"false" zh:"评审或论证日期" en:"Reviewed by experts on" also:"评审日期,论证日期"`
	ReviewedOn    day.Date        `json:"reviewedOn" required:"false" zh:"上次评估日期" en:"Last evaluated on" also:"评估日期"`
	ReviewDueOn   day.Date        `json:"reviewDueOn" readOnly:"true" zh:"下次评估日期" en:"Next evaluation" list:"1"`
	ReviseTrigger string          `json:"reviseTrigger" required:"false" enum:",law_change,command_change,risk_change,resource_change,drill_finding,other" choice:"law_change=法规标准发生变化/Law or standard changed;command_change=指挥机构职责调整/Command changed;risk_change=面临的风险发生变化/Risks changed;resource_change=重要应急资源变化/Key resources changed;drill_finding=演练或救援中发现需修订/Found in drill or rescue;other=其他情形/Other" zh:"修订情形" en:"Reason to revise" note:"应急条例第六条列出的情形/Cases of art. 6 of order 708"`
	TriggeredOn   day.Date        `json:"triggeredOn" required:"false" zh:"情形发生日期" en:"Reason since"`
	Note          string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
	MustFile      bool            `json:"mustFile" readOnly:"true" zh:"须备案" en:"Must be filed"`
	Filing        string          `json:"filing" readOnly:"true" choice:"not_needed=无须备案/Not needed;to_file=待备案/To be filed;submitted=已提交/Handed in;missing=待补正/Papers missing;filed=已备案/Filed;deemed=视为备案/Deemed filed" zh:"备案状态" en:"Filing" filter:"1" list:"1"`
	FileDueOn     day.Date        `json:"fileDueOn" readOnly:"true" zh:"备案期限" en:"File by" list:"1"`
}

// Drill is a drill, planned or held.
type Drill struct {
	register.Base
	Name          string          `json:"name" minLength:"1" maxLength:"80" zh:"演练名称" en:"Drill" also:"名称,演练科目,演练项目" key:"1" list:"1"`
	Kind          string          `json:"kind" enum:"comprehensive,special,onsite" choice:"comprehensive=综合应急预案演练/Comprehensive;special=专项应急预案演练/Special;onsite=现场处置方案演练/On-site" zh:"类别" en:"Kind" also:"演练类别,演练类型" filter:"1" list:"1"`
	Form          string          `json:"form" enum:"tabletop,operation,unannounced" choice:"tabletop=桌面演练/Tabletop;operation=实战演练/Live;unannounced=双盲演练/Unannounced" zh:"形式" en:"Form" also:"演练形式,演练方式"`
	PlanName      string          `json:"planName" required:"false" maxLength:"80" zh:"对应预案" en:"Plan" also:"预案名称,演练预案" note:"与预案名称一致时自动关联/linked where it is the name of a plan"`
	PlanID        id.Of[id.Row]   `json:"planId" readOnly:"true"`
	PlannedOn     day.Date        `json:"plannedOn" zh:"计划日期" en:"Planned on" also:"计划时间,计划演练日期" key:"1" list:"1"`
	HeldOn        day.Date        `json:"heldOn" required:"false" zh:"演练日期" en:"Held on" also:"演练时间,实施日期" list:"1"`
	State         string          `json:"state" readOnly:"true" choice:"planned=计划中/Planned;held=已开展/Held" zh:"状态" en:"State" filter:"1" list:"1"`
	StartTime     string          `json:"startTime" required:"false" maxLength:"5" zh:"开始时间" en:"Start" note:"如 14:30/e.g. 14:30"`
	EndTime       string          `json:"endTime" required:"false" maxLength:"5" zh:"结束时间" en:"End" note:"如 15:10/e.g. 15:10"`
	Place         string          `json:"place" required:"false" maxLength:"60" zh:"地点" en:"Place" also:"演练地点"`
	CommanderID   id.Of[id.Staff] `json:"commanderId" required:"false" zh:"总指挥" en:"Commander" name:"CommanderName" mine:"1"`
	CommanderName string          `json:"commanderName" readOnly:"true"`
	Participants  int             `json:"participants" required:"false" minimum:"0" maximum:"100000" zh:"参加人数" en:"Participants" also:"参演人数"`
	Attendees     string          `json:"attendees" required:"false" maxLength:"2000" area:"1" zh:"签到人员" en:"Signed in" also:"参演人员,参加人员"`
	Scenario      string          `json:"scenario" required:"false" maxLength:"2000" area:"1" zh:"演练情景" en:"Scenario" also:"情景,演练内容"`
	Steps         string          `json:"steps" required:"false" maxLength:"4000" area:"1" zh:"演练过程" en:"Steps" also:"过程,演练经过"`
	Effect        string          `json:"effect" required:"false" enum:",good,fair,poor" choice:"good=达到预期目标/Reached its aim;fair=基本达到/Mostly reached;poor=未达到，须重新演练/Missed: hold again" zh:"评估结论" en:"Result" also:"演练效果,效果评价"`
	Evaluation    string          `json:"evaluation" required:"false" maxLength:"2000" area:"1" zh:"演练评估" en:"Evaluation" also:"评估意见,总结评估"`
	Problems      string          `json:"problems" required:"false" maxLength:"2000" area:"1" zh:"发现的问题" en:"Findings" also:"存在问题,问题" note:"一行一条，每条自动生成隐患/one a line; each becomes a hazard"`
	HazardIDs     db.Ints         `json:"hazardIds" readOnly:"true" nullable:"false" doc:"hazards that the findings became"`
	ReportedOn    day.Date        `json:"reportedOn" required:"false" zh:"报送监管部门日期" en:"Reported to the regulator on" also:"报送日期"`
}

// Team is an emergency team of a company, or one it has an agreement with.
type Team struct {
	register.Base
	Name           string          `json:"name" minLength:"1" maxLength:"60" zh:"队伍名称" en:"Team" also:"名称,应急队伍名称" key:"1" list:"1"`
	Kind           string          `json:"kind" enum:"full_time,part_time,agreement" choice:"full_time=专职/Full time;part_time=兼职/Part time;agreement=签订救援协议/By agreement" zh:"性质" en:"Kind" also:"队伍性质,队伍类型" filter:"1" list:"1"`
	LeaderID       id.Of[id.Staff] `json:"leaderId" required:"false" zh:"负责人" en:"Leader" also:"队长" name:"LeaderName" mine:"1"`
	LeaderName     string          `json:"leaderName" readOnly:"true"`
	Members        int             `json:"members" required:"false" minimum:"0" maximum:"100000" zh:"人数" en:"Members" list:"1"`
	MemberNames    db.Texts        `json:"memberNames" required:"false" maxItems:"200" nullable:"false" zh:"成员" en:"Names" also:"队员"`
	Duties         string          `json:"duties" required:"false" maxLength:"500" area:"1" zh:"职责" en:"Duties"`
	Partner        string          `json:"partner" required:"false" maxLength:"80" zh:"协议单位" en:"Partner" note:"签订救援协议的专业队伍/the professional team of an agreement"`
	AgreementUntil day.Date        `json:"agreementUntil" required:"false" zh:"协议有效期至" en:"Agreement until" list:"1"`
	TrainedOn      day.Date        `json:"trainedOn" required:"false" zh:"上次培训日期" en:"Last trained on"`
	TrainDueOn     day.Date        `json:"trainDueOn" readOnly:"true" zh:"下次培训日期" en:"Next training" list:"1"`
	Note           string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

// Supply is a stock of one kind of emergency supplies in one place.
type Supply struct {
	register.Base
	Name        string          `json:"name" minLength:"1" maxLength:"60" zh:"物资名称" en:"Supply" also:"名称,应急物资名称" key:"1" list:"1"`
	Kind        string          `json:"kind" enum:"protection,rescue,fire,medical,lighting,communication,spill,other" choice:"protection=个体防护/Protection;rescue=救援器材/Rescue;fire=消防器材/Fire;medical=医疗急救/Medical;lighting=应急照明/Lighting;communication=通讯/Communication;spill=堵漏吸附/Spill;other=其他/Other" zh:"类别" en:"Kind" also:"物资类别" filter:"1" list:"1"`
	Spec        string          `json:"spec" required:"false" maxLength:"60" zh:"规格型号" en:"Type" also:"型号,规格" key:"1"`
	Place       string          `json:"place" minLength:"1" maxLength:"60" zh:"存放地点" en:"Place" also:"存放位置,地点" key:"1" list:"1"`
	Quantity    int             `json:"quantity" minimum:"0" maximum:"1000000" zh:"数量" en:"Quantity" also:"库存数量,现有数量" list:"1"`
	Least       int             `json:"least" required:"false" minimum:"0" maximum:"1000000" zh:"最低库存" en:"Minimum" also:"最小库存,配备标准" list:"1"`
	Short       bool            `json:"short" readOnly:"true" zh:"低于最低库存" en:"Short" filter:"1" list:"1"`
	Measure     string          `json:"measure" required:"false" maxLength:"10" zh:"单位" en:"Unit of measure" also:"计量单位"`
	KeeperID    id.Of[id.Staff] `json:"keeperId" required:"false" zh:"保管人" en:"Keeper" also:"责任人,管理人" name:"KeeperName" mine:"1"`
	KeeperName  string          `json:"keeperName" readOnly:"true"`
	MadeOn      day.Date        `json:"madeOn" required:"false" zh:"生产日期" en:"Made on"`
	ValidUntil  day.Date        `json:"validUntil" required:"false" zh:"有效期至" en:"Valid until" also:"失效日期,有效期" list:"1"`
	CheckedOn   day.Date        `json:"checkedOn" required:"false" zh:"上次检查日期" en:"Last checked on" also:"检查日期"`
	CheckMonths int             `json:"checkMonths" required:"false" minimum:"0" maximum:"60" zh:"检查周期（月）" en:"Check every (months)" note:"0 表示不定期检查/0: not in turn"`
	CheckDueOn  day.Date        `json:"checkDueOn" readOnly:"true" zh:"下次检查日期" en:"Next check" list:"1"`
	Note        string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

// Filing is a filing of one version of a plan. What it says of the plan is as it was then.
type Filing struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Filing]
	RegionPath    string
	OversightLine int16
	PlanID        id.Of[id.Row]
	PlanName      string
	PlanKind      string
	PlanVersion   string
	PublishedOn   day.Date
	DueOn         day.Date // zero: the holidays of a year are not published
	Late          bool
	Documents     db.Texts
	Files         db.Ints
	Note          string
	State         string
	SubmittedAt   time.Time
	SubmittedBy   string
	ReceivedOn    day.Date // the clock of the check runs from here
	CheckDueOn    day.Date
	DeemedOn      day.Date // from this day silence counts as filed
	Missing       db.Texts
	AskedAt       *time.Time
	AnsweredAt    *time.Time
	AnsweredBy    string
	Answer        string
	Number        string // 备案编号
	FiledOn       day.Date
}

// Setting is how a company counts its duties.
type Setting struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	UnitClass     string // empty: by what the company does
	Reading       string
	Counting      string
	Reason        string
	UpdatedAt     time.Time
	UpdatedBy     string
}
