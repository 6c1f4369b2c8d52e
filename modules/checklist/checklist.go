// Package checklist knows what a company has to look at: the item library (自查标准模块库),
// each company's own standard composed from it (一企一标准), and the check points (检查点)
// where people stand when they look.
//
// Sources: Work Safety Law 2021 art. 41 (screening for hazards, 隐患排查治理制度); Order 10 of
// the Ministry of Emergency Management (工贸企业重大事故隐患判定标准) and 安监总管三〔2017〕121号
// for what makes a failed item a major hazard. Each clause carries how far its text was seen.
package checklist

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults.
var (
	ErrNoStandard     = fault.New(fault.NotFound, "checklist.no-standard")
	ErrStandardMoved  = fault.New(fault.Conflict, "checklist.standard-moved")
	ErrUnknownItem    = fault.New(fault.Invalid, "checklist.unknown-item")
	ErrUnknownModule  = fault.New(fault.Invalid, "checklist.unknown-module")
	ErrItemTwice      = fault.New(fault.Invalid, "checklist.item-twice")
	ErrMajorDisabled  = fault.New(fault.Invalid, "checklist.major-disabled")
	ErrReasonNeeded   = fault.New(fault.Invalid, "checklist.reason-needed")
	ErrPointEmpty     = fault.New(fault.Invalid, "checklist.point-empty")
	ErrPointMoved     = fault.New(fault.Conflict, "checklist.point-moved")
	ErrPointRetired   = fault.New(fault.Conflict, "checklist.point-retired")
	ErrCompanyNeeded  = fault.New(fault.Invalid, "checklist.company-needed")
	ErrScanKey        = fault.New(fault.Invalid, "checklist.scan-key")
	ErrBlank          = fault.New(fault.Invalid, "checklist.blank")
	ErrLibraryChanged = fault.New(fault.Internal, "checklist.library-changed")
)

// Standard is one published version of a company's standard. Versions are never changed.
type Standard struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Standard]
	RegionPath     string
	OversightLine  int16
	Version        int // 1, 2, … within the company
	LibraryVersion string
	Document       db.JSON[Document]
	Items          int // enabled items, own ones included
	PublishedAt    time.Time
	PublishedBy    *int64 // staff; nil for a service agency's consultant
	PublishedName  string // as it was at the time
}

// Point is a check point (检查点): a place with a QR label and the items asked there.
type Point struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Point]
	RegionPath    string
	OversightLine int16
	PublicID      uuid.UUID // in the QR label
	Number        int       // printed under the QR label, typed in when it is damaged
	Name          string
	Place         string
	Modules       db.Texts // every item of these
	Items         db.Texts // and these
	Explosive     Atmosphere
	Sign          bool   // a check there is signed
	LongitudeE6   *int32 // degrees times a million; nil: nobody noted where it is
	LatitudeE6    *int32
	RetiredAt     *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time // of what is asked there; an answer begun before is not held against it
}

// Atmosphere is what explosive atmosphere (爆炸危险区域) a point has: nobody takes a phone there.
type Atmosphere string

// Atmospheres (粉尘、涂装、可燃气体).
const (
	NoAtmosphere Atmosphere = ""
	Dust         Atmosphere = "dust"
	Paint        Atmosphere = "paint"
	Gas          Atmosphere = "gas"
)

// PointForm is what a person writes about a point.
type PointForm struct {
	Name    string   `json:"name" minLength:"1" maxLength:"60" doc:"e.g. 1号冲压机"`
	Place   string   `json:"place" required:"false" maxLength:"120" doc:"where it is, e.g. 冲压车间东侧"`
	Modules []string `json:"modules" required:"false" nullable:"false" maxItems:"60" doc:"module codes: every enabled item of these is asked"`
	Items   []string `json:"items" required:"false" nullable:"false" maxItems:"300" doc:"item codes asked besides"`

	Explosive Atmosphere `json:"explosive" required:"false" enum:",dust,paint,gas" doc:"explosive atmosphere (爆炸危险区域): no phone there"`
	Sign      bool       `json:"sign" required:"false" doc:"a check there is signed"`
}

// check refuses a point that asks nothing or asks what d does not hold.
func (f PointForm) check(l *Library, d Document) error {
	if len(f.Modules)+len(f.Items) == 0 {
		return ErrPointEmpty.At("body.modules")
	}
	for _, m := range f.Modules {
		if !slices.Contains(d.Modules, m) && m != own {
			return ErrUnknownModule.With("code", m).At("body.modules")
		}
	}
	for _, code := range f.Items {
		if _, ok := d.find(l, code); !ok {
			return ErrUnknownItem.With("code", code).At("body.items")
		}
	}
	return nil
}

func (p *Point) take(f PointForm, now time.Time) {
	p.Name, p.Place, p.UpdatedAt = f.Name, f.Place, now
	p.Modules, p.Items, p.Explosive, p.Sign = unique(f.Modules), unique(f.Items), f.Explosive, f.Sign
}

func unique(in []string) db.Texts {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}
