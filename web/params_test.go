package web_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/web"
)

// Filter is exported because huma skips an embedded type that is not.
type Filter struct {
	page.Query
	Sort  string            `query:"sort" enum:"recent,deadline" default:"recent"`
	State []string          `query:"state,explode" enum:"open,closed"`
	From  day.Date          `query:"from"`
	Owner id.Of[id.Staff]   `query:"owner"`
	Firm  id.Of[id.Company] `query:"firm"`
	Late  bool              `query:"late"`
	Level int16             `query:"level" minimum:"0" maximum:"4"`
}

func TestParams(t *testing.T) {
	t.Parallel()
	f, err := web.Params[Filter](t.Context(), map[string][]string{"state": {"open", "closed"}, "from": {"2026-03-01"}, "owner": {"42"}, "late": {"true"}, "level": {"3"}})
	require.NoError(t, err)
	require.Equal(t, Filter{
		Query: page.Query{Limit: 20}, Sort: "recent", State: []string{"open", "closed"}, From: day.Of(2026, 3, 1), Owner: 42, Late: true, Level: 3,
	}, f)
	f, err = web.Params[Filter](t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "recent", f.Sort)

	for name, value := range map[string]string{
		"nothing": "1", "sort": "upwards", "state": "ajar", "from": "yesterday", "owner": "x", "late": "perhaps", "level": "5", "limit": "10", "cursor": "x",
	} {
		_, err := web.Params[Filter](t.Context(), map[string][]string{name: {value}})
		require.ErrorIs(t, err, web.ErrFilter, name)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Len(t, f.Fields, 1, name)
		require.Contains(t, f.Fields[0].Path, "body.filters."+name)
	}
	_, err = web.Params[Filter](t.Context(), map[string][]string{"level": {"1", "2"}})
	require.ErrorIs(t, err, web.ErrFilter, "given twice")
}
