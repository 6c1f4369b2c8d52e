package certificate

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// RowView is a certificate in a list; exported because huma skips an embedded type that is not.
type RowView struct {
	ID            id.Of[id.Certificate] `json:"id"`
	CompanyID     rbac.CompanyID        `json:"companyId"`
	StaffID       id.Of[id.Staff]       `json:"staffId"`
	HolderName    string                `json:"holderName" doc:"masked for regulators"`
	Kind          string                `json:"kind"`
	KindName      string                `json:"kindName"`
	Operation     string                `json:"operation"`
	OperationName string                `json:"operationName"`
	ValidFrom     day.Date              `json:"validFrom"`
	ValidTo       day.Date              `json:"validTo" doc:"last valid day; empty: never ends"`
	Estimated     bool                  `json:"estimated" doc:"dates are computed, not printed"`
	NextDueOn     day.Date              `json:"nextDueOn" doc:"empty: nothing is due any more"`
	NextDueType   Due                   `json:"nextDueType" enum:"none,review,expiry"`
	DaysLeft      int                   `json:"daysLeft" doc:"until nextDueOn; negative: overdue"`
	Status        Status                `json:"status" enum:"revoked,cancelled,superseded,incomplete,pending,expired,review_lapsed,review_due,expiring,valid"`
	Counts        bool                  `json:"counts" doc:"the holder may work under it today"`
	Verified      bool                  `json:"verified" doc:"found in the authority's register"`
	ApplyBy       day.Date              `json:"applyBy" doc:"last day to apply for the next review or renewal; empty: no rule"`
}

func rowsAs(ctx context.Context, today day.Date) func(Certificate) RowView {
	masked := masks(ctx)
	return func(c Certificate) RowView { return viewRow(c, today, text.Of(ctx), masked) }
}

// masks reports whether the reader sees names masked: regulators see counts and masked
// names, whole ones per case and elsewhere (个人信息保护法 art. 6).
func masks(ctx context.Context) bool {
	a, _ := rbac.ActorOf(ctx)
	return a.Kind != rbac.Company && a.Kind != rbac.Service
}

func viewRow(c Certificate, today day.Date, lang text.Lang, masked bool) RowView {
	v := RowView{
		ID: c.ID, CompanyID: c.CompanyID, StaffID: c.StaffID, HolderName: c.HolderName, Kind: c.Kind, Operation: c.Operation,
		ValidFrom: c.ValidFrom, ValidTo: c.ValidTo, Estimated: c.PrintedValidTo.IsZero() && !c.ValidTo.IsZero(),
		NextDueOn: c.NextDueOn, NextDueType: c.NextDueType, Verified: !c.VerifiedOn.IsZero(),
	}
	if masked {
		v.HolderName = seal.MaskName(c.HolderName)
	}
	if !c.NextDueOn.IsZero() {
		v.DaysLeft = c.NextDueOn.DaysSince(today)
	}
	v.KindName, v.OperationName = Kinds.names(lang, c.Kind, c.Operation)
	f, err := c.facts()
	if err != nil { // the catalogue lost the kind: nothing can be said about it
		v.Status = Incomplete
		return v
	}
	s := f.On(today)
	v.Status, v.Counts, v.ApplyBy = s.Status, s.Counts, s.ApplyBy
	return v
}

// fileView is one certificate whole.
type fileView struct {
	RowView
	Number           string                 `json:"number" doc:"masked; empty: not recorded"`
	CodeSet          string                 `json:"codeSet"`
	Limits           []string               `json:"limits" nullable:"false"`
	Issuer           string                 `json:"issuer"`
	FirstIssuedOn    day.Date               `json:"firstIssuedOn"`
	TenYearException bool                   `json:"tenYearException"`
	Reviews          []day.Date             `json:"reviews" nullable:"false"`
	ApplyOverdue     bool                   `json:"applyOverdue"`
	OverdueDays      int                    `json:"overdueDays"`
	GapDays          int                    `json:"gapDays" doc:"days a late review left uncovered"`
	VerifiedOn       day.Date               `json:"verifiedOn"`
	VerifiedBy       string                 `json:"verifiedBy"`
	SupersedesID     id.Of[id.Certificate]  `json:"supersedesId" doc:"the version before; empty: the first"`
	SupersededOn     day.Date               `json:"supersededOn"`
	AttachmentIDs    []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false"`
	Events           []eventView            `json:"events" nullable:"false" doc:"oldest first"`
	Lapses           []lapseView            `json:"lapses" nullable:"false" doc:"hazards entered because its holder went on working, the latest first"`
}

type lapseView struct {
	DueOn    day.Date         `json:"dueOn"`
	HazardID id.Of[id.Hazard] `json:"hazardId"`
}

type eventView struct {
	Type       string    `json:"type" enum:"registered,completed,review,renewed,revoked,cancelled,verified"`
	HappenedOn day.Date  `json:"happenedOn"`
	Note       string    `json:"note"`
	At         time.Time `json:"at"`
	ByName     string    `json:"byName"`

	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false" doc:"what shows it"`
}

func viewFile(ctx context.Context, f File) fileView {
	c, s := f.Certificate, f.Standing
	v := fileView{
		RowView: viewRow(c, f.Today, text.Of(ctx), masks(ctx)),
		Number:  f.Number, CodeSet: c.CodeSet, Limits: append([]string{}, c.Limits...), Issuer: c.Issuer, FirstIssuedOn: c.FirstIssuedOn,
		TenYearException: c.TenYearException, Reviews: append([]day.Date{}, c.Reviews.V...), ApplyOverdue: s.ApplyOverdue,
		OverdueDays: s.OverdueDays, GapDays: s.GapDays, VerifiedOn: c.VerifiedOn, VerifiedBy: c.VerifiedBy, SupersededOn: c.SupersededOn,
		AttachmentIDs: idsOf(c.AttachmentIDs), Events: []eventView{}, Lapses: []lapseView{},
	}
	if c.SupersedesID != nil {
		v.SupersedesID = *c.SupersedesID
	}
	for _, e := range f.Events {
		v.Events = append(v.Events, eventView{e.Type, e.HappenedOn, e.Note, e.At, e.ByName, idsOf(e.AttachmentIDs)})
	}
	for _, l := range f.Lapses {
		v.Lapses = append(v.Lapses, lapseView{l.DueOn, l.HazardID})
	}
	return v
}

func idsOf(list db.Ints) []id.Of[id.Attachment] {
	out := make([]id.Of[id.Attachment], len(list))
	for i, n := range list {
		out[i] = id.Of[id.Attachment](n)
	}
	return out
}

type kindsView struct {
	Version string     `json:"version" doc:"of the catalogue"`
	Kinds   []kindView `json:"kinds" nullable:"false"`
}

type kindView struct {
	ID             string        `json:"id"`
	Name           string        `json:"name"`
	Category       string        `json:"category"`
	IssuingBody    string        `json:"issuingBody"`
	Statutory      bool          `json:"statutory"`
	ValidityMonths int           `json:"validityMonths" doc:"0: never ends"`
	ReviewMonths   int           `json:"reviewMonths" doc:"0: no review in between"`
	ReminderDays   []int         `json:"reminderDays" nullable:"false"`
	Operations     []operandView `json:"operations" nullable:"false" doc:"one must be chosen where there are any"`
	CodeSet        bool          `json:"codeSet" doc:"the year of the code table must be named"`
}

type operandView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func viewKinds(ctx context.Context) kindsView {
	v := kindsView{Version: Kinds.Version, Kinds: []kindView{}}
	english := text.Of(ctx) == text.English
	for _, k := range Kinds.Kinds {
		kv := kindView{
			ID: k.ID, Name: k.NameZh, Category: k.Category, IssuingBody: k.IssuingBody, Statutory: k.Statutory, ValidityMonths: k.ValidityMonths,
			ReviewMonths: k.ReviewMonths, ReminderDays: append([]int{}, k.ReminderDays...), Operations: []operandView{}, CodeSet: k.ID == operatorKind,
		}
		if english {
			kv.Name = k.NameEn
		}
		for _, o := range Kinds.operands(k.ID) {
			ov := operandView{o.ID, o.NameZh}
			if english {
				ov.Name = o.NameEn
			}
			kv.Operations = append(kv.Operations, ov)
		}
		v.Kinds = append(v.Kinds, kv)
	}
	return v
}

// nothing is for an answer that needs the permission and no row.
func nothing(db.Tx, rbac.Scope) error { return nil }
