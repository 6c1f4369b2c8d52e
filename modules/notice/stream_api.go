package notice

import (
	"context"

	"anbiao/kit/id"
	"anbiao/web"
)

// newsView is what one event of the stream carries.
type newsView struct {
	Unread  int          `json:"unread" doc:"at most 100"`
	Notices []noticeView `json:"notices" nullable:"false" doc:"new ones, the newest first; the first event of a stream has none unless Last-Event-ID says where to go on"`
}

type streamInput struct {
	Heard id.Of[id.Notice] `header:"Last-Event-ID" doc:"the last event heard, for a client that comes back"`
}

func (s *Service) getStream(_ context.Context, in *streamInput) (web.Look, error) {
	f := s.follow(in.Heard)
	return func(ctx context.Context) ([]web.Event, error) {
		n, changed, err := f.look(ctx)
		if err != nil || !changed {
			return nil, err
		}
		v := newsView{Unread: n.unread, Notices: []noticeView{}}
		for _, one := range n.fresh {
			v.Notices = append(v.Notices, viewOf(one))
		}
		return []web.Event{{Name: "notices", ID: n.latest.String(), Data: v}}, nil
	}, nil
}
