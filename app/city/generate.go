package city

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/company"
	"anbiao/modules/division"
	"anbiao/modules/oversight"
	"anbiao/rbac"
)

const (
	batchSize = 20_000 // companies a transaction
	makers    = 2      // transactions at once
	ownShare  = 4      // of a hundred companies lie in the real places: of a million 40,000 in the city …
	ownCounty = 15     // … and of a hundred of these in the demo's county, 6,000 as it has
)

// Generate adds n companies with their rows on the board, spread over the country, in batches
// of a transaction each; done hears how many are in. The same seed on an equal database gives
// the same companies. What the board shows of them is made up, no ledger stands behind it.
func Generate(ctx context.Context, gate *rbac.Gate, n int, from uint64, done func(int)) error {
	first := 0
	err := gate.System(ctx, "city.generate", func(tx db.Tx, _ rbac.Scope) error {
		if err := division.Load(ctx, tx); err != nil {
			return err
		}
		if err := spread(ctx, tx); err != nil {
			return err
		}
		return tx.WithContext(ctx).Raw("SELECT coalesce(max(company_id), 0) + 1 FROM company").Scan(&first).Error
	})
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(makers)
	for i := 0; i < n && ctx.Err() == nil; i += batchSize {
		b := bulk{seq: first + i, n: min(batchSize, n-i), dice: newDice(from, streamBulk+uint64(i/batchSize))}
		group.Go(func() error {
			if err := gate.System(ctx, "city.generate", func(tx db.Tx, _ rbac.Scope) error { return b.enter(ctx, tx) }); err != nil {
				return fmt.Errorf("companies from %d: %w", b.seq, err)
			}
			done(b.n)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return settleBoard(ctx, gate)
}

// settleBoard folds what is left of the counts.
func settleBoard(ctx context.Context, gate *rbac.Gate) error {
	ctx = context.WithoutCancel(ctx) // of the group, which is over
	return gate.System(ctx, "city.generate", func(tx db.Tx, _ rbac.Scope) error {
		return tx.WithContext(ctx).Exec("SELECT oversight_fold(10000000)").Error
	})
}

// bulk is one batch of made-up companies.
type bulk struct {
	dice
	seq, n int
}

var companyColumns = []string{
	"region_path", "oversight_line", "name", "name_fold", "name_bi", "uscc", "industry", "supervision_industry", "staff_count", "revenue_fen", "size_class", "above_scale",
	"tags", "address", "longitude_e6", "latitude_e6", "contact_name", "contact_phone", "status", "created_at", "updated_at",
}

var boardColumns = []string{
	"company_id", "region_path", "oversight_line", "name", "name_fold", "name_bi", "uscc", "industry", "size_class", "above_scale", "status", "activated", "colour", "score",
	"measured", "open", "overdue", "major_open", "last_report", "missing", "updated_at",
}

// enter writes the batch: the companies, then the board.
func (b bulk) enter(ctx context.Context, tx db.Tx) error {
	made := make([]company.Company, b.n)
	source := pgx.CopyFromSlice(b.n, func(i int) ([]any, error) {
		t := b.tradeOf()
		c := b.newFirm(b.somewhere(), t, b.headCount(t), b.seq+i, tx.Now)
		made[i] = c
		return []any{
			int64(i), c.RegionPath, c.OversightLine, c.Name, c.NameFold, []int32(c.NameBi), c.USCC, c.Industry, c.SupervisionIndustry, *c.StaffCount, int64(*c.RevenueFen),
			int16(c.SizeClass), c.AboveScale, []string(c.Tags), c.Address, *c.LongitudeE6, *c.LatitudeE6, c.ContactName, c.ContactPhone, string(c.Status), c.CreatedAt, c.UpdatedAt,
		}, nil
	})
	ids, err := pour(ctx, tx, "company", companyColumns, "company_id", source)
	if err != nil {
		return err
	}
	board := pgx.CopyFromSlice(b.n, func(i int) ([]any, error) {
		c, f := &made[i], b.facts(day.In(tx.Now, day.Shanghai))
		s := oversight.StandingOf(f)
		return []any{
			int64(i), ids[i], c.RegionPath, c.OversightLine, c.Name, c.NameFold, []int32(c.NameBi), c.USCC, c.Industry, int16(c.SizeClass), c.AboveScale, string(c.Status),
			f.Activated, int16(s.Colour), int32(s.Score), int32(s.Measured), f.Open, f.Overdue, f.MajorOpen, f.LastReport, f.Missing, tx.Now,
		}, nil
	})
	_, err = pour(ctx, tx, "oversight_board", boardColumns, "", board)
	return err
}

// facts makes up what a company's ledger would say.
func (b bulk) facts(today day.Date) (f oversight.Facts) {
	f.Due = true
	f.Missing = 1
	if !b.of(58) {
		return f
	}
	f.Activated, f.Recorded = true, b.of(80)
	if f.Recorded {
		f.Open = int32(b.IntN(5))
	}
	if b.of(25) {
		f.Overdue = int32(b.IntN(6))
		f.Open += f.Overdue
	}
	if b.of(2) {
		f.Open, f.MajorOpen, f.MajorDue = f.Open+1, 1, 1 // an authority found it
		if b.of(40) {
			f.Overdue, f.MajorOverdue = f.Overdue+1, 1
		}
	}
	if b.of(85) {
		on := today.AddDays(-b.between(5, 180))
		f.LastReport = int32(on.Year()*10_000 + int(on.Month())*100 + on.Day())
		f.Missing = int32(b.IntN(8) / 7)
	}
	return f
}

var provinces = [...][2]string{
	{"11", "北京市"},
	{"12", "天津市"},
	{"13", "河北省"},
	{"14", "山西省"},
	{"15", "内蒙古自治区"},
	{"21", "辽宁省"},
	{"22", "吉林省"},
	{"23", "黑龙江省"},
	{"31", "上海市"},
	{"32", "江苏省"},
	{"33", "浙江省"},
	{"34", "安徽省"},
	{"35", "福建省"},
	{"36", "江西省"},
	{"37", "山东省"},
	{"41", "河南省"},
	{"42", "湖北省"},
	{"43", "湖南省"},
	{"44", "广东省"},
	{"45", "广西壮族自治区"},
	{"46", "海南省"},
	{"50", "重庆市"},
	{"51", "四川省"},
	{"52", "贵州省"},
	{"53", "云南省"},
	{"54", "西藏自治区"},
	{"61", "陕西省"},
	{"62", "甘肃省"},
	{"63", "青海省"},
	{"64", "宁夏回族自治区"},
	{"65", "新疆维吾尔自治区"},
}

// How many areas lie in one of the level above, in the made-up part of the country.
const cities, counties, towns = 8, 6, 6

// somewhere draws a place: one of the real ones, or one of the made-up rest, in which some
// provinces and cities have more than others.
func (b bulk) somewhere() place {
	if b.of(ownShare) {
		if b.of(ownCounty) {
			return b.placeOf(yongkang)
		}
		return b.placeOf(neighbours)
	}
	p := min(b.IntN(len(provinces)), b.IntN(len(provinces)))
	city, county, town := made(b.IntN(cities), b.IntN(cities)), b.IntN(counties)+1, b.IntN(towns)+1
	path := fmt.Sprintf("%s%02d%02d%03d", provinces[p][0], city, county, town+100)
	return place{
		path: path, office: path[:6], short: "样本市", name: fmt.Sprintf("%s样本%02d市样本%02d县样本%02d镇", provinces[p][1], city, county, town),
		lon: int32(100_000_000 + p*700_000), lat: int32(22_000_000 + p*600_000),
	}
}

// made is a number of a made-up city; 3307 is real.
func made(a, b int) int { return min(a, b) + 41 }

// spread enters the made-up areas. It may be run again.
func spread(ctx context.Context, tx db.Tx) error {
	var paths, names, kinds db.Texts
	add := func(kind, path, name string) {
		kinds, paths, names = append(kinds, kind), append(paths, path), append(names, name)
	}
	for _, p := range provinces {
		add("province", p[0], p[1])
		for c := range cities {
			city := fmt.Sprintf("%s%02d", p[0], c+41)
			add("city", city, fmt.Sprintf("样本%02d市", c+41))
			for k := range counties {
				county := fmt.Sprintf("%s%02d", city, k+1)
				add("county", county, fmt.Sprintf("样本%02d县", k+1))
				for t := range towns {
					add("town", fmt.Sprintf("%s%03d", county, t+101), fmt.Sprintf("样本%02d镇", t+1))
				}
			}
		}
	}
	q := `INSERT INTO division (path, kind, code, official, name, aliases, parent_path, valid_from, successor_path, source)
		SELECT x.path, x.kind, x.path, false, x.name, '{}', left(x.path, CASE length(x.path) WHEN 9 THEN 6 ELSE length(x.path) - 2 END), ?::date, '', 'generated'
		FROM unnest(?::text[], ?::text[], ?::text[]) AS x(path, kind, name)
		WHERE NOT EXISTS (SELECT FROM division d WHERE d.path = x.path COLLATE "C" AND d.valid_until IS NULL)`
	return tx.WithContext(ctx).Exec(q, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), paths, kinds, names).Error
}
