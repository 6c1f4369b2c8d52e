package hazard

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// MajorView is a major hazard in a list.
type MajorView struct {
	HazardRow
	ReportedAt  *time.Time `json:"reportedAt,omitempty" doc:"to the regulator, by the system"`
	CongressOn  day.Date   `json:"congressOn,omitzero" doc:"put before the workers' congress"`
	Completed   bool       `json:"completed" doc:"the report has its content"`
	Alarmed     bool       `json:"alarmed" doc:"a day has passed and it still lacks it"`
	PlanSigned  day.Date   `json:"planSignedOn,omitzero"`
	Share       int32      `json:"share" doc:"done so far, hundredths of a percent"`
	StoppedOn   day.Date   `json:"stoppedOn,omitzero"`
	ResumedOn   day.Date   `json:"resumedOn,omitzero"`
	WorkStopped bool       `json:"workStopped" doc:"work is stopped because of it"`
	ReviewDueOn day.Date   `json:"reviewDueOn,omitzero" doc:"until when the regulator must have been on site"`
	OfStock     bool       `json:"ofStock" doc:"found before 2023 or open when the company began here (存量)"`
	ListedOn    day.Date   `json:"listedOn,omitzero" doc:"under listed supervision since"`
	DelistedOn  day.Date   `json:"delistedOn,omitzero"`
	ListedLevel string     `json:"listedLevel"`
}

func majorOn(today day.Date) func(MajorRow) MajorView {
	row := rowOn(today)
	return func(m MajorRow) MajorView {
		v := MajorView{
			HazardRow: row(m.Hazard), ReportedAt: m.ReportedAt, CongressOn: m.CongressOn, Completed: m.Completed, Alarmed: m.Alarmed, Share: m.Share,
			StoppedOn: m.StoppedOn, ResumedOn: m.ResumedOn, WorkStopped: m.WorkStopped(), ReviewDueOn: m.ReviewDueOn, OfStock: m.OfStock(),
			ListedOn: m.ListedOn, DelistedOn: m.DelistedOn, ListedLevel: m.ListedLevel,
		}
		v.CompanyName = m.CompanyName
		if m.SignedAt != nil {
			v.PlanSigned = day.In(*m.SignedAt, day.Shanghai)
		}
		return v
	}
}

type reportView struct {
	StateAndCause     string     `json:"stateAndCause"`
	HarmAndDifficulty string     `json:"harmAndDifficulty"`
	Scheme            string     `json:"scheme"`
	KeyProject        bool       `json:"keyProject"`
	NeedsGovernment   bool       `json:"needsGovernment"`
	ReportedBy        string     `json:"reportedBy"`
	CompletedAt       *time.Time `json:"completedAt,omitempty"`
	AlarmedAt         *time.Time `json:"alarmedAt,omitempty"`
	AskedOn           day.Date   `json:"askedOn,omitzero" doc:"the company asked for the review"`
	ReviewDueOn       day.Date   `json:"reviewDueOn,omitzero"`
}

type congressView struct {
	HeldOn  day.Date               `json:"heldOn"`
	Form    string                 `json:"form" enum:"workers,delegates"`
	Present int                    `json:"present"`
	Minutes string                 `json:"minutes"`
	ByName  string                 `json:"byName"`
	Photos  []id.Of[id.Attachment] `json:"photos" nullable:"false"`
}

type stopView struct {
	Extent      string   `json:"extent" enum:"full,partial"`
	Area        string   `json:"area"`
	Since       day.Date `json:"since"`
	OrderedBy   string   `json:"orderedBy" enum:"company,regulator"`
	OrderNumber string   `json:"orderNumber"`
	Reason      string   `json:"reason"`
	ByName      string   `json:"byName"`
}

type planView struct {
	Version     int32      `json:"version"`
	Elements    Elements   `json:"elements"`
	Lights      Lights     `json:"lights"`
	FinishOn    day.Date   `json:"finishOn,omitzero"`
	FundsFen    fen.Amount `json:"fundsFen"`
	DraftedName string     `json:"draftedName"`
	DraftedAt   time.Time  `json:"draftedAt"`
	TextHash    string     `json:"textHash" doc:"SHA-256 of the text; the signer names it"`
	SignedAt    *time.Time `json:"signedAt,omitempty" doc:"frozen since"`
	SignedName  string     `json:"signedName"`
	Seal        string     `json:"seal" doc:"SHA-256 over text, picture, signer and time"`
}

type progressView struct {
	MadeOn   day.Date               `json:"madeOn"`
	Share    int32                  `json:"share" doc:"hundredths of a percent"`
	SpentFen fen.Amount             `json:"spentFen"`
	Note     string                 `json:"note"`
	ByName   string                 `json:"byName"`
	Photos   []id.Of[id.Attachment] `json:"photos" nullable:"false"`
}

type evaluationView struct {
	MadeOn     day.Date               `json:"madeOn"`
	MadeBy     string                 `json:"madeBy" enum:"own,experts,agency"`
	Agency     string                 `json:"agency"`
	Evaluators []string               `json:"evaluators" nullable:"false"`
	Conclusion string                 `json:"conclusion"`
	ByName     string                 `json:"byName"`
	Report     []id.Of[id.Attachment] `json:"report" nullable:"false"`
}

type opinionView struct {
	Kind         string                 `json:"kind" enum:"review,resume"`
	MadeOn       day.Date               `json:"madeOn"`
	Passed       bool                   `json:"passed"`
	Opinion      string                 `json:"opinion"`
	Minutes      string                 `json:"minutes"`
	Office       string                 `json:"office"`
	FirstName    string                 `json:"firstName"`
	SecondName   string                 `json:"secondName"`
	SecondNumber string                 `json:"secondNumber"`
	Photos       []id.Of[id.Attachment] `json:"photos" nullable:"false"`
}

// majorFileView is a major hazard with its treatment.
type majorFileView struct {
	Hazard      hazardDetail     `json:"hazard"`
	Major       MajorView        `json:"major"`
	Report      reportView       `json:"report"`
	Congress    []congressView   `json:"congress" nullable:"false"`
	Stops       []stopView       `json:"stops" nullable:"false"`
	Plans       []planView       `json:"plans" nullable:"false" doc:"oldest first; the last may be a draft"`
	Progress    []progressView   `json:"progress" nullable:"false"`
	Evaluations []evaluationView `json:"evaluations" nullable:"false"`
	Opinions    []opinionView    `json:"opinions" nullable:"false" doc:"reviews and the paper that lets work go on"`
	ProgressDue day.Date         `json:"progressDueOn,omitzero"`
	Verbs       []string         `json:"verbs" nullable:"false" doc:"what the reader may do: report, congress, draft, sign, stop, progress, evaluate, ask, review, resume"`
	Next        []string         `json:"next" nullable:"false" doc:"what the treatment waits for"`
}

func majorFileOf(m MajorFile) majorFileView {
	t := m.Treatment
	share, _ := t.Done()
	row := MajorRow{Hazard: m.Hazard, CompanyName: m.Company, Completed: t.CompletedAt != nil, Alarmed: t.AlarmedAt != nil, ReviewDueOn: t.ReviewDueOn, Share: share}
	if p := t.Signed(); p != nil {
		row.SignedAt = p.SignedAt
	}
	v := majorFileView{
		Hazard: detailOf(m.Record), Major: majorOn(m.Today)(row), ProgressDue: m.DueOn, Verbs: m.Verbs, Next: m.Next,
		Report: reportView{t.StateAndCause, t.HarmAndDifficulty, t.Scheme, t.KeyProject, t.NeedsGovernment, t.ReportedBy, t.CompletedAt, t.AlarmedAt, t.AskedOn, t.ReviewDueOn},
	}
	photos := func(step int32) []id.Of[id.Attachment] { return append([]id.Of[id.Attachment]{}, m.Files[step]...) }
	v.Congress = each(t.Congress, func(c Assembly) congressView {
		return congressView{c.HeldOn, c.Form, c.Present, c.Minutes, c.ByName, photos(c.Step)}
	})
	v.Stops = each(t.Stops, func(o Stop) stopView {
		return stopView{o.Extent, o.Area, o.Since, o.OrderedBy, o.OrderNumber, o.Reason, o.ByName}
	})
	v.Plans = each(t.Plans, func(p Plan) planView {
		d := p.draft()
		return planView{p.Version, d.Elements, d.Lights, p.FinishOn, d.FundsFen, p.DraftedName, p.DraftedAt, hex.EncodeToString(p.TextHash), p.SignedAt, p.SignedName, hex.EncodeToString(p.Seal)}
	})
	v.Progress = each(t.Progress, func(g Stage) progressView {
		return progressView{g.MadeOn, g.Share, g.SpentFen, g.Note, g.ByName, photos(g.Step)}
	})
	v.Evaluations = each(t.Evaluations, func(e Assessed) evaluationView {
		return evaluationView{e.MadeOn, e.MadeBy, e.Agency, append([]string{}, e.Evaluators...), e.Conclusion, e.ByName, photos(e.Step)}
	})
	v.Opinions = each(t.Opinions, func(o Opinion) opinionView {
		return opinionView{o.Kind, o.MadeOn, o.Passed, o.Opinion, o.Minutes, o.Office, o.FirstName, o.SecondName, o.SecondNumber, photos(o.Step)}
	})
	return v
}

func each[A, B any](list []A, view func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = view(a)
	}
	return out
}

func mountMajors(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listMajorHazards", Route: "GET /hazard/majors", Action: ActionMajors, Summary: "List the major hazards (重大事故隐患) with the state of their treatment",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getMajors)
	web.Handle(api, web.Op{ID: "countMajorHazards", Route: "GET /hazard/major-counts", Action: ActionMajors, Summary: "Count the open major hazards in reach"}, s.getMajorCounts)
	web.Handle(api, web.Op{
		ID: "getMajorHazard", Route: "GET /hazard/majors/{id}", Action: ActionMajors, Summary: "Read a major hazard with its treatment", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getMajor)
	web.Handle(api, web.Op{
		ID: "printMajorHazard", Route: "GET /hazard/majors/{id}/papers/{paper}", Action: ActionMajors, Summary: "Print a paper of a major hazard as PDF",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoPaper},
	}, s.getMajorPaper)
	web.Handle(api, web.Op{ID: "listReviewOfficers", Route: "GET /hazard/officers", Action: ActionReview, Summary: "List the officers of one's own office, to choose the second of a review"}, s.getOfficers)
	verb(api, "completeMajorReport", "report", ActionDossier, "Complete the report of a major hazard", s.postComplete, ErrNotMajor, ErrBlank)
	verb(api, "conveneMajorHazard", "congress", ActionDossier, "Note that it was put before the workers' congress", s.postConvene, ErrNotMajor, ErrFuture, ErrBlank, ErrPhotoNeeded, ErrPhotoUnknown)
	verb(api, "stopWork", "stop", ActionStop, "Stop work because of it, by the company's or the regulator's order", s.postStop, ErrNotMajor, ErrArea, ErrFuture)
	verb(api, "draftTreatmentPlan", "plan", ActionDossier, "Write the draft of the treatment plan (治理方案)", s.postPlan, ErrNotMajor)
	verb(api, "signTreatmentPlan", "sign", ActionSign, "The principal signs and files the treatment plan", s.postSign, ErrNotMajor, ErrNoDraft, ErrOtherText, ErrSignature, ErrBlank, ErrLights, ErrPlanFinish)
	verb(api, "advanceTreatment", "progress", ActionProgress, "Report how far the treatment has come", s.postProgress, ErrNotMajor, ErrNotOwner, ErrBlank, ErrDone, ErrPhotoUnknown)
	verb(api, "evaluateTreatment", "evaluate", ActionEvaluate, "The company's own evaluation of the treatment", s.postEvaluate, ErrNotMajor, ErrOwnAcceptance, ErrBlank, ErrAgencyNeeded, ErrReportNeeded, ErrPhotoUnknown)
	verb(api, "askMajorReview", "ask-review", ActionAsk, "Ask the regulator for the review", s.postAsk, ErrNotMajor)
	verb(api, "resumeWork", "resume", ActionResume, "Regulator: let work go on after the hazard was closed", s.postResume, ErrNotMajor, ErrNotStopped, ErrBlank)
}

// verb registers one deed: POST …/majors/{id}/name, refused with the state found.
func verb[T any](api huma.API, opID, name string, action rbac.Action, summary string, h func(context.Context, *on[T]) (*web.Body[web.Made], error), faults ...*fault.Error) {
	faults = append(faults, rbac.ErrNotFound)
	for _, s := range append([]State{Cancelled, Voided, Moved}, Open...) {
		faults = append(faults, ErrNow[s])
	}
	web.Handle(api, web.Op{ID: opID, Route: "POST /hazard/majors/{id}/" + name, Action: action, Summary: summary, Faults: faults, Status: http.StatusOK}, h)
}
