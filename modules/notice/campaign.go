package notice

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Faults of mass sends.
var (
	errUntested = fault.New(fault.Conflict, "notice.untested")
	errNobody   = fault.New(fault.Conflict, "notice.nobody")
	errSentOff  = fault.New(fault.Conflict, "notice.sent-off")
	errAudience = fault.New(fault.Invalid, "notice.audience")
	errLink     = fault.New(fault.Invalid, "notice.link")
)

// States of a mass send.
const (
	campaignDraft   = "draft"
	campaignSending = "sending"
	campaignStopped = "stopped"
	campaignDone    = "done"
)

// nounCampaign is what messages of a mass send link to, codeCampaign their text.
const (
	nounCampaign = "campaign"
	codeCampaign = "notice.campaign"
)

// Campaign is a message to many (群发消息). Once begun its words stay as they were sent.
type Campaign struct {
	ID             id.Of[Campaign]
	OrganisationID id.Of[id.Organisation]
	Sender         string
	Title          string
	Body           string
	Link           string
	Roles          db.Texts
	Areas          db.Texts
	Lines          db.Shorts
	Channels       db.Texts
	State          string
	Total          int
	Told           int
	CostLi         int64
	AfterID        int64
	MadeAt         time.Time
	MadeByName     string
	TestedAt       *time.Time
	SentAt         *time.Time
	SentByName     string
	StoppedAt      *time.Time
	StoppedByName  string
	FinishedAt     *time.Time
}

// Draft is what a mass send is to say, and to whom.
type Draft struct {
	Title    string   `json:"title" minLength:"1" maxLength:"60"`
	Body     string   `json:"body" minLength:"1" maxLength:"1000"`
	Link     string   `json:"link,omitempty" maxLength:"300" doc:"a page of this program, beginning with /, or an https address; empty: none"`
	Roles    []string `json:"roles" nullable:"false" minItems:"1" maxItems:"10" enum:"principal,safety,director,leader,worker,finance" doc:"of companies' people; a regulator may write to principals and safety managers"`
	Areas    []string `json:"areas,omitempty" maxItems:"50" pattern:"^[0-9A-Z]{2,20}$" doc:"region paths; none: all that the sender oversees"`
	Channels []string `json:"channels" nullable:"false" maxItems:"3" enum:"mail,sms,wechat" doc:"besides the inbox"`
}

// allowed are the roles an actor may write to.
func allowed(k rbac.Kind) []string {
	if k == rbac.Platform {
		return []string{"principal", "safety", "director", "leader", "worker", "finance"}
	}
	return []string{"principal", "safety"}
}

// check tidies a draft and holds it to what the actor may ask. Errors: errWordless, errLink, errAudience.
func (d *Draft) check(a rbac.Actor) error {
	d.Title, d.Body, d.Link = strings.TrimSpace(d.Title), strings.TrimSpace(d.Body), strings.TrimSpace(d.Link)
	slices.Sort(d.Roles)
	d.Roles = slices.Compact(d.Roles)
	slices.Sort(d.Channels)
	d.Channels = slices.Compact(d.Channels)
	switch {
	case d.Title == "":
		return errWordless.At("body.title")
	case d.Body == "":
		return errWordless.At("body.body")
	case d.Link != "" && !okLink(d.Link):
		return errLink.At("body.link")
	}
	for _, role := range d.Roles {
		if !slices.Contains(allowed(a.Kind), role) {
			return errAudience.At("body.roles")
		}
	}
	if a.Kind != rbac.Regulator {
		return nil
	}
	if len(d.Areas) == 0 {
		d.Areas = slices.Clone(a.Areas)
	}
	for _, area := range d.Areas {
		if !slices.ContainsFunc(a.Areas, func(own string) bool { return strings.HasPrefix(area, own) }) {
			return errAudience.At("body.areas")
		}
	}
	return nil
}

func okLink(link string) bool {
	if ownPage(link) {
		return true
	}
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
}

// ownPage reports whether a link leads to a page of this program.
func ownPage(link string) bool {
	return strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") && !strings.Contains(link, `\`)
}

// params are those of the message's text.
func (c Campaign) params() map[string]string {
	return map[string]string{"title": c.Title, "text": c.Body, "link": c.Link, "office": c.Sender}
}

// sample is the message as its recipients read it.
func (c Campaign) sample(l text.Lang) (title, body string) {
	return sentence(l, codeCampaign, c.params()), sentence(l, codeCampaign+"-body", c.params())
}

// Reach is how many people a draft would reach, and what it would cost.
type Reach struct {
	People, Mail, Phone, WeChat int64
	CostLi                      int64 // in 厘
}

// smsParts is how many text messages a text takes: 70 signs in one, 67 in each of several.
func smsParts(title, body string) int64 {
	n := int64(len([]rune(title)) + len([]rune(body)))
	if n <= 70 {
		return 1
	}
	return (n + 66) / 67
}

// cost is what the text messages of a draft cost.
func (c Campaign) cost(phones int64, price int) int64 {
	if !slices.Contains(c.Channels, "sms") {
		return 0
	}
	title, body := c.sample(text.Chinese)
	return phones * smsParts(title, body) * int64(price)
}
