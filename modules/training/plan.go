package training

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// States of a plan.
const (
	planDraft     = "draft"
	planSubmitted = "submitted"
	planApproved  = "approved"
)

// Plan is the training plan of a year.
type Plan struct {
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	Year           int32
	State          string
	Note           string
	MadeByName     string
	MadeAt         time.Time
	ApprovedByName string
	ApprovedAt     *time.Time
	Reason         string // why it was given back or opened again
}

// PlanItem is one training that is planned.
type PlanItem struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[PlanItem]
	RegionPath    string
	OversightLine int16
	Year          int32
	Month         int16
	Topic         string
	Kind          string
	Types         db.Texts
	Units         db.Ints
	Minutes       int
	Trainer       string
	CourseID      *id.Of[id.Course]
	Retired       bool
}

// PlanItemForm is what somebody enters of it.
type PlanItemForm struct {
	Month    int16            `json:"month" minimum:"1" maximum:"12"`
	Topic    string           `json:"topic" minLength:"1" maxLength:"100"`
	Kind     string           `json:"kind" maxLength:"40"`
	Types    []string         `json:"types,omitempty" maxItems:"30" doc:"post types it is for; none: all"`
	Units    []id.Of[id.Unit] `json:"units,omitempty" maxItems:"100" doc:"with what is below them; none: the whole company"`
	Minutes  int              `json:"minutes" minimum:"1" maximum:"14400"`
	Trainer  string           `json:"trainer,omitempty" maxLength:"50"`
	CourseID id.Of[id.Course] `json:"courseId,omitempty"`
}

// enter sets what a form says. Errors: ErrName, ErrKind, ErrUnit.
func (p *PlanItem) enter(f PlanItemForm, tree org.Tree) error {
	p.Topic = strings.TrimSpace(f.Topic)
	switch {
	case p.Topic == "":
		return ErrName.At("body.topic")
	case !slices.Contains(Kinds(), f.Kind):
		return ErrKind.At("body.kind")
	}
	if err := known(tree, f.Units, "body.units"); err != nil {
		return err
	}
	p.Month, p.Kind, p.Types, p.Units, p.Minutes, p.Trainer, p.CourseID = f.Month, f.Kind, db.Texts(f.Types), ints(f.Units), f.Minutes, strings.TrimSpace(f.Trainer), nil
	if f.CourseID != 0 {
		p.CourseID = &f.CourseID
	}
	return nil
}

// known holds that units exist. Errors: ErrUnit.
func known(tree org.Tree, units []id.Of[id.Unit], field string) error {
	for i, u := range units {
		if _, ok := tree.Unit(u); !ok {
			return ErrUnit.At(fmt.Sprintf("%s[%d]", field, i))
		}
	}
	return nil
}

// planTrail is what the trail keeps of a plan.
type planTrail struct{ State, Reason, Note string }

func (p Plan) trail() planTrail { return planTrail{p.State, p.Reason, p.Note} }

// itemTrail is what it keeps of an item.
type itemTrail struct {
	Year    int32
	Month   int16
	Topic   string
	Kind    string
	Minutes int
	Trainer string
	Retired bool
}

func (p PlanItem) trail() itemTrail {
	return itemTrail{p.Year, p.Month, p.Topic, p.Kind, p.Minutes, p.Trainer, p.Retired}
}
