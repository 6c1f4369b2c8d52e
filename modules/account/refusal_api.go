package account

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// refusalView is what was refused to somebody within a minute.
type refusalView struct {
	At      time.Time   `json:"at" doc:"of the latest try"`
	Kind    RefusalKind `json:"kind" enum:"sign-in,confirm,permission"`
	What    string      `json:"what" doc:"code of the latest fault; of a permission the latest action"`
	Address string      `json:"address" doc:"of the latest try"`
	Times   int         `json:"times" doc:"within this minute"`
}

type refusalList struct {
	Items []refusalView `json:"items" nullable:"false"`
}

type memberRefusalView struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Login   string      `json:"login"`
	At      time.Time   `json:"at" doc:"of the latest try"`
	Kind    RefusalKind `json:"kind" enum:"sign-in,confirm,permission"`
	What    string      `json:"what" doc:"code of the latest fault; of a permission the latest action"`
	Address string      `json:"address" doc:"of the latest try"`
	Times   int         `json:"times" doc:"within this minute"`
}

type reasoned struct {
	Reason string `json:"reason" minLength:"4" maxLength:"200" doc:"how it was seen to that it is he"`
}

type liftInput struct {
	ID   id.Of[id.Membership] `path:"id"`
	Body reasoned
}

type liftAny struct {
	Login  string `json:"login" minLength:"1" maxLength:"60" doc:"account name or phone number"`
	Reason string `json:"reason" minLength:"4" maxLength:"200" doc:"how it was seen to that it is he"`
}

func mountRefusals(api huma.API, s *Service) {
	lifting := []*fault.Error{rbac.ErrNotFound, ErrTOTPState, ErrLastAdmin, ErrFactorElsewhere}
	web.Handle(api, web.Op{ID: "listRefusals", Route: "GET /account/refusals", Action: ActionSelf, Summary: "What was refused to oneself lately: sign-ins, confirmations, permissions"}, s.getRefusals)
	web.Handle(api, web.Op{ID: "listMemberRefusals", Route: "GET /account/member-refusals", Action: ActionMembers, Summary: "What was refused to the members one looks after", Faults: []*fault.Error{page.ErrCursor}}, s.getMemberRefusals)
	web.Handle(api, web.Op{ID: "liftFactor", Route: "POST /account/members/{id}/lift-factor", Action: ActionFactor, Status: http.StatusOK, Summary: "Take a lost second factor off a member; all his sessions end", Faults: lifting}, s.postLift)
	web.Handle(api, web.Op{ID: "liftAnyFactor", Route: "POST /account/lift-factor", Action: ActionFactor, Status: http.StatusOK, Summary: "Take a lost second factor off anybody, for the platform", Faults: lifting}, s.postLiftAny)
	web.Handle(api, web.Op{ID: "endMemberSessions", Route: "POST /account/members/{id}/end-sessions", Action: ActionInvite, Status: http.StatusOK, Summary: "End all sessions and tokens of a member, who stays one", Faults: []*fault.Error{rbac.ErrNotFound, ErrLastAdmin}}, s.postEndMember)
}

func viewRefusal(r Refusal) refusalView {
	return refusalView{r.LatestAt, r.Kind, r.What, r.Address, r.Times}
}

func (s *Service) getRefusals(ctx context.Context, _ *web.None) (*web.Body[refusalList], error) {
	list, err := s.Refusals(ctx)
	v := refusalList{Items: make([]refusalView, len(list))}
	for i, r := range list {
		v.Items[i] = viewRefusal(r)
	}
	return &web.Body[refusalList]{Body: v}, err
}

func keyOfRefusal(r MemberRefusal) []string {
	return []string{r.Minute.Format(time.RFC3339Nano), r.PersonID.String(), string(r.Kind)}
}

func viewMemberRefusal(r MemberRefusal) memberRefusalView {
	row := r.PersonID.String() + "-" + strconv.FormatInt(r.Minute.Unix(), 10) + "-" + string(r.Kind)
	return memberRefusalView{row, r.Name, r.Login, r.LatestAt, r.Kind, r.What, r.Address, r.Times}
}

func (s *Service) getMemberRefusals(ctx context.Context, in *page.Query) (*web.Body[page.List[memberRefusalView]], error) {
	list, k, err := s.MemberRefusals(ctx, *in)
	return &web.Body[page.List[memberRefusalView]]{Body: page.Of(list, k, in.Limit, keyOfRefusal, viewMemberRefusal)}, err
}

func (s *Service) postLift(ctx context.Context, in *liftInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.LiftTOTP(ctx, in.ID, "", in.Body.Reason))
}

func (s *Service) postLiftAny(ctx context.Context, in *web.Body[liftAny]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.LiftTOTP(ctx, 0, in.Body.Login, in.Body.Reason))
}

func (s *Service) postEndMember(ctx context.Context, in *byID[id.Membership]) (*web.Body[endedView], error) {
	n, err := s.EndSessions(ctx, in.ID)
	return &web.Body[endedView]{Body: endedView{n}}, err
}
