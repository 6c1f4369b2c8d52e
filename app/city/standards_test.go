package city

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/modules/checklist"
)

// TestWorkedCompanyGetsItsList: what the worked company's tags compose to, counted by hand.
func TestWorkedCompanyGetsItsList(t *testing.T) {
	t.Parallel()
	shelf, err := checklist.OpenShelf()
	require.NoError(t, err)
	l := shelf.Newest()
	d, err := l.Compose(workedTags, checklist.Draft{})
	require.NoError(t, err)
	want := map[string]int{
		"MGT": 12, "EDU": 11, "RSK": 11, "PRS": 11, "GRD": 9, "MCH": 8, "CRN": 10, "FLT": 10, "PVS": 9, "GCY": 8, "DST": 12, "CSP": 12, "SPR": 10, "ELE": 11,
		"TMP": 7, "WLD": 8, "HWH": 11, "FIR": 10, "EVA": 8, "CAN": 9, "EBK": 8, "HOT": 8, "WRS": 7, "PPE": 8,
	}
	got, majors := map[string]int{}, 0
	for _, a := range l.Expand(d) {
		got[a.Module]++
		if a.Level == checklist.Major {
			majors++
		}
	}
	require.Equal(t, want, got)
	require.Len(t, d.Modules, 24)
	require.Len(t, l.Expand(d), 228)
	require.Equal(t, 20, majors)

	later := revised()
	last, err := l.Compose(workedTags, later[1])
	require.NoError(t, err)
	require.Len(t, l.Expand(last), 231, "three items of its own")
	require.Len(t, checklist.Compare(l.Expand(d), l.Expand(last)), 3+1+len(later[1].Settings))
}
