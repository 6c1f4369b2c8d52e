package hazard_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// majors are the neighbours of the treatment: the county's officers, and files that are pictures.
func majors(w *world) hazard.Majors {
	return hazard.Majors{
		Officers: func(context.Context, db.Tx, string, int16) ([]hazard.Officials, error) {
			return []hazard.Officials{{Organisation: w.county.OrganisationID, Person: w.county.PersonID, Name: w.county.Name}}, nil
		},
		Colleagues: func(context.Context, db.Tx, rbac.Scope) ([]hazard.Officials, error) {
			return []hazard.Officials{{Person: w.county.PersonID, Name: w.county.Name}, {Person: 4711, Name: "李四"}}, nil
		},
		ReviewBy: func(asked day.Date) (day.Date, error) { return asked.AddDays(10), nil },
		Files: func(_ context.Context, _ db.Tx, _ id.Of[id.Company], ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]hazard.File, error) {
			out := map[id.Of[id.Attachment]]hazard.File{}
			for _, n := range ids {
				out[n] = hazard.File{SHA256: []byte{1}, Display: "signature"}
			}
			return out, nil
		},
		Card: func(context.Context, db.Tx, rbac.Scope, id.Of[id.Company]) (hazard.Card, error) {
			return hazard.Card{Name: "永康市某某五金厂", Address: "古山镇"}, nil
		},
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			w.due = append(w.due, items...)
			return nil
		},
	}
}

var drafted = hazard.Drafting{
	Elements: hazard.Elements{Goals: "消除联锁失效", Methods: "更换光电保护装置", Funds: "自筹 1.8 万元", Organisation: "设备科", Time: "3 月 20 日前", Safety: "停用该机，专人监护"},
	Lights:   hazard.Lights{Responsibility: true, Measures: true, Funds: true, Time: true, Contingency: true},
	FinishOn: day.Of(2026, 3, 18), FundsFen: 1_800_000,
}

// planned signs the treatment plan of a hazard.
func (w *world) planned(t *testing.T, hid id.Of[id.Hazard]) {
	t.Helper()
	_, err := w.s.Plan(as(t, w.safety), hid, drafted)
	require.NoError(t, err)
	_, err = w.s.SignPlan(as(t, w.head), hid, hazard.Signing{TextHash: w.hash(t, hid), AttachmentID: w.photo(t, w.firm)})
	require.NoError(t, err)
}

func (w *world) hash(t *testing.T, hid id.Of[id.Hazard]) string {
	t.Helper()
	return testkit.One[string](t, w.W, "SELECT encode(text_hash, 'hex') FROM hazard_plan WHERE hazard_id = $1 ORDER BY version DESC LIMIT 1", int64(hid))
}

func (w *world) evaluation(t *testing.T) hazard.Evaluation {
	return hazard.Evaluation{By: hazard.ByExperts, Evaluators: []string{"王工"}, Note: "联锁恢复，达到治理目标", Report: w.photos(t)}
}

func (w *world) verdict(t *testing.T, passed bool) hazard.Review {
	return hazard.Review{Passed: passed, Note: "现场核查", Minutes: "到场试验三次", Second: hazard.Officer{PersonID: 4711}, Photos: w.photos(t)}
}

// TestTreatment goes through the whole treatment of a major hazard, with what is refused on the way.
func TestTreatment(t *testing.T) {
	t.Parallel()
	w := setup(t)
	hid := w.assigned(t, hazard.Major)
	refused := func(want error) func(id.Of[id.Hazard], error) {
		return func(_ id.Of[id.Hazard], err error) { t.Helper(); require.ErrorIs(t, err, want) }
	}
	done := func(_ id.Of[id.Hazard], err error) { t.Helper(); require.NoError(t, err) }
	safety, head, leader, county := as(t, w.safety), as(t, w.head), as(t, w.leader), as(t, w.county)
	w.drain(t)
	told := func() (codes []string) {
		for _, n := range w.notes {
			if n.Office != 0 {
				codes = append(codes, n.Code)
			}
		}
		w.notes = nil
		return codes
	}
	require.Contains(t, told(), "hazard.note-reported-up", "the regulator is told at once")
	require.Equal(t, 1, len(testkit.All[string](t, w.W, "SELECT kind FROM job_outbox WHERE kind = 'hazard.alarm-report'")))

	refused(hazard.ErrPlan)(w.s.Start(leader, hid, ""))
	refused(hazard.ErrNoDraft)(w.s.SignPlan(head, hid, hazard.Signing{}))
	half := drafted
	half.Lights.Funds = false
	done(w.s.Plan(safety, hid, half))
	sign := hazard.Signing{TextHash: w.hash(t, hid), AttachmentID: w.photo(t, w.firm)}
	refused(hazard.ErrLights)(w.s.SignPlan(head, hid, sign))
	refused(rbac.ErrForbidden)(w.s.SignPlan(safety, hid, sign))
	done(w.s.Plan(safety, hid, drafted))
	refused(hazard.ErrOtherText)(w.s.SignPlan(head, hid, sign))
	sign.TextHash = w.hash(t, hid)
	done(w.s.SignPlan(head, hid, sign))
	require.ErrorContains(t, w.Gate.Write(safety, hazard.ActionList, func(tx db.Tx, _ rbac.Scope) error {
		if r := tx.Exec("UPDATE hazard_plan SET goals = '改' WHERE hazard_id = ?", int64(hid)); r.Error != nil || r.RowsAffected != 0 {
			return r.Error
		}
		return context.Canceled
	}), "canceled", "a signed plan is frozen")

	done(w.s.Complete(safety, hid, hazard.Content{StateAndCause: "失效", HarmAndDifficulty: "可能伤手，易整改", Scheme: "更换"}))
	done(w.s.Convene(safety, hid, hazard.Meeting{HeldOn: day.Of(2026, 3, 10), Form: "workers", Present: 30, Minutes: "通报", Photos: w.photos(t)}))
	done(w.s.Stop(county, hid, hazard.Order{Extent: "partial", Area: "3 号机", Since: day.Of(2026, 3, 10), Number: "安监停〔2026〕1 号"}))
	refused(hazard.ErrFuture)(w.s.Stop(safety, hid, hazard.Order{Extent: "full", Area: "全厂", Since: day.Of(2026, 3, 11)}))
	done(w.s.Start(leader, hid, ""))
	done(w.s.Advance(leader, hid, hazard.Advance{Share: 5000, SpentFen: 900_000, Note: "装置到货"}))
	refused(hazard.ErrDone)(w.s.Advance(leader, hid, hazard.Advance{Share: 4000, Note: "退步"}))
	done(w.s.Fix(leader, hid, hazard.Repair{Note: "已更换", Photos: w.photos(t)}))
	refused(hazard.ErrEvaluate)(w.s.Accept(head, hid, hazard.Verdict{}))
	own := w.evaluation(t)
	own.By, own.Evaluators = hazard.ByOwnStaff, []string{w.leader.Name}
	refused(hazard.ErrOwnAcceptance)(w.s.Evaluate(safety, hid, own))
	done(w.s.Evaluate(safety, hid, w.evaluation(t)))
	refused(hazard.ErrNow[hazard.SelfEvaluated])(w.s.Review(county, hid, w.verdict(t, true)))
	done(w.s.AskReview(safety, hid, ""))
	w.drain(t)
	require.Contains(t, told(), "hazard.note-review-asked")

	for name, a := range map[string]rbac.Actor{"the company": w.safety, "the principal": w.head} {
		_, err := w.s.Review(as(t, a), hid, w.verdict(t, true))
		require.ErrorIs(t, err, rbac.ErrForbidden, name)
	}
	refused(rbac.ErrNotFound)(w.s.Review(as(t, w.elsewhere), hid, w.verdict(t, true)))
	alone := w.verdict(t, true)
	alone.Second = hazard.Officer{PersonID: w.county.PersonID}
	refused(hazard.ErrTwoOfficers)(w.s.Review(county, hid, alone))
	alone.Second = hazard.Officer{PersonID: 815}
	refused(hazard.ErrTwoOfficers)(w.s.Review(county, hid, alone))
	alone.Second, alone.Photos = hazard.Officer{Name: "李四", Number: "33078400002"}, nil
	refused(hazard.ErrPhotoNeeded)(w.s.Review(county, hid, alone))
	done(w.s.Review(county, hid, w.verdict(t, false)))
	done(w.s.Fix(leader, hid, hazard.Repair{Note: "已紧固", Photos: w.photos(t)}))
	done(w.s.Evaluate(safety, hid, w.evaluation(t)))
	done(w.s.AskReview(safety, hid, ""))
	passed := w.verdict(t, true)
	passed.Resume = true
	done(w.s.Review(county, hid, passed))
	refused(hazard.ErrNotStopped)(w.s.Resume(county, hid, hazard.Resumption{Note: "同意"}))
	w.drain(t)

	m, err := w.s.MajorByID(county, hid)
	require.NoError(t, err)
	require.Equal(t, []any{hazard.Cancelled, false, 3, "李四"}, []any{m.State, m.WorkStopped(), len(m.Treatment.Opinions), m.Treatment.Opinions[2].SecondName})
	require.Equal(t, []int{1, 1, 1, 1, 2}, []int{len(m.Treatment.Plans), len(m.Treatment.Congress), len(m.Treatment.Stops), len(m.Treatment.Progress), len(m.Treatment.Evaluations)})
	require.True(t, w.due[len(w.due)-1].On.IsZero(), "nothing is owed of what is closed")
	for _, paper := range []string{"report", "plan", "review", "resume"} {
		content, name, err := w.s.Paper(county, hid, paper)
		require.NoError(t, err, paper)
		require.True(t, len(content) > 2000 && name != "", paper)
	}
	rows, _, _, err := w.s.MajorList(county, hazard.MajorFilter{Query: filter().Query, Stage: "closed"})
	require.NoError(t, err)
	require.Equal(t, []any{1, int32(5000)}, []any{len(rows), rows[0].Share})
}

// TestReportWithoutContent raises the alarm a day after the grading, once.
func TestReportWithoutContent(t *testing.T) {
	t.Parallel()
	w := setup(t)
	late, told := w.assigned(t, hazard.Major), w.assigned(t, hazard.Major)
	_, err := w.s.Complete(as(t, w.safety), told, hazard.Content{StateAndCause: "失效", HarmAndDifficulty: "易整改", Scheme: "更换"})
	require.NoError(t, err)
	w.Set(noon.Add(25 * time.Hour))
	w.drain(t)
	require.Equal(t, []int64{int64(late)}, testkit.All[int64](t, w.W, "SELECT hazard_id FROM hazard_treatment WHERE alarmed_at IS NOT NULL"))
	alarms := 0
	for _, n := range w.notes {
		if n.Code == "hazard.note-alarm" {
			alarms++
		}
	}
	require.Equal(t, 1, alarms)
}

// TestNextProgress counts quarters from the first signature.
func TestNextProgress(t *testing.T) {
	t.Parallel()
	signed := time.Date(2026, 1, 31, 4, 0, 0, 0, time.UTC)
	open := hazard.Hazard{Level: hazard.Major, State: hazard.Rectifying}
	for name, tc := range map[string]struct {
		h    hazard.Hazard
		made []day.Date
		want day.Date
	}{
		"the first":            {open, nil, day.Of(2026, 4, 30)},
		"made in the quarter":  {open, []day.Date{day.Of(2026, 3, 1)}, day.Of(2026, 7, 31)},
		"made on the day":      {open, []day.Date{day.Of(2026, 4, 30)}, day.Of(2026, 7, 31)},
		"made late":            {open, []day.Date{day.Of(2026, 5, 1)}, day.Of(2026, 10, 31)},
		"of what is fixed":     {hazard.Hazard{Level: hazard.Major, State: hazard.UnderReview, FixedOn: day.Of(2026, 3, 1)}, nil, day.Date{}},
		"of what is not major": {hazard.Hazard{Level: hazard.General, State: hazard.Rectifying}, nil, day.Date{}},
	} {
		tr := hazard.Treatment{Plans: []hazard.Plan{{SignedAt: &signed}}}
		for _, d := range tc.made {
			tr.Progress = append(tr.Progress, hazard.Stage{MadeOn: d})
		}
		require.Equal(t, tc.want, tr.NextProgress(tc.h), name)
	}
}

// TestDirectLine shows that a direct report is the sender's and the regulator's alone.
func TestDirectLine(t *testing.T) {
	t.Parallel()
	w := setup(t)
	officer := w.Actor(t, w.firm, "safety")
	n, err := w.s.Send(as(t, w.safety), hazard.Alert{Place: "喷涂车间", Description: "可燃气体报警器长期屏蔽，多次报告无人处理", ToldWhom: "总经理"})
	require.NoError(t, err)
	_, err = w.s.Send(as(t, w.head), hazard.Alert{Place: "喷涂车间", Description: "代报"})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	sees := func(a rbac.Actor) int {
		rows, _, err := w.s.Directs(as(t, a), hazard.DirectFilter{Query: filter().Query})
		require.NoError(t, err)
		return len(rows)
	}
	require.Equal(t, []int{1, 0, 0, 1, 0}, []int{sees(w.safety), sees(officer), sees(w.stranger), sees(w.county), sees(w.elsewhere)})
	consultant := w.Member(t, rbac.Service, "consultant")
	consultant.CompanyID, consultant.RegionPath = w.firm.ID, w.firm.RegionPath
	for name, a := range map[string]rbac.Actor{"the principal": w.head, "another safety officer": officer, "a worker": w.worker, "a stranger": w.stranger} {
		err := w.Gate.Read(as(t, a), hazard.ActionList, func(tx db.Tx, _ rbac.Scope) error {
			var rows, trail int64
			if err := tx.Raw("SELECT count(*) FROM hazard_direct").Scan(&rows).Error; err != nil {
				return err
			}
			require.Zero(t, rows, "row security hides it from %s", name)
			err := tx.Raw("SELECT count(*) FROM audit_entry WHERE action LIKE 'hazard.direct.%'").Scan(&trail).Error
			require.Zero(t, trail, "the trail hides it from %s", name)
			return err
		})
		require.NoError(t, err)
	}
	require.Error(t, w.Gate.Read(as(t, consultant), hazard.ActionList, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec("SELECT count(*) FROM hazard_direct").Error }))

	w.drain(t)
	for _, note := range w.notes {
		require.Equal(t, []any{w.county.PersonID, "hazard.note-direct"}, []any{note.Person, note.Code}, "nobody of the company is told")
	}
	require.NotEmpty(t, w.notes)
	w.notes = nil

	_, err = w.s.Handle(as(t, w.elsewhere), n, hazard.Answer{Note: "处理"})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Handle(as(t, w.safety), n, hazard.Answer{Note: "处理"})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Handle(as(t, w.county), n, hazard.Answer{Note: "已核实", Open: true, Place: "喷涂车间", Description: "可燃气体报警失效"})
	require.NoError(t, err)
	_, err = w.s.Handle(as(t, w.county), n, hazard.Answer{Note: "再答"})
	require.ErrorIs(t, err, hazard.ErrHandled)
	rows, _, _, err := w.s.Ledger(as(t, w.head), filter())
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, []any{hazard.Tip, hazard.Major, "", w.county.Name}, []any{rows[0].Source, rows[0].SuggestedLevel, rows[0].FoundByName, testkit.One[string](t, w.W, "SELECT actor_name FROM hazard_step")})
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard_step WHERE person_id = $1 OR note <> ''", int64(w.safety.PersonID)))
	w.drain(t)
	var answered bool
	for _, note := range w.notes {
		answered = answered || (note.Code == "hazard.note-direct-answered" && note.Person == w.safety.PersonID)
	}
	require.True(t, answered)
}

// TestMajorsOverHTTP asks the pages' operations as those who may and as those who may not.
func TestMajorsOverHTTP(t *testing.T) {
	t.Parallel()
	w := setup(t)
	shop := w.Unit(t, w.firm, 0, "workshop", "喷涂车间")
	next := w.Placed(t, w.Actor(t, w.firm, "director"), shop)
	hid := w.assigned(t, hazard.Major)
	w.planned(t, hid)
	api := webtest.New(t, func(a huma.API) { hazard.Mount(a, w.s) })
	safety, county := api.As(w.safety), api.As(w.county)
	const base = "/api/hazard/majors"
	at := fmt.Sprintf("%s/%d", base, hid)

	var f struct {
		Next, Verbs []string
		Plans       []struct{ SignedName, Seal string }
		Major       struct{ WorkStopped, Completed bool }
	}
	safety.Get(at).OK(t, &f)
	require.Equal(t, []string{"report", "congress", "start"}, f.Next)
	require.Equal(t, []string{"report", "congress", "draft", "stop", "progress"}, f.Verbs)
	require.Equal(t, w.head.Name, f.Plans[0].SignedName)
	county.Get(at).OK(t, &f)
	require.Equal(t, []string{"stop"}, f.Verbs)
	var l listed
	county.Get(base+"?stage=treated&stock=new").OK(t, &l)
	require.Len(t, l.Items, 1)
	county.Get("/api/hazard/major-counts").OK(t, nil)
	county.Get("/api/hazard/officers").OK(t, nil)
	require.Equal(t, 200, county.Get(at+"/papers/plan").Status)
	county.Get(at+"/papers/review").Refused(t, 404, "hazard.no-paper")

	api.As(w.stranger).Get(at).Refused(t, 404, "rbac.not-found")
	api.As(w.elsewhere).Get(at).Refused(t, 404, "rbac.not-found")
	api.As(next).Get(at).Refused(t, 404, "rbac.not-found") // of the workshop next door
	api.As(next).Get(base).OK(t, &l)
	require.Empty(t, l.Items)
	api.As(w.worker).Get(base).Refused(t, 403, "rbac.forbidden")
	api.Anonymous().Get(base).Refused(t, 401, "rbac.unauthenticated")
	api.As(w.stranger).Post(at+"/progress", `{"share":1,"spentFen":0,"note":"x"}`).Refused(t, 404, "rbac.not-found")

	long := strings.Repeat("隐", 4001)
	for _, q := range []struct{ verb, body string }{
		{"report", `{}`},
		{"report", `{"stateAndCause":"` + long + `","harmAndDifficulty":"x","scheme":"x"}`},
		{"report", `{"stateAndCause":"\u0000","harmAndDifficulty":"x","scheme":"x"}`},
		{"congress", `{"heldOn":"2026-02-31","form":"workers","present":3,"minutes":"x","photos":["1"]}`},
		{"congress", `{"heldOn":"2026-03-01","form":"club","present":3,"minutes":"x","photos":["1"]}`},
		{"congress", `{"heldOn":"2026-03-01","form":"workers","present":3,"minutes":"x","photos":["99999999"]}`},
		{"congress", `{"heldOn":"2026-03-01","form":"workers","present":-1,"minutes":"x","photos":["1"]}`},
		{"stop", `{"extent":"half","area":"x","since":"2026-03-01"}`},
		{"stop", `{"extent":"full","area":"  ","since":"2026-03-01"}`},
		{"stop", `{"extent":"full","area":"x","since":"2030-01-01"}`},
		{"progress", `{"share":10001,"spentFen":0,"note":"x"}`},
		{"progress", `{"share":1.5,"spentFen":0,"note":"x"}`},
		{"progress", `{"share":1,"spentFen":-1,"note":"x"}`},
		{"plan", `{"goals":""}`},
		{"sign", `{"textHash":"zz","attachmentId":"1"}`},
		{"evaluate", `{"by":"friends"}`},
		{"ask-review", `{}`},
		{"report", "\xff\xfe"},
	} {
		a := safety.Post(at+"/"+q.verb, q.body)
		require.True(t, a.Status >= 400 && a.Status < 500, "%s %s: %d", q.verb, q.body, a.Status)
	}
	for _, path := range []string{base + "?stage=all", base + "?limit=0", base + "?cursor=x", base + "/x", base + "/99999999999999999999", at + "/papers/letter", "/api/hazard/direct-reports?limit=x"} {
		a := safety.Get(path)
		require.True(t, a.Status >= 400 && a.Status < 500, "%s: %d", path, a.Status)
	}
	safety.Post("/api/hazard/direct-reports", `{"place":" ","description":"无人处理"}`).Refused(t, 422, "hazard.blank")
	api.As(w.head).Get("/api/hazard/direct-reports").Refused(t, 403, "rbac.forbidden")
}
