package award

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// settle keeps what falls due for the company after a step, and tells those concerned.
func (s *Service) settle(ctx context.Context, tx db.Tx, t Settle) error {
	a, err := awardByID(ctx, tx, rbac.ScopeOf(ctx), t.AwardID, false)
	if err != nil {
		return err
	}
	if s.Touch != nil {
		if err := s.Touch(ctx, tx, []rbac.CompanyID{a.CompanyID}); err != nil {
			return err
		}
	}
	steps, err := stepsOf(ctx, tx, a.CompanyID, int64(a.ID))
	if err != nil {
		return err
	}
	r, err := lastRevocation(ctx, tx, a, false)
	if err != nil {
		return err
	}
	if err := s.put(ctx, tx, []Award{a}, statementItem(a, r)); err != nil {
		return err
	}
	i := slices.IndexFunc(steps, func(x Step) bool { return x.ID == t.Step })
	if i < 0 {
		return nil
	}
	return s.tell(ctx, tx, notesOf(a, steps[i]))
}

func (s *Service) tell(ctx context.Context, tx db.Tx, notes []Note) error {
	if s.Tell == nil || len(notes) == 0 {
		return nil
	}
	return s.Tell(ctx, tx, notes)
}

// put keeps what falls due of awards, with what else there is.
func (s *Service) put(ctx context.Context, tx db.Tx, awards []Award, more ...Placed) error {
	if s.Due == nil {
		return nil
	}
	now := today(tx)
	for _, a := range awards {
		more = append(more, a.Items(now)...)
	}
	return s.Due(ctx, tx, more)
}

func (a Award) home() rbac.Home {
	return rbac.Home{CompanyID: a.CompanyID, RegionPath: a.RegionPath, Line: a.OversightLine}
}

// Items are what falls due for the company; one without a day is settled.
func (a Award) Items(now day.Date) []Placed {
	r := a.Terms()
	expiry := due.Item{Kind: "award.expiry", Before: r.RemindExpiry}
	yearly := due.Item{Kind: "award.yearly", Before: r.RemindYearly}
	if a.Holds(now) {
		expiry.On, yearly.On = a.ValidUntil, a.YearlyDueOn
	}
	out := []Placed{{a.home(), expiry}, {a.home(), yearly}}
	for i := range out {
		out[i].Item.Ref, out[i].Item.Title, out[i].Item.Path = int64(a.ID), a.LevelName+" "+a.CertificateNo, "/awards/mine"
	}
	return out
}

// statementItem is the company's term to state its case.
func statementItem(a Award, r *Revocation) Placed {
	item := due.Item{Kind: "award.statement", Ref: int64(a.ID), Title: a.LevelName + " " + a.CertificateNo, Path: "/awards/mine", Before: []int{3, 1, 0}}
	if r != nil && r.State == CaseOpen {
		item.On = r.StatementDueOn
	}
	return Placed{a.home(), item}
}

// notesOf are the messages of a step: to the other side of him who did it.
func notesOf(a Award, s Step) []Note {
	n := Note{
		CompanyID: a.CompanyID, AwardID: a.ID, RegionPath: a.RegionPath, Line: a.OversightLine, Roles: []string{"principal", "safety"}, Code: "award.note-" + string(s.Event),
		Params: map[string]string{"company": a.CompanyName, "level": a.LevelName, "number": a.CertificateNo, "until": a.ValidUntil.String(), "note": s.Note, "term": s.Detail.V.Until},
		Key:    "award|" + a.ID.String() + "|" + string(s.Event) + "|" + s.ID.String(),
	}
	switch s.Event {
	case Granted, Entered, Proposed, Dropped, Revoke, Announced, Renamed, RenameKept, WindowOpened, YearMissed:
		return []Note{n}
	case Stated, RenameAsked:
		n.Regulators = true
		return []Note{n}
	case Lapsed:
		out := n
		out.Regulators, out.Key = true, n.Key+"|regulators"
		return []Note{n, out}
	case Succeeded, YearFiled, Confirmed, Collected, RenameTaken, Numbered:
	}
	return nil
}

// Bring does one batch of a part of a day's work and says what comes next; a zero Part: nothing. Doing it again changes
// nothing.
func (s *Service) Bring(ctx context.Context, tx db.Tx, t Daily, batch int) (next Daily, err error) {
	t.Day = today(tx) // a day that was slept through is not played back
	n := 0
	switch t.Part {
	case "expire":
		n, err = s.lapse(ctx, tx, Lapsed, batch)
	case "window":
		n, err = s.lapse(ctx, tx, WindowOpened, batch)
	case "yearly":
		n, t, err = s.yearly(ctx, tx, t, batch)
	}
	if err != nil || n == batch {
		return t, err
	}
	if i := slices.Index(parts, t.Part); i >= 0 && i+1 < len(parts) {
		return Daily{Day: t.Day, Part: parts[i+1]}, nil
	}
	return Daily{}, nil
}

// lapse moves a batch of awards that a day has overtaken: what ran out has expired, what runs out soon is due for renewal.
func (s *Service) lapse(ctx context.Context, tx db.Tx, e Event, batch int) (int, error) {
	rows, err := lapsed(ctx, tx, e, today(tx), batch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	var notes []Note
	companies := make([]rbac.CompanyID, len(rows))
	for i, a := range rows {
		notes = append(notes, notesOf(a, Step{Event: e, ID: id.Of[Step](0)})...)
		companies[i] = a.CompanyID
	}
	if err := s.put(ctx, tx, rows); err != nil {
		return 0, err
	}
	if s.Touch != nil {
		if err := s.Touch(ctx, tx, companies); err != nil {
			return 0, err
		}
	}
	return len(rows), s.tell(ctx, tx, notes)
}

// yearly looks at awards whose self-evaluation is due within the days of the first reminder, or was: what was filed moves the
// day to the next year, what was not is noted as missed.
func (s *Service) yearly(ctx context.Context, tx db.Tx, t Daily, batch int) (int, Daily, error) {
	if s.SelfYears == nil { // nobody knows what was filed
		return 0, t, nil
	}
	rows, err := yearlyDue(ctx, tx, t, today(tx).AddDays(slices.Max(Newest().RemindYearly)), batch)
	if err != nil || len(rows) == 0 {
		return 0, t, err
	}
	last := rows[len(rows)-1]
	t.On, t.ID = last.YearlyDueOn, last.ID
	companies := make([]rbac.CompanyID, len(rows))
	for i, a := range rows {
		companies[i] = a.CompanyID
	}
	done, err := s.SelfYears(ctx, tx, companies)
	if err != nil {
		return 0, t, err
	}
	paper, err := filingsFor(ctx, tx, companies)
	if err != nil {
		return 0, t, err
	}
	var moved []Award
	var files []*file
	for _, a := range rows {
		if f := yearPassed(newFile(a, rbac.ScopeOf(ctx), tx), done[a.CompanyID], paper[a.ID]); f != nil {
			files, moved = append(files, f), append(moved, f.Award)
		}
	}
	if err := saveYears(ctx, tx, files); err != nil {
		return 0, t, err
	}
	var notes []Note
	for _, f := range files {
		for _, step := range f.added {
			notes = append(notes, notesOf(f.Award, *step)...)
		}
	}
	if err := s.put(ctx, tx, moved); err != nil {
		return 0, t, err
	}
	return len(rows), t, s.tell(ctx, tx, notes)
}

// yearPassed moves an award on from the years that are filed or over; nil: it waits.
func yearPassed(f *file, done []Yearly, paper []Filing) *file {
	moved := false
	for _, y := range f.Years(done, paper, true, f.today()) {
		if y.Due.Before(f.YearlyDueOn) || f.YearlyDueOn.IsZero() {
			continue
		}
		switch y.State {
		case YearDone:
			f.step(YearFiled, y.FiledOn, "", nil, Detail{Year: y.N})
		case YearLost:
			f.Missed = append(f.Missed, int16(y.N)) //nolint:gosec // a few years
			f.step(YearMissed, y.Due, "", nil, Detail{Year: y.N})
		default:
			return kept(f, moved)
		}
		f.YearlyDueOn, moved = f.nextYear(y.Due.AddDays(1)), true
	}
	return kept(f, moved)
}

func kept(f *file, moved bool) *file {
	if !moved {
		return nil
	}
	return f
}
