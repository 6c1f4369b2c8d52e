package hazard

import (
	"errors"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ActionBulk lets one act on many hazards at once; what he does to each he must be allowed to do to one.
const ActionBulk rbac.Action = "hazard.bulk.run"

// Deeds that can be done to many hazards at once (批量操作).
const (
	BulkAssign = "assign"
	BulkAsk    = "ask_extension"
	BulkExtend = "extend"
	BulkRefuse = "refuse"
	BulkAccept = "accept"
	BulkTag    = "tag"
)

// ErrBulkBody refuses a deed that lacks what it is done with.
var ErrBulkBody = fault.New(fault.Invalid, "hazard.bulk-body")

// BulkForm is one deed on many hazards.
type BulkForm struct {
	IDs       []id.Of[id.Hazard] `json:"ids" minItems:"1" maxItems:"200" nullable:"false" doc:"of the hazards chosen; one named twice is done once"`
	Deed      string             `json:"deed" enum:"assign,ask_extension,extend,refuse,accept,tag"`
	Assign    *Assignment        `json:"assign,omitempty" doc:"of assign; a hazard that only changes hands keeps its deadline and its plan"`
	Extension *Extension         `json:"extension,omitempty" doc:"of ask_extension"`
	Until     day.Date           `json:"until,omitempty" required:"false" doc:"of extend: a shorter time than was asked; empty: what was asked"`
	Note      string             `json:"note,omitempty" maxLength:"500" doc:"of extend and accept; the reason of refuse"`
	Tags      *Tags              `json:"tags,omitempty" doc:"of tag"`
}

// action is what the actor must be allowed to do.
func (b BulkForm) action() rbac.Action {
	return map[string]rbac.Action{
		BulkAssign: ActionAssign, BulkAsk: ActionFix, BulkExtend: ActionAnswer, BulkRefuse: ActionAnswer, BulkAccept: ActionAccept, BulkTag: ActionTag,
	}[b.Deed]
}

// complete reports whether the deed has what it is done with. Errors: ErrBulkBody.
func (b BulkForm) complete() error {
	for _, x := range []struct {
		deed string
		has  bool
	}{{BulkAssign, b.Assign != nil}, {BulkAsk, b.Extension != nil}, {BulkTag, b.Tags != nil}} {
		if b.Deed == x.deed && !x.has {
			return ErrBulkBody.At("body." + map[string]string{BulkAssign: "assign", BulkAsk: "extension", BulkTag: "tags"}[b.Deed])
		}
	}
	return nil
}

// BulkRow is what became of one hazard.
type BulkRow struct {
	ID     id.Of[id.Hazard] `json:"id"`
	Number string           `json:"number,omitempty"` // empty: out of the actor's sight
	Code   string           `json:"code,omitempty"`   // of what stood against it; empty: done
	Params fault.Params     `json:"params,omitempty"`
}

// Bulk is what a deed on many hazards came to.
type Bulk struct {
	CompanyID     id.Of[id.Company]
	ID            id.Of[Bulk]
	RegionPath    string
	OversightLine int16
	Deed          string
	At            time.Time
	PersonID      id.Of[id.Person]
	StaffID       *id.Of[id.Staff]
	Rows          db.JSON[[]BulkRow]
}

// outcome notes what stood against a row; any error but a fault ends the whole.
func (r *BulkRow) outcome(err error) error {
	if err == nil {
		return nil
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind == fault.Internal {
		return err
	}
	r.Code, r.Params = f.Code, f.Params
	return nil
}

// handed is an assignment as it fits this hazard: one that only changes hands keeps its plan.
func (a Assignment) handed(h Hazard) Assignment {
	if a.Category == "" {
		a.Category = h.Category
	}
	if h.State == Registered || h.State == Graded {
		return a
	}
	a.Deadline, a.Measures, a.Goal, a.Contingency, a.FundsFen = day.Date{}, h.Measures, h.Goal, h.Contingency, h.FundsFen
	return a
}
