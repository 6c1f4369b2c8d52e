package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"anbiao/kit/fault"
	"anbiao/kit/live"
	"anbiao/rbac"
)

// ErrStreams refuses another open stream to somebody who has enough of them.
var ErrStreams = fault.New(fault.TooMany, "http.streams")

// Event is one server-sent event.
type Event struct {
	Name string
	ID   string // what the client names as the last it heard when it comes back
	Data any
}

// Look returns what is new to one client since it was last called. It is called when a
// stream opens, whenever its person is rung and now and then, for a ring may get lost.
type Look func(ctx context.Context) ([]Event, error)

// stall is how long a client may take to accept one event.
const stall = 15 * time.Second

// streamed answers with a body that is written piece by piece.
type streamed struct{ Body func(huma.Context) }

// Stream registers an operation that answers with server-sent events for as long as the
// session lives; E is what its events carry. Where wire is closed, it ends after the first look.
func Stream[I, E any](api huma.API, o Op, wire *live.Wire, open func(ctx context.Context, in *I) (Look, error)) {
	o.Faults = append(o.Faults, ErrStreams)
	op := operation(o)
	data := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[E](), true, "")
	op.Responses = map[string]*huma.Response{"200": {
		Description: "Events, whose data is this",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: data}},
	}}
	huma.Register(api, op, func(ctx context.Context, in *I) (*streamed, error) {
		look, err := open(ctx, in)
		if err != nil {
			return nil, err
		}
		first, err := look(ctx) // a refusal is still a problem, not half a stream
		if err != nil {
			return nil, err
		}
		var line *live.Line
		if wire.Opened() {
			a, _ := rbac.ActorOf(ctx)
			joined, ok := wire.Join(int64(a.PersonID))
			if !ok {
				return nil, ErrStreams
			}
			line = joined
		}
		return &streamed{func(c huma.Context) { flow(c, line, first, look) }}, nil
	})
}

// flow writes the events of one client until he goes, his session ends or the server stops.
func flow(c huma.Context, line *live.Line, events []Event, look Look) {
	if line != nil {
		defer line.Leave()
	}
	g := humagin.Unwrap(c)
	out := http.NewResponseController(g.Writer)
	// The server's limit for reading a request would end the context of one this long.
	_ = out.SetReadDeadline(time.Time{})
	g.Header("Content-Type", "text/event-stream")
	g.Header("X-Accel-Buffering", "no") // nginx would keep events back
	g.Status(http.StatusOK)
	if !write(g.Writer, out, events) || line == nil {
		return
	}
	tick := time.NewTicker(line.Beat())
	defer tick.Stop()
	for {
		select {
		case <-c.Context().Done():
			return
		case <-line.Gone():
			return
		case <-line.Rung():
		case <-tick.C:
		}
		var ended bool
		if events, ended = next(c.Context(), look); ended || !write(g.Writer, out, events) {
			return
		}
	}
}

// next looks once more; ended if the session has, or goes on in another membership.
func next(ctx context.Context, look Look) (events []Event, ended bool) {
	again, err := renewed(ctx)
	if err == nil {
		was, _ := rbac.ActorOf(ctx)
		is, _ := rbac.ActorOf(again)
		if was.MembershipID != is.MembershipID || was.CompanyID != is.CompanyID {
			return nil, true
		}
		events, err = look(again)
	}
	if err == nil {
		return events, false
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		slog.DebugContext(ctx, "stream ended", "fault", f.Code)
		return nil, true
	}
	slog.WarnContext(ctx, "stream", "error", err) // the next look may succeed
	return nil, false
}

// write sends events, or a sign of life where there is none; false if the client is gone.
func write(w http.ResponseWriter, out *http.ResponseController, events []Event) bool {
	var b bytes.Buffer
	for _, e := range events {
		data, err := json.Marshal(e.Data)
		if err != nil {
			slog.Error("stream", "event", e.Name, "error", err)
			return false
		}
		if e.ID != "" {
			b.WriteString("id: " + strings.NewReplacer("\n", "", "\r", "").Replace(e.ID) + "\n")
		}
		b.WriteString("event: " + e.Name + "\ndata: " + string(data) + "\n\n")
	}
	if b.Len() == 0 {
		b.WriteString(": \n\n")
	}
	_ = out.SetWriteDeadline(time.Now().Add(stall))
	if _, err := w.Write(b.Bytes()); err != nil {
		return false
	}
	err := out.Flush()
	return err == nil || errors.Is(err, http.ErrNotSupported)
}
