package standardization

import (
	"slices"
	"strconv"

	"anbiao/kit/id"
	"anbiao/kit/scoring"
)

// view puts a sheet into the shape that pages show. Who sees only his own items sees neither the others nor the total.
func (sh *Sheet) view(self id.Of[id.Staff]) SheetView {
	e := &sh.Evaluation
	v := SheetView{
		EvaluationView: viewOf(e, sh.Company, sh.Result.Answered, len(sh.Result.Items)), TableTitle: sh.Table.Title, TableEN: sh.Table.TitleEN, TableNo: sh.Table.Version, Decimals: sh.Table.Rounding.Decimals,
		Elements: []ElementView{}, Losses: []LossView{}, Team: []Member{}, Plan: []PlanStep{}, Facts: []Fact{},
		Whole: sh.Whole, Write: sh.Write, Lead: sh.Lead, May: append([]string{}, sh.May...), Today: sh.Today,
	}
	if sh.Whole {
		v.Team, v.Plan, v.Facts = append(v.Team, e.Team.V...), append(v.Plan, e.Plan.V...), append(v.Facts, e.Facts.V...)
		v.About, v.Conclusion, v.PeriodFrom, v.PeriodUntil, v.Live, v.Losses = e.About, e.Conclusion, e.PeriodFrom, e.PeriodUntil, liveOf(sh.Result), sh.losses()
	} else {
		v.Score, v.Exact, v.Official, v.Level, v.LevelName = -1, "", "", "", ""
		v.Live.Reasons, v.Live.Unknown = []string{}, []string{}
	}
	c := sh.cells(self)
	for i := range sh.Table.Elements {
		el := &sh.Table.Elements[i]
		out := ElementView{BranchView: c.branch(el, sh.Result.Elements), Subs: []SubView{}}
		for j := range el.Children {
			if sub := c.sub(&el.Children[j]); len(sub.Items) > 0 {
				out.Subs = append(out.Subs, sub)
			}
		}
		if len(out.Subs) > 0 {
			v.Elements = append(v.Elements, out)
		}
	}
	return v
}

// cells are the parts of a sheet by item.
type cells struct {
	sh       *Sheet
	self     id.Of[id.Staff]
	answers  map[string]Answer
	scores   map[string]scoring.Points
	findings map[string][]FindingView
	evidence map[string][]EvidenceView
}

func (sh *Sheet) cells(self id.Of[id.Staff]) *cells {
	c := &cells{sh: sh, self: self, answers: map[string]Answer{}, scores: map[string]scoring.Points{}, findings: map[string][]FindingView{}, evidence: map[string][]EvidenceView{}}
	for _, a := range sh.Answers {
		c.answers[a.ItemCode] = a
	}
	for _, it := range sh.Result.Items {
		c.scores[it.Code] = it.Score
	}
	mended := map[id.Of[id.Finding]]Rectification{}
	for _, r := range sh.Mended {
		mended[r.FindingID] = r
	}
	for _, f := range sh.Findings {
		c.findings[f.ItemCode] = append(c.findings[f.ItemCode], sh.finding(f, mended[f.ID]))
	}
	for _, x := range sh.Evidence {
		c.evidence[x.ItemCode] = append(c.evidence[x.ItemCode], EvidenceView{
			ID: strconv.FormatInt(x.ID, 10), Source: x.Source, Ref: strconv.FormatInt(x.Ref, 10), Title: x.Title, On: x.HappenedOn, Path: x.Path, Note: x.Note, AddedBy: x.AddedBy,
		})
	}
	return c
}

func (sh *Sheet) finding(f Finding, r Rectification) FindingView {
	v := FindingView{
		ID: f.ID, ItemCode: f.ItemCode, Rules: append([]string{}, f.Rules...), Occurrences: f.Occurrences, What: f.What, Place: f.Place, Photos: []string{}, FoundOn: f.FoundOn, FoundBy: f.FoundBy,
		DueOn: f.DueOn, HazardID: r.HazardID, PlannedOn: r.PlannedOn, MendedOn: r.MendedOn,
	}
	for _, p := range f.Photos {
		v.Photos = append(v.Photos, strconv.FormatInt(p, 10))
	}
	if f.OwnerID != nil {
		v.OwnerID = *f.OwnerID
	}
	if h, seen := sh.Hazards[r.HazardID]; seen {
		v.Hazard = &h
	}
	return v
}

func (*cells) branch(e *scoring.Element, of []scoring.Branch) BranchView {
	v := BranchView{Code: e.Code, Title: e.Title, Points: e.Points, Applicable: e.Points}
	if i := slices.IndexFunc(of, func(b scoring.Branch) bool { return b.Code == e.Code }); i >= 0 {
		v.Applicable, v.Raw, v.Percent = of[i].Applicable, of[i].Raw, of[i].Percent
	}
	return v
}

func (c *cells) sub(e *scoring.Element) SubView {
	out := SubView{BranchView: c.branch(e, c.sh.Result.Subs), Items: []ItemView{}}
	for i := range e.Items {
		if a, there := c.answers[e.Items[i].Code]; there {
			out.Items = append(out.Items, c.item(&e.Items[i], a))
		}
	}
	return out
}

func (c *cells) item(it *scoring.Item, a Answer) ItemView {
	v := ItemView{
		Code: it.Code, Requirement: it.Requirement, Points: it.Points, Expects: it.Evidence, NARefused: c.sh.Table.NAListed && !it.NAAllowed, Rules: []RuleView{}, State: a.State, Score: c.scores[it.Code],
		Reason: a.Reason, Note: a.Note, AssigneeName: a.AssigneeName, DueOn: a.DueOn, AnsweredAt: a.AnsweredAt, AnsweredBy: a.AnsweredBy, Version: a.Version,
		Findings: append([]FindingView{}, c.findings[it.Code]...), Evidence: append([]EvidenceView{}, c.evidence[it.Code]...),
	}
	if a.AssigneeID != nil {
		v.AssigneeID, v.Mine = *a.AssigneeID, *a.AssigneeID == c.self
	}
	for i := range it.Deductions {
		d := &it.Deductions[i]
		v.Rules = append(v.Rules, RuleView{ID: d.ID, When: d.When, Kind: d.Kind(), Scope: d.At(), Minus: d.Minus + d.Extra, Per: d.Per, Cap: d.Cap, Auto: d.Auto != "", Once: d.Once})
	}
	return v
}

// losses are the points lost, each with what was found.
func (sh *Sheet) losses() []LossView {
	words := map[string]string{}
	for _, it := range sh.Table.Rows() {
		words[it.Code] = it.Requirement
	}
	out := []LossView{}
	for _, l := range sh.Result.Losses {
		v := LossView{
			Item: l.Item, Requirement: words[l.Item], Rule: l.Rule, When: l.When, Kind: l.Kind, Scope: l.Scope, Occurrences: l.Occurrences, Capped: l.Capped, Auto: l.Auto, Points: l.Points, Found: []string{},
		}
		for _, f := range sh.Findings {
			if f.ItemCode == l.Item && slices.Contains(f.Rules, l.Rule) {
				v.Found = append(v.Found, placed(f))
			}
		}
		out = append(out, v)
	}
	return out
}

// placed is what was found, and where.
func placed(f Finding) string {
	if f.Place == "" {
		return f.What
	}
	return f.Place + "：" + f.What
}
