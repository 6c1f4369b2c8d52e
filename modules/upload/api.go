package upload

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type tallyView struct {
	Kind  Kind   `json:"kind" enum:"unit,event,measure,task,record,danger,stop"`
	State string `json:"state" enum:"pending,failed,delivered,deleting,deleted"`
	Rows  int    `json:"rows"`
}

// receiverView is a receiver on the wire; its key never leaves.
type receiverView struct {
	ID        id.Of[id.Receiver]           `json:"id"`
	Name      string                       `json:"name"`
	Adapter   string                       `json:"adapter"`
	Address   string                       `json:"address"`
	FirmCode  string                       `json:"firmCode"`
	Fields    map[string]string            `json:"fields"`
	Codes     map[string]map[string]string `json:"codes"`
	FromOn    day.Date                     `json:"fromOn"`
	Open      bool                         `json:"open"`
	ChangedAt time.Time                    `json:"changedAt"`
	ChangedBy string                       `json:"changedBy"`
	Rows      []tallyView                  `json:"rows" nullable:"false"`
}

type receiverList struct {
	Items []receiverView `json:"items" nullable:"false"`
}

type runView struct {
	ID      id.Of[Run] `json:"id"`
	Trigger string     `json:"trigger" enum:"daily,hand,test"`
	BegunAt time.Time  `json:"begunAt"`
	EndedAt *time.Time `json:"endedAt,omitempty"`
	Sent    int        `json:"sent"`
	Failed  int        `json:"failed"`
	Deleted int        `json:"deleted"`
	Error   string     `json:"error" doc:"why it ended early: unreachable, status, answer, throttled, private, address, key, abandoned, or what the receiver said; empty: it did not"`
}

type failureView struct {
	ID      string     `json:"id" doc:"kind and key"`
	Kind    Kind       `json:"kind"`
	Key     string     `json:"key"`
	State   string     `json:"state"`
	Error   string     `json:"error" doc:"what the receiver said"`
	Tries   int        `json:"tries"`
	TriedAt *time.Time `json:"triedAt,omitempty"`
}

type one struct {
	ID id.Of[id.Receiver] `path:"id"`
}

type paged struct {
	ID id.Of[id.Receiver] `path:"id"`
	page.Query
}

type changed struct {
	ID   id.Of[id.Receiver] `path:"id"`
	Body Form
}

type probed struct {
	Wrong string `json:"wrong" doc:"empty: nothing"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	kept := []*fault.Error{ErrAddress, ErrKey, ErrAdapter}
	known := append([]*fault.Error{rbac.ErrNotFound}, kept...)
	web.Handle(api, web.Op{ID: "listReceivers", Route: "GET /upload/receivers", Action: ActionSee, Summary: "Platforms that the company's dual-prevention data go to"}, s.getReceivers)
	web.Handle(api, web.Op{ID: "addReceiver", Route: "POST /upload/receivers", Action: ActionKeep, Summary: "Add a receiver", Faults: append([]*fault.Error{ErrMost}, kept...)}, s.postReceiver)
	web.Handle(api, web.Op{ID: "editReceiver", Route: "PUT /upload/receivers/{id}", Action: ActionKeep, Summary: "Change a receiver", Faults: known}, s.putReceiver)
	web.Handle(api, web.Op{ID: "removeReceiver", Route: "DELETE /upload/receivers/{id}", Action: ActionKeep, Summary: "Remove a receiver; what it was told stays there", Faults: []*fault.Error{rbac.ErrNotFound}}, s.deleteReceiver)
	web.Handle(api, web.Op{ID: "probeReceiver", Route: "POST /upload/receivers/{id}/probe", Action: ActionKeep, Exempt: true, Status: http.StatusOK, Summary: "Try address, key and code of a receiver", Faults: []*fault.Error{rbac.ErrNotFound}}, s.postProbe)
	web.Handle(api, web.Op{ID: "startUpload", Route: "POST /upload/receivers/{id}/send", Action: ActionKeep, Summary: "Send now", Faults: []*fault.Error{rbac.ErrNotFound}}, s.postStart)
	web.Handle(api, web.Op{ID: "getUploadFile", Route: "GET /upload/receivers/{id}/file", Action: ActionSee, Summary: "Everything that a receiver is to know, as a file", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getFile)
	web.Handle(api, web.Op{ID: "listUploadRuns", Route: "GET /upload/receivers/{id}/runs", Action: ActionSee, Summary: "What went to a receiver, latest first", Faults: []*fault.Error{page.ErrCursor}}, s.getRuns)
	web.Handle(api, web.Op{ID: "listUploadFailures", Route: "GET /upload/receivers/{id}/failures", Action: ActionSee, Summary: "Rows that a receiver refuses, and why", Faults: []*fault.Error{page.ErrCursor}}, s.getFailures)
}

func (s *Service) getFile(ctx context.Context, in *one) (*web.File, error) {
	name, content, err := s.File(ctx, in.ID)
	return web.Download(name+".json", content, err)
}

func (s *Service) getReceivers(ctx context.Context, _ *web.None) (*web.Body[receiverList], error) {
	list, err := s.Receivers(ctx)
	v := receiverList{Items: make([]receiverView, len(list))}
	for i, r := range list {
		v.Items[i] = receiverView{r.ID, r.Name, r.Adapter, r.Address, r.FirmCode, r.Fields.V, r.Codes.V, r.FromOn, r.Open, r.ChangedAt, r.ChangedBy, make([]tallyView, len(r.Tallies))}
		for j, t := range r.Tallies {
			v.Items[i].Rows[j] = tallyView{t.Kind, t.State, t.N}
		}
	}
	return &web.Body[receiverList]{Body: v}, err
}

func (s *Service) postReceiver(ctx context.Context, in *web.Body[Form]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Add(ctx, in.Body))
}

func (s *Service) putReceiver(ctx context.Context, in *changed) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Change(ctx, in.ID, &in.Body))
}

func (s *Service) deleteReceiver(ctx context.Context, in *one) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Change(ctx, in.ID, nil))
}

func (s *Service) postProbe(ctx context.Context, in *one) (*web.Body[probed], error) {
	wrong, err := s.Probe(ctx, in.ID)
	return &web.Body[probed]{Body: probed{wrong}}, err
}

func (s *Service) postStart(ctx context.Context, in *one) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Start(ctx, in.ID))
}

func (s *Service) getRuns(ctx context.Context, in *paged) (*web.Body[page.List[runView]], error) {
	rows, k, err := s.Runs(ctx, in.ID, in.Query)
	keyOf := func(r Run) []string { return []string{r.ID.String()} }
	view := func(r Run) runView {
		return runView{r.ID, r.Trigger, r.BegunAt, r.EndedAt, r.Sent, r.Failed, r.Deleted, r.Error}
	}
	return &web.Body[page.List[runView]]{Body: page.Of(rows, k, in.Limit, keyOf, view)}, err
}

func (s *Service) getFailures(ctx context.Context, in *paged) (*web.Body[page.List[failureView]], error) {
	rows, k, err := s.Failures(ctx, in.ID, in.Query)
	keyOf := func(r Row) []string { return []string{string(r.Kind), r.ObjectKey} }
	view := func(r Row) failureView {
		return failureView{string(r.Kind) + " " + r.ObjectKey, r.Kind, r.ObjectKey, r.State, r.Error, r.Tries, r.TriedAt}
	}
	return &web.Body[page.List[failureView]]{Body: page.Of(rows, k, in.Limit, keyOf, view)}, err
}
