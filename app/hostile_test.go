package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
)

// What a run of hostile requests takes.
const (
	hostileSample = 8           // requests an operation in the short form
	hostileSoak   = 120_000     // requests in all in the long form
	slowAnswer    = time.Second // answers that took longer are listed
)

// hostility sends requests made up from the description of the API: right in parts, wrong in others.
type hostility struct {
	*isolation
	doc      *huma.OpenAPI
	dice     *rand.Rand
	statuses map[string]map[int]int // of each sender
	slow     map[string]time.Duration
}

// hostile asks every operation for what nobody would ask: no answer is a fault of ours, every refusal is a
// problem with a code, and no outsider is answered with anything of company A.
func (w *isolation) hostile(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("ANBIAO_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		require.NoError(t, err)
		seed = n
	}
	h := &hostility{w, w.api().OpenAPI(), rand.New(rand.NewPCG(seed, 0)), map[string]map[int]int{}, map[string]time.Duration{}}
	ops := slices.DeleteFunc(slices.Clone(w.ops), func(op *huma.Operation) bool {
		ok := op.Responses["200"]
		return ok != nil && ok.Content["text/event-stream"] != nil // never ends by itself
	})
	for name, s := range h.doc.Components.Schemas.Map() {
		for prop, ps := range s.Properties {
			require.False(t, ps.UniqueItems, "%s.%s: huma's check for twice the same panics at a list in a list; leave it to the use case", name, prop)
		}
	}
	total := hostileSample * len(ops)
	if os.Getenv("SOAK") == "1" {
		total = hostileSoak
	}
	senders := append(slices.Clone(w.outsiders), w.insider, w.regulator, w.sign(t, "the platform", w.member(t, "platform")), w.sign(t, "a worker", w.member(t, "worker")), outsider{name: "nobody"})
	began := time.Now()
	for n := 0; n < total && !t.Failed(); n++ {
		h.once(t, ops[n%len(ops)], senders[h.dice.IntN(len(senders))])
		if n%200 == 199 {
			w.restore(t)
		}
	}
	if t.Failed() {
		t.Logf("ANBIAO_SEED=%d repeats it", seed)
	}
	t.Logf("%d requests to %d operations in %s, seed %d", total, len(ops), time.Since(began).Round(time.Second), seed)
	for _, name := range slices.Sorted(maps.Keys(h.statuses)) {
		t.Logf("%-32s %v", name, h.statuses[name])
	}
	for _, op := range slices.Sorted(maps.Keys(h.slow)) {
		t.Logf("slow: %s %s", op, h.slow[op].Round(time.Millisecond))
	}
	for _, name := range []string{w.insider.name, w.regulator.name, "the platform"} {
		require.Positive(t, h.statuses[name][http.StatusOK]+h.statuses[name][http.StatusCreated], "%s is answered nothing: all was refused before it could hurt", name)
	}
}

// once makes one request up, sends it and looks at its answer.
func (h *hostility) once(t *testing.T, op *huma.Operation, o outsider) {
	r := h.request(t, op)
	if o.token != "" {
		r.Header.Set("Authorization", "Bearer "+o.token)
	}
	kind, sent := r.Header.Get("Content-Type"), ""
	if b, err := io.ReadAll(r.Body); err == nil {
		sent = string(b)
		r.Body = io.NopCloser(strings.NewReader(sent))
	}
	rec := httptest.NewRecorder()
	began := time.Now()
	h.handler.ServeHTTP(rec, r)
	if took := time.Since(began); took > slowAnswer {
		h.slow[op.OperationID] = max(h.slow[op.OperationID], took)
	}
	if h.statuses[o.name] == nil {
		h.statuses[o.name] = map[int]int{}
	}
	h.statuses[o.name][rec.Code]++
	body := rec.Body.String()
	what := fmt.Sprintf("%s: %s %.300s (%s) %.1500q answers %d %.500s", o.name, op.Method, r.URL, kind, sent, rec.Code, body)
	if rec.Code >= 500 {
		t.Error(what)
	}
	if rec.Code >= 400 && rec.Code != http.StatusRequestedRangeNotSatisfiable { // which net/http says of a file
		var p struct{ Code, Title string }
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || p.Code == "" || p.Title == "" {
			t.Errorf("no problem: %s", what)
		}
	}
	if slices.ContainsFunc(h.outsiders, func(x outsider) bool { return x.name == o.name }) || o.token == "" {
		if leak := h.leak(strings.ReplaceAll(body, sent, "")); leak != "" && !h.said(leak, r.URL.String(), sent) {
			t.Errorf("%s of company A: %s", leak, what)
		}
	}
}

// said reports whether the request itself held what the answer repeats.
func (h *hostility) said(leak, address, body string) bool {
	n, ok := strings.CutPrefix(leak, "id ")
	n, _, _ = strings.Cut(n, " ")
	return ok && (strings.Contains(address, n) || strings.Contains(body, n))
}

// request makes one request up.
func (h *hostility) request(t *testing.T, op *huma.Operation) *http.Request {
	t.Helper()
	path, query := op.Path, url.Values{}
	for _, p := range op.Parameters {
		switch {
		case p.In == "path":
			v, _ := h.pathValue(t, op, p.Name)
			if h.dice.IntN(4) == 0 {
				v = h.junk()
			}
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(v))
		case p.In == "query" && (p.Required || h.dice.IntN(3) == 0):
			query.Set(p.Name, h.parameter(p))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	kind, body := h.body(op)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	r := httptest.NewRequestWithContext(ctx, op.Method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	h.calls++
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1000", 1+h.calls>>16&255, h.calls>>8&255, h.calls&255)
	switch h.dice.IntN(12) {
	case 0:
		r.Header.Set("Idempotency-Key", h.word())
	case 1:
		r.Header.Set("Accept-Language", h.word())
	case 2:
		r.Header.Set("If-None-Match", h.word())
		r.Header.Set("Range", "bytes=9-1,-,"+h.word())
	}
	return r
}

func (h *hostility) parameter(p *huma.Param) string {
	if h.dice.IntN(2) == 0 {
		return h.junk()
	}
	switch v := h.value(h.doc, p.Name, p.Schema, new(bool)).(type) {
	case []any:
		return fmt.Sprint(v[0])
	default:
		return fmt.Sprint(v)
	}
}

// body makes the body of an operation up, and names its kind.
func (h *hostility) body(op *huma.Operation) (kind, body string) {
	if op.RequestBody == nil {
		return "application/json", ""
	}
	for kind, media := range op.RequestBody.Content {
		if strings.HasPrefix(kind, "multipart/") {
			return h.form(media.Schema)
		}
		v := h.full("", media.Schema, 0)
		for range h.dice.IntN(3) {
			v = h.spoil(v)
		}
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // of what we made
		}
		return "application/json", h.tear(string(b))
	}
	return "application/json", ""
}

// full makes a value of a schema with some of what may be left out, too.
func (h *hostility) full(name string, s *huma.Schema, depth int) any {
	if s != nil && s.Ref != "" {
		s = h.doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil || depth > 6 {
		return nil
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[h.dice.IntN(len(s.Enum))]
	case s.Type == huma.TypeObject:
		out := map[string]any{}
		for _, prop := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, prop) || h.dice.IntN(2) == 0 {
				out[prop] = h.full(prop, s.Properties[prop], depth+1)
			}
		}
		return out
	case s.Type == huma.TypeArray:
		out := make([]any, h.dice.IntN(3))
		for i := range out {
			out[i] = h.full(name, s.Items, depth+1)
		}
		return out
	}
	return h.value(h.doc, name, s, new(bool))
}
