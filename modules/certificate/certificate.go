// Package certificate keeps the certificates of a company's people and knows when each
// must be reviewed (复审) or renewed (延期换证): 特种作业操作证 (总局令第30号), 特种设备安全管理和
// 作业人员证 (TSG Z6001-2019), 安全生产知识和管理能力考核合格证 (安全生产法 art. 27) and others of the
// catalogue, whose data tell the source of each figure.
package certificate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// Faults of this module.
var (
	ErrKind       = fault.New(fault.Invalid, "certificate.kind-unknown")
	ErrOperation  = fault.New(fault.Invalid, "certificate.operation-unknown")
	ErrCodeSet    = fault.New(fault.Invalid, "certificate.code-set")
	ErrNumber     = fault.New(fault.Invalid, "certificate.number")
	ErrNoNumber   = fault.New(fault.NotFound, "certificate.no-number")
	ErrDates      = fault.New(fault.Invalid, "certificate.dates")
	ErrFuture     = fault.New(fault.Invalid, "certificate.future")
	ErrExists     = fault.New(fault.Conflict, "certificate.exists")
	ErrHolder     = fault.New(fault.Invalid, "certificate.holder-unknown")
	ErrHolderLeft = fault.New(fault.Conflict, "certificate.holder-left")
	ErrOver       = fault.New(fault.Conflict, "certificate.over")
	ErrNoReview   = fault.New(fault.Conflict, "certificate.no-review")
	ErrReviewed   = fault.New(fault.Conflict, "certificate.reviewed-already")
	ErrRenewed    = fault.New(fault.Invalid, "certificate.renewed-earlier")
	ErrComplete   = fault.New(fault.Conflict, "certificate.complete-already")
)

// Certificate is one version of one certificate of one person: a renewal is a new version.
type Certificate struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[id.Certificate]
	RegionPath       string
	OversightLine    int16
	StaffID          id.Of[id.Staff]
	HolderName       string // as printed
	Kind             string
	Operation        string // 准操项目 or equipment item; empty where the kind has none
	CodeSet          string // year of the table that Operation's code is of
	Limits           db.Texts
	NumberSealed     []byte // empty: not recorded
	NumberIndex      []byte
	Issuer           string
	FirstIssuedOn    day.Date
	ValidFrom        day.Date
	PrintedValidTo   day.Date
	PrintedReviewDue day.Date
	TenYearException bool
	Reviews          db.JSON[[]day.Date] // in order
	VerifiedOn       day.Date
	VerifiedBy       string
	AttachmentIDs    db.Ints
	SupersedesID     *id.Of[id.Certificate]
	SupersededOn     day.Date
	RevokedOn        day.Date
	CancelledOn      day.Date
	HolderLeftOn     day.Date
	ValidTo          day.Date // this and the rest are computed by settle
	NextDueOn        day.Date
	NextDueType      Due
	RemindOn         day.Date
	RemindedDueOn    day.Date
	RemindedStep     *int
	CreatedAt        time.Time

	extra []int // reminder days of the company, where they were read
}

const numberColumn = "certificate.number"

// Event is something that became of a certificate.
type Event struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Event]
	RegionPath    string
	OversightLine int16
	CertificateID id.Of[id.Certificate]
	Type          string // registered, completed, review, renewed, revoked, cancelled, verified
	HappenedOn    day.Date
	Note          string  // source or reason
	AttachmentIDs db.Ints // what shows it
	At            time.Time
	ByPersonID    id.Of[id.Person]
	ByName        string
}

// Printed is what a certificate says, beside whom and what it is for.
type Printed struct {
	Number           string                 `json:"number,omitempty" maxLength:"64" doc:"kept encrypted: it repeats the identity number"`
	Issuer           string                 `json:"issuer,omitempty" maxLength:"100"`
	ValidFrom        day.Date               `json:"validFrom,omitempty" doc:"empty: not known yet; the certificate is incomplete and counts for nothing until it is"`
	ValidTo          day.Date               `json:"validTo,omitempty" doc:"last valid day as printed; empty: computed"`
	ReviewDueOn      day.Date               `json:"reviewDueOn,omitempty" doc:"as printed; empty: computed"`
	TenYearException bool                   `json:"tenYearException,omitempty" doc:"the authority's record says: review every six years"`
	AttachmentIDs    []id.Of[id.Attachment] `json:"attachmentIds,omitempty" nullable:"false" maxItems:"9"`
}

// Limit is a restriction printed beside an equipment item, e.g. 限桥门式起重机.
type Limit string

// Registration is a certificate to be recorded.
type Registration struct {
	StaffID       id.Of[id.Staff] `json:"staffId"`
	Kind          string          `json:"kind" maxLength:"40"`
	Operation     string          `json:"operation,omitempty" maxLength:"20" doc:"operation or equipment item, where the kind has such"`
	CodeSet       string          `json:"codeSet,omitempty" enum:"2011,2019,2021" doc:"table that an equipment item's code is of"`
	Limits        []Limit         `json:"limits,omitempty" nullable:"false" maxItems:"10" doc:"what an equipment item is limited to"`
	FirstIssuedOn day.Date        `json:"firstIssuedOn,omitempty"`
	Reviews       []day.Date      `json:"reviews,omitempty" nullable:"false" maxItems:"10" doc:"days of reviews passed so far"`
	Printed
}

// newCertificate makes a certificate of a person of home. Errors: ErrKind, ErrOperation,
// ErrCodeSet, ErrNumber, ErrDates, ErrFuture.
func newCertificate(home rbac.Home, name string, r Registration, keys *seal.Field, today day.Date) (Certificate, error) {
	k, err := Kinds.Kind(r.Kind)
	if err != nil {
		return Certificate{}, ErrKind.At("body.kind")
	}
	if _, err := Kinds.operand(r.Kind, r.Operation); err != nil {
		return Certificate{}, ErrOperation.At("body.operation")
	}
	if (r.Kind == operatorKind) != (r.CodeSet != "") {
		return Certificate{}, ErrCodeSet.At("body.codeSet")
	}
	c := Certificate{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, StaffID: r.StaffID, HolderName: name,
		Kind: r.Kind, Operation: r.Operation, CodeSet: r.CodeSet, Limits: db.Texts{}, FirstIssuedOn: r.FirstIssuedOn,
		NumberSealed: []byte{}, NumberIndex: []byte{}, Reviews: db.JSON[[]day.Date]{V: []day.Date{}},
	}
	for _, l := range r.Limits {
		c.Limits = append(c.Limits, string(l))
	}
	if !r.ValidFrom.IsZero() && r.FirstIssuedOn.After(r.ValidFrom) {
		return Certificate{}, ErrDates.At("body.firstIssuedOn")
	}
	if err := c.print(k, r.Printed, keys); err != nil {
		return Certificate{}, err
	}
	slices.SortFunc(r.Reviews, func(a, b day.Date) int { return a.DaysSince(b) })
	for i, on := range r.Reviews {
		if err := c.review(k, on, today); err != nil {
			return Certificate{}, place(err, fmt.Sprintf("body.reviews[%d]", i))
		}
	}
	return c, nil
}

// earliest and latest bound every day of a certificate: beyond is a slip of the pen.
var earliest, latest = day.Of(1970, 1, 1), day.Of(2100, 1, 1)

// print sets what is printed on c. Errors: ErrNumber, ErrDates.
func (c *Certificate) print(k Kind, p Printed, keys *seal.Field) error {
	switch {
	case !p.ValidFrom.IsZero() && (p.ValidFrom.Before(earliest) || p.ValidFrom.After(latest)):
		return ErrDates.At("body.validFrom")
	case !p.ValidTo.IsZero() && (!p.ValidTo.After(p.ValidFrom) || p.ValidTo.Before(earliest) || p.ValidTo.After(latest)):
		return ErrDates.At("body.validTo")
	case !p.ReviewDueOn.IsZero() && (k.ReviewMonths == 0 || !p.ReviewDueOn.After(p.ValidFrom) || p.ReviewDueOn.After(latest)):
		return ErrDates.At("body.reviewDueOn")
	case !p.ReviewDueOn.IsZero() && !p.ValidTo.IsZero() && p.ReviewDueOn.After(p.ValidTo):
		return ErrDates.At("body.reviewDueOn")
	}
	number := code.Normalise(p.Number)
	if err := Kinds.checkNumber(k, number); err != nil {
		return ErrNumber.At("body.number")
	}
	if number != "" {
		c.NumberSealed, c.NumberIndex = keys.Seal(number, numberColumn), keys.Index(number, numberColumn)
	}
	c.Issuer, c.ValidFrom, c.PrintedValidTo, c.PrintedReviewDue = strings.TrimSpace(p.Issuer), p.ValidFrom, p.ValidTo, p.ReviewDueOn
	c.TenYearException = p.TenYearException
	c.AttachmentIDs = db.Ints{}
	for _, a := range p.AttachmentIDs {
		c.AttachmentIDs = append(c.AttachmentIDs, int64(a))
	}
	return nil
}

// facts returns what decides c's dates. Errors: ErrKind if the catalogue lost the kind.
func (c *Certificate) facts() (Facts, error) {
	k, err := Kinds.Kind(c.Kind)
	return Facts{
		Kind: k, ValidFrom: c.ValidFrom, PrintedValidTo: c.PrintedValidTo, PrintedReviewDue: c.PrintedReviewDue,
		TenYearException: c.TenYearException, Reviews: c.Reviews.V, SupersededOn: c.SupersededOn, RevokedOn: c.RevokedOn,
		CancelledOn: c.CancelledOn, HolderLeftOn: c.HolderLeftOn, Extra: c.extra,
	}, err
}

// settle computes the columns that lists and the scan go by.
func (c *Certificate) settle(today day.Date) error {
	f, err := c.facts()
	if err != nil {
		return err
	}
	s := f.On(today)
	c.ValidTo, c.NextDueOn, c.NextDueType = s.ValidTo, s.NextDue, s.NextDueType
	if f.over() {
		c.NextDueOn, c.NextDueType = day.Date{}, DueNone
	}
	c.RemindOn = f.remindOn(c.lastReminded(), today)
	return nil
}

func (c *Certificate) lastReminded() reminded {
	r := reminded{due: c.RemindedDueOn}
	if c.RemindedStep != nil {
		r.step = *c.RemindedStep
	}
	return r
}

// review records a review passed. Errors: ErrOver, ErrNoReview, ErrReviewed, ErrFuture, ErrDates.
func (c *Certificate) review(k Kind, on, today day.Date) error {
	switch {
	case c.over():
		return ErrOver
	case k.ReviewMonths == 0:
		return ErrNoReview
	case on.After(today):
		return ErrFuture.At("body.on")
	case c.ValidFrom.IsZero() || !on.After(c.ValidFrom) || on.Before(earliest):
		return ErrDates.At("body.on")
	case slices.Contains(c.Reviews.V, on):
		return ErrReviewed
	}
	c.Reviews.V = append(slices.Clone(c.Reviews.V), on)
	slices.SortFunc(c.Reviews.V, func(a, b day.Date) int { return a.DaysSince(b) })
	return nil
}

// renew makes the version that follows c, valid from the day printed on it, and lets c end
// there. Errors: ErrOver, ErrRenewed, ErrNumber, ErrDates.
func (c *Certificate) renew(p Printed, keys *seal.Field) (Certificate, error) {
	k, err := Kinds.Kind(c.Kind)
	if err != nil {
		return Certificate{}, err
	}
	if c.over() {
		return Certificate{}, ErrOver
	}
	if !p.ValidFrom.After(c.ValidFrom) {
		return Certificate{}, ErrRenewed.At("body.validFrom")
	}
	next := Certificate{
		CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, StaffID: c.StaffID, HolderName: c.HolderName,
		Kind: c.Kind, Operation: c.Operation, CodeSet: c.CodeSet, Limits: c.Limits, FirstIssuedOn: c.FirstIssuedOn,
		NumberSealed: c.NumberSealed, NumberIndex: c.NumberIndex, SupersedesID: &c.ID, HolderLeftOn: c.HolderLeftOn,
		Reviews: db.JSON[[]day.Date]{V: []day.Date{}},
	}
	if err := next.print(k, p, keys); err != nil {
		return Certificate{}, err
	}
	c.SupersededOn = p.ValidFrom
	return next, nil
}

// complete writes down the dates of a certificate that was recorded without. Errors: ErrOver,
// ErrComplete, ErrNumber, ErrDates.
func (c *Certificate) complete(p Printed, keys *seal.Field) error {
	k, err := Kinds.Kind(c.Kind)
	switch {
	case err != nil:
		return err
	case c.over():
		return ErrOver
	case !c.ValidFrom.IsZero():
		return ErrComplete
	case p.ValidFrom.IsZero():
		return ErrDates.At("body.validFrom")
	}
	sealed, index := c.NumberSealed, c.NumberIndex
	if err := c.print(k, p, keys); err != nil {
		return err
	}
	if p.Number == "" {
		c.NumberSealed, c.NumberIndex = sealed, index
	}
	return nil
}

// Ending is the authority taking a certificate away (revoked, 吊销/撤销) or its holder giving
// it up (cancelled, 注销).
type Ending struct {
	Type   string   `json:"type" enum:"revoked,cancelled"`
	On     day.Date `json:"on"`
	Reason string   `json:"reason" minLength:"2" maxLength:"200"`
}

// end records an ending. Errors: ErrOver, ErrFuture, ErrDates.
func (c *Certificate) end(e Ending, today day.Date) error {
	switch {
	case !c.RevokedOn.IsZero() || !c.CancelledOn.IsZero():
		return ErrOver
	case e.On.After(today):
		return ErrFuture.At("body.on")
	case e.On.Before(earliest):
		return ErrDates.At("body.on")
	case e.Type == "revoked":
		c.RevokedOn = e.On
	default:
		c.CancelledOn = e.On
	}
	return nil
}

// over reports whether c has ended, or will on a known day.
func (c *Certificate) over() bool {
	return !c.RevokedOn.IsZero() || !c.CancelledOn.IsZero() || !c.SupersededOn.IsZero()
}

// place moves a fault to another field of the request.
func place(err error, path string) error {
	for _, f := range []*fault.Error{ErrOver, ErrNoReview, ErrReviewed, ErrFuture, ErrDates} {
		if f.Is(err) {
			return f.At(path)
		}
	}
	return err
}
