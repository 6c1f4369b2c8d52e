package text_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"anbiao/kit/text"
)

func TestEveryCodeIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	count, lone := text.Codes()
	require.Empty(t, lone)
	require.Greater(t, count[text.Chinese], 50, "catalogues that hold nothing would agree, too")
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// A sentence that names a parameter the other language does not shows braces to somebody.
func TestLanguagesNameTheSameParameters(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("zh-CN/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		chinese, english := catalogue(t, f), catalogue(t, "en/"+filepath.Base(f))
		require.ElementsMatch(t, slices.Collect(maps.Keys(chinese)), slices.Collect(maps.Keys(english)), f)
		for code, s := range chinese {
			require.ElementsMatch(t, unique(placeholder.FindAllString(s, -1)), unique(placeholder.FindAllString(english[code], -1)), code)
			require.NotEmpty(t, strings.TrimSpace(s), code)
			require.NotEqual(t, s, english[code], code)
		}
	}
}

func catalogue(t *testing.T, path string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	m := map[string]string{}
	require.NoError(t, yaml.Unmarshal(b, &m), path)
	return m
}

func unique(s []string) []string { slices.Sort(s); return slices.Compact(s) }

func TestSay(t *testing.T) {
	t.Parallel()
	require.Equal(t, "不能小于 3", text.Say(text.Chinese, "validation.minimum", map[string]string{"value": "3"}))
	require.Equal(t, "Must be at least 3", text.Say(text.English, "validation.minimum", map[string]string{"value": "3"}))
	require.Equal(t, "no.such-code", text.Say(text.Chinese, "no.such-code", nil))
	require.False(t, text.Known(text.English, "no.such-code"))
	require.Contains(t, text.Say(text.English, "validation.minimum", map[string]string{"value": "{value}"}), "{value}", "a parameter's own braces stay")
}

func TestReaders(t *testing.T) {
	t.Parallel()
	require.Equal(t, text.Chinese, text.Of(context.Background()))
	require.Equal(t, text.English, text.Of(text.With(t.Context(), text.English)))
	for accept, want := range map[string]text.Lang{"": text.Chinese, "zh-Hans-CN": text.Chinese, "en-US,en;q=0.9,zh;q=0.8": text.English, "zh-CN,zh;q=0.9,en;q=0.8": text.Chinese, "*": text.Chinese} {
		require.Equal(t, want, text.Match(accept), accept)
	}
}

// FuzzMatch holds that any header means one of the languages.
func FuzzMatch(f *testing.F) {
	f.Add("en-GB;q=0.9, zh")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, accept string) {
		if l := text.Match(accept); l != text.Chinese && l != text.English {
			t.Fatalf("%q: %q", accept, l)
		}
	})
}

// FuzzSay holds that no parameter breaks a sentence.
func FuzzSay(f *testing.F) {
	f.Add("安{value}")
	f.Fuzz(func(t *testing.T, value string) {
		s := text.Say(text.Chinese, "validation.minimum", map[string]string{"value": value})
		if utf8.ValidString(value) && !utf8.ValidString(s) || !strings.HasSuffix(s, value) {
			t.Fatalf("%q: %q", value, s)
		}
	})
}
