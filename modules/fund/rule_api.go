package fund

import "github.com/danielgtaylor/huma/v2"

func mountRules(huma.API, *Service) {}
