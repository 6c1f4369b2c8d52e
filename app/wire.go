package main

import (
	"context"
	"io/fs"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	frontend "anbiao/frontend-dist"
	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/mail"
	"anbiao/kit/metric"
	"anbiao/kit/seal"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/activation"
	"anbiao/modules/archive"
	"anbiao/modules/attachment"
	"anbiao/modules/audit"
	"anbiao/modules/award"
	"anbiao/modules/certificate"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/contractor"
	"anbiao/modules/deadline"
	"anbiao/modules/division"
	"anbiao/modules/dossier"
	"anbiao/modules/due"
	"anbiao/modules/emergency"
	"anbiao/modules/enrolment"
	"anbiao/modules/equipment"
	"anbiao/modules/evidence"
	"anbiao/modules/exam"
	"anbiao/modules/fund"
	"anbiao/modules/grading"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/instrument"
	"anbiao/modules/letter"
	"anbiao/modules/listing"
	"anbiao/modules/livescore"
	"anbiao/modules/meeting"
	"anbiao/modules/notice"
	"anbiao/modules/oversight"
	"anbiao/modules/patrol"
	"anbiao/modules/penalty"
	"anbiao/modules/performance"
	"anbiao/modules/permit"
	"anbiao/modules/programme"
	"anbiao/modules/proof"
	"anbiao/modules/protection"
	"anbiao/modules/queue"
	"anbiao/modules/responsibility"
	"anbiao/modules/reward"
	"anbiao/modules/risk"
	"anbiao/modules/rubric"
	"anbiao/modules/selfreport"
	"anbiao/modules/staff"
	"anbiao/modules/standardization"
	"anbiao/modules/training"
	"anbiao/modules/transfer"
	"anbiao/modules/visit"
	"anbiao/rbac"
	"anbiao/web"
	"anbiao/web/register"
)

// house is the program, wired.
type house struct {
	ground   *ground
	gate     *rbac.Gate
	registry *jobs.Registry
	box      *seal.Box
	watcher  *watcher

	integration *integration

	accident        *accident.Service
	account         *account.Service
	activation      *activation.Service
	archive         *archive.Service
	attachment      *attachment.Service
	audit           *audit.Service
	certificate     *certificate.Service
	checklist       *checklist.Service
	company         *company.Service
	deadline        *deadline.Service
	division        *division.Service
	due             *due.Service
	emergency       *emergency.Service
	contractor      *contractor.Service
	equipment       *equipment.Service
	evidence        *evidence.Service
	hazard          *hazard.Service
	inspection      *inspection.Service
	letter          *letter.Service
	listing         *listing.Service
	meeting         *meeting.Service
	notice          *notice.Service
	oversight       *oversight.Service
	performance     *performance.Service
	permit          *permit.Service
	proof           *proof.Service
	protection      *protection.Service
	queue           *queue.Service
	responsibility  *responsibility.Service
	reward          *reward.Service
	risk            *risk.Service
	selfreport      *selfreport.Service
	staff           *staff.Service
	award           *award.Service
	enrolment       *enrolment.Service
	grading         *grading.Service
	livescore       *livescore.Service
	rubric          *rubric.Service
	standardization *standardization.Service
	programme       *programme.Service
	instrument      *instrument.Service
	visit           *visit.Service
	patrol          *patrol.Service
	penalty         *penalty.Service
	dossier         *dossier.Service
	fund            *fund.Service
	training        *training.Service
	exam            *exam.Service
	transfer        *transfer.Service
}

// furnish wires every module by hand.
func furnish(g *ground, gate *rbac.Gate) (*house, error) {
	h := bare(gate)
	h.ground, h.box = g, seal.New(g.secret, g.cfg.OldSecrets()...)
	box := h.box
	base := g.baseURL()
	shelf, err := checklist.OpenShelf()
	if err != nil {
		return nil, err
	}
	if h.responsibility.Shelf, err = responsibility.OpenShelf(); err != nil {
		return nil, err
	}

	h.account.Seal, h.account.Send, h.account.BaseURL, h.account.Secure = box.Field(0), h.sendCode, base, g.cfg.Production()
	if g.cfg.Demo {
		h.account.DemoTip = string(g.cfg.DemoPassword)
	}
	h.attachment.Blobs, h.transfer.Blobs, h.activation.Blobs, h.evidence.Blobs = g.files, g.files, g.files, g.files
	h.hazard.Keys = box.Field(0)
	h.activation.Keys, h.activation.BaseURL, h.activation.Secure = box.Field(0), base, g.cfg.Production()
	h.staff.Box, h.certificate.Box, h.transfer.Box = box, box, box
	h.checklist.Shelf, h.checklist.BaseURL, h.checklist.Tags, h.checklist.Name = shelf, base, tagsOf, nameOf
	h.notice.Addresses, h.notice.BaseURL, h.notice.Mailer = addresses, base, notice.KeptMailer{Gate: gate}
	if u := string(g.cfg.SMTPURL); u != "" {
		if h.notice.Mailer, err = mail.Open(u); err != nil {
			return nil, err
		}
	}
	if err := h.openChannels(g.cfg); err != nil {
		return nil, err
	}
	h.queue.Forget = jobs.Forget(g.broker)

	h.oversight.Tiles = g.cfg.MapTiles
	h.equipment.BaseURL, h.award.BaseURL = base, base
	h.glue()
	h.glueSecurity()
	h.glueIntegration()
	if err := h.glueProof(base); err != nil {
		return nil, err
	}
	h.listen()
	return h, nil
}

// bare makes every service with its Gate and nothing else: enough to describe the API.
func bare(gate *rbac.Gate) *house {
	return &house{
		gate: gate, registry: jobs.NewRegistry(), watcher: &watcher{figures: metric.New()}, integration: newIntegration(gate),

		accident:        &accident.Service{Gate: gate},
		account:         &account.Service{Gate: gate},
		activation:      &activation.Service{Gate: gate},
		archive:         &archive.Service{Gate: gate},
		attachment:      &attachment.Service{Gate: gate},
		audit:           &audit.Service{Gate: gate},
		certificate:     &certificate.Service{Gate: gate},
		checklist:       &checklist.Service{Gate: gate},
		company:         &company.Service{Gate: gate},
		contractor:      &contractor.Service{Gate: gate},
		deadline:        &deadline.Service{Gate: gate, Rules: slices.Concat(emergency.Terms(), oversight.Terms(), listing.Terms(), grading.Terms(), award.Terms(), standardization.Terms())},
		division:        &division.Service{Gate: gate},
		due:             &due.Service{Gate: gate},
		emergency:       emergency.New(gate),
		equipment:       &equipment.Service{Gate: gate},
		evidence:        &evidence.Service{Gate: gate},
		hazard:          &hazard.Service{Gate: gate},
		inspection:      &inspection.Service{Gate: gate},
		letter:          &letter.Service{Gate: gate},
		listing:         &listing.Service{Gate: gate},
		meeting:         &meeting.Service{Gate: gate},
		notice:          &notice.Service{Gate: gate},
		oversight:       &oversight.Service{Gate: gate},
		performance:     &performance.Service{Gate: gate},
		permit:          &permit.Service{Gate: gate},
		proof:           &proof.Service{Gate: gate},
		protection:      &protection.Service{Gate: gate},
		queue:           &queue.Service{Gate: gate},
		responsibility:  &responsibility.Service{Gate: gate},
		reward:          &reward.Service{Gate: gate},
		risk:            &risk.Service{Gate: gate},
		selfreport:      &selfreport.Service{Gate: gate},
		staff:           &staff.Service{Gate: gate},
		award:           &award.Service{Gate: gate},
		enrolment:       &enrolment.Service{Gate: gate},
		grading:         &grading.Service{Gate: gate},
		livescore:       &livescore.Service{Gate: gate},
		rubric:          &rubric.Service{Gate: gate},
		standardization: &standardization.Service{Gate: gate},
		programme:       &programme.Service{Gate: gate},
		instrument:      &instrument.Service{Gate: gate},
		visit:           &visit.Service{Gate: gate},
		patrol:          &patrol.Service{Gate: gate},
		penalty:         &penalty.Service{Gate: gate},
		dossier:         &dossier.Service{Gate: gate},
		fund:            &fund.Service{Gate: gate},
		training:        &training.Service{Gate: gate},
		exam:            &exam.Service{Gate: gate},
		transfer:        &transfer.Service{Gate: gate},
	}
}

// listen registers every module's jobs.
func (h *house) listen() {
	for _, s := range []interface{ Jobs(*jobs.Registry) }{
		h.account,
		h.activation,
		h.archive,
		h.attachment,
		h.audit,
		h.certificate,
		h.company,
		h.due,
		h.emergency,
		h.equipment,
		h.evidence,
		h.hazard,
		h.inspection,
		h.letter,
		h.listing,
		h.notice,
		h.oversight,
		h.performance,
		h.permit,
		h.proof,
		h.responsibility,
		h.reward,
		h.selfreport,
		h.award,
		h.enrolment,
		h.grading,
		h.livescore,
		h.rubric,
		h.standardization,
		h.programme,
		h.instrument,
		h.visit,
		h.patrol,
		h.penalty,
		h.dossier,
		h.fund,
		h.training,
		h.exam,
		h.transfer,
		h.integration,
	} {
		s.Jobs(h.registry)
	}
}

// load brings built-in data into the database.
func (h *house) load(ctx context.Context) error {
	err := h.gate.System(ctx, "division.load", func(tx db.Tx, _ rbac.Scope) error { return division.Load(ctx, tx) })
	if err != nil {
		return err
	}
	if err := h.rubric.Load(ctx); err != nil {
		return err
	}
	if err := h.programme.Load(ctx); err != nil {
		return err
	}
	if err := h.notice.Load(ctx); err != nil {
		return err
	}
	if err := h.proof.Load(ctx); err != nil {
		return err
	}
	return h.checklist.Load(ctx)
}

// mount registers every module's operations.
func (h *house) mount(api huma.API) {
	accident.Mount(api, h.accident)
	account.Mount(api, h.account)
	activation.Mount(api, h.activation)
	archive.Mount(api, h.archive)
	attachment.Mount(api, h.attachment)
	audit.Mount(api, h.audit)
	certificate.Mount(api, h.certificate)
	checklist.Mount(api, h.checklist)
	company.Mount(api, h.company)
	deadline.Mount(api, h.deadline)
	division.Mount(api, h.division)
	due.Mount(api, h.due)
	emergency.Mount(api, h.emergency)
	contractor.Mount(api, h.contractor)
	equipment.Mount(api, h.equipment)
	evidence.Mount(api, h.evidence)
	hazard.Mount(api, h.hazard)
	inspection.Mount(api, h.inspection)
	letter.Mount(api, h.letter)
	listing.Mount(api, h.listing)
	meeting.Mount(api, h.meeting)
	notice.Mount(api, h.notice)
	oversight.Mount(api, h.oversight)
	performance.Mount(api, h.performance)
	permit.Mount(api, h.permit)
	proof.Mount(api, h.proof)
	protection.Mount(api, h.protection)
	register.Mount(api, h.gate, h.registers()...)
	queue.Mount(api, h.queue)
	responsibility.Mount(api, h.responsibility)
	reward.Mount(api, h.reward)
	risk.Mount(api, h.risk)
	selfreport.Mount(api, h.selfreport)
	staff.Mount(api, h.staff)
	award.Mount(api, h.award)
	enrolment.Mount(api, h.enrolment)
	grading.Mount(api, h.grading)
	livescore.Mount(api, h.livescore)
	rubric.Mount(api, h.rubric)
	standardization.Mount(api, h.standardization)
	programme.Mount(api, h.programme)
	instrument.Mount(api, h.instrument)
	visit.Mount(api, h.visit)
	patrol.Mount(api, h.patrol)
	penalty.Mount(api, h.penalty)
	dossier.Mount(api, h.dossier)
	fund.Mount(api, h.fund)
	training.Mount(api, h.training)
	exam.Mount(api, h.exam)
	transfer.Mount(api, h.transfer)
	h.integration.mount(api)
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
		Authenticate: h.account.Authenticate, Ready: h.ready, Seen: h.watcher.seen, TrustedProxies: proxies, PerSecond: 300, Burst: 1500, Secure: cfg.Production(), Images: tileHost(cfg.MapTiles),
	})
	if err != nil {
		return nil, err
	}
	api := web.New(engine)
	h.mount(api)
	illustrate(api)
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

// document is the OpenAPI document, made without a database.
func document() ([]byte, error) {
	api := web.Bare()
	bare(nil).mount(api)
	return api.OpenAPI().MarshalJSON()
}
