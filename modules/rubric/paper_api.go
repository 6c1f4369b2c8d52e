package rubric

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

func mountPaper(api huma.API, s *Service) {
	missing := []*fault.Error{rbac.ErrNotFound}
	web.Handle(api, web.Op{ID: "printRubric", Route: "GET /rubric/rubrics/{id}/pdf", Action: ActionRead, Summary: "Print a scoring table in the official layout", Faults: missing}, s.getPDF)
	web.Handle(api, web.Op{ID: "exportRubric", Route: "GET /rubric/rubrics/{id}/excel", Action: ActionRead, Summary: "Write a scoring table as a workbook that can be loaded again", Faults: append(missing, ErrNotUsable)}, s.getExcel)
	web.Handle(api, web.Op{ID: "writeRubric", Route: "GET /rubric/rubrics/{id}/yaml", Action: ActionRead, Summary: "Write a scoring table as a file that can be loaded again", Faults: missing}, s.getYAML)
	web.Handle(api, web.Op{ID: "getRubricTemplate", Route: "GET /rubric/template", Action: ActionRead, Summary: "Download an example workbook to fill in"}, s.getTemplate)
	web.Handle(api, web.Op{ID: "getRubricSchema", Route: "GET /rubric/schema", Action: ActionRead, Summary: "Read the JSON schema of a scoring table's file"}, s.getSchema)
}

func (s *Service) getPDF(ctx context.Context, in *one) (*web.File, error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := Paper{o.Listed, o.Table}.PDF(text.Of(ctx))
	return web.Download(o.fileName()+".pdf", b, err)
}

func (s *Service) getExcel(ctx context.Context, in *one) (*web.File, error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := Excel(o.Table)
	return web.Download(o.fileName()+".xlsx", b, err)
}

func (s *Service) getYAML(ctx context.Context, in *one) (*web.File, error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, err := YAML(o.Table)
	return web.Download(o.fileName()+".yaml", b, err)
}

func (s *Service) getTemplate(ctx context.Context, _ *struct{}) (*web.File, error) {
	b, err := s.Template(ctx)
	return web.Download("评分标准导入示例.xlsx", b, err)
}

func (s *Service) getSchema(ctx context.Context, _ *struct{}) (*web.File, error) {
	b, err := s.Schema(ctx)
	return web.Download("rubric.schema.json", b, err)
}
