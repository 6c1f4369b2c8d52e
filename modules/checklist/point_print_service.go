package checklist

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// mostLabels is how many labels one file holds.
const mostLabels = 600

// Labelling says which labels to print, on which sheets.
type Labelling struct {
	PointFilter
	IDs    string `query:"ids" pattern:"^[0-9,]*$" maxLength:"11400" doc:"these points, ids separated by commas; left out: all that the filters leave"`
	Layout string `query:"layout" enum:"3x8,3x7,2x7,2x5,2x4,2x2,1x2" default:"3x8" doc:"sheet of labels, columns and rows"`
	First  int    `query:"first" minimum:"1" maximum:"24" default:"1" doc:"label of the first sheet to begin with: those before it are used up"`
}

// Printed is a file to be printed.
type Printed struct {
	Content []byte
	Name    string
}

// Labels makes a PDF of the QR labels of points. Errors: ErrLayout, ErrNoLabels,
// ErrManyLabels, ErrCompanyNeeded.
func (s *Service) Labels(ctx context.Context, company rbac.CompanyID, l Labelling) (Printed, error) {
	sheet, ok := layout(l.Layout)
	if !ok || l.First > sheet.Columns*sheet.Rows {
		return Printed{}, ErrLayout.At("query.layout")
	}
	var rows []Point
	var made time.Time
	err := s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		made = tx.Now
		if l.IDs != "" {
			rows, err = chosenPoints(ctx, tx, scope, c, l.chosen())
			return err
		}
		rows, err = points(ctx, tx, scope, c, l.PointFilter, keyset{first: true, limit: mostLabels + 1})
		return err
	})
	switch {
	case err != nil:
		return Printed{}, err
	case len(rows) == 0:
		return Printed{}, ErrNoLabels
	case len(rows) > mostLabels:
		return Printed{}, ErrManyLabels.With("max", fmt.Sprint(mostLabels))
	}
	content, err := labels(rows, sheet, max(l.First, 1)-1, s.url, made)
	return Printed{content, fmt.Sprintf("检查点标签-%s.pdf", printedOn(made))}, err
}

// chosen reads the ids.
func (l Labelling) chosen() (out db.Ints) {
	for s := range strings.SplitSeq(l.IDs, ",") {
		n, err := strconv.ParseInt(s, 10, 64)
		if err == nil { // the pattern lets digits and commas through
			out = append(out, n)
		}
	}
	return out
}

// url is what the QR label of a point says.
func (s *Service) url(p Point) string {
	return strings.TrimSuffix(s.BaseURL, "/") + "/field/p/" + p.PublicID.String()
}

// Card makes the printed check card (检查卡) of a point with an explosive atmosphere. Errors:
// rbac.ErrNotFound, ErrNoStandard, ErrCompanyNeeded, ErrNoCard at any other point.
func (s *Service) Card(ctx context.Context, company rbac.CompanyID, n id.Of[id.Point]) (Printed, error) {
	var f Form
	var firm string
	var made time.Time
	err := s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		p, err := pointByID(ctx, tx, scope, c, n)
		if err != nil {
			return err
		}
		if p.Explosive == NoAtmosphere {
			return ErrNoCard
		}
		if f, err = s.form(ctx, tx, scope, p); err != nil {
			return err
		}
		made = tx.Now
		firm, err = s.Firm(ctx, tx, scope, c)
		return err
	})
	if err != nil {
		return Printed{}, err
	}
	content, err := card(f, firm, s.url(f.Point), made)
	return Printed{content, fmt.Sprintf("检查卡-%04d-%s.pdf", f.Point.Number, f.Point.Name)}, err
}

// mayLabel refuses who may not see check points; the sheets themselves are no secret.
func (s *Service) mayLabel(ctx context.Context) error {
	return s.Gate.Read(ctx, ActionPoints, func(db.Tx, rbac.Scope) error { return nil })
}
