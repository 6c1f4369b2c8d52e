package attachment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/photo"
	"anbiao/modules/attachment"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const said = `{"takenAt":"2026-03-10T10:30:00+08:00","longitude":120.02,"latitude":28.9,"accuracy":8.5,"pointId":"7","taskId":"9","itemCode":"PRS-01","clockMs":-1500,"deviceNow":"2026-03-10T11:59:00+08:00"}`

func TestShot(t *testing.T) {
	t.Parallel()
	s, err := attachment.ParseShot(said)
	require.NoError(t, err)
	require.InDelta(t, 120.02, *s.Longitude, 1e-9)
	require.Equal(t, int64(7), int64(s.PointID))
	require.Equal(t, int64(-1500), *s.ClockMS)
	none, err := attachment.ParseShot("")
	require.NoError(t, err)
	require.Nil(t, none)
	taken := `"takenAt":"2026-03-10T10:30:00Z"`
	for text, want := range map[string]error{
		`{}`:                            attachment.ErrShotTime,
		`null`:                          attachment.ErrShotTime,
		`[]`:                            attachment.ErrShot,
		`x`:                             attachment.ErrShot,
		`{` + taken + `} {}`:            attachment.ErrShot,
		`{` + taken + `,"other":1}`:     attachment.ErrShot,
		`{` + taken + `,"pointId":7}`:   attachment.ErrShot,
		`{` + taken + `,"pointId":"x"}`: attachment.ErrShot,
		`{` + taken + `,"itemCode":"` + strings.Repeat("A", 41) + `"}`: attachment.ErrShot,
		strings.Repeat(" ", 2001):                                      attachment.ErrShot,
		`{"takenAt":"1970-01-01T00:00:00Z"}`:                           attachment.ErrShotTime,
		`{` + taken + `,"clockMs":31536000001}`:                        attachment.ErrShotTime,
		`{` + taken + `,"longitude":1}`:                                attachment.ErrShotPlace,
		`{` + taken + `,"longitude":181,"latitude":1}`:                 attachment.ErrShotPlace,
		`{` + taken + `,"longitude":1,"latitude":-91}`:                 attachment.ErrShotPlace,
		`{` + taken + `,"accuracy":-1}`:                                attachment.ErrShotPlace,
	} {
		_, err := attachment.ParseShot(text)
		require.ErrorIs(t, err, want, text)
	}
}

func TestPhotoWithShot(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var proven []string
	w.s.Prove = func(_ context.Context, _ db.Tx, _ rbac.Scope, f attachment.File, s *attachment.Shot) (attachment.Proof, error) {
		return &noted{f.UploadedName, s, &proven}, nil
	}
	send := func(client, shot string, content []byte) webtest.Answer {
		return w.api.As(w.worker).Upload("/api/attachment/files", map[string]string{"clientId": client, "shot": shot}, webtest.File{Field: "file", Name: "a.jpg", Content: content})
	}
	client := uuid.NewString()
	n := send(client, said, picture(t, 50)).Made(t)
	require.Equal(t, n, send(client, said, picture(t, 50)).Made(t))
	require.Equal(t, []string{fmt.Sprint(n, " PRS-01")}, proven, "once, however often it is sent")
	got := w.api.As(w.worker).Get(fmt.Sprintf("/api/attachment/files/%d/content", n)).OK(t, nil)
	seen, err := jpeg.Decode(bytes.NewReader(got.Body))
	require.NoError(t, err)
	marked, _, _, _ := seen.At(100, seen.Bounds().Dy()-50).RGBA()
	plain, _, _, _ := seen.At(100, 50).RGBA()
	require.Greater(t, marked, uint32(0xf000), "the watermark is seen")
	require.Less(t, plain, uint32(0x4000))
	original := w.api.As(w.worker).Get(fmt.Sprintf("/api/attachment/files/%d/content?size=original", n)).OK(t, nil)
	require.Equal(t, picture(t, 50), original.Body, "as it was taken")
	require.True(t, testkit.One[time.Time](t, w.W, "SELECT taken_at FROM attachment WHERE id = $1", n).Equal(noon.Add(-90*time.Minute)))

	send(uuid.NewString(), `{"takenAt":1}`, picture(t, 51)).Refused(t, 422, "attachment.shot")
	bad := `{"takenAt":"2026-03-10T10:30:00Z","itemCode":"BAD-01"}`
	require.Equal(t, 500, send(uuid.NewString(), bad, picture(t, 52)).Status)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM attachment"), "kept and proven, or neither")
	n = send(uuid.NewString(), said, []byte(pdf)).Made(t)
	require.Len(t, proven, 1, "a document is no photo")
	require.NotZero(t, n)
}

// noted is a proof that whitens the lower edge of the picture.
type noted struct {
	name   string
	shot   *attachment.Shot
	proven *[]string
}

func (p *noted) Mark(canvas *image.RGBA, thumb []byte) error {
	if small, err := jpeg.Decode(bytes.NewReader(thumb)); err != nil || small.Bounds().Dx() != photo.ThumbSide {
		return errors.New("not the thumbnail")
	}
	edge := canvas.Bounds()
	edge.Min.Y = edge.Max.Y - 100
	draw.Draw(canvas, edge, image.White, image.Point{}, draw.Src)
	return nil
}

func (p *noted) Keep(_ context.Context, _ db.Tx, _ rbac.Scope, f attachment.File, display []byte) error {
	if p.shot.ItemCode == "BAD-01" || p.name != f.UploadedName || len(display) == 0 {
		return errors.New("broken")
	}
	*p.proven = append(*p.proven, fmt.Sprint(int64(f.ID), " ", p.shot.ItemCode))
	return nil
}
