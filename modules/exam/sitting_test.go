package exam_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/modules/exam"
	"anbiao/rbac"
	"anbiao/testkit"
)

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                       *exam.Service
	firm                    testkit.Firm
	safety, worker, another rbac.Actor
	stranger                rbac.Actor
	ended                   []exam.Result
	due                     []due.Item
	told                    []exam.Note
	bank                    id.Of[id.Bank]
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.firm = w.Company(t, "330784105")
	w.safety, w.worker, w.another = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker"), w.Actor(t, w.firm, "worker")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.s = &exam.Service{
		Gate: w.Gate,
		Ended: func(_ context.Context, _ db.Tx, _ rbac.Scope, r exam.Result) error {
			w.ended = append(w.ended, r)
			return nil
		},
		PutDue: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			w.due = append(w.due, items...)
			return nil
		},
		Tell: func(_ context.Context, _ db.Tx, _ rbac.Scope, notes []exam.Note) error {
			w.told = append(w.told, notes...)
			return nil
		},
		Purposes: map[string]func(ctx context.Context, tx db.Tx, who exam.Sitter, paper id.Of[id.Paper], ref int64) error{
			"card": func(_ context.Context, _ db.Tx, who exam.Sitter, _ id.Of[id.Paper], ref int64) error {
				if ref != 7 {
					return rbac.ErrNotFound
				}
				return nil
			},
		},
		Bearer: func(_ context.Context, _ db.Tx, token string) (exam.Ticket, error) {
			if token != "the-right-token" {
				return exam.Ticket{}, rbac.ErrNotFound
			}
			return exam.Ticket{Sitter: exam.Sitter{Home: rbac.Home{CompanyID: w.firm.ID, RegionPath: w.firm.RegionPath}, StaffID: w.another.StaffID, Name: "新人"}, PaperID: id.Of[id.Paper](testkit.One[int64](t, w.W, "SELECT max(id) FROM exam_paper")), Purpose: exam.Purpose{Noun: "card", Ref: 7}}, nil
		},
	}
	var err error
	w.bank, err = w.s.TakeOver(as(t, w.safety), "ready-three-level")
	require.NoError(t, err)
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

func (w *world) paper(t *testing.T, change func(*exam.PaperEntry)) id.Of[id.Paper] {
	t.Helper()
	e := exam.PaperEntry{Title: "三级安全教育考试", Terms: exam.Terms{Parts: []exam.Part{
		{Kind: exam.Single, Count: 4, Points: 15}, {Kind: exam.Multiple, Count: 2, Points: 10}, {Kind: exam.Judge, Count: 2, Points: 10},
	}, Minutes: 30, PassMark: 80, Shuffle: true, Partial: true}}
	if change != nil {
		change(&e)
	}
	n, err := w.s.MakePaper(as(t, w.safety), e)
	require.NoError(t, err)
	return n
}

// drawn are the questions of a sitting.
func (w *world) drawn(t *testing.T, n id.Of[id.Sitting]) (out []exam.Drawn) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(testkit.One[string](t, w.W, "SELECT drawn::text FROM exam_sitting WHERE id = $1", int64(n))), &out))
	return out
}

// missed is how often each question of a bad sitting was asked, and how often right, where a good one came after it.
func (w *world) missed(t *testing.T, bad, good id.Of[id.Sitting]) map[id.Of[id.Question]][2]int {
	t.Helper()
	out := map[id.Of[id.Question]][2]int{}
	for _, d := range w.drawn(t, bad) {
		out[d.ID] = [2]int{1, 0}
	}
	for _, d := range w.drawn(t, good) {
		if _, ok := out[d.ID]; ok {
			out[d.ID] = [2]int{2, 1}
		}
	}
	return out
}

// right are the right choices of a sitting, as shown to its sitter.
func (w *world) right(t *testing.T, n id.Of[id.Sitting]) []exam.Given {
	t.Helper()
	drawn := w.drawn(t, n)
	out := make([]exam.Given, len(drawn))
	for i, d := range drawn {
		var answer []int16
		require.NoError(t, json.Unmarshal([]byte(testkit.One[string](t, w.W, "SELECT to_json(answer)::text FROM exam_question WHERE id = $1", int64(d.ID))), &answer))
		out[i] = exam.Given{N: i, Choice: []int16{}}
		for _, a := range answer {
			place := a
			for shown, own := range d.Order {
				if own == a {
					place = int16(shown)
				}
			}
			out[i].Choice = append(out[i].Choice, place)
		}
	}
	return out
}

func (w *world) sit(t *testing.T, a rbac.Actor, in exam.Start) id.Of[id.Sitting] {
	t.Helper()
	n, err := w.s.Sit(as(t, a), in)
	require.NoError(t, err)
	return n
}

func TestSitting(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.paper(t, nil)
	n := w.sit(t, w.worker, exam.Start{PaperID: p, Noun: "card", Ref: 7})
	all := w.right(t, n)

	k, err := w.s.Save(as(t, w.worker), n, exam.Sheet{Answers: all[:3]})
	require.NoError(t, err)
	require.Equal(t, []any{exam.Running, 3}, []any{k.State, k.Saved})
	require.Equal(t, n, w.sit(t, w.worker, exam.Start{PaperID: p, Noun: "card", Ref: 7}), "a broken connection resumes the same sitting")
	_, err = w.s.Sit(as(t, w.worker), exam.Start{PaperID: p})
	require.ErrorIs(t, err, exam.ErrRunning)
	o, err := w.s.Open(as(t, w.worker), n)
	require.NoError(t, err)
	require.False(t, o.Told)
	require.Len(t, o.Answers, 3)
	_, err = w.s.Open(as(t, w.another), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Save(as(t, w.another), n, exam.Sheet{Answers: all[:1]})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Save(as(t, w.worker), n, exam.Sheet{Answers: []exam.Given{{N: 8, Choice: []int16{0}}}})
	require.ErrorIs(t, err, exam.ErrPlace)
	_, err = w.s.Save(as(t, w.worker), n, exam.Sheet{Answers: []exam.Given{{N: 0, Choice: []int16{9}}}})
	require.ErrorIs(t, err, exam.ErrChoice)
	_, err = w.s.Save(as(t, w.worker), n, exam.Sheet{Answers: []exam.Given{{N: 0, Choice: []int16{0, 1}}}})
	require.ErrorIs(t, err, exam.ErrChoice)

	for range 2 { // pressed twice
		_, err = w.s.Hand(as(t, w.worker), n, exam.Sheet{Answers: all[3:]})
		require.NoError(t, err)
	}
	require.Equal(t, []exam.Result{{CompanyID: w.firm.ID, StaffID: w.worker.StaffID, SittingID: int64(n), Purpose: exam.Purpose{Noun: "card", Ref: 7}, Title: "三级安全教育考试", On: day.Of(2026, 3, 10), Score: 100, Passed: true}}, w.ended)
	o, err = w.s.Open(as(t, w.worker), n)
	require.NoError(t, err)
	require.True(t, o.Told)
	_, err = w.s.Sit(as(t, w.worker), exam.Start{PaperID: p, Noun: "card", Ref: 7})
	require.ErrorIs(t, err, exam.ErrPassed)
	_, err = w.s.Sit(as(t, w.worker), exam.Start{PaperID: p, Noun: "card", Ref: 8})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Sit(as(t, w.worker), exam.Start{PaperID: p, Noun: "feast", Ref: 8})
	require.ErrorIs(t, err, exam.ErrPurpose)
	_, err = w.s.Result(as(t, w.stranger), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Result(as(t, w.safety), n)
	require.NoError(t, err)
}

// TestClock holds that the server's clock ends a sitting, whether somebody comes late or nobody comes.
func TestClock(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.paper(t, func(e *exam.PaperEntry) { e.Tries, e.RetakeHours = 3, 24 })
	n := w.sit(t, w.worker, exam.Start{PaperID: p})
	all := w.right(t, n)
	_, err := w.s.Save(as(t, w.worker), n, exam.Sheet{Answers: all[:2]})
	require.NoError(t, err)
	w.Set(noon.Add(30 * time.Minute)) // the last second is over
	k, err := w.s.Save(as(t, w.worker), n, exam.Sheet{Answers: all})
	require.NoError(t, err)
	require.Equal(t, []any{exam.Ended, 0}, []any{k.State, k.Saved})
	require.Equal(t, []any{30, false}, []any{w.ended[0].Score, w.ended[0].Passed}, "what came late is not kept")
	_, err = w.s.Sit(as(t, w.worker), exam.Start{PaperID: p})
	require.ErrorIs(t, err, exam.ErrWait)

	m := w.sit(t, w.another, exam.Start{PaperID: p})
	w.Set(noon.Add(61 * time.Minute))
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), "clock", exam.EndByClock{}.Kind(), []byte("{}")))
	require.Equal(t, "clock", testkit.One[string](t, w.W, "SELECT ended_by FROM exam_sitting WHERE id = $1", int64(m)))
	require.Len(t, w.ended, 2)

	w.Set(noon.Add(30*time.Hour - time.Minute))
	for try := 2; try <= 3; try++ {
		w.Set(w.Now().Add(25 * time.Hour))
		again := w.sit(t, w.worker, exam.Start{PaperID: p})
		_, err = w.s.Hand(as(t, w.worker), again, exam.Sheet{Answers: []exam.Given{}})
		require.NoError(t, err)
		require.Equal(t, try, testkit.One[int](t, w.W, "SELECT try_no FROM exam_sitting WHERE id = $1", int64(again)))
	}
	w.Set(w.Now().Add(25 * time.Hour))
	_, err = w.s.Sit(as(t, w.worker), exam.Start{PaperID: p})
	require.ErrorIs(t, err, exam.ErrTries)
}

// TestOldSittingsKeepTheirs corrects a question after it was sat.
func TestOldSittingsKeepTheirs(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.paper(t, nil)
	n := w.sit(t, w.worker, exam.Start{PaperID: p})
	o, err := w.s.Open(as(t, w.worker), n)
	require.NoError(t, err)
	was := o.Questions[o.Drawn.V[0].ID]
	fresh, err := w.s.Correct(as(t, w.safety), was.ID, exam.Entry{Kind: exam.Single, Stem: was.Stem + "（修订）", Options: was.Options, Answer: []int16{(was.Answer[0] + 1) % 4}, Points: 2})
	require.NoError(t, err)
	_, err = w.s.Correct(as(t, w.safety), was.ID, exam.Entry{Kind: exam.Single, Stem: "x", Options: []string{"a", "b"}, Answer: []int16{0}})
	require.ErrorIs(t, err, exam.ErrReplaced)
	_, err = w.s.Hand(as(t, w.worker), n, exam.Sheet{Answers: w.right(t, n)})
	require.NoError(t, err)
	require.Equal(t, 100, w.ended[0].Score, "judged by the version that was drawn")
	rows, err := w.s.Question(as(t, w.safety), fresh)
	require.NoError(t, err)
	require.Equal(t, []any{2, 1, fresh}, []any{rows[0].Version, rows[1].Version, rows[0].ID})
	require.Equal(t, rows[1].Number, rows[0].Number)
	_, err = w.s.TakeOver(as(t, w.safety), "ready-three-level")
	require.NoError(t, err)
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM exam_question WHERE bank_id = $1 AND number = $2 AND state = 'current'", int64(w.bank), int64(rows[0].Number)), "taking over again brings nothing back")
}

func TestBearer(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.paper(t, nil)
	_, err := w.s.BearerSit(t.Context(), "a-wrong-token")
	require.ErrorIs(t, err, exam.ErrBearer)
	o, err := w.s.BearerSit(t.Context(), "the-right-token")
	require.NoError(t, err)
	_, err = w.s.BearerSave(t.Context(), "the-right-token", o.ID, exam.Sheet{Answers: w.right(t, o.ID)[:4]})
	require.NoError(t, err)
	other := w.sit(t, w.worker, exam.Start{PaperID: o.PaperID})
	_, err = w.s.BearerOpen(t.Context(), "the-right-token", other)
	require.ErrorIs(t, err, rbac.ErrNotFound, "another's sitting")
	done, err := w.s.BearerHand(t.Context(), "the-right-token", o.ID, exam.Sheet{Answers: w.right(t, o.ID)[4:]})
	require.NoError(t, err)
	require.Equal(t, 100, *done.Score)
	require.Equal(t, w.another.StaffID, w.ended[0].StaffID)
}

func TestTasks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.paper(t, nil)
	_, err := w.s.Give(as(t, w.safety), exam.Order{PaperID: p, DueOn: day.Of(2026, 3, 9), StaffID: []id.Of[id.Staff]{w.worker.StaffID}})
	require.ErrorIs(t, err, exam.ErrDueOn)
	_, err = w.s.Give(as(t, w.safety), exam.Order{PaperID: p, DueOn: day.Of(2026, 3, 20), StaffID: []id.Of[id.Staff]{w.stranger.StaffID}})
	require.ErrorIs(t, err, exam.ErrNobody)
	n, err := w.s.Give(as(t, w.safety), exam.Order{PaperID: p, DueOn: day.Of(2026, 3, 20), StaffID: []id.Of[id.Staff]{w.worker.StaffID, w.another.StaffID}})
	require.NoError(t, err)
	require.Len(t, w.due, 2)
	require.Len(t, w.told, 1)
	d, err := w.s.Mine(as(t, w.worker))
	require.NoError(t, err)
	require.Len(t, d.Duties, 1)
	bad := w.sit(t, w.worker, exam.Start{PaperID: p, TaskID: n})
	_, err = w.s.Hand(as(t, w.worker), bad, exam.Sheet{Answers: []exam.Given{}})
	require.NoError(t, err)
	good := w.sit(t, w.worker, exam.Start{PaperID: p, TaskID: n})
	_, err = w.s.Hand(as(t, w.worker), good, exam.Sheet{Answers: w.right(t, good)})
	require.NoError(t, err)
	task, people, err := w.s.Assigned(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, []int{task.People, task.Passed})
	require.Equal(t, []any{w.worker.StaffID, 100}, []any{people[1].StaffID, *people[1].Best})
	require.True(t, w.due[2].On.IsZero(), "settled once passed")
	x, err := w.s.Digest(as(t, w.safety), p)
	require.NoError(t, err)
	require.Equal(t, exam.Tally{Sittings: 2, Passed: 1, People: 1, Through: 1, Best: 100, Mean: 50}, x.Tally)
	got := map[id.Of[id.Question]][2]int{}
	for i, h := range x.Hardest {
		got[h.QuestionID] = [2]int{h.Asked, h.Right}
		require.True(t, i == 0 || x.Hardest[i-1].Right <= h.Right, "the worst first")
	}
	require.Equal(t, w.missed(t, bad, good), got)
	_, err = w.s.Withdraw(as(t, w.safety), n)
	require.NoError(t, err)
	_, err = w.s.Sit(as(t, w.another), exam.Start{PaperID: p, TaskID: n})
	require.ErrorIs(t, err, exam.ErrWithdrawn)
	rows, _, err := w.s.Results(as(t, w.stranger), exam.ResultFilter{Query: page.Query{Limit: 10}})
	require.NoError(t, err)
	require.Empty(t, rows)
	_, err = w.s.Give(as(t, w.worker), exam.Order{PaperID: p, DueOn: day.Of(2026, 3, 20), All: true})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, _, err = w.s.Questions(as(t, w.worker), exam.QuestionFilter{Query: page.Query{Limit: 10}})
	require.ErrorIs(t, err, rbac.ErrForbidden, "answers are not for those who sit")
}

func TestImport(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rows := func() []sheet.Row {
		return []sheet.Row{
			{Number: 2, Values: map[string]string{"bank": "车间题库", "kind": "单选题", "stem": "冲床操作前应检查（　）。", "optionA": "光电保护", "optionB": "天气", "answer": "A", "points": "2"}},
			{Number: 3, Values: map[string]string{"bank": "车间题库", "kind": "判断", "stem": "可以戴手套操作台钻。", "answer": "×"}},
			{Number: 4, Values: map[string]string{"bank": "车间题库", "kind": "多选", "stem": "缺少选项的题", "optionA": "一", "answer": "AB"}},
		}
	}
	check := func(save bool) (verdicts []string, checked []sheet.Row) {
		checked = rows()
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
			f := w.s.CheckQuestions
			if save {
				f = w.s.SaveQuestions
			}
			verdicts, err = f(ctx, tx, w.safety, checked)
			return err
		}))
		return verdicts, checked
	}
	v, got := check(false)
	require.Equal(t, []string{"new", "new", "new"}, v)
	require.Empty(t, got[1].Faults)
	require.Equal(t, "options", got[2].Faults[0].Column)
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM exam_bank WHERE title = '车间题库'"))
	check(true)
	v, _ = check(true)
	require.Equal(t, []string{"same", "same"}, v[:2])
	require.Equal(t, 2, testkit.One[int](t, w.W, "SELECT questions FROM exam_bank WHERE title = '车间题库'"))
	require.Equal(t, "{0}", testkit.One[string](t, w.W, "SELECT answer::text FROM exam_question WHERE stem = '可以戴手套操作台钻。'"))
}
