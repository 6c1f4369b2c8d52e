package grading

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

func (s *Service) decide(ctx context.Context, n id.Of[id.Application], event func(*file) error) (id.Of[id.Application], error) {
	return s.act(ctx, ActionDecide, n, func(_ db.Tx, _ rbac.Scope, f *file) error { return event(f) })
}

// AskCorrection tells the company, once, what is missing. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrOnce, ErrTooLate, ErrBlank.
func (s *Service) AskCorrection(ctx context.Context, n id.Of[id.Application], m Missing) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.askCorrection(m) })
}

// Accept takes the application (受理). Errors: rbac.ErrNotFound, ErrSide, ErrNow.
func (s *Service) Accept(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.accept(p) })
}

// Endorse reports to the authority. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrEndorsed, ErrBlank, ErrAgency.
func (s *Service) Endorse(ctx context.Context, n id.Of[id.Application], o Opinion) (id.Of[id.Application], error) {
	return s.act(ctx, ActionDecide, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if o.Agency != 0 {
			if a, err := agencyFor(ctx, tx, f.CompanyID, o.Agency); err != nil || a.ID == 0 {
				return orFault(err, ErrAgency.At("body.agency"))
			}
		}
		return f.endorse(o)
	})
}

func orFault(err, fault error) error {
	if err != nil {
		return err
	}
	return fault
}

// agencyFor finds a review agency; zero: there is none of that id.
func agencyFor(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Organisation]) (Agency, error) {
	all, err := agenciesFor(ctx, tx, company)
	if i := slices.IndexFunc(all, func(a Agency) bool { return a.ID == n }); i >= 0 {
		return all[i], err
	}
	return Agency{}, err
}

// Confirm lets the application go on. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrNotEndorsed.
func (s *Service) Confirm(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.confirm(p) })
}

// Reject ends it, with reasons. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrNotEndorsed, ErrBlank.
func (s *Service) Reject(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.reject(p) })
}

// Agencies lists the review agencies for the company of an application, and the day. Errors: rbac.ErrNotFound.
func (s *Service) Agencies(ctx context.Context, n id.Of[id.Application]) (a Application, rows []Agency, now day.Date, err error) {
	err = s.Gate.Read(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		if a, err = applicationByID(ctx, tx, scope, n, false); err != nil {
			return err
		}
		rows, err = agenciesFor(ctx, tx, a.CompanyID)
		return err
	})
	return a, rows, now, err
}

// Assign sends a review agency and lets it in on its days; another that was sent before is recalled. Errors:
// rbac.ErrNotFound, ErrSide, ErrNow, ErrAgency, ErrInterest, ErrOrganizes, ErrDays, ErrTeam.
func (s *Service) Assign(ctx context.Context, n id.Of[id.Application], x Sending) (id.Of[id.Application], error) {
	return s.act(ctx, ActionDecide, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if err := f.may(Assign); err != nil {
			return err
		}
		agency, err := agencyFor(ctx, tx, f.CompanyID, x.Agency)
		if err != nil {
			return err
		}
		before := f.ReviewOrganisationID
		if err := f.assign(x, agency); err != nil {
			return err
		}
		team := make([]Member, len(x.Team))
		for i, m := range x.Team {
			team[i] = Member{
				CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ApplicationID: f.ID, OrganisationID: agency.ID, Name: strings.TrimSpace(m.Name), Leads: m.Leads,
			}
		}
		return sendTeam(ctx, tx, f, team, before)
	})
}

// AnswerExtension decides on more time to mend. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrNotAvailable, ErrBlank.
func (s *Service) AnswerExtension(ctx context.Context, n id.Of[id.Application], a Answer) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.answerExtension(a) })
}

// List puts it on the list of those to be made public. Errors: rbac.ErrNotFound, ErrSide, ErrNow.
func (s *Service) List(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.list(p) })
}

// Publicize makes the result public. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrDays, ErrCalendar, ErrBlank.
func (s *Service) Publicize(ctx context.Context, n id.Of[id.Application], x Notice) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.publicize(x) })
}

// Verify settles one objection. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrVerified, ErrBlank.
func (s *Service) Verify(ctx context.Context, n id.Of[id.Application], v Verdict) (id.Of[id.Application], error) {
	return s.act(ctx, ActionDecide, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
		all, err := protestsOf(ctx, tx, f.Application)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p Protest) bool { return p.ID == v.Objection })
		if i < 0 {
			return rbac.ErrNotFound
		}
		if err := f.verify(&all[i], v); err != nil {
			return err
		}
		return updateProtest(ctx, tx, all[i])
	})
}

// Announce is the announcement, from which the level exists. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrTooEarly,
// ErrObjections, ErrBlank, ErrNotAvailable.
func (s *Service) Announce(ctx context.Context, n id.Of[id.Application], x Award) (id.Of[id.Application], error) {
	return s.act(ctx, ActionDecide, n, func(tx db.Tx, scope rbac.Scope, f *file) error {
		if err := f.announce(x); err != nil {
			return err
		}
		if s.Grant == nil {
			return ErrNotAvailable
		}
		return s.Grant(ctx, tx, scope, f.granted())
	})
}

// granted is what the announcement awards.
func (f *file) granted() Granted {
	g, _ := f.Form().Grade(f.Level)
	out := Granted{
		CompanyID: f.CompanyID, ApplicationID: f.ID, Level: f.Level, LevelName: g.Zh, RubricID: f.RubricID, EvaluationID: f.SelfID, Score: f.Snapshot.V.Score, Authority: f.AuthorityUnit,
		OrganisationID: f.by.OrganisationID, AnnouncedOn: f.AnnouncedOn, NoticeNo: f.NoticeNo, ReviewUnit: f.ReviewUnit, OrganizingUnit: f.OrganizerUnit, Direct: f.Direct,
	}
	if f.ReviewID != nil {
		out.EvaluationID, out.Score = *f.ReviewID, int(f.ReviewScore)
	}
	if f.RenewsID != nil {
		out.Renews = *f.RenewsID
	}
	return out
}

// Fail ends it because an objection was upheld. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrNoneUpheld, ErrBlank.
func (s *Service) Fail(ctx context.Context, n id.Of[id.Application], r Reason) (id.Of[id.Application], error) {
	return s.decide(ctx, n, func(f *file) error { return f.fail(r) })
}

// Terminate ends it because of false material; the company is barred. Errors: rbac.ErrNotFound, ErrSide, ErrNow, ErrBlank.
func (s *Service) Terminate(ctx context.Context, n id.Of[id.Application], r Reason) (id.Of[id.Application], error) {
	return s.act(ctx, ActionDecide, n, func(tx db.Tx, scope rbac.Scope, f *file) error {
		if err := f.terminate(r); err != nil || s.Bar == nil {
			return err
		}
		return s.Bar(ctx, tx, scope, f.CompanyID, f.BarredUntil, f.EndReason)
	})
}

// Public is a result as anybody may read it.
type Public struct {
	ID             id.Of[id.Application]
	CompanyName    string
	CompanyCode    string
	Level          string
	Profile        string
	ProfileVersion string
	Kind           string
	State          State
	OrganizerUnit  string
	AuthorityUnit  string
	ReviewUnit     string
	PublicFrom     day.Date
	PublicUntil    day.Date
	AnnouncedOn    day.Date
	NoticeNo       string
}

// PublicFilter names an area.
type PublicFilter struct {
	page.Query
	Division string `query:"division" minLength:"2" maxLength:"15" pattern:"^[0-9A-Z]+$" required:"true" doc:"area, by its path"`
}

// Publication lists what is public of an area, latest first, for anybody, and the day. Errors: page.ErrCursor.
func (s *Service) Publication(ctx context.Context, f PublicFilter) (rows []Public, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	if k.Back {
		return nil, k, now, page.ErrCursor.At("query.cursor")
	}
	before := int64(0)
	if !k.First() {
		if before, err = strconv.ParseInt(k.Vals[0], 10, 64); err != nil {
			return nil, k, now, page.ErrCursor.At("query.cursor").Because(err)
		}
	}
	err = s.Gate.Public(ctx, ActionPublic, func(tx db.Tx) (err error) {
		now = today(tx)
		rows, err = publicOf(ctx, tx, f.Division, before, f.Limit+1)
		return err
	})
	return rows, k, now, err
}

// Protesting is an objection as anybody may raise it.
type Protesting struct {
	Text    string `json:"text" minLength:"1" maxLength:"2000"`
	Name    string `json:"name,omitempty" maxLength:"30" doc:"only the authority sees it"`
	Contact string `json:"contact,omitempty" maxLength:"60" doc:"only the authority sees it"`
}

// How many objections a day are taken from one origin, and against one application.
const (
	perOrigin      = 5
	perApplication = 50
)

// Object takes an objection of anybody while a result is public. Errors: ErrNotPublic, ErrTooLate, ErrTooMany, ErrBlank.
func (s *Service) Object(ctx context.Context, n id.Of[id.Application], p Protesting) error {
	if blank(p.Text) {
		return ErrBlank.At("body.text")
	}
	return s.Gate.System(ctx, "grading.object", func(tx db.Tx, scope rbac.Scope) error {
		seen, err := applicationByID(ctx, tx, scope, n, false)
		if err != nil || (seen.State != Publicity && seen.State != Objection) {
			return ErrNotPublic // whether there is such an application is not told
		}
		origin := originOf(rbac.RequestOf(ctx).Address, today(tx))
		mine, all, err := raised(ctx, tx, origin, seen, today(tx))
		if err != nil {
			return err
		}
		if mine >= perOrigin || all >= perApplication {
			return ErrTooMany
		}
		return s.acting(ctx, tx, scope, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
			if err := f.object(); err != nil {
				return err
			}
			return insertProtest(ctx, tx, &Protest{
				CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ApplicationID: f.ID, At: tx.Now, Text: strings.TrimSpace(p.Text),
				Name: strings.TrimSpace(p.Name), Contact: strings.TrimSpace(p.Contact), Origin: origin,
			})
		})
	})
}

// originOf tells requests of one place apart for a day, without saying which place that is. An address of the new
// kind counts by its network.
func originOf(address string, on day.Date) string {
	if a, err := netip.ParseAddr(address); err == nil {
		if a = a.Unmap(); a.Is6() {
			if p, err := a.Prefix(64); err == nil {
				address = p.String()
			}
		}
	}
	sum := sha256.Sum256([]byte(on.String() + " " + address))
	return hex.EncodeToString(sum[:16])
}
