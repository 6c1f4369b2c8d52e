package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/blob"
	"anbiao/kit/client"
	"anbiao/kit/config"
	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/testkit"
)

// TestAnotherProgram is a program of somebody else: it gets a token limited to the feed and to hazards, keeps a copy, enters a
// hazard twice under one key, and finds it once in its copy.
func TestAnotherProgram(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	require.NoError(t, err)
	h, err := furnish(&ground{cfg: config.Config{Addr: ":8080", BaseURL: "http://anbiao.test"}, secret: testkit.Secret, dsn: w.DSN, files: files}, w.Gate)
	require.NoError(t, err)
	handler, err := h.handler()
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	safety := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, "330784105"), "safety"))
	token := func(scopes ...string) *client.Client {
		o, _, err := h.account.NewToken(safety, "其他系统", 30, scopes)
		require.NoError(t, err)
		return &client.Client{Base: server.URL, Token: o.Token}
	}
	c, reader := token("feed", "hazards"), token("feed")
	rows := map[string]string{}
	keep := func(p client.Changes) error {
		for _, it := range p.Items {
			rows[it.Kind+" "+it.ID] = string(it.Row)
		}
		return nil
	}
	cursor, err := c.Follow(t.Context(), "", keep, "company", "hazard")
	require.NoError(t, err)
	require.Len(t, rows, 1)

	body := map[string]any{"place": "冲压车间", "description": "未建立安全教育培训档案", "category": "A03", "source": "expert"}
	first, err := c.Report(t.Context(), "once", "/api/hazard/hazards", body)
	require.NoError(t, err)
	again, err := c.Report(t.Context(), "once", "/api/hazard/hazards", body)
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	_, err = reader.Report(t.Context(), "no", "/api/hazard/hazards", body)
	require.Equal(t, "rbac.forbidden", client.CodeOf(err), "a token for the feed enters nothing")
	require.Equal(t, "rbac.forbidden", client.CodeOf(reader.Get(t.Context(), "/api/account/tokens", nil, nil)))

	deadline := time.Now().Add(2 * time.Minute) // other tests' transactions hold the horizon back
	for rows["hazard "+first.ID] == "" && time.Now().Before(deadline) {
		require.NoError(t, w.Gate.System(t.Context(), "test.wait", func(tx db.Tx, _ rbac.Scope) error { return tx.Exec("SELECT pg_sleep(0.02)").Error }))
		cursor, err = c.Follow(t.Context(), cursor, keep, "company", "hazard")
		require.NoError(t, err)
	}
	var row struct{ Place, State string }
	require.NoError(t, json.Unmarshal([]byte(rows["hazard "+first.ID]), &row))
	require.Equal(t, "冲压车间", row.Place)
	require.Len(t, rows, 2, fmt.Sprint(rows))
	_, err = c.Changes(t.Context(), cursor, "hazard")
	require.Equal(t, client.Stale, client.CodeOf(err), "other kinds begin anew")
}
