package main

import (
	"context"
	"io/fs"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	frontend "anbiao/frontend-dist"
	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/seal"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/audit"
	"anbiao/modules/certificate"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/division"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/queue"
	"anbiao/modules/selfreport"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/web"
)

// house is the program, wired.
type house struct {
	ground   *ground
	gate     *rbac.Gate
	registry *jobs.Registry
	account  *account.Service
}

// furnish wires every module by hand. g is nil where only the API's shape is wanted.
func furnish(g *ground, gate *rbac.Gate) *house {
	h := &house{ground: g, gate: gate, registry: jobs.NewRegistry()}
	h.account = &account.Service{Gate: gate}
	if g != nil {
		box := seal.New(g.secret)
		h.account.Seal = box.Field(0)
		h.account.BaseURL = g.cfg.BaseURL
		h.account.Secure = g.cfg.Production()
		if g.cfg.Demo {
			h.account.DemoTip = string(g.cfg.DemoPassword)
		}
	}
	return h
}

// load brings built-in data into the database.
func (h *house) load(context.Context) error { return nil }

func (h *house) demo(context.Context) error { return nil }

func (h *house) accounts() string { return "" }

// mount registers every module's operations.
func (h *house) mount(api huma.API) {
	account.Mount(api, h.account)
	attachment.Mount(api, &attachment.Service{Gate: h.gate})
	audit.Mount(api, &audit.Service{Gate: h.gate})
	certificate.Mount(api, &certificate.Service{Gate: h.gate})
	checklist.Mount(api, &checklist.Service{Gate: h.gate})
	company.Mount(api, &company.Service{Gate: h.gate})
	division.Mount(api, &division.Service{Gate: h.gate})
	hazard.Mount(api, &hazard.Service{Gate: h.gate})
	inspection.Mount(api, &inspection.Service{Gate: h.gate})
	queue.Mount(api, &queue.Service{Gate: h.gate})
	selfreport.Mount(api, &selfreport.Service{Gate: h.gate})
	staff.Mount(api, &staff.Service{Gate: h.gate})
	transfer.Mount(api, &transfer.Service{Gate: h.gate})
	web.Seal(api)
}

// handler is everything served over HTTP.
func (h *house) handler() (http.Handler, error) {
	cfg := h.ground.cfg
	proxies := make([]string, len(cfg.TrustedProxies))
	for i, p := range cfg.TrustedProxies {
		proxies[i] = p.String()
	}
	engine, err := web.NewEngine(web.Config{
		Authenticate: h.account.Authenticate, Ready: h.ready, TrustedProxies: proxies, PerSecond: 200, Burst: 1000, Secure: cfg.Production(),
	})
	if err != nil {
		return nil, err
	}
	api := web.New(engine)
	h.mount(api)
	if err := web.Document(engine, api); err != nil {
		return nil, err
	}
	site, err := fs.Sub(frontend.Site, "site")
	if err != nil {
		return nil, err
	}
	web.Site(engine, site)
	return engine, nil
}

// ready reports whether the database answers.
func (h *house) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return h.gate.Public(ctx, account.ActionIdentify, func(tx db.Tx) error { return tx.Exec("SELECT 1").Error })
}

// document is the OpenAPI document, made without a database.
func document() ([]byte, error) {
	gin.SetMode(gin.ReleaseMode)
	api := web.New(gin.New())
	furnish(nil, nil).mount(api)
	return api.OpenAPI().MarshalJSON()
}
