package fund

import (
	"strconv"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/web/webtest"
)

// TestLedgerOverTheWire walks from the first question to a closed month as a client does.
func TestLedgerOverTheWire(t *testing.T) {
	t.Parallel()
	w := newLedger(t, "2026-03-10")
	api := webtest.New(t, func(api huma.API) { Mount(api, w.s) })
	me := api.As(w.finance)
	me.Get("/api/fund/years/2026").Refused(t, 409, "fund.no-profile")
	var profile profileView
	me.Get("/api/fund/profile").OK(t, &profile)
	require.False(t, profile.Answered)
	require.Equal(t, "machinery", profile.Proposal.Category)
	me.Put("/api/fund/profile", map[string]any{
		"bound": true, "category": "coal", "startMonth": "2026-01", "openingFen": 100, "costAccount": "5101", "approveAboveFen": 0, "papersAboveFen": 0, "autoClose": false,
	}).OK(t, nil)
	n := strconv.FormatInt(me.Post("/api/fund/years/2026/lines", map[string]any{"name": "一号井", "category": "coal", "sub": "open_pit", "hazards": []string{}, "rate": "6.5"}).Made(t), 10)
	me.Put("/api/fund/lines/"+n+"/quantities/2026-01", map[string]any{"quantity": "-1"}).Refused(t, 422, "http.unprocessable-entity")
	me.Put("/api/fund/lines/"+n+"/quantities/2026-01", map[string]any{"quantity": "1000.1234"}).Refused(t, 422, "http.unprocessable-entity")
	me.Put("/api/fund/lines/"+n+"/quantities/2026-01", map[string]any{"quantity": "1000.125"}).OK(t, nil)
	me.Put("/api/fund/lines/"+n, map[string]any{"name": "一号井", "category": "coal", "sub": "open_pit", "rate": "4"}).Refused(t, 422, "fund.rate")
	var year yearView
	me.Get("/api/fund/years/2026").OK(t, &year)
	january := year.Months[0]
	require.Equal(t, []any{"2026-01", "open", true, int64(650_081), "1000.125"}, []any{january.Month, january.State, january.Next, int64(january.AccruedFen), year.Lines[0].Quantities[0].String()})
	require.Equal(t, "6.5", january.Working.Lines[0].Rate.String())
	require.NotNil(t, january.Working.Notes)
	me.Post("/api/fund/months/2026-01/close", map[string]any{"accruedFen": 1, "closingFen": 1}).Refused(t, 409, "fund.preview")
	me.Post("/api/fund/months/2026-01/close", map[string]any{"accruedFen": january.AccruedFen, "closingFen": january.ClosingFen}).OK(t, nil)
	var steps []stepView
	api.As(w.safety).Get("/api/fund/months/2026-01/steps").OK(t, &steps)
	require.Len(t, steps, 1)
	var balances []balanceView
	me.Get("/api/fund/balances?year=2026").OK(t, &balances)
	require.Equal(t, []string{"0000", "4301", "5101"}, []string{balances[0].Account, balances[1].Account, balances[2].Account})
	county := api.As(w.Regulator(t, "county", "330784"))
	county.Get("/api/fund/years/2026?companyId="+w.firm.ID.String()).OK(t, &year)
	require.EqualValues(t, 1, year.Closed)
	county.Get("/api/fund/entries?companyId="+w.firm.ID.String()).Refused(t, 403, "rbac.forbidden")
	county.Post("/api/fund/months/2026-02/close", map[string]any{"accruedFen": 0, "closingFen": 0}).Refused(t, 403, "rbac.forbidden")
	var standards standardsView
	county.Get("/api/fund/standards").OK(t, &standards)
	require.Len(t, standards.Categories, 12)
	require.Equal(t, "2012.1", standards.Versions[0].Version)
}
