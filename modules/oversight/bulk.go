package oversight

import (
	"context"
	"fmt"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Deeds that can be done to many companies at once (批量操作).
const (
	UrgeReport  = "urge_report"  // those with a report missing are urged to report (催报)
	UrgeHazards = "urge_hazards" // those with hazards overdue are urged to mend them (催改)
	Message     = "message"      // a text of the officer's own
)

// Outcomes of one company.
const (
	OutcomeTold    = "told"
	OutcomeUnseen  = "unseen"  // not in the actor's scope
	OutcomeNobody  = "nobody"  // nobody of it has signed in: there is none to tell, it must be called
	OutcomeNothing = "nothing" // there is nothing to urge
	OutcomeAgain   = "again"   // it was urged today already
)

// Faults of actions on many companies.
var (
	// ErrBulkBody: nothing is chosen, or a message has no text.
	ErrBulkBody = fault.New(fault.Invalid, "oversight.bulk-body")
	// ErrBulkMany: the filter leaves more companies than one action takes.
	ErrBulkMany = fault.New(fault.Invalid, "oversight.bulk-many")
)

// mostBulk is how many companies one action takes.
const mostBulk = 5000

// tellBatch is how many companies are told in one transaction.
const tellBatch = 200

// BulkForm is one deed on many companies: on those named, or on all that a filter leaves.
type BulkForm struct {
	IDs    []rbac.CompanyID `json:"ids" nullable:"false" maxItems:"5000" required:"false" doc:"of the companies chosen; one named twice is done once"`
	Filter string           `json:"filter" maxLength:"1000" required:"false" doc:"instead of ids: the query of the list whose companies are all meant"`
	Deed   string           `json:"deed" enum:"urge_report,urge_hazards,message"`
	Note   string           `json:"note" maxLength:"500" required:"false" doc:"the text of a message"`
}

// Bulk is one deed on many companies.
type Bulk struct {
	ID             id.Of[id.Bulk]
	OrganisationID id.Of[id.Organisation]
	PersonID       id.Of[id.Person]
	PersonName     string // as it was
	Deed           string
	Note           string
	OnDay          day.Date
	Total          int32
	Passed         int32 // companies a message goes to
	Told           int32 // of them, told so far
	At             time.Time
	FinishedAt     *time.Time
}

// BulkRow is what became of one company.
type BulkRow struct {
	BulkID         id.Of[id.Bulk]
	CompanyID      rbac.CompanyID
	OrganisationID id.Of[id.Organisation]
	Deed           string
	OnDay          day.Date
	Name           string // empty: out of the actor's sight
	Outcome        string
	Figure         int32  // what it was told of
	ContactName    string // whom to call where nobody can be told
	ContactPhone   string
}

// Note is a message to those of a company who answer for safety.
type Note struct {
	CompanyID rbac.CompanyID
	Code      string
	Params    map[string]string
	Key       string // said once
}

// TellCompanies sends the messages of an action to the next companies behind After.
type TellCompanies struct {
	ID    id.Of[id.Bulk] `json:"id"`
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (TellCompanies) Kind() string { return "oversight.tell-companies" }

// Bulk does one deed to many companies: each is judged by itself in the actor's scope and the row says what
// became of it; the messages leave in the background. Errors: ErrBulkBody, ErrBulkMany, ErrBand.
func (s *Service) Bulk(ctx context.Context, form BulkForm, f *Filter) (n id.Of[id.Bulk], err error) {
	form.Note = strings.TrimSpace(form.Note)
	if (len(form.IDs) == 0) == (f == nil) || (form.Deed == Message) != (form.Note != "") {
		return 0, ErrBulkBody
	}
	err = s.Gate.Write(ctx, ActionBulk, func(tx db.Tx, scope rbac.Scope) error {
		ids := distinct(form.IDs)
		if f != nil {
			if ids, err = chosen(ctx, tx, scope, *f, mostBulk+1); err != nil {
				return err
			}
		}
		if len(ids) > mostBulk {
			return ErrBulkMany.With("most", fmt.Sprint(mostBulk))
		}
		a := scope.Actor()
		b := Bulk{
			OrganisationID: a.OrganisationID, PersonID: a.PersonID, PersonName: a.Name, Deed: form.Deed, Note: form.Note,
			OnDay: day.In(tx.Now, day.Shanghai), Total: int32(len(ids)), At: tx.Now,
		}
		rows, err := judged(ctx, tx, scope, b, ids)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Outcome == OutcomeTold {
				b.Passed++
			}
		}
		if b.Passed == 0 {
			b.FinishedAt = &tx.Now
		}
		if err := insertBulk(ctx, tx, &b, rows); err != nil {
			return err
		}
		n = b.ID
		scope.Made(int64(n))
		scope.Changed("oversight.bulk", int64(n), 0, bulkTrail{}, bulkTrail{b.Deed, b.Note, b.Total, b.Passed})
		if b.Passed == 0 {
			return nil
		}
		return jobs.Enqueue(ctx, tx, TellCompanies{ID: n})
	})
	return n, err
}

// bulkTrail is what the trail keeps of an action.
type bulkTrail struct {
	Deed          string
	Note          string
	Total, Passed int32
}

// BulkByID is what came of an action of the actor's office, one page of its rows: those that were not told
// first. Errors: rbac.ErrNotFound, page.ErrCursor.
func (s *Service) BulkByID(ctx context.Context, n id.Of[id.Bulk], q page.Query) (b Bulk, list page.List[bulkRowView], err error) {
	k, err := q.Start("outcome", 2)
	if err != nil {
		return b, list, err
	}
	err = s.Gate.Read(ctx, ActionBulk, func(tx db.Tx, _ rbac.Scope) error {
		if b, err = bulkByID(ctx, tx, n, false); err != nil {
			return err
		}
		rows, err := bulkRows(ctx, tx, n, k, q.Limit)
		list = page.Of(rows, k, q.Limit, func(r BulkRow) []string { return []string{r.told(), r.CompanyID.String()} }, viewBulkRow)
		return err
	})
	return b, list, err
}

// told is 1 for a company that was told: the others come first.
func (r BulkRow) told() string {
	if r.Outcome == OutcomeTold {
		return "1"
	}
	return "0"
}

// tellCompanies tells the next companies; done again it says nothing twice.
func (s *Service) tellCompanies(ctx context.Context, tx db.Tx, j TellCompanies) error {
	b, err := bulkByID(ctx, tx, j.ID, true)
	if err != nil {
		return err
	}
	rows, err := toTell(ctx, tx, j.ID, j.After, tellBatch)
	if err != nil {
		return err
	}
	notes := make([]Note, len(rows))
	for i, r := range rows {
		notes[i] = Note{
			CompanyID: r.CompanyID, Code: "oversight.note-" + strings.ReplaceAll(b.Deed, "_", "-"), Key: fmt.Sprintf("oversight|%s|%s", b.ID, r.CompanyID),
			Params: map[string]string{"by": b.PersonName, "count": itoa(r.Figure), "note": b.Note},
		}
	}
	if s.Tell != nil {
		if err := s.Tell(ctx, tx, notes); err != nil {
			return err
		}
	}
	b.Told += int32(len(rows))
	last := len(rows) < tellBatch
	if last {
		b.FinishedAt = &tx.Now
	}
	if err := progress(ctx, tx, b); err != nil || last {
		return err
	}
	next := TellCompanies{j.ID, rows[len(rows)-1].CompanyID}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%s:%s", next.ID, next.After)))
}
