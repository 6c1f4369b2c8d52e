package notice

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Faults of templates.
var (
	errNoText      = fault.New(fault.NotFound, "notice.no-text")
	errPlaceholder = fault.New(fault.Invalid, "notice.placeholder")
	errWordless    = fault.New(fault.Invalid, "notice.wordless")
)

// Template is how a company words a message (消息模板) in place of the built-in text.
type Template struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Template]
	Code          string
	Lang          text.Lang
	Title         string
	Body          string
	UpdatedAt     time.Time
	UpdatedByName string
}

// Worded is a message in its reader's language.
type Worded struct {
	Notice
	Title, Body string
}

// Wording is a message of the program: what it says by itself, and what the company made of it.
type Wording struct {
	Code        string
	Title, Body string
	Names       []string  // of the placeholders
	Own         *Template // nil: the built-in text holds
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// namesIn are the placeholders of texts, in order, each once.
func namesIn(texts ...string) (names []string) {
	for _, s := range texts {
		for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	return names
}

// wordingOf is the built-in text of a message. Errors: errNoText.
func wordingOf(l text.Lang, code string) (Wording, error) {
	if !text.Known(l, code) || !text.Known(l, code+"-body") {
		return Wording{}, errNoText
	}
	w := Wording{Code: code, Title: text.Sentence(l, code), Body: text.Sentence(l, code+"-body")}
	w.Names = namesIn(w.Title, w.Body)
	return w, nil
}

// check refuses texts that name what the message does not know, and returns the names that
// the built-in text gives and these leave out. Errors: errPlaceholder, errWordless.
func (w Wording) check(title, body string) (missing []string, err error) {
	refusal := errPlaceholder
	for _, part := range [][2]string{{"body.title", title}, {"body.body", body}} {
		if strings.TrimSpace(part[1]) == "" {
			return nil, errWordless.At(part[0])
		}
		for _, name := range namesIn(part[1]) {
			if !slices.Contains(w.Names, name) {
				refusal = refusal.Also(fault.Field{Path: part[0], Code: errPlaceholder.Code, Params: fault.Params{"name": "{" + name + "}"}})
			}
		}
	}
	if len(refusal.Fields) > 0 {
		return nil, refusal.With("name", refusal.Fields[0].Params["name"])
	}
	said := namesIn(title, body)
	for _, name := range w.Names {
		if !slices.Contains(said, name) {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

// wordedBy is the company whose words the recipient reads: his own's. Nobody's for
// regulators, reviewers and the platform, who hear of many companies in one voice.
func (n Notice) wordedBy() *rbac.CompanyID {
	if n.OrganisationID != nil {
		return nil
	}
	return n.CompanyID
}

// wordedBy is that of the delivered message.
func (c claimed) wordedBy() *rbac.CompanyID {
	return Notice{CompanyID: c.CompanyID, OrganisationID: c.OrganisationID}.wordedBy()
}

// said fills a message's parameters into the company's words, or the built-in ones.
func said(own map[string]Template, company *rbac.CompanyID, l text.Lang, code string, params map[string]string) (title, body string) {
	if company != nil {
		if t, ok := own[templateKey(*company, code)]; ok {
			params = paramsIn(l, params)
			return text.Fill(t.Title, params), text.Fill(t.Body, params)
		}
	}
	return sentence(l, code, params), sentence(l, code+"-body", params)
}

func templateKey(c rbac.CompanyID, code string) string { return fmt.Sprint(int64(c), " ", code) }

// say words one message for a reader of l, in his company's words if it has any.
func (*Service) say(ctx context.Context, tx db.Tx, company *rbac.CompanyID, l text.Lang, code string, params map[string]string) (title, body string, err error) {
	own := map[string]Template{}
	if company != nil {
		if own, err = templatesFor(ctx, tx, l, []rbac.CompanyID{*company}, []string{code}); err != nil {
			return "", "", err
		}
	}
	title, body = said(own, company, l, code, params)
	return title, body, nil
}

// worded words messages for a reader of l, by one look at his company's templates.
func worded(ctx context.Context, tx db.Tx, l text.Lang, list []Notice) ([]Worded, error) {
	var companies []rbac.CompanyID
	var codes []string
	for _, n := range list {
		if c := n.wordedBy(); c != nil {
			companies, codes = append(companies, *c), append(codes, n.Code)
		}
	}
	own := map[string]Template{}
	if len(companies) > 0 {
		var err error
		if own, err = templatesFor(ctx, tx, l, companies, codes); err != nil {
			return nil, err
		}
	}
	out := make([]Worded, len(list))
	for i, n := range list {
		title, body := said(own, n.wordedBy(), l, n.Code, n.Params.V)
		out[i] = Worded{n, title, body}
	}
	return out, nil
}
