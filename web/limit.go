package web

import (
	"net/http"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// clients is how many addresses are remembered; the least recently seen is forgotten.
const clients = 50_000

// limit allows each client address perSecond requests, and bursts. What guards an account
// against guessing is the lockout kept with it; this keeps one client from filling the
// machine.
func limit(perSecond float64, burst int) gin.HandlerFunc {
	if perSecond <= 0 {
		return func(g *gin.Context) { g.Next() }
	}
	buckets, err := lru.New[string, *rate.Limiter](clients)
	if err != nil {
		panic(err) // only for a size below one
	}
	return func(g *gin.Context) {
		ip := g.ClientIP()
		b, ok := buckets.Get(ip)
		if !ok {
			b = rate.NewLimiter(rate.Limit(perSecond), burst)
			buckets.Add(ip, b)
		}
		if !b.Allow() {
			g.Header("Retry-After", "1")
			refuse(g.Writer, g.Request, http.StatusTooManyRequests, "http.too-many-requests")
			g.Abort()
			return
		}
		g.Next()
	}
}
