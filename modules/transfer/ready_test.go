package transfer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/rbac"
)

// Without a place nobody could be told, and the export itself would fail: a message belongs to a company or to an office.
func TestReadyNamesWhoseFileItIs(t *testing.T) {
	t.Parallel()
	office, company := id.Of[id.Organisation](7), rbac.CompanyID(8)
	require.Equal(t, office, Transfer{OrganisationID: &office}.ready().OfficeID, "a regulator's")
	require.Equal(t, company, Transfer{CompanyID: &company}.ready().CompanyID, "a company's")
	both := Transfer{OrganisationID: &office, CompanyID: &company}.ready()
	require.Equal(t, []any{office, company}, []any{both.OfficeID, both.CompanyID}, "a service agency's at work")
}
