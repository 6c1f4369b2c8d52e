package programme

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type openLevelView struct {
	PublicID      string   `json:"publicId" doc:"of its page of verification"`
	CompanyName   string   `json:"companyName"`
	Level         string   `json:"level"`
	LevelName     string   `json:"levelName"`
	CertificateNo string   `json:"certificateNo"`
	Authority     string   `json:"authority"`
	AnnouncedOn   day.Date `json:"announcedOn"`
	ValidUntil    day.Date `json:"validUntil"`
	RevokedOn     day.Date `json:"revokedOn,omitzero"`
}

type openListingView struct {
	Number      string   `json:"number"`
	CompanyName string   `json:"companyName"`
	HazardText  string   `json:"hazardText"`
	Level       string   `json:"level"`
	Body        string   `json:"body" doc:"who listed it"`
	ListedOn    day.Date `json:"listedOn"`
	FinishBy    day.Date `json:"finishBy"`
	DelistedOn  day.Date `json:"delistedOn,omitzero"`
}

type openView struct {
	AreaName string            `json:"areaName"`
	Levels   []openLevelView   `json:"levels" nullable:"false"`
	Listings []openListingView `json:"listings" nullable:"false"`
	Next     string            `json:"next" doc:"cursor of the following page; empty: the last"`
}

type openIn struct {
	Division string `path:"division" minLength:"2" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"area, by its path"`
	OpenFilter
	None string `header:"If-None-Match" maxLength:"100"`
}

// openOut is the page with what lets caches keep it.
type openOut struct {
	Status int
	Cache  string `header:"Cache-Control"`
	Tag    string `header:"ETag"`
	Vary   string `header:"Vary"`
	Body   *openView
}

// openSeconds is how long anybody may keep the public page.
const openSeconds = 300

func mountPublic(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "readPublicPage", Route: "GET /programme/public/{division}", Action: ActionPublic, Public: true, Summary: "Anybody: levels in force or revoked, listed major hazards of an area",
		Faults: []*fault.Error{page.ErrCursor, rbac.ErrOff},
	}, s.getOpen)
}

func (s *Service) getOpen(ctx context.Context, in *openIn) (*openOut, error) {
	p, k, err := s.Open(ctx, in.Division, in.OpenFilter)
	if err != nil {
		return nil, err
	}
	v := openAs(p, k, in.Limit)
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return tagged(v, b, in.None)
}

// tagged answers what changed since the reader's copy, or that nothing did.
func tagged(v openView, content []byte, had string) (*openOut, error) {
	sum, err := hash(json.RawMessage(content))
	if err != nil {
		return nil, err
	}
	out := &openOut{Status: http.StatusOK, Cache: "public, max-age=" + strconv.Itoa(openSeconds), Tag: `"` + sum[:32] + `"`, Vary: "Accept-Language", Body: &v}
	if had == out.Tag {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out, nil
}

func openAs(p Page, k page.Key, limit int) openView {
	levels := page.Of(p.Levels, k, limit, func(o OpenLevel) []string { return []string{strconv.FormatInt(o.ID, 10)} }, func(o OpenLevel) openLevelView {
		return openLevelView{o.PublicID, o.CompanyName, o.Level, o.LevelName, o.CertificateNo, o.Authority, o.AnnouncedOn, o.ValidUntil, o.RevokedOn}
	})
	listings := page.Of(p.Listings, k, limit, func(o OpenListing) []string { return []string{strconv.FormatInt(o.ID, 10)} }, func(o OpenListing) openListingView {
		return openListingView{o.Number, o.CompanyName, o.HazardText, o.Level, o.Body, o.ListedOn, o.FinishBy, o.DelistedOn}
	})
	return openView{p.AreaName, levels.Items, listings.Items, levels.Next + listings.Next}
}
