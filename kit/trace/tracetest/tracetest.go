// Package tracetest is a collector for tests: it decodes what arrives over OTLP/HTTP.
package tracetest

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"sync"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Span is one that arrived.
type Span struct {
	Trace, ID, Parent string
	Name, Kind        string
	Status            string // code of what went wrong; empty: nothing
	Attributes        map[string]string
}

// Collector serves POST /v1/traces.
type Collector struct {
	mu    sync.Mutex
	spans []Span
	wrong []error
}

// ServeHTTP takes an export.
func (c *Collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	spans, err := decode(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spans = append(c.spans, spans...)
	if err != nil || r.URL.Path != "/v1/traces" {
		c.wrong = append(c.wrong, err)
		http.Error(w, "not understood", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// Spans are all that arrived, and what could not be read.
func (c *Collector) Spans() ([]Span, []error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Span(nil), c.spans...), c.wrong
}

func decode(r *http.Request) (out []Span, err error) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(r.Body); err != nil {
			return nil, err
		}
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	var export collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(b, &export); err != nil {
		return nil, err
	}
	for _, rs := range export.ResourceSpans {
		about := map[string]string{}
		for _, kv := range rs.Resource.GetAttributes() {
			about[kv.Key] = kv.Value.GetStringValue()
		}
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				one := Span{
					Trace: hex.EncodeToString(s.TraceId), ID: hex.EncodeToString(s.SpanId), Parent: hex.EncodeToString(s.ParentSpanId),
					Name: s.Name, Status: s.Status.GetMessage(), Attributes: map[string]string{},
				}
				for k, v := range about {
					one.Attributes[k] = v
				}
				for _, kv := range s.Attributes {
					one.Attributes[kv.Key] = kv.Value.GetStringValue()
				}
				one.Kind = one.Attributes["anbiao.kind"]
				out = append(out, one)
			}
		}
	}
	return out, nil
}
