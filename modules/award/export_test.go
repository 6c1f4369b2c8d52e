package award

import (
	"context"

	"anbiao/kit/db"
)

// Settled runs the job of a step.
func (s *Service) Settled(ctx context.Context, tx db.Tx, t Settle) error { return s.settle(ctx, tx, t) }

// Prefix is what stands before the serial number of a certificate.
func (r Rules) Prefix(region, speciality, level string, year int) string {
	return r.prefix(region, speciality, level, year)
}

// SpecialityOf is the code of an industry.
func SpecialityOf(industry string) string { return specialityOf(industry) }

// RankOf is the rank of a regulator over a region.
func RankOf(areas []string, region string) string { return rankOf(areas, region) }

// KeyOf is the key of a line in an order.
func KeyOf(sort string) func(Line) []string { return keyOf(sort) }
