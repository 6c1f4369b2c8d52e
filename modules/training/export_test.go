package training

import (
	"context"

	"anbiao/kit/db"
)

// SettingOf is the usual setting as the page sends it.
func SettingOf(change ...func(*SettingForm)) SettingForm {
	f := SettingForm{WorkerMinutes: 360, LeaderMinutes: 1080, Health: true, BeforeMinutes: 60, AfterMinutes: 120}
	for _, c := range change {
		c(&f)
	}
	return f
}

// RunRemind works off one batch of reminders.
func (s *Service) RunRemind(ctx context.Context, tx db.Tx, t Remind) error {
	return s.remind(ctx, tx, t)
}

// RunSweep works off one batch of companies.
func (s *Service) RunSweep(ctx context.Context, tx db.Tx, t Sweep) error { return s.sweep(ctx, tx, t) }
