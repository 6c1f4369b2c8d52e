package responsibility_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"anbiao/testkit"
)

func TestANewPostGetsTheDutiesOfItsTypes(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	welder, both := k.post(t, 2, "焊工", "welder"), k.post(t, 2, "班组长", "team_leader", "welder")
	none := k.post(t, 2, "门卫")
	k.made(t, welder, both, none)
	cells := k.held(t, june1, welder)
	assert.Len(t, cells, 6)
	assert.Equal(t, 100_00, sum(cells))
	assert.Equal(t, "AR", cells[0].Raci)
	assert.Equal(t, "direct", cells[0].Kind)
	assert.Contains(t, cells[0].Basis, "《安全生产法（2021修正）》第四十三条")
	cells = k.held(t, june1, both)
	assert.Len(t, cells, 13)
	assert.Equal(t, 100_00, sum(cells), "the union is rescaled")
	assert.Empty(t, k.held(t, june1, none))
	assert.Empty(t, k.held(t, june1.AddDays(-1)), "nothing held the day before")
	accountable := testkit.All[int64](t, k.W, "SELECT count(*) FROM responsibility_cell WHERE raci IN ('A', 'AR') GROUP BY duty_id HAVING count(*) <> 1")
	assert.Empty(t, accountable)
}

func TestPostsAreMadeOnce(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	p := k.post(t, 2, "焊工", "welder")
	k.made(t, p)
	k.made(t, p)
	assert.Len(t, k.held(t, june1, p), 6)
	k.Exec(t, "UPDATE responsibility_cell SET valid_to = '2026-06-01' WHERE id = (SELECT min(id) FROM responsibility_cell)")
	k.made(t, p)
	assert.Len(t, k.held(t, june1, p), 5, "what the company took out stays out")
	k.on(june1.AddDays(10))
	p.Types = append(p.Types, "team_leader")
	k.made(t, p)
	cells := k.held(t, june1.AddDays(10), p)
	assert.Len(t, cells, 12)
	assert.Equal(t, 100_00, sum(cells), "a further type rescales what there is")
	assert.Equal(t, 82_00, sum(k.held(t, june1.AddDays(9), p)), "the past keeps its scores")
}

func TestThePrincipalAnswersForArticle21(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	p := k.post(t, 1, "总经理", "principal")
	k.made(t, p)
	seen := map[string]bool{}
	for _, c := range k.held(t, june1, p) {
		if c.Statutory != "" {
			assert.Equal(t, "main", c.Kind, c.Text)
		}
		seen[c.Statutory] = true
	}
	assert.Subset(t, seen, map[string]bool{"21.1": true, "21.5": true, "21.4": true, "21.3": true, "21.2 21.6": true, "21.7": true})
}
