package attachment_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/attachment"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

type progress struct {
	Received int
	ID       string
	Piece    int
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// long is a document of n bytes.
func long(n int) []byte { return append([]byte(pdf), make([]byte, n-len(pdf))...) }

func (w *world) begin(a rbac.Actor, client string, content []byte, shot string) webtest.Answer {
	return w.api.As(a).Post("/api/attachment/uploads", map[string]any{"clientId": client, "name": "现场.jpg", "bytes": len(content), "sha256": sumOf(content), "shot": shot})
}

func (w *world) piece(a rbac.Actor, client string, offset int, piece []byte) webtest.Answer {
	return w.api.As(a).Upload("/api/attachment/uploads/pieces", map[string]string{"clientId": client, "offset": fmt.Sprint(offset)}, webtest.File{Field: "file", Name: "piece", Content: piece})
}

func (w *world) pieces(t *testing.T) (n int) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(w.dir, "upload", "*", "*"))
	require.NoError(t, err)
	return len(found)
}

func TestUploadInPieces(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var proven []string
	w.s.Prove = func(_ context.Context, _ db.Tx, _ rbac.Scope, f attachment.File, s *attachment.Shot) (attachment.Proof, error) {
		return &noted{f.UploadedName, s, &proven}, nil
	}
	content, client := picture(t, 77), uuid.NewString()
	third := len(content) / 3
	var p progress
	w.begin(w.worker, client, content, said).OK(t, &p)
	require.Equal(t, progress{0, "", attachment.MaxPiece}, p)
	w.piece(w.worker, client, 0, content[:third]).OK(t, &p)
	require.Equal(t, third, p.Received)
	w.piece(w.worker, client, 0, content[:third]).Refused(t, 409, "attachment.offset")
	w.piece(w.worker, client, 2*third, content[2*third:]).Refused(t, 409, "attachment.offset")
	w.begin(w.worker, client, content, said).OK(t, &p)
	require.Equal(t, third, p.Received, "the phone was closed and asks where it stands")
	w.piece(w.worker, client, third, content[third:2*third]).OK(t, nil)
	require.Equal(t, 2, w.pieces(t))
	w.piece(w.worker, client, 2*third, content[2*third:]).OK(t, &p)
	require.Equal(t, len(content), p.Received)
	require.NotEmpty(t, p.ID)
	require.Zero(t, w.pieces(t), "the file is whole: its pieces are gone")
	first := p.ID
	for range 2 {
		w.begin(w.worker, client, content, said).OK(t, &p)
		require.Equal(t, first, p.ID)
		w.piece(w.worker, client, 2*third, content[2*third:]).OK(t, &p)
		require.Equal(t, first, p.ID)
	}
	require.Equal(t, first, fmt.Sprint(w.send(w.worker, client, "a.jpg", content).Made(t)), "the same at once is the same file")
	require.Equal(t, []string{first + " PRS-01"}, proven)
	got := w.api.As(w.worker).Get("/api/attachment/files/"+first+"/content?size=original").OK(t, nil)
	require.Equal(t, content, got.Body)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM attachment"))
}

func TestUploadRefusesPieces(t *testing.T) {
	t.Parallel()
	w := setup(t)
	content, client := long(3000), uuid.NewString()
	w.piece(w.worker, client, 0, content).Refused(t, 404, "attachment.no-upload")
	w.begin(w.worker, client, content, "").OK(t, nil)
	w.piece(w.worker, client, 0, nil).Refused(t, 422, "attachment.piece")
	w.piece(w.worker, client, 0, append(content, 1)).Refused(t, 422, "attachment.piece")
	w.piece(w.worker, client, 0, make([]byte, attachment.MaxPiece+1)).Refused(t, 422, "attachment.piece")
	w.piece(w.worker, client, -1, content).Refused(t, 422, "http.unprocessable-entity")
	w.piece(w.worker, "x", 0, content).Refused(t, 422, "http.unprocessable-entity")
	for name, a := range map[string]rbac.Actor{"colleague": w.other, "stranger": w.stranger} {
		require.Equal(t, "attachment.no-upload", w.piece(a, client, 0, content).Problem(t).Code, name)
	}
	w.begin(w.other, client, content, "").Refused(t, 409, "attachment.other-content")
	w.begin(w.worker, client, long(3001), "").Refused(t, 409, "attachment.other-content")
	w.begin(w.stranger, client, long(3001), "").OK(t, nil)
	w.begin(w.county, client, content, "").Refused(t, 403, "rbac.forbidden")
	w.piece(w.county, client, 0, content).Refused(t, 403, "rbac.forbidden")
	w.api.Anonymous().Post("/api/attachment/uploads", map[string]any{}).Refused(t, 401, "rbac.unauthenticated")
	for code, body := range map[string]map[string]any{
		"http.unprocessable-entity": {"clientId": client, "name": "x", "bytes": 3, "sha256": "00"},
		"attachment.client-id":      {"clientId": uuid.Nil, "name": "x", "bytes": 3, "sha256": sumOf(nil)},
		"attachment.shot":           {"clientId": uuid.New(), "name": "x", "bytes": 3, "sha256": sumOf(nil), "shot": "?"},
	} {
		w.api.As(w.worker).Post("/api/attachment/uploads", body).Refused(t, 422, code)
	}
	w.api.As(w.worker).Post("/api/attachment/uploads", map[string]any{"clientId": client, "name": "x", "bytes": attachment.MaxBytes + 1, "sha256": sumOf(nil)}).Refused(t, 422, "http.unprocessable-entity")

	html := []byte("<html>" + strings.Repeat("x", 500))
	client = uuid.NewString()
	w.begin(w.worker, client, html, "").OK(t, nil)
	w.piece(w.worker, client, 0, html).Refused(t, 415, "photo.type")
	w.begin(w.worker, client, html, "").Refused(t, 415, "photo.type")
}

// TestUploadTorn: what arrived is not what was announced, or the store lost a piece.
func TestUploadTorn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	content, client := long(4000), uuid.NewString()
	other := append([]byte("%PDF-1.7"), content[8:]...)
	w.begin(w.worker, client, content, "").OK(t, nil)
	w.piece(w.worker, client, 0, other).Refused(t, 409, "attachment.torn")
	require.Zero(t, w.pieces(t))
	w.piece(w.worker, client, 0, content).Refused(t, 404, "attachment.no-upload")
	var p progress
	w.begin(w.worker, client, content, "").OK(t, &p)
	require.Zero(t, p.Received)
	w.piece(w.worker, client, 0, content[:1000]).OK(t, nil)
	lost, err := filepath.Glob(filepath.Join(w.dir, "upload", "*", "*"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(lost[0]))
	w.piece(w.worker, client, 1000, content[1000:]).Refused(t, 409, "attachment.torn")
	w.begin(w.worker, client, content, "").OK(t, nil)
	w.piece(w.worker, client, 0, content).OK(t, &p)
	require.NotEmpty(t, p.ID)
}

// TestUploadDies plays the steps at which the program may be killed: a piece in the store
// that no row counts, all pieces counted and no file made, a file made and the upload left.
func TestUploadDies(t *testing.T) {
	t.Parallel()
	w := setup(t)
	content, client := long(5000), uuid.NewString()
	begun := func() (p progress) {
		w.begin(w.worker, client, content, "").OK(t, &p)
		return p
	}
	begun()
	half := fmt.Sprintf("upload/2026-03-10/%d_%s_1_0_2500", int64(w.firm.ID), client)
	require.NoError(t, w.s.Blobs.Put(t.Context(), half, strings.NewReader("torn"), 4))
	require.Zero(t, begun().Received)
	w.piece(w.worker, client, 0, content[:2500]).OK(t, nil)
	w.piece(w.worker, client, 2500, content[2500:4000]).OK(t, nil)
	rest := fmt.Sprintf("upload/2026-03-10/%d_%s_1_4000_1000", int64(w.firm.ID), client)
	require.NoError(t, w.s.Blobs.Put(t.Context(), rest, strings.NewReader(string(content[4000:])), 1000))
	w.Exec(t, "UPDATE attachment_upload SET pieces = pieces || 1000, received = 5000")
	first := begun().ID
	require.NotEmpty(t, first, "the pieces were there: the next question makes the file")
	w.Exec(t, "UPDATE attachment_upload SET swept_at = NULL")
	require.Equal(t, first, begun().ID)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM attachment"))
}

// TestUploadRaces sends the pieces of one file from four tabs at once, in pieces of many
// sizes: one file comes of it.
func TestUploadRaces(t *testing.T) {
	t.Parallel()
	w := setup(t)
	content, client := long(40_000), uuid.NewString()
	ids := make([]string, 4)
	var tabs sync.WaitGroup
	for i := range ids {
		dice := rand.New(rand.NewPCG(7, uint64(i)))
		tabs.Go(func() {
			for ids[i] == "" {
				var p progress
				if a := w.begin(w.worker, client, content, ""); a.Status == 200 {
					a.OK(t, &p)
				} else {
					require.Equal(t, "attachment.torn", a.Problem(t).Code)
				}
				if ids[i] = p.ID; p.ID != "" {
					return
				}
				end := min(len(content), p.Received+1+dice.IntN(9000))
				a := w.piece(w.worker, client, p.Received, content[p.Received:end])
				if a.Status != 200 {
					require.Contains(t, []string{"attachment.offset", "attachment.torn", "attachment.no-upload"}, a.Problem(t).Code)
				}
			}
		})
	}
	tabs.Wait()
	for _, one := range ids {
		require.Equal(t, ids[0], one)
	}
	got := w.api.As(w.worker).Get("/api/attachment/files/"+ids[0]+"/content").OK(t, nil)
	require.Equal(t, content, got.Body)
}

func TestUploadLimit(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, `INSERT INTO attachment_upload (company_id, region_path, oversight_line, client_id, person_id, name, bytes, sha256, shot, turn, pieces, received, begun_at, touched_at)
		SELECT $1, '330784105', 0, gen_random_uuid(), $2, 'x', 1, sha256('x'), 'null', 1, '{}', 0, $3::timestamptz, $3 FROM generate_series(1, 400)`, int64(w.firm.ID), int64(w.worker.PersonID), noon)
	w.begin(w.worker, uuid.NewString(), long(2000), "").Refused(t, 429, "attachment.too-many-drafts")
	w.begin(w.other, uuid.NewString(), long(2000), "").OK(t, nil)
}

func TestSweepUploads(t *testing.T) {
	t.Parallel()
	w := setup(t)
	content, left, going := long(3000), uuid.NewString(), uuid.NewString()
	w.begin(w.worker, left, content, "").OK(t, nil)
	w.piece(w.worker, left, 0, content[:1000]).OK(t, nil)
	w.begin(w.worker, going, content, "").OK(t, nil)
	w.piece(w.worker, going, 0, content[:1000]).OK(t, nil)
	w.Set(noon.Add(14 * time.Hour))
	w.piece(w.worker, going, 1000, content[1000:2000]).OK(t, nil)
	registry := jobs.NewRegistry()
	w.s.Jobs(registry)
	worker := &jobs.Worker{System: w.System(), Registry: registry, Now: w.Now}
	sweep := func(at time.Time) {
		w.Set(at)
		task := fmt.Sprintf(`{"on":"%s"}`, day.In(at, day.Shanghai))
		require.NoError(t, worker.Do(t.Context(), "attachment.sweep:"+at.String(), "attachment.sweep", []byte(task)))
	}
	require.Equal(t, 3, w.pieces(t))
	sweep(noon.Add(25 * time.Hour))
	require.Equal(t, 2, w.pieces(t), "nothing came of it for a day")
	w.piece(w.worker, left, 1000, content[1000:]).Refused(t, 404, "attachment.no-upload")
	var p progress
	w.begin(w.worker, left, content, "").OK(t, &p)
	require.Zero(t, p.Received, "it is sent again from its beginning; the phone has it still")
	w.piece(w.worker, left, 0, content).OK(t, &p)
	require.NotEmpty(t, p.ID)
	w.piece(w.worker, going, 2000, content[2000:]).OK(t, &p)
	require.NotEmpty(t, p.ID)
	// A piece that was stored just before the program died and never counted.
	orphan := fmt.Sprintf("upload/2026-03-10/%d_%s_1_0_1", int64(w.firm.ID), uuid.NewString())
	require.NoError(t, w.s.Blobs.Put(t.Context(), orphan, strings.NewReader("x"), 1))
	sweep(noon.Add(48 * time.Hour))
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM attachment_upload"))
	require.Equal(t, 1, w.pieces(t))
	sweep(noon.Add(96 * time.Hour))
	require.Zero(t, w.pieces(t))
}
