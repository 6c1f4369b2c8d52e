// Package web turns gin and huma into this program's API: one way to register an
// operation, one way to answer an error, sessions, limits and the built frontend.
package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"anbiao/kit/fault"
	"anbiao/rbac"
)

// Body wraps a request or answer body.
type Body[T any] struct{ Body T }

// Made answers a write: the id of what was made or changed. Reading it again is the
// client's next request, which is why a repeated write can be answered from its key.
type Made struct {
	ID string `json:"id" doc:"of what was made or changed"`
}

// MadeOf answers with n and passes err on.
func MadeOf[I ~int64](n I, err error) (*Body[Made], error) {
	return &Body[Made]{Made{ID: fmt.Sprint(int64(n))}}, err
}

// None is an answer without a body.
type None struct{}

// Op describes one operation.
type Op struct {
	ID      string      // operation id, e.g. "listHazards"
	Route   string      // method and path below /api, e.g. "POST /hazard/hazards"
	Action  rbac.Action // permission that the service's Gate asks for
	Summary string
	Faults  []*fault.Error // what it may answer besides rbac's faults and huma's validation
	Public  bool           // may be called without signing in
	Exempt  bool           // keeps no idempotency key: login, previews, calculators
	Upload  int64          // limit of a multipart body in bytes, where the usual 1 MiB is too little
	Status  int            // of success; 0 means 201 for a POST and 200 otherwise
}

// maxBody is the usual limit of a request body, in bytes.
const maxBody = 1 << 20

// replaceHuma puts our error constructors in the place of huma's, which would send the
// text of any error to the client. They are variables of huma's package: set them once.
var replaceHuma = sync.OnceFunc(func() {
	codedMessages()
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return problem(ctx.Context(), status, msg, errs)
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return problem(context.Background(), status, msg, errs)
	}
	huma.DefaultArrayNullable = false
})

// New returns the API served on engine.
func New(engine *gin.Engine) huma.API {
	replaceHuma()
	cfg := huma.DefaultConfig("Anbiao 安标", "1")
	cfg.Info.Description = "Work-safety self-inspection and standardization. Lists are read by cursor; errors are RFC 9457 problems with a stable code; every POST may carry an Idempotency-Key."
	cfg.CreateHooks = nil // no $schema member in bodies
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.RejectUnknownQueryParameters = true
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: SessionCookie},
		"token":   {Type: "http", Scheme: "bearer"},
	}
	api := humagin.New(engine, cfg)
	api.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		if p := admit(ctx); p != nil {
			p.send(humagin.Unwrap(ctx).Writer)
			return
		}
		next(ctx)
	})
	return api
}

// admit refuses what no operation should have to look at, and completes what the Gate
// keeps of the request.
func admit(ctx huma.Context) *Problem {
	op := ctx.Operation()
	if _, known := rbac.ActorOf(ctx.Context()); !known && op.Metadata["public"] != true {
		return problem(ctx.Context(), http.StatusUnauthorized, "", []error{rbac.ErrUnauthenticated})
	}
	if p := repeated(ctx); p != nil {
		return p
	}
	if p := readForm(ctx); p != nil {
		return p
	}
	g := humagin.Unwrap(ctx)
	req := rbac.RequestOf(ctx.Context())
	req.Operation = op.OperationID
	if op.Metadata["exempt"] == true {
		req.Key = ""
	}
	in(rbac.WithRequest(g.Request.Context(), req), g)
	return nil
}

// Bare returns an API served nowhere, for its description.
func Bare() huma.API {
	gin.SetMode(gin.ReleaseMode)
	return New(gin.New())
}

// Handle registers an operation. Its declared faults become part of its description.
func Handle[I, O any](api huma.API, o Op, h func(context.Context, *I) (*O, error)) {
	huma.Register(api, operation(o), func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		replay, again := errors.AsType[*rbac.Replay](err)
		if !again {
			if err != nil {
				return nil, patient(err)
			}
			return out, nil
		}
		done := new(O)
		if b, ok := any(done).(*Body[Made]); ok {
			b.Body.ID = fmt.Sprint(replay.Made)
		}
		return done, nil
	})
}

// patient tells a client when to try again, where a fault knows: in seconds, as its parameter says.
func patient(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.TooMany || f.Params["seconds"] == "" {
		return err
	}
	return huma.ErrorWithHeaders(err, http.Header{"Retry-After": {f.Params["seconds"]}})
}

func operation(o Op) huma.Operation {
	method, path, _ := strings.Cut(o.Route, " ")
	noun, _, _ := strings.Cut(string(o.Action), ".")
	op := huma.Operation{
		OperationID:  o.ID,
		Method:       method,
		Path:         "/api" + path,
		Summary:      o.Summary,
		Tags:         []string{noun},
		Extensions:   map[string]any{"x-action": string(o.Action)},
		Metadata:     map[string]any{"exempt": o.Exempt, "public": o.Public},
		MaxBodyBytes: max(o.Upload, maxBody) + 1, // huma refuses a body of just its limit
		// Bodies are read ahead, within the server's own limit. A deadline set later would
		// fire while the operation runs, and end its context.
		BodyReadTimeout: -1,
	}
	op.DefaultStatus = o.Status
	if o.Status == 0 && method == http.MethodPost {
		op.DefaultStatus = http.StatusCreated
	}
	faults := []*fault.Error{}
	if !o.Public {
		op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
		faults = append(faults, rbac.ErrUnauthenticated, rbac.ErrForbidden)
		if rbac.Dangerous(o.Action) {
			faults = append(faults, rbac.ErrConfirm)
		}
		if method != http.MethodGet {
			faults = append(faults, rbac.ErrOff)
		}
	} else {
		op.Extensions["x-public"] = true
	}
	codes := []string{}
	for _, f := range append(faults, o.Faults...) {
		op.Errors = append(op.Errors, statusOf[f.Kind])
		codes = append(codes, f.Code)
	}
	slices.Sort(op.Errors)
	op.Errors = slices.Compact(append(op.Errors, http.StatusUnprocessableEntity))
	op.Extensions["x-faults"] = codes
	return op
}

// Operations lists every registered operation, in order of its id.
func Operations(api huma.API) []*huma.Operation {
	var ops []*huma.Operation
	for _, item := range api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				ops = append(ops, op)
			}
		}
	}
	slices.SortFunc(ops, func(a, b *huma.Operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return ops
}

// Seal lists every declared fault as the possible values of Problem.code, so that the
// frontend's compiler knows them. Call it after all modules are mounted.
func Seal(api huma.API) {
	codes := map[string]bool{}
	for _, c := range httpCodes() {
		codes[c] = true
	}
	for _, op := range Operations(api) {
		for _, c := range op.Extensions["x-faults"].([]string) {
			codes[c] = true
		}
	}
	enum := []any{}
	for _, c := range slices.Sorted(maps.Keys(codes)) {
		enum = append(enum, c)
	}
	api.OpenAPI().Components.Schemas.Map()["WebProblem"].Properties["code"].Enum = enum
}

// typePath is a package path and type name inside the name of a generic type.
var typePath = regexp.MustCompile(`(?:[\w.-]+/)*([\w-]+)\.(\w+)`)

// schemaName names a type after its package too ("HazardListRow"), for huma panics when
// two modules have a type of one name. A generic type carries the names of its arguments.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return upper(hint)
	}
	pkg := t.PkgPath()
	pkg = pkg[strings.LastIndex(pkg, "/")+1:]
	var name strings.Builder
	name.WriteString(upper(pkg))
	base, args, _ := strings.Cut(t.Name(), "[")
	name.WriteString(upper(base))
	for _, m := range typePath.FindAllStringSubmatch(args, -1) {
		name.WriteString(upper(m[1]) + upper(m[2]))
	}
	return name.String()
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return string(unicode.ToUpper(rune(s[0]))) + s[1:]
}
