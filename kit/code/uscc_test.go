package code

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fault"
	"anbiao/kit/text"
)

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]USCC{
		"12100000400000624D":               "12100000400000624D",
		"12100000400002259P":               "12100000400002259P",
		"12100000470095016Q":               "12100000470095016Q",
		"9111000071093123XX":               "9111000071093123XX",
		"91110000710926094P":               "91110000710926094P",
		"91330784MAXXXX0152":               "91330784MAXXXX0152",
		"92330784MAXXXX023R":               "92330784MAXXXX023R",
		"93330784MAXXXX031H":               "93330784MAXXXX031H",
		"52330784MJXXXX042D":               "52330784MJXXXX042D",
		"N2330784MFXXXX0563":               "N2330784MFXXXX0563",
		"91330784maxxxx0152":               "91330784MAXXXX0152",
		" 91330784MAXXXX0152 ":             "91330784MAXXXX0152",
		"\ufeff91330784MAXXXX0152\u3000\n": "91330784MAXXXX0152",
		"９１３３０７８４ＭＡｘｘｘｘ０１５２": "91330784MAXXXX0152",
	} {
		got, warnings, err := Parse(in)
		require.NoError(t, err, in)
		require.Empty(t, warnings, in)
		require.Equal(t, want, got)
		_, err = Strict(in)
		require.NoError(t, err, in)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want *fault.Error
	}{
		{"91330784MAXXXX0153", ErrUSCCCheck.With("last", "3").With("expected", "2")},
		{"91337084MAXXXX0152", ErrUSCCCheck.With("last", "2").With("expected", "L")},
		{"91330784MAXXXX015", ErrUSCCLength.With("length", "17")},
		{"91330784MAXXXX01520", ErrUSCCLength.With("length", "19")},
		{"", ErrUSCCLength.With("length", "0")},
		{"91330784MAOXXX0152", ErrUSCCSign.With("sign", "O").With("position", "11")},
		{"91330784MAXX XX015", ErrUSCCSign.With("sign", " ").With("position", "13")},
		{"91330784MAXXXX015二", ErrUSCCSign.With("sign", "二").With("position", "18")},
		{"91330784MAXXXX015ı", ErrUSCCSign.With("sign", "I").With("position", "18")},
		{"91330A84MAXXXX0152", ErrUSCCDivision.With("sign", "A").With("position", "6")},
		{"000000000000000000", ErrUSCCPrefix.With("prefix", "00")},
		{"94330784MAXXXX015Q", ErrUSCCPrefix.With("prefix", "94")},
		{"330784000012345", ErrUSCCOld},
	} {
		_, _, err := Parse(c.in)
		require.ErrorIs(t, err, c.want, c.in)
		got, ok := errors.AsType[*fault.Error](err)
		require.True(t, ok)
		require.Equal(t, c.want.Params, got.Params, c.in)
		_, err = Strict(c.in)
		require.ErrorIs(t, err, c.want, c.in)
	}
}

func TestParseWarns(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]*fault.Error{
		"91330784MAXXXX010J": WarnUSCCInner,
		"91990784MAXXXX0153": WarnUSCCProvince,
	} {
		got, warnings, err := Parse(in)
		require.NoError(t, err, in)
		require.Equal(t, USCC(in), got)
		require.Len(t, warnings, 1)
		require.ErrorIs(t, warnings[0], want)
		_, err = Strict(in)
		require.ErrorIs(t, err, want)
	}
}

func TestMake(t *testing.T) {
	t.Parallel()
	seen := map[USCC]bool{}
	for seq := range 5000 {
		c, err := Make('9', '1', "330784", seq*5000)
		require.NoError(t, err)
		require.False(t, seen[c], c)
		seen[c] = true
	}
	for _, pair := range []string{"12", "52", "92", "93", "N2", "A1", "Y1"} {
		_, err := Make(pair[0], pair[1], "330784", 7)
		require.NoError(t, err, pair)
	}
	for _, bad := range []func() (USCC, error){
		func() (USCC, error) { return Make('9', '4', "330784", 0) },
		func() (USCC, error) { return Make('I', '1', "330784", 0) },
		func() (USCC, error) { return Make('9', '1', "3307", 0) },
		func() (USCC, error) { return Make('9', '1', "330784", makeSpan) },
		func() (USCC, error) { return Make('9', '1', "330784", -1) },
		func() (USCC, error) { return Make('9', '1', "990784", 1) },
	} {
		_, err := bad()
		require.Error(t, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("91330784MAXXXX0152")
	f.Add("９１３３０７８４ＭＡ\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		c, _, err := Parse(s)
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok {
				t.Fatalf("%q: %v is no fault", s, err)
			}
			return
		}
		if again, _, err := Parse(string(c)); err != nil || again != c {
			t.Fatalf("%q: %q is not stable", s, c)
		}
	})
}

func TestEveryFaultHasItsTexts(t *testing.T) {
	t.Parallel()
	for _, e := range []*fault.Error{
		ErrUSCCLength, ErrUSCCOld, ErrUSCCSign, ErrUSCCDivision, ErrUSCCPrefix, ErrUSCCCheck, WarnUSCCInner, WarnUSCCProvince,
		ErrResidentLength, ErrResidentOld, ErrResidentSign, ErrResidentRegion, ErrResidentBirth, ErrResidentCheck,
		ErrMobile, ErrPhone, ErrIndustry, ErrIndustryDivision, ErrIndustrySection, ErrDivision, ErrDivisionProvince, ErrPath,
	} {
		require.True(t, text.Known(text.Chinese, e.Code), e.Code)
		require.True(t, text.Known(text.English, e.Code), e.Code)
	}
}
