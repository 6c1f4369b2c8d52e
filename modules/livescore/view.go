package livescore

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/kit/text"
)

// scoreView is a live score, item by item.
type scoreView struct {
	RubricID     id.Of[id.Rubric]     `json:"rubricId"`
	Rubric       string               `json:"rubric" doc:"code of the scoring table"`
	Version      string               `json:"version"`
	Title        string               `json:"title"`
	Bindings     string               `json:"bindings" doc:"version of the rules that bind items to figures"`
	Score        int                  `json:"score" doc:"hundredths of 100, over what is known; -1: nothing is"`
	Exact        string               `json:"exact" doc:"the same as a fraction"`
	Official     string               `json:"official" doc:"with the table's decimals"`
	Level        string               `json:"level" doc:"empty: none"`
	LevelName    string               `json:"levelName"`
	Provisional  bool                 `json:"provisional" doc:"items are open, or a figure that a level asks for is not known"`
	Reasons      []string             `json:"reasons" nullable:"false" doc:"why there is no better level, as codes"`
	Unknown      []string             `json:"unknown" nullable:"false" doc:"figures that a level asks for and nobody gave"`
	Measured     int32                `json:"measured" doc:"hundredths of a percent of the table's points that are measured"`
	Known        int32                `json:"known" doc:"the same of what is measured, answered by hand or not applicable"`
	OpenItems    int                  `json:"openItems" doc:"items that nobody ever answered"`
	Total        scoring.Points       `json:"total"`
	Applicable   scoring.Points       `json:"applicable"`
	Raw          scoring.Points       `json:"raw"`
	At           *time.Time           `json:"at,omitempty" doc:"when it last moved"`
	EvaluationID id.Of[id.Evaluation] `json:"evaluationId" doc:"whose answers by hand are kept; 0: none"`
	Elements     []elementView        `json:"elements" nullable:"false"`
	Items        []itemView           `json:"items" nullable:"false"`
	Week         []changeView         `json:"week" nullable:"false" doc:"what moved it in the last seven days, latest first"`
	WeekFrom     int32                `json:"weekFrom" doc:"the score before these"`
	Lifts        []liftView           `json:"lifts" nullable:"false" doc:"what would lift it, most first"`
}

type elementView struct {
	Code       string         `json:"code"`
	Title      string         `json:"title"`
	Points     scoring.Points `json:"points"`
	Applicable scoring.Points `json:"applicable"`
	Raw        scoring.Points `json:"raw"`
}

type itemView struct {
	Code        string         `json:"code"`
	Element     string         `json:"element" doc:"code"`
	Requirement string         `json:"requirement"`
	Points      scoring.Points `json:"points"`
	Score       scoring.Points `json:"score"`
	State       string         `json:"state" enum:"measured,manual,open,na"`
	AnsweredOn  day.Date       `json:"answeredOn" doc:"of an answer by hand"`
	AgeDays     int            `json:"ageDays"`
	Losses      []lossView     `json:"losses" nullable:"false"`
	Figures     []figureView   `json:"figures" nullable:"false"`
}

type lossView struct {
	Rule        string         `json:"rule"`
	When        string         `json:"when"`
	Scope       string         `json:"scope" enum:"item,sub_element,element,total"`
	Occurrences int            `json:"occurrences"`
	Points      scoring.Points `json:"points"`
}

type figureView struct {
	Metric   string `json:"metric"`
	Title    string `json:"title"`
	Period   Span   `json:"period" enum:"month,quarter,year,today"`
	Num      int64  `json:"num"`
	Den      int64  `json:"den" doc:"0: nothing was due"`
	Provided bool   `json:"provided" doc:"false: no module measures it yet"`
	Why      string `json:"why" doc:"in words; empty: not measured"`
}

type liftView struct {
	Metric string   `json:"metric" doc:"empty: an item answered by hand"`
	Period string   `json:"period"`
	Items  []string `json:"items" nullable:"false"`
	Gain   int      `json:"gain" doc:"hundredths of the score"`
	Work   int64    `json:"work" doc:"how many are missing, or were found"`
	Do     string   `json:"do" doc:"what to do"`
	Page   string   `json:"page" doc:"of the desk, where it is done; empty: there is none"`
}

type changeView struct {
	ID        int64     `json:"id"`
	At        time.Time `json:"at"`
	Item      string    `json:"item" doc:"code; empty: the table itself changed"`
	From      int32     `json:"from" doc:"hundredths of points; -1 not applicable, -2 open"`
	To        int32     `json:"to"`
	Metric    string    `json:"metric" doc:"the figure that moved it; empty: an answer by hand"`
	Title     string    `json:"title" doc:"of the figure"`
	Period    string    `json:"period"`
	FromNum   int64     `json:"fromNum"`
	FromDen   int64     `json:"fromDen"`
	ToNum     int64     `json:"toNum"`
	ToDen     int64     `json:"toDen"`
	FromScore int32     `json:"fromScore" doc:"of the whole, hundredths"`
	ToScore   int32     `json:"toScore"`
}

func keyOf(c Change) []string { return []string{strconv.FormatInt(c.ID, 10)} }

func viewChange(l text.Lang, c Change) changeView {
	v := changeView{c.ID, c.At, c.Item, c.FromPoints, c.ToPoints, c.Metric, "", c.Period, c.FromNum, c.FromDen, c.ToNum, c.ToDen, c.FromScore, c.ToScore}
	if m := current.metrics[c.Metric]; m != nil {
		v.Title = m.title(l)
	}
	return v
}

func viewScore(l text.Lang, s Sheet) scoreView {
	r := s.Table
	v := scoreView{
		RubricID: s.bound.id, Rubric: r.ID, Version: r.Version, Title: r.Title, Bindings: current.Version, Score: s.Score, Exact: s.Exact, Official: s.Result.Official,
		Level: s.Level, LevelName: s.Result.LevelName, Provisional: s.Open > 0 || len(s.Result.Unknown) > 0, Reasons: s.Result.Reasons, Unknown: s.Result.Unknown,
		Measured: s.Share, Known: s.Known, OpenItems: s.Open, Total: r.Total, Applicable: s.Result.Applicable, Raw: s.Result.Raw,
		Elements: []elementView{}, Week: []changeView{}, WeekFrom: int32(s.Score), Lifts: []liftView{}, //nolint:gosec // at most 10000
	}
	if l != text.Chinese && r.TitleEN != "" {
		v.Title = r.TitleEN
	}
	if s.Stored != nil {
		v.At = &s.Stored.At
	}
	if s.Kept != nil {
		v.EvaluationID = s.Kept.EvaluationID
	}
	for i, e := range r.Elements {
		b := s.Result.Elements[i]
		v.Elements = append(v.Elements, elementView{e.Code, e.Title, e.Points, b.Applicable, b.Raw})
	}
	v.Items = s.itemViews(l)
	for _, c := range s.Week {
		v.Week, v.WeekFrom = append(v.Week, viewChange(l, c)), c.FromScore
	}
	for _, x := range s.lifts {
		v.Lifts = append(v.Lifts, s.viewLift(l, x))
	}
	return v
}

func (s *Sheet) viewLift(l text.Lang, x Lift) liftView {
	v := liftView{Metric: x.Slot.Metric, Period: string(x.Slot.Period), Items: x.Items, Gain: x.Gain, Work: x.Work}
	if m := current.metrics[x.Slot.Metric]; m != nil {
		v.Do, v.Page = m.do(l), m.Page
	} else if at, ok := s.bound.c.Index(x.Items[0]); ok {
		v.Do, v.Page = s.bound.c.Items[at].Requirement, manualPage
	}
	return v
}

// manualPage is where items are answered by hand.
const manualPage = "/standardization"

func (s *Sheet) itemViews(l text.Lang) (out []itemView) {
	losses := map[string][]lossView{}
	for _, x := range s.Result.Losses {
		losses[x.Item] = append(losses[x.Item], lossView{x.Rule, x.When, x.Scope, x.Occurrences, x.Points})
	}
	element := map[string]string{}
	for _, e := range s.Table.Elements {
		for _, sub := range e.Children {
			for _, it := range sub.Items {
				element[it.Code] = e.Code
			}
		}
	}
	for i, it := range s.bound.c.Items {
		v := itemView{Code: it.Code, Element: element[it.Code], Requirement: it.Requirement, Points: it.Points, State: s.state(i), Losses: losses[it.Code], Figures: s.figures(l, i)}
		if v.Losses == nil {
			v.Losses = []lossView{}
		}
		if s.items[i] >= 0 {
			v.Score = scoring.Points(s.items[i])
		}
		if on, ok := s.answered(it.Code); ok && v.State != "open" {
			v.AnsweredOn, v.AgeDays = on, s.Today.DaysSince(on)
		}
		out = append(out, v)
	}
	return out
}

func (s *Sheet) answered(code string) (day.Date, bool) {
	if s.Kept == nil {
		return day.Date{}, false
	}
	on, ok := s.Kept.On[code]
	return on, ok
}

func (s *Sheet) state(item int) string {
	switch {
	case s.Measured[item]:
		return "measured"
	case s.items[item] == Open:
		return "open"
	case s.items[item] == NotApplicable:
		return "na"
	}
	return "manual"
}

// figures are those that an item is bound to.
func (s *Sheet) figures(l text.Lang, item int) []figureView {
	out := []figureView{}
	for i := range s.bound.rules {
		r := &s.bound.rules[i]
		if r.item != item {
			continue
		}
		x := s.values[r.slot]
		v := figureView{Metric: r.rule.Metric, Title: current.metrics[r.rule.Metric].title(l), Period: r.rule.Period, Num: x.num, Den: x.den, Provided: s.provided(r.rule.Metric)}
		if x.den > 0 {
			v.Why = said(r.rule.why(l), x)
		}
		out = append(out, v)
	}
	return slices.Clip(out)
}

// said puts a figure into words.
func said(why string, x value) string {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	return strings.NewReplacer("{num}", n(x.num), "{den}", n(x.den), "{missing}", n(max(0, x.den-x.num)), "{percent}", n(x.num*100/max(1, x.den))).Replace(why)
}
