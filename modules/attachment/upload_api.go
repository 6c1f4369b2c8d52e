package attachment

import (
	"context"
	"encoding/hex"
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"anbiao/kit/blob"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/web"
)

// AnnouncedForm announces a file that will be sent in pieces.
type AnnouncedForm struct {
	ClientID uuid.UUID `json:"clientId" format:"uuid" doc:"made by the phone; of the file to be"`
	Name     string    `json:"name" maxLength:"200"`
	Bytes    int       `json:"bytes" minimum:"1" maximum:"15728640"`
	SHA256   string    `json:"sha256" pattern:"^[0-9a-f]{64}$" doc:"of the whole file, hex"`
	Shot     string    `json:"shot" required:"false" maxLength:"2000" doc:"JSON, as in the form of a file sent at once"`
}

// PieceForm is the form a piece is sent in.
type PieceForm struct {
	File     huma.FormFile `form:"file" required:"true"`
	ClientID string        `form:"clientId" format:"uuid" maxLength:"36" required:"true"`
	Offset   int           `form:"offset" required:"true" minimum:"0" maximum:"15728640" doc:"bytes before this piece"`
}

type progressView struct {
	Received int                  `json:"received" doc:"bytes that are there; the next piece begins here"`
	ID       id.Of[id.Attachment] `json:"id" doc:"of the file, once it is whole; else empty"`
	Piece    int                  `json:"piece" doc:"bytes a piece may have, at most"`
}

func progressOf(p Progress, err error) (*web.Body[progressView], error) {
	return &web.Body[progressView]{Body: progressView{p.Received, p.File, MaxPiece}}, err
}

func mountUploads(api huma.API, s *Service) {
	shape := []*fault.Error{
		ErrEmpty, ErrTooLarge, ErrClientID, ErrContent, ErrDrafts, ErrTorn, photo.ErrType, photo.ErrHEIC, photo.ErrMacro, photo.ErrBroken, photo.ErrPixels,
		blob.ErrUnavailable, blob.ErrFull,
	}
	web.Handle(api, web.Op{
		ID: "beginUpload", Route: "POST /attachment/uploads", Action: ActionUpload, Summary: "Announce a file to be sent in pieces, or ask how far it has come",
		Exempt: true, Status: 200, Faults: append([]*fault.Error{ErrHash, ErrShot, ErrShotTime, ErrShotPlace}, shape...),
	}, s.postUpload)
	web.Handle(api, web.Op{
		ID: "sendPiece", Route: "POST /attachment/uploads/pieces", Action: ActionUpload, Summary: "Send the next piece of a file; the last one makes it",
		Exempt: true, Status: 200, Upload: MaxPiece + envelope, Faults: append([]*fault.Error{ErrNoUpload, ErrOffset, ErrPiece}, shape...),
	}, s.postPiece)
}

func (s *Service) postUpload(ctx context.Context, in *web.Body[AnnouncedForm]) (*web.Body[progressView], error) {
	shot, err := ParseShot(in.Body.Shot)
	if err != nil {
		return nil, err
	}
	sum, err := hex.DecodeString(in.Body.SHA256)
	if err != nil {
		return nil, ErrHash.At("body.sha256").Because(err)
	}
	return progressOf(s.Begin(ctx, Announced{in.Body.ClientID, in.Body.Name, in.Body.Bytes, sum, shot}))
}

func (s *Service) postPiece(ctx context.Context, in *struct {
	RawBody huma.MultipartFormFiles[PieceForm]
},
) (*web.Body[progressView], error) {
	form := in.RawBody.Data()
	piece, err := io.ReadAll(io.LimitReader(form.File, MaxPiece+1))
	if err != nil {
		return nil, err
	}
	client, err := uuid.Parse(form.ClientID)
	if err != nil {
		return nil, ErrClientID.At("body.clientId").Because(err)
	}
	return progressOf(s.Append(ctx, client, form.Offset, piece))
}
