package enrolment

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type candidateView struct {
	CompanyID   rbac.CompanyID    `json:"companyId"`
	Name        string            `json:"name"`
	Town        string            `json:"town"`
	Staff       *int32            `json:"staff,omitempty"`
	OpenID      id.Of[Assessment] `json:"openId" doc:"under way; empty: none"`
	LastID      id.Of[Assessment] `json:"lastId" doc:"the one that holds; empty: none"`
	Decided     string            `json:"decided" doc:"pass, fail, A to D; empty: never assessed"`
	Score       int32             `json:"score" doc:"hundredths; -1: none"`
	ValidUntil  day.Date          `json:"validUntil,omitzero"`
	Appealed    bool              `json:"appealed" doc:"an appeal waits for its answer"`
	Expired     bool              `json:"expired" doc:"to be looked at again"`
	Inspections string            `json:"inspections" doc:"a year, by the class; empty: none"`
}

func candidateAs(c Candidate) candidateView {
	return candidateView{
		CompanyID: c.CompanyID, Name: c.Name, Town: c.Town, Staff: c.Staff, OpenID: c.OpenID, LastID: c.LastID, Decided: c.Decided, Score: c.Score, ValidUntil: c.ValidUntil,
		Appealed: c.Appealed, Expired: c.Expired, Inspections: timesOf(c.Decided),
	}
}

func keyOfCandidate(c Candidate) []string { return []string{c.CompanyID.String()} }

// timesOf is how often a class is inspected in a year.
func timesOf(class string) string {
	for _, f := range classes.Inspections {
		if f.Class == class {
			return f.Times
		}
	}
	return ""
}

type assessmentView struct {
	ID           id.Of[Assessment]    `json:"id"`
	CompanyID    rbac.CompanyID       `json:"companyId"`
	CompanyName  string               `json:"companyName"`
	Kind         string               `json:"kind" enum:"duty,class"`
	Year         int16                `json:"year"`
	Staff        *int32               `json:"staff,omitempty"`
	EvaluationID id.Of[id.Evaluation] `json:"evaluationId" doc:"the score sheet; empty: none"`
	Rubric       string               `json:"rubric"`
	State        string               `json:"state" enum:"open,published,dropped"`
	StartedOn    day.Date             `json:"startedOn"`
	StartedBy    string               `json:"startedBy"`
	Score        int32                `json:"score" doc:"hundredths; -1: none yet"`
	Finished     bool                 `json:"finished" doc:"the score sheet is signed"`
	Proposed     string               `json:"proposed" doc:"by the rules; empty: nothing yet"`
	Grounds      []string             `json:"grounds" nullable:"false" doc:"vetoes that led there"`
	Decided      string               `json:"decided"`
	Reason       string               `json:"reason"`
	DecidedBy    string               `json:"decidedBy"`
	ValidFrom    day.Date             `json:"validFrom,omitzero"`
	ValidUntil   day.Date             `json:"validUntil,omitzero"`
	EndedOn      day.Date             `json:"endedOn,omitzero" doc:"a later one took its place"`
	Inspections  string               `json:"inspections" doc:"a year, by the class"`
	Appeal       string               `json:"appeal"`
	AppealedAt   *time.Time           `json:"appealedAt,omitempty"`
	AppealedBy   string               `json:"appealedBy"`
	Answer       string               `json:"answer"`
	AnsweredAt   *time.Time           `json:"answeredAt,omitempty"`
	AnsweredBy   string               `json:"answeredBy"`
}

func assessmentAs(l text.Lang, f Found) assessmentView {
	v := assessmentView{
		ID: f.ID, CompanyID: f.CompanyID, CompanyName: f.CompanyName, Kind: f.Kind, Year: f.Year, Staff: f.Staff, Rubric: f.Rubric, State: f.State, StartedOn: f.StartedOn,
		StartedBy: f.StartedBy, Score: f.Score, Finished: f.Finished || f.State == Published, Proposed: f.Proposed, Grounds: []string{}, Decided: f.Decided, Reason: f.Reason,
		DecidedBy: f.DecidedBy, ValidFrom: f.ValidFrom, ValidUntil: f.ValidUntil, EndedOn: f.EndedOn, Inspections: timesOf(f.Decided), Appeal: f.Appeal, AppealedAt: f.AppealedAt,
		AppealedBy: f.AppealedBy, Answer: f.Answer, AnsweredAt: f.AnsweredAt, AnsweredBy: f.AnsweredBy,
	}
	if f.EvaluationID != nil {
		v.EvaluationID = *f.EvaluationID
	}
	for _, g := range f.Grounds.V {
		v.Grounds = append(v.Grounds, sayFact(l, g))
	}
	return v
}

// classRules is what follows from a class, with its source.
type classRules struct {
	Version     string      `json:"version"`
	Source      string      `json:"source"`
	Confidence  string      `json:"confidence"`
	VetoClass   string      `json:"vetoClass"`
	Vetoes      []string    `json:"vetoes" nullable:"false"`
	Months      int         `json:"recheckMonths"`
	Inspections []frequency `json:"inspections" nullable:"false"`
	From        int         `json:"dutyFrom" doc:"people of a firm whose duty is assessed"`
	To          int         `json:"dutyTo"`
}

type frequency struct {
	Class string `json:"class"`
	Times string `json:"times" doc:"inspections a year"`
}

type assessmentIn struct {
	ID id.Of[Assessment] `path:"id"`
}

type assessmentOn[T any] struct {
	ID   id.Of[Assessment] `path:"id"`
	Body T
}

type ofCompany struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators"`
}

func mountAssessments(api huma.API, s *Service) {
	known, move := []*fault.Error{rbac.ErrNotFound}, []*fault.Error{rbac.ErrNotFound, ErrPublished}
	web.Handle(api, web.Op{ID: "listCandidates", Route: "GET /enrolment/candidates", Action: ActionList, Summary: "Companies to assess, with how far that has come", Faults: []*fault.Error{page.ErrCursor}}, s.getCandidates)
	web.Handle(api, web.Op{ID: "getClassRules", Route: "GET /enrolment/class-rules", Action: ActionFound, Summary: "What follows from a class: vetoes, inspections a year, time to a recheck"}, s.getClassRules)
	web.Handle(api, web.Op{ID: "listCompanyAssessments", Route: "GET /enrolment/assessments", Action: ActionFound, Summary: "Duty and classes of one company, latest first", Faults: known}, s.getAssessments)
	web.Handle(api, web.Op{ID: "getCompanyAssessment", Route: "GET /enrolment/assessments/{id}", Action: ActionFound, Summary: "Read an assessment, with what the rules propose while it is open", Faults: known}, s.getAssessment)
	web.Handle(api, web.Op{
		ID: "beginAssessment", Route: "POST /enrolment/assessments", Action: ActionDecide, Summary: "Town and county: assess the duty of a small firm; county and city: its class",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrStaff, ErrUnderWay, ErrNoTable},
	}, s.postAssessment)
	web.Handle(api, web.Op{
		ID: "publishAssessment", Route: "POST /enrolment/assessments/{id}/publish", Action: ActionDecide, Status: http.StatusOK, Summary: "Decide and publish the result",
		Faults: append(move, ErrUnscored, ErrResult, ErrReason),
	}, s.postPublish)
	web.Handle(api, web.Op{ID: "dropAssessment", Route: "POST /enrolment/assessments/{id}/drop", Action: ActionDecide, Status: http.StatusOK, Summary: "Give an open assessment up", Faults: move}, s.postDrop)
	web.Handle(api, web.Op{
		ID: "appealCompanyAssessment", Route: "POST /enrolment/assessments/{id}/appeal", Action: ActionAppeal, Status: http.StatusOK, Summary: "Company: object to the result",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrAppealed, ErrState},
	}, s.postAppeal)
	web.Handle(api, web.Op{
		ID: "answerAppeal", Route: "POST /enrolment/assessments/{id}/answer", Action: ActionDecide, Status: http.StatusOK, Summary: "Decide an appeal",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoAppeal, ErrResult},
	}, s.postAnswer)
}

func (s *Service) getCandidates(ctx context.Context, in *CandidateFilter) (*web.Body[page.List[candidateView]], error) {
	rows, k, err := s.Candidates(ctx, *in)
	return &web.Body[page.List[candidateView]]{Body: page.Of(rows, k, in.Limit, keyOfCandidate, candidateAs)}, err
}

func (s *Service) getClassRules(ctx context.Context, _ *struct{}) (*web.Body[classRules], error) {
	v := classRules{classes.Version, classes.Source, classes.Confidence, classes.VetoClass, []string{}, classes.RecheckMonths, []frequency{}, classes.DutyStaff.From, classes.DutyStaff.To}
	l := text.Of(ctx)
	if l != text.Chinese {
		v.Source = classes.SourceEn
	}
	for _, key := range append(append([]string{}, classes.Vetoes...), classes.NotMeasured...) {
		v.Vetoes = append(v.Vetoes, say(l, "veto."+key))
	}
	for _, f := range classes.Inspections {
		v.Inspections = append(v.Inspections, frequency{f.Class, f.Times})
	}
	return &web.Body[classRules]{Body: v}, s.Known(ctx)
}

func (s *Service) getAssessments(ctx context.Context, in *ofCompany) (*web.Body[[]assessmentView], error) {
	rows, err := s.Assessments(ctx, in.CompanyID)
	out := make([]assessmentView, len(rows))
	for i, a := range rows {
		out[i] = assessmentAs(text.Of(ctx), Found{Assessment: a})
	}
	return &web.Body[[]assessmentView]{Body: out}, err
}

func (s *Service) getAssessment(ctx context.Context, in *assessmentIn) (*web.Body[assessmentView], error) {
	f, err := s.AssessmentByID(ctx, in.ID)
	return &web.Body[assessmentView]{Body: assessmentAs(text.Of(ctx), f)}, err
}

func (s *Service) postAssessment(ctx context.Context, in *web.Body[Beginning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Begin(ctx, in.Body))
}

func (s *Service) postPublish(ctx context.Context, in *assessmentOn[Decision]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Publish(ctx, in.ID, in.Body))
}

func (s *Service) postDrop(ctx context.Context, in *assessmentOn[Reason]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Drop(ctx, in.ID, in.Body))
}

func (s *Service) postAppeal(ctx context.Context, in *assessmentOn[Appealing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Appeal(ctx, in.ID, in.Body))
}

func (s *Service) postAnswer(ctx context.Context, in *assessmentOn[Answering]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Answer(ctx, in.ID, in.Body))
}
