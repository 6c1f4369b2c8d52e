package risk_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/sheet"
	"anbiao/modules/risk"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// world is a firm of two workshops, each with a director, and a regulator of its county.
type world struct {
	*testkit.W
	s                                          *risk.Service
	api                                        *webtest.API
	firm                                       testkit.Firm
	press, paint                               id.Of[id.Unit]
	safety, principal, director, other, worker rbac.Actor
	stranger, county, elsewhere                rbac.Actor
	items                                      []risk.Item
	due                                        map[string]string
}

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), due: map[string]string{}}
	w.Set(noon)
	w.firm = w.Company(t, "330784105")
	w.press, w.paint = w.Unit(t, w.firm, 0, "workshop", "冲压车间"), w.Unit(t, w.firm, 0, "workshop", "喷涂车间")
	w.safety, w.principal = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "principal")
	w.director, w.other = w.Placed(t, w.Actor(t, w.firm, "director"), w.press), w.Placed(t, w.Actor(t, w.firm, "director"), w.paint)
	w.worker = w.Placed(t, w.Actor(t, w.firm, "worker"), w.press)
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.elsewhere = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	require.NoError(t, err)
	w.s = &risk.Service{
		Gate: w.Gate, Blobs: files, BaseURL: "https://anbiao.example", Tree: w.tree,
		Firm: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (risk.Card, error) {
			return risk.Card{Name: "永康市某五金厂"}, nil
		},
		Claim: func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil },
		Publish: func(_ context.Context, _ db.Tx, _ rbac.Scope, i risk.Item) (string, error) {
			w.items = append(w.items, i)
			return fmt.Sprintf("OWN-%02d", len(w.items)), nil
		},
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			for _, i := range items {
				w.due[fmt.Sprintf("%s %d", i.Kind, i.Ref)] = i.On.String()
				if i.On.IsZero() {
					w.due[fmt.Sprintf("%s %d", i.Kind, i.Ref)] = "settled"
				}
			}
			return nil
		},
	}
	w.s.Pictures = func(_ context.Context, _ db.Tx, _ rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]risk.Picture, error) {
		return map[id.Of[id.Attachment]]risk.Picture{ids[0]: {Key: "plan.png", Width: 400, Height: 300}}, nil
	}
	w.api = webtest.New(t, func(api huma.API) { risk.Mount(api, w.s) })
	return w
}

func (w *world) tree(_ context.Context, _ db.Tx, _ rbac.CompanyID, on day.Date) (org.Tree, error) {
	t := org.Tree{On: on, Units: []org.Unit{
		{ID: w.press, Kind: "workshop", Name: "冲压车间", Path: w.director.UnitPath, HeadID: w.director.StaffID},
		{ID: w.paint, Kind: "workshop", Name: "喷涂车间", Path: w.other.UnitPath, HeadID: w.other.StaffID},
	}}
	for i, a := range []rbac.Actor{w.director, w.other} {
		t.Holders = append(t.Holders, org.Holder{StaffID: a.StaffID, Name: fmt.Sprintf("主任%d", i+1)})
	}
	return t, nil
}

func (w *world) unit(t *testing.T, name string, of id.Of[id.Unit]) int64 {
	t.Helper()
	return w.api.As(w.safety).Post("/api/risk/units", fmt.Sprintf(`{"kind":"equipment","name":%q,"place":"东侧","unitId":"%d","phone":"8711"}`, name, of)).Made(t)
}

func event(unit int64, hazard, factors, more string) string {
	return fmt.Sprintf(`{"riskUnitId":"%d","hazard":%q,"accidents":["03"],"inherent":{%s}%s}`, unit, hazard, factors, more)
}

const (
	red    = `"method":"lec","l":"6","e":"6","c":"15"` // 540
	orange = `"method":"lec","l":"3","e":"6","c":"15"` // 270
	blue   = `"method":"lec","l":"1","e":"6","c":"7"`  // 42
)

type events struct {
	Items []struct {
		ID, Hazard, Level, Score, ControlLevel, ReviewDueOn string
		Overdue                                             bool
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	w := setup(t)
	press, paint := w.unit(t, "冲压一线", w.press), w.unit(t, "1号喷漆室", w.paint)
	safety := w.api.As(w.safety)
	n := safety.Post("/api/risk/events", event(press, "手在模区", orange, `,"controls":[{"kind":"engineering","text":"光电保护装置"},{"kind":"emergency","text":"按急停"}]`)).Made(t)
	safety.Post("/api/risk/events", event(paint, "漆雾遇火花", red, "")).Made(t)
	safety.Post("/api/risk/units", `{"kind":"place","name":"冲压一线"}`).Refused(t, 409, "risk.name-taken")
	for body, code := range map[string]string{
		event(press, "手在模区", `"method":"lec","l":"4","e":"6","c":"15"`, ""):                     "risk.factor",
		event(press, "手在模区", orange, `,"raisedLevel":"general","raiseReason":"x"`):              "risk.lowered",
		event(press, "手在模区", orange, `,"controlLevel":"post"`):                                  "risk.control-level",
		event(press, "手在模区", orange, `,"residual":{`+red+`}`):                                   "risk.residual",
		event(press, "手在模区", orange, `,"reviewedOn":"2026-03-11"`):                              "risk.future",
		event(999, "手在模区", orange, ""):                                                          "risk.risk-unit",
		event(press, "  ", orange, ""):                                                          "risk.blank",
		event(press, "手在模区", orange, `,"ownerId":"99"`):                                         "risk.owner",
		event(press, "手在模区", orange, `,"controls":[{"id":"99","kind":"training","text":"培训"}]`): "risk.control",
	} {
		require.Equal(t, code, safety.Post("/api/risk/events", body).Problem(t).Code, body)
	}

	list := func(a rbac.Actor, q string) (out events) {
		w.api.As(a).Get("/api/risk/events?"+q).OK(t, &out)
		return out
	}
	require.Len(t, list(w.safety, "").Items, 2)
	require.Equal(t, "270", list(w.safety, "level=larger").Items[0].Score)
	for name, a := range map[string]rbac.Actor{"director": w.director, "worker": w.worker} {
		got := list(a, "").Items
		require.Len(t, got, 1, name)
		require.Equal(t, "手在模区", got[0].Hazard, name)
	}
	path := fmt.Sprintf("/api/risk/events/%d", n)
	w.api.As(w.other).Get(path).Refused(t, 404, "rbac.not-found")
	w.api.As(w.other).Post(path+"/review", `{}`).Refused(t, 404, "rbac.not-found")
	w.api.As(w.other).Post("/api/risk/events", event(press, "不在本车间", blue, "")).Refused(t, 422, "risk.risk-unit")
	w.api.As(w.director).Post("/api/risk/units", fmt.Sprintf(`{"kind":"place","name":"别的车间","unitId":"%d"}`, w.paint)).Refused(t, 422, "risk.unit")
	w.api.As(w.worker).Put(path, event(press, "手在模区", blue, "")).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.stranger).Get(path).Refused(t, 404, "rbac.not-found")
	require.Empty(t, list(w.elsewhere, fmt.Sprintf("companyId=%d", w.firm.ID)).Items)
	require.Len(t, list(w.county, fmt.Sprintf("companyId=%d", w.firm.ID)).Items, 2)
	w.api.As(w.county).Get("/api/risk/events").Refused(t, 422, "risk.company-needed")

	var d struct {
		Chain    []struct{ Level, Name string }
		Measures []struct{ ID, Kind, ItemCode string }
	}
	safety.Get(path).OK(t, &d)
	require.Equal(t, "主任1", d.Chain[1].Name, "the workshop's director answers for a larger risk of the workshop")
	safety.Post("/api/risk/controls/"+d.Measures[0].ID+"/publish", `{"frequency":"per_shift","pointId":"7"}`).OK(t, nil)
	require.Equal(t, risk.Item{Requirement: "光电保护装置", Frequency: "per_shift", PointID: 7, Basis: "风险分级管控清单 冲压一线 R001"}, w.items[0])
	safety.Get(path).OK(t, &d)
	require.Equal(t, "OWN-01", d.Measures[0].ItemCode)

	require.Equal(t, "2027-03-10", w.due["risk.review "+fmt.Sprint(n)])
	w.Set(noon.AddDate(1, 0, 2))
	require.Len(t, list(w.safety, "overdue=true").Items, 2)
	safety.Post(path+"/review", `{}`).OK(t, nil)
	require.Len(t, list(w.safety, "overdue=true").Items, 1)
	safety.Post(path+"/end", `{"reason":"生产线拆除"}`).OK(t, nil)
	require.Equal(t, "settled", w.due["risk.review "+fmt.Sprint(n)])
	safety.Put(path, event(press, "手在模区", blue, "")).Refused(t, 409, "risk.ended")
	safety.Post(fmt.Sprintf("/api/risk/units/%d/end", paint), `{"reason":"不用了"}`).Refused(t, 409, "risk.unit-in-use")
	safety.Post(fmt.Sprintf("/api/risk/units/%d/end", press), `{"reason":"不用了"}`).OK(t, nil)
}

func TestPlansAndPrints(t *testing.T) {
	t.Parallel()
	w := setup(t)
	press := w.unit(t, "冲压一线", w.press)
	safety := w.api.As(w.safety)
	safety.Post("/api/risk/events", event(press, "手在模区", orange, `,"controls":[{"kind":"engineering","text":"光电保护装置"}]`)).Made(t)
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 400, 300))))
	require.NoError(t, w.s.Blobs.Put(t.Context(), "plan.png", bytes.NewReader(b.Bytes()), int64(b.Len())))
	file := testkit.One[int64](t, w.W, `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256, uploaded_at, uploaded_person, uploaded_name, original_key, display_key, thumb_key)
		VALUES ($1, $2, 0, gen_random_uuid(), '一层.png', 'image/png', 1, sha256('x'), now(), 1, '某人', 'plan.png', 'plan.png', 'plan.png') RETURNING id`, int64(w.firm.ID), w.firm.RegionPath)
	form := func(points string) string {
		return fmt.Sprintf(`{"name":"一层","attachmentId":"%d","north":30,"areas":[{"riskUnitId":"%d","points":%s}]}`, file, press, points)
	}
	safety.Post("/api/risk/plans", form(`[[0,0],[1,1]]`)).Refused(t, 422, "http.unprocessable-entity")
	safety.Post("/api/risk/plans", form(`[[0,0],[20000,0],[0,5]]`)).Refused(t, 422, "risk.outline")
	w.api.As(w.director).Post("/api/risk/plans", form(`[[0,0],[5000,0],[5000,5000]]`)).Refused(t, 403, "rbac.forbidden")
	n := safety.Post("/api/risk/plans", form(`[[0,0],[5000,0],[5000,5000]]`)).Made(t)
	var plans struct {
		Items []struct {
			Areas []struct{ Name, Level string }
		}
	}
	w.api.As(w.county).Get(fmt.Sprintf("/api/risk/plans?companyId=%d", w.firm.ID)).OK(t, &plans)
	require.Equal(t, "larger", plans.Items[0].Areas[0].Level)
	w.api.As(w.stranger).Get(fmt.Sprintf("/api/risk/plans/%d", n)).Refused(t, 404, "rbac.not-found")
	for _, path := range []string{fmt.Sprintf("plans/%d/print?size=A3", n), "prints/list", "prints/board", fmt.Sprintf("units/%d/card", press)} {
		got := safety.Get("/api/risk/"+path).OK(t, nil)
		require.Equal(t, "application/pdf", got.Header.Get("Content-Type"), path)
		require.True(t, bytes.HasPrefix(got.Body, []byte("%PDF")), path)
	}
	safety.Post(fmt.Sprintf("/api/risk/plans/%d/end", n), nil).OK(t, nil)
	safety.Put(fmt.Sprintf("/api/risk/plans/%d", n), form(`[[0,0],[5000,0],[5000,5000]]`)).Refused(t, 409, "risk.ended")
}

func TestReports(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	type row struct{ ID, Cycle, Period, DueOn, State string }
	rows := func(a rbac.Actor) map[string]row {
		var list struct{ Items []row }
		w.api.As(a).Get("/api/risk/reports?limit=50").OK(t, &list)
		out := map[string]row{}
		for _, r := range list.Items {
			out[r.Cycle+" "+r.Period] = r
		}
		return out
	}
	press := w.unit(t, "冲压一线", w.press)
	n := safety.Post("/api/risk/events", event(press, "手在模区", orange, "")).Made(t)
	open := rows(w.safety)
	require.Equal(t, "2026-03-31", open["RISK-Y 2026"].DueOn)
	require.Equal(t, "2026-03-31", open["RISK-Q 2026-Q1"].DueOn, "a rule of the province")
	require.Len(t, open, 2, "a change follows on a report")
	first := safety.Post("/api/risk/reports", `{"cycle":"RISK-FIRST","acceptedOn":"2026-03-01"}`).Made(t)
	safety.Post("/api/risk/reports", `{"cycle":"RISK-FIRST","acceptedOn":"2026-03-01"}`).Refused(t, 409, "risk.opened")
	safety.Post("/api/risk/reports", `{"cycle":"RISK-FIRST"}`).Refused(t, 422, "risk.anchor")
	require.Equal(t, "2026-03-31", w.due["risk.report "+fmt.Sprint(first)], "30 days after the acceptance")
	yearly := "/api/risk/reports/" + open["RISK-Y 2026"].ID
	w.api.As(w.director).Get(yearly).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.county).Post(yearly+"/submit", `{}`).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.principal).Post(yearly+"/submit", `{"remark":"如实报告"}`).OK(t, nil)
	safety.Post(yearly+"/submit", `{}`).Refused(t, 409, "risk.submitted")
	require.Equal(t, "2027-03-31", rows(w.safety)["RISK-Y 2027"].DueOn)
	require.Equal(t, "submitted", rows(w.county)["RISK-Y 2026"].State)
	require.Empty(t, rows(w.elsewhere))

	safety.Put(fmt.Sprintf("/api/risk/events/%d", n), event(press, "手在模区", red, "")).OK(t, nil)
	safety.Post("/api/risk/events", event(press, "低风险", blue, "")).Made(t)
	change := rows(w.safety)["RISK-CHG "]
	require.Equal(t, "2026-03-25", change.DueOn)
	var one struct {
		Content struct {
			Triggers []struct{ Why, Was, Is string }
			Events   []struct{ Level string }
			Remark   string
		}
	}
	safety.Get("/api/risk/reports/"+change.ID).OK(t, &one)
	require.Equal(t, []struct{ Why, Was, Is string }{{"level", "larger", "major"}}, one.Content.Triggers)
	one.Content.Events = nil
	w.api.As(w.county).Get(yearly).OK(t, &one)
	require.Equal(t, "larger", one.Content.Events[0].Level, "what was submitted is frozen")
	got := w.api.As(w.county).Get(yearly+"/print").OK(t, nil)
	require.True(t, bytes.HasPrefix(got.Body, []byte("%PDF")))
	for _, m := range risk.Measured() {
		err := w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
			p := evidence.Period{Key: "2026-03", From: day.Of(2026, 3, 1), Until: day.Of(2026, 3, 31)}
			values, err := m.Batch(t.Context(), tx, []id.Of[id.Company]{w.firm.ID}, p)
			if err == nil && m.Key == risk.ReviewedInTime {
				require.Equal(t, []evidence.Value{{CompanyID: w.firm.ID, Num: 2, Den: 2}}, values)
			}
			if err != nil {
				return err
			}
			_, err = m.Rows(t.Context(), tx, w.firm.ID, p, 0, 10)
			return err
		})
		require.NoError(t, err, m.Key)
	}
}

// TestRoster carries a list in, and out and in again, which changes nothing.
func TestRoster(t *testing.T) {
	t.Parallel()
	w := setup(t)
	do := func(rows []sheet.Row, f func(context.Context, db.Tx, rbac.Actor, []sheet.Row) ([]string, error)) (out []string) {
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
			out, err = f(ctx, tx, w.safety, rows)
			return err
		}))
		return out
	}
	row := func(n int, more map[string]string) sheet.Row {
		v := map[string]string{}
		for k, s := range risk.RosterSample() {
			v[k] = s
		}
		for k, s := range more {
			if v[k] = s; s == "" {
				delete(v, k)
			}
		}
		return sheet.Row{Number: n, Values: v}
	}
	rows := []sheet.Row{
		row(2, map[string]string{"unitName": "冲压车间", "ownerName": "主任1", "residualL": "1", "residualE": "6", "residualC": "15", "level": "larger"}),
		row(3, map[string]string{"hazard": "漏电", "accidents": "触电、火灾", "method": "", "l": "3", "e": "", "c": "", "s": "4", "level": "major", "raiseReason": "设备老旧"}),
		row(4, map[string]string{"hazard": "低报等级", "level": "low"}), row(5, map[string]string{"hazard": "不存在的类别", "accidents": "飞溅"}),
		row(6, map[string]string{"hazard": "不存在的人", "ownerName": "无名氏"}), row(7, map[string]string{"hazard": "不存在的编号", "number": "R077"}),
	}
	require.Equal(t, []string{"new", "new", "", "", "", ""}, do(rows, w.s.SaveRoster))
	for i, column := range map[int]string{2: "level", 3: "accidents", 4: "ownerName", 5: "number"} {
		require.Equal(t, column, rows[i].Faults[0].Column, rows[i])
	}
	again := func() (back []sheet.Row) {
		records, next, err := w.s.ExportPage(rbac.WithActor(t.Context(), w.safety), nil, "", 100)
		require.NoError(t, err)
		require.Empty(t, next)
		for i, r := range records {
			one := sheet.Row{Number: i + 2, Values: map[string]string{}}
			for j, c := range risk.RosterColumns() {
				if r.Values[j] != "" {
					one.Values[c.Key] = r.Values[j]
				}
			}
			back = append(back, one)
		}
		return back
	}
	back := again()
	require.Len(t, back, 2)
	require.Equal(t, []string{"same", "same"}, do(back, w.s.CheckRoster))
	require.Empty(t, back[0].Faults)
	require.Equal(t, "双手操作按钮；光电保护装置", back[0].Values["engineering"])
	require.Equal(t, []string{"major", "12"}, []string{back[1].Values["level"], back[1].Values["score"]})
	back[0].Values["engineering"], back[1].Values["level"], back[1].Values["raiseReason"] = "光电保护装置；安全模具", "general", ""
	require.Equal(t, []string{"changed", "changed"}, do(back, w.s.SaveRoster))
	require.Equal(t, []string{"same", "same"}, do(again(), w.s.SaveRoster))
	require.Equal(t, []string{"光电保护装置", "安全模具"}, testkit.All[string](t, w.W, "SELECT text FROM risk_control WHERE kind = 'engineering' AND ended_on IS NULL AND event_id = (SELECT min(id) FROM risk_event) ORDER BY n"))
}
