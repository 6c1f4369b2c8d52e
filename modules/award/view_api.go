package award

import (
	"context"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// LineView is an award in a list, on the wire.
type LineView struct {
	ID             id.Of[id.Award] `json:"id"`
	PublicID       uuid.UUID       `json:"publicId"`
	CompanyID      rbac.CompanyID  `json:"companyId"`
	CompanyName    string          `json:"companyName" doc:"as it stands on the certificate"`
	USCC           string          `json:"uscc"`
	Area           string          `json:"area" doc:"of the company, by its path"`
	Industry       string          `json:"industry" doc:"GB/T 4754"`
	Speciality     string          `json:"speciality" doc:"industry in certificate numbers"`
	Level          string          `json:"level" enum:"1,2,3,pass"`
	LevelName      string          `json:"levelName"`
	State          State           `json:"state" enum:"in_force,renewal_due,expired,revoked,replaced"`
	StateOn        day.Date        `json:"stateOn"`
	Reason         string          `json:"reason" doc:"why it no longer counts"`
	Source         string          `json:"source" enum:"grading,paper"`
	CertificateNo  string          `json:"certificateNo"`
	PrintedNo      string          `json:"printedNo"`
	PlaqueNo       string          `json:"plaqueNo"`
	Authority      string          `json:"authority"`
	OrganizingUnit string          `json:"organizingUnit"`
	ReviewUnit     string          `json:"reviewUnit"`
	AnnouncedOn    day.Date        `json:"announcedOn"`
	ValidUntil     day.Date        `json:"validUntil"`
	DaysLeft       int             `json:"daysLeft" doc:"negative once it has run out"`
	NoticeNo       string          `json:"noticeNo"`
	Proposed       bool            `json:"proposed" doc:"a revocation is under way"`
	RenameOpen     bool            `json:"renameOpen" doc:"a change of name is asked for"`
}

func lineOn(ctx context.Context, today day.Date) func(Line) LineView {
	l := text.Of(ctx)
	return func(a Line) LineView {
		return LineView{
			ID: a.ID, PublicID: a.PublicID, CompanyID: a.CompanyID, CompanyName: a.CompanyName, USCC: a.USCC, Area: a.RegionPath, Industry: a.Industry, Speciality: a.Speciality,
			Level: a.Level, LevelName: a.LevelName, State: a.On(today), StateOn: a.StateOn, Reason: reasonText(l, a.Award), Source: a.Source, CertificateNo: a.CertificateNo,
			PrintedNo: a.PrintedNo, PlaqueNo: a.PlaqueNo, Authority: a.Authority, OrganizingUnit: a.OrganizingUnit, ReviewUnit: a.ReviewUnit, AnnouncedOn: a.AnnouncedOn,
			ValidUntil: a.ValidUntil, DaysLeft: a.ValidUntil.DaysSince(today), NoticeNo: a.NoticeNo, Proposed: a.Proposed, RenameOpen: a.RenameOpen,
		}
	}
}

type stepView struct {
	Event      Event                  `json:"event"`
	ToState    State                  `json:"toState"`
	At         time.Time              `json:"at"`
	HappenedOn day.Date               `json:"happenedOn"`
	Side       string                 `json:"side"`
	ActorName  string                 `json:"actorName"`
	Note       string                 `json:"note"`
	Detail     Detail                 `json:"detail"`
	Reasons    []string               `json:"reasons" nullable:"false" doc:"of a revocation, in words"`
	Files      []id.Of[id.Attachment] `json:"files" nullable:"false"`
}

type yearView struct {
	N            int                  `json:"n"`
	From         day.Date             `json:"from"`
	Due          day.Date             `json:"due"`
	State        string               `json:"state" enum:"filed,missed,open,ahead,unknown"`
	FiledOn      day.Date             `json:"filedOn"`
	EvaluationID id.Of[id.Evaluation] `json:"evaluationId" doc:"0: on paper, or none"`
	Score        int32                `json:"score" doc:"hundredths; -1: not known"`
	Note         string               `json:"note"`
}

type conditionView struct {
	Key    string   `json:"key"`
	Title  string   `json:"title"`
	By     string   `json:"by" enum:"system,person"`
	Known  bool     `json:"known"`
	Met    bool     `json:"met"`
	Why    string   `json:"why" doc:"what it rests on, in words"`
	Note   string   `json:"note"`
	Who    string   `json:"who"`
	On     day.Date `json:"on"`
	Clause string   `json:"clause"`
}

type factView struct {
	Reason string `json:"reason"`
	Title  string `json:"title" doc:"of the reason"`
	Fact   string `json:"fact" doc:"in words"`
	Value  string `json:"value"`
	Since  string `json:"since"`
}

type revocationView struct {
	State          Case       `json:"state" enum:"proposed,stated,dropped,revoked"`
	Reasons        []string   `json:"reasons" nullable:"false" doc:"in words"`
	Facts          []factView `json:"facts" nullable:"false"`
	Note           string     `json:"note"`
	ProposedOn     day.Date   `json:"proposedOn"`
	ProposedBy     string     `json:"proposedBy"`
	StatementDueOn day.Date   `json:"statementDueOn"`
	Statement      string     `json:"statement"`
	Waived         bool       `json:"waived"`
	StatedOn       day.Date   `json:"statedOn"`
	StatedBy       string     `json:"statedBy"`
	DecidedOn      day.Date   `json:"decidedOn"`
	DecidedBy      string     `json:"decidedBy"`
	Opinion        string     `json:"opinion"`
	Downgrade      bool       `json:"downgrade"`
	BarredUntil    day.Date   `json:"barredUntil"`
	NoticeNo       string     `json:"noticeNo"`
	AnnouncedOn    day.Date   `json:"announcedOn"`
	Medium         string     `json:"medium"`
	CertificateOn  day.Date   `json:"certificateOn"`
	PlaqueOn       day.Date   `json:"plaqueOn"`
}

type renameView struct {
	State     string   `json:"state" enum:"asked,confirmed,refused,withdrawn"`
	OldName   string   `json:"oldName"`
	NewName   string   `json:"newName"`
	Reason    string   `json:"reason"`
	AskedOn   day.Date `json:"askedOn"`
	DecidedOn day.Date `json:"decidedOn"`
	Opinion   string   `json:"opinion"`
}

// oneView is an award with its past.
type oneView struct {
	LineView
	CheckCode     string                `json:"checkCode"`
	Score         int32                 `json:"score" doc:"hundredths; -1: not known"`
	EvaluationID  id.Of[id.Evaluation]  `json:"evaluationId" doc:"0: none"`
	ApplicationID id.Of[id.Application] `json:"applicationId" doc:"0: none"`
	RubricID      id.Of[id.Rubric]      `json:"rubricId" doc:"0: none"`
	RenewsID      id.Of[id.Award]       `json:"renewsId" doc:"the award before it; 0: none"`
	RevokedOn     day.Date              `json:"revokedOn"`
	WindowOn      day.Date              `json:"windowOn" doc:"first day on which renewal can be asked for"`
	Direct        bool                  `json:"direct" doc:"it can be renewed without a review on site"`
	Applying      bool                  `json:"applying" doc:"an application of the company is under way"`
	Downgrade     bool                  `json:"downgrade" doc:"the rules let a level be lowered"`
	Years         []yearView            `json:"years" nullable:"false"`
	Conditions    []conditionView       `json:"conditions" nullable:"false"`
	Confirmable   []string              `json:"confirmable" nullable:"false"`
	Revocations   []revocationView      `json:"revocations" nullable:"false" doc:"the latest first"`
	Renames       []renameView          `json:"renames" nullable:"false" doc:"the latest first"`
	Facts         []factView            `json:"facts" nullable:"false" doc:"that speak for a revocation; for regulators"`
	Steps         []stepView            `json:"steps" nullable:"false"`
	May           []Event               `json:"may" nullable:"false" doc:"what the reader can do now"`
	Today         day.Date              `json:"today"`
}

func oneOf(ctx context.Context, o One) oneView {
	l := text.Of(ctx)
	v := oneView{
		LineView: lineOn(ctx, o.Today)(Line{Award: o.Award}), CheckCode: o.CheckCode, Score: o.Score, EvaluationID: value(o.EvaluationID), ApplicationID: value(o.ApplicationID),
		RubricID: value(o.RubricID), RenewsID: value(o.RenewsID), RevokedOn: o.RevokedOn, WindowOn: o.WindowOn, Direct: o.Conditions.Direct, Applying: o.Applying,
		Downgrade: o.Terms().Downgrade, Years: []yearView{}, Conditions: []conditionView{}, Confirmable: o.Confirmable, Revocations: []revocationView{}, Renames: []renameView{},
		Facts: factsOn(l, o.Facts), Steps: []stepView{}, May: o.May, Today: o.Today,
	}
	v.Proposed = len(o.Revocations) > 0 && (o.Revocations[0].State == CaseOpen || o.Revocations[0].State == CaseStated)
	v.RenameOpen = len(o.Renames) > 0 && o.Renames[0].State == Asked
	for _, y := range o.Years {
		v.Years = append(v.Years, yearView{y.N, y.From, y.Due, y.State, y.FiledOn, y.EvaluationID, y.Score, y.Note})
	}
	for _, c := range o.Conditions.All {
		v.Conditions = append(v.Conditions, conditionView{c.Key, text.Say(l, "award.condition-"+c.Key, nil), c.By, c.Known, c.Met, text.Say(l, c.Why, c.Params), c.Note, c.Who, c.On, c.Clause})
	}
	for _, r := range o.Revocations {
		v.Revocations = append(v.Revocations, revocationOn(l, r))
	}
	for _, n := range o.Renames {
		v.Renames = append(v.Renames, renameView{n.State, n.OldName, n.NewName, n.Reason, n.AskedOn, n.DecidedOn, n.Opinion})
	}
	for _, s := range o.Steps {
		v.Steps = append(v.Steps, stepOf(l, s))
	}
	return v
}

func stepOf(l text.Lang, s Step) stepView {
	v := stepView{
		Event: s.Event, ToState: s.ToState, At: s.At, HappenedOn: s.HappenedOn, Side: s.ActorKind, ActorName: s.ActorName, Note: s.Note, Detail: s.Detail.V,
		Reasons: reasonsOn(l, s.Detail.V.Reasons), Files: []id.Of[id.Attachment]{},
	}
	for _, n := range s.Files {
		v.Files = append(v.Files, id.Of[id.Attachment](n))
	}
	return v
}

func reasonsOn(l text.Lang, keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = text.Say(l, "award.reason-"+k, nil)
	}
	return out
}

func factsOn(l text.Lang, facts []Fact) []factView {
	out := make([]factView, len(facts))
	for i, f := range facts {
		out[i] = factView{f.Reason, text.Say(l, "award.reason-"+f.Reason, nil), text.Say(l, "award.fact-"+f.Fact, map[string]string{"n": f.Value}), f.Value, f.Since}
	}
	return out
}

func revocationOn(l text.Lang, r Revocation) revocationView {
	return revocationView{
		State: r.State, Reasons: reasonsOn(l, r.Reasons), Facts: factsOn(l, r.Facts.V), Note: r.Note, ProposedOn: r.ProposedOn, ProposedBy: r.ProposedBy, StatementDueOn: r.StatementDueOn,
		Statement: r.Statement, Waived: r.Waived, StatedOn: r.StatedOn, StatedBy: r.StatedBy, DecidedOn: r.DecidedOn, DecidedBy: r.DecidedBy, Opinion: r.Opinion, Downgrade: r.Downgrade,
		BarredUntil: r.BarredUntil, NoticeNo: r.NoticeNo, AnnouncedOn: r.AnnouncedOn, Medium: r.Medium, CertificateOn: r.CertificateOn, PlaqueOn: r.PlaqueOn,
	}
}

type ownView struct {
	Current     *oneView   `json:"current" doc:"what the company holds, or held last; null: nothing yet"`
	Before      []LineView `json:"before" nullable:"false"`
	BarredUntil day.Date   `json:"barredUntil" doc:"no application is taken until this day; empty: it may apply"`
	Today       day.Date   `json:"today"`
}

func ownOf(ctx context.Context, o Own) ownView {
	v := ownView{Before: []LineView{}, BarredUntil: o.BarredUntil, Today: o.Today}
	if o.Current != nil {
		one := oneOf(ctx, *o.Current)
		v.Current = &one
	}
	for _, a := range o.Before {
		v.Before = append(v.Before, lineOn(ctx, o.Today)(Line{Award: a}))
	}
	return v
}

type reasonView struct {
	Key    string `json:"key"`
	Clause string `json:"clause"`
	Long   bool   `json:"long" doc:"the long bar follows"`
}

type specialityView struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// rulesView are the rules that forms need.
type rulesView struct {
	Version       string           `json:"version"`
	Clause        string           `json:"clause"`
	ValidityYears int              `json:"validityYears"`
	WindowMonths  int              `json:"windowMonths"`
	BarMonths     int              `json:"barMonths"`
	BarFalseYears int              `json:"barFalseYears"`
	StatementDays int              `json:"statementDays" doc:"working days"`
	Reasons       []reasonView     `json:"reasons" nullable:"false"`
	Specialities  []specialityView `json:"specialities" nullable:"false"`
}

func rulesNow() rulesView {
	r := Newest()
	v := rulesView{
		Version: r.Version, Clause: r.Clause, ValidityYears: r.ValidityYears, WindowMonths: r.WindowMonths, BarMonths: r.BarMonths, BarFalseYears: r.BarFalseYears,
		StatementDays: r.StatementWorkingDays, Reasons: []reasonView{}, Specialities: []specialityView{},
	}
	for _, one := range r.Reasons {
		v.Reasons = append(v.Reasons, reasonView{one.Key, one.Clause, one.Long})
	}
	for _, s := range Specialities() {
		v.Specialities = append(v.Specialities, specialityView{s.Code, s.Zh, s.En})
	}
	return v
}

// publicView is an award as anybody may read it: never a person.
type publicView struct {
	PublicID      uuid.UUID `json:"publicId"`
	CompanyName   string    `json:"companyName"`
	USCC          string    `json:"uscc"`
	Speciality    string    `json:"speciality"`
	Level         string    `json:"level" enum:"1,2,3,pass"`
	LevelName     string    `json:"levelName"`
	CertificateNo string    `json:"certificateNo"`
	Authority     string    `json:"authority"`
	ReviewUnit    string    `json:"reviewUnit"`
	AnnouncedOn   day.Date  `json:"announcedOn"`
	ValidUntil    day.Date  `json:"validUntil"`
	NoticeNo      string    `json:"noticeNo"`
	State         State     `json:"state" enum:"in_force,expired,revoked,replaced"`
	RevokedOn     day.Date  `json:"revokedOn"`
	Today         day.Date  `json:"today" doc:"the state is of this day"`
}

func publicOn(today day.Date) func(Public) publicView {
	return func(p Public) publicView {
		return publicView{
			PublicID: p.PublicID, CompanyName: p.CompanyName, USCC: p.USCC, Speciality: specialityName(p.Speciality), Level: p.Level, LevelName: p.LevelName, CertificateNo: p.CertificateNo,
			Authority: p.Authority, ReviewUnit: p.ReviewUnit, AnnouncedOn: p.AnnouncedOn, ValidUntil: p.ValidUntil, NoticeNo: p.NoticeNo, State: p.on(today), RevokedOn: p.RevokedOn, Today: today,
		}
	}
}
