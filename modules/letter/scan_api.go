package letter

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// ScanForm is the form a scan is sent in.
type ScanForm struct {
	Files    []huma.FormFile `form:"files" required:"true" doc:"one PDF of the scanner, or several pictures, in order"`
	SignedOn string          `form:"signedOn" format:"date" maxLength:"10" required:"true" doc:"as it is written on the paper"`
}

func mountScans(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "uploadLetterScan", Route: "POST /letter/rounds/{id}/scans", Action: ActionFile, Summary: "Upload a scan of signed letters, to be filed by the code on each page",
		Upload: MaxScanBytes, Faults: []*fault.Error{rbac.ErrNotFound, ErrNoFile, ErrFileType, ErrSignedOn, blob.ErrUnavailable, blob.ErrFull},
	}, s.postScan)
	web.Handle(api, web.Op{
		ID: "listLetterScans", Route: "GET /letter/rounds/{id}/scans", Action: ActionFile, Summary: "List the scans of a round",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getScans)
	web.Handle(api, web.Op{
		ID: "getLetterScan", Route: "GET /letter/scans/{id}", Action: ActionFile, Summary: "Read what became of a scan's pages",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getScan)
	web.Handle(api, web.Op{
		ID: "fileLetterPage", Route: "POST /letter/pages/{id}/file", Action: ActionFile, Summary: "File a page by hand, or put it aside", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrReading, ErrFiled, ErrPageNumber, ErrOtherRound, ErrDraft, ErrSuperseded},
	}, s.postPage)
	web.Handle(api, web.Op{
		ID: "getLetterPage", Route: "GET /letter/pages/{id}/picture", Action: ActionRead, Summary: "Read the picture of a scanned page",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPage)
}

func (s *Service) postScan(ctx context.Context, in *struct {
	ID      id.Of[Round] `path:"id"`
	RawBody huma.MultipartFormFiles[ScanForm]
},
) (*web.Body[web.Made], error) {
	form := in.RawBody.Data()
	files := make([]Incoming, len(form.Files))
	for i, f := range form.Files {
		files[i] = Incoming{f.Filename, f.Size, f}
	}
	on, err := day.Parse(form.SignedOn)
	if err != nil {
		return nil, ErrSignedOn.At("body.signedOn").Because(err)
	}
	return web.MadeOf(s.Upload(ctx, in.ID, on, files))
}

type scanView struct {
	ID         id.Of[Scan]  `json:"id"`
	RoundID    id.Of[Round] `json:"roundId"`
	Files      []string     `json:"files" nullable:"false" doc:"names"`
	SignedOn   day.Date     `json:"signedOn"`
	State      string       `json:"state" enum:"reading,done,failed"`
	FaultCode  string       `json:"faultCode" doc:"why it failed, a code of the texts"`
	Pages      int          `json:"pages" doc:"read so far"`
	Filed      int          `json:"filed" doc:"letters signed by it"`
	UploadedBy string       `json:"uploadedBy"`
	UploadedAt time.Time    `json:"uploadedAt"`
}

func viewScan(s Scan) scanView {
	v := scanView{s.ID, s.RoundID, make([]string, len(s.Files.V)), s.SignedOn, s.State, s.FaultCode, s.Pages, s.Filed, s.UploadedName, s.UploadedAt}
	for i, f := range s.Files.V {
		v.Files[i] = f.Name
	}
	return v
}

type pageView struct {
	ID       id.Of[Page]       `json:"id"`
	N        int               `json:"n" doc:"in the scan"`
	Picture  bool              `json:"picture" doc:"false: the page held none"`
	LetterID *id.Of[id.Letter] `json:"letterId,omitempty"`
	Letter   string            `json:"letter" doc:"number and name; empty: not filed"`
	Page     int               `json:"page" doc:"of the letter; 0: not filed"`
	Of       int               `json:"of"`
	ByHand   bool              `json:"byHand"`
	Problem  string            `json:"problem" doc:"no-picture, no-code, unknown-code, superseded, put-aside; empty: filed"`
}

func viewPage(p Page, letters map[id.Of[id.Letter]]Letter, year int) pageView {
	v := pageView{ID: p.ID, N: p.N, Picture: p.BlobKey != "", LetterID: p.LetterID, ByHand: p.ByHand, Problem: p.Problem}
	if p.LetterID != nil {
		if l, ok := letters[*p.LetterID]; ok {
			v.Letter = l.Code(year) + " " + l.StaffName
		}
		v.Page, v.Of = *p.Page, *p.OfPages
	}
	return v
}

type missingView struct {
	LetterID id.Of[id.Letter] `json:"letterId"`
	Letter   string           `json:"letter"`
	Pages    []int            `json:"pages" nullable:"false"`
}

type bundleView struct {
	Scan    scanView      `json:"scan"`
	Pages   []pageView    `json:"pages" nullable:"false"`
	Missing []missingView `json:"missing" nullable:"false" doc:"pages that are not there yet, of letters of which others are"`
}

func viewBundle(b Bundle) bundleView {
	v := bundleView{Scan: viewScan(b.Scan), Pages: make([]pageView, len(b.Pages)), Missing: []missingView{}}
	for i, p := range b.Pages {
		v.Pages[i] = viewPage(p, b.Letters, b.Year)
	}
	for _, n := range lettersIn(b.Pages) {
		if pages, ok := b.Lacking[n]; ok {
			l := b.Letters[n]
			v.Missing = append(v.Missing, missingView{n, l.Code(b.Year) + " " + l.StaffName, pages})
		}
	}
	return v
}

type scansInput struct {
	ID id.Of[Round] `path:"id"`
	page.Query
}

func (s *Service) getScans(ctx context.Context, in *scansInput) (*web.Body[page.List[scanView]], error) {
	rows, k, err := s.Scans(ctx, in.ID, in.Query)
	return &web.Body[page.List[scanView]]{Body: page.Of(rows, k, in.Limit, func(s Scan) []string { return []string{s.ID.String()} }, viewScan)}, err
}

func (s *Service) getScan(ctx context.Context, in *struct {
	ID id.Of[Scan] `path:"id"`
},
) (*web.Body[bundleView], error) {
	b, err := s.Scan(ctx, in.ID)
	return &web.Body[bundleView]{Body: viewBundle(b)}, err
}

func (s *Service) postPage(ctx context.Context, in *struct {
	ID   id.Of[Page] `path:"id"`
	Body Filing
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Place(ctx, in.ID, in.Body))
}

func (s *Service) getPage(ctx context.Context, in *struct {
	ID id.Of[Page] `path:"id"`
},
) (*web.File, error) {
	b, err := s.PagePicture(ctx, in.ID)
	return web.Picture(b, err)
}
