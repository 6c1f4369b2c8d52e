package emergency

import (
	"slices"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Handing is what a company hands in.
type Handing struct {
	Documents []string               `json:"documents" minItems:"1" maxItems:"5" nullable:"false" enum:"application,review_opinion,plan_text,risk_assessment,resource_survey" doc:"documents handed in"`
	Files     []id.Of[id.Attachment] `json:"files" required:"false" maxItems:"20" nullable:"false"`
	Note      string                 `json:"note" required:"false" maxLength:"500"`
}

// Asking is what the regulator misses; it is told once.
type Asking struct {
	Missing []string `json:"missing" minItems:"1" maxItems:"5" nullable:"false" enum:"application,review_opinion,plan_text,risk_assessment,resource_survey"`
	Note    string   `json:"note" required:"false" maxLength:"500"`
}

// Acceptance is the regulator's answer.
type Acceptance struct {
	Number string `json:"number" required:"false" maxLength:"40" doc:"filing number (备案编号)"`
	Note   string `json:"note" required:"false" maxLength:"500"`
}

// Documents are those of a filing, in the order of the form.
func Documents() []string { return rules.Filing[len(rules.Filing)-1].Documents }

// newFiling is a filing of a plan. Errors: ErrUnpublished, ErrWithRegulator, ErrDocument.
func newFiling(p Plan, by rbac.Actor, h Handing, now time.Time) (Filing, error) {
	switch {
	case p.PublishedOn.IsZero() || !p.EndedOn.IsZero():
		return Filing{}, ErrUnpublished
	case p.Filing != ToFile && p.Filing != NotNeeded:
		return Filing{}, ErrWithRegulator
	case len(h.Documents) == 0:
		return Filing{}, ErrDocument.At("body.documents")
	}
	f := Filing{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PlanID: p.ID, PlanName: p.Name, PlanKind: p.Kind, PlanVersion: p.Version,
		PublishedOn: p.PublishedOn, DueOn: p.FileDueOn, Documents: ordered(h.Documents), Files: filesOf(h.Files), Note: h.Note, State: Submitted, SubmittedAt: now, SubmittedBy: by.Name, Missing: db.Texts{},
	}
	f.received(now)
	f.Late = !f.DueOn.IsZero() && f.ReceivedOn.After(f.DueOn)
	return f, nil
}

// received starts the clock of the check (生产安全事故应急预案管理办法 art. 28).
func (f *Filing) received(now time.Time) {
	f.ReceivedOn = day.In(now, day.Shanghai)
	f.count(calendar.China())
}

// count works out the days of the check, as far as the holidays are published.
func (f *Filing) count(cal *calendar.Calendar) {
	due, deemed, err := FilingOn(f.PublishedOn).Checked(cal, f.ReceivedOn)
	if err == nil {
		f.CheckDueOn, f.DeemedOn = due, deemed
	}
}

// supplement hands in what was missing; the clock starts again.
func (f *Filing) supplement(by rbac.Actor, h Handing, now time.Time) {
	f.Documents = ordered(append(f.Documents, h.Documents...))
	for _, n := range h.Files {
		if !slices.Contains(f.Files, int64(n)) {
			f.Files = append(f.Files, int64(n))
		}
	}
	f.State, f.Note, f.SubmittedAt, f.SubmittedBy, f.CheckDueOn, f.DeemedOn = Submitted, h.Note, now, by.Name, day.Date{}, day.Date{}
	f.received(now)
}

// ask tells the company what is missing. Errors: ErrAskedOnce.
func (f *Filing) ask(by rbac.Actor, a Asking, now time.Time) error {
	if f.AskedAt != nil {
		return ErrAskedOnce
	}
	f.State, f.Missing, f.AskedAt, f.AnsweredBy, f.Answer = Missing, ordered(a.Missing), &now, by.Name, a.Note
	return nil
}

// accept files it.
func (f *Filing) accept(by rbac.Actor, a Acceptance, now time.Time) {
	f.State, f.AnsweredAt, f.AnsweredBy, f.Answer, f.Number, f.FiledOn = Filed, &now, by.Name, a.Note, a.Number, day.In(now, day.Shanghai)
}

// ordered are documents in the order of the form, once each.
func ordered(list []string) db.Texts {
	out := db.Texts{}
	for _, d := range Documents() {
		if slices.Contains(list, d) {
			out = append(out, d)
		}
	}
	return out
}

func filesOf(list []id.Of[id.Attachment]) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}
