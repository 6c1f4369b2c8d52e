package hazard

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/web"
)

// grant is the body of an answer that gives more time.
type grant struct {
	Deadline day.Date `json:"deadline,omitempty" required:"false" doc:"a shorter time than was asked; empty: what was asked"`
	Note     string   `json:"note,omitempty" maxLength:"500"`
}

func mountAsked(api huma.API, s *Service) {
	event(api, "askHazardExtension", "ask-extension", ActionFix, "Ask for more time, with temporary protection", s.postAskExtension,
		ErrNotOwner, ErrAskedAlready, ErrReason, ErrBlank, ErrExtensionLate, ErrExtensionEarly, ErrExtensionDeadline)
	event(api, "extendHazard", "extend", ActionAnswer, "Grant more time that another asked for", s.postExtend, ErrNotAsked, ErrOwnAnswer, ErrAnswerRegulator, ErrExtensionDeadline)
	event(api, "askHazardVoid", "ask-void", ActionVoid, "Ask to strike out a row entered by mistake", s.postAskVoid, ErrOwnVoid, ErrVoidRegulator, ErrLevel, ErrReason, ErrAskedAlready)
	event(api, "voidHazard", "void", ActionVoid, "Confirm that a row is struck out, which another asked for", s.postVoid, ErrNotAsked, ErrOwnAnswer, ErrOwnVoid, ErrVoidRegulator, ErrLevel)
	event(api, "askHazardTransfer", "ask-transfer", ActionVoid, "Ask to hand a hazard to whoever the matter belongs to", s.postAskTransfer, ErrBlank, ErrReason, ErrAskedAlready)
	event(api, "transferHazard", "transfer", ActionAnswer, "Confirm the transfer that another asked for", s.postTransfer, ErrNotAsked, ErrOwnAnswer, ErrAnswerRegulator)
	event(api, "refuseHazard", "refuse", ActionAnswer, "Refuse what another asked for, or take back what one asked", s.postRefuse, ErrNotAsked, ErrReason, ErrOwnAnswer, ErrAnswerRegulator)
}

func (s *Service) postAskExtension(ctx context.Context, in *on[Extension]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AskExtension(ctx, in.ID, in.Body))
}

func (s *Service) postExtend(ctx context.Context, in *on[grant]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Extend(ctx, in.ID, in.Body.Deadline, in.Body.Note))
}

func (s *Service) postAskVoid(ctx context.Context, in *on[reason]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AskVoid(ctx, in.ID, in.Body.Reason))
}

func (s *Service) postVoid(ctx context.Context, in *on[remark]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Void(ctx, in.ID, in.Body.Note))
}

func (s *Service) postAskTransfer(ctx context.Context, in *on[Handing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AskTransfer(ctx, in.ID, in.Body))
}

func (s *Service) postTransfer(ctx context.Context, in *on[remark]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Transfer(ctx, in.ID, in.Body.Note))
}

func (s *Service) postRefuse(ctx context.Context, in *on[reason]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Refuse(ctx, in.ID, in.Body.Reason))
}
