package notice

import (
	"strings"
	"time"
	"unicode/utf8"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Faults of the message office.
var (
	errBusy    = fault.New(fault.Conflict, "notice.on-its-way")
	errArrived = fault.New(fault.Conflict, "notice.not-again")
)

// Sent is one delivery as the message office (消息运行) shows it.
type Sent struct {
	ID          id.Of[Delivery]
	CreatedAt   time.Time
	SettledAt   *time.Time
	NextAt      *time.Time
	Channel     Channel
	State       string
	HeldFor     string
	Attempts    int
	Error       string
	Receipt     string
	Address     string // masked
	PersonID    *id.Of[id.Person]
	PersonName  string
	CompanyID   *rbac.CompanyID
	CompanyName string
	HookName    string
	Title       string // as it left; empty: it has not
	Code        string
	Params      db.JSON[map[string]string]
	ReadAt      *time.Time
}

// Try is one attempt at a delivery.
type Try struct {
	At      time.Time
	Outcome string
	Detail  string
}

// said is what became of a delivery, in plain words for a reader of l.
func (s Sent) said(l text.Lang) string {
	code := "notice.state-" + s.State
	if s.State == stateHeld && text.Known(l, "notice.held-"+s.HeldFor) {
		code = "notice.held-" + s.HeldFor
	}
	out := text.Say(l, code, nil)
	switch s.State {
	case stateFailed, stateDead, stateUnroutable, stateQueued, stateClaimed:
		if why := s.why(l); why != "" {
			out += text.Say(l, "notice.because", map[string]string{"why": why})
		}
	}
	if s.NextAt != nil && (s.State == stateHeld || s.State == stateQueued) {
		out += text.Say(l, "notice.tried-at", map[string]string{"at": instant(*s.NextAt)})
	}
	return out
}

// receipts are codes of channels and what they mean: the end of a text code. A code is looked
// for from its beginning, the longest first, so that "550 5.1.1" is told from "550".
var receipts = []struct {
	channel     Channel
	code, means string
}{
	{"mail", "5.1.1", "no-mailbox"},
	{"mail", "5.1.2", "no-domain"},
	{"mail", "5.1.10", "no-mailbox"},
	{"mail", "5.1.3", "bad-address"},
	{"mail", "5.2.2", "mailbox-full"},
	{"mail", "4.2.2", "mailbox-full"},
	{"mail", "5.7.", "taken-for-spam"},
	{"mail", "554", "taken-for-spam"},
	{"mail", "550", "no-mailbox"},
	{"mail", "553", "no-mailbox"},
	{"mail", "552", "mailbox-full"},
	{"mail", "421", "server-busy"},
	{"mail", "45", "server-busy"},
	{"sms", "isv.MOBILE_NUMBER_ILLEGAL", "bad-number"},
	{"sms", "isv.BUSINESS_LIMIT_CONTROL", "too-many"},
	{"sms", "isv.DAY_LIMIT_CONTROL", "too-many"},
	{"sms", "isv.OUT_OF_SERVICE", "no-service"},
	{"sms", "isv.AMOUNT_NOT_ENOUGH", "no-money"},
	{"sms", "isv.ACCOUNT_ABNORMAL", "no-service"},
	{"sms", "isv.BLACK_KEY_CONTROL_LIMIT", "word"},
	{"sms", "isv.SMS_SIGNATURE_ILLEGAL", "signature"},
	{"sms", "isv.SMS_TEMPLATE_ILLEGAL", "signature"},
	{"sms", "isv.MOBILE_BLACK", "blocked"},
	{"sms", "MBBLACK", "blocked"},
	{"sms", "EXPIRED", "switched-off"},
	{"sms", "UNDELIV", "number-stopped"},
	{"sms", "REJECTD", "blocked"},
	{"wechat", "43004", "not-following"},
	{"wechat", "40003", "not-following"},
	{"wechat", "43019", "blocked"},
	{"wechat", "45009", "too-many"},
	{"wechat", "45047", "too-many"},
	{"wecom", "93000", "robot-gone"},
	{"wecom", "45009", "too-many"},
	{"dingtalk", "300001", "robot-gone"},
	{"dingtalk", "310000", "robot-refused"},
	{"dingtalk", "130101", "too-many"},
	{"feishu", "19001", "robot-gone"},
	{"feishu", "19021", "robot-refused"},
	{"feishu", "19024", "robot-refused"},
	{"feishu", "9499", "too-many"},
	{"webhook", "410", "hook-gone"},
	{"webhook", "404", "hook-gone"},
	{"webhook", "401", "hook-refused"},
	{"webhook", "403", "hook-refused"},
	{"webhook", "429", "too-many"},
	{"webhook", "5", "server-busy"},
}

// why is the reason a channel gave, in plain words; in its own where we know none better.
func (s Sent) why(l text.Lang) string {
	for _, said := range []string{s.Receipt, s.Error} {
		for _, r := range receipts {
			if r.channel == s.Channel && named(said, r.code) {
				return text.Say(l, "notice.receipt-"+r.means, nil)
			}
		}
	}
	if ours := "notice.reason-" + strings.ReplaceAll(s.Error, " ", "-"); text.Known(l, ours) {
		return text.Say(l, ours, nil)
	}
	if s.Receipt != "" {
		return s.Receipt
	}
	return cut(s.Error, 120)
}

// named reports whether a channel's words name a code: as a word, or with more behind a prefix
// that ends in a dot or is a class of codes.
func named(said, code string) bool {
	for word := range strings.FieldsFuncSeq(said, func(r rune) bool { return strings.ContainsRune(" ,;:()[]<>\"'\n\t", r) }) {
		if word == code || (len(code) <= 4 && !strings.Contains(code, "-") && len(word) <= 6 && strings.HasPrefix(word, code) && isCode(word)) {
			return true
		}
	}
	return false
}

func isCode(word string) bool { return strings.Trim(word, "0123456789.") == "" }

func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}

// maskedName keeps the family name of a person: whoever runs the program need not know more.
func maskedName(name string) string {
	r := []rune(name)
	if len(r) < 2 {
		return name
	}
	return string(r[0]) + strings.Repeat("*", min(len(r)-1, 2))
}
