package responsibility_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/responsibility"
	"anbiao/rbac"
)

// duty returns the duty of a template as the matrix shows it.
func (k *walk) duty(t *testing.T, text string) responsibility.SheetDuty {
	t.Helper()
	m, err := k.duties.Matrix(k.as(t, k.safety), responsibility.MatrixFilter{})
	require.NoError(t, err)
	for _, d := range m.Duties {
		if strings.Contains(d.Text, text) {
			return d
		}
	}
	t.Fatalf("no duty %q", text)
	return responsibility.SheetDuty{}
}

func TestPublishedListsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	boss, welder := k.post(t, 1, "总经理", "principal"), k.post(t, 2, "焊工", "welder")
	k.made(t, boss, welder)
	safety := k.as(t, k.safety)
	n, err := k.duties.Publish(safety, responsibility.Publication{Note: "首次"})
	require.NoError(t, err)
	k.on(june1.AddDays(30))
	d := k.duty(t, "回火防止器")
	require.NoError(t, k.duties.EditDuty(safety, d.ID, responsibility.Entry{Text: "作业前查焊机", Category: "welder", Frequency: "daily"}))
	require.NoError(t, k.duties.DropDuty(safety, k.duty(t, "批准年度安全投入").ID, responsibility.Reason{Reason: "并入财务"}))
	assert.Equal(t, "作业前查焊机", k.held(t, june1.AddDays(30), welder)[1].Text)
	assert.Contains(t, k.held(t, june1.AddDays(29), welder)[1].Text, "回火防止器", "the day before says what it said")
	_, err = k.duties.Publish(safety, responsibility.Publication{BasedOn: 1, Note: "第二版"})
	require.ErrorIs(t, err, responsibility.ErrProblems, "the dropped duty leaves 88 points")
	require.NoError(t, k.duties.Rescale(safety, boss.ID))
	_, err = k.duties.Publish(safety, responsibility.Publication{BasedOn: 0, Note: "第二版"})
	require.ErrorIs(t, err, responsibility.ErrMoved)
	_, err = k.duties.Publish(safety, responsibility.Publication{BasedOn: 1, Note: "第二版"})
	require.NoError(t, err)
	first, _, err := k.duties.List(safety, n)
	require.NoError(t, err)
	assert.Len(t, first.Document.V.Duties, 14)
	list, err := k.duties.Lists(safety, page.Query{Limit: 10})
	require.NoError(t, err)
	require.Len(t, list.Items, 2)
	assert.Equal(t, 13, list.Items[0].Duties)
	assert.Equal(t, k.safety.Name, list.Items[0].PublishedName)
	require.ErrorIs(t, k.duties.EditDuty(safety, id.Of[id.Duty](999), responsibility.Entry{Text: "xx", Category: "welder", Frequency: "daily"}), rbac.ErrNotFound)
	require.NoError(t, k.duties.Post(safety, n, responsibility.PostingEntry{Place: "厂门口", PostedOn: june1.AddDays(1)}))
	require.ErrorIs(t, k.duties.Post(safety, n, responsibility.PostingEntry{Place: "厂门口", PostedOn: june1.AddDays(-1)}), responsibility.ErrPosted)
}

func TestCellsKeepTheRules(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	boss, welder, other := k.post(t, 1, "总经理", "principal"), k.post(t, 2, "焊工", "welder"), k.post(t, 3, "喷漆工", "spray_painter")
	k.made(t, boss, welder, other)
	safety := k.as(t, k.safety)
	law, own := k.duty(t, "批准并每年更新"), k.duty(t, "回火防止器")
	set := func(d id.Of[id.Duty], p id.Of[id.Post], raci responsibility.Raci, score int) error {
		return k.duties.SetCell(safety, responsibility.CellEntry{DutyID: d, PostID: p, Raci: raci, Kind: responsibility.Direct, Score: score})
	}
	require.ErrorIs(t, set(law.ID, welder.ID, "A", 0), responsibility.ErrPrincipal, "art. 21 stays with the principal")
	require.NoError(t, set(law.ID, welder.ID, "R", 5_00), "who may let others do it")
	require.ErrorIs(t, set(own.ID, other.ID, "C", 1), responsibility.ErrScoreless)
	require.ErrorIs(t, set(own.ID, 999, "R", 0), responsibility.ErrPost)
	require.ErrorIs(t, set(own.ID, welder.ID, "R", 0), responsibility.ErrAccountable)
	require.ErrorIs(t, k.duties.RemoveCell(safety, responsibility.CellKey{DutyID: own.ID, PostID: other.ID}), responsibility.ErrNoCell)
	require.NoError(t, set(own.ID, other.ID, "AR", 3_00))
	raci := map[id.Of[id.Post]]string{}
	for _, c := range k.held(t, june1) {
		if c.DutyID == own.ID {
			raci[c.PostID] = c.Raci
		}
	}
	assert.Equal(t, map[id.Of[id.Post]]string{welder.ID: "R", other.ID: "AR"}, raci, "accountability moved")
	require.ErrorIs(t, k.duties.RemoveCell(safety, responsibility.CellKey{DutyID: own.ID, PostID: other.ID}), responsibility.ErrAccountable)
	require.NoError(t, k.duties.RemoveCell(safety, responsibility.CellKey{DutyID: own.ID, PostID: welder.ID}))
	entry := responsibility.Entry{Text: "自建职责", Category: "welder", Frequency: "daily", Statutory: []responsibility.Item21{"21.1"}}
	_, err := k.duties.AddDuty(safety, responsibility.NewDuty{Entry: entry, PostID: welder.ID, Kind: responsibility.Direct})
	require.ErrorIs(t, err, responsibility.ErrPrincipal)
	entry.Statutory = []responsibility.Item21{"25.1"}
	_, err = k.duties.AddDuty(safety, responsibility.NewDuty{Entry: entry, PostID: welder.ID, Kind: responsibility.Direct, Score: 5_00})
	require.NoError(t, err)
	bad := k.duties.Adopt(safety, responsibility.Adoption{PostIDs: []id.Of[id.Post]{welder.ID}})
	require.NoError(t, bad, "what was taken out comes back when it is asked for")
	require.ErrorIs(t, k.duties.Adopt(safety, responsibility.Adoption{PostIDs: []id.Of[id.Post]{welder.ID}}), responsibility.ErrNothingAdopted)
}

// second is the library with one duty in other words, one that is gone and one more.
func second(t *testing.T) *responsibility.Shelf {
	t.Helper()
	shelf, err := responsibility.OpenShelf()
	require.NoError(t, err)
	b, err := os.ReadFile("library/responsibility@2025.1-draft.yaml")
	require.NoError(t, err)
	text := strings.NewReplacer("version: 2025.1-draft", "version: 2026.1", "作业前检查焊机接地", "作业前核对焊机接地", "保持气瓶间距和直立固定,用后关阀", "保持气瓶间距",
		"- id: welder-06", "- id: welder-07").Replace(string(b))
	next, err := responsibility.ParseLibrary([]byte(text))
	require.NoError(t, err)
	both, err := responsibility.NewShelf(shelf.Newest(), next)
	require.NoError(t, err)
	return both
}

func TestALibraryUpgradeIsOfferedAsADifference(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	welder := k.post(t, 2, "焊工", "welder")
	k.made(t, welder)
	safety := k.as(t, k.safety)
	mine := k.duty(t, "保持气瓶间距")
	require.NoError(t, k.duties.EditDuty(safety, mine.ID, responsibility.Entry{Text: "气瓶相距五米", Category: "welder", Frequency: "daily"}))
	k.duties.Shelf = second(t)
	u, err := k.duties.Upgrade(safety)
	require.NoError(t, err)
	how := map[string]string{}
	for _, c := range u.Changes {
		how[c.Template] = c.How
		assert.Equal(t, c.Template == "welder-04", c.Edited, c.Template)
	}
	assert.Equal(t, map[string]string{"welder-02": "changed", "welder-04": "changed", "welder-06": "removed", "welder-07": "added"}, how)
	_, err = k.duties.Decide(safety, responsibility.Decision{Accept: []responsibility.Code{"welder-04"}})
	require.ErrorIs(t, err, responsibility.ErrEdited, "the company's own words are not lost in silence")
	_, err = k.duties.Decide(safety, responsibility.Decision{Accept: []responsibility.Code{"nonsense"}})
	require.ErrorIs(t, err, responsibility.ErrTemplate)
	_, err = k.duties.Decide(safety, responsibility.Decision{Accept: []responsibility.Code{"welder-02", "welder-06", "welder-07"}, Keep: []responsibility.Code{"welder-04"}})
	require.NoError(t, err)
	k.duty(t, "作业前核对焊机接地")
	k.duty(t, "气瓶相距五米")
	assert.Len(t, k.held(t, june1, welder), 6)
	assert.Equal(t, 100_00, sum(k.held(t, june1, welder)))
	u, err = k.duties.Upgrade(safety)
	require.NoError(t, err)
	assert.Empty(t, u.Changes)
}

func TestWhatIsRefusedIsNotOfferedAgain(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	welder := k.post(t, 2, "焊工", "welder")
	k.made(t, welder)
	k.duties.Shelf = second(t)
	_, err := k.duties.Decide(k.as(t, k.safety), responsibility.Decision{Keep: []responsibility.Code{"welder-07", "welder-06"}})
	require.NoError(t, err)
	assert.Len(t, k.held(t, june1, welder), 6)
	u, err := k.duties.Upgrade(k.as(t, k.safety))
	require.NoError(t, err)
	assert.Len(t, u.Changes, 2)
}

func TestWhoSeesWhichColumns(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	boss, press, paint := k.post(t, 1, "车间主任", "workshop_director"), k.post(t, 2, "冲压工", "stamping_operator"), k.post(t, 3, "喷漆工", "spray_painter")
	k.made(t, boss, press, paint)
	director, leader := k.Placed(t, k.Actor(t, k.firm, "director"), k.tree.Units[0].ID), k.Placed(t, k.Actor(t, k.firm, "leader"), k.tree.Units[1].ID)
	next, nowhere := k.Placed(t, k.Actor(t, k.firm, "director"), k.tree.Units[2].ID), k.Actor(t, k.firm, "leader")
	worker := k.Actor(t, k.firm, "worker")
	k.hold(worker, press)
	for _, c := range []struct {
		actor rbac.Actor
		want  []string
	}{
		{k.safety, []string{"车间主任", "冲压工", "喷漆工"}}, {director, []string{"车间主任", "冲压工"}}, {leader, []string{"冲压工"}}, {next, []string{"喷漆工"}}, {nowhere, nil},
	} {
		ctx := k.as(t, c.actor)
		m, err := k.duties.Matrix(ctx, responsibility.MatrixFilter{})
		require.NoError(t, err)
		var got []string
		for _, p := range m.Posts {
			got = append(got, p.Name)
		}
		assert.Equal(t, c.want, got)
		lists, err := k.duties.ListsOf(ctx, 0, nil)
		require.NoError(t, err)
		assert.Len(t, lists, len(c.want))
		a, err := k.duties.Annex(ctx, responsibility.MatrixFilter{}, 0)
		require.NoError(t, err)
		assert.Len(t, a.Posts, len(c.want))
	}
	for _, a := range []rbac.Actor{leader, next} {
		_, err := k.duties.Coverage(k.as(t, a))
		require.ErrorIs(t, err, rbac.ErrForbidden)
		require.ErrorIs(t, k.duties.Rescale(k.as(t, a), press.ID), rbac.ErrForbidden)
	}
	mine, err := k.duties.Mine(k.as(t, worker))
	require.NoError(t, err)
	require.Len(t, mine, 1)
	assert.Equal(t, "冲压工", mine[0].Post.Name)
	_, err = k.duties.Matrix(k.as(t, worker), responsibility.MatrixFilter{})
	require.ErrorIs(t, err, rbac.ErrForbidden, "a worker sees his own list only")
	mine, err = k.duties.Mine(k.as(t, next))
	require.NoError(t, err)
	assert.Empty(t, mine)
}

func TestTheReportOfGaps(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	boss, manager, bare := k.post(t, 1, "总经理", "principal"), k.post(t, 1, "安全员", "safety_manager"), k.post(t, 3, "保洁员")
	k.made(t, boss, manager, bare)
	k.hold(k.safety, boss)
	k.people = []responsibility.Person{{StaffID: 7, Name: "无岗人员"}}
	k.items = []responsibility.Item{{Code: "MGT-01", Module: "MGT", Posts: []string{"principal"}}, {Code: "CAN-01", Module: "CAN", Posts: []string{"canteen_operator"}}}
	r, err := k.duties.Coverage(k.as(t, k.safety))
	require.NoError(t, err)
	assert.Len(t, r.Bare, 1)
	assert.Len(t, r.Vacant, 2)
	assert.Len(t, r.Unplaced, 1)
	assert.Len(t, r.Uncovered, 1)
	assert.False(t, r.Measured)
	state := map[string]string{}
	for _, s := range r.Statutes {
		state[s.Code] = s.State
	}
	assert.Equal(t, "held", state["21.5"])
	assert.Equal(t, "vacant", state["25.4"], "the safety manager's post is vacant")
	county := k.Regulator(t, "county", "330784")
	_, _, err = k.duties.Figures(k.as(t, county), k.firm.ID)
	require.ErrorIs(t, err, responsibility.ErrNotCounted)
	require.NoError(t, k.duties.Adopt(k.as(t, k.safety), responsibility.Adoption{PostIDs: []id.Of[id.Post]{bare.ID}, Type: "general_employee"}))
	_, err = k.duties.Publish(k.as(t, k.safety), responsibility.Publication{Note: "首次"})
	require.NoError(t, err)
	c, open, err := k.duties.Figures(k.as(t, county), k.firm.ID)
	require.NoError(t, err)
	assert.Equal(t, []int{0, 2, 1, 1, 1}, []int{c.PostsBare, c.PostsVacant, c.PeopleUnplaced, c.ItemsUncovered, c.ListVersion})
	assert.Len(t, open, 7, "all of art. 25")
	for _, a := range []rbac.Actor{k.Regulator(t, "county", "330783"), k.Regulator(t, "town", "330784106")} {
		_, _, err = k.duties.Figures(k.as(t, a), k.firm.ID)
		require.ErrorIs(t, err, responsibility.ErrNotCounted, "another area's company is out of sight")
	}
	_, err = k.duties.Coverage(k.as(t, county))
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func TestAnotherCompanyIsOutOfReach(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	p := k.post(t, 2, "焊工", "welder")
	k.made(t, p)
	other := k.as(t, k.Actor(t, k.Company(t, town), "safety"))
	d := k.duty(t, "回火防止器")
	require.ErrorIs(t, k.duties.DropDuty(other, d.ID, responsibility.Reason{Reason: "不是我的"}), rbac.ErrNotFound)
	require.ErrorIs(t, k.duties.SetCell(other, responsibility.CellEntry{DutyID: d.ID, PostID: p.ID, Raci: "R", Kind: "direct"}), rbac.ErrNotFound)
	require.ErrorIs(t, k.duties.Adopt(other, responsibility.Adoption{PostIDs: []id.Of[id.Post]{p.ID}}), responsibility.ErrPost)
	m, err := k.duties.Matrix(other, responsibility.MatrixFilter{})
	require.NoError(t, err)
	assert.Empty(t, m.Duties)
}

func TestCardsHoldEveryPost(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.made(t, k.post(t, 2, "焊工", "welder"), k.post(t, 3, "喷漆工", "spray_painter"))
	b, err := k.duties.Cards(k.as(t, k.safety), 0, nil, "A5", "zh-CN")
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(b, []byte("%PDF")))
	_, err = k.duties.Cards(k.as(t, k.safety), 0, []id.Of[id.Post]{999}, "A4", "zh-CN")
	require.ErrorIs(t, err, rbac.ErrNotFound)
	assert.Equal(t, "https://anbiao.example/field/duties?post=7", k.duties.Address(7))
}
