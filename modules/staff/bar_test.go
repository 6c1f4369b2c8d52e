package staff_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

// uncertified bars Ann from the polishing post.
func uncertified(who id.Of[id.Staff]) staff.Barred {
	return func(_ context.Context, _ db.Tx, _ rbac.Scope, _ rbac.Home, asked id.Of[id.Staff], post org.Post, _ day.Date) ([]staff.Bar, error) {
		if asked != who || len(post.Types) == 0 || post.Types[0] != "welder" {
			return nil, nil
		}
		return []staff.Bar{{Source: "certificate", Code: "certificate.bar-missing", Params: map[string]string{"title": "焊工证", "title@en": "welding certificate"}}}, nil
	}
}

func TestWhoIsBarredIsNotAssignedWithoutAReason(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.s.Bars = []staff.Barred{uncertified(p.ann)}
	welder := p.fixture.post(t, p.polishing, "焊工", "welder")
	pl := staff.Placing{PostID: welder, From: may20}

	err := p.s.Assign(p.safety, p.ann, pl)
	wants(t, err, staff.ErrBarred)
	must(t, p.s.Assign(p.safety, p.bob, pl)) // nothing bars him
	bars, err := p.s.BarsOf(p.safety, p.ann, welder)
	require.NoError(t, err)
	require.Len(t, bars, 1)
	assert.Equal(t, "缺焊工证", bars[0].Say(text.Chinese))
	assert.Equal(t, "no welding certificate", bars[0].Say(text.English))

	pl.Override = "已报名考试，由持证师傅带班"
	wants(t, p.s.Assign(p.as(t, "director", p.polishing), p.eve, staff.Placing{PostID: welder, From: may20}), nil)
	boss := p.as(t, "director", p.stamping)
	wants(t, p.s.Assign(boss, p.ann, pl), staff.ErrPostUnknown) // out of his reach
	must(t, p.s.Assign(p.safety, p.ann, pl))
	rows, _, err := p.s.Overrides(p.safety, staff.OverrideFilter{Query: page.Query{Limit: 10}})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.Equal(t, pl.Override, rows[0].Reason)
	assert.Equal(t, "安娜", rows[0].StaffName)
	assert.Equal(t, "焊工证", rows[0].Bars.V[0].Params["title"])
	assert.Equal(t, int64(1), testkit.One[int64](t, p.W, "SELECT count(*) FROM audit_entry WHERE noun = 'staff_override'"))
}

func TestOnlySafetyOverrides(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	welder := p.fixture.post(t, p.polishing, "焊工", "welder")
	p.s.Bars = []staff.Barred{uncertified(p.eve)}
	boss := p.as(t, "director", p.polishing)
	wants(t, p.s.Assign(boss, p.eve, staff.Placing{PostID: welder, From: may20}), staff.ErrBarred)
	wants(t, p.s.Assign(boss, p.eve, staff.Placing{PostID: welder, From: may20, Override: "急用"}), rbac.ErrForbidden)
	assert.Zero(t, testkit.One[int64](t, p.W, "SELECT count(*) FROM staff_override"))
}

func TestAListMovesNobodyWhoIsBarred(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.fixture.post(t, p.polishing, "焊工", "welder")
	p.s.Bars = []staff.Barred{uncertified(p.ann)}
	a, _ := rbac.ActorOf(p.safety)
	rows := []sheet.Row{
		{Number: 2, Values: map[string]string{"unit": "抛光车间", "post": "焊工", "name": "安娜"}},
		{Number: 3, Values: map[string]string{"unit": "抛光车间", "post": "焊工", "name": "鲍勃"}},
		{Number: 4, Values: map[string]string{"unit": "抛光车间", "post": "焊工", "name": "新人"}},
	}
	err := p.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		_, err := p.s.SaveRoster(ctx, tx, a, rows)
		return err
	})
	require.NoError(t, err)
	require.Len(t, rows[0].Faults, 1)
	assert.Equal(t, "staff.barred", rows[0].Faults[0].Code)
	assert.Empty(t, rows[1].Faults)
	assert.Empty(t, rows[2].Faults, "who is new is registered first; the gap list shows what he lacks")
}
