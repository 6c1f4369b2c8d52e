package main

import (
	"github.com/danielgtaylor/huma/v2"

	"anbiao/jobs"
	"anbiao/kit/push"
	"anbiao/modules/sync"
	"anbiao/modules/upload"
	"anbiao/rbac"
)

// integration is what other systems meet.
type integration struct {
	sync   *sync.Service
	upload *upload.Service
	region *regional
}

func newIntegration(gate *rbac.Gate) *integration {
	return &integration{sync: &sync.Service{Gate: gate}, upload: &upload.Service{Gate: gate}, region: newRegional(gate)}
}

// glueIntegration gives the upload its keys and its way out.
func (h *house) glueIntegration() {
	h.integration.upload.Sender = push.NewDatas(h.ground.cfg.WebhookPrivate)
	h.glueRegion()
	h.integration.upload.Box = func(c rbac.CompanyID) upload.Field { return h.box.Field(int64(c)) }
}

// Jobs registers the modules' jobs.
func (i *integration) Jobs(r *jobs.Registry) {
	i.sync.Jobs(r)
	i.upload.Jobs(r)
}

func (i *integration) mount(api huma.API) {
	sync.Mount(api, i.sync)
	upload.Mount(api, i.upload)
	i.region.mount(api)
}
