package checklist

import (
	"context"
	"math"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Place is where a point is; without numbers nobody knows.
type Place struct {
	Longitude *float64 `json:"longitude,omitempty" minimum:"-180" maximum:"180" doc:"WGS 84"`
	Latitude  *float64 `json:"latitude,omitempty" minimum:"-90" maximum:"90"`
}

// PlacePoint notes where a point is: by numbers, or where somebody with a phone stands. What
// is asked there does not change, so an answer begun before still counts. Errors:
// rbac.ErrNotFound, ErrPointRetired, ErrPlace.
func (s *Service) PlacePoint(ctx context.Context, n id.Of[id.Point], at Place) error {
	return s.change(ctx, ActionPlace, n, func(_ db.Tx, _ rbac.Scope, p *Point) error {
		if (at.Longitude == nil) != (at.Latitude == nil) {
			return ErrPlace.At("body.longitude")
		}
		p.LongitudeE6, p.LatitudeE6 = micro(at.Longitude), micro(at.Latitude)
		return nil
	})
}

func micro(degrees *float64) *int32 {
	if degrees == nil {
		return nil
	}
	n := int32(math.Round(*degrees * 1e6))
	return &n
}

// Tail returns the points in use whose number ends in digits, for who stands before a label
// that cannot be read whole. Errors: ErrScanKey.
func (s *Service) Tail(ctx context.Context, digits string) (out []Point, err error) {
	err = s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if digits == "" {
			return ErrScanKey.At("query.digits")
		}
		out, err = pointsByTail(ctx, tx, scope, home.CompanyID, digits)
		return err
	})
	return out, err
}
