package certificate

import (
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Lapse is somebody who still works on a post that needs a certificate which has lapsed
// (无证上岗风险): a hazard, entered once per version and due day.
type Lapse struct {
	CompanyID     rbac.CompanyID
	CertificateID id.Of[id.Certificate]
	DueOn         day.Date
	RegionPath    string
	OversightLine int16
	StaffID       id.Of[id.Staff]
	PostID        id.Of[id.Post]
	HazardID      id.Of[id.Hazard]
	At            time.Time
}

// Uncertified is a lapse as the ledger of hazards is told of it.
type Uncertified struct {
	Home     rbac.Home
	Ref      string // of the finding
	Holder   string
	Title    string // of the certificate, Chinese
	PostName string
	UnitName string
	DueOn    day.Date
	Review   bool // the review was missed, not the renewal
	Major    bool // 令10号 art. 3(2) applies: suggested as major
}

// Raise enters hazards and returns their ids, in order.
type Raise func(ctx context.Context, tx db.Tx, list []Uncertified) ([]id.Of[id.Hazard], error)

// lapse enters a hazard for each certificate of a batch that has lapsed while its holder still
// holds a post that needs it, and returns how many were new.
func (s *Service) lapse(ctx context.Context, tx db.Tx, rows []Certificate, today day.Date) (int, error) {
	if s.Raise == nil {
		return 0, nil
	}
	var lapsed []Certificate
	for _, c := range rows {
		h, err := heldOn(&c, today)
		if err == nil && !c.over() && (h.standing.Status == Expired || h.standing.Status == ReviewLapsed) && (c.HolderLeftOn.IsZero() || !today.After(c.HolderLeftOn)) {
			c.NextDueOn, c.NextDueType = h.standing.NextDue, h.standing.NextDueType
			lapsed = append(lapsed, c)
		}
	}
	if len(lapsed) == 0 {
		return 0, nil
	}
	lapsed, err := unraised(ctx, tx, lapsed)
	if err != nil || len(lapsed) == 0 {
		return 0, err
	}
	found, said, err := uncertified(ctx, tx, lapsed, today)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	ids, err := s.Raise(ctx, tx, said)
	if err != nil {
		return 0, err
	}
	for i := range found {
		found[i].HazardID, found[i].At = ids[i], tx.Now
	}
	return len(found), insertLapses(ctx, tx, found)
}

// uncertified finds which holders of lapsed certificates hold a post that needs them and have nothing else.
func uncertified(ctx context.Context, tx db.Tx, lapsed []Certificate, today day.Date) (found []Lapse, said []Uncertified, err error) {
	var companies []rbac.CompanyID
	var people db.Ints
	for _, c := range lapsed {
		companies, people = append(companies, c.CompanyID), append(people, int64(c.StaffID))
	}
	slices.Sort(companies)
	companies = slices.Compact(companies)
	firms, err := firmsOn(ctx, tx, companies, people, today, today)
	if err != nil {
		return nil, nil, err
	}
	facts, err := placesOf(ctx, tx, companies, firms)
	if err != nil {
		return nil, nil, err
	}
	needs := map[HolderKey][]need{}
	for _, f := range firms {
		for _, n := range f.needs() {
			k := HolderKey{n.CompanyID, n.StaffID}
			needs[k] = append(needs[k], n)
		}
	}
	for _, c := range lapsed {
		for _, n := range needs[HolderKey{c.CompanyID, c.StaffID}] {
			if n.how != Void || n.card == nil || n.card.c.ID != c.ID {
				continue
			}
			found = append(found, Lapse{CompanyID: c.CompanyID, CertificateID: c.ID, DueOn: c.NextDueOn, RegionPath: c.RegionPath, OversightLine: c.OversightLine, StaffID: c.StaffID, PostID: n.PostID})
			said = append(said, Uncertified{
				Home: c.home(), Ref: "certificate/" + c.ID.String() + "/" + c.NextDueOn.String(), Holder: c.HolderName, Title: Kinds.title(text.Chinese, c.Kind, c.Operation),
				PostName: facts.posts[placeKey{c.CompanyID, int64(n.PostID)}], UnitName: facts.units[placeKey{c.CompanyID, int64(n.UnitID)}], DueOn: c.NextDueOn,
				Review: c.NextDueType == DueReview, Major: n.Kind == operationKind && Rules.major(facts.industries[c.CompanyID]),
			})
			break
		}
	}
	return found, said, nil
}
