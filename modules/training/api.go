package training

import "github.com/danielgtaylor/huma/v2"

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountCourses(api, s)
	mountCards(api, s)
}
