package award_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/scoring"
	"anbiao/kit/sheet"
	"anbiao/modules/award"
	"anbiao/rbac"
	"anbiao/testkit"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                 *award.Service
	city, county, town, apart, public rbac.Actor
	years                             map[rbac.CompanyID][]award.Yearly
	facts                             map[rbac.CompanyID]scoring.Facts
	items                             map[string]day.Date
	told                              []award.Note
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
		{"life", life}, {"wrong turns", wrongTurns}, {"wrong actors", wrongActors}, {"direct renewal", directRenewal}, {"daily", daily}, {"names", names}, {"roster", roster},
		{"numbers", numbers}, {"public", public}, {"lists", lists}, {"false material", falseMaterial},
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

// wrongTurns are the steps that a state or a day does not allow.
func wrongTurns(t *testing.T, w *world) {
	propose := func(_ *testing.T, n id.Of[id.Award], a rbac.Actor) error {
		_, err := w.s.Propose(as(t, a), n, award.Proposal{Reasons: []string{"death"}, Note: "一死"})
		return err
	}
	for name, c := range map[string]struct {
		announced string
		on        string
		before    []string
		step      string
		want      *fault.Error
	}{
		"expired is not revoked":           {"2023-03-01", "2026-03-02", nil, "propose", award.ErrNow[award.Expired]},
		"a second proposal":                {"2026-03-02", "2026-03-03", []string{"propose"}, "propose", award.ErrProposed},
		"a second after the statement":     {"2026-03-02", "2026-03-03", []string{"propose", "state"}, "propose", award.ErrProposed},
		"revoked is not proposed":          {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide"}, "propose", award.ErrNow[award.Revoked]},
		"nothing to state":                 {"2026-03-02", "2026-03-03", nil, "state", award.ErrNotProposed},
		"stated twice":                     {"2026-03-02", "2026-03-03", []string{"propose", "state"}, "state", award.ErrStated},
		"stated after the decision":        {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide"}, "state", award.ErrNotProposed},
		"stated a day late":                {"2026-03-02", "2026-03-03", []string{"propose", "2026-03-11"}, "state", award.ErrStateLate},
		"stated on the last day":           {"2026-03-02", "2026-03-03", []string{"propose", "2026-03-10"}, "state", nil},
		"nothing to decide":                {"2026-03-02", "2026-03-03", nil, "decide", award.ErrNotProposed},
		"decided before the statement":     {"2026-03-02", "2026-03-03", []string{"propose"}, "decide", award.ErrStateOpen},
		"decided on the last day of it":    {"2026-03-02", "2026-03-03", []string{"propose", "2026-03-10"}, "decide", award.ErrStateOpen},
		"decided without a statement":      {"2026-03-02", "2026-03-03", []string{"propose", "2026-03-11"}, "decide", nil},
		"decided twice":                    {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide"}, "decide", award.ErrNotProposed},
		"dropped, then proposed again":     {"2026-03-02", "2026-03-03", []string{"propose", "state", "drop"}, "propose", nil},
		"dropped is not decided":           {"2026-03-02", "2026-03-03", []string{"propose", "state", "drop"}, "decide", award.ErrNotProposed},
		"no downgrade in these rules":      {"2026-03-02", "2026-03-03", []string{"propose", "state"}, "downgrade", award.ErrDowngrade},
		"announced before it is revoked":   {"2026-03-02", "2026-03-03", []string{"propose", "state"}, "announce", award.ErrNotRevoked},
		"announced twice":                  {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide", "announce"}, "announce", award.ErrAnnounced},
		"collected before it is revoked":   {"2026-03-02", "2026-03-03", nil, "collect", award.ErrNotRevoked},
		"collected before it is announced": {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide"}, "collect", award.ErrUnannounced},
		"collected twice":                  {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide", "announce", "collect"}, "collect", award.ErrCollected},
		"renamed after the end":            {"2023-03-01", "2026-03-02", nil, "rename", award.ErrNow[award.Expired]},
		"renamed once revoked":             {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide"}, "rename", award.ErrNow[award.Revoked]},
		"confirmed once revoked":           {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide"}, "confirm", award.ErrNow[award.Revoked]},
		"a paper year once revoked":        {"2026-03-02", "2026-03-03", []string{"propose", "state", "decide"}, "paper", award.ErrNow[award.Revoked]},
		"a paper year that lies ahead":     {"2026-03-02", "2026-03-03", nil, "paper", award.ErrYear},
	} {
		w.day(t, c.on)
		f, safety := w.firm(t)
		n := w.grant(t, f, "3", c.announced)
		do := func(step string) (err error) {
			switch step {
			case "propose":
				err = propose(t, n, w.county)
			case "state":
				_, err = w.s.State(as(t, safety), n, award.Statement{Waived: true})
			case "decide", "drop", "downgrade":
				_, err = w.s.Decide(as(t, w.city), n, award.Decision{Revoke: step != "drop", Downgrade: step == "downgrade", Opinion: "意见"})
			case "announce":
				_, err = w.s.Announce(as(t, w.city), n, award.Announcement{On: on(t, "2026-03-03"), NoticeNo: "1", Medium: "网站"})
			case "collect":
				_, err = w.s.Collect(as(t, w.county), n, award.Collection{On: on(t, "2026-03-03"), Certificate: true})
			case "rename":
				_, err = w.s.AskName(as(t, safety), n, award.Change{Name: "新名称", Reason: "更名"})
			case "confirm":
				_, err = w.s.Confirm(as(t, w.county), n, award.Confirm{Key: "no_expansion", Met: true, Note: "现场核对"})
			case "paper":
				_, err = w.s.FilePaper(as(t, w.county), n, award.PaperYear{Year: 2, FiledOn: on(t, "2026-03-03"), Note: "档案"})
			default:
				w.day(t, step)
			}
			return err
		}
		for _, step := range c.before {
			require.NoError(t, do(step), name+": "+step)
		}
		err := do(c.step)
		if c.want == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
	}
}

// wrongActors are the steps that somebody else does.
func wrongActors(t *testing.T, w *world) {
	f, safety := w.firm(t)
	_, other := w.firm(t)
	worker := w.Actor(t, f, "worker")
	n := w.grant(t, f, "3", "2026-03-02")
	second := w.grant(t, mustFirm(w.firm(t)), "2", "2026-03-02")
	decision, proposal := award.Decision{Revoke: true, Opinion: "撤销"}, award.Proposal{Reasons: []string{"death"}, Note: "一死"}
	for name, c := range map[string]struct {
		want *fault.Error
		do   func() error
	}{
		"company proposes":      {rbac.ErrForbidden, func() error { _, err := w.s.Propose(as(t, safety), n, proposal); return err }},
		"town proposes":         {rbac.ErrForbidden, func() error { _, err := w.s.Propose(as(t, w.town), n, proposal); return err }},
		"another city proposes": {rbac.ErrNotFound, func() error { _, err := w.s.Propose(as(t, w.apart), n, proposal); return err }},
		"no reason":             {award.ErrReason, func() error { _, err := w.s.Propose(as(t, w.county), n, award.Proposal{Note: "x"}); return err }},
		"a reason of one's own": {award.ErrReason, func() error {
			_, err := w.s.Propose(as(t, w.county), n, award.Proposal{Reasons: []string{"mood"}, Note: "x"})
			return err
		}},
		"no word": {award.ErrBlank, func() error {
			_, err := w.s.Propose(as(t, w.county), n, award.Proposal{Reasons: []string{"death"}, Note: " "})
			return err
		}},
	} {
		require.ErrorIs(t, c.do(), c.want, name)
	}
	for _, a := range []id.Of[id.Award]{n, second} {
		_, err := w.s.Propose(as(t, w.county), a, proposal)
		require.NoError(t, err)
	}
	w.day(t, "2026-03-20")
	for name, c := range map[string]struct {
		want *fault.Error
		err  error
	}{
		"another company states":           {rbac.ErrNotFound, errOf(w.s.State(as(t, other), n, award.Statement{Waived: true}))},
		"a worker states":                  {rbac.ErrForbidden, errOf(w.s.State(as(t, worker), n, award.Statement{Waived: true}))},
		"a regulator states":               {rbac.ErrForbidden, errOf(w.s.State(as(t, w.city), n, award.Statement{Waived: true}))},
		"the company decides":              {rbac.ErrForbidden, errOf(w.s.Decide(as(t, safety), n, decision))},
		"the county decides on a city's":   {award.ErrAuthority, errOf(w.s.Decide(as(t, w.county), n, decision))},
		"the city decides on a province's": {award.ErrAuthority, errOf(w.s.Decide(as(t, w.city), second, decision))},
		"another city decides":             {rbac.ErrNotFound, errOf(w.s.Decide(as(t, w.apart), n, decision))},
		"another company reads":            {rbac.ErrNotFound, unseen(w.s.ByID(as(t, other), n))},
		"the company enters a certificate": {rbac.ErrForbidden, errOf(w.s.Enter(as(t, safety), award.Old{CompanyID: f.ID}))},
		"another city enters one":          {rbac.ErrNotFound, errOf(w.s.Enter(as(t, w.apart), award.Old{CompanyID: f.ID, Level: "3"}))},
	} {
		require.ErrorIs(t, c.err, c.want, name)
	}
	require.Equal(t, []award.Event{award.Revoke}, only(w.read(t, w.city, n).May, award.Revoke, award.Stated))
	require.Empty(t, only(w.read(t, w.county, n).May, award.Revoke))
}

func mustFirm(f testkit.Firm, _ rbac.Actor) testkit.Firm { return f }
func errOf(_ id.Of[id.Award], err error) error           { return err }
func unseen(_ award.One, err error) error                { return err }

func only(list []award.Event, wanted ...award.Event) (out []award.Event) {
	for _, e := range list {
		for _, x := range wanted {
			if e == x {
				out = append(out, e)
			}
		}
	}
	return out
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

// roster enters old certificates, and twice changes nothing.
func roster(t *testing.T, w *world) {
	f, _ := w.firm(t)
	w.Exec(t, "UPDATE company SET uscc = '91330784MA2E00001X' WHERE company_id = $1", int64(f.ID))
	row := func(n int, number, announced, revoked string) sheet.Row {
		return sheet.Row{Number: n, Values: map[string]string{
			"uscc": "91330784MA2E00001X", "level": "3", "certificateNo": number, "authority": "金华市应急管理局", "announcedOn": announced, "revokedOn": revoked, "speciality": "JX",
		}}
	}
	rows := func() []sheet.Row {
		wrong := row(6, "旧6", "2027-01-01", "")
		strange := row(5, "旧5", "2024-01-01", "")
		strange.Values["uscc"] = "91330784MA2E00009X"
		return []sheet.Row{row(2, "旧2", "2024-03-01", ""), row(3, "旧1", "2020-03-01", ""), row(4, "旧3", "2022-05-01", "2022-08-01"), strange, wrong}
	}
	save := func() (verdicts []string, faults []int) {
		all := rows()
		require.NoError(t, w.Gate.Runner(t.Context(), "award.roster", func(ctx context.Context, tx db.Tx) (err error) {
			verdicts, err = w.s.SaveRoster(ctx, tx, w.county, all)
			return err
		}))
		for _, r := range all {
			if len(r.Faults) > 0 {
				faults = append(faults, r.Number)
			}
		}
		return verdicts, faults
	}
	verdicts, faults := save()
	require.Equal(t, []string{"new", "new", "new", "", ""}, verdicts)
	require.Equal(t, []int{5, 6}, faults)
	verdicts, _ = save()
	require.Equal(t, []string{"same", "same", "same", "", ""}, verdicts)
	require.Equal(t, "3", w.held(t, f).Level)
	states := testkit.All[string](t, w.W, "SELECT certificate_no || state FROM award WHERE company_id = $1 ORDER BY announced_on", int64(f.ID))
	require.Equal(t, []string{"旧1expired", "旧3revoked", "旧2in_force"}, states)
	_, err := w.s.Enter(as(t, w.county), award.Old{CompanyID: f.ID, Level: "3", CertificateNo: "旧2", Authority: "市局", AnnouncedOn: on(t, "2025-01-01")})
	require.ErrorIs(t, err, award.ErrNumber)
	n, err := w.s.Enter(as(t, w.county), award.Old{CompanyID: f.ID, Level: "2", CertificateNo: "旧8", Authority: "省厅", AnnouncedOn: on(t, "2025-01-01")})
	require.NoError(t, err)
	require.Equal(t, "2", w.held(t, f).Level)
	require.Equal(t, award.YearNotYet, w.read(t, w.county, n).Years[0].State, "what was before the program knew of it is not judged")
}

// numbers are drawn once each, however many are drawn at a time; those on paper are passed over.
func numbers(t *testing.T, w *world) {
	taken, _ := w.firm(t)
	_, err := w.s.Enter(as(t, w.county), award.Old{CompanyID: taken.ID, Level: "1", CertificateNo: "AQBJXⅠ202600002", Authority: "应急管理部", AnnouncedOn: on(t, "2026-01-05")})
	require.NoError(t, err)
	var firms []testkit.Firm
	for range 4 {
		f, _ := w.firm(t)
		firms = append(firms, f)
	}
	var wait sync.WaitGroup
	for _, f := range firms {
		wait.Go(func() { w.grant(t, f, "1", "2026-03-02") })
	}
	wait.Wait()
	got := testkit.All[string](t, w.W, "SELECT certificate_no FROM award WHERE level = '1' AND source = 'grading' ORDER BY 1")
	require.Equal(t, []string{"AQBJXⅠ202600001", "AQBJXⅠ202600003", "AQBJXⅠ202600004", "AQBJXⅠ202600005"}, got)
	r := award.Newest()
	require.Equal(t, "京AQBWHⅡ2014", r.Prefix("1101", "WH", "2", 2014))
	require.Equal(t, "浙AQBQGXW2026", r.Prefix("330784", award.SpecialityOf("2110"), "pass", 2026))
	require.Equal(t, "YH", award.SpecialityOf("2672"), "the longest digits name it")
	require.Equal(t, "prefecture", award.RankOf([]string{"330784", "3307"}, "330784105"))
	require.Empty(t, award.RankOf([]string{"330784105"}, "330784105"))
}

// public shows no more than the certificate does, and only to who has it.
func public(t *testing.T, w *world) {
	f, _ := w.firm(t)
	n := w.grant(t, f, "3", "2026-03-02")
	o := w.read(t, w.city, n)
	p, now, err := w.s.Look(t.Context(), o.PublicID)
	require.NoError(t, err)
	require.Equal(t, o.CertificateNo, p.CertificateNo)
	require.Equal(t, "2026-03-02", now.String())
	_, _, err = w.s.Check(t.Context(), " "+o.CertificateNo, o.CheckCode)
	require.NoError(t, err)
	_, _, err = w.s.Check(t.Context(), o.CertificateNo, "AAAAAAAA")
	require.ErrorIs(t, err, award.ErrUnknownAward)
	rows, _, _, err := w.s.Publication(t.Context(), award.PublicFilter{Query: page.Query{Limit: 5}, Division: "330784"})
	require.NoError(t, err)
	require.Equal(t, n, rows[0].ID)
}

// lists are read both ways, and only of the actor's area.
func lists(t *testing.T, w *world) {
	mine, safety := w.firm(t)
	n := w.grant(t, mine, "pass", "2025-07-01")
	all := map[string]int{}
	for _, sort := range []string{"announced", "expiry"} {
		f := award.Filter{Query: page.Query{Limit: 7}, Sort: sort}
		var seen []string
		var back string
		for {
			rows, k, _, err := w.s.Awards(as(t, w.city), f)
			require.NoError(t, err)
			list := page.Of(rows, k, f.Limit, award.KeyOf(sort), func(l award.Line) string { return l.ID.String() })
			seen, back = append(seen, list.Items...), list.Prev
			if f.Cursor = list.Next; f.Cursor == "" {
				break
			}
		}
		all[sort] = len(seen)
		f.Cursor = back
		rows, k, _, err := w.s.Awards(as(t, w.city), f)
		require.NoError(t, err)
		before := page.Of(rows, k, f.Limit, award.KeyOf(sort), func(l award.Line) string { return l.ID.String() })
		require.Len(t, before.Items, 7)
		require.Subset(t, seen, before.Items)
	}
	require.Equal(t, all["announced"], all["expiry"])
	require.Greater(t, all["expiry"], 14)
	for name, c := range map[string]struct {
		a rbac.Actor
		f award.Filter
		n int
	}{
		"another city":    {w.apart, award.Filter{}, 0},
		"own company":     {safety, award.Filter{}, 1},
		"by number":       {w.city, award.Filter{Search: w.read(t, w.city, n).CertificateNo}, 1},
		"by level":        {w.city, award.Filter{Level: "pass", State: award.InForce}, 1},
		"ends far":        {w.city, award.Filter{Level: "pass", Within: 30}, 0},
		"ends within":     {w.city, award.Filter{Level: "pass", Within: 900}, 1},
		"by name":         {w.city, award.Filter{Search: "测试企业" + mine.ID.String(), Level: "pass"}, 1},
		"nobody's number": {w.city, award.Filter{Search: "浙AQBZZ"}, 0},
	} {
		c.f.Limit = 20
		rows, _, _, err := w.s.Awards(as(t, c.a), c.f)
		require.NoError(t, err, name)
		require.Len(t, rows, c.n, name)
	}
	own, err := w.s.Mine(as(t, safety))
	require.NoError(t, err)
	require.Equal(t, n, own.Current.ID)
}

// falseMaterial bars for three years, whoever finds it.
func falseMaterial(t *testing.T, w *world) {
	f, safety := w.firm(t)
	n := w.grant(t, f, "3", "2026-03-02")
	_, err := w.s.Propose(as(t, w.city), n, award.Proposal{Reasons: []string{"false_material", "death"}, Note: "材料造假"})
	require.NoError(t, err)
	_, err = w.s.State(as(t, safety), n, award.Statement{Waived: true})
	require.NoError(t, err)
	_, err = w.s.Decide(as(t, w.city), n, award.Decision{Revoke: true, Opinion: "撤销"})
	require.NoError(t, err)
	require.Equal(t, "2029-03-02", w.held(t, f).BarredUntil.String())
	other, _ := w.firm(t)
	require.NoError(t, w.Gate.Write(as(t, w.county), award.ActionRevoke, func(tx db.Tx, scope rbac.Scope) error {
		return w.s.Bar(t.Context(), tx, scope, other.ID, on(t, "2029-03-02"), "false_material")
	}))
	require.Equal(t, "2029-03-02", w.held(t, other).BarredUntil.String())
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		held, err := award.LevelsOf(ctx, tx, []rbac.CompanyID{f.ID, other.ID})
		require.Empty(t, held)
		return err
	}))
}
