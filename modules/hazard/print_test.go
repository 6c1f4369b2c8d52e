package hazard_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/rbac"
)

type memory struct{ *strings.Reader }

func (memory) Close() error { return nil }

// The sheet has both photos beside each other, also where one is lost; who does not see the
// hazard gets no sheet.
func TestPrints(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var photo bytes.Buffer
	require.NoError(t, jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil))
	opened := 0
	w.s.Albums = hazard.Albums{
		Firm: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "甲厂", nil },
		Keys: func(_ context.Context, _ db.Tx, _ rbac.Scope, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]string, error) {
			require.Len(t, ids, 2, "one before, one after")
			return map[id.Of[id.Attachment]]string{ids[0]: "kept", ids[1]: "lost"}, nil
		},
		Open: func(_ context.Context, key string) (io.ReadSeekCloser, error) {
			opened++
			if key == "lost" {
				return nil, blob.ErrAbsent
			}
			return memory{strings.NewReader(photo.String())}, nil
		},
	}
	hid := w.fixed(t, hazard.General)
	pdf, name, err := w.s.Sheet(as(t, w.safety), hid)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF")))
	require.Equal(t, []any{"隐患整改单-330784-2026-000001.pdf", 2}, []any{name, opened})
	_, _, err = w.s.Sheet(as(t, w.stranger), hid)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	pdf, err = w.s.PrintLedger(as(t, w.safety), filter())
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF")))
}
