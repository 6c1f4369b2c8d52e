package exam

import "github.com/danielgtaylor/huma/v2"

// Mount adds the module's operations to api.
func Mount(huma.API, *Service) {}
