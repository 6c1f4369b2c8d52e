package hazard

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// DirectView is a direct report, as its sender and the regulator see it.
type DirectView struct {
	ID           id.Of[Direct]     `json:"id"`
	CompanyID    id.Of[id.Company] `json:"companyId"`
	CompanyName  string            `json:"companyName"`
	HazardID     *id.Of[id.Hazard] `json:"hazardId,omitempty"`
	Number       string            `json:"number" doc:"of the hazard in the ledger; empty: it was not there"`
	Place        string            `json:"place"`
	Description  string            `json:"description"`
	ToldOn       day.Date          `json:"toldOn,omitzero"`
	ToldWhom     string            `json:"toldWhom"`
	SenderName   string            `json:"senderName" doc:"seen by the regulator and by himself alone"`
	Phone        string            `json:"phone"`
	SentAt       time.Time         `json:"sentAt"`
	HandledAt    *time.Time        `json:"handledAt,omitempty"`
	HandledName  string            `json:"handledName"`
	HandledNote  string            `json:"handledNote"`
	OpenedID     *id.Of[id.Hazard] `json:"openedId,omitempty" doc:"the hazard that was entered because of it"`
	OpenedNumber string            `json:"openedNumber"`
}

func directView(r DirectRow) DirectView {
	return DirectView{
		r.ID, r.CompanyID, r.CompanyName, r.HazardID, r.Number, r.Place, r.Description, r.ToldOn, r.ToldWhom, r.SenderName, r.Phone, r.SentAt,
		r.HandledAt, r.HandledName, r.HandledNote, r.OpenedID, r.OpenedNumber,
	}
}

func mountDirect(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "sendDirectReport", Route: "POST /hazard/direct-reports", Action: ActionSend, Summary: "Safety officer: report a major hazard nobody acts on straight to the regulator (安全生产法 art. 46)",
		Faults: []*fault.Error{ErrBlank, ErrFuture, rbac.ErrNotFound},
	}, s.postDirect)
	web.Handle(api, web.Op{
		ID: "listDirectReports", Route: "GET /hazard/direct-reports", Action: ActionDirect, Summary: "List direct reports: one's own, or those of the regulator's area", Faults: []*fault.Error{page.ErrCursor},
	}, s.getDirects)
	web.Handle(api, web.Op{
		ID: "answerDirectReport", Route: "POST /hazard/direct-reports/{id}/answer", Action: ActionHandle, Summary: "Regulator: answer a direct report, and enter a hazard because of it",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrHandled, ErrBlank}, Status: http.StatusOK,
	}, s.postAnswer)
}

func (s *Service) postDirect(ctx context.Context, in *web.Body[Alert]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Send(ctx, in.Body))
}

func (s *Service) getDirects(ctx context.Context, in *DirectFilter) (*web.Body[page.List[DirectView]], error) {
	rows, k, err := s.Directs(ctx, *in)
	return &web.Body[page.List[DirectView]]{Body: page.Of(rows, k, in.Limit, func(r DirectRow) []string { return []string{r.ID.String()} }, directView)}, err
}

func (s *Service) postAnswer(ctx context.Context, in *struct {
	ID   id.Of[Direct] `path:"id"`
	Body Answer
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Handle(ctx, in.ID, in.Body))
}
