package checklist

import (
	"context"
	"mime"

	"anbiao/kit/text"
)

// download is a file as an answer.
type download struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Service) getPDF(ctx context.Context, in *versionQuery) (*download, error) {
	p, err := s.Paper(ctx, in.CompanyID, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := p.PDF(text.Of(ctx))
	return fileOf("application/pdf", p.name(text.Of(ctx))+".pdf", b), err
}

func (s *Service) getExcel(ctx context.Context, in *versionQuery) (*download, error) {
	p, err := s.Paper(ctx, in.CompanyID, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := p.Excel(text.Of(ctx))
	return fileOf("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", p.name(text.Of(ctx))+".xlsx", b), err
}

func fileOf(kind, name string, content []byte) *download {
	return &download{kind, mime.FormatMediaType("attachment", map[string]string{"filename": name}), content}
}
