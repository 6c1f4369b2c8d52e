package proof_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/blob"
	"anbiao/kit/calendar"
	"anbiao/kit/db"
	"anbiao/kit/photo"
	"anbiao/modules/attachment"
	"anbiao/modules/proof"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                 *proof.Service
	files             *attachment.Service
	api               *webtest.API
	dir               string
	firm              testkit.Firm
	safety, worker    rbac.Actor
	stranger          rbac.Actor
	county, elsewhere rbac.Actor
	told              []proof.Note
	records           []proof.Record
	point             int64
	numbers           int64
}

type exhibit struct{ *proof.Draft }

func (e exhibit) Keep(ctx context.Context, tx db.Tx, _ rbac.Scope, f attachment.File, display []byte) error {
	return e.Draft.Keep(ctx, tx, f.ID, display)
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), dir: t.TempDir()}
	w.Set(noon)
	store, err := blob.OpenDirectory(w.dir)
	require.NoError(t, err)
	cal, err := calendar.Open()
	require.NoError(t, err)
	w.files = &attachment.Service{Gate: w.Gate, Blobs: store}
	w.s = &proof.Service{Gate: w.Gate, Blobs: store, Ring: ring(1), BaseURL: "https://anbiao.test", Calendar: cal, Claim: w.files.Claim}
	w.s.Tell = func(_ context.Context, _ db.Tx, n proof.Note) error {
		w.told = append(w.told, n)
		return nil
	}
	w.s.New = func(_ context.Context, _ db.Tx, c rbac.CompanyID, from, until time.Time) (out []proof.Record, _ error) {
		for _, r := range w.records {
			if r.CompanyID == c && !r.ReceivedAt.Before(from) && r.ReceivedAt.Before(until) {
				out = append(out, r)
			}
		}
		return out, nil
	}
	w.s.Around = func(context.Context, db.Tx, rbac.CompanyID, int64, time.Time, time.Time) ([]proof.Record, error) {
		return w.records, nil
	}
	w.files.Prove = func(ctx context.Context, tx db.Tx, scope rbac.Scope, f attachment.File, s *attachment.Shot) (attachment.Proof, error) {
		var shot *proof.Shot
		if s != nil {
			converted := proof.Shot(*s)
			shot = &converted
		}
		d, err := w.s.Prepare(ctx, tx, scope, proof.Photo{ClientID: f.ClientID, SHA256: f.SHA256, Uploader: f.UploadedName}, shot)
		return exhibit{d}, err
	}
	w.api = webtest.New(t, func(api huma.API) {
		attachment.Mount(api, w.files)
		proof.Mount(api, w.s)
	})
	w.firm = w.Company(t, "330784105")
	w.safety, w.worker = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.elsewhere = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	w.point = testkit.One[int64](t, w.W, `INSERT INTO checklist_point (company_id, region_path, oversight_line, public_id, number, name, place, modules, items, created_at, updated_at)
		VALUES ($1, $2, $3, gen_random_uuid(), 1, '3号压力机', '冲压车间东侧', '{}', '{}', now(), now()) RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, w.firm.Line)
	return w
}

func ring(seed byte) *proof.Ring { return proof.NewRing([][]byte{bytes.Repeat([]byte{seed}, 32)}) }

// picture is a JPEG with something in it, of its own for each n.
func picture(t *testing.T, n int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1000, 750))
	for y := range 750 {
		for x := range 1000 {
			img.SetRGBA(x, y, color.RGBA{uint8(x * (n + 1) / 5), uint8(y / (n + 2)), uint8((x / 50 * (y / 50) * n) % 256), 255})
		}
	}
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

func (w *world) send(t *testing.T, a rbac.Actor, content []byte, shot string) int64 {
	t.Helper()
	return w.api.As(a).Upload("/api/attachment/files", map[string]string{"clientId": uuid.NewString(), "shot": shot}, webtest.File{Field: "file", Name: "a.jpg", Content: content}).Made(t)
}

// said is what a phone whose clock is 3 minutes slow says of a photo of the point.
func (w *world) said(point int64) string {
	return fmt.Sprintf(`{"takenAt":"2026-03-10T11:50:00+08:00","longitude":120.036451,"latitude":28.895102,"accuracy":11.6,"pointId":"%d","itemCode":"PRS-01","clockMs":180000,"deviceNow":"2026-03-10T11:57:00+08:00"}`, point)
}

func (w *world) bind(t *testing.T, file int64) {
	t.Helper()
	w.Exec(t, "UPDATE attachment SET bound_noun = 'inspection_check', bound_id = 1, bound_at = now() WHERE id = $1", file)
}

func (w *world) content(t *testing.T, a rbac.Actor, file int64, size string) []byte {
	t.Helper()
	return w.api.As(a).Get(fmt.Sprintf("/api/attachment/files/%d/content?size=%s", file, size)).OK(t, nil).Body
}

type full struct {
	Code, Standing, Statement, Signature, PublicKey, SHA256, DisplaySHA256, Person, Company, PointName string
	DriftSeconds                                                                                       *int
	Phone, Marked                                                                                      bool
	Longitude                                                                                          *float64
}

func (w *world) proof(t *testing.T, a rbac.Actor, file int64) (f full) {
	t.Helper()
	w.api.As(a).Get(fmt.Sprintf("/api/proof/photos/%d", file)).OK(t, &f)
	return f
}

func hexOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestPhotoIsProven(t *testing.T) {
	t.Parallel()
	w := setup(t)
	original := picture(t, 1)
	file := w.send(t, w.worker, original, w.said(w.point))
	got := w.proof(t, w.worker, file)
	require.Equal(t, "unbound", got.Standing, "it belongs to no record yet")
	w.bind(t, file)
	for _, a := range []rbac.Actor{w.worker, w.safety, w.county} {
		got = w.proof(t, a, file)
		require.Equal(t, "genuine", got.Standing)
		require.Equal(t, "3号压力机", got.PointName)
		require.Equal(t, w.firm.Name, got.Company)
		require.Equal(t, 180, *got.DriftSeconds)
		require.InDelta(t, 120.036451, *got.Longitude, 1e-9)
	}
	require.Equal(t, original, w.content(t, w.safety, file, "original"), "the original is untouched")
	require.Equal(t, hexOf(original), got.SHA256)
	shown := w.content(t, w.safety, file, "display")
	require.Equal(t, hexOf(shown), got.DisplaySHA256)
	require.NotEmpty(t, got.Signature)

	key, err := base64.StdEncoding.DecodeString(got.PublicKey)
	require.NoError(t, err)
	signature, err := base64.StdEncoding.DecodeString(got.Signature)
	require.NoError(t, err)
	require.True(t, ed25519.Verify(key, []byte(got.Statement), signature), "anybody can verify it without us")
	var said map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.Statement), &said))
	require.Equal(t, got.SHA256, said["sha256"])

	w.watermarked(t, original, shown)
	for _, a := range []rbac.Actor{w.stranger, w.elsewhere} {
		w.api.As(a).Get(fmt.Sprintf("/api/proof/photos/%d", file)).Refused(t, 404, "rbac.not-found")
		require.JSONEq(t, `{"items":[]}`, string(w.api.As(a).Get(fmt.Sprintf("/api/proof/photos?files=%d", file)).OK(t, nil).Body))
	}
}

// watermarked shows that what is shown differs from the picture below a line only.
func (w *world) watermarked(t *testing.T, original, shown []byte) {
	t.Helper()
	plain, err := photo.Process(t.Context(), original)
	require.NoError(t, err)
	was, err := jpeg.Decode(bytes.NewReader(plain.Display))
	require.NoError(t, err)
	is, err := jpeg.Decode(bytes.NewReader(shown))
	require.NoError(t, err)
	require.Equal(t, was.Bounds(), is.Bounds())
	far := func(y int) (n int) {
		for x := range was.Bounds().Dx() {
			a, b := color.GrayModel.Convert(was.At(x, y)).(color.Gray).Y, color.GrayModel.Convert(is.At(x, y)).(color.Gray).Y //nolint:forcetypeassert // it converts to Gray
			if max(a, b)-min(a, b) > 24 {
				n++
			}
		}
		return n
	}
	height := was.Bounds().Dy()
	for y := range height / 2 {
		require.Less(t, far(y), was.Bounds().Dx()/20, "row %d is as it was", y)
	}
	require.Greater(t, far(height-15), was.Bounds().Dx()/10, "the bar")
}

func TestPublicView(t *testing.T) {
	t.Parallel()
	w := setup(t)
	file := w.send(t, w.worker, picture(t, 1), w.said(w.point))
	w.bind(t, file)
	code := w.proof(t, w.worker, file).Code
	require.Regexp(t, `^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`, code)
	body := string(w.api.Anonymous().Get("/api/proof/codes/"+code).OK(t, nil).Body)
	require.Contains(t, body, `"standing":"genuine"`)
	require.Contains(t, body, `"person":"员**"`)
	require.NotContains(t, body, w.worker.Name)
	require.Contains(t, body, `"longitude":120.04,`)
	require.Contains(t, body, w.firm.Name)
	w.api.Anonymous().Get("/api/proof/codes/0000-0000-0000").Refused(t, 404, "rbac.not-found")
	w.api.Anonymous().Get("/api/proof/codes/nonsense").Refused(t, 422, "proof.code")
	err := w.Gate.Public(t.Context(), proof.ActionVerify, func(tx db.Tx) error { return tx.Exec("SELECT 1 FROM proof").Error })
	require.ErrorContains(t, err, "permission denied", "the public pool has its functions and nothing else")
}

// TestTampering changes every column of the row and a byte of the file, one at a time.
func TestTampering(t *testing.T) {
	t.Parallel()
	w := setup(t)
	file := w.send(t, w.worker, picture(t, 1), w.said(w.point))
	w.bind(t, file)
	require.Equal(t, "genuine", w.proof(t, w.worker, file).Standing)
	for column, value := range map[string]string{
		"company_name": "'另一家公司'", "sha256": "sha256('x')", "display_sha256": "sha256('x')", "look": "coalesce(look, 0) + 1", "phone": "false",
		"device_at": "device_at - interval '1 second'", "server_at": "server_at + interval '1 microsecond'", "clock_ms": "0", "drift_ms": "NULL",
		"longitude_e6": "longitude_e6 + 1", "latitude_e6": "latitude_e6 - 1", "accuracy_m": "3", "person_name": "'别人'", "point_id": "NULL", "point_name": "''",
		"place": "'别处'", "task_id": "9", "item_code": "'PRS-02'", "marked": "false", "staff_id": "NULL", "code": "'000000000000'", "signature": "decode(repeat('00', 64), 'hex')",
	} {
		w.Exec(t, "CREATE TEMP TABLE kept AS SELECT * FROM proof")
		w.Exec(t, fmt.Sprintf("UPDATE proof SET %s = %s", column, value))
		require.Equal(t, "forged", w.proof(t, w.worker, file).Standing, column)
		w.Exec(t, "DELETE FROM proof; INSERT INTO proof OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept")
	}
	require.Equal(t, "genuine", w.proof(t, w.worker, file).Standing)

	path := filepath.Join(w.dir, testkit.One[string](t, w.W, "SELECT original_key FROM attachment WHERE id = $1", file))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	require.NoError(t, os.WriteFile(path, content, 0o600))
	require.Equal(t, "altered", w.proof(t, w.worker, file).Standing)
	require.NoError(t, os.Remove(path))
	require.Equal(t, "gone", w.proof(t, w.worker, file).Standing)
	w.s.Ring = ring(2)
	require.Equal(t, "unchecked", w.proof(t, w.worker, file).Standing, "the key is not there any more")
	w.s.Ring = proof.NewRing([][]byte{bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{1}, 32)})
	require.Equal(t, "gone", w.proof(t, w.worker, file).Standing, "after a change of the secret the old key still verifies")
}

// TestWithoutShot shows what is known of what no phone described, and that what a phone says wrong
// costs no photo.
func TestWithoutShot(t *testing.T) {
	t.Parallel()
	w := setup(t)
	original := picture(t, 2)
	file := w.send(t, w.safety, original, "")
	got := w.proof(t, w.safety, file)
	require.False(t, got.Phone)
	require.False(t, got.Marked)
	require.Nil(t, got.Longitude)
	plain, err := photo.Process(t.Context(), original)
	require.NoError(t, err)
	require.Equal(t, plain.Display, w.content(t, w.safety, file, "display"), "no watermark")
	foreign := w.proof(t, w.stranger, w.send(t, w.stranger, original, w.said(w.point)))
	require.Empty(t, foreign.PointName, "the point is of another company")
	require.True(t, foreign.Marked)
	w.bind(t, file)
	w.Exec(t, "UPDATE attachment SET bound_noun = 'inspection_signature' WHERE id = $1", file)
	w.api.As(w.county).Get(fmt.Sprintf("/api/proof/photos/%d", file)).Refused(t, 404, "rbac.not-found")
	w.Exec(t, "DELETE FROM attachment WHERE id = $1", file)
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM proof WHERE attachment_id = $1", file), "it goes with an unclaimed draft")
}

func TestBadQuestions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, q := range []string{"", "?files=", "?files=a", "?files=1,", "?files=1;DROP"} {
		require.Equal(t, 422, w.api.As(w.safety).Get("/api/proof/photos"+q).Status, q)
	}
	w.api.As(w.safety).Get("/api/proof/photos?files=9999999999999999999").OK(t, nil)
	w.api.Anonymous().Get("/api/proof/photos?files=1").Refused(t, 401, "rbac.unauthenticated")
	require.Equal(t, 422, w.api.As(w.safety).Get("/api/proof/signals?state=guilty").Status)
	w.api.As(w.worker).Get("/api/proof/signals").Refused(t, 403, "rbac.forbidden")
	w.api.As(w.county).Post("/api/proof/signals/1/explain", map[string]string{"explanation": "x"}).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.safety).Post("/api/proof/signals/1/note", map[string]string{"outcome": "seen"}).Refused(t, 403, "rbac.forbidden")
}
