package queue

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

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
}

func (s *Service) list(ctx context.Context, in *queueQuery) (*web.Body[queueView], error) {
	jobs, schedules, err := s.List(ctx, int64(in.Before), in.Limit)
	v := queueView{Items: make([]deadView, len(jobs)), Schedules: make([]scheduleView, len(schedules))}
	for i, d := range jobs {
		v.Items[i] = deadView{strconv.FormatInt(d.ID, 10), d.TaskID, d.Kind, d.CreatedAt, d.DeadAt, d.Attempts, d.LastError}
	}
	for i, r := range schedules {
		v.Schedules[i] = scheduleView(r)
	}
	return &web.Body[queueView]{Body: v}, err
}

func (s *Service) requeue(ctx context.Context, in *jobPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Requeue(ctx, int64(in.ID)))
}
