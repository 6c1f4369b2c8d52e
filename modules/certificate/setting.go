package certificate

import (
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/rbac"
)

// ActionSetting is the permission to choose further reminder days.
const ActionSetting rbac.Action = "certificate.setting.edit"

// ErrDays says that further reminder days lie 1 to 365 days ahead; the kind is not reminded of at all.
var ErrDays = fault.New(fault.Invalid, "certificate.days")

// Setting are the reminder days that a company adds to those of a kind, which stay: 30, 7 and 0
// among them.
type Setting struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Kind          string
	ExtraDays     db.Int4s // before the due day, largest first
	ChangedByName string
	ChangedAt     time.Time
}

// SettingEntry says on which further days to remind of a kind.
type SettingEntry struct {
	Kind string `json:"kind" maxLength:"40"`
	Days []int  `json:"days" nullable:"false" maxItems:"6" doc:"before the due day, beside those of the kind; none: only those"`
}

// newSetting makes a setting of what a company says. Errors: ErrKind, ErrDays.
func newSetting(home rbac.Home, e SettingEntry, by string, now time.Time) (Setting, error) {
	k, err := Kinds.Kind(e.Kind)
	if err != nil {
		return Setting{}, ErrKind.At("body.kind")
	}
	x := Setting{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: e.Kind, ExtraDays: db.Int4s{}, ChangedByName: by, ChangedAt: now,
	}
	days := slices.Sorted(slices.Values(e.Days))
	slices.Reverse(days)
	for _, d := range slices.Compact(days) {
		if d < 1 || d > 365 || len(k.ReminderDays) == 0 {
			return Setting{}, ErrDays.At("body.days")
		}
		if !slices.Contains(k.ReminderDays, d) {
			x.ExtraDays = append(x.ExtraDays, int32(d))
		}
	}
	return x, nil
}

func (s Setting) days() []int {
	out := make([]int, len(s.ExtraDays))
	for i, d := range s.ExtraDays {
		out[i] = int(d)
	}
	return out
}

// SetDays chooses the further reminder days of a kind, from the next scan on. Errors: ErrKind, ErrDays.
func (s *Service) SetDays(ctx context.Context, e SettingEntry) error {
	return s.Gate.Write(ctx, ActionSetting, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		is, err := newSetting(home, e, scope.Actor().Name, tx.Now)
		if err != nil {
			return err
		}
		was, err := settingsOf(ctx, tx, db.Ints{int64(home.CompanyID)})
		if err != nil {
			return err
		}
		scope.Made(int64(home.CompanyID))
		scope.Changed("certificate_setting", 0, home.CompanyID, Setting{ExtraDays: was[settingKey{home.CompanyID, e.Kind}]}, Setting{ExtraDays: is.ExtraDays, Kind: is.Kind})
		if err := saveSetting(ctx, tx, &is); err != nil {
			return err
		}
		return s.resettle(ctx, tx, home.CompanyID, e.Kind, is.days())
	})
}

// resettle finds anew when each certificate of a kind is reminded of.
func (s *Service) resettle(ctx context.Context, tx db.Tx, company rbac.CompanyID, kind string, extra []int) error {
	rows, err := runningOf(ctx, tx, company, kind)
	if err != nil || len(rows) == 0 {
		return err
	}
	today := dayOf(tx)
	for i := range rows {
		rows[i].extra = extra
		if err := rows[i].settle(today); err != nil {
			return err
		}
	}
	return saveReminded(ctx, tx, rows)
}

// Settings returns the company's further reminder days, by kind.
func (s *Service) Settings(ctx context.Context) (list []Setting, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		list, err = settingRows(ctx, tx, db.Ints{int64(home.CompanyID)})
		return err
	})
	return list, err
}

// equip gives certificates the reminder days of their companies.
func equip(ctx context.Context, tx db.Tx, rows []Certificate) error {
	var ids db.Ints
	for _, c := range rows {
		ids = append(ids, int64(c.CompanyID))
	}
	slices.Sort(ids)
	found, err := settingsOf(ctx, tx, slices.Compact(ids))
	for i := range rows {
		rows[i].extra = nil
		for _, d := range found[settingKey{rows[i].CompanyID, rows[i].Kind}] {
			rows[i].extra = append(rows[i].extra, int(d))
		}
	}
	return err
}

// resolve gives one certificate the days of its company and computes its dates.
func resolve(ctx context.Context, tx db.Tx, c *Certificate, today day.Date) error {
	rows := []Certificate{*c}
	if err := equip(ctx, tx, rows); err != nil {
		return err
	}
	c.extra = rows[0].extra
	return c.settle(today)
}
