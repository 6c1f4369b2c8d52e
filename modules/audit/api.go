package audit

import (
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// entryView is one entry on the wire.
type entryView struct {
	ID        string      `json:"id"`
	At        time.Time   `json:"at"`
	ActorKind rbac.Kind   `json:"actorKind"`
	Name      string      `json:"name"`
	Action    rbac.Action `json:"action"`
	Noun      string      `json:"noun"`
	ObjectID  string      `json:"objectId"`
	Fields    []Field     `json:"fields" doc:"what changed; empty where something was only looked at"`
	RequestID string      `json:"requestId"`
}

type listQuery struct {
	page.Query
	Noun     string `query:"noun" maxLength:"40" doc:"kind of object, e.g. hazard"`
	ObjectID string `query:"objectId" pattern:"^[0-9]{0,18}$"`
	Name     string `query:"name" maxLength:"40" doc:"who acted"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listAuditEntries", Route: "GET /audit/entries", Action: ActionList, Summary: "The trail, newest first, as far as it concerns one", Faults: []*fault.Error{page.ErrCursor}}, s.list)
	mountChain(api, s)
}

func (s *Service) list(ctx context.Context, in *listQuery) (*web.Body[page.List[entryView]], error) {
	object, _ := strconv.ParseInt(in.ObjectID, 10, 64) // empty is 0; the pattern allows nothing else
	rows, k, err := s.List(ctx, Filter{Noun: in.Noun, ObjectID: object, Name: in.Name}, in.Query)
	keyOf := func(e Entry) []string { return []string{e.At.Format(time.RFC3339Nano), strconv.FormatInt(e.ID, 10)} }
	return &web.Body[page.List[entryView]]{Body: page.Of(rows, k, in.Limit, keyOf, viewEntry)}, err
}

func viewEntry(e Entry) entryView {
	v := entryView{
		ID: strconv.FormatInt(e.ID, 10), At: e.At, ActorKind: e.ActorKind, Name: e.PersonName, Action: e.Action, Noun: e.Noun,
		Fields: append([]Field{}, e.Fields.V...), RequestID: e.RequestID,
	}
	if e.ObjectID != nil {
		v.ObjectID = strconv.FormatInt(*e.ObjectID, 10)
	}
	return v
}
