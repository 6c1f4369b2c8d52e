package main

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/due"
	"anbiao/modules/exam"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueExam tells training of every exam that has ended.
func (h *house) glueExam() {
	x := h.exam
	x.Claim, x.Tree, x.PutDue, x.Tell, x.Bearer = h.attachment.Claim, staff.TreeOn, due.PutAt, tellExam, h.examBearer
	x.Purposes = map[string]func(ctx context.Context, tx db.Tx, who exam.Sitter, paper id.Of[id.Paper], ref int64) error{"card": sitForCard, "session": sitForSession}
	x.Ended = func(ctx context.Context, tx db.Tx, scope rbac.Scope, r exam.Result) error {
		switch r.Purpose.Noun {
		case "card":
			return h.cardSat(ctx, tx, scope, r)
		case "session":
			return h.sessionSat(ctx, tx, scope, r)
		}
		return nil
	}
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "exam-questions", Action: exam.ActionKeep, Columns: exam.QuestionColumns, Sample: exam.QuestionSample, Identity: exam.QuestionIdentity, Check: x.CheckQuestions, Save: x.SaveQuestions,
	})
	h.transfer.Exporters = append(h.transfer.Exporters,
		transfer.Exporter{Kind: "exam-questions", Action: exam.ActionBanks, Columns: exam.QuestionColumns, Pages: x.ExportQuestions},
		transfer.Exporter{Kind: "exam-results", Action: exam.ActionResults, Columns: exam.ResultColumns, Pages: x.ExportResults},
	)
}

// tellExam writes to those who have a login.
func tellExam(ctx context.Context, tx db.Tx, _ rbac.Scope, list []exam.Note) error {
	var notes []notice.Note
	for _, n := range list {
		keys := make([]staff.Key, len(n.People))
		for i, who := range n.People {
			keys[i] = staff.Key{CompanyID: n.CompanyID, StaffID: who}
		}
		found, err := staff.Contacts(ctx, tx, keys)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if c := found[k]; c.PersonID != 0 {
				notes = append(notes, notice.Note{Person: c.PersonID, Company: n.CompanyID, Noun: "exam_task", Object: n.ObjectID, Code: n.Code, Params: n.Params, Key: examNoteKey(n, k.StaffID)})
			}
		}
	}
	_, err := notice.Remind(ctx, tx, notes...)
	return err
}
