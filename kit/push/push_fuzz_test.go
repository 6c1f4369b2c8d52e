package push

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// canned answers every request with the same.
type canned struct {
	status int
	header http.Header
	body   []byte
}

// RoundTrip answers (http.RoundTripper).
func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: c.status, Header: c.header, Body: io.NopCloser(bytes.NewReader(c.body)), Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
}

// FuzzAnswers lets every channel be answered whatever: a message counts as taken only where the channel's own
// sign of success came.
func FuzzAnswers(f *testing.F) {
	f.Add(200, "", []byte(`{"errcode":0,"errmsg":"ok","msgid":1,"access_token":"x","expires_in":7200}`))
	f.Add(200, "9999999999999999999", []byte(`{"Code":"OK","BizId":"1"}`))
	f.Add(429, "Wed, 21 Oct 2065 07:28:00 GMT", []byte(`{"code":0,"StatusCode":0}`))
	f.Add(301, "-1", []byte(`[{"errcode":"0"}]`))
	f.Add(500, "1e9", []byte("\x00\xff"))
	f.Fuzz(func(t *testing.T, status int, again string, body []byte) {
		if status < 100 || status > 999 {
			return
		}
		c := &http.Client{Transport: canned{status, http.Header{"Retry-After": {again}}, body}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		hook := Webhook{c, true}
		m := message("https://example.com/hook")
		m.Secret = NewSecret()
		if _, err := hook.Send(t.Context(), m); (err == nil) != (status >= 200 && status < 300) {
			t.Fatalf("a webhook that answers %d: %v", status, err)
		}
		for _, r := range []Robot{WeCom(), DingTalk(), Feishu()} {
			r.HTTP = c
			m := message("https://example.com/robot?key=x")
			if _, err := r.Send(t.Context(), m); err == nil && !bytes.Contains(body, []byte("0")) {
				t.Fatalf("taken by %q", body)
			}
		}
		u, _ := url.Parse("aliyun://id:secret@example.com?sign=x&template=SMS_1")
		sms, err := Aliyun(u)
		if err != nil {
			t.Fatal(err)
		}
		sms.HTTP = c
		if _, err := sms.Send(t.Context(), message("13800000000")); err == nil && !bytes.Contains(body, []byte("OK")) && !bytes.Contains(body, []byte(`\u`)) {
			t.Fatalf("taken by %q", body)
		}
		u, _ = url.Parse("wechat://wx1:s3cret@example.com?template=TPL&time=time3")
		wechat, err := OpenWeChat(u)
		if err != nil {
			t.Fatal(err)
		}
		wechat.HTTP = c
		if _, err := wechat.Send(t.Context(), message("oABC")); err == nil && len(body) == 0 {
			t.Fatal("taken by nothing")
		}
		if _, err := wechat.OpenID(t.Context(), "code"); err == nil && len(body) == 0 {
			t.Fatal("known by nothing")
		}
		if _, err := hook.Send(t.Context(), Message{To: string(body), Secret: again}); err == nil && errors.Is(hook.Check(string(body)), ErrRefused) {
			t.Fatalf("sent to %q", body)
		}
	})
}
