package push

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// WeChat sends template messages (模板消息) of a service account (服务号) and learns the openid
// of somebody who opens a page in WeChat. A message repeated to the same openid under the
// same client_msg_id is sent once within ten minutes. It is safe for concurrent use.
type WeChat struct {
	HTTP          *http.Client
	Base          string // of the API
	Login         string // scheme and host of the page that gives a code
	AppID, Secret string
	Template      string
	TitleField    string // variables of the template, e.g. thing1, thing2, time3; empty: it has none such
	TextField     string
	TimeField     string

	mu    sync.Mutex
	token string
	until time.Time
}

// thing is how many signs a variable of the type thing holds.
const thing = 20

// OpenWeChat reads wechat://APPID:SECRET@api.weixin.qq.com?template=…&title=thing1&text=thing2&time=time3.
func OpenWeChat(u *url.URL) (*WeChat, error) {
	secret, _ := u.User.Password()
	q := u.Query()
	w := &WeChat{
		HTTP: client(true), Base: "https://" + u.Host, Login: "https://open.weixin.qq.com", AppID: u.User.Username(), Secret: secret, Template: q.Get("template"),
		TitleField: or(q.Get("title"), "thing1"), TextField: q.Get("text"), TimeField: q.Get("time"),
	}
	if w.AppID == "" || w.Secret == "" || w.Template == "" || u.Host == "" {
		return nil, errors.New("push: wechat wants app id, secret, host and template")
	}
	return w, nil
}

// wechatCodes are the codes that are neither a plain refusal nor a stale token.
var wechatCodes = map[int]error{
	-1: nil, 45009: ErrThrottled, 45011: ErrThrottled, 43108: ErrThrottled, // busy; over the limit of a day, of a minute, at once
	40003: ErrDead, 43004: ErrDead, 43101: ErrDead, 43019: ErrDead, // no such openid; he does not follow the account, has not subscribed, blocks it
}

// stale are the codes of a token that another has replaced.
var stale = map[int]bool{40001: true, 40014: true, 42001: true}

type wechatReply struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
	MsgID   int64  `json:"msgid"`
	Token   string `json:"access_token"`
	Expires int    `json:"expires_in"`
	OpenID  string `json:"openid"`
}

// Send sends m to the openid in m.To.
func (w *WeChat) Send(ctx context.Context, m Message) (Receipt, error) {
	type value struct {
		Value string `json:"value"`
	}
	data := map[string]value{w.TitleField: {cut(m.Title, thing)}}
	if w.TextField != "" {
		data[w.TextField] = value{cut(m.Text, thing)}
	}
	if w.TimeField != "" {
		data[w.TimeField] = value{m.At.In(shanghai).Format("2006-01-02 15:04")}
	}
	body := map[string]any{"touser": m.To, "template_id": w.Template, "url": m.Link, "client_msg_id": m.ID, "data": data}
	got, err := w.call(ctx, "/cgi-bin/message/template/send", body, m.At)
	if err != nil {
		return Receipt{}, err
	}
	out := Receipt{Code: strconv.Itoa(got.ErrCode), Detail: got.ErrMsg}
	if got.ErrCode == 0 {
		out.ProviderID = strconv.FormatInt(got.MsgID, 10)
		return out, nil
	}
	kind, known := wechatCodes[got.ErrCode]
	if !known {
		kind = ErrRefused
	}
	if stale[got.ErrCode] {
		kind = nil
	}
	return failed(kind, out)
}

// call posts to path with a token, and once more with a fresh one if that was stale.
func (w *WeChat) call(ctx context.Context, path string, body any, now time.Time) (got wechatReply, err error) {
	for range 2 {
		token, err := w.accessToken(ctx, now)
		if err != nil {
			return got, err
		}
		got = wechatReply{}
		if err := post(ctx, w.HTTP, w.Base+path+"?access_token="+url.QueryEscape(token), body, &got); err != nil {
			return got, err
		}
		if !stale[got.ErrCode] {
			return got, nil
		}
		w.forget(token)
	}
	return got, nil
}

// accessToken returns the token, a new one when less than five minutes are left. It asks
// stable_token, which gives every process the same one instead of voiding the last.
func (w *WeChat) accessToken(ctx context.Context, now time.Time) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.token != "" && now.Before(w.until) {
		return w.token, nil
	}
	var got wechatReply
	ask := map[string]string{"grant_type": "client_credential", "appid": w.AppID, "secret": w.Secret}
	if err := post(ctx, w.HTTP, w.Base+"/cgi-bin/stable_token", ask, &got); err != nil {
		return "", err
	}
	if got.Token == "" {
		return "", fmt.Errorf("push: no token: %d", got.ErrCode)
	}
	w.token, w.until = got.Token, now.Add(time.Duration(got.Expires)*time.Second-5*time.Minute)
	return w.token, nil
}

func (w *WeChat) forget(token string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.token == token {
		w.token = ""
	}
}

// Address is the page to open in WeChat; it leads to back with a code and state.
func (w *WeChat) Address(back, state string) string {
	q := "appid=" + url.QueryEscape(w.AppID) + "&redirect_uri=" + url.QueryEscape(back) + "&response_type=code&scope=snsapi_base&state=" + url.QueryEscape(state)
	return w.Login + "/connect/oauth2/authorize?" + q + "#wechat_redirect"
}

// OpenID exchanges a code, which works once, for the openid of who came with it. Errors:
// ErrRefused for a wrong or used code.
func (w *WeChat) OpenID(ctx context.Context, code string) (string, error) {
	q := url.Values{"appid": {w.AppID}, "secret": {w.Secret}, "code": {code}, "grant_type": {"authorization_code"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Base+"/sns/oauth2/access_token?"+q.Encode(), http.NoBody)
	if err != nil {
		return "", fmt.Errorf("%w: malformed address", ErrRefused)
	}
	var got wechatReply
	if err := take(w.HTTP, r, &got); err != nil {
		return "", err
	}
	if got.OpenID == "" {
		_, err := failed(ErrRefused, Receipt{Code: strconv.Itoa(got.ErrCode), Detail: got.ErrMsg})
		return "", err
	}
	return got.OpenID, nil
}

// shanghai is UTC+8 without summer time.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
