package library_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"anbiao/kit/library"
)

type rule struct {
	Version string
	Days    int
}

func TestAll(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"library/b.yaml": {Data: []byte("version: b\ndays: 2\n")},
		"library/a.yaml": {Data: []byte("version: a\ndays: 1\n")},
		"library/readme": {Data: []byte("nothing")},
	}
	require.Equal(t, []*rule{{"a", 1}, {"b", 2}}, library.All[rule]("test", files, "library/*.yaml"))
	require.Panics(t, func() { library.All[rule]("test", files, "library/*.json") }, "no files")
	require.PanicsWithError(t, "test: strict.yaml: [1:1] unknown field \"dais\"\n>  1 | dais: 3\n       ^\n", func() {
		library.Must[rule]("test: strict.yaml", []byte("dais: 3\n"))
	})
}
