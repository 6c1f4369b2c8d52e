package hazard

import (
	"context"
	"encoding/hex"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions of the treatment of major hazards.
const (
	ActionMajors   rbac.Action = "hazard.major.list"
	ActionDossier  rbac.Action = "hazard.major.report"   // report, workers' congress, draft of the plan
	ActionStop     rbac.Action = "hazard.major.stop"     // the company's or the regulator's order
	ActionSign     rbac.Action = "hazard.major.sign"     // the principal's alone
	ActionProgress rbac.Action = "hazard.major.progress" // one's own, or who assigns
	ActionEvaluate rbac.Action = "hazard.major.evaluate"
	ActionAsk      rbac.Action = "hazard.major.ask"
	ActionResume   rbac.Action = "hazard.major.resume" // the regulator's
)

// Officials are people of a regulator whose area a company lies in.
type Officials struct {
	Organisation id.Of[id.Organisation]
	Person       id.Of[id.Person]
	Name         string
}

// File is a picture or document as a plan's signature needs it.
type File struct {
	SHA256  []byte
	Display string // key in the blob store; empty: no picture
}

// Card is what the papers say of a company.
type Card struct {
	Name, Address, Division, Contact, Phone, Industry string
}

// Majors are the funcs that only the treatment of major hazards needs; what is nil is not done.
type Majors struct {
	// Officers are who is told of a major hazard: of the regulators that oversee a region and line.
	Officers func(ctx context.Context, tx db.Tx, region string, line int16) ([]Officials, error)
	// Colleagues are the members of the actor's own regulator.
	Colleagues func(ctx context.Context, tx db.Tx, scope rbac.Scope) ([]Officials, error)
	Office     func(ctx context.Context, tx db.Tx, scope rbac.Scope) (string, error)
	// ClaimIn ties files to a hazard of a company that the actor oversees.
	ClaimIn func(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], files []id.Of[id.Attachment], noun string, object int64) error
	Due     func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// ReviewBy is until when the regulator must have been on site, by the day he was asked.
	ReviewBy func(asked day.Date) (day.Date, error)
	Files    func(ctx context.Context, tx db.Tx, company id.Of[id.Company], ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]File, error)
	Card     func(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company]) (Card, error)
}

// Faults of the papers.
var (
	ErrSignature = fault.New(fault.Invalid, "hazard.signature")
	ErrOtherText = fault.New(fault.Conflict, "hazard.other-text")
	ErrNoDraft   = fault.New(fault.Conflict, "hazard.no-draft")
	ErrNoPaper   = fault.New(fault.NotFound, "hazard.no-paper")
)

// TreatmentOf is everything that was done about a major hazard, in the caller's transaction.
// Errors: rbac.ErrNotFound where the hazard is none or was never major.
func (*Service) TreatmentOf(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard]) (Treatment, error) {
	h, err := hazardByID(ctx, tx, scope, hid)
	if err != nil {
		return Treatment{}, err
	}
	return treatmentOf(ctx, tx, h)
}

// Content is what a report of a major hazard must say (order 16 of 2007, art. 14).
type Content struct {
	StateAndCause     string `json:"stateAndCause" minLength:"1" maxLength:"4000" doc:"隐患的现状及其产生原因"`
	HarmAndDifficulty string `json:"harmAndDifficulty" minLength:"1" maxLength:"4000" doc:"隐患的危害程度和整改难易程度分析"`
	Scheme            string `json:"scheme" minLength:"1" maxLength:"4000" doc:"隐患的治理方案"`
	KeyProject        bool   `json:"keyProject,omitempty" doc:"重点工程"`
	NeedsGovernment   bool   `json:"needsGovernment,omitempty" doc:"需政府协调"`
}

// Complete fills in the report that the system opened with the grading; while the hazard is open
// it may be corrected, the trail keeps what it said. Errors: rbac.ErrNotFound, ErrNotMajor, ErrNow, ErrBlank.
func (s *Service) Complete(ctx context.Context, hid id.Of[id.Hazard], c Content) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, ActionDossier, func(tx db.Tx, scope rbac.Scope) error {
		h, err := lockHazard(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		switch {
		case h.Level != Major:
			return ErrNotMajor
		case h.Closed():
			return ErrNow[h.State]
		}
		if err := openDossier(ctx, tx, h); err != nil { // graded before the platform kept dossiers
			return err
		}
		d, err := dossierOf(ctx, tx, h)
		if err != nil {
			return err
		}
		was := d
		d.StateAndCause, d.HarmAndDifficulty, d.Scheme = strings.TrimSpace(c.StateAndCause), strings.TrimSpace(c.HarmAndDifficulty), strings.TrimSpace(c.Scheme)
		d.KeyProject, d.NeedsGovernment, d.ReportedBy = c.KeyProject, c.NeedsGovernment, scope.Actor().Name
		for field, text := range map[string]string{"stateAndCause": d.StateAndCause, "harmAndDifficulty": d.HarmAndDifficulty, "scheme": d.Scheme} {
			if text == "" {
				return ErrBlank.At("body." + field)
			}
		}
		if d.CompletedAt == nil {
			now := tx.Now
			d.CompletedAt = &now
		}
		scope.Made(int64(hid))
		scope.Changed("hazard", int64(hid), h.CompanyID, was, d)
		return saveDossier(ctx, tx, d, "StateAndCause", "HarmAndDifficulty", "Scheme", "KeyProject", "NeedsGovernment", "ReportedBy", "CompletedAt")
	})
	return hid, err
}

// Meeting is a workers' congress as it is entered.
type Meeting struct {
	HeldOn  day.Date               `json:"heldOn"`
	Form    string                 `json:"form" enum:"workers,delegates" doc:"职工大会 or 职工代表大会"`
	Present int                    `json:"present" minimum:"1" maximum:"100000"`
	Minutes string                 `json:"minutes" minLength:"1" maxLength:"4000"`
	Photos  []id.Of[id.Attachment] `json:"photos" minItems:"1" maxItems:"9" nullable:"false" doc:"of the meeting or of the signed minutes"`
}

// Convene notes that a major hazard was put before the workers' congress (Work Safety Law 2021, art. 41).
// Errors: ErrNow, ErrNotMajor, ErrFuture, ErrBlank, ErrPhotoNeeded.
func (s *Service) Convene(ctx context.Context, hid id.Of[id.Hazard], m Meeting) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionDossier, hid, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if err := f.major(Congress); err != nil {
			return err
		}
		switch {
		case m.HeldOn.IsZero() || m.HeldOn.After(f.today()):
			return ErrFuture.At("body.heldOn")
		case strings.TrimSpace(m.Minutes) == "":
			return ErrBlank.At("body.minutes")
		case len(m.Photos) == 0:
			return ErrPhotoNeeded.At("body.photos")
		}
		f.CongressOn = m.HeldOn
		f.step(Congress, f.State, "", m.Photos, Detail{})
		return insertPaper(ctx, tx, &Assembly{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, HazardID: f.ID, Step: f.Steps,
			HeldOn: m.HeldOn, Form: m.Form, Present: m.Present, Minutes: strings.TrimSpace(m.Minutes), ByName: f.by.Name,
		})
	})
}

// Advance is a report of progress, as it is entered.
type Advance struct {
	Share    int32                  `json:"share" minimum:"0" maximum:"10000" doc:"done so far, hundredths of a percent"`
	SpentFen fen.Amount             `json:"spentFen" minimum:"0" maximum:"100000000000" doc:"so far"`
	Note     string                 `json:"note" minLength:"1" maxLength:"2000"`
	Photos   []id.Of[id.Attachment] `json:"photos,omitempty" maxItems:"9" nullable:"false"`
}

// Advance notes how far a treatment has come. Errors: ErrNow, ErrNotMajor, ErrNotOwner, ErrBlank, ErrDone.
func (s *Service) Advance(ctx context.Context, hid id.Of[id.Hazard], a Advance) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionProgress, hid, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if err := f.major(Progress); err != nil {
			return err
		}
		if !f.mine() {
			return ErrNotOwner
		}
		if strings.TrimSpace(a.Note) == "" {
			return ErrBlank.At("body.note")
		}
		before, err := papers[Stage](ctx, tx, f.Hazard)
		if err != nil {
			return err
		}
		if share, _ := (Treatment{Progress: before}).Done(); a.Share < share {
			return ErrDone.At("body.share")
		}
		f.step(Progress, f.State, a.Note, a.Photos, Detail{ActualFundsFen: &a.SpentFen})
		return insertPaper(ctx, tx, &Stage{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, HazardID: f.ID, Step: f.Steps,
			MadeOn: f.today(), Share: a.Share, SpentFen: a.SpentFen, Note: strings.TrimSpace(a.Note), ByName: f.by.Name,
		})
	})
}

// Evaluate is the company's own evaluation. Errors: those of evaluate, ErrPhotoUnknown.
func (s *Service) Evaluate(ctx context.Context, hid id.Of[id.Hazard], e Evaluation) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionEvaluate, hid, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if err := f.evaluate(e); err != nil {
			return err
		}
		return insertPaper(ctx, tx, &Assessed{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, HazardID: f.ID, Step: f.Steps, MadeOn: f.today(),
			MadeBy: e.By, Agency: strings.TrimSpace(e.Agency), Evaluators: e.Evaluators, Conclusion: strings.TrimSpace(e.Note), ByName: f.by.Name,
		})
	})
}

// AskReview is the company's request for the regulator's review, which is due ten days later, or
// on the next working day (order 16 of 2007, art. 18). Errors: ErrNow, ErrNotMajor.
func (s *Service) AskReview(ctx context.Context, hid id.Of[id.Hazard], note string) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionAsk, hid, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if err := f.askReview(note); err != nil {
			return err
		}
		d := Dossier{CompanyID: f.CompanyID, HazardID: f.ID, AskedOn: f.today()}
		if s.Majors.ReviewBy != nil {
			by, err := s.Majors.ReviewBy(d.AskedOn)
			if err != nil {
				return err
			}
			d.ReviewDueOn = by
		}
		if err := openDossier(ctx, tx, f.Hazard); err != nil {
			return err
		}
		return saveDossier(ctx, tx, d, "AskedOn", "ReviewDueOn")
	})
}

// Plan writes the draft of the next version of a treatment plan. Errors: rbac.ErrNotFound, ErrNow, ErrNotMajor.
func (s *Service) Plan(ctx context.Context, hid id.Of[id.Hazard], d Drafting) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, ActionDossier, func(tx db.Tx, scope rbac.Scope) error {
		h, err := lockHazard(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		f := &file{Hazard: h, by: whoIs(scope), now: tx.Now}
		if h.State != Graded || h.Level != Major { // a plan may be drawn up before somebody is assigned
			if err := f.major(FilePlan); err != nil {
				return err
			}
		}
		versions, err := plansOf(ctx, tx, h)
		if err != nil {
			return err
		}
		t := Treatment{Plans: versions}
		p := Plan{CompanyID: h.CompanyID, RegionPath: h.RegionPath, OversightLine: h.OversightLine, HazardID: hid, Version: int32(len(versions)) + 1}
		if draft := t.Draft(); draft != nil {
			p = *draft
		}
		was := p
		p.write(d, scope.Actor().Name, tx.Now)
		if err := savePlan(ctx, tx, &p); err != nil {
			return err
		}
		scope.Made(int64(hid))
		scope.Changed("hazard", int64(hid), h.CompanyID, trailOf(was), trailOf(p))
		return nil
	})
	return hid, err
}

// planTrail is what the trail says of a plan.
type planTrail struct {
	Version    int32
	TextHash   string
	SignedName string
	Seal       string
}

func trailOf(p Plan) planTrail {
	return planTrail{p.Version, hex.EncodeToString(p.TextHash), p.SignedName, hex.EncodeToString(p.Seal)}
}

// Signing is the principal's signature under a plan.
type Signing struct {
	TextHash     string               `json:"textHash" maxLength:"64" pattern:"^[0-9a-f]{64}$" doc:"of the version that was shown: another text is not signed"`
	AttachmentID id.Of[id.Attachment] `json:"attachmentId" doc:"the strokes, a picture uploaded by the signer"`
}

// SignPlan freezes the draft under the principal's signature and files it. Nobody signs for him,
// and an agency's consultant never does. Errors: ErrNow, ErrNotMajor, ErrNoDraft, ErrOtherText, ErrSignature, those of filePlan.
func (s *Service) SignPlan(ctx context.Context, hid id.Of[id.Hazard], in Signing) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionSign, hid, func(tx db.Tx, scope rbac.Scope, f *file) error {
		a := scope.Actor()
		if a.Kind != rbac.Company || a.StaffID == 0 {
			return rbac.ErrForbidden
		}
		versions, err := plansOf(ctx, tx, f.Hazard)
		if err != nil {
			return err
		}
		p := Treatment{Plans: versions}.Draft()
		switch {
		case f.major(FilePlan) != nil:
			return f.major(FilePlan)
		case p == nil:
			return ErrNoDraft
		case hex.EncodeToString(p.TextHash) != in.TextHash:
			return ErrOtherText
		}
		image, err := s.strokes(ctx, tx, f.CompanyID, in.AttachmentID)
		if err != nil {
			return err
		}
		if err := f.filePlan(p.draft()); err != nil {
			return err
		}
		now, staff := tx.Now, a.StaffID
		p.SignedAt, p.SignedStaffID, p.SignedName, p.AttachmentID, p.ImageHash = &now, &staff, a.Name, &in.AttachmentID, image.SHA256
		p.Seal = p.sealed()
		scope.Changed("hazard", int64(hid), f.CompanyID, planTrail{Version: p.Version}, trailOf(*p))
		if err := savePlan(ctx, tx, p); err != nil {
			return err
		}
		return s.Claim(ctx, tx, scope, []id.Of[id.Attachment]{in.AttachmentID}, "hazard", int64(hid))
	})
}

// strokes returns the picture of a signature. Errors: ErrSignature.
func (s *Service) strokes(ctx context.Context, tx db.Tx, company id.Of[id.Company], n id.Of[id.Attachment]) (File, error) {
	found, err := s.Majors.Files(ctx, tx, company, []id.Of[id.Attachment]{n})
	if err != nil {
		return File{}, err
	}
	file, ok := found[n]
	if !ok || file.Display == "" {
		return File{}, ErrSignature.At("body.attachmentId")
	}
	return file, nil
}
