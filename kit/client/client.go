// Package client speaks to the API of an installation as another program does: with a token, idempotency keys on what it sends, and
// patience where it is told to wait.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client calls the API at Base with a token.
type Client struct {
	Base  string // e.g. https://anbiao.example
	Token string
	HTTP  *http.Client
	Tries int                                        // of one call; 0: 5
	Wait  func(context.Context, time.Duration) error // nil: a timer
}

// Problem is what the API refuses a call with (RFC 9457).
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Code     string `json:"code"`
	} `json:"errors"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// CodeOf returns the code that a call was refused with; empty for any other error.
func CodeOf(err error) string {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Code
	}
	return ""
}

const (
	longestAnswer = 64 << 20 // bytes
	longestWait   = time.Minute
)

// Get reads path into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.call(ctx, http.MethodGet, path, "", nil, out)
}

// Post sends body and reads the answer into out. It is sent again, under one key, until an answer came: it takes effect once.
func (c *Client) Post(ctx context.Context, path string, body, out any) error {
	return c.PostAs(ctx, rand.Text(), path, body, out)
}

// PostAs does the same under a key of the caller's, so that the same may be sent again after a restart.
func (c *Client) PostAs(ctx context.Context, key, path string, body, out any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPost, path, key, b, out)
}

func (c *Client) call(ctx context.Context, method, path, key string, body []byte, out any) error {
	tries := c.Tries
	if tries == 0 {
		tries = 5
	}
	for n := 1; ; n++ {
		wait, err := c.once(ctx, method, path, key, body, out)
		if err == nil || wait < 0 || n == tries {
			return err
		}
		if err := c.pause(ctx, max(wait, time.Second<<min(n-1, 5))); err != nil {
			return err
		}
	}
}

// once sends one request. A negative wait says that trying again is of no use.
func (c *Client) once(ctx context.Context, method, path, key string, body []byte, out any) (wait time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.Base, "/")+path, bytes.NewReader(body))
	if err != nil {
		return -1, err
	}
	r.Header.Set("Authorization", "Bearer "+c.Token)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http().Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return -1, err
		}
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		return 0, err
	}
	if res.StatusCode < 300 {
		if out == nil || len(b) == 0 {
			return 0, nil
		}
		return -1, json.Unmarshal(b, out)
	}
	return again(res), refusal(res.StatusCode, b)
}

func refusal(status int, body []byte) error {
	p := &Problem{}
	if json.Unmarshal(body, p) != nil || p.Code == "" {
		p.Code, p.Detail = "http", http.StatusText(status)
	}
	p.Status = status
	return p
}

// again says how long to wait after an answer, negative for one that will stay the same.
func again(res *http.Response) time.Duration {
	switch {
	case res.StatusCode != http.StatusTooManyRequests && res.StatusCode < http.StatusInternalServerError:
		return -1
	case res.StatusCode == http.StatusNotImplemented:
		return -1
	}
	n, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return min(max(time.Duration(n)*time.Second, 0), longestWait)
}

func (c *Client) http() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return http.DefaultClient
}

func (c *Client) pause(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
