package exam

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// dueKind is what an exam to be sat is called among what falls due.
const dueKind = "exam.task"

// mostPeople is how many one task is given to.
const mostPeople = 5000

// Order gives a paper to people, to be sat by a day.
type Order struct {
	PaperID id.Of[id.Paper]   `json:"paperId"`
	Title   string            `json:"title,omitempty" maxLength:"60" doc:"empty: the paper's"`
	DueOn   day.Date          `json:"dueOn" doc:"last day"`
	StaffID []id.Of[id.Staff] `json:"staffIds,omitempty" maxItems:"2000"`
	UnitID  []id.Of[id.Unit]  `json:"unitIds,omitempty" maxItems:"200" doc:"with the units below"`
	All     bool              `json:"all,omitempty" doc:"everybody whom the actor reaches"`
}

// Give gives a paper to people. Errors: ErrPaper, ErrRetired, ErrDueOn, ErrNobody.
func (s *Service) Give(ctx context.Context, in Order) (n id.Of[Task], err error) {
	err = s.Gate.Write(ctx, ActionGive, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		n, err = s.give(ctx, tx, scope, home, in, Purpose{})
		scope.Made(int64(n))
		return err
	})
	return n, err
}

// GiveIn gives a paper to people for an object of another module, in its transaction.
func (s *Service) GiveIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, in Order, p Purpose) (id.Of[Task], error) {
	return s.give(ctx, tx, scope, home, in, p)
}

func (s *Service) give(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, in Order, p Purpose) (id.Of[Task], error) {
	paper, err := paperIn(ctx, tx, home.CompanyID, in.PaperID, false)
	switch {
	case errors.Is(err, rbac.ErrNotFound):
		return 0, ErrPaper.At("body.paperId")
	case err != nil:
		return 0, err
	case paper.Retired:
		return 0, ErrRetired.At("body.paperId")
	case in.DueOn.Before(today(tx)) || in.DueOn.After(today(tx).AddYears(2)):
		return 0, ErrDueOn.At("body.dueOn")
	}
	people, err := workersOf(ctx, tx, scope, home, in.StaffID, in.UnitID, in.All)
	if err != nil {
		return 0, err
	}
	if len(people) == 0 || len(people) > mostPeople {
		return 0, ErrNobody.At("body.staffIds")
	}
	t := Task{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, PaperID: paper.ID, Title: strings.TrimSpace(in.Title), DueOn: in.DueOn,
		PurposeNoun: p.Noun, PurposeRef: p.Ref, People: len(people), MadeByName: scope.Actor().Name, MadeAt: tx.Now,
	}
	if t.Title == "" {
		t.Title = paper.Title
	}
	if err := insertTask(ctx, tx, &t); err != nil {
		return 0, err
	}
	scope.Changed("exam_task", int64(t.ID), home.CompanyID, Task{}, t)
	return t.ID, s.place(ctx, tx, scope, home, t, people)
}

// place puts people on a task, with what falls due for them and a message.
func (s *Service) place(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, t Task, people []Worker) error {
	rows := make([]*TaskPerson, len(people))
	who := make([]id.Of[id.Staff], len(people))
	for i, w := range people {
		rows[i] = &TaskPerson{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, TaskID: t.ID, StaffID: w.ID, UnitID: w.UnitID}
		who[i] = w.ID
	}
	if err := insertTaskPeople(ctx, tx, rows); err != nil {
		return err
	}
	if s.PutDue != nil {
		items := make([]due.Item, len(rows))
		for i, r := range rows {
			items[i] = due.Item{Kind: dueKind, Ref: int64(r.ID), Title: t.Title + " " + people[i].Name, On: t.DueOn, OwnerID: r.StaffID, Before: []int{7, 3, 0}, Path: fmt.Sprintf("/training/exams?taskId=%d", t.ID)}
			if r.UnitID != nil {
				items[i].UnitID = *r.UnitID
			}
		}
		if err := s.PutDue(ctx, tx, home, items); err != nil {
			return err
		}
	}
	if s.Tell == nil {
		return nil
	}
	return s.Tell(ctx, tx, scope, []Note{{
		CompanyID: home.CompanyID, People: who, ObjectID: int64(t.ID), Code: "exam.note-given",
		Params: map[string]string{"title": t.Title, "day": t.DueOn.String()}, Key: fmt.Sprintf("exam|task|%d", t.ID),
	}})
}

// Tasks returns one page of tasks, the newest first.
func (s *Service) Tasks(ctx context.Context, q page.Query) (rows []Task, k page.Key, err error) {
	if k, err = q.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionTasks, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = tasksOf(ctx, tx, scope, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Assigned returns a task and those of one's part of the company who are to sit it. Errors: rbac.ErrNotFound.
func (s *Service) Assigned(ctx context.Context, n id.Of[Task]) (t Task, people []Assigned, err error) {
	err = s.Gate.Read(ctx, ActionTasks, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		var found bool
		if t, found, err = taskOf(ctx, tx, home.CompanyID, n); err != nil {
			return err
		}
		if !found {
			return rbac.ErrNotFound
		}
		people, err = assignedOf(ctx, tx, scope, n)
		return err
	})
	return t, people, err
}

// Withdraw takes a task back: nobody has to sit it any more. Errors: rbac.ErrNotFound, ErrWithdrawn.
func (s *Service) Withdraw(ctx context.Context, n id.Of[Task]) (id.Of[Task], error) {
	return n, s.Gate.Write(ctx, ActionGive, func(tx db.Tx, scope rbac.Scope) error {
		t, err := taskByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if t.Withdrawn {
			return ErrWithdrawn
		}
		was := t
		t.Withdrawn = true
		scope.Changed("exam_task", int64(n), t.CompanyID, was, t)
		scope.Made(int64(n))
		if err := withdraw(ctx, tx, t); err != nil || s.PutDue == nil {
			return err
		}
		open, err := openPeople(ctx, tx, t)
		if err != nil {
			return err
		}
		items := make([]due.Item, len(open))
		for i, p := range open {
			items[i] = due.Item{Kind: dueKind, Ref: int64(p.ID)}
		}
		return s.PutDue(ctx, tx, rbac.Home{CompanyID: t.CompanyID, RegionPath: t.RegionPath, Line: t.OversightLine}, items)
	})
}
