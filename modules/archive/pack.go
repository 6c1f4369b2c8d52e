package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"anbiao/kit/blob"
	"anbiao/kit/db"
)

// pack writes an export: each file once, straight into the zip, with its hash taken on the way.
type pack struct {
	zip     *zip.Writer
	sum     hash.Hash // of the whole
	bytes   int64
	entries []entry
	missing []string // files that the store has lost
	at      time.Time
}

// entry is a line of the manifest.
type entry struct {
	Path   string `json:"path"`
	Table  string `json:"table,omitempty"`
	Rows   int64  `json:"rows,omitempty"`
	Size   int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func newPack(w io.Writer, at time.Time) *pack {
	p := &pack{sum: sha256.New(), at: at}
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
	if p.bytes > maxBytes {
		return ErrTooLarge
	}
	method := zip.Deflate
	switch strings.ToLower(path.Ext(e.Path)) {
	case ".jpg", ".jpeg", ".png", ".xlsx", ".docx", ".pdf", ".mp4": // packed already
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

func (p *pack) sha256() string { return hex.EncodeToString(p.sum.Sum(nil)) }

// contents is what manifest.json says of an export.
type contents struct {
	Company   string    `json:"companyId"`
	OrderedAt time.Time `json:"orderedAt"`
	OrderedBy string    `json:"orderedBy"`
	Opened    bool      `json:"sealedValuesOpened"`
	Entries   []entry   `json:"files"`
	Missing   []string  `json:"filesMissing"`
	Left      []string  `json:"tablesLeftOut"`
}

// finish writes the manifests and ends the export.
func (p *pack) finish(c contents) error {
	c.Entries, c.Missing = p.entries, append([]string{}, p.missing...)
	about, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	err = p.add(entry{Path: "manifest.json"}, func(w io.Writer) error {
		_, err := w.Write(about)
		return err
	})
	if err != nil {
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

// leftOut names the tables that no export holds, in order.
func leftOut() []string { return slices.Sorted(maps.Keys(Left)) }

// fill writes the tables from their pieces, then the company's files, then the manifests.
func (s *Service) fill(ctx context.Context, b *Bundle, p *pack, tables []shape, pieces []Piece) error {
	for _, sh := range tables {
		e := entry{Path: "tables/" + sh.Table + ".jsonl", Table: sh.Table}
		var keys []string
		for _, one := range pieces {
			if one.Table == sh.Table {
				e.Rows, keys = e.Rows+one.Rows, append(keys, one.BlobKey)
			}
		}
		err := p.add(e, func(w io.Writer) error {
			for _, key := range keys {
				if err := s.copy(ctx, w, key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, from := range fileTables {
		if err := s.files(ctx, b, p, from.Folder, from.Query); err != nil {
			return err
		}
	}
	return p.finish(contents{Company: b.CompanyID.String(), OrderedAt: b.MadeAt, OrderedBy: b.MadeBy, Opened: b.Plain, Left: leftOut()})
}

// files writes the company's files, each named by its id first: rows name them by it.
func (s *Service) files(ctx context.Context, b *Bundle, p *pack, folder, query string) error {
	for after, n := int64(0), 0; ; {
		var found []file
		err := s.reading(ctx, b, func(ctx context.Context, tx db.Tx) (err error) {
			found, err = filesOf(ctx, tx, b.CompanyID, query, after, pageFiles)
			return err
		})
		if err != nil || len(found) == 0 {
			return err
		}
		for _, f := range found {
			after = f.ID
			e := entry{Path: folder + "/" + f.path()}
			if err := s.file(ctx, p, e, f.BlobKey); err != nil {
				return err
			}
			if n++; n%lookEvery == 0 {
				if err := s.progress(ctx, b); err != nil {
					return err
				}
			}
		}
	}
}

// file writes one of the company's files. One that the store has lost is named in the manifest as missing.
func (s *Service) file(ctx context.Context, p *pack, e entry, key string) (err error) {
	r, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrAbsent) {
		p.missing = append(p.missing, e.Path)
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return p.add(e, func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	})
}

// path is how a file is called within its folder.
func (f file) path() string {
	name := safe(f.Name)
	if path.Ext(name) == "" {
		name += map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}[f.MediaType]
	}
	return fmt.Sprintf("%d-%s", f.ID, name)
}

// copy writes what the store keeps under key.
func (s *Service) copy(ctx context.Context, w io.Writer, key string) (err error) {
	r, err := s.Blobs.Open(ctx, key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.Copy(w, r)
	return err
}
