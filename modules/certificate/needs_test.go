package certificate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/modules/certificate"
)

func TestNeedsOfAPost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		types     []string
		hazardous bool
		initial   int
		annual    int
		kinds     []string
	}{
		{"a cleaner", []string{"general_employee"}, false, 24, 8, nil},
		{"a post without a type", nil, false, 24, 8, nil},
		{"a principal", []string{"principal"}, false, 32, 12, []string{"principal_general"}},
		{"a principal of a chemical firm", []string{"principal"}, true, 48, 16, []string{"principal_general"}},
		{"an electrician", []string{"electrician"}, false, 24, 8, []string{"special_operation"}},
		{"a leader who welds", []string{"team_leader", "welder"}, false, 24, 24, []string{"special_operation"}},
		{"a crane driver with a forklift", []string{"crane_operator", "forklift_driver"}, false, 24, 8, []string{"special_equipment_operator", "special_equipment_operator"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			hours, permits := certificate.Needed.Of(c.types, c.hazardous)
			got := map[string]int{}
			for _, h := range hours {
				require.NotContains(t, got, h.Phase, "a phase once")
				if got[h.Phase] = h.General; c.hazardous {
					got[h.Phase] = h.Hazardous
				}
			}
			assert.Equal(t, c.initial, got["initial"])
			assert.Equal(t, c.annual, got["annual"])
			var kinds []string
			for _, p := range permits {
				kinds = append(kinds, p.Kind)
				assert.NotEmpty(t, p.Basis)
			}
			assert.Equal(t, c.kinds, kinds)
		})
	}
}
