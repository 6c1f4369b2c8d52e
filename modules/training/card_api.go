package training

import "github.com/danielgtaylor/huma/v2"

func mountCards(huma.API, *Service) {}
