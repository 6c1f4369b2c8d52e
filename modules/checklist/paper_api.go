package checklist

import (
	"context"

	"anbiao/kit/text"
	"anbiao/web"
)

func (s *Service) getPDF(ctx context.Context, in *versionQuery) (*web.File, error) {
	p, err := s.Paper(ctx, in.CompanyID, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := p.PDF(text.Of(ctx))
	return web.Download(p.name(text.Of(ctx))+".pdf", b, err)
}

func (s *Service) getExcel(ctx context.Context, in *versionQuery) (*web.File, error) {
	p, err := s.Paper(ctx, in.CompanyID, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := p.Excel(text.Of(ctx))
	return web.Download(p.name(text.Of(ctx))+".xlsx", b, err)
}
