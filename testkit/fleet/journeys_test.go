package fleet_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// journeys are walked over and over while components are killed: those that leave nothing behind that a second walk
// would stumble over. FLEET_JOURNEYS names others, with commas.
var journeys = []string{"login", "field", "board", "walk", "company", "overview", "dossier", "score"}

// walk is one journey, walked once in a real browser.
type walk struct {
	name         string
	began, ended time.Time
	fault        string // empty: it came to its end
}

func named() []string {
	if names := os.Getenv("FLEET_JOURNEYS"); names != "" {
		return strings.Split(names, ",")
	}
	return journeys
}

// walkOnce walks one journey as make test does.
func walkOnce(ctx context.Context, url, name string) walk {
	w := walk{name: name, began: time.Now()}
	run := exec.CommandContext(ctx, "node", "journeys/run.mjs", name)
	run.Dir, run.Env = "../../frontend", append(os.Environ(), "BASE_URL="+url)
	out, err := run.CombinedOutput()
	w.ended = time.Now()
	if err != nil {
		w.fault = fmt.Sprintf("%v\n%s", err, out)
	}
	return w
}

// walkOn walks the journeys in turn until ctx ends; the one that this breaks off does not count.
func walkOn(ctx context.Context, url string) (done []walk) {
	for n := 0; ; n++ {
		names := named()
		w := walkOnce(ctx, url, names[n%len(names)])
		if ctx.Err() != nil {
			return done
		}
		done = append(done, w)
	}
}

// tellWalks prints what became of the journeys, and requires that each came to its end where nothing was killed meanwhile
// that requests depend on, and once all is calm.
func tellWalks(t *testing.T, url string, kills []kill, walks []walk) {
	t.Helper()
	var table strings.Builder
	fmt.Fprintf(&table, "\n| journey | walked | to the end | torn by an outage | again in calm |\n|---|---|---|---|---|\n")
	whole := 0
	var odd []string
	for _, name := range named() {
		n, good := 0, 0
		for _, w := range walks {
			if w.name != name {
				continue
			}
			n++
			if w.fault == "" {
				good++
			} else if !torn(w, kills) {
				odd = append(odd, name+": "+w.fault)
			}
		}
		whole += good
		after := walkOnce(t.Context(), url, name)
		if after.fault != "" {
			odd = append(odd, name+", when all was calm: "+after.fault)
		}
		fmt.Fprintf(&table, "| %s | %d | %d | %d | %t |\n", name, n, good, n-good, after.fault == "")
	}
	t.Log(table.String())
	require.Empty(t, odd)
	if len(walks) > 2*len(named()) {
		require.Positive(t, whole, "journeys that came to their end between the kills")
	}
}

// torn reports whether an outage fell into the walk.
func torn(w walk, kills []kill) bool {
	for _, k := range kills {
		if windows[k.kind].after > 0 && k.at.Before(w.ended) && w.began.Before(k.until()) {
			return true
		}
	}
	return false
}
