package selfreport

import (
	_ "embed"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
)

//go:embed library/outside@1.yaml
var outsideYAML []byte

// System is a system elsewhere that asks for the same figures: its columns in its order.
type System struct {
	ID      string
	Zh      string
	En      string
	Per     string   // report: one row; hazard: one for each of the period
	Only    string   // of hazards: major; empty: all
	Areas   []string // region paths it belongs to; none: anywhere
	Src     []string
	Conf    string
	Columns []SystemColumn
}

// SystemColumn is one of its columns.
type SystemColumn struct {
	Name  string            // as that system spells it
	Zh    string            // as its screen says it
	From  string            // field of ours; empty: we do not know it
	Codes map[string]string // our value to theirs
}

type outsideFile struct {
	Version string
	Sources map[string]string
	Systems []System
}

var outside = mustOutside()

func mustOutside() (f outsideFile) {
	if err := yaml.UnmarshalWithOptions(outsideYAML, &f, yaml.Strict()); err != nil {
		panic("selfreport: " + err.Error())
	}
	return f
}

// OutsideSystems lists the systems there are for a company in a region.
func OutsideSystems(region string) (list []System) {
	for _, s := range outside.Systems {
		if len(s.Areas) == 0 || within(s.Areas, region) {
			list = append(list, s)
		}
	}
	return list
}

// systemByID finds one. Errors: ErrSystem.
func systemByID(n string) (System, error) {
	for _, s := range outside.Systems {
		if s.ID == n {
			return s, nil
		}
	}
	return System{}, ErrSystem
}

// row puts fields of ours into the columns of s.
func (s System) row(fields map[string]string) []string {
	out := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		v := fields[c.From]
		if code, ok := c.Codes[v]; ok {
			v = code
		}
		out[i] = v
	}
	return out
}

// Faults of what is done on paper and elsewhere.
var (
	ErrSystem     = fault.New(fault.Invalid, "selfreport.system")
	ErrMarkEmpty  = fault.New(fault.Invalid, "selfreport.mark-empty")
	ErrMarkDay    = fault.New(fault.Invalid, "selfreport.mark-day")
	ErrPaperCode  = fault.New(fault.Conflict, "selfreport.paper-code")
	ErrPaperEmpty = fault.New(fault.Invalid, "selfreport.paper-empty")
	ErrPaperDay   = fault.New(fault.Invalid, "selfreport.paper-day")
)

// Marking says that the report was made in another system (已在××系统填报): it counts as reported here.
type Marking struct {
	System string                 `json:"system" maxLength:"30" pattern:"^[a-z0-9-]+$"`
	Number string                 `json:"number,omitempty" maxLength:"60" doc:"what that system answered"`
	On     day.Date               `json:"on" doc:"day of the report there"`
	Files  []id.Of[id.Attachment] `json:"files" maxItems:"9" nullable:"false" doc:"screenshots"`
}

// mark notes a report made elsewhere. Whether it was in time is told by its day there.
// Errors: ErrNow, ErrMarkEmpty, ErrMarkDay.
func (f *file) mark(m Marking, system System, c Cycle) error {
	if err := f.may(Mark); err != nil {
		return err
	}
	number := strings.TrimSpace(m.Number)
	if number == "" && len(m.Files) == 0 {
		return ErrMarkEmpty.At("body.number")
	}
	opens := c.OpensOn(Period{f.Period, f.PeriodFrom, f.PeriodUntil})
	if m.On.Before(opens) || m.On.After(day.In(f.now, day.Shanghai)) {
		return ErrMarkDay.At("body.on")
	}
	now := f.now
	if f.FirstSubmittedAt == nil {
		f.FirstSubmittedAt = &now
		f.Late = m.On.After(f.DueOn)
	}
	f.OutsideSystem, f.OutsideNumber, f.OutsideOn, f.OutsideAt, f.OutsideByName = m.System, number, m.On, &now, f.by.Name
	f.OutsideFiles.V = append([]id.Of[id.Attachment]{}, m.Files...)
	f.step(Mark, Outside, strings.TrimSpace(system.Zh+" "+number)+" "+m.On.String(), nil)
	return nil
}

// Filing is the report as it was printed, signed by the principal, stamped and scanned (纸质盖章).
type Filing struct {
	Code     string                 `json:"code" minLength:"8" maxLength:"64" pattern:"^[0-9a-fA-F]+$" doc:"as printed on the paper: the beginning of the content's hash"`
	SignedBy string                 `json:"signedBy" minLength:"1" maxLength:"50" doc:"the principal, as he signed"`
	SignedOn day.Date               `json:"signedOn"`
	Scans    []id.Of[id.Attachment] `json:"scans" minItems:"1" maxItems:"9" nullable:"false"`
}

// paper submits the stamped form. It must be of the content as it is now: whoever compiled again
// after printing prints again. Errors: ErrNow, ErrPaperCode, ErrPaperDay, ErrPaperEmpty.
func (f *file) paper(in Filing) (Submission, error) {
	if err := f.may(Paper); err != nil {
		return Submission{}, err
	}
	name := strings.TrimSpace(in.SignedBy)
	switch {
	case len(in.Scans) == 0 || name == "":
		return Submission{}, ErrPaperEmpty.At("body.scans")
	case !strings.HasPrefix(f.ContentHash, strings.ToLower(in.Code)):
		return Submission{}, ErrPaperCode.At("body.code")
	case in.SignedOn.After(day.In(f.now, day.Shanghai)) || in.SignedOn.Before(day.In(*f.CompiledAt, day.Shanghai)):
		return Submission{}, ErrPaperDay.At("body.signedOn")
	}
	at := in.SignedOn.Midnight(day.Shanghai)
	f.SignedAt, f.SignedByPersonID, f.SignedByName, f.SignedHow, f.SignatureID = &at, nil, name, ByPaper, nil
	f.Scans.V = append([]id.Of[id.Attachment]{}, in.Scans...)
	return f.handIn(Paper, name+" "+in.SignedOn.String()), nil
}
