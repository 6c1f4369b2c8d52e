package standardization_test

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/scoring"
	"anbiao/modules/hazard"
	"anbiao/modules/rubric"
	"anbiao/modules/standardization"
	"anbiao/rbac"
	"anbiao/testkit"
)

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                 *standardization.Service
	firm                              testkit.Firm
	principal, safety, worker, leader rbac.Actor
	county, city, agency              rbac.Actor
	table                             id.Of[id.Rubric]
	raised                            []standardization.Mend
	due                               map[string]day.Date
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), due: map[string]day.Date{}}
	w.Set(noon)
	w.firm = w.Company(t, "330784105")
	w.principal, w.safety, w.worker, w.leader = w.Actor(t, w.firm, "principal"), w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker"), w.Actor(t, w.firm, "leader")
	w.county, w.city, w.agency = w.Regulator(t, "county", "330784"), w.Regulator(t, "city", "3307"), w.Member(t, rbac.Agency, "reviewer")
	require.NoError(t, (&rubric.Service{Gate: w.Gate}).Load(t.Context()))
	w.table = id.Of[id.Rubric](testkit.One[int64](t, w.W, "SELECT id FROM rubric WHERE code = 'jiangsu-gongmao-xiaowei-600'"))
	names := map[id.Of[id.Staff]]standardization.Person{}
	for _, a := range []rbac.Actor{w.principal, w.safety, w.worker, w.leader} {
		names[a.StaffID] = standardization.Person{ID: a.StaffID, Name: a.Name, Principal: a.StaffID == w.principal.StaffID}
	}
	ledger := &hazard.Service{
		Gate: w.Gate, Touch: func(context.Context, db.Tx, id.Of[id.Company]) error { return nil }, Tell: func(context.Context, db.Tx, hazard.Note) error { return nil },
		Claim: func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil },
	}
	w.s = &standardization.Service{
		Gate: w.Gate, Load: rubric.Load, Use: rubric.Use,
		Offered: func(ctx context.Context, tx db.Tx, p scoring.Purpose, region string, on day.Date) (out []standardization.Table, err error) {
			found, err := rubric.Published(ctx, tx, p, region, on)
			for _, r := range found {
				out = append(out, standardization.Table{ID: r.ID, Code: r.Code, Scorable: r.Scorable})
			}
			return out, err
		},
		Performance: func(_ context.Context, _ db.Tx, ids []rbac.CompanyID, _, _ day.Date) (map[rbac.CompanyID]scoring.Facts, error) {
			return map[rbac.CompanyID]scoring.Facts{ids[0]: {"deaths": "0"}}, nil
		},
		People: func(_ context.Context, _ db.Tx, _ rbac.CompanyID, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]standardization.Person, error) {
			out := map[id.Of[id.Staff]]standardization.Person{}
			for _, n := range ids {
				if p, there := names[n]; there {
					out[n] = p
				}
			}
			return out, nil
		},
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			for _, it := range items {
				w.due[it.Kind] = it.On
			}
			return nil
		},
		Raise: func(ctx context.Context, tx db.Tx, scope rbac.Scope, m standardization.Mend) (id.Of[id.Hazard], error) {
			w.raised = append(w.raised, m)
			return ledger.Enter(ctx, tx, scope, hazard.Discovery{Ref: m.Ref, Source: hazard.SelfCheck, Place: m.Place, Description: m.Description, Clause: m.Clause})
		},
		Sources: []standardization.Source{{Key: "meeting", Page: func(_ context.Context, _, cursor string, _ int) ([]standardization.Record, string, error) {
			if cursor == "" {
				return []standardization.Record{{Ref: "6", Title: "月度例会"}}, "more", nil
			}
			return []standardization.Record{{Ref: "7", Title: "安委会会议", On: day.Of(2026, 3, 2)}}, "", nil
		}}},
	}
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

// begun is a self evaluation that is being scored.
func (w *world) begun(t *testing.T) id.Of[id.Evaluation] {
	t.Helper()
	n, err := w.s.Begin(as(t, w.safety), standardization.Beginning{RubricID: w.table, Year: 2026, DueOn: day.Of(2026, 4, 30)})
	require.NoError(t, err)
	_, err = w.s.Begin(as(t, w.safety), standardization.Beginning{RubricID: w.table, Year: 2026})
	require.ErrorIs(t, err, standardization.ErrOpen)
	_, err = w.s.Start(as(t, w.safety), n)
	require.ErrorIs(t, err, standardization.ErrLeader)
	team := func(lead rbac.Actor, worker bool) standardization.Outline {
		return standardization.Outline{Title: "2026 年度自评", DueOn: day.Of(2026, 4, 30), Plan: []standardization.PlanStep{{What: "逐项评定", From: day.Of(2026, 3, 10), Until: day.Of(2026, 3, 20)}}, Team: []standardization.Member{
			{StaffID: lead.StaffID, Part: standardization.Leader}, {StaffID: w.worker.StaffID, Part: standardization.Other, Worker: worker},
		}}
	}
	for _, step := range []struct {
		lead   rbac.Actor
		worker bool
		want   error
	}{{w.safety, true, standardization.ErrLeader}, {w.principal, false, standardization.ErrWorkers}, {w.principal, true, nil}} {
		_, err = w.s.Amend(as(t, w.safety), n, team(step.lead, step.worker))
		require.NoError(t, err)
		_, err = w.s.Start(as(t, w.safety), n)
		require.ErrorIs(t, err, step.want)
	}
	return n
}

func (w *world) all(t *testing.T, n id.Of[id.Evaluation], except ...string) {
	t.Helper()
	w.Exec(t, "UPDATE standardization_answer SET state = 'scored', answered_at = $2, answered_by = 'x', version = version + 1 WHERE evaluation_id = $1 AND state = 'open' AND item_code <> ALL($3)", int64(n), noon, append([]string{}, except...))
}

func TestSelfEvaluation(t *testing.T) {
	t.Parallel()
	w := setup(t)
	s, safety, principal, worker := w.s, as(t, w.safety), as(t, w.principal), as(t, w.worker)
	_, err := s.Begin(safety, standardization.Beginning{RubricID: w.table + 1000, Year: 2026})
	require.ErrorIs(t, err, standardization.ErrRubric)
	n := w.begun(t)
	require.Equal(t, day.Of(2026, 4, 30), w.due["standardization.finish"])
	require.NotNil(t, testkit.One[*time.Time](t, w.W, "SELECT used_at FROM rubric WHERE id = $1", int64(w.table)), "the version is frozen")

	_, err = s.Assign(safety, n, standardization.Assignment{Items: []string{"2.2", "3.1.1"}, AssigneeID: w.worker.StaffID, DueOn: day.Of(2026, 3, 20)})
	require.NoError(t, err)
	_, err = s.Assign(safety, n, standardization.Assignment{Items: []string{"9.9"}, AssigneeID: w.worker.StaffID})
	require.ErrorIs(t, err, standardization.ErrItem)
	mine, err := s.MineOf(worker)
	require.NoError(t, err)
	require.Equal(t, 18, mine[0].Items)
	sh, err := s.One(worker, n)
	require.NoError(t, err)
	require.Len(t, sh.Answers, 18, "his own and no others")
	_, err = s.One(as(t, w.leader), n)
	require.ErrorIs(t, err, rbac.ErrNotFound, "nothing is his")
	_, err = s.Answer(worker, n, "1.1.1", standardization.Reply{State: "scored"})
	require.ErrorIs(t, err, standardization.ErrNotMine)

	t.Run("answers", func(t *testing.T) {
		for name, c := range map[string]struct {
			code  string
			reply standardization.Reply
			want  error
		}{
			"no such item": {"9.9.9", standardization.Reply{State: "scored"}, standardization.ErrItem},
			"no reason":    {"1.6.2", standardization.Reply{State: "na", Reason: " "}, standardization.ErrNAReason},
			"stale":        {"1.6.2", standardization.Reply{State: "scored", Version: 3}, standardization.ErrChanged},
		} {
			_, err := s.Answer(safety, n, c.code, c.reply)
			require.ErrorIs(t, err, c.want, name)
		}
		_, err := s.Answer(safety, n, "1.6.2", standardization.Reply{State: "na", Reason: "无重大危险源"})
		require.NoError(t, err)
		_, err = s.Answer(principal, n, "1.6.2", standardization.Reply{State: "scored"})
		require.ErrorIs(t, err, standardization.ErrChanged, "he had not seen it")
		var all sync.WaitGroup
		for _, code := range []string{"1.1.1", "1.1.2", "1.2.1", "1.2.2"} {
			all.Go(func() {
				_, err := s.Answer(safety, n, code, standardization.Reply{State: "scored"})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		sh, err := s.One(safety, n)
		require.NoError(t, err)
		require.Equal(t, 5, sh.Result.Answered, "nobody's answer is lost")
		require.Empty(t, sh.Result.Level)
		require.Contains(t, sh.Result.Reasons, "INCOMPLETE:1.2.3")
	})
	var kept, gone id.Of[id.Finding]
	t.Run("findings", func(t *testing.T) {
		found := standardization.Found{ItemCode: "2.2.11", Rule: "a", Occurrences: 3, What: "皮带轮无防护罩", Place: "冲压车间", OwnerID: w.worker.StaffID, DueOn: day.Of(2026, 3, 30)}
		wrong := found
		wrong.Rule = "z"
		_, err := s.Find(worker, n, wrong)
		require.ErrorIs(t, err, standardization.ErrRule)
		wrong = found
		wrong.ItemCode = "1.6.2"
		_, err = s.Find(safety, n, wrong)
		require.ErrorIs(t, err, standardization.ErrNAFindings)
		kept, err = s.Find(worker, n, found)
		require.NoError(t, err)
		_, err = s.Answer(worker, n, "2.2.11", standardization.Reply{State: "na", Reason: "x", Version: 1})
		require.ErrorIs(t, err, standardization.ErrNAFindings)
		together, err := s.Find(safety, n, standardization.Found{ItemCode: "4.2.1", Rule: "b", Occurrences: 1, What: "较大隐患无防范措施"})
		require.NoError(t, err)
		sh, err := s.One(safety, n)
		require.NoError(t, err)
		require.Len(t, sh.Result.Losses, 3, "the rules of one finding fire together: zero, and 30 points at the total")
		require.Equal(t, []string{"b", "c"}, []string(sh.Findings[1].Rules))
		gone, err = s.Withdraw(safety, n, together, standardization.Withdrawal{Note: "误记"})
		require.NoError(t, err)
		_, err = s.Withdraw(safety, n, gone, standardization.Withdrawal{})
		require.ErrorIs(t, err, standardization.ErrFinding)
	})
	t.Run("evidence", func(t *testing.T) {
		for range 2 {
			_, err := s.Show(safety, n, standardization.Shown{ItemCode: "1.1.1", Source: "meeting", Ref: "7"})
			require.NoError(t, err)
		}
		_, err := s.Show(safety, n, standardization.Shown{ItemCode: "1.1.1", Source: "meeting", Ref: "8"})
		require.ErrorIs(t, err, standardization.ErrEvidence)
		sh, err := s.One(principal, n)
		require.NoError(t, err)
		require.Equal(t, []any{1, "安委会会议"}, []any{len(sh.Evidence), sh.Evidence[0].Title})
		_, err = s.Hide(safety, n, "1.1.1", sh.Evidence[0].ID)
		require.NoError(t, err)
	})
	t.Run("facts", func(t *testing.T) {
		state := func(f standardization.Fact) error {
			_, err := s.State(safety, n, standardization.Facts{Facts: []standardization.Fact{f}})
			return err
		}
		require.ErrorIs(t, state(standardization.Fact{Fact: "deaths", Value: "1"}), standardization.ErrFactCause)
		require.ErrorIs(t, state(standardization.Fact{Fact: "deaths", Value: "-1", Reason: "x"}), standardization.ErrFact)
		require.ErrorIs(t, state(standardization.Fact{Fact: "unheard", Value: "1"}), standardization.ErrFact)
		require.NoError(t, state(standardization.Fact{Fact: "deaths", Value: "1", Reason: "台账漏记"}))
		_, err := s.Recount(safety, n)
		require.NoError(t, err)
		sh, err := s.One(safety, n)
		require.NoError(t, err)
		require.Equal(t, standardization.Fact{Fact: "deaths", Found: "0", Value: "1", Reason: "台账漏记"}, sh.Facts.V[0], "what was stated with a reason stays")
	})
	w.finish(t, n, kept)
}

// finish signs the evaluation, and nothing changes it afterwards.
func (w *world) finish(t *testing.T, n id.Of[id.Evaluation], finding id.Of[id.Finding]) {
	t.Helper()
	s, safety, principal := w.s, as(t, w.safety), as(t, w.principal)
	_, err := s.Finish(principal, n, standardization.Signing{})
	require.ErrorIs(t, err, standardization.ErrUnfinished)
	w.all(t, n)
	_, err = s.Finish(safety, n, standardization.Signing{})
	require.ErrorIs(t, err, rbac.ErrForbidden, "the principal signs")
	_, err = s.Publish(safety, n, standardization.Hanging{Where: "公告栏"})
	require.ErrorIs(t, err, standardization.ErrNow)
	_, err = s.Finish(principal, n, standardization.Signing{Conclusion: "达标"})
	require.NoError(t, err)
	sh, err := s.One(safety, n)
	require.NoError(t, err)
	require.Equal(t, []any{"9800/99", "98.99", "pass", 9899}, []any{sh.Exact, sh.Official, sh.Level, sh.Score}, "588 of 594: 6 of 600 do not apply, 6 were lost")
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		table, err := rubric.Load(t.Context(), tx, w.table)
		require.NoError(t, err)
		kept, err := standardization.Kept(t.Context(), tx, []rbac.CompanyID{w.firm.ID})
		require.NoError(t, err)
		again, err := json.Marshal(table.Score(kept[w.firm.ID].Answers, kept[w.firm.ID].Facts))
		require.Equal(t, sh.Evaluation.Result, string(again), "scored again with the frozen table: the same bytes")
		require.Equal(t, day.Of(2026, 3, 10), kept[w.firm.ID].On["1.1.1"])
		return err
	}))
	_, err = s.Answer(safety, n, "1.1.1", standardization.Reply{State: "open"})
	require.ErrorIs(t, err, standardization.ErrNow)
	_, err = s.Withdraw(safety, n, finding, standardization.Withdrawal{})
	require.ErrorIs(t, err, standardization.ErrNow)
	_, err = w.Owner.Exec(t.Context(), "UPDATE standardization_evaluation SET score = 10000 WHERE id = $1", int64(n))
	require.ErrorContains(t, err, "is finished")
	require.Equal(t, []day.Date{{}, day.Of(2027, 3, 10)}, []day.Date{w.due["standardization.finish"], w.due["standardization.yearly"]})
	w.mended(t, n)
	w.hung(t, n)
	w.papers(t, n)
}

// mended makes the plan twice at once, and every finding is one hazard.
func (w *world) mended(t *testing.T, n id.Of[id.Evaluation]) {
	t.Helper()
	s, safety := w.s, as(t, w.safety)
	_, err := s.Mend(safety, n, standardization.Order{OwnerID: w.worker.StaffID, DueOn: day.Of(2026, 3, 1)})
	require.NoError(t, err, "the finding has a day of its own")
	_, err = s.Mend(safety, n, standardization.Order{OwnerID: w.worker.StaffID, DueOn: day.Of(2026, 4, 1)})
	require.NoError(t, err)
	require.Len(t, w.raised, 1)
	require.Equal(t, []any{w.worker.StaffID, day.Of(2026, 3, 30), "冲压车间"}, []any{w.raised[0].OwnerID, w.raised[0].DueOn, w.raised[0].Place})
	count := func() (open, total int) {
		require.NoError(t, w.Gate.Read(safety, standardization.ActionList, func(tx db.Tx, _ rbac.Scope) (err error) {
			open, total, err = standardization.Unmended(t.Context(), tx, w.firm.ID, n)
			return err
		}))
		return open, total
	}
	open, total := count()
	require.Equal(t, []int{1, 1}, []int{open, total})
	w.Exec(t, "UPDATE hazard SET level = 'general', category = 'A13', state = 'cancelled', cancelled_on = '2026-03-12' WHERE company_id = $1", int64(w.firm.ID))
	open, _ = count()
	require.Zero(t, open, "the ledger closed it")
}

// hung puts the report up for ten working days.
func (w *world) hung(t *testing.T, n id.Of[id.Evaluation]) {
	t.Helper()
	s, safety, worker := w.s, as(t, w.safety), as(t, w.worker)
	_, err := s.Publish(safety, n, standardization.Hanging{Where: "公告栏", Until: day.Of(2026, 3, 23)})
	require.ErrorIs(t, err, standardization.ErrDays)
	_, err = s.Publish(safety, n, standardization.Hanging{Where: "公告栏"})
	require.NoError(t, err)
	for on, want := range map[time.Time]int{noon: 1, noon.AddDate(0, 0, 14): 1, noon.AddDate(0, 0, 15): 0} { // until 24 March
		w.Set(on)
		list, err := s.Posted(worker)
		require.NoError(t, err)
		require.Len(t, list, want, on)
	}
	w.Set(noon)
	y, err := s.YearsOf(safety, 0)
	require.NoError(t, err)
	require.Equal(t, []any{1, day.Of(2027, 3, 10), false}, []any{len(y.Done), y.Next, y.Late})
}

func (w *world) papers(t *testing.T, n id.Of[id.Evaluation]) {
	t.Helper()
	safety := as(t, w.safety)
	for format, magic := range map[string]string{"pdf": "%PDF", "docx": "PK"} {
		_, content, err := w.s.Report(safety, n, format)
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(content, []byte(magic)), format)
	}
	_, content, err := w.s.Poster(safety, n)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(content, []byte("%PDF")))
	_, content, err = w.s.Excel(safety, n)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(content, []byte("PK")))
	_, _, err = w.s.Report(as(t, w.worker), n, "pdf")
	require.ErrorIs(t, err, rbac.ErrForbidden)
	w.outside(t, n)
}

// outside: who sees it, and who evaluates beside the company.
func (w *world) outside(t *testing.T, self id.Of[id.Evaluation]) {
	t.Helper()
	s := w.s
	other := w.Company(t, "330783100")
	stranger, elsewhere := as(t, w.Actor(t, other, "safety")), as(t, w.Regulator(t, "county", "330783"))
	for _, ctx := range []context.Context{stranger, elsewhere, as(t, w.agency)} {
		_, err := s.One(ctx, self)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		list, _, err := s.Evaluations(ctx, standardization.Filter{Query: page.Query{Limit: 20}})
		require.NoError(t, err)
		require.Empty(t, list)
	}
	review := func(title string) (n id.Of[id.Evaluation], err error) {
		return n, w.Gate.Write(as(t, w.agency), standardization.ActionAnswer, func(tx db.Tx, scope rbac.Scope) (err error) {
			n, err = s.OpenReview(t.Context(), tx, scope, w.firm.ID, self, title)
			return err
		})
	}
	_, err := review("现场评审")
	require.ErrorIs(t, err, rbac.ErrNotFound, "it is not let in")
	w.Exec(t, "INSERT INTO grading_access (company_id, region_path, oversight_line, organisation_id, opens_on, closes_on) VALUES ($1, $2, 0, $3, current_date - 1, current_date + 9)", int64(w.firm.ID), w.firm.RegionPath, int64(w.agency.OrganisationID))
	n, err := review("现场评审")
	require.NoError(t, err)
	agency := as(t, w.agency)
	_, err = s.Answer(agency, self, "1.1.1", standardization.Reply{State: "scored", Version: 1})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = s.Find(agency, n, standardization.Found{ItemCode: "2.2.11", Rule: "a", Occurrences: 4, What: "防护罩缺失"})
	require.NoError(t, err)
	_, err = s.One(as(t, w.safety), n)
	require.ErrorIs(t, err, rbac.ErrNotFound, "not before it is finished")
	w.all(t, n)
	_, err = s.Finish(agency, n, standardization.Signing{Conclusion: "基本符合"})
	require.NoError(t, err)
	c, err := s.Compare(as(t, w.safety), n)
	require.NoError(t, err)
	differing := 0
	for _, it := range c.Items {
		if !it.Same {
			differing++
		}
	}
	require.Equal(t, []any{2, 9899, 9867}, []any{differing, c.Self.Score, c.Review.Score})
	_, err = s.Mend(as(t, w.safety), n, standardization.Order{OwnerID: w.worker.StaffID, DueOn: day.Of(2026, 4, 1)})
	require.NoError(t, err, "the company plans what reviewers found")

	_, err = s.Assess(as(t, w.Regulator(t, "town", "330784105")), standardization.Assessing{CompanyID: w.firm.ID, Kind: standardization.Class, Beginning: standardization.Beginning{RubricID: w.table, Year: 2026}})
	require.ErrorIs(t, err, rbac.ErrForbidden, "classes are the county's")
	_, err = s.Assess(as(t, w.county), standardization.Assessing{CompanyID: w.firm.ID, Kind: standardization.Class, Beginning: standardization.Beginning{RubricID: w.table, Year: 2026}})
	require.ErrorIs(t, err, standardization.ErrRubric, "by a table of another purpose")
	list, _, err := s.Evaluations(as(t, w.city), standardization.Filter{Query: page.Query{Limit: 20}, Kind: standardization.Review})
	require.NoError(t, err)
	require.Equal(t, w.firm.Name, list[0].CompanyName)
}
