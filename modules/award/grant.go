package award

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// Grant is what the procedure of grading ends with.
type Grant struct {
	CompanyID      rbac.CompanyID
	ApplicationID  id.Of[id.Application]
	Level          string // 1, 2, 3, pass
	LevelName      string // empty: the usual one
	RubricID       id.Of[id.Rubric]
	EvaluationID   id.Of[id.Evaluation]
	Score          int    // hundredths; -1: none
	Authority      string // its name
	OrganisationID id.Of[id.Organisation]
	AnnouncedOn    day.Date
	NoticeNo       string
	ReviewUnit     string
	OrganizingUnit string
	Renews         id.Of[id.Award]
	Direct         bool
}

// Grant makes an award in the caller's transaction: the level of a company, with its certificate. The level the company held
// until then is replaced. Errors: rbac.ErrNotFound, ErrLevel, ErrDays.
func (s *Service) Grant(ctx context.Context, tx db.Tx, scope rbac.Scope, g Grant) (id.Of[id.Award], error) {
	home, firm, err := s.homeOf(ctx, tx, scope, g.CompanyID)
	if err != nil {
		return 0, err
	}
	f, err := s.granted(newFile(Award{}, scope, tx), home, firm, g)
	if err != nil {
		return 0, err
	}
	r := f.Terms()
	f.CertificateNo, err = nextNumber(ctx, tx, r.Prefix(f.RegionPath, f.Speciality, f.Level, f.AnnouncedOn.Year()), r.Certificate.Digits)
	if err != nil {
		return 0, err
	}
	if err := s.succeed(ctx, tx, scope, f); err != nil {
		return 0, err
	}
	if err := insertAward(ctx, tx, f); err != nil {
		return 0, err
	}
	scope.Changed("award", int64(f.ID), f.CompanyID, Award{}, f.Award)
	return f.ID, s.follow(ctx, tx, scope, f, nil)
}

func (s *Service) homeOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (home rbac.Home, firm Firm, err error) {
	if home, err = scope.Within(ctx, tx, c); err != nil {
		return home, firm, err
	}
	firm, err = s.FirmOf(ctx, tx, scope, c)
	return home, firm, err
}

func (*Service) granted(f *file, home rbac.Home, firm Firm, g Grant) (*file, error) {
	if LevelNames[g.Level] == "" {
		return nil, ErrLevel
	}
	if g.AnnouncedOn.IsZero() || g.AnnouncedOn.After(f.today()) {
		return nil, ErrDays
	}
	if g.LevelName == "" {
		g.LevelName = LevelNames[g.Level]
	}
	r := Newest()
	f.Award = Award{
		CompanyID: g.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, USCC: firm.USCC, Industry: firm.Industry,
		Speciality: SpecialityOf(firm.Industry), Level: g.Level, LevelName: g.LevelName, Source: FromGrading, RubricID: some(g.RubricID), EvaluationID: some(g.EvaluationID),
		ApplicationID: some(g.ApplicationID), Score: int32(min(max(g.Score, -1), 10000)), Authority: g.Authority, AuthorityLevel: r.AuthorityOf(g.Level, home.RegionPath), //nolint:gosec // bounded
		OrganisationID: some(g.OrganisationID), OrganizingUnit: g.OrganizingUnit, ReviewUnit: g.ReviewUnit, NoticeNo: g.NoticeNo, Rules: r.Version, RenewsID: some(g.Renews), Direct: g.Direct,
	}
	f.Named(firm.Name)
	f.begin(g.AnnouncedOn, day.Date{})
	f.step(Granted, g.AnnouncedOn, "", nil, Detail{NoticeNo: g.NoticeNo, Until: f.ValidUntil.String()})
	return f, nil
}

// Named writes a name on the certificate.
func (a *Award) Named(name string) {
	a.CompanyName, a.NameFold, a.NameBi = name, search.Fold(name), search.Bigrams(name)
}

// begin sets the days of an award announced on a day; until is the rules' where it is not given.
func (f *file) begin(announced, until day.Date) {
	r := f.Terms()
	if until.IsZero() {
		until = r.Until(announced)
	}
	f.AnnouncedOn, f.ValidUntil, f.WindowOn, f.Missed = announced, until, r.Opens(until), db.Shorts{}
	if f.WindowOn.Before(announced) {
		f.WindowOn = announced
	}
	if f.PublicID == uuid.Nil {
		f.PublicID, f.CheckCode = uuid.New(), CheckCode()
	}
	f.EnteredOn = f.today()
	f.turn(InForce, announced, "")
	f.turn(f.On(f.today()), announced, "")
	if f.State == Expired {
		f.StateOn = until.AddDays(1)
	}
	if f.Holds(f.today()) {
		f.YearlyDueOn = f.nextYear(f.today())
	}
}

// nextYear is the last day of the yearly self-evaluation that runs on a day; zero after the last.
func (a Award) nextYear(on day.Date) day.Date {
	for _, d := range a.Terms().Yearly(a.AnnouncedOn, a.ValidUntil) {
		if !d.Before(on) {
			return d
		}
	}
	return day.Date{}
}

// succeed ends what the company held until now.
func (*Service) succeed(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file) error {
	was, err := currentOf(ctx, tx, f.CompanyID, true)
	if err != nil || was == nil {
		return err
	}
	if f.RenewsID == nil {
		f.RenewsID = &was.ID
	}
	old := newFile(*was, scope, tx)
	old.turn(Replaced, f.AnnouncedOn, "")
	old.step(Succeeded, f.AnnouncedOn, "", nil, Detail{})
	scope.Changed("award", int64(old.ID), old.CompanyID, *was, old.Award)
	return saveAward(ctx, tx, old)
}

// follow claims what the steps brought, and has the rest done by the job runner: a regulator writes neither what falls due for
// a company nor its messages.
func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file, files Files) error {
	if s.Claim != nil && len(files) > 0 {
		if err := s.Claim(ctx, tx, scope, f.CompanyID, files, "award", int64(f.ID)); err != nil {
			return err
		}
	}
	last := f.added[len(f.added)-1]
	t := Settle{f.CompanyID, f.ID, last.ID}
	return jobs.Enqueue(ctx, tx, t, jobs.Key(t.key()))
}

// signs are what check codes are made of: none is taken for another.
const signs = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// CheckCode makes the code that is printed beside a certificate number.
func CheckCode() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(signs[int(c)%len(signs)])
	}
	return out.String()
}
