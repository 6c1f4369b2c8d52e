package training

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// File is one file a person (一人一档).
type File struct {
	FileRow
	Company      string
	Cards        []CardFile
	Records      []FileRecord
	Sums         []FileSum
	Exams        []FileExam
	Certificates []FileCertificate
	SignIns      []FileSignIn
	Moves        []FileMove
	Made         day.Date
}

// FileList returns one page of files of one's part of the company, by name.
func (s *Service) FileList(ctx context.Context, f FileFilter) (rows []FileRow, k page.Key, err error) {
	if k, err = f.Start("name", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionFiles, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = filesOf(ctx, tx, scope, f, cardDay(tx), k)
		return err
	})
	return rows, k, err
}

// FileOf returns one person's file. Errors: rbac.ErrNotFound.
func (s *Service) FileOf(ctx context.Context, who id.Of[id.Staff]) (f File, err error) {
	err = s.Gate.Read(ctx, ActionFiles, func(tx db.Tx, scope rbac.Scope) (err error) {
		f, err = s.file(ctx, tx, scope, who, false)
		return err
	})
	return f, err
}

// MyFile returns one's own file. Errors: rbac.ErrNotFound for who is not of the staff.
func (s *Service) MyFile(ctx context.Context) (f File, err error) {
	err = s.Gate.Read(ctx, ActionFileOwn, func(tx db.Tx, scope rbac.Scope) (err error) {
		f, err = s.file(ctx, tx, scope, scope.Actor().StaffID, true)
		return err
	})
	return f, err
}

func (s *Service) file(ctx context.Context, tx db.Tx, scope rbac.Scope, who id.Of[id.Staff], own bool) (f File, err error) {
	var company rbac.CompanyID
	if f.FileRow, company, err = fileRow(ctx, tx, scope, who, own); err != nil {
		return f, err
	}
	f.Made = cardDay(tx)
	rows, err := cardsOfStaff(ctx, tx, company, who)
	if err != nil {
		return f, err
	}
	if f.Cards, err = s.cardFiles(ctx, tx, scope, company, rows); err != nil {
		return f, err
	}
	if f.Records, err = fileRecords(ctx, tx, company, who); err != nil {
		return f, err
	}
	f.Sums = sumsOf(f.Records)
	if f.SignIns, err = fileSignIns(ctx, tx, company, who); err != nil {
		return f, err
	}
	if f.Moves, err = fileMoves(ctx, tx, company, who); err != nil {
		return f, err
	}
	return f, s.fileOthers(ctx, tx, scope, company, &f)
}

// fileOthers adds what other modules know of a person.
func (s *Service) fileOthers(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f *File) (err error) {
	who := []id.Of[id.Staff]{f.StaffID}
	if s.Cards.Firm != nil {
		if f.Company, err = s.Cards.Firm(ctx, tx, scope, company); err != nil {
			return err
		}
	}
	if s.Cards.Exams != nil {
		if f.Exams, err = s.Cards.Exams(ctx, tx, company, who); err != nil {
			return err
		}
	}
	if s.Cards.Certificates != nil {
		f.Certificates, err = s.Cards.Certificates(ctx, tx, scope, company, who)
	}
	return err
}
