package main

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/dossier"
	"anbiao/modules/hazard"
	"anbiao/modules/patrol"
	"anbiao/modules/transfer"
	"anbiao/modules/visit"
	"anbiao/rbac"
)

// gluePatrol gives patrol what other modules know.
func (h *house) gluePatrol() {
	s := h.patrol
	s.NameOf, s.Claim, s.Tell, s.Named, s.Find, s.Plan = nameOfCompany, h.attachment.ClaimIn, tellPatrol, gridOfActor, h.patrolFound, h.patrolPlanned
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "patrols", Action: patrol.ActionList, Columns: patrol.PatrolColumns, Pages: s.PatrolPage},
		transfer.Exporter{Kind: "patrol-coverage", Action: patrol.ActionCoverage, Columns: patrol.CoverageColumns, Pages: s.CoveragePage})
}

// patrolFound enters what a grid worker handed up into the company's ledger.
func (h *house) patrolFound(ctx context.Context, tx db.Tx, scope rbac.Scope, x patrol.Handed) (id.Of[id.Hazard], error) {
	photos := make([]id.Of[id.Attachment], len(x.Photos))
	for i, n := range x.Photos {
		photos[i] = id.Of[id.Attachment](n)
	}
	made, err := h.hazard.Inspected(ctx, tx, scope, x.CompanyID, hazard.Discovery{
		Ref: fmt.Sprintf("patrol|%d", int64(x.ID)), Source: hazard.GridPatrol, Place: x.Place, Description: x.Text, Photos: photos,
	})
	return made.ID, err
}

// gridOfActor are the companies whose responsible person of kind grid bears the actor's name.
func gridOfActor(ctx context.Context, tx db.Tx, by rbac.Actor, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
	found, err := dossier.GridOf(ctx, tx, companies)
	own := map[rbac.CompanyID]bool{}
	for c, g := range found {
		if strings.TrimSpace(g.Name) == by.Name {
			own[c] = true
		}
	}
	return own, err
}

// handedDays is how many days an inspection may wait that comes of something handed up.
const handedDays = 10

// patrolPlanned plans an inspection of what a grid worker handed up, for whoever answers and the next of his body; the officers can be changed.
func (h *house) patrolPlanned(ctx context.Context, tx db.Tx, scope rbac.Scope, x patrol.Handed) (id.Of[id.Visit], error) {
	_, officers, err := inspectors(ctx, tx, scope)
	if err != nil {
		return 0, err
	}
	two := []visit.Officer{{PersonID: scope.Actor().PersonID, Name: scope.Actor().Name}}
	for _, o := range officers {
		if o.PersonID != two[0].PersonID && len(two) < 2 {
			two = append(two, o)
		}
	}
	today, why := day.In(tx.Now, day.Shanghai), []rune(x.Text)
	reason := string(why[:min(len(why), 500)]) // as long as an inspection's reason may be
	return h.visit.MakeIn(ctx, tx, scope, visit.NewVisits{
		Companies: []rbac.CompanyID{x.CompanyID}, Kind: visit.Complaint, Announced: true, Reason: reason, CapReason: reason, PlannedOn: today, DueOn: today.AddDays(handedDays), Officers: two,
	})
}
