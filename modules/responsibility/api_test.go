package responsibility_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/responsibility"
	"anbiao/web/webtest"
)

type object = map[string]any

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	boss, welder, bare := k.post(t, 1, "总经理", "principal"), k.post(t, 2, "焊工", "welder"), k.post(t, 3, "保洁员")
	k.made(t, boss, welder)
	api := webtest.New(t, func(a huma.API) { responsibility.Mount(a, k.duties) })
	safety, worker := api.As(k.safety), api.As(k.Actor(t, k.firm, "worker"))
	var matrix struct {
		Version, Pending int
		Posts            []struct{ ID, Name, Workshop, Team string }
		Duties           []struct{ ID, Text string }
		Cells            []struct {
			Row, Column, Score int
			Raci, Kind         string
		}
	}
	safety.Get("/api/responsibility/matrix").OK(t, &matrix)
	assert.Len(t, matrix.Posts, 3)
	assert.Equal(t, "冲压甲班", matrix.Posts[1].Team)
	assert.Len(t, matrix.Cells, 14)
	assert.Equal(t, "main", matrix.Cells[0].Kind)
	safety.Get("/api/responsibility/matrix?type=welder").OK(t, &matrix)
	assert.Len(t, matrix.Posts, 1)
	assert.Len(t, matrix.Duties, 6)
	safety.Post("/api/responsibility/lists", object{"basedOn": 0, "note": "首次发布"}).Refused(t, 409, "responsibility.not-publishable")
	var problems struct {
		Problems []struct{ Code, PostID, Name string }
	}
	safety.Get("/api/responsibility/problems").OK(t, &problems)
	require.Len(t, problems.Problems, 1)
	assert.Equal(t, "喷涂车间/保洁员", problems.Problems[0].Name)
	safety.Post("/api/responsibility/adopt", object{"postIds": []string{bare.ID.String()}, "type": "general_employee"}).OK(t, nil)
	safety.Post("/api/responsibility/cells", object{"dutyId": matrix.Duties[0].ID, "postId": welder.ID.String(), "raci": "AR", "kind": "direct", "score": 18_00, "evidence": "签名"}).OK(t, nil)
	safety.Post("/api/responsibility/cells", object{"dutyId": matrix.Duties[0].ID, "postId": welder.ID.String(), "raci": "X", "kind": "direct", "score": 1}).Refused(t, 422, "http.unprocessable-entity")
	n := safety.Post("/api/responsibility/lists", object{"basedOn": 0, "note": "首次发布"}).Made(t)
	safety.Post("/api/responsibility/lists", object{"basedOn": 0, "note": "又一次"}).Refused(t, 409, "responsibility.moved")
	safety.Post(fmt.Sprintf("/api/responsibility/lists/%d/postings", n), object{"place": "大门公示栏", "postedOn": june1.String()}).OK(t, nil)
	var list struct {
		Version  int
		Checksum string
		Postings []struct{ Place string }
	}
	safety.Get(fmt.Sprintf("/api/responsibility/lists/%d", n)).OK(t, &list)
	assert.Equal(t, 1, list.Version)
	assert.Len(t, list.Checksum, 64)
	assert.Len(t, list.Postings, 1)
	safety.Get("/api/responsibility/matrix").OK(t, &matrix)
	assert.Equal(t, []int{1, 0}, []int{matrix.Version, matrix.Pending})
	worker.Get("/api/responsibility/matrix").Refused(t, 403, "rbac.forbidden")
	worker.Post("/api/responsibility/adopt", object{"postIds": []string{bare.ID.String()}}).Refused(t, 403, "rbac.forbidden")
	var figures struct{ PostsBare, ListVersion int }
	api.As(k.Regulator(t, "town", town)).Get(fmt.Sprintf("/api/responsibility/companies/%d/coverage", k.firm.ID)).OK(t, &figures)
	assert.Equal(t, 1, figures.ListVersion)
	safety.Get(fmt.Sprintf("/api/responsibility/companies/%d/coverage", k.firm.ID)).Refused(t, 403, "rbac.forbidden")
	var library struct {
		Types    []struct{ Code string }
		Statutes []struct{ Code string }
	}
	safety.Get("/api/responsibility/library").OK(t, &library)
	assert.Len(t, library.Types, 28)
	assert.Len(t, library.Statutes, 14)
}

// The files are opened again, and say what the screen says.
func TestFilesOpenAgain(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.made(t, k.post(t, 2, "焊工", "welder"), k.post(t, 3, "喷漆工", "spray_painter"))
	api := webtest.New(t, func(a huma.API) { responsibility.Mount(a, k.duties) })
	got := api.As(k.safety).Get("/api/responsibility/annex.xlsx")
	require.Equal(t, 200, got.Status)
	table, err := sheet.Read(bytes.NewReader(got.Body), int64(len(got.Body)), []sheet.Column{
		{Key: "duty", Title: map[text.Lang]string{text.Chinese: "安全生产职责"}}, {Key: "post", Title: map[text.Lang]string{text.Chinese: "冲压车间/冲压甲班/焊工"}},
	}, sheet.Mapping{})
	require.NoError(t, err)
	cells := map[string]string{}
	for r := range table.Rows() {
		cells[r.Values["duty"]] = r.Values["post"]
	}
	assert.Len(t, cells, 12)
	assert.Equal(t, "直* 24", cells["非固定区动火先办票，清可燃物、配灭火器、等监护"])
	for _, address := range []string{"annex.pdf?size=A3", "annex.pdf?size=A4", "cards.pdf?size=A4"} {
		got := api.As(k.safety).Get("/api/responsibility/" + address)
		require.Equal(t, 200, got.Status, address)
		require.True(t, bytes.HasPrefix(got.Body, []byte("%PDF-")), address)
		said := printed(t, got.Body)
		for _, want := range []string{"焊工", "喷漆工", "非固定区动火先办票", k.firm.Name} {
			assert.Contains(t, said, want, address)
		}
	}
}

var streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)

// printed returns what a PDF writes, one string after another.
func printed(t *testing.T, pdf []byte) string {
	t.Helper()
	var out strings.Builder
	for _, m := range streams.FindAllSubmatch(pdf, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // a stream of another kind
		}
		page, err := io.ReadAll(z)
		if err == nil && bytes.Contains(page, []byte(")Tj")) {
			said(&out, page)
		}
	}
	return out.String()
}

// said reads the strings of a page, which are UTF-16.
func said(out *strings.Builder, page []byte) {
	for i := 0; i < len(page); i++ {
		if page[i] != '(' {
			continue
		}
		var raw []byte
		for i++; i < len(page) && page[i] != ')'; i++ {
			if page[i] == '\\' {
				if i++; page[i] == 'r' {
					raw = append(raw, '\r')
					continue
				}
			}
			raw = append(raw, page[i])
		}
		units := make([]uint16, len(raw)/2)
		for n := range units {
			units[n] = uint16(raw[2*n])<<8 | uint16(raw[2*n+1])
		}
		out.WriteString(string(utf16.Decode(units)))
	}
}
