package notice

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/text"
	"anbiao/web"
)

type placeholderView struct {
	Name   string `json:"name" doc:"as it stands between braces"`
	Sample string `json:"sample"`
}

// templateView is a message of the program and how the company words it.
type templateView struct {
	Code      string            `json:"code"`
	Noun      string            `json:"noun" doc:"what it is about, for grouping"`
	Title     string            `json:"title" doc:"built in"`
	Body      string            `json:"body" doc:"built in"`
	Names     []placeholderView `json:"names" nullable:"false" doc:"placeholders it may use"`
	OwnTitle  string            `json:"ownTitle" doc:"empty: the built-in text holds"`
	OwnBody   string            `json:"ownBody"`
	UpdatedBy string            `json:"updatedBy"`
	UpdatedAt time.Time         `json:"updatedAt,omitzero"`
}

func templateIn(l text.Lang, w Wording) templateView {
	noun, _, _ := strings.Cut(w.Code, ".")
	v := templateView{Code: w.Code, Noun: noun, Title: w.Title, Body: w.Body, Names: []placeholderView{}}
	sample := samples(l, w.Names)
	for _, name := range w.Names {
		v.Names = append(v.Names, placeholderView{name, sample[name]})
	}
	if w.Own != nil {
		v.OwnTitle, v.OwnBody, v.UpdatedBy, v.UpdatedAt = w.Own.Title, w.Own.Body, w.Own.UpdatedByName, w.Own.UpdatedAt
	}
	return v
}

type seenView struct {
	Title   string   `json:"title"`
	Body    string   `json:"body"`
	Missing []string `json:"missing" nullable:"false" doc:"placeholders of the built-in text that these words leave out"`
}

func mountTemplates(api huma.API, s *Service) {
	refusals := []*fault.Error{errNoText, errPlaceholder, errWordless}
	web.Handle(api, web.Op{ID: "listNoticeTemplates", Route: "GET /notice/templates", Action: ActionTemplates, Summary: "Every message, and how the company words it"}, s.getTemplates)
	web.Handle(api, web.Op{
		ID: "putNoticeTemplate", Route: "PUT /notice/templates/{code}", Action: ActionWord, Summary: "Word a message", Faults: refusals,
	}, s.putTemplate)
	web.Handle(api, web.Op{
		ID: "dropNoticeTemplate", Route: "DELETE /notice/templates/{code}", Action: ActionWord, Summary: "The built-in text again",
	}, s.deleteTemplate)
	web.Handle(api, web.Op{
		ID: "previewNoticeTemplate", Route: "POST /notice/templates/{code}/preview", Action: ActionTemplates, Summary: "Words with a sample filled in",
		Faults: refusals, Exempt: true, Status: http.StatusOK,
	}, s.postPreview)
}

type langInput struct {
	Lang text.Lang `query:"lang" enum:"zh-CN,en" default:"zh-CN"`
}

func (s *Service) getTemplates(ctx context.Context, in *langInput) (*web.Body[[]templateView], error) {
	found, err := s.Templates(ctx, in.Lang)
	out := make([]templateView, len(found))
	for i, w := range found {
		out[i] = templateIn(in.Lang, w)
	}
	return &web.Body[[]templateView]{Body: out}, err
}

type wordInput struct {
	Code string `path:"code" maxLength:"80"`
	Body Words
}

func (s *Service) putTemplate(ctx context.Context, in *wordInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Word(ctx, in.Code, in.Body))
}

type unwordInput struct {
	Code string    `path:"code" maxLength:"80"`
	Lang text.Lang `query:"lang" enum:"zh-CN,en" default:"zh-CN"`
}

func (s *Service) deleteTemplate(ctx context.Context, in *unwordInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Unword(ctx, in.Code, in.Lang))
}

func (s *Service) postPreview(ctx context.Context, in *wordInput) (*web.Body[seenView], error) {
	seen, err := s.Preview(ctx, in.Code, in.Body)
	return &web.Body[seenView]{Body: seenView{seen.Title, seen.Body, append([]string{}, seen.Missing...)}}, err
}
