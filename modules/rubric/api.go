package rubric

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/scoring"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// ProblemView is what keeps a table from being published.
type ProblemView struct {
	At      string `json:"at" doc:"Code of the element or item; empty: the table"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// TroubleView is what was not read of a file.
type TroubleView struct {
	Row     int    `json:"row" doc:"Row or line; 0: the file"`
	Cell    string `json:"cell" doc:"As Excel shows it: C5"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// OneView is a version with its table.
type OneView struct {
	Listed
	Revision int             `json:"revision"`
	Table    *scoring.Rubric `json:"table"`
	Problems []ProblemView   `json:"problems" nullable:"false"`
	Sums     []Sum           `json:"sums" nullable:"false"`
	May      []string        `json:"may" nullable:"false" doc:"edit, publish, discard, retire, copy"`
}

// CheckView is what is to be said of a table that is not stored.
type CheckView struct {
	Problems []ProblemView `json:"problems" nullable:"false"`
	Sums     []Sum         `json:"sums" nullable:"false"`
}

// ReadView is a table read from a file, not stored.
type ReadView struct {
	CheckView
	Table    *scoring.Rubric `json:"table"`
	Origin   Origin          `json:"origin" enum:"excel,yaml"`
	Troubles []TroubleView   `json:"troubles" nullable:"false"`
}

// DraftBody is a table to begin with.
type DraftBody struct {
	Table  *scoring.Rubric `json:"table"`
	Origin Origin          `json:"origin" enum:"editor,excel,yaml" default:"editor"`
	Region string          `json:"region,omitempty" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"An authority's own area; empty: its first"`
}

// CopyBody names a table that begins as another.
type CopyBody struct {
	Code    string `json:"code" minLength:"2" maxLength:"64" pattern:"^[a-z0-9][a-z0-9-]*$"`
	Version string `json:"version" minLength:"1" maxLength:"32" pattern:"^[0-9A-Za-z][0-9A-Za-z.-]*$"`
	Region  string `json:"region,omitempty" maxLength:"15" pattern:"^[0-9A-Z]*$"`
}

// SaveBody is a draft as it shall be.
type SaveBody struct {
	Revision int             `json:"revision" minimum:"1" maximum:"1000000" doc:"The one that was read"`
	Table    *scoring.Rubric `json:"table"`
}

// RevisionBody names what was read.
type RevisionBody struct {
	Revision int `json:"revision" minimum:"1" maximum:"1000000"`
}

// TableBody is a table to be looked at.
type TableBody struct {
	Table *scoring.Rubric `json:"table"`
}

type one struct {
	ID id.Of[id.Rubric] `path:"id"`
}

// ReadForm is the form a file is sent in.
type ReadForm struct {
	File huma.FormFile `form:"file" required:"true" doc:"xlsx, CSV or YAML"`
}

// Mount registers the module's operations.
func Mount(api huma.API, s *Service) {
	missing, drafting := []*fault.Error{rbac.ErrNotFound}, []*fault.Error{rbac.ErrNotFound, ErrName, ErrTaken, ErrRegion, ErrTooMuch}
	changing := append([]*fault.Error{ErrFrozen, ErrMoved}, drafting...)
	web.Handle(api, web.Op{ID: "listRubrics", Route: "GET /rubric/rubrics", Action: ActionRead, Summary: "List scoring tables", Faults: []*fault.Error{page.ErrCursor}}, s.getList)
	web.Handle(api, web.Op{ID: "getRubric", Route: "GET /rubric/rubrics/{id}", Action: ActionRead, Summary: "Read a scoring table", Faults: missing}, s.getOne)
	web.Handle(api, web.Op{ID: "beginRubric", Route: "POST /rubric/rubrics", Action: ActionKeep, Summary: "Begin a draft of a scoring table", Faults: drafting}, s.post)
	web.Handle(api, web.Op{ID: "copyRubric", Route: "POST /rubric/rubrics/{id}/copy", Action: ActionKeep, Summary: "Begin a draft from a table that is there", Faults: drafting}, s.postCopy)
	web.Handle(api, web.Op{ID: "saveRubric", Route: "PUT /rubric/rubrics/{id}", Action: ActionKeep, Summary: "Save a draft", Faults: changing}, s.put)
	web.Handle(api, web.Op{ID: "discardRubric", Route: "DELETE /rubric/rubrics/{id}", Action: ActionKeep, Summary: "Discard a draft", Faults: append(missing, ErrFrozen)}, s.remove)
	web.Handle(api, web.Op{ID: "publishRubric", Route: "POST /rubric/rubrics/{id}/publish", Action: ActionPublish, Summary: "Publish a draft", Status: http.StatusOK, Faults: append(missing, ErrFrozen, ErrMoved, ErrUnsound)}, s.postPublish)
	web.Handle(api, web.Op{ID: "retireRubric", Route: "POST /rubric/rubrics/{id}/retire", Action: ActionPublish, Summary: "Retire a published table", Status: http.StatusOK, Faults: append(missing, ErrNotPublished)}, s.postRetire)
	web.Handle(api, web.Op{ID: "checkRubric", Route: "POST /rubric/check", Action: ActionKeep, Summary: "Check a table; nothing is kept", Exempt: true, Status: http.StatusOK}, s.postCheck)
	web.Handle(api, web.Op{
		ID: "readRubricFile", Route: "POST /rubric/files", Action: ActionKeep, Summary: "Read a table from a workbook or a YAML file; nothing is kept", Exempt: true, Status: http.StatusOK, Upload: MaxFile + 64<<10,
		Faults: []*fault.Error{ErrFile, sheet.ErrTooLarge, sheet.ErrTooManyRows, sheet.ErrEmpty, sheet.ErrOldFormat, sheet.ErrEncrypted, sheet.ErrProtected, sheet.ErrUnreadable, sheet.ErrNotSheet},
	}, s.postFile)
	mountPaper(api, s)
}

func (s *Service) getList(ctx context.Context, in *Filter) (*web.Body[page.List[Listed]], error) {
	rows, k, err := s.List(ctx, *in)
	list := page.Of(rows, k, in.Limit, func(l Listed) []string { return []string{l.ID.String()} }, func(l Listed) Listed { return l })
	return &web.Body[page.List[Listed]]{Body: list}, err
}

func (s *Service) getOne(ctx context.Context, in *one) (*web.Body[OneView], error) {
	o, err := s.ByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c := checkView(ctx, o.Table)
	return &web.Body[OneView]{Body: OneView{o.Listed, o.Revision, o.Table, c.Problems, c.Sums, o.May}}, nil
}

func (s *Service) post(ctx context.Context, in *web.Body[DraftBody]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Begin(ctx, in.Body.Table, in.Body.Origin, in.Body.Region))
}

func (s *Service) postCopy(ctx context.Context, in *struct {
	ID   id.Of[id.Rubric] `path:"id"`
	Body CopyBody
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Copy(ctx, in.ID, in.Body.Code, in.Body.Version, in.Body.Region))
}

func (s *Service) put(ctx context.Context, in *struct {
	ID   id.Of[id.Rubric] `path:"id"`
	Body SaveBody
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Save(ctx, in.ID, in.Body.Revision, in.Body.Table))
}

func (s *Service) remove(ctx context.Context, in *one) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Discard(ctx, in.ID))
}

func (s *Service) postPublish(ctx context.Context, in *struct {
	ID   id.Of[id.Rubric] `path:"id"`
	Body RevisionBody
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Publish(ctx, in.ID, in.Body.Revision))
}

func (s *Service) postRetire(ctx context.Context, in *one) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Retire(ctx, in.ID))
}

func (s *Service) postCheck(ctx context.Context, in *web.Body[TableBody]) (*web.Body[CheckView], error) {
	if err := s.Allowed(ctx); err != nil {
		return nil, err
	}
	return &web.Body[CheckView]{Body: checkView(ctx, in.Body.Table)}, nil
}

func (s *Service) postFile(ctx context.Context, in *struct {
	RawBody huma.MultipartFormFiles[ReadForm]
},
) (*web.Body[ReadView], error) {
	if err := s.Allowed(ctx); err != nil {
		return nil, err
	}
	f := in.RawBody.Data().File
	b, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, err
	}
	r, err := ReadFile(f.Filename, b)
	return &web.Body[ReadView]{Body: readView(ctx, r)}, err
}

func readView(ctx context.Context, r Read) ReadView {
	v := ReadView{Table: r.Table, Origin: r.Origin, Troubles: []TroubleView{}}
	if r.Table == nil {
		return v
	}
	v.CheckView = checkView(ctx, r.Table)
	for _, t := range r.Troubles {
		v.Troubles = append(v.Troubles, TroubleView{t.Row, t.Cell, t.Code, text.Say(text.Of(ctx), t.Code, t.Params)})
	}
	return v
}

// checkView is the check of a table in the reader's language.
func checkView(ctx context.Context, r *scoring.Rubric) CheckView {
	v := CheckView{Problems: []ProblemView{}, Sums: append([]Sum{}, Sums(r)...)}
	for _, p := range problemsOf(r) {
		code := "scoring.problem." + p.Code
		v.Problems = append(v.Problems, ProblemView{p.At, code, text.Say(text.Of(ctx), code, p.Args)})
	}
	return v
}
