package instrument

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type oneIn struct {
	ID id.Of[id.Missive] `path:"id"`
}

type stepOn[T any] struct {
	ID   id.Of[id.Missive] `path:"id"`
	Body T
}

type paperIn struct {
	ID     id.Of[id.Missive] `path:"id"`
	Paper  string            `path:"paper" enum:"letter,minutes"`
	Format string            `query:"format" enum:"pdf,word" default:"pdf"`
}

// kindView is a kind of letter with its clocks, on the wire.
type kindView struct {
	ID              string   `json:"id"`
	Name            string   `json:"name" doc:"in Chinese"`
	NameEn          string   `json:"nameEn"`
	Word            string   `json:"word" doc:"of the number"`
	AckWorking      int      `json:"ackWorkingDays" doc:"0: no receipt is asked"`
	ReplyWorking    int      `json:"replyWorkingDays"`
	HoldWithin      int      `json:"holdWithinDays"`
	FeedbackWorking int      `json:"feedbackWorkingDays"`
	EscalateTo      []string `json:"escalateTo" nullable:"false"`
	Title           string   `json:"title"`
	Body            string   `json:"body" doc:"template with placeholders"`
	Sure            bool     `json:"sure" doc:"the clocks were read in their source"`
}

type (
	kindList struct {
		Kinds []kindView `json:"kinds" nullable:"false"`
	}
	officeList struct {
		Items []Office `json:"items" nullable:"false"`
	}
)

// Mount registers the module's operations.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listMissives", Route: "GET /instrument/letters", Action: ActionList, Summary: "List numbered letters, latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getMissives)
	web.Handle(api, web.Op{ID: "listMissiveKinds", Route: "GET /instrument/kinds", Action: ActionList, Summary: "List the kinds of letters with their clocks and templates"}, s.getKinds)
	web.Handle(api, web.Op{ID: "listMissiveOffices", Route: "GET /instrument/offices", Action: ActionWrite, Summary: "List town offices and departments that one may write to"}, s.getOffices)
	web.Handle(api, web.Op{
		ID: "getMissive", Route: "GET /instrument/letters/{id}", Action: ActionList, Summary: "Read a letter with its steps", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getMissive)
	web.Handle(api, web.Op{
		ID: "printMissive", Route: "GET /instrument/letters/{id}/papers/{paper}", Action: ActionList, Summary: "Print a letter or the minutes of its interview as Word or PDF",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoPaper},
	}, s.getPaper)
	web.Handle(api, web.Op{
		ID: "writeMissive", Route: "POST /instrument/letters", Action: ActionWrite, Summary: "Draft a letter", Faults: []*fault.Error{rbac.ErrNotFound, ErrKind, ErrRecipient, ErrBlank, ErrFiles},
	}, s.postMissive)
	step(api, "editMissive", "edit", ActionWrite, "Rewrite a draft", s.Edit, ErrBlank, ErrFiles)
	step(api, "issueMissive", "issue", ActionWrite, "Number a letter and freeze its words", s.Issue, ErrHold, ErrPlaceholder, ErrBlank)
	step(api, "acknowledgeMissive", "acknowledge", ActionAnswer, "Recipient: sign for a letter (签收)", s.Sign)
	step(api, "replyMissive", "reply", ActionAnswer, "Recipient: reply", s.Reply, ErrNoReply, ErrNotHeld, ErrBlank, ErrFiles)
	step(api, "acceptMissive", "accept", ActionWrite, "Accept a reply", s.Accept)
	step(api, "sendBackMissive", "send-back", ActionWrite, "Send a reply back", s.SendBack, ErrBlank)
	step(api, "closeMissive", "close", ActionWrite, "Close a letter", s.Close, ErrUnanswered)
	step(api, "withdrawMissive", "withdraw", ActionWrite, "Withdraw a letter", s.Withdraw, ErrBlank)
	step(api, "remindMissive", "remind", ActionWrite, "Remind the recipient, once a day", s.Remind, ErrReminded)
	step(api, "holdMissive", "hold", ActionWrite, "Note that the interview took place, with its minutes", s.Hold, ErrKind, ErrHeld, ErrHold, ErrBlank)
	step(api, "escalateMissive", "escalate", ActionWrite, "Draft a sharper letter where one was not answered; answers its id", s.Escalate, ErrEscalation, ErrNotLate, ErrBlank)
	mountCirculars(api, s)
	mountWork(api, s)
}

// step mounts one step of a letter. Every one may meet a letter that somebody has moved meanwhile.
func step[T any](api huma.API, name, path string, action rbac.Action, summary string, do func(context.Context, id.Of[id.Missive], T) (id.Of[id.Missive], error), faults ...*fault.Error) {
	all := append([]*fault.Error{rbac.ErrNotFound}, faults...)
	for _, s := range States {
		all = append(all, ErrNow[s])
	}
	web.Handle(api, web.Op{ID: name, Route: "POST /instrument/letters/{id}/" + path, Action: action, Summary: summary, Status: http.StatusOK, Faults: all},
		func(ctx context.Context, in *stepOn[T]) (*web.Body[web.Made], error) {
			return web.MadeOf(do(ctx, in.ID, in.Body))
		})
}

func keyOf(m Missive) []string { return []string{m.ID.String()} }

func (s *Service) getMissives(ctx context.Context, in *Filter) (*web.Body[page.List[LineView]], error) {
	rows, k, now, err := s.Missives(ctx, *in)
	return &web.Body[page.List[LineView]]{Body: page.Of(rows, k, in.Limit, keyOf, lineOn(now))}, err
}

func (*Service) getKinds(context.Context, *struct{}) (*web.Body[kindList], error) {
	out := &web.Body[kindList]{}
	for _, k := range Kinds() {
		out.Body.Kinds = append(out.Body.Kinds, kindView{
			k.ID, k.Zh, k.En, k.Word, k.AckWorking, k.ReplyWorking, k.HoldWithin, k.FeedbackWorking, append([]string{}, k.EscalateTo...), k.Title, k.Body, k.NumbersConf == "verified",
		})
	}
	return out, nil
}

func (s *Service) getOffices(ctx context.Context, _ *struct{}) (*web.Body[officeList], error) {
	rows, err := s.Offices(ctx)
	return &web.Body[officeList]{Body: officeList{append([]Office{}, rows...)}}, err
}

func (s *Service) getMissive(ctx context.Context, in *oneIn) (*web.Body[oneView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[oneView]{Body: oneOf(o)}, nil
}

func (s *Service) getPaper(ctx context.Context, in *paperIn) (*web.File, error) {
	name, content, err := s.Paper(ctx, in.ID, in.Paper == "minutes", in.Format == "word")
	if in.Format == "word" {
		return web.Download(name, content, err)
	}
	return web.Inline(name, content, err)
}

func (s *Service) postMissive(ctx context.Context, in *web.Body[Drafted]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Write(ctx, in.Body))
}
