package responsibility_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/modules/responsibility"
	"anbiao/rbac"
	"anbiao/testkit"
)

const town = "330784105"

var june1 = day.Of(2026, 6, 1)

// walk is the module over a world: a company with two workshops of a team each.
type walk struct {
	*testkit.W
	duties *responsibility.Service
	firm   testkit.Firm
	tree   org.Tree
	safety rbac.Actor
	people []responsibility.Person
	items  []responsibility.Item
}

func setUp(t *testing.T) *walk {
	t.Helper()
	w := testkit.World(t)
	shelf, err := responsibility.OpenShelf()
	require.NoError(t, err)
	k := &walk{W: w, firm: w.Company(t, town)}
	k.duties = &responsibility.Service{
		Gate: w.Gate, Shelf: shelf, BaseURL: "https://anbiao.example",
		Tree: func(_ context.Context, _ db.Tx, c rbac.CompanyID, on day.Date) (org.Tree, error) {
			if c != k.firm.ID {
				return org.Tree{On: on}, nil
			}
			tree := k.tree
			tree.On = on
			return tree, nil
		},
		Unplaced: func(context.Context, db.Tx, rbac.CompanyID, day.Date) (int, []responsibility.Person, error) {
			return len(k.tree.Holders) + len(k.people), k.people, nil
		},
		Company: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return k.firm.Name, nil },
		Claim:   func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil },
		Items: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) ([]responsibility.Item, error) {
			return k.items, nil
		},
	}
	k.on(june1)
	k.unit(t, "冲压车间", "workshop", 0)
	k.unit(t, "冲压甲班", "team", 1)
	k.unit(t, "喷涂车间", "workshop", 0)
	k.safety = w.Actor(t, k.firm, "safety")
	return k
}

func (k *walk) on(d day.Date) { k.Set(d.Midnight(day.Shanghai).Add(9 * 3600e9)) }

// unit adds a unit below the one that was made at place parent, from 1; 0: none.
func (k *walk) unit(t *testing.T, name, kind string, parent int) {
	t.Helper()
	n := len(k.tree.Units) + 1
	u := org.Unit{Kind: kind, Name: name, Path: string([]byte{'0', '0', '0', byte('0' + n)})}
	var above *int64
	if parent > 0 {
		p := k.tree.Units[parent-1]
		m := int64(p.ID)
		above, u.ParentID, u.Path = &m, p.ID, p.Path+u.Path
	}
	u.ID = id.Of[id.Unit](testkit.One[int64](t, k.W, `INSERT INTO staff_unit (company_id, region_path, oversight_line, parent_id, kind, name, number, unit_path)
		VALUES ($1, $2, 0, $3, $4, $5, $6, $7) RETURNING id`, int64(k.firm.ID), town, above, kind, name, n, u.Path))
	k.tree.Units = append(k.tree.Units, u)
}

// post adds a post to the unit made at place unit, from 1.
func (k *walk) post(t *testing.T, unit int, name string, types ...string) org.Post {
	t.Helper()
	p := org.Post{UnitID: k.tree.Units[unit-1].ID, Name: name, Types: types}
	p.ID = id.Of[id.Post](testkit.One[int64](t, k.W, `INSERT INTO staff_post (company_id, region_path, oversight_line, unit_id, name, types)
		VALUES ($1, $2, 0, $3, $4, $5) RETURNING id`, int64(k.firm.ID), town, int64(p.UnitID), name, append([]string{}, types...)))
	k.tree.Posts = append(k.tree.Posts, p)
	return p
}

// hold puts an actor on a post.
func (k *walk) hold(a rbac.Actor, p org.Post) {
	k.tree.Holders = append(k.tree.Holders, org.Holder{StaffID: a.StaffID, PersonID: a.PersonID, Name: a.Name, PostID: p.ID, UnitID: p.UnitID, Main: true, FromOn: june1})
}

func (k *walk) as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// made tells the module of posts, as who edits the tree does.
func (k *walk) made(t *testing.T, posts ...org.Post) {
	t.Helper()
	home := rbac.Home{CompanyID: k.firm.ID, RegionPath: town}
	err := k.Gate.System(t.Context(), "test", func(tx db.Tx, scope rbac.Scope) error { return k.duties.PostsMade(t.Context(), tx, scope, home, posts) })
	require.NoError(t, err)
}

// held are the cells of posts today.
func (k *walk) held(t *testing.T, on day.Date, posts ...org.Post) (cells []responsibility.Cell) {
	t.Helper()
	var keys []id.Of[id.Post]
	for _, p := range posts {
		keys = append(keys, p.ID)
	}
	err := k.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) (err error) {
		cells, err = responsibility.Held(t.Context(), tx, k.firm.ID, keys, on)
		return err
	})
	require.NoError(t, err)
	return cells
}

func sum(cells []responsibility.Cell) (n int) {
	for _, c := range cells {
		n += c.Score
	}
	return n
}
