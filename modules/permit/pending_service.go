package permit

import (
	"context"

	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

func (s *Service) Forms(context.Context, rbac.CompanyID) (FormPack, error) {
	return FormPack{}, rbac.ErrNotFound
}
func (s *Service) People(context.Context, string) ([]PersonView, error) { return nil, rbac.ErrNotFound }
func (s *Service) List(context.Context, rbac.CompanyID, Filter, page.Query) (page.List[PermitRow], error) {
	return page.List[PermitRow]{}, rbac.ErrNotFound
}
func (s *Service) Board(context.Context, rbac.CompanyID) (BoardView, error) {
	return BoardView{}, rbac.ErrNotFound
}
func (s *Service) Statistics(context.Context, rbac.CompanyID, Span) (Statistics, error) {
	return Statistics{}, rbac.ErrNotFound
}
func (s *Service) PrintList(context.Context, rbac.CompanyID, Filter) (Printed, error) {
	return Printed{}, rbac.ErrNotFound
}
func (s *Service) Setting(context.Context, rbac.CompanyID) (SettingView, error) {
	return SettingView{}, rbac.ErrNotFound
}
func (s *Service) Arrange(context.Context, SettingForm) (rbac.CompanyID, error) {
	return 0, rbac.ErrNotFound
}
func (s *Service) Open(context.Context, id.Of[id.Permit]) (PermitDetail, error) {
	return PermitDetail{}, rbac.ErrNotFound
}
func (s *Service) Print(context.Context, id.Of[id.Permit]) (Printed, error) {
	return Printed{}, rbac.ErrNotFound
}
func (s *Service) Request(context.Context, RequestForm) (id.Of[id.Permit], error) {
	return 0, rbac.ErrNotFound
}
func (s *Service) Amend(context.Context, id.Of[id.Permit], RequestForm) error {
	return rbac.ErrNotFound
}
func (s *Service) Approve(context.Context, id.Of[id.Permit], ApproveForm) error {
	return rbac.ErrNotFound
}
func (s *Service) Refuse(context.Context, id.Of[id.Permit], ReasonForm) error {
	return rbac.ErrNotFound
}
func (s *Service) Override(context.Context, id.Of[id.Permit], ReasonForm) error {
	return rbac.ErrNotFound
}
func (s *Service) Start(context.Context, id.Of[id.Permit], StartForm) error { return rbac.ErrNotFound }
func (s *Service) Read(context.Context, id.Of[id.Permit], ReadForm) error   { return rbac.ErrNotFound }
func (s *Service) Suspend(context.Context, id.Of[id.Permit], ReasonForm) error {
	return rbac.ErrNotFound
}
func (s *Service) Resume(context.Context, id.Of[id.Permit], StartForm) error { return rbac.ErrNotFound }
func (s *Service) Extend(context.Context, id.Of[id.Permit], ExtendForm) error {
	return rbac.ErrNotFound
}
func (s *Service) Close(context.Context, id.Of[id.Permit], CloseForm) error { return rbac.ErrNotFound }
func (s *Service) Cancel(context.Context, id.Of[id.Permit], ReasonForm) error {
	return rbac.ErrNotFound
}
