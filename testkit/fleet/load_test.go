package fleet_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// fault is a request that was not answered as it should be.
type fault struct {
	at   time.Time
	what string
}

// traffic is what phones and offices do, and what became of it.
type traffic struct {
	url  string
	http http.Client

	mu      sync.Mutex
	sent    int
	read    int
	slowest time.Duration
	faults  []fault
	odd     []string          // answers that no outage explains
	checks  map[string]string // acknowledged: id by client id
	hazards map[string]string
	photos  map[string]string // SHA-256 by attachment id
	last    time.Time         // when something was acknowledged
}

func newTraffic(url string) *traffic {
	return &traffic{
		url: url, http: http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		checks: map[string]string{}, hazards: map[string]string{}, photos: map[string]string{},
	}
}

// person is somebody signed in.
type person struct {
	*traffic
	token string
}

func (l *traffic) signIn(t *testing.T, login string) *person {
	t.Helper()
	body := fmt.Sprintf(`{"login":%q,"password":"anbiao-demo-2026"}`, login)
	r, err := l.http.Post(l.url+"/api/account/sessions", "application/json", bytes.NewBufferString(body))
	require.NoError(t, err)
	defer r.Body.Close()
	require.Equal(t, http.StatusCreated, r.StatusCode, login)
	return &person{l, r.Cookies()[0].Value}
}

// ask sends one request and notes how it went; ok where it was answered with want.
func (p *person) ask(ctx context.Context, method, path, kind, key string, body []byte, want int) (answer []byte, ok bool) {
	r, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(body))
	if err != nil {
		panic(err) // paths are ours
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", kind)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	began := time.Now()
	status := 0
	got, err := p.http.Do(r)
	if err == nil {
		status = got.StatusCode
		answer, err = io.ReadAll(got.Body)
		_ = got.Body.Close() // it was read
	}
	if ctx.Err() != nil {
		return nil, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	p.slowest = max(p.slowest, time.Since(began))
	switch {
	case err != nil:
		p.faults = append(p.faults, fault{time.Now(), method + " " + path + ": " + err.Error()})
	case status == want:
		p.last = time.Now()
		return answer, true
	case status >= 500 || status == http.StatusTooManyRequests:
		p.faults = append(p.faults, fault{time.Now(), fmt.Sprintf("%s %s: %d %.120s", method, path, status, answer)})
	default:
		p.odd = append(p.odd, fmt.Sprintf("%s %s: %d %.300s", method, path, status, answer))
	}
	return nil, false
}

const (
	again = 100 * time.Millisecond
	pace  = 2 * time.Second // of one phone: all belong to one company, whose figures are reckoned one after another
)

// insist sends the same request until it is acknowledged, as a phone's outbox does.
func (p *person) insist(ctx context.Context, path, kind string, body []byte) (id string) {
	key := uuid.NewString()
	tick := time.NewTicker(again)
	defer tick.Stop()
	for {
		if answer, ok := p.ask(ctx, http.MethodPost, path, kind, key, body, http.StatusCreated); ok {
			var made struct{ ID string }
			if err := json.Unmarshal(answer, &made); err == nil && made.ID != "" {
				return made.ID
			}
		}
		select {
		case <-ctx.Done():
			return ""
		case <-tick.C:
		}
	}
}

// phone finds hazards, with a photo of each; now and then checker checks a point.
func (p *person) phone(ctx context.Context, checker *person, form form) {
	for n := 0; ctx.Err() == nil; n++ {
		pause(ctx, pace)
		client := uuid.NewString()
		picture := png(client)
		kind, body := upload(client, picture)
		photo := p.insist(ctx, "/api/attachment/files", kind, body)
		if photo == "" {
			return
		}
		sum := sha256.Sum256(picture)
		p.keep(p.photos, photo, hex.EncodeToString(sum[:]))
		report, _ := json.Marshal(map[string]any{ // strings
			"clientId": client, "place": "一号车间", "description": "通道被占用，编号 " + client, "photos": []string{photo},
		})
		if id := p.insist(ctx, "/api/hazard/hazards", "application/json", report); id != "" {
			p.keep(p.hazards, client, id)
		}
		if n%2 == 0 {
			client := uuid.NewString()
			if id := checker.insist(ctx, "/api/inspection/checks", "application/json", form.fill(client, n%3)); id != "" {
				p.keep(p.checks, client, id)
			}
		}
	}
}

func (l *traffic) keep(in map[string]string, key, value string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in[key] = value
}

// pages are what an office of a county looks at.
var pages = []string{
	"/api/hazard/hazards?limit=50", "/api/oversight/companies?limit=50", "/api/oversight/count", "/api/oversight/areas", "/api/notice/notices?limit=20", "/api/hazard/major-counts", "/api/account/me",
}

// office browses.
func (p *person) office(ctx context.Context, paths []string) {
	for n := 0; ctx.Err() == nil; n++ {
		if _, ok := p.ask(ctx, http.MethodGet, paths[n%len(paths)], "", "", nil, http.StatusOK); ok {
			p.mu.Lock()
			p.read++
			p.mu.Unlock()
		}
		pause(ctx, 20*time.Millisecond)
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// png is the smallest picture there is, made different from every other by a comment.
func png(comment string) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, data []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
		at := len(b)
		b = append(append(b, name...), data...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[at:]))
	}
	chunk("IHDR", []byte{0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0})
	chunk("tEXt", append([]byte("Comment\x00"), comment...))
	chunk("IDAT", []byte{0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0})
	chunk("IEND", nil)
	return b
}

// upload is the form that a photo is sent in.
func upload(client string, picture []byte) (kind string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("clientId", client) // a buffer does not fail
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="file"; filename="photo.png"`)
	h.Set("Content-Type", "image/png")
	part, _ := w.CreatePart(h)
	_, _ = part.Write(picture)
	_ = w.Close()
	return w.FormDataContentType(), b.Bytes()
}
