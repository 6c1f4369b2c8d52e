package visit

import (
	"strconv"
	"time"

	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// PlanView is a plan in a list.
type PlanView struct {
	ID          id.Of[id.Plan] `json:"id"`
	Body        string         `json:"body"`
	Area        string         `json:"area"`
	Year        int16          `json:"year"`
	Title       string         `json:"title"`
	State       PlanState      `json:"state" enum:"draft,drawn,submitted,approved,returned,dropped"`
	Candidates  int32          `json:"candidates" doc:"companies that could be drawn"`
	Drawn       int32          `json:"drawn"`
	Visits      int32          `json:"visits"`
	Share       int            `json:"share" doc:"of the random part, in hundredths of a percent; -1: nothing is drawn"`
	DrawnAt     *time.Time     `json:"drawnAt,omitempty"`
	GeneratedAt *time.Time     `json:"generatedAt,omitempty" doc:"all visits are made"`
}

func planOf(p Plan) PlanView {
	return PlanView{p.ID, p.OrganisationName, p.Area, p.Year, p.Title, p.State, p.Candidates, p.Drawn, p.Visits, p.Share(), p.DrawnAt, p.GeneratedAt}
}

type partView struct {
	Class     string `json:"class" doc:"A to D; empty: none yet"`
	Times     int    `json:"times" doc:"visits a year, in hundredths"`
	Companies int    `json:"companies"`
	Drawn     int    `json:"drawn"`
	Visits    int    `json:"visits"`
}

type tickView struct {
	Month   int `json:"month"`
	Planned int `json:"planned"`
	Made    int `json:"made"`
	Over    int `json:"over"`
	Late    int `json:"late"`
}

// onePlanView is a plan with its parts.
type onePlanView struct {
	PlanView
	Officers    []string   `json:"officers" nullable:"false"`
	FromMonth   int16      `json:"fromMonth"`
	Seeds       []string   `json:"seeds" nullable:"false" doc:"of every draw; the last holds"`
	DrawnBy     string     `json:"drawnBy"`
	SubmittedAt *time.Time `json:"submittedAt,omitempty"`
	DecidedAt   *time.Time `json:"decidedAt,omitempty"`
	DecidedBy   string     `json:"decidedBy"`
	Opinion     string     `json:"opinion"`
	Least       int        `json:"least" doc:"of the random part, in hundredths of a percent, as the data say"`
	Parts       []partView `json:"parts" nullable:"false"`
	Months      []tickView `json:"months" nullable:"false"`
	YearRandom  int        `json:"yearRandom" doc:"visits of the body's year of the random part"`
	YearAll     int        `json:"yearAll" doc:"all visits of the body's year, special and complaint-driven ones too"`
	May         []string   `json:"may" nullable:"false"`
}

func onePlanOf(o OnePlan) onePlanView {
	v := onePlanView{
		PlanView: planOf(o.Plan), Officers: append([]string{}, o.OfficerNames...), FromMonth: o.FromMonth, Seeds: []string{}, DrawnBy: o.DrawnBy, SubmittedAt: o.SubmittedAt, DecidedAt: o.DecidedAt,
		DecidedBy: o.DecidedBy, Opinion: o.Opinion, Least: hundredths(rules.Draw.RandomShare.AtLeast) * 100, Parts: []partView{}, Months: []tickView{}, YearRandom: o.Random, YearAll: o.All, May: append([]string{}, o.May...),
	}
	for _, n := range o.Seeds {
		v.Seeds = append(v.Seeds, strconv.FormatInt(n, 10))
	}
	for _, p := range o.Parts {
		v.Parts = append(v.Parts, partView{p.Class, o.Times.V[p.Class], p.Companies, p.Drawn, p.Visits})
	}
	for _, t := range o.Ticks {
		v.Months = append(v.Months, tickView(t))
	}
	return v
}

type pickView struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	Name      string         `json:"name"`
	Class     string         `json:"class"`
	Kind      Kind           `json:"kind" enum:"random,key"`
	Rank      int32          `json:"rank"`
	Months    []int          `json:"months" nullable:"false"`
	Officers  []string       `json:"officers" nullable:"false" doc:"of its visits, in order"`
}

func pickOn(names map[int64]string) func(Pick) pickView {
	return func(p Pick) pickView {
		v := pickView{p.CompanyID, p.CompanyName, p.Class, p.Kind, p.Rank, []int{}, []string{}}
		for i, m := range p.Months {
			v.Months = append(v.Months, int(m))
			pair := ""
			for _, n := range p.OfficerIDs[2*i : 2*i+2] {
				if pair != "" {
					pair += "、"
				}
				pair += names[n]
			}
			v.Officers = append(v.Officers, pair)
		}
		return v
	}
}

type saidView struct {
	Source     string `json:"source"`
	Confidence string `json:"confidence" enum:"verified,memory"`
}

func (s Said) view(lang text.Lang) saidView {
	if lang == text.English {
		return saidView{s.SourceEN, s.Confidence}
	}
	return saidView{s.Source, s.Confidence}
}

type instrumentView struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Effects     []string `json:"effects" nullable:"false"`
	NoticeHours int      `json:"noticeHours"`
	Urgent      bool     `json:"urgent" doc:"the notice may be left out in urgent danger"`
	Said        saidView `json:"said"`
}

// rulesView is the data that inspections follow.
type rulesView struct {
	Version       string           `json:"version"`
	Officers      int              `json:"officers"`
	RandomShare   string           `json:"randomShare"`
	ShareSaid     saidView         `json:"shareSaid"`
	Unclassed     string           `json:"unclassed" doc:"visits a year of companies without a class"`
	KeyClasses    []string         `json:"keyClasses" nullable:"false"`
	ReinspectDays int              `json:"reinspectDays"`
	ReinspectSaid saidView         `json:"reinspectSaid"`
	Window        int              `json:"window" doc:"days before the deadline in which more time can be asked for"`
	Reply         int              `json:"reply"`
	WindowSaid    saidView         `json:"windowSaid"`
	Instruments   []instrumentView `json:"instruments" nullable:"false"`
}

func rulesOf(lang text.Lang) rulesView {
	v := rulesView{
		rules.Version, rules.Officers.AtLeast, rules.Draw.RandomShare.AtLeast, rules.Draw.RandomShare.view(lang), rules.Draw.Unclassed.Times, rules.Draw.KeyClasses,
		rules.Reinspection.WithinDays, rules.Reinspection.view(lang), rules.Extension.Window, rules.Extension.Reply, rules.Extension.view(lang),
		[]instrumentView{},
	}
	for _, i := range rules.Instruments {
		name := i.ZH
		if lang == text.English {
			name = i.EN
		}
		v.Instruments = append(v.Instruments, instrumentView{i.ID, name, i.Effects, i.NoticeHours, i.Urgent, i.view(lang)})
	}
	return v
}
