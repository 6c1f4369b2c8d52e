package notice

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// noticeView is a message in the reader's language.
type noticeView struct {
	ID        id.Of[id.Notice] `json:"id"`
	Code      string           `json:"code"`
	Title     string           `json:"title"`
	Body      string           `json:"body"`
	Noun      string           `json:"noun" doc:"kind of object it is about"`
	ObjectID  id.Of[object]    `json:"objectId"`
	CompanyID rbac.CompanyID   `json:"companyId" doc:"the company it is about; empty: none"`
	CreatedAt time.Time        `json:"createdAt"`
	Read      bool             `json:"read"`
	Link      string           `json:"link" doc:"page of this program that a message to many leads to; empty: that of its object"`
}

// object marks the id of whatever a message is about.
type object struct{}

func viewOf(n Worded) noticeView {
	v := noticeView{
		ID: n.ID, Code: n.Code, Title: n.Title, Body: n.Body, Noun: n.Noun, ObjectID: id.Of[object](n.ObjectID), CreatedAt: n.CreatedAt, Read: n.ReadAt != nil,
	}
	if n.CompanyID != nil {
		v.CompanyID = *n.CompanyID
	}
	if link := n.Params.V["link"]; n.Code == codeCampaign && ownPage(link) {
		v.Link = link
	}
	return v
}

type countView struct {
	Unread int `json:"unread" doc:"at most 100"`
}

// MailView is a kept mail in a list, detailView is it whole. Exported because huma skips an
// embedded type that is not.
type MailView struct {
	ID      id.Of[Kept] `json:"id"`
	Address string      `json:"address"`
	Subject string      `json:"subject"`
	At      time.Time   `json:"at"`
}

type detailView struct {
	MailView
	MessageID string `json:"messageId"`
	Body      string `json:"body"`
}

func viewMail(m Kept) MailView { return MailView{m.ID, m.Address, m.Subject, m.At} }

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listNotices", Route: "GET /notice/notices", Action: ActionRead, Summary: "The inbox, newest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getInbox)
	web.Handle(api, web.Op{ID: "countNotices", Route: "GET /notice/unread", Action: ActionRead, Summary: "How many messages are unread"}, s.getUnread)
	web.Stream[streamInput, newsView](api, web.Op{
		ID: "streamNotices", Route: "GET /notice/stream", Action: ActionRead, Summary: "What arrives in the inbox, as it arrives",
	}, s.Live, s.getStream)
	web.Handle(api, web.Op{
		ID: "readNotice", Route: "POST /notice/notices/{id}/read", Action: ActionMark, Summary: "Mark a message read",
		Faults: []*fault.Error{rbac.ErrNotFound}, Status: http.StatusOK,
	}, s.postRead)
	web.Handle(api, web.Op{
		ID: "readAllNotices", Route: "POST /notice/read", Action: ActionMark, Summary: "Mark all messages read, up to the newest seen", Status: http.StatusOK,
	}, s.postReadAll)
	web.Handle(api, web.Op{
		ID: "listMails", Route: "GET /notice/mails", Action: ActionMail, Summary: "Mail kept instead of sent", Faults: []*fault.Error{page.ErrCursor},
	}, s.getMails)
	web.Handle(api, web.Op{
		ID: "getMail", Route: "GET /notice/mails/{id}", Action: ActionMail, Summary: "One kept mail", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getMail)
	mountTemplates(api, s)
	mountOffice(api, s)
	mountFixes(api, s)
	mountCampaigns(api, s)
	mountHooks(api, s)
	mountPreferences(api, s)
}

func (s *Service) getInbox(ctx context.Context, in *Filter) (*web.Body[page.List[noticeView]], error) {
	rows, k, err := s.Inbox(ctx, *in)
	key := func(n Worded) []string { return []string{n.ID.String()} }
	return &web.Body[page.List[noticeView]]{Body: page.Of(rows, k, in.Limit, key, viewOf)}, err
}

func (s *Service) getUnread(ctx context.Context, _ *struct{}) (*web.Body[countView], error) {
	n, err := s.Unread(ctx)
	return &web.Body[countView]{Body: countView{n}}, err
}

type pathInput struct {
	ID id.Of[id.Notice] `path:"id"`
}

func (s *Service) postRead(ctx context.Context, in *pathInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.MarkRead(ctx, in.ID))
}

type upToInput struct {
	UpTo id.Of[id.Notice] `json:"upTo" doc:"the newest message the reader has seen"`
}

func (s *Service) postReadAll(ctx context.Context, in *web.Body[upToInput]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.Body.UpTo, s.MarkAll(ctx, in.Body.UpTo))
}

func (s *Service) getMails(ctx context.Context, in *page.Query) (*web.Body[page.List[MailView]], error) {
	rows, k, err := s.Mails(ctx, *in)
	key := func(m Kept) []string { return []string{m.ID.String()} }
	return &web.Body[page.List[MailView]]{Body: page.Of(rows, k, in.Limit, key, viewMail)}, err
}

type mailInput struct {
	ID id.Of[Kept] `path:"id"`
}

func (s *Service) getMail(ctx context.Context, in *mailInput) (*web.Body[detailView], error) {
	m, err := s.Mail(ctx, in.ID)
	return &web.Body[detailView]{Body: detailView{viewMail(m), m.MessageID, m.Body}}, err
}
