package main

import (
	"fmt"
	"net/url"

	"anbiao/kit/config"
	"anbiao/kit/push"
	"anbiao/modules/notice"
)

// glueChannels opens the channels on which messages leave.
func (h *house) glueChannels() {
	h.notice.Box = h.box
}

// openChannels makes what the configuration names. Robots and webhooks need nothing.
func (h *house) openChannels(c config.Config) error {
	h.notice.Senders = map[notice.Channel]push.Sender{
		notice.Webhook: push.NewWebhook(c.WebhookPrivate), notice.WeCom: push.WeCom(), notice.DingTalk: push.DingTalk(), notice.Feishu: push.Feishu(),
	}
	if err := h.openSMS(c); err != nil {
		return err
	}
	if c.WeChatURL == "" {
		return nil
	}
	w, err := parsed(string(c.WeChatURL), push.OpenWeChat)
	if err != nil {
		return fmt.Errorf("WECHAT_URL: %w", err)
	}
	h.notice.Senders[notice.WeChat], h.notice.Binder = w, w
	return nil
}

func (h *house) openSMS(c config.Config) error {
	at := string(c.SMSURL)
	if at == "" && c.Demo {
		at = "log:"
	}
	switch at {
	case "":
		return nil
	case "log:":
		h.notice.Senders[notice.SMS] = notice.KeptSMS{Gate: h.gate}
		return nil
	}
	a, err := parsed(at, push.Aliyun)
	if err != nil {
		return fmt.Errorf("SMS_URL: %w", err)
	}
	h.notice.Senders[notice.SMS] = a
	if a.CodeTemplate != "" {
		h.notice.Codes = a
	}
	return nil
}

// parsed opens an address whose errors must not be quoted: it holds a secret.
func parsed[T any](address string, open func(*url.URL) (T, error)) (none T, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return none, fmt.Errorf("not an address")
	}
	return open(u)
}
