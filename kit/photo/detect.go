package photo

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"

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
	if !t.Image && (bytes.Contains(content, []byte("vbaProject.bin")) || oleMacros(content)) {
		return Type{}, ErrMacro
	}
	return t, nil
}

// compound begins a compound file (MS-CFB §2.2), as which DOC and XLS are kept.
var compound = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// A line of a compound file's directory (MS-CFB §2.6.1): it has 128 bytes and begins at a multiple of them, for sectors do.
const (
	oleLine   = 128
	oleName   = 64 // bytes of UTF-16, with what ends it
	oleLength = 64 // where the length of the name stands
	oleKind   = 66 // where the kind of the object stands
)

// macros are the storages and streams that a VBA project lies in (MS-OVBA §2.2.1).
var macros = []string{"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros"}

// oleMacros reports whether a compound file has a place for macros, in whatever part of it the directory lies. Names are compared
// as such files compare them, without regard to case.
func oleMacros(content []byte) bool {
	if !bytes.HasPrefix(content, compound) {
		return false
	}
	for at := oleLine; at+oleLine <= len(content); at += oleLine {
		line := content[at : at+oleLine]
		length := int(binary.LittleEndian.Uint16(line[oleLength:]))
		if kind := line[oleKind]; length < 4 || length > oleName || length%2 != 0 || kind == 0 || kind > 5 {
			continue
		}
		name := make([]uint16, length/2-1)
		for i := range name {
			name[i] = binary.LittleEndian.Uint16(line[2*i:])
		}
		if said := string(utf16.Decode(name)); slices.ContainsFunc(macros, func(m string) bool { return strings.EqualFold(m, said) }) {
			return true
		}
	}
	return false
}
