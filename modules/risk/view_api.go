package risk

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

type rulesView struct {
	Version       string                `json:"version"`
	Levels        []LevelRule           `json:"levels" nullable:"false" doc:"highest first"`
	Methods       map[Method]MethodRule `json:"methods"`
	Controls      []Named               `json:"controls" nullable:"false"`
	ControlLevels []Named               `json:"controlLevels" nullable:"false" doc:"highest first"`
	Accidents     []Named               `json:"accidents" nullable:"false" doc:"GB 6441"`
	ReviewMonths  int                   `json:"reviewMonths"`
	Cycles        []cycleView           `json:"cycles" nullable:"false" doc:"of the reader's own company; all of them for others"`
}

type cycleView struct {
	ID    string `json:"id"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Bound bool   `json:"bound" doc:"a rule of the province; otherwise the platform's proposal"`
	Conf  string `json:"conf" doc:"verified, or memory: to be confirmed"`
}

func viewRules(r *Rules, region string) rulesView {
	v := rulesView{
		Version: r.Version, Levels: r.Levels, Methods: r.Methods, Controls: r.Controls, ControlLevels: r.ControlLevels, Accidents: r.Accidents, ReviewMonths: r.ReviewMonths,
		Cycles: []cycleView{},
	}
	cycles := r.Cycles
	if region != "" {
		cycles = r.CyclesOf(region)
	}
	for _, c := range cycles {
		v.Cycles = append(v.Cycles, cycleView{c.ID, c.Zh, c.En, r.bound(c, region), c.Conf})
	}
	return v
}

type judgementInput struct {
	Inherent     Scoring      `json:"inherent"`
	Residual     *Scoring     `json:"residual,omitempty"`
	Catalogue    bool         `json:"catalogue" required:"false"`
	RaisedLevel  Level        `json:"raisedLevel" required:"false" enum:",major,larger,general"`
	RaiseReason  string       `json:"raiseReason" required:"false" maxLength:"300"`
	ControlLevel ControlLevel `json:"controlLevel" required:"false" enum:",company,workshop,team,post"`
}

func (j judgementInput) judgement() Judgement {
	return Judgement(j)
}

type judgedView struct {
	Score         string       `json:"score" doc:"decimal"`
	Computed      Level        `json:"computed" enum:"major,larger,general,low" doc:"what the score says"`
	Level         Level        `json:"level" enum:"major,larger,general,low" doc:"inherent, as it stands"`
	ResidualScore string       `json:"residualScore"`
	ResidualLevel Level        `json:"residualLevel" enum:",major,larger,general,low"`
	ControlLevel  ControlLevel `json:"controlLevel" enum:"company,workshop,team,post"`
}

func viewJudged(j Judged) judgedView {
	v := judgedView{Score: decimal(j.Inherent.Score), Computed: j.Inherent.Level, Level: j.Level, ResidualLevel: j.ResidualLevel, ControlLevel: j.ControlLevel}
	if j.Residual != nil {
		v.ResidualScore = decimal(j.Residual.Score)
	}
	return v
}

type summaryView struct {
	Levels  []levelCount `json:"levels" nullable:"false" doc:"highest first"`
	Overdue int          `json:"overdue" doc:"whose yearly review is overdue"`
}

type levelCount struct {
	Level    Level `json:"level" enum:"major,larger,general,low"`
	Inherent int   `json:"inherent"`
	Residual int   `json:"residual"`
}

func viewSummary(rows []Tally, overdue int) summaryView {
	v := summaryView{Levels: []levelCount{}, Overdue: overdue}
	for _, l := range []Level{Major, Larger, General, Low} {
		c := levelCount{Level: l}
		for _, t := range rows {
			if t.Level == l {
				c.Inherent, c.Residual = t.N, t.Rest
			}
		}
		v.Levels = append(v.Levels, c)
	}
	return v
}

// UnitView is a unit in a list; exported because huma skips an embedded type that is not.
type UnitView struct {
	ID        id.Of[Unit]     `json:"id"`
	Number    int             `json:"number"`
	Kind      string          `json:"kind" enum:"place,equipment,activity"`
	Name      string          `json:"name"`
	Place     string          `json:"place"`
	UnitID    id.Of[id.Unit]  `json:"unitId"`
	UnitName  string          `json:"unitName"`
	OwnerID   id.Of[id.Staff] `json:"ownerId"`
	OwnerName string          `json:"ownerName"`
	Phone     string          `json:"phone" doc:"empty for regulators"`
	Level     Level           `json:"level" enum:",major,larger,general,low" doc:"the gravest of its risks"`
	Major     int             `json:"major"`
	Larger    int             `json:"larger"`
	General   int             `json:"general"`
	Low       int             `json:"low"`
	EndedOn   day.Date        `json:"endedOn"`
	EndReason string          `json:"endReason"`
}

func keyOfUnit(u UnitRow) []string { return []string{itoa(u.Number)} }

// unitsFor shows units to a reader: telephone numbers are the company's own.
func unitsFor(ctx context.Context) func(UnitRow) UnitView {
	a, _ := rbac.ActorOf(ctx)
	own := a.Kind == rbac.Company || a.Kind == rbac.Service
	return func(u UnitRow) UnitView {
		v := UnitView{
			ID: u.ID, Number: u.Number, Kind: u.Kind, Name: u.Name, Place: u.Place, UnitID: ref[id.Unit](u.UnitID), UnitName: u.UnitName, OwnerID: ref[id.Staff](u.OwnerID),
			OwnerName: u.OwnerName, Level: u.Top(), Major: u.Major, Larger: u.Larger, General: u.General, Low: u.Low, EndedOn: u.EndedOn, EndReason: u.EndReason,
		}
		if own {
			v.Phone = u.Phone
		}
		return v
	}
}

func ref[T any](n *int64) id.Of[T] {
	if n == nil {
		return 0
	}
	return id.Of[T](*n)
}

// EventView is an event in a list; exported because huma skips an embedded type that is not.
type EventView struct {
	ID            id.Of[Event]    `json:"id"`
	CompanyID     rbac.CompanyID  `json:"companyId"`
	Number        int             `json:"number"`
	RiskUnitID    id.Of[Unit]     `json:"riskUnitId"`
	RiskUnitName  string          `json:"riskUnitName"`
	Hazard        string          `json:"hazard"`
	Accidents     []string        `json:"accidents" nullable:"false"`
	Consequence   string          `json:"consequence"`
	RuleVersion   string          `json:"ruleVersion"`
	Inherent      Scoring         `json:"inherent"`
	Score         string          `json:"score"`
	Computed      Level           `json:"computed" enum:"major,larger,general,low"`
	Level         Level           `json:"level" enum:"major,larger,general,low"`
	Catalogue     bool            `json:"catalogue"`
	RaisedLevel   Level           `json:"raisedLevel" enum:",major,larger,general"`
	RaiseReason   string          `json:"raiseReason"`
	Residual      *Scoring        `json:"residual,omitempty"`
	ResidualScore string          `json:"residualScore"`
	ResidualLevel Level           `json:"residualLevel" enum:",major,larger,general,low"`
	ControlLevel  ControlLevel    `json:"controlLevel" enum:"company,workshop,team,post"`
	UnitID        id.Of[id.Unit]  `json:"unitId"`
	UnitName      string          `json:"unitName"`
	OwnerID       id.Of[id.Staff] `json:"ownerId"`
	OwnerName     string          `json:"ownerName"`
	PostName      string          `json:"postName"`
	Frequency     string          `json:"frequency"`
	ReviewedOn    day.Date        `json:"reviewedOn"`
	ReviewDueOn   day.Date        `json:"reviewDueOn"`
	Overdue       bool            `json:"overdue" doc:"the yearly review is"`
	Controls      int             `json:"controls"`
	Published     int             `json:"published" doc:"controls that the checks ask"`
	EndedOn       day.Date        `json:"endedOn"`
	EndReason     string          `json:"endReason"`
}

func keyOfEvent(e EventRow) []string { return []string{e.RiskUnitID.String(), e.ID.String()} }

func eventsOn(on day.Date) func(EventRow) EventView {
	return func(e EventRow) EventView {
		v := EventView{
			ID: e.ID, CompanyID: e.CompanyID, Number: e.Number, RiskUnitID: e.RiskUnitID, RiskUnitName: e.RiskUnitName, Hazard: e.Hazard, Accidents: append([]string{}, e.Accidents...),
			Consequence: e.Consequence, RuleVersion: e.RuleVersion, Inherent: e.Rating().scoring(), Score: decimal(e.Score), Computed: e.ComputedLevel, Level: e.Level, Catalogue: e.Catalogue,
			RaisedLevel: e.RaisedLevel, RaiseReason: e.RaiseReason, ResidualLevel: e.ResidualLevel, ControlLevel: e.ControlLevel, UnitID: ref[id.Unit](e.UnitID), UnitName: e.UnitName,
			OwnerID: ref[id.Staff](e.OwnerID), OwnerName: e.OwnerName, PostName: e.PostName, Frequency: e.Frequency, ReviewedOn: e.ReviewedOn, ReviewDueOn: e.ReviewDueOn,
			Overdue: e.EndedOn.IsZero() && e.ReviewDueOn.Before(on), Controls: e.Controls, Published: e.Published, EndedOn: e.EndedOn, EndReason: e.EndReason,
		}
		if r := e.Residual(); r != nil {
			rest := r.scoring()
			v.Residual, v.ResidualScore = &rest, decimal(e.ResidualScore)
		}
		return v
	}
}

type detailView struct {
	EventView
	Measures []controlView `json:"measures" nullable:"false"`
	Chain    []Answering   `json:"chain" nullable:"false" doc:"who answers, from the company down; empty for regulators"`
}

type controlView struct {
	ID          id.Of[Control] `json:"id"`
	Kind        string         `json:"kind" enum:"engineering,management,training,protection,emergency"`
	Text        string         `json:"text"`
	ItemCode    string         `json:"itemCode" doc:"item of the standard by which it is checked; empty: none"`
	PublishedOn day.Date       `json:"publishedOn"`
	Checked     *Answer        `json:"checked,omitempty" doc:"the last check of the item"`
}

func viewDetail(d Detail) detailView {
	v := detailView{EventView: eventsOn(d.Today)(d.EventRow), Measures: []controlView{}, Chain: append([]Answering{}, d.Chain...)}
	for _, c := range d.Measures {
		one := controlView{c.ID, c.Kind, c.Text, c.ItemCode, c.PublishedOn, nil}
		if a, ok := d.Checked[c.ItemCode]; ok && c.ItemCode != "" {
			one.Checked = &a
		}
		v.Measures = append(v.Measures, one)
	}
	return v
}

type planView struct {
	ID           id.Of[Plan]          `json:"id"`
	Name         string               `json:"name"`
	Floor        int                  `json:"floor"`
	AttachmentID id.Of[id.Attachment] `json:"attachmentId"`
	Width        int                  `json:"width" doc:"of the picture, pixels"`
	Height       int                  `json:"height"`
	North        int                  `json:"north" doc:"degrees clockwise from up"`
	Areas        []areaView           `json:"areas" nullable:"false"`
	UpdatedAt    time.Time            `json:"updatedAt"`
	EndedOn      day.Date             `json:"endedOn"`
}

type areaView struct {
	RiskUnitID id.Of[Unit] `json:"riskUnitId"`
	Name       string      `json:"name"`
	Level      Level       `json:"level" enum:",major,larger,general,low" doc:"the gravest of the unit's inherent risks"`
	Points     [][2]int    `json:"points" nullable:"false" doc:"outline, in ten-thousandths of the picture's width and height"`
}

func viewPlan(p Drawn) planView {
	v := planView{
		ID: p.ID, Name: p.Name, Floor: p.Floor, AttachmentID: p.AttachmentID, Width: p.Width, Height: p.Height, North: p.North, Areas: []areaView{}, UpdatedAt: p.UpdatedAt, EndedOn: p.EndedOn,
	}
	for _, a := range p.Areas.V {
		if u, ok := p.Units[a.RiskUnitID]; ok {
			v.Areas = append(v.Areas, areaView{a.RiskUnitID, u.Name, u.Top(), a.Points})
		}
	}
	return v
}
