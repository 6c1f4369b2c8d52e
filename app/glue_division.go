package main

import (
	"context"
	"net/url"
	"strings"

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

// tileHost is the scheme and host that map tiles come from, empty where there are none.
func tileHost(address string) string {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(address))
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
