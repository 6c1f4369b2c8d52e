package notice

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// Channel is a way on which messages leave.
type Channel string

// Channels. Mail, SMS and WeChat reach a person; the others a group or a server of a
// company. After a crash between sending and noting it, a message is sent again under the
// same id. Who is told of it twice differs: a mail has the same Message-ID and a webhook
// the same Webhook-Id, so the receiver can tell; WeChat drops a known client_msg_id for ten
// minutes; Aliyun keeps OutId in its receipts but does not refuse a known one; the group
// robots show the text once more.
const (
	Mail     Channel = "mail"
	SMS      Channel = "sms"
	WeChat   Channel = "wechat"
	Webhook  Channel = "webhook"
	WeCom    Channel = "wecom"    // 企业微信
	DingTalk Channel = "dingtalk" // 钉钉
	Feishu   Channel = "feishu"   // 飞书
)

var (
	personal = []Channel{Mail, SMS, WeChat}
	hooks    = []Channel{WeCom, DingTalk, Feishu, Webhook}
)

// Categories are the kinds of messages that people and hooks choose by; the SQL function
// notice_category sorts the nouns into them.
var Categories = []string{"certificate", "training", "hazard", "check", "report", "duty", "standard", "supervision", "emergency", "other"}

// Faults of this part.
var (
	ErrCategory     = fault.New(fault.Invalid, "notice.category")
	ErrHookAddress  = fault.New(fault.Invalid, "notice.hook-address")
	ErrHookSecret   = fault.New(fault.Invalid, "notice.hook-secret")
	ErrHooksMost    = fault.New(fault.Conflict, "notice.hooks-most")
	ErrHookClosed   = fault.New(fault.Conflict, "notice.hook-closed")
	ErrWeChatOff    = fault.New(fault.Conflict, "notice.wechat-off")
	ErrWeChatCode   = fault.New(fault.Invalid, "notice.wechat-code")
	ErrWeChatTaken  = fault.New(fault.Conflict, "notice.wechat-taken")
	ErrWeChatSilent = fault.New(fault.Unavailable, "notice.wechat-silent")
)

// Valve is a channel as a whole.
type Valve struct {
	Channel       Channel
	Configured    bool
	StoppedAt     *time.Time
	StoppedByName string
	Reason        string
	DailyCap      *int
	PerMinute     *int
	SlotAt        *time.Time
}

// Tally is how many messages left on a channel with a cap on one day.
type Tally struct {
	Channel Channel
	OnDay   day.Date
	N       int
}

// Switch is a company's word on a channel.
type Switch struct {
	CompanyID     rbac.CompanyID
	Channel       Channel
	RegionPath    string
	OversightLine int16
	Open          bool
	ChangedAt     time.Time
	ChangedByName string
}

// Attempt is one try of a delivery.
type Attempt struct {
	DeliveryID id.Of[Delivery]
	At         time.Time
	Outcome    string
	Detail     string
}

// DeadAddress is an address of a person that a channel has called void.
type DeadAddress struct {
	PersonID     id.Of[id.Person]
	Channel      Channel
	AddressIndex []byte
	Since        time.Time
	Detail       string
}

// Preference is what a person has said about a kind of message on a channel.
type Preference struct {
	PersonID id.Of[id.Person] `json:"-"`
	Channel  Channel          `json:"channel" enum:"mail,sms,wechat"`
	Category string           `json:"category" maxLength:"40"`
	Wanted   bool             `json:"wanted"`
}

// WeChatAccount is the WeChat account of a person.
type WeChatAccount struct {
	PersonID    id.Of[id.Person]
	OpenID      []byte `gorm:"column:openid"`
	OpenIDIndex []byte `gorm:"column:openid_index"`
	BoundAt     time.Time
}

// columns that sealed values belong to.
const (
	columnAddress = "notice_delivery.address"
	columnURL     = "notice_hook.url"
	columnSecret  = "notice_hook.secret"
	columnOpenID  = "notice_wechat.openid"
)

// AddressIndex is what a phone number, a mail address or an openid is found by among
// deliveries; nil without keys.
func (s *Service) AddressIndex(address string) []byte {
	if s.Box == nil || address == "" {
		return nil
	}
	return s.Box.Field(0).Index(normal(address), columnAddress)
}

// masked shows of an address what may be shown.
func masked(c Channel, address string) string {
	switch c {
	case Mail:
		return maskMail(address)
	case WeChat:
		return "WeChat"
	case SMS, Webhook, WeCom, DingTalk, Feishu:
		return seal.Mask(address)
	}
	return ""
}
