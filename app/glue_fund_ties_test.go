package main

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/modules/emergency"
	"anbiao/modules/equipment"
	"anbiao/modules/fund"
	"anbiao/modules/hazard"
	"anbiao/modules/meeting"
	"anbiao/modules/protection"
	"anbiao/rbac"
	"anbiao/testkit"
)

// What an expense paid for is found in the registers where it is kept, by words and by itself, and nowhere else.
func TestFundTies(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	w.Set(time.Date(2026, 5, 20, 4, 0, 0, 0, time.UTC))
	h := (&isolation{W: w}).house(t)
	firm := w.Company(t, "330784105")
	safety := w.Actor(t, firm, "safety")
	ctx := rbac.WithActor(t.Context(), safety)
	w.Exec(t, `INSERT INTO fund_profile (company_id, region_path, oversight_line, bound, category, clause, reason, answered_by_name, answered_at, starts_on, opening_fen, cost_account,
		approve_above_fen, papers_above_fen, auto_close, tax_included, changed_at)
		VALUES ($1, $2, 0, false, '', '', '', '', now(), '2026-01-01', 0, '5101', 1000000, 0, false, false, now())`, int64(firm.ID), firm.RegionPath)
	must := func(_ id.Of[id.Row], err error) { require.NoError(t, err) }
	must(h.equipment.Machines().Add(ctx, equipment.Machine{Number: "CJ-01", Name: "一号冲床", Kind: "press"}))
	must(h.equipment.Machines().Add(ctx, equipment.Machine{Number: "CJ-02", Name: "二号冲床", Kind: "press"}))
	must(h.equipment.Specials().Add(ctx, equipment.Special{Number: "TS-01", Name: "行车", Kind: "crane"}))
	must(h.equipment.Fires().Add(ctx, equipment.Fire{Number: "XF-01", Kind: "hydrant"}))
	must(h.meeting.Meetings().Add(ctx, meeting.Meeting{Kind: meeting.Management, Title: "五月安全培训", HeldOn: day.Of(2026, 5, 8)}))
	must(h.emergency.Drills.Add(ctx, emergency.Drill{Name: "火灾疏散演练", Kind: "onsite", Form: "operation", PlannedOn: day.Of(2026, 5, 18)}))
	must(h.protection.Issues().Add(ctx, protection.Issue{StaffID: safety.StaffID, Article: "防割手套", Quantity: 2, Occasion: "first", IssuedOn: day.Of(2026, 5, 6)}))
	_, err := h.hazard.Report(ctx, hazard.Report{Place: "冲压车间", Description: "光电保护失效", Category: "A01"})
	require.NoError(t, err)
	stranger := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, "330784105"), "safety"))
	for _, c := range []struct{ kind, words, want string }{
		{"hazard", "光电", "光电保护失效"},
		{"training", "安全培训", "五月安全培训"},
		{"drill", "疏散", "火灾疏散演练"},
		{"protection", "手套", "防割手套"},
		{"equipment", "CJ-01", "CJ-01 一号冲床"},
		{"equipment", "二号", "CJ-02 二号冲床"},
		{"equipment", "行车", "TS-01 行车"},
		{"equipment", "XF-01", "XF-01"},
	} {
		found, err := h.fund.Choose(ctx, c.kind, c.words)
		require.NoError(t, err)
		require.Len(t, found, 1, c)
		require.Contains(t, found[0].Title, c.want)
		n, err := h.fund.MakeExpense(ctx, fund.ExpenseForm{
			SpentOn: day.Of(2026, 5, 9), AmountFen: 100, Item: 1, Payee: "甲", Purpose: "维修", Tie: c.kind, TieID: id.Of[fund.Tied](found[0].ID).String(),
		})
		require.NoError(t, err)
		spent, err := h.fund.SpentOn(ctx, c.kind, found[0].ID)
		require.NoError(t, err)
		require.Equal(t, []id.Of[fund.Expense]{n}, []id.Of[fund.Expense]{spent[0].ID}, "%v: what was spent on another is not told", c)
		require.Len(t, spent, 1)
		require.Equal(t, found[0].Title, spent[0].TieTitle)
		_, err = h.fund.SpentOn(stranger, c.kind, found[0].ID)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		found, err = h.fund.Choose(stranger, c.kind, "")
		require.NoError(t, err)
		require.Empty(t, found)
	}
	all, err := h.fund.Choose(ctx, "equipment", "")
	require.NoError(t, err)
	require.Len(t, all, 4)
	require.Len(t, slices.CompactFunc(all, func(a, b fund.Tied) bool { return a.ID == b.ID }), 4)
	for _, n := range []int64{1, 2, 3, 999999} {
		_, err = h.fund.SpentOn(ctx, "equipment", n)
		require.ErrorIs(t, err, rbac.ErrNotFound, n)
	}
}
