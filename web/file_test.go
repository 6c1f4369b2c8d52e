package web_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/web"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	f, err := web.Download("责任书.pdf", []byte("x"), nil)
	require.NoError(t, err)
	require.Equal(t, "application/pdf", f.Type)
	require.Equal(t, "attachment; filename*=utf-8''%E8%B4%A3%E4%BB%BB%E4%B9%A6.pdf", f.Disposition)
	require.Contains(t, f.Policy, "sandbox")
	f, err = web.Inline("a.bin", nil, nil)
	require.NoError(t, err)
	require.Equal(t, "application/octet-stream", f.Type)
	require.Empty(t, f.Policy, "a reader of PDF in the browser runs no sandbox")
	f, err = web.Picture([]byte("x"), nil)
	require.NoError(t, err)
	require.Equal(t, "inline", f.Disposition)
	away := errors.New("away")
	_, err = web.Download("a.pdf", nil, away)
	require.ErrorIs(t, err, away)
}
