package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of templates.
const (
	ActionTemplates rbac.Action = "notice.template.read"
	ActionWord      rbac.Action = "notice.template.edit"
)

// Words are a company's own for a message.
type Words struct {
	Lang  text.Lang `json:"lang" enum:"zh-CN,en"`
	Title string    `json:"title" minLength:"1" maxLength:"120"`
	Body  string    `json:"body" minLength:"1" maxLength:"2000"`
}

// Templates lists every message of the program in a language, with what the actor's company
// made of it.
func (s *Service) Templates(ctx context.Context, l text.Lang) (out []Wording, err error) {
	err = s.Gate.Read(ctx, ActionTemplates, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		own, err := templatesOf(ctx, tx, home, l)
		if err != nil {
			return err
		}
		for _, code := range text.Bodied() {
			w, err := wordingOf(l, code)
			if err != nil {
				return err
			}
			if t, ok := own[code]; ok {
				w.Own = &t
			}
			out = append(out, w)
		}
		return nil
	})
	return out, err
}

// Word keeps a company's own words for a message. Errors: errNoText, errPlaceholder, errWordless.
func (s *Service) Word(ctx context.Context, code string, w Words) (n int64, err error) {
	err = s.Gate.Write(ctx, ActionWord, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		built, err := wordingOf(w.Lang, code)
		if err != nil {
			return err
		}
		if _, err := built.check(w.Title, w.Body); err != nil {
			return err
		}
		before, err := templatesOf(ctx, tx, home, w.Lang)
		if err != nil {
			return err
		}
		t := Template{CompanyID: home.CompanyID, Code: code, Lang: w.Lang, Title: w.Title, Body: w.Body, UpdatedAt: tx.Now, UpdatedByName: scope.Actor().Name}
		if n, err = putTemplate(ctx, tx, t); err != nil {
			return err
		}
		scope.Made(n)
		scope.Changed("notice_template", n, home.CompanyID, trailed(before[code]), trailed(t))
		return nil
	})
	return n, err
}

// trailedTemplate is what the trail keeps of a template.
type trailedTemplate struct {
	Code, Title, Body string
	Lang              text.Lang
}

func trailed(t Template) trailedTemplate { return trailedTemplate{t.Code, t.Title, t.Body, t.Lang} }

// Unword gives a message its built-in text again.
func (s *Service) Unword(ctx context.Context, code string, l text.Lang) (n int64, err error) {
	err = s.Gate.Write(ctx, ActionWord, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		own, err := templatesOf(ctx, tx, home, l)
		if err != nil {
			return err
		}
		was, ok := own[code]
		if !ok {
			return nil
		}
		n = int64(was.ID)
		scope.Made(n)
		scope.Changed("notice_template", n, home.CompanyID, trailed(was), trailedTemplate{Code: code, Lang: l})
		return dropTemplate(ctx, tx, was)
	})
	return n, err
}

// Seen is a template with a sample filled in.
type Seen struct {
	Title, Body string
	Missing     []string // what the built-in text says and this does not
}

// Preview fills a sample into words that are not kept yet. Errors: as Word.
func (s *Service) Preview(ctx context.Context, code string, w Words) (seen Seen, err error) {
	err = s.Gate.Read(ctx, ActionTemplates, func(db.Tx, rbac.Scope) error {
		built, err := wordingOf(w.Lang, code)
		if err != nil {
			return err
		}
		if seen.Missing, err = built.check(w.Title, w.Body); err != nil {
			return err
		}
		sample := samples(w.Lang, built.Names)
		seen.Title, seen.Body = text.Fill(w.Title, sample), text.Fill(w.Body, sample)
		return nil
	})
	return seen, err
}
