package main

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/instrument"
)

// inbox holds that a regulator's inbox answers with every feed, each for itself, and that none has a kind that the pages cannot name.
func (w *isolation) inbox(t *testing.T) {
	content, err := os.ReadFile("../frontend/src/i18n/zh-CN/instrument.json")
	require.NoError(t, err)
	var said struct {
		Inbox struct{ Kinds map[string]string }
	}
	require.NoError(t, json.Unmarshal(content, &said))
	read := func(url string, into any) {
		status, body := w.send(t, request{op: &huma.Operation{Method: http.MethodGet}, url: url}, w.regulator.token)
		require.Equal(t, http.StatusOK, status, "%s: %s", url, body)
		require.NoError(t, json.Unmarshal([]byte(body), into))
	}
	var counts struct{ Kinds []instrument.Tally }
	read("/api/instrument/inbox/counts", &counts)
	var kinds []string
	for _, one := range counts.Kinds {
		kinds = append(kinds, one.Kind)
		require.Contains(t, said.Inbox.Kinds, one.Kind)
		var page struct{ Items []struct{ Kind, Path string } }
		read("/api/instrument/inbox?limit=100&kind="+one.Kind, &page)
		require.Len(t, page.Items, min(one.N, 100), one.Kind)
		for _, item := range page.Items {
			require.Contains(t, said.Inbox.Kinds, item.Kind)
			require.NotEmpty(t, item.Path)
		}
	}
	for _, kind := range []string{
		"report", "major", "extension", "direct", "listing", "application", "objection", "filing", "risk_report", "appeal", "claim", "patrol_handed", "penalty", "order", "missive_reply", "missive_received",
	} {
		require.True(t, slices.Contains(kinds, kind), kind)
	}
}
