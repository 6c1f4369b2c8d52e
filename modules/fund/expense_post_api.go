package fund

import (
	"context"

	"anbiao/kit/id"
	"anbiao/web"
)

type changedExpense struct {
	ID   id.Of[Expense] `path:"id"`
	Body ExpenseForm
}

type approvedExpense struct {
	ID   id.Of[Expense] `path:"id"`
	Body Approval
}

type completedExpense struct {
	ID   id.Of[Expense] `path:"id"`
	Body Completion
}

type reasonedExpense struct {
	ID   id.Of[Expense] `path:"id"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) postExpense(ctx context.Context, in *web.Body[ExpenseForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.MakeExpense(ctx, in.Body))
}

func (s *Service) putExpense(ctx context.Context, in *changedExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ChangeExpense(ctx, in.ID, in.Body))
}

func (s *Service) postSubmit(ctx context.Context, in *oneExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.SubmitExpense(ctx, in.ID))
}

func (s *Service) postApprove(ctx context.Context, in *approvedExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ApproveExpense(ctx, in.ID, in.Body))
}

func (s *Service) postRefuse(ctx context.Context, in *reasonedExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.RefuseExpense(ctx, in.ID, in.Body.Reason))
}

func (s *Service) postReturn(ctx context.Context, in *reasonedExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ReturnExpense(ctx, in.ID, in.Body.Reason))
}

func (s *Service) postWithdraw(ctx context.Context, in *oneExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.WithdrawExpense(ctx, in.ID))
}

func (s *Service) postComplete(ctx context.Context, in *completedExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.CompleteExpense(ctx, in.ID, in.Body))
}

func (s *Service) postReverse(ctx context.Context, in *reasonedExpense) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ReverseExpense(ctx, in.ID, in.Body.Reason))
}
