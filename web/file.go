package web

import (
	"mime"
	"net/http"
	"path"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"anbiao/kit/blob"
)

// File is a file as an answer. Nobody else's bytes run anything in our pages.
type File struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

// alone keeps what is in a file from doing anything but being looked at.
const alone = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"

// typeOf are the types of the files we write, by the ending of their names.
var typeOf = map[string]string{
	".pdf":  "application/pdf",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".jpg":  "image/jpeg",
	".json": "application/json",
	".yaml": "application/yaml",
	".zip":  "application/zip",
}

// Download answers content to be kept under name, whose ending tells its type; or err.
func Download(name string, content []byte, err error) (*File, error) {
	f, err := Inline(name, content, err)
	if err == nil {
		f.Disposition, f.Policy = mime.FormatMediaType("attachment", map[string]string{"filename": name}), alone
	}
	return f, err
}

// Inline answers content to be looked at, and kept under name if the reader wants to; or err.
func Inline(name string, content []byte, err error) (*File, error) {
	if err != nil {
		return nil, err
	}
	return &File{Type: kindOf(name), Disposition: mime.FormatMediaType("inline", map[string]string{"filename": name}), Body: content}, nil
}

// Picture answers a photograph that is shown within a page; or err.
func Picture(jpeg []byte, err error) (*File, error) {
	f, err := Inline("picture.jpg", jpeg, err)
	if err == nil {
		f.Disposition, f.Policy = "inline", alone
	}
	return f, err
}

// Serve answers a kept file as a download that no cache keeps; a large one may be fetched in parts. Or err.
func Serve(f blob.Kept, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer func() { _ = f.Close() }()
		g := humagin.Unwrap(hc)
		h := g.Writer.Header()
		h.Set("Content-Type", kindOf(f.Name))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", alone)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		h.Set("Cache-Control", "private, no-store")
		http.ServeContent(g.Writer, g.Request, "", f.FinishedAt, f)
	}}, nil
}

// kindOf is the type of a file by the ending of its name.
func kindOf(name string) string {
	if kind, known := typeOf[path.Ext(name)]; known {
		return kind
	}
	return "application/octet-stream"
}
