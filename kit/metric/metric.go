// Package metric keeps the program's figures and serves them to Prometheus, of whose
// library it is the only room.
package metric

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// limit is how long the figures that are read at a scrape may take together.
const limit = 5 * time.Second

// Set is the figures of one process.
type Set struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	jobs     *prometheus.HistogramVec
	slow     *prometheus.CounterVec
	failed   *prometheus.CounterVec
}

// bounds of durations in seconds: the budget of a page is 0.3.
var bounds = []float64{0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60}

// New returns a set with the figures of the Go runtime and of the process.
func New() *Set {
	s := &Set{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "anbiao_request_seconds", Help: "Requests answered, by operation and class of status.", Buckets: bounds,
		}, []string{"operation", "status"}),
		jobs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "anbiao_job_seconds", Help: "Jobs tried, by kind and outcome (done, failed).", Buckets: bounds,
		}, []string{"kind", "outcome"}),
		slow: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "anbiao_slow_statements_total", Help: "Statements that took longer than a second, by use case.",
		}, []string{"use_case"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "anbiao_scrape_failures_total", Help: "Figures that could not be read at a scrape, by source.",
		}, []string{"source"}),
	}
	s.registry.MustRegister(s.requests, s.jobs, s.slow, s.failed,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return s
}

// Request counts an answered request.
func (s *Set) Request(operation string, status int, took time.Duration) {
	s.requests.WithLabelValues(operation, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Job counts a tried job.
func (s *Set) Job(kind string, took time.Duration, err error) {
	outcome := "done"
	if err != nil {
		outcome = "failed"
	}
	s.jobs.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Slow counts a slow statement of a use case.
func (s *Set) Slow(useCase string) { s.slow.WithLabelValues(useCase).Inc() }

// Desc names a figure that is read when somebody asks.
type Desc struct {
	Name, Help string
	Labels     []string
	Total      bool // only ever rises
}

// Sample is one value of it.
type Sample struct {
	Desc   int // index among the source's
	Value  float64
	Labels []string
}

// Read adds figures that are read at each scrape. A source that fails leaves its figures
// out and is counted; the others are served all the same.
func (s *Set) Read(source string, read func(context.Context) ([]Sample, error), of ...Desc) {
	c := &reader{set: s, source: source, read: read, of: of}
	for _, d := range of {
		c.descs = append(c.descs, prometheus.NewDesc(d.Name, d.Help, d.Labels, nil))
	}
	s.registry.MustRegister(c)
}

// Handler serves the figures.
func (s *Set) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 2, ErrorLog: quiet{}})
}

// reader is a source of figures (prometheus.Collector).
type reader struct {
	set    *Set
	source string
	read   func(context.Context) ([]Sample, error)
	of     []Desc
	descs  []*prometheus.Desc
}

// Describe lists the figures.
func (r *reader) Describe(out chan<- *prometheus.Desc) {
	for _, d := range r.descs {
		out <- d
	}
}

// Collect reads them.
func (r *reader) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), limit) // the library passes none
	defer cancel()
	samples, err := r.read(ctx)
	if err != nil {
		slog.WarnContext(ctx, "figures not read", "source", r.source, "error", err)
		r.set.failed.WithLabelValues(r.source).Inc()
	}
	for _, s := range samples {
		kind := prometheus.GaugeValue
		if r.of[s.Desc].Total {
			kind = prometheus.CounterValue
		}
		m, err := prometheus.NewConstMetric(r.descs[s.Desc], kind, s.Value, s.Labels...)
		if err != nil {
			m = prometheus.NewInvalidMetric(r.descs[s.Desc], err)
		}
		out <- m
	}
}

// quiet sends the library's words to the program's log.
type quiet struct{}

func (quiet) Println(v ...any) { slog.Warn("metrics", "said", v) }
