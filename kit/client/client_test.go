package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/client"
)

// server answers with the given statuses in turn, the last for ever.
type server struct {
	statuses []int
	keys     []string
	token    string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := min(len(s.keys), len(s.statuses)-1)
	s.keys, s.token = append(s.keys, r.Header.Get("Idempotency-Key")), r.Header.Get("Authorization")
	w.Header().Set("Retry-After", "7")
	w.WriteHeader(s.statuses[n])
	if s.statuses[n] < 300 {
		_, _ = fmt.Fprint(w, `{"id": "7"}`)
		return
	}
	_, _ = fmt.Fprintf(w, `{"status": %d, "code": "test.refused", "detail": "no"}`, s.statuses[n])
}

func open(t *testing.T, s *server) (*client.Client, *[]time.Duration) {
	at := httptest.NewServer(s)
	t.Cleanup(at.Close)
	waits := &[]time.Duration{}
	return &client.Client{Base: at.URL, Token: "secret", Wait: func(_ context.Context, d time.Duration) error { *waits = append(*waits, d); return nil }}, waits
}

func TestWritesAreRepeatedUnderOneKey(t *testing.T) {
	t.Parallel()
	s := &server{statuses: []int{503, 429, 201}}
	c, waits := open(t, s)
	var made client.Made
	require.NoError(t, c.Post(t.Context(), "/api/x", map[string]string{}, &made))
	require.Equal(t, "7", made.ID)
	require.Len(t, s.keys, 3)
	require.NotEmpty(t, s.keys[0])
	require.Equal(t, s.keys[0], s.keys[2])
	require.Equal(t, []time.Duration{7 * time.Second, 7 * time.Second}, *waits, "as long as the server asked")
	require.Equal(t, "Bearer secret", s.token)
}

func TestWhatStaysTheSameIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 422, 501} {
		s := &server{statuses: []int{status}}
		c, _ := open(t, s)
		err := c.Get(t.Context(), "/api/x", nil, nil)
		require.Equal(t, "test.refused", client.CodeOf(err), "%d", status)
		require.Len(t, s.keys, 1)
	}
	s := &server{statuses: []int{500}}
	c, _ := open(t, s)
	require.Error(t, c.Get(t.Context(), "/api/x", nil, nil))
	require.Len(t, s.keys, 5, "and not for ever")
}

func TestUnreachableServerIsTriedAgain(t *testing.T) {
	t.Parallel()
	at := httptest.NewServer(http.NotFoundHandler())
	at.Close()
	waits := 0
	c := &client.Client{Base: at.URL, Wait: func(context.Context, time.Duration) error { waits++; return nil }}
	require.Error(t, c.Get(t.Context(), "/api/x", nil, nil))
	require.Equal(t, 4, waits)
}
