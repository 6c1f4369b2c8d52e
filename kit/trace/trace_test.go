package trace_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fault"
	"anbiao/kit/trace"
	"anbiao/kit/trace/tracetest"
)

// The tracer is the process's, so this is the only test of its kind here.
func TestSpansArrive(t *testing.T) {
	var c tracetest.Collector
	server := httptest.NewServer(&c)
	defer server.Close()
	stop, err := trace.Open(t.Context(), server.URL+"/", "api")
	require.NoError(t, err)

	h := http.Header{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	ctx, endRequest := trace.Receive(t.Context(), h, "GET", "anbiao.request", "r1")
	inner, endUse := trace.Start(ctx, trace.UseCase, "hazard.list")
	_, endTx := trace.Start(inner, trace.Transaction, "hazard.list")
	endTx(errors.New("张三 330784198706011234 is in this text"))
	endUse(fault.New(fault.Conflict, "hazard.moved").Because(errors.New("张三")))
	trace.Note(ctx, "listHazards", "http.route", "/api/hazard/hazards")
	endRequest(nil)
	require.NoError(t, stop(context.WithoutCancel(t.Context())))

	spans, wrong := c.Spans()
	require.Empty(t, wrong)
	require.Len(t, spans, 3)
	by := map[string]tracetest.Span{}
	for _, s := range spans {
		by[s.Kind] = s
		require.Equal(t, "0af7651916cd43dd8448eb211c80319c", s.Trace, "the caller's trace")
		require.Equal(t, "anbiao", s.Attributes["service.name"])
		require.Equal(t, "api", s.Attributes["service.role"])
	}
	request, use, tx := by[trace.Request], by[trace.UseCase], by[trace.Transaction]
	require.Equal(t, "b7ad6b7169203331", request.Parent)
	require.Equal(t, request.ID, use.Parent)
	require.Equal(t, use.ID, tx.Parent)
	require.Equal(t, "listHazards", request.Name)
	require.Equal(t, "/api/hazard/hazards", request.Attributes["http.route"])
	require.Equal(t, []string{"", "hazard.moved", "internal"}, []string{request.Status, use.Status, tx.Status}, "codes, no texts")
}
