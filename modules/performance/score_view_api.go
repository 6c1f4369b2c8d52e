package performance

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

type roundRow struct {
	ID          id.Of[Round] `json:"id"`
	Frequency   Frequency    `json:"frequency" enum:"monthly,quarterly,half_yearly,yearly"`
	Period      string       `json:"period"`
	From        day.Date     `json:"from"`
	Until       day.Date     `json:"until"`
	RuleVersion string       `json:"ruleVersion"`
	MadeName    string       `json:"madeName" doc:"who called for it, or the job"`
	ComputedAt  time.Time    `json:"computedAt"`
}

func roundOf(r Round) roundRow {
	return roundRow{r.ID, r.Frequency, r.Period, r.FromOn, r.UntilOn, r.RuleVersion, r.MadeName, r.ComputedAt}
}

// unitView is a unit's score in a round.
type unitView struct {
	UnitID   id.Of[id.Unit] `json:"unitId" doc:"empty: the company"`
	ParentID id.Of[id.Unit] `json:"parentId" doc:"empty: directly below the company"`
	Kind     string         `json:"kind" enum:"enterprise,department,workshop,team"`
	Name     string         `json:"name" doc:"as in the tree at the period's end; empty: the company"`
	People   int            `json:"people" doc:"assessed"`
	Measured int            `json:"measured" doc:"of these, with a score"`
	Score    *int           `json:"score,omitempty" doc:"hundredths; left out: nobody has one"`
	Exact    string         `json:"exact" doc:"exact fraction"`
	Grade    Grade          `json:"grade" enum:",A,B,C,D"`
}

type overviewView struct {
	Round  roundRow      `json:"round"`
	Units  []unitView    `json:"units" nullable:"false" doc:"parents before children"`
	States map[State]int `json:"states" doc:"assessments by state"`
}

func overviewOf(o Overview) overviewView {
	v := overviewView{roundOf(o.Round), []unitView{}, o.States}
	if v.States == nil {
		v.States = map[State]int{}
	}
	for _, u := range o.Units {
		row := unitView{UnitID: id.Of[id.Unit](u.UnitRef), ParentID: id.Of[id.Unit](u.ParentRef), Kind: u.Kind, Name: u.UnitName, People: u.People, Measured: u.Measured}
		if u.Exact != nil {
			score := Cut(u.Exact)
			row.Score, row.Exact, row.Grade = &score, u.Exact.RatString(), o.Rules.GradeOf(u.Exact)
		}
		v.Units = append(v.Units, row)
	}
	return v
}

// scoreRow is an assessment in a list.
type scoreRow struct {
	ID           id.Of[id.Assessment] `json:"id"`
	RoundID      id.Of[Round]         `json:"roundId"`
	Period       string               `json:"period"`
	StaffID      id.Of[id.Staff]      `json:"staffId"`
	StaffName    string               `json:"staffName"`
	PostName     string               `json:"postName"`
	UnitName     string               `json:"unitName"`
	State        State                `json:"state" enum:"draft,confirmed,published,appealed,final"`
	Raw          *int                 `json:"raw,omitempty" doc:"hundredths, before deductions"`
	Score        *int                 `json:"score,omitempty" doc:"hundredths; left out: nothing was due"`
	Grade        Grade                `json:"grade" enum:",A,B,C,D"`
	AssessorName string               `json:"assessorName"`
	PublishedAt  *time.Time           `json:"publishedAt,omitempty"`
	AppealUntil  day.Date             `json:"appealUntil" doc:"last day for an appeal"`
}

func scoreOf(l ScoreLine) scoreRow {
	return scoreRow{
		l.ID, l.RoundID, l.Period, l.StaffID, l.StaffName, l.PostName, l.UnitName, l.State, l.Raw, l.Score, l.Grade, l.AssessorName, l.PublishedAt, l.AppealUntil,
	}
}

type stepView struct {
	N         int32     `json:"n"`
	Event     Event     `json:"event" enum:"compute,adjust,confirm,publish,appeal,uphold,dismiss,lapse"`
	From      State     `json:"from"`
	To        State     `json:"to"`
	Score     *int      `json:"score,omitempty" doc:"hundredths, after it"`
	Note      string    `json:"note"`
	At        time.Time `json:"at"`
	ActorName string    `json:"actorName"`
}

// scoreDetail is an assessment with its working.
type scoreDetail struct {
	Assessment  scoreRow     `json:"assessment"`
	Working     Working      `json:"working"`
	WorkingHash string       `json:"workingHash" doc:"SHA-256 of the canonical working"`
	Steps       []stepView   `json:"steps" nullable:"false" doc:"what became of it, oldest first"`
	Rewards     []rewardView `json:"rewards" nullable:"false"`
	Mine        bool         `json:"mine"`
	May         []Event      `json:"may" nullable:"false" doc:"what the reader may do next"`
}

func scoreDetailOf(r Record) scoreDetail {
	d := scoreDetail{
		Assessment: scoreOf(ScoreLine{r.Assessment, r.Round.Period}), Working: r.Work, WorkingHash: r.WorkingHash, Steps: []stepView{}, Rewards: rewardsView(r.Rewards),
		Mine: r.Mine, May: append([]Event{}, r.May...),
	}
	for _, s := range r.History {
		d.Steps = append(d.Steps, stepView{s.N, s.Event, s.FromState, s.ToState, s.Score, s.Note, s.At, s.ActorName})
	}
	return d
}

type myScoresView struct {
	Items   []scoreRow   `json:"items" nullable:"false"`
	Rewards []rewardView `json:"rewards" nullable:"false"`
}

func myScoresOf(rows []ScoreLine, rewards []Reward) myScoresView {
	v := myScoresView{make([]scoreRow, len(rows)), rewardsView(rewards)}
	for i, r := range rows {
		v.Items[i] = scoreOf(r)
	}
	return v
}
