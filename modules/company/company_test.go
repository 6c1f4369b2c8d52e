package company

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

func of[T any](v T) *T { return &v }

// wan is an amount in 10,000 yuan.
func wan(n int64) *fen.Amount { return of(fen.Amount(n * tenThousand)) }

func TestSizeOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		industry string
		staff    *int32
		revenue  *fen.Amount
		assets   *fen.Amount
		want     Size
	}{
		{"3360", of[int32](350), wan(3000), nil, Medium},
		{"3360", of[int32](350), wan(1900), nil, Small},
		{"3360", of[int32](1200), wan(39000), nil, Medium},
		{"3360", of[int32](1200), wan(40000), nil, Large},
		{"3360", of[int32](25), wan(200), nil, Micro},
		{"3360", of[int32](19), wan(5000), nil, Micro},
		{"3360", of[int32](20), wan(300), nil, Small},
		{"3360", of[int32](19), nil, nil, Micro}, // whatever the revenue is
		{"3360", of[int32](350), nil, nil, SizeUnknown},
		{"3360", nil, wan(299), nil, Micro},
		{"3360", nil, nil, nil, SizeUnknown},
		{"47", nil, wan(6000), wan(5000), Medium},
		{"47", nil, wan(6000), wan(4999), Small},
		{"5171", of[int32](5), wan(1000), nil, Small},
		{"7010", nil, wan(200000), wan(10000), Large},
		{"83", of[int32](100), wan(1000), nil, SizeUnknown}, // education has no class
		{"", of[int32](100), wan(1000), nil, SizeUnknown},
	} {
		require.Equal(t, c.want, SizeOf(c.industry, c.staff, c.revenue, c.assets), "%+v", c)
	}
	require.True(t, AboveScale("3360", wan(2000)))
	require.False(t, AboveScale("3360", wan(1999)))
	require.False(t, AboveScale("5171", wan(90000)))
	require.False(t, AboveScale("3360", nil))
}

func TestNewCompany(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	good := Registration{
		Name: "永康市测试五金有限公司", USCC: " 91330784maxxxx0152 ", Division: "330784105", Industry: "C3360",
		Profile: Profile{StaffCount: of[int32](46), RevenueFen: of(int64(2300 * tenThousand)), Tags: []string{"press", "combustible_dust", "press"}, ContactPhone: "0579-8712 3456"},
	}
	c, err := newCompany(good, now)
	require.NoError(t, err)
	require.Equal(t, "91330784MAXXXX0152", c.USCC)
	require.Equal(t, "3360", c.Industry)
	require.Equal(t, Small, c.SizeClass)
	require.True(t, c.AboveScale)
	require.Equal(t, int16(1), c.SiteNo)
	require.Equal(t, []string{"combustible_dust", "press"}, []string(c.Tags))
	require.Equal(t, "0579-87123456", c.ContactPhone)

	for want, bend := range map[error]func(*Registration){
		code.ErrUSCCCheck:       func(r *Registration) { r.USCC = "91330784MAXXXX0153" },
		code.ErrUSCCOld:         func(r *Registration) { r.USCC = "330784000012345" },
		code.ErrIndustrySection: func(r *Registration) { r.Industry = "A3360" },
		code.ErrPhone:           func(r *Registration) { r.ContactPhone = "123" },
		ErrTag:                  func(r *Registration) { r.Tags = []string{"rocket"} },
	} {
		r := good
		bend(&r)
		_, err := newCompany(r, now)
		require.ErrorIs(t, err, want)
	}
}

func TestGazetteer(t *testing.T) {
	t.Parallel()
	places := []place{
		{"33", "浙江省", nil},
		{"3307", "金华市", nil},
		{"330784", "永康市", nil},
		{"330783", "东阳市", nil},
		{"330784105", "石柱镇", nil},
		{"330784Z01", "经济开发区", []string{"永康经济开发区"}},
		{"330783100", "巍山镇", nil},
		{"330784001", "东城街道", nil},
		{"330783009", "东城街道", nil},
	}
	lines := map[string]int16{"工贸及综合": 0, "0": 0, "危险化学品": 1, "1": 1}
	county := newGazetteer(rbac.Actor{Areas: []string{"330784"}}, places, lines)
	city := newGazetteer(rbac.Actor{Areas: []string{"3307"}}, places, lines)
	for said, want := range map[string]string{
		"石柱镇": "330784105", " 永康市石柱镇": "330784105", "浙江省金华市永康市石柱镇": "330784105", "330784105": "330784105",
		"330784105000": "330784105", "永康经济开发区": "330784Z01", "经济开发区": "330784Z01", "330784-Z01": "330784Z01",
		"330784-z01": "330784Z01", "东城街道": "330784001",
	} {
		got, err := county.find(said)
		require.Nil(t, err, said)
		require.Equal(t, want, got, said)
	}
	for said, want := range map[string]error{
		"永康市": ErrRosterWide, "330784": ErrRosterWide, "巍山镇": ErrRosterOutside, "330783100": ErrRosterOutside, "不存在镇": ErrRosterDivision, "330784999": ErrRosterDivision,
	} {
		_, err := county.find(said)
		require.ErrorIs(t, err, want, said)
	}
	_, err := city.find("东城街道")
	require.ErrorIs(t, err, ErrRosterAmbiguous)

	limited := newGazetteer(rbac.Actor{Areas: []string{"330784"}, Lines: []int16{1}}, places, lines)
	l, err := limited.line("")
	require.Nil(t, err)
	require.Equal(t, int16(1), l)
	_, err = limited.line("工贸及综合")
	require.ErrorIs(t, err, ErrRosterLine)
}

func TestReadEntryNamesEveryBadCell(t *testing.T) {
	t.Parallel()
	g := newGazetteer(rbac.Actor{Areas: []string{"330784"}}, []place{{"330784105", "石柱镇", nil}}, map[string]int16{"0": 0})
	row := sheet.Row{Number: 7, Values: map[string]string{
		"name": "厂", "uscc": "91330784MAOXXX0152", "division": "某镇", "industry": "99", "line": "火星", "phone": "12", "staff": "-1", "site": "0", "revenue": "-5", "tags": "火箭",
	}}
	readEntry(0, &row, g)
	codes := map[string]string{}
	for _, f := range row.Faults {
		require.Equal(t, 7, f.Row)
		codes[f.Column] = f.Code
	}
	require.Equal(t, map[string]string{
		"name": "company.roster-name", "uscc": "code.uscc-sign", "division": "company.roster-division", "industry": "code.industry-division", "line": "company.roster-line",
		"phone": "code.phone", "staff": "company.roster-range", "site": "company.roster-range", "revenue": "company.roster-range", "tags": "company.tag",
	}, codes)

	row = sheet.Row{Number: 8, Values: map[string]string{"name": "无证小厂", "uscc": "ls330784-000123", "division": "石柱镇", "revenue": "12.345"}}
	e := readEntry(0, &row, g)
	require.Empty(t, row.Faults)
	require.Empty(t, e.USCC)
	require.Equal(t, fen.Amount(12_345_000), *e.RevenueFen)
}

func TestRosterIdentity(t *testing.T) {
	t.Parallel()
	row := func(uscc, site, name string) sheet.Row {
		return sheet.Row{Values: map[string]string{"uscc": uscc, "site": site, "name": name, "division": "石柱镇"}}
	}
	require.Equal(t, RosterIdentity(row("91330784maxxxx0152", "", "甲")), RosterIdentity(row("91330784MAXXXX0152 ", "1", "乙")))
	require.NotEqual(t, RosterIdentity(row("91330784MAXXXX0152", "1", "甲")), RosterIdentity(row("91330784MAXXXX0152", "2", "甲")))
	require.NotEqual(t, RosterIdentity(row("无", "", "甲")), RosterIdentity(row("无", "", "乙")))
	require.Equal(t, RosterIdentity(row("无", "", "甲（厂）")), RosterIdentity(row("", "", "甲(厂)")))
}

func TestMergedKeepsWhatARowDoesNotSay(t *testing.T) {
	t.Parallel()
	was := Company{RegionPath: "330784105001", Industry: "3360", Address: "旧址", ContactName: "张", Tags: []string{"press"}}
	was.rename("甲厂")
	e := entry{says: map[string]bool{"name": true, "division": true}}
	e.rename("甲厂")
	e.RegionPath = "330784105"
	is, differs := e.merged(was, newest{}, day.Of(2026, 6, 1))
	require.False(t, differs)
	require.Equal(t, was, is)
	e.says["address"], e.Address = true, "新址"
	is, differs = e.merged(was, newest{}, day.Of(2026, 6, 1))
	require.True(t, differs)
	require.Equal(t, "新址", is.Address)
	require.Equal(t, "张", is.ContactName)
	require.Equal(t, "330784105001", is.RegionPath, "the grid inside the named town stays")
}
