package checklist_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/modules/checklist"
	"anbiao/rbac"
	"anbiao/testkit"
)

func (w *world) preview(t *testing.T, d checklist.Draft) (out struct {
	Items   int
	Changes []checklist.Change
},
) {
	t.Helper()
	d.Photos = checklist.PhotoFailed
	w.api.As(w.safety).Post("/api/checklist/standards/preview", d).OK(t, &out)
	return out
}

func rich() checklist.Draft {
	return checklist.Draft{
		Settings: []checklist.Setting{{Code: "PRS-11", Limit: &checklist.Limit{What: "接地电阻", Unit: "Ω", Max: "4"}, Photo: checklist.PhotoAlways}},
		Own:      []checklist.OwnItem{{Code: "OWN-01", Requirement: "模具架限重牌清楚", Frequency: "weekly", Module: "PRS", Basis: "公司制度"}},
		Disabled: []checklist.Disabled{{Code: "MGT-11", Reason: "本年无新改扩建项目"}},
	}
}

func TestPreviewAndCompareVersions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	first := w.publish(t, w.safety, checklist.Draft{})
	d := rich()
	d.BasedOn, d.Photos = 1, checklist.PhotoFailed
	seen := w.preview(t, d)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM checklist_standard"), "a preview publishes nothing")
	second := w.publish(t, w.safety, d)
	var changes []checklist.Change
	w.api.As(w.worker).Get(fmt.Sprintf("/api/checklist/standards/%d/changes?since=%d", second, first)).OK(t, &changes)
	require.Equal(t, seen.Changes, changes, "what was shown before is what came")
	said := map[string]string{}
	for _, c := range changes {
		said[c.Code] = string(c.Kind) + " " + strings.Join(c.Fields, ",")
	}
	require.Equal(t, map[string]string{"OWN-01": "added ", "MGT-11": "disabled disabled", "PRS-11": "changed photo,limit"}, said)
	of := fmt.Sprintf("&companyId=%d", int64(w.firm.ID))
	path := fmt.Sprintf("/api/checklist/standards/%d/changes?since=%d", second, first)
	w.api.As(w.county).Get(path+of).OK(t, &changes)
	require.Len(t, changes, 3, "a regulator reads them")
	for _, who := range []rbac.Actor{w.stranger, w.elsewhere} {
		w.api.As(who).Get(path+of).Refused(t, 404, "checklist.no-standard")
	}
	w.api.As(w.worker).Post("/api/checklist/standards/preview", d).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.county).Post("/api/checklist/standards/preview", d).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.safety).Post("/api/checklist/standards/preview", d).Refused(t, 409, "checklist.standard-moved")
}

func TestProposalSaysWhatTheLibraryProposes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var p struct {
		Document checklist.Document
		Plain    []checklist.Asked
		Hints    []struct {
			Code, Source string
			PhotoAlways  bool
			Limit        *checklist.Limit
		}
		Posts  map[string]string
		Newest string
	}
	w.api.As(w.safety).Get("/api/checklist/standard/proposal").OK(t, &p)
	require.True(t, p.Document.Defaults, "a first standard takes the library's photo items and limits")
	require.Equal(t, "班组长", p.Posts["team_leader"])
	require.NotEmpty(t, p.Hints)
	w.publish(t, w.safety, checklist.Draft{})
	p.Document = checklist.Document{}
	w.api.As(w.safety).Get("/api/checklist/standard/proposal").OK(t, &p)
	require.False(t, p.Document.Defaults, "what the company chose stays")
	w.api.As(w.safety).Get("/api/checklist/standard/proposal?library=1999").Refused(t, 422, "checklist.unknown-library")
	var up checklist.Upgrade
	w.api.As(w.safety).Get("/api/checklist/standard/upgrade").OK(t, &up)
	require.Equal(t, checklist.Upgrade{From: p.Newest, To: p.Newest, Steps: []checklist.Step{}}, up)
}

func TestSettingRefusedOverTheWire(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	for name, c := range map[string]struct{ body, code, field string }{
		"reworded major": {`{"basedOn":0,"settings":[{"code":"EDU-03","requirement":"有证","reason":"省事"}]}`, "checklist.major-reworded", "body.settings[0].requirement"},
		"limit":          {`{"basedOn":0,"settings":[{"code":"MGT-01","limit":{"unit":"Ω"}}]}`, "checklist.limit-empty", "body.settings[0].limit.max"},
		"own module":     {`{"basedOn":0,"own":[{"code":"OWN-01","requirement":"地面","frequency":"daily","module":"BLR"}]}`, "checklist.unknown-module", "body.own[0].module"},
		"six phrases":    {`{"basedOn":0,"settings":[{"code":"MGT-01","phrases":["1","2","3","4","5","6"]}]}`, "http.unprocessable-entity", "body.settings[0].phrases"},
		"no number":      {`{"basedOn":0,"settings":[{"code":"MGT-01","limit":{"unit":"Ω","max":"四"}}]}`, "http.unprocessable-entity", "body.settings[0].limit.max"},
		"photo":          {`{"basedOn":0,"settings":[{"code":"MGT-01","photo":"sometimes"}]}`, "http.unprocessable-entity", "body.settings[0].photo"},
		"no rule":        {`{"basedOn":0,"photos":"none"}`, "http.unprocessable-entity", "body.photos"},
	} {
		p := safety.Post("/api/checklist/standards", c.body).Problem(t)
		require.Equal(t, c.code, p.Code, name)
		b, err := json.Marshal(p)
		require.NoError(t, err)
		require.Contains(t, string(b), c.field, name)
	}
}

func TestPaper(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.publish(t, w.safety, rich())
	for _, c := range []struct{ ext, magic string }{{"pdf", "%PDF"}, {"xlsx", "PK"}} {
		path := fmt.Sprintf("/api/checklist/standards/%d/document.%s", n, c.ext)
		got := w.api.As(w.worker).Get(path).OK(t, nil)
		require.True(t, strings.HasPrefix(string(got.Body), c.magic))
		require.Contains(t, got.Header.Get("Content-Disposition"), "filename*=utf-8''")
		of := fmt.Sprintf("?companyId=%d", int64(w.firm.ID))
		require.Equal(t, len(got.Body), len(w.api.As(w.county).Get(path+of).OK(t, nil).Body))
		w.api.As(w.stranger).Get(path+of).Refused(t, 404, "checklist.no-standard")
		w.api.As(w.elsewhere).Get(path+of).Refused(t, 404, "checklist.no-standard")
		w.api.As(w.county).Get(path).Refused(t, 422, "checklist.company-needed")
	}
}

func TestExcelHoldsTheScreensColumns(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.publish(t, w.safety, rich())
	b := w.api.As(w.worker).Get(fmt.Sprintf("/api/checklist/standards/%d/document.xlsx", n)).OK(t, nil).Body
	table, err := sheet.Read(bytes.NewReader(b), int64(len(b)), checklist.PaperColumns(), sheet.Mapping{})
	require.NoError(t, err)
	require.Empty(t, table.Missing)
	found := map[string]map[string]string{}
	for r, err := range table.Rows() {
		require.NoError(t, err)
		require.Empty(t, r.Faults, r.Key)
		found[r.Key] = r.Values
	}
	var st standard
	w.api.As(w.worker).Get("/api/checklist/standard").OK(t, &st)
	require.Len(t, found, len(st.Asks), "disabled items too")
	require.Equal(t, []string{"接地电阻 ≤4Ω", "always"}, []string{found["PRS-11"]["limit"], found["PRS-11"]["photo"]})
	require.Equal(t, "机械冲压", found["OWN-01"]["module"])
	require.Equal(t, "本年无新改扩建项目", found["MGT-11"]["disabled"])
}

func row(number int, values map[string]string) sheet.Row {
	return sheet.Row{Number: number, Values: values}
}

func TestOwnItemsFromAList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	early := []sheet.Row{row(2, map[string]string{"requirement": "地面", "frequency": "daily"})}
	require.NoError(t, w.Gate.Runner(t.Context(), "test.own", func(ctx context.Context, tx db.Tx) error {
		_, err := w.s.SaveOwn(ctx, tx, w.safety, early)
		return err
	}))
	require.Equal(t, "checklist.no-standard", early[0].Faults[0].Code, "there is nothing to add to yet")
	d := rich()
	w.publish(t, w.safety, d)
	rows := func() []sheet.Row {
		return []sheet.Row{
			row(2, map[string]string{"code": "OWN-01", "requirement": "模具架限重牌清楚，不超重", "frequency": "weekly", "module": "机械冲压", "basis": "公司制度"}),
			row(3, map[string]string{"requirement": "门卫登记外来车辆", "frequency": "daily", "module": "门卫", "posts": "班组长、安全员", "phrases": "漏登"}),
			row(4, map[string]string{"requirement": "气源压力", "frequency": "daily", "max": "0.8"}),
			row(5, map[string]string{"code": "OWN-09", "requirement": "没有的项目", "frequency": "daily"}),
			row(6, map[string]string{"requirement": "岗位写错", "frequency": "daily", "posts": "大师傅"}),
			row(7, map[string]string{"requirement": "气源压力", "frequency": "daily", "what": "压力", "unit": "MPa", "min": "0.5", "max": "0.8", "photo": "always"}),
		}
	}
	run := func(save bool) ([]sheet.Row, []string) {
		in := rows()
		var verdicts []string
		require.NoError(t, w.Gate.Runner(t.Context(), "test.own", func(ctx context.Context, tx db.Tx) (err error) {
			do := w.s.CheckOwn
			if save {
				do = w.s.SaveOwn
			}
			verdicts, err = do(ctx, tx, w.safety, in)
			return err
		}))
		return in, verdicts
	}
	checked, verdicts := run(false)
	require.Equal(t, []string{"changed", "new", "", "", "", "new"}, verdicts)
	at := map[int]string{}
	for _, r := range checked {
		for _, f := range r.Faults {
			at[r.Number] = f.Column + " " + f.Code
		}
	}
	require.Equal(t, map[int]string{4: "unit checklist.blank", 5: "code checklist.unknown-item", 6: "posts checklist.unknown-post"}, at)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM checklist_standard"))

	run(true)
	_, again := run(true)
	require.Equal(t, []string{"same", "same", "", "", "", "same"}, again)
	var st struct {
		Version  int
		Own      []checklist.OwnItem
		Settings []checklist.Setting
		Asks     []checklist.Asked
	}
	w.api.As(w.worker).Get("/api/checklist/standard").OK(t, &st)
	require.Equal(t, 2, st.Version, "saving twice changes nothing")
	require.Len(t, st.Own, 3)
	require.Equal(t, []string{"PRS", ""}, []string{st.Own[0].Module, st.Own[1].Module})
	require.Equal(t, "门卫", st.Own[1].Group)
	require.Equal(t, []string{"team_leader", "safety_manager"}, st.Own[1].Posts)
	require.Equal(t, "0.5", st.Own[2].Limit.Min)
	require.Equal(t, d.Settings, st.Settings, "the rest stays")
}

func itoa(n int64) string { return fmt.Sprint(n) }
