package main

import (
	"context"
	"fmt"

	"anbiao/app/city"
	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/certificate"
	"anbiao/modules/evidence"
	"anbiao/modules/livescore"
	"anbiao/modules/training"
	"anbiao/rbac"
)

// cityDeps is what the demo city is built with; every account gets the password.
func (h *house) cityDeps(password string) city.Deps {
	return city.Deps{
		Password: password, Box: h.box, Files: h.ground.files, Shelf: h.checklist.Shelf, Refresh: h.oversight.Refresh, Assess: h.performance, BaseURL: h.proof.BaseURL,
		Count: h.oversight.Count, Score: h.livescore.Refresh, Touch: livescore.Enqueue, Judge: h.judgeQuietly, CloseMonth: h.certificate.CloseMonth,
		Accident: h.accident, Emergency: h.emergency, Kit: h.protection, Machines: h.equipment, Meeting: h.meeting, Parties: h.contractor, Programme: h.programme, Training: h.quietTraining(),
	}
}

// quietTraining reckons hours without asking for the figures of companies to be counted anew.
func (h *house) quietTraining() *training.Service {
	quiet := *h.training
	quiet.Touch = nil
	return &quiet
}

// judgeQuietly finds who must join, and writes no messages of it.
func (h *house) judgeQuietly(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	quiet := *h.enrolment
	quiet.Sources.Tell, quiet.Sources.Touch = nil, nil
	return quiet.Judge(ctx, tx, ids)
}

// demo fills an empty database with the demo city.
func (h *house) demo(ctx context.Context) error {
	if err := city.Demo(ctx, h.gate, h.cityDeps(string(h.ground.cfg.DemoPassword))); err != nil {
		return err
	}
	if err := h.demoPackage(ctx); err != nil {
		return err
	}
	// The first scan of certificates, which otherwise waits for the morning.
	return h.gate.System(ctx, "city.scan", func(tx db.Tx, _ rbac.Scope) error {
		return jobs.Enqueue(ctx, tx, certificate.Scan{Day: day.In(tx.Now, day.Shanghai)}, jobs.Key("demo"))
	})
}

// demoPackage has the worked company's last quarter put together once the jobs run.
func (h *house) demoPackage(ctx context.Context) error {
	var m id.Of[id.Membership]
	var today day.Date
	err := h.gate.System(ctx, "city.package", func(tx db.Tx, _ rbac.Scope) error {
		today = day.In(tx.Now, day.Shanghai)
		return tx.WithContext(ctx).Raw("SELECT m.id FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.login = 'safety' AND m.company_id IS NOT NULL AND NOT EXISTS (SELECT FROM evidence_bundle)").Scan(&m).Error
	})
	if err != nil || m == 0 { // ordered at an earlier start
		return err
	}
	a, err := h.account.ActorOfMembership(ctx, m, 0)
	if err != nil {
		return err
	}
	as := rbac.WithActor(ctx, a)
	chapters, err := h.evidence.Offered(as)
	if err != nil {
		return err
	}
	before := today.AddMonths(-3)
	_, err = h.evidence.Make(as, evidence.Order{Period: fmt.Sprintf("%04d-Q%d", before.Year(), (int(before.Month())+2)/3), Chapters: chapters})
	return err
}

// accounts are the demo accounts as printed at start.
func (h *house) accounts() string { return city.Accounts(string(h.ground.cfg.DemoPassword)) }
