package performance

import (
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/fault"
	"anbiao/kit/id"
)

// Adjustment is what a superior adds to a computed score: each time all of it. What was
// computed stays; of a computed deduction or veto he may say why it does not count.
type Adjustment struct {
	Deductions   []Off    `json:"deductions" maxItems:"20" nullable:"false"`
	FalseRecords []Untrue `json:"falseRecords" maxItems:"20" nullable:"false" doc:"cells whose record is false (假记录): they earn nothing"`
	Veto         string   `json:"veto,omitempty" maxLength:"300" doc:"fatal accident with responsibility, concealed report …: grade D whatever the score; empty for none"`
	Strikes      []Strike `json:"strikes" maxItems:"50" nullable:"false"`
	Note         string   `json:"note,omitempty" maxLength:"500"`
}

// Off is a deduction by hand.
type Off struct {
	Points int    `json:"points" minimum:"1" maximum:"10000" doc:"hundredths of a point"`
	Reason string `json:"reason" minLength:"1" maxLength:"300"`
}

// Untrue is a cell whose record is false.
type Untrue struct {
	CellID id.Of[Cell] `json:"cellId"`
	Reason string      `json:"reason" minLength:"1" maxLength:"300"`
}

// Strike says why a computed deduction or veto does not count.
type Strike struct {
	HazardID id.Of[id.Hazard] `json:"hazardId"`
	Reason   string           `json:"reason" minLength:"1" maxLength:"300"`
}

// adjust takes the superior's part over. Errors: ErrNow, ErrOwn, ErrBlank, ErrCell, ErrStrike.
func (f *file) adjust(a Adjustment) error {
	if err := f.in(Draft); err != nil {
		return err
	}
	if f.own() {
		return ErrOwn
	}
	if err := f.amend(a); err != nil {
		return err
	}
	f.step(Adjust, Draft, a.Note)
	return nil
}

// amend replaces everything in the working that was decided by hand.
func (f *file) amend(a Adjustment) error {
	f.work.Deductions = slices.DeleteFunc(f.work.Deductions, func(d Deduction) bool { return d.Kind == OffManual })
	f.work.Vetoes = slices.DeleteFunc(f.work.Vetoes, func(v Veto) bool { return v.By != "" })
	for i := range f.work.Cells {
		f.work.Cells[i].False = ""
	}
	for i, o := range a.Deductions {
		if strings.TrimSpace(o.Reason) == "" {
			return ErrBlank.At(fmt.Sprintf("body.deductions[%d].reason", i))
		}
		f.work.Deductions = append(f.work.Deductions, Deduction{Kind: OffManual, Points: o.Points, Reason: strings.TrimSpace(o.Reason), By: f.by.Name})
	}
	for i, u := range a.FalseRecords {
		if err := f.untrue(u); err != nil {
			return err.At(fmt.Sprintf("body.falseRecords[%d].cellId", i))
		}
	}
	if v := strings.TrimSpace(a.Veto); v != "" {
		f.work.Vetoes = append(f.work.Vetoes, Veto{Reason: v, By: f.by.Name})
	}
	f.strike(nil)
	for i, s := range a.Strikes {
		if n := f.strike(&s); n == 0 {
			return ErrStrike.At(fmt.Sprintf("body.strikes[%d].hazardId", i))
		}
	}
	return f.compute()
}

// strike takes back every strike for nil; otherwise it strikes what was computed of a hazard,
// and returns how much that was.
func (f *file) strike(s *Strike) (n int) {
	reason := ""
	if s != nil {
		reason = strings.TrimSpace(s.Reason)
	}
	for i := range f.work.Deductions {
		if d := &f.work.Deductions[i]; d.Kind != OffManual && (s == nil || d.HazardID == s.HazardID) {
			d.Struck, n = reason, n+1
		}
	}
	for i := range f.work.Vetoes {
		if v := &f.work.Vetoes[i]; v.By == "" && (s == nil || v.HazardID == s.HazardID) {
			v.Struck, n = reason, n+1
		}
	}
	return n
}

// untrue marks a cell as false.
func (f *file) untrue(u Untrue) *fault.Error {
	for i := range f.work.Cells {
		if c := &f.work.Cells[i]; c.CellID == u.CellID {
			if c.False = strings.TrimSpace(u.Reason); c.False == "" {
				return ErrBlank
			}
			return nil
		}
	}
	return ErrCell
}
