package city

import (
	"fmt"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/certificate"
)

// card is a certificate to be made up: its next due day lies due days ahead (behind, if
// negative).
type card struct {
	post, login     string // holder
	kind, operation string
	codeSet, issuer string
	limits          []string
	due             int
	review          bool // due for review, else for renewal
}

const (
	emergencyBureau = "浙江省应急管理厅"
	marketBureau    = "永康市市场监督管理局"
)

// cards of the worked company's people. Some come due within 60 days, one has lapsed.
func (b *builder) cards() []card {
	op := func(post, operation string, due int, review bool) card {
		return card{post: post, kind: "special_operation", operation: operation, issuer: emergencyBureau, due: due, review: review}
	}
	driver := func(post, item string, due int, limits ...string) card {
		return card{post: post, kind: "special_equipment_operator", operation: item, codeSet: "2021", issuer: marketBureau, due: due, limits: limits}
	}
	all := []card{
		{login: "worker", kind: "special_operation", operation: "SO0201", issuer: emergencyBureau, due: 45, review: true},
		{login: "principal", kind: "principal_general", issuer: "永康市应急管理局", due: 410},
		{login: "safety", kind: "manager_general", issuer: "永康市应急管理局", due: 55},
		{post: "安全总监", kind: "safety_director", issuer: "金华市应急管理局", due: 620},
		op("电工", "SO0102", 52, true), op("电工", "SO0102", 900, false),
		driver("叉车司机", "N1", 28), driver("叉车司机", "N1", 300), driver("叉车司机", "N1", 870),
		driver("模具调试工", "Q2", 190, "桥式起重机"), driver("模具调试工", "Q2", 540, "桥式起重机"), driver("模具调试工", "Q1", 340),
	}
	for _, due := range []int{-20, 130, 260, 410, 520, 655, 720, 960} {
		all = append(all, op("焊工", "SO0201", due, due < 600))
	}
	for i := range 8 {
		all = append(all, card{post: "抛光工", kind: "dust_training", issuer: "本单位", due: 40 + 35*i})
	}
	for i := range 6 { // stampers trained for the pit below the presses
		all = append(all, card{post: "冲压工", kind: "confined_space_training", issuer: "本单位", due: 85 + 30*i})
	}
	for i, login := range []string{"leader", "safety", "director"} {
		all = append(all, card{login: login, kind: "permit_guardian", issuer: "本单位", due: 95 + 30*i})
	}
	for i := range 16 { // team leaders watch permitted work
		all = append(all, card{post: "班组长", kind: "permit_guardian", issuer: "本单位", due: 70 + 20*i})
	}
	all = append(all, op("机修工", "SO0302", 480, true), op("机修工", "SO0302", -35, true))
	for i := range 2 {
		all = append(all, card{post: "前处理工", kind: "confined_space_training", issuer: "本单位", due: 110 + 60*i})
	}
	return all
}

// certify makes up the certificates of the worked company's people.
func (b *builder) certify() error {
	f := b.index["safety"]
	keys := b.deps.Box.Field(int64(f.CompanyID))
	used := map[*worker][]string{}
	var rows []*certificate.Certificate
	for i, c := range b.cards() {
		n := b.holder(c, used)
		if n < 0 {
			continue
		}
		w := f.staff[n]
		used[w] = append(used[w], c.kind)
		row, err := b.certificate(f, w, c)
		if err != nil {
			return err
		}
		if number := numberOf(c, n+1, i); number != "" {
			row.NumberSealed, row.NumberIndex = keys.Seal(number, "certificate.number"), keys.Index(number, "certificate.number")
		}
		rows = append(rows, row)
	}
	if err := fillRefs(b.ctx, b.tx, rows); err != nil {
		return err
	}
	by := b.named("safety")
	var events []certificate.Event
	for _, r := range rows {
		events = append(events, certificate.Event{
			CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, CertificateID: r.ID, Type: "registered",
			HappenedOn: b.today.AddDays(-370), Note: "台账导入", At: r.CreatedAt, ByPersonID: *by.PersonID, ByName: by.Name,
		})
	}
	return fill(b.ctx, b.tx, events)
}

// holder finds whom c is for, among those who have none of the kind yet; -1 for nobody.
func (b *builder) holder(c card, used map[*worker][]string) int {
	return slices.IndexFunc(b.index["safety"].staff, func(w *worker) bool {
		if !w.LeftOn.IsZero() || slices.Contains(used[w], c.kind) {
			return false
		}
		if c.login != "" {
			return w.PersonID != nil && b.login[c.login] == *w.PersonID
		}
		return w.post == c.post
	})
}

// numberOf is the number printed on c: that of special work repeats the identity number.
func numberOf(c card, n, i int) string {
	switch c.kind {
	case "special_operation":
		return "T" + string(resident(n))
	case "special_equipment_operator":
		return string(resident(n))
	case "dust_training", "confined_space_training":
		return ""
	}
	return fmt.Sprintf("AQ%06d", 330_700+i)
}

// certificate dates c back from its due day.
func (b *builder) certificate(f *firm, w *worker, c card) (*certificate.Certificate, error) {
	k, err := certificate.Kinds.Kind(c.kind)
	if err != nil {
		return nil, err
	}
	due := b.today.AddDays(c.due)
	row := &certificate.Certificate{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, StaffID: w.ID, HolderName: w.Name, Kind: c.kind, Operation: c.operation,
		CodeSet: c.codeSet, Limits: c.limits, NumberSealed: []byte{}, NumberIndex: []byte{}, Issuer: c.issuer, Reviews: db.JSON[[]day.Date]{V: []day.Date{}},
		AttachmentIDs: db.Ints{}, CreatedAt: at(b.today.AddDays(-370), 9, 0),
	}
	switch {
	case c.review:
		row.ValidFrom, row.PrintedReviewDue = due.AddMonths(-k.ReviewMonths), due
		row.PrintedValidTo = row.ValidFrom.AddMonths(k.ValidityMonths)
	default:
		row.ValidFrom, row.PrintedValidTo = due.AddMonths(-k.ValidityMonths), due
		if k.ReviewMonths > 0 {
			row.Reviews.V = []day.Date{row.ValidFrom.AddMonths(k.ReviewMonths).AddDays(-25)}
		}
	}
	row.FirstIssuedOn = row.ValidFrom
	facts := certificate.Facts{Kind: k, ValidFrom: row.ValidFrom, PrintedValidTo: row.PrintedValidTo, PrintedReviewDue: row.PrintedReviewDue, Reviews: row.Reviews.V}
	s := facts.On(b.today)
	row.ValidTo, row.NextDueOn, row.NextDueType = s.ValidTo, s.NextDue, s.NextDueType
	if len(k.ReminderDays) > 0 {
		row.RemindOn = s.NextDue.AddDays(-slices.Max(k.ReminderDays)) // none was sent yet
	}
	return row, nil
}
