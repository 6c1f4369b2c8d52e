package transfer

import (
	"bytes"
	"context"
	"io"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// open reads the file of t with mapping m. Errors: ErrGone, package sheet's.
func (s *Service) open(ctx context.Context, t Transfer, imp Importer, m sheet.Mapping) (*sheet.Table, error) {
	if t.BlobKey == "" {
		return nil, ErrGone
	}
	f, err := s.Blobs.Open(ctx, t.BlobKey)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, sheet.MaxBytes+sealing))
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		b, err = s.unsealed(t, b)
	}
	if err != nil {
		return nil, err
	}
	return sheet.Read(bytes.NewReader(b), int64(len(b)), imp.Columns(), m)
}

// fileColumn is what uploaded files are sealed for, sealing the most that it adds, in bytes.
const (
	fileColumn = "transfer.file"
	sealing    = 1024
)

// sealed is an uploaded file as it is kept: under the key of the actor's company.
func (s *Service) sealed(ctx context.Context, b []byte) []byte {
	if s.Box == nil {
		return b
	}
	a, _ := rbac.ActorOf(ctx)
	if _, company, err := owner(a); err == nil && company != nil {
		return s.Box.Field(int64(*company)).Seal(string(b), fileColumn)
	}
	return s.Box.Field(0).Seal(string(b), fileColumn)
}

// unsealed is the reverse; files of before, which begin with a letter or a mark, are as they came.
func (s *Service) unsealed(t Transfer, b []byte) ([]byte, error) {
	if s.Box == nil || len(b) == 0 || b[0] != seal.Version {
		return b, nil
	}
	plain, err := s.Box.Field(int64(t.company())).Open(b, fileColumn)
	return []byte(plain), err
}

// ErrorFile writes the rows of an import that have a fault, as they were, with what is wrong.
// Errors: rbac.ErrNotFound, ErrGone, ErrState before the rows were checked.
func (s *Service) ErrorFile(ctx context.Context, n id.Of[id.Transfer]) (file []byte, name string, err error) {
	var t Transfer
	var imp Importer
	var faults []sheet.CellFault
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if t, imp, err = s.find(ctx, tx, scope, n, false); err != nil {
			return err
		}
		if t.Status == Mapping || t.Status == Checking {
			return ErrState
		}
		faults, err = faultsOf(ctx, tx, n)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	table, err := s.open(ctx, t, imp, t.Mapping.V)
	if err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	if err := sheet.WriteErrors(&out, table, faults, text.Of(ctx)); err != nil {
		return nil, "", err
	}
	base, _, _ := strings.Cut(t.FileName, ".")
	return out.Bytes(), base + "-" + text.Say(text.Of(ctx), "transfer.errors-file", nil) + ".xlsx", nil
}

// Template writes an empty list of a kind to fill in. Errors: ErrKind, rbac.ErrForbidden.
func (s *Service) Template(ctx context.Context, kind string) (file []byte, name string, err error) {
	var imp Importer
	err = s.Gate.Read(ctx, ActionRead, func(_ db.Tx, scope rbac.Scope) (err error) {
		imp, err = s.importer(kind, scope.Can)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	l := text.Of(ctx)
	err = sheet.Template(&out, imp.Columns(), imp.Sample(), l)
	return out.Bytes(), text.Say(l, "transfer.kind."+kind, nil) + "-" + text.Say(l, "transfer.template-file", nil) + ".xlsx", err
}

// titles names columns for people.
func titles(columns []sheet.Column, keys []string, l text.Lang) string {
	var out []string
	for _, k := range keys {
		for _, c := range columns {
			if c.Key == k {
				out = append(out, c.Title[l])
			}
		}
	}
	if l == text.Chinese {
		return strings.Join(out, "、")
	}
	return strings.Join(out, ", ")
}
