package oversight_test

import (
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/oversight"
	"anbiao/web/webtest"
)

func TestAPI(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ids := w.city(t, 30)
	f := w.Company(t, "330784105")
	w.set(f.ID, oversight.HazardFacts{Open: 3, Overdue: 2, MajorOpen: 1, MajorOverdue: 1, Recorded: true})
	w.refresh(t, f.ID)
	w.Exec(t, "UPDATE company SET contact_phone = '13800000000'")
	api := webtest.New(t, func(a huma.API) { oversight.Mount(a, w.s) })
	county, foreign := api.As(w.Regulator(t, "county", "330784")), api.As(w.Regulator(t, "county", "330783"))
	own, worker := api.As(w.Actor(t, f, "safety")), api.As(w.Actor(t, f, "worker"))

	var list struct {
		Items []struct {
			ID, Name, Town, LastReport, ContactPhone string
			Colour, Score                            int
		}
		Next string
	}
	county.Get("/api/oversight/companies?limit=5").OK(t, &list)
	require.Len(t, list.Items, 5)
	require.Equal(t, 1, list.Items[0].Colour, "the worst first")
	require.NotEmpty(t, list.Next)
	county.Get("/api/oversight/companies?division=330784105&overdue=true&sort=overdue").OK(t, &list)
	require.NotEmpty(t, list.Items)
	for _, r := range list.Items {
		require.Equal(t, "石柱镇", r.Town)
		require.Equal(t, "13800000000", r.ContactPhone, "a call button on every row")
	}
	for _, bad := range []string{"sort=nothing", "colour=9", "colour=1,9", "live=60-0", "live=x", "level=4", "division=33x", "limit=0", "limit=101", "cursor=x", "nothing=1", "colour=1&colour=2", "industry=C33"} {
		p := county.Get("/api/oversight/companies?" + bad).Problem(t)
		require.Equal(t, http.StatusUnprocessableEntity, p.Status, bad)
	}
	for _, odd := range []string{"name=%25", "name=_", "name=%27%3B--", "name=%F0%9F%98%80", "name=有限公司", "uscc=9133"} {
		county.Get("/api/oversight/companies?"+odd).OK(t, nil)
	}

	path := "/api/oversight/companies/" + f.ID.String()
	var dossier struct {
		Name     string
		Colour   int
		Standing struct {
			Rule   string
			Inputs []struct {
				Title   string
				Reasons []string
			}
		}
		Reports []struct{ Period string }
	}
	county.In("en").Get(path).OK(t, &dossier)
	require.Equal(t, f.Name, dossier.Name)
	require.Equal(t, 1, dossier.Colour)
	require.Equal(t, "Hazard closure", dossier.Standing.Inputs[2].Title)
	require.Contains(t, dossier.Standing.Inputs[2].Reasons, "2 hazards overdue")
	foreign.Get(path).Refused(t, http.StatusNotFound, "rbac.not-found")
	own.Get(path).Refused(t, http.StatusForbidden, "rbac.forbidden")
	api.Anonymous().Get(path).Refused(t, http.StatusUnauthorized, "rbac.unauthenticated")

	var mine struct{ Colour, Score int }
	own.Get("/api/oversight/standing").OK(t, &mine)
	require.Equal(t, 1, mine.Colour)
	worker.Get("/api/oversight/standing").Refused(t, http.StatusForbidden, "rbac.forbidden")

	var areas struct {
		Total struct {
			Path      string
			Companies int
			Colours   struct{ Red int }
		}
		Items []struct {
			Path, Name string
			Companies  int
		}
	}
	county.Get("/api/oversight/divisions").OK(t, &areas)
	require.Equal(t, "330784", areas.Total.Path)
	require.Equal(t, len(ids)*5/6+1, areas.Total.Companies)
	require.Positive(t, areas.Total.Colours.Red)
	foreign.Get("/api/oversight/divisions?parent=330784").OK(t, &areas)
	require.Empty(t, areas.Items)
	require.Zero(t, areas.Total.Companies)
	own.Get("/api/oversight/divisions").Refused(t, http.StatusForbidden, "rbac.forbidden")
}
