package training

import (
	"context"
	"errors"
	"fmt"
	"io"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// PrintSheet makes the sheet that people sign on paper. Errors: rbac.ErrNotFound, ErrNotHis.
func (s *Service) PrintSheet(ctx context.Context, n id.Of[id.Session]) ([]byte, string, error) {
	p, err := s.prepare(ctx, n, false)
	if err != nil {
		return nil, "", err
	}
	b, err := p.signIn()
	return b, fmt.Sprintf("签到表-%s-%s.pdf", p.HeldOn, p.Title), err
}

// PrintRecord makes the record of a session with its signatures. Errors: rbac.ErrNotFound, ErrNotHis.
func (s *Service) PrintRecord(ctx context.Context, n id.Of[id.Session]) ([]byte, string, error) {
	p, err := s.prepare(ctx, n, true)
	if err != nil {
		return nil, "", err
	}
	b, err := p.record()
	return b, fmt.Sprintf("培训记录-%s-%s.pdf", p.HeldOn, p.Title), err
}

// prepare reads a session with what its papers show. Pictures are read after the transaction.
func (s *Service) prepare(ctx context.Context, n id.Of[id.Session], signatures bool) (p printed, err error) {
	keys := map[id.Of[id.Attachment]]string{}
	err = s.Gate.Read(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		ses, err := sessionByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if !scope.Can(ActionSessions) {
			if ses, err = s.run(ctx, tx, scope, n, false); err != nil {
				return err
			}
		}
		p = printed{lang: text.Of(ctx), made: tx.Now, strokes: map[int64][]byte{}}
		if p.Sheet, err = s.sheet(ctx, tx, scope, ses); err != nil {
			return err
		}
		f, _, err := s.firm(ctx, tx, scope, ses.CompanyID)
		if p.firm = f.Name; err != nil || !signatures || s.Pictures == nil {
			return err
		}
		var files []id.Of[id.Attachment]
		for _, a := range p.Attendance {
			if a.SignatureID != nil {
				files = append(files, *a.SignatureID)
			}
		}
		keys, err = s.Pictures(ctx, tx, ses.CompanyID, files)
		return err
	})
	if err != nil || s.Blobs == nil {
		return p, err
	}
	for n, key := range keys {
		if p.strokes[int64(n)], err = s.picture(ctx, key); err != nil {
			return p, err
		}
	}
	return p, nil
}

// picture reads a file of the store; nil if it is gone.
func (s *Service) picture(ctx context.Context, key string) ([]byte, error) {
	if key == "" {
		return nil, nil
	}
	r, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}
