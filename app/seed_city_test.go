package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/app/newcity"
	"anbiao/kit/db"
	"anbiao/modules/division"
	"anbiao/modules/feature"
	"anbiao/rbac"
	"anbiao/testkit"
)

// seeded is a house whose database knows the areas and nothing else.
func seeded(t *testing.T) (*testkit.W, *house) {
	t.Helper()
	w := testkit.World(t)
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) }))
	h := bare(w.Gate)
	h.account.BaseURL = "https://anbiao.example"
	return w, h
}

func jinhua(t *testing.T, profile string) newcity.Order {
	t.Helper()
	p, err := newcity.ReadProfile([]byte(profile))
	require.NoError(t, err)
	return newcity.Order{Region: "330700", Name: "金华市", Profile: p}
}

// counted are the rows that a seed makes or might make twice.
const counted = `SELECT (SELECT count(*) FROM account_organisation)::text || ' ' || (SELECT count(*) FROM account_pass) || ' ' || (SELECT count(*) FROM account_membership)
	|| ' ' || (SELECT count(*) FROM feature_setting) || ' ' || (SELECT count(*) FROM selfreport_profile) || ' ' || (SELECT count(*) FROM audit_entry)`

func TestACityIsBroughtInOnce(t *testing.T) {
	t.Parallel()
	w, h := seeded(t)
	const profile = `
offices:
  city: {names: ["{name}应急管理局"], role: city, guest: "{name}管理员"}
  county: {names: ["{name}应急管理局", "{above}{name}应急管理局"], role: county, guest: "{name}管理员"}
  town: {names: ["{name}应急消防管理站"], role: town, guest: "{name}管理员"}
features: {upload: "off"}
reporting: [{rule: ningbo, basis: "金应急〔2026〕1号"}]
`
	o := jinhua(t, profile)
	secrets := filepath.Join(t.TempDir(), "links")
	var said bytes.Buffer
	require.NoError(t, h.seedCity(t.Context(), o, secrets, &said))
	info, err := os.Stat(secrets)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	links, err := os.ReadFile(secrets)
	require.NoError(t, err)
	require.Len(t, regexp.MustCompile(`https://anbiao\.example/invitation/[\w-]{43}`).FindAll(links, -1), 10, "the city and its nine counties")
	require.NotContains(t, said.String(), "/invitation/")
	require.Contains(t, said.String(), "12 of 12 changed")
	require.Equal(t, []string{"{3307}", "{330702}"}, testkit.All[string](t, w, "SELECT areas::text FROM account_organisation WHERE name IN ('金华市应急管理局', '婺城区应急管理局') ORDER BY id"))
	require.Equal(t, "off", testkit.One[string](t, w, "SELECT value FROM feature_setting WHERE region_path = '3307' AND feature = 'upload'"))
	require.Equal(t, "3307", testkit.One[string](t, w, "SELECT area FROM selfreport_profile WHERE profile = 'ningbo'"))
	require.Equal(t, int64(1), testkit.One[int64](t, w, "SELECT count(DISTINCT request_id) FROM audit_entry WHERE action = 'account.seed-city'"), "in the trail")

	was := testkit.One[string](t, w, counted)
	said.Reset()
	require.NoError(t, h.seedCity(t.Context(), o, "", &said))
	require.Equal(t, was, testkit.One[string](t, w, counted), "done again it changes nothing")
	require.Contains(t, said.String(), "0 of 12 changed")
	require.NotContains(t, said.String(), "/invitation/")

	require.ErrorIs(t, h.seedCity(t.Context(), o, secrets, &said), os.ErrExist, "a file that is there is not written over")
	w.Exec(t, "UPDATE account_pass SET expires_at = now() - interval '1 day' WHERE organisation_id = (SELECT id FROM account_organisation WHERE name = '婺城区应急管理局')")
	said.Reset()
	require.NoError(t, h.seedCity(t.Context(), o, "", &said))
	require.Contains(t, said.String(), "1 of 12 changed", "an invitation that ran out is made anew")
	require.Len(t, regexp.MustCompile(`/invitation/`).FindAllString(said.String(), -1), 1)
}

func TestACityWithTownsAndAnAccount(t *testing.T) {
	t.Parallel()
	w, h := seeded(t)
	w.Exec(t, "INSERT INTO account_organisation (kind, name, areas) VALUES ('regulator', '永康市应急管理局', '{999999}'), ('regulator', '老名称', '{330783}')")
	o := jinhua(t, "")
	o.Towns, o.Phone = true, "13812345678"
	var said bytes.Buffer
	require.NoError(t, h.seedCity(t.Context(), o, "", &said))
	require.Equal(t, "金华市永康市应急管理局", testkit.One[string](t, w, "SELECT name FROM account_organisation WHERE areas = '{330784}'"), "the name was another's")
	require.Equal(t, "老名称", testkit.One[string](t, w, "SELECT name FROM account_organisation WHERE areas = '{330783}'"), "whoever covers the area is its office")
	require.Equal(t, int64(16), testkit.One[int64](t, w, "SELECT count(*) FROM account_organisation WHERE areas[1] LIKE '330784___'"), "towns and zones")
	password := regexp.MustCompile(`login 13812345678, password (\S{20}),`).FindStringSubmatch(said.String())
	require.Len(t, password, 2)
	require.Equal(t, "true city", testkit.One[string](t, w, "SELECT p.must_change::text || ' ' || m.roles[1] FROM account_person p JOIN account_membership m ON m.person_id = p.id WHERE p.phone = '13812345678'"))
	was := testkit.One[string](t, w, counted)
	require.NoError(t, h.seedCity(t.Context(), o, "", &said))
	require.Equal(t, was, testkit.One[string](t, w, counted))
}

func TestACityThatCannotBeBroughtIn(t *testing.T) {
	t.Parallel()
	w, h := seeded(t)
	was := testkit.One[string](t, w, counted)
	for name, c := range map[string]struct {
		edit func(*newcity.Order)
		is   error
		says string
	}{
		"no code of a city": {func(o *newcity.Order) { o.Region = "330702" }, newcity.ErrRegion, "330702"},
		"no code at all":    {func(o *newcity.Order) { o.Region = "金华" }, newcity.ErrRegion, "金华"},
		"unknown":           {func(o *newcity.Order) { o.Region = "410100" }, newcity.ErrAbsent, "the city 4101; its counties (paths 410101 to 410199)"},
		"another city":      {func(o *newcity.Order) { o.Name = "宁波市" }, newcity.ErrName, "3307 is 金华市, not 宁波市"},
		"no such feature":   {func(o *newcity.Order) { o.Features = map[string]feature.Value{"nothing": "off"} }, nil, "feature.unknown"},
		"no such rule":      {func(o *newcity.Order) { o.Reporting = []newcity.Rule{{Rule: "nowhere"}} }, nil, "selfreport.profile"},
	} {
		o := jinhua(t, "")
		c.edit(&o)
		secrets := filepath.Join(t.TempDir(), "links")
		err := h.seedCity(t.Context(), o, secrets, &bytes.Buffer{})
		require.ErrorContains(t, err, c.says, name)
		if c.is != nil {
			require.ErrorIs(t, err, c.is, name)
		}
		require.NoFileExists(t, secrets, name)
		require.Equal(t, was, testkit.One[string](t, w, counted), "%s: all or nothing", name)
	}
	for _, bad := range []string{"offices: {}", "features: {upload: perhaps}", "colour: red"} {
		_, err := newcity.ReadProfile([]byte(bad))
		require.Error(t, err, bad)
	}
}
