package metric_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/metric"
)

func TestFiguresAreServed(t *testing.T) {
	t.Parallel()
	s := metric.New()
	s.Request("listHazards", 200, 20*time.Millisecond)
	s.Request("listHazards", 503, 2*time.Second)
	s.Job("notice.send", time.Second, nil)
	s.Job("notice.send", time.Second, errors.New("x"))
	s.Slow("oversight.company.list")
	s.Read("queue", func(context.Context) ([]metric.Sample, error) {
		return []metric.Sample{{Desc: 0, Value: 7, Labels: []string{"due"}}, {Desc: 1, Value: 3}}, nil
	}, metric.Desc{Name: "queue_jobs", Help: "h", Labels: []string{"state"}}, metric.Desc{Name: "queue_total", Help: "h", Total: true})
	s.Read("broken", func(context.Context) ([]metric.Sample, error) { return nil, errors.New("database away") }, metric.Desc{Name: "broken", Help: "h"})

	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, 200, w.Code)
	for _, line := range []string{
		`anbiao_request_seconds_count{operation="listHazards",status="2xx"} 1`,
		`anbiao_request_seconds_bucket{operation="listHazards",status="2xx",le="0.03"} 1`,
		`anbiao_request_seconds_bucket{operation="listHazards",status="5xx",le="1"} 0`,
		`anbiao_job_seconds_count{kind="notice.send",outcome="failed"} 1`,
		`anbiao_slow_statements_total{use_case="oversight.company.list"} 1`,
		`queue_jobs{state="due"} 7`, "# TYPE queue_total counter", "queue_total 3", "go_goroutines ", "process_resident_memory_bytes ",
	} {
		require.Contains(t, w.Body.String(), line)
	}
	w = httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Contains(t, w.Body.String(), `anbiao_scrape_failures_total{source="broken"}`, "one that fails is counted")
	require.NotContains(t, w.Body.String(), "database away")
}
