package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Lack is a certificate that somebody would need on a post and has not, or not any more.
type Lack struct {
	Code   string // text: missing, lapsed, not yet valid
	Params map[string]string
}

// Lacks says what bars a person from a post of some types on a day: certificates that he lacks.
func Lacks(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], post id.Of[id.Post], types []string, on day.Date) ([]Lack, error) {
	ids := db.Ints{int64(company)}
	own, err := ownNeeds(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	f := firm{seats: []Seat{{CompanyID: company, StaffID: who, PostID: post, Types: types}}, own: map[id.Of[id.Post]][]OwnNeed{}, cards: map[id.Of[id.Staff]][]held{}}
	for _, o := range own {
		f.own[o.PostID] = append(f.own[o.PostID], o)
	}
	cards, err := cardsOf(ctx, tx, ids, db.Ints{int64(who)}, on)
	if err != nil {
		return nil, err
	}
	for i := range cards {
		h, err := heldOn(&cards[i], on)
		if err != nil {
			return nil, err
		}
		f.cards[who] = append(f.cards[who], h)
	}
	var out []Lack
	for _, n := range f.needs() {
		if !n.how.works() {
			out = append(out, n.lack())
		}
	}
	return out, nil
}

func (n need) lack() Lack {
	l := Lack{"certificate.bar-missing", map[string]string{"title": n.title(text.Chinese), "title@en": n.title(text.English)}}
	if n.card == nil {
		return l
	}
	switch s := n.card.standing; s.Status {
	case Expired, ReviewLapsed:
		l.Code, l.Params["due"] = "certificate.bar-lapsed", s.NextDue.String()
	case Pending:
		l.Code, l.Params["due"] = "certificate.bar-pending", n.card.c.ValidFrom.String()
	case Incomplete:
		l.Code = "certificate.bar-incomplete"
	case Revoked, Cancelled, Superseded, ReviewDue, Expiring, Valid:
		l.Code = "certificate.bar-ended"
	}
	return l
}
