package training

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// FileRowView is a file in the list.
type FileRowView struct {
	StaffID     id.Of[id.Staff] `json:"staffId"`
	Name        string          `json:"name"`
	EmployeeNo  string          `json:"employeeNo"`
	UnitName    string          `json:"unitName"`
	PostName    string          `json:"postName"`
	JoinedOn    day.Date        `json:"joinedOn,omitzero"`
	LeftOn      day.Date        `json:"leftOn,omitzero"`
	KeepUntil   day.Date        `json:"keepUntil,omitzero" doc:"of somebody who left"`
	CardState   string          `json:"cardState" doc:"open, complete; empty: no card"`
	YearMinutes int             `json:"yearMinutes" doc:"of this year"`
	LastOn      day.Date        `json:"lastOn,omitzero" doc:"last training"`
	Exams       int             `json:"exams" doc:"passed"`
	Gaps        []string        `json:"gaps" nullable:"false" doc:"initial: no education before work on record; year: nothing this year"`
}

func viewFileRow(r FileRow) FileRowView {
	return FileRowView{r.StaffID, r.Name, r.EmployeeNo, r.UnitName, r.PostName, r.JoinedOn, r.LeftOn, keepUntil(r.LeftOn), r.CardState, r.YearMinutes, r.LastOn, r.Exams, r.gaps()}
}

type fileRecordView struct {
	HeldOn  day.Date `json:"heldOn"`
	Phase   string   `json:"phase"`
	Level   string   `json:"level"`
	Title   string   `json:"title"`
	Minutes int      `json:"minutes"`
	Trainer string   `json:"trainer"`
	Source  string   `json:"source"`
	Score   *int     `json:"score,omitempty"`
	Passed  *bool    `json:"passed,omitempty"`
}

type fileSumView struct {
	Year    int    `json:"year"`
	Phase   string `json:"phase"`
	Minutes int    `json:"minutes"`
}

type fileExamView struct {
	SittingID string   `json:"sittingId"`
	Title     string   `json:"title"`
	On        day.Date `json:"on"`
	Score     int      `json:"score"`
	Passed    bool     `json:"passed"`
	TryNo     int      `json:"tryNo"`
}

type fileCertificateView struct {
	Title   string   `json:"title"`
	Number  string   `json:"number" doc:"masked"`
	FromOn  day.Date `json:"fromOn,omitzero"`
	UntilOn day.Date `json:"untilOn,omitzero"`
	Status  string   `json:"status"`
}

type fileSignInView struct {
	Title   string   `json:"title"`
	HeldOn  day.Date `json:"heldOn"`
	How     string   `json:"how"`
	Minutes int      `json:"minutes"`
	Score   *int     `json:"score,omitempty"`
	Passed  *bool    `json:"passed,omitempty"`
}

type fileMoveView struct {
	PostName string   `json:"postName"`
	UnitName string   `json:"unitName"`
	Main     bool     `json:"main"`
	FromOn   day.Date `json:"fromOn"`
	UntilOn  day.Date `json:"untilOn,omitzero"`
}

// FileView is one file a person on the wire.
type FileView struct {
	FileRowView
	Cards        []CardView            `json:"cards" nullable:"false"`
	Records      []fileRecordView      `json:"records" nullable:"false"`
	Sums         []fileSumView         `json:"sums" nullable:"false"`
	Sat          []fileExamView        `json:"examList" nullable:"false"`
	Certificates []fileCertificateView `json:"certificates" nullable:"false"`
	SignIns      []fileSignInView      `json:"signIns" nullable:"false"`
	Moves        []fileMoveView        `json:"moves" nullable:"false"`
}

func viewFile(f File) FileView {
	v := FileView{FileRowView: viewFileRow(f.FileRow), Cards: viewCards(f.Cards).Cards, Sat: make([]fileExamView, len(f.Exams)), Certificates: make([]fileCertificateView, len(f.Certificates))}
	v.Records, v.Sums = make([]fileRecordView, len(f.Records)), make([]fileSumView, len(f.Sums))
	v.SignIns, v.Moves = make([]fileSignInView, len(f.SignIns)), make([]fileMoveView, len(f.Moves))
	v.Gaps = []string{} // of the list
	for i, r := range f.Records {
		v.Records[i] = fileRecordView(r)
	}
	for i, s := range f.Sums {
		v.Sums[i] = fileSumView(s)
	}
	for i, e := range f.Exams {
		v.Sat[i] = fileExamView{strconv.FormatInt(e.SittingID, 10), e.Title, e.On, e.Score, e.Passed, e.TryNo}
		if e.Passed {
			v.Exams++
		}
	}
	for i, c := range f.Certificates {
		v.Certificates[i] = fileCertificateView{c.Title, c.Number, c.FromOn, c.UntilOn, c.Status}
	}
	for i, s := range f.SignIns {
		v.SignIns[i] = fileSignInView{s.Title, s.HeldOn, s.How, s.Minutes, s.Score, s.Passed}
	}
	for i, m := range f.Moves {
		v.Moves[i] = fileMoveView(m)
	}
	return v
}

type oneFile struct {
	ID id.Of[id.Staff] `path:"id"`
}

func mountFiles(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listTrainingFiles", Route: "GET /training/files", Action: ActionFiles, Summary: "Training files, one a person", Faults: []*fault.Error{page.ErrCursor}}, s.getFiles)
	web.Handle(api, web.Op{ID: "getMyTrainingFile", Route: "GET /training/files/mine", Action: ActionFileOwn, Summary: "One's own training file", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getMyFile)
	web.Handle(api, web.Op{ID: "printMyTrainingFile", Route: "GET /training/files/mine/print", Action: ActionFileOwn, Summary: "Print one's own training file", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getMyFilePrint)
	web.Handle(api, web.Op{ID: "getTrainingFile", Route: "GET /training/files/{id}", Action: ActionFiles, Summary: "A person's training file", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getFile)
	web.Handle(api, web.Op{ID: "printTrainingFile", Route: "GET /training/files/{id}/print", Action: ActionFiles, Summary: "Print a person's training file", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getFilePrint)
}

func fileKey(r FileRow) []string { return []string{r.Name, r.StaffID.String()} }

func (s *Service) getFiles(ctx context.Context, in *FileFilter) (*web.Body[page.List[FileRowView]], error) {
	rows, k, err := s.FileList(ctx, *in)
	return &web.Body[page.List[FileRowView]]{Body: page.Of(rows, k, in.Limit, fileKey, viewFileRow)}, err
}

func (s *Service) getMyFile(ctx context.Context, _ *struct{}) (*web.Body[FileView], error) {
	f, err := s.MyFile(ctx)
	return &web.Body[FileView]{Body: viewFile(f)}, err
}

func (s *Service) getMyFilePrint(ctx context.Context, _ *struct{}) (*web.File, error) {
	p, err := s.PrintFile(ctx, 0)
	return web.Inline(p.Name, p.Content, err)
}

func (s *Service) getFile(ctx context.Context, in *oneFile) (*web.Body[FileView], error) {
	f, err := s.FileOf(ctx, in.ID)
	return &web.Body[FileView]{Body: viewFile(f)}, err
}

func (s *Service) getFilePrint(ctx context.Context, in *oneFile) (*web.File, error) {
	if in.ID == 0 {
		return nil, rbac.ErrNotFound
	}
	p, err := s.PrintFile(ctx, in.ID)
	return web.Inline(p.Name, p.Content, err)
}

func fileNamed(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "training.file-"+key, nil), text.English: text.Say(text.English, "training.file-"+key, nil)}
}

// FileColumns are the columns of the list of files.
func FileColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: fileNamed("name"), Kind: sheet.Text},
		{Key: "employeeNo", Title: fileNamed("employee-no"), Kind: sheet.Code},
		{Key: "unit", Title: fileNamed("unit"), Kind: sheet.Text, Width: 18},
		{Key: "post", Title: fileNamed("post"), Kind: sheet.Text},
		{Key: "joinedOn", Title: fileNamed("joined-on"), Kind: sheet.Date},
		{Key: "leftOn", Title: fileNamed("left-on"), Kind: sheet.Date},
		{Key: "card", Title: fileNamed("card"), Kind: sheet.Text},
		{Key: "hours", Title: fileNamed("hours"), Kind: sheet.Decimal},
		{Key: "lastOn", Title: fileNamed("last-on"), Kind: sheet.Date},
		{Key: "exams", Title: fileNamed("exams"), Kind: sheet.Int},
		{Key: "gaps", Title: fileNamed("gaps"), Kind: sheet.Text, Width: 28},
	}
}

// ExportFiles writes the files that FileList lists. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportFiles(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[FileFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.FileList(ctx, f)
	if err != nil {
		return nil, "", err
	}
	l := text.Of(ctx)
	list := page.Of(rows, k, limit, fileKey, func(r FileRow) FileRow { return r })
	for _, r := range list.Items {
		card, gaps := "", ""
		if r.CardState != "" {
			card = text.Say(l, "training.paper-state-"+r.CardState, nil)
		}
		for _, g := range r.gaps() {
			if gaps != "" {
				gaps += "；"
			}
			gaps += text.Say(l, "training.file-gap-"+g, nil)
		}
		out = append(out, sheet.Record{Values: []string{
			r.Name, r.EmployeeNo, r.UnitName, r.PostName, dayText(r.JoinedOn), dayText(r.LeftOn), card, hoursText(r.YearMinutes), dayText(r.LastOn), strconv.Itoa(r.Exams), gaps,
		}})
	}
	return out, list.Next, nil
}
