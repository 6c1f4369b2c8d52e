package programme

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// FormQuery says which form to draw up.
type FormQuery struct {
	Kind   string `query:"kind" enum:"month,quarter" default:"quarter"`
	Period string `query:"period" maxLength:"7" pattern:"^[0-9]{4}(-Q[1-4]|-[0-9]{2})?$" doc:"2026-10 or 2026-Q3; empty: the last that has ended"`
	Area   string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
}

// Preview is a form as it would be issued now.
type Preview struct {
	Statistics
	UnitName string
	Periods  []string // that can be chosen, latest first
	Last     *Form    // the latest version issued, without its figures
	Ended    bool     // the period is over: the form can be issued
}

// periodsShown is how many periods can be chosen from.
const periodsShown = 13

// periodsBefore are the periods of a kind that have begun, the running one first.
func periodsBefore(kind string, on day.Date) []string {
	from := day.Of(on.Year(), on.Month(), 1)
	var out []string
	for range periodsShown {
		if kind == Quarter {
			out = append(out, fmt.Sprintf("%04d-Q%d", from.Year(), from.Quarter()))
			from = from.AddMonths(-3)
			continue
		}
		out = append(out, from.String()[:7])
		from = from.AddMonths(-1)
	}
	return out
}

// Draw draws a form up. Errors: ErrPeriod, ErrArea, ErrWide.
func (s *Service) Draw(ctx context.Context, q FormQuery) (p Preview, err error) {
	err = s.Gate.Read(ctx, ActionForms, func(tx db.Tx, scope rbac.Scope) error {
		p, err = s.draw(ctx, tx, scope, q)
		return err
	})
	return p, err
}

func (s *Service) draw(ctx context.Context, tx db.Tx, scope rbac.Scope, q FormQuery) (p Preview, err error) {
	a := scope.Actor()
	p.Periods = periodsBefore(q.Kind, today(tx))
	if q.Period == "" {
		q.Period = p.Periods[1]
	}
	p.Kind, p.Period = q.Kind, q.Period
	if p.From, p.Until, err = periodOf(q.Kind, q.Period); err != nil {
		return p, err
	}
	if p.From.After(today(tx)) {
		return p, ErrPeriod.At("query.period")
	}
	p.Ended = p.Until.Before(today(tx))
	if p.Area, err = areaOf(a, q.Area, "query.area"); err != nil {
		return p, err
	}
	if err := s.count(ctx, tx, scope, &p.Statistics); err != nil {
		return p, err
	}
	if p.UnitName, err = s.office(ctx, tx, scope); err != nil {
		return p, err
	}
	last, ok, err := lastForm(ctx, tx, Form{OrganisationID: a.OrganisationID, Area: p.Area, Kind: q.Kind, Period: q.Period})
	if ok {
		last.Content.V = nil
		p.Last = &last
	}
	return p, err
}

// count fills in the lines of a form.
func (s *Service) count(ctx context.Context, tx db.Tx, scope rbac.Scope, st *Statistics) error {
	names, err := namesBelow(ctx, tx, st.Area)
	if err != nil {
		return err
	}
	st.AreaName, st.Lines = names[st.Area], []Line{}
	if s.Sources.Members == nil || s.Sources.Ledger == nil {
		return nil
	}
	rows, err := statistics(ctx, tx, s.Sources.Members(scope, st.Kind, ruleOf(st.Kind).Cycle, st.From, st.Until, st.Area), s.Sources.Ledger(st.From, st.Until), below(st.Area))
	st.Lines = linesOf(rows, names)
	return err
}

// Fill freezes the figures of a form of the past that the job runner enters.
func (s *Service) Fill(ctx context.Context, tx db.Tx, scope rbac.Scope, f *Form) error {
	st := f.statistics()
	if err := s.count(ctx, tx, scope, &st); err != nil {
		return err
	}
	f.AreaName, f.Content.V, f.RuleVersion = st.AreaName, st.Lines, forms.Version
	return f.follow(nil)
}

// office names the organisation of whoever asks.
func (s *Service) office(ctx context.Context, tx db.Tx, scope rbac.Scope) (string, error) {
	if s.Sources.Office == nil {
		return "", nil
	}
	return s.Sources.Office(ctx, tx, scope)
}

// Issuing signs a form.
type Issuing struct {
	Kind       string   `json:"kind" enum:"month,quarter"`
	Period     string   `json:"period" minLength:"7" maxLength:"7" pattern:"^[0-9]{4}-(Q[1-4]|[0-9]{2})$"`
	Area       string   `json:"area" minLength:"4" maxLength:"15" pattern:"^[0-9A-Z]+$"`
	UnitName   string   `json:"unitName" minLength:"2" maxLength:"60" doc:"who reports (填报单位)"`
	Head       string   `json:"head" minLength:"1" maxLength:"30" doc:"head of the unit (单位负责人)"`
	FilledBy   string   `json:"filledBy" minLength:"1" maxLength:"30"`
	ReviewedBy string   `json:"reviewedBy" minLength:"1" maxLength:"30" doc:"another person than who filled it in"`
	Phone      string   `json:"phone" maxLength:"30" doc:"of the office"`
	FilledOn   day.Date `json:"filledOn"`
	Reason     string   `json:"reason,omitempty" maxLength:"200" doc:"of a correction; required from the second version on"`
}

// Issue freezes a form with its figures of now; a correction is a version of its own.
// Errors: ErrPeriod while it runs, ErrArea, ErrWide, ErrSigner, ErrReason, ErrSame if nothing has changed since the version before, ErrIssued.
func (s *Service) Issue(ctx context.Context, in Issuing) (n id.Of[Form], err error) {
	err = s.Gate.Write(ctx, ActionIssue, func(tx db.Tx, scope rbac.Scope) error {
		p, err := s.draw(ctx, tx, scope, FormQuery{in.Kind, in.Period, in.Area})
		if err != nil {
			return err
		}
		if !p.Ended || in.FilledOn.Before(p.Until) || in.FilledOn.After(today(tx)) {
			return ErrPeriod.At("body.period")
		}
		a := scope.Actor()
		f := Form{
			OrganisationID: a.OrganisationID, Area: p.Area, AreaName: p.AreaName, Kind: in.Kind, Period: in.Period, Version: 1, UnitName: strings.TrimSpace(in.UnitName),
			Head: strings.TrimSpace(in.Head), FilledBy: strings.TrimSpace(in.FilledBy), ReviewedBy: strings.TrimSpace(in.ReviewedBy), Phone: strings.TrimSpace(in.Phone), FilledOn: in.FilledOn,
			Reason: strings.TrimSpace(in.Reason), RuleVersion: forms.Version, Content: db.JSON[[]Line]{V: p.Lines}, IssuedAt: tx.Now, IssuedBy: a.Name, PersonID: a.PersonID,
		}
		if f.FilledBy == f.ReviewedBy {
			return ErrSigner.At("body.reviewedBy")
		}
		if err := f.follow(p.Last); err != nil {
			return err
		}
		if err := insertForm(ctx, tx, &f); err != nil {
			return err
		}
		n = f.ID
		scope.Made(int64(n))
		scope.Changed("programme_form", int64(n), 0, issuedForm{}, issuedForm{f.Kind, f.Period, f.Area, f.Version, f.SHA256})
		return nil
	})
	return n, err
}

// issuedForm is what the trail keeps of a form.
type issuedForm struct {
	Kind    string
	Period  string
	Area    string
	Version int16
	SHA256  string
}

// follow makes f the version after last. Errors: ErrReason, ErrSame.
func (f *Form) follow(last *Form) (err error) {
	if f.Content.V == nil {
		f.Content.V = []Line{}
	}
	if f.SHA256, err = hash(f.Content.V); err != nil {
		return err
	}
	if last == nil {
		f.Reason = ""
		return nil
	}
	f.Version = last.Version + 1
	if f.Reason == "" {
		return ErrReason.At("body.reason")
	}
	same := [5]string{f.SHA256, f.UnitName, f.Head, f.FilledBy, f.ReviewedBy}
	if same == [5]string{last.SHA256, last.UnitName, last.Head, last.FilledBy, last.ReviewedBy} {
		return ErrSame
	}
	return nil
}

// FormFilter narrows the list of issued forms.
type FormFilter struct {
	page.Query
	Kind   string `query:"kind" enum:",month,quarter"`
	Period string `query:"period" maxLength:"7" pattern:"^[0-9]{4}(-Q[1-4]|-[0-9]{2})?$"`
}

// Forms lists the forms that were issued, latest first. Errors: page.ErrCursor.
func (s *Service) Forms(ctx context.Context, f FormFilter) (rows []Form, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionForms, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = formsOf(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// FormByID reads a form as it was issued. Errors: rbac.ErrNotFound.
func (s *Service) FormByID(ctx context.Context, n id.Of[Form]) (f Form, err error) {
	err = s.Gate.Read(ctx, ActionForms, func(tx db.Tx, scope rbac.Scope) (err error) {
		f, err = formByID(ctx, tx, scope, n)
		return err
	})
	return f, err
}

// statistics are the figures of a form that was issued.
func (f Form) statistics() Statistics {
	from, until, _ := periodOf(f.Kind, f.Period) // it was read before it was kept
	return Statistics{Kind: f.Kind, Period: f.Period, From: from, Until: until, Area: f.Area, AreaName: f.AreaName, Lines: f.Content.V}
}

// unsigned is a preview as it is printed, with nobody's name on it.
func (p Preview) unsigned() Form {
	return Form{Area: p.Area, AreaName: p.AreaName, Kind: p.Kind, Period: p.Period, UnitName: p.UnitName, RuleVersion: forms.Version, Content: db.JSON[[]Line]{V: p.Lines}}
}
