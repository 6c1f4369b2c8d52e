package checklist

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/skip2/go-qrcode"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// PointFilter narrows a list of points.
type PointFilter struct {
	Term    string `query:"term" maxLength:"60" doc:"part of a name or place"`
	Retired bool   `query:"retired" doc:"show retired points too"`
}

// Points lists a company's points by number.
func (s *Service) Points(ctx context.Context, company rbac.CompanyID, f PointFilter, p page.Query) (list page.List[PointView], err error) {
	err = s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, at, err := start(p, "number")
		if err != nil {
			return err
		}
		rows, err := points(ctx, tx, scope, c, f, at)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(p Point) []string { return []string{strconv.Itoa(p.Number)} }, pointView)
		return nil
	})
	return list, err
}

// Form is a point and what is asked there, in the company's newest standard.
type Form struct {
	Point    Point
	Standard id.Of[id.Standard]
	Version  int
	Items    []Asked
}

// Open returns a point and what is asked there. Errors: rbac.ErrNotFound, ErrNoStandard,
// ErrCompanyNeeded.
func (s *Service) Open(ctx context.Context, company rbac.CompanyID, n id.Of[id.Point]) (f Form, err error) {
	err = s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		p, err := pointByID(ctx, tx, scope, c, n)
		if err != nil {
			return err
		}
		f, err = s.form(ctx, tx, scope, p)
		return err
	})
	return f, err
}

// Scan returns the point of a QR label or, where the label is damaged, of the number
// printed under it. Errors: ErrScanKey, rbac.ErrNotFound, ErrNoStandard, ErrPointRetired.
func (s *Service) Scan(ctx context.Context, label, number string) (f Form, err error) {
	err = s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		p, err := s.scanned(ctx, tx, scope, label, number)
		if err != nil {
			return err
		}
		if p.RetiredAt != nil {
			return ErrPointRetired
		}
		f, err = s.form(ctx, tx, scope, p)
		return err
	})
	return f, err
}

func (*Service) scanned(ctx context.Context, tx db.Tx, scope rbac.Scope, label, number string) (Point, error) {
	if (label == "") == (number == "") {
		return Point{}, ErrScanKey.At("query.publicId")
	}
	if label != "" {
		public, err := uuid.Parse(label)
		if err != nil {
			return Point{}, ErrScanKey.At("query.publicId").Because(err)
		}
		return pointByLabel(ctx, tx, scope, public)
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return Point{}, ErrScanKey.At("query.number").Because(err)
	}
	home, err := scope.Home()
	if err != nil {
		return Point{}, err
	}
	return pointByNumber(ctx, tx, scope, home.CompanyID, n)
}

func (s *Service) form(ctx context.Context, tx db.Tx, scope rbac.Scope, p Point) (Form, error) {
	st, err := currentStandard(ctx, tx, scope, p.CompanyID)
	if err != nil {
		return Form{}, err
	}
	l, err := s.Shelf.Version(st.LibraryVersion)
	if err != nil {
		return Form{}, err
	}
	return Form{p, st.ID, st.Version, st.Document.V.at(l, p.Modules, p.Items)}, nil
}

// Sheet is what an answer at a point is held against.
type Sheet struct {
	Point Point
	At    []string                        // codes asked at the point as it is now
	Find  func(code string) (Asked, bool) // an item the standard asks, anywhere
}

// Answered returns the sheet of an answer to a version of the standard; standard 0 means
// the newest. It belongs to the caller's transaction. Errors: rbac.ErrNotFound.
func (s *Service) Answered(ctx context.Context, tx db.Tx, company rbac.CompanyID, point id.Of[id.Point], standard id.Of[id.Standard]) (Sheet, error) {
	p, d, err := answered(ctx, tx, company, point, standard)
	if err != nil {
		return Sheet{}, err
	}
	l, err := s.Shelf.Version(d.Library)
	if err != nil {
		return Sheet{}, err
	}
	return Sheet{p, d.codesAt(l, p.Modules, p.Items), func(code string) (Asked, bool) { return d.find(l, code) }}, nil
}

// AnsweredAll returns the sheets of several points, in one statement; a point that does not
// exist is missing. Standard 0 means the newest. It belongs to the caller's transaction. No
// such standard: rbac.ErrNotFound.
func (s *Service) AnsweredAll(ctx context.Context, tx db.Tx, company rbac.CompanyID, points []id.Of[id.Point], standard id.Of[id.Standard]) (map[id.Of[id.Point]]Sheet, error) {
	found, d, err := answeredAll(ctx, tx, company, points, standard)
	if err != nil {
		return nil, err
	}
	l, err := s.Shelf.Version(d.Library)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Of[id.Point]]Sheet, len(found))
	for _, p := range found {
		out[p.ID] = Sheet{p, d.codesAt(l, p.Modules, p.Items), func(code string) (Asked, bool) { return d.find(l, code) }}
	}
	return out, nil
}

// AddPoint makes a check point. Errors: ErrNoStandard, ErrPointEmpty, ErrUnknownItem,
// ErrUnknownModule, ErrBlank.
func (s *Service) AddPoint(ctx context.Context, f PointForm) (n id.Of[id.Point], err error) {
	err = s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := s.fits(ctx, tx, scope, home.CompanyID, f); err != nil {
			return err
		}
		public, err := uuid.NewV7()
		if err != nil {
			return err
		}
		p := Point{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, PublicID: public, CreatedAt: tx.Now}
		p.take(f, tx.Now)
		if err := insertPoint(ctx, tx, &p); err != nil {
			return err
		}
		n = p.ID
		scope.Changed("checklist_point", int64(n), home.CompanyID, Point{}, p)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

func (s *Service) fits(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, f PointForm) error {
	if strings.TrimSpace(f.Name) == "" {
		return ErrBlank.At("body.name")
	}
	st, err := currentStandard(ctx, tx, scope, c)
	if err != nil {
		return err
	}
	l, err := s.Shelf.Version(st.LibraryVersion)
	if err != nil {
		return err
	}
	return f.check(l, st.Document.V)
}

// PointChange is a PointForm made from the point as it was at a moment.
type PointChange struct {
	PointForm
	UpdatedAt time.Time `json:"updatedAt" doc:"of the point the change was made from"`
}

// EditPoint changes a point. Errors: those of AddPoint, rbac.ErrNotFound, ErrPointMoved if
// somebody changed it meanwhile, ErrPointRetired.
func (s *Service) EditPoint(ctx context.Context, n id.Of[id.Point], f PointChange) error {
	return s.change(ctx, n, func(tx db.Tx, scope rbac.Scope, p *Point) error {
		if !p.UpdatedAt.Equal(f.UpdatedAt) {
			return ErrPointMoved
		}
		if err := s.fits(ctx, tx, scope, p.CompanyID, f.PointForm); err != nil {
			return err
		}
		p.take(f.PointForm, tx.Now)
		return nil
	})
}

// RetirePoint takes a point out of use; what was checked there stays. Errors:
// rbac.ErrNotFound, ErrPointRetired.
func (s *Service) RetirePoint(ctx context.Context, n id.Of[id.Point]) error {
	return s.change(ctx, n, func(tx db.Tx, _ rbac.Scope, p *Point) error {
		p.RetiredAt = &tx.Now
		return nil
	})
}

func (s *Service) change(ctx context.Context, n id.Of[id.Point], do func(db.Tx, rbac.Scope, *Point) error) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := lockPoint(ctx, tx, scope, home.CompanyID, n)
		if err != nil {
			return err
		}
		if was.RetiredAt != nil {
			return ErrPointRetired
		}
		is := was
		if err := do(tx, scope, &is); err != nil {
			return err
		}
		scope.Changed("checklist_point", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		return updatePoint(ctx, tx, is)
	})
}

// Label returns the picture of a point's QR label and its media type. Format is "png" or
// "svg". Errors: rbac.ErrNotFound, ErrCompanyNeeded.
func (s *Service) Label(ctx context.Context, company rbac.CompanyID, n id.Of[id.Point], format string) (picture []byte, mediaType string, err error) {
	var p Point
	err = s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		p, err = pointByID(ctx, tx, scope, c, n)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return label(strings.TrimSuffix(s.BaseURL, "/")+"/field/p/"+p.PublicID.String(), format)
}

// labelSize is the side of a PNG label in pixels: 5 cm at 300 dpi, rounded up.
const labelSize = 600

func label(url, format string) ([]byte, string, error) {
	q, err := qrcode.New(url, qrcode.High) // high: a label on a machine gets scratched
	if err != nil {
		return nil, "", err
	}
	if format == "png" {
		b, err := q.PNG(labelSize)
		return b, "image/png", err
	}
	rows := q.Bitmap()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %[1]d" shape-rendering="crispEdges"><rect width="%[1]d" height="%[1]d" fill="#fff"/><path d="`, len(rows))
	for y, row := range rows {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), "image/svg+xml", nil
}
