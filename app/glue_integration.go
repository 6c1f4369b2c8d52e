package main

import (
	"github.com/danielgtaylor/huma/v2"

	"anbiao/jobs"
	"anbiao/modules/sync"
	"anbiao/rbac"
)

// integration is what other systems meet.
type integration struct {
	sync *sync.Service
}

func newIntegration(gate *rbac.Gate) *integration {
	return &integration{sync: &sync.Service{Gate: gate}}
}

// Jobs registers the modules' jobs.
func (i *integration) Jobs(r *jobs.Registry) {
	i.sync.Jobs(r)
}

func (i *integration) mount(api huma.API) {
	sync.Mount(api, i.sync)
}
