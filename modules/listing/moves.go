package listing

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/term"
	"anbiao/rbac"
)

// Files are scans and signatures that prove a step.
type Files []id.Of[id.Attachment]

// Order is a regulator's decision to list a hazard, with what stands in the notice (挂牌督办通知书).
type Order struct {
	Profile     string   `json:"profile,omitempty" maxLength:"40" doc:"local form; empty: that of the area"`
	Level       string   `json:"level" enum:"town,county,prefecture,province"`
	Prefix      string   `json:"prefix" minLength:"1" maxLength:"20" doc:"of the number, e.g. 永应急挂督"`
	Gov         string   `json:"gov" minLength:"1" maxLength:"60" doc:"government that lists"`
	Dept        string   `json:"dept" minLength:"1" maxLength:"60" doc:"its department"`
	Signatory   string   `json:"signatory" minLength:"1" maxLength:"30"`
	PlanBy      day.Date `json:"planBy" doc:"day by which the treatment plan is filed"`
	FinishBy    day.Date `json:"finishBy" doc:"day by which the hazard is dealt with"`
	StopWork    string   `json:"stopWork,omitempty" enum:",partial,full"`
	Requirement string   `json:"requirement" minLength:"1" maxLength:"1000" doc:"what the supervision asks for"`
	Files       Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Delivery is how the notice was handed over. With receivedBy and receivedOn the paper was signed in hand; the
// scan shows it.
type Delivery struct {
	By         string   `json:"by" minLength:"1" maxLength:"30" doc:"who delivered it"`
	On         day.Date `json:"on"`
	ReceivedBy string   `json:"receivedBy,omitempty" maxLength:"30"`
	ReceivedOn day.Date `json:"receivedOn,omitempty" required:"false"`
	Note       string   `json:"note,omitempty" maxLength:"500"`
	Files      Files    `json:"files,omitempty" maxItems:"20" nullable:"false" doc:"signature of the deliverer, scan of the return"`
}

// Receipt is the principal signing for the notice.
type Receipt struct {
	Signature id.Of[id.Attachment] `json:"signature" doc:"picture of the signature"`
	Note      string               `json:"note,omitempty" maxLength:"500"`
	Files     Files                `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Paper is a step that says something and brings documents.
type Paper struct {
	Note  string `json:"note,omitempty" maxLength:"1000"`
	Files Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Report is how far the treatment has come.
type Report struct {
	Note      string     `json:"note" minLength:"1" maxLength:"1000"`
	SpentFen  fen.Amount `json:"spentFen" minimum:"0" maximum:"100000000000" doc:"so far, in fen"`
	DoneShare int16      `json:"doneShare" minimum:"0" maximum:"100" doc:"percent of the work done so far"`
	Files     Files      `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Request asks for more time.
type Request struct {
	Until      day.Date `json:"until"`
	Reason     string   `json:"reason" minLength:"1" maxLength:"1000"`
	Protection string   `json:"protection" minLength:"1" maxLength:"1000" doc:"what keeps people safe until then"`
	Files      Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Answer decides on a request for more time.
type Answer struct {
	Granted bool     `json:"granted"`
	Until   day.Date `json:"until,omitempty" required:"false" doc:"the new day; empty: the one asked for"`
	Opinion string   `json:"opinion" minLength:"1" maxLength:"1000"`
	Files   Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Verdict is the regulator's opinion on acceptance (验收意见).
type Verdict struct {
	Passed   bool     `json:"passed"`
	Opinion  string   `json:"opinion" minLength:"1" maxLength:"1000"`
	Officers []string `json:"officers" minItems:"2" maxItems:"6" nullable:"false" maxLength:"30" doc:"who were there"`
	Files    Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Escalation is what follows where a hazard is not dealt with.
type Escalation struct {
	Level       string   `json:"level,omitempty" enum:",county,prefecture,province" doc:"the listing is taken over at this higher level"`
	InterviewOn day.Date `json:"interviewOn,omitempty" required:"false" doc:"day of the interview (约谈)"`
	Penalty     string   `json:"penalty,omitempty" maxLength:"500" doc:"penalty, order or request for closure"`
	Note        string   `json:"note" minLength:"1" maxLength:"1000"`
	Files       Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Notice is something made public or handed up.
type Notice struct {
	On     day.Date `json:"on"`
	Medium string   `json:"medium" minLength:"1" maxLength:"100" doc:"where: website, newspaper, office"`
	Note   string   `json:"note,omitempty" maxLength:"500"`
	Files  Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Hazard is what a listing knows of its hazard.
type Hazard struct {
	ID          id.Of[id.Hazard]
	CompanyID   rbac.CompanyID
	Number      string
	Text        string
	Place       string
	Major       bool
	Closed      bool // transferred or struck out as well
	Cancelled   bool // reviewed by two officers and passed
	Evaluated   bool // the company's own evaluation has been made
	ListedOn    day.Date
	DelistedOn  day.Date
	Deadline    day.Date
	PlanFiledOn day.Date
}

// file is a listing in somebody's hands.
type file struct {
	Listing
	by    rbac.Actor
	now   time.Time
	cal   *calendar.Calendar
	added []*Step
}

func (f *file) today() day.Date { return day.In(f.now, day.Shanghai) }

func (f *file) may(e Event) error {
	if !slices.Contains(from[e], f.State) {
		return ErrNow[f.State]
	}
	return nil
}

// past refuses a day after today or before another.
func (f *file) past(d, since day.Date, field string) error {
	if d.IsZero() || d.After(f.today()) || d.Before(since) {
		return ErrDay.At("body." + field)
	}
	return nil
}

func (f *file) step(e Event, to State, on day.Date, note string, files Files, d Detail) {
	f.Steps++
	all := make(db.Ints, len(files))
	for i, n := range files {
		all[i] = int64(n)
	}
	f.added = append(f.added, &Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ListingID: f.ID, N: f.Steps, Event: e, FromState: f.State, ToState: to,
		At: f.now, HappenedOn: on, ActorKind: string(f.by.Kind), PersonID: some(f.by.PersonID), OrganisationID: some(f.by.OrganisationID), ActorName: f.by.Name,
		Note: strings.TrimSpace(note), Detail: db.JSON[Detail]{V: d}, Files: all,
	})
	f.State, f.ChangedAt = to, f.now
}

func some[T ~int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}

// counted is a day that cannot be counted where the holidays of a year are not published: none then.
func counted(d day.Date, err error) day.Date {
	if err != nil {
		return day.Date{}
	}
	return d
}

// list opens a listing of h. Errors: ErrNotMajor, ErrClosed, ErrProfile, ErrBlank, ErrDays, ErrPeriod.
func (f *file) list(h Hazard, company string, o Order) error {
	switch {
	case !h.Major:
		return ErrNotMajor
	case h.Closed || h.Cancelled:
		return ErrClosed
	case !h.ListedOn.IsZero() && h.DelistedOn.IsZero():
		return ErrListed
	}
	p := For(f.RegionPath)
	if o.Profile != "" {
		var ok bool
		if p, ok = By(o.Profile); !ok {
			return ErrProfile.At("body.profile")
		}
	}
	for field, s := range map[string]string{"prefix": o.Prefix, "gov": o.Gov, "dept": o.Dept, "signatory": o.Signatory, "requirement": o.Requirement} {
		if strings.TrimSpace(s) == "" {
			return ErrBlank.At("body." + field)
		}
	}
	today := f.today()
	if o.PlanBy.Before(today) || o.FinishBy.Before(o.PlanBy) || o.FinishBy.After(today.AddYears(3)) {
		return ErrDays.At("body.finishBy")
	}
	if latest := p.Latest(today); !latest.IsZero() && o.FinishBy.After(latest) {
		return ErrPeriod.With("latest", latest.String()).At("body.finishBy")
	}
	f.CompanyName, f.HazardID, f.HazardNumber, f.HazardText, f.HazardPlace = company, h.ID, h.Number, h.Text, h.Place
	f.Profile, f.ProfileVersion, f.Level, f.OrganisationID = p.ID, p.Version, o.Level, f.by.OrganisationID
	f.NumberPrefix, f.NumberYear = strings.TrimSpace(o.Prefix), int16(today.Year())
	f.ListingGov, f.ListingDept, f.Signatory = strings.TrimSpace(o.Gov), strings.TrimSpace(o.Dept), strings.TrimSpace(o.Signatory)
	f.Requirement, f.StopWork = strings.TrimSpace(o.Requirement), o.StopWork
	f.ListedOn, f.ListedBy, f.PlanBy, f.FinishFirst, f.FinishBy = today, f.by.Name, o.PlanBy, o.FinishBy, o.FinishBy
	f.FileDueOn, f.AnnounceDueOn = counted(p.FileBy(f.cal, today)), counted(p.PublishBy(f.cal, today))
	f.step(List, Listed, today, "", o.Files, Detail{Level: o.Level, PlanBy: o.PlanBy.String(), FinishBy: o.FinishBy.String()})
	return nil
}

// deliver notes that the notice was handed over. Errors: ErrNow, ErrBlank, ErrDay, ErrSignature.
func (f *file) deliver(d Delivery) error {
	if err := f.may(Deliver); err != nil {
		return err
	}
	if strings.TrimSpace(d.By) == "" {
		return ErrBlank.At("body.by")
	}
	if err := f.past(d.On, f.ListedOn, "on"); err != nil {
		return err
	}
	f.DeliveredOn, f.DeliveredBy = d.On, strings.TrimSpace(d.By)
	f.step(Deliver, Listed, d.On, d.Note, d.Files, Detail{By: f.DeliveredBy})
	if strings.TrimSpace(d.ReceivedBy) == "" && d.ReceivedOn.IsZero() {
		return nil
	}
	if strings.TrimSpace(d.ReceivedBy) == "" || len(d.Files) == 0 {
		return ErrSignature.At("body.files")
	}
	if err := f.past(d.ReceivedOn, d.On, "receivedOn"); err != nil {
		return err
	}
	f.served(d.ReceivedOn, strings.TrimSpace(d.ReceivedBy), "", d.Files)
	return nil
}

// receive is the principal signing for the notice. Errors: ErrNow, ErrUndelivered, ErrSignature.
func (f *file) receive(r Receipt) error {
	if err := f.may(Receive); err != nil {
		return err
	}
	if f.DeliveredOn.IsZero() {
		return ErrUndelivered
	}
	if r.Signature == 0 {
		return ErrSignature.At("body.signature")
	}
	f.served(f.today(), f.by.Name, r.Note, append(Files{r.Signature}, r.Files...))
	return nil
}

func (f *file) served(on day.Date, by, note string, files Files) {
	f.ReceivedOn, f.ReceivedBy = on, by
	f.ProgressDueOn = nextOf(f.quarters(nil))
	f.step(Receive, Served, on, note, files, Detail{By: by})
}

// filePlan hands in the treatment plan: documents, or the one the principal signed in the ledger. Errors: ErrNow, ErrPlan.
func (f *file) filePlan(p Paper, h Hazard) error {
	if err := f.may(FilePlan); err != nil {
		return err
	}
	if len(p.Files) == 0 && h.PlanFiledOn.IsZero() {
		return ErrPlan.At("body.files")
	}
	f.PlanFiledOn = f.today()
	f.step(FilePlan, PlanFiled, f.PlanFiledOn, p.Note, p.Files, Detail{Late: f.PlanFiledOn.After(f.PlanBy)})
	return nil
}

func (f *file) quarters(reports []day.Date) []Quarter {
	return Quarters(f.Terms().Progress(f.ReceivedOn, f.FinishBy), reports)
}

// progress reports how far the treatment has come. Errors: ErrNow, ErrBlank, ErrShare.
func (f *file) progress(r Report, before []day.Date) error {
	if err := f.may(Progress); err != nil {
		return err
	}
	if strings.TrimSpace(r.Note) == "" {
		return ErrBlank.At("body.note")
	}
	if r.DoneShare < f.DoneShare || r.SpentFen < f.SpentFen {
		return ErrShare.At("body.doneShare")
	}
	to, late := f.State, !f.ProgressDueOn.IsZero() && f.ProgressDueOn.Before(f.today())
	if to == PlanFiled {
		to = InProgress
	}
	f.ProgressOn, f.SpentFen, f.DoneShare = f.today(), r.SpentFen, r.DoneShare
	f.ProgressDueOn = nextOf(f.quarters(append(slices.Clone(before), f.today())))
	f.step(Progress, to, f.ProgressOn, r.Note, r.Files, Detail{SpentFen: r.SpentFen, DoneShare: r.DoneShare, Late: late})
	return nil
}

// standing says how a day lies to the time in which more time can be asked for. Empty: the holidays of a year are not
// published, and the deadline has not passed.
func (l Listing) standing(cal *calendar.Calendar, on day.Date) (term.Standing, term.Window) {
	w, ok, err := l.Terms().Window(cal, l.FinishBy)
	switch {
	case !ok:
		w = term.Window{Closes: l.FinishBy}
	case err != nil:
		if on.After(l.FinishBy) {
			return term.TooLate, term.Window{Closes: l.FinishBy}
		}
		return "", term.Window{}
	}
	return w.Judge(on), w
}

// askExtension asks for more time. Errors: ErrNow, ErrTooEarly, ErrTooLate, ErrBlank, ErrUntil, ErrPeriod.
func (f *file) askExtension(r Request) error {
	if err := f.may(AskExtension); err != nil {
		return err
	}
	standing, w := f.standing(f.cal, f.today())
	switch standing {
	case term.TooEarly:
		return ErrTooEarly.With("opens", w.Opens.String()).With("closes", w.Closes.String())
	case term.TooLate:
		return ErrTooLate.With("closes", w.Closes.String())
	case term.InWindow:
	}
	if strings.TrimSpace(r.Reason) == "" {
		return ErrBlank.At("body.reason")
	}
	if strings.TrimSpace(r.Protection) == "" {
		return ErrBlank.At("body.protection")
	}
	if err := f.until(r.Until); err != nil {
		return err
	}
	f.ExtensionAskedOn, f.ExtensionUntil, f.ExtensionStanding = f.today(), r.Until, string(standing)
	f.ExtensionDueOn = counted(f.Terms().Decide(f.cal, f.today()))
	f.step(AskExtension, ExtensionAsked, f.today(), r.Reason, r.Files, Detail{Until: r.Until.String(), Standing: string(standing), Protection: strings.TrimSpace(r.Protection)})
	return nil
}

func (f *file) until(d day.Date) error {
	if !d.After(f.FinishBy) || d.After(f.FinishBy.AddYears(2)) {
		return ErrUntil.At("body.until")
	}
	if latest := f.Terms().Latest(f.ListedOn); !latest.IsZero() && d.After(latest) {
		return ErrPeriod.With("latest", latest.String()).At("body.until")
	}
	return nil
}
