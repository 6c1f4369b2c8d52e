package fund

import "github.com/danielgtaylor/huma/v2"

func mountPlans(huma.API, *Service) {}
