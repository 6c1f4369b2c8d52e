package award_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/modules/award"
	"anbiao/rbac"
	"anbiao/testkit"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                         *award.Service
	city, county, town, apart rbac.Actor
	years                     map[rbac.CompanyID][]award.Yearly
	facts                     map[rbac.CompanyID]scoring.Facts
	items                     map[string]day.Date
	told                      []award.Note
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), years: map[rbac.CompanyID][]award.Yearly{}, facts: map[rbac.CompanyID]scoring.Facts{}, items: map[string]day.Date{}}
	w.Set(noon)
	w.s = &award.Service{
		Gate: w.Gate, BaseURL: "https://anbiao.example",
		FirmOf: func(_ context.Context, _ db.Tx, _ rbac.Scope, c rbac.CompanyID) (award.Firm, error) {
			return award.Firm{Name: "测试企业" + c.String(), USCC: "", Industry: "3389"}, nil
		},
		SelfYears: func(context.Context, db.Tx, []rbac.CompanyID) (map[rbac.CompanyID][]award.Yearly, error) {
			return w.years, nil
		},
		Performance: func(context.Context, db.Tx, []rbac.CompanyID, day.Date, day.Date) (map[rbac.CompanyID]scoring.Facts, error) {
			return w.facts, nil
		},
		SameRubric: func(context.Context, db.Tx, id.Of[id.Rubric]) (bool, error) { return true, nil },
		Due: func(_ context.Context, _ db.Tx, items []award.Placed) error {
			for _, i := range items {
				w.items[i.Home.CompanyID.String()+i.Item.Kind] = i.Item.On
			}
			return nil
		},
		Tell: func(_ context.Context, _ db.Tx, notes []award.Note) error {
			w.told = append(w.told, notes...)
			return nil
		},
	}
	w.city, w.county, w.town = w.Regulator(t, "city", "3307"), w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784105")
	w.apart = w.Regulator(t, "city", "3301")
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func on(t *testing.T, s string) day.Date {
	t.Helper()
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func (w *world) day(t *testing.T, s string) {
	t.Helper()
	w.Set(on(t, s).Midnight(day.Shanghai).Add(10 * time.Hour))
}

// firm is a company with somebody who may speak for it.
func (w *world) firm(t *testing.T) (testkit.Firm, rbac.Actor) {
	t.Helper()
	f := w.Company(t, "330784105")
	return f, w.Actor(t, f, "safety")
}

// grant awards a level as the end of a procedure does.
func (w *world) grant(t *testing.T, f testkit.Firm, level, announced string) id.Of[id.Award] {
	t.Helper()
	var n id.Of[id.Award]
	require.NoError(t, w.Gate.Write(as(t, w.city), award.ActionRevoke, func(tx db.Tx, scope rbac.Scope) (err error) {
		n, err = w.s.Grant(t.Context(), tx, scope, award.Grant{
			CompanyID: f.ID, Level: level, RubricID: 1, EvaluationID: 1, ApplicationID: 1, Score: 9012, Authority: "金华市应急管理局", AnnouncedOn: on(t, announced), NoticeNo: "公告1号",
		})
		return err
	}))
	return n
}

func (w *world) held(t *testing.T, f testkit.Firm) (h award.Held) {
	t.Helper()
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
		h, err = award.HeldBy(ctx, tx, f.ID)
		return err
	}))
	return h
}

// bring runs the daily job to its end and says in how many batches.
func (w *world) bring(t *testing.T, batch int) (n int) {
	t.Helper()
	next := award.Daily{Part: "expire"}
	for next.Part != "" {
		require.NoError(t, w.Gate.Runner(t.Context(), "award.daily", func(ctx context.Context, tx db.Tx) (err error) {
			next, err = w.s.Bring(ctx, tx, next, batch)
			return err
		}))
		n++
	}
	return n
}

func (w *world) read(t *testing.T, a rbac.Actor, n id.Of[id.Award]) award.One {
	t.Helper()
	o, err := w.s.ByID(as(t, a), n)
	require.NoError(t, err)
	return o
}

func TestAwards(t *testing.T) {
	w := setup(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *world)
	}{
		{"life", life},
		{"wrong turns", wrongTurns},
		{"wrong actors", wrongActors},
		{"direct renewal", directRenewal},
		{"daily", daily},
		{"names", names},
		{"roster", roster},
		{"numbers", numbers},
		{"public", public},
		{"lists", lists},
		{"false material", falseMaterial},
	} {
		w.day(t, "2026-03-02")
		if !t.Run(c.name, func(t *testing.T) { c.test(t, w) }) {
			return
		}
	}
}

// life is an award from its announcement to its certificate taken back.
func life(t *testing.T, w *world) {
	f, safety := w.firm(t)
	n := w.grant(t, f, "3", "2026-03-02")
	o := w.read(t, safety, n)
	require.Equal(t, award.InForce, o.On(o.Today))
	require.Equal(t, "2029-03-02", o.ValidUntil.String())
	require.Equal(t, "2028-12-02", o.WindowOn.String())
	require.Regexp(t, `^浙AQBJXⅢ2026\d{5}$`, o.CertificateNo)
	require.Len(t, o.Years, 3)
	require.Equal(t, award.Held{Level: "3", Until: on(t, "2029-03-02")}, w.held(t, f))
	require.NoError(t, w.Gate.Runner(t.Context(), "award.settle", func(ctx context.Context, tx db.Tx) error {
		return w.s.Settled(ctx, tx, award.Settle{CompanyID: f.ID, AwardID: n, Step: o.Steps[0].ID})
	}))
	require.Equal(t, "2029-03-02", w.items[f.ID.String()+"award.expiry"].String())
	require.Equal(t, "2027-03-02", w.items[f.ID.String()+"award.yearly"].String())

	w.day(t, "2026-06-01")
	_, err := w.s.Propose(as(t, w.county), n, award.Proposal{Reasons: []string{"death"}, Note: "一死"})
	require.NoError(t, err)
	r := w.read(t, safety, n).Revocations[0]
	require.Equal(t, "2026-06-08", r.StatementDueOn.String())
	_, err = w.s.Decide(as(t, w.city), n, award.Decision{Revoke: true, Opinion: "撤销"})
	require.ErrorIs(t, err, award.ErrStateOpen)
	_, err = w.s.State(as(t, safety), n, award.Statement{Text: "已整改"})
	require.NoError(t, err)
	_, err = w.s.Decide(as(t, w.city), n, award.Decision{Revoke: true, Opinion: "撤销"})
	require.NoError(t, err)
	h := w.held(t, f)
	require.Empty(t, h.Level)
	require.Equal(t, "2026-06-01", h.RevokedOn.String())
	require.Equal(t, "2027-06-01", h.BarredUntil.String())
	_, err = w.s.Collect(as(t, w.county), n, award.Collection{On: on(t, "2026-06-01"), Certificate: true})
	require.ErrorIs(t, err, award.ErrUnannounced)
	_, err = w.s.Announce(as(t, w.city), n, award.Announcement{On: on(t, "2026-06-01"), NoticeNo: "公告9号", Medium: "市局网站"})
	require.NoError(t, err)
	_, err = w.s.Collect(as(t, w.county), n, award.Collection{On: on(t, "2026-06-01"), Certificate: true, Plaque: true})
	require.NoError(t, err)
	_, err = w.s.Collect(as(t, w.county), n, award.Collection{On: on(t, "2026-06-01"), Plaque: true})
	require.ErrorIs(t, err, award.ErrCollected)
	o = w.read(t, w.city, n)
	require.Empty(t, o.May)
	require.Len(t, o.Steps, 6)
	w.day(t, "2027-06-02")
	require.Zero(t, w.held(t, f).BarredUntil)
	name, content, err := w.s.PrintCertificate(as(t, safety), n)
	require.NoError(t, err)
	require.Contains(t, name, o.CertificateNo)
	require.True(t, bytes.HasPrefix(content, []byte("%PDF")))
}

// directRenewal checks each condition by itself.
func directRenewal(t *testing.T, w *world) {
	f, _ := w.firm(t)
	n := w.grant(t, f, "3", "2023-05-01") // entered late: the first two years are over
	good := func() {
		w.facts[f.ID] = scoring.Facts{"deaths": "0", "serious_injuries": "4", "total_loss_fen": "499999999"}
		w.years[f.ID] = []award.Yearly{{EvaluationID: 1, On: on(t, "2024-05-01")}, {EvaluationID: 2, On: on(t, "2024-05-02")}}
	}
	good()
	check := func() (failed []string) {
		o := w.read(t, w.city, n)
		for _, c := range o.Conditions.All {
			if !c.Met {
				failed = append(failed, c.Key)
			}
		}
		require.Equal(t, len(failed) == 0, o.Conditions.Direct)
		return failed
	}
	require.Equal(t, []string{"no_bad_effect", "no_expansion"}, check())
	for _, k := range []string{"no_bad_effect", "no_expansion"} {
		_, err := w.s.Confirm(as(t, w.county), n, award.Confirm{Key: k, Met: true, Note: "现场核对"})
		require.NoError(t, err)
	}
	require.Empty(t, check())
	_, err := w.s.Confirm(as(t, w.county), n, award.Confirm{Key: "no_death", Met: true, Note: "x"})
	require.ErrorIs(t, err, award.ErrCondition)
	for fact, c := range map[string]struct {
		value scoring.Num
		key   string
	}{"deaths": {"1", "no_death"}, "serious_injuries": {"5", "serious_injuries"}, "total_loss_fen": {"500000000", "loss"}} {
		w.facts[f.ID][fact] = c.value
		require.Equal(t, []string{c.key}, check())
		good()
	}
	w.years[f.ID] = w.years[f.ID][:1]
	require.Equal(t, []string{"yearly_filed"}, check())
	_, err = w.s.FilePaper(as(t, w.county), n, award.PaperYear{Year: 2, FiledOn: on(t, "2025-06-01"), Note: "档案"})
	require.ErrorIs(t, err, award.ErrDay)
	_, err = w.s.FilePaper(as(t, w.county), n, award.PaperYear{Year: 2, FiledOn: on(t, "2025-04-01"), Note: "档案"})
	require.NoError(t, err)
	require.Empty(t, check())
	delete(w.facts, f.ID)
	require.Equal(t, []string{"no_death", "serious_injuries", "loss"}, check())
	_, err = w.s.Confirm(as(t, w.county), n, award.Confirm{Key: "no_death", Met: true, Note: "无事故证明"})
	require.NoError(t, err, "what no data shows a person confirms")
	good()
	w.day(t, "2026-01-31")
	require.Equal(t, []string{"in_window"}, check())
	w.day(t, "2026-03-02")
	_, err = w.s.Propose(as(t, w.county), n, award.Proposal{Reasons: []string{"not_operated"}, Note: "未运行"})
	require.NoError(t, err)
	require.Equal(t, []string{"no_revocation"}, check())
}

// daily brings awards to the day, in small batches, twice.
func daily(t *testing.T, w *world) {
	var firms []testkit.Firm
	var awards []id.Of[id.Award]
	w.day(t, "2026-03-02")
	for range 5 {
		f, _ := w.firm(t)
		firms, awards = append(firms, f), append(awards, w.grant(t, f, "3", "2026-03-02"))
	}
	w.years[firms[0].ID] = []award.Yearly{{EvaluationID: 7, On: on(t, "2027-03-02")}}
	w.told = nil
	w.day(t, "2027-03-02")
	w.bring(t, 2)
	require.Equal(t, "2028-03-02", w.items[firms[0].ID.String()+"award.yearly"].String(), "filed on the last day: the next year's day stands")
	require.Empty(t, w.read(t, w.city, awards[1]).Missed, "the day itself is not over")
	w.day(t, "2027-03-03")
	w.bring(t, 2)
	w.bring(t, 2)
	require.Len(t, w.read(t, w.city, awards[1]).Missed, 1)
	require.Empty(t, w.read(t, w.city, awards[0]).Missed)
	w.day(t, "2028-12-01")
	w.bring(t, 2)
	require.Equal(t, award.InForce, w.read(t, w.city, awards[0]).State)
	w.day(t, "2028-12-02")
	w.bring(t, 2)
	require.Equal(t, award.RenewalDue, w.read(t, w.city, awards[0]).State)
	w.day(t, "2029-03-02")
	w.bring(t, 2)
	require.Equal(t, award.RenewalDue, w.read(t, w.city, awards[0]).State, "the last day counts")
	w.day(t, "2029-03-03")
	require.Empty(t, w.held(t, firms[0]).Level, "the calendar is not waited for")
	w.bring(t, 2)
	steps := len(w.read(t, w.city, awards[0]).Steps)
	require.Equal(t, award.Expired, w.read(t, w.city, awards[0]).State)
	w.bring(t, 2)
	require.Len(t, w.read(t, w.city, awards[0]).Steps, steps, "twice changes nothing")
	require.Zero(t, w.items[firms[0].ID.String()+"award.expiry"])
	told := map[string]int{}
	for _, n := range w.told {
		if n.AwardID == awards[0] {
			told[n.Code]++
		}
	}
	require.Equal(t, map[string]int{"award.note-window": 1, "award.note-expire": 2, "award.note-year_missed": 1}, told)
}

// names change on the certificate, not its number.
func names(t *testing.T, w *world) {
	f, safety := w.firm(t)
	n := w.grant(t, f, "3", "2026-03-02")
	was := w.read(t, safety, n)
	for want, c := range map[*fault.Error]award.Change{
		award.ErrMoved: {Name: "新", Reason: "搬", Moved: true}, award.ErrExpanded: {Name: "新", Reason: "扩", Expanded: true}, award.ErrSameName: {Name: was.CompanyName, Reason: "x"},
		award.ErrBlank: {Name: "新名称", Reason: " "},
	} {
		_, err := w.s.AskName(as(t, safety), n, c)
		require.ErrorIs(t, err, want)
	}
	change := award.Change{Name: "永康市新名称有限公司", Reason: "变更登记"}
	_, err := w.s.AskName(as(t, safety), n, change)
	require.NoError(t, err)
	_, err = w.s.AskName(as(t, safety), n, change)
	require.ErrorIs(t, err, award.ErrRenameOpen)
	_, err = w.s.WithdrawName(as(t, safety), n, award.Withdrawal{})
	require.NoError(t, err)
	_, err = w.s.AnswerName(as(t, w.city), n, award.Verdict{Confirmed: true, Opinion: "同意"})
	require.ErrorIs(t, err, award.ErrNoRename)
	_, err = w.s.AskName(as(t, safety), n, change)
	require.NoError(t, err)
	_, err = w.s.AnswerName(as(t, w.county), n, award.Verdict{Confirmed: true, Opinion: "同意"})
	require.ErrorIs(t, err, award.ErrAuthority)
	_, err = w.s.AnswerName(as(t, w.city), n, award.Verdict{Confirmed: true, Opinion: "同意"})
	require.NoError(t, err)
	o := w.read(t, safety, n)
	require.Equal(t, change.Name, o.CompanyName)
	require.Equal(t, was.CertificateNo, o.CertificateNo)
	require.Equal(t, was.CompanyName, o.Renames[0].OldName)
}
