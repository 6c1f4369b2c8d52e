package dossier_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/dossier"
	"anbiao/rbac"
	"anbiao/testkit"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                  *dossier.Service
	firm, second                       testkit.Firm
	safety, other, county, town, apart rbac.Actor
	open                               bool // an unannounced task of the county
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.s = &dossier.Service{
		Gate: w.Gate, BaseURL: "http://anbiao.test",
		Periods: func(day.Date) (metrics, periods []string) {
			return []string{"letter.signed", "selfreport.in-time", "emergency.drills-held"}, []string{"2026", "2026", "2026"}
		},
		Unannounced: func(_ context.Context, _ db.Tx, scope rbac.Scope, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
			return map[rbac.CompanyID]bool{companies[0]: w.open && scope.Actor().OrganisationID == w.county.OrganisationID}, nil
		},
		Sections: []dossier.Section{{
			Key: "letters", Path: "/letters",
			Facts: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) ([]dossier.Fact, error) {
				return []dossier.Fact{{Key: "dishonest", Value: "dossier.no", Said: true}}, nil
			},
			Tables: []dossier.Table{{
				Key: "awards", Keep: []string{"b"},
				Columns: func() []sheet.Column {
					yes := []sheet.Option{{Value: "1", Title: map[text.Lang]string{text.Chinese: "一级"}}}
					return []sheet.Column{{Key: "a"}, {Key: "b", Title: map[text.Lang]string{text.Chinese: "等级"}, Choices: yes}}
				},
				Rows: func(_ context.Context, _ db.Tx, _ rbac.Scope, _ rbac.CompanyID, limit int) ([]sheet.Record, error) {
					out := make([]sheet.Record, limit)
					for i := range out {
						out[i] = sheet.Record{Key: "7", Values: []string{"x", "1"}}
					}
					return out, nil
				},
			}},
		}, {Key: "hidden", Action: "account.organisation.keep"}},
	}
	w.firm, w.second = w.Company(t, "330784105"), w.Company(t, "330784106")
	w.safety, w.other = w.Actor(t, w.firm, "safety"), w.Actor(t, w.second, "safety")
	w.county, w.town, w.apart = w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784105"), w.Regulator(t, "county", "330783")
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func TestDossier(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Run("sections", w.sections)
	t.Run("who looked", w.looked)
	t.Run("lights", w.lit)
	t.Run("who answers", w.answering)
	t.Run("Excel", w.roster)
}

func (w *world) sections(t *testing.T) {
	name, keys, err := w.s.Open(as(t, w.town), w.firm.ID)
	require.NoError(t, err)
	require.Equal(t, w.firm.Name, name)
	require.Equal(t, []string{"letters"}, keys, "what needs a right he does not have is not there")
	shown, err := w.s.Section(as(t, w.town), w.firm.ID, "letters")
	require.NoError(t, err)
	require.Len(t, shown.Tables[0].Rows, 10)
	require.True(t, shown.Tables[0].More)
	require.Equal(t, []string{"一级"}, shown.Tables[0].Rows[0].Values)
	_, err = w.s.Section(as(t, w.town), w.firm.ID, "hidden")
	require.ErrorIs(t, err, dossier.ErrSection)
	for _, a := range []rbac.Actor{w.apart, w.town} {
		n := w.second.ID
		_, _, err = w.s.Open(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		_, err = w.s.Section(as(t, a), n, "letters")
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	_, _, err = w.s.Open(as(t, w.safety), w.firm.ID)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, content, err := w.s.PrintDossier(as(t, w.town), w.firm.ID)
	require.NoError(t, err)
	require.Equal(t, "%PDF", string(content[:4]))
}

// looked: each view is seen by the company, but those made while an unannounced task is open only once it is over.
func (w *world) looked(t *testing.T) {
	seen := func(a rbac.Actor, n rbac.CompanyID) []dossier.View {
		t.Helper()
		rows, _, err := w.s.Views(as(t, a), n, page.Query{Limit: 20})
		require.NoError(t, err)
		return rows
	}
	own := seen(w.safety, 0)
	require.Len(t, own, 1, "one sitting of the town")
	require.Equal(t, w.town.Name, own[0].PersonName)
	require.Equal(t, db.Texts{"letters"}, own[0].Parts)
	require.Empty(t, seen(w.other, 0))
	require.Empty(t, seen(w.other, w.firm.ID), "a company sees its own, whatever it asks for")

	w.open = true
	_, _, err := w.s.Open(as(t, w.county), w.firm.ID)
	require.NoError(t, err)
	_, err = w.s.Section(as(t, w.county), w.firm.ID, "letters")
	require.NoError(t, err)
	require.Len(t, seen(w.safety, 0), 1, "hidden")
	require.Len(t, seen(w.county, w.firm.ID), 2)
	require.Len(t, seen(w.town, w.firm.ID), 1, "not even for another office")
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_entry WHERE company_id = $1 AND person_id = $2", int64(w.firm.ID), int64(w.county.PersonID)), "nor by the trail")

	w.open = false
	_, _, err = w.s.Open(as(t, w.county), w.firm.ID)
	require.NoError(t, err)
	require.Len(t, seen(w.safety, 0), 2, "a view made after it is seen, the one before not yet")
	require.NoError(t, w.Gate.Write(as(t, w.county), dossier.ActionName, func(tx db.Tx, _ rbac.Scope) error {
		return dossier.Reveal(t.Context(), tx, w.firm.ID, w.county.OrganisationID)
	}))
	require.Len(t, seen(w.safety, 0), 3)
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM dossier_view WHERE visible_from IS NULL"))
}

func (w *world) lit(t *testing.T) {
	for metric, v := range map[string][2]int{"letter.signed": {9, 10}, "selfreport.in-time": {1, 2}, "emergency.drills-held": {7, 10}, "meeting.held": {0, 9}} {
		w.Exec(t, "INSERT INTO evidence_value (company_id, metric, period, region_path, oversight_line, num, den, at) VALUES ($1, $2, '2026', $3, 0, $4, $5, now())",
			int64(w.firm.ID), metric, w.firm.RegionPath, v[0], v[1])
	}
	for _, a := range []rbac.Actor{w.safety, w.town, w.county} {
		l, err := w.s.Lights(as(t, a), w.firm.ID)
		require.NoError(t, err)
		got := map[string]dossier.Colour{}
		for _, one := range l.Lights {
			got[one.Key] = one.Colour
		}
		require.Equal(t, map[string]dossier.Colour{
			"responsibility": dossier.Green, "management": dossier.Red, "investment": dossier.Unmeasured, "training": dossier.Unmeasured, "rescue": dossier.Yellow,
		}, got, "a figure that is not among today's does not count")
	}
	_, err := w.s.Lights(as(t, w.apart), w.firm.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Lights(as(t, w.county), 0)
	require.ErrorIs(t, err, dossier.ErrCompanyNeeded)
	_, err = w.s.OpenLight(as(t, w.county), w.firm.ID, "sun")
	require.ErrorIs(t, err, dossier.ErrLight)
	opened, err := w.s.OpenLight(as(t, w.safety), 0, "rescue")
	require.NoError(t, err)
	require.Len(t, opened, 4)
}

func (w *world) answering(t *testing.T) {
	both := []rbac.CompanyID{w.firm.ID, w.second.ID}
	_, err := w.s.Name(as(t, w.town), both, dossier.Named{Kind: "territory", Name: "王镇长"})
	require.ErrorIs(t, err, rbac.ErrNotFound, "the second is not the town's")
	_, err = w.s.Name(as(t, w.county), both, dossier.Named{Kind: "territory", Name: " "})
	require.ErrorIs(t, err, dossier.ErrBlank)
	_, err = w.s.Name(as(t, w.county), both, dossier.Named{Kind: "territory", Name: "王镇长", Post: "镇长", SinceOn: day.Of(2026, 1, 1)})
	require.NoError(t, err)
	_, err = w.s.Name(as(t, w.town), both[:1], dossier.Named{Kind: "territory", Name: "李镇长", SinceOn: day.Of(2026, 2, 1)})
	require.NoError(t, err)
	_, err = w.s.Name(as(t, w.town), both[:1], dossier.Named{Kind: "territory", Name: "张某", SinceOn: day.Of(2026, 1, 15)})
	require.ErrorIs(t, err, dossier.ErrSince)
	b, err := w.s.BoardOf(as(t, w.safety), 0)
	require.NoError(t, err)
	require.Len(t, b.Firm.People, 1)
	require.Equal(t, "李镇长", b.Firm.People[0].Name)
	require.Len(t, b.Past, 2)
	require.Equal(t, day.Of(2026, 1, 31), b.Past[1].UntilOn)
	require.False(t, b.May)
	for missing, want := range map[string]int{"territory": 0, "any": 2, "line": 2, "": 2} {
		rows, _, err := w.s.Boards(as(t, w.county), dossier.BoardFilter{Query: page.Query{Limit: 10}, Missing: missing})
		require.NoError(t, err)
		require.Len(t, rows, want, missing)
	}
	rows, _, err := w.s.Boards(as(t, w.apart), dossier.BoardFilter{Query: page.Query{Limit: 10}})
	require.NoError(t, err)
	require.Empty(t, rows)
	_, err = w.s.End(as(t, w.town), w.firm.ID, "line", day.Of(2026, 3, 1))
	require.ErrorIs(t, err, dossier.ErrNobody)
	_, err = w.s.End(as(t, w.town), w.firm.ID, "territory", day.Of(2026, 3, 1))
	require.NoError(t, err)
	_, err = w.s.Name(as(t, w.safety), both[:1], dossier.Named{Kind: "company", Name: "吕总"})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, content, err := w.s.PrintBoard(as(t, w.safety), 0)
	require.NoError(t, err)
	require.Equal(t, "%PDF", string(content[:4]))
}

func (w *world) roster(t *testing.T) {
	rows := []sheet.Row{
		{Number: 2, Values: map[string]string{"name": w.firm.Name, "territory": "赵镇长", "grid": "胡某", "gridPhone": "19900000001"}},
		{Number: 3, Values: map[string]string{"name": "没有这家"}},
		{Number: 4, Values: map[string]string{"name": w.second.Name}},
	}
	save := func() (out []string) {
		require.NoError(t, w.Gate.Runner(t.Context(), "test.roster", func(ctx context.Context, tx db.Tx) (err error) {
			for i := range rows {
				rows[i].Faults = nil
			}
			out, err = w.s.SaveRoster(ctx, tx, w.county, rows)
			return err
		}))
		return out
	}
	require.Equal(t, []string{dossier.RowChanged, "", ""}, save())
	require.Equal(t, "dossier.row-company", rows[1].Faults[0].Code)
	require.Equal(t, "dossier.row-empty", rows[2].Faults[0].Code)
	require.Equal(t, dossier.RowSame, save()[0])
	require.NoError(t, w.Gate.Runner(t.Context(), "test.grid", func(ctx context.Context, tx db.Tx) error {
		grids, err := dossier.GridOf(ctx, tx, []rbac.CompanyID{w.firm.ID, w.second.ID})
		require.NoError(t, err)
		require.Equal(t, dossier.Grid{Name: "胡某", Phone: "19900000001", Path: "330784105"}, grids[w.firm.ID])
		require.Empty(t, grids[w.second.ID].Name)
		return nil
	}))
}
