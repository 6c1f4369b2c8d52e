// Package rubric keeps scoring tables (评分标准) in versions: those that come with the program and those
// that an authority or the platform loads and publishes.
package rubric

import (
	"embed"
	"sync"

	"anbiao/kit/library"
	"anbiao/kit/scoring"
)

//go:embed library/*.yaml
var files embed.FS

// Library returns the tables that come with the program. They are read once, when first asked for:
// reading them takes a while. Nobody changes them.
var Library = sync.OnceValue(func() []*scoring.Rubric {
	return library.All[scoring.Rubric]("rubric", files, "library/*.yaml")
})
