package attachment

import (
	"context"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/google/uuid"

	"anbiao/kit/blob"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/rbac"
	"anbiao/web"
)

type fileView struct {
	ID         id.Of[id.Attachment] `json:"id"`
	Name       string               `json:"name"`
	MediaType  string               `json:"mediaType"`
	Bytes      int                  `json:"bytes"`
	SHA256     string               `json:"sha256" doc:"of the original, hex"`
	Width      int                  `json:"width" doc:"of the picture shown, pixels; 0 for documents"`
	Height     int                  `json:"height"`
	TakenAt    *time.Time           `json:"takenAt,omitempty" doc:"as the phone says"`
	UploadedAt time.Time            `json:"uploadedAt"`
	UploadedBy string               `json:"uploadedBy" doc:"name"`
	Bound      bool                 `json:"bound" doc:"belongs to something; if not it is removed after a day"`
}

func view(f File) fileView {
	v := fileView{
		ID: f.ID, Name: f.Name, MediaType: f.MediaType, Bytes: f.Bytes, SHA256: hex.EncodeToString(f.SHA256), TakenAt: f.TakenAt,
		UploadedAt: f.UploadedAt, UploadedBy: f.UploadedName, Bound: f.BoundNoun != nil,
	}
	if f.Width != nil && f.Height != nil {
		v.Width, v.Height = *f.Width, *f.Height
	}
	return v
}

// UploadForm is the form a file is sent in.
type UploadForm struct {
	File     huma.FormFile `form:"file" required:"true"`
	ClientID string        `form:"clientId" format:"uuid" maxLength:"36" required:"true" doc:"made by the phone; sending the same file again changes nothing"`
	Company  string        `form:"companyId" required:"false" maxLength:"19" doc:"for regulators: whose site they are on"`
	TakenAt  time.Time     `form:"takenAt" required:"false"`
	Shot     string        `form:"shot" required:"false" maxLength:"2000" doc:"JSON of what the phone says about a photo: takenAt, longitude?, latitude?, accuracy? (metres), pointId?, taskId?, itemCode?, clockMs? (server less phone), deviceNow?"`
}

// envelope is what a multipart form adds to a file, at most.
const envelope = 64 << 10

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "uploadFile", Route: "POST /attachment/files", Action: ActionUpload, Summary: "Upload a file, to be claimed by something within a day",
		Upload: MaxBytes + envelope, Faults: []*fault.Error{
			ErrEmpty, ErrTooLarge, ErrClientID, ErrContent, ErrDrafts, ErrShot, ErrShotTime, ErrShotPlace, photo.ErrType, photo.ErrHEIC, photo.ErrMacro, photo.ErrBroken, photo.ErrPixels,
			blob.ErrUnavailable, blob.ErrFull, rbac.ErrNotFound,
		},
	}, s.postFile)
	mountUploads(api, s)
	web.Handle(api, web.Op{
		ID: "getFile", Route: "GET /attachment/files/{id}", Action: ActionRead, Summary: "Read what is known of a file",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getFile)
	web.Handle(api, web.Op{
		ID: "getFileContent", Route: "GET /attachment/files/{id}/content", Action: ActionRead, Summary: "Read a file's content",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrBlobGone, ErrNoPicture, blob.ErrUnavailable},
	}, s.getContent)
}

func (s *Service) postFile(ctx context.Context, in *struct {
	RawBody huma.MultipartFormFiles[UploadForm]
},
) (*web.Body[web.Made], error) {
	u, err := in.RawBody.Data().read()
	if err != nil {
		return nil, err
	}
	return web.MadeOf(s.Upload(ctx, u))
}

// read takes the form apart. Errors: ErrClientID, those of ParseShot.
func (f *UploadForm) read() (u Upload, err error) {
	u = Upload{Name: f.File.Filename, TakenAt: f.TakenAt}
	if u.ClientID, err = uuid.Parse(f.ClientID); err != nil {
		return u, ErrClientID.At("body.clientId").Because(err)
	}
	if err := u.Company.UnmarshalText([]byte(f.Company)); err != nil {
		return u, rbac.ErrNotFound
	}
	if u.Shot, err = ParseShot(f.Shot); err != nil {
		return u, err
	}
	u.Content, err = io.ReadAll(io.LimitReader(f.File, MaxBytes+1))
	return u, err
}

type fileInput struct {
	ID id.Of[id.Attachment] `path:"id"`
}

func (s *Service) getFile(ctx context.Context, in *fileInput) (*web.Body[fileView], error) {
	f, err := s.File(ctx, in.ID)
	return &web.Body[fileView]{Body: view(f)}, err
}

func (s *Service) getContent(ctx context.Context, in *struct {
	ID   id.Of[id.Attachment] `path:"id"`
	Size Size                 `query:"size" enum:"display,thumb,original" default:"display"`
},
) (*huma.StreamResponse, error) {
	c, err := s.Open(ctx, in.ID, in.Size)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { serve(hc, c) }}, nil
}

// serve answers ranges and conditional requests too. A file never changes, so its hash is
// its tag; nothing but the reader's own browser may keep it.
func serve(hc huma.Context, c Content) {
	defer func() { _ = c.Close() }()
	g := humagin.Unwrap(hc)
	how := "attachment"
	if c.Inline {
		how = "inline"
	}
	h := g.Writer.Header()
	h.Set("Content-Type", c.MediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox")
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": c.File.Name}))
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("ETag", `"`+hex.EncodeToString(c.File.SHA256)+"-"+string(c.Size)+`"`)
	http.ServeContent(g.Writer, g.Request, "", c.File.UploadedAt, c)
}
