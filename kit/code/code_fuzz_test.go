package code

import (
	"errors"
	"testing"

	"anbiao/kit/day"
	"anbiao/kit/fault"
)

// FuzzCodes reads whatever stands where a number of a person, phone, industry or division is asked for.
func FuzzCodes(f *testing.F) {
	for _, s := range []string{"33078419870601123X", "138 0013 8000", "+8613800138000", "0579-87112233", "C3351", "330784105001", "３３０７８４", "", "\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseResident(s, day.Of(2026, 1, 1))
		isFault(t, s, err)
		if err == nil && len(r) != 18 {
			t.Fatalf("%q: %q", s, r)
		}
		m, err := Mobile(s)
		isFault(t, s, err)
		if again, err2 := Mobile(m); err == nil && (err2 != nil || again != m) {
			t.Fatalf("%q: %q is not stable", s, m)
		}
		_ = MaskPhone(s)
	})
}

func isFault(t *testing.T, s string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if _, ok := errors.AsType[*fault.Error](err); !ok {
		t.Fatalf("%q: %v is no fault", s, err)
	}
}
