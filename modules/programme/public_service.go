package programme

import (
	"context"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// OpenLevel is a level as anybody may read it: never a person.
type OpenLevel struct {
	ID            int64
	PublicID      string // of its page of verification
	CompanyName   string
	Level         string
	LevelName     string
	CertificateNo string
	Authority     string
	AnnouncedOn   day.Date
	ValidUntil    day.Date
	RevokedOn     day.Date
}

// OpenListing is a major hazard under listed supervision (挂牌督办), as it was made public.
type OpenListing struct {
	ID          int64
	Number      string
	CompanyName string
	HazardText  string
	Level       string
	Body        string // who listed it
	ListedOn    day.Date
	FinishBy    day.Date
	DelistedOn  day.Date
}

// What the public page shows.
const (
	OpenLevels   = "levels"
	OpenRevoked  = "revoked"
	OpenListings = "listings"
)

// OpenFilter says what of an area is shown.
type OpenFilter struct {
	page.Query
	What string `query:"what" enum:"levels,revoked,listings" default:"levels"`
	Name string `query:"name" maxLength:"60" doc:"part of a company's name"`
}

// Page is a part of the public page: one of the two lists is filled.
type Page struct {
	AreaName string
	Levels   []OpenLevel
	Listings []OpenListing
}

// Open reads the public page of an area, latest first, for anybody. Errors: page.ErrCursor, rbac.ErrOff.
func (s *Service) Open(ctx context.Context, area string, f OpenFilter) (p Page, k page.Key, err error) {
	if k, err = f.Start(f.What, 1); err != nil {
		return p, k, err
	}
	before := int64(0)
	if !k.First() {
		if before, err = strconv.ParseInt(k.Vals[0], 10, 64); err != nil || k.Back {
			return p, k, page.ErrCursor.At("query.cursor")
		}
	}
	if s.Gate.Off(ActionPublic, area) {
		return p, k, rbac.ErrOff
	}
	err = s.Gate.Public(ctx, ActionPublic, func(tx db.Tx) (err error) {
		if p.AreaName, err = openName(ctx, tx, area); err != nil {
			return err
		}
		switch {
		case f.What == OpenListings && s.Sources.Listed != nil:
			p.Listings, err = s.Sources.Listed(ctx, tx, area, f.Name, before, f.Limit+1)
		case f.What != OpenListings && s.Sources.Levels != nil:
			p.Levels, err = s.Sources.Levels(ctx, tx, area, f.What == OpenRevoked, f.Name, before, f.Limit+1)
		}
		return err
	})
	return p, k, err
}
