package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"anbiao/kit/fault"
	"anbiao/kit/text"
)

var roster = []Column{
	{Key: "code", Title: title("统一社会信用代码", "Credit code"), Synonyms: []string{"信用代码", "USCC"}, Kind: Code, Required: true},
	{Key: "name", Title: title("企业名称", "Company"), Synonyms: []string{"单位名称"}, Required: true, Max: 20},
	{Key: "phone", Title: title("联系人电话", "Phone"), Kind: Code},
	{Key: "staff", Title: title("从业人数", "Staff"), Kind: Int},
	{Key: "revenue", Title: title("营业收入（万元）", "Revenue"), Kind: Decimal},
	{Key: "founded", Title: title("成立日期", "Founded"), Kind: Date},
	{Key: "size", Title: title("规模", "Size"), Kind: Choice, Choices: []Option{
		{Value: "small", Title: title("小型", "Small"), Synonyms: []string{"小"}}, {Value: "micro", Title: title("微型", "Micro")},
	}},
}

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

func readBytes(t *testing.T, b []byte, columns []Column) *Table {
	t.Helper()
	table, err := Read(bytes.NewReader(b), int64(len(b)), columns, Mapping{})
	require.NoError(t, err)
	return table
}

func rowsOf(t *testing.T, table *Table) []Row {
	t.Helper()
	var all []Row
	for r, err := range table.Rows() {
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

// made builds an xlsx with excelize: the first sheet from rows, then whatever more does.
func made(t *testing.T, rows [][]any, more func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { require.NoError(t, f.Close()) }()
	for i, r := range rows {
		require.NoError(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r))
	}
	if more != nil {
		more(f)
	}
	b, err := f.WriteToBuffer()
	require.NoError(t, err)
	return b.Bytes()
}

func TestTitleRowsAndMergedHeading(t *testing.T) {
	t.Parallel()
	b := made(t, [][]any{
		{"永康市企业花名册"},
		{"填报单位：石柱镇", nil, nil, "2026年3月"},
		{"序号", "单位名称", "统一社会信用代码*（必填）", "联系人", nil, "营业收入"},
		{nil, nil, nil, "姓名", "电话"},
		{1, "康祥五金厂", "91330784MAXXXX0152", "王一", "13812345678", 1200.5},
		{2, nil, "９２３３０７８４maxxxx023r", "王二", 13812345679, "1,300.50"},
		{},
		{"序号", "单位名称", "统一社会信用代码*（必填）", "姓名", "电话", "营业收入"},
		{3, "永达", "92330784MAXXXX023R", nil, nil, "一千"},
		{},
		{},
	}, func(f *excelize.File) {
		for _, m := range [][2]string{{"A1", "F1"}, {"A3", "A4"}, {"B3", "B4"}, {"C3", "C4"}, {"D3", "E3"}, {"F3", "F4"}, {"B5", "B6"}} {
			require.NoError(t, f.MergeCell("Sheet1", m[0], m[1]))
		}
		require.NoError(t, f.SetCellStr("Sheet1", "Z900", " "))
	})
	table := readBytes(t, b, roster)
	require.Equal(t, 4, table.HeaderRow)
	require.Equal(t, []string{"序号", "单位名称", "统一社会信用代码*（必填）", "姓名", "电话", "营业收入"}, table.Headers)
	require.Equal(t, map[string]int{"name": 1, "code": 2, "phone": 4, "revenue": 5}, table.Places)
	require.Empty(t, table.Missing)
	require.Equal(t, []Row{
		{Number: 5, Values: map[string]string{"name": "康祥五金厂", "code": "91330784MAXXXX0152", "phone": "13812345678", "revenue": "1200.5"}},
		{Number: 6, Values: map[string]string{"name": "康祥五金厂", "code": "92330784MAXXXX023R", "phone": "13812345679", "revenue": "1300.5"}},
		{
			Number: 9, Values: map[string]string{"name": "永达", "code": "92330784MAXXXX023R"},
			Faults: []CellFault{{Row: 9, Column: "revenue", Cell: "F9", Code: "sheet.decimal"}},
		},
	}, rowsOf(t, table))
}

func TestHiddenAndCoverSheetsAreNotRead(t *testing.T) {
	t.Parallel()
	b := made(t, [][]any{{"说明"}, {"请逐项填写", "谢谢"}}, func(f *excelize.File) {
		for _, s := range []string{"旧名单", "名单"} {
			_, err := f.NewSheet(s)
			require.NoError(t, err)
			require.NoError(t, f.SetSheetRow(s, "A1", &[]any{"企业名称", "信用代码", "规模"}))
			require.NoError(t, f.SetSheetRow(s, "A2", &[]any{s, "91330784MAXXXX0152", "小"}))
		}
		require.NoError(t, f.SetSheetVisible("旧名单", false))
	})
	table := readBytes(t, b, roster)
	require.Equal(t, "名单", table.Sheet)
	require.Equal(t, []Row{{Number: 2, Values: map[string]string{"name": "名单", "code": "91330784MAXXXX0152", "size": "small"}}}, rowsOf(t, table))
}

func TestMappingIsAskedForAndRemembered(t *testing.T) {
	t.Parallel()
	b := made(t, [][]any{{"名册"}, {"厂名", "执照号", "备注"}, {"康祥", "91330784MAXXXX0152", "x"}}, nil)
	table := readBytes(t, b, roster)
	require.Equal(t, []string{"code", "name"}, table.Missing)
	require.Equal(t, 2, table.HeaderRow)
	require.Equal(t, Signature([]string{" 厂名*", "执照号", "备注"}), table.Signature)
	require.NotEqual(t, Signature([]string{"执照号", "厂名", "备注"}), table.Signature)
	require.Equal(t, Signature([]string{"厂名", "执照号", "备注", "错误说明"}), table.Signature)
	for _, bad := range []map[string]int{{"name": 3}, {"name": -1}, {"other": 0}} {
		require.ErrorIs(t, table.Use(bad), ErrMapping)
	}
	require.NoError(t, table.Use(map[string]int{"name": 0, "code": 1}))
	require.Empty(t, table.Missing)
	want := []Row{{Number: 3, Values: map[string]string{"name": "康祥", "code": "91330784MAXXXX0152"}}}
	require.Equal(t, want, rowsOf(t, table))

	again, err := Read(bytes.NewReader(b), int64(len(b)), roster, table.Mapping())
	require.NoError(t, err)
	require.Equal(t, want, rowsOf(t, again))
	for _, m := range []Mapping{{Sheet: "none"}, {HeaderRow: 9}, {Places: map[string]int{"name": 7}}} {
		_, err := Read(bytes.NewReader(b), int64(len(b)), roster, m)
		require.ErrorIs(t, err, ErrMapping)
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	content := "企业名称,信用代码,成立日期,联系人电话\r\n\"康祥\n五金\",=\"91330784MAXXXX0152\",2026/3/1,\r\n\r\n永达,4.40524E+17,,'+8613812345678x\r\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(content)
	require.NoError(t, err)
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(content, ",", "\t"))) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	for name, b := range map[string][]byte{
		"utf-8": []byte(content), "marked": []byte("\ufeff" + content), "gbk": []byte(gbk), "utf-16": wide,
		"semicolons": []byte(strings.ReplaceAll(content, ",", ";")),
	} {
		rows := rowsOf(t, readBytes(t, b, roster))
		require.Equal(t, []Row{
			{Number: 2, Values: map[string]string{"name": "康祥\n五金", "code": "91330784MAXXXX0152", "founded": "2026-03-01"}},
			{
				Number: 4, Values: map[string]string{"name": "永达", "phone": "+8613812345678X"},
				Faults: []CellFault{{Row: 4, Column: "code", Cell: "B4", Code: "sheet.digits-lost"}},
			},
		}, rows, name)
	}
}

func TestFilesThatAreNotRead(t *testing.T) {
	t.Parallel()
	good := made(t, [][]any{{"企业名称", "信用代码"}, {"康祥", "91330784MAXXXX0152"}}, nil)
	var secret bytes.Buffer
	f := excelize.NewFile()
	require.NoError(t, f.Write(&secret, excelize.Options{Password: "x"}))
	require.NoError(t, f.Close())
	for name, c := range map[string]struct {
		file []byte
		want *fault.Error
	}{
		"empty":        {nil, ErrEmpty},
		"blank":        {[]byte("\xef\xbb\xbf \n"), ErrEmpty},
		"no rows":      {made(t, nil, nil), ErrEmpty},
		"old xls":      {oleFile("Workbook"), ErrOldFormat},
		"older xls":    {oleFile("Book"), ErrOldFormat},
		"old word":     {oleFile("WordDocument"), ErrNotSheet},
		"rights":       {oleFile("DRMEncryptedDataSpace"), ErrProtected},
		"broken ole":   {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ErrOldFormat},
		"password":     {secret.Bytes(), ErrEncrypted},
		"company lock": {[]byte("b\x14#e\x01\x00E-SafeNet\x00LOCK\x00\xff"), ErrProtected},
		"JSON":         {[]byte(`{"rows":[["企业名称"]]}`), ErrNotSheet},
		"web page":     {[]byte("<html><table><tr><td>企业名称</td></tr></table></html>"), ErrOldFormat},
		"pdf":          {[]byte("%PDF-1.7\n"), ErrNotSheet},
		"binary":       {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00"), ErrNotSheet},
		"noise":        {bytes.Repeat([]byte("\xff\xfe\xfd\x81\x20"), 50)[1:], ErrNotSheet},
		"cut off":      {good[:len(good)/2], ErrUnreadable},
		"word":         {zipped(map[string]string{"word/document.xml": "<w/>", "_rels/.rels": rel("officeDocument", "word/document.xml")}), ErrNotSheet},
		"xlsb":         {zipped(map[string]string{"xl/workbook.bin": "x", "_rels/.rels": rel("officeDocument", "xl/workbook.bin")}), ErrOldFormat},
		"ods":          {zipped(map[string]string{"mimetype": "x", "content.xml": "<x/>"}), ErrOldFormat},
	} {
		_, err := Read(bytes.NewReader(c.file), int64(len(c.file)), roster, Mapping{})
		require.ErrorIs(t, err, c.want, name)
		require.True(t, text.Known(text.Chinese, c.want.Code), c.want.Code)
		require.True(t, text.Known(text.English, c.want.Code), c.want.Code)
	}
	_, err := Read(bytes.NewReader(good), MaxBytes+1, roster, Mapping{})
	require.ErrorIs(t, err, ErrTooLarge)
}

func rel(kind, target string) string {
	return `<Relationships><Relationship Id="rId1" Type="http://x/` + kind + `" Target="` + target + `"/></Relationships>`
}

func zipped(parts map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// oleFile is the smallest compound file with one empty stream.
func oleFile(stream string) []byte {
	le := binary.LittleEndian
	b := make([]byte, 512*3)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3e, 26: 3, 28: 0xfffe, 30: 9, 32: 6} {
		le.PutUint16(b[at:], v)
	}
	const free, end, table = 0xffffffff, 0xfffffffe, 0xfffffffd
	for at, v := range map[int]uint32{44: 1, 48: 1, 56: 4096, 60: end, 68: end} {
		le.PutUint32(b[at:], v)
	}
	for i := 76; i < 512; i += 4 {
		le.PutUint32(b[i:], free)
	}
	le.PutUint32(b[76:], 0)
	for i := range 128 {
		le.PutUint32(b[512+4*i:], free)
	}
	le.PutUint32(b[512:], table)
	le.PutUint32(b[516:], end)
	entry := func(at int, name string, kind byte, child uint32) {
		u := utf16.Encode([]rune(name))
		for i, c := range u {
			le.PutUint16(b[at+2*i:], c)
		}
		le.PutUint16(b[at+64:], uint16(2*len(u)+2))
		b[at+66], b[at+67] = kind, 1
		for _, o := range []int{68, 72} {
			le.PutUint32(b[at+o:], free)
		}
		le.PutUint32(b[at+76:], child)
		le.PutUint32(b[at+116:], end)
	}
	entry(1024, "Root Entry", 5, 1)
	entry(1152, stream, 2, free)
	return b
}
