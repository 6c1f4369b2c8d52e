package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/sheet"
	"anbiao/modules/certificate"
	"anbiao/modules/due"
	"anbiao/modules/equipment"
	"anbiao/modules/fund"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/letter"
	"anbiao/modules/oversight"
	"anbiao/modules/selfreport"
)

// TestScreensExportTheirColumns holds every column of a list whose export follows the screen
// against the columns that the export knows: a button that asks for another is refused.
func TestScreensExportTheirColumns(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`\{ key: '(\w+)', title:`)
	for _, c := range []struct {
		page    string
		columns []sheet.Column
		stands  []string // for other columns, or for none
	}{
		{"hazard/pages/HazardsPage.vue", hazard.ExportColumns(), nil},
		{"inspection/pages/ChecksPage.vue", inspection.ExportColumns(), nil},
		{"inspection/pages/TasksPage.vue", inspection.TaskColumns(), nil},
		{"oversight/useCompanies.ts", oversight.ExportColumns(), nil},
		{"certificate/useCertificates.ts", certificate.ExportColumns(), nil},
		{"selfreport/pages/ReportsPage.vue", selfreport.ExportColumns(), []string{"range"}},
		{"letter/pages/LettersPage.vue", letter.ExportColumns(), []string{"waits"}},
		{"due/pages/DuePage.vue", due.ExportColumns(), nil},
		{"equipment/pages/PressRatesPage.vue", equipment.ExportColumns(), []string{"companies", "wave"}}, // of the other table there
		{"fund/pages/ExpensesPage.vue", fund.ExpenseColumns(), []string{"amountFen", "taxFen"}},          // in yuan there
	} {
		page, err := os.ReadFile(filepath.Join("..", "frontend", "src", "modules", filepath.FromSlash(c.page)))
		require.NoError(t, err)
		found := key.FindAllStringSubmatch(string(page), -1)
		require.GreaterOrEqual(t, len(found), 5, c.page)
		for _, m := range found {
			known := slices.ContainsFunc(c.columns, func(one sheet.Column) bool { return one.Key == m[1] })
			require.True(t, known || slices.Contains(c.stands, m[1]), "%s shows %s, which its export does not know", c.page, m[1])
		}
	}
}
