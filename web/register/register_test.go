package register_test

import (
	"bytes"
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

// tool is a register with a field of every kind.
type tool struct {
	register.Base
	Number    string          `json:"number" minLength:"1" maxLength:"10" zh:"编号" en:"Number" key:"1" list:"1"`
	State     string          `json:"state" enum:"good,bad" choice:"good=完好/Good;bad=损坏/Bad" zh:"状态" en:"State" filter:"1"`
	Weight    string          `json:"weight" required:"false" decimal:"2" zh:"重量" en:"Weight"`
	Count     int             `json:"count" required:"false" zh:"数量" en:"Count"`
	CostFen   fen.Amount      `json:"costFen" required:"false" zh:"金额" en:"Cost"`
	Sharp     bool            `json:"sharp" required:"false" zh:"锋利" en:"Sharp" filter:"1"`
	BoughtOn  day.Date        `json:"boughtOn" required:"false" zh:"购入日期" en:"Bought"`
	DueOn     day.Date        `json:"dueOn" readOnly:"true" zh:"应检日期" en:"Due"`
	OwnerID   id.Of[id.Staff] `json:"ownerId" required:"false" zh:"保管人" en:"Keeper" name:"OwnerName" mine:"1"`
	OwnerName string          `json:"ownerName" readOnly:"true"`
	Uses      db.Texts        `json:"uses" required:"false" zh:"用途" en:"Uses"`
	Note      string          `json:"note" required:"false" area:"1" zh:"备注" en:"Note"`
}

type world struct {
	*testkit.W
	k      *register.Kind[tool]
	firm   testkit.Firm
	safety rbac.Actor
	items  []due.Item
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Exec(t, `CREATE TABLE test_tool (company_id bigint NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, region_path text COLLATE "C" NOT NULL, oversight_line smallint NOT NULL,
		unit_id bigint, unit_name text NOT NULL, files bigint[] NOT NULL, made_by text NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, ended_on date, end_reason text NOT NULL,
		number text NOT NULL, state text NOT NULL, weight numeric(12, 2), count int NOT NULL, cost_fen bigint NOT NULL, sharp boolean NOT NULL, bought_on date, due_on date,
		owner_id bigint, owner_name text NOT NULL, uses text[] NOT NULL, note text NOT NULL, CONSTRAINT test_tool_pkey PRIMARY KEY (company_id, id))`)
	w.Exec(t, "SELECT declare_table('test_tool', 'company')")
	w.firm = w.Company(t, "330784001001")
	w.safety = w.Actor(t, w.firm, "safety")
	w.k = &register.Kind[tool]{
		Gate: w.Gate, Name: "test-tool", Route: "/tools", TitleZh: "工具", TitleEn: "Tools", Read: "checklist.point.list", Write: "checklist.point.edit",
		Check: func(_ context.Context, _ db.Tx, _ rbac.Scope, _, is *tool) error {
			is.DueOn = day.Date{}
			if !is.BoughtOn.IsZero() {
				is.DueOn = is.BoughtOn.AddYears(1)
			}
			if is.Count < 0 {
				return register.ErrValue.At("body.count")
			}
			return nil
		},
		Due: func(x *tool) []due.Item { return []due.Item{{Kind: "test.tool", Title: x.Number, On: x.DueOn}} },
	}
	w.k.Use(&register.Needs{
		People: func(_ context.Context, _ db.Tx, _ rbac.CompanyID, ids []int64, words []string) ([]register.Named, error) {
			return []register.Named{{ID: 7, Name: "张三", Also: []string{"A007"}}, {ID: 8, Name: "李四"}, {ID: 9, Name: "李四"}}, nil
		},
		Units: func(context.Context, db.Tx, rbac.CompanyID, []int64, []string) ([]register.Named, error) {
			return nil, nil
		},
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			w.items = append(w.items, items...)
			return nil
		},
	})
	return w
}

func (w *world) as(t *testing.T) context.Context { return rbac.WithActor(t.Context(), w.safety) }

func TestRows(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.as(t)
	form := tool{Number: " T 1 ", State: "good", Weight: "1.50", CostFen: 12345, BoughtOn: day.Of(2026, 1, 31), OwnerID: 7, Uses: db.Texts{"切", "割"}, Note: "甲\n乙"}
	n, err := w.k.Add(ctx, form)
	require.NoError(t, err)
	got, err := w.k.One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []any{"T 1", "1.50", fen.Amount(12345), day.Of(2027, 1, 31), "张三", db.Texts{"切", "割"}, w.safety.Name}, []any{got.Number, got.Weight, got.CostFen, got.DueOn, got.OwnerName, got.Uses, got.MadeBy})
	require.Equal(t, []due.Item{{Kind: "test.tool", Ref: int64(n), Title: "T 1", On: day.Of(2027, 1, 31), Path: "/tools?id=" + n.String()}}, w.items)

	for name, bad := range map[string]struct {
		form tool
		want error
	}{
		"blank": {tool{Number: "  ", State: "good"}, register.ErrBlank}, "nobody": {tool{Number: "2", State: "good", OwnerID: 99}, register.ErrUnknown},
		"digits": {tool{Number: "2", State: "good", Weight: "1.234"}, register.ErrValue}, "no number": {tool{Number: "2", State: "good", Weight: "1e9"}, register.ErrValue},
		"rule": {tool{Number: "2", State: "good", Count: -1}, register.ErrValue},
	} {
		_, err := w.k.Add(ctx, bad.form)
		require.ErrorIs(t, err, bad.want, name)
	}

	form.Number, form.BoughtOn = "T2", day.Date{}
	require.NoError(t, w.k.Edit(ctx, n, form))
	require.ErrorIs(t, w.k.End(ctx, n, day.Date{}, " "), register.ErrBlank)
	require.NoError(t, w.k.End(ctx, n, day.Date{}, "报废"))
	require.True(t, w.items[len(w.items)-1].On.IsZero())
	require.ErrorIs(t, w.k.Edit(ctx, n, form), register.ErrEnded)
	list, err := w.k.List(ctx, register.Query{}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Empty(t, list.Items)
	list, err = w.k.List(ctx, register.Query{Ended: "only", Term: "t2", Filter: []string{"state:good", "sharp:no"}}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	_, err = w.k.List(ctx, register.Query{Filter: []string{"note:x"}}, page.Query{Limit: 20})
	require.ErrorIs(t, err, register.ErrFilter)
	for _, print := range []func() ([]byte, error){func() ([]byte, error) { return w.k.Print(ctx, n) }, func() ([]byte, error) { return w.k.Sheet(ctx, register.Query{Ended: "all"}) }} {
		b, err := print()
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(b, []byte("%PDF")))
	}
}

func TestExcelThereAndBack(t *testing.T) {
	t.Parallel()
	w := setup(t)
	run := func(do func(context.Context, db.Tx, rbac.Actor, []sheet.Row) ([]string, error), rows []sheet.Row) (out []string) {
		require.NoError(t, w.Gate.Runner(t.Context(), "import", func(ctx context.Context, tx db.Tx) (err error) {
			out, err = do(ctx, tx, w.safety, rows)
			return err
		}))
		return out
	}
	rows := func() []sheet.Row {
		return []sheet.Row{
			{Number: 2, Values: map[string]string{"number": "A1", "state": "good", "weight": "2.5", "count": "3", "costFen": "10.5", "sharp": "yes", "boughtOn": "2026-02-28", "ownerId": "A007", "uses": "切、割", "note": "备"}},
			{Number: 3, Values: map[string]string{"number": "A2", "state": "bad"}},
			{Number: 4, Values: map[string]string{"number": "A3", "state": "bad", "ownerId": "李四"}},
			{Number: 5, Values: map[string]string{"number": "A4", "state": "bad", "ownerId": "王五"}},
			{Number: 6, Values: map[string]string{"number": "A5", "state": "bad", "costFen": "0.001", "count": "-1"}},
		}
	}
	checked := rows()
	require.Equal(t, []string{"new", "new", "", "", ""}, run(w.k.CheckRows, checked))
	require.Equal(t, []string{"register.ambiguous", "register.unknown", "register.value"}, []string{checked[2].Faults[0].Code, checked[3].Faults[0].Code, checked[4].Faults[0].Code})
	require.Equal(t, "costFen", checked[4].Faults[0].Column)
	run(w.k.SaveRows, rows())
	require.Equal(t, []string{"same", "same", "", "", ""}, run(w.k.SaveRows, rows()), "twice changes nothing")
	changed := rows()[:1]
	changed[0].Values["count"] = "4"
	require.Equal(t, []string{"changed"}, run(w.k.SaveRows, changed))

	var file bytes.Buffer
	records, next, err := w.k.Pages(w.as(t), nil, "", 50)
	require.NoError(t, err)
	require.Empty(t, next)
	require.NoError(t, sheet.Export(&file, w.k.Columns(), func(yield func(sheet.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}, text.Chinese))
	table, err := sheet.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), w.k.Columns(), sheet.Mapping{})
	require.NoError(t, err)
	require.Empty(t, table.Missing)
	var back []sheet.Row
	for r, err := range table.Rows() {
		require.NoError(t, err)
		require.Empty(t, r.Faults)
		back = append(back, r)
	}
	require.Equal(t, []string{"same", "same"}, run(w.k.CheckRows, back), "an export that comes back as it went changes nothing")
}

func TestReach(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.as(t)
	workshop := w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	w.k.Use(&register.Needs{Units: func(_ context.Context, _ db.Tx, _ rbac.CompanyID, ids []int64, _ []string) ([]register.Named, error) {
		return []register.Named{{ID: int64(workshop), Name: "冲压车间"}}, nil
	}})
	for i, unit := range []id.Of[id.Unit]{workshop, 0} {
		x := tool{Number: strconv.Itoa(i), State: "good"}
		x.UnitID = unit
		_, err := w.k.Add(ctx, x)
		require.NoError(t, err)
	}
	director := rbac.WithActor(t.Context(), w.Placed(t, w.Actor(t, w.firm, "director"), workshop))
	list, err := w.k.List(director, register.Query{}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	_, err = w.k.One(director, list.Items[0].ID+1)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.k.Add(director, tool{Number: "outside", State: "good"})
	require.ErrorIs(t, err, register.ErrReach, "a row that he could not see himself")
	inside := tool{Number: "inside", State: "good"}
	inside.UnitID = workshop
	n, err := w.k.Add(director, inside)
	require.NoError(t, err)
	inside.UnitID = 0
	require.ErrorIs(t, w.k.Edit(director, n, inside), register.ErrReach, "nor may he move one out of his reach")
	require.NoError(t, w.k.End(director, n, day.Date{}, "报废"))
	list, err = w.k.List(ctx, register.Query{UnitID: workshop}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	other := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, "330784001001"), "safety"))
	list, err = w.k.List(other, register.Query{}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Empty(t, list.Items)
	county := rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784"))
	_, err = w.k.List(county, register.Query{}, page.Query{Limit: 20})
	require.ErrorIs(t, err, register.ErrCompanyNeeded)
}
