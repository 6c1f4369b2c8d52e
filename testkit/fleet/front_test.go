package fleet

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFrontSendsAgainOnlyWhatNeverArrived: one API is gone, which the front has not noticed; another breaks off.
func TestFrontSendsAgainOnlyWhatNeverArrived(t *testing.T) {
	t.Parallel()
	var got, broken atomic.Int32
	good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.Add(1)
		_, _ = io.Copy(w, r.Body) // to a client that reads
	}))
	defer good.Close()
	breaks := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		broken.Add(1)
		panic(http.ErrAbortHandler)
	}))
	defer breaks.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	dead := gone.Addr().String()
	require.NoError(t, gone.Close())

	host := func(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }
	f := &front{wire: &http.Transport{}, apis: []string{dead, host(good)}, alive: map[string]bool{}}
	for range 4 {
		f.mark(dead, true)
		f.mark(host(good), true)
		status, body := send(t, f)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "written", body, "the body came whole with the second try")
	}
	require.EqualValues(t, 4, got.Load())

	f.apis = []string{host(breaks)}
	f.mark(host(breaks), true)
	status, _ := send(t, f)
	require.Zero(t, status, "what may have arrived is not sent again")
	require.EqualValues(t, 1, broken.Load())
	f.mark(host(breaks), false)
	_, err = f.RoundTrip(httptest.NewRequest(http.MethodGet, "http://front/", http.NoBody)) //nolint:bodyclose // there is no answer
	require.ErrorIs(t, err, errNobody)
}

// send returns status 0 where there was no answer.
func send(t *testing.T, f *front) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://front/", io.NopCloser(strings.NewReader("written")))
	require.NoError(t, err)
	got, err := f.RoundTrip(r)
	if err != nil {
		return 0, ""
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	return got.StatusCode, string(b)
}
