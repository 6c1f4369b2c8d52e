package notice_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/live"
	"anbiao/modules/notice"
	"anbiao/rbac"
	"anbiao/web/webtest"
)

// station serves the stream over a real connection.
type station struct {
	*fixture
	api    *webtest.API
	server *httptest.Server
	close  context.CancelFunc
}

func onAir(t *testing.T, f *fixture, listening bool) *station {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	st := &station{fixture: f, close: end}
	if listening {
		f.s.Live = &live.Wire{Every: time.Hour}
	} else {
		f.s.Live = &live.Wire{Every: 20 * time.Millisecond}
	}
	f.s.Live.Open(ctx)
	if listening {
		begun := make(chan struct{}, 1)
		go db.Listen(ctx, f.DSN, "anbiao_live", func() { begun <- struct{}{} }, func(payload string) {
			for one := range strings.SplitSeq(payload, ",") {
				n, err := strconv.ParseInt(one, 10, 64)
				if err == nil {
					f.s.Live.Ring(n)
				}
			}
		})
		<-begun
	}
	st.api = webtest.New(t, func(a huma.API) { notice.Mount(a, f.s) })
	st.server = httptest.NewUnstartedServer(st.api.Handler)
	st.server.Config.ReadTimeout = 200 * time.Millisecond // shorter than a stream lasts
	st.server.Start()
	t.Cleanup(func() { end(); st.server.Close() })
	return st
}

// heard is one event as a client reads it.
type heard struct {
	ID   string
	News struct {
		Unread  int
		Notices []struct{ ID, Title string }
	}
}

// radio reads events until the stream ends.
func (st *station) radio(t *testing.T, a rbac.Actor, last string) <-chan heard {
	t.Helper()
	answer := st.ask(t, a, last) //nolint:bodyclose // by ask
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
	require.Equal(t, "no", answer.Header.Get("X-Accel-Buffering"))
	out := make(chan heard, 100)
	go func() {
		defer close(out)
		defer answer.Body.Close()
		var one heard
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			line := lines.Text()
			if v, ok := strings.CutPrefix(line, "id: "); ok {
				one.ID = v
			} else if v, ok := strings.CutPrefix(line, "data: "); ok {
				_ = json.Unmarshal([]byte(v), &one.News)
			} else if line == "" && one.ID != "" {
				out <- one
				one = heard{}
			}
		}
	}()
	return out
}

func (st *station) ask(t *testing.T, a rbac.Actor, last string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, st.server.URL+"/api/notice/stream", nil)
	require.NoError(t, err)
	req.Header = st.api.As(a).Header()
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	answer, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// status asks for the stream and returns how it is answered.
func (st *station) status(t *testing.T, a rbac.Actor) int {
	t.Helper()
	return st.ask(t, a, "").StatusCode //nolint:bodyclose // by ask
}

func TestWhatAnotherTransactionWritesArrives(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	old := f.note(f.b, "old")
	_, err := f.remind(t, rbac.Actor{}, old)
	require.NoError(t, err)
	st := onAir(t, f, true)
	mine, other := st.radio(t, f.b, ""), st.radio(t, f.a, "")
	first := <-mine
	require.Equal(t, 1, first.News.Unread)
	require.Empty(t, first.News.Notices, "what was there before is not news")
	require.Zero(t, (<-other).News.Unread)

	undone := errors.New("undone")
	err = f.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		_, err := notice.Remind(t.Context(), tx, f.note(f.b, "rolled back"))
		require.NoError(t, err)
		return undone
	})
	require.ErrorIs(t, err, undone)
	_, err = f.remind(t, f.a, f.note(f.b, "new"))
	require.NoError(t, err)
	got := <-mine
	require.Equal(t, 2, got.News.Unread, "the message rolled back is not counted")
	require.Len(t, got.News.Notices, 1)
	require.Equal(t, "证书将于2026-08-01到期", got.News.Notices[0].Title)

	_, err = f.remind(t, rbac.Actor{}, f.note(f.a, "for the other"))
	require.NoError(t, err)
	require.Len(t, (<-other).News.Notices, 1, "the first that the other hears of is his own")
	require.Empty(t, mine)
}

func TestAPageThatComesBackHearsWhatItMissed(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	st := onAir(t, f, true)
	mine := st.radio(t, f.b, "")
	<-mine
	_, err := f.remind(t, rbac.Actor{}, f.note(f.b, "1"))
	require.NoError(t, err)
	last := <-mine

	stopped := make(chan struct{})
	st.close()
	go func() { st.server.Close(); close(stopped) }() // waits for running requests, as an orderly end does
	<-stopped
	_, more := <-mine
	require.False(t, more, "the stream ended")

	_, err = f.remind(t, rbac.Actor{}, f.note(f.b, "2"))
	require.NoError(t, err)
	again := onAir(t, f, true)
	got := <-again.radio(t, f.b, last.ID)
	require.Len(t, got.News.Notices, 1)
	require.NotEqual(t, last.News.Notices[0].ID, got.News.Notices[0].ID)
}

func TestAStreamFindsOutWithoutARing(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	st := onAir(t, f, false)
	mine := st.radio(t, f.b, "")
	<-mine
	_, err := f.remind(t, rbac.Actor{}, f.note(f.b, "1"))
	require.NoError(t, err)
	require.Len(t, (<-mine).News.Notices, 1)
	require.NoError(t, f.s.MarkRead(rbac.WithActor(t.Context(), f.b), 1))
	require.Zero(t, (<-mine).News.Unread)
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	st := onAir(t, f, true)
	mine := st.radio(t, f.b, "")
	<-mine
	f.Exec(t, "INSERT INTO account_session (token_hash, person_id, membership_id, expires_at) SELECT 'x', person_id, id, now() + interval '1 day' FROM account_membership WHERE person_id = $1", int64(f.b.PersonID))
	st.api.Forget()
	f.Exec(t, "UPDATE account_session SET revoked_at = now()")
	_, more := <-mine
	require.False(t, more)
	require.Equal(t, http.StatusUnauthorized, st.status(t, rbac.Actor{}))
}

func TestOnePersonHoldsFewStreams(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	st := onAir(t, f, true)
	for range live.MostOf {
		<-st.radio(t, f.b, "")
	}
	require.Equal(t, http.StatusTooManyRequests, st.status(t, f.b))
	require.Equal(t, http.StatusOK, st.status(t, f.a))
}
