package penalty

import "github.com/danielgtaylor/huma/v2"

// Mount registers the module's operations.
func Mount(_ huma.API, _ *Service) {}
