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
	b, err := io.ReadAll(io.LimitReader(f, sheet.MaxBytes+sealedMore))
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		b, err = s.unseal(t, b)
	}
	if err != nil {
		return nil, err
	}
	return sheet.Read(bytes.NewReader(b), int64(len(b)), imp.Columns(), m)
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

// An uploaded list holds identity numbers as they are: its file is sealed. sealedMore is more than that
// makes it longer, sealedSign what no list begins with.
const (
	fileColumn = "transfer.file"
	sealedMore = 64
	sealedSign = 1
)

func (s *Service) field(t Transfer) *seal.Field { return s.Box.Field(int64(t.company())) }

// unseal returns an uploaded file as it came. One kept before files were sealed is as it came.
func (s *Service) unseal(t Transfer, b []byte) ([]byte, error) {
	if len(b) == 0 || b[0] != sealedSign {
		return b, nil
	}
	plain, err := s.field(t).Open(b, fileColumn)
	return []byte(plain), err
}
