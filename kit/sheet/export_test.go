package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/kit/fault"
	"anbiao/kit/text"
)

func records(all ...Record) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for _, r := range all {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestExportComesBack(t *testing.T) {
	t.Parallel()
	values := []string{"91330784MAXXXX0152", "=cmd|' /C calc'!A0", "+8613812345678", "120", "1200.5", "2026-03-01", "micro"}
	for _, l := range []text.Lang{text.Chinese, text.English} {
		var b bytes.Buffer
		require.NoError(t, Export(&b, roster, records(Record{"42", values}, Record{"", []string{"330784199001010001", "乙"}}), l))
		table := readBytes(t, b.Bytes(), roster)
		require.Empty(t, table.Missing)
		rows := rowsOf(t, table)
		require.Len(t, rows, 2)
		require.Equal(t, "42", rows[0].Key)
		for i, c := range roster {
			require.Equal(t, values[i], rows[0].Values[c.Key], c.Key)
		}
		require.Equal(t, map[string]string{"code": "330784199001010001", "name": "乙"}, rows[1].Values)
		require.Empty(t, rows[0].Faults)
	}
}

func TestExportLooks(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, Export(&b, roster, records(Record{"42", []string{"330784199001010001", "=1+1", "", "5", "", "2026-03-01", ""}}), text.Chinese))
	f, err := excelize.OpenReader(&b)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	layout, err := f.GetPageLayout("数据")
	require.NoError(t, err)
	require.Equal(t, 9, *layout.Size)
	require.Equal(t, "landscape", *layout.Orientation)
	panes, err := f.GetPanes("数据")
	require.NoError(t, err)
	require.True(t, panes.Freeze && panes.YSplit == 1)
	visible, err := f.GetColVisible("数据", "H")
	require.NoError(t, err)
	require.False(t, visible, "the keys are hidden")
	for at, want := range map[string]string{"A2": "330784199001010001", "B2": "'=1+1", "D2": "5", "F2": "2026-03-01", "H2": "42"} {
		got, err := f.GetCellValue("数据", at)
		require.NoError(t, err)
		require.Equal(t, want, got, at)
	}
	formula, err := f.GetCellFormula("数据", "B2")
	require.NoError(t, err)
	require.Empty(t, formula)
	kind, err := f.GetCellType("数据", "A2")
	require.NoError(t, err)
	require.Equal(t, excelize.CellTypeInlineString, kind)
	broken := errors.New("cursor broke")
	err = Export(io.Discard, roster, func(yield func(Record, error) bool) { yield(Record{}, broken) }, text.Chinese)
	require.ErrorIs(t, err, broken)
}

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	in := made(t, [][]any{
		{"名册"},
		{"企业名称", "信用代码", "规模", "=备注", "成立日期"},
		{"甲", "91330784MAXXXX0152", "小型", "x", "2026/3/1"},
		{"乙", 440524188001010014, "大型", "=HYPERLINK", 46082},
		{"丙", "91330784MAXXXX0153", "微型", nil, nil},
	}, nil)
	table := readBytes(t, in, roster)
	var faults []CellFault
	for _, r := range rowsOf(t, table) {
		faults = append(faults, r.Faults...)
	}
	faults = append(faults, table.Fault(5, "code", fault.New(fault.Invalid, "code.uscc-old-number")), table.Fault(5, "", fault.New(fault.Conflict, "x.y")))
	require.Equal(t, "B5", faults[2].Cell)
	var out bytes.Buffer
	require.NoError(t, WriteErrors(&out, table, faults, text.Chinese))
	again := readBytes(t, out.Bytes(), roster)
	require.Equal(t, table.Places, again.Places)
	require.Equal(t, table.Signature, again.Signature, "the mapping fits the mended file too")
	rows := rowsOf(t, again)
	require.Len(t, rows, 2)
	require.Equal(t, map[string]string{"name": "丙", "code": "91330784MAXXXX0153", "size": "micro"}, rows[1].Values)
	require.Equal(t, "2026-03-01", rows[0].Values["founded"])

	f, err := excelize.OpenReader(&out)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	said, err := f.GetCellValue("错误说明", "F2")
	require.NoError(t, err)
	require.Contains(t, said, "统一社会信用代码：Excel 已把编号变成数字")
	require.Contains(t, said, "规模：只能填：小型、微型")
	guarded, err := f.GetCellValue("错误说明", "D2")
	require.NoError(t, err)
	require.Equal(t, "'=HYPERLINK", guarded)
	for at, want := range map[string]string{"B2": "FFC7CE", "C2": "FFC7CE", "B3": "FFC7CE"} {
		id, err := f.GetCellStyle("错误说明", at)
		require.NoError(t, err)
		s, err := f.GetStyle(id)
		require.NoError(t, err)
		require.Equal(t, []string{want}, s.Fill.Color, at)
	}
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	sample := map[string]string{"code": "91330784MAXXXX0152", "name": "示例", "size": "small"}
	require.NoError(t, Template(&b, roster, sample, text.Chinese))
	table := readBytes(t, b.Bytes(), roster)
	require.Len(t, table.Places, len(roster))
	require.Empty(t, rowsOf(t, table), "the sample is not imported")

	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	require.Equal(t, []string{"数据", "_lists", "填写说明"}, f.GetSheetList())
	v, err := f.GetDataValidations("数据")
	require.NoError(t, err)
	require.Len(t, v, 1)
	require.Equal(t, "G2:G5001", v[0].Sqref)
	require.NoError(t, f.SetSheetRow("数据", "A3", &[]any{"91330784MAXXXX0152", "甲", nil, nil, nil, nil, "微型"}))
	filled, err := f.WriteToBuffer()
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.Equal(t, []Row{{Number: 3, Values: map[string]string{"code": "91330784MAXXXX0152", "name": "甲", "size": "micro"}}},
		rowsOf(t, readBytes(t, filled.Bytes(), roster)))
	require.NoError(t, Template(io.Discard, roster[:1], nil, text.English))
}

func FuzzGuard(f *testing.F) {
	for _, s := range []string{"=1", "'=1", "''", "＝1", " \t@x", "+86", "-", "--", "\u3000-1+2", "+1.5", "'+1", "普通"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g := Guard(s)
		if Unguard(g) != s {
			t.Fatalf("%q became %q and came back as %q", s, g, Unguard(g))
		}
		if bare := strings.TrimLeft(g, " \u00a0\u3000\ufeff\t\r\n"); bare != "" && !signed.MatchString(g) {
			if r, _ := utf8.DecodeRuneInString(bare); strings.ContainsRune("=+-@＝＋－＠", r) {
				t.Fatalf("%q stays dangerous", g)
			}
		}
	})
}

// FuzzExport: whatever text is exported, Excel sees no formula and the import gives it back.
func FuzzExport(f *testing.F) {
	for _, s := range []string{"=1+1", "'=1", "a\nb", "_x000D_", "<x>&amp;", "𠮷", "-", "4.4E+17", "\ufeff=1", "甲\uffff乙", "_xd00D_xd00D_", "_x_x005F_x005F_xD83D_"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if utf8.RuneCountInString(s) > defaultMax || !utf8.ValidString(s) {
			return
		}
		want := clean(s)
		var b bytes.Buffer
		columns := []Column{{Key: "a", Title: title("甲", "A")}, {Key: "b", Title: title("乙", "B")}}
		require.NoError(t, Export(&b, columns, records(Record{"1", []string{want, "x"}}), text.English))
		rows := rowsOf(t, readBytes(t, b.Bytes(), columns))
		require.Len(t, rows, 1)
		require.Equal(t, want, rows[0].Values["a"])
	})
}

// 20,000 rows are written and read as streams: the live heap stays small.
func TestLongListsStream(t *testing.T) {
	const n = 20_000
	var b bytes.Buffer
	require.NoError(t, Export(&b, roster, func(yield func(Record, error) bool) {
		for i := range n {
			if !yield(Record{fmt.Sprint(i), []string{"91330784MAXXXX0152", fmt.Sprintf("企业%d", i), "13812345678", "12", "3.5", "2026-03-01", "small"}}, nil) {
				return
			}
		}
	}, text.Chinese))
	before := heap()
	table := readBytes(t, b.Bytes(), roster)
	count, most := 0, uint64(0)
	for r, err := range table.Rows() {
		require.NoError(t, err)
		require.Empty(t, r.Faults)
		if count++; count%5000 == 0 {
			most = max(most, heap())
		}
	}
	require.Equal(t, n, count)
	require.Less(t, most-min(before, most), uint64(8<<20), "bytes held while reading")
}

func BenchmarkRead20000(b *testing.B) {
	var file bytes.Buffer
	if err := Export(&file, roster, func(yield func(Record, error) bool) {
		for i := range 20_000 {
			if !yield(Record{"", []string{"91330784MAXXXX0152", fmt.Sprintf("企业%d", i), "13812345678", "12", "3.5", "2026-03-01", "small"}}, nil) {
				return
			}
		}
	}, text.Chinese); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		table, err := Read(bytes.NewReader(file.Bytes()), int64(file.Len()), roster, Mapping{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range table.Rows() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
