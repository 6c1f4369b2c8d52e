package visit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/visit"
	"anbiao/rbac"
	"anbiao/testkit"
)

// lone: an order without an inspection goes its whole way; a body without the power to order makes a notice.
func (w *world) lone(t *testing.T) {
	w.day(t, "2026-04-22")
	firm := w.Company(t, "330784105")
	safety := w.Actor(t, firm, "safety", "principal")
	in := visit.LoneOrder{
		CompanyID: firm.ID, Kind: visit.Ordered, Number: "永应急责改〔2026〕31号", IssuedOn: on(t, "2026-04-10"), Deadline: on(t, "2026-04-30"), Requirement: "立即整改",
		Findings: []visit.LoneFinding{{Place: "配电房", Description: "未设警示标志", Level: "general"}, {Place: "抛光车间", Description: "未接地", Level: "major"}},
	}
	_, err := w.s.Register(as(t, w.town), in)
	require.ErrorIs(t, err, visit.ErrNoPower)
	_, err = w.s.Register(as(t, safety), in)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Register(as(t, w.apart), in)
	require.ErrorIs(t, err, rbac.ErrNotFound, "another county's company")
	blank := in
	blank.Findings = []visit.LoneFinding{{Place: " ", Description: "未接地", Level: "general"}}
	_, err = w.s.Register(as(t, w.county), blank)
	require.ErrorIs(t, err, visit.ErrBlank)
	o, err := w.s.Register(as(t, w.county), in)
	require.NoError(t, err)
	_, err = w.s.Register(as(t, w.county), in)
	require.ErrorIs(t, err, visit.ErrOrderNumber)
	w.told = nil
	w.work(t)
	require.Equal(t, []string{"visit.note-issue_order"}, w.told)
	require.Equal(t, in.Deadline, w.items["visit.order"])
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard WHERE company_id = $1 AND source = 'regulator' AND proposed_due_on = '2026-04-30'", int64(firm.ID)))
	for name, a := range map[string]rbac.Actor{"another company": w.other, "another county": w.apart} {
		_, err := w.s.OrderByID(as(t, a), o)
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
	}
	require.NoError(t, w.Gate.Read(as(t, w.other), visit.ActionOrders, func(tx db.Tx, _ rbac.Scope) error {
		var n int
		require.NoError(t, tx.Raw("SELECT count(*) FROM visit_finding WHERE company_id = ?", int64(firm.ID)).Scan(&n).Error)
		require.Zero(t, n, "row security alone")
		return nil
	}))
	_, err = w.s.ReceiveOrder(as(t, safety), o, visit.Nothing{})
	require.NoError(t, err)
	_, err = w.s.Ask(as(t, safety), o, visit.Asking{Note: "已整改"})
	require.NoError(t, err)
	one, err := w.s.OrderByID(as(t, safety), o)
	require.NoError(t, err)
	require.Nil(t, one.VisitID)
	require.Len(t, one.Found, 2)
	require.NotNil(t, one.Found[0].HazardID)
	require.Len(t, one.History, 3)
	_, err = w.s.Reinspect(as(t, w.county), o, visit.Reinspection{On: on(t, "2026-04-22"), Opinion: "一项未整改", Officers: []string{"甲", "乙"}, Failed: []id.Of[visit.Finding]{one.Found[1].ID}})
	require.NoError(t, err)
	rows, _, _, err := w.s.Orders(as(t, safety), visit.OrderFilter{Query: page.Query{Limit: 20}})
	require.NoError(t, err)
	require.Equal(t, visit.Failed, rows[0].State)

	in.Kind, in.Number = visit.Informed, ""
	notice, err := w.s.Register(as(t, w.town), in)
	require.NoError(t, err)
	name, content, err := w.s.PrintNotice(as(t, w.town), notice)
	require.NoError(t, err)
	require.Contains(t, name, "隐患告〔2026〕1号")
	require.NotEmpty(t, content)
}
