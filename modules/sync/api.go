package sync

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
)

// itemView is one change on the wire.
type itemView struct {
	Kind      string         `json:"kind" doc:"see GET /sync/kinds"`
	ID        string         `json:"id"`
	CompanyID rbac.CompanyID `json:"companyId"`
	Gone      bool           `json:"gone,omitempty" doc:"not there any longer, or out of sight: take it out of the copy"`
	Version   string         `json:"version" doc:"a number that grows; keep of two answers about a row the one with the greater"`
	Row       map[string]any `json:"row,omitempty" doc:"the whole row as it is now, its members by kind"`
}

type pageView struct {
	Items  []itemView `json:"items" nullable:"false"`
	Cursor string     `json:"cursor" doc:"send it with the next request; keep it together with the rows"`
	More   bool       `json:"more" doc:"there is more: ask again at once"`
	First  bool       `json:"first" doc:"the first run through everything is not over"`
}

type fieldView struct {
	Name string `json:"name"`
	Type string `json:"type" enum:"id,text,texts,integer,boolean,date,instant" doc:"any of them may be null"`
	Doc  string `json:"doc"`
}

type kindView struct {
	Kind   string      `json:"kind"`
	Action rbac.Action `json:"action" doc:"permission that the kind asks for besides the feed's own"`
	Fields []fieldView `json:"fields" nullable:"false"`
}

type kindsView struct {
	Items []kindView `json:"items" nullable:"false"`
}

type changesQuery struct {
	Kinds  string `query:"kinds" maxLength:"200" pattern:"^[A-Za-z]*(,[A-Za-z]+)*$" doc:"separated by commas; empty: all that one may see" example:"company,hazard"`
	Cursor string `query:"cursor" maxLength:"600" doc:"of the answer before; empty: from the beginning"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"200" doc:"changes a page looks at"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "readChanges", Route: "GET /sync/changes", Action: ActionRead, Summary: "What changed since a cursor, in the order transactions ended; from the beginning without one", Faults: []*fault.Error{ErrKind, ErrCursor, ErrStale}}, s.getChanges)
	web.Handle(api, web.Op{ID: "listSyncKinds", Route: "GET /sync/kinds", Action: ActionRead, Summary: "The kinds of rows that the feed tells one, and their members"}, s.getKinds)
}

func (s *Service) getChanges(ctx context.Context, in *changesQuery) (*web.Body[pageView], error) {
	q := Query{Cursor: in.Cursor, Limit: min(in.Limit, maxLimit)}
	if in.Kinds != "" {
		q.Kinds = strings.Split(in.Kinds, ",")
	}
	p, err := s.Changes(ctx, q)
	if err != nil {
		return nil, err
	}
	v, err := viewPage(p)
	return &web.Body[pageView]{Body: v}, err
}

func viewPage(p Page) (pageView, error) {
	v := pageView{Items: make([]itemView, len(p.Items)), Cursor: p.Cursor, More: p.More, First: p.First}
	for i, it := range p.Items {
		v.Items[i] = itemView{Kind: it.Kind, ID: strconv.FormatInt(it.ID, 10), CompanyID: it.CompanyID, Gone: it.Gone, Version: strconv.FormatInt(it.Version, 10)}
		if it.Gone {
			continue
		}
		d := json.NewDecoder(strings.NewReader(string(it.Row)))
		d.UseNumber() // an integer stays what it was
		if err := d.Decode(&v.Items[i].Row); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (s *Service) getKinds(ctx context.Context, _ *web.None) (*web.Body[kindsView], error) {
	list, err := s.Told(ctx)
	v := kindsView{Items: make([]kindView, len(list))}
	for i, k := range list {
		v.Items[i] = kindView{Kind: k.Name, Action: k.Action, Fields: make([]fieldView, len(k.Fields))}
		for j, f := range k.Fields {
			v.Items[i].Fields[j] = fieldView{f.Name, f.Type, f.Doc}
		}
	}
	return &web.Body[kindsView]{Body: v}, err
}
