package upload

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Send sends to one receiver.
type Send struct {
	CompanyID  rbac.CompanyID     `json:"companyId"`
	ReceiverID id.Of[id.Receiver] `json:"receiverId"`
	Trigger    string             `json:"trigger"`
}

// Kind names the job.
func (Send) Kind() string { return "upload.send" }

// Daily asks for the day's run of receivers behind one, in batches.
type Daily struct {
	Day       string             `json:"day"`
	CompanyID rbac.CompanyID     `json:"companyId"`
	Receiver  id.Of[id.Receiver] `json:"receiver"`
}

// Kind names the job.
func (Daily) Kind() string { return "upload.daily" }

const dailyBatch = 500

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Outside(r, s.send)
	jobs.Handle(r, s.daily)
	r.Schedule(jobs.Schedule{Name: "upload.daily", Next: jobs.DailyAt(3, 40), Task: func(at time.Time) jobs.Task { return Daily{Day: at.Format(time.DateOnly)} }})
}

func (s *Service) daily(ctx context.Context, tx db.Tx, t Daily) error {
	rows, err := openReceivers(ctx, tx, due{CompanyID: t.CompanyID, ID: t.Receiver}, dailyBatch)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if s.Gate.Off(ActionKeep, r.RegionPath) {
			continue
		}
		if err := jobs.Enqueue(ctx, tx, Send{r.CompanyID, r.ID, "daily"}, jobs.Key(fmt.Sprintf("%s|%d", t.Day, int64(r.ID)))); err != nil {
			return err
		}
	}
	if len(rows) < dailyBatch {
		return nil
	}
	last := rows[len(rows)-1]
	return jobs.Enqueue(ctx, tx, Daily{t.Day, last.CompanyID, last.ID})
}
