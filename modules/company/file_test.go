package company

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

func TestStateOf(t *testing.T) {
	t.Parallel()
	today := day.Of(2026, 6, 1)
	for _, c := range []struct {
		from, to, ended day.Date
		want            State
	}{
		{today.AddYears(-1), day.Date{}, day.Date{}, Valid},
		{today, today.AddDays(91), day.Date{}, Valid},
		{today, today.AddDays(90), day.Date{}, Soon},
		{today.AddYears(-1), today, day.Date{}, Soon}, // the last day counts
		{today.AddYears(-1), today.AddDays(-1), day.Date{}, Expired},
		{today.AddDays(1), today.AddYears(1), day.Date{}, NotYet},
		{today.AddYears(-1), today.AddYears(1), today, Ended},
		{today.AddYears(-1), today.AddYears(1), today.AddDays(1), Valid},
	} {
		require.Equal(t, c.want, stateOf(c.from, c.to, c.ended, today), "%+v", c)
	}
	require.Equal(t, Missing, agreementState(nil, today))
	old, newer := Agreement{SignedOn: today.AddYears(-2), ValidTo: today.AddYears(-1)}, Agreement{SignedOn: today.AddDays(-9), ValidTo: today.AddYears(1)}
	require.Equal(t, Valid, agreementState([]Agreement{newer, old}, today))
	require.Equal(t, Expired, agreementState([]Agreement{old}, today))
}

func TestCodeStandsInUntilThereIsOne(t *testing.T) {
	t.Parallel()
	c := Company{CompanyID: 123, RegionPath: "330784Z01"}
	require.Equal(t, "LS330784-000123", c.Code())
	c.CompanyID = 1_234_567
	require.Equal(t, "LS330784-1234567", c.Code())
	require.True(t, code.IsTemporary(c.Code()))
	c.USCC = "91330784MAXXXX0152"
	require.Equal(t, "91330784MAXXXX0152", c.Code())
	require.False(t, code.IsTemporary(c.Code()))
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	was := Card{Name: "甲厂", Division: "330784105", StaffCount: of[int32](9), Status: Active}
	is := was
	require.Empty(t, differences(7, was, is))
	is.USCC, is.StaffCount, is.LongitudeE6, is.LatitudeE6 = "91330784MAXXXX0152", nil, of[int32](120_012_345), of[int32](28_900_000)
	require.Equal(t, []FieldChange{
		{"code", "LS330784-000007", "91330784MAXXXX0152"},
		{"staffCount", "9", ""},
		{"location", "", "120.012345,28.900000"},
	}, differences(7, was, is))
}

func TestSizeFollowsTheNewestYear(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)
	c := Company{Industry: "3360", StaffCount: of[int32](350), RevenueFen: wan(3000)}
	c.classify(newest{})
	require.Equal(t, Medium, c.SizeClass)
	c.classify(newest{2025, of[int32](280)})
	require.Equal(t, Small, c.SizeClass, "the year's end counts, not today")

	p := Profile{StaffCount: of[int32](350), RevenueFen: of(int64(*c.RevenueFen)), Tags: []string{}}
	is, err := c.described(p, newest{2025, of[int32](280)}, now)
	require.NoError(t, err)
	require.Equal(t, Small, is.SizeClass, "the same figures are of the same year")
	p.RevenueFen = of(int64(*wan(3100)))
	is, err = c.described(p, newest{2024, of[int32](280)}, now)
	require.NoError(t, err)
	require.Equal(t, Medium, is.SizeClass, "new figures are of last year, whose head-count is not on file")
	is, err = c.described(p, newest{2025, of[int32](280)}, now)
	require.NoError(t, err)
	require.Equal(t, Small, is.SizeClass)

	require.True(t, is.AboveScale)
	is.AboveScalePinned, is.AboveScale = true, false
	is.classify(newest{})
	require.False(t, is.AboveScale, "what a regulator decided stays")
}

func TestLicenceSays(t *testing.T) {
	t.Parallel()
	e := LicenceEntry{Kind: "other", ValidFrom: day.Of(2026, 1, 1)}
	_, err := Licence{}.says(e)
	require.ErrorIs(t, err, ErrLicenceName)
	e.Name, e.ValidTo = " 排水许可证 ", day.Of(2025, 12, 31)
	_, err = Licence{}.says(e)
	require.ErrorIs(t, err, ErrDates)
	e.ValidTo, e.AttachmentIDs = day.Date{}, []id.Of[id.Attachment]{5, 3, 5}
	l, err := Licence{}.says(e)
	require.NoError(t, err)
	require.Equal(t, "排水许可证", l.Name)
	require.Equal(t, []int64{3, 5}, []int64(l.AttachmentIDs))
}

func TestWhoMovesALinkOn(t *testing.T) {
	t.Parallel()
	now, today := time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC), day.Of(2026, 6, 1)
	l := Link{CompanyID: 1, TenantID: 2, State: Proposed, FromOn: today.AddDays(-10)}
	landlord, tenant := rbac.Actor{CompanyID: 1}, rbac.Actor{CompanyID: 2, Name: "租户"}
	_, err := l.answered(Answer{true}, landlord, now)
	require.ErrorIs(t, err, rbac.ErrForbidden, "the landlord does not answer for the tenant")
	_, err = l.answered(Answer{true}, rbac.Actor{}, now)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	is, err := l.answered(Answer{true}, tenant, now)
	require.NoError(t, err)
	require.Equal(t, Confirmed, is.State)
	require.Equal(t, "租户", is.AnsweredBy)
	_, err = is.answered(Answer{}, tenant, now)
	require.ErrorIs(t, err, ErrAnswered)
	no, err := l.answered(Answer{}, tenant, now)
	require.NoError(t, err)
	require.Equal(t, Declined, no.State)

	_, err = no.closed(Ending{On: today}, today)
	require.ErrorIs(t, err, ErrNotInForce)
	_, err = is.closed(Ending{On: today.AddDays(1)}, today)
	require.ErrorIs(t, err, ErrFuture)
	_, err = is.closed(Ending{On: today.AddDays(-11)}, today)
	require.ErrorIs(t, err, ErrDates)
	end, err := is.closed(Ending{On: today, Reason: "搬离"}, today)
	require.NoError(t, err)
	require.Equal(t, LinkEnded, end.State)
	require.Equal(t, today, end.UntilOn)
	back, err := l.closed(Ending{On: today.AddDays(-20), Reason: "误"}, today)
	require.NoError(t, err, "a proposal is withdrawn whatever its dates")
	require.True(t, back.UntilOn.IsZero())
}
