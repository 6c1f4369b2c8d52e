package notice

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// stateDigested is that of a delivery in whose place a digest was sent.
const stateDigested = "digested"

const (
	codeDigest = "notice.digest"
	titlesMost = 8 // titles that a digest names
	pilesOnce  = 100
)

// Fold makes one message of what has been waiting too long for one person on one channel:
// after an outage nobody gets the backlog.
type Fold struct{}

// Kind names the job.
func (Fold) Kind() string { return "notice.fold-backlog" }

// pile is what waits for one person on one channel, about one company and to one place.
type pile struct {
	PersonID       id.Of[id.Person]
	Channel        Channel
	CompanyID      *rbac.CompanyID
	OrganisationID *id.Of[id.Organisation]
	Deliveries     db.Ints // the oldest first
}

// fold folds some piles in one transaction, and asks for itself again until none is left.
// Killed in between it has done nothing: a delivery is folded together with the digest that
// takes its place.
func (s *Service) fold(ctx context.Context, tx db.Tx, t Fold) error {
	set, err := settingOf(ctx, tx)
	if err != nil {
		return err
	}
	piles, err := pilesOf(ctx, tx, tx.Now.Add(-time.Duration(set.DigestHours)*time.Hour), set.DigestOver, cmp.Or(s.Batch, pilesOnce))
	if err != nil || len(piles) == 0 {
		return err
	}
	messages := 0
	for _, p := range piles {
		n, err := s.foldPile(ctx, tx, p, set.DigestOver)
		if err != nil {
			return err
		}
		messages += n
	}
	if messages == 0 { // all of them are being sent at this moment
		return nil
	}
	rbac.ScopeOf(ctx).Changed("notice_digest", 0, 0, folded{}, folded{len(piles), messages})
	return jobs.Enqueue(ctx, tx, t)
}

// folded counts a batch, for the trail.
type folded struct{ Digests, Messages int }

// foldPile folds one pile and returns how many messages it held; none if a worker has taken
// so many of them that the rest may leave one by one.
func (s *Service) foldPile(ctx context.Context, tx db.Tx, p pile, over int) (int, error) {
	waiting, err := lockPile(ctx, tx, p)
	if err != nil || len(waiting) <= over {
		return 0, err
	}
	var titles, english []string
	count := 0
	for _, w := range waiting {
		if w.Code == codeDigest { // one that could not leave either
			n, _ := strconv.Atoi(w.Params.V["count"])
			count += n
			continue
		}
		count++
		if len(titles) < titlesMost {
			params := w.Params.V
			titles = append(titles, "· "+sentence(text.Chinese, w.Code, params))
			english = append(english, "· "+sentence(text.English, w.Code, params))
		}
	}
	if count > len(titles) {
		titles, english = append(titles, "· …"), append(english, "· …")
	}
	n := Notice{
		PersonID: p.PersonID, CompanyID: p.CompanyID, OrganisationID: p.OrganisationID, Noun: "notice", Code: codeDigest, CreatedAt: tx.Now,
		Params: db.JSON[map[string]string]{V: map[string]string{
			"count": strconv.Itoa(count), "since": waiting[0].CreatedAt.In(day.Shanghai).Format("01-02 15:04"),
			"list": strings.Join(titles, "\n"), "list@en": strings.Join(english, "\n"),
		}},
	}
	d, err := putDigest(ctx, tx, n, p.Channel, waiting)
	if err != nil {
		return 0, err
	}
	return len(waiting), jobs.Enqueue(ctx, tx, Deliver{d}, jobs.Key(fmt.Sprint(int64(d))))
}
