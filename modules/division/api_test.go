package division_test

import (
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/division"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

func TestAPI(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	load(t, w)
	api := webtest.New(t, func(a huma.API) { division.Mount(a, &division.Service{Gate: w.Gate}) })
	var list struct {
		Items []struct{ Path, Name, Kind string }
		Next  string
	}
	for _, c := range []webtest.Client{api.As(w.Regulator(t, "grid", "330784105")), api.As(w.Actor(t, w.Company(t, "330784105"), "worker")), api.As(w.Member(t, rbac.Agency, "reviewer"))} {
		c.Get("/api/division/divisions?parent=330784&limit=100").OK(t, &list)
		require.Len(t, list.Items, 16)
	}
	c := api.As(w.Regulator(t, "grid", "330784105"))
	c.Get("/api/division/divisions").OK(t, &list)
	require.Equal(t, "浙江省", list.Items[0].Name)
	c.Get("/api/division/divisions?cursor=zzz").Refused(t, http.StatusUnprocessableEntity, "page.cursor")
	c.Get("/api/division/divisions?parent=33%27").Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	api.Anonymous().Get("/api/division/divisions").Refused(t, http.StatusUnauthorized, "rbac.unauthenticated")
	var lines struct{ Items []struct{ Line int } }
	c.Get("/api/division/lines").OK(t, &lines)
	require.NotEmpty(t, lines.Items)
}
