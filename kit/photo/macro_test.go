package photo

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// old is a compound file as Excel 97 to 2003 wrote them: header, a sector of the workbook, a sector of the directory with names.
func old(names ...string) []byte {
	out := make([]byte, 512)
	copy(out, compound)
	sector := make([]byte, 512)
	copy(sector, []byte{0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00})
	out = append(out, sector...)
	for _, name := range append([]string{"Root Entry"}, names...) {
		line := make([]byte, oleLine)
		for i, u := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(line[2*i:], u)
		}
		binary.LittleEndian.PutUint16(line[oleLength:], uint16(2*len(name)+2))
		line[oleKind] = 1
		out = append(out, line...)
	}
	return append(out, make([]byte, 512)...)
}

func TestMacrosOfOldFiles(t *testing.T) {
	t.Parallel()
	got, err := Detect(old("Workbook", "\x05SummaryInformation"))
	require.NoError(t, err)
	require.Equal(t, ".xls", got.Ext)
	for _, name := range []string{"_VBA_PROJECT_CUR", "VBA", "Macros", "_VBA_PROJECT", "_vba_project_cur", "mACROS"} {
		_, err := Detect(old("Workbook", name))
		require.ErrorIs(t, err, ErrMacro, name)
	}
	text := old("Workbook")
	var said bytes.Buffer
	for _, u := range utf16.Encode([]rune(strings.Repeat("VBA Macros 宏 ", 60))) {
		_ = binary.Write(&said, binary.LittleEndian, u) // memory
	}
	_, err = Detect(append(text, said.Bytes()...))
	require.NoError(t, err, "a text about macros is none")
	for n := range len(text) {
		require.NotPanics(t, func() { oleMacros(text[:n]) })
	}
}
