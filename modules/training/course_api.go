package training

import "github.com/danielgtaylor/huma/v2"

func mountCourses(huma.API, *Service) {}
