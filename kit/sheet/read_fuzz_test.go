package sheet

import (
	"bytes"
	"errors"
	"testing"

	"github.com/xuri/excelize/v2"

	"anbiao/kit/fault"
)

// FuzzRead reads whatever is uploaded as a list: rows or faults come of it, nothing else.
func FuzzRead(f *testing.F) {
	book := excelize.NewFile()
	for y, row := range [][]any{{"企业名称", "信用代码", "规模"}, {"康祥", "91330784MAXXXX0152", "小"}, {"=1+1", 45000.5, nil}} {
		cell, _ := excelize.CoordinatesToCellName(1, y+1)
		_ = book.SetSheetRow("Sheet1", cell, &row)
	}
	var b bytes.Buffer
	_ = book.Write(&b) // never fails on a buffer
	f.Add(b.Bytes())
	f.Add([]byte("企业名称,信用代码\n康祥,\"91330784MAXXXX0152\n"))
	f.Add([]byte("\xc6\xf3\xd2\xb5\xc3\xfb\xb3\xc6,\xb4\xfa\xc2\xeb\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<16 {
			return
		}
		table, err := Read(bytes.NewReader(content), int64(len(content)), roster, Mapping{})
		if err != nil {
			mustFault(t, err)
			return
		}
		if len(table.Missing) > 0 {
			return
		}
		for row, err := range table.Rows() {
			if err != nil {
				mustFault(t, err)
				return
			}
			if row.Number <= table.HeaderRow {
				t.Fatalf("row %d under a heading in row %d", row.Number, table.HeaderRow)
			}
		}
	})
}

func mustFault(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*fault.Error](err); !ok {
		t.Fatalf("%v is no fault", err)
	}
}
