package push

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

const (
	patience  = 10 * time.Second // for one request in all
	maxAnswer = 64 << 10         // bytes of an answer that are read
	maxBody   = 64 << 10         // bytes of a body that is sent
	maxWait   = time.Hour        // the longest that a Retry-After is believed
)

// ErrPrivate is an address in a network that hooks must not reach.
var ErrPrivate = fmt.Errorf("%w: the address is in a private network", ErrRefused)

// shared and reserved networks that netip has no word for: carrier-grade NAT (RFC 6598),
// protocol assignments, benchmarks, documentation, NAT64 and 6to4, which wrap IPv4.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fec0::/10"),
}

// reachable reports whether a hook may be at a: a public unicast address. The metadata
// services of the clouds are link-local (169.254.169.254) or shared (100.100.100.200).
func reachable(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// guard is asked for every address that is dialled, after its name was resolved: a name
// that resolves anew to something inside is refused, too.
func guard(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !reachable(at.Addr()) {
		return ErrPrivate
	}
	return nil
}

// client follows no redirects and asks no proxy. Guarded, it dials public addresses only.
func client(guarded bool) *http.Client {
	d := &net.Dialer{Timeout: patience / 2}
	if guarded {
		d.Control = guard
	}
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: d.DialContext, ForceAttemptHTTP2: true, MaxIdleConns: 50, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second,
			TLSHandshakeTimeout: patience / 2, ResponseHeaderTimeout: patience, MaxResponseHeaderBytes: maxAnswer,
		},
	}
}

// answer is what came back over HTTP.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends r. Its errors do not name the address.
func do(c *http.Client, r *http.Request) (answer, error) {
	r.Header.Set("User-Agent", "anbiao")
	res, err := c.Do(r)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the URL, which holds a token
		}
		return answer{}, fmt.Errorf("push: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return answer{}, fmt.Errorf("push: reading the answer: %w", err)
	}
	return answer{res.StatusCode, res.Header, b}, nil
}

// post sends v as JSON to address and reads the answer's JSON into out, unless it is nil.
func post(ctx context.Context, c *http.Client, address string, v, out any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("%w: malformed address", ErrRefused)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	return take(c, r, out)
}

// take sends r and reads the answer's JSON into out.
func take(c *http.Client, r *http.Request, out any) error {
	a, err := do(c, r)
	if err != nil {
		return err
	}
	if a.status == http.StatusTooManyRequests {
		return ErrThrottled
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("push: HTTP status %d", a.status)
	}
	if err := json.Unmarshal(a.body, out); err != nil {
		return errors.New("push: the answer is no JSON")
	}
	return nil
}

// retryAfter reads the header in seconds or as a date, at most maxWait.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	wait := time.Duration(0)
	if n, err := strconv.Atoi(v); err == nil {
		wait = time.Duration(min(max(n, 0), int(maxWait/time.Second))) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxWait)
}
