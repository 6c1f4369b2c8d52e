package performance

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/evidence"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// taskRow is a duty task in a list.
type taskRow struct {
	ID         id.Of[Task]     `json:"id"`
	Duty       string          `json:"duty"`
	Kind       Kind            `json:"kind" enum:"main,direct,lead,supervise"`
	Frequency  Frequency       `json:"frequency" enum:"weekly,monthly,quarterly,half_yearly,yearly,event,per_use"`
	Score      int             `json:"score" doc:"hundredths of a point that the duty is worth"`
	StaffID    id.Of[id.Staff] `json:"staffId"`
	StaffName  string          `json:"staffName"`
	PostName   string          `json:"postName"`
	Period     string          `json:"period"`
	Occasion   string          `json:"occasion" doc:"what happened, of an event"`
	FromOn     day.Date        `json:"fromOn"`
	DueOn      day.Date        `json:"dueOn"`
	GraceUntil day.Date        `json:"graceUntil" doc:"last day on which it still counts, as late"`
	Status     Status          `json:"status" enum:"pending,done,late,missed,excused"`
	DoneOn     day.Date        `json:"doneOn"`
	Evidence   int             `json:"evidence" doc:"pieces that count"`
	Waiting    int             `json:"waiting" doc:"pieces to be decided"`
}

func rowOfTaskView(t Task) taskRow {
	return taskRow{
		ID: t.ID, Duty: t.DutyText, Kind: t.DutyKind, Frequency: t.Frequency, Score: t.Score, StaffID: t.StaffID, StaffName: t.StaffName, PostName: t.PostName,
		Period: t.Period, Occasion: t.Occasion, FromOn: t.FromOn, DueOn: t.DueOn, GraceUntil: t.GraceUntil, Status: t.Status, DoneOn: t.DoneOn,
	}
}

func rowOfLine(l TaskLine) taskRow {
	r := rowOfTaskView(l.Task)
	r.Evidence, r.Waiting = l.Evidence, l.Waiting
	return r
}

type mineView struct {
	Today day.Date  `json:"today"`
	Items []taskRow `json:"items" nullable:"false"`
}

func mineOf(rows []TaskLine, today day.Date) mineView {
	v := mineView{today, make([]taskRow, len(rows))}
	for i, r := range rows {
		v.Items[i] = rowOfLine(r)
	}
	return v
}

// taskDetail is a task with its evidence.
type taskDetail struct {
	Task         taskRow        `json:"task"`
	EvidenceText string         `json:"evidenceText" doc:"what proves it, in the words of the matrix"`
	Measure      string         `json:"measure" doc:"which rule measures it"`
	Deeds        []DeedKind     `json:"deeds" nullable:"false" doc:"records of this system that fulfil it; empty: only what is handed in"`
	Least        int            `json:"least" doc:"how many of them"`
	Manual       EvidenceKind   `json:"manual" doc:"what is handed in for it"`
	Later        string         `json:"later" doc:"the module that will measure it; not yet measured until then"`
	ExcuseKind   string         `json:"excuseKind" enum:",ended,idle,granted"`
	Excuse       string         `json:"excuse"`
	ExcusedName  string         `json:"excusedName"`
	Evidence     []evidenceView `json:"evidence" nullable:"false"`
	Mine         bool           `json:"mine"`
	MayJudge     bool           `json:"mayJudge"`
}

type evidenceView struct {
	ID            id.Of[Evidence]        `json:"id"`
	Kind          EvidenceKind           `json:"kind"`
	Noun          string                 `json:"noun" doc:"record of this system to open; empty if handed in"`
	ObjectID      id.Of[Object]          `json:"objectId"`
	HappenedOn    day.Date               `json:"happenedOn"`
	Title         string                 `json:"title"`
	Note          string                 `json:"note"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false"`
	Status        string                 `json:"status" enum:"found,waiting,confirmed,refused"`
	ByName        string                 `json:"byName"`
	At            time.Time              `json:"at"`
	DecidedName   string                 `json:"decidedName"`
	DecidedAt     *time.Time             `json:"decidedAt,omitempty"`
	Reason        string                 `json:"reason"`
}

func detailOf(r TaskRecord) taskDetail {
	d := taskDetail{
		Task: rowOfTaskView(r.Task), EvidenceText: r.EvidenceText, Measure: r.Measure.ID, Deeds: append([]DeedKind{}, r.Measure.Deeds...), Least: r.Measure.Least,
		Manual: r.Measure.Manual, Later: r.Measure.Later, ExcuseKind: r.ExcuseKind, Excuse: r.Excuse, ExcusedName: r.ExcusedName, Evidence: []evidenceView{},
		Mine: r.Mine, MayJudge: r.MayJudge,
	}
	for _, e := range r.Evidence {
		v := evidenceView{
			ID: e.ID, Kind: e.Kind, Noun: e.Noun, ObjectID: e.ObjectID, HappenedOn: e.HappenedOn, Title: e.Title, Note: e.Note, AttachmentIDs: []id.Of[id.Attachment]{},
			Status: e.Status, ByName: e.ByName, At: e.At, DecidedName: e.DecidedName, DecidedAt: e.DecidedAt, Reason: e.Reason,
		}
		for _, a := range e.AttachmentIDs {
			v.AttachmentIDs = append(v.AttachmentIDs, id.Of[id.Attachment](a))
		}
		d.Evidence = append(d.Evidence, v)
	}
	return d
}

type occasionView struct {
	CellID    id.Of[Cell] `json:"cellId"`
	Duty      string      `json:"duty"`
	Kind      Kind        `json:"kind" enum:"main,direct,lead,supervise"`
	Frequency Frequency   `json:"frequency" enum:"event,per_use"`
	Evidence  string      `json:"evidence"`
}

type occasionsView struct {
	Items []occasionView `json:"items" nullable:"false"`
}

func occasionsOf(cells []Cell) occasionsView {
	v := occasionsView{make([]occasionView, len(cells))}
	for i, c := range cells {
		v.Items[i] = occasionView{c.CellID, c.Text, c.Kind, c.Frequency, c.Evidence}
	}
	return v
}

type rewardView struct {
	ID            id.Of[Reward]         `json:"id"`
	StaffID       id.Of[id.Staff]       `json:"staffId"`
	StaffName     string                `json:"staffName"`
	Kind          string                `json:"kind" enum:"reward,penalty"`
	AmountFen     fen.Amount            `json:"amountFen"`
	Basis         string                `json:"basis"`
	DecidedOn     day.Date              `json:"decidedOn"`
	AssessmentID  *id.Of[id.Assessment] `json:"assessmentId,omitempty"`
	ByName        string                `json:"byName"`
	RevokedOn     day.Date              `json:"revokedOn"`
	RevokedReason string                `json:"revokedReason"`
}

func rewardOf(r Reward) rewardView {
	return rewardView{r.ID, r.StaffID, r.StaffName, r.Kind, r.AmountFen, r.Basis, r.DecidedOn, r.AssessmentID, r.ByName, r.RevokedOn, r.RevokedReason}
}

func rewardsView(rows []Reward) []rewardView {
	v := make([]rewardView, len(rows))
	for i, r := range rows {
		v[i] = rewardOf(r)
	}
	return v
}

// metricView is one figure; without a provider it is not yet measured, which is not zero.
type metricView struct {
	Metric   string     `json:"metric"`
	Measured bool       `json:"measured"`
	Num      int64      `json:"num"`
	Den      int64      `json:"den" doc:"0: nothing was due"`
	At       *time.Time `json:"at,omitempty"`
}

type figureView struct {
	CompanyID   id.Of[id.Company] `json:"companyId"`
	CompanyName string            `json:"companyName"`
	Metrics     []metricView      `json:"metrics" nullable:"false"`
}

type figuresView struct {
	Period string       `json:"period"`
	Items  []figureView `json:"items" nullable:"false"`
	Next   string       `json:"next" doc:"cursor of the following page, empty on the last"`
	Prev   string       `json:"prev" doc:"cursor of the page before, empty on the first"`
}

func figureRow(metrics []string) func(Figures) figureView {
	return func(f Figures) figureView {
		v := figureView{f.CompanyID, f.CompanyName, []metricView{}}
		for _, key := range metrics {
			m := metricView{Metric: key}
			for _, x := range f.Values.V {
				if x.Metric == key {
					m.Measured, m.Num, m.Den, m.At = true, x.Num, x.Den, &x.At
				}
			}
			v.Metrics = append(v.Metrics, m)
		}
		return v
	}
}

type behindRow struct {
	Noun   string        `json:"noun"`
	ID     id.Of[Object] `json:"id"`
	On     day.Date      `json:"on"`
	Counts bool          `json:"counts"`
}

type behindView struct {
	Items []behindRow `json:"items" nullable:"false"`
}

func behindOf(rows []evidence.Row) behindView {
	v := behindView{make([]behindRow, len(rows))}
	for i, r := range rows {
		v.Items[i] = behindRow{r.Noun, id.Of[Object](r.ID), r.On, r.Counts}
	}
	return v
}
