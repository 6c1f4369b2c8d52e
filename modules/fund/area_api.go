package fund

import "github.com/danielgtaylor/huma/v2"

func mountArea(huma.API, *Service) {}
