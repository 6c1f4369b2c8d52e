package selfreport

import (
	"context"
	"encoding/json"
	"fmt"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// ErrNotCompiled says that there is nothing to print or to copy yet.
var ErrNotCompiled = fault.New(fault.Conflict, "selfreport.not-compiled")

// Mark notes that the report was made in another system. Errors: ErrNow, ErrSystem, ErrMarkEmpty, ErrMarkDay.
func (s *Service) Mark(ctx context.Context, rid id.Of[id.Report], m Marking) (id.Of[id.Report], error) {
	return s.move(ctx, ActionMark, rid, Mark, movable, func(tx db.Tx, scope rbac.Scope, f *file) error {
		system, err := systemByID(m.System)
		if err != nil {
			return ErrSystem.At("body.system")
		}
		c, ok := CycleByID(f.Cycle)
		if !ok {
			return ErrCycle
		}
		if err := f.mark(m, system, c); err != nil || len(m.Files) == 0 {
			return err
		}
		return s.Claim(ctx, tx, scope, m.Files, "selfreport", int64(rid))
	})
}

// File submits the report as stamped paper. Errors: ErrNow, ErrPaperCode, ErrPaperDay, ErrPaperEmpty.
func (s *Service) File(ctx context.Context, rid id.Of[id.Report], in Filing) (id.Of[id.Report], error) {
	return s.move(ctx, ActionPaper, rid, Paper, movable, func(tx db.Tx, scope rbac.Scope, f *file) error {
		sub, err := f.paper(in)
		if err != nil {
			return err
		}
		if err := insertSubmission(ctx, tx, &sub); err != nil {
			return err
		}
		return s.Claim(ctx, tx, scope, in.Scans, "selfreport", int64(rid))
	})
}

// Systems lists the other systems there are for the actor's company; all there are for a regulator.
func (s *Service) Systems(ctx context.Context) (list []System, err error) {
	err = s.Gate.Read(ctx, ActionList, func(_ db.Tx, scope rbac.Scope) error {
		list = outside.Systems
		if home, err := scope.Home(); err == nil {
			list = OutsideSystems(home.RegionPath)
		}
		return nil
	})
	return list, err
}

// Sheet is a report laid out for one other system.
type Sheet struct {
	System System
	Rows   [][]string // in the order of the columns; one for a report
	Name   string     // of the file
}

// Copy lays a report, or the hazards of its period, out in the columns of another system.
// Errors: rbac.ErrNotFound, ErrSystem, ErrNotCompiled.
func (s *Service) Copy(ctx context.Context, rid id.Of[id.Report], system string) (out Sheet, err error) {
	if out.System, err = systemByID(system); err != nil {
		return out, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		r, err := reportByID(ctx, tx, scope, rid)
		if err != nil {
			return err
		}
		out.Name = fmt.Sprintf("%s-%s.xlsx", out.System.Zh, r.Period)
		if out.System.Per == "report" {
			p, err := printedOf(r)
			if err == nil {
				out.Rows = [][]string{out.System.row(p.fields)}
			}
			return err
		}
		entries, err := s.Entries(ctx, tx, scope, r.CompanyID, Period{r.Period, r.PeriodFrom, r.PeriodUntil})
		out.Rows = [][]string{}
		for _, e := range entries {
			if out.System.Only == "" || e["level"] == out.System.Only {
				out.Rows = append(out.Rows, out.System.row(e))
			}
		}
		return err
	})
	return out, err
}

// excel is the sheet as a file.
func (s Sheet) excel() ([]byte, error) {
	columns := make([]sheet.Column, len(s.System.Columns))
	for i, c := range s.System.Columns {
		columns[i] = sheet.Column{Key: c.Name, Title: both(c.Zh), Kind: sheet.Text, Max: 2000}
	}
	return workbook(columns, s.Rows)
}

// printedOf reads the content of a report. Errors: ErrNotCompiled.
func printedOf(r Report) (p printed, err error) {
	if r.Content == "" {
		return p, ErrNotCompiled
	}
	var c Content
	if err = json.Unmarshal([]byte(r.Content), &c); err != nil {
		return p, err
	}
	return newPrinted(r, c, nil), nil
}

// Form prints a report as the issued form, for those who put papers together, in their
// transaction. Errors: rbac.ErrNotFound, ErrNotCompiled.
func (s *Service) Form(ctx context.Context, tx db.Tx, scope rbac.Scope, rid id.Of[id.Report]) ([]byte, error) {
	p, err := s.paperOf(ctx, tx, scope, rid)
	if err != nil {
		return nil, err
	}
	return p.pdf()
}

func (s *Service) paperOf(ctx context.Context, tx db.Tx, scope rbac.Scope, rid id.Of[id.Report]) (p printed, err error) {
	r, err := reportByID(ctx, tx, scope, rid)
	if err != nil {
		return p, err
	}
	if p, err = printedOf(r); err != nil {
		return p, err
	}
	if r.SignatureID != nil && s.Picture != nil {
		p.Strokes, err = s.Picture(ctx, tx, r.CompanyID, *r.SignatureID)
	}
	return p, err
}

// Sheaf is a file to be printed or kept.
type Sheaf struct {
	Content []byte
	Name    string
}

// Print makes the form as PDF, Word or Excel. Errors: rbac.ErrNotFound, ErrNotCompiled.
func (s *Service) Print(ctx context.Context, rid id.Of[id.Report], as string) (out Sheaf, err error) {
	var p printed
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		p, err = s.paperOf(ctx, tx, scope, rid)
		return err
	})
	if err != nil {
		return out, err
	}
	out.Name = p.name(as)
	switch as {
	case "docx":
		out.Content, err = p.docx()
	case "xlsx":
		out.Content, err = p.excel()
	default:
		out.Content, err = p.pdf()
	}
	return out, err
}
