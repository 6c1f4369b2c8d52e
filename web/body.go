package web

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"anbiao/kit/fault"
	"anbiao/rbac"
)

// longestKey is how long an idempotency key may be.
const longestKey = 100

// keyed refuses an idempotency key that cannot be kept: ignoring it would do the work of a
// repeated request twice.
func keyed(g *gin.Context) {
	key := rbac.RequestOf(g.Request.Context()).Key
	wrong := fault.Field{Path: "header.Idempotency-Key", Code: "validation.max-length", Params: fault.Params{"value": fmt.Sprint(longestKey)}}
	if len(key) <= longestKey {
		if !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
			g.Next()
			return
		}
		wrong.Code = "validation.pattern"
	}
	refuse(g.Writer, g.Request, http.StatusUnprocessableEntity, "http.unprocessable-entity", wrong)
	g.Abort()
}

// readable reads bodies ahead, save multipart ones: too large, not UTF-8 or holding NUL is
// refused before anything else looks at them, and an idempotency key is tied to the hash of
// what was asked.
func readable(g *gin.Context) {
	r := g.Request
	if !plain(r.URL.Path) || !validQuery(r.URL.RawQuery) {
		refuse(g.Writer, r, http.StatusUnprocessableEntity, "http.unreadable")
		g.Abort()
		return
	}
	if isForm(r) {
		g.Next()
		return
	}
	body, status, code := readAll(g)
	if status != 0 {
		refuse(g.Writer, r, status, code)
		g.Abort()
		return
	}
	sum := asked(r)
	sum.Write(body)
	note(g, sum)
	g.Next()
}

func readAll(g *gin.Context) (body []byte, status int, code string) {
	r := g.Request
	if r.Body == nil || r.Body == http.NoBody {
		return nil, 0, ""
	}
	body, err := io.ReadAll(http.MaxBytesReader(g.Writer, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, http.StatusRequestEntityTooLarge, "http.request-entity-too-large"
	}
	if err != nil {
		return nil, http.StatusBadRequest, "http.bad-request"
	}
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 || escapesNUL(body) {
		return nil, http.StatusUnprocessableEntity, "http.unreadable"
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, 0, ""
}

// escapesNUL reports whether JSON holds an escaped NUL, and not a backslash that happens to
// stand before "u0000".
func escapesNUL(body []byte) bool {
	for at, rest := 0, body; ; {
		i := bytes.Index(rest, []byte(`\u0000`))
		if i < 0 {
			return false
		}
		at += i
		before := body[:at+1]
		if run := len(before) - len(bytes.TrimRight(before, `\`)); run%2 == 1 {
			return true
		}
		at++
		rest = body[at:]
	}
}

// isForm reports whether r's body is multipart: files that are not read into memory.
func isForm(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "multipart/")
}

// asked begins the hash of a request with what its path and query ask for: the same body
// means something else elsewhere.
func asked(r *http.Request) hash.Hash {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s?%s\n", r.URL.Path, r.URL.RawQuery)
	return sum
}

func note(g *gin.Context, sum hash.Hash) {
	req := rbac.RequestOf(g.Request.Context())
	req.BodyHash = sum.Sum(nil)
	in(rbac.WithRequest(g.Request.Context(), req), g)
}

func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func validQuery(raw string) bool {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return false // net/url would drop the part it cannot read
	}
	for name, values := range query {
		if !plain(name) || slices.ContainsFunc(values, func(v string) bool { return !plain(v) }) {
			return false
		}
	}
	return true
}

// repeated refuses a query parameter given twice where one is meant: huma would take the
// first.
func repeated(ctx huma.Context) *Problem {
	u := ctx.URL()
	if u.RawQuery == "" {
		return nil
	}
	query := u.Query()
	for _, p := range ctx.Operation().Parameters {
		if p.In == "query" && len(query[p.Name]) > 1 && (p.Explode == nil || !*p.Explode) {
			return problem(ctx.Context(), http.StatusUnprocessableEntity, "", []error{&huma.ErrorDetail{Location: "query." + p.Name, Message: "validation.repeated"}})
		}
	}
	return nil
}

// readForm reads a multipart body within the operation's limit, which huma does not apply
// to these. Large files go to temporary ones, which sweep removes.
func readForm(ctx huma.Context) *Problem {
	g := humagin.Unwrap(ctx)
	if !isForm(g.Request) || ctx.Operation().RequestBody == nil {
		return nil
	}
	g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, ctx.Operation().MaxBodyBytes-1)
	if _, takes := ctx.Operation().RequestBody.Content["multipart/form-data"]; !takes {
		return problem(ctx.Context(), http.StatusUnsupportedMediaType, "", nil)
	}
	form, err := ctx.GetMultipartForm()
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case large || errors.Is(err, multipart.ErrMessageTooLarge):
		return problem(ctx.Context(), http.StatusRequestEntityTooLarge, "", nil)
	case err != nil:
		return problem(ctx.Context(), http.StatusBadRequest, "", nil)
	case !readableForm(form):
		return problem(ctx.Context(), http.StatusUnprocessableEntity, "", []error{errUnreadable})
	}
	if rbac.RequestOf(ctx.Context()).Key != "" {
		sum := asked(g.Request)
		if err := hashForm(sum, form); err != nil {
			return problem(ctx.Context(), http.StatusInternalServerError, "", []error{err})
		}
		note(g, sum)
	}
	return nil
}

var errUnreadable = fault.New(fault.Invalid, "http.unreadable")

func readableForm(f *multipart.Form) bool {
	for name, values := range f.Value {
		if !plain(name) || slices.ContainsFunc(values, func(v string) bool { return !plain(v) }) {
			return false
		}
	}
	for name, files := range f.File {
		if !plain(name) || slices.ContainsFunc(files, func(h *multipart.FileHeader) bool { return !plain(h.Filename) }) {
			return false
		}
	}
	return true
}

// hashForm hashes what a form holds, not its bytes: a browser chooses another boundary
// each time.
func hashForm(sum hash.Hash, f *multipart.Form) error {
	for _, name := range slices.Sorted(maps.Keys(f.Value)) {
		fmt.Fprintf(sum, "%q=%q\n", name, f.Value[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.File)) {
		for _, h := range f.File[name] {
			fmt.Fprintf(sum, "%q=%q %d\n", name, h.Filename, h.Size)
			file, err := h.Open()
			if err != nil {
				return err
			}
			_, err = io.Copy(sum, file)
			if err := errors.Join(err, file.Close()); err != nil {
				return err
			}
		}
	}
	return nil
}
