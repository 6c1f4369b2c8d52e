package evidence

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"html/template"
	"io"
	"path"
	"strings"
	"time"

	_ "embed"
)

// pack writes a package: each file once, straight into the zip, with its hash taken on the way.
type pack struct {
	zip     *zip.Writer
	sum     hash.Hash // of the whole
	bytes   int64
	entries []entry
	taken   map[string]bool
	missing []string // files that the store has lost
	at      time.Time
}

// entry is a line of the index and the manifest.
type entry struct {
	Chapter string
	Path    string
	Title   string
	Size    int64
	SHA256  string
	Rows    int // of a list
}

func newPack(w io.Writer, at time.Time) *pack {
	p := &pack{sum: sha256.New(), taken: map[string]bool{}, at: at}
	p.zip = zip.NewWriter(io.MultiWriter(w, p.sum, counted{&p.bytes}))
	return p
}

// counted counts what is written.
type counted struct{ n *int64 }

// Write counts b.
func (c counted) Write(b []byte) (int, error) {
	*c.n += int64(len(b))
	return len(b), nil
}

// add writes one file; fill yields its bytes. Errors: ErrTooLarge, and those of fill.
func (p *pack) add(e entry, fill func(io.Writer) error) error {
	if len(p.entries) >= maxFiles || p.bytes > maxBytes {
		return ErrTooLarge
	}
	e.Path = p.free(safe(e.Path))
	method := zip.Deflate
	switch path.Ext(e.Path) {
	case ".jpg", ".jpeg", ".png", ".xlsx", ".pdf": // packed already
		method = zip.Store
	}
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: e.Path, Method: method, Modified: p.at}) // a name beyond ASCII is flagged as UTF-8
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := fill(io.MultiWriter(w, sum, counted{&e.Size})); err != nil {
		return err
	}
	e.SHA256 = hex.EncodeToString(sum.Sum(nil))
	p.entries = append(p.entries, e)
	return nil
}

// free returns the path, or one beside it that is not taken. Windows does not tell case apart.
func (p *pack) free(name string) string {
	ext := path.Ext(name)
	for n, try := 2, name; ; n++ {
		if !p.taken[strings.ToLower(try)] {
			p.taken[strings.ToLower(try)] = true
			return try
		}
		try = fmt.Sprintf("%s(%d)%s", strings.TrimSuffix(name, ext), n, ext)
	}
}

// cover is what the index says of the package.
type cover struct {
	Company, USCC, Span, MadeBy, MadeAt string
	Chapters                            []section
	Files                               int
	Missing                             []string
}

type section struct {
	Title string
	Files []entry
}

//go:embed index.html
var indexHTML string

var indexPage = template.Must(template.New("index").Funcs(template.FuncMap{
	"short": func(s string) string { return s[:12] },
	"size":  func(n int64) string { return fmt.Sprintf("%.1f KB", float64(n)/1024) },
}).Parse(indexHTML))

// finish writes index and manifest and ends the package.
func (p *pack) finish(c cover) error {
	listed := p.entries
	for _, e := range listed {
		if n := len(c.Chapters); n == 0 || c.Chapters[n-1].Title != e.Chapter {
			c.Chapters = append(c.Chapters, section{Title: e.Chapter})
		}
		last := &c.Chapters[len(c.Chapters)-1]
		last.Files = append(last.Files, e)
	}
	c.Files, c.Missing = len(listed), p.missing
	if err := p.add(entry{Path: "目录.html"}, func(w io.Writer) error { return indexPage.Execute(w, c) }); err != nil {
		return err
	}
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: "MANIFEST.sha256", Method: zip.Deflate, Modified: p.at})
	if err != nil {
		return err
	}
	for _, e := range p.entries {
		if _, err := fmt.Fprintf(w, "%s  %s\n", e.SHA256, e.Path); err != nil {
			return err
		}
	}
	return p.zip.Close()
}

func (p *pack) sha256() string { return hex.EncodeToString(p.sum.Sum(nil)) }
