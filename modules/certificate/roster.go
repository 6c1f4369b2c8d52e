package certificate

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// ActionImport is the permission to import a list of certificates.
const ActionImport rbac.Action = "certificate.card.import"

// Verdicts on a row of a list: what saving it would do.
const (
	rowNew     = "new"
	rowChanged = "changed" // a renewal, or something more about what is recorded
	rowSame    = "same"
)

// What may be wrong with a row of a list, besides the module's other faults.
var (
	// ErrRowHolder: the row names nobody.
	ErrRowHolder = fault.New(fault.Invalid, "certificate.row-holder")
	// ErrRowAmbiguous: {count} people are called {name}; an employee number, phone or identity number tells them apart.
	ErrRowAmbiguous = fault.New(fault.Invalid, "certificate.row-ambiguous")
	// ErrRowOlder: a version valid from {day} is recorded already.
	ErrRowOlder = fault.New(fault.Invalid, "certificate.row-older")
	// ErrRowTwice: the same certificate stands in row {row} already.
	ErrRowTwice = fault.New(fault.Invalid, "certificate.row-twice")
)

// Called is what a row says of a person; whatever is empty it does not say.
type Called struct {
	Known                             id.Of[id.Staff] // found earlier; the rest says nothing then
	Name, EmployeeNo, Phone, Identity string
}

// Known is a person a list may mean.
type Known struct {
	StaffID id.Of[id.Staff]
	Name    string
	LeftOn  day.Date
}

// Recognise finds, for each of list, whom it may mean; one who is known by number, phone or identity number is the
// only one. In one statement for all.
type Recognise func(ctx context.Context, tx db.Tx, company rbac.CompanyID, list []Called) ([][]Known, error)

var codeSets = []sheet.Option{{Value: "2011", Title: title("2011", "2011")}, {Value: "2019", Title: title("2019", "2019")}, {Value: "2021", Title: title("2021", "2021")}}

// RosterColumns are the columns of a list of certificates for import.
func RosterColumns() []sheet.Column {
	kinds := make([]sheet.Option, len(Kinds.Kinds))
	for i, k := range Kinds.Kinds {
		kinds[i] = sheet.Option{Value: k.ID, Title: title(k.NameZh, k.NameEn)}
	}
	return []sheet.Column{
		{Key: "holderName", Title: title("姓名", "Name"), Kind: sheet.Text, Max: 50, Width: 12, Synonyms: []string{"持证人", "持证人姓名", "人员姓名", "员工姓名", "Holder"}},
		{
			Key: "employeeNo", Title: title("工号", "Employee no."), Kind: sheet.Code, Max: 40, Width: 14, Mask: maskIdentity,
			Synonyms: []string{"员工编号", "职工编号", "人员编号", "工号/身份证号/手机", "工号/身份证号", "员工号"}, Note: title("工号、身份证号、手机填一项即可", "one of number, identity number or phone is enough"),
		},
		{
			Key: "identity", Title: title("身份证号", "Identity number"), Kind: sheet.Code, Max: 40, Width: 22, Mask: seal.Mask,
			Synonyms: []string{"身份证", "身份证号码", "公民身份号码", "身份证件号码"}, Note: title("只用来找人，不另保存", "used to find the person, not kept"),
		},
		{Key: "phone", Title: title("手机", "Phone"), Kind: sheet.Code, Max: 40, Width: 16, Mask: maskIdentity, Synonyms: []string{"手机号", "手机号码", "联系电话", "电话"}},
		{
			Key: "kindName", Title: title("证件类型", "Kind"), Kind: sheet.Text, Required: true, Max: 60, Width: 22, Choices: kinds,
			Synonyms: []string{"证书种类", "证件种类", "证书类型", "证书名称", "证件名称", "证照类型", "作业类别及证件"},
		},
		{
			Key: "operationName", Title: title("准操项目", "Operation"), Kind: sheet.Text, Max: 80, Width: 22,
			Synonyms: []string{"作业项目", "操作项目", "作业类别", "作业类别/准操项目", "作业种类", "项目代号", "作业项目代号", "工种"}, Note: title("名称、代号或目录序号，如 低压电工作业、N1、1.2", "name, code or number in the annex"),
		},
		{Key: "codeSet", Title: title("代号目录年份", "Code set"), Kind: sheet.Choice, Choices: codeSets, Width: 12, Synonyms: []string{"目录年份", "代码目录"}, Note: title("特种设备作业项目才填，不填按2021", "for special equipment only; 2021 if left out")},
		{
			Key: "number", Title: title("证号", "Number"), Kind: sheet.Code, Max: 80, Width: 24, Mask: seal.Mask, Synonyms: []string{"证书编号", "证件编号", "证件号码", "证件号", "编号", "证书号", "证书编号（部分隐去）", "Number (masked)"},
			Note: title("加密保存；带*的部分隐去号码不作修改", "kept encrypted; a masked one changes nothing"),
		},
		{Key: "issuer", Title: title("发证机关", "Issued by"), Kind: sheet.Text, Max: 100, Width: 22, Synonyms: []string{"发证单位", "签发机关", "考核机关"}},
		{Key: "firstIssuedOn", Title: title("初领日期", "First issued on"), Kind: sheet.Date, Synonyms: []string{"初次领证日期", "初领证日期", "首次发证日期"}},
		{Key: "validFrom", Title: title("有效期开始", "Valid from"), Kind: sheet.Date, Synonyms: []string{"有效期自", "有效期开始日期", "有效期起", "有效期起始日期", "发证日期", "取证日期", "批准日期"}, Note: title("不填的登记为资料不全", "without it the certificate is incomplete")},
		{Key: "validTo", Title: title("有效期结束", "Valid to"), Kind: sheet.Date, Synonyms: []string{"有效期至", "有效期结束日期", "有效期止", "到期日期", "有效期截止日期", "有效日期"}},
		{Key: "reviewDueOn", Title: title("应复审日期", "Review due on"), Kind: sheet.Date, Synonyms: []string{"应复审时间", "复审期限", "下次复审日期"}},
		{Key: "reviewedOn", Title: title("复审日期", "Reviewed on"), Kind: sheet.Date, Synonyms: []string{"实际复审日期", "已复审日期", "最近复审日期", "复审时间"}},
	}
}

// maskIdentity masks what looks like an identity number.
func maskIdentity(s string) string {
	if len(s) >= 15 {
		return seal.Mask(s)
	}
	return s
}

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{
		"holderName": "张某", "employeeNo": "A001", "kindName": "特种作业操作证", "operationName": "低压电工作业", "issuer": "浙江省应急管理厅", "firstIssuedOn": "2024-03-01",
		"validFrom": "2024-03-01", "validTo": "2030-02-28", "reviewDueOn": "2027-02-28",
	}
}

// RosterIdentity leaves rows about one certificate to the check, which knows whom a row means.
func RosterIdentity(sheet.Row) string { return "" }

// Cells that the preview keeps beside those of the list: what may not be kept as it came.
const (
	sealCell   = "_sealed" // certificate number, sealed
	indexCell  = "_index"
	personCell = "_person" // staff id, once it was found by a number that is not kept
)

// entry is what one row says.
type entry struct {
	row int // place in the batch
	Called
	kind      Kind
	operation string
	codeSet   string
	sealed    []byte
	index     []byte
	Printed
	first, reviewed day.Date
	staff           id.Of[id.Staff]
	name            string
}

type reading struct {
	row *sheet.Row
	entry
}

func (r *reading) bad(column string, err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		f = ErrDates
	}
	r.row.Faults = append(r.row.Faults, sheet.CellFault{Row: r.row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// readEntry reads one row; what is wrong with it stands in row.Faults afterwards, and instead of numbers their masks.
func readEntry(i int, row *sheet.Row, keys *seal.Field, today day.Date) entry {
	r := &reading{row: row, entry: entry{row: i}}
	v := row.Values
	r.Name = strings.Join(strings.Fields(v["holderName"]), "")
	for _, cell := range []string{"employeeNo", "identity", "phone"} {
		r.called(code.Normalise(v[cell]))
		if said := code.Normalise(v[cell]); len(said) >= 15 {
			v[cell] = seal.Mask(said)
		}
	}
	k, o, ok := findKind(v["kindName"], v["operationName"])
	switch {
	case !ok:
		r.bad("kindName", ErrKind)
	case o == "" && len(Kinds.operands(k.ID)) > 0:
		r.bad("operationName", ErrOperation)
	}
	r.kind, r.operation = k, o
	if k.ID == operatorKind {
		r.codeSet = cmpOr(v["codeSet"], "2021")
	}
	r.number(keys)
	r.Issuer = strings.TrimSpace(v["issuer"])
	for cell, to := range map[string]*day.Date{"firstIssuedOn": &r.first, "validFrom": &r.ValidFrom, "validTo": &r.ValidTo, "reviewDueOn": &r.ReviewDueOn, "reviewedOn": &r.reviewed} {
		if v[cell] != "" {
			var err error
			if *to, err = day.Parse(v[cell]); err != nil {
				r.bad(cell, ErrDates)
			}
		}
	}
	if r.kind.ReviewMonths == 0 {
		r.ReviewDueOn, r.reviewed = day.Date{}, day.Date{}
	}
	if r.reviewed.After(today) {
		r.bad("reviewedOn", ErrFuture)
	}
	return r.entry
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// called reads one word about a person by its form: identity number, phone, or else employee number.
func (r *reading) called(said string) {
	digits := strings.IndexFunc(said, func(c rune) bool { return c < '0' || c > '9' }) < 0
	switch {
	case said == "" || strings.Contains(said, "*"):
	case len(said) == 18:
		r.Identity = said
	case len(said) == 11 && said[0] == '1' && digits:
		r.Phone = said
	default:
		r.EmployeeNo = said
	}
}

// number reads the certificate number, or what an earlier reading made of it. A masked one says nothing. One that
// repeats the identity number tells whose it is, if nothing else does.
func (r *reading) number(keys *seal.Field) {
	v := r.row.Values
	if v[sealCell] != "" {
		r.sealed, r.index = unhex(v[sealCell]), unhex(v[indexCell])
		return
	}
	said := code.Normalise(v["number"])
	if said == "" || strings.Contains(said, "*") {
		return
	}
	v["number"] = seal.Mask(said)
	if err := Kinds.checkNumber(r.kind, said); err != nil {
		r.bad("number", ErrNumber)
		return
	}
	if own := strings.TrimPrefix(said, "T"); r.Identity == "" && r.EmployeeNo == "" && r.Phone == "" && len(own) == 18 {
		r.Identity = own
	}
	r.sealed, r.index = keys.Seal(said, numberColumn), keys.Index(said, numberColumn)
	v[sealCell], v[indexCell] = hex.EncodeToString(r.sealed), hex.EncodeToString(r.index)
}

func unhex(s string) []byte {
	b, _ := hex.DecodeString(s) // written by ourselves
	return b
}

// findKind finds the kind and operation that two cells name: by id, by name in either language, and the operation also by
// its number in the annex. Where the first cell names an operation, its kind is meant.
func findKind(kind, operation string) (k Kind, o string, ok bool) {
	index := words()
	said, what := search.Fold(kind), search.Fold(operation)
	k, ok = index.kinds[said]
	if !ok {
		for _, cell := range []string{said, what} {
			if at, found := index.operations[cell]; found && !ok {
				k, o, ok = at.kind, at.id, true
			}
		}
		return k, o, ok
	}
	for _, x := range Kinds.operands(k.ID) {
		if slices.Contains(x.words(), what) && what != "" {
			return k, x.ID, true
		}
	}
	return k, "", true
}

// words are what an operation may be called.
func (o operand) words() []string {
	out := []string{search.Fold(o.ID), search.Fold(o.NameZh), search.Fold(o.NameEn), search.Fold(strings.TrimSuffix(o.NameZh, "作业"))}
	if o.Code != "" {
		out = append(out, search.Fold(o.Code), search.Fold(o.Code+o.NameZh))
	}
	if o.AnnexNo != "" {
		out = append(out, search.Fold(o.AnnexNo))
	}
	return out
}

type lookup struct {
	kinds      map[string]Kind
	operations map[string]struct {
		kind Kind
		id   string
	}
}

var shortKinds = map[string]string{
	"特种作业证": operationKind, "特种作业": operationKind, "特种作业操作资格证": operationKind, "电工证": operationKind, "焊工证": operationKind,
	"特种设备作业人员证": operatorKind, "特种设备操作证": operatorKind, "特种设备证": operatorKind, "叉车证": operatorKind, "特种设备": operatorKind,
	"主要负责人证": "principal_general", "负责人安全资格证": "principal_general", "安全管理人员证": "manager_general", "安全员证": "manager_general", "安全管理员证": "manager_general",
}

var words = sync.OnceValue(func() lookup {
	l := lookup{map[string]Kind{}, map[string]struct {
		kind Kind
		id   string
	}{}}
	for _, k := range Kinds.Kinds {
		for _, w := range []string{k.ID, k.NameZh, k.NameEn} {
			l.kinds[search.Fold(w)] = k
		}
		for _, o := range Kinds.operands(k.ID) {
			for _, w := range []string{o.ID, o.NameZh, o.NameEn} {
				l.operations[search.Fold(w)] = struct {
					kind Kind
					id   string
				}{k, o.ID}
			}
		}
	}
	for w, id := range shortKinds {
		if k, err := Kinds.Kind(id); err == nil {
			l.kinds[search.Fold(w)] = k
		}
	}
	return l
})
