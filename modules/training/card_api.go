package training

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type oneCard struct {
	ID id.Of[id.Education] `path:"id"`
}

type cardWith[T any] struct {
	ID   id.Of[id.Education] `path:"id"`
	Body T
}

type cardLevelView struct {
	Level           string     `json:"level" enum:"factory,workshop,team"`
	Proposed        int        `json:"proposed" doc:"minutes"`
	HeldOn          day.Date   `json:"heldOn,omitzero" doc:"empty: not taught yet"`
	Minutes         int        `json:"minutes"`
	Content         string     `json:"content"`
	Trainer         string     `json:"trainer"`
	TrainerSigned   bool       `json:"trainerSigned"`
	TraineeSigned   bool       `json:"traineeSigned"`
	TraineeSignedAt *time.Time `json:"traineeSignedAt,omitempty"`
	FromSession     bool       `json:"fromSession"`
	MadeBy          string     `json:"madeBy"`
}

// CardView is a card on the wire.
type CardView struct {
	ID              id.Of[id.Education] `json:"id"`
	Number          string              `json:"number"`
	StaffID         id.Of[id.Staff]     `json:"staffId"`
	Name            string              `json:"name"`
	EmployeeNo      string              `json:"employeeNo"`
	UnitName        string              `json:"unitName"`
	PostName        string              `json:"postName"`
	Reason          string              `json:"reason" enum:"new,transfer,return"`
	Risk            string              `json:"risk" enum:"general,hazardous,construction"`
	State           string              `json:"state" enum:"open,complete,void"`
	OpenedOn        day.Date            `json:"openedOn"`
	StartsOn        day.Date            `json:"startsOn,omitzero" doc:"first day of work; empty: not known yet"`
	Late            bool                `json:"late" doc:"work began before the education was over"`
	CompletedOn     day.Date            `json:"completedOn,omitzero"`
	RequiredMinutes int                 `json:"requiredMinutes"`
	Minutes         int                 `json:"minutes"`
	ExamScore       *int                `json:"examScore,omitempty" doc:"of 100"`
	ExamPassedOn    day.Date            `json:"examPassedOn,omitzero"`
	ReasonVoid      string              `json:"reasonVoid"`
	OpenedBy        string              `json:"openedBy"`
	Levels          []cardLevelView     `json:"levels" nullable:"false"`
	Lacks           []string            `json:"lacks" nullable:"false" doc:"level.x, trainer.x, signature.x, minutes, exam"`
	PaperID         id.Of[id.Paper]     `json:"paperId" doc:"exam that ends it; empty: on paper"`
	Paper           string              `json:"paper"`
}

func viewCard(c CardFile) CardView {
	v := CardView{
		ID: c.ID, Number: c.number(), StaffID: c.StaffID, Name: c.Name, EmployeeNo: c.EmployeeNo, UnitName: c.UnitName, PostName: c.PostName, Reason: c.Reason, Risk: c.Risk, State: c.State,
		OpenedOn: c.OpenedOn, StartsOn: c.StartsOn, Late: c.late(c.Today), CompletedOn: c.CompletedOn, RequiredMinutes: c.RequiredMinutes, Minutes: c.Minutes, ExamScore: c.ExamScore,
		ExamPassedOn: c.ExamPassedOn, ReasonVoid: c.ReasonVoid, OpenedBy: c.OpenedByName, Levels: make([]cardLevelView, len(c.Levels)), Lacks: []string{}, PaperID: c.PaperID, Paper: c.Paper,
	}
	if c.State == CardOpen {
		v.Lacks = c.lacks(c.Had)
	}
	for i, level := range c.Levels {
		v.Levels[i] = cardLevelView{Level: level, Proposed: int(c.Proposed[i]), Content: cardContent(level, c.Risk)}
		for _, l := range c.Had {
			if l.Level == level {
				v.Levels[i] = cardLevelView{
					level, int(c.Proposed[i]), l.HeldOn, l.Minutes, l.Content, l.Trainer, len(l.TrainerStrokes) > 0, len(l.TraineeStrokes) > 0, l.TraineeSignedAt, l.SessionID != 0, l.MadeByName,
				}
			}
		}
	}
	return v
}

type cardsView struct {
	Cards []CardView `json:"cards" nullable:"false" doc:"the newest first"`
}

func viewCards(rows []CardFile) cardsView {
	v := cardsView{make([]CardView, len(rows))}
	for i, c := range rows {
		v.Cards[i] = viewCard(c)
	}
	return v
}

type paperChoice struct {
	ID    id.Of[id.Paper] `json:"id"`
	Title string          `json:"title"`
}

type cardSettingView struct {
	CardSettings
	Link   string        `json:"link" doc:"behind the code that newcomers scan; empty: there is none yet"`
	Papers []paperChoice `json:"papers" nullable:"false"`
}

func viewCardSetting(o CardSettingShown) cardSettingView {
	v := cardSettingView{CardSettings{o.AutoOpen, o.PaperID, o.RegisterOpen, o.Contact}, o.Link, []paperChoice{}}
	for n, title := range o.Papers {
		v.Papers = append(v.Papers, paperChoice{n, title})
	}
	return v
}

func mountCards(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getCardSetting", Route: "GET /training/card-setting", Action: ActionCards, Summary: "How education cards are kept"}, s.getCardSetting)
	web.Handle(api, web.Op{ID: "keepCardSetting", Route: "PUT /training/card-setting", Action: ActionCardDecide, Summary: "Change how education cards are kept", Faults: []*fault.Error{ErrCardPaper}}, s.putCardSetting)
	web.Handle(api, web.Op{ID: "renewJoinCode", Route: "POST /training/card-setting/token", Action: ActionCardDecide, Summary: "Make a new code for newcomers; the one on the wall works no more", Status: http.StatusOK}, s.postJoinToken)
	web.Handle(api, web.Op{ID: "getJoinCode", Route: "GET /training/card-setting/code", Action: ActionCards, Summary: "The code that newcomers scan, as a picture", Faults: []*fault.Error{ErrJoinCode}}, s.getJoinCode)
	web.Handle(api, web.Op{ID: "printJoinCode", Route: "GET /training/card-setting/poster", Action: ActionCards, Summary: "A poster with the code that newcomers scan", Faults: []*fault.Error{ErrJoinCode}}, s.getJoinPoster)
	web.Handle(api, web.Op{ID: "listEducationCards", Route: "GET /training/cards", Action: ActionCards, Summary: "Education cards of one's part of the company", Faults: []*fault.Error{page.ErrCursor}}, s.getCards)
	web.Handle(api, web.Op{ID: "openEducationCard", Route: "POST /training/cards", Action: ActionCardKeep, Summary: "Open an education card", Faults: []*fault.Error{ErrCardStaff, ErrCardOpen, ErrCardReason, ErrCardDay}}, s.postCard)
	web.Handle(api, web.Op{ID: "getMyEducationCards", Route: "GET /training/cards/mine", Action: ActionCardOwn, Summary: "One's own education cards"}, s.getMyCards)
	web.Handle(api, web.Op{ID: "getEducationCard", Route: "GET /training/cards/{id}", Action: ActionCards, Summary: "An education card", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getCard)
	web.Handle(api, web.Op{
		ID: "teachEducationLevel", Route: "PUT /training/cards/{id}/levels/{level}", Action: ActionCardKeep, Summary: "Record a level of an education card",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrCardClosed, ErrCardLevel, ErrCardDay, ErrCardTrainer, ErrCardStrokes},
	}, s.putLevel)
	web.Handle(api, web.Op{ID: "signEducationCard", Route: "POST /training/cards/{id}/sign", Action: ActionCardOwn, Status: http.StatusOK, Summary: "Sign one's own education card", Faults: []*fault.Error{rbac.ErrNotFound, ErrCardClosed, ErrCardNothing, ErrCardStrokes}}, s.postCardSign)
	web.Handle(api, web.Op{ID: "examineEducationCard", Route: "POST /training/cards/{id}/exam", Action: ActionCardDecide, Status: http.StatusOK, Summary: "Record an exam on paper", Faults: []*fault.Error{rbac.ErrNotFound, ErrCardClosed, ErrCardDay}}, s.postCardExam)
	web.Handle(api, web.Op{ID: "beginEducationCard", Route: "PUT /training/cards/{id}/start", Action: ActionCardDecide, Summary: "Set the first day of work", Faults: []*fault.Error{rbac.ErrNotFound, ErrCardClosed, ErrCardDay}}, s.putCardStart)
	web.Handle(api, web.Op{ID: "voidEducationCard", Route: "POST /training/cards/{id}/void", Action: ActionCardDecide, Status: http.StatusOK, Summary: "Take an education card back", Faults: []*fault.Error{rbac.ErrNotFound, ErrCardClosed}}, s.postCardVoid)
	web.Handle(api, web.Op{ID: "printEducationCard", Route: "GET /training/cards/{id}/print", Action: ActionCards, Summary: "Print an education card", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getCardPrint)
	web.Handle(api, web.Op{ID: "printMyEducationCard", Route: "GET /training/cards/{id}/mine/print", Action: ActionCardOwn, Summary: "Print one's own education card", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getMyCardPrint)
	mountNewcomers(api, s)
	mountFiles(api, s)
}

func (s *Service) getCardSetting(ctx context.Context, _ *struct{}) (*web.Body[cardSettingView], error) {
	o, err := s.CardSetting(ctx)
	return &web.Body[cardSettingView]{Body: viewCardSetting(o)}, err
}

func (s *Service) putCardSetting(ctx context.Context, in *web.Body[CardSettings]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.KeepCardSetting(ctx, in.Body))
}

func (s *Service) postJoinToken(ctx context.Context, _ *struct{}) (*web.Body[web.Made], error) {
	return web.MadeOf(s.RenewJoinToken(ctx))
}

func (s *Service) getJoinCode(ctx context.Context, _ *struct{}) (*web.File, error) {
	o, err := s.CardSetting(ctx)
	if err == nil && o.Link == "" {
		err = ErrJoinCode
	}
	if err != nil {
		return nil, err
	}
	png, err := doc.QRPNG(o.Link, 480)
	return web.Inline("code.png", png, err)
}

func (s *Service) getJoinPoster(ctx context.Context, _ *struct{}) (*web.File, error) {
	p, err := s.PrintJoin(ctx)
	return web.Inline(p.Name, p.Content, err)
}

func cardKey(c CardFile) []string { return []string{c.ID.String()} }

func (s *Service) getCards(ctx context.Context, in *CardFilter) (*web.Body[page.List[CardView]], error) {
	rows, k, err := s.CardList(ctx, *in)
	return &web.Body[page.List[CardView]]{Body: page.Of(rows, k, in.Limit, cardKey, viewCard)}, err
}

func (s *Service) postCard(ctx context.Context, in *web.Body[Opening]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.OpenCard(ctx, in.Body))
}

func (s *Service) getMyCards(ctx context.Context, _ *struct{}) (*web.Body[cardsView], error) {
	rows, err := s.MyCards(ctx)
	return &web.Body[cardsView]{Body: viewCards(rows)}, err
}

func (s *Service) getCard(ctx context.Context, in *oneCard) (*web.Body[CardView], error) {
	c, err := s.CardFileOf(ctx, in.ID, false)
	if err != nil {
		return nil, err
	}
	return &web.Body[CardView]{Body: viewCard(c)}, nil
}

func (s *Service) putLevel(ctx context.Context, in *struct {
	ID    id.Of[id.Education] `path:"id"`
	Level string              `path:"level" enum:"factory,workshop,team"`
	Body  Taught
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Teach(ctx, in.ID, in.Level, in.Body))
}

func (s *Service) postCardSign(ctx context.Context, in *cardWith[CardSigning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.SignCard(ctx, in.ID, in.Body))
}

func (s *Service) postCardExam(ctx context.Context, in *cardWith[Examination]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.ExamineCard(ctx, in.ID, in.Body))
}

func (s *Service) putCardStart(ctx context.Context, in *cardWith[Beginning]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.BeginCard(ctx, in.ID, in.Body))
}

func (s *Service) postCardVoid(ctx context.Context, in *cardWith[Voiding]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.VoidCard(ctx, in.ID, in.Body))
}

func (s *Service) getCardPrint(ctx context.Context, in *oneCard) (*web.File, error) {
	p, err := s.PrintCard(ctx, in.ID, false)
	return web.Inline(p.Name, p.Content, err)
}

func (s *Service) getMyCardPrint(ctx context.Context, in *oneCard) (*web.File, error) {
	p, err := s.PrintCard(ctx, in.ID, true)
	return web.Inline(p.Name, p.Content, err)
}
