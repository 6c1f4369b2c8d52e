package fund

import "github.com/danielgtaylor/huma/v2"

func mountExpenses(huma.API, *Service) {}
