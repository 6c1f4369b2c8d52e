package hazard

import (
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// MajorFilter narrows the list of major hazards.
type MajorFilter struct {
	page.Query
	CompanyID id.Of[id.Company] `query:"companyId" doc:"for regulators: one company"`
	Stage     string            `query:"stage" enum:"open,report,plan,treated,review,closed" doc:"open: not closed; report: its report lacks content; plan: before the plan is signed; treated: being treated; review: waits for the regulator"`
	Stock     string            `query:"stock" enum:"stock,new" doc:"stock: found before 2023 or open when the company began here (存量)"`
	Overdue   bool              `query:"overdue"`
	Stopped   bool              `query:"stopped" doc:"work is stopped because of it"`
}

// MajorRow is a major hazard with what the list shows of its treatment.
type MajorRow struct {
	Hazard
	CompanyName string
	Completed   bool // the report has its content
	Alarmed     bool
	ReviewDueOn day.Date
	SignedAt    *time.Time // of the plan
	Share       int32      // done, hundredths of a percent
}

// OfStock reports whether h belongs to the stock (存量) that is kept apart until it is gone.
func (h Hazard) OfStock() bool { return h.Stock || h.FoundOn.Before(day.Of(2023, 1, 1)) }

// WorkStopped reports whether work is stopped because of h.
func (h Hazard) WorkStopped() bool { return !h.StoppedOn.IsZero() && h.ResumedOn.IsZero() }

// MajorCounts counts the open major hazards in scope.
type MajorCounts struct {
	Open    int64 `json:"open"`
	Review  int64 `json:"review" doc:"wait for the regulator's review"`
	Overdue int64 `json:"overdue"`
	Stock   int64 `json:"stock" doc:"found before 2023 or open when the company began here"`
	Stopped int64 `json:"stopped" doc:"work is stopped because of them"`
}

// MajorList lists the major hazards in scope, newest first, with the day on which overdue was judged. Errors: page.ErrCursor.
func (s *Service) MajorList(ctx context.Context, f MajorFilter) (rows []MajorRow, k page.Key, today day.Date, err error) {
	if k, err = f.Start("recent", 1); err != nil {
		return nil, k, today, err
	}
	err = s.Gate.Read(ctx, ActionMajors, func(tx db.Tx, scope rbac.Scope) (err error) {
		today = day.In(tx.Now, day.Shanghai)
		rows, err = majors(ctx, tx, scope, f, k, today)
		return err
	})
	return rows, k, today, err
}

// Counts counts the open major hazards in scope.
func (s *Service) Counts(ctx context.Context) (n MajorCounts, err error) {
	err = s.Gate.Read(ctx, ActionMajors, func(tx db.Tx, scope rbac.Scope) (err error) {
		n, err = majorCounts(ctx, tx, scope, day.In(tx.Now, day.Shanghai))
		return err
	})
	return n, err
}

// MajorFile is a major hazard with its whole treatment, for its page.
type MajorFile struct {
	Record
	Treatment Treatment
	Files     map[int32][]id.Of[id.Attachment] // by number of the step
	Company   string
	Verbs     []string // what the actor may do next
	Next      []string // what has to be done next, whoever does it
	DueOn     day.Date // of the next report of progress
}

// MajorByID reads a major hazard with its treatment. Errors: rbac.ErrNotFound.
func (s *Service) MajorByID(ctx context.Context, hid id.Of[id.Hazard]) (m MajorFile, err error) {
	err = s.Gate.Read(ctx, ActionMajors, func(tx db.Tx, scope rbac.Scope) error {
		h, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		if m.Treatment, err = treatmentOf(ctx, tx, h); err != nil {
			return err
		}
		entries, err := entriesOf(ctx, tx, h)
		if err != nil {
			return err
		}
		m.Record = Record{Hazard: h, Entries: entries, Today: day.In(tx.Now, day.Shanghai)}
		if m.May, err = s.may(scope, m.Record); err != nil {
			return err
		}
		if m.Files, err = photosOfSteps(ctx, tx, h); err != nil {
			return err
		}
		if s.Majors.Card != nil {
			card, err := s.Majors.Card(ctx, tx, scope, h.CompanyID)
			if err != nil {
				return err
			}
			m.Company = card.Name
		}
		m.DueOn = m.Treatment.NextProgress(h)
		m.Verbs, m.Next = s.verbs(scope, m), m.next()
		return nil
	})
	return m, err
}

// next says what a treatment waits for, the most urgent first.
func (m MajorFile) next() []string {
	out := []string{}
	if m.Level == Major && m.State != Voided && m.State != Moved {
		if m.Treatment.CompletedAt == nil && !m.Closed() {
			out = append(out, "report")
		}
		if m.CongressOn.IsZero() {
			out = append(out, "congress")
		}
		if !m.DueOn.IsZero() && m.DueOn.Before(m.Today) {
			out = append(out, "progress")
		}
	}
	stage := map[State]string{
		Graded: "assign", Assigned: "draft", PlanFiled: "start", Rectifying: "fix", ExtensionPending: "fix", AwaitingAcceptance: "evaluate",
		SelfEvaluated: "ask", UnderReview: "review",
	}[m.State]
	if m.State == Assigned && m.Treatment.Draft() != nil {
		stage = "sign"
	}
	if m.State == Cancelled && m.WorkStopped() {
		stage = "resume"
	}
	if stage != "" {
		out = append(out, stage)
	}
	return out
}

// verbs lists what the actor may do on the page of a treatment. The guards decide again.
func (*Service) verbs(scope rbac.Scope, m MajorFile) []string {
	f := file{Hazard: m.Hazard, by: whoIs(scope)}
	for _, e := range m.Entries {
		f.past = append(f.past, e.Step)
	}
	out := []string{}
	offer := func(verb string, action rbac.Action, ok bool) {
		if ok && scope.Can(action) {
			out = append(out, verb)
		}
	}
	draft := m.Treatment.Draft()
	offer("report", ActionDossier, m.Level == Major && !m.Closed())
	offer("congress", ActionDossier, f.major(Congress) == nil)
	offer("draft", ActionDossier, m.Level == Major && (m.State == Graded || f.may(FilePlan) == nil))
	offer("sign", ActionSign, f.major(FilePlan) == nil && draft != nil && draft.Lights.V.all() && draft.draft().blank() == "")
	offer("stop", ActionStop, f.major(StopWork) == nil)
	offer("progress", ActionProgress, f.major(Progress) == nil && f.mine())
	offer("evaluate", ActionEvaluate, f.major(SelfEvaluate) == nil && f.judge(SelfEvaluate) == nil)
	offer("ask", ActionAsk, f.major(AskReview) == nil)
	offer("review", ActionReview, f.may(Pass) == nil)
	offer("resume", ActionResume, f.major(Resume) == nil && m.WorkStopped())
	return out
}

// Spent is what was spent on the treatment so far, in fen.
func (m MajorFile) Spent() fen.Amount {
	if m.ActualFundsFen != nil {
		return *m.ActualFundsFen
	}
	_, spent := m.Treatment.Done()
	return spent
}

// opinion is the last paper of a kind, nil if there is none.
func (t Treatment) opinion(kind string) *Opinion {
	for i := range slices.Backward(t.Opinions) {
		if t.Opinions[i].Kind == kind {
			return &t.Opinions[i]
		}
	}
	return nil
}
