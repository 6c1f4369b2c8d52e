package training

import (
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

type planItemView struct {
	ID          id.Of[PlanItem]  `json:"id"`
	Month       int16            `json:"month"`
	Topic       string           `json:"topic"`
	Kind        string           `json:"kind"`
	Types       []string         `json:"types" nullable:"false"`
	Units       []id.Of[id.Unit] `json:"units" nullable:"false"`
	Minutes     int              `json:"minutes"`
	Trainer     string           `json:"trainer"`
	CourseID    id.Of[id.Course] `json:"courseId"`
	CourseTitle string           `json:"courseTitle"`
	Sessions    int              `json:"sessions" doc:"that were planned for it"`
	Held        int              `json:"held"`
	Attended    int              `json:"attended" doc:"people, over all sessions"`
}

type planView struct {
	Year       int            `json:"year"`
	State      string         `json:"state" enum:",draft,submitted,approved" doc:"empty: there is none yet"`
	Reason     string         `json:"reason"`
	MadeBy     string         `json:"madeBy"`
	ApprovedBy string         `json:"approvedBy"`
	ApprovedAt *time.Time     `json:"approvedAt,omitempty"`
	Items      []planItemView `json:"items" nullable:"false"`
	MayKeep    bool           `json:"mayKeep"`
	MayApprove bool           `json:"mayApprove"`
}

func planAs(p PlanPage) planView {
	v := planView{Year: p.Year, Items: make([]planItemView, len(p.Items))}
	if p.Plan != nil {
		v.State, v.Reason, v.MadeBy, v.ApprovedBy, v.ApprovedAt = p.Plan.State, p.Plan.Reason, p.Plan.MadeByName, p.Plan.ApprovedByName, p.Plan.ApprovedAt
	}
	if p.Can != nil {
		v.MayKeep, v.MayApprove = p.Can(ActionPlanKeep) && (v.State == "" || v.State == planDraft), p.Can(ActionApprove)
	}
	for i, x := range p.Items {
		v.Items[i] = planItemView{x.ID, x.Month, x.Topic, x.Kind, texts(x.Types), idsOf[id.Unit](x.Units), x.Minutes, x.Trainer, value(x.CourseID), x.CourseTitle, x.Sessions, x.Held, x.Attended}
	}
	return v
}

func texts(list []string) []string { return append([]string{}, list...) }

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

type courseView struct {
	ID        id.Of[id.Course]       `json:"id"`
	Code      string                 `json:"code" doc:"of the ready course it was made from; empty: the company's own"`
	Kind      string                 `json:"kind"`
	Phase     string                 `json:"phase"`
	Level     string                 `json:"level"`
	Title     string                 `json:"title"`
	Minutes   int                    `json:"minutes"`
	Outline   string                 `json:"outline"`
	Source    string                 `json:"source"`
	Types     []string               `json:"types" nullable:"false"`
	Files     []id.Of[id.Attachment] `json:"files" nullable:"false"`
	PaperID   id.Of[id.Paper]        `json:"paperId" doc:"exam that ends it; 0: none"`
	Retired   bool                   `json:"retired"`
	ChangedBy string                 `json:"changedBy"`
	ChangedAt time.Time              `json:"changedAt"`
	Sessions  int                    `json:"sessions" doc:"planned or held"`
}

func courseAs(c Course, sessions int) courseView {
	return courseView{
		c.ID, c.Code, c.Kind, c.Phase, c.Level, c.Title, c.Minutes, c.Outline, c.Source, texts(c.Types), idsOf[id.Attachment](c.Files), c.PaperID, c.Retired, c.MadeByName, c.ChangedAt, sessions,
	}
}

type readyView struct {
	Code       string           `json:"code"`
	Kind       string           `json:"kind"`
	Phase      string           `json:"phase"`
	Level      string           `json:"level"`
	Title      string           `json:"title"`
	TitleEn    string           `json:"titleEn"`
	Minutes    int              `json:"minutes"`
	Outline    string           `json:"outline"`
	Source     string           `json:"source"`
	Confidence string           `json:"confidence" enum:"verified,memory,design,mixed" doc:"how sure the source is"`
	Types      []string         `json:"types" nullable:"false"`
	OwnID      id.Of[id.Course] `json:"ownId" doc:"the company's copy; 0: none yet"`
	Next       day.Date         `json:"next" doc:"day on which to hold it next"`
}

func readyAs(o Offered) readyView {
	return readyView{o.Code, o.Kind, o.Phase, o.Level, o.Zh, o.En, o.Hours * ClassHour, o.Outline, o.Source, o.Confidence, texts(o.Types), o.Own, o.Next}
}

// SessionView is a session on the wire.
type SessionView struct {
	ID         id.Of[id.Session]      `json:"id"`
	UnitID     id.Of[id.Unit]         `json:"unitId" doc:"that holds it; 0: the company"`
	CourseID   id.Of[id.Course]       `json:"courseId"`
	PlanItemID id.Of[PlanItem]        `json:"planItemId"`
	Kind       string                 `json:"kind"`
	Phase      string                 `json:"phase"`
	Level      string                 `json:"level"`
	Title      string                 `json:"title"`
	Outline    string                 `json:"outline"`
	HeldOn     day.Date               `json:"heldOn"`
	Starts     string                 `json:"starts"`
	Ends       string                 `json:"ends"`
	Minutes    int                    `json:"minutes"`
	Place      string                 `json:"place"`
	Trainer    string                 `json:"trainer"`
	TrainerID  id.Of[id.Staff]        `json:"trainerId"`
	Types      []string               `json:"types" nullable:"false"`
	Units      []id.Of[id.Unit]       `json:"units" nullable:"false"`
	People     []id.Of[id.Staff]      `json:"people" nullable:"false"`
	State      State                  `json:"state" enum:"planned,open,closed,cancelled"`
	Files      []id.Of[id.Attachment] `json:"files" nullable:"false"`
	PaperID    id.Of[id.Paper]        `json:"paperId"`
	Expected   int                    `json:"expected" doc:"people, known once it is closed"`
	Attended   int                    `json:"attended"`
	Summary    string                 `json:"summary"`
	Reason     string                 `json:"reason" doc:"why it was cancelled"`
	MadeBy     string                 `json:"madeBy"`
	ClosedBy   string                 `json:"closedBy"`
	ClosedAt   *time.Time             `json:"closedAt,omitempty"`
}

func sessionAs(s Session) SessionView {
	return SessionView{
		ID: s.ID, UnitID: value(s.UnitID), CourseID: value(s.CourseID), PlanItemID: value(s.PlanItemID), Kind: s.Kind, Phase: s.Phase, Level: s.Level, Title: s.Title, Outline: s.Outline, HeldOn: s.HeldOn,
		Starts: clockText(s.Starts), Ends: clockText(int16((int(s.Starts) + s.Minutes) % 1440)), Minutes: s.Minutes, Place: s.Place, Trainer: s.Trainer, TrainerID: value(s.TrainerID), Types: texts(s.Types),
		Units: idsOf[id.Unit](s.Units), People: idsOf[id.Staff](s.People), State: s.State, Files: idsOf[id.Attachment](s.Files), PaperID: s.PaperID, Expected: s.Expected, Attended: s.Attended,
		Summary: s.Summary, Reason: s.Reason, MadeBy: s.MadeByName, ClosedBy: s.ClosedByName, ClosedAt: s.ClosedAt,
	}
}

type attendanceView struct {
	StaffID     id.Of[id.Staff]      `json:"staffId"`
	Name        string               `json:"name"`
	UnitName    string               `json:"unitName"`
	PostName    string               `json:"postName"`
	How         string               `json:"how" enum:"qr,signature,sheet,corrected,absent"`
	At          time.Time            `json:"at"`
	SignatureID id.Of[id.Attachment] `json:"signatureId"`
	Minutes     int                  `json:"minutes"`
	Score       *int16               `json:"score,omitempty"`
	Passed      *bool                `json:"passed,omitempty"`
	Rating      *int16               `json:"rating,omitempty" doc:"of the session, 1 to 5"`
	Remark      string               `json:"remark"`
}

func attendanceAs(a Attendance) attendanceView {
	return attendanceView{a.StaffID, a.StaffName, a.UnitName, a.PostName, a.How, a.At, value(a.SignatureID), a.Minutes, a.Score, a.Passed, a.Rating, a.Remark}
}

type waitingView struct {
	StaffID  id.Of[id.Staff] `json:"staffId"`
	Name     string          `json:"name"`
	UnitName string          `json:"unitName"`
	PostName string          `json:"postName"`
}

type sheetView struct {
	SessionView
	CourseTitle string           `json:"courseTitle"`
	Link        string           `json:"link" doc:"that the code says"`
	Code        []string         `json:"code" nullable:"false" doc:"lines of the QR code, 1 is dark; none once it is over"`
	Attendance  []attendanceView `json:"attendance" nullable:"false"`
	Waiting     []waitingView    `json:"waiting" nullable:"false" doc:"expected, and not noted yet"`
	MayRun      bool             `json:"mayRun"`
	MayChange   bool             `json:"mayChange"`
	MayCorrect  bool             `json:"mayCorrect"`
	Now         bool             `json:"now" doc:"its code takes signatures"`
	Rated       int              `json:"rated" doc:"people who said what they think of it"`
	RatingSum   int              `json:"ratingSum"`
}

func sheetAs(x Sheet) sheetView {
	v := sheetView{
		SessionView: sessionAs(x.Session), CourseTitle: x.CourseTitle, Link: x.Link, Attendance: make([]attendanceView, len(x.Attendance)), Waiting: make([]waitingView, len(x.Waiting)), MayRun: x.MayRun,
		MayChange: x.MayChange, MayCorrect: x.MayCorrect, Now: x.Now, Code: []string{},
	}
	if x.MayRun && x.Link != "" {
		v.Code = doc.QRRows(x.Link)
	}
	for i, a := range x.Attendance {
		v.Attendance[i] = attendanceAs(a)
		if a.Rating != nil {
			v.Rated, v.RatingSum = v.Rated+1, v.RatingSum+int(*a.Rating)
		}
	}
	for i, p := range x.Waiting {
		v.Waiting[i] = waitingView{p.ID, p.Name, p.UnitName, p.PostName}
	}
	return v
}

type mineView struct {
	SessionView
	MeExpected bool            `json:"isExpected" doc:"the reader is"`
	MeTrainer  bool            `json:"isTrainer" doc:"the reader is"`
	Now        bool            `json:"now" doc:"its code takes signatures"`
	Own        *attendanceView `json:"own,omitempty" doc:"what is noted of the reader"`
	Rate       bool            `json:"rate" doc:"the reader may say what he thinks of it"`
}

func mineAs(m Mine) mineView {
	v := mineView{SessionView: sessionAs(m.Session), MeExpected: m.Expected, MeTrainer: m.Trainer, Now: m.Now, Rate: m.Rate}
	v.People = []id.Of[id.Staff]{}
	if m.Own != nil {
		own := attendanceAs(*m.Own)
		v.Own = &own
	}
	return v
}

type dutyView struct {
	Duty
	KindName   string `json:"kindName"`
	Basis      string `json:"basis"`
	Confidence string `json:"confidence" enum:"verified,memory,design,mixed"`
	Missing    int    `json:"missing" doc:"minutes"`
}

func dutiesAs(list []Duty, year int, l text.Lang) []dutyView {
	b := BookOn(day.Of(year, 12, 31))
	out := make([]dutyView, len(list))
	for i, d := range list {
		r, _ := b.Rule(d.Rule)
		out[i] = dutyView{d, b.kindName(d.Kind, l), r.Basis, r.Confidence, d.Missing()}
		out[i].Levels = texts(d.Levels)
	}
	return out
}

func (b Book) kindName(kind string, l text.Lang) string {
	for _, k := range b.Kinds {
		if k.ID == kind {
			if l == text.English {
				return k.En
			}
			return k.Zh
		}
	}
	return kind
}

type hoursView struct {
	StaffID    id.Of[id.Staff] `json:"staffId"`
	Name       string          `json:"name"`
	EmployeeNo string          `json:"employeeNo"`
	UnitName   string          `json:"unitName"`
	PostName   string          `json:"postName"`
	Kinds      []string        `json:"kinds" nullable:"false" doc:"of person"`
	Required   int             `json:"required" doc:"minutes"`
	Had        int             `json:"had" doc:"minutes that count for what is required"`
	All        int             `json:"all" doc:"minutes of all training in the year"`
	Missing    int             `json:"missing" doc:"minutes"`
	Due        bool            `json:"due" doc:"a rule is due in the year"`
	Met        bool            `json:"met"`
	Duties     []dutyView      `json:"duties" nullable:"false"`
}

func hoursAs(x Stands, l text.Lang) hoursView {
	b := BookOn(day.Of(int(x.Year), 12, 31))
	kinds := make([]string, len(x.Kinds))
	for i, k := range x.Kinds {
		kinds[i] = b.kindName(k, l)
	}
	return hoursView{
		x.StaffID, x.StaffName, x.EmployeeNo, x.UnitName, x.PostName, kinds, x.RequiredMinutes, x.HadMinutes, x.AllMinutes, x.MissingMinutes, x.Due, x.Met, dutiesAs(x.Duties.V, int(x.Year), l),
	}
}

// TallyView is the training of a company in a year on the wire.
type TallyView struct {
	CompanyID    rbac.CompanyID `json:"companyId"`
	Year         int32          `json:"year"`
	People       int            `json:"people"`
	Due          int            `json:"due" doc:"with a rule due in the year"`
	Met          int            `json:"met" doc:"of them, who meet every rule"`
	FirstDue     int            `json:"firstDue" doc:"who began in the year"`
	FirstMet     int            `json:"firstMet" doc:"of them, with complete education before work"`
	Required     int64          `json:"required" doc:"minutes"`
	Had          int64          `json:"had" doc:"minutes"`
	Sessions     int            `json:"sessions" doc:"held"`
	PlanApproved bool           `json:"planApproved"`
}

func tallyAs(t Tally) TallyView {
	return TallyView{t.CompanyID, t.Year, t.People, t.Due, t.Met, t.FirstDue, t.FirstMet, t.RequiredMinutes, t.HadMinutes, t.Sessions, t.PlanApproved}
}

type recordView struct {
	ID         id.Of[Record]   `json:"id"`
	StaffID    id.Of[id.Staff] `json:"staffId"`
	Name       string          `json:"name"`
	EmployeeNo string          `json:"employeeNo"`
	UnitName   string          `json:"unitName"`
	HeldOn     day.Date        `json:"heldOn"`
	Title      string          `json:"title"`
	Kind       string          `json:"kind"`
	Phase      string          `json:"phase"`
	Level      string          `json:"level"`
	Minutes    int             `json:"minutes"`
	Trainer    string          `json:"trainer"`
	Source     string          `json:"source" enum:"session,card,exam,import"`
	SourceID   string          `json:"sourceId"`
	Score      *int            `json:"score,omitempty"`
	Passed     *bool           `json:"passed,omitempty"`
}

func recordAs(r Told) recordView {
	return recordView{
		r.ID, r.StaffID, r.StaffName, r.EmployeeNo, r.UnitName, r.HeldOn, r.Title, r.Kind, r.Phase, r.Level, r.Minutes, r.Trainer, r.Source, strconv.FormatInt(r.SourceID, 10), r.Score, r.Passed,
	}
}
