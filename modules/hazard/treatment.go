package hazard

import (
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// Faults of the treatment of a major hazard (重大事故隐患治理).
var (
	ErrNotMajor     = fault.New(fault.Conflict, "hazard.not-major")
	ErrTwoOfficers  = fault.New(fault.Invalid, "hazard.two-officers")
	ErrReportNeeded = fault.New(fault.Invalid, "hazard.report-needed")
	ErrAgencyNeeded = fault.New(fault.Invalid, "hazard.agency-needed")
	ErrLights       = fault.New(fault.Invalid, "hazard.five-lights")
	ErrPlanFinish   = fault.New(fault.Invalid, "hazard.plan-finish")
	ErrDone         = fault.New(fault.Invalid, "hazard.share-back")
	ErrFuture       = fault.New(fault.Invalid, "hazard.future-day")
	ErrArea         = fault.New(fault.Invalid, "hazard.stop-area")
	ErrNotStopped   = fault.New(fault.Conflict, "hazard.not-stopped")
)

// major refuses an event that belongs to a major hazard only, or that the state does not allow.
func (f *file) major(e Event) error {
	if err := f.may(e); err != nil {
		return err
	}
	if f.Level != Major {
		return ErrNotMajor
	}
	return nil
}

// reportUp tells the regulator of a major hazard, by the system, in the step that graded it: the
// firm owes the report promptly (Work Safety Law 2021, art. 41).
func (f *file) reportUp() {
	now := f.now
	f.ReportedAt = &now
	f.step(ReportUp, f.State, "", nil, Detail{})
}

// planned reports whether a signed treatment plan stands: one filed after the hazard was last graded up.
func (f *file) planned() bool {
	for _, s := range slices.Backward(f.history()) {
		if s.Event == FilePlan || s.Event == ReportUp {
			return s.Event == FilePlan && f.Level == Major
		}
	}
	return false
}

// unplanned reports whether work on a major hazard must wait for its treatment plan.
func (f *file) unplanned() bool { return f.Level == Major && f.State == Assigned }

// Officer is the second officer of a review: a member of a regulator, or one of another office
// by name and number of his card.
type Officer struct {
	PersonID id.Of[id.Person] `json:"personId,omitempty" required:"false" doc:"a colleague of the same office"`
	Name     string           `json:"name,omitempty" required:"false" maxLength:"50" doc:"of an officer of another office"`
	Number   string           `json:"number,omitempty" required:"false" maxLength:"50" doc:"of his law enforcement card (执法证号)"`
}

// twofold asks what the review of a major hazard must have: two officers (Work Safety Law 2021,
// art. 68 asks for a record both sign), photos of the site, minutes. Errors: ErrTwoOfficers, ErrPhotoNeeded, ErrBlank.
func (f *file) twofold(r Review) error {
	switch o := r.Second; {
	case o.PersonID != 0 && o.PersonID == f.by.Person:
		return ErrTwoOfficers.At("body.second.personId")
	case o.PersonID == 0 && (strings.TrimSpace(o.Name) == "" || strings.TrimSpace(o.Number) == "" || strings.TrimSpace(o.Name) == f.by.Name):
		return ErrTwoOfficers.At("body.second.name")
	case strings.TrimSpace(r.Minutes) == "":
		return ErrBlank.At("body.minutes")
	case len(r.Photos) == 0:
		return ErrPhotoNeeded.At("body.photos")
	}
	return nil
}

// Elements are the six of a treatment plan (治理方案; order 16 of 2007, art. 15).
type Elements struct {
	Goals        string `json:"goals" minLength:"1" maxLength:"2000" doc:"治理的目标和任务"`
	Methods      string `json:"methods" minLength:"1" maxLength:"4000" doc:"采取的方法和措施"`
	Funds        string `json:"funds" minLength:"1" maxLength:"2000" doc:"经费和物资的落实"`
	Organisation string `json:"organisation" minLength:"1" maxLength:"2000" doc:"负责治理的机构和人员"`
	Time         string `json:"time" minLength:"1" maxLength:"2000" doc:"治理的时限和要求"`
	Safety       string `json:"safety" minLength:"1" maxLength:"4000" doc:"安全措施和应急预案"`
}

// blank is the first element without a word, empty if none.
func (e Elements) blank() string {
	for _, x := range []struct{ name, text string }{
		{"goals", e.Goals}, {"methods", e.Methods}, {"funds", e.Funds}, {"organisation", e.Organisation}, {"time", e.Time}, {"safety", e.Safety},
	} {
		if strings.TrimSpace(x.text) == "" {
			return x.name
		}
	}
	return ""
}

// Lights are the five fixes (五落实): responsibility, measures, funds, time, contingency.
type Lights struct {
	Responsibility bool `json:"responsibility" doc:"责任落实"`
	Measures       bool `json:"measures" doc:"措施落实"`
	Funds          bool `json:"funds" doc:"资金落实"`
	Time           bool `json:"time" doc:"时限落实"`
	Contingency    bool `json:"contingency" doc:"预案落实"`
}

func (l Lights) all() bool {
	return l.Responsibility && l.Measures && l.Funds && l.Time && l.Contingency
}

// Drafting is a treatment plan as it is drawn up.
type Drafting struct {
	Elements
	Lights   Lights     `json:"lights"`
	FinishOn day.Date   `json:"finishOn" doc:"planned end, not after the deadline"`
	FundsFen fen.Amount `json:"fundsFen" minimum:"0" maximum:"100000000000" doc:"planned, in fen"`
}

// filePlan is the principal's signature under a treatment plan: from here on it is frozen, and
// the work may begin. Errors: ErrNotMajor, ErrBlank, ErrLights, ErrPlanFinish.
func (f *file) filePlan(d Drafting) error {
	if err := f.major(FilePlan); err != nil {
		return err
	}
	switch name := d.blank(); {
	case name != "":
		return ErrBlank.At("body." + name)
	case !d.Lights.all():
		return ErrLights.At("body.lights")
	case d.FinishOn.IsZero() || d.FinishOn.After(f.Deadline):
		return ErrPlanFinish.At("body.finishOn")
	}
	to := f.State
	if to == Assigned {
		to = PlanFiled
	}
	funds := d.FundsFen
	f.Goal, f.Measures, f.Contingency, f.FundsFen = short(d.Goals, 500), short(d.Methods, 1000), short(d.Safety, 1000), &funds
	f.step(FilePlan, to, "", nil, Detail{Measures: f.Measures, FundsFen: &funds})
	return nil
}

// short is the beginning of a text, as the columns of the ledger hold it.
func short(s string, most int) string {
	r := []rune(strings.TrimSpace(s))
	return string(r[:min(len(r), most)])
}

// Who evaluates the treatment for the company.
const (
	ByOwnStaff = "own"     // 本单位技术人员
	ByExperts  = "experts" // 专家
	ByAgency   = "agency"  // 安全生产技术服务机构
)

// Evaluation is the company's own evaluation of a treatment (治理情况评估; order 16 of 2007, art. 18).
type Evaluation struct {
	By         string                 `json:"by" enum:"own,experts,agency"`
	Agency     string                 `json:"agency,omitempty" maxLength:"100" doc:"name of the service body"`
	Evaluators []string               `json:"evaluators" minItems:"1" maxItems:"10" nullable:"false" doc:"names of those who evaluated"`
	Note       string                 `json:"note" minLength:"1" maxLength:"2000" doc:"conclusion"`
	Report     []id.Of[id.Attachment] `json:"report" minItems:"1" maxItems:"9" nullable:"false" doc:"the evaluation report"`
}

// evaluate is the company's word that the treatment reached its goal; never his who had a hand
// in it. Errors: ErrNotMajor, ErrOwnAcceptance, ErrBlank, ErrAgencyNeeded, ErrReportNeeded.
func (f *file) evaluate(e Evaluation) error {
	if err := f.major(SelfEvaluate); err != nil {
		return err
	}
	if err := f.judge(SelfEvaluate); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(e.Note) == "":
		return ErrBlank.At("body.note")
	case len(e.Evaluators) == 0 || slices.ContainsFunc(e.Evaluators, func(n string) bool { return strings.TrimSpace(n) == "" }):
		return ErrBlank.At("body.evaluators")
	case e.By == ByAgency && strings.TrimSpace(e.Agency) == "":
		return ErrAgencyNeeded.At("body.agency")
	case e.By == ByOwnStaff && f.OwnerName != "" && slices.Contains(e.Evaluators, f.OwnerName):
		return ErrOwnAcceptance.At("body.evaluators")
	case len(e.Report) == 0:
		return ErrReportNeeded.At("body.report")
	}
	f.AcceptedOn, f.AcceptedByName = f.today(), f.by.Name
	f.step(SelfEvaluate, SelfEvaluated, e.Note, e.Report, Detail{})
	return nil
}

// askReview is the company's request for the regulator's review. Errors: ErrNotMajor.
func (f *file) askReview(note string) error {
	if err := f.major(AskReview); err != nil {
		return err
	}
	f.step(AskReview, UnderReview, note, nil, Detail{})
	return nil
}
