// Package trace tells a collector (OTLP over HTTP) what the program did and how long it
// took: requests, use cases, transactions, jobs. It is the only room of OpenTelemetry.
// Without a collector its spans cost nothing.
//
// Attributes are names that stand in the code (operations, actions, kinds of jobs), ids of
// requests, and codes; never values of people's data, error texts or queries.
package trace

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"

	"anbiao/kit/fault"
)

// Kinds of spans.
const (
	Request     = "request"
	UseCase     = "use case"
	Transaction = "transaction"
	Job         = "job"
)

const scope = "anbiao"

// Open sends spans to the collector at an address such as http://127.0.0.1:4318 from now
// on; stop sends what is left. It is called once in a process. How many traces are kept is
// said by OTEL_TRACES_SAMPLER, headers of the collector by OTEL_EXPORTER_OTLP_HEADERS.
func Open(ctx context.Context, address, role string) (stop func(context.Context) error, err error) {
	out, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(strings.TrimSuffix(address, "/")+"/v1/traces"))
	if err != nil {
		return nil, err
	}
	about := resource.NewSchemaless(attribute.String("service.name", scope), attribute.String("service.role", role))
	p := sdk.NewTracerProvider(sdk.WithBatcher(out), sdk.WithResource(about))
	otel.SetTracerProvider(p)
	return p.Shutdown, nil
}

// Start begins a span; end closes it with how the work ended. pairs are keys and values.
func Start(ctx context.Context, kind, name string, pairs ...string) (_ context.Context, end func(error)) {
	return start(ctx, kind, name, api.SpanKindInternal, pairs)
}

// Receive begins the span of a request, under the caller's trace if it names one.
func Receive(ctx context.Context, h http.Header, name string, pairs ...string) (_ context.Context, end func(error)) {
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(h))
	return start(ctx, Request, name, api.SpanKindServer, pairs)
}

func start(ctx context.Context, kind, name string, as api.SpanKind, pairs []string) (context.Context, func(error)) {
	ctx, span := otel.Tracer(scope).Start(ctx, name, api.WithSpanKind(as))
	if !span.IsRecording() {
		return ctx, func(error) { span.End() }
	}
	span.SetAttributes(attribute.String("anbiao.kind", kind))
	span.SetAttributes(attributes(pairs)...)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, code(err))
		}
		span.End()
	}
}

// Note adds pairs to the span of ctx, and names it if name is not empty.
func Note(ctx context.Context, name string, pairs ...string) {
	span := api.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	if name != "" {
		span.SetName(name)
	}
	span.SetAttributes(attributes(pairs)...)
}

func attributes(pairs []string) []attribute.KeyValue {
	out := make([]attribute.KeyValue, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, attribute.String(pairs[i], pairs[i+1]))
	}
	return out
}

// code says what went wrong without saying about whom.
func code(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Code
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	}
	return "internal"
}
