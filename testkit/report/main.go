// Command report reads the JSON of go test from standard input, prints a line for each
// package and the whole output of what failed, and writes "passed failed" to a file:
//
//	go test -json ./... | go run ./testkit/report counts
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is what go test writes on a line, see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build output
	Test       string
	Output     string
	Elapsed    float64 // seconds
}

// tally is what became of the tests.
type tally struct {
	passed, failed, skipped int
	output                  map[string]*strings.Builder // of tests and packages still running
	broken                  map[string]bool             // packages with a failed test
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: report file-for-the-counts")
		os.Exit(2)
	}
	t, err := read(os.Stdin, os.Stdout)
	if err == nil {
		err = os.WriteFile(os.Args[1], fmt.Appendf(nil, "%d %d\n", t.passed, t.failed), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	if t.passed == 0 {
		fmt.Fprintln(os.Stderr, "report: no test was run")
	}
	if t.failed > 0 || t.passed == 0 {
		os.Exit(1)
	}
}

// read prints while it reads: a run that hangs shows where.
func read(from io.Reader, to io.Writer) (*tally, error) {
	t := &tally{output: map[string]*strings.Builder{}, broken: map[string]bool{}}
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(to, "%s", line) // not go test's: a linker's warning, the servers' trouble
			} else {
				t.take(e, to)
			}
		}
		if err == io.EOF {
			return t, nil
		} else if err != nil {
			return t, err
		}
	}
}

func (t *tally) take(e event, to io.Writer) {
	if e.Package == "" {
		e.Package = e.ImportPath
	}
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if t.output[key] == nil {
			t.output[key] = &strings.Builder{}
		}
		t.output[key].WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			t.end(e, to)
		} else {
			t.test(e, key, to)
		}
		delete(t.output, key)
	case "build-fail":
		t.say(key, to)
	}
}

// test counts one test; a parent is counted like its subtests.
func (t *tally) test(e event, key string, to io.Writer) {
	switch e.Action {
	case "pass":
		t.passed++
	case "skip":
		t.skipped++
		t.say(key, to)
	case "fail":
		t.failed++
		t.broken[e.Package] = true
		t.say(key, to)
	}
}

// end closes a package. One that failed without a failed test did not build, panicked or
// raced outside a test: that counts, too.
func (t *tally) end(e event, to io.Writer) {
	if e.Action == "skip" {
		return // no test files
	}
	word := "ok  "
	if e.Action == "fail" {
		word = "FAIL"
		t.say(e.Package+" ", to)
		if !t.broken[e.Package] {
			t.failed++
		}
	}
	fmt.Fprintf(to, "%s  %-40s %7.1f s\n", word, e.Package, e.Elapsed)
}

func (t *tally) say(key string, to io.Writer) {
	if b := t.output[key]; b != nil {
		fmt.Fprint(to, b.String())
	}
}
