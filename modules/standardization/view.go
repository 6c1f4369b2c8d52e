package standardization

import (
	"math/big"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// EvaluationView is an evaluation as a list shows it.
type EvaluationView struct {
	ID             id.Of[id.Evaluation] `json:"id"`
	CompanyID      rbac.CompanyID       `json:"companyId"`
	CompanyName    string               `json:"companyName"`
	Kind           Kind                 `json:"kind" enum:"self,review,duty,class"`
	RubricID       id.Of[id.Rubric]     `json:"rubricId"`
	Year           int                  `json:"year"`
	Title          string               `json:"title"`
	State          State                `json:"state" enum:"draft,scoring,finished,published,closed"`
	AgainstID      id.Of[id.Evaluation] `json:"againstId" doc:"the self evaluation that a review looks at"`
	MadeBy         string               `json:"madeBy"`
	DueOn          day.Date             `json:"dueOn"`
	StartedOn      day.Date             `json:"startedOn"`
	FinishedOn     day.Date             `json:"finishedOn"`
	FinishedBy     string               `json:"finishedBy"`
	Score          int                  `json:"score" doc:"hundredths; -1: none yet"`
	Exact          string               `json:"exact" doc:"the score as a fraction"`
	Official       string               `json:"official" doc:"with the table's decimals"`
	Level          string               `json:"level"`
	LevelName      string               `json:"levelName"`
	PublishedFrom  day.Date             `json:"publishedFrom"`
	PublishedUntil day.Date             `json:"publishedUntil"`
	PublishedWhere string               `json:"publishedWhere"`
	ClosedOn       day.Date             `json:"closedOn"`
	ClosedNote     string               `json:"closedNote"`
	Answered       int                  `json:"answered"`
	Items          int                  `json:"items"`
}

func viewOf(e *Evaluation, company string, answered, items int) EvaluationView {
	v := EvaluationView{
		ID: e.ID, CompanyID: e.CompanyID, CompanyName: company, Kind: e.Kind, RubricID: e.RubricID, Year: int(e.Year), Title: e.Title, State: e.State, MadeBy: e.MadeBy,
		DueOn: e.DueOn, StartedOn: e.StartedOn, FinishedOn: e.FinishedOn, FinishedBy: e.FinishedBy, Score: e.Score, Exact: e.Exact, Official: e.Official, Level: e.Level, LevelName: e.LevelName,
		PublishedFrom: e.PublishedFrom, PublishedUntil: e.PublishedUntil, PublishedWhere: e.PublishedWhere, ClosedOn: e.ClosedOn, ClosedNote: e.ClosedNote, Answered: answered, Items: items,
	}
	if e.AgainstID != nil {
		v.AgainstID = *e.AgainstID
	}
	return v
}

// LiveView is how a score stands.
type LiveView struct {
	Answered   int            `json:"answered"`
	Items      int            `json:"items"`
	Raw        scoring.Points `json:"raw" doc:"points reached so far"`
	Total      scoring.Points `json:"total"`
	NA         scoring.Points `json:"na" doc:"points that do not apply"`
	Applicable scoring.Points `json:"applicable"`
	Lost       scoring.Points `json:"lost"`
	SoFar      string         `json:"soFar" doc:"of 100, of the items answered alone; empty: none"`
	Score      string         `json:"score" doc:"of 100, two decimals; empty: not every item is answered"`
	Official   string         `json:"official"`
	Exact      string         `json:"exact"`
	Level      string         `json:"level" doc:"empty: none"`
	LevelName  string         `json:"levelName"`
	Reasons    []string       `json:"reasons" nullable:"false" doc:"why there is no level, or no better one"`
	Unknown    []string       `json:"unknown" nullable:"false" doc:"figures that are not known: the level is provisional"`
}

func liveOf(r *scoring.Result) LiveView {
	v := LiveView{
		Answered: r.Answered, Items: len(r.Items), Raw: r.Raw, Total: r.Total, NA: r.NA, Applicable: r.Applicable, Score: r.Score, Official: r.Official, Exact: r.Exact,
		Level: r.Level, LevelName: r.LevelName, Reasons: r.Reasons, Unknown: r.Unknown,
	}
	var open scoring.Points
	for _, it := range r.Items {
		if it.State == scoring.Open {
			open += it.Points
		}
	}
	for _, l := range r.Losses {
		v.Lost += l.Points
	}
	if left := r.Applicable - open; left > 0 {
		v.SoFar = scoring.HalfUp(big.NewRat(int64(r.Raw)*100, int64(left)), 2)
	}
	return v
}

// RuleView is a rule of an item.
type RuleView struct {
	ID    string         `json:"id"`
	When  string         `json:"when"`
	Kind  string         `json:"kind" enum:"minus,zero,extra_minus,veto"`
	Scope string         `json:"scope" enum:"item,sub_element,element,total"`
	Minus scoring.Points `json:"minus" doc:"points taken, each time where per says of what"`
	Per   string         `json:"per"`
	Cap   scoring.Points `json:"cap"`
	Auto  bool           `json:"auto" doc:"acts by itself"`
	Once  string         `json:"once" doc:"a fact charged at one item only"`
}

// FindingView is a finding.
type FindingView struct {
	ID          id.Of[id.Finding] `json:"id"`
	ItemCode    string            `json:"itemCode"`
	Rules       []string          `json:"rules" nullable:"false"`
	Occurrences int               `json:"occurrences"`
	What        string            `json:"what"`
	Place       string            `json:"place"`
	Photos      []string          `json:"photos" nullable:"false" doc:"attachments"`
	FoundOn     day.Date          `json:"foundOn"`
	FoundBy     string            `json:"foundBy"`
	OwnerID     id.Of[id.Staff]   `json:"ownerId"`
	DueOn       day.Date          `json:"dueOn"`
	HazardID    id.Of[id.Hazard]  `json:"hazardId" doc:"empty: not in the plan yet"`
	PlannedOn   day.Date          `json:"plannedOn"`
	MendedOn    day.Date          `json:"mendedOn"`
	Hazard      *HazardState      `json:"hazard,omitempty" doc:"as it stands in the ledger, for who sees it"`
}

// EvidenceView is evidence beside an item.
type EvidenceView struct {
	ID      string   `json:"id"`
	Source  string   `json:"source"`
	Ref     string   `json:"ref"`
	Title   string   `json:"title"`
	On      day.Date `json:"on"`
	Path    string   `json:"path"`
	Note    string   `json:"note"`
	AddedBy string   `json:"addedBy"`
}

// ItemView is an item with its answer.
type ItemView struct {
	Code         string          `json:"code"`
	Requirement  string          `json:"requirement"`
	Points       scoring.Points  `json:"points"`
	Expects      string          `json:"expects" doc:"evidence that the table names"`
	NARefused    bool            `json:"naRefused" doc:"the table does not let it be not applicable"`
	Rules        []RuleView      `json:"rules" nullable:"false"`
	State        string          `json:"state" enum:"open,scored,na"`
	Score        scoring.Points  `json:"score"`
	Reason       string          `json:"reason"`
	Note         string          `json:"note"`
	AssigneeID   id.Of[id.Staff] `json:"assigneeId"`
	AssigneeName string          `json:"assigneeName"`
	DueOn        day.Date        `json:"dueOn"`
	AnsweredAt   *time.Time      `json:"answeredAt,omitempty"`
	AnsweredBy   string          `json:"answeredBy"`
	Version      int             `json:"version"`
	Mine         bool            `json:"mine" doc:"given to the reader"`
	Findings     []FindingView   `json:"findings" nullable:"false"`
	Evidence     []EvidenceView  `json:"evidence" nullable:"false"`
}

// BranchView is an element or sub-element.
type BranchView struct {
	Code       string         `json:"code"`
	Title      string         `json:"title"`
	Points     scoring.Points `json:"points"`
	Applicable scoring.Points `json:"applicable"`
	Raw        scoring.Points `json:"raw"`
	Percent    string         `json:"percent" doc:"empty: nothing applies"`
}

// SubView is a sub-element with its items.
type SubView struct {
	BranchView
	Items []ItemView `json:"items" nullable:"false"`
}

// ElementView is an element with what is below it.
type ElementView struct {
	BranchView
	Subs []SubView `json:"subs" nullable:"false"`
}

// LossView is points that one rule took, with what was found.
type LossView struct {
	Item        string         `json:"item"`
	Requirement string         `json:"requirement"`
	Rule        string         `json:"rule"`
	When        string         `json:"when"`
	Kind        string         `json:"kind" enum:"minus,zero,extra_minus,veto"`
	Scope       string         `json:"scope" enum:"item,sub_element,element,total"`
	Occurrences int            `json:"occurrences"`
	Capped      bool           `json:"capped"`
	Auto        bool           `json:"auto"`
	Points      scoring.Points `json:"points"`
	Found       []string       `json:"found" nullable:"false"`
}

// SheetView is an evaluation with everything in it.
type SheetView struct {
	EvaluationView
	TableTitle  string        `json:"tableTitle"`
	TableEN     string        `json:"tableTitleEn"`
	TableNo     string        `json:"tableVersion"`
	Decimals    int           `json:"decimals"`
	Team        []Member      `json:"team" nullable:"false"`
	Plan        []PlanStep    `json:"plan" nullable:"false"`
	About       string        `json:"about"`
	Conclusion  string        `json:"conclusion"`
	Facts       []Fact        `json:"facts" nullable:"false"`
	PeriodFrom  day.Date      `json:"periodFrom"`
	PeriodUntil day.Date      `json:"periodUntil"`
	Live        LiveView      `json:"live"`
	Elements    []ElementView `json:"elements" nullable:"false"`
	Losses      []LossView    `json:"losses" nullable:"false"`
	Whole       bool          `json:"whole" doc:"the reader sees every item"`
	Write       bool          `json:"write" doc:"the reader may answer"`
	Lead        bool          `json:"lead"`
	May         []string      `json:"may" nullable:"false" doc:"start, assign, finish, close, publish, mend"`
	Today       day.Date      `json:"today"`
}
