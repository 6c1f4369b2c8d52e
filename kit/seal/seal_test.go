package seal

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	number = "330784199001010001"
	column = "staff_person.identity_number"
)

var (
	current = []byte("a master secret of some length..")
	former  = []byte("the master secret of last year..")
)

func TestSealOpens(t *testing.T) {
	t.Parallel()
	f := New(current).Field(7)
	for _, plain := range []string{"", number, "身份证\x00\xff"} {
		sealed := f.Seal(plain, column)
		require.Len(t, sealed, len(plain)+33)
		got, err := f.Open(sealed, column)
		require.NoError(t, err)
		require.Equal(t, plain, got)
	}
	a, b := f.Seal(number, column), f.Seal(number, column)
	require.NotEqual(t, a, b, "equal values look different")
	require.NotContains(t, string(a), number)
	require.False(t, f.Stale(a))
}

func TestSealIsBound(t *testing.T) {
	t.Parallel()
	box := New(current)
	sealed := box.Field(7).Seal(number, column)
	_, err := box.Field(8).Open(sealed, column)
	require.ErrorIs(t, err, ErrTampered, "another company")
	_, err = box.Field(7).Open(sealed, "staff_person.phone")
	require.ErrorIs(t, err, ErrTampered, "another column")
	_, err = New(former).Field(7).Open(sealed, column)
	require.ErrorIs(t, err, ErrUnknownKey)
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		_, err := box.Field(7).Open(changed, column)
		require.Error(t, err, "byte %d", i)
	}
	for n := range sealed {
		_, err := box.Field(7).Open(sealed[:n], column)
		require.Error(t, err, "first %d bytes", n)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	before, after := New(former).Field(7), New(current, former).Field(7)
	old := before.Seal(number, column)
	got, err := after.Open(old, column)
	require.NoError(t, err)
	require.Equal(t, number, got)
	require.True(t, after.Stale(old))
	require.True(t, after.Stale(nil))
	fresh := after.Seal(number, column)
	require.False(t, after.Stale(fresh))
	_, err = before.Open(fresh, column)
	require.ErrorIs(t, err, ErrUnknownKey)
	require.Equal(t, [][]byte{after.Index(number, column), before.Index(number, column)}, after.Indexes(number, column))
}

func TestIndex(t *testing.T) {
	t.Parallel()
	f := New(current).Field(7)
	require.Equal(t, f.Index(number, column), New(current).Field(7).Index(number, column))
	require.NotEqual(t, f.Index(number, column), New(current).Field(8).Index(number, column))
	require.NotEqual(t, f.Index(number, column), f.Index(number, "other.column"))
	require.NotEqual(t, f.Index(number, column), f.Index(number[1:], column))
}

func TestDerive(t *testing.T) {
	t.Parallel()
	box := New(current, former)
	require.Len(t, box.Derive("totp"), 32)
	require.NotEqual(t, box.Derive("totp"), box.Derive("photo"))
	require.Equal(t, [][]byte{box.Derive("totp"), New(former).Derive("totp")}, box.DeriveEach("totp"))
	require.Equal(t, "3c53ed873a12e7a4", hex.EncodeToString(box.Derive("stable")[:8]),
		"a change of derivation loses every sealed field in the field")
	require.Panics(t, func() { New([]byte("short")) })
}

func TestMask(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "12345": "*****", "123456": "****56", "1234567890": "********90", "12345678901": "123****8901",
		number: "330***********0001", "证字第一二三四五六七八号": "证字第*****六七八号",
	} {
		require.Equal(t, want, Mask(in), in)
	}
	require.Equal(t, "王**", MaskName("王小明"))
	require.Equal(t, "*", MaskName("王"))
}
