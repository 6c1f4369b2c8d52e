package award

import (
	"slices"
	"strings"

	"anbiao/kit/day"
)

// Confirm is an officer's word on a condition that no data shows.
type Confirm struct {
	Key  string `json:"key" maxLength:"30"`
	Met  bool   `json:"met"`
	Note string `json:"note" minLength:"1" maxLength:"1000" doc:"what was seen, where"`
}

// PaperYear is a yearly self-evaluation that was handed in on paper.
type PaperYear struct {
	Year    int      `json:"year" minimum:"1" maximum:"10" doc:"of the award, from 1"`
	FiledOn day.Date `json:"filedOn"`
	Note    string   `json:"note" minLength:"1" maxLength:"500" doc:"where it is filed"`
}

// Plate is what the printed form and the plaque are numbered with.
type Plate struct {
	PrintedNo string `json:"printedNo,omitempty" maxLength:"40"`
	PlaqueNo  string `json:"plaqueNo,omitempty" maxLength:"40"`
}

// confirm notes an officer's word. Errors: ErrNow, ErrAuthority, ErrCondition, ErrBlank.
func (f *file) confirm(c Confirm, all Conditions) (*Confirmation, error) {
	if err := f.in(InForce, RenewalDue); err != nil {
		return nil, err
	}
	if rankOf(f.by.Areas, f.RegionPath) == "" {
		return nil, ErrAuthority
	}
	if !slices.Contains(confirmable(all), c.Key) {
		return nil, ErrCondition.At("body.key")
	}
	if err := filled(&c.Note, "note"); err != nil {
		return nil, err
	}
	f.step(Confirmed, f.today(), c.Note, nil, Detail{Key: c.Key, Met: c.Met})
	return &Confirmation{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, AwardID: f.ID, Key: c.Key, Met: c.Met, Note: c.Note, ConfirmedOn: f.today(), ConfirmedBy: f.by.Name,
	}, nil
}

// paper notes a report that was handed in on paper. Errors: ErrNow, ErrAuthority, ErrYear, ErrYearFiled, ErrDay, ErrBlank.
func (f *file) paper(p PaperYear, years []Year) (*Filing, error) {
	if err := f.in(InForce, RenewalDue); err != nil {
		return nil, err
	}
	if rankOf(f.by.Areas, f.RegionPath) == "" {
		return nil, ErrAuthority
	}
	if p.Year < 1 || p.Year > len(years) || years[p.Year-1].State == YearAhead {
		return nil, ErrYear.At("body.year")
	}
	y := years[p.Year-1]
	if y.State == YearDone {
		return nil, ErrYearFiled
	}
	if p.FiledOn.Before(y.From) || p.FiledOn.After(day.Earlier(y.Due, f.today())) {
		return nil, ErrDay.At("body.filedOn")
	}
	if err := filled(&p.Note, "note"); err != nil {
		return nil, err
	}
	f.Missed = slices.DeleteFunc(slices.Clone(f.Missed), func(n int16) bool { return int(n) == p.Year })
	f.step(YearFiled, p.FiledOn, p.Note, nil, Detail{Year: p.Year})
	return &Filing{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, AwardID: f.ID, N: int16(p.Year), FiledOn: p.FiledOn, Note: p.Note, //nolint:gosec // a few years
		EnteredOn: f.today(), EnteredBy: f.by.Name,
	}, nil
}

// plate notes the numbers of the printed form and the plaque. Errors: ErrNow, ErrAuthority, ErrNothing.
func (f *file) plate(p Plate) error {
	if err := f.in(InForce, RenewalDue); err != nil {
		return err
	}
	if rankOf(f.by.Areas, f.RegionPath) == "" {
		return ErrAuthority
	}
	p.PrintedNo, p.PlaqueNo = strings.TrimSpace(p.PrintedNo), strings.TrimSpace(p.PlaqueNo)
	if p.PrintedNo == f.PrintedNo && p.PlaqueNo == f.PlaqueNo {
		return ErrNothing.At("body.printedNo")
	}
	f.PrintedNo, f.PlaqueNo = p.PrintedNo, p.PlaqueNo
	f.step(Numbered, f.today(), strings.TrimSpace(p.PrintedNo+" "+p.PlaqueNo), nil, Detail{})
	return nil
}
