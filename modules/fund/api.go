package fund

import "github.com/danielgtaylor/huma/v2"

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountRules(api, s)
	mountYears(api, s)
	mountMonths(api, s)
	mountExpenses(api, s)
	mountPlans(api, s)
	mountStatements(api, s)
	mountArea(api, s)
}
