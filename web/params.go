package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"anbiao/kit/fault"
)

// ErrFilter says that a list has no filter {name}, or not with this value.
var ErrFilter = fault.New(fault.Invalid, "http.filter")

// readers are the little APIs that Params asks, one a type.
var readers sync.Map // reflect.Type → *gin.Engine

type paramsKey struct{}

// Params reads I, the input of a list, from filters kept outside a request: as the list itself
// reads its address, with its defaults and its checks. Which page is the caller's choice, so
// limit and cursor are not taken. Errors: ErrFilter.
func Params[I any](ctx context.Context, filters map[string][]string) (in I, err error) {
	for _, page := range []string{"limit", "cursor"} {
		if _, given := filters[page]; given {
			return in, ErrFilter.With("name", page).At("body.filters." + page)
		}
	}
	e, ok := readers.Load(reflect.TypeFor[I]())
	if !ok {
		e, _ = readers.LoadOrStore(reflect.TypeFor[I](), reader[I]())
	}
	r, err := http.NewRequestWithContext(context.WithValue(ctx, paramsKey{}, &in), http.MethodGet, "/?"+url.Values(filters).Encode(), http.NoBody)
	if err != nil {
		return in, err
	}
	w := &heard{header: http.Header{}}
	e.(*gin.Engine).ServeHTTP(w, r)
	if w.status < http.StatusBadRequest {
		return in, nil
	}
	return in, w.fault()
}

func reader[I any]() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	op := huma.Operation{OperationID: "params", Method: http.MethodGet, Path: "/", Metadata: map[string]any{"public": true}}
	huma.Register(New(e), op, func(ctx context.Context, in *I) (*struct{}, error) {
		*ctx.Value(paramsKey{}).(*I) = *in
		return nil, nil
	})
	return e
}

// heard keeps an answer that goes to nobody.
type heard struct {
	header http.Header
	status int
	body   []byte
}

func (h *heard) Header() http.Header { return h.header }

func (h *heard) WriteHeader(status int) { h.status = status }

func (h *heard) Write(b []byte) (int, error) {
	h.body = append(h.body, b...)
	return len(b), nil
}

// fault says which filters were refused.
func (h *heard) fault() error {
	var p Problem
	if err := json.Unmarshal(h.body, &p); err != nil {
		return err
	}
	err := ErrFilter
	for i, wrong := range p.Errors {
		name := strings.TrimPrefix(wrong.Location, "query.")
		if i == 0 {
			err = err.With("name", name)
		}
		err = err.Also(fault.Field{Path: "body.filters." + name, Code: ErrFilter.Code, Params: fault.Params{"name": name}})
	}
	return err
}
