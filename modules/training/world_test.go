package training_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/modules/staff"
	"anbiao/modules/training"
	"anbiao/rbac"
	"anbiao/testkit"
)

// noon is 20 May 2026, 12:00 in Shanghai.
var noon = time.Date(2026, 5, 20, 4, 0, 0, 0, time.UTC)

// world is a machine builder with two workshops.
type world struct {
	*testkit.W
	s                                *training.Service
	firm                             testkit.Firm
	boss, safety, director, hand, wu rbac.Actor // hand and wu work in the press shop
	press, paint                     id.Of[id.Unit]
	told                             []training.Note
	due                              []due.Item
	opened                           []training.Placed
	claimed                          []id.Of[id.Attachment]
	picture                          id.Of[id.Attachment]
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.firm = w.Company(t, "330784105")
	w.press, w.paint = w.Unit(t, w.firm, 0, "workshop", "冲压车间"), w.Unit(t, w.firm, 0, "workshop", "喷涂车间")
	w.boss, w.safety = w.on(t, "principal", w.paint, "principal"), w.on(t, "safety", w.paint, "safety_manager")
	w.director = w.on(t, "director", w.press, "workshop_director")
	w.hand, w.wu = w.on(t, "worker", w.press, "stamping_operator"), w.on(t, "worker", w.press, "stamping_operator")
	w.picture = 77
	w.s = &training.Service{
		Gate: w.Gate, BaseURL: "https://anbiao.example", Tree: staff.TreeOn, People: people,
		Firm: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (training.Firm, error) {
			return training.Firm{Name: "测试企业", Risk: training.General, RegionPath: "330784105", Exposed: true}, nil
		},
		Claim: func(_ context.Context, _ db.Tx, _ rbac.Scope, files []id.Of[id.Attachment], _ string, _ int64) error {
			w.claimed = append(w.claimed, files...)
			return nil
		},
		Tell: func(_ context.Context, _ db.Tx, _ rbac.Scope, n []training.Note) error {
			w.told = append(w.told, n...)
			return nil
		},
		PutDue: func(_ context.Context, _ db.Tx, _ rbac.Scope, i []due.Item) error {
			w.due = append(w.due, i...)
			return nil
		},
		OpenDue: func(_ context.Context, _ db.Tx, i []training.Placed) error {
			w.opened = append(w.opened, i...)
			return nil
		},
	}
	return w
}

func people(ctx context.Context, tx db.Tx, c rbac.CompanyID, who []id.Of[id.Staff], on day.Date) ([]training.Person, error) {
	found, err := staff.Placements(ctx, tx, c, who, on)
	out := make([]training.Person, len(found))
	for i, p := range found {
		out[i] = training.Person{
			ID: p.ID, Name: p.Name, UnitName: p.UnitName, PostName: p.PostName, Types: p.Types, JoinedOn: p.JoinedOn, LeftOn: p.LeftOn, PersonID: p.PersonID, EmployeeNo: p.EmployeeNo, Phone: p.Phone,
			UnitID: p.UnitID, PostSince: p.PostSince, BeforeUntil: p.BeforeUntil, Changed: p.Changed,
		}
	}
	return out, err
}

// on makes a member on a post of a type.
func (w *world) on(t *testing.T, role string, unit id.Of[id.Unit], kind string) rbac.Actor {
	t.Helper()
	a := w.Placed(t, w.Actor(t, w.firm, role), unit)
	post := testkit.One[int64](t, w.W, `INSERT INTO staff_post (company_id, region_path, oversight_line, unit_id, name, types) VALUES ($1, $2, 0, $3, $4, ARRAY[$5])
		RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, int64(unit), kind+a.Name, kind)
	w.Exec(t, `INSERT INTO staff_assignment (company_id, region_path, oversight_line, staff_id, post_id, main, from_on) VALUES ($1, $2, 0, $3, $4, true, '2020-01-01')`,
		int64(w.firm.ID), w.firm.RegionPath, int64(a.StaffID), post)
	return a
}

func by(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// form is a session of two hours today at 12:00 for the press shop.
func (w *world) form(change ...func(*training.SessionForm)) training.SessionForm {
	f := training.SessionForm{
		Kind: "annual", Phase: "annual", Title: "冲压安全操作", HeldOn: day.Of(2026, 5, 20), Starts: "12:00", Minutes: 90, Place: "会议室", TrainerID: w.director.StaffID, Units: []id.Of[id.Unit]{w.press}, UnitID: w.press,
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func (w *world) session(t *testing.T, change ...func(*training.SessionForm)) id.Of[id.Session] {
	t.Helper()
	n, err := w.s.AddSession(by(t, w.safety), w.form(change...))
	require.NoError(t, err)
	return n
}

func (w *world) token(t *testing.T, n id.Of[id.Session]) string {
	t.Helper()
	return testkit.One[string](t, w.W, "SELECT token FROM training_session WHERE id = $1", int64(n))
}

func (w *world) signIn(t *testing.T, a rbac.Actor, n id.Of[id.Session]) {
	t.Helper()
	_, err := w.s.SignIn(by(t, a), w.token(t, n))
	require.NoError(t, err)
}
