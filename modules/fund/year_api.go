package fund

import "github.com/danielgtaylor/huma/v2"

func mountYears(huma.API, *Service) {}
