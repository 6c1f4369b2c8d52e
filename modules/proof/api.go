package proof

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"math"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/blob"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/rbac"
	"anbiao/web"
)

// PhotoView is the proof of a photo on the wire.
type PhotoView struct {
	AttachmentID id.Of[id.Attachment] `json:"attachmentId"`
	Code         string               `json:"code" doc:"as it is printed: 7K2M-9QXR-4TBD"`
	Phone        bool                 `json:"phone" doc:"a phone described the shot; else only the arrival is known"`
	DeviceAt     *time.Time           `json:"deviceAt,omitempty" doc:"by the device's clock"`
	ServerAt     time.Time            `json:"serverAt" doc:"when it arrived, by the server's clock"`
	DriftSeconds *int                 `json:"driftSeconds,omitempty" doc:"by how much the device's clock was slow; negative: fast. Noted, not judged"`
	Longitude    *float64             `json:"longitude,omitempty" doc:"WGS 84"`
	Latitude     *float64             `json:"latitude,omitempty"`
	Accuracy     *int                 `json:"accuracy,omitempty" doc:"metres"`
	Person       string               `json:"person"`
	Company      string               `json:"company" doc:"as it was called"`
	PointName    string               `json:"pointName"`
	Place        string               `json:"place"`
	ItemCode     string               `json:"itemCode"`
	SHA256       string               `json:"sha256" doc:"of the original, hex"`
	Display      string               `json:"displaySha256" doc:"of the copy with the watermark, hex"`
	Marked       bool                 `json:"marked" doc:"the copy that is shown carries a watermark"`
}

func photoView(p Proof) PhotoView {
	v := PhotoView{
		AttachmentID: p.AttachmentID, Code: grouped(p.Code), Phone: p.Phone, DeviceAt: p.DeviceAt, ServerAt: p.ServerAt, Person: p.PersonName, Company: p.CompanyName,
		PointName: p.PointName, Place: p.Place, ItemCode: p.ItemCode, SHA256: hex.EncodeToString(p.SHA256), Display: hex.EncodeToString(p.DisplaySHA256), Marked: p.Marked,
		Longitude: degrees(p.LongitudeE6, 1e6), Latitude: degrees(p.LatitudeE6, 1e6),
	}
	if d, ok := p.Drift(); ok {
		s := int(math.Round(d.Seconds()))
		v.DriftSeconds = &s
	}
	if p.AccuracyM != nil {
		m := int(*p.AccuracyM)
		v.Accuracy = &m
	}
	return v
}

// degrees turns millionths into degrees, rounded to one part in grain.
func degrees(micro *int32, grain float64) *float64 {
	if micro == nil {
		return nil
	}
	d := math.Round(float64(*micro)/1e6*grain) / grain
	return &d
}

// fullView is a proof verified anew, with all that somebody needs to verify it without us.
type fullView struct {
	PhotoView
	Standing  Standing `json:"standing" enum:"genuine,unbound,forged,altered,gone,unchecked" doc:"unbound: genuine, but part of no record"`
	Statement string   `json:"statement" doc:"the bytes that were signed"`
	Signature string   `json:"signature" doc:"Ed25519 over the statement, base64"`
	KeyID     string   `json:"keyId"`
	PublicKey string   `json:"publicKey" doc:"base64; empty for a key this program no longer has"`
}

// PublicView is what anybody is shown of a photo whose code he has.
type PublicView struct {
	Code         string     `json:"code"`
	Standing     Standing   `json:"standing" enum:"genuine,unbound,forged,altered,gone,unchecked" doc:"unbound: genuine, but part of no record"`
	Phone        bool       `json:"phone"`
	DeviceAt     *time.Time `json:"deviceAt,omitempty" doc:"by the device's clock"`
	ServerAt     time.Time  `json:"serverAt"`
	DriftSeconds *int       `json:"driftSeconds,omitempty"`
	Longitude    *float64   `json:"longitude,omitempty" doc:"to a hundredth of a degree, about a kilometre"`
	Latitude     *float64   `json:"latitude,omitempty"`
	Person       string     `json:"person" doc:"family name only"`
	Company      string     `json:"company"`
	PointName    string     `json:"pointName"`
	ItemCode     string     `json:"itemCode"`
	SHA256       string     `json:"sha256" doc:"of the original, hex"`
	Display      string     `json:"displaySha256" doc:"of the copy with the watermark, hex"`
	Marked       bool       `json:"marked"`
}

func publicView(t Told) PublicView {
	v := photoView(t.Proof)
	return PublicView{
		Code: v.Code, Standing: t.Standing, Phone: v.Phone, DeviceAt: v.DeviceAt, ServerAt: v.ServerAt, DriftSeconds: v.DriftSeconds,
		Longitude: degrees(t.LongitudeE6, 100), Latitude: degrees(t.LatitudeE6, 100), Person: seal.MaskName(v.Person), Company: v.Company, PointName: v.PointName,
		ItemCode: v.ItemCode, SHA256: v.SHA256, Display: v.Display, Marked: v.Marked,
	}
}

type photoList struct {
	Items []PhotoView `json:"items" nullable:"false"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listPhotoProofs", Route: "GET /proof/photos", Action: ActionRead, Summary: "What is known of photos: those of the files that the reader may see",
		Faults: []*fault.Error{ErrTooManyAsks},
	}, s.getPhotos)
	web.Handle(api, web.Op{
		ID: "getPhotoProof", Route: "GET /proof/photos/{id}", Action: ActionRead, Summary: "Verify the proof of one photo anew: signature and kept original",
		Faults: []*fault.Error{rbac.ErrNotFound, blob.ErrUnavailable},
	}, s.getPhoto)
	web.Handle(api, web.Op{
		ID: "verifyPhotoCode", Route: "GET /proof/codes/{code}", Action: ActionVerify, Public: true, Summary: "What stands behind the code on a photo, for anybody",
		Faults: []*fault.Error{ErrCode, rbac.ErrNotFound, blob.ErrUnavailable},
	}, s.getCode)
	mountSignals(api, s)
}

func (s *Service) getPhotos(ctx context.Context, in *struct {
	Files string `query:"files" pattern:"^[0-9]{1,19}(,[0-9]{1,19})*$" maxLength:"4000" required:"true" doc:"attachment ids, separated by commas"`
},
) (*web.Body[photoList], error) {
	var files []id.Of[id.Attachment]
	for part := range strings.SplitSeq(in.Files, ",") {
		var n id.Of[id.Attachment]
		if err := n.UnmarshalText([]byte(part)); err != nil {
			continue // beyond any id: none of that number
		}
		files = append(files, n)
	}
	found, err := s.Photos(ctx, files)
	out := photoList{Items: make([]PhotoView, len(found))}
	for i, t := range found {
		out.Items[i] = photoView(t.Proof)
	}
	return &web.Body[photoList]{Body: out}, err
}

func (s *Service) getPhoto(ctx context.Context, in *struct {
	ID id.Of[id.Attachment] `path:"id" doc:"of the file"`
},
) (*web.Body[fullView], error) {
	t, err := s.Photo(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[fullView]{Body: fullView{
		photoView(t.Proof), t.Standing, string(t.Statement()), base64.StdEncoding.EncodeToString(t.Signature), t.KeyID, base64.StdEncoding.EncodeToString(t.Key),
	}}, nil
}

func (s *Service) getCode(ctx context.Context, in *struct {
	Code string `path:"code" maxLength:"40" doc:"with or without hyphens"`
},
) (*web.Body[PublicView], error) {
	t, err := s.Code(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	return &web.Body[PublicView]{Body: publicView(t)}, nil
}
