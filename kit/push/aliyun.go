package push

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// AliyunSMS sends by SendSms (2017-05-25) of Aliyun, signed with ACS3-HMAC-SHA256. Its
// OutId carries the message's id into the receipts; Aliyun does not refuse one that it has
// seen, so a message sent twice arrives twice.
type AliyunSMS struct {
	HTTP              *http.Client
	Base              string // scheme and host
	KeyID, Secret     string
	SignName          string // 短信签名
	Template, Name    string // 模板CODE of messages, and the variable of its text
	CodeTemplate, One string // of one-time codes, and the variable of the code
}

// smsText is how many signs a template variable holds.
const smsText = 35

// Aliyun reads aliyun://KEYID:SECRET@dysmsapi.aliyuncs.com?sign=…&template=SMS_1&name=title&code_template=SMS_2&code_name=code.
func Aliyun(u *url.URL) (*AliyunSMS, error) {
	secret, _ := u.User.Password()
	q := u.Query()
	a := &AliyunSMS{
		HTTP: client(true), Base: "https://" + u.Host, KeyID: u.User.Username(), Secret: secret,
		SignName: q.Get("sign"), Template: q.Get("template"), Name: or(q.Get("name"), "title"), CodeTemplate: q.Get("code_template"), One: or(q.Get("code_name"), "code"),
	}
	if a.KeyID == "" || a.Secret == "" || a.SignName == "" || a.Template == "" || u.Host == "" {
		return nil, fmt.Errorf("push: aliyun wants key, secret, host, sign and template")
	}
	return a, nil
}

func or(v, fallback string) string {
	if v == "" {
		return fallback
	}
	return v
}

// Send sends the title: a text message has room for no more, and no links.
func (a *AliyunSMS) Send(ctx context.Context, m Message) (Receipt, error) {
	return a.send(ctx, m, a.Template, map[string]string{a.Name: cut(m.Title, smsText)})
}

// SendCode sends a one-time code, which is m.Text.
func (a *AliyunSMS) SendCode(ctx context.Context, m Message) (Receipt, error) {
	if a.CodeTemplate == "" {
		return Receipt{}, fmt.Errorf("%w: no template for codes", ErrRefused)
	}
	return a.send(ctx, m, a.CodeTemplate, map[string]string{a.One: m.Text})
}

// smsCodes are the codes of Aliyun that are not a plain refusal.
var smsCodes = map[string]error{
	"isv.MOBILE_NUMBER_ILLEGAL": ErrDead, "isv.PHONE_NUMBER_ILLEGAL": ErrDead, "MOBILE_NOT_ON_SERVICE": ErrDead, "MOBILE_ACCOUNT_ABNORMAL": ErrDead,
	"isv.BUSINESS_LIMIT_CONTROL": ErrThrottled, "isv.DAY_LIMIT_CONTROL": ErrThrottled, "isv.MONTH_LIMIT_CONTROL": ErrThrottled, "isv.SMS_OVER_LIMIT": ErrThrottled,
	"Throttling": ErrThrottled, "Throttling.User": ErrThrottled, "Throttling.Api": ErrThrottled,
	"isp.SYSTEM_ERROR": nil, "isp.UNKNOWN": nil, "isp.GATEWAY_ERROR": nil, "ServiceUnavailable": nil, "InternalError": nil,
	// What the operator mends at the provider's: the message waits for it.
	"isv.OUT_OF_SERVICE": nil, "isv.AMOUNT_NOT_ENOUGH": nil, "isv.ACCOUNT_ABNORMAL": nil, "isp.RAM_PERMISSION_DENY": nil, "SignatureNonceUsed": nil,
}

func (a *AliyunSMS) send(ctx context.Context, m Message, template string, vars map[string]string) (Receipt, error) {
	b, err := json.Marshal(vars)
	if err != nil {
		return Receipt{}, fmt.Errorf("push: %w", err)
	}
	at := m.At
	if at.IsZero() {
		at = time.Now()
	}
	query := map[string]string{"PhoneNumbers": m.To, "SignName": a.SignName, "TemplateCode": template, "TemplateParam": string(b), "OutId": m.ID}
	r, err := a.request(ctx, "SendSms", query, at, rand.Text())
	if err != nil {
		return Receipt{}, err
	}
	res, err := do(a.HTTP, r)
	if err != nil {
		return Receipt{}, err
	}
	var got struct{ Code, Message, BizId, RequestId string }
	if err := json.Unmarshal(res.body, &got); err != nil || got.Code == "" {
		return Receipt{}, fmt.Errorf("push: HTTP status %d", res.status)
	}
	out := Receipt{ProviderID: or(got.BizId, got.RequestId), Code: got.Code, Detail: strings.ReplaceAll(got.Message, m.To, "***")}
	if got.Code == "OK" {
		return out, nil
	}
	kind, known := smsCodes[got.Code]
	if !known && res.status < 500 {
		kind = ErrRefused
	}
	return failed(kind, out)
}

// request signs a call without a body: help.aliyun.com, 请求结构和签名机制 V3.
func (a *AliyunSMS) request(ctx context.Context, action string, query map[string]string, at time.Time, nonce string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Base+"/?"+canonicalQuery(query), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("%w: malformed address", ErrRefused)
	}
	sign(r, signing{a.KeyID, a.Secret, action, "2017-05-25", nonce, canonicalQuery(query), at})
	return r, nil
}

// signing is what a signature of Aliyun is made of.
type signing struct {
	keyID, secret          string
	action, version, nonce string
	query                  string // canonical
	at                     time.Time
}

// sign adds the headers of ACS3-HMAC-SHA256 to a request without a body.
func sign(r *http.Request, s signing) {
	const algorithm = "ACS3-HMAC-SHA256"
	empty := sha256.Sum256(nil)
	headers := map[string]string{
		"host": r.URL.Host, "x-acs-action": s.action, "x-acs-content-sha256": hex.EncodeToString(empty[:]),
		"x-acs-date": s.at.UTC().Format("2006-01-02T15:04:05Z"), "x-acs-signature-nonce": s.nonce, "x-acs-version": s.version,
	}
	names := make([]string, 0, len(headers))
	for name, v := range headers {
		names = append(names, name)
		if name != "host" {
			r.Header.Set(name, v)
		}
	}
	slices.Sort(names)
	var lines strings.Builder
	for _, name := range names {
		lines.WriteString(name + ":" + headers[name] + "\n")
	}
	signed := strings.Join(names, ";")
	whole := sha256.Sum256([]byte(strings.Join([]string{r.Method, "/", s.query, lines.String(), signed, headers["x-acs-content-sha256"]}, "\n")))
	h := hmac.New(sha256.New, []byte(s.secret))
	h.Write([]byte(algorithm + "\n" + hex.EncodeToString(whole[:])))
	r.Header.Set("Authorization", fmt.Sprintf("%s Credential=%s,SignedHeaders=%s,Signature=%s", algorithm, s.keyID, signed, hex.EncodeToString(h.Sum(nil))))
}

// canonicalQuery sorts by name and encodes by RFC 3986.
func canonicalQuery(q map[string]string) string {
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = percent(name) + "=" + percent(q[name])
	}
	return strings.Join(parts, "&")
}

// percent encodes everything but letters, digits and -_.~.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
