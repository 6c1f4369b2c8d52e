package fund

import "github.com/danielgtaylor/huma/v2"

func mountStatements(huma.API, *Service) {}
