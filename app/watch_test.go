package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/trace/tracetest"
)

// TestWatched looks at a running program as those do who run it: figures, lines, spans,
// probes, and how it stops.
func TestWatched(t *testing.T) {
	t.Parallel()
	var collected tracetest.Collector
	collector := httptest.NewServer(&collected)
	defer collector.Close()
	figures := freeAddress(t)
	s := newSite(t, "METRICS_ADDR="+figures, "LOG_FORMAT=json", "DRAIN=1500ms", "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "OTEL_BSP_SCHEDULE_DELAY=100")
	l := newLoad(t, s.program.URL)
	require.Equal(t, http.StatusNotFound, statusOf(t, s.program.URL+"/api/metrics"))
	status, body := fetched(t, s.program.URL+"/metrics")
	require.NotContains(t, body, "anbiao_request_seconds", "figures are not public: %d", status)

	client := l.submitted(t)
	_, body = fetched(t, "http://"+figures+"/metrics")
	for _, name := range []string{
		`anbiao_request_seconds_count{operation="submitCheck",status="2xx"} 1`, `anbiao_outbox_jobs{state="dead"} 0`, "anbiao_outbox_lag_seconds ", "anbiao_outbox_age_seconds ",
		`anbiao_reminder_lag_seconds{source="due"}`, `anbiao_reminder_lag_seconds{source="message"}`, `anbiao_projection_waiting{projection="livescore"}`, `anbiao_projection_waiting{projection="oversight"}`,
		`anbiao_schedule_age_seconds{schedule="certificate.scan"}`, `anbiao_queue_jobs{state="pending"}`, "anbiao_queue_age_seconds ", `anbiao_db_connections{pool="regulator",state="most"} 12`, "go_goroutines ",
	} {
		require.Contains(t, body, name)
	}
	require.NotContains(t, body, "anbiao_scrape_failures_total{")
	require.NotContains(t, body, "anbiao_replica_lag_seconds ", "there is none")
	s.spans(t, &collected)
	s.lines(t, client)
	s.probes(t, figures)
	s.stops(t, figures)
}

// submitted sends one check and returns what only its body said.
func (l *load) submitted(t *testing.T) string {
	t.Helper()
	var sent string
	require.Eventually(t, func() bool {
		client := uuid.New()
		b, err := l.form.json(client, 1)
		require.NoError(t, err)
		sent = client.String()
		return l.submit(t.Context(), client, b)
	}, 10*time.Second, 50*time.Millisecond)
	return sent
}

// spans waits for a request with its use case and transaction below it, and for a job.
func (*site) spans(t *testing.T, c *tracetest.Collector) {
	t.Helper()
	chain := func() bool {
		all, wrong := c.Spans()
		require.Empty(t, wrong)
		by := map[string]tracetest.Span{}
		for _, s := range all {
			by[s.ID] = s
		}
		request, job := false, false
		for _, s := range all {
			use := by[s.Parent]
			top := by[use.Parent]
			if s.Kind != "transaction" || use.Kind != "use case" {
				continue
			}
			request = request || top.Kind == "request" && top.Name == "submitCheck" && top.Attributes["http.response.status_code"] == "201"
			job = job || top.Kind == "job" && top.Name == use.Name
		}
		return request && job
	}
	require.Eventually(t, chain, 20*time.Second, 50*time.Millisecond, "request > use case > transaction, job > use case > transaction")
	all, _ := c.Spans()
	said, err := json.Marshal(all)
	require.NoError(t, err)
	require.NotContains(t, string(said), "anbiao-demo-2026")
	require.NotContains(t, string(said), "安全员", "no names of people")
}

// lines waits for the line of a request and of a job: a job's span may come before its line.
func (s *site) lines(t *testing.T, secret string) {
	t.Helper()
	request, job := map[string]any{}, map[string]any{}
	look := func() bool {
		b, err := os.ReadFile(filepath.Join(s.dir, "serve.log"))
		require.NoError(t, err)
		require.NotContains(t, string(b), secret)
		for line := range strings.Lines(string(b)) {
			one := map[string]any{}
			if !strings.HasSuffix(line, "\n") {
				break // being written
			}
			require.NoError(t, json.Unmarshal([]byte(line), &one), line)
			switch {
			case one["msg"] == "request" && one["route"] == "/api/inspection/checks":
				request = one
			case one["msg"] == "job":
				job = one
			}
		}
		return len(request) > 0 && len(job) > 0
	}
	require.Eventually(t, look, 20*time.Second, 50*time.Millisecond)
	require.Equal(t, []any{"POST", "INFO"}, []any{request["method"], request["level"]})
	require.EqualValues(t, 201, request["status"])
	require.Contains(t, request, "ms")
	require.Len(t, request["request"], 36)
	require.Contains(t, job, "task")
}

// probes asks whether it is ready, on a database of another version, too.
func (s *site) probes(t *testing.T, figures string) {
	t.Helper()
	status, body := fetched(t, "http://"+figures+"/readyz")
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"ready":true,"parts":{"database":"ok","schema":"ok","broker":"ok"}}`, body)
	require.Equal(t, http.StatusOK, statusOf(t, s.program.URL+"/readyz"))
	c := s.owner(t)
	_, err := c.Exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, statusOf(t, s.program.URL+"/readyz"), "a newer program beside this one has gone further")
	_, err = c.Exec(t.Context(), "UPDATE goose_db_version SET is_applied = false WHERE version_id > 243")
	require.NoError(t, err)
	status, body = fetched(t, s.program.URL+"/readyz")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, body, "older than the program")
	_, err = c.Exec(t.Context(), "UPDATE goose_db_version SET is_applied = true")
	require.NoError(t, err)
}

// stops ends the program in order: readiness fails while it still answers, then nobody new
// gets in, and whoever is in gets his answer.
func (s *site) stops(t *testing.T, figures string) {
	t.Helper()
	at := strings.TrimPrefix(s.program.URL, "http://")
	slow, err := net.Dial("tcp", at)
	require.NoError(t, err)
	defer slow.Close()
	const body = `{"login":"safety","password":"anbiao-demo-2026"}`
	_, err = fmt.Fprintf(slow, "POST /api/account/sessions HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", at, len(body), body[:10])
	require.NoError(t, err)

	require.NoError(t, s.program.cmd.Process.Signal(syscall.SIGTERM))
	require.Eventually(t, func() bool {
		status, body := fetched(t, "http://"+figures+"/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "stopping")
	}, time.Second, 10*time.Millisecond)
	require.Equal(t, http.StatusOK, statusOf(t, s.program.URL+"/api/openapi.json"), "requests are still answered")
	require.Equal(t, http.StatusOK, statusOf(t, s.program.URL+"/healthz"), "and it lives")
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", at)
		if err == nil {
			c.Close()
		}
		return err != nil
	}, 20*time.Second, 20*time.Millisecond, "then nobody new gets in")
	_, err = slow.Write([]byte(body[10:]))
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(slow), nil)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusCreated, answer.StatusCode, "who is in gets his answer")
	require.NoError(t, s.program.Stop())
}

func fetched(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.Get(url) //nolint:gosec // our own
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(b)
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	status, _ := fetched(t, url)
	return status
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}
