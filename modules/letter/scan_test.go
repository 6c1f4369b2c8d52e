package letter_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/scan"
	"anbiao/modules/letter"
	"anbiao/rbac"
)

// paper is a scanned page: its code where it is printed, lines of writing, turned by quarters.
func paper(t *testing.T, code string, quarters int) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 1240, 1754))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	for y := 320; y < 1500; y += 40 {
		for x := 100; x < 1100; x += 17 {
			draw.Draw(m, image.Rect(x, y, x+9, y+15+x%7), image.Black, image.Point{}, draw.Src)
		}
	}
	if code != "" {
		qr, err := scan.Draw(code, 142)
		require.NoError(t, err)
		draw.Draw(m, image.Rect(1026, 47, 1168, 189), qr, image.Point{}, draw.Src)
	}
	for range quarters {
		b := m.Bounds()
		r := image.NewGray(image.Rect(0, 0, b.Dy(), b.Dx()))
		for y := range b.Dy() {
			for x := range b.Dx() {
				r.SetGray(b.Dy()-1-y, x, m.GrayAt(x, y))
			}
		}
		m = r
	}
	for i := 0; i < len(m.Pix); i += 61 { // dust
		m.SetGray(i%m.Stride, i/m.Stride, color.Gray{Y: m.Pix[i] ^ 0x70})
	}
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, m, &jpeg.Options{Quality: 50}))
	return out.Bytes()
}

func pdfOf(t *testing.T, pages ...[]byte) []byte {
	t.Helper()
	d := doc.New(doc.Options{})
	for i, p := range pages {
		if i > 0 {
			d.Break()
		}
		d.ImageAt(p, 0, 0, 210, 297)
	}
	b, err := d.Bytes()
	require.NoError(t, err)
	return b
}

func incoming(name string, b []byte) letter.Incoming {
	return letter.Incoming{Name: name, Size: int64(len(b)), ReadSeeker: bytes.NewReader(b)}
}

func TestPrintedSignedScanned(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.sent(t)
	printed, err := w.s.Print(as(t, w.safety), n, letter.Printing{Waiting: true})
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(printed.Content, []byte("%PDF-")))
	if to := os.Getenv("DOC_SAMPLE"); to != "" {
		require.NoError(t, os.WriteFile(to, printed.Content, 0o600))
	}
	team, err := w.s.Print(as(t, w.leader), n, letter.Printing{})
	require.NoError(t, err)
	require.Less(t, bytes.Count(team.Content, []byte("/Contents ")), bytes.Count(printed.Content, []byte("/Contents ")), "a leader prints his team's")
	_, err = w.s.Print(as(t, w.worker), n, letter.Printing{})
	require.ErrorIs(t, err, rbac.ErrForbidden)

	code := func(a rbac.Actor, page int) string { return letter.StampFor(w.of(t, a).Letter, page, 2, 2026) }
	bundle := pdfOf(t, paper(t, code(w.worker, 1), 0), paper(t, code(w.mate, 2), 2), paper(t, code(w.worker, 2), 1), paper(t, code(w.mate, 1), 3),
		paper(t, code(w.lone, 1), 0), paper(t, "", 0), paper(t, "AB-L:AAAAAAAAAAAAAAAAAAAAAA:1/1:2026", 0))
	signedOn := day.Of(2026, 3, 8)
	up := func(a rbac.Actor, on day.Date, files ...letter.Incoming) (id.Of[letter.Scan], error) {
		return w.s.Upload(as(t, a), n, on, files)
	}
	s, err := up(w.safety, signedOn, incoming("扫描.pdf", bundle), incoming("IMG_1.jpg", paper(t, code(w.fitter, 1), 0)))
	require.NoError(t, err)
	w.drain(t)
	b, err := w.s.Scan(as(t, w.safety), s)
	require.NoError(t, err)
	require.Equal(t, []any{"done", 8, 2}, []any{b.Scan.State, b.Scan.Pages, b.Scan.Filed})
	var problems []string
	for _, p := range b.Pages {
		problems = append(problems, p.Problem)
		require.NotEmpty(t, p.BlobKey)
	}
	require.Equal(t, []string{"", "", "", "", "", "no-code", "unknown-code", ""}, problems)
	require.Equal(t, []int{8, 7, 5, 2}, w.figures(t, w.county))
	for _, a := range []rbac.Actor{w.worker, w.mate} {
		o := w.of(t, a)
		require.Equal(t, []any{letter.Signed, true, signedOn, 2}, []any{o.Letter.State, o.Letter.OnPaper, o.Letter.SignedOn, len(o.Pages)})
	}
	require.Equal(t, map[id.Of[id.Letter]][]int{w.of(t, w.lone).Letter.ID: {2}, w.of(t, w.fitter).Letter.ID: {2}}, b.Lacking)

	// By hand: the page without a code is the second of the lone welder's.
	file := func(i int, f letter.Filing) error {
		_, err := w.s.Place(as(t, w.safety), b.Pages[i].ID, f)
		return err
	}
	lone := w.of(t, w.lone).Letter.ID
	require.ErrorIs(t, file(5, letter.Filing{LetterID: lone, Page: 3, Of: 2}), letter.ErrPageNumber)
	require.ErrorIs(t, file(5, letter.Filing{LetterID: 99, Page: 2, Of: 2}), rbac.ErrNotFound)
	require.ErrorIs(t, file(0, letter.Filing{LetterID: lone, Page: 2, Of: 2}), letter.ErrFiled)
	require.NoError(t, file(5, letter.Filing{LetterID: lone, Page: 2, Of: 2}))
	require.Equal(t, letter.Signed, w.of(t, w.lone).Letter.State)
	require.NoError(t, file(6, letter.Filing{}))
	_, err = w.s.Place(as(t, w.director), b.Pages[6].ID, letter.Filing{})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	b, err = w.s.Scan(as(t, w.safety), s)
	require.NoError(t, err)
	require.Equal(t, []any{3, "put-aside"}, []any{b.Scan.Filed, b.Pages[6].Problem})

	picture := func(a rbac.Actor, i int) error {
		_, err := w.s.PagePicture(as(t, a), b.Pages[i].ID)
		return err
	}
	require.NoError(t, picture(w.safety, 6))
	require.NoError(t, picture(w.worker, 0))
	require.NoError(t, picture(w.leader, 0))
	require.ErrorIs(t, picture(w.worker, 1), rbac.ErrNotFound)
	require.ErrorIs(t, picture(w.leader, 6), rbac.ErrNotFound)
	require.ErrorIs(t, picture(w.stranger, 0), rbac.ErrNotFound)
	_, err = w.s.Scan(as(t, w.stranger), s)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	require.ErrorIs(t, w.sign(t, w.worker, w.worker), letter.ErrSignedYet)

	// The rest of a letter may come with a later scan; what is signed is left as it is.
	s, err = up(w.safety, signedOn, incoming("2.pdf", pdfOf(t, paper(t, code(w.fitter, 2), 0), paper(t, code(w.worker, 1), 0))))
	require.NoError(t, err)
	w.drain(t)
	b, err = w.s.Scan(as(t, w.safety), s)
	require.NoError(t, err)
	require.Equal(t, 1, b.Scan.Filed)
	require.Equal(t, letter.Signed, w.of(t, w.fitter).Letter.State)

	// A file that cannot be read says so.
	s, err = up(w.head, signedOn, incoming("x.pdf", []byte("%PDF-1.4\nrubbish")))
	require.NoError(t, err)
	w.drain(t)
	b, err = w.s.Scan(as(t, w.safety), s)
	require.NoError(t, err)
	require.Equal(t, []string{"failed", "scan.broken"}, []string{b.Scan.State, b.Scan.FaultCode})
	rows, _, err := w.s.Scans(as(t, w.safety), n, limit)
	require.NoError(t, err)
	require.Len(t, rows, 3)

	for _, c := range []struct {
		who  rbac.Actor
		on   day.Date
		file letter.Incoming
		want error
	}{
		{w.safety, signedOn, incoming("a.txt", []byte("text")), letter.ErrFileType},
		{w.safety, day.Of(2026, 3, 11), incoming("a.pdf", bundle), letter.ErrSignedOn},
		{w.safety, day.Date{}, incoming("a.pdf", bundle), letter.ErrSignedOn},
		{w.director, signedOn, incoming("a.pdf", bundle), rbac.ErrForbidden},
		{w.agent, signedOn, incoming("a.pdf", bundle), rbac.ErrForbidden},
		{w.stranger, signedOn, incoming("a.pdf", bundle), rbac.ErrNotFound},
	} {
		_, err := up(c.who, c.on, c.file)
		require.ErrorIs(t, err, c.want)
	}
	_, err = up(w.safety, signedOn)
	require.ErrorIs(t, err, letter.ErrNoFile)
	left := 0
	for _, err := range w.s.Blobs.List(t.Context(), "letter/scan/") {
		require.NoError(t, err)
		left++
	}
	require.Equal(t, 4, left, "what was refused leaves nothing behind")
}
