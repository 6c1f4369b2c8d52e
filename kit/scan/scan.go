// Package scan reads what comes from a scanner: it takes a PDF or a picture apart into pages,
// finds the QR code on each, however the sheet lay, and turns it upright.
package scan

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // decoders
	_ "image/png"
	"io"
	"maps"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	_ "golang.org/x/image/tiff" // what scanners write
	_ "golang.org/x/image/webp" // what phones send

	"anbiao/kit/fault"
)

// Limits of what is read.
const (
	MaxPages  = 600        // of one file
	maxPixels = 60_000_000 // of one picture: A4 in colour at 600 dpi has 35 million
	maxSide   = 20_000
)

// What may be wrong with a scanned file.
var (
	// ErrBroken: named a PDF or a picture, but it cannot be read.
	ErrBroken = fault.New(fault.Unsupported, "scan.broken")
	// ErrEncrypted: the PDF asks for a password.
	ErrEncrypted = fault.New(fault.Unsupported, "scan.encrypted")
	// ErrPages: more than {max} pages.
	ErrPages = fault.New(fault.TooLarge, "scan.pages")
)

func init() { api.DisableConfigDir() } // nothing is written into the home directory

// Page is one scanned side.
type Page struct {
	Image image.Image // upright where a code was found; nil: the page holds no picture that can be read
	Code  string      // text of its QR code, "" if none was found
}

// PDF hands the pages of a PDF to each, in order, one at a time in memory. wanted tells which
// codes are ours, so that a page with another code beside ours is not taken for it.
// Errors: ErrBroken, ErrEncrypted, ErrPages, and those of each.
func PDF(r io.ReadSeeker, wanted func(code string) bool, each func(n int, p Page) error) error {
	doc, err := open(r)
	if err != nil {
		return err
	}
	if doc.PageCount > MaxPages {
		return ErrPages.With("max", fmt.Sprint(MaxPages))
	}
	for n := 1; n <= doc.PageCount; n++ {
		if err := each(n, best(pictures(doc, n), wanted)); err != nil {
			return err
		}
	}
	return nil
}

// Picture reads one page that came as a picture of its own. Errors: ErrBroken.
func Picture(r io.ReadSeeker, wanted func(code string) bool) (Page, error) {
	img, err := decode(r)
	if err != nil {
		return Page{}, err
	}
	return best([]image.Image{img}, wanted), nil
}

// open reads the structure of a PDF. The library panics at some broken ones.
func open(r io.ReadSeeker) (doc *model.Context, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = ErrBroken.Because(fmt.Errorf("scan: %v", p))
		}
	}()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.Cmd = model.EXTRACTIMAGES
	doc, err = api.ReadValidateAndOptimize(r, conf)
	switch {
	case errors.Is(err, pdfcpu.ErrWrongPassword):
		return nil, ErrEncrypted.Because(err)
	case err != nil:
		return nil, ErrBroken.Because(err)
	}
	return doc, nil
}

// pictures are those of a page that can be read, the largest first: a scanner that
// compresses in layers puts several onto one page.
func pictures(doc *model.Context, n int) (list []image.Image) {
	defer func() {
		if recover() != nil {
			list = nil // an unreadable page must not stop the others
		}
	}()
	sizes, err := pdfcpu.ExtractPageImages(doc, n, true) // before a pixel is unpacked
	if err != nil || slices.ContainsFunc(slices.Collect(maps.Values(sizes)), func(f model.Image) bool { return !sound(f.Width, f.Height) }) {
		return nil
	}
	found, err := pdfcpu.ExtractPageImages(doc, n, false)
	if err != nil {
		return nil
	}
	for _, f := range found {
		if f.Reader == nil || f.Thumb {
			continue
		}
		b, err := io.ReadAll(f.Reader)
		if err != nil {
			continue
		}
		if img, err := decode(bytes.NewReader(b)); err == nil {
			list = append(list, img)
		}
	}
	slices.SortFunc(list, func(a, b image.Image) int { return area(b) - area(a) })
	return list
}

func area(img image.Image) int { return img.Bounds().Dx() * img.Bounds().Dy() }

func sound(w, h int) bool {
	return w > 0 && h > 0 && w <= maxSide && h <= maxSide && w*h <= maxPixels
}

// decode refuses by the size the header claims, before a pixel is unpacked.
func decode(r io.ReadSeeker) (image.Image, error) {
	c, _, err := image.DecodeConfig(r)
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	if !sound(c.Width, c.Height) {
		return nil, ErrBroken.Because(fmt.Errorf("scan: %d × %d pixels", c.Width, c.Height))
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(r)
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	return img, nil
}

// best is the page made of the first picture with a wanted code, or of the largest.
func best(list []image.Image, wanted func(string) bool) Page {
	for _, img := range list {
		if code, turned, ok := find(img, wanted); ok {
			return Page{Image: upright(img, turned), Code: code}
		}
	}
	if len(list) == 0 {
		return Page{}
	}
	return Page{Image: list[0]}
}
