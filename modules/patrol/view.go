package patrol

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// nearView is a company of a round, on the wire.
type nearView struct {
	CompanyID    rbac.CompanyID `json:"companyId"`
	Name         string         `json:"name"`
	Address      string         `json:"address"`
	ContactName  string         `json:"contactName"`
	ContactPhone string         `json:"contactPhone"`
	Colour       int16          `json:"colour" doc:"1 red, 2 orange, 3 yellow, 4 blue"`
	Key          bool           `json:"key" doc:"a key firm, visited every month"`
	Reasons      []string       `json:"reasons" nullable:"false" doc:"why it is a key firm: codes of the rule"`
	Standing     Standing       `json:"standing" enum:"overdue,due,done"`
	DueOn        day.Date       `json:"dueOn" doc:"last day of the visit that is due, or of the next"`
	LastOn       day.Date       `json:"lastOn" doc:"of the last visit; empty: never"`
	Metres       *int32         `json:"metres,omitempty" required:"false"`
	Own          bool           `json:"own" doc:"names the reader as its grid worker"`
}

type roundView struct {
	Items    []nearView `json:"items" nullable:"false"`
	Overdue  int        `json:"overdue"`
	Due      int        `json:"due"`
	Done     int        `json:"done"`
	More     bool       `json:"more" doc:"the area has more companies than were looked at: search by name"`
	Visited  int        `json:"visited" doc:"companies visited today"`
	Handed   int        `json:"handed" doc:"handed up and not answered"`
	Answered int        `json:"answered" doc:"answered in the last 30 days"`
	Own      int        `json:"own" doc:"companies that name the reader as their grid worker"`
}

func viewRound(r Round) roundView {
	v := roundView{Items: []nearView{}, Overdue: r.Overdue, Due: r.Due, Done: r.Done, More: r.More, Visited: r.Visited, Handed: r.Handed, Answered: r.Answered, Own: r.Own}
	for _, n := range r.Items {
		v.Items = append(v.Items, nearView{
			n.CompanyID, n.Name, n.Address, n.ContactName, n.ContactPhone, n.Colour, n.Key, append([]string{}, n.Reasons...), n.Standing, n.DueOn, n.LastOn, n.Metres, n.Own,
		})
	}
	return v
}

// itemView is an item of a visit on the wire.
type itemView struct {
	Code   string `json:"code"`
	Name   string `json:"name" doc:"in Chinese"`
	NameEn string `json:"nameEn"`
	Hint   string `json:"hint"`
}

type reasonView struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"nameEn"`
}

// formView is what a visit looks at and how often, on the wire.
type formView struct {
	Version     string       `json:"version"`
	Items       []itemView   `json:"items" nullable:"false"`
	KeyMonths   int          `json:"keyMonths"`
	OtherMonths int          `json:"otherMonths"`
	Reasons     []reasonView `json:"reasons" nullable:"false" doc:"what makes a key firm"`
	Sure        bool         `json:"sure" doc:"how often was read in its source"`
}

func viewForm() (v formView) {
	form, often := Now()
	v = formView{Version: form.Version, KeyMonths: often.KeyMonths, OtherMonths: often.OtherMonths, Sure: often.Conf == "verified", Items: viewItems(form)}
	for _, c := range often.Key {
		v.Reasons = append(v.Reasons, reasonView{c.Code, c.Zh, c.En})
	}
	return v
}

func viewItems(f Form) (out []itemView) {
	for _, i := range f.Items {
		out = append(out, itemView{i.Code, i.Zh, i.En, i.Hint})
	}
	return out
}

// LineView is a visit in a list, on the wire.
type LineView struct {
	ID        id.Of[id.Patrol] `json:"id"`
	CompanyID rbac.CompanyID   `json:"companyId"`
	Company   string           `json:"company"`
	Area      string           `json:"area"`
	OnDay     day.Date         `json:"onDay"`
	Office    string           `json:"office"`
	Name      string           `json:"name" doc:"of who visited"`
	Found     int32            `json:"found" doc:"items that were not in order"`
	Photos    int              `json:"photos"`
	Note      bool             `json:"note" doc:"a note was left"`
	Located   bool             `json:"located" doc:"the phone said where it was"`
	DistanceM *int32           `json:"distanceM,omitempty" required:"false" doc:"from the company's own position"`
	EndedAt   time.Time        `json:"endedAt"`
}

func viewLine(p Patrol) LineView {
	return LineView{
		p.ID, p.CompanyID, p.CompanyName, p.RegionPath, p.OnDay, p.OrganisationName, p.PersonName, p.Found, len(p.Photos), p.NoteText != "", p.LongitudeE6 != nil, p.DistanceM, p.EndedAt,
	}
}

type oneView struct {
	LineView
	StartedAt time.Time              `json:"startedAt"`
	Items     []itemView             `json:"items" nullable:"false"`
	Answers   []Answer               `json:"answers" nullable:"false"`
	PhotoIDs  []id.Of[id.Attachment] `json:"photoIds" nullable:"false"`
	Remark    string                 `json:"remark"`
	NoteText  string                 `json:"noteText"`
	NoteTo    string                 `json:"noteTo"`
	Handed    *HandedView            `json:"handed,omitempty" required:"false" doc:"for regulators"`
}

func viewOne(o One) oneView {
	v := oneView{
		LineView: viewLine(o.Patrol), StartedAt: o.StartedAt, Items: viewItems(formOf(o.Version)), Answers: append([]Answer{}, o.Items.V...), PhotoIDs: idsOf(o.Photos), Remark: o.Remark, NoteText: o.NoteText, NoteTo: o.NoteTo,
	}
	if o.Handed != nil {
		h := viewHanded(o.Today)(*o.Handed)
		v.Handed = &h
	}
	return v
}

func idsOf(files []int64) []id.Of[id.Attachment] {
	out := make([]id.Of[id.Attachment], len(files))
	for i, n := range files {
		out[i] = id.Of[id.Attachment](n)
	}
	return out
}

// HandedView is a thing handed up, on the wire.
type HandedView struct {
	ID         id.Of[id.Handed]       `json:"id"`
	PatrolID   id.Of[id.Patrol]       `json:"patrolId"`
	CompanyID  rbac.CompanyID         `json:"companyId"`
	Company    string                 `json:"company"`
	Area       string                 `json:"area"`
	Office     string                 `json:"office"`
	Name       string                 `json:"name" doc:"of who handed it up"`
	At         time.Time              `json:"at"`
	Place      string                 `json:"place"`
	Text       string                 `json:"text"`
	Urgent     bool                   `json:"urgent"`
	Photos     []id.Of[id.Attachment] `json:"photos" nullable:"false"`
	DueOn      day.Date               `json:"dueOn"`
	Late       bool                   `json:"late"`
	State      State                  `json:"state" enum:"handed,received,hazard,visit,answered"`
	ReceivedAt *time.Time             `json:"receivedAt,omitempty" required:"false"`
	ReceivedBy string                 `json:"receivedBy"`
	AnsweredAt *time.Time             `json:"answeredAt,omitempty" required:"false"`
	AnsweredBy string                 `json:"answeredBy"`
	Answer     string                 `json:"answer"`
	HazardID   id.Of[id.Hazard]       `json:"hazardId,omitempty" required:"false"`
	VisitID    id.Of[id.Visit]        `json:"visitId,omitempty" required:"false"`
}

func viewHanded(now day.Date) func(Handed) HandedView {
	return func(h Handed) HandedView {
		v := HandedView{
			ID: h.ID, PatrolID: h.PatrolID, CompanyID: h.CompanyID, Company: h.CompanyName, Area: h.RegionPath, Office: h.OrganisationName, Name: h.PersonName, At: h.At, Place: h.Place, Text: h.Text, Urgent: h.Urgent,
			Photos: idsOf(h.Photos), DueOn: h.DueOn, Late: h.AnsweredAt == nil && h.DueOn.Before(now), State: h.State, ReceivedAt: h.ReceivedAt, ReceivedBy: h.ReceivedBy, AnsweredAt: h.AnsweredAt,
			AnsweredBy: h.AnsweredBy, Answer: h.Answer,
		}
		if h.HazardID != nil {
			v.HazardID = *h.HazardID
		}
		if h.VisitID != nil {
			v.VisitID = *h.VisitID
		}
		return v
	}
}

type handedOneView struct {
	HandedView
	May []State `json:"may" nullable:"false"`
}
