package code

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

func TestResident(t *testing.T) {
	t.Parallel()
	today := day.Of(2026, 3, 31)
	for _, s := range []string{
		"11010519491231002X", "11010519491231002x", "440524188001010014", "330784199001010001",
		"330784200002290004", "330784198506150005", " ３３０７８４１９９００１０１０００１",
	} {
		r, err := ParseResident(s, today)
		require.NoError(t, err, s)
		require.Equal(t, Resident(Normalise(s)), r)
	}
	for s, want := range map[string]error{
		"110105194912310021": ErrResidentCheck,
		"330784199902290004": ErrResidentBirth,
		"330784199013010009": ErrResidentBirth,
		"330784203012310009": ErrResidentBirth,
		"33078419900101001":  ErrResidentLength,
		"":                   ErrResidentLength,
		"330784900101001":    ErrResidentOld,
		"33078419900101000I": ErrResidentSign,
		"33078419900101000二": ErrResidentSign,
		"X30784199001010001": ErrResidentSign,
		"990784199001010001": ErrResidentCheck, // a foreigner's permit, wrong check
		"660784199001010001": ErrResidentRegion,
	} {
		_, err := ParseResident(s, today)
		require.ErrorIs(t, err, want, s)
	}
}

func TestResidentTells(t *testing.T) {
	t.Parallel()
	r := MakeResident("330784", day.Of(1990, 1, 1), 0)
	require.Equal(t, Resident("330784199001010001"), r)
	require.Equal(t, "330784********0001", r.Mask())
	require.Equal(t, day.Of(1990, 1, 1), r.Born())
	require.False(t, r.Male())
	require.True(t, MakeResident("330784", day.Of(1990, 1, 1), 1).Male())
	require.Equal(t, "***", Resident("123").Mask())
	_, err := ParseResident(string(MakeResident("810000", day.Of(2026, 3, 31), 2)), day.Of(2026, 3, 31))
	require.NoError(t, err, "born today, with a residence permit")
}

func TestPhones(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"13812345678": "13812345678", "+86 138-1234-5678": "13812345678", "１３８１２３４５６７８": "13812345678",
		"0574-87364008": "0574-87364008", "057487364008": "057487364008", "0579-87123456-801": "0579-87123456-801",
		"（0574）87364008": "0574-87364008", "12350": "12350", "12345": "12345", "119": "119", "120": "120", "110": "110",
	} {
		got, err := Phone(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got)
	}
	for _, in := range []string{"", "12812345678", "1381234567", "138123456789", "87364008", "0574-17364008", "12351", "phone"} {
		_, err := Phone(in)
		require.ErrorIs(t, err, ErrPhone, in)
		_, err = Mobile(in)
		require.ErrorIs(t, err, ErrMobile, in)
	}
	require.Equal(t, "138****5678", MaskPhone("13812345678"))
	require.Equal(t, "***********08", MaskPhone("0574-87364008"))
	require.Equal(t, "12350", MaskPhone("12350"))
}

func TestIndustry(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"C3360": "3360", "3360": "3360", "c33": "33", "Ｃ３３６": "336", "A01": "01", "T9700": "9700",
		"D4430": "4430", "B0610": "0610", "S91": "91", "P83": "83",
	} {
		got, err := Industry(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got)
	}
	for in, want := range map[string]error{
		"": ErrIndustry, "C": ErrIndustry, "3": ErrIndustry, "33605": ErrIndustry, "U33": ErrIndustry, "33C": ErrIndustry,
		"00": ErrIndustryDivision, "9800": ErrIndustryDivision, "A3360": ErrIndustrySection, "D43": ErrIndustrySection,
	} {
		_, err := Industry(in)
		require.ErrorIs(t, err, want, in)
	}
	edges := "A01 A05 B06 B12 C13 C43 D44 D46 E47 E50 F51 F52 G53 G60 H61 H62 I63 I65 J66 J69 K70 L71 L72 M73 M75 " +
		"N76 N79 O80 O82 P83 Q84 Q85 R86 R90 S91 S96 T97"
	for i := 0; i < len(edges); i += 4 {
		require.Equal(t, edges[i:i+1], Section(edges[i+1:i+3]))
	}
	require.Empty(t, Section("3"))
}

func TestDivision(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"33": "33", "3307": "3307", "330784": "330784", "330784105": "330784105", "330784105201": "330784105201",
		"330784000000": "330784", "330784000": "330784", "330700": "3307", "330000": "33", "3300": "33",
		"441900003": "441900003", "441900": "4419", "３３０７８４": "330784",
	} {
		got, err := Division(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got)
	}
	for in, want := range map[string]error{
		"": ErrDivision, "3": ErrDivision, "33078": ErrDivision, "330784105201001": ErrDivision, "33078A": ErrDivision,
		"330784Z01": ErrDivision, "99": ErrDivisionProvince, "000000": ErrDivisionProvince,
	} {
		_, err := Division(in)
		require.ErrorIs(t, err, want, in)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	county, err := ParsePath("330784")
	require.NoError(t, err)
	require.Equal(t, County, county.Level())
	require.Equal(t, Path("3307"), county.Parent())
	require.Equal(t, Path("33"), county.Up(Province))
	require.Equal(t, county, county.Up(Grid))
	require.Equal(t, Path(""), Path("").Parent())
	require.Equal(t, Path(""), Path("33").Parent())

	zone, err := county.Child(Zone(1))
	require.NoError(t, err)
	require.Equal(t, Path("330784Z01"), zone)
	require.Equal(t, Town, zone.Level())
	require.True(t, county.Contains(zone))
	require.False(t, zone.Contains(county))
	require.False(t, Path("330784").Contains("330785"))

	from, to := county.Range()
	for _, in := range []string{"330784", "330784001", "330784105201003", "330784Z01", "330784ZZZ"} {
		require.True(t, from <= in && in < to, in)
	}
	for _, out := range []string{"3307", "330783ZZZ", "330785", "34"} {
		require.False(t, from <= out && out < to, out)
	}
	for _, bad := range []string{"3", "330784z01", "330784 01", "3307841", "330784105201003001"} {
		_, err := ParsePath(bad)
		require.ErrorIs(t, err, ErrPath, bad)
	}
	for _, bad := range []string{"", "1", "Z1", "0001", "~01"} {
		_, err := county.Child(bad)
		require.ErrorIs(t, err, ErrPath, bad)
	}
	_, err = Path("330784105201003").Child("001")
	require.ErrorIs(t, err, ErrPath)
}
