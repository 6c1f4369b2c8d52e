package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"
)

// Site serves the built frontend: hashed assets for ever, pages fresh, and for a path
// without a file the page of its entry (desk, or field below /field/).
func Site(e *gin.Engine, site fs.FS) {
	h := gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { page(w, r, site) }))
	e.NoRoute(func(g *gin.Context) {
		if strings.HasPrefix(g.Request.URL.Path, "/api/") || (g.Request.Method != http.MethodGet && g.Request.Method != http.MethodHead) {
			refuse(g.Writer, g.Request, http.StatusNotFound, "http.not-found")
			return
		}
		g.Status(http.StatusOK)
		h.ServeHTTP(g.Writer, g.Request)
	})
}

// namesFile tells a missing file from a page: a page's last part may be a version such as 2022.1.
func namesFile(name string) bool {
	ext := path.Ext(name)
	return strings.Trim(ext, ".0123456789") != "" && ext != ".html"
}

func page(w http.ResponseWriter, r *http.Request, site fs.FS) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	b, err := fs.ReadFile(site, name)
	if err != nil {
		if namesFile(name) {
			refuse(w, r, http.StatusNotFound, "http.not-found")
			return
		}
		name = "index.html"
		if strings.HasPrefix(r.URL.Path, "/field") {
			name = "field/index.html"
		}
		if b, err = fs.ReadFile(site, name); err != nil {
			refuse(w, r, http.StatusNotFound, "http.not-found")
			return
		}
	}
	w.Header().Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if path.Ext(name) == ".webmanifest" {
		w.Header().Set("Content-Type", "application/manifest+json") // no system's table knows it
	}
	http.ServeContent(w, r, path.Base(name), time.Time{}, bytes.NewReader(b))
}

// Document serves the sealed OpenAPI document at /api/openapi.json.
func Document(e *gin.Engine, api huma.API) error {
	b, err := api.OpenAPI().MarshalJSON()
	if err != nil {
		return err
	}
	e.GET("/api/openapi.json", func(g *gin.Context) { g.Data(http.StatusOK, "application/json", b) })
	return nil
}
