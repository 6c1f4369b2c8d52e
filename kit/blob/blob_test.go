package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/text"
)

func stores(t *testing.T) map[string]Store {
	t.Helper()
	server := httptest.NewServer(newFake("files"))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	all := map[string]Store{}
	for name, address := range map[string]string{
		"directory": "file://" + t.TempDir() + "/files",
		"bucket":    "s3://key:secret@" + host + "/files?region=us-east-1&tls=off",
		"prefix":    "s3://key:secret@" + host + "/made/some/where?region=us-east-1&tls=off&create=yes",
	} {
		s, err := Open(t.Context(), address)
		require.NoError(t, err, name)
		all[name] = s
	}
	return all
}

func keys(t *testing.T, s Store, prefix string) []string {
	t.Helper()
	all := []string{}
	for i, err := range s.List(t.Context(), prefix) {
		require.NoError(t, err)
		all = append(all, i.Key)
	}
	slices.Sort(all)
	return all
}

func TestStores(t *testing.T) {
	t.Parallel()
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			big := bytes.Repeat([]byte("0123456789"), 50_000)
			require.NoError(t, s.Put(ctx, "7/2026/a.jpg", bytes.NewReader(big), int64(len(big))))
			require.NoError(t, s.Put(ctx, "7/2026/b.jpg", strings.NewReader("old"), 3))
			require.NoError(t, s.Put(ctx, "7/2026/b.jpg", strings.NewReader("newer"), 5))
			require.NoError(t, s.Put(ctx, "71/empty", strings.NewReader(""), 0))

			i, err := s.Stat(ctx, "7/2026/b.jpg")
			require.NoError(t, err)
			require.Equal(t, "7/2026/b.jpg", i.Key)
			require.EqualValues(t, 5, i.Size)
			require.WithinDuration(t, time.Now(), i.Modified, time.Minute)

			f, err := s.Open(ctx, "7/2026/a.jpg")
			require.NoError(t, err)
			got, err := io.ReadAll(f)
			require.NoError(t, err)
			require.Equal(t, big, got)
			_, err = f.Seek(-3, io.SeekEnd)
			require.NoError(t, err)
			got, err = io.ReadAll(f)
			require.NoError(t, err)
			require.Equal(t, "789", string(got))
			require.NoError(t, f.Close())

			require.Equal(t, []string{"7/2026/a.jpg", "7/2026/b.jpg", "71/empty"}, keys(t, s, ""))
			require.Equal(t, []string{"7/2026/a.jpg", "7/2026/b.jpg"}, keys(t, s, "7/"))
			require.Equal(t, []string{"7/2026/b.jpg"}, keys(t, s, "7/2026/b"))
			require.Empty(t, keys(t, s, "none/"))
			for range s.List(ctx, "") {
				break
			}
			require.NoError(t, s.Delete(ctx, "7/2026/b.jpg"))
			require.NoError(t, s.Delete(ctx, "7/2026/b.jpg"), "gone is gone")
			absentFrom(t, s, "7/2026/b.jpg")
			absentFrom(t, s, "7/2026")
			absentFrom(t, s, "7/2026/a.jpg/b")
		})
	}
}

func absentFrom(t *testing.T, s Store, key string) {
	t.Helper()
	_, err := s.Stat(t.Context(), key)
	require.ErrorIs(t, err, ErrAbsent)
	_, err = s.Open(t.Context(), key)
	require.ErrorIs(t, err, ErrAbsent)
}

func TestFailedPutChangesNothing(t *testing.T) {
	t.Parallel()
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, s.Put(t.Context(), "a/b", strings.NewReader("kept"), 4))
			require.Error(t, s.Put(t.Context(), "a/b", strings.NewReader("short"), 50))
			require.Error(t, s.Put(t.Context(), "a/b", io.MultiReader(strings.NewReader("x"), failing{}), 50))
			done, cancel := context.WithCancel(t.Context())
			cancel()
			require.ErrorIs(t, s.Put(done, "a/b", strings.NewReader("x"), 1), context.Canceled)
			f, err := s.Open(t.Context(), "a/b")
			require.NoError(t, err)
			got, err := io.ReadAll(f)
			require.NoError(t, err)
			require.NoError(t, f.Close())
			require.Equal(t, "kept", string(got))
			require.Equal(t, []string{"a/b"}, keys(t, s, ""))
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the sender hung up") }

func TestKeys(t *testing.T) {
	t.Parallel()
	for name, s := range stores(t) {
		for _, key := range []string{
			"", "/", "/a", "a/", "a//b", "../a", "a/../b", "a/..", ".parts/x", "a/.b", "A", "a b", "a\x00", "文件", `a\b`, strings.Repeat("a", 201),
		} {
			require.ErrorIs(t, s.Put(t.Context(), key, strings.NewReader("x"), 1), ErrKey, "%s %q", name, key)
			_, err := s.Open(t.Context(), key)
			require.ErrorIs(t, err, ErrKey, "%s %q", name, key)
			require.ErrorIs(t, s.Delete(t.Context(), key), ErrKey, "%s %q", name, key)
		}
	}
}

func TestDirectoryStaysInside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("x"), 0o600))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink(filepath.Dir(secret), filepath.Join(dir, "out")))
	s, err := OpenDirectory(dir)
	require.NoError(t, err)
	for _, key := range []string{"link", "out/secret"} {
		_, err := s.Open(t.Context(), key)
		require.Error(t, err, key)
	}
	require.Error(t, s.Put(t.Context(), "out/new", strings.NewReader("x"), 1))
	require.NoFileExists(t, filepath.Join(filepath.Dir(secret), "new"))
	require.NoError(t, s.Close())
}

func TestDirectoryForgetsWhatACrashLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := OpenDirectory(dir)
	require.NoError(t, err)
	old, young := filepath.Join(dir, parts, "old"), filepath.Join(dir, parts, "young")
	for _, name := range []string{old, young} {
		require.NoError(t, os.WriteFile(name, nil, 0o600))
	}
	past := time.Now().Add(-2 * staleIn)
	require.NoError(t, os.Chtimes(old, past, past))
	require.Empty(t, keys(t, s, ""), "parts are no files")
	_, err = OpenDirectory(dir)
	require.NoError(t, err)
	require.NoFileExists(t, old)
	require.FileExists(t, young, "somebody may still be writing it")
}

func TestPutAtOnce(t *testing.T) {
	t.Parallel()
	s, err := OpenDirectory(t.TempDir())
	require.NoError(t, err)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			b := bytes.Repeat([]byte{byte('a' + i)}, 10_000)
			for range 5 {
				if err := s.Put(t.Context(), "same/key", bytes.NewReader(b), int64(len(b))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	f, err := s.Open(t.Context(), "same/key")
	require.NoError(t, err)
	got, err := io.ReadAll(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.Equal(t, bytes.Repeat(got[:1], 10_000), got, "one writer's file, whole")
	left, err := fs.ReadDir(os.DirFS(s.root.Name()), parts)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newFake("files"))
	host := strings.TrimPrefix(server.URL, "http://")
	for _, address := range []string{
		"", "files", "ftp://x/y", "file://relative", "file://", "s3://", "s3://host", "s3://host/", ":", "s3://key:secret@" + host + "/none?region=us-east-1&tls=off",
		"s3://key:secret@" + host + "/files?region=us-east-1&tls=plain", "s3://key:secret@" + host + "/files?region=us-east-1&tls=off&create=maybe",
	} {
		_, err := Open(t.Context(), address)
		require.Error(t, err, address)
		require.NotContains(t, err.Error(), "secret")
	}
	s, err := Open(t.Context(), "s3://key:secret@"+host+"/files?region=us-east-1&tls=false")
	require.NoError(t, err)
	server.Close()
	_, err = s.Stat(t.Context(), "a")
	require.ErrorIs(t, err, ErrUnavailable)
	for _, code := range []string{ErrAbsent.Code, ErrUnavailable.Code, ErrFull.Code} {
		require.True(t, text.Known(text.Chinese, code) && text.Known(text.English, code), code)
	}
}
