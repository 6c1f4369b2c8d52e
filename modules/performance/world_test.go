package performance_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/modules/performance"
	"anbiao/rbac"
	"anbiao/testkit"
)

const town = "330784105"

// world is a firm with a workshop of two teams, and what its posts answer for.
type world struct {
	*testkit.W
	s                                   *performance.Service
	firm                                testkit.Firm
	home                                rbac.Home
	workshop, team, other               id.Of[id.Unit]
	principal, safety, director, leader rbac.Actor
	worker, colleague, stranger         rbac.Actor
	tree                                org.Tree
	cells                               []performance.Cell
	deeds                               []performance.Deed
	checks                              []performance.Checked
	blames                              []performance.Blame
	notes                               []performance.Note
	posts                               map[string]id.Of[id.Post]
}

// april3 is a Friday at ten in the morning.
var april3 = day.Of(2026, 4, 3)

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), posts: map[string]id.Of[id.Post]{}}
	w.on(april3)
	w.firm = w.Company(t, town)
	w.home = rbac.Home{CompanyID: w.firm.ID, RegionPath: w.firm.RegionPath, Line: w.firm.Line}
	w.workshop = w.unit(t, 0, "workshop", "焊接车间", "0001")
	w.team = w.unit(t, w.workshop, "team", "焊接一班", "00010002")
	w.other = w.unit(t, w.workshop, "team", "焊接二班", "00010003")
	w.principal, w.safety = w.Actor(t, w.firm, "principal"), w.Actor(t, w.firm, "safety")
	w.director = w.Placed(t, w.Actor(t, w.firm, "director"), w.workshop)
	w.leader = w.Placed(t, w.Actor(t, w.firm, "leader"), w.team)
	w.worker = w.Placed(t, w.Actor(t, w.firm, "worker"), w.team)
	w.colleague = w.Placed(t, w.Actor(t, w.firm, "worker"), w.team)
	w.stranger = w.Placed(t, w.Actor(t, w.firm, "worker"), w.other)
	w.tree.Units = []org.Unit{
		{ID: w.workshop, Kind: "workshop", Name: "焊接车间", Path: "0001", HeadID: w.director.StaffID},
		{ID: w.team, ParentID: w.workshop, Kind: "team", Name: "焊接一班", Path: "00010002", HeadID: w.leader.StaffID},
		{ID: w.other, ParentID: w.workshop, Kind: "team", Name: "焊接二班", Path: "00010003"},
	}
	w.seat(t, w.director, "车间主任", w.workshop)
	w.seat(t, w.leader, "班组长", w.team)
	for _, a := range []rbac.Actor{w.worker, w.colleague} {
		w.seat(t, a, "焊工", w.team)
	}
	w.seat(t, w.stranger, "焊工", w.other)
	w.cells = []performance.Cell{
		w.cell(1, "车间主任", performance.Weekly, "检查单", 6000, "WLD"), w.cell(2, "车间主任", performance.Monthly, "班组考核表", 4000),
		w.cell(3, "班组长", performance.Monthly, "会议纪要", 10000),
		w.cell(4, "焊工", performance.Monthly, "点检表", 5000, "WLD"), w.cell(5, "焊工", performance.Daily, "检查记录", 3000), w.cell(6, "焊工", performance.OnEvent, "动火票", 2000),
	}
	w.s = &performance.Service{
		Gate: w.Gate,
		Tree: func(_ context.Context, _ db.Tx, _ rbac.CompanyID, on day.Date) (org.Tree, error) {
			t := w.tree
			t.On = on
			return t, nil
		},
		Cells: w.held,
		Deeds: []performance.Deeds{func(context.Context, db.Tx, rbac.CompanyID, day.Date, day.Date) ([]performance.Deed, error) {
			return w.deeds, nil
		}},
		Checks: func(context.Context, db.Tx, rbac.CompanyID, day.Date, day.Date) ([]performance.Checked, error) {
			return w.checks, nil
		},
		Blames: func(context.Context, db.Tx, rbac.CompanyID, day.Date, day.Date) ([]performance.Blame, error) {
			return w.blames, nil
		},
		Firms: func(_ context.Context, _ db.Tx, after rbac.CompanyID, _ int) ([]rbac.Home, error) {
			if after < w.firm.ID {
				return []rbac.Home{w.home}, nil
			}
			return nil, nil
		},
		Claim:   func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil },
		Tell:    func(_ context.Context, _ db.Tx, n performance.Note) error { w.notes = append(w.notes, n); return nil },
		Metrics: performance.Measured(),
	}
	return w
}

// on stops the clock at ten in the morning of d.
func (w *world) on(d day.Date) { w.Set(d.Midnight(day.Shanghai).Add(10 * time.Hour)) }

func (w *world) unit(t *testing.T, parent id.Of[id.Unit], kind, name, path string) id.Of[id.Unit] {
	t.Helper()
	var above *int64
	if parent != 0 {
		n := int64(parent)
		above = &n
	}
	return id.Of[id.Unit](testkit.One[int64](t, w.W, `INSERT INTO staff_unit (company_id, region_path, oversight_line, parent_id, kind, name, number, unit_path)
		SELECT $1, $2, 0, $3, $4, $5, right($6, 4)::int, $6 RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, above, kind, name, path))
}

func (w *world) seat(_ *testing.T, a rbac.Actor, post string, unit id.Of[id.Unit]) {
	if w.posts[post] == 0 {
		w.posts[post] = id.Of[id.Post](len(w.posts) + 1)
		w.tree.Posts = append(w.tree.Posts, org.Post{ID: w.posts[post], UnitID: w.workshop, Name: post})
	}
	w.tree.Holders = append(w.tree.Holders, org.Holder{
		StaffID: a.StaffID, PersonID: a.PersonID, Name: a.Name, PostID: w.posts[post], UnitID: unit, Main: true, FromOn: day.Of(2020, 1, 1),
	})
}

func (w *world) cell(n int, post string, f performance.Frequency, evidence string, score int, modules ...string) performance.Cell {
	return performance.Cell{
		CellID: id.Of[performance.Cell](n), DutyID: id.Of[id.Duty](n), PostID: w.posts[post], Text: evidence + "的职责", Frequency: f, Evidence: evidence,
		Kind: performance.Direct, Score: score, Modules: modules,
	}
}

func (w *world) held(_ context.Context, _ db.Tx, _ rbac.CompanyID, posts []id.Of[id.Post], _ day.Date) (out []performance.Cell, err error) {
	for _, c := range w.cells {
		for _, p := range posts {
			if c.PostID == p {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// did adds a deed of somebody.
func (w *world) did(a rbac.Actor, kind performance.DeedKind, on day.Date, modules ...string) {
	w.deeds = append(w.deeds, performance.Deed{
		StaffID: a.StaffID, Kind: kind, Noun: "inspection_check", Object: id.Of[performance.Object](len(w.deeds) + 1), On: on, Title: "点位", Modules: modules,
	})
}

// keep is what the nightly job does.
func (w *world) keep(t *testing.T, on day.Date) (p performance.Planned) {
	t.Helper()
	w.on(on)
	err := w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) (err error) {
		p, err = w.s.Keep(t.Context(), tx, w.home, on)
		return err
	})
	require.NoError(t, err)
	return p
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

// task is the one task of somebody and a cell in a period.
func (w *world) task(t *testing.T, a rbac.Actor, cell int, period string) id.Of[performance.Task] {
	t.Helper()
	return id.Of[performance.Task](testkit.One[int64](t, w.W, "SELECT id FROM performance_task WHERE staff_id = $1 AND cell_id = $2 AND period = $3", int64(a.StaffID), cell, period))
}

func (w *world) status(t *testing.T, n id.Of[performance.Task]) string {
	t.Helper()
	return testkit.One[string](t, w.W, "SELECT status || coalesce(' ' || done_on::text, '') || CASE excuse_kind WHEN '' THEN '' ELSE ' ' || excuse_kind END FROM performance_task WHERE id = $1", int64(n))
}
