package push

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Webhook posts messages to a firm's own server, signed as Standard Webhooks lays down
// (standardwebhooks.com): the headers Webhook-Id, Webhook-Timestamp (Unix seconds) and
// Webhook-Signature "v1," with the base64 of HMAC-SHA-256 over id.timestamp.body under the
// bytes of the secret. A message sent twice has the same Webhook-Id: the receiver can tell.
type Webhook struct {
	HTTP    *http.Client
	Private bool // addresses in private networks, and plain http, are allowed
}

// NewWebhook returns a webhook; private lets it reach the networks inside.
func NewWebhook(private bool) Webhook { return Webhook{client(!private), private} }

// secretPrefix marks a webhook secret, so that it is known for one where it should not be.
const secretPrefix = "whsec_"

// NewSecret makes a secret of 32 random bytes.
func NewSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(b)
}

// Sign returns the signature of a body.
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil {
		return "", errors.New("push: a malformed secret")
	}
	h := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(h, "%s.%d.", id, at.Unix())
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// Notification is the body of a webhook.
type Notification struct {
	Type      string    `json:"type"` // code of the event
	Timestamp time.Time `json:"timestamp"`
	Data      Payload   `json:"data"`
}

// Payload is what a notification tells.
type Payload struct {
	Title  string `json:"title"`
	Text   string `json:"text"`
	Link   string `json:"link"`
	Noun   string `json:"noun"`
	Object string `json:"objectId"`
}

// Check reports whether a hook may have this address.
func (w Webhook) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return ErrRefused
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !w.Private) {
		return ErrRefused
	}
	return nil
}

// Send posts m. Whatever 2xx is taken; 410 says the address is gone, 408, 425, 429 and 5xx
// that it may be tried again, anything else that it is refused.
func (w Webhook) Send(ctx context.Context, m Message) (Receipt, error) {
	if err := w.Check(m.To); err != nil {
		return Receipt{}, err
	}
	body, err := json.Marshal(Notification{m.Event, m.At.UTC().Truncate(time.Second), Payload{m.Title, m.Text, m.Link, m.Noun, m.Object}})
	if err != nil || len(body) > maxBody {
		return Receipt{}, errors.Join(ErrRefused, err)
	}
	signature, err := Sign(m.Secret, m.ID, m.At, body)
	if err != nil {
		return Receipt{}, errors.Join(ErrRefused, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.To, bytes.NewReader(body))
	if err != nil {
		return Receipt{}, ErrRefused
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Webhook-Id", m.ID)
	r.Header.Set("Webhook-Timestamp", strconv.FormatInt(m.At.Unix(), 10))
	r.Header.Set("Webhook-Signature", signature)
	a, err := do(w.HTTP, r)
	if err != nil {
		return Receipt{}, err
	}
	return w.judge(a, m.At)
}

func (Webhook) judge(a answer, now time.Time) (Receipt, error) {
	got := Receipt{Code: strconv.Itoa(a.status), Detail: cut(strings.ToValidUTF8(string(a.body), ""), 200), Wait: retryAfter(a.header, now)}
	switch {
	case a.status >= 200 && a.status < 300:
		return got, nil
	case a.status == http.StatusGone:
		return failed(ErrDead, got)
	case a.status == http.StatusTooManyRequests:
		return failed(ErrThrottled, got)
	case a.status == http.StatusRequestTimeout, a.status == http.StatusTooEarly, a.status >= 500:
		return failed(nil, got)
	default:
		return failed(ErrRefused, got)
	}
}
