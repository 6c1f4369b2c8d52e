package web

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5/pgconn"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Problem is an RFC 9457 problem with a stable code, in the caller's language.
type Problem struct {
	Status  int     `json:"status"`
	Title   string  `json:"title"`
	Detail  string  `json:"detail"`
	Code    string  `json:"code" doc:"stable identifier of the problem"`
	Request string  `json:"requestId,omitempty" doc:"to quote when asking for help"`
	Errors  []Wrong `json:"errors,omitempty"`
}

// Wrong is one thing wrong with a request.
type Wrong struct {
	Location string `json:"location" doc:"e.g. body.validThrough"`
	Message  string `json:"message"`
	Code     string `json:"code"`
}

func (p *Problem) Error() string { return p.Code }

// GetStatus returns the HTTP status (huma.StatusError).
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457 (huma.ContentTypeFilter).
func (*Problem) ContentType(string) string { return "application/problem+json" }

var statusOf = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Unsupported:     http.StatusUnsupportedMediaType,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// httpCodes are the codes of problems that no module declares.
func httpCodes() []string {
	return []string{
		"http.bad-request", "http.unauthorized", "http.forbidden", "http.not-found", "http.method-not-allowed", "http.not-acceptable", "http.request-timeout",
		"http.request-entity-too-large", "http.unsupported-media-type", "http.unprocessable-entity", "http.too-many-requests",
		"http.internal-server-error", "http.service-unavailable", "http.cross-origin", "http.unreadable", "http.bad-value",
	}
}

func problem(ctx context.Context, status int, _ string, errs []error) *Problem {
	lang := text.Of(ctx)
	p := &Problem{Status: status, Code: httpCode(status), Request: rbac.RequestOf(ctx).ID}
	for _, err := range errs {
		f, isFault := errors.AsType[*fault.Error](err)
		d, isDetail := err.(huma.ErrorDetailer)
		switch {
		case isFault:
			p.fill(f, lang)
			if p.Status >= http.StatusInternalServerError {
				slog.ErrorContext(ctx, "outage", "request", p.Request, "error", err)
			}
			return p
		case isDetail: // huma's own validation: keep where and what, drop the value, which may be personal
			e := d.ErrorDetail()
			code, params := decodeMessage(e.Message)
			p.Errors = append(p.Errors, Wrong{e.Location, text.Say(lang, code, params), code})
		case err != nil && status >= http.StatusInternalServerError:
			p.Status, p.Code = classify(err)
		}
	}
	p.Title = text.Say(lang, "status."+httpCode(p.Status), nil)
	p.Detail = text.Say(lang, p.Code, nil)
	if p.Status >= http.StatusInternalServerError {
		p.Errors = nil
		level := slog.LevelError
		if errors.Is(ctx.Err(), context.Canceled) {
			level = slog.LevelDebug // the client has gone, which is his own affair
		}
		slog.Log(ctx, level, "request failed", "request", p.Request, "operation", rbac.RequestOf(ctx).Operation, "errors", errs)
	}
	return p
}

func (p *Problem) fill(f *fault.Error, lang text.Lang) {
	p.Status, p.Code = statusOf[f.Kind], f.Code
	p.Title = text.Say(lang, "status."+httpCode(p.Status), nil)
	p.Detail = text.Say(lang, f.Code, f.Params)
	p.Errors = nil
	for _, x := range f.Fields {
		p.Errors = append(p.Errors, Wrong{x.Path, text.Say(lang, x.Code, x.Params), x.Code})
	}
}

// classify tells an outage from what only looks like one: a value PostgreSQL cannot hold
// is the caller's, a server that is restarting is nobody's.
func classify(err error) (status int, code string) {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case strings.HasPrefix(e.Code, "22"):
			return http.StatusUnprocessableEntity, "http.bad-value"
		case e.Code == "42501": // row security, the second lock, held
			return http.StatusForbidden, "http.forbidden"
		}
	}
	if db.Transient(err) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return http.StatusServiceUnavailable, "http.service-unavailable"
	}
	return http.StatusInternalServerError, "http.internal-server-error"
}

func httpCode(status int) string {
	return "http." + strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "-")
}

// refuse answers outside huma: middleware and unknown paths.
func refuse(w http.ResponseWriter, r *http.Request, status int, code string, wrong ...fault.Field) {
	lang := text.Of(r.Context())
	p := Problem{
		Status: status, Code: code, Request: rbac.RequestOf(r.Context()).ID,
		Title: text.Say(lang, "status."+httpCode(status), nil), Detail: text.Say(lang, code, nil),
	}
	for _, x := range wrong {
		p.Errors = append(p.Errors, Wrong{x.Path, text.Say(lang, x.Code, x.Params), x.Code})
	}
	p.send(w)
}

func (p *Problem) send(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may have gone
}
