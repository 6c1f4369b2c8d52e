package selfreport

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Profile) TableName() string { return "selfreport_profile" }

// ProfileRow is a binding with the name of its area.
type ProfileRow struct {
	Profile  `gorm:"embedded"`
	AreaName string
}

func profiles(ctx context.Context, tx db.Tx, a rbac.Actor) (rows []ProfileRow, err error) {
	cond, args := "true", []any{}
	if a.Kind != rbac.Platform {
		var or []string
		for _, own := range append(append([]string{}, a.Areas...), a.RegionPath) {
			if own == "" {
				continue
			}
			or = append(or, "starts_with(p.area, ?) OR starts_with(?, p.area)")
			args = append(args, own, own)
		}
		if cond = strings.Join(or, " OR "); cond == "" {
			cond = "false"
		}
	}
	err = tx.WithContext(ctx).Raw(`SELECT p.*, coalesce(d.name, '') AS area_name FROM selfreport_profile p LEFT JOIN division d ON d.path = p.area AND d.valid_until IS NULL
		WHERE `+cond+` ORDER BY p.valid_until IS NOT NULL, p.area, p.valid_from DESC LIMIT 500`, args...).Scan(&rows).Error
	return rows, err
}

// profilesAt lists the bindings of the areas that a region lies in.
func profilesAt(ctx context.Context, tx db.Tx, region string) (rows []Profile, err error) {
	err = tx.WithContext(ctx).Raw("SELECT p.* FROM selfreport_profile p WHERE starts_with(?, p.area) ORDER BY p.valid_from DESC", region).Scan(&rows).Error
	return rows, err
}

// areasBound lists the areas whose companies a profile binds for the whole of a period.
func areasBound(ctx context.Context, tx db.Tx, profile string, p Period) (areas []string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT DISTINCT area FROM selfreport_profile WHERE profile = ? AND valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?) ORDER BY area",
		profile, p.From, p.Until).Scan(&areas).Error
	return areas, err
}

func bound(ctx context.Context, tx db.Tx, area, profile string) (yes bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM selfreport_profile WHERE area = ? AND profile = ? AND valid_until IS NULL)", area, profile).Scan(&yes).Error
	return yes, err
}

// insertProfile adds a binding. Errors: ErrBoundNow.
func insertProfile(ctx context.Context, tx db.Tx, p *Profile) error {
	err := tx.WithContext(ctx).Create(p).Error
	if db.Violates(err, "selfreport_profile_running_key") || db.Violates(err, "selfreport_profile_area_profile_valid_from_key") {
		return ErrBoundNow
	}
	return err
}

// lockProfile reads one binding. Errors: rbac.ErrNotFound.
func lockProfile(ctx context.Context, tx db.Tx, n id.Of[Profile]) (Profile, error) {
	var rows []Profile
	if err := tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error; err != nil {
		return Profile{}, err
	}
	if len(rows) == 0 {
		return Profile{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

func endProfile(ctx context.Context, tx db.Tx, p Profile) error {
	return tx.WithContext(ctx).Model(&Profile{}).Where("id = ?", int64(p.ID)).Select("ValidUntil", "ByName", "ChangedAt").Updates(&p).Error
}
