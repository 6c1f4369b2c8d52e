package performance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TaskRecord is a task with the evidence for it.
type TaskRecord struct {
	Task
	Measure  Measure // what fulfils it
	Evidence []Evidence
	Mine     bool
	MayJudge bool // the reader may decide evidence and excuse
}

// Tasks lists the tasks of those the actor leads, the latest due first. Errors: page.ErrCursor.
func (s *Service) Tasks(ctx context.Context, f TaskFilter) (rows []TaskLine, k page.Key, err error) {
	if k, err = f.Start("due", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionTasks, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = tasksBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// mineLimit is how many of his own tasks a person is shown, and recentDays for how long after they fell due.
const (
	mineLimit  = 100
	recentDays = 45
)

// Mine lists the actor's own tasks: what is to be done first.
func (s *Service) Mine(ctx context.Context) (rows []TaskLine, today day.Date, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) (err error) {
		today = day.In(tx.Now, day.Shanghai)
		if a := scope.Actor(); a.StaffID != 0 {
			rows, err = tasksMine(ctx, tx, scope, a.StaffID, today, today.AddDays(-recentDays), mineLimit)
		}
		return err
	})
	return rows, today, err
}

// Task reads one task with its evidence. Errors: rbac.ErrNotFound.
func (s *Service) Task(ctx context.Context, n id.Of[Task]) (r TaskRecord, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) error {
		t, err := taskByID(ctx, tx, scope, ActionTasks, n)
		if err != nil {
			return err
		}
		mine := t.StaffID == scope.Actor().StaffID
		r = TaskRecord{Task: t, Measure: RulesOn(t.DueOn).MeasureOf(t.Template, t.EvidenceText), Mine: mine, MayJudge: !mine && scope.Can(ActionJudge)}
		r.Evidence, err = evidenceOf(ctx, tx, t)
		return err
	})
	return r, err
}

// HandingIn is evidence as a person hands it in.
type HandingIn struct {
	Kind          EvidenceKind           `json:"kind" enum:"meeting,drill,training,permit,check_paper,document" doc:"会议记录, 演练, 培训, 作业票, 纸质检查, 其他"`
	HappenedOn    day.Date               `json:"happenedOn"`
	Title         string                 `json:"title" minLength:"1" maxLength:"100" doc:"of a meeting its subject"`
	Note          string                 `json:"note,omitempty" maxLength:"2000" doc:"of a meeting who was there and what was decided"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds,omitempty" maxItems:"9" nullable:"false"`
}

// HandIn adds evidence to one of the actor's own tasks, for his superior to decide. Errors:
// rbac.ErrNotFound, ErrNotYours, ErrSettled, ErrDay, ErrBlank and those of Claim.
func (s *Service) HandIn(ctx context.Context, n id.Of[Task], h HandingIn) (made id.Of[Evidence], err error) {
	err = s.Gate.Write(ctx, ActionHandIn, func(tx db.Tx, scope rbac.Scope) error {
		t, err := taskByID(ctx, tx, scope, ActionTasks, n, locked)
		if err != nil {
			return err
		}
		e, err := handedIn(t, h, scope.Actor(), tx)
		if err != nil {
			return err
		}
		if err := insertEvidence(ctx, tx, &e); err != nil {
			return err
		}
		made = e.ID
		scope.Made(int64(made))
		scope.Changed("performance_evidence", int64(made), e.CompanyID, Evidence{}, e)
		return s.Claim(ctx, tx, scope, h.AttachmentIDs, "performance_evidence", int64(made))
	})
	return made, err
}

func handedIn(t Task, h HandingIn, by rbac.Actor, tx db.Tx) (Evidence, error) {
	today := day.In(tx.Now, day.Shanghai)
	switch {
	case by.StaffID == 0 || t.StaffID != by.StaffID:
		return Evidence{}, ErrNotYours
	case t.Status != Pending:
		return Evidence{}, ErrSettled
	case h.HappenedOn.Before(t.FromOn) || h.HappenedOn.After(today) || h.HappenedOn.After(t.GraceUntil):
		return Evidence{}, ErrDay.At("body.happenedOn")
	case strings.TrimSpace(h.Title) == "":
		return Evidence{}, ErrBlank.At("body.title")
	}
	files := db.Ints{}
	for _, a := range h.AttachmentIDs {
		files = append(files, int64(a))
	}
	return Evidence{
		CompanyID: t.CompanyID, RegionPath: t.RegionPath, OversightLine: t.OversightLine, TaskID: t.ID, StaffID: t.StaffID, UnitID: t.UnitID, Kind: h.Kind,
		HappenedOn: h.HappenedOn, Title: strings.TrimSpace(h.Title), Note: strings.TrimSpace(h.Note), AttachmentIDs: files, Status: Waiting,
		ByPersonID: &by.PersonID, ByName: by.Name, At: tx.Now,
	}, nil
}

// Judge confirms or refuses evidence that somebody of the actor's part of the company handed
// in. Errors: rbac.ErrNotFound, ErrOwn, ErrDecided, ErrBlank.
func (s *Service) Judge(ctx context.Context, n id.Of[Evidence], confirmed bool, reason string) (id.Of[Evidence], error) {
	err := s.Gate.Write(ctx, ActionJudge, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(n))
		e, err := evidenceByID(ctx, tx, scope, ActionJudge, n)
		if err != nil {
			return err
		}
		before := e
		if err := e.judge(confirmed, reason, scope.Actor(), tx); err != nil {
			return err
		}
		if err := updateEvidence(ctx, tx, e); err != nil {
			return err
		}
		scope.Changed("performance_evidence", int64(n), e.CompanyID, before, e)
		if !confirmed {
			return nil
		}
		return s.fulfil(ctx, tx, scope, e)
	})
	return n, err
}

func (e *Evidence) judge(confirmed bool, reason string, by rbac.Actor, tx db.Tx) error {
	switch {
	case e.StaffID == by.StaffID:
		return ErrOwn
	case e.Status != Waiting:
		return ErrDecided
	case !confirmed && strings.TrimSpace(reason) == "":
		return ErrBlank.At("body.reason")
	}
	e.Status, e.Reason, e.DecidedAt, e.DecidedPersonID, e.DecidedName = Refused, strings.TrimSpace(reason), &tx.Now, &by.PersonID, by.Name
	if confirmed {
		e.Status = Accepted
	}
	return nil
}

// fulfil settles the task of confirmed evidence by the day it happened.
func (s *Service) fulfil(ctx context.Context, tx db.Tx, scope rbac.Scope, e Evidence) error {
	t, err := taskByID(ctx, tx, scope, ActionJudge, e.TaskID, locked)
	if err != nil || t.Status != Pending {
		return err
	}
	before := t
	t.settle(e.HappenedOn, tx.Now)
	scope.Changed("performance_task", int64(t.ID), t.CompanyID, before, t)
	return updateTask(ctx, tx, t)
}

// Excuse leaves a task of somebody in the actor's part of the company out of the score.
// Errors: rbac.ErrNotFound, ErrOwn, ErrSettled, ErrBlank.
func (s *Service) Excuse(ctx context.Context, n id.Of[Task], reason string) (id.Of[Task], error) {
	err := s.Gate.Write(ctx, ActionExcuse, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(n))
		t, err := taskByID(ctx, tx, scope, ActionExcuse, n, locked)
		switch {
		case err != nil:
			return err
		case t.StaffID == scope.Actor().StaffID:
			return ErrOwn
		case t.Status != Pending && t.Status != Missed:
			return ErrSettled
		case strings.TrimSpace(reason) == "":
			return ErrBlank.At("body.reason")
		}
		before := t
		t.Status, t.ExcuseKind, t.Excuse, t.ExcusedName, t.SettledAt = Excused, Granted, strings.TrimSpace(reason), scope.Actor().Name, &tx.Now
		scope.Changed("performance_task", int64(n), t.CompanyID, before, t)
		return updateTask(ctx, tx, t)
	})
	return n, err
}

// Occasions lists the cells of the actor that fall due when something happens.
func (s *Service) Occasions(ctx context.Context) (cells []Cell, err error) {
	err = s.Gate.Read(ctx, ActionRecord, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if a.StaffID == 0 {
			return nil
		}
		held, err := s.held(ctx, tx, a.CompanyID, a.StaffID, day.In(tx.Now, day.Shanghai))
		for _, h := range held {
			cells = append(cells, h.Cell)
		}
		return err
	})
	return cells, err
}

// Happening is something that makes an event duty fall due.
type Happening struct {
	CellID     id.Of[Cell]     `json:"cellId"`
	StaffID    id.Of[id.Staff] `json:"staffId,omitempty" doc:"whose duty; left out: one's own"`
	HappenedOn day.Date        `json:"happenedOn"`
	Occasion   string          `json:"occasion" minLength:"1" maxLength:"200" doc:"what happened"`
}

// Record makes the task of an event duty. The same event of a day is recorded once.
// Errors: ErrCell, ErrDay, ErrBlank, ErrNotYours.
func (s *Service) Record(ctx context.Context, h Happening) (made id.Of[Task], err error) {
	err = s.Gate.Write(ctx, ActionRecord, func(tx db.Tx, scope rbac.Scope) error {
		t, err := s.occasion(ctx, tx, scope, h)
		if err != nil {
			return err
		}
		found, err := occasionOf(ctx, tx, t)
		if errors.Is(err, rbac.ErrNotFound) {
			if _, err = putTasks(ctx, tx, []Task{t}); err == nil {
				found, err = occasionOf(ctx, tx, t)
			}
			scope.Changed("performance_task", int64(found.ID), found.CompanyID, Task{}, found)
		}
		made = found.ID
		scope.Made(int64(made))
		return err
	})
	return made, err
}

// occasion is the task of an event. Errors: as Record.
func (s *Service) occasion(ctx context.Context, tx db.Tx, scope rbac.Scope, h Happening) (t Task, err error) {
	home, err := scope.Home()
	if err != nil {
		return t, err
	}
	if h.StaffID == 0 {
		h.StaffID = scope.Actor().StaffID
	}
	today := day.In(tx.Now, day.Shanghai)
	said := strings.TrimSpace(h.Occasion)
	switch {
	case said == "":
		return t, ErrBlank.At("body.occasion")
	case h.HappenedOn.After(today) || h.HappenedOn.Before(today.AddDays(-31)):
		return t, ErrDay.At("body.happenedOn")
	}
	held, err := s.held(ctx, tx, home.CompanyID, h.StaffID, h.HappenedOn)
	if err != nil {
		return t, err
	}
	i := slices.IndexFunc(held, func(c heldCell) bool { return h.CellID == c.CellID })
	if i < 0 {
		return t, ErrCell.At("body.cellId")
	}
	t = newTask(home, held[i].holder, held[i].post, held[i].Cell)
	if yes, err := reaches(ctx, tx, scope, ActionTasks, t.StaffID, t.UnitID); err != nil || !yes {
		return t, cmpErr(err, ErrNotYours)
	}
	r := RulesOn(h.HappenedOn)
	sum := sha256.Sum256([]byte(said))
	t.Occasion, t.Period = said, h.HappenedOn.String()+"-"+hex.EncodeToString(sum[:4])
	t.FromOn, t.DueOn = h.HappenedOn, h.HappenedOn.AddDays(r.EventDays)
	t.GraceUntil = t.DueOn.AddDays(r.GraceDays[t.Frequency])
	return t, nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
