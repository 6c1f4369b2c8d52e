package webtest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/textproto"
)

// File is one file of an upload.
type File struct {
	Field, Name string
	Type        string // content type it claims; empty for application/octet-stream
	Content     []byte
}

// Upload posts files and fields as a browser's form does.
func (c Client) Upload(path string, fields map[string]string, files ...File) Answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		check(w.WriteField(name, value))
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", multipart.FileContentDisposition(f.Field, f.Name))
		h.Set("Content-Type", f.Type)
		if f.Type == "" {
			h.Set("Content-Type", "application/octet-stream")
		}
		part, err := w.CreatePart(h)
		check(err)
		_, err = part.Write(f.Content)
		check(err)
	}
	check(w.Close())
	return c.With("Content-Type", w.FormDataContentType()).Do(http.MethodPost, path, &body)
}

// check stops on what writing to memory cannot do.
func check(err error) {
	if err != nil {
		panic(err)
	}
}
