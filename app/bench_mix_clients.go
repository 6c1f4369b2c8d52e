package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
)

// What people do, as the table names it.
const (
	mixPhoto   = "phone: photo"
	mixCheck   = "phone: check"
	mixFirst   = "office: first page"
	mixFilter  = "office: filter"
	mixNext    = "office: next page"
	mixDossier = "office: dossier"
)

// mixLog is what became of the requests between from and until.
type mixLog struct {
	url         string
	http        http.Client
	from, until time.Time
	spent       mixSpent
	waiting     int // jobs, at the end

	mu     sync.Mutex
	done   map[string]int             // answered well in that time: what the throughput is
	took   map[string][]time.Duration // of those answered well that began in that time, if only answered later
	failed map[string]map[string]int  // by status; of those that began in that time
	odd    string                     // the first answer that was none
}

func newMixLog(url string, from time.Time, measured time.Duration, people int) *mixLog {
	return &mixLog{
		url: url, http: http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: people}},
		from: from, until: from.Add(measured), done: map[string]int{}, took: map[string][]time.Duration{}, failed: map[string]map[string]int{},
	}
}

// mixCaller is somebody signed in, behind a proxy.
type mixCaller struct{ token, address string }

// ask sends a request, reads the answer into v and notes how it went; ok if it was answered with want. The
// two headers on company and area tell the bare handlers what our program finds out by the session.
func (c mixCaller) ask(l *mixLog, work string, want int, r *http.Request, v any) (ok bool) {
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("X-Forwarded-For", c.address)
	if r.Method == http.MethodPost {
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	began, status := time.Now(), "no answer"
	var answer []byte
	got, err := l.http.Do(r)
	if err == nil {
		status = fmt.Sprint(got.StatusCode)
		ok = got.StatusCode == want
		if answer, err = io.ReadAll(got.Body); err != nil {
			ok, status = false, "cut off"
		}
		_ = got.Body.Close() // it was read
	}
	took := time.Since(began)
	if ok && json.Unmarshal(answer, v) != nil {
		ok, status = false, "unreadable"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if ended := began.Add(took); ok && ended.After(l.from) && ended.Before(l.until) {
		l.done[work]++
	}
	if r.Context().Err() != nil || began.Before(l.from) || began.After(l.until) {
		return ok
	}
	if ok {
		l.took[work] = append(l.took[work], took)
		return true
	}
	if l.failed[work] == nil {
		l.failed[work] = map[string]int{}
	}
	l.failed[work][status]++
	if l.odd == "" {
		l.odd = fmt.Sprintf("%s: %s %.300s", work, status, answer)
	}
	return false
}

func (l *mixLog) request(ctx context.Context, method, path string, body io.Reader) *http.Request {
	r, err := http.NewRequestWithContext(ctx, method, l.url+path, body)
	if err != nil {
		panic(err) // paths are ours
	}
	return r
}

// mixPhone checks the same point again and again.
type mixPhone struct {
	mixCaller
	company string
}

// live sends a check every round, a fifth sooner or later; phones begin at different times.
func (p *mixPhone) live(ctx, going context.Context, l *mixLog, c *mixCrowd) {
	for idle(going, some(c.load.round)); going.Err() == nil; {
		next := time.Now().Add(c.load.round*4/5 + some(c.load.round*2/5))
		p.check(ctx, l, c)
		idle(going, time.Until(next))
	}
}

// check uploads a photo and sends a check with it, as the phone page does.
func (p *mixPhone) check(ctx context.Context, l *mixLog, c *mixCrowd) {
	client := uuid.New()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("clientId", client.String()) // a buffer does not fail
	_ = form.WriteField("takenAt", time.Now().Format(time.RFC3339))
	part, _ := form.CreateFormFile("file", "photo.jpg")
	_, _ = part.Write(marked(c.photos[rand.IntN(len(c.photos))], client.String())) //nolint:gosec // not a secret
	_ = form.Close()
	r := l.request(ctx, http.MethodPost, "/api/attachment/files", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set(bareCompany, p.company)
	var made struct{ ID string }
	if !p.ask(l, mixPhoto, http.StatusCreated, r, &made) {
		return
	}
	check := c.form.fill(uuid.New(), 0)
	check["answers"].([]any)[0].(map[string]any)["photos"] = []string{made.ID}
	sent, _ := json.Marshal(check) // strings
	r = l.request(ctx, http.MethodPost, "/api/inspection/checks", bytes.NewReader(sent))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(bareCompany, p.company)
	p.ask(l, mixCheck, http.StatusCreated, r, &made)
}

// mixOffice is a regulator who walks through the graded list.
type mixOffice struct {
	mixCaller
	area string // empty: the whole country
	step int
	next string // cursor of the page after the first
	rows []string
}

// live opens a page every think on average, from half of it to half more.
func (o *mixOffice) live(ctx, going context.Context, l *mixLog, think time.Duration) {
	for idle(going, some(think)); going.Err() == nil; idle(going, think/2+some(think)) {
		o.page(ctx, l)
	}
}

// page opens the first page, a filter, the page after the first or a dossier from it, in turn.
func (o *mixOffice) page(ctx context.Context, l *mixLog) {
	step := o.step % 4
	o.step++
	work, path := mixFirst, graded+"?sort=standing"
	switch {
	case step == 1:
		work, path = mixFilter, graded+"?sort=standing&"+shapes[0].query
	case step == 2 && o.next != "":
		work, path = mixNext, graded+"?sort=standing&cursor="+o.next
	case step == 3 && len(o.rows) > 0:
		work, path = mixDossier, graded+"/"+o.rows[rand.IntN(len(o.rows))] //nolint:gosec // not a secret
	}
	r := l.request(ctx, http.MethodGet, path, http.NoBody)
	r.Header.Set(bareArea, o.area)
	var list struct {
		Items []struct{ ID string }
		Next  string
	}
	if !o.ask(l, work, http.StatusOK, r, &list) || work == mixDossier || work == mixFilter || len(list.Items) == 0 {
		return
	}
	if work == mixFirst {
		o.next = list.Next
	}
	o.rows = o.rows[:0]
	for _, row := range list.Items {
		o.rows = append(o.rows, row.ID)
	}
}

// some is a time below d.
func some(d time.Duration) time.Duration {
	return time.Duration(rand.Int64N(int64(max(d, 1)))) //nolint:gosec // not a secret
}
