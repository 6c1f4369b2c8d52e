package hazard

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// Report24 is after how many hours the platform raises the alarm about a report without
// content. The law says promptly (Work Safety Law 2021, art. 41); the number is the platform's.
const Report24 = 24

// Dossier is what the report of a major hazard says, and until when its review is due. The
// system opens it with the grading.
type Dossier struct {
	CompanyID         id.Of[id.Company]
	HazardID          id.Of[id.Hazard]
	RegionPath        string
	OversightLine     int16
	StateAndCause     string // 现状及其产生原因
	HarmAndDifficulty string // 危害程度和整改难易程度
	Scheme            string // 治理方案, in short
	KeyProject        bool   // 重点工程
	NeedsGovernment   bool   // 需政府协调
	ReportedBy        string
	CompletedAt       *time.Time
	AlarmedAt         *time.Time
	AskedOn           day.Date
	ReviewDueOn       day.Date
}

// Assembly is a workers' congress that was told of a major hazard.
type Assembly struct {
	CompanyID     id.Of[id.Company]
	ID            id.Of[Assembly]
	RegionPath    string
	OversightLine int16
	HazardID      id.Of[id.Hazard]
	Step          int32
	HeldOn        day.Date
	Form          string // workers: 职工大会, delegates: 职工代表大会
	Present       int
	Minutes       string
	ByName        string
}

// Stop is an order to stop work (停产停业).
type Stop struct {
	CompanyID     id.Of[id.Company]
	ID            id.Of[Stop]
	RegionPath    string
	OversightLine int16
	HazardID      id.Of[id.Hazard]
	Extent        string // full, partial
	Area          string
	Since         day.Date
	OrderedBy     string // company, regulator
	OrderNumber   string
	Reason        string
	ByName        string
	ByPersonID    *id.Of[id.Person]
}

// Plan is a version of a treatment plan.
type Plan struct {
	CompanyID     id.Of[id.Company]
	ID            id.Of[Plan]
	RegionPath    string
	OversightLine int16
	HazardID      id.Of[id.Hazard]
	Version       int32
	Goals         string
	Methods       string
	Funds         string
	Organisation  string
	Time          string
	Safety        string
	Lights        db.JSON[Lights]
	FinishOn      day.Date
	FundsFen      *fen.Amount
	DraftedName   string
	DraftedAt     time.Time
	TextHash      []byte
	SignedAt      *time.Time
	SignedStaffID *id.Of[id.Staff]
	SignedName    string
	AttachmentID  *id.Of[id.Attachment]
	ImageHash     []byte
	Seal          []byte
}

// Stage is a report of progress (治理进展).
type Stage struct {
	CompanyID     id.Of[id.Company]
	ID            id.Of[Stage]
	RegionPath    string
	OversightLine int16
	HazardID      id.Of[id.Hazard]
	Step          int32
	MadeOn        day.Date
	Share         int32      // done so far, hundredths of a percent
	SpentFen      fen.Amount // so far
	Note          string
	ByName        string
}

// Assessed is the company's own evaluation, as it was filed.
type Assessed struct {
	CompanyID     id.Of[id.Company]
	ID            id.Of[Assessed]
	RegionPath    string
	OversightLine int16
	HazardID      id.Of[id.Hazard]
	Step          int32
	MadeOn        day.Date
	MadeBy        string
	Agency        string
	Evaluators    db.Texts
	Conclusion    string
	ByName        string
}

// Kinds of a regulator's paper.
const (
	PaperReview = "review" // 核查
	PaperResume = "resume" // 恢复生产经营
)

// Opinion is the verdict of two officers about a treatment, or the paper that lets work go on.
type Opinion struct {
	CompanyID      id.Of[id.Company]
	ID             id.Of[Opinion]
	RegionPath     string
	OversightLine  int16
	HazardID       id.Of[id.Hazard]
	Step           int32
	MadeOn         day.Date
	Kind           string
	Passed         bool
	Opinion        string
	Minutes        string
	Office         string
	FirstPersonID  id.Of[id.Person]
	FirstName      string
	SecondPersonID *id.Of[id.Person]
	SecondName     string
	SecondNumber   string
}

// Treatment is everything that was done about a major hazard.
type Treatment struct {
	Dossier
	Congress    []Assembly
	Stops       []Stop
	Plans       []Plan // oldest first; the last may be a draft
	Progress    []Stage
	Evaluations []Assessed
	Opinions    []Opinion
}

// Signed is the treatment plan in force, nil while none is signed.
func (t Treatment) Signed() *Plan {
	for i := len(t.Plans) - 1; i >= 0; i-- {
		if t.Plans[i].SignedAt != nil {
			return &t.Plans[i]
		}
	}
	return nil
}

// Draft is the version being written, nil if none is.
func (t Treatment) Draft() *Plan {
	if n := len(t.Plans); n > 0 && t.Plans[n-1].SignedAt == nil {
		return &t.Plans[n-1]
	}
	return nil
}

// Done is the share done so far, hundredths of a percent, and what was spent.
func (t Treatment) Done() (share int32, spent fen.Amount) {
	if n := len(t.Progress); n > 0 {
		return t.Progress[n-1].Share, t.Progress[n-1].SpentFen
	}
	return 0, 0
}

// draft is a plan's content, as its author sent it.
func (p Plan) draft() Drafting {
	d := Drafting{
		Elements: Elements{Goals: p.Goals, Methods: p.Methods, Funds: p.Funds, Organisation: p.Organisation, Time: p.Time, Safety: p.Safety},
		Lights:   p.Lights.V, FinishOn: p.FinishOn,
	}
	if p.FundsFen != nil {
		d.FundsFen = *p.FundsFen
	}
	return d
}

// write puts a draft into a version.
func (p *Plan) write(d Drafting, by string, now time.Time) {
	trim := strings.TrimSpace
	p.Goals, p.Methods, p.Funds, p.Organisation, p.Time, p.Safety = trim(d.Goals), trim(d.Methods), trim(d.Funds), trim(d.Organisation), trim(d.Time), trim(d.Safety)
	funds := d.FundsFen
	p.Lights, p.FinishOn, p.FundsFen, p.DraftedName, p.DraftedAt = db.JSON[Lights]{V: d.Lights}, d.FinishOn, &funds, by, now
	p.TextHash = p.hash()
}

// hash is the SHA-256 of what the signer reads.
func (p Plan) hash() []byte {
	funds := fen.Amount(0)
	if p.FundsFen != nil {
		funds = *p.FundsFen
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "anbiao.hazard.plan.1\n%d\n%d\n%q\n%q\n%q\n%q\n%q\n%q\n%v\n%s\n%d\n",
		int64(p.HazardID), p.Version, p.Goals, p.Methods, p.Funds, p.Organisation, p.Time, p.Safety, p.Lights.V, p.FinishOn, int64(funds)))
	return sum[:]
}

// Frozen is p with the hashes its content and signature have: for plans that are not signed on
// the platform's pages.
func (p Plan) Frozen() Plan {
	p.TextHash = p.hash()
	if p.SignedAt != nil {
		p.Seal = p.sealed()
	}
	return p
}

// sealed is the SHA-256 over text, picture, signer and time: the proof of the signature.
func (p Plan) sealed() []byte {
	var staff id.Of[id.Staff]
	var at time.Time
	if p.SignedStaffID != nil {
		staff = *p.SignedStaffID
	}
	if p.SignedAt != nil {
		at = *p.SignedAt
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "anbiao.hazard.plan.signature.1\n%s\n%s\n%d\n%s\n",
		hex.EncodeToString(p.TextHash), hex.EncodeToString(p.ImageHash), int64(staff), at.UTC().Format(time.RFC3339Nano)))
	return sum[:]
}

// NextProgress is when the next report of progress is due: every quarter from the first
// signature of a plan (quarterly as under listed supervision, Ningbo form). A report counts for the quarter it was
// made in. Zero while none is owed.
func (t Treatment) NextProgress(h Hazard) day.Date {
	if t.Signed() == nil || h.Closed() || h.Level != Major || !h.FixedOn.IsZero() {
		return day.Date{}
	}
	from := day.Date{}
	for _, p := range t.Plans {
		if p.SignedAt != nil {
			from = day.In(*p.SignedAt, day.Shanghai)
			break
		}
	}
	n := 1
	if last := len(t.Progress) - 1; last >= 0 {
		for from.AddMonths(3 * n).Before(t.Progress[last].MadeOn) {
			n++
		}
		n++
	}
	return from.AddMonths(3 * n)
}
