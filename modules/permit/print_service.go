package permit

import (
	"context"
	"errors"
	"fmt"
	"io"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// mostPrinted is how many rows a printed ledger holds.
const mostPrinted = 1000

// paper is everything a printed permit shows.
type paper struct {
	file
	firm    string
	strokes map[id.Of[id.Attachment]][]byte // JPEG
	url     string
}

// Print makes the official sheet of a permit. Errors: rbac.ErrNotFound.
func (s *Service) Print(ctx context.Context, n id.Of[id.Permit]) (Printed, error) {
	var p paper
	pictures := map[id.Of[id.Attachment]]Picture{}
	err := s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		found, err := permitByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		f, err := s.open(ctx, tx, scope, found, tx.Now)
		if err != nil {
			return err
		}
		p.file = *f
		if s.Firm != nil {
			if p.firm, err = s.Firm(ctx, tx, scope, f.CompanyID); err != nil {
				return err
			}
		}
		var files []id.Of[id.Attachment]
		for _, st := range f.past {
			if st.SignatureID != nil {
				files = append(files, *st.SignatureID)
			}
		}
		if len(files) > 0 && s.Pictures != nil {
			pictures, err = s.Pictures(ctx, tx, f.CompanyID, files)
		}
		return err
	})
	if err != nil {
		return Printed{}, err
	}
	p.strokes, p.url = map[id.Of[id.Attachment]][]byte{}, s.BaseURL+"/permits/"+p.ID.String()
	for n, pic := range pictures {
		if p.strokes[n], err = s.bytes(ctx, pic.Display); err != nil {
			return Printed{}, err
		}
	}
	content, err := p.draw()
	return Printed{content, fmt.Sprintf("%s审批票-%s.pdf", p.form.NameZh, p.Number)}, err
}

// bytes reads a stored picture; one that the store lost is left out of the sheet.
func (s *Service) bytes(ctx context.Context, key string) ([]byte, error) {
	if key == "" || s.Blobs == nil {
		return nil, nil
	}
	r, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// PrintList makes the ledger as a table. Errors: ErrCompany, ErrTooMany.
func (s *Service) PrintList(ctx context.Context, company rbac.CompanyID, f Filter) (Printed, error) {
	var rows []Permit
	firm, today := "", day.Date{}
	err := s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if today = day.In(tx.Now, day.Shanghai); s.Firm != nil {
			if firm, err = s.Firm(ctx, tx, scope, c); err != nil {
				return err
			}
		}
		if rows, err = list(ctx, tx, f.where(scope, c, tx.Now), page.Key{Sort: listSort}, mostPrinted+1); err == nil && len(rows) > mostPrinted {
			return ErrTooMany.With("max", fmt.Sprint(mostPrinted))
		}
		return err
	})
	if err != nil {
		return Printed{}, err
	}
	content, err := ledger(firm, rows, today)
	return Printed{content, fmt.Sprintf("危险作业审批票台账-%s.pdf", today)}, err
}
