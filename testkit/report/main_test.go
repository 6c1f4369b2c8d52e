package main

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	t.Parallel()
	const run = `{"Action":"output","Package":"a","Test":"TestGood","Output":"quiet\n"}
{"Action":"pass","Package":"a","Test":"TestGood"}
{"Action":"pass","Package":"a","Elapsed":1.5}
# a linker's warning
{"Action":"output","Package":"b","Test":"TestBad","Output":"b_test.go:7: wrong\n"}
{"Action":"fail","Package":"b","Test":"TestBad"}
{"Action":"fail","Package":"b"}
{"Action":"build-output","ImportPath":"c","Output":"c.go:1: does not build\n"}
{"Action":"build-fail","ImportPath":"c"}
{"Action":"fail","Package":"c","FailedBuild":"c"}
{"Action":"skip","Package":"d"}
`
	var out strings.Builder
	got, err := read(strings.NewReader(run), &out)
	if err != nil {
		t.Fatal(err)
	}
	if got.passed != 1 || got.failed != 2 {
		t.Errorf("%d passed, %d failed; want 1 and 2", got.passed, got.failed)
	}
	for _, want := range []string{"b_test.go:7: wrong", "c.go:1: does not build", "a linker's warning", "ok    a"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not printed:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "quiet") {
		t.Error("a passed test is not quiet")
	}
}

func TestNothingRead(t *testing.T) {
	t.Parallel()
	got, err := read(strings.NewReader(""), &strings.Builder{})
	if err != nil || got.passed+got.failed != 0 {
		t.Fatal(got, err)
	}
}
