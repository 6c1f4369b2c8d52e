package activation

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
)

func TestReadKey(t *testing.T) {
	t.Parallel()
	token, typed := newSecrets()
	require.Len(t, token, 22)
	require.Len(t, typed, codeLength)
	for in, want := range map[string]string{
		shown(typed): typed, " " + strings.ToLower(typed) + " ": typed, "ＡＢＣＤ－２３４５": "ABCD2345", "abcd 2345": "ABCD2345",
	} {
		got, isCode := readKey(in)
		require.True(t, isCode, in)
		require.Equal(t, want, got)
	}
	got, isCode := readKey(" " + token + "\n")
	require.False(t, isCode)
	require.Equal(t, token, got)
}

func TestSecretsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 5000 {
		token, typed := newSecrets()
		require.False(t, seen[token] || seen[typed])
		seen[token], seen[typed] = true, true
		require.Empty(t, strings.Trim(typed, letters))
	}
}

func TestSlipOpen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		slip Slip
		want error
	}{
		"good":                 {Slip{ExpiresAt: now.Add(time.Second)}, nil},
		"its last second gone": {Slip{ExpiresAt: now}, ErrExpired},
		"used, then expired":   {Slip{ExpiresAt: now, UsedAt: &now}, ErrUsed},
		"revoked":              {Slip{ExpiresAt: now.Add(time.Hour), RevokedAt: &now}, ErrRevoked},
	} {
		require.ErrorIs(t, c.slip.open(now), c.want, name)
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	require.Equal(t, "永康市*****加工", mask("永康市芝英镇大勇加工"))
	require.Equal(t, "大****", mask("大勇五金厂"))
	require.Equal(t, "厂", mask("厂"))
}

func TestWhence(t *testing.T) {
	t.Parallel()
	require.Equal(t, "192.0.2.7", whence("192.0.2.7"))
	require.Equal(t, "192.0.2.7", whence("::ffff:192.0.2.7"))
	require.Equal(t, whence("2001:db8:1:2::1"), whence("2001:db8:1:2:ffff::9"), "one network is one place")
	require.NotEqual(t, whence("2001:db8:1:2::1"), whence("2001:db8:1:3::1"))
	require.Equal(t, "unknown", whence(""))
}

func TestRoles(t *testing.T) {
	t.Parallel()
	few, many := int32(19), int32(20)
	require.True(t, micro(&few))
	require.False(t, micro(&many))
	require.True(t, micro(nil))
	require.Equal(t, []string{"principal", "safety"}, rolesFor(true, "safety"), "one person is both")
	require.Equal(t, []string{"safety"}, rolesFor(false, "safety"))
	require.Equal(t, []string{"principal", "safety"}, rolesFor(false, "principal"))
}

func TestFormLimits(t *testing.T) {
	t.Parallel()
	seats := func(n int) (out []Seat) {
		for i := range n {
			out = append(out, Seat{Name: string(rune('甲' + i))})
		}
		return out
	}
	for name, c := range map[string]struct {
		form Form
		want error
	}{
		"nineteen people, five posts": {Form{StaffCount: 19, Posts: seats(5)}, nil},
		"twenty people":               {Form{StaffCount: 20, Posts: seats(1)}, ErrNotMicro},
		"six posts":                   {Form{StaffCount: 3, Posts: seats(6)}, ErrPosts},
		"no post":                     {Form{StaffCount: 3}, ErrPostNeeded},
		"a post twice":                {Form{StaffCount: 3, Posts: []Seat{{Name: "老板"}, {Name: " 老板 "}}}, ErrPostTwice},
		"a blank post":                {Form{StaffCount: 3, Posts: []Seat{{Name: " "}}}, ErrPostTwice},
	} {
		require.ErrorIs(t, c.form.check(), c.want, name)
	}
}

func TestStarters(t *testing.T) {
	t.Parallel()
	f := Form{Posts: []Seat{{Name: "老板", Mine: true, Person: "谁", Phone: "1"}, {Name: "冲压工", Person: " 张 三 ", Phone: "13800000000"}, {Name: "焊工", Phone: "13800000001"}, {Name: "电工"}}}
	got, names := f.starters(id.Of[id.Staff](7), []string{"电工"})
	require.Equal(t, []string{"老板", "冲压工", "焊工", "电工"}, names)
	require.Equal(t, []Starter{
		{PostName: "老板", StaffID: 7},
		{PostName: "冲压工", Name: "张 三", Phone: "13800000000"},
		{PostName: "焊工"},
	}, got, "a post set up before is not made again; nobody's post has no number")
}

func TestTagged(t *testing.T) {
	t.Parallel()
	c := Card{Industry: "3389", Tags: []string{"press", "contractor", "gongmao"}}
	require.Equal(t, []string{"contractor", "electrical", "fire", "gongmao", "grinder", "industry_machinery"}, c.tagged([]string{"grinder"}, Asked),
		"what is not asked about stays, what was unticked goes, the industry says which rules concern it")
	require.Equal(t, []string{"gongmao", "industry_light"}, sector("1951"))
	require.Equal(t, []string{"gongmao"}, sector("5263"))
	require.Empty(t, sector("2661"), "chemicals: the firm says so itself")
	require.Empty(t, sector(""))
}
