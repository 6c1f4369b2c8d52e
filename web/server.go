package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"anbiao/kit/fault"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Config is what the edge needs from outside.
type Config struct {
	// Authenticate returns the actor of a session or API token.
	// Errors: rbac.ErrUnauthenticated if it is unknown, revoked or expired.
	Authenticate func(ctx context.Context, token string) (rbac.Actor, error)
	// Ready looks at what the program stands on and reports whether it should be sent requests.
	Ready          func(ctx context.Context) Readiness
	Seen           func(context.Context, Seen) // told of every request that was answered; may be nil
	TrustedProxies []string                    // whose X-Forwarded-For is believed
	PerSecond      float64                     // requests a second and client address; 0 means no limit
	Burst          int
	Secure         bool   // served over HTTPS: send Strict-Transport-Security
	Images         string // scheme and host that pictures may come from besides this program; empty: none
}

// NewEngine returns a gin engine with everything a request passes before an operation.
func NewEngine(c Config) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	if err := e.SetTrustedProxies(c.TrustedProxies); err != nil {
		return nil, err
	}
	e.HandleMethodNotAllowed = true
	e.Use(identify, watch(c.Seen), language, recovery, headers(c.Secure, c.Images), sweep, limit(c.PerSecond, c.Burst), sameOrigin(), keyed, readable, authenticate(c.Authenticate))
	e.NoRoute(func(g *gin.Context) { refuse(g.Writer, g.Request, http.StatusNotFound, "http.not-found") })
	e.NoMethod(func(g *gin.Context) {
		refuse(g.Writer, g.Request, http.StatusMethodNotAllowed, "http.method-not-allowed")
	})
	Probes(c.Ready, func(path string, h http.HandlerFunc) { e.GET(path, gin.WrapF(h)) })
	return e, nil
}

// in replaces the request's context in place: a copy of the request would leave the
// multipart files of the original behind.
func in(ctx context.Context, g *gin.Context) { *g.Request = *g.Request.WithContext(ctx) }

func identify(g *gin.Context) {
	r := rbac.Request{ID: uuid.Must(uuid.NewV7()).String(), Address: g.ClientIP(), Key: g.GetHeader("Idempotency-Key"), Unattended: g.GetHeader("X-Unattended") != ""}
	g.Header("X-Request-Id", r.ID)
	in(rbac.WithRequest(g.Request.Context(), r), g)
	g.Next()
}

func language(g *gin.Context) {
	in(text.With(g.Request.Context(), text.Match(g.GetHeader("Accept-Language"))), g)
	g.Next()
}

func recovery(g *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(v)
		}
		slog.ErrorContext(g.Request.Context(), "panic", "request", rbac.RequestOf(g.Request.Context()).ID, "value", v, "stack", string(debug.Stack()))
		if !g.Writer.Written() {
			refuse(g.Writer, g.Request, http.StatusInternalServerError, "http.internal-server-error")
		}
		g.Abort()
	}()
	g.Next()
}

// policy lets pages load only what this program serves; Element Plus places its popups
// with inline style attributes.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; " +
	"connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// headers sets what every answer carries; images names hosts that pictures may come from, too.
func headers(secure bool, images string) gin.HandlerFunc {
	policy := policy
	if images != "" {
		policy = strings.Replace(policy, "img-src 'self'", "img-src 'self' "+images, 1)
	}
	return func(g *gin.Context) {
		h := g.Writer.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self)")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		if strings.HasPrefix(g.Request.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		g.Next()
	}
}

// sweep removes the temporary files of a multipart request.
func sweep(g *gin.Context) {
	defer func() {
		if f := g.Request.MultipartForm; f != nil {
			if err := f.RemoveAll(); err != nil {
				slog.WarnContext(g.Request.Context(), "upload left behind", "error", err)
			}
		}
	}()
	g.Next()
}

// sameOrigin refuses writes that another site's page sent with the visitor's cookie.
func sameOrigin() gin.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(g *gin.Context) {
		if err := guard.Check(g.Request); err != nil {
			refuse(g.Writer, g.Request, http.StatusForbidden, "http.cross-origin")
			g.Abort()
			return
		}
		g.Next()
	}
}

// SessionCookie names the cookie that holds a session token; over HTTPS it carries HostOnly before it.
const SessionCookie = "anbiao_session"

// HostOnly is a prefix that a browser takes only from this very host, over HTTPS, for all paths.
const HostOnly = "__Host-"

// Token returns the session or API token a request carries, if any.
func Token(r *http.Request) string {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return t
	}
	for _, name := range []string{HostOnly + SessionCookie, SessionCookie} {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
	}
	return ""
}

// NewCookie returns the cookie for a session token; an empty token ends the session.
func NewCookie(token string, until time.Time, secure bool) http.Cookie {
	c := http.Cookie{Name: SessionCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure, Expires: until}
	if secure {
		c.Name = HostOnly + c.Name
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

type (
	tokenKey struct{}
	whoKey   struct{}
)

// TokenOf returns the token the running request came with.
func TokenOf(ctx context.Context) string {
	t, _ := ctx.Value(tokenKey{}).(string)
	return t
}

// renewed finds out again whose session a long request came with. Errors: rbac.ErrUnauthenticated.
func renewed(ctx context.Context) (context.Context, error) {
	who, ok := ctx.Value(whoKey{}).(func(context.Context, string) (rbac.Actor, error))
	if !ok {
		return ctx, rbac.ErrUnauthenticated
	}
	r := rbac.RequestOf(ctx)
	r.Unattended = true
	a, err := who(rbac.WithRequest(ctx, r), TokenOf(ctx))
	return rbac.WithActor(ctx, a), err
}

// authenticate finds out who is asking. An unknown token is nobody: public operations
// still work, the others answer 401.
func authenticate(who func(context.Context, string) (rbac.Actor, error)) gin.HandlerFunc {
	return func(g *gin.Context) {
		t := Token(g.Request)
		if t == "" || who == nil || !strings.HasPrefix(g.Request.URL.Path, "/api/") {
			g.Next()
			return
		}
		ctx := context.WithValue(context.WithValue(g.Request.Context(), tokenKey{}, t), whoKey{}, who)
		a, err := who(ctx, t)
		f, isFault := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			ctx = rbac.WithActor(ctx, a)
		case isFault && f.Kind == fault.Unauthenticated:
		default:
			status, code := classify(err)
			if ctx.Err() == nil { // whoever asked has not gone meanwhile
				slog.WarnContext(ctx, "session not read", "error", err)
			}
			refuse(g.Writer, g.Request, status, code)
			g.Abort()
			return
		}
		in(ctx, g)
		g.Next()
	}
}
