package hazard

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Report is a hazard as somebody enters it: a snapshot by a worker (随手拍) or an entry in the
// ledger by the safety manager.
type Report struct {
	Place       string                 `json:"place" minLength:"1" maxLength:"100"`
	Description string                 `json:"description" minLength:"2" maxLength:"1000"`
	Photos      []id.Of[id.Attachment] `json:"photos,omitempty" maxItems:"9" nullable:"false" doc:"required unless it is a matter of management (category A…)"`
	Source      Source                 `json:"source,omitempty" enum:"self_check,snap,regulator,covert_visit,grid_patrol,tip,expert,transfer,drill,alarm" default:"snap" doc:"other than snap: for those who may grade"`
	Category    string                 `json:"category,omitempty" maxLength:"3" pattern:"^[AB][0-9]{2}$"`
	Cause       int16                  `json:"cause,omitempty" minimum:"0" maximum:"3"`
	PointID     id.Of[id.Point]        `json:"pointId,omitempty" doc:"check point where it is"`
	Clause      string                 `json:"clause,omitempty" maxLength:"300" doc:"legal basis, if known"`
	Danger      int16                  `json:"dangerSource,omitempty" minimum:"0" maximum:"10" doc:"kind of check it was found in, 1 … 10 of the dual-prevention upload (1 日常 … 7 复产复工前 8 外聘专家 9 管控措施失效 10 其他); 0 not said"`
	Campaign    string                 `json:"campaign,omitempty" maxLength:"50" doc:"campaign (专项整治) it is filed under; by those who may tag"`
	ClientID    string                 `json:"clientId,omitempty" format:"uuid" maxLength:"36" doc:"made where it was recorded: the same report sent again, even weeks later, is one hazard"`
}

// Finding is what a check found: the check by its full key, and each failed item.
type Finding struct {
	CheckID   id.Of[id.Check]
	StartedOn day.Date // the partition the check lies in
	PointID   id.Of[id.Point]
	Place     string
	FoundAt   time.Time // by the phone's clock; zero or a time to come: now
	Items     []Failed

	DangerSource int16  // kind of check, 1 … 10 of the dual-prevention upload; 0 not said
	Campaign     string // the campaign that asked for the check
}

// Failed is one failed item of a check, in words the hazard keeps.
type Failed struct {
	ItemCode       string
	PointID        id.Of[id.Point] // on a route; zero: that of the check
	Place          string          // of that point
	Description    string          // what the inspector saw; the item's requirement where he wrote nothing
	Clause         string          // legal basis of the item
	Category       string          // of the taxonomy, if the library knows one
	SuggestedLevel Level           // of the item under the company's tags; Ungraded if none
	Suggestion     string          // clause and reason of the suggested level
	Photos         []id.Of[id.Attachment]
	Proposal       Proposal
}

// origin is where and when a new hazard comes into the ledger.
type origin struct {
	home   rbac.Home
	by     Who
	now    time.Time
	number string
}

// blank is a row with everything every new hazard has.
func (o origin) blank() Hazard {
	return Hazard{
		CompanyID: o.home.CompanyID, RegionPath: o.home.RegionPath, OversightLine: o.home.Line, Number: o.number, State: "",
		FoundAt: o.now, FoundOn: day.In(o.now, day.Shanghai), FoundByStaffID: some(o.by.Staff), FoundByPersonID: some(o.by.Person), FoundByName: o.by.Name,
		ChangedAt: o.now,
	}
}

// reported is the hazard of a report. Errors: ErrBlank, ErrCategory, ErrPhotoNeeded, ErrSource
// where somebody who does not grade claims another source than his own eyes.
func (o origin) reported(r Report, grades bool) (*file, error) {
	if r.Source == "" {
		r.Source = Snap
	}
	switch {
	case strings.TrimSpace(r.Place) == "":
		return nil, ErrBlank.At("body.place")
	case strings.TrimSpace(r.Description) == "":
		return nil, ErrBlank.At("body.description")
	case r.Category != "" && !Categories.Has(r.Category):
		return nil, ErrCategory.At("body.category")
	case len(r.Photos) == 0 && !paper(r.Category):
		return nil, ErrPhotoNeeded.At("body.photos")
	case r.Source != Snap && !grades:
		return nil, ErrSource.At("body.source")
	}
	h := o.blank()
	h.Source, h.Place, h.Description = r.Source, strings.TrimSpace(r.Place), strings.TrimSpace(r.Description)
	h.Category, h.Cause, h.PointID, h.Clause, h.DangerSource = r.Category, r.Cause, some(r.PointID), r.Clause, r.Danger
	if grades {
		h.Campaign = strings.TrimSpace(r.Campaign)
	}
	if client, err := uuid.Parse(r.ClientID); err == nil {
		h.ClientID = &client
	}
	return o.enter(h, r.Photos), nil
}

// found is the hazard of a failed item. What the check wrote is taken as it is.
func (o origin) found(f Finding, it Failed) *file {
	h := o.blank()
	if !f.FoundAt.IsZero() && f.FoundAt.Before(o.now) {
		h.FoundAt, h.FoundOn = f.FoundAt.UTC(), day.In(f.FoundAt, day.Shanghai)
	}
	h.Source, h.Place, h.PointID, h.CheckID, h.CheckStartedOn = SelfCheck, f.Place, some(f.PointID), some(f.CheckID), f.StartedOn
	h.Description, h.ItemCode, h.Clause, h.SuggestedLevel, h.Suggestion = it.Description, it.ItemCode, it.Clause, it.SuggestedLevel, it.Suggestion
	h.DangerSource, h.Campaign = f.DangerSource, f.Campaign
	if it.PointID != 0 {
		h.PointID, h.Place = some(it.PointID), it.Place
	}
	if Categories.Has(it.Category) {
		h.Category = it.Category
	}
	return o.enter(h, it.Photos)
}

func (o origin) enter(h Hazard, photos []id.Of[id.Attachment]) *file {
	f := &file{Hazard: h, by: o.by, now: o.now}
	f.step(Register, Registered, "", photos, Detail{Level: h.SuggestedLevel, Category: h.Category})
	return f
}

// county is the part of a region path that ledger numbers begin with: province, city, county.
func county(path string) string { return path[:min(len(path), 6)] }
