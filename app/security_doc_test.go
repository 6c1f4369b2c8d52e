package main_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

const (
	securityPage = "docs/security.md"
	minAsked     = 200 // rows of ASVS: fewer, and the page has lost a part
)

var (
	declaresTest = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
	namesTest    = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*)(?:/[^`]*)?`")
	askedASVS    = regexp.MustCompile(`(?m)^\| (\d{1,2}\.\d{1,2}(?:\.\d{1,2})?) \|`)
	askedDJB     = regexp.MustCompile(`(?m)^\| (\d\.\d\.\d{1,2}\.\d{1,2}(?: [a-z])?) \|`)
)

// TestSecurityPage holds the page on security to the sources: a test it names exists, and it
// answers each requirement once.
func TestSecurityPage(t *testing.T) {
	t.Parallel()
	root := os.DirFS(sourceRoot)
	page, err := fs.ReadFile(root, securityPage)
	if err != nil {
		t.Fatal(err)
	}
	tests, err := testsBelow(root)
	if err != nil {
		t.Fatal(err)
	}
	proofs := namesTest.FindAllStringSubmatch(string(page), -1)
	if len(proofs) == 0 {
		t.Error("the page names no test")
	}
	for _, m := range proofs {
		if !tests[m[1]] {
			t.Errorf("%s names %s, which is no test", securityPage, m[1])
		}
	}
	asvs := askedASVS.FindAllStringSubmatch(string(page), -1)
	if len(asvs) < minAsked {
		t.Errorf("%s answers %d requirements of ASVS, fewer than %d", securityPage, len(asvs), minAsked)
	}
	seen := map[string]bool{}
	for _, m := range append(asvs, askedDJB.FindAllStringSubmatch(string(page), -1)...) {
		if seen[m[1]] {
			t.Errorf("%s answers %s twice", securityPage, m[1])
		}
		seen[m[1]] = true
	}
}

// testsBelow names every test and fuzz target of the sources.
func testsBelow(root fs.FS) (map[string]bool, error) {
	tests := map[string]bool{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(root, name, d.Name())
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		src, err := fs.ReadFile(root, name)
		for _, m := range declaresTest.FindAllSubmatch(src, -1) {
			tests[string(m[1])] = true
		}
		return err
	})
	return tests, err
}
