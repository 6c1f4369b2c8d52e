package programme

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/rbac"
	"anbiao/web"
)

type entryView struct {
	ID          id.Of[id.Special] `json:"id"`
	Register    string            `json:"register"`
	List        string            `json:"list"`
	Name        string            `json:"name" doc:"as the file has it"`
	USCC        string            `json:"uscc"`
	Town        string            `json:"town"`
	Level       string            `json:"level"`
	ValidUntil  day.Date          `json:"validUntil,omitzero"`
	Note        string            `json:"note"`
	State       string            `json:"state" enum:"matched,candidates,unmatched,ended"`
	MatchedHow  string            `json:"matchedHow" doc:"code, name, hand"`
	CompanyID   *rbac.CompanyID   `json:"companyId,omitempty"`
	CompanyName string            `json:"companyName"`
	Place       string            `json:"place" doc:"town of the company"`
	Candidates  []Offer           `json:"candidates" nullable:"false" doc:"to be confirmed one by one"`
	SourceFile  string            `json:"sourceFile"`
	SourceRow   int32             `json:"sourceRow"`
	DecidedBy   string            `json:"decidedBy"`
	DecidedAt   *time.Time        `json:"decidedAt,omitempty"`
	EndReason   string            `json:"endReason"`
}

func entryAs(offers map[int64]Offer) func(Entry) entryView {
	return func(e Entry) entryView {
		v := entryView{
			e.ID, e.Kind, e.ListName, e.Name, e.USCC, e.Town, e.Level, e.ValidUntil, e.Note, e.State, e.MatchedHow, e.SubjectCompanyID, e.CompanyName, e.Place,
			[]Offer{},
			e.SourceFile, e.SourceRow,
			e.DecidedBy, e.DecidedAt, e.EndReason,
		}
		for _, n := range e.Candidates {
			if o, ok := offers[n]; ok {
				v.Candidates = append(v.Candidates, o)
			}
		}
		return v
	}
}

func keyOfEntry(e Entry) []string { return []string{e.ID.String()} }

type companyOn struct {
	ID   id.Of[id.Special] `path:"id"`
	Body struct {
		CompanyID rbac.CompanyID `json:"companyId"`
	}
}

type reasonOn struct {
	ID   id.Of[id.Special] `path:"id"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

type foundView struct {
	Found int `json:"found" doc:"entries that have a company or candidates now"`
}

func mountSpecials(api huma.API, s *Service) {
	open := []*fault.Error{rbac.ErrNotFound, ErrNotOpen, ErrCompany}
	web.Handle(api, web.Op{ID: "listSpecialEntries", Route: "GET /programme/specials", Action: ActionSpecial, Summary: "List entries of special registers (专项名单)", Faults: []*fault.Error{page.ErrCursor}}, s.getSpecials)
	web.Handle(api, web.Op{ID: "matchSpecial", Route: "POST /programme/specials/{id}/match", Action: ActionMatch, Summary: "Say which company an entry is", Status: http.StatusOK, Faults: open}, s.postMatch)
	web.Handle(api, web.Op{ID: "refuseSpecial", Route: "POST /programme/specials/{id}/refuse", Action: ActionMatch, Summary: "Say that an entry is not one of its candidates", Status: http.StatusOK, Faults: open}, s.postRefuse)
	web.Handle(api, web.Op{
		ID: "strikeSpecial", Route: "POST /programme/specials/{id}/strike", Action: ActionMatch, Summary: "Take an entry off its register", Status: http.StatusOK, Faults: []*fault.Error{rbac.ErrNotFound, ErrNotOpen, ErrReason},
	}, s.postStrike)
	web.Handle(api, web.Op{ID: "matchSpecialsAgain", Route: "POST /programme/specials/again", Action: ActionMatch, Summary: "Look for the companies of entries again that none was found for", Status: http.StatusOK}, s.postAgain)
}

func (s *Service) getSpecials(ctx context.Context, in *SpecialFilter) (*web.Body[page.List[entryView]], error) {
	rows, offers, k, err := s.Specials(ctx, *in)
	return &web.Body[page.List[entryView]]{Body: page.Of(rows, k, in.Limit, keyOfEntry, entryAs(offers))}, err
}

func (s *Service) postMatch(ctx context.Context, in *companyOn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Match(ctx, in.ID, in.Body.CompanyID))
}

func (s *Service) postRefuse(ctx context.Context, in *companyOn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Refuse(ctx, in.ID, in.Body.CompanyID))
}

func (s *Service) postStrike(ctx context.Context, in *reasonOn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Strike(ctx, in.ID, in.Body.Reason))
}

func (s *Service) postAgain(ctx context.Context, _ *struct{}) (*web.Body[foundView], error) {
	n, err := s.Again(ctx)
	return &web.Body[foundView]{Body: foundView{n}}, err
}

// SpecialExport are the columns of the list in an export: those of the file, then what became of the entry.
func SpecialExport() []sheet.Column {
	all := SpecialColumns()
	return append(all[:len(all)-1],
		sheet.Column{Key: "state", Title: named("special.state"), Kind: sheet.Choice, Choices: options("state.", Matched, Candidates, Unmatched, Ended), Width: 12},
		sheet.Column{Key: "company", Title: named("special.company"), Kind: sheet.Text, Width: 32},
		sheet.Column{Key: "place", Title: named("special.place"), Kind: sheet.Text},
		sheet.Column{Key: "source", Title: named("special.source"), Kind: sheet.Text, Width: 30},
	)
}

// SpecialPage reads one page of the entries for an export. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) SpecialPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[SpecialFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, _, k, err := s.Specials(ctx, f)
	list := page.Of(rows, k, limit, keyOfEntry, func(e Entry) Entry { return e })
	for _, e := range list.Items {
		out = append(out, sheet.Record{Key: e.ID.String(), Values: []string{
			e.Kind, e.ListName, e.USCC, e.Name, e.Town, e.Level, dayText(e.ValidUntil), e.Note, e.State, e.CompanyName, e.Place, e.SourceFile + " / " + strconv.Itoa(int(e.SourceRow)),
		}})
	}
	return out, list.Next, err
}

// behindFilter is BehindFilter with the programme, as an export names it.
type behindFilter struct {
	Programme id.Of[id.Programme] `query:"programme"`
	BehindFilter
}

// BehindColumns are the columns of the companies behind a number.
func BehindColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "town", Title: named("form.town"), Kind: sheet.Text, Width: 16},
		{Key: "name", Title: named("special.name"), Kind: sheet.Text, Width: 34},
		{Key: "uscc", Title: named("special.uscc"), Kind: sheet.Code, Width: 22},
		{Key: "achieved", Title: named("progress.achieved"), Kind: sheet.Choice, Choices: options("yes.", "true", "false"), Width: 12},
	}
}

// BehindPage reads one page of the companies behind a number for an export. Errors: web.ErrFilter, page.ErrCursor, rbac.ErrNotFound, ErrArea.
func (s *Service) BehindPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[behindFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Companies(ctx, f.Programme, f.BehindFilter)
	list := page.Of(rows, k, limit, keyOfBehind, func(b Behind) Behind { return b })
	for _, b := range list.Items {
		out = append(out, sheet.Record{Key: b.CompanyID.String(), Values: []string{b.Town, b.Name, b.USCC, strconv.FormatBool(b.Achieved)}})
	}
	return out, list.Next, err
}
