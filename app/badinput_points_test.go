package main

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/testkit"
)

func (d *desk) badPoints(t *testing.T) {
	c := d.as(t, "safety")
	const path = "/api/checklist/points"
	good := map[string]any{"name": "4号冲压机", "place": "冲压车间", "modules": []string{"PRS"}, "items": []string{}, "explosive": "", "sign": false}
	before := testkit.One[int64](t, d.W, "SELECT count(*) FROM checklist_point")
	d.bodies(t, c, path, good)
	d.fields(t, c, path, good, map[string]string{"name": "text", "place": "text", "modules": "list", "items": "list"}, []string{"place", "modules", "items"})
	for _, lang := range langs {
		for name, s := range fragments {
			refused(t, lang, name, c.In(lang).Post(path, map[string]any{"name": "甲", "modules": []string{"PRS"}, "explosive": s}))
		}
		for _, q := range []string{"?explosive=steam", "?module=prs", "?unplaced=5", "/by-tail?digits=１", "/labels?layout=9x9", "/labels?first=0", "/labels?ids=a", "/labels?ids=99999999999999999999"} {
			refused(t, lang, q, c.In(lang).Get(path+q))
		}
	}
	require.Equal(t, before, testkit.One[int64](t, d.W, "SELECT count(*) FROM checklist_point"))
}

func (d *desk) badCorrections(t *testing.T) {
	c := d.as(t, "safety")
	form, err := openForm(func(path string, v any) error { c.Get(path).OK(t, v); return nil })
	require.NoError(t, err)
	body := form.fill(uuid.New(), 1)
	made := c.Post("/api/inspection/checks", body).Made(t)
	path := fmt.Sprintf("/api/inspection/checks/%s/%d/corrections", body["startedOn"], made)
	good := map[string]any{"clientId": uuid.NewString(), "reason": "更正", "answers": form.fill(uuid.New(), 0)["answers"]}
	before := testkit.One[int64](t, d.W, "SELECT count(*) FROM inspection_check")
	d.bodies(t, c, path, good)
	d.fields(t, c, path, good, map[string]string{"clientId": "uuid", "reason": "text", "answers": "list", "signature": "id"}, []string{"signature"})
	require.Equal(t, before, testkit.One[int64](t, d.W, "SELECT count(*) FROM inspection_check"), "nothing of all that is kept")
	c.Post(path, good).Made(t)
}
