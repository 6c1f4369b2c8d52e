package instrument

import (
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/inbox"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/rbac"
	"anbiao/web"
)

// itemView is one thing that waits, on the wire.
type itemView struct {
	ID        string         `json:"id" doc:"of kind and row"`
	Kind      string         `json:"kind"`
	Title     string         `json:"title"`
	CompanyID rbac.CompanyID `json:"companyId,omitempty" required:"false"`
	Company   string         `json:"company"`
	Area      string         `json:"area"`
	Since     day.Date       `json:"since"`
	DueOn     day.Date       `json:"dueOn" doc:"empty: no day is set"`
	Late      bool           `json:"late"`
	Path      string         `json:"path" doc:"desk page that opens it"`
}

func itemOn(now day.Date) func(inbox.Item) itemView {
	return func(i inbox.Item) itemView {
		return itemView{i.Kind + "-" + strconv.FormatInt(i.Ref, 10), i.Kind, i.Title, i.CompanyID, i.Company, i.Region, i.Since, i.DueOn, lateItem(i, now), i.Path}
	}
}

// owingView is a company to ring up, on the wire.
type owingView struct {
	CompanyID    rbac.CompanyID `json:"companyId"`
	Name         string         `json:"name"`
	USCC         string         `json:"uscc"`
	Town         string         `json:"town"`
	ContactName  string         `json:"contactName"`
	ContactPhone string         `json:"contactPhone"`
	Missing      int32          `json:"missing" doc:"reports due and not handed in"`
	Activated    bool           `json:"activated"`
	LastReport   string         `json:"lastReport" doc:"day of the last report; empty: never"`
	Calls        int64          `json:"calls" doc:"in the last 90 days"`
	CalledAt     *time.Time     `json:"calledAt,omitempty" required:"false"`
	CalledBy     string         `json:"calledBy"`
	Outcome      string         `json:"outcome"`
	CallNote     string         `json:"callNote"`
}

func viewOwing(o Owing) owingView {
	v := owingView{
		o.CompanyID, o.Name, o.USCC, o.Town, o.ContactName, o.ContactPhone, o.Missing, o.Activated, "", o.Calls, o.CalledAt, o.CalledBy, o.Outcome, o.CallNote,
	}
	if o.LastReport > 0 {
		v.LastReport = day.Of(int(o.LastReport/10000), time.Month(o.LastReport/100%100), int(o.LastReport%100)).String()
	}
	return v
}

// callView is a call on the wire.
type callView struct {
	ID      id.Of[Call] `json:"id"`
	At      time.Time   `json:"at"`
	Office  string      `json:"office"`
	Name    string      `json:"name"`
	Phone   string      `json:"phone"`
	Outcome string      `json:"outcome"`
	Note    string      `json:"note"`
}

type (
	tallyList struct {
		Kinds []Tally `json:"kinds" nullable:"false"`
		N     int     `json:"n"`
		Late  int     `json:"late"`
	}
	townList struct {
		Items []Town `json:"items" nullable:"false"`
	}
	callList struct {
		Items []callView `json:"items" nullable:"false"`
	}
	townsIn struct {
		Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	}
	callIn struct {
		ID rbac.CompanyID `path:"id" doc:"of the company"`
	}
	ringIn struct {
		ID   rbac.CompanyID `path:"id" doc:"of the company"`
		Body Rung
	}
)

func mountWork(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listInbox", Route: "GET /instrument/inbox", Action: ActionInbox, Summary: "What waits for the regulator, the nearest day first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getInbox)
	web.Handle(api, web.Op{ID: "countInbox", Route: "GET /instrument/inbox/counts", Action: ActionInbox, Summary: "How much waits, by kind"}, s.getTallies)
	web.Handle(api, web.Op{
		ID: "listOwing", Route: "GET /instrument/calls", Action: ActionCallList, Summary: "Companies that have not reported or are not activated, with whom to ring", Faults: []*fault.Error{page.ErrCursor, ErrArea},
	}, s.getOwing)
	web.Handle(api, web.Op{ID: "countOwing", Route: "GET /instrument/calls/towns", Action: ActionCallList, Summary: "How many owe a report or activation, by town", Faults: []*fault.Error{ErrArea}}, s.getTowns)
	web.Handle(api, web.Op{
		ID: "listCalls", Route: "GET /instrument/calls/{id}", Action: ActionCallList, Summary: "Calls to a company, latest first", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getCalls)
	web.Handle(api, web.Op{
		ID: "enterCall", Route: "POST /instrument/calls/{id}", Action: ActionCall, Summary: "Note that a company was rung up", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.postCall)
}

func (s *Service) getInbox(ctx context.Context, in *InboxFilter) (*web.Body[page.List[itemView]], error) {
	rows, k, now, err := s.Inbox(ctx, *in)
	return &web.Body[page.List[itemView]]{Body: page.Of(rows, k, in.Limit, itemKey, itemOn(now))}, err
}

func (s *Service) getTallies(ctx context.Context, _ *struct{}) (*web.Body[tallyList], error) {
	rows, err := s.Tallies(ctx)
	out := &web.Body[tallyList]{Body: tallyList{Kinds: append([]Tally{}, rows...)}}
	for _, t := range rows {
		out.Body.N, out.Body.Late = out.Body.N+t.N, out.Body.Late+t.Late
	}
	return out, err
}

func owingKey(o Owing) []string { return []string{o.CompanyID.String()} }

func (s *Service) getOwing(ctx context.Context, in *OwingFilter) (*web.Body[page.List[owingView]], error) {
	rows, k, err := s.Owing(ctx, *in)
	return &web.Body[page.List[owingView]]{Body: page.Of(rows, k, in.Limit, owingKey, viewOwing)}, err
}

func (s *Service) getTowns(ctx context.Context, in *townsIn) (*web.Body[townList], error) {
	rows, err := s.Towns(ctx, in.Division)
	return &web.Body[townList]{Body: townList{append([]Town{}, rows...)}}, err
}

func (s *Service) getCalls(ctx context.Context, in *callIn) (*web.Body[callList], error) {
	rows, err := s.Calls(ctx, in.ID)
	out := &web.Body[callList]{Body: callList{[]callView{}}}
	for _, c := range rows {
		out.Body.Items = append(out.Body.Items, callView{c.ID, c.At, c.OrganisationName, c.PersonName, c.Phone, c.Outcome, c.Note})
	}
	return out, err
}

func (s *Service) postCall(ctx context.Context, in *ringIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Ring(ctx, in.ID, in.Body))
}

// minute is an instant as people write it; empty for none.
func minute(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(day.Shanghai).Format("2006-01-02 15:04")
}

// OwingColumns are the columns of the list of those to ring up.
func OwingColumns() []sheet.Column {
	outcomes := make([]sheet.Option, len(Outcomes))
	for i, o := range Outcomes {
		outcomes[i] = sheet.Option{Value: o, Title: named("outcome-" + o)}
	}
	return []sheet.Column{
		{Key: "name", Title: named("column-company"), Kind: sheet.Text, Width: 34},
		{Key: "uscc", Title: named("column-uscc"), Kind: sheet.Code, Width: 22},
		{Key: "town", Title: named("column-town"), Kind: sheet.Text, Width: 16},
		{Key: "contactName", Title: named("column-contact"), Kind: sheet.Text, Width: 12},
		{Key: "contactPhone", Title: named("column-phone"), Kind: sheet.Code, Width: 16},
		{Key: "missing", Title: named("column-missing"), Kind: sheet.Int, Width: 10},
		{Key: "activated", Title: named("column-activated"), Kind: sheet.Choice, Width: 10, Choices: []sheet.Option{{Value: "true", Title: named("yes")}, {Value: "false", Title: named("no")}}},
		{Key: "lastReport", Title: named("column-last-report"), Kind: sheet.Date},
		{Key: "calls", Title: named("column-calls"), Kind: sheet.Int, Width: 10},
		{Key: "calledAt", Title: named("column-called-at"), Kind: sheet.Text, Width: 18},
		{Key: "calledBy", Title: named("column-called-by"), Kind: sheet.Text, Width: 12},
		{Key: "outcome", Title: named("column-outcome"), Kind: sheet.Choice, Width: 12, Choices: outcomes},
		{Key: "callNote", Title: named("column-note"), Kind: sheet.Text, Width: 40},
	}
}

// OwingPage reads one page of those to ring up for an export. Errors: web.ErrFilter, page.ErrCursor, ErrArea.
func (s *Service) OwingPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[OwingFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Owing(ctx, f)
	list := page.Of(rows, k, limit, owingKey, viewOwing)
	for _, o := range list.Items {
		out = append(out, sheet.Record{Key: o.CompanyID.String(), Values: []string{
			o.Name, o.USCC, o.Town, o.ContactName, o.ContactPhone, itoa(o.Missing), strconv.FormatBool(o.Activated), o.LastReport, strconv.FormatInt(o.Calls, 10), minute(o.CalledAt), o.CalledBy, o.Outcome, o.CallNote,
		}})
	}
	return out, list.Next, err
}
