package instrument

import (
	"context"
	"fmt"
	"slices"
	"time"

	"anbiao/jobs"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Filter narrows the list of letters.
type Filter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	Kind      string         `query:"kind" enum:",urge,interview,circular,advice,reminder"`
	State     string         `query:"state" enum:",draft,issued,acknowledged,replied,returned,accepted,closed,withdrawn"`
	Box       string         `query:"box" enum:",sent,received" doc:"for regulators: what the own office wrote, or got"`
	Open      bool           `query:"open" doc:"neither closed nor withdrawn"`
	Late      bool           `query:"late" doc:"something was to be done before today"`
}

// Missives lists the letters in scope, latest first, and the day. Errors: page.ErrCursor.
func (s *Service) Missives(ctx context.Context, f Filter) (rows []Missive, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = missivesBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// One is a letter with its past and what can be done now.
type One struct {
	Missive
	Past     []Step
	Followed []Missive
	May      []Event
	Today    day.Date
	Preview  [2]string // title and body as they would be issued today
}

// ByID reads a letter. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Missive]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		if o.Missive, err = missiveByID(ctx, tx, scope, n, false); err != nil {
			return err
		}
		if o.Past, err = stepsOf(ctx, tx, o.Missive); err != nil {
			return err
		}
		own := o.OrganisationID == scope.Actor().OrganisationID && scope.Actor().Kind == rbac.Regulator
		if !own { // how it was drafted is the writer's own affair
			o.Past = slices.DeleteFunc(o.Past, func(x Step) bool { return x.Event == Write || x.Event == Edit })
		}
		if o.Followed, err = followed(ctx, tx, scope, o.Missive); err != nil {
			return err
		}
		o.Today = today(tx)
		o.May = o.may(scope, o.Today)
		o.Preview = o.preview(tx.Now)
		return nil
	})
	return o, err
}

// preview is how the title and body of a draft would be issued at an instant.
func (m Missive) preview(now time.Time) [2]string {
	if m.State != Draft {
		return [2]string{m.Title, m.Body}
	}
	f := &file{Missive: m, now: now, cal: calendar.China()}
	f.clocks()
	values := f.values()
	return [2]string{filled(m.Title, values), filled(m.Body, values)}
}

// may lists what the actor can do now; the buttons of the page.
func (o One) may(scope rbac.Scope, today day.Date) []Event {
	out := []Event{}
	a, k := scope.Actor(), o.Terms()
	issuer := a.Kind == rbac.Regulator && o.OrganisationID == a.OrganisationID && scope.Can(ActionWrite)
	to := scope.Can(ActionAnswer) && ((o.CompanyID != nil && a.Kind == rbac.Company) || (o.OfficeID != nil && a.Kind == rbac.Regulator && *o.OfficeID == a.OrganisationID))
	for e, ok := range map[Event]bool{
		Edit: issuer, Issue: issuer, Withdraw: issuer, Remind: issuer && o.RemindedOn != today, Accept: issuer, Return: issuer,
		Close:    issuer && (o.State == Accepted || !k.Asks()),
		Hold:     issuer && k.Held() && o.HeldOn.IsZero(),
		Escalate: issuer && len(k.EscalateTo) > 0 && o.Owed(today),
		Sign:     to,
		Reply:    to && k.Asks() && (!k.Held() || !o.HeldOn.IsZero()),
	} {
		if ok && slices.Contains(from[e], o.State) {
			out = append(out, e)
		}
	}
	slices.Sort(out)
	return out
}

// Offices are those to which the actor's organisation may write.
func (s *Service) Offices(ctx context.Context) (rows []Office, err error) {
	err = s.Gate.Read(ctx, ActionWrite, func(tx db.Tx, _ rbac.Scope) (err error) {
		rows, err = offices(ctx, tx)
		return err
	})
	return rows, err
}

// Write drafts a letter. Errors: rbac.ErrNotFound, ErrKind, ErrRecipient, ErrBlank, ErrFiles.
func (s *Service) Write(ctx context.Context, d Drafted) (n id.Of[id.Missive], err error) {
	err = s.Gate.Write(ctx, ActionWrite, func(tx db.Tx, scope rbac.Scope) error {
		f, err := s.begin(ctx, tx, scope, d, nil)
		if err != nil {
			return err
		}
		n = f.ID
		return s.follow(ctx, tx, scope, f, Missive{})
	})
	return n, err
}

// begin enters a draft within the caller's transaction; after is the letter it follows, nil for none.
func (s *Service) begin(ctx context.Context, tx db.Tx, scope rbac.Scope, d Drafted, after *id.Of[id.Missive]) (*file, error) {
	a := scope.Actor()
	f := &file{by: a, now: tx.Now, cal: calendar.China()}
	f.OrganisationID, f.FromID = a.OrganisationID, after
	var err error
	if f.OrganisationName, err = ownName(ctx, tx, a.OrganisationID); err != nil {
		return nil, err
	}
	if err := s.address(ctx, tx, scope, f, d); err != nil {
		return nil, err
	}
	last, err := lastOf(ctx, tx, a.OrganisationID, d.Kind)
	if err != nil {
		return nil, err
	}
	if d.Signatory == "" {
		d.Signatory = last.Signatory
	}
	if err := f.write(d, last.NumberPrefix); err != nil {
		return nil, err
	}
	return f, insertMissive(ctx, tx, f)
}

// address finds whom a letter is for. Errors: ErrRecipient, rbac.ErrNotFound.
func (s *Service) address(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file, d Drafted) error {
	if (d.CompanyID == 0) == (d.OfficeID == 0) {
		return ErrRecipient.At("body.companyId")
	}
	if d.CompanyID != 0 {
		home, err := scope.Within(ctx, tx, d.CompanyID)
		if err != nil {
			return err
		}
		f.CompanyID, f.RegionPath, f.OversightLine = &d.CompanyID, home.RegionPath, home.Line
		f.Recipient, err = s.NameOf(ctx, tx, scope, d.CompanyID)
		return err
	}
	all, err := offices(ctx, tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o Office) bool { return o.ID == d.OfficeID })
	if i < 0 {
		return rbac.ErrNotFound
	}
	f.OfficeID, f.Recipient, f.RegionPath = &d.OfficeID, all[i].Name, all[i].Area
	return nil
}

// act locks a letter, lets one thing happen to it and stores what came of it.
func (s *Service) act(ctx context.Context, action rbac.Action, n id.Of[id.Missive], columns []string, event func(context.Context, db.Tx, rbac.Scope, *file) error) (id.Of[id.Missive], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		m, err := missiveByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		a := scope.Actor()
		issuer := a.Kind == rbac.Regulator && m.OrganisationID == a.OrganisationID
		if issuer != (action == ActionWrite) { // whoever merely oversees the recipient looks on
			return rbac.ErrForbidden
		}
		f := &file{Missive: m, by: a, now: tx.Now, cal: calendar.China()}
		if err := event(ctx, tx, scope, f); err != nil {
			return err
		}
		if err := updateMissive(ctx, tx, f, columns); err != nil {
			return err
		}
		if err := insertSteps(ctx, tx, f); err != nil {
			return err
		}
		return s.follow(ctx, tx, scope, f, m)
	})
	return n, err
}

// follow claims the papers and has the rest done by the job runner: a regulator writes neither what falls due for a company nor its messages.
func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file, before Missive) error {
	scope.Made(int64(f.ID))
	var company rbac.CompanyID
	if f.CompanyID != nil {
		company = *f.CompanyID
	}
	scope.Changed("missive", int64(f.ID), company, before, f.Missive)
	files := idsOf(f.Files)
	for _, step := range f.added {
		if step.Event != Write && step.Event != Edit && step.Event != Issue {
			files = idsOf(step.Files)
		}
		if f.NumberSeq == 0 { // a draft is nobody else's business
			continue
		}
		t := Settle{f.ID, step.N}
		if err := jobs.Enqueue(ctx, tx, t, jobs.Key(fmt.Sprintf("%d:%d", int64(t.MissiveID), t.Step))); err != nil {
			return err
		}
	}
	if s.Claim == nil || len(files) == 0 || company == 0 {
		return nil
	}
	return s.Claim(ctx, tx, scope, company, files, "missive", int64(f.ID))
}

func idsOf(files db.Ints) (out []id.Of[id.Attachment]) {
	for _, n := range files {
		out = append(out, id.Of[id.Attachment](n))
	}
	return out
}

// Edit rewrites a draft. Errors: rbac.ErrNotFound, ErrNow, ErrBlank, ErrFiles.
func (s *Service) Edit(ctx context.Context, n id.Of[id.Missive], t Texts) (id.Of[id.Missive], error) {
	return s.act(ctx, ActionWrite, n, written, func(_ context.Context, _ db.Tx, _ rbac.Scope, f *file) error { return f.edit(t) })
}

// Issue numbers a letter and freezes its words. Errors: rbac.ErrNotFound, ErrNow, ErrHold, ErrPlaceholder, ErrBlank.
func (s *Service) Issue(ctx context.Context, n id.Of[id.Missive], _ Said) (id.Of[id.Missive], error) {
	return s.act(ctx, ActionWrite, n, written, func(ctx context.Context, tx db.Tx, _ rbac.Scope, f *file) (err error) {
		if f.State != Draft {
			return ErrNow[f.State]
		}
		f.NumberYear = int16(f.today().Year())
		if f.NumberSeq, err = nextNumber(ctx, tx, f.Kind, f.NumberYear); err != nil {
			return err
		}
		return f.issue()
	})
}

// said is a step that takes a word and papers, of one side.
func (s *Service) said(ctx context.Context, action rbac.Action, n id.Of[id.Missive], do func(*file) error) (id.Of[id.Missive], error) {
	columns := written
	if action == ActionAnswer {
		columns = answered
	}
	return s.act(ctx, action, n, columns, func(_ context.Context, _ db.Tx, _ rbac.Scope, f *file) error { return do(f) })
}

// Sign is the recipient's receipt (签收). Errors: rbac.ErrNotFound, ErrNow.
func (s *Service) Sign(ctx context.Context, n id.Of[id.Missive], w Said) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionAnswer, n, func(f *file) error { return f.sign(w) })
}

// Reply answers a letter. Errors: rbac.ErrNotFound, ErrNow, ErrNoReply, ErrNotHeld, ErrBlank, ErrFiles.
func (s *Service) Reply(ctx context.Context, n id.Of[id.Missive], w Said) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionAnswer, n, func(f *file) error { return f.reply(w) })
}

// Accept accepts a reply. Errors: rbac.ErrNotFound, ErrNow.
func (s *Service) Accept(ctx context.Context, n id.Of[id.Missive], w Said) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionWrite, n, func(f *file) error { return f.judge(true, w) })
}

// SendBack sends a reply back. Errors: rbac.ErrNotFound, ErrNow, ErrBlank.
func (s *Service) SendBack(ctx context.Context, n id.Of[id.Missive], w Said) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionWrite, n, func(f *file) error { return f.judge(false, w) })
}

// Close ends a letter. Errors: rbac.ErrNotFound, ErrNow, ErrUnanswered.
func (s *Service) Close(ctx context.Context, n id.Of[id.Missive], w Said) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionWrite, n, func(f *file) error { return f.end(w) })
}

// Withdraw takes a letter back. Errors: rbac.ErrNotFound, ErrNow, ErrBlank.
func (s *Service) Withdraw(ctx context.Context, n id.Of[id.Missive], w Said) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionWrite, n, func(f *file) error { return f.withdraw(w) })
}

// Remind urges the recipient. Errors: rbac.ErrNotFound, ErrNow, ErrReminded.
func (s *Service) Remind(ctx context.Context, n id.Of[id.Missive], w Said) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionWrite, n, func(f *file) error { return f.remind(w) })
}

// Hold notes that the interview took place, with its minutes. Errors: rbac.ErrNotFound, ErrNow, ErrKind, ErrHeld, ErrHold, ErrBlank.
func (s *Service) Hold(ctx context.Context, n id.Of[id.Missive], h Held) (id.Of[id.Missive], error) {
	return s.said(ctx, ActionWrite, n, func(f *file) error { return f.hold(h) })
}

// Escalate drafts a sharper letter where one was not answered, and answers with its id; listing (挂牌督办) is only noted, the hazard's own
// page does it. Errors: rbac.ErrNotFound, ErrNow, ErrEscalation, ErrNotLate, ErrBlank.
func (s *Service) Escalate(ctx context.Context, n id.Of[id.Missive], r Raised) (id.Of[id.Missive], error) {
	made := n
	_, err := s.act(ctx, ActionWrite, n, written, func(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file) error {
		if err := f.escalate(r); err != nil || r.To == "listing" {
			return err
		}
		d := Drafted{Kind: r.To, AboutNoun: f.AboutNoun, Texts: Texts{AboutText: f.AboutText, Reason: f.carried(r.Reason), Signatory: f.Signatory}}
		if f.AboutID != 0 {
			d.AboutID = fmt.Sprint(f.AboutID)
		}
		if f.CompanyID != nil {
			d.CompanyID = *f.CompanyID
		} else {
			d.OfficeID = *f.OfficeID
		}
		next, err := s.begin(ctx, tx, scope, d, &f.ID)
		if err != nil {
			return err
		}
		made = next.ID
		return nil
	})
	return made, err
}

// carried is the reason of the next letter: what was asked by which number and day, and not done.
func (m Missive) carried(reason string) string {
	by := m.ReplyDueOn
	if m.State == Issued && !m.AckDueOn.IsZero() && (by.IsZero() || m.AckDueOn.Before(by)) {
		by = m.AckDueOn
	}
	return fmt.Sprintf("我单位于%s发出《%s》（%s），应于%s前办理，逾期未办。%s", said(m.IssuedOn), m.Title, m.Number(), said(by), sentence(reason))
}
