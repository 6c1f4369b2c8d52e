package award

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Old is an old certificate, as it stands on paper.
type Old struct {
	CompanyID      rbac.CompanyID `json:"companyId" minimum:"1"`
	Level          string         `json:"level" enum:"1,2,3,pass"`
	Speciality     string         `json:"speciality,omitempty" maxLength:"2" doc:"industry in certificate numbers; empty: that of the company"`
	CertificateNo  string         `json:"certificateNo" minLength:"1" maxLength:"60"`
	PrintedNo      string         `json:"printedNo,omitempty" maxLength:"40"`
	PlaqueNo       string         `json:"plaqueNo,omitempty" maxLength:"40"`
	Authority      string         `json:"authority" minLength:"1" maxLength:"60"`
	OrganizingUnit string         `json:"organizingUnit,omitempty" maxLength:"60"`
	ReviewUnit     string         `json:"reviewUnit,omitempty" maxLength:"60"`
	AnnouncedOn    day.Date       `json:"announcedOn"`
	ValidUntil     day.Date       `json:"validUntil,omitempty" required:"false" doc:"empty: as the rules have it"`
	NoticeNo       string         `json:"noticeNo,omitempty" maxLength:"60"`
	Name           string         `json:"name,omitempty" maxLength:"100" doc:"of the company on the certificate; empty: as it is called today"`
	Files          Files          `json:"files,omitempty" maxItems:"20" nullable:"false" doc:"scan of the certificate"`
}

// longest is how many years the longest validity may be; older certificates had other terms.
const longest = 5

// enter makes an award of an old certificate. Errors: ErrLevel, ErrSpeciality, ErrBlank, ErrDays.
func (f *file) enter(o Old, home rbac.Home, firm Firm) error {
	if LevelNames[o.Level] == "" {
		return ErrLevel.At("body.level")
	}
	if o.Speciality == "" {
		o.Speciality = SpecialityOf(firm.Industry)
	}
	if !known(o.Speciality) {
		return ErrSpeciality.With("code", o.Speciality).At("body.speciality")
	}
	o.CertificateNo = strings.ToUpper(o.CertificateNo)
	if err := filled(&o.CertificateNo, "certificateNo"); err != nil {
		return err
	}
	if err := filled(&o.Authority, "authority"); err != nil {
		return err
	}
	today := f.today()
	late := !o.ValidUntil.IsZero() && (!o.ValidUntil.After(o.AnnouncedOn) || o.ValidUntil.After(o.AnnouncedOn.AddYears(longest)))
	if o.AnnouncedOn.IsZero() || o.AnnouncedOn.After(today) || o.AnnouncedOn.Before(day.Of(2004, 1, 1)) || late {
		return ErrDays.At("body.announcedOn")
	}
	r := Newest()
	f.Award = Award{
		CompanyID: o.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, USCC: firm.USCC, Industry: firm.Industry, Speciality: o.Speciality, Level: o.Level,
		LevelName: LevelNames[o.Level], Source: FromPaper, Score: -1, CertificateNo: o.CertificateNo, PrintedNo: strings.TrimSpace(o.PrintedNo), PlaqueNo: strings.TrimSpace(o.PlaqueNo),
		Authority: o.Authority, AuthorityLevel: r.AuthorityOf(o.Level, home.RegionPath), OrganisationID: some(f.by.OrganisationID), OrganizingUnit: strings.TrimSpace(o.OrganizingUnit),
		ReviewUnit: strings.TrimSpace(o.ReviewUnit), NoticeNo: strings.TrimSpace(o.NoticeNo), Rules: r.Version,
	}
	name := strings.TrimSpace(o.Name)
	if name == "" {
		name = firm.Name
	}
	f.Named(name)
	f.begin(o.AnnouncedOn, o.ValidUntil)
	f.step(Entered, today, "", o.Files, Detail{NoticeNo: f.NoticeNo, Until: f.ValidUntil.String()})
	return nil
}

// Enter adds an old certificate by hand. What the company holds already is replaced by a later one; an earlier one that would
// still run is entered as replaced. Errors: rbac.ErrNotFound, ErrLevel, ErrSpeciality, ErrBlank, ErrDays, ErrNumber, ErrHeld.
func (s *Service) Enter(ctx context.Context, o Old) (n id.Of[id.Award], err error) {
	err = s.Gate.Write(ctx, ActionEnter, func(tx db.Tx, scope rbac.Scope) error {
		n, err = s.enterIn(ctx, tx, scope, newFile(Award{}, scope, tx), o)
		scope.Made(int64(n))
		return err
	})
	return n, err
}

func (s *Service) enterIn(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file, o Old) (id.Of[id.Award], error) {
	home, firm, err := s.homeOf(ctx, tx, scope, o.CompanyID)
	if err != nil {
		return 0, err
	}
	if err := f.enter(o, home, firm); err != nil {
		return 0, err
	}
	if f.Holds(f.today()) {
		was, err := currentOf(ctx, tx, f.CompanyID, true)
		switch {
		case err != nil:
			return 0, err
		case was != nil && was.AnnouncedOn.After(f.AnnouncedOn):
			f.turn(Replaced, was.AnnouncedOn, "")
			f.added[0].ToState = Replaced
		case was != nil && was.AnnouncedOn == f.AnnouncedOn:
			return 0, ErrHeld
		default:
			if err := s.succeed(ctx, tx, scope, f); err != nil {
				return 0, err
			}
		}
	}
	if err := insertAward(ctx, tx, f); err != nil {
		return 0, err
	}
	scope.Changed("award", int64(f.ID), f.CompanyID, Award{}, f.Award)
	return f.ID, s.follow(ctx, tx, scope, f, o.Files)
}
