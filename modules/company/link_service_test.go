package company_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/company"
	"anbiao/rbac"
	"anbiao/testkit"
)

func of[T any](v T) *T { return &v }

func claims(seen *[]string) func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error {
	return func(_ context.Context, _ db.Tx, _ rbac.Scope, _ []id.Of[id.Attachment], noun string, _ int64) error {
		*seen = append(*seen, noun)
		return nil
	}
}

// let is a landlord in one county with a tenant in another, and strangers beside them.
type let struct {
	world
	landlord, tenant                        testkit.Firm
	owner, renter, stranger                 context.Context
	landlordCounty, tenantCounty, elsewhere context.Context
}

func letOut(t *testing.T) let {
	t.Helper()
	w := setup(t)
	files := &attachment.Service{Gate: w.Gate, Shared: company.SeesLink}
	w.s.Claim = files.Claim
	l := let{world: w, landlord: w.Company(t, "330784105"), tenant: w.Company(t, "330783100")}
	for _, f := range []testkit.Firm{l.landlord, l.tenant} {
		w.Exec(t, "UPDATE company SET name_fold = lower(name) WHERE company_id = $1", int64(f.ID))
	}
	w.Exec(t, "UPDATE company SET address = '租户地址', contact_phone = '13911112222' WHERE company_id = $1", int64(l.tenant.ID))
	l.owner, l.renter = w.as(t, w.Actor(t, l.landlord, "safety")), w.as(t, w.Actor(t, l.tenant, "safety"))
	l.stranger = w.as(t, w.Actor(t, w.Company(t, "330784105"), "safety"))
	l.landlordCounty, l.tenantCounty = w.as(t, w.Regulator(t, "county", "330784")), w.as(t, w.Regulator(t, "county", "330783"))
	l.elsewhere = w.as(t, w.Regulator(t, "county", "330782"))
	return l
}

func (l let) proposal() company.Proposal {
	return company.Proposal{
		Name: l.tenant.Name, Code: fmt.Sprintf("ls330783-%06d", int64(l.tenant.ID)), SiteNo: 1, Place: "3 号楼 2 层", From: day.Of(2026, 1, 1),
	}
}

// file uploads nothing but makes the row of a file of a firm that somebody of it uploaded.
func (l let) file(t *testing.T, f testkit.Firm, ctx context.Context) id.Of[id.Attachment] {
	t.Helper()
	a, _ := rbac.ActorOf(ctx)
	return id.Of[id.Attachment](testkit.One[int64](t, l.W, `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256, uploaded_at, uploaded_person,
		uploaded_name, original_key, display_key, thumb_key) VALUES ($1, $2, 0, gen_random_uuid(), 'a.jpg', 'image/jpeg', 1, '', now(), $3, '', 'k', '', '') RETURNING id`,
		int64(f.ID), f.RegionPath, int64(a.PersonID)))
}

func TestLandlordAndTenant(t *testing.T) {
	t.Parallel()
	l := letOut(t)
	p := l.proposal()
	p.Name = "别的名字"
	_, err := l.s.Propose(l.owner, l.landlord.ID, p)
	require.ErrorIs(t, err, company.ErrPartner, "a code alone names nobody")
	_, err = l.s.Propose(l.stranger, l.landlord.ID, l.proposal())
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = l.s.Propose(l.tenantCounty, l.landlord.ID, l.proposal())
	require.ErrorIs(t, err, rbac.ErrNotFound, "a regulator links landlords of his own area")
	n, err := l.s.Propose(l.owner, l.landlord.ID, l.proposal())
	require.NoError(t, err)
	_, err = l.s.Propose(l.owner, l.landlord.ID, l.proposal())
	require.ErrorIs(t, err, company.ErrLinked)

	require.ErrorIs(t, l.s.AnswerLink(l.owner, n, company.Answer{Accept: true}), rbac.ErrForbidden, "the landlord does not answer himself")
	require.ErrorIs(t, l.s.AnswerLink(l.stranger, n, company.Answer{Accept: true}), rbac.ErrNotFound)
	require.ErrorIs(t, l.s.AddAgreement(l.renter, n, company.AgreementEntry{SignedOn: day.Of(2026, 1, 1)}), company.ErrNotInForce)
	require.NoError(t, l.s.AnswerLink(l.renter, n, company.Answer{Accept: true}))
	require.ErrorIs(t, l.s.AnswerLink(l.renter, n, company.Answer{}), company.ErrAnswered)

	photo, paper := l.file(t, l.tenant, l.renter), l.file(t, l.landlord, l.owner)
	require.NoError(t, l.s.AddAgreement(l.owner, n, company.AgreementEntry{SignedOn: day.Of(2026, 1, 1), AttachmentIDs: []id.Of[id.Attachment]{paper}}))
	check := company.JointCheckEntry{On: day.Of(2026, 2, 1), Participants: []string{"甲方 沈某", "乙方 王某"}, Findings: "消防通道畅通", AttachmentIDs: []id.Of[id.Attachment]{photo}}
	require.NoError(t, l.s.AddJointCheck(l.renter, n, check))
	require.ErrorIs(t, l.s.AddJointCheck(l.stranger, n, check), rbac.ErrNotFound)
	require.ErrorIs(t, l.s.AddJointCheck(l.landlordCounty, n, check), rbac.ErrForbidden)

	l.sees(t, photo, paper)
	require.ErrorIs(t, l.s.EndLink(l.stranger, n, company.Ending{On: day.Of(2026, 3, 1), Reason: "搬离"}), rbac.ErrNotFound)
	require.NoError(t, l.s.EndLink(l.renter, n, company.Ending{On: day.Of(2026, 3, 1), Reason: "搬离"}))
	require.ErrorIs(t, l.s.AddJointCheck(l.renter, n, check), company.ErrNotInForce)
}

// sees checks who sees the link, its files, and nothing else.
func (l let) sees(t *testing.T, files ...id.Of[id.Attachment]) {
	t.Helper()
	shelf := &attachment.Service{Gate: l.Gate, Shared: company.SeesLink}
	for name, c := range map[string]struct {
		ctx context.Context
		of  testkit.Firm
		see bool
	}{
		"the landlord": {l.owner, l.landlord, true}, "the tenant": {l.renter, l.tenant, true},
		"the landlord's county": {l.landlordCounty, l.landlord, true}, "the tenant's county": {l.tenantCounty, l.tenant, true},
		"the landlord of the tenant": {l.owner, l.tenant, false}, "the tenant of the landlord": {l.renter, l.landlord, false},
		"the tenant's county of the landlord": {l.tenantCounty, l.landlord, false},
		"a stranger":                          {l.stranger, l.landlord, false}, "another county": {l.elsewhere, l.landlord, false},
	} {
		got, overseen, err := l.s.Links(c.ctx, c.of.ID)
		if !c.see {
			require.ErrorIs(t, err, rbac.ErrNotFound, name)
			_, err = l.s.Papers(c.ctx, c.of.ID)
			require.ErrorIs(t, err, rbac.ErrNotFound, name)
			continue
		}
		require.NoError(t, err, name)
		require.Len(t, got, 1, name)
		require.Equal(t, company.Valid, got[0].Agreement, name)
		require.Len(t, got[0].Agreements, 1, name)
		require.Len(t, got[0].Checks, 1, name)
		require.Equal(t, []string{l.landlord.Name, l.tenant.Name}, []string{got[0].LandlordName, got[0].TenantName}, name)
		a, _ := rbac.ActorOf(c.ctx)
		require.Equal(t, a.Kind == rbac.Regulator, overseen)
		for _, f := range files {
			_, err := shelf.File(c.ctx, f)
			require.NoError(t, err, "%s and file %d", name, f)
		}
	}
	for name, ctx := range map[string]context.Context{"a stranger": l.stranger, "another county": l.elsewhere} {
		for _, f := range files {
			_, err := shelf.File(ctx, f)
			require.ErrorIs(t, err, rbac.ErrNotFound, name)
		}
		for _, table := range []string{"company_link", "company_agreement", "company_joint_check"} {
			require.Zero(t, l.count(t, ctx, table), "%s sees %s", name, table)
		}
	}
	require.Zero(t, l.count(t, l.renter, "company WHERE company_id = "+l.landlord.ID.String()), "the partner's card stays hidden")
}

// count is what row security alone shows.
func (l let) count(t *testing.T, ctx context.Context, from string) (n int) {
	t.Helper()
	require.NoError(t, l.Gate.Read(ctx, company.ActionRead, func(tx db.Tx, _ rbac.Scope) error { return tx.Raw("SELECT count(*) FROM " + from).Scan(&n).Error }))
	return n
}

func TestRegulatorLinks(t *testing.T) {
	t.Parallel()
	l := letOut(t)
	n, err := l.s.Propose(l.landlordCounty, l.landlord.ID, l.proposal())
	require.NoError(t, err)
	require.NoError(t, l.s.AddJointCheck(l.renter, n, company.JointCheckEntry{On: day.Of(2026, 2, 1), Participants: []string{"甲", "乙"}, Findings: "正常"}), "in force at once")
	got, _, err := l.s.Links(l.renter, l.tenant.ID)
	require.NoError(t, err)
	require.True(t, got[0].ByRegulator)
	require.Equal(t, company.Missing, got[0].Agreement)

	m := company.Amendment{Name: "改名后的房东", Status: company.Active, Reason: "更名"}
	require.NoError(t, l.s.Amend(l.landlordCounty, l.landlord.ID, m))
	m.Name = "改名后的租户"
	require.NoError(t, l.s.Amend(l.tenantCounty, l.tenant.ID, m))
	got, _, err = l.s.Links(l.owner, l.landlord.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"改名后的房东", "改名后的租户"}, []string{got[0].LandlordName, got[0].TenantName}, "the names follow the register")
	require.ErrorIs(t, l.s.EndLink(l.elsewhere, n, company.Ending{On: day.Of(2026, 3, 1), Reason: "搬离"}), rbac.ErrNotFound)
	require.NoError(t, l.s.EndLink(l.landlordCounty, n, company.Ending{On: day.Of(2026, 3, 1), Reason: "搬离"}))
}
