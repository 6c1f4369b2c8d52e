package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// load is a stream of check submissions, as phones send them: each is sent again until it
// is acknowledged.
type load struct {
	url   atomic.Pointer[string] // of the program that runs now
	token string
	form  checkForm
	http  http.Client

	mu    sync.Mutex
	acked map[uuid.UUID]string // id of the check by client id
	sent  int                  // requests, with those in vain
	odd   []string             // answers that are neither success nor an outage
}

// newLoad signs in as the demo city's safety manager and looks a check point up.
func newLoad(t *testing.T, url string) *load {
	t.Helper()
	l := &load{acked: map[uuid.UUID]string{}, http: http.Client{Timeout: 20 * time.Second}}
	l.url.Store(&url)
	l.signIn(t)
	var err error
	l.form, err = openForm(func(path string, v any) error { l.read(t, path, v); return nil })
	require.NoError(t, err)
	return l
}

func (l *load) signIn(t *testing.T) {
	t.Helper()
	r, err := l.http.Post(*l.url.Load()+"/api/account/sessions", "application/json", bytes.NewBufferString(`{"login":"safety","password":"anbiao-demo-2026"}`))
	require.NoError(t, err)
	defer r.Body.Close()
	require.Equal(t, http.StatusCreated, r.StatusCode)
	l.token = r.Cookies()[0].Value
}

func (l *load) read(t *testing.T, path string, v any) {
	t.Helper()
	status, body, err := l.request(t.Context(), http.MethodGet, path, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, string(body))
	require.NoError(t, json.Unmarshal(body, v))
}

func (l *load) request(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, *l.url.Load()+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+l.token)
	r.Header.Set("Content-Type", "application/json")
	got, err := l.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer got.Body.Close()
	answer, err = io.ReadAll(got.Body)
	return got.StatusCode, answer, err
}

// run submits until ctx ends.
func (l *load) run(ctx context.Context, failed int) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for ctx.Err() == nil {
		client := uuid.New()
		body, err := l.form.json(client, failed)
		if err != nil {
			panic(err) // strings and numbers
		}
		for !l.submit(ctx, client, body) {
			select {
			case <-ctx.Done():
				return
			case <-again.C:
			}
		}
	}
}

// submit sends one check and reports whether it was acknowledged.
func (l *load) submit(ctx context.Context, client uuid.UUID, body []byte) bool {
	status, answer, err := l.request(ctx, http.MethodPost, "/api/inspection/checks", body)
	var made struct{ ID string }
	if err == nil && status == http.StatusCreated {
		err = json.Unmarshal(answer, &made)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	switch {
	case err != nil: // it may or may not have been kept: the phone cannot know
		return false
	case status == http.StatusCreated && made.ID != "":
		l.acked[client] = made.ID
		return true
	case status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable:
		l.odd = append(l.odd, fmt.Sprintf("%d %s", status, answer))
	}
	return false
}

// acknowledged returns how many are.
func (l *load) acknowledged() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

var errStuck = errors.New("no submission is acknowledged any more")

// await returns when n more are acknowledged.
func (l *load) await(n int) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	limit := time.NewTimer(2 * time.Minute)
	defer limit.Stop()
	for want := l.acknowledged() + n; l.acknowledged() < want; {
		select {
		case <-tick.C:
		case <-limit.C:
			return errStuck
		}
	}
	return nil
}
