package certificate_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/certificate"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestGapsFollowFromPosts(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	welder, cleaner := p.post(t, "焊工", "welder"), p.post(t, "保洁", "general_employee")
	ann, bob, eve := p.person(t, "安", "A1"), p.person(t, "包", "A2"), p.person(t, "蔡", "A3")
	for _, who := range []id.Of[id.Staff]{ann, bob} {
		p.seat(t, who, welder)
	}
	p.seat(t, eve, cleaner)
	assert.Len(t, p.gaps(t, "missing"), 2, "two welders without, a cleaner needs nothing")

	p.card(t, ann, "special_operation", "SO0202", june1.AddMonths(-12)) // one of several operations is enough
	p.card(t, bob, "special_operation", "SO0102", june1.AddMonths(-12)) // of an electrician
	got := p.gaps(t, "gaps")
	require.Len(t, got, 1)
	assert.Equal(t, bob, got[0].StaffID)
	assert.Equal(t, certificate.Missing, got[0].State)
	assert.Len(t, p.gaps(t, "unverified"), 1)

	lapsed := p.card(t, bob, "special_operation", "SO0201", june1.AddMonths(-37))
	got = p.gaps(t, "lapsed")
	require.Len(t, got, 1)
	assert.Equal(t, lapsed, got[0].Card.ID)
	p.Exec(t, "UPDATE staff_assignment SET until_on = '2026-05-31' WHERE staff_id = $1", int64(bob))
	assert.Empty(t, p.gaps(t, "gaps"), "who no longer holds the post needs nothing")
}

func TestACompanyAddsToTheNeedsOfAPost(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	post := p.post(t, "保洁", "general_employee")
	p.seat(t, p.holder.StaffID, post)
	_, err := p.certs.Need(p.safety, certificate.NeedEntry{PostID: 999, Kind: "first_aid"})
	require.ErrorIs(t, err, certificate.ErrPost)
	n, err := p.certs.Need(p.safety, certificate.NeedEntry{PostID: post, Kind: "first_aid", Note: "厂里规定"})
	require.NoError(t, err)
	_, err = p.certs.Need(p.safety, certificate.NeedEntry{PostID: post, Kind: "first_aid"})
	require.ErrorIs(t, err, certificate.ErrNeeded)
	got := p.gaps(t, "gaps")
	require.Len(t, got, 1)
	assert.Empty(t, got[0].Want.Basis, "the company's own")
	mine, err := p.certs.MyGaps(rbac.WithActor(t.Context(), p.holder))
	require.NoError(t, err)
	require.Len(t, mine, 1)
	require.NoError(t, p.certs.Unneed(p.safety, n))
	assert.Empty(t, p.gaps(t, "all"))
}

func TestGapsAreReadPageByPage(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	post := p.post(t, "焊工电工", "welder", "electrician")
	for _, name := range []string{"丁", "丙", "乙", "甲", "戊"} {
		p.seat(t, p.person(t, name, ""), post)
	}
	var seen []string
	f := certificate.GapFilter{State: "gaps", Query: page.Query{Limit: 3}}
	for range 4 {
		rows, n, k, err := p.certs.Gaps(p.safety, f)
		require.NoError(t, err)
		assert.Equal(t, 10, n.Missing)
		assert.Equal(t, 5, n.People)
		list := page.Of(rows, k, f.Limit, certificate.GapKey, func(g certificate.Gap) string { return g.StaffID.String() + g.Want.Kind + g.Want.AnyOf[0] })
		seen = append(seen, list.Items...)
		if f.Cursor = list.Next; f.Cursor == "" {
			break
		}
	}
	slices.Sort(seen)
	assert.Len(t, slices.Compact(seen), 10)
}

func TestPeopleAreToldOfGapsOnceADay(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.seat(t, p.holder.StaffID, p.post(t, "焊工", "welder"))
	p.seat(t, p.person(t, "无号", ""), p.post(t, "电工", "electrician"))
	for range 2 {
		told, err := p.certs.RemindGaps(p.safety, []id.Of[id.Staff]{p.holder.StaffID})
		require.NoError(t, err)
		assert.Equal(t, 1, told)
	}
	assert.Equal(t, []string{"certificate.gap "}, p.inbox(t, p.holder))
}

func TestLapsedHolderOnAPostRaisesAHazardOnce(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.Exec(t, "UPDATE company SET industry = '3311' WHERE company_id = $1", int64(p.firm.ID))
	p.seat(t, p.holder.StaffID, p.post(t, "电工", "electrician"))
	idle := p.person(t, "闲", "")
	c := p.card(t, p.holder.StaffID, "special_operation", "SO0102", june1.AddMonths(-36).AddDays(-1))
	p.card(t, idle, "special_operation", "SO0102", june1.AddMonths(-36).AddDays(-1)) // holds no post that needs it
	for d := range 3 {
		p.on(june1.AddDays(d))
		p.scan(t)
	}
	require.Len(t, p.raised, 1)
	assert.True(t, p.raised[0].Major && p.raised[0].Review)
	assert.Equal(t, "机修车间", p.raised[0].UnitName)
	f, err := p.certs.Open(p.safety, c)
	require.NoError(t, err)
	require.Len(t, f.Lapses, 1)
	assert.Equal(t, june1.AddDays(-1), f.Lapses[0].DueOn)
}

func TestWhoIsPutOnAPostWithALapsedCertificateIsFoundNextMorning(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.card(t, p.holder.StaffID, "special_operation", "SO0102", june1.AddMonths(-36).AddDays(-16))
	p.scan(t)
	require.Empty(t, p.raised, "he holds no post that needs it")
	p.seat(t, p.holder.StaffID, p.post(t, "电工", "electrician"))
	err := p.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
		return certificate.Wake(ctx, tx, p.firm.ID, []id.Of[id.Staff]{p.holder.StaffID})
	})
	require.NoError(t, err)
	p.on(june1.AddDays(1))
	before := p.sent(t, p.holder)
	p.scan(t)
	assert.Len(t, p.raised, 1)
	assert.Equal(t, before, p.sent(t, p.holder), "nobody is reminded twice")
}

func TestAnotherCertificateCoversALapsedOne(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.seat(t, p.holder.StaffID, p.post(t, "焊工", "welder"))
	p.card(t, p.holder.StaffID, "special_operation", "SO0201", june1.AddMonths(-37))
	p.card(t, p.holder.StaffID, "special_operation", "SO0203", june1.AddMonths(-3))
	p.scan(t)
	assert.Empty(t, p.raised)
}

func TestRemindersClimb(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	leader, principal := p.Actor(t, p.firm, "leader"), p.Actor(t, p.firm, "principal")
	p.Exec(t, "UPDATE staff_unit SET head_id = $2 WHERE id = $1", int64(p.unit), int64(leader.StaffID))
	p.Exec(t, "UPDATE staff_person SET unit_id = $2 WHERE id = $1", int64(p.holder.StaffID), int64(p.unit))
	p.register(t, june1.AddMonths(-36).AddDays(8)) // due in 8 days
	told := func(a rbac.Actor) string { return p.sent(t, a) }
	for d := range 13 {
		p.on(june1.AddDays(d))
		p.scan(t)
	}
	assert.Equal(t, "90 skipped, 60 skipped, 30 sent, 7 sent, 0 sent, -1 sent, -2 sent, -3 sent, -4 sent", told(p.holder))
	assert.Equal(t, told(p.holder), told(p.manager))
	assert.Equal(t, "90 skipped, 60 skipped, 30 skipped, 7 sent, 0 sent, -1 sent, -2 sent, -3 sent, -4 sent", told(leader))
	assert.Contains(t, told(principal), "-3 sent, -4 sent")
	assert.NotContains(t, told(principal), "-2 sent")
}

func TestACompanyAddsReminderDays(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.register(t, june1.AddMonths(-36).AddDays(130))
	require.ErrorIs(t, p.certs.SetDays(p.safety, certificate.SettingEntry{Kind: "special_operation", Days: []int{0}}), certificate.ErrDays)
	require.NoError(t, p.certs.SetDays(p.safety, certificate.SettingEntry{Kind: "special_operation", Days: []int{120, 30, 45}}))
	for d := range 131 {
		p.on(june1.AddDays(d))
		p.scan(t)
	}
	assert.Equal(t, "120 sent, 90 sent, 60 sent, 45 sent, 30 sent, 7 sent, 0 sent", p.sent(t, p.holder))
}

func TestDueItemsFollowCertificates(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	open := func() []string {
		return testkit.All[string](t, p.W, "SELECT kind || ' ' || due_on || ' ' || remind_on FROM due_item WHERE closed_at IS NULL ORDER BY 1")
	}
	c := p.register(t, june1.AddMonths(-36).AddDays(20))
	assert.Equal(t, []string{"certificate.due 2026-06-21 9999-12-31"}, open())
	require.NoError(t, p.certs.Review(p.safety, c, certificate.Note{On: june1}))
	assert.Equal(t, []string{"certificate.due 2029-06-21 9999-12-31"}, open())
	require.NoError(t, p.certs.Revoke(p.safety, c, certificate.Ending{Type: "revoked", On: june1, Reason: "冒用"}))
	assert.Empty(t, open())
}

func TestIncompleteUntilItsDatesAreKnown(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.seat(t, p.holder.StaffID, p.post(t, "电工", "electrician"))
	c := p.card(t, p.holder.StaffID, "special_operation", "SO0102", day.Date{})
	f, err := p.certs.Open(p.safety, c)
	require.NoError(t, err)
	assert.Equal(t, certificate.Incomplete, f.Standing.Status)
	assert.Equal(t, certificate.Void, p.gaps(t, "gaps")[0].State)
	assert.Equal(t, int64(p.manager.StaffID), testkit.One[int64](t, p.W, "SELECT owner_id FROM due_item WHERE kind = 'certificate.incomplete' AND closed_at IS NULL"), "who entered it completes it")
	require.NoError(t, p.certs.Complete(p.safety, c, certificate.Printed{ValidFrom: june1.AddMonths(-2)}))
	require.ErrorIs(t, p.certs.Complete(p.safety, c, certificate.Printed{ValidFrom: june1.AddMonths(-2)}), certificate.ErrComplete)
	assert.Empty(t, p.gaps(t, "gaps"))
	assert.Zero(t, testkit.One[int64](t, p.W, "SELECT count(*) FROM due_item WHERE kind = 'certificate.incomplete' AND closed_at IS NULL"))
}

func TestAHolderRenewsFromThePhone(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	old := p.register(t, june1.AddMonths(-72).AddDays(20))
	own := rbac.WithActor(t.Context(), p.holder)
	d := certificate.Declaration{
		ClientID: uuid.NewString(), Deed: certificate.Renewal, CertificateID: old, Number: "T11010519491231002X", ValidFrom: june1.AddDays(-3), ValidTo: june1.AddMonths(72).AddDays(-4),
		AttachmentIDs: []id.Of[id.Attachment]{1},
	}
	n, err := p.certs.Declare(own, d)
	require.NoError(t, err)
	again, err := p.certs.Declare(own, d)
	require.NoError(t, err)
	assert.Equal(t, n, again, "sent twice by the phone")
	d.ClientID = uuid.NewString()
	_, err = p.certs.Declare(own, d)
	require.ErrorIs(t, err, certificate.ErrClaimWaits)
	assert.Equal(t, "certificate.claim-renewal ", p.inbox(t, p.manager)[0])
	assert.Equal(t, int64(1), testkit.One[int64](t, p.W, "SELECT count(*) FROM certificate"), "the old one counts until it is confirmed")
	assert.Zero(t, testkit.One[int64](t, p.W, "SELECT count(*) FROM certificate_claim x WHERE x::text LIKE '%1010519491231%'"))

	_, err = p.certs.Declare(p.safety, certificate.Declaration{ClientID: uuid.NewString(), Deed: certificate.Renewal, CertificateID: old, ValidFrom: june1})
	require.ErrorIs(t, err, rbac.ErrNotFound, "another's")
	require.NoError(t, p.certs.Return(p.safety, n, "照片不清楚"))
	require.ErrorIs(t, p.certs.Confirm(p.safety, n), certificate.ErrDecided)
	assert.Equal(t, "certificate.claim-returned ", p.inbox(t, p.holder)[0])

	n, err = p.certs.Declare(own, d)
	require.NoError(t, err)
	require.NoError(t, p.certs.Confirm(p.safety, n))
	f, err := p.certs.Open(p.safety, old)
	require.NoError(t, err)
	assert.Equal(t, certificate.Superseded, f.Standing.Status)
	rows, err := p.certs.MyClaims(own)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	fresh, err := p.certs.Open(p.safety, *rows[0].MadeID)
	require.NoError(t, err)
	assert.True(t, fresh.Certificate.VerifiedOn.IsZero(), "declared, not verified")
	assert.Equal(t, "T11************002X", fresh.Number)
}
