package visit

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// LineView is a visit in a list.
type LineView struct {
	ID           id.Of[id.Visit] `json:"id"`
	CompanyID    rbac.CompanyID  `json:"companyId"`
	CompanyName  string          `json:"companyName"`
	Body         string          `json:"body" doc:"that inspects"`
	Kind         Kind            `json:"kind" enum:"random,key,special,complaint"`
	Announced    bool            `json:"announced"`
	State        State           `json:"state" enum:"planned,underway,onsite,closed,refused,cancelled"`
	Hidden       bool            `json:"hidden" doc:"the company does not know of it"`
	PlannedOn    day.Date        `json:"plannedOn"`
	DueOn        day.Date        `json:"dueOn"`
	Late         bool            `json:"late"`
	Officers     []string        `json:"officers" nullable:"false"`
	Reason       string          `json:"reason"`
	RecordNumber string          `json:"recordNumber"`
	EndedAt      *time.Time      `json:"endedAt,omitempty"`
	Findings     int32           `json:"findings"`
	Majors       int32           `json:"majors"`
	ReceivedAt   *time.Time      `json:"receivedAt,omitempty"`
}

func lineOn(today day.Date) func(Visit) LineView {
	return func(v Visit) LineView {
		return LineView{
			v.ID, v.CompanyID, v.CompanyName, v.OrganisationName, v.Kind, v.Announced, v.State, v.Hidden(), v.PlannedOn, v.DueOn, v.Late(today), append([]string{}, v.OfficerNames...),
			v.Reason, v.RecordNumber, v.EndedAt, v.Findings, v.Majors, v.ReceivedAt,
		}
	}
}

type findingView struct {
	ID           id.Of[Finding]         `json:"id"`
	N            int32                  `json:"n"`
	Place        string                 `json:"place"`
	Description  string                 `json:"description"`
	Clause       string                 `json:"clause"`
	Level        string                 `json:"level" enum:"general,major"`
	Category     string                 `json:"category"`
	ItemCode     string                 `json:"itemCode"`
	Photos       []id.Of[id.Attachment] `json:"photos" nullable:"false"`
	DueOn        day.Date               `json:"dueOn"`
	OnSpot       bool                   `json:"onSpot"`
	HazardID     *id.Of[id.Hazard]      `json:"hazardId,omitempty" doc:"in the company's ledger"`
	HazardNumber string                 `json:"hazardNumber"`
	HazardState  string                 `json:"hazardState" doc:"how it stands in the ledger; empty: unknown"`
	OrderID      *id.Of[id.Order]       `json:"orderId,omitempty"`
	Result       string                 `json:"result" enum:",passed,failed" doc:"of the re-inspection"`
	FoundBy      string                 `json:"foundBy"`
	FoundAt      time.Time              `json:"foundAt"`
}

func findingsView(found []Finding, states map[id.Of[id.Hazard]]string) []findingView {
	out := make([]findingView, len(found))
	for i, f := range found {
		photos := make([]id.Of[id.Attachment], len(f.Photos))
		for k, p := range f.Photos {
			photos[k] = id.Of[id.Attachment](p)
		}
		out[i] = findingView{
			f.ID, f.N, f.Place, f.Description, f.Clause, f.Level, f.Category, f.ItemCode, photos, f.DueOn, f.OnSpot, f.HazardID, f.HazardNumber, states[orNone(f.HazardID)], f.OrderID, f.Result, f.FoundBy, f.FoundAt,
		}
	}
	return out
}

type measureView struct {
	ID        id.Of[Measure] `json:"id"`
	Kind      string         `json:"kind"`
	KindName  string         `json:"kindName"`
	Effect    string         `json:"effect"`
	Number    string         `json:"number"`
	Content   string         `json:"content"`
	NoticedAt *time.Time     `json:"noticedAt,omitempty"`
	FromAt    time.Time      `json:"fromAt"`
	Urgent    bool           `json:"urgent"`
	MadeBy    string         `json:"madeBy"`
	Lift      string         `json:"lift" doc:"when it may be lifted, as the data say"`
	LiftedOn  day.Date       `json:"liftedOn"`
	LiftNote  string         `json:"liftNote"`
}

func measuresView(rows []Measure, lang text.Lang) []measureView {
	out := make([]measureView, len(rows))
	for i, m := range rows {
		known, _ := instrument(m.Kind)
		name, lift := known.ZH, known.Lift
		if lang == text.English {
			name, lift = known.EN, known.LiftEN
		}
		out[i] = measureView{m.ID, m.Kind, name, m.Effect, m.Number, m.Content, m.NoticedAt, m.FromAt, m.Urgent, m.MadeBy, lift, m.LiftedOn, m.LiftNote}
	}
	return out
}

type stepView struct {
	Event     string    `json:"event"`
	At        time.Time `json:"at"`
	ActorKind string    `json:"actorKind"`
	ActorName string    `json:"actorName"`
	Note      string    `json:"note"`
}

func stepsView(steps []Step) []stepView {
	out := make([]stepView, len(steps))
	for i, s := range steps {
		out[i] = stepView{s.Event, s.At, s.ActorKind, s.ActorName, s.Note}
	}
	return out
}

// OrderView is an order in a list.
type OrderView struct {
	ID             id.Of[id.Order]       `json:"id"`
	VisitID        *id.Of[id.Visit]      `json:"visitId,omitempty" doc:"none: it came without an inspection"`
	CompanyID      rbac.CompanyID        `json:"companyId"`
	CompanyName    string                `json:"companyName"`
	Body           string                `json:"body" doc:"that issued it"`
	Kind           OrderKind             `json:"kind" enum:"order,notice"`
	Number         string                `json:"number"`
	State          OrderState            `json:"state" enum:"open,extension_asked,reinspection_asked,passed,failed"`
	IssuedOn       day.Date              `json:"issuedOn"`
	Deadline       day.Date              `json:"deadline"`
	Late           bool                  `json:"late" doc:"the company missed the deadline"`
	ReinspectDueOn day.Date              `json:"reinspectDueOn"`
	ReinspectLate  bool                  `json:"reinspectLate" doc:"the body missed the day of the re-inspection"`
	ReinspectedOn  day.Date              `json:"reinspectedOn"`
	ReceivedAt     *time.Time            `json:"receivedAt,omitempty"`
	Extensions     int16                 `json:"extensions"`
	FileID         *id.Of[id.Attachment] `json:"fileId,omitempty"`
}

func orderOn(today day.Date) func(Order) OrderView {
	return func(o Order) OrderView {
		return OrderView{
			o.ID, o.VisitID, o.CompanyID, o.CompanyName, o.OrganisationName, o.Kind, o.Number, o.State, o.IssuedOn, o.Deadline, o.Late(today), o.ReinspectDueOn, o.ReinspectLate(today), o.ReinspectedOn,
			o.ReceivedAt, o.Extensions, o.FileID,
		}
	}
}

// oneOrderView is an order with all that belongs to it.
type oneOrderView struct {
	OrderView
	Requirement     string                 `json:"requirement"`
	DeadlineFirst   day.Date               `json:"deadlineFirst"`
	ReceivedBy      string                 `json:"receivedBy"`
	ExtensionOn     day.Date               `json:"extensionOn"`
	ExtensionUntil  day.Date               `json:"extensionUntil"`
	ExtensionReason string                 `json:"extensionReason"`
	ExtensionDueOn  day.Date               `json:"extensionDueOn" doc:"to be answered by"`
	ExtensionOpens  day.Date               `json:"extensionOpens" doc:"when more time can be asked for"`
	AskedOn         day.Date               `json:"askedOn"`
	AskedNote       string                 `json:"askedNote"`
	AskedFiles      []id.Of[id.Attachment] `json:"askedFiles" nullable:"false"`
	OpinionNumber   string                 `json:"opinionNumber"`
	Opinion         string                 `json:"opinion"`
	OpinionFile     *id.Of[id.Attachment]  `json:"opinionFile,omitempty"`
	Reinspectors    []string               `json:"reinspectors" nullable:"false"`
	Findings        []findingView          `json:"findings" nullable:"false"`
	Steps           []stepView             `json:"steps" nullable:"false"`
	May             []string               `json:"may" nullable:"false" doc:"what the reader may do next"`
}

func oneOrderOf(o OneOrder) oneOrderView {
	files := make([]id.Of[id.Attachment], len(o.AskedFiles))
	for i, n := range o.AskedFiles {
		files[i] = id.Of[id.Attachment](n)
	}
	return oneOrderView{
		orderOn(o.Today)(o.Order), o.Requirement, o.DeadlineFirst, o.ReceivedBy, o.ExtensionOn, o.ExtensionUntil, o.ExtensionReason, o.ExtensionDueOn, o.Opens, o.AskedOn, o.AskedNote, files,
		o.OpinionNumber, o.Opinion, o.OpinionFile, append([]string{}, o.Reinspectors...), findingsView(o.Found, o.Hazards), stepsView(o.History), append([]string{}, o.May...),
	}
}

type countView struct {
	Done    int    `json:"done" doc:"officers came, this year"`
	Planned int    `json:"planned"`
	Cap     int    `json:"cap" doc:"from here on a reason is asked"`
	Class   string `json:"class" doc:"A to D; empty: none"`
}

// oneView is a visit with everything that hangs on it.
type oneView struct {
	LineView
	CapReason        string                `json:"capReason"`
	PlanID           *id.Of[id.Plan]       `json:"planId,omitempty"`
	OfficerIDs       []id.Of[id.Person]    `json:"officerIds" nullable:"false"`
	SetOutAt         *time.Time            `json:"setOutAt,omitempty"`
	ArrivedAt        *time.Time            `json:"arrivedAt,omitempty"`
	Address          string                `json:"address"`
	Contact          string                `json:"contact"`
	Phone            string                `json:"phone"`
	Items            []Item                `json:"items" nullable:"false"`
	Place            string                `json:"place"`
	Situation        string                `json:"situation"`
	FirmPerson       string                `json:"firmPerson"`
	FirmPost         string                `json:"firmPost"`
	FirmSignature    *id.Of[id.Attachment] `json:"firmSignature,omitempty"`
	OfficerSignature *id.Of[id.Attachment] `json:"officerSignature,omitempty"`
	FirmRefused      bool                  `json:"firmRefused"`
	RefusalNote      string                `json:"refusalNote"`
	ReceivedBy       string                `json:"receivedBy"`
	Found            []findingView         `json:"found" nullable:"false"`
	Measures         []measureView         `json:"measures" nullable:"false"`
	Orders           []OrderView           `json:"orders" nullable:"false"`
	Steps            []stepView            `json:"steps" nullable:"false"`
	Count            countView             `json:"count"`
	May              []string              `json:"may" nullable:"false" doc:"what the reader may do next"`
}

func oneOf(o One, lang text.Lang) oneView {
	v := oneView{
		LineView: lineOn(o.Today)(o.Visit), CapReason: o.CapReason, PlanID: o.PlanID, OfficerIDs: []id.Of[id.Person]{}, SetOutAt: o.SetOutAt, ArrivedAt: o.ArrivedAt, Address: o.Card.Address, Contact: o.Card.Contact, Phone: o.Card.Phone,
		Items: append([]Item{}, o.Items.V...), Place: o.Place, Situation: o.Situation, FirmPerson: o.FirmPerson, FirmPost: o.FirmPost, FirmSignature: o.FirmSignature, OfficerSignature: o.OfficerSignature,
		FirmRefused: o.FirmRefused, RefusalNote: o.RefusalNote, ReceivedBy: o.ReceivedBy, Found: findingsView(o.Found, o.Hazards), Measures: measuresView(o.Measures, lang), Orders: make([]OrderView, len(o.Orders)),
		Steps: stepsView(o.History), Count: countView{o.Count.Done, o.Count.Planned, o.Count.Cap, o.Class}, May: append([]string{}, o.May...),
	}
	for _, n := range o.OfficerIDs {
		v.OfficerIDs = append(v.OfficerIDs, id.Of[id.Person](n))
	}
	for i, x := range o.Orders {
		v.Orders[i] = orderOn(o.Today)(x)
	}
	return v
}
