package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/certificate"
	"anbiao/modules/checklist"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/notice"
	"anbiao/modules/permit"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// gluePermit gives the permits people, certificates, the words of the standard and the ledger of
// hazards.
func (h *house) gluePermit() {
	p := h.permit
	p.Blobs, p.BaseURL, p.Firm, p.Claim = h.attachment.Blobs, h.checklist.BaseURL, companyName, h.attachment.Claim
	p.Tree, p.Members, p.Cards, p.Tell, p.Pictures = staff.TreeOn, permitMembers, cardsHeld, tellPermits, permitPictures
	p.Ask, p.Raise, p.Due, p.Occurred = h.itemWords, h.raisePermit, due.Put, h.permitOccurred
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "permits", Action: permit.ActionImport, Columns: permit.PaperColumns, Sample: permit.PaperSample,
		Identity: permit.PaperIdentity, Check: p.CheckPaper, Save: p.SavePaper,
	})
	h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{Kind: "permits", Action: permit.ActionList, Columns: permit.PaperColumns, Pages: p.ExportPage})
}

func permitMembers(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]permit.Person, error) {
	keys := make([]staff.Key, len(ids))
	for i, n := range ids {
		keys[i] = staff.Key{CompanyID: c, StaffID: n}
	}
	found, err := staff.Contacts(ctx, tx, keys)
	out := map[id.Of[id.Staff]]permit.Person{}
	for k, x := range found {
		out[k.StaffID] = permit.Person{Name: x.Name, PersonID: x.PersonID, LeftOn: x.LeftOn}
	}
	return out, err
}

func cardsHeld(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Staff], on day.Date) (map[id.Of[id.Staff]][]permit.Holding, error) {
	found, err := certificate.Held(ctx, tx, c, ids, on)
	out := map[id.Of[id.Staff]][]permit.Holding{}
	for _, x := range found {
		out[x.StaffID] = append(out[x.StaffID], permit.Holding{Kind: x.Kind, Operation: x.Operation, Valid: x.Valid, ValidUntil: x.ValidUntil})
	}
	return out, err
}

func (h *house) itemWords(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, codes []string) (map[string]permit.Asked, error) {
	found, err := h.checklist.Words(ctx, tx, scope, c, codes)
	out := map[string]permit.Asked{}
	for code, a := range found {
		out[code] = permit.Asked{Requirement: a.Requirement, Method: a.Method, Clause: clauses(a.Basis), Major: a.Level == checklist.Major}
	}
	return out, err
}

// permitOccurred makes the checks that the beginning of permitted work asks for.
func (h *house) permitOccurred(ctx context.Context, tx db.Tx, scope rbac.Scope, o permit.Occurrence) error {
	what := inspection.Occurrence{Kind: "permit." + o.Kind, Note: o.Note, PointID: o.PointID, Ref: "permit|" + o.PermitID.String()}
	_, err := h.inspection.Occurred(ctx, tx, scope, what)
	if inspection.ErrUnknownPoint.Is(err) { // it was taken out of use since the permit was asked for
		what.PointID = 0
		_, err = h.inspection.Occurred(ctx, tx, scope, what)
	}
	return err
}

// raisePermit makes a hazard of what a permit shows to be wrong.
func (h *house) raisePermit(ctx context.Context, tx db.Tx, scope rbac.Scope, f permit.Finding) error {
	module, _, _ := strings.Cut(f.ItemCode, "-")
	d := hazard.Discovery{
		Ref: f.Ref, Source: hazard.SelfCheck, Place: f.Place, PointID: f.PointID, Description: f.Description, Clause: f.Clause,
		Category: hazard.CategoryOf(module), Major: f.Major, Photos: f.Photos,
	}
	_, err := h.hazard.Enter(ctx, tx, scope, d)
	return err
}

func permitPictures(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]permit.Picture, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]permit.Picture{}
	for _, f := range found {
		out[f.ID] = permit.Picture{Display: f.DisplayKey}
	}
	return out, err
}

// tellPermits tells members of staff and holders of roles, whoever of them has a login, each once.
func tellPermits(ctx context.Context, tx db.Tx, list []permit.Note) error {
	var keys []staff.Key
	var companies []rbac.CompanyID
	for _, n := range list {
		companies = append(companies, n.CompanyID)
		for _, s := range n.Staff {
			keys = append(keys, staff.Key{CompanyID: n.CompanyID, StaffID: s})
		}
	}
	logins, err := staff.Contacts(ctx, tx, keys)
	if err != nil {
		return err
	}
	holding := map[string]map[rbac.CompanyID][]id.Of[id.Person]{}
	for _, role := range []string{"safety", "principal"} {
		if holding[role], err = account.Holding(ctx, tx, companies, role); err != nil {
			return err
		}
	}
	var notes []notice.Note
	for _, n := range list {
		to := []id.Of[id.Person]{}
		for _, s := range n.Staff {
			to = append(to, logins[staff.Key{CompanyID: n.CompanyID, StaffID: s}].PersonID)
		}
		for _, role := range n.Roles {
			to = append(to, holding[role][n.CompanyID]...)
		}
		slices.Sort(to)
		for _, person := range slices.Compact(to) {
			if person == 0 || person == n.Except {
				continue
			}
			notes = append(notes, notice.Note{
				Person: person, Company: n.CompanyID, Noun: "permit", Object: int64(n.PermitID), Code: n.Code, Params: n.Params,
				Key: fmt.Sprintf("permit|%s|%s|%d|%s|%s", n.CompanyID, n.PermitID, n.Step, n.Code, person),
			})
		}
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}
