package fleet

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"sync/atomic"
	"time"
)

// front spreads requests over the APIs that answer, as a load balancer does. It sends a request again
// only where it never reached an API.
type front struct {
	url    string
	server *http.Server
	wire   *http.Transport
	next   atomic.Uint64
	stop   chan struct{}
	over   sync.WaitGroup

	mu    sync.Mutex
	apis  []string
	alive map[string]bool
}

const checkEvery = 250 * time.Millisecond

func openFront(apis []string) (*front, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &front{
		url: "http://" + l.Addr().String(), apis: apis, alive: map[string]bool{}, stop: make(chan struct{}),
		wire: &http.Transport{DialContext: (&net.Dialer{Timeout: time.Second}).DialContext, MaxIdleConnsPerHost: 64, ResponseHeaderTimeout: 30 * time.Second},
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", r.In.Host
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		Transport:     f,
		FlushInterval: -1, // streams
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			w.Header().Set("Retry-After", "1")
			if errors.Is(err, errNobody) {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	f.server = &http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second}
	f.over.Go(func() { _ = f.server.Serve(l) }) // that it was closed
	f.over.Go(f.watch)
	return f, nil
}

var errNobody = errors.New("fleet: no API answers")

// RoundTrip sends a request to the next API, and to another if that one could not be reached.
func (f *front) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	defer func() {
		if body != nil {
			_ = body.Close() // of the server's request, which it closes itself
		}
	}()
	for _, address := range f.turn() {
		out := r.Clone(r.Context())
		out.URL.Host = address
		once := &unread{from: body}
		if body != nil && body != http.NoBody {
			out.Body = once
		}
		got, err := f.wire.RoundTrip(out)
		if err == nil {
			return got, nil
		}
		op, ok := errors.AsType[*net.OpError](err)
		if !ok || op.Op != "dial" || once.touched.Load() {
			return nil, err
		}
		f.mark(address, false)
	}
	return nil, errNobody
}

// unread is a body that stays open for another try.
type unread struct {
	from    io.Reader
	touched atomic.Bool
}

func (u *unread) Read(b []byte) (int, error) { u.touched.Store(true); return u.from.Read(b) }
func (*unread) Close() error                 { return nil }

// turn lists the APIs that answer, each request beginning with another.
func (f *front) turn() (out []string) {
	first := int(f.next.Add(1) % uint64(len(f.apis))) //nolint:gosec // below the number of APIs
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := range f.apis {
		if a := f.apis[(first+n)%len(f.apis)]; f.alive[a] {
			out = append(out, a)
		}
	}
	return out
}

func (f *front) mark(address string, alive bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.alive[address] = alive
}

func (f *front) watch() {
	by := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		for _, a := range f.apis {
			f.mark(a, healthy(context.Background(), by, a) == nil)
		}
		select {
		case <-f.stop:
			return
		case <-tick.C:
		}
	}
}

// ready returns when all APIs answer.
func (f *front) ready(ctx context.Context) error {
	return await(ctx, nil, "", func(context.Context) error {
		if len(f.turn()) < len(f.apis) {
			return errNobody
		}
		return nil
	})
}

func (f *front) close() error {
	close(f.stop)
	err := f.server.Close()
	f.over.Wait()
	return err
}
