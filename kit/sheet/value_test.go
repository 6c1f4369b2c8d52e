package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fault"
	"anbiao/kit/text"
)

func num(s string) cell { return cell{s, number} }

func say(s string) cell { return cell{s, words} }

var cellCases = []struct {
	kind Kind
	in   cell
	want string
	err  *fault.Error
}{
	{Code, num("4.4052418800101E+17"), "", errLost},
	{Code, num("440524188001010014"), "", errLost},
	{Code, num("1E+15"), "", errLost},
	{Code, say("4.4E+17"), "", errLost},
	{Code, say("4.40524e+17"), "", errLost},
	{Code, num("330784000012345"), "330784000012345", nil},
	{Code, num("1.3812345678E10"), "13812345678", nil},
	{Code, num("3360"), "3360", nil},
	{Code, say(" ａ-001 "), "A-001", nil},
	{Code, say("'=1"), "=1", nil},
	{Text, num("0.30000000000000004"), "0.3", nil},
	{Text, num("12.0"), "12", nil},
	{Text, say(" １２号\u200b楼 "), "１２号楼", nil},
	{Text, say("'+1(2)"), "+1(2)", nil},
	{Text, cell{"#REF!", broken}, "", errFormula},
	{Text, say(strings.Repeat("长", 501)), "", errTooLong},
	{Int, num("12"), "12", nil},
	{Int, say("１，２００"), "1200", nil},
	{Int, say("1,200"), "1200", nil},
	{Int, say("-3"), "-3", nil},
	{Int, say("007"), "7", nil},
	{Int, num("1.5"), "", errInt},
	{Int, say("12人"), "", errInt},
	{Int, say("1,2"), "", errInt},
	{Decimal, num("1200.50"), "1200.5", nil},
	{Decimal, say("1,200.00"), "1200", nil},
	{Decimal, num("1e3"), "1000", nil},
	{Decimal, say("约3"), "", errDecimal},
	{Date, num("46082"), "2026-03-01", nil},
	{Date, num("46082.75"), "2026-03-01", nil},
	{Date, num("20260301"), "2026-03-01", nil},
	{Date, say("2026/3/1"), "2026-03-01", nil},
	{Date, say("2026-03-01 00:00:00"), "2026-03-01", nil},
	{Date, say("2026-03-01T00:00:00.000Z"), "2026-03-01", nil},
	{Date, say("2026.3.1"), "2026-03-01", nil},
	{Date, say("2026年3月1日"), "2026-03-01", nil},
	{Date, say("２０２６年３月１日"), "2026-03-01", nil},
	{Date, say("2026 年 3 月 1 日"), "2026-03-01", nil},
	{Date, say("20260301"), "2026-03-01", nil},
	{Date, say("2026-02-31"), "", errDate},
	{Date, say("2026年3月"), "", errDate},
	{Date, say("26/3/1"), "", errDate},
	{Date, say("长期"), "", errDate},
	{Date, num("2026"), "", errDate},
	{Date, num("-1"), "", errDate},
	{Date, num("1e9"), "", errDate},
	{Choice, say(" 小 型"), "small", nil},
	{Choice, say("SMALL"), "small", nil},
	{Choice, say("大型"), "", errChoice},
}

func TestCells(t *testing.T) {
	t.Parallel()
	for _, c := range cellCases {
		column := Column{Kind: c.kind, Choices: roster[6].Choices}
		got, err := column.read(c.in, false)
		if c.err != nil {
			require.NotNil(t, err, "%v", c.in)
			require.Equal(t, c.err.Code, err.Code, "%v", c.in)
			require.True(t, text.Known(text.Chinese, err.Code) && text.Known(text.English, err.Code))
			continue
		}
		require.Nil(t, err, "%v", c.in)
		require.Equal(t, c.want, got, "%v", c.in)
	}
	got, err := Column{Kind: Date}.read(num("44620"), true)
	require.Nil(t, err)
	require.Equal(t, "2026-03-01", got, "days from 1904")
}

// A file as WPS and report generators write them: prefixed elements, absolute targets,
// backslashes, inline strings, no shared strings, cells and rows without names.
func TestQuirks(t *testing.T) {
	t.Parallel()
	b := zipped(map[string]string{
		"_rels/.rels":                rel("officeDocument", "/XL/workbook.xml"),
		`xl\workbook.xml`:            `<?xml version="1.0" encoding="UTF-8"?><x:workbook xmlns:x="m" xmlns:q="r"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="表&amp;1" sheetId="9" state="visible" q:id="rId1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": rel("worksheet", "/xl/worksheets/Sheet1.xml"),
		"xl/worksheets/sheet1.xml": `<x:worksheet xmlns:x="m"><x:sheetData><x:row>` +
			`<x:c t="inlineStr"><x:is><x:t>企业</x:t><x:rPh><x:t>qiye</x:t></x:rPh><x:r><x:t>名称</x:t></x:r></x:is></x:c><x:c t="str"><x:f>"信用"&amp;"代码"</x:f><x:v>信用代码</x:v></x:c><x:c t="inlineStr"><x:is><x:t>成立_x000D_日期</x:t></x:is></x:c></x:row>` +
			`<x:row r="5"><x:c r="A5" t="inlineStr"><x:is><x:t xml:space="preserve"> 康祥 </x:t></x:is></x:c><x:c r="C5" s="3"><x:v>44620</x:v></x:c></x:row>` +
			`<x:row><x:c t="d"/><x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="d"><x:v>2026-03-01T00:00:00</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
	})
	table := readBytes(t, b, roster)
	require.Equal(t, "表&1", table.Sheet)
	required := func(row int, key, at string) CellFault {
		return CellFault{Row: row, Column: key, Cell: at, Code: "sheet.required"}
	}
	require.Equal(t, []Row{
		{Number: 5, Values: map[string]string{"name": "康祥", "founded": "2026-03-01"}, Faults: []CellFault{required(5, "code", "B5")}},
		{Number: 6, Values: map[string]string{"founded": "2026-03-01"}, Faults: []CellFault{
			{Row: 6, Column: "code", Cell: "B6", Code: "sheet.formula-error", Params: fault.Params{"value": "#N/A"}}, required(6, "name", "A6"),
		}},
	}, rowsOf(t, table))
}

func TestArchivesOfTooManyParts(t *testing.T) {
	t.Parallel()
	of := func(n int) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range n {
			_, err := z.CreateHeader(&zip.FileHeader{Name: strconv.Itoa(i)})
			require.NoError(t, err)
		}
		require.NoError(t, z.Close())
		return b.Bytes()
	}
	read := func(b []byte) error {
		_, err := Read(bytes.NewReader(b), int64(len(b)), roster, Mapping{})
		return err
	}
	many := of(maxParts + 1)
	require.ErrorIs(t, read(many), ErrTooLarge)
	require.NotErrorIs(t, read(of(maxParts)), ErrTooLarge)
	copy(many[len(many)-14:], []byte{1, 0, 1, 0}) // its end says that there is one
	require.ErrorIs(t, fewParts(bytes.NewReader(many), int64(len(many))), ErrTooLarge, "whatever it says how many they are")
	for border := 64<<10 - 5; border < 64<<10+2; border++ { // each line is counted once, wherever pieces of it are read
		b := append(bytes.Repeat([]byte{0}, border), bytes.Repeat(entry, maxParts)...)
		require.NoError(t, fewParts(bytes.NewReader(b), int64(len(b))))
		b = append(b, entry...)
		require.ErrorIs(t, fewParts(bytes.NewReader(b), int64(len(b))), ErrTooLarge, border)
	}
}

func TestBombs(t *testing.T) {
	t.Parallel()
	sheet := func(cells string) []byte {
		return zipped(map[string]string{
			"_rels/.rels":                rel("officeDocument", "xl/workbook.xml"),
			"xl/workbook.xml":            `<workbook><sheets><sheet name="a" id="rId1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": rel("worksheet", "worksheets/a.xml"),
			"xl/worksheets/a.xml":        "<worksheet><sheetData><row><c t=\"str\"><v>企业名称</v></c><c t=\"str\"><v>信用代码</v></c></row>" + cells,
		})
	}
	last := func(b []byte) error {
		table, err := Read(bytes.NewReader(b), int64(len(b)), roster, Mapping{})
		if err != nil {
			return err
		}
		for _, err = range table.Rows() {
		}
		return err
	}
	require.ErrorIs(t, last(sheet(strings.Repeat(" ", 2*maxRun))), ErrTooLarge, "one endless text")
	endless, err := io.ReadAll(&bounded{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("<a>", 100))), left: 100})
	require.ErrorIs(t, err, ErrTooLarge)
	require.Len(t, endless, 100)
	require.ErrorIs(t, last(sheet("<row><c><v>1</v></c></row>")), ErrUnreadable, "no end")
	require.ErrorIs(t, last(sheet(`<row><c t="s"><v>7</v></c></row></sheetData>`)), ErrUnreadable, "no such string")
	require.ErrorIs(t, last(sheet("<row><c></row>")), ErrUnreadable)
	var many strings.Builder
	for i := range MaxRows + 1 {
		fmt.Fprintf(&many, "<row><c><v>%d</v></c></row>", i)
	}
	require.ErrorIs(t, last(sheet(many.String()+"</sheetData>")), ErrTooManyRows)
	require.NoError(t, last(sheet(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>`)))
}
