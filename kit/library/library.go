// Package library reads the data that a module carries: rules, kinds and texts with their
// source. They are part of the program, so what is wrong with them keeps it from starting.
package library

import (
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
)

// Must reads one file. It panics at what is no T: a name that T does not know is a rule nobody
// would follow.
func Must[T any](name string, file []byte) (v T) {
	if err := yaml.UnmarshalWithOptions(file, &v, yaml.Strict()); err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	return v
}

// All reads the files of a pattern, in the order of their names, as Must does; none is as wrong.
func All[T any](module string, files fs.FS, pattern string) []*T {
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("%s: no files %s (%v)", module, pattern, err))
	}
	all := make([]*T, 0, len(names))
	for _, name := range names {
		file, err := fs.ReadFile(files, name)
		if err != nil {
			panic(fmt.Errorf("%s: %w", module, err))
		}
		v := Must[T](module+": "+name, file)
		all = append(all, &v)
	}
	return all
}
