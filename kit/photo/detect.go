package photo

import (
	"bytes"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Type is a kind of content that is taken.
type Type struct {
	MIME  string
	Ext   string // with its dot, for the name of a download
	Image bool   // Process reads it
}

// allowed are the types taken. What is not an image is never shown, only downloaded.
var allowed = map[string]Type{
	"image/jpeg":      {"image/jpeg", ".jpg", true},
	"image/png":       {"image/png", ".png", true},
	"image/webp":      {"image/webp", ".webp", true},
	"application/pdf": {"application/pdf", ".pdf", false},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", false,
	},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": {
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", false,
	},
	"application/vnd.ms-excel": {"application/vnd.ms-excel", ".xls", false},
	"application/msword":       {"application/msword", ".doc", false},
}

// Detect tells what content is by its first bytes, whatever its name or sender claims.
// Errors: ErrType, ErrHEIC, ErrMacro.
func Detect(content []byte) (Type, error) {
	found := mimetype.Detect(content)
	name, _, _ := strings.Cut(found.String(), ";")
	if strings.HasPrefix(name, "image/hei") {
		return Type{}, ErrHEIC
	}
	t, ok := allowed[name]
	if !ok {
		return Type{}, ErrType.With("type", name)
	}
	if !t.Image && bytes.Contains(content, []byte("vbaProject.bin")) {
		return Type{}, ErrMacro
	}
	return t, nil
}
