package push

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)

func message(to string) Message {
	return Message{ID: "notice-7", To: to, Title: "证书到期", Text: "张三的焊工证将于30日后到期", Link: "https://anbiao.example/notices", At: noon, Event: "certificate.remind", Noun: "certificate", Object: "9"}
}

// server answers with reply and gives each request, with its body, to check.
func server(t *testing.T, status int, reply string, check func(r *http.Request, body string)) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if check != nil {
			check(r, string(b))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, reply)
	}))
	t.Cleanup(s.Close)
	return s
}

// The vector of the Standard Webhooks reference libraries.
func TestWebhookSignatureVector(t *testing.T) {
	t.Parallel()
	got, err := Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	require.NoError(t, err)
	require.Equal(t, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", got)
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	secret := NewSecret()
	require.NotEqual(t, secret, NewSecret())
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	require.NoError(t, err)
	require.Len(t, key, 32)
	s := server(t, 204, "", func(r *http.Request, body string) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(r.Header.Get("Webhook-Id") + "." + r.Header.Get("Webhook-Timestamp") + "." + body))
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("Webhook-Signature") != want {
			t.Error("signature", r.Header.Get("Webhook-Signature"), want)
		}
		var n Notification
		if err := json.Unmarshal([]byte(body), &n); err != nil || r.Header.Get("Webhook-Id") != "notice-7" || n.Data.Object != "9" || n.Type != "certificate.remind" || n.Data.Title != "证书到期" {
			t.Error(err, body)
		}
	})
	m := message(s.URL + "/in?x=1")
	m.Secret = secret
	got, err := NewWebhook(true).Send(t.Context(), m)
	require.NoError(t, err)
	require.Equal(t, "204", got.Code)
	_, err = NewWebhook(false).Send(t.Context(), m)
	require.ErrorIs(t, err, ErrRefused, "plain http")
}

func TestWebhookStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{200: nil, 202: nil, 302: ErrRefused, 400: ErrRefused, 401: ErrRefused, 404: ErrRefused, 410: ErrDead, 429: ErrThrottled} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", "90")
			w.WriteHeader(status)
		}))
		m := message(s.URL)
		m.Secret = NewSecret()
		got, err := NewWebhook(true).Send(t.Context(), m)
		require.ErrorIs(t, err, want, "%d", status)
		require.Equal(t, 90*time.Second, got.Wait)
		s.Close()
		_, err = NewWebhook(true).Send(t.Context(), m)
		require.Error(t, err)
		require.NotContains(t, err.Error(), s.URL)
		require.False(t, errors.Is(err, ErrRefused) || errors.Is(err, ErrDead), "a server that is down may come back")
	}
	for _, status := range []int{500, 502, 503, 408} {
		s := server(t, status, "trouble", nil)
		_, err := NewWebhook(true).Send(t.Context(), Message{ID: "1", To: s.URL, Secret: NewSecret(), At: noon})
		require.Error(t, err)
		require.False(t, errors.Is(err, ErrRefused) || errors.Is(err, ErrDead) || errors.Is(err, ErrThrottled), "%d", status)
	}
	require.Equal(t, 30*time.Second, retryAfter(http.Header{"Retry-After": {noon.Add(30 * time.Second).Format(http.TimeFormat)}}, noon))
	require.Equal(t, time.Hour, retryAfter(http.Header{"Retry-After": {"999999"}}, noon))
	require.Zero(t, retryAfter(http.Header{"Retry-After": {"soon"}}, noon))
}

func TestGuardedDialReachesPublicAddressesOnly(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"127.0.0.1": false, "10.1.2.3": false, "172.16.9.9": false, "192.168.1.1": false, "169.254.169.254": false, "100.100.100.200": false, "0.0.0.0": false,
		"224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false, "192.0.2.1": false, "::1": false, "::": false, "fe80::1": false, "fc00::1": false, "fd00:ec2::254": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:7f00:1::": false, "ff02::1": false, "240.0.0.1": false,
		"8.8.8.8": true, "47.96.0.1": true, "2400:3200::1": true,
	} {
		require.Equal(t, ok, reachable(netip.MustParseAddr(address)), address)
	}
	hits := atomic.Int64{}
	s := server(t, 200, "", func(*http.Request, string) { hits.Add(1) })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.URL, "http://"))
	require.NoError(t, err)
	for _, to := range []string{s.URL, "http://localhost:" + port, "http://127.1:" + port, "http://[::1]:" + port} {
		w := Webhook{client(true), true} // http is allowed; the dialler is not told so
		_, err := w.Send(t.Context(), Message{ID: "1", To: to, Secret: NewSecret(), At: noon})
		require.Error(t, err, to)
	}
	_, err = Webhook{client(true), true}.Send(t.Context(), Message{ID: "1", To: s.URL, Secret: NewSecret(), At: noon})
	require.ErrorIs(t, err, ErrPrivate)
	require.Zero(t, hits.Load())
	for _, to := range []string{"ftp://a.cn", "https://u:p@a.cn", "//a.cn", "https://", "http://a.cn", "%zz"} {
		require.ErrorIs(t, NewWebhook(false).Check(to), ErrRefused, to)
	}
}

func TestRobots(t *testing.T) {
	t.Parallel()
	hash := func(key, text string) string {
		m := hmac.New(sha256.New, []byte(key))
		m.Write([]byte(text))
		return base64.StdEncoding.EncodeToString(m.Sum(nil))
	}
	for name, c := range map[string]struct {
		robot   Robot
		address string
		check   func(r *http.Request, body map[string]any)
		codes   map[string]error
	}{
		"wecom": {WeCom(), "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6", func(r *http.Request, body map[string]any) {
			if r.URL.Path != "/cgi-bin/webhook/send" || r.URL.RawQuery != "key=693a91f6" || body["msgtype"] != "text" {
				t.Error(r.URL, body)
			}
		}, map[string]error{`{"errcode":93000}`: ErrDead, `{"errcode":45009}`: ErrThrottled, `{"errcode":40008}`: ErrRefused, `{"errcode":-1}`: nil}},
		"dingtalk": {DingTalk(), "https://oapi.dingtalk.com/robot/send?access_token=abc", func(r *http.Request, body map[string]any) {
			at := fmt.Sprint(noon.UnixMilli())
			if q := r.URL.Query(); r.URL.Path != "/robot/send" || q.Get("access_token") != "abc" || q.Get("timestamp") != at || q.Get("sign") != hash("SEC1", at+"\nSEC1") || body["msgtype"] != "text" {
				t.Error(r.URL, body)
			}
		}, map[string]error{`{"errcode":300001}`: ErrDead, `{"errcode":130101}`: ErrThrottled, `{"errcode":310000}`: ErrRefused, `{"errcode":-1}`: nil}},
		"feishu": {Feishu(), "https://open.feishu.cn/open-apis/bot/v2/hook/5e3d587e-d78e", func(r *http.Request, body map[string]any) {
			at := fmt.Sprint(noon.Unix())
			if r.URL.Path != "/open-apis/bot/v2/hook/5e3d587e-d78e" || body["timestamp"] != at || body["sign"] != hash(at+"\nSEC1", "") || body["msg_type"] != "text" {
				t.Error(r.URL, body)
			}
		}, map[string]error{`{"code":19001}`: ErrDead, `{"code":11232}`: ErrThrottled, `{"code":19021}`: ErrRefused, `{"code":19024}`: ErrRefused}},
	} {
		s := server(t, 200, `{"errcode":0,"errmsg":"ok","code":0,"msg":"success"}`, func(r *http.Request, body string) {
			var v map[string]any
			if err := json.Unmarshal([]byte(body), &v); err != nil || !strings.Contains(body, "证书到期") {
				t.Error(name, err, body)
			}
			c.check(r, v)
		})
		c.robot.Base, c.robot.HTTP = s.URL, client(false)
		m := message(c.address)
		m.Secret = "SEC1"
		_, err := c.robot.Send(t.Context(), m)
		require.NoError(t, err, name)
		for reply, want := range c.codes {
			c.robot.Base = server(t, 200, reply, nil).URL
			_, err := c.robot.Send(t.Context(), m)
			require.Error(t, err, name)
			if want != nil {
				require.ErrorIs(t, err, want, "%s %s", name, reply)
			} else {
				require.False(t, errors.Is(err, ErrRefused) || errors.Is(err, ErrDead), "%s %s", name, reply)
			}
		}
		for _, address := range []string{strings.Replace(c.address, "https", "http", 1), strings.Replace(c.address, ".c", ".evil.c", 1), "https://127.0.0.1/", "", c.address[:strings.LastIndexAny(c.address, "=/")+1]} {
			require.ErrorIs(t, c.robot.Check(address), ErrRefused, "%s %s", name, address)
		}
		c.robot.Base = "http://127.0.0.1:1"
		_, err = c.robot.Send(t.Context(), m)
		require.Error(t, err)
		require.NotContains(t, err.Error(), c.address[len(c.address)-3:], "the token in an error")
	}
}

func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	s := cutBytes(strings.Repeat("安", 3000), 2048)
	require.LessOrEqual(t, len(s), 2048)
	require.Greater(t, len(s), 2040)
	require.True(t, strings.HasSuffix(s, "安…"))
	require.Equal(t, "安全…", cut("安全生产标准化", 3))
}

// The example of the documentation (help.aliyun.com, 请求结构和签名机制 V3).
func TestAliyunSignatureVector(t *testing.T) {
	t.Parallel()
	query := canonicalQuery(map[string]string{"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://ecs.cn-shanghai.aliyuncs.com/?"+query, http.NoBody)
	require.NoError(t, err)
	at := time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC)
	sign(r, signing{"YourAccessKeyId", "YourAccessKeySecret", "RunInstances", "2014-05-26", "3156853299f313e23d1673dc12e1703d", query, at})
	require.Equal(t, "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"+
		"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0", r.Header.Get("Authorization"))
}

// verify computes the signature of a request anew, from what arrived.
func verify(t *testing.T, r *http.Request, secret string) {
	t.Helper()
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
	signed, signature, _ := strings.Cut(rest, ",Signature=")
	var headers, pairs []string
	for name := range strings.SplitSeq(signed, ";") {
		v := r.Header.Get(name)
		if name == "host" {
			v = r.Host
		}
		headers = append(headers, name+":"+v)
	}
	for name, v := range r.URL.Query() {
		pairs = append(pairs, strings.ReplaceAll(url.QueryEscape(name)+"="+url.QueryEscape(v[0]), "+", "%20"))
	}
	slices.Sort(pairs)
	whole := sha256.Sum256([]byte("POST\n/\n" + strings.Join(pairs, "&") + "\n" + strings.Join(headers, "\n") + "\n\n" + signed + "\n" + r.Header.Get("x-acs-content-sha256")))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(whole[:])))
	if want := hex.EncodeToString(mac.Sum(nil)); signature != want {
		t.Errorf("signature %s, want %s", signature, want)
	}
}

func aliyun(t *testing.T, base string) *AliyunSMS {
	t.Helper()
	u, err := url.Parse("aliyun://LTAI5t:s3cret@dysmsapi.aliyuncs.com?sign=%E5%AE%89%E6%A0%87&template=SMS_1&name=title&code_template=SMS_2")
	require.NoError(t, err)
	a, err := Aliyun(u)
	require.NoError(t, err)
	require.Equal(t, "https://dysmsapi.aliyuncs.com", a.Base)
	a.Base, a.HTTP = base, client(false)
	return a
}

func TestAliyunSMS(t *testing.T) {
	t.Parallel()
	nonces := map[string]bool{}
	s := server(t, 200, `{"Message":"OK","RequestId":"873","BizId":"9006","Code":"OK"}`, func(r *http.Request, _ string) {
		verify(t, r, "s3cret")
		nonces[r.Header.Get("x-acs-signature-nonce")] = true
		q := r.URL.Query()
		if r.Header.Get("x-acs-action") != "SendSms" || r.Header.Get("x-acs-version") != "2017-05-25" || q.Get("PhoneNumbers") != "13800138000" || q.Get("SignName") != "安标" ||
			q.Get("OutId") != "notice-7" || (q.Get("TemplateParam") != `{"title":"证书到期"}` && q.Get("TemplateParam") != `{"code":"123456"}`) {
			t.Error(q)
		}
	})
	a := aliyun(t, s.URL)
	got, err := a.Send(t.Context(), message("13800138000"))
	require.NoError(t, err)
	require.Equal(t, Receipt{ProviderID: "9006", Code: "OK", Detail: "OK"}, got)
	code := message("13800138000")
	code.Text = "123456"
	_, err = a.SendCode(t.Context(), code)
	require.NoError(t, err)
	require.Len(t, nonces, 2, "a nonce is used once")
	for answer, want := range map[string]error{
		"isv.MOBILE_NUMBER_ILLEGAL": ErrDead, "isv.BUSINESS_LIMIT_CONTROL": ErrThrottled, "isv.SMS_TEMPLATE_ILLEGAL": ErrRefused, "SignatureDoesNotMatch": ErrRefused,
		"isv.AMOUNT_NOT_ENOUGH": nil, "isp.SYSTEM_ERROR": nil,
	} {
		a.Base = server(t, 400, fmt.Sprintf(`{"Code":%q,"Message":"13800138000 is wrong"}`, answer), nil).URL
		got, err := a.Send(t.Context(), message("13800138000"))
		require.Error(t, err)
		require.Equal(t, answer, got.Code)
		require.NotContains(t, err.Error()+got.Detail, "13800138000")
		if want != nil {
			require.ErrorIs(t, err, want)
		} else {
			require.False(t, errors.Is(err, ErrRefused) || errors.Is(err, ErrDead), answer)
		}
	}
	a.Base = "http://127.0.0.1:1"
	_, err = a.Send(t.Context(), message("13800138000"))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "13800138000")
}

// weixin is a service account's server: it gives tokens that it may void.
type weixin struct {
	tokens, sent, valid atomic.Int64
	reply               atomic.Value
}

func (w *weixin) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	switch r.URL.Path {
	case "/cgi-bin/stable_token":
		if !strings.Contains(string(b), `"secret":"s3cret"`) {
			_, _ = io.WriteString(out, `{"errcode":40125}`)
			return
		}
		w.valid.Store(w.tokens.Add(1))
		_, _ = fmt.Fprintf(out, `{"access_token":"T%d","expires_in":7200}`, w.valid.Load())
	case "/cgi-bin/message/template/send":
		if r.URL.Query().Get("access_token") != fmt.Sprintf("T%d", w.valid.Load()) {
			_, _ = io.WriteString(out, `{"errcode":40001,"errmsg":"invalid credential"}`)
			return
		}
		w.sent.Add(1)
		if reply, ok := w.reply.Load().(string); ok {
			_, _ = io.WriteString(out, reply)
			return
		}
		var v struct {
			Touser, Template_id, Client_msg_id string
			Data                               map[string]map[string]string
		}
		_ = json.Unmarshal(b, &v)
		if v.Touser != "oABC" || v.Template_id != "TPL" || v.Client_msg_id != "notice-7" || v.Data["thing1"]["value"] != "证书到期" || v.Data["time3"]["value"] != "2026-06-01 12:00" {
			_, _ = io.WriteString(out, `{"errcode":47003}`)
			return
		}
		_, _ = io.WriteString(out, `{"errcode":0,"errmsg":"ok","msgid":200228332}`)
	case "/sns/oauth2/access_token":
		q := r.URL.Query()
		if q.Get("code") == "good" && q.Get("appid") == "wx1" && q.Get("secret") == "s3cret" && q.Get("grant_type") == "authorization_code" {
			_, _ = io.WriteString(out, `{"access_token":"x","openid":"oABC","scope":"snsapi_base"}`)
			return
		}
		_, _ = io.WriteString(out, `{"errcode":40029,"errmsg":"invalid code"}`)
	}
}

func TestWeChat(t *testing.T) {
	t.Parallel()
	fake := &weixin{}
	s := httptest.NewServer(fake)
	defer s.Close()
	u, err := url.Parse("wechat://wx1:s3cret@api.weixin.qq.com?template=TPL&time=time3")
	require.NoError(t, err)
	w, err := OpenWeChat(u)
	require.NoError(t, err)
	w.Base, w.HTTP = s.URL, client(false)
	send := func(ctx context.Context, at time.Time) (Receipt, error) {
		m := message("oABC")
		m.At = at
		return w.Send(ctx, m)
	}
	got, err := send(t.Context(), noon)
	require.NoError(t, err)
	require.Equal(t, "200228332", got.ProviderID)
	_, err = send(t.Context(), noon)
	require.NoError(t, err)
	require.EqualValues(t, 1, fake.tokens.Load(), "the token is kept")
	fake.valid.Add(100) // somebody voids it
	_, err = send(t.Context(), noon)
	require.NoError(t, err)
	require.EqualValues(t, 2, fake.tokens.Load())
	_, err = send(t.Context(), noon.Add(2*time.Hour))
	require.Error(t, err, "another time of sending is another text; the token was renewed")
	require.EqualValues(t, 3, fake.tokens.Load())
	for reply, want := range map[string]error{`{"errcode":43004}`: ErrDead, `{"errcode":43101}`: ErrDead, `{"errcode":40003}`: ErrDead, `{"errcode":45009}`: ErrThrottled, `{"errcode":40037}`: ErrRefused} {
		fake.reply.Store(reply)
		_, err := send(t.Context(), noon)
		require.ErrorIs(t, err, want)
	}
	at, err := url.Parse(w.Address("https://anbiao.example/field/me", "st"))
	require.NoError(t, err)
	require.Equal(t, "open.weixin.qq.com", at.Host)
	require.Equal(t, "wechat_redirect", at.Fragment)
	require.Equal(t, "snsapi_base", at.Query().Get("scope"))
	openid, err := w.OpenID(t.Context(), "good")
	require.NoError(t, err)
	require.Equal(t, "oABC", openid)
	_, err = w.OpenID(t.Context(), "used")
	require.ErrorIs(t, err, ErrRefused)
}

func TestMessageHidesItself(t *testing.T) {
	t.Parallel()
	m := message("13800138000")
	m.Secret = "whsec_x"
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		require.Equal(t, "notice-7", fmt.Sprintf(format, m))
	}
}
