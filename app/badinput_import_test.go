package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"anbiao/kit/code"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const transfers = "/api/transfer/transfers"

var roster = map[string]string{"kind": "company-roster"}

func sheetFile(name string, content []byte) webtest.File {
	return webtest.File{Field: "file", Name: name, Content: content}
}

// asCSV writes a list of companies with the given rows.
func asCSV(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	require.NoError(t, w.WriteAll(append([][]string{{"企业名称", "统一社会信用代码", "所在镇街", "从业人数", "地址", "联系人", "联系电话"}}, rows...)))
	return b.Bytes()
}

// uscc makes valid codes that nobody has.
func uscc(t *testing.T, n int) string {
	t.Helper()
	c, err := code.Make('9', '1', "330784", 700_000+n)
	require.NoError(t, err)
	return string(c)
}

func (d *desk) badImports(t *testing.T) {
	c := d.as(t, "county")
	good := asCSV(t, []string{"永康市好企业有限公司", uscc(t, 1), "石柱镇", "5", "路一号", "张三", "19900000001"})
	for _, lang := range langs {
		c := c.In(lang)
		for what, got := range map[string]webtest.Answer{
			"no file":              c.Upload(transfers, roster),
			"no kind":              c.Upload(transfers, nil, sheetFile("a.csv", good)),
			"unknown kind":         c.Upload(transfers, map[string]string{"kind": "'; DROP TABLE company"}, sheetFile("a.csv", good)),
			"kind too long":        c.Upload(transfers, map[string]string{"kind": strings.Repeat("长", 10_000)}, sheetFile("a.csv", good)),
			"NUL in the kind":      c.Upload(transfers, map[string]string{"kind": "company-roster\x00"}, sheetFile("a.csv", good)),
			"kind not UTF-8":       c.Upload(transfers, map[string]string{"kind": "\xb0\xb2"}, sheetFile("a.csv", good)),
			"empty file":           c.Upload(transfers, roster, sheetFile("a.xlsx", nil)),
			"10 MB of nothing":     c.Upload(transfers, roster, sheetFile("a.xlsx", make([]byte, 10<<20))),
			"10 MB of JSON":        c.Upload(transfers, roster, sheetFile("a.json", []byte(`{"x":[`+strings.Repeat("1,", 5<<20)+`1]}`))),
			"30 MB":                c.Upload(transfers, roster, sheetFile("a.xlsx", make([]byte, 30<<20))),
			"a picture":            c.Upload(transfers, roster, sheetFile("a.xlsx", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"))),
			"a broken zip":         c.Upload(transfers, roster, sheetFile("a.xlsx", []byte("PK\x03\x04 and nothing"))),
			"an old workbook":      c.Upload(transfers, roster, sheetFile("a.xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...))),
			"HTML":                 c.Upload(transfers, roster, sheetFile("a.xls", []byte("<html><table><tr><td>企业名称</td></tr></table></html>"))),
			"JSON in place of it":  c.Post(transfers, `{"kind":"company-roster"}`),
			"a form in half":       c.With("Content-Type", "multipart/form-data; boundary=x").Post(transfers, "--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ncomp"),
			"a form without bound": c.With("Content-Type", "multipart/form-data").Post(transfers, "x"),
		} {
			refused(t, lang, what, got)
		}
	}
}

// badCells: what is wrong in a cell is said of the cell; what is only unusual is kept as it is.
func (d *desk) badCells(t *testing.T) {
	c := d.as(t, "county")
	bad := [][]string{
		{"", uscc(t, 10), "石柱镇", "5", "", "", ""},
		{strings.Repeat("长", 300), uscc(t, 11), "石柱镇", "5", "", "", ""},
		{"代码错企业", "91330784MABX000001", "石柱镇", "5", "", "", ""},
		{"科学计数企业", "4.4E+17", "石柱镇", "5", "", "", ""},
		{"没有的镇", uscc(t, 12), "'; DROP TABLE company; --", "5", "", "", ""},
		{"人数是日期", uscc(t, 13), "石柱镇", "2026-02-31", "", "", ""},
		{"人数是代码", uscc(t, 14), "石柱镇", "<b>5</b>", "", "", ""},
		{"人数太多", uscc(t, 15), "石柱镇", "99999999999999999999", "", "", ""},
		{"人数为负", uscc(t, 16), "石柱镇", "-5", "", "", ""},
	}
	var odd [][]string
	for _, s := range []string{fragments["SQL"], fragments["HTML"], fragments["template"], fragments["formula"], fragments["31 February"], "⚠️防护罩🧯"} {
		odd = append(odd, []string{"企业" + s, uscc(t, 100+len(odd)), "石柱镇", "５", s, clipped("张" + s), "19900000002"})
	}
	list := asCSV(t, append(bad, odd...)...)
	n := c.Upload(transfers, roster, sheetFile("名单 🏭'; DROP.csv", list)).Made(t)
	d.runJobs(t, "transfer.%")
	for _, lang := range langs {
		rows := d.rows(t, c.In(lang), n)
		require.Len(t, rows, len(bad)+len(odd))
		for i, r := range rows {
			if i < len(bad) {
				require.Equal(t, "bad", r.Verdict, "%v", r)
				require.NotEmpty(t, r.Faults)
				for _, f := range r.Faults {
					require.NotEmpty(t, f.Cell, r)
					require.NotEqual(t, f.Code, f.Message)
				}
				continue
			}
			require.Equal(t, "new", r.Verdict, "%v", r)
		}
	}
	c.Post(fmt.Sprintf("%s/%d/commit", transfers, n), nil).OK(t, nil)
	d.runJobs(t, "transfer.%")
	for i, r := range odd {
		got := testkit.One[string](t, d.W, "SELECT name || '|' || address || '|' || contact_name || '|' || staff_count FROM company WHERE uscc = $1", uscc(t, 100+i))
		require.Equal(t, r[0]+"|"+r[4]+"|"+r[5]+"|5", got)
	}
	require.Zero(t, testkit.One[int](t, d.W, "SELECT count(*)::int FROM company WHERE name LIKE '%代码错%' OR name LIKE '人数%'"))
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes(asCSV(t, []string{"国标企业", uscc(t, 200), "石柱镇", "5", "", "", ""}))
	require.NoError(t, err)
	again := c.Upload(transfers, roster, sheetFile("gbk.csv", gbk)).Made(t)
	d.runJobs(t, "transfer.%")
	require.Equal(t, "国标企业", d.rows(t, c, again)[0].Cells["name"], "Excel writes CSV like this")
}

type importRow struct {
	Number  int
	Verdict string
	Cells   map[string]string
	Faults  []struct{ Cell, Code, Message string }
}

func (d *desk) rows(t *testing.T, c webtest.Client, n int64) []importRow {
	t.Helper()
	var list struct{ Items []importRow }
	c.Get(fmt.Sprintf("%s/%d/rows?limit=100", transfers, n)).OK(t, &list)
	return list.Items
}
