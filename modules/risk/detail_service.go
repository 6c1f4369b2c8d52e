package risk

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Detail is an event whole.
type Detail struct {
	EventRow
	Measures []Control
	Checked  map[string]Answer // by item code
	Chain    []Answering
	Today    day.Date
}

// Answering is who answers for an event on one level; the upper levels include the lower.
type Answering struct {
	Level ControlLevel `json:"level" enum:"company,workshop,team,post"`
	Unit  string       `json:"unit"`
	Name  string       `json:"name" doc:"person or post"`
}

// Event returns one event with its controls, and, inside the company, who answers for it and
// when its items were checked last. Errors: rbac.ErrNotFound.
func (s *Service) Event(ctx context.Context, n id.Of[Event]) (d Detail, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		if d.EventRow, err = eventRow(ctx, tx, scope, n); err != nil {
			return err
		}
		d.Today = today(tx)
		controls, err := controlsOf(ctx, tx, d.CompanyID, db.Ints{int64(n)})
		if err != nil {
			return err
		}
		d.Measures = controls[n]
		if k := scope.Actor().Kind; k != rbac.Company && k != rbac.Service {
			return nil // people of a company are the company's business
		}
		if d.Checked, err = s.checked(ctx, tx, d.CompanyID, d.Measures); err != nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, d.CompanyID, d.Today)
		d.Chain = d.answering(tree)
		return err
	})
	return d, err
}

func (s *Service) checked(ctx context.Context, tx db.Tx, c rbac.CompanyID, list []Control) (map[string]Answer, error) {
	var codes []string
	for _, m := range list {
		if m.ItemCode != "" {
			codes = append(codes, m.ItemCode)
		}
	}
	if len(codes) == 0 || s.Checked == nil {
		return nil, nil
	}
	return s.Checked(ctx, tx, c, codes)
}

// answering names, from the company down to the level of control, whose business the event is:
// the heads of the units above it, and on its own level the person named.
func (e Event) answering(t org.Tree) (out []Answering) {
	var at id.Of[id.Unit]
	if e.UnitID != nil {
		at = id.Of[id.Unit](*e.UnitID)
	}
	chain := e.ControlLevel.Chain()
	for i, level := range chain {
		a := Answering{Level: level}
		if u, ok := t.Ancestor(at, string(level)); ok && (level == AtWorkshop || level == AtTeam) {
			a.Unit, a.Name = u.Name, holder(t, u.HeadID)
		}
		if level == AtCompany {
			a.Name = principal(t)
		}
		if level == AtPost {
			a.Unit, a.Name = e.UnitName, e.PostName
		}
		if i == len(chain)-1 && e.OwnerName != "" {
			a.Unit, a.Name = e.UnitName, e.OwnerName
		}
		out = append(out, a)
	}
	return out
}

// principal is who leads the company (主要负责人), if his post says so.
func principal(t org.Tree) string {
	for _, p := range t.Posts {
		if !slices.Contains(p.Types, "principal") {
			continue
		}
		for _, h := range t.Holders {
			if h.PostID == p.ID {
				return h.Name
			}
		}
	}
	return ""
}

func holder(t org.Tree, who id.Of[id.Staff]) string {
	for _, h := range t.Holders {
		if h.StaffID == who && who != 0 {
			return h.Name
		}
	}
	return ""
}

// Publishing is how a control is to be checked.
type Publishing struct {
	Requirement string          `json:"requirement" required:"false" maxLength:"500" doc:"empty: the control's text"`
	Method      string          `json:"method" required:"false" maxLength:"300" doc:"how to check it"`
	Frequency   string          `json:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event,per_use"`
	Posts       []string        `json:"posts" required:"false" nullable:"false" maxItems:"20" doc:"post types that check it"`
	PointID     id.Of[id.Point] `json:"pointId" required:"false" doc:"check point that asks it"`
}

// PublishControl puts a control into the company's inspection standard as an own item, or brings
// the item up to date. Errors: rbac.ErrNotFound, ErrNoStandard, ErrItem.
func (s *Service) PublishControl(ctx context.Context, n id.Of[Control], p Publishing) error {
	return s.Gate.Write(ctx, ActionPublish, func(tx db.Tx, scope rbac.Scope) error {
		was, err := controlByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		e, err := eventRow(ctx, tx, scope, was.EventID)
		if err != nil {
			return err
		}
		item := Item{
			Code: was.ItemCode, Requirement: p.Requirement, Method: p.Method, Frequency: p.Frequency, Posts: p.Posts, PointID: p.PointID,
			Basis: "风险分级管控清单 " + e.RiskUnitName + " R" + pad(e.Number),
		}
		if blank(item.Requirement) {
			item.Requirement = was.Text
		}
		is := was
		if is.ItemCode, err = s.Publish(ctx, tx, scope, item); err != nil {
			return err
		}
		is.PublishedOn = today(tx)
		scope.Changed("risk_control", int64(n), was.CompanyID, was, is)
		scope.Made(int64(n))
		return updateControls(ctx, tx, []Control{is})
	})
}
