package performance

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Planned is what planning changed.
type Planned struct {
	Tasks   int64 // new, or otherwise than before
	Ended   int64 // excused, because the person no longer holds the duty
	Settled int64 // fulfilled by what was done, missed, or idle
}

// planBatch is how many tasks one statement writes.
const planBatch = 5000

// Replan brings the actor's company's tasks up to date now, as the nightly job does.
func (s *Service) Replan(ctx context.Context) (p Planned, err error) {
	err = s.Gate.Write(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p, err = s.Keep(ctx, tx, home, day.In(tx.Now, day.Shanghai))
		return err
	})
	return p, err
}

// Keep plans a company's tasks of the periods that hold a day and settles what can be. Called
// again it changes only what has changed.
func (s *Service) Keep(ctx context.Context, tx db.Tx, home rbac.Home, on day.Date) (p Planned, err error) {
	if p.Tasks, p.Ended, err = s.Plan(ctx, tx, home, on); err != nil {
		return p, err
	}
	p.Settled, err = s.Settle(ctx, tx, home.CompanyID, on)
	return p, err
}

// Plan makes the tasks of the periods that hold a day: one for each scored cell and holder. A
// pending task follows the matrix and the tree; a settled one stays as it was.
func (s *Service) Plan(ctx context.Context, tx db.Tx, home rbac.Home, on day.Date) (made, ended int64, err error) {
	tree, err := s.Tree(ctx, tx, home.CompanyID, on)
	if err != nil {
		return 0, 0, err
	}
	cells, err := s.cellsOf(ctx, tx, home.CompanyID, tree)
	if err != nil {
		return 0, 0, err
	}
	tasks := owed(home, tree, cells, RulesOn(on), on)
	for part := range slices.Chunk(tasks, planBatch) {
		n, err := putTasks(ctx, tx, part)
		if err != nil {
			return made, 0, err
		}
		made += n
	}
	ended, err = endTasks(ctx, tx, home.CompanyID, tasks, on)
	return made, ended, err
}

// cellsOf asks for the cells of every post that somebody holds, by post.
func (s *Service) cellsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, tree org.Tree) (map[id.Of[id.Post]][]Cell, error) {
	var posts []id.Of[id.Post]
	for _, h := range tree.Holders {
		posts = append(posts, h.PostID)
	}
	slices.Sort(posts)
	of := map[id.Of[id.Post]][]Cell{}
	if posts = slices.Compact(posts); len(posts) == 0 {
		return of, nil
	}
	cells, err := s.Cells(ctx, tx, company, posts, tree.On)
	for _, c := range cells {
		if c.Score > 0 {
			of[c.PostID] = append(of[c.PostID], c)
		}
	}
	return of, err
}

// owed lists the tasks that holders owe in the periods that hold a day.
func owed(home rbac.Home, tree org.Tree, cells map[id.Of[id.Post]][]Cell, r *Rules, on day.Date) (tasks []Task) {
	posts := map[id.Of[id.Post]]org.Post{}
	for _, p := range tree.Posts {
		posts[p.ID] = p
	}
	for _, h := range tree.Holders {
		for _, c := range cells[h.PostID] {
			span, ok := c.Frequency.At(on)
			if !ok {
				continue
			}
			t := newTask(home, h, posts[h.PostID], c)
			t.Period, t.FromOn, t.DueOn, t.GraceUntil = span.Key, span.From, span.Until, span.Until.AddDays(r.GraceDays[c.Frequency])
			if h.FromOn.After(t.FromOn) && !h.FromOn.After(t.DueOn) {
				t.FromOn = h.FromOn
			}
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// newTask is what a holder owes of a cell; its days are still to be set.
func newTask(home rbac.Home, h org.Holder, p org.Post, c Cell) Task {
	t := Task{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CellID: c.CellID, DutyID: c.DutyID, Template: c.Template,
		DutyText: c.Text, EvidenceText: c.Evidence, Modules: c.Modules, DutyKind: c.Kind, Frequency: c.Frequency, Score: c.Score,
		StaffID: h.StaffID, StaffName: h.Name, PostID: h.PostID, PostName: p.Name, Status: Pending,
	}
	if u := unitOf(h, p); u != 0 {
		t.UnitID = &u
	}
	return t
}

// unitOf is where a holder works.
func unitOf(h org.Holder, p org.Post) id.Of[id.Unit] {
	if h.UnitID != 0 {
		return h.UnitID
	}
	return p.UnitID
}

// Events lists, for every event cell that somebody holds on a day, the task that an event would
// make; its occasion and days are still to be set.
func (s *Service) Events(ctx context.Context, tx db.Tx, home rbac.Home, on day.Date) (tasks []Task, err error) {
	tree, err := s.Tree(ctx, tx, home.CompanyID, on)
	if err != nil {
		return nil, err
	}
	cells, err := s.cellsOf(ctx, tx, home.CompanyID, tree)
	for _, h := range tree.Holders {
		for _, c := range cells[h.PostID] {
			if c.Frequency.ByEvent() {
				tasks = append(tasks, newTask(home, h, postOf(tree, h.PostID), c))
			}
		}
	}
	return tasks, err
}

// heldCell is an event cell of one person.
type heldCell struct {
	Cell
	holder org.Holder
	post   org.Post
}

// held lists the event cells that a person holds on a day.
func (s *Service) held(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff id.Of[id.Staff], on day.Date) (out []heldCell, err error) {
	tree, err := s.Tree(ctx, tx, company, on)
	if err != nil {
		return nil, err
	}
	tree.Holders = slices.DeleteFunc(slices.Clone(tree.Holders), func(h org.Holder) bool { return h.StaffID != staff })
	cells, err := s.cellsOf(ctx, tx, company, tree)
	for _, h := range tree.Holders {
		for _, c := range cells[h.PostID] {
			if c.Frequency.ByEvent() {
				out = append(out, heldCell{c, h, postOf(tree, h.PostID)})
			}
		}
	}
	return out, err
}

func postOf(tree org.Tree, n id.Of[id.Post]) org.Post {
	for _, p := range tree.Posts {
		if p.ID == n {
			return p
		}
	}
	return org.Post{ID: n}
}
