package dossier

import (
	"context"
	"errors"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Verdicts on a row of a list of who answers: what saving it would do.
const (
	RowChanged = "changed"
	RowSame    = "same"
)

// What may be wrong with a row.
var (
	// ErrRowCompany: no such company in the area.
	ErrRowCompany = fault.New(fault.Invalid, "dossier.row-company")
	// ErrRowEmpty: the row names nobody.
	ErrRowEmpty = fault.New(fault.Invalid, "dossier.row-empty")
)

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "dossier."+key, nil), text.English: text.Say(text.English, "dossier."+key, nil)}
}

// RosterColumns are the columns of a list of who answers: a row a company, for each kind name, post and telephone.
func RosterColumns() []sheet.Column {
	out := []sheet.Column{
		{Key: "uscc", Title: named("col-uscc"), Kind: sheet.Code, Max: 40, Synonyms: []string{"信用代码", "社会信用代码"}},
		{Key: "name", Title: named("col-name"), Kind: sheet.Text, Required: true, Max: 100, Width: 32, Synonyms: []string{"单位名称", "企业"}},
		{Key: "sinceOn", Title: named("col-since"), Kind: sheet.Date, Note: named("col-since-note"), Synonyms: []string{"起始日期", "任职日期"}},
	}
	for _, k := range Kinds {
		out = append(out,
			sheet.Column{Key: k, Title: named("kind-" + k), Kind: sheet.Text, Max: 30, Width: 16},
			sheet.Column{Key: k + "Post", Title: named("post-" + k), Kind: sheet.Text, Max: 60, Width: 22},
			sheet.Column{Key: k + "Phone", Title: named("phone-" + k), Kind: sheet.Code, Max: 20, Width: 16})
	}
	return out
}

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{
		"uscc": "91330784MAXXXX0152", "name": "永康市某某五金有限公司", "territory": "王某某", "territoryPost": "某某镇副镇长", "territoryPhone": "19900000001", "line": "李某某", "linePost": "市经信局工业科",
		"general": "陈某某", "generalPost": "市应急管理局基础科", "company": "吕某某", "companyPost": "总经理", "grid": "胡某某", "gridPost": "第3网格",
	}
}

// RosterIdentity tells rows about the same company from others.
func RosterIdentity(r sheet.Row) string {
	if c := code.Normalise(r.Values["uscc"]); c != "" {
		return c
	}
	return strings.TrimSpace(r.Values["name"])
}

// rosterSaved sums up one batch for the trail.
type rosterSaved struct{ Named int }

// CheckRoster says of each row what saving it would do in the name of a, and notes what is wrong in the row's Faults. For the
// job runner.
func (s *Service) CheckRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.planRoster(ctx, tx, a, rows)
	return verdicts, err
}

// SaveRoster names in the name of a; an empty cell says nothing, so nobody ends by it. Saving twice changes nothing.
func (s *Service) SaveRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	p, verdicts, err := s.planRoster(ctx, tx, a, rows)
	if err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed("dossier.roster", 0, 0, rosterSaved{}, rosterSaved{p.changed()})
	return verdicts, p.store(ctx)
}

func (*Service) planRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (*plan, []string, error) {
	verdicts := make([]string, len(rows))
	var codes, names []string
	for _, r := range rows {
		codes, names = append(codes, code.Normalise(r.Values["uscc"])), append(names, strings.TrimSpace(r.Values["name"]))
	}
	byCode, byName, err := firmsBy(ctx, tx, a, codes, names)
	if err != nil {
		return nil, nil, err
	}
	firms := make([]Boarded, len(rows))
	var ids []rbac.CompanyID
	for i := range rows {
		f, ok := byCode[codes[i]]
		if !ok && codes[i] == "" {
			f, ok = byName[names[i]]
		}
		if ok {
			firms[i], ids = f, append(ids, f.CompanyID)
		} else if len(rows[i].Faults) == 0 {
			bad(&rows[i], "name", ErrRowCompany)
		}
	}
	last, err := lastOf(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	p := &plan{by: a, tx: tx}
	for i := range rows {
		if len(rows[i].Faults) > 0 {
			continue
		}
		before := p.changed()
		if p.row(&rows[i], firms[i], last[firms[i].CompanyID]); len(rows[i].Faults) > 0 {
			continue
		}
		verdicts[i] = RowSame
		if p.changed() > before {
			verdicts[i] = RowChanged
		}
	}
	return p, verdicts, nil
}

// row plans what one row names; nothing of a row with a fault is kept.
func (p *plan) row(row *sheet.Row, firm Boarded, last map[string]Responsible) {
	keep := *p
	since, err := day.Parse(row.Values["sinceOn"])
	if err != nil {
		since = today(p.tx)
	}
	none := true
	for _, k := range Kinds {
		n := Named{Kind: k, Name: strings.TrimSpace(row.Values[k]), Post: strings.TrimSpace(row.Values[k+"Post"]), Phone: strings.TrimSpace(row.Values[k+"Phone"]), SinceOn: since}
		if n.Name == "" {
			continue
		}
		none = false
		if err := p.name(firm, n, last); err != nil {
			var fe *fault.Error
			if errors.As(err, &fe) {
				bad(row, k, fe)
			}
			*p = keep
			return
		}
	}
	if none {
		bad(row, Kinds[0], ErrRowEmpty)
	}
}

func bad(row *sheet.Row, column string, f *fault.Error) {
	row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// record is a company with who answers as a row of the list.
func (b Boarded) record() sheet.Record {
	r := sheet.Record{Key: b.CompanyID.String(), Values: []string{b.USCC, b.Name, ""}}
	for _, k := range Kinds {
		one := []string{"", "", ""}
		for _, p := range b.People {
			if p.Kind == k {
				one, r.Values[2] = []string{p.Name, p.Post, p.Phone}, later(r.Values[2], p.SinceOn.String())
			}
		}
		r.Values = append(r.Values, one...)
	}
	return r
}

// later is the later of two days as they are written.
func later(a, b string) string {
	if a > b {
		return a
	}
	return b
}
