package main

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/responsibility"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// glueDuties gives the matrix the tree, the standard and the names it lays duties over, and
// lets new posts get their duties.
func (h *house) glueDuties() {
	r := h.responsibility
	r.Tree, r.Unplaced, r.Items, r.Company, r.Claim = staff.TreeOn, unplaced, h.asked, companyName, h.attachment.Claim
	r.BaseURL = h.ground.baseURL()
	h.staff.PostsMade = append(h.staff.PostsMade, r.PostsMade)
}

func unplaced(ctx context.Context, tx db.Tx, c rbac.CompanyID, on day.Date) (int, []responsibility.Person, error) {
	all, loose, err := staff.Unplaced(ctx, tx, c, on)
	out := make([]responsibility.Person, len(loose))
	for i, p := range loose {
		out[i] = responsibility.Person(p)
	}
	return all, out, err
}

// asked is what a company's newest standard asks.
func (h *house) asked(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) ([]responsibility.Item, error) {
	found, err := h.checklist.Enabled(ctx, tx, scope, c)
	out := make([]responsibility.Item, len(found))
	for i, a := range found {
		out[i] = responsibility.Item{
			Code: a.Code, Module: a.Module, ModuleName: a.ModuleName, Requirement: a.Requirement, Method: a.Method, Frequency: a.Frequency, Posts: a.Posts, Major: a.Level == checklist.Major,
		}
	}
	return out, err
}

func companyName(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (string, error) {
	found, err := company.Of(ctx, tx, scope, c)
	return found.Name, err
}
