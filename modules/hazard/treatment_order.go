package hazard

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Order is an order to stop work because of a major hazard (停产停业; Work Safety Law 2021, art. 65).
type Order struct {
	Extent string   `json:"extent" enum:"full,partial" doc:"全部 or 局部停产停业"`
	Area   string   `json:"area" minLength:"1" maxLength:"500" doc:"what is stopped"`
	Since  day.Date `json:"since"`
	Number string   `json:"number,omitempty" maxLength:"100" doc:"of the regulator's decision (现场处理措施决定书)"`
	Reason string   `json:"reason,omitempty" maxLength:"1000"`
}

// stop notes that work is stopped. Errors: ErrNow, ErrNotMajor, ErrArea, ErrFuture.
func (f *file) stop(o Order) error {
	if err := f.major(StopWork); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(o.Area) == "":
		return ErrArea.At("body.area")
	case o.Since.IsZero() || o.Since.After(f.today()):
		return ErrFuture.At("body.since")
	}
	if f.StoppedOn.IsZero() || !f.ResumedOn.IsZero() {
		f.StoppedOn = o.Since
	}
	f.ResumedOn = day.Date{}
	f.step(StopWork, f.State, o.Area, nil, Detail{})
	return nil
}

// Stop stops work, by order of the company or of the regulator, whoever asks.
// Errors: rbac.ErrNotFound, ErrNow, ErrNotMajor, ErrArea, ErrFuture.
func (s *Service) Stop(ctx context.Context, hid id.Of[id.Hazard], o Order) (id.Of[id.Hazard], error) {
	return s.order(ctx, ActionStop, hid, func(tx db.Tx, scope rbac.Scope, f *file) error {
		if err := f.stop(o); err != nil {
			return err
		}
		by, who := "company", scope.Actor()
		if who.Kind == rbac.Regulator {
			by = "regulator"
		}
		return insertPaper(ctx, tx, &Stop{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, HazardID: f.ID, Extent: o.Extent, Area: strings.TrimSpace(o.Area),
			Since: o.Since, OrderedBy: by, OrderNumber: strings.TrimSpace(o.Number), Reason: strings.TrimSpace(o.Reason), ByName: who.Name, ByPersonID: some(who.PersonID),
		})
	})
}

// Resumption is the regulator's paper that lets work go on (恢复生产经营).
type Resumption struct {
	Note string `json:"note" minLength:"1" maxLength:"2000" doc:"opinion"`
}

// Resume lets work go on after a major hazard was cancelled; with the review itself it is one
// decision. Errors: rbac.ErrNotFound, ErrNow, ErrNotStopped, ErrBlank.
func (s *Service) Resume(ctx context.Context, hid id.Of[id.Hazard], r Resumption) (id.Of[id.Hazard], error) {
	return s.order(ctx, ActionResume, hid, func(tx db.Tx, scope rbac.Scope, f *file) error {
		if strings.TrimSpace(r.Note) == "" {
			return ErrBlank.At("body.note")
		}
		return s.resumed(ctx, tx, scope, f, r.Note, Opinion{})
	})
}

// resumed adds step and paper of a resumption; o names the second officer where there was a review.
func (s *Service) resumed(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file, note string, o Opinion) error {
	if err := f.major(Resume); err != nil {
		return err
	}
	if f.StoppedOn.IsZero() || !f.ResumedOn.IsZero() {
		return ErrNotStopped
	}
	f.ResumedOn = f.today()
	f.step(Resume, f.State, note, nil, Detail{})
	o.ID, o.Kind, o.Passed, o.Opinion = 0, PaperResume, true, strings.TrimSpace(note)
	return s.opine(ctx, tx, scope, f, o)
}

// opine files a regulator's paper.
func (s *Service) opine(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file, o Opinion) error {
	office := ""
	if s.Majors.Office != nil {
		var err error
		if office, err = s.Majors.Office(ctx, tx, scope); err != nil {
			return err
		}
	}
	o.CompanyID, o.RegionPath, o.OversightLine, o.HazardID, o.Step, o.MadeOn = f.CompanyID, f.RegionPath, f.OversightLine, f.ID, f.Steps, f.today()
	o.Office, o.FirstPersonID, o.FirstName = office, f.by.Person, f.by.Name
	return insertPaper(ctx, tx, &o)
}

// reviewed is a review with its papers. Errors: those of review, ErrTwoOfficers, ErrNotStopped.
func (s *Service) reviewed(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file, r Review) error {
	if err := f.review(r); err != nil || f.Level != Major {
		return err
	}
	o := Opinion{
		Kind: PaperReview, Passed: r.Passed, Opinion: strings.TrimSpace(r.Note), Minutes: strings.TrimSpace(r.Minutes),
		SecondName: strings.TrimSpace(r.Second.Name), SecondNumber: strings.TrimSpace(r.Second.Number),
	}
	if r.Second.PersonID != 0 {
		mate, err := s.colleague(ctx, tx, scope, r.Second.PersonID)
		if err != nil {
			return err
		}
		o.SecondPersonID, o.SecondName = &mate.Person, mate.Name
	}
	if err := s.opine(ctx, tx, scope, f, o); err != nil {
		return err
	}
	if r.Passed && r.Resume {
		return s.resumed(ctx, tx, scope, f, r.Note, o)
	}
	return nil
}

// colleague finds a member of the actor's own office. Errors: ErrTwoOfficers.
func (s *Service) colleague(ctx context.Context, tx db.Tx, scope rbac.Scope, who id.Of[id.Person]) (Officials, error) {
	if s.Majors.Colleagues == nil {
		return Officials{}, ErrTwoOfficers.At("body.second.personId")
	}
	mates, err := s.Majors.Colleagues(ctx, tx, scope)
	if err != nil {
		return Officials{}, err
	}
	at := slices.IndexFunc(mates, func(o Officials) bool { return o.Person == who })
	if at < 0 {
		return Officials{}, ErrTwoOfficers.At("body.second.personId")
	}
	return mates[at], nil
}

// Mates lists the members of the actor's regulator, to choose the second officer from.
func (s *Service) Mates(ctx context.Context) (out []Officials, err error) {
	err = s.Gate.Read(ctx, ActionReview, func(tx db.Tx, scope rbac.Scope) error {
		if s.Majors.Colleagues == nil {
			return nil
		}
		out, err = s.Majors.Colleagues(ctx, tx, scope)
		return err
	})
	return out, err
}

// order is move for who may be of the company or of the regulator.
func (s *Service) order(ctx context.Context, action rbac.Action, hid id.Of[id.Hazard], event func(db.Tx, rbac.Scope, *file) error) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		if seen.Level != Major {
			return ErrNotMajor
		}
		if scope.Actor().Kind == rbac.Regulator {
			if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil {
				return err
			}
		}
		h, err := lockMajor(ctx, tx, scope, seen)
		if err != nil {
			return err
		}
		return s.carry(ctx, tx, scope, h, stoppable, func(f *file) error { return event(tx, scope, f) })
	})
	return hid, err
}

// claim ties files to a hazard, for the company's people and for the regulator's.
func (s *Service) claim(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], files []id.Of[id.Attachment], object int64) error {
	if scope.Actor().Kind != rbac.Regulator {
		return s.Claim(ctx, tx, scope, files, "hazard", object)
	}
	if s.Majors.ClaimIn == nil {
		return nil
	}
	return s.Majors.ClaimIn(ctx, tx, scope, company, files, "hazard", object)
}

// ofTreatment reports whether the job runner has something to see to after a step of a major
// hazard: who is told at the regulator's, and what falls due.
func ofTreatment(e Event) bool {
	return slices.Contains([]Event{ReportUp, StopWork, FilePlan, Progress, Fix, Reject, Fail, AskReview, Pass, Resume, Void, Grade}, e)
}

// open opens the dossier of what has just become major.
func (*Service) open(ctx context.Context, tx db.Tx, f *file) error {
	if !slices.ContainsFunc(f.added, func(e Entry) bool { return e.Event == ReportUp }) {
		return nil
	}
	if err := openDossier(ctx, tx, f.Hazard); err != nil {
		return err
	}
	alarm := AlarmReport{f.CompanyID, f.ID}
	return jobs.Enqueue(ctx, tx, alarm, jobs.Key(TellStep{f.CompanyID, f.ID, f.Steps}.key()), jobs.At(tx.Now.Add(Report24*time.Hour)))
}

// AlarmReport looks at a report a day after it was opened.
type AlarmReport struct {
	CompanyID id.Of[id.Company]
	HazardID  id.Of[id.Hazard]
}

// Kind names the job.
func (AlarmReport) Kind() string { return "hazard.alarm-report" }

// alarmReport raises the alarm where the report of a major hazard still lacks its content.
func (s *Service) alarmReport(ctx context.Context, tx db.Tx, t AlarmReport) error {
	h, err := hazardByID(ctx, tx, rbac.ScopeOf(ctx), t.HazardID)
	if err != nil || h.Level != Major || h.Closed() || h.ReportedAt == nil || tx.Now.Before(h.ReportedAt.Add(Report24*time.Hour)) {
		return err
	}
	d, err := dossierOf(ctx, tx, h)
	if err != nil || d.CompletedAt != nil || d.AlarmedAt != nil {
		return err
	}
	now := tx.Now
	d.AlarmedAt = &now
	if err := saveDossier(ctx, tx, d, "AlarmedAt"); err != nil {
		return err
	}
	n := Note{CompanyID: h.CompanyID, HazardID: h.ID, Code: "hazard.note-alarm", Roles: []string{"principal", "safety"}, Params: paramsOf(h)}
	if err := s.Tell(ctx, tx, n); err != nil {
		return err
	}
	return s.tellOfficers(ctx, tx, h, 0, "hazard.note-alarm-up")
}

func paramsOf(h Hazard) map[string]string {
	return map[string]string{"number": h.Number, "place": h.Place, "deadline": ""}
}

// follow tells the regulator of what concerns him, and keeps what falls due.
func (s *Service) follow(ctx context.Context, tx db.Tx, h Hazard, st Step) error {
	if asksRegulator(h, st.Event) {
		return s.tellOfficers(ctx, tx, h, st.N, "hazard.note-asks-regulator")
	}
	if (h.Level != Major && st.Event != Grade) || !ofTreatment(st.Event) {
		return nil
	}
	code := map[Event]string{ReportUp: "hazard.note-reported-up", AskReview: "hazard.note-review-asked"}[st.Event]
	if code != "" {
		if err := s.tellOfficers(ctx, tx, h, st.N, code); err != nil {
			return err
		}
	}
	return s.keepProgress(ctx, tx, h)
}

// tellOfficers tells those of the regulators that oversee the company.
func (s *Service) tellOfficers(ctx context.Context, tx db.Tx, h Hazard, step int32, code string) error {
	if s.Majors.Officers == nil {
		return nil
	}
	officers, err := s.Majors.Officers(ctx, tx, h.RegionPath, h.OversightLine)
	if err != nil {
		return err
	}
	for _, o := range officers {
		n := Note{CompanyID: h.CompanyID, HazardID: h.ID, Step: step, Person: o.Person, Office: o.Organisation, Code: code, Params: paramsOf(h)}
		if err := s.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// keepProgress keeps the item of the next report of progress.
func (s *Service) keepProgress(ctx context.Context, tx db.Tx, h Hazard) error {
	if s.Majors.Due == nil {
		return nil
	}
	t, err := treatmentOf(ctx, tx, h)
	if errors.Is(err, rbac.ErrNotFound) { // never was major
		return nil
	}
	if err != nil {
		return err
	}
	item := due.Item{
		Kind: "hazard.progress", Ref: int64(h.ID), Title: h.Number + " " + h.Place, On: t.NextProgress(h), Before: []int{15, 7, 0}, Path: "/hazards/majors/" + h.ID.String(),
	}
	if h.OwnerID != nil {
		item.OwnerID = *h.OwnerID
	}
	return s.Majors.Due(ctx, tx, rbac.Home{CompanyID: h.CompanyID, RegionPath: h.RegionPath, Line: h.OversightLine}, []due.Item{item})
}
