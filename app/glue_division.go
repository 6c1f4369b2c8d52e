package main

import (
	"context"

	"anbiao/kit/db"
	"anbiao/modules/account"
	"anbiao/modules/company"
	"anbiao/rbac"
)

// glueDivision lets companies and regulators follow when an area merges into another.
func (h *house) glueDivision() {
	h.division.Succeeded = func(ctx context.Context, tx db.Tx, from, to, name string) error {
		if err := account.SucceedArea(ctx, tx, from, to); err != nil {
			return err
		}
		by, _ := rbac.ActorOf(ctx)
		return company.EnqueueSucceed(ctx, tx, company.Succeed{From: from, To: to, Reason: "区划调整：" + name + "撤销并入", PersonID: by.PersonID, Name: by.Name})
	}
}
