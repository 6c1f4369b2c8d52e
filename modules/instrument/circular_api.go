package instrument

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// receiptView is how one recipient stands with a notice, on the wire.
type receiptView struct {
	ID         id.Of[Receipt]         `json:"id"`
	CompanyID  rbac.CompanyID         `json:"companyId,omitempty" required:"false"`
	Recipient  string                 `json:"recipient"`
	Area       string                 `json:"area"`
	ReadAt     *time.Time             `json:"readAt,omitempty" required:"false"`
	ReadBy     string                 `json:"readBy"`
	RepliedAt  *time.Time             `json:"repliedAt,omitempty" required:"false"`
	RepliedBy  string                 `json:"repliedBy"`
	Reply      string                 `json:"reply"`
	Files      []id.Of[id.Attachment] `json:"files" nullable:"false"`
	Reminders  int32                  `json:"reminders"`
	RemindedAt *time.Time             `json:"remindedAt,omitempty" required:"false"`
}

func viewReceipt(r Receipt) receiptView {
	v := receiptView{
		ID: r.ID, Recipient: r.Recipient, Area: r.RegionPath, ReadAt: r.ReadAt, ReadBy: r.ReadBy, RepliedAt: r.RepliedAt, RepliedBy: r.RepliedBy, Reply: r.Reply, Files: []id.Of[id.Attachment]{},
		Reminders: r.Reminders, RemindedAt: r.RemindedAt,
	}
	v.Files = append(v.Files, idsOf(r.Files)...)
	if r.CompanyID != nil {
		v.CompanyID = *r.CompanyID
	}
	return v
}

// noticeView is a notice on the wire.
type noticeView struct {
	ID          id.Of[id.Circular] `json:"id"`
	Issuer      string             `json:"issuer"`
	Title       string             `json:"title"`
	Body        string             `json:"body"`
	ReplyAsked  bool               `json:"replyAsked"`
	ReplyBy     day.Date           `json:"replyBy"`
	Recipients  int32              `json:"recipients" doc:"0 for whoever only got it"`
	Handed      int32              `json:"handed" doc:"handed out so far"`
	Read        int32              `json:"read"`
	Replied     int32              `json:"replied"`
	SentAt      time.Time          `json:"sentAt"`
	SentBy      string             `json:"sentBy"`
	WithdrawnAt *time.Time         `json:"withdrawnAt,omitempty" required:"false"`
	RemindedAt  *time.Time         `json:"remindedAt,omitempty" required:"false"`
	Mine        *receiptView       `json:"mine,omitempty" required:"false" doc:"the reader's own receipt"`
}

func viewNotice(c Sent) noticeView {
	v := noticeView{
		ID: c.ID, Issuer: c.OrganisationName, Title: c.Title, Body: c.Body, ReplyAsked: c.ReplyAsked, ReplyBy: c.ReplyBy, SentAt: c.SentAt, SentBy: c.SentBy, WithdrawnAt: c.WithdrawnAt,
	}
	if c.Mine != nil {
		r := viewReceipt(*c.Mine)
		v.Mine = &r
		return v
	}
	v.Recipients, v.Handed, v.Read, v.Replied, v.RemindedAt = c.Recipients, c.Handed, c.Read, c.Replied, c.RemindedAt
	return v
}

type circularIn struct {
	ID id.Of[id.Circular] `path:"id"`
}

type answerIn struct {
	ID   id.Of[id.Circular] `path:"id"`
	Body Said
}

type receiptsIn struct {
	ID id.Of[id.Circular] `path:"id"`
	ReceiptFilter
}

func mountCirculars(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listCirculars", Route: "GET /instrument/notices", Action: ActionNotices, Summary: "List notices, latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getCirculars)
	web.Handle(api, web.Op{
		ID: "getCircular", Route: "GET /instrument/notices/{id}", Action: ActionNotices, Summary: "Read a notice", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getCircular)
	web.Handle(api, web.Op{
		ID: "sendCircular", Route: "POST /instrument/notices", Action: ActionSend, Summary: "Send a notice to many companies and offices",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrBlank, ErrReplyDay, ErrNobody, ErrTooMany, web.ErrFilter},
	}, s.postCircular)
	web.Handle(api, web.Op{
		ID: "listCircularReceipts", Route: "GET /instrument/notices/{id}/receipts", Action: ActionSend, Summary: "Who has read and replied", Faults: []*fault.Error{rbac.ErrNotFound, page.ErrCursor},
	}, s.getReceipts)
	for _, o := range []struct {
		name, path, summary string
		action              rbac.Action
		do                  func(context.Context, id.Of[id.Circular]) (id.Of[id.Circular], error)
		faults              []*fault.Error
	}{
		{"readCircular", "read", "Recipient: it was read", ActionReceipt, s.Open, nil},
		{"remindCircular", "remind", "Remind whoever has not read or replied", ActionSend, s.RemindAll, []*fault.Error{ErrReminded}},
		{"withdrawCircular", "withdraw", "Withdraw a notice", ActionSend, s.TakeBack, nil},
	} {
		web.Handle(api, web.Op{
			ID: o.name, Route: "POST /instrument/notices/{id}/" + o.path, Action: o.action, Summary: o.summary, Status: http.StatusOK, Faults: append([]*fault.Error{rbac.ErrNotFound, ErrGone}, o.faults...),
		}, func(ctx context.Context, in *circularIn) (*web.Body[web.Made], error) {
			return web.MadeOf(o.do(ctx, in.ID))
		})
	}
	web.Handle(api, web.Op{
		ID: "answerCircular", Route: "POST /instrument/notices/{id}/reply", Action: ActionReceipt, Summary: "Recipient: reply to a notice", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrGone, ErrNotAsked, ErrBlank, ErrFiles},
	}, s.postAnswer)
}

func (s *Service) getCirculars(ctx context.Context, in *BoxFilter) (*web.Body[page.List[noticeView]], error) {
	rows, k, err := s.Circulars(ctx, *in)
	return &web.Body[page.List[noticeView]]{Body: page.Of(rows, k, in.Limit, func(c Sent) []string { return []string{c.ID.String()} }, viewNotice)}, err
}

func (s *Service) getCircular(ctx context.Context, in *circularIn) (*web.Body[noticeView], error) {
	c, err := s.Circular(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[noticeView]{Body: viewNotice(c)}, nil
}

func (s *Service) postCircular(ctx context.Context, in *web.Body[Announced]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Send(ctx, in.Body))
}

func (s *Service) postAnswer(ctx context.Context, in *answerIn) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Answer(ctx, in.ID, in.Body))
}

func receiptKey(r Receipt) []string { return []string{r.ID.String()} }

func (s *Service) getReceipts(ctx context.Context, in *receiptsIn) (*web.Body[page.List[receiptView]], error) {
	rows, k, err := s.Receipts(ctx, in.ID, in.ReceiptFilter)
	return &web.Body[page.List[receiptView]]{Body: page.Of(rows, k, in.Limit, receiptKey, viewReceipt)}, err
}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "instrument."+key, nil), text.English: text.Say(text.English, "instrument."+key, nil)}
}

// ReceiptColumns are the columns of the receipts of a notice.
func ReceiptColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "recipient", Title: named("column-recipient"), Kind: sheet.Text, Width: 34},
		{Key: "readAt", Title: named("column-read-at"), Kind: sheet.Text, Width: 18},
		{Key: "readBy", Title: named("column-read-by"), Kind: sheet.Text, Width: 14},
		{Key: "repliedAt", Title: named("column-replied-at"), Kind: sheet.Text, Width: 18},
		{Key: "repliedBy", Title: named("column-replied-by"), Kind: sheet.Text, Width: 14},
		{Key: "reply", Title: named("column-reply"), Kind: sheet.Text, Width: 60},
		{Key: "reminders", Title: named("column-reminders"), Kind: sheet.Int, Width: 10},
	}
}

type receiptsOut struct {
	Circular id.Of[id.Circular] `query:"circular" required:"true"`
	ReceiptFilter
}

// ReceiptPage reads one page of the receipts of a notice for an export. Errors: web.ErrFilter, rbac.ErrNotFound, page.ErrCursor.
func (s *Service) ReceiptPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[receiptsOut](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Receipts(ctx, f.Circular, f.ReceiptFilter)
	list := page.Of(rows, k, limit, receiptKey, viewReceipt)
	for _, r := range list.Items {
		out = append(out, sheet.Record{Key: r.ID.String(), Values: []string{r.Recipient, minute(r.ReadAt), r.ReadBy, minute(r.RepliedAt), r.RepliedBy, r.Reply, itoa(r.Reminders)}})
	}
	return out, list.Next, err
}
