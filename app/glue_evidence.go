package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/attachment"
	"anbiao/modules/company"
	"anbiao/modules/evidence"
	"anbiao/modules/fund"
	"anbiao/modules/hazard"
	"anbiao/modules/notice"
	"anbiao/modules/selfreport"
	"anbiao/rbac"
)

// glueEvidence says what a package for an inspection is made of: lists that go out as Excel
// anyhow, photos of hazards, and the reports as they were frozen. It comes after every list.
func (h *house) glueEvidence() {
	s := h.evidence
	s.ActorOf = h.account.ActorOfMembership
	s.Company = func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (evidence.Card, error) {
		found, err := company.Of(ctx, tx, scope, c)
		return evidence.Card{Name: found.Name, USCC: found.Code()}, err
	}
	s.Tell = func(ctx context.Context, tx db.Tx, n evidence.Note) error {
		key := fmt.Sprintf("evidence|%s|%s|%s", n.CompanyID, n.BundleID, n.Code)
		return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: "evidence_bundle", Object: int64(n.BundleID), Code: n.Code, Params: n.Params, Key: key}, n.Person, 0, nil)
	}
	between := func(from, until string) func(evidence.Span) evidence.Filters {
		return func(s evidence.Span) evidence.Filters {
			return evidence.Filters{from: {s.From.String()}, until: {s.Until.String()}}
		}
	}
	all := func(name string) func(evidence.Span) evidence.Filters {
		return func(evidence.Span) evidence.Filters { return evidence.Filters{name: {"all"}} }
	}
	h.hazard.Albums = hazard.Albums{Open: h.ground.files.Open, Firm: nameOf, Keys: func(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]string, error) {
		found, err := attachment.KeptOf(ctx, tx, scope, ids)
		out := map[id.Of[id.Attachment]]string{}
		for n, k := range found {
			out[n] = k.Key
		}
		return out, err
	}}
	yearOf := func(s evidence.Span) evidence.Filters { return evidence.Filters{"year": {strconv.Itoa(s.From.Year())}} }
	list := h.sheet
	s.Chapters = []evidence.Chapter{
		{Key: "hazards", Action: hazard.ActionList, Files: h.hazardPictures, Sheets: list("hazards", between("openSince", "foundUntil"))},
		{Key: "checks", Sheets: list("inspection-checks", between("from", "to"))},
		{Key: "reports", Action: selfreport.ActionList, Files: h.frozenReports},
		{Key: "permits", Sheets: list("permits", between("from", "to"))},
		{Key: "risks", Sheets: list("risk-events", nil)},
		{Key: "training", Sheets: slices.Concat(list("certificates", all("state")), list("staff-people", all("active")), list("training-records", yearOf), list("training-hours", yearOf), list("training-files", nil))},
		{Key: "meetings", Sheets: list("meeting", all("ended"))},
		{Key: "emergency", Sheets: append(append(list("emergency-plan", all("ended")), list("emergency-drill", all("ended"))...), list("emergency-supply", nil)...)},
		{Key: "equipment", Sheets: append(append(list("equipment-machine", nil), list("equipment-special", nil)...), list("equipment-fire", nil)...)},
		{Key: "contractors", Sheets: list("contractor", all("ended"))},
		{Key: "protection", Sheets: append(list("protection-standard", nil), list("protection-issue", nil)...)},
		{Key: "accidents", Sheets: list("accident", all("ended"))},
		{Key: "fund", Action: fund.ActionLedger, Sheets: kept(append(list("fund-ledger", yearOf), list("fund-expenses", yearOf)...))},
	}
}

// sheet is the list of a kind that goes out as Excel, for a package.
func (h *house) sheet(kind string, filters func(evidence.Span) evidence.Filters) []evidence.Sheet {
	for _, e := range h.transfer.Exporters {
		if e.Kind == kind {
			return []evidence.Sheet{{Name: e.Called(text.Chinese), Action: e.Action, Columns: e.Columns, Pages: e.Pages, Filters: filters}}
		}
	}
	panic("evidence: no list goes out as " + kind) // a mistake of this file; every start and test meets it
}

// kept leaves sheets of the fund empty for a company that keeps none.
func kept(sheets []evidence.Sheet) []evidence.Sheet {
	for i, one := range sheets {
		sheets[i].Pages = func(ctx context.Context, filters map[string][]string, cursor string, limit int) ([]sheet.Record, string, error) {
			rows, next, err := one.Pages(ctx, filters, cursor, limit)
			if errors.Is(err, fund.ErrNoProfile) {
				return nil, "", nil
			}
			return rows, next, err
		}
	}
	return sheets
}

// hazardPictures are the photos of the hazards of a span, a folder each, by ledger number.
func (h *house) hazardPictures(ctx context.Context, s evidence.Span, cursor string, limit int) (files []evidence.File, next string, err error) {
	err = h.gate.Read(ctx, hazard.ActionList, func(tx db.Tx, scope rbac.Scope) error {
		var found []hazard.Picture
		if found, next, err = hazard.Pictures(ctx, tx, scope, s.From, s.Until, cursor, limit); err != nil {
			return err
		}
		ids := make([]id.Of[id.Attachment], len(found))
		for i, p := range found {
			ids[i] = p.AttachmentID
		}
		kept, err := attachment.KeptOf(ctx, tx, scope, ids)
		if err != nil {
			return err
		}
		when := map[hazard.Event]string{hazard.Register: "整改前", hazard.Fix: "整改后"}
		for _, p := range found {
			k, ok := kept[p.AttachmentID]
			if !ok {
				continue
			}
			name := when[p.Event]
			if name == "" {
				name = fmt.Sprintf("过程%02d", p.StepN)
			}
			files = append(files, evidence.File{
				Path: fmt.Sprintf("整改照片/%s/%s-%d%s", p.Number, name, p.N+1, suffix(k)), Blob: k.Key, Title: p.Number + " " + name + "：" + p.Description,
			})
		}
		return nil
	})
	return files, next, err
}

// suffix is how the name of a kept file ends.
func suffix(k attachment.Kept) string {
	switch k.MediaType {
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "application/pdf":
		return ".pdf"
	}
	return ".bin"
}

// formed prints a report as its official form.
type formed interface {
	Form(ctx context.Context, tx db.Tx, scope rbac.Scope, rid id.Of[id.Report]) ([]byte, error)
}

// frozenReports are the reports of a span: the content as it was frozen, whose SHA-256 is the one
// that was signed, and the official form.
func (h *house) frozenReports(ctx context.Context, s evidence.Span, cursor string, limit int) (files []evidence.File, next string, err error) {
	after := int64(0)
	if cursor != "" {
		if after, err = strconv.ParseInt(cursor, 10, 64); err != nil {
			return nil, "", err
		}
	}
	limit = min(limit, 20) // a form each
	err = h.gate.Read(ctx, selfreport.ActionList, func(tx db.Tx, scope rbac.Scope) error {
		found, err := selfreport.Touching(ctx, tx, scope, s.From, s.Until, after, limit)
		if err != nil {
			return err
		}
		for _, r := range found {
			name := fmt.Sprintf("%s %s", r.Period, r.Cycle)
			title := name + " " + string(r.State)
			if r.SubmittedAt != nil {
				title = name + " 报送于 " + day.In(*r.SubmittedAt, day.Shanghai).String()
			}
			files = append(files, evidence.File{Path: name + " 报送内容.json", Content: []byte(r.Content), Title: title + "，内容 SHA-256 " + r.ContentHash})
			if f, ok := any(h.selfreport).(formed); ok {
				paper, err := f.Form(ctx, tx, scope, r.ID)
				if err != nil {
					return err
				}
				files = append(files, evidence.File{Path: name + " 报表.pdf", Content: paper, Title: title})
			}
		}
		if len(found) == limit {
			next = found[len(found)-1].ID.String()
		}
		return nil
	})
	return files, next, err
}
