package fund

import "github.com/danielgtaylor/huma/v2"

func mountMonths(huma.API, *Service) {}
