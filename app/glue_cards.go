package main

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/text"
	"anbiao/modules/certificate"
	"anbiao/modules/due"
	"anbiao/modules/exam"
	"anbiao/modules/staff"
	"anbiao/modules/training"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueCards ties education cards and newcomers to staff and exams.
func (h *house) glueCards() {
	t := h.training
	t.Cards = training.CardNeeds{
		Box: h.box, Firm: companyName, Papers: exam.Papers, Hire: h.hireNewcomer, Due: due.PutAt, Exams: examsOfFile, Certificates: certificatesOfFile,
	}
	h.staff.Joining = append(h.staff.Joining, func(ctx context.Context, tx db.Tx, scope rbac.Scope, m staff.Mover) error {
		return t.CardOnJoining(ctx, tx, scope, m.Home, m.StaffID)
	})
	h.staff.Moving = append(h.staff.Moving, func(ctx context.Context, tx db.Tx, scope rbac.Scope, m staff.Mover) error {
		return t.CardOnMoving(ctx, tx, scope, m.Home, m.StaffID, m.On)
	})
	h.staff.Returning = append(h.staff.Returning, func(ctx context.Context, tx db.Tx, scope rbac.Scope, m staff.Mover) error {
		return t.CardOnReturning(ctx, tx, scope, m.Home, m.StaffID, m.On)
	})
	h.staff.Seated = append(h.staff.Seated, t.CardsOnSeated)
	h.staff.Bars = append(h.staff.Bars, cardBars)
	h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{Kind: "training-files", Action: training.ActionFiles, Columns: training.FileColumns, Pages: t.ExportFiles})
}

// cardBars keeps somebody whose education is not over from a post.
func cardBars(ctx context.Context, tx db.Tx, _ rbac.Scope, home rbac.Home, who id.Of[id.Staff], _ org.Post, _ day.Date) ([]staff.Bar, error) {
	b, err := training.CardBar(ctx, tx, home.CompanyID, who)
	if err != nil || b == nil {
		return nil, err
	}
	missing, english := "", ""
	for i, code := range b.Lacks {
		if i > 0 {
			missing, english = missing+"、", english+", "
		}
		missing, english = missing+text.Say(text.Chinese, "training.lack-"+code, nil), english+text.Say(text.English, "training.lack-"+code, nil)
	}
	return []staff.Bar{{Source: "training", Code: "training.bar-" + b.Reason, Params: map[string]string{"missing": missing, "missing@en": english}}}, nil
}

func (h *house) hireNewcomer(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, in training.Hiring) (id.Of[id.Staff], error) {
	return h.staff.Take(ctx, tx, scope, home, staff.Entry{Name: in.Name, Phone: in.Phone, Identity: in.Identity, UnitID: in.UnitID, JoinedOn: in.JoinedOn}, in.StaffID)
}

func examsOfFile(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff]) ([]training.FileExam, error) {
	rows, err := exam.Of(ctx, tx, company, who)
	out := make([]training.FileExam, len(rows))
	for i, r := range rows {
		out[i] = training.FileExam{SittingID: int64(r.ID), StaffID: r.StaffID, Title: r.Title, On: day.In(*r.EndedAt, day.Shanghai), Score: *r.Score, Passed: *r.Passed, TryNo: r.TryNo}
	}
	return out, err
}

// certificatesOfFile names what people hold today, without numbers: those hold the identity number.
func certificatesOfFile(ctx context.Context, tx db.Tx, _ rbac.Scope, company rbac.CompanyID, who []id.Of[id.Staff]) ([]training.FileCertificate, error) {
	rows, err := certificate.Held(ctx, tx, company, who, day.In(tx.Now, day.Shanghai))
	out := make([]training.FileCertificate, len(rows))
	l := text.Of(ctx)
	for i, r := range rows {
		status := "training.cert-invalid"
		if r.Valid {
			status = "training.cert-valid"
		}
		out[i] = training.FileCertificate{StaffID: r.StaffID, Title: certificate.Title(l, r.Kind, r.Operation), UntilOn: r.ValidUntil, Status: text.Say(l, status, nil)}
	}
	return out, err
}

// cardSat tells training of an exam that was sat for a card.
func (h *house) cardSat(ctx context.Context, tx db.Tx, scope rbac.Scope, r exam.Result) error {
	return h.training.CardSat(ctx, tx, scope, r.CompanyID, id.Of[id.Education](r.Purpose.Ref), training.Sat{On: r.On, Score: r.Score, Passed: r.Passed, SittingID: r.SittingID})
}

// sitForCard checks that somebody may sit a paper for his card.
func sitForCard(ctx context.Context, tx db.Tx, who exam.Sitter, paper id.Of[id.Paper], ref int64) error {
	return training.MaySitFor(ctx, tx, who.Home.CompanyID, who.StaffID, paper, id.Of[id.Education](ref))
}

// sitForSession checks that somebody may sit a paper for a session that he is at.
func sitForSession(ctx context.Context, tx db.Tx, who exam.Sitter, paper id.Of[id.Paper], ref int64) error {
	return training.MaySitSession(ctx, tx, who.Home.CompanyID, who.StaffID, paper, id.Of[id.Session](ref))
}

// sessionSat tells training of an exam that was sat for a session.
func (h *house) sessionSat(ctx context.Context, tx db.Tx, scope rbac.Scope, r exam.Result) error {
	score := int16(r.Score) // of 100
	return h.training.Examined(ctx, tx, scope, r.CompanyID, id.Of[id.Session](r.Purpose.Ref), training.Result{StaffID: r.StaffID, Score: &score, Passed: &r.Passed})
}

// examBearer tells what a newcomer's link lets him sit.
func (h *house) examBearer(ctx context.Context, tx db.Tx, token string) (exam.Ticket, error) {
	p, err := h.training.PassOf(ctx, tx, token)
	return exam.Ticket{Sitter: exam.Sitter{Home: p.Home, StaffID: p.StaffID, Name: p.Name}, PaperID: p.PaperID, Purpose: exam.Purpose{Noun: "card", Ref: int64(p.CardID)}}, err
}

func examNoteKey(n exam.Note, who id.Of[id.Staff]) string { return fmt.Sprintf("%s|%s", n.Key, who) }
