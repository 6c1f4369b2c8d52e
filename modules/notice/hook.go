package notice

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/push"
	"anbiao/rbac"
)

// Hook is where a company's messages go besides to its people: a group robot (群机器人) or an
// address of a server of its own (webhook).
type Hook struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Hook]
	RegionPath    string
	OversightLine int16
	Kind          Channel
	Name          string
	URL           []byte // sealed
	Address       string // of URL, what may be shown
	Secret        []byte // sealed; nil: it has none
	Categories    db.Texts
	Lang          string
	PerMinute     int
	SlotAt        *time.Time
	Open          bool
	LastState     string
	LastDetail    string
	LastAt        *time.Time
	CreatedAt     time.Time
	CreatedByName string
	RemovedAt     *time.Time
}

// HookForm is a hook as its company writes it.
type HookForm struct {
	Kind       Channel  `json:"kind" enum:"webhook,wecom,dingtalk,feishu" doc:"kept when a hook is changed"`
	Name       string   `json:"name" minLength:"1" maxLength:"60"`
	URL        string   `json:"url,omitempty" maxLength:"500" doc:"whole address; empty when a hook is changed: kept. It is never shown again"`
	Secret     string   `json:"secret,omitempty" maxLength:"200" doc:"signing secret (加签密钥) of DingTalk and Feishu; empty when a hook is changed: kept. A webhook's is made here"`
	Categories []string `json:"categories" maxItems:"20" doc:"kinds of messages it gets; none: all"`
	Lang       string   `json:"lang" enum:"zh-CN,en"`
	PerMinute  int      `json:"perMinute" minimum:"1" maximum:"600"`
}

// hookTrail is of a hook what the trail keeps.
type hookTrail struct {
	Name       string
	Kind       Channel
	Address    string
	Categories string
	Lang       string
	PerMinute  int
	Open       bool
	Removed    bool
}

func (h Hook) trail() hookTrail {
	return hookTrail{h.Name, h.Kind, h.Address, strings.Join(h.Categories, ","), h.Lang, h.PerMinute, h.Open, h.RemovedAt != nil}
}

// mostHooks is how many hooks a company may have.
const mostHooks = 20

// checker tells whether a hook of its kind may have an address.
type checker interface{ Check(address string) error }

// read checks a form and puts it into h; the secret and address only where they are new.
func (s *Service) read(f HookForm, h *Hook) error {
	for _, c := range f.Categories {
		if !slices.Contains(Categories, c) {
			return ErrCategory.At("body.categories")
		}
	}
	h.Name, h.Categories, h.Lang, h.PerMinute = strings.TrimSpace(f.Name), append(db.Texts{}, f.Categories...), f.Lang, f.PerMinute
	field := s.Box.Field(int64(h.CompanyID))
	if at := strings.TrimSpace(f.URL); at != "" || h.URL == nil {
		check, ok := s.Senders[h.Kind].(checker)
		if !ok || check.Check(at) != nil {
			return ErrHookAddress.At("body.url")
		}
		h.URL, h.Address = field.Seal(at, columnURL), shownURL(at)
	}
	if f.Secret != "" && (h.Kind == DingTalk || h.Kind == Feishu) {
		h.Secret = field.Seal(strings.TrimSpace(f.Secret), columnSecret)
	}
	return nil
}

// renew gives a webhook a new secret and returns it: the only time that it is shown.
func (s *Service) renew(h *Hook) string {
	secret := push.NewSecret()
	h.Secret = s.Box.Field(int64(h.CompanyID)).Seal(secret, columnSecret)
	return secret
}

// shownURL is of an address its host and its last four signs: enough to know it again.
func shownURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "***"
	}
	tail := []rune(address)
	return u.Host + "/…" + string(tail[max(0, len(tail)-4):])
}
