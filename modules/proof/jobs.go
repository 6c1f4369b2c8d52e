package proof

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// batch is how many signals or companies one job takes on.
const batch = 500

// span is over which time the checks of a company are looked at together, and settle how long after
// it: a submission that began in it has committed by then.
const (
	lookSpan = 5 * time.Minute
	settle   = time.Minute
)

// Look looks at the checks of a company that arrived in a span.
type Look struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	From      time.Time      `json:"from"`
}

// Kind names the job.
func (Look) Kind() string { return "proof.look" }

// Compare looks for companies that never find anything, after one.
type Compare struct {
	On    day.Date       `json:"on"`
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (Compare) Kind() string { return "proof.compare" }

// KeepTerms reminds companies, and opens signals to regulators when their term has passed.
type KeepTerms struct {
	On   day.Date `json:"on"`
	Turn int      `json:"turn"`
}

// Kind names the job.
func (KeepTerms) Kind() string { return "proof.keep-terms" }

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.look)
	jobs.Handle(r, s.compare)
	jobs.Handle(r, s.keepTerms)
	nightly := func(name string, hour, minute int, task func(day.Date) jobs.Task) {
		r.Schedule(jobs.Schedule{Name: name, Next: jobs.DailyAt(hour, minute), Task: func(due time.Time) jobs.Task { return task(day.In(due, day.Shanghai)) }})
	}
	nightly("proof.keep-terms", 0, 15, func(on day.Date) jobs.Task { return KeepTerms{On: on} })
	nightly("proof.compare", 4, 10, func(on day.Date) jobs.Task { return Compare{On: on} })
}

// Submitted has the checks of a company looked at soon: in a batch with whatever else arrives
// meanwhile. It belongs to the transaction that keeps a check.
func Submitted(ctx context.Context, tx db.Tx, c rbac.CompanyID) error {
	from := tx.Now.UTC().Truncate(lookSpan)
	return jobs.Enqueue(ctx, tx, Look{c, from}, jobs.Key(fmt.Sprintf("%s:%d", c, from.Unix())), jobs.At(from.Add(lookSpan+settle)))
}

func (s *Service) look(ctx context.Context, tx db.Tx, l Look) error {
	if s.New == nil {
		return nil
	}
	records, err := s.New(ctx, tx, l.CompanyID, l.From, l.From.Add(lookSpan))
	if err != nil {
		return err
	}
	if err := addTallies(ctx, tx, tallied(records)); err != nil {
		return err
	}
	for _, c := range records {
		if c.silent() {
			continue
		}
		r := RulesOn(c.StartedOn)
		found, err := s.examine(ctx, tx, r, c)
		if err != nil {
			return err
		}
		for _, f := range found {
			if err := s.raise(ctx, tx, r, c, *f); err != nil {
				return err
			}
		}
	}
	return nil
}

// tallied counts records by month. Who has explosive points finds fewer by nature: these do not count.
func tallied(records []Record) (out []Tally) {
	for _, c := range records {
		if c.silent() {
			continue
		}
		month := c.StartedOn.AddDays(1 - c.StartedOn.Day())
		at := -1
		for i, t := range out {
			if t.Month == month {
				at = i
			}
		}
		if at < 0 {
			out, at = append(out, Tally{CompanyID: c.CompanyID, Month: month, RegionPath: c.RegionPath, OversightLine: c.OversightLine}), len(out)
		}
		out[at].Checks++
		if c.Found {
			out[at].Found++
		}
	}
	return out
}

// examine holds a record against every rule about records.
func (s *Service) examine(ctx context.Context, tx db.Tx, r Rules, c Record) (found []*Finding, err error) {
	photos, err := photosOf(ctx, tx, c.CompanyID, c.Photos)
	if err != nil {
		return nil, err
	}
	same, err := twins(ctx, tx, c, r.SamePhoto.Bits, c.ReceivedAt.AddDate(0, 0, -r.SamePhoto.Days))
	if err != nil {
		return nil, err
	}
	var around []Record
	var before []Proof
	if c.StaffID != nil {
		reach := max(time.Duration(r.Clock.Hours)*time.Hour, 24*time.Hour)
		if around, err = s.Around(ctx, tx, c.CompanyID, *c.StaffID, c.StartedAt.Add(-reach), c.FinishedAt); err != nil {
			return nil, err
		}
		around = without(around, c)
		if before, err = photosBefore(ctx, tx, c.CompanyID, *c.StaffID, c.ReceivedAt.Add(-reach), c.ReceivedAt, c.Photos); err != nil {
			return nil, err
		}
	}
	for _, f := range []*Finding{
		r.fast(c), r.samePhoto(c, same), r.nightBatch(c, around), r.oneSpot(c, photos, around), r.falsePlace(c, photos), r.clockChange(c, photos, before, around),
	} {
		if f != nil {
			found = append(found, f)
		}
	}
	return found, nil
}

func without(all []Record, c Record) (out []Record) {
	for _, o := range all {
		if o.CheckID != c.CheckID || o.StartedOn != c.StartedOn {
			out = append(out, o)
		}
	}
	return out
}

// raise makes a signal and tells the company of it, once.
func (s *Service) raise(ctx context.Context, tx db.Tx, r Rules, c Record, f Finding) error {
	sig, err := newSignal(r, c, f, s.Calendar, tx.Now)
	if err != nil {
		return err
	}
	fresh, err := insertSignal(ctx, tx, &sig)
	if err != nil || !fresh || s.Tell == nil {
		return err
	}
	code := "proof.note-raised"
	if sig.DueOn.IsZero() {
		code = "proof.note-raised-termless"
	}
	return s.Tell(ctx, tx, sig.message(code, "raised"))
}

// message is what the company is told of a signal.
func (s Signal) message(code, step string) Note {
	zh, en := wordsOf(s.RuleVersion, s.Rule, s.Figures.V, text.Chinese), wordsOf(s.RuleVersion, s.Rule, s.Figures.V, text.English)
	about := s.HappenedOn.String()
	if s.PointName != "" {
		about += " " + s.PointName
	}
	return Note{
		CompanyID: s.CompanyID, SignalID: s.ID, Code: code, Key: fmt.Sprintf("proof|%s|%s|%s", s.CompanyID, s.ID, step),
		Params: map[string]string{"name": zh.Name, "name@en": en.Name, "says": zh.Says, "says@en": en.Says, "about": about, "due": s.DueOn.String()},
	}
}

func (s *Service) compare(ctx context.Context, tx db.Tx, t Compare) error {
	r := RulesOn(t.On)
	month := t.On.AddDays(1 - t.On.Day())
	list, err := findless(ctx, tx, month.AddMonths(1-r.Zero.Months), r.Zero.Checks, t.After, batch)
	if err != nil {
		return err
	}
	for _, c := range list {
		f := r.zeroFindings(month, c.Checks, 0, Peers{c.Companies, c.PeerChecks, c.PeerFound})
		if f == nil {
			continue
		}
		about := Record{CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine}
		if err := s.raise(ctx, tx, r, about, *f); err != nil {
			return err
		}
	}
	if len(list) < batch {
		return nil
	}
	next := Compare{t.On, list[len(list)-1].CompanyID}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s", next.On, next.After)))
}

func (s *Service) keepTerms(ctx context.Context, tx db.Tx, t KeepTerms) error {
	if err := s.giveTerms(ctx, tx); err != nil {
		return err
	}
	today := day.In(tx.Now, day.Shanghai)
	opened, err := open(ctx, tx, today, batch)
	if err != nil {
		return err
	}
	if err := s.touch(ctx, tx, opened...); err != nil {
		return err
	}
	due, err := toRemind(ctx, tx, today, batch)
	if err != nil {
		return err
	}
	for _, sig := range due {
		if sig.State != Raised || s.Tell == nil {
			continue
		}
		if err := s.Tell(ctx, tx, sig.message("proof.note-due", "due")); err != nil {
			return err
		}
	}
	if len(opened) < batch && len(due) < batch {
		return nil
	}
	return jobs.Enqueue(ctx, tx, KeepTerms{t.On, t.Turn + 1}, jobs.Key(fmt.Sprintf("%s:%d", t.On, t.Turn+1)))
}

// giveTerms counts the terms that could not be counted while the year's holidays were missing, from
// today, and tells the companies of them.
func (s *Service) giveTerms(ctx context.Context, tx db.Tx) error {
	var after id.Of[Signal]
	for {
		list, err := termless(ctx, tx, after, batch)
		if err != nil {
			return err
		}
		for _, sig := range list {
			if err := sig.term(rulesOf(sig.RuleVersion), s.Calendar, day.In(tx.Now, day.Shanghai)); err != nil {
				return err
			}
			if sig.DueOn.IsZero() {
				continue
			}
			if err := putTerm(ctx, tx, sig); err != nil {
				return err
			}
			if sig.State == Raised && s.Tell != nil {
				if err := s.Tell(ctx, tx, sig.message("proof.note-raised", "term")); err != nil {
					return err
				}
			}
		}
		if len(list) < batch {
			return nil
		}
		after = list[len(list)-1].ID
	}
}
