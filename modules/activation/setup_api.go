package activation

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/web"
)

type startView struct {
	Name        string   `json:"name"`
	StaffCount  *int32   `json:"staffCount,omitempty"`
	Address     string   `json:"address"`
	ContactName string   `json:"contactName"`
	Tags        []string `json:"tags" nullable:"false" doc:"of those asked about"`
	Asked       []string `json:"asked" nullable:"false" doc:"tags the set-up asks about"`
	Micro       bool     `json:"micro" doc:"by the head count on record"`
	SetUp       bool     `json:"setUp" doc:"done before"`
	Light       bool     `json:"light" doc:"has the light profile"`
	Posts       []string `json:"posts" nullable:"false" doc:"names of the posts set up before"`
}

type monthView struct {
	SetUp    bool            `json:"setUp"`
	Micro    bool            `json:"micro"`
	Light    bool            `json:"light"`
	Items    int             `json:"items" doc:"of the monthly list"`
	Majors   int             `json:"majors" doc:"of these, that may be major hazards"`
	Over     bool            `json:"over" doc:"the major ones alone are more than a light list holds, so the list is exactly these"`
	TaskID   id.Of[id.Task]  `json:"taskId,omitzero"`
	PointID  id.Of[id.Point] `json:"pointId,omitzero"`
	DueOn    day.Date        `json:"dueOn,omitzero"`
	Done     bool            `json:"done" doc:"this month's list is done"`
	Answered int             `json:"answered"`
	Failed   int             `json:"failed"`
	MayZero  bool            `json:"mayZero" doc:"a zero report may be made"`
	Period   string          `json:"period" doc:"of the report that is due; empty: none"`
	ReportOn day.Date        `json:"reportDueOn,omitzero"`
	OpensOn  day.Date        `json:"opensOn,omitzero" doc:"when the next report opens"`
}

type zeroView struct {
	ReportID id.Of[id.Report] `json:"reportId"`
	Company  string           `json:"company"`
	Period   string           `json:"period"`
	From     day.Date         `json:"from"`
	Until    day.Date         `json:"until"`
	DueOn    day.Date         `json:"dueOn"`
	Hash     string           `json:"contentHash" doc:"to send back with the signature"`
}

type zeroSign struct {
	ReportID id.Of[id.Report] `json:"reportId"`
	Hash     string           `json:"contentHash" pattern:"^[0-9a-fA-F]{64}$"`
}

func mountSetUp(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getSetUp", Route: "GET /activation/set-up", Action: ActionSetUp, Summary: "What is known of the company before it sets itself up"}, s.getSetUp)
	web.Handle(api, web.Op{
		ID: "setUp", Route: "POST /activation/set-up", Action: ActionSetUp, Status: 200, Summary: "Give a micro firm its light profile: card, posts, monthly list, plan",
		Faults: []*fault.Error{ErrNotMicro, ErrPosts, ErrPostNeeded, ErrPostTwice, ErrNoStaff, ErrFull, code.ErrPhone},
	}, s.postSetUp)
	web.Handle(api, web.Op{
		ID: "goFull", Route: "POST /activation/full", Action: ActionSetUp, Status: 200, Summary: "Go over from the light to the full profile; nothing is lost",
		Faults: []*fault.Error{ErrNotSetUp, ErrFull},
	}, s.postFull)
	web.Handle(api, web.Op{ID: "getMonth", Route: "GET /activation/month", Action: ActionMonth, Summary: "How the month of a micro firm stands"}, s.getMonth)
	web.Handle(api, web.Op{
		ID: "draftZeroReport", Route: "POST /activation/zero", Action: ActionMonth, Exempt: true, Status: 200, Summary: "Compile the zero report that is due, to be confirmed",
		Faults: []*fault.Error{ErrNotSetUp, ErrListOpen, ErrHazards, ErrNoReport},
	}, s.postZero)
	web.Handle(api, web.Op{ID: "confirmZeroReport", Route: "POST /activation/zero/confirm", Action: ActionMonth, Exempt: true, Status: 200, Summary: "Sign and submit the zero report that was shown"}, s.postConfirm)
}

func (s *Service) getSetUp(ctx context.Context, _ *web.None) (*web.Body[startView], error) {
	st, err := s.Start(ctx)
	if err != nil {
		return nil, err
	}
	v := startView{
		Name: st.Card.Name, StaffCount: st.Card.StaffCount, Address: st.Card.Address, ContactName: st.Card.ContactName, Tags: common(st.Card.Tags, Asked),
		Asked: Asked, Micro: st.Micro, Posts: []string{},
	}
	if st.Profile != nil {
		v.SetUp, v.Light, v.Posts = true, st.Profile.Light, st.Profile.Posts
	}
	return &web.Body[startView]{Body: v}, nil
}

func (s *Service) postSetUp(ctx context.Context, in *web.Body[Form]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.SetUp(ctx, in.Body))
}

func (s *Service) postFull(ctx context.Context, _ *web.None) (*web.Body[web.Made], error) {
	return web.MadeOf(s.GoFull(ctx))
}

func (s *Service) getMonth(ctx context.Context, _ *web.None) (*web.Body[monthView], error) {
	m, err := s.Month(ctx)
	v := monthView{
		SetUp: m.SetUp, Micro: m.Micro, Light: m.Profile.Light, Items: m.Profile.Items, Majors: m.Profile.Majors, Over: m.Profile.Light && m.Profile.Majors > lightItems,
		TaskID: m.Turn.TaskID, PointID: m.Turn.PointID, DueOn: m.Turn.DueOn, Done: m.Turn.Done, Answered: m.Turn.Answered, Failed: m.Turn.Failed,
		MayZero: m.MayZero, OpensOn: m.OpensOn,
	}
	if m.Report != nil {
		v.Period, v.ReportOn = m.Report.Period, m.Report.DueOn
	}
	return &web.Body[monthView]{Body: v}, err
}

func (s *Service) postZero(ctx context.Context, _ *web.None) (*web.Body[zeroView], error) {
	z, err := s.Draft(ctx)
	return &web.Body[zeroView]{Body: zeroView{z.ID, z.Company, z.Period, z.From, z.Until, z.DueOn, z.Hash}}, err
}

func (s *Service) postConfirm(ctx context.Context, in *web.Body[zeroSign]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Confirm(ctx, in.Body.ReportID, in.Body.Hash))
}
