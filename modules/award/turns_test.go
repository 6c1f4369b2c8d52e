package award_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/modules/award"
	"anbiao/rbac"
	"anbiao/testkit"
)

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
