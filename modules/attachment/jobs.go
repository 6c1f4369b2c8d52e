package attachment

import (
	"context"
	"slices"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

const (
	unclaimed = 24 * time.Hour // how long a draft may wait
	batch     = 500
)

// Sweep removes files that nobody claimed, and blobs that never got a row.
type Sweep struct {
	On day.Date `json:"on"`
}

// Kind names the job.
func (Sweep) Kind() string { return "attachment.sweep" }

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Outside(r, s.sweep)
	r.Schedule(jobs.Schedule{Name: "attachment.sweep", Next: jobs.DailyAt(3, 0), Task: func(due time.Time) jobs.Task { return Sweep{day.In(due, day.Shanghai)} }})
}

// sweep may be run again: a file marked but not removed is found by the next.
func (s *Service) sweep(ctx context.Context, t Sweep) error {
	for {
		var gone []File
		err := s.Gate.System(ctx, "attachment.sweep", func(tx db.Tx, _ rbac.Scope) (err error) {
			gone, err = sweepable(ctx, tx, tx.Now.Add(-unclaimed), batch)
			return err
		})
		if err != nil {
			return err
		}
		if err := s.remove(ctx, gone); err != nil {
			return err
		}
		if len(gone) < batch {
			break
		}
	}
	if err := s.orphans(ctx, t.On.AddDays(-2)); err != nil { // an upload of the day before may still be under way
		return err
	}
	return s.sweepUploads(ctx, t.On)
}

// remove deletes the blobs first: a row without blobs can be removed again, a blob
// without a row cannot be found.
func (s *Service) remove(ctx context.Context, files []File) error {
	for _, f := range files {
		for _, key := range []string{f.OriginalKey, f.DisplayKey, f.ThumbKey} {
			if key == "" {
				continue
			}
			if err := s.Blobs.Delete(ctx, key); err != nil {
				return err
			}
		}
	}
	if len(files) == 0 {
		return nil
	}
	return s.Gate.System(ctx, "attachment.sweep", func(tx db.Tx, _ rbac.Scope) error { return dropSwept(ctx, tx, files) })
}

// orphans deletes the blobs of a day whose upload died before the row was written.
func (s *Service) orphans(ctx context.Context, d day.Date) error {
	var keys []string
	for info, err := range s.Blobs.List(ctx, folder(d)) {
		if err != nil {
			return err
		}
		if keys = append(keys, info.Key); len(keys) >= batch {
			if err := s.dropOrphans(ctx, keys); err != nil {
				return err
			}
			keys = keys[:0]
		}
	}
	return s.dropOrphans(ctx, keys)
}

func (s *Service) dropOrphans(ctx context.Context, keys []string) error {
	var companies db.Ints
	var clients db.Texts
	for _, k := range keys {
		if c, client, ok := ownerOf(k); ok {
			companies, clients = append(companies, int64(c)), append(clients, client.String())
		}
	}
	if len(companies) == 0 {
		return nil
	}
	var kept []string
	err := s.Gate.System(ctx, "attachment.sweep", func(tx db.Tx, _ rbac.Scope) (err error) {
		kept, err = keptKeys(ctx, tx, companies, clients)
		return err
	})
	if err != nil {
		return err
	}
	for i, k := range kept {
		kept[i] = strings.TrimSuffix(k, ".original")
	}
	for _, k := range keys {
		_, _, ours := ownerOf(k)
		stem := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(k, ".original"), ".display"), ".thumb")
		if ours && !slices.Contains(kept, stem) {
			if err := s.Blobs.Delete(ctx, k); err != nil {
				return err
			}
		}
	}
	return nil
}
