// Command sbom writes what the program is made of (CycloneDX 1.6): the Go modules that are compiled into a binary, and the packages
// that its pages are built from, with versions, checksums and licences:
//
//	go run ./testkit/sbom bin/anbiao frontend/package-lock.json > bin/sbom.json
package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"
)

// bom is a bill of materials as CycloneDX writes it.
type bom struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Components []component `json:"components"`
}

type component struct {
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	Version  string    `json:"version"`
	PURL     string    `json:"purl"`
	Licenses []licence `json:"licenses,omitempty"`
	Hashes   []hash    `json:"hashes,omitempty"`
}

type licence struct {
	Expression string `json:"expression"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"` // hexadecimal
}

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want a binary and a package-lock.json")
	}
	built, err := buildinfo.ReadFile(args[0])
	if err != nil {
		return err
	}
	lock, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return err
	}
	all := modules(built.Deps, strings.TrimSpace(string(cache)))
	pages, err := packages(lock)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(bom{"CycloneDX", "1.6", 1, append(all, pages...)})
}

// modules are those compiled into a binary; their licences are read where Go keeps their sources.
func modules(deps []*debug.Module, cache string) (out []component) {
	for _, m := range deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c := component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version, Licenses: licenceIn(filepath.Join(cache, escaped(m.Path)+"@"+escaped(m.Version)))}
		if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(sum) > 0 {
			c.Hashes = []hash{{"SHA-256", hex.EncodeToString(sum)}}
		}
		out = append(out, c)
	}
	return out
}

// escaped is a path as the module cache writes it: a capital letter as an exclamation mark and its small one.
func escaped(path string) string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// licences by what only they say, the more particular first.
var licences = []struct{ id, says string }{
	{"Apache-2.0", "apache license"},
	{"MPL-2.0", "mozilla public license"},
	{"BSD-3-Clause", "neither the name"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms"},
	{"MIT", "permission is hereby granted, free of charge"},
	{"ISC", "permission to use, copy, modify, and"},
	{"Unlicense", "released into the public domain"},
	{"CC0-1.0", "cc0 1.0 universal"},
}

func licenceIn(dir string) []licence {
	found, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, f := range found {
		if name := strings.ToLower(f.Name()); f.IsDir() || (!strings.HasPrefix(name, "licen") && !strings.HasPrefix(name, "copying")) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			continue
		}
		said := strings.ToLower(strings.Join(strings.Fields(string(text)), " "))
		for _, l := range licences {
			if strings.Contains(said, l.says) {
				return []licence{{l.id}}
			}
		}
	}
	return nil
}

// packages are what the pages are built from, without what only builds and tests them.
func packages(lock []byte) (out []component, err error) {
	var read struct {
		Packages map[string]struct {
			Version, License, Integrity string
			Dev, DevOptional            bool
		}
	}
	if err := json.Unmarshal(lock, &read); err != nil {
		return nil, err
	}
	for path, p := range read.Packages {
		_, name, ok := strings.Cut(path, "node_modules/")
		if !ok || p.Dev || p.DevOptional {
			continue
		}
		if i := strings.LastIndex(name, "node_modules/"); i >= 0 {
			name = name[i+len("node_modules/"):]
		}
		c := component{Type: "library", Name: name, Version: p.Version, PURL: "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version}
		if p.License != "" {
			c.Licenses = []licence{{p.License}}
		}
		if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(p.Integrity, "sha512-")); err == nil && len(sum) > 0 {
			c.Hashes = []hash{{"SHA-512", hex.EncodeToString(sum)}}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b component) int { return strings.Compare(a.PURL, b.PURL) })
	return out, nil
}
