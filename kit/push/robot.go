package push

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Robot posts to a group robot of one of the three office programs. Its address is taken
// apart: the message goes to the documented host, whatever the address says. None of them
// can tell a message that is sent twice.
type Robot struct {
	HTTP *http.Client
	Base string // scheme and host; other than the documented one in tests only
	kind robotKind
}

// robotKind is how one office program does it.
type robotKind struct {
	base  string
	path  string // of the address; ends with "/" where the token follows it
	param string // that holds the token; empty: it is the end of the path
	body  func(Message) (query url.Values, body any)
	read  func(reply) (code int, words, id string)
	codes map[int]error
}

// reply holds the fields of all three answers.
type reply struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
	Code    int    `json:"code"`
	Msg     string `json:"msg"`
}

func robot(k robotKind) Robot { return Robot{client(true), k.base, k} }

// WeCom (企业微信) group robot: developer.work.weixin.qq.com/document/path/91770. At most
// 20 messages a minute; a text holds 2048 bytes. It has no signature: the key in the
// address is all.
func WeCom() Robot {
	return robot(robotKind{
		base: "https://qyapi.weixin.qq.com", path: "/cgi-bin/webhook/send", param: "key",
		body: func(m Message) (url.Values, any) {
			return nil, map[string]any{"msgtype": "text", "text": map[string]string{"content": cutBytes(plain(m), 2048)}}
		},
		read: errcode,
		codes: map[int]error{
			-1: nil, 45009: ErrThrottled, 45033: ErrThrottled, // system busy; over the limit a minute; too many at once
			93000: ErrDead, 93008: ErrDead, 93014: ErrDead, // no such key; the robot is not in the group
		},
	})
}

// DingTalk (钉钉) group robot: open.dingtalk.com, 自定义机器人接入 and 自定义机器人安全设置. At
// most 20 messages a minute, or it is silenced for ten.
func DingTalk() Robot {
	return robot(robotKind{
		base: "https://oapi.dingtalk.com", path: "/robot/send", param: "access_token",
		body: func(m Message) (url.Values, any) {
			q := url.Values{}
			if m.Secret != "" {
				at := strconv.FormatInt(m.At.UnixMilli(), 10)
				q.Set("timestamp", at)
				q.Set("sign", mac([]byte(m.Secret), at+"\n"+m.Secret))
			}
			return q, map[string]any{"msgtype": "text", "text": map[string]string{"content": cutBytes(plain(m), 18000)}}
		},
		read: errcode,
		codes: map[int]error{
			-1: nil, 130101: ErrThrottled, 410100: ErrThrottled, // system busy; sent too fast
			300001: ErrDead, 400101: ErrDead, 400102: ErrDead, 400013: ErrDead, // no such token; robot stopped; group dissolved
		},
	})
}

// Feishu (飞书) custom robot: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. At
// most 100 messages a minute and 5 a second; a body holds 20 KB.
func Feishu() Robot {
	return robot(robotKind{
		base: "https://open.feishu.cn", path: "/open-apis/bot/v2/hook/",
		body: func(m Message) (url.Values, any) {
			b := map[string]any{"msg_type": "text", "content": map[string]string{"text": cutBytes(plain(m), 18000)}}
			if m.Secret != "" {
				at := strconv.FormatInt(m.At.Unix(), 10)
				// timestamp and secret are the key, and nothing is what is signed.
				b["timestamp"], b["sign"] = at, mac([]byte(at+"\n"+m.Secret), "")
			}
			return nil, b
		},
		read: func(r reply) (int, string, string) { return r.Code, r.Msg, "" },
		codes: map[int]error{
			9499: ErrRefused, 11232: ErrThrottled, 11233: ErrThrottled, 11247: nil, // bad request; too often; the same for this robot; internal
			19001: ErrDead, 19007: ErrDead, // no such token; the robot is stopped
		},
	})
}

func errcode(r reply) (code int, words, id string) { return r.ErrCode, r.ErrMsg, "" }

// mac is the base64 of HMAC-SHA-256.
func mac(key []byte, text string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// plain is a message as text for a group.
func plain(m Message) string {
	parts := []string{"【" + m.Title + "】"}
	if m.Text != "" && m.Text != m.Title {
		parts = append(parts, m.Text)
	}
	if m.Link != "" {
		parts = append(parts, m.Link)
	}
	return strings.Join(parts, "\n")
}

// Check reports whether address is one of this kind of robot.
func (r Robot) Check(address string) error {
	_, err := r.token(address)
	return err
}

// token reads the token out of an address of this kind of robot.
func (r Robot) token(address string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme+"://"+u.Host != r.kind.base || u.User != nil {
		return "", fmt.Errorf("%w: not the address of such a robot", ErrRefused)
	}
	token := u.Query().Get(r.kind.param)
	ok := u.Path == r.kind.path
	if r.kind.param == "" {
		token, ok = strings.CutPrefix(u.Path, r.kind.path)
		ok = ok && !strings.Contains(token, "/")
	}
	if !ok || token == "" || len(token) > 200 {
		return "", fmt.Errorf("%w: not the address of such a robot", ErrRefused)
	}
	return token, nil
}

// Send posts m. A code that is not known is taken for a refusal: what robots answer with is
// a fault of the message, its signature or its words; busy and too often are known.
func (r Robot) Send(ctx context.Context, m Message) (Receipt, error) {
	token, err := r.token(m.To)
	if err != nil {
		return Receipt{}, err
	}
	if m.At.IsZero() {
		m.At = time.Now()
	}
	q, body := r.kind.body(m)
	at := r.Base + r.kind.path
	if r.kind.param == "" {
		at += url.PathEscape(token)
	} else {
		if q == nil {
			q = url.Values{}
		}
		q.Set(r.kind.param, token)
	}
	if len(q) > 0 {
		at += "?" + q.Encode()
	}
	var got reply
	if err := post(ctx, r.HTTP, at, body, &got); err != nil {
		return Receipt{}, err
	}
	code, words, id := r.kind.read(got)
	out := Receipt{ProviderID: id, Code: strconv.Itoa(code), Detail: words}
	if code == 0 {
		return out, nil
	}
	kind, known := r.kind.codes[code]
	if !known {
		kind = ErrRefused
	}
	return failed(kind, out)
}
