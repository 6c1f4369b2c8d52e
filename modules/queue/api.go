package queue

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/jobs"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

type deadView struct {
	ID        string    `json:"id"`
	TaskID    string    `json:"taskId"`
	Kind      string    `json:"kind"`
	CreatedAt time.Time `json:"createdAt"`
	DeadAt    time.Time `json:"deadAt"`
	Attempts  int       `json:"attempts"`
	LastError string    `json:"lastError"`
	Why       Why       `json:"why" enum:"time,network,refused,database,gone,unknown,killed,other" doc:"the same in one word, for a text in plain words"`
}

type kindView struct {
	ID       string    `json:"id" doc:"the kind"`
	Waiting  int       `json:"waiting" doc:"due and not yet handed to the broker"`
	Later    int       `json:"later" doc:"not due"`
	Handed   int       `json:"handed" doc:"with the broker"`
	Failed   int       `json:"failed" doc:"failed before, and tried again"`
	Dead     int       `json:"dead" doc:"given up"`
	OldestAt time.Time `json:"oldestAt,omitzero" doc:"since when the oldest is due that is neither done nor given up"`
}

type heldView struct {
	ID     string    `json:"id" doc:"task"`
	Kind   string    `json:"kind"`
	Tries  int       `json:"tries" doc:"that failed"`
	Most   int       `json:"most" doc:"tries after which it is given up"`
	Error  string    `json:"error"`
	Why    Why       `json:"why" enum:"time,network,refused,database,gone,unknown,killed,other"`
	NextAt time.Time `json:"nextAt,omitzero" doc:"when it is tried again"`
}

type overviewView struct {
	Away     bool       `json:"away" doc:"the broker does not answer: jobs wait in the outbox"`
	Pending  int        `json:"pending"`
	Active   int        `json:"active"`
	Retry    int        `json:"retry"`
	Latency  int        `json:"latency" doc:"seconds that the oldest waits with the broker"`
	Kinds    []kindView `json:"kinds" nullable:"false" doc:"kinds with unfinished jobs"`
	Running  []heldView `json:"running" nullable:"false" doc:"at most 50"`
	Retrying []heldView `json:"retrying" nullable:"false" doc:"at most 50"`
}

type dropForm struct {
	ID   id.Of[Dead] `path:"id"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

type scheduleView struct {
	Name   string    `json:"name"`
	LastAt time.Time `json:"lastAt"`
}

type queueView struct {
	Items     []deadView     `json:"items" doc:"jobs given up after all retries, newest first"`
	Schedules []scheduleView `json:"schedules"`
}

type queueQuery struct {
	Before id.Of[Dead] `query:"before" doc:"id of the last job seen"`
	Limit  int         `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type jobPath struct {
	ID id.Of[Dead] `path:"id"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listDeadJobs", Route: "GET /queue/jobs", Action: ActionList, Summary: "Jobs given up, and when schedules last ran"}, s.list)
	web.Handle(api, web.Op{ID: "requeueJob", Route: "POST /queue/jobs/{id}/requeue", Action: ActionRequeue, Status: http.StatusOK, Summary: "Hand a job over again", Faults: []*fault.Error{rbac.ErrNotFound}}, s.requeue)
	web.Handle(api, web.Op{ID: "dropJob", Route: "POST /queue/jobs/{id}/drop", Action: ActionDrop, Status: http.StatusOK, Summary: "Let a job go that was given up: it is never done", Faults: []*fault.Error{rbac.ErrNotFound}}, s.drop)
	web.Handle(api, web.Op{ID: "getQueue", Route: "GET /queue/overview", Action: ActionList, Summary: "What waits, runs and is tried again, by kind and with the broker"}, s.overview)
}

func (s *Service) overview(ctx context.Context, _ *struct{}) (*web.Body[overviewView], error) {
	o, err := s.Overview(ctx)
	d := o.Sight.Depth
	v := overviewView{o.Away, d.Pending, d.Active, d.Retry, int(d.Latency / time.Second), []kindView{}, viewHeld(o.Sight.Running), viewHeld(o.Sight.Retrying)}
	for _, k := range o.Kinds {
		v.Kinds = append(v.Kinds, kindView{k.Kind, k.Waiting, k.Later, k.Handed, k.Failed, k.Dead, k.OldestAt})
	}
	return &web.Body[overviewView]{Body: v}, err
}

func viewHeld(all []jobs.Held) []heldView {
	out := make([]heldView, len(all))
	for i, h := range all {
		out[i] = heldView{h.TaskID, h.Kind, h.Tries, h.Most, h.LastError, WhyOf(h.LastError), h.NextAt}
	}
	return out
}

func (s *Service) drop(ctx context.Context, in *dropForm) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Drop(ctx, int64(in.ID), in.Body.Reason))
}

func (s *Service) list(ctx context.Context, in *queueQuery) (*web.Body[queueView], error) {
	dead, schedules, err := s.List(ctx, int64(in.Before), in.Limit)
	v := queueView{Items: make([]deadView, len(dead)), Schedules: make([]scheduleView, len(schedules))}
	for i, d := range dead {
		v.Items[i] = deadView{strconv.FormatInt(d.ID, 10), d.TaskID, d.Kind, d.CreatedAt, d.DeadAt, d.Attempts, d.LastError, WhyOf(d.LastError)}
	}
	for i, r := range schedules {
		v.Schedules[i] = scheduleView(r)
	}
	return &web.Body[queueView]{Body: v}, err
}

func (s *Service) requeue(ctx context.Context, in *jobPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Requeue(ctx, int64(in.ID)))
}
