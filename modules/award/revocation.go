package award

import (
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Case is where a revocation stands.
type Case string

// Cases.
const (
	CaseOpen    Case = "proposed" // the company may state its case (陈述申辩)
	CaseStated  Case = "stated"
	CaseDropped Case = "dropped"
	CaseRevoked Case = "revoked"
)

// Fact is something the system found that a reason rests on.
type Fact struct {
	Reason string `json:"reason"`
	Fact   string `json:"fact"`
	Value  string `json:"value" doc:"the figure; money in yuan"`
	Since  string `json:"since,omitempty" doc:"first day looked at; empty: as it stands"`
}

// Revocation is a decision on taking a level back, from its proposal on.
type Revocation struct {
	ID             id.Of[Revocation]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	AwardID        id.Of[id.Award]
	State          Case
	Reasons        db.Texts
	Facts          db.JSON[[]Fact]
	Note           string
	OrganisationID id.Of[id.Organisation]
	ProposedOn     day.Date
	ProposedBy     string
	StatementDueOn day.Date // inclusive
	Statement      string
	Waived         bool
	StatedOn       day.Date
	StatedBy       string
	DecidedOn      day.Date
	DecidedBy      string
	Opinion        string
	Downgrade      bool
	BarredUntil    day.Date // inclusive
	NoticeNo       string
	AnnouncedOn    day.Date
	Medium         string
	CertificateOn  day.Date // taken back
	PlaqueOn       day.Date // taken back
}

// Proposal opens a revocation.
type Proposal struct {
	Reasons []string `json:"reasons" minItems:"1" maxItems:"20" nullable:"false" maxLength:"30" doc:"keys of the rules"`
	Note    string   `json:"note" minLength:"1" maxLength:"2000" doc:"what happened"`
	Files   Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Statement is what the company says to it.
type Statement struct {
	Text   string `json:"text,omitempty" maxLength:"4000"`
	Waived bool   `json:"waived,omitempty" doc:"the company has nothing to say"`
	Files  Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Decision ends a revocation.
type Decision struct {
	Revoke    bool   `json:"revoke" doc:"false: the level stays"`
	Downgrade bool   `json:"downgrade,omitempty" doc:"a lower level can be asked for at once; where the rules know it"`
	Opinion   string `json:"opinion" minLength:"1" maxLength:"2000"`
	Files     Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Announcement makes a revocation public.
type Announcement struct {
	On       day.Date `json:"on"`
	NoticeNo string   `json:"noticeNo" minLength:"1" maxLength:"60"`
	Medium   string   `json:"medium" minLength:"1" maxLength:"100" doc:"where: website, newspaper"`
	Files    Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Collection notes what was taken back.
type Collection struct {
	On          day.Date `json:"on"`
	Certificate bool     `json:"certificate,omitempty"`
	Plaque      bool     `json:"plaque,omitempty"`
	Note        string   `json:"note,omitempty" maxLength:"500"`
	Files       Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// propose opens a revocation. Errors: ErrNow, ErrAuthority, ErrReason, ErrBlank, ErrProposed.
func (f *file) propose(p Proposal, facts []Fact, last *Revocation) (*Revocation, error) {
	if err := f.in(InForce, RenewalDue); err != nil {
		return nil, err
	}
	if rankOf(f.by.Areas, f.RegionPath) == "" {
		return nil, ErrAuthority
	}
	if last != nil && (last.State == CaseOpen || last.State == CaseStated) {
		return nil, ErrProposed
	}
	if err := filled(&p.Note, "note"); err != nil {
		return nil, err
	}
	rules := f.Terms()
	reasons := slices.Compact(slices.Sorted(slices.Values(p.Reasons)))
	for _, k := range reasons {
		if _, ok := rules.reason(k); !ok {
			return nil, ErrReason.With("key", k).At("body.reasons")
		}
	}
	if len(reasons) == 0 {
		return nil, ErrReason.With("key", "").At("body.reasons")
	}
	facts = slices.DeleteFunc(slices.Clone(facts), func(x Fact) bool { return !slices.Contains(reasons, x.Reason) })
	r := &Revocation{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, AwardID: f.ID, State: CaseOpen, Reasons: reasons,
		Facts: db.JSON[[]Fact]{V: append([]Fact{}, facts...)}, Note: p.Note, OrganisationID: f.by.OrganisationID, ProposedOn: f.today(), ProposedBy: f.by.Name,
		StatementDueOn: rules.statementBy(f.cal, f.today()),
	}
	f.step(Proposed, f.today(), p.Note, p.Files, Detail{Reasons: reasons, Until: r.StatementDueOn.String()})
	return r, nil
}

// state is the company's statement. Errors: ErrNotProposed, ErrStated, ErrStateLate, ErrBlank.
func (f *file) state(r *Revocation, s Statement) error {
	switch {
	case r == nil || r.State == CaseDropped || r.State == CaseRevoked:
		return ErrNotProposed
	case r.State == CaseStated:
		return ErrStated
	case f.today().After(r.StatementDueOn):
		return ErrStateLate.With("until", r.StatementDueOn.String())
	}
	s.Text = strings.TrimSpace(s.Text)
	if s.Text == "" && !s.Waived {
		return ErrBlank.At("body.text")
	}
	r.State, r.Statement, r.Waived, r.StatedOn, r.StatedBy = CaseStated, s.Text, s.Waived, f.today(), f.by.Name
	f.step(Stated, f.today(), s.Text, s.Files, Detail{Waived: s.Waived})
	return nil
}

// decide ends a revocation: the level is taken back, or stays. Errors: ErrNotProposed, ErrAuthority, ErrStateOpen, ErrBlank,
// ErrDowngrade, ErrNow.
func (f *file) decide(r *Revocation, d Decision) error {
	if r == nil || (r.State != CaseOpen && r.State != CaseStated) {
		return ErrNotProposed
	}
	if err := f.mine(); err != nil {
		return err
	}
	if r.State == CaseOpen && !f.today().After(r.StatementDueOn) {
		return ErrStateOpen.With("until", r.StatementDueOn.String())
	}
	if err := filled(&d.Opinion, "opinion"); err != nil {
		return err
	}
	if d.Downgrade && (!d.Revoke || !f.Terms().Downgrade || f.Level == "pass" || f.Level == "3") {
		return ErrDowngrade.At("body.downgrade")
	}
	r.DecidedOn, r.DecidedBy, r.Opinion = f.today(), f.by.Name, d.Opinion
	if !d.Revoke {
		r.State = CaseDropped
		f.step(Dropped, f.today(), d.Opinion, d.Files, Detail{})
		return nil
	}
	if err := f.in(InForce, RenewalDue, Expired); err != nil { // it may have run out meanwhile
		return err
	}
	r.State, r.Downgrade = CaseRevoked, d.Downgrade
	if !d.Downgrade {
		r.BarredUntil = f.Terms().barOf(r.Reasons, f.today())
	}
	f.turn(Revoked, f.today(), strings.Join(r.Reasons, ","))
	f.RevokedOn = f.today()
	until := ""
	if !r.BarredUntil.IsZero() {
		until = r.BarredUntil.String()
	}
	f.step(Revoke, f.today(), d.Opinion, d.Files, Detail{Reasons: r.Reasons, Until: until, Lower: d.Downgrade})
	return nil
}

// announce makes a revocation public. Errors: ErrNotRevoked, ErrAuthority, ErrAnnounced, ErrDay, ErrBlank.
func (f *file) announce(r *Revocation, a Announcement) error {
	switch {
	case f.State != Revoked || r == nil || r.State != CaseRevoked:
		return ErrNotRevoked
	case !r.AnnouncedOn.IsZero():
		return ErrAnnounced
	}
	if err := f.mine(); err != nil {
		return err
	}
	if err := f.past(a.On, r.DecidedOn, "on"); err != nil {
		return err
	}
	if err := filled(&a.NoticeNo, "noticeNo"); err != nil {
		return err
	}
	if err := filled(&a.Medium, "medium"); err != nil {
		return err
	}
	r.AnnouncedOn, r.NoticeNo, r.Medium = a.On, a.NoticeNo, a.Medium
	f.step(Announced, a.On, "", a.Files, Detail{Medium: a.Medium, NoticeNo: a.NoticeNo})
	return nil
}

// collect notes what was taken back. Errors: ErrNotRevoked, ErrAuthority, ErrUnannounced, ErrNothing, ErrCollected, ErrDay.
func (f *file) collect(r *Revocation, c Collection) error {
	switch {
	case f.State != Revoked || r == nil || r.State != CaseRevoked:
		return ErrNotRevoked
	case r.AnnouncedOn.IsZero():
		return ErrUnannounced
	case !c.Certificate && !c.Plaque:
		return ErrNothing.At("body.certificate")
	case (c.Certificate && !r.CertificateOn.IsZero()) || (c.Plaque && !r.PlaqueOn.IsZero()):
		return ErrCollected
	}
	if rankOf(f.by.Areas, f.RegionPath) == "" {
		return ErrAuthority
	}
	if err := f.past(c.On, r.DecidedOn, "on"); err != nil {
		return err
	}
	var what []string
	if c.Certificate {
		r.CertificateOn, what = c.On, append(what, "certificate")
	}
	if c.Plaque {
		r.PlaqueOn, what = c.On, append(what, "plaque")
	}
	f.step(Collected, c.On, c.Note, c.Files, Detail{What: what})
	return nil
}
