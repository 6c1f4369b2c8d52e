package city

import (
	"crypto/sha256"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/activation"
	"anbiao/modules/inspection"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// The demo's known activation slip: its token, and the code to type instead.
const (
	DemoSlip = "anbiao-demo-activation-slip"
	demoCode = "DEMA-2345"
)

// activate gives the city its activation slips and the micro firm its light profile.
func (b *builder) activate() error {
	if err := b.printSlips(); err != nil {
		return err
	}
	return b.setUp()
}

// printSlips makes up how the town halls have gone about: most of who has signed in did so
// with a slip, every second of the others holds one, the rest wait for theirs.
func (b *builder) printSlips() error {
	d := newDice(seed, streamActivation)
	var rows []*activation.Slip
	known := false
	for i, f := range b.firms {
		s := &activation.Slip{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: activation.First, MadeByName: b.officerName("town"),
			TokenHash: unguessable(i, "token"), CodeHash: unguessable(i, "code"),
		}
		ago := d.between(1, 150)
		if d.of(12) {
			ago = d.between(1, 9)
		}
		switch {
		case !known && !f.activated && f.RegionPath[:9] == town && *f.StaffCount < 20 && !f.trade.shop:
			known, ago = true, 2
			keys := b.deps.Box.Field(0)
			s.TokenHash, s.CodeHash = keys.Index(DemoSlip, "activation_slip.token"), keys.Index("DEMA2345", "activation_slip.code")
		case f.activated && d.of(80):
			s.UsedAt = some(at(b.today.AddDays(-ago), 15, d.IntN(60)))
			ago += d.between(0, 12)
			if len(f.staff) > 0 && f.staff[0].PersonID != nil {
				s.UsedBy = f.staff[0].PersonID
			}
		case !f.activated && d.of(55):
		default:
			continue
		}
		s.MadeAt = at(b.today.AddDays(-ago), 9, d.IntN(60))
		s.ExpiresAt = b.today.AddDays(91 - ago).Midnight(day.Shanghai)
		rows = append(rows, s)
	}
	if err := fillRefs(b.ctx, b.tx, rows); err != nil {
		return err
	}
	return b.tx.WithContext(b.ctx).Exec(`INSERT INTO activation_tally AS t (region_path, oversight_line, on_day, printed, activated)
		SELECT region_path, oversight_line, (used_at AT TIME ZONE 'Asia/Shanghai')::date, 0, count(*) FROM activation_slip WHERE used_at IS NOT NULL GROUP BY 1, 2, 3
		ON CONFLICT ON CONSTRAINT activation_tally_pkey DO UPDATE SET activated = excluded.activated`).Error
}

// unguessable is a hash whose secret nobody knows, the same in every city.
func unguessable(n int, what string) []byte {
	h := sha256.Sum256([]byte{byte(n), byte(n >> 8), byte(n >> 16), what[0]})
	return h[:]
}

// setUp gives the micro firm what the set-up on the phone makes.
func (b *builder) setUp() error {
	f := b.index["micro"]
	home := rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}
	boss, other := f.staff[0].ID, f.staff[1].ID
	posts := []staff.Starter{
		{StaffID: boss, PostName: "老板", Types: []staff.PostType{"principal"}},
		{StaffID: boss, PostName: "安全员", Types: []staff.PostType{"safety_manager"}},
		{StaffID: other, PostName: "冲压工", Types: []staff.PostType{"stamping_operator"}},
	}
	if _, err := (&staff.Service{Box: b.deps.Box}).StartIn(b.ctx, b.tx, b.scope, home, posts); err != nil {
		return err
	}
	var plan inspection.Plan
	if err := b.tx.WithContext(b.ctx).Where("company_id = ?", f.CompanyID).Order("id").Take(&plan).Error; err != nil {
		return err
	}
	asked, majors := 0, 0
	for _, a := range b.lib.Expand(f.document) {
		if a.Disabled == "" {
			asked++
			if a.Level == "major" {
				majors++
			}
		}
	}
	p := activation.Profile{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Light: true, PointID: f.points[0].ID, PlanID: int64(plan.ID),
		Items: asked, Majors: majors, Posts: db.Texts{"老板", "安全员", "冲压工"}, SetUpAt: plan.CreatedAt.Add(30 * time.Minute), SetUpByName: f.staff[0].Name,
	}
	return b.tx.WithContext(b.ctx).Create(&p).Error
}
