package certificate

import (
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions around what holders declare.
const (
	ActionClaim  rbac.Action = "certificate.claim.make"
	ActionClaims rbac.Action = "certificate.claim.list"
	ActionDecide rbac.Action = "certificate.claim.decide"
)

// Faults of declared certificates.
var (
	// ErrDecided: it was answered already.
	ErrDecided = fault.New(fault.Conflict, "certificate.claim-decided")
	// ErrClaimWaits: the same certificate waits for an answer already.
	ErrClaimWaits = fault.New(fault.Conflict, "certificate.claim-waits")
	// ErrClaimDates: a renewal needs its first day, a review its day.
	ErrClaimDates = fault.New(fault.Invalid, "certificate.claim-dates")
	// ErrNotStaff: the login is of nobody on the staff list.
	ErrNotStaff = fault.New(fault.Forbidden, "certificate.claim-staff")
)

// NounClaim is what messages about a declared certificate link to.
const NounClaim = "certificate_claim"

// NounOwn is what messages to a holder link to: his own certificates.
const NounOwn = "certificate_own"

// States of a declared certificate.
const (
	Waiting   = "waiting"
	Confirmed = "confirmed"
	Returned  = "returned"
)

// Deeds that a holder declares.
const (
	First   = "first"
	Renewal = "renewal"
	Review  = "review"
)

// Claim is a certificate that its holder declares from the phone. Until it is confirmed, what
// was recorded before counts.
type Claim struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[Claim]
	RegionPath       string
	OversightLine    int16
	ClientID         uuid.UUID
	StaffID          id.Of[id.Staff]
	HolderName       string
	Deed             string
	CertificateID    *id.Of[id.Certificate] // renewed or reviewed
	Kind             string
	Operation        string
	CodeSet          string
	NumberSealed     []byte
	NumberIndex      []byte
	Issuer           string
	ValidFrom        day.Date
	PrintedValidTo   day.Date
	PrintedReviewDue day.Date
	ReviewedOn       day.Date
	AttachmentIDs    db.Ints
	State            string
	MadeAt           time.Time
	ByPersonID       id.Of[id.Person]
	DecidedByName    string
	DecidedAt        *time.Time
	Answer           string
	MadeID           *id.Of[id.Certificate]
}

const claimNumberColumn = "certificate_claim.number"

// Declaration is what a holder sends.
type Declaration struct {
	ClientID      string                 `json:"clientId" format:"uuid" doc:"made by the phone: sent twice it is one"`
	Deed          string                 `json:"deed" enum:"first,renewal,review"`
	CertificateID id.Of[id.Certificate]  `json:"certificateId,omitempty" doc:"renewed or reviewed; empty for a first one"`
	Kind          string                 `json:"kind,omitempty" maxLength:"40" doc:"of a first one"`
	Operation     string                 `json:"operation,omitempty" maxLength:"20"`
	CodeSet       string                 `json:"codeSet,omitempty" maxLength:"4"`
	Number        string                 `json:"number,omitempty" maxLength:"64" doc:"kept encrypted"`
	Issuer        string                 `json:"issuer,omitempty" maxLength:"100"`
	ValidFrom     day.Date               `json:"validFrom,omitempty"`
	ValidTo       day.Date               `json:"validTo,omitempty"`
	ReviewDueOn   day.Date               `json:"reviewDueOn,omitempty"`
	ReviewedOn    day.Date               `json:"reviewedOn,omitempty" doc:"day of a review passed"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false" minItems:"1" maxItems:"9" doc:"pictures of it"`
}

// ClaimFilter says which declared certificates to list.
type ClaimFilter struct {
	page.Query
	State string `query:"state" enum:"waiting,confirmed,returned,all" default:"waiting"`
}

const sortLatest = "latest"

// printed is what a claim says of the certificate; the number is opened by whoever has the key.
func (c Claim) printed(number string) Printed {
	p := Printed{Number: number, Issuer: c.Issuer, ValidFrom: c.ValidFrom, ValidTo: c.PrintedValidTo, ReviewDueOn: c.PrintedReviewDue}
	for _, a := range c.AttachmentIDs {
		p.AttachmentIDs = append(p.AttachmentIDs, id.Of[id.Attachment](a))
	}
	return p
}
