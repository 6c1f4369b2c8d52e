package instrument

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Drafted is what a regulator writes into a letter. Exactly one of company and office is named.
type Drafted struct {
	Kind      string                 `json:"kind" enum:"urge,interview,circular,advice,reminder"`
	CompanyID rbac.CompanyID         `json:"companyId,omitempty" required:"false"`
	OfficeID  id.Of[id.Organisation] `json:"officeId,omitempty" required:"false" doc:"a town office or department inside one's own area"`
	AboutNoun string                 `json:"aboutNoun,omitempty" required:"false" enum:",company,hazard,visit,listing,report,patrol"`
	AboutID   string                 `json:"aboutId,omitempty" required:"false" maxLength:"20" pattern:"^[0-9]*$"`
	Texts
}

// Texts are the words of a letter, editable while it is a draft. Empty: as the kind's template has it.
type Texts struct {
	AboutText string                 `json:"aboutText" maxLength:"500" minLength:"1" doc:"what it is about, in words"`
	Reason    string                 `json:"reason,omitempty" required:"false" maxLength:"2000"`
	Prefix    string                 `json:"prefix,omitempty" required:"false" maxLength:"20" doc:"of the number; empty: as the organisation wrote last, else the kind's word"`
	Title     string                 `json:"title,omitempty" required:"false" maxLength:"200"`
	Body      string                 `json:"body,omitempty" required:"false" maxLength:"8000" doc:"may hold placeholders such as {reply_by}"`
	Signatory string                 `json:"signatory,omitempty" required:"false" maxLength:"100"`
	HoldAt    *time.Time             `json:"holdAt,omitempty" required:"false" doc:"an interview: when"`
	HoldPlace string                 `json:"holdPlace,omitempty" required:"false" maxLength:"200"`
	Files     []id.Of[id.Attachment] `json:"files,omitempty" required:"false" maxItems:"20" nullable:"false" doc:"only with a letter to a company"`
}

// Said is a step with a word and papers.
type Said struct {
	Note  string                 `json:"note,omitempty" required:"false" maxLength:"4000"`
	Files []id.Of[id.Attachment] `json:"files,omitempty" required:"false" maxItems:"20" nullable:"false"`
}

// Held is how an interview went.
type Held struct {
	HeldOn day.Date `json:"heldOn"`
	Minutes
}

// Raised is the next, sharper instrument for a letter that was not answered.
type Raised struct {
	To     string `json:"to" enum:"circular,interview,urge,listing"`
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

// file is a letter that something happens to, with the steps that came of it.
type file struct {
	Missive
	by    rbac.Actor
	now   time.Time
	cal   *calendar.Calendar
	added []*Step
}

func (f *file) today() day.Date { return day.In(f.now, day.Shanghai) }

func (f *file) move(e Event, to State, note string, files []id.Of[id.Attachment]) error {
	if e != Write && !slices.Contains(from[e], f.State) {
		return ErrNow[f.State]
	}
	s := &Step{Event: e, FromState: f.State, ToState: to, At: f.now, ActorKind: string(f.by.Kind), ActorName: f.by.Name, Note: strings.TrimSpace(note), Files: ints(files), N: f.Steps + 1}
	if e == Write {
		s.FromState = ""
	}
	if n := f.by.PersonID; n != 0 {
		s.PersonID = &n
	}
	if n := f.by.OrganisationID; n != 0 {
		s.OrganisationID = &n
	}
	late := map[Event]day.Date{Sign: f.AckDueOn, Reply: f.ReplyDueOn, Hold: f.HoldBy}[e]
	s.Late = !late.IsZero() && late.Before(f.today())
	s.MissiveID = f.ID
	f.State, f.Steps, f.ChangedAt = to, s.N, f.now
	f.added = append(f.added, s)
	return nil
}

func ints(files []id.Of[id.Attachment]) db.Ints {
	out := make(db.Ints, len(files))
	for i, n := range files {
		out[i] = int64(n)
	}
	return out
}

// write begins a letter. Errors: ErrKind, ErrBlank, ErrHold, ErrFiles.
func (f *file) write(d Drafted, prefix string) error {
	k, ok := kindOf(d.Kind)
	if !ok {
		return ErrKind.At("body.kind")
	}
	f.Kind, f.KindVersion, f.DraftedBy, f.AboutNoun = k.ID, k.Version, f.by.Name, d.AboutNoun
	f.AboutID, _ = strconv.ParseInt(d.AboutID, 10, 64)
	f.NumberPrefix = prefix
	if prefix == "" {
		f.NumberPrefix = k.Word
	}
	if err := f.worded(d.Texts); err != nil {
		return err
	}
	f.State = Draft
	return f.move(Write, Draft, "", nil)
}

// worded takes over the words of a draft; what is left empty is as the template has it. Errors: ErrBlank, ErrFiles.
func (f *file) worded(t Texts) error {
	trimmed(&t.AboutText, &t.Reason, &t.Prefix, &t.Title, &t.Body, &t.Signatory, &t.HoldPlace)
	if t.AboutText == "" {
		return ErrBlank.At("body.aboutText")
	}
	if len(t.Files) > 0 && f.CompanyID == nil {
		return ErrFiles.At("body.files")
	}
	k := f.Terms()
	if t.Title == "" {
		t.Title = k.Title
	}
	if t.Body == "" {
		t.Body = k.Body
	}
	if t.Prefix != "" {
		f.NumberPrefix = t.Prefix
	}
	f.AboutText, f.Reason, f.Title, f.Body, f.Signatory, f.HoldAt, f.HoldPlace, f.Files = t.AboutText, t.Reason, t.Title, t.Body, t.Signatory, t.HoldAt, t.HoldPlace, ints(t.Files)
	if f.Files == nil {
		f.Files = db.Ints{}
	}
	return nil
}

// edit rewrites a draft. Errors: ErrNow, ErrBlank, ErrFiles.
func (f *file) edit(t Texts) error {
	if err := f.move(Edit, Draft, "", nil); err != nil {
		return err
	}
	return f.worded(t)
}

// clocks sets the days that issuing the letter starts.
func (f *file) clocks() {
	k, on := f.Terms(), f.today()
	f.IssuedOn = on
	if k.AckWorking > 0 {
		f.AckDueOn = f.cal.Ahead(on, k.AckWorking)
	}
	if k.ReplyWorking > 0 {
		f.ReplyDueOn = f.cal.Ahead(on, k.ReplyWorking)
	}
	if k.Held() {
		f.HoldBy = on.AddDays(k.HoldWithin)
	}
}

// issue freezes the words; the number is drawn before. Errors: ErrNow, ErrHold, ErrPlaceholder, ErrBlank.
func (f *file) issue() error {
	if err := f.move(Issue, Issued, "", nil); err != nil {
		return err
	}
	if f.Signatory == "" {
		return ErrBlank.At("body.signatory")
	}
	f.clocks()
	if f.Terms().Held() {
		if f.HoldAt == nil || f.HoldPlace == "" {
			return ErrHold.At("body.holdAt")
		}
		if on := day.In(*f.HoldAt, day.Shanghai); on.Before(f.IssuedOn) || on.After(f.HoldBy) {
			return ErrHold.With("day", f.HoldBy.String()).At("body.holdAt")
		}
	}
	values := f.values()
	f.Title, f.Body = filled(f.Title, values), filled(f.Body, values)
	if p := unfilled(f.Title + f.Body); p != "" {
		return ErrPlaceholder.With("name", p).At("body.body")
	}
	f.IssuedBy = f.by.Name
	f.ContentHash = f.hash()
	return nil
}

// values are what the placeholders of the letter stand for.
func (m Missive) values() map[string]string {
	v := map[string]string{
		"recipient": m.Recipient, "about": strings.TrimRight(m.AboutText, "。"), "reason": sentence(m.Reason), "issuer": m.OrganisationName, "signatory": m.Signatory, "number": m.Number(),
		"issued_on": said(m.IssuedOn), "ack_by": said(m.AckDueOn), "reply_by": said(m.ReplyDueOn), "hold_place": m.HoldPlace, "feedback_days": strconv.Itoa(m.Terms().FeedbackWorking),
	}
	if m.HoldAt != nil {
		v["hold_at"] = m.HoldAt.In(day.Shanghai).Format("2006年1月2日15:04")
	}
	return v
}

func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, "。") {
		return s
	}
	return s + "。"
}

func said(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Year()) + "年" + strconv.Itoa(int(d.Month())) + "月" + strconv.Itoa(d.Day()) + "日"
}

// hash is the SHA-256 of what is issued: its words and papers in a fixed order.
func (m Missive) hash() []byte {
	b, err := json.Marshal([]any{m.Number(), m.OrganisationName, m.Recipient, m.Title, m.Body, m.Signatory, m.AboutText, m.IssuedOn.String(), []int64(m.Files)})
	if err != nil { // texts and numbers only: it cannot
		return nil
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// sign is the recipient's receipt (签收). Errors: ErrNow.
func (f *file) sign(s Said) error {
	if err := f.move(Sign, Acknowledged, s.Note, nil); err != nil {
		return err
	}
	f.AckOn, f.AckBy = f.today(), f.by.Name
	return nil
}

// reply answers; who replies has received. Errors: ErrNow, ErrNoReply, ErrNotHeld, ErrBlank, ErrFiles.
func (f *file) reply(s Said) error {
	switch k := f.Terms(); {
	case !slices.Contains(from[Reply], f.State):
		return ErrNow[f.State]
	case !k.Asks():
		return ErrNoReply
	case k.Held() && f.HeldOn.IsZero():
		return ErrNotHeld
	case strings.TrimSpace(s.Note) == "":
		return ErrBlank.At("body.note")
	case len(s.Files) > 0 && f.CompanyID == nil:
		return ErrFiles.At("body.files")
	}
	if f.AckOn.IsZero() {
		f.AckOn, f.AckBy = f.today(), f.by.Name
	}
	if err := f.move(Reply, Replied, s.Note, s.Files); err != nil {
		return err
	}
	f.RepliedOn = f.today()
	return nil
}

// judge accepts a reply or sends it back with a new day. Errors: ErrNow, ErrBlank.
func (f *file) judge(accepted bool, s Said) error {
	if accepted {
		f.AcceptedOn = f.today()
		return f.move(Accept, Accepted, s.Note, nil)
	}
	if strings.TrimSpace(s.Note) == "" && f.State == Replied {
		return ErrBlank.At("body.note")
	}
	if err := f.move(Return, Returned, s.Note, nil); err != nil {
		return err
	}
	f.ReplyDueOn = f.cal.Ahead(f.today(), f.Terms().AgainWorking)
	return nil
}

// end closes a letter: one that asks for a reply only after it was accepted. Errors: ErrNow, ErrUnanswered.
func (f *file) end(s Said) error {
	if f.State == Acknowledged && f.Terms().Asks() {
		return ErrUnanswered
	}
	f.ClosedOn = f.today()
	return f.move(Close, Closed, s.Note, nil)
}

// withdraw takes a letter back; an issued one keeps its number. Errors: ErrNow, ErrBlank.
func (f *file) withdraw(s Said) error {
	if f.State != Draft && strings.TrimSpace(s.Note) == "" {
		return ErrBlank.At("body.note")
	}
	f.WithdrawnOn = f.today()
	return f.move(Withdraw, Withdrawn, s.Note, nil)
}

// remind urges the recipient, once a day. Errors: ErrNow, ErrReminded.
func (f *file) remind(s Said) error {
	if f.RemindedOn == f.today() {
		return ErrReminded
	}
	f.RemindedOn, f.Reminders = f.today(), f.Reminders+1
	return f.move(Remind, f.State, s.Note, nil)
}

// hold notes that the interview took place and starts the clock of the report. Errors: ErrNow, ErrKind, ErrHeld, ErrHold, ErrBlank.
func (f *file) hold(h Held) error {
	trimmed(&h.Host, &h.Attended, &h.Content, &h.Promised, &h.WrittenBy)
	switch {
	case !f.Terms().Held():
		return ErrKind
	case !slices.Contains(from[Hold], f.State):
		return ErrNow[f.State]
	case !f.HeldOn.IsZero():
		return ErrHeld
	case h.HeldOn.Before(f.IssuedOn) || h.HeldOn.After(f.today()):
		return ErrHold.With("day", f.today().String()).At("body.heldOn")
	case h.Host == "" || h.Attended == "" || h.Content == "":
		return ErrBlank.At("body.content")
	}
	f.HeldOn, f.Minutes.V = h.HeldOn, h.Minutes
	f.ReplyDueOn = f.cal.Ahead(h.HeldOn, f.Terms().FeedbackWorking)
	return f.move(Hold, f.State, h.Content, nil)
}

// escalate notes that a letter the recipient has let pass is followed by a sharper one; what that is about is carried
// over. Errors: ErrNow, ErrEscalation, ErrNotLate, ErrBlank.
func (f *file) escalate(r Raised) error {
	switch {
	case !slices.Contains(from[Escalate], f.State):
		return ErrNow[f.State]
	case !slices.Contains(f.Terms().EscalateTo, r.To):
		return ErrEscalation.At("body.to")
	case !f.Owed(f.today()):
		return ErrNotLate
	case strings.TrimSpace(r.Reason) == "":
		return ErrBlank.At("body.reason")
	}
	return f.move(Escalate, f.State, r.Reason, nil)
}
