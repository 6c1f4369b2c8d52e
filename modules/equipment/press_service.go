package equipment

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/library"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

//go:embed data/waves.yaml
var wavesYAML []byte

// plan is what the city's plan asked of presses, shown as information.
var plan = library.Must[cityPlan]("equipment: waves", wavesYAML)

type cityPlan struct {
	Target float64             `yaml:"target"` // share of presses tested
	County string              `yaml:"county"` // code that the towns lie in
	Waves  map[string][]string `yaml:"waves"`  // year → towns
	Source string              `yaml:"source"`
}

// waveOf is the year by which the plan asked for the presses of a town.
func waveOf(path, name string) string {
	if !strings.HasPrefix(path, plan.County) {
		return ""
	}
	for year, towns := range plan.Waves {
		if slices.Contains(towns, name) {
			return year
		}
	}
	return ""
}

// depths are the lengths of paths: province, city, county, town, village, grid.
var depths = []int{2, 4, 6, 9, 12, 15}

// Rates returns the standing of presses in one's area and in those just below parent.
// Errors: ErrArea.
func (s *Service) Rates(ctx context.Context, parent string) (total Rate, below []Rate, err error) {
	err = s.Gate.Read(ctx, ActionPress, func(tx db.Tx, scope rbac.Scope) error {
		areas := scope.Actor().Areas
		if parent != "" && !slices.ContainsFunc(areas, func(a string) bool { return strings.HasPrefix(parent, a) }) {
			return ErrArea.At("query.parent")
		}
		if parent == "" && len(areas) == 1 {
			parent = areas[0]
		}
		below, err = ratesBelow(ctx, tx, scope, parent, below1(parent), areas)
		return err
	})
	total.Path = parent
	for i := range below {
		r := &below[i]
		r.Wave = waveOf(r.Path, r.Name)
		total.Companies, total.Presses, total.Tested = total.Companies+r.Companies, total.Presses+r.Presses, total.Tested+r.Tested
		total.Guarded, total.Failed, total.Mended = total.Guarded+r.Guarded, total.Failed+r.Failed, total.Mended+r.Mended
	}
	return total, below, err
}

// below1 is the length of paths one level below parent.
func below1(parent string) int {
	for _, d := range depths {
		if d > len(parent) {
			return d
		}
	}
	return len(parent)
}

// OwnerFilter says which companies with presses to list.
type OwnerFilter struct {
	page.Query
	Area   string `query:"area" pattern:"^[0-9A-Z]*$" maxLength:"15" doc:"path of an area; empty: one's own"`
	Behind bool   `query:"behind" doc:"only those with a press that is not tested"`
}

// Owners returns one page of companies with presses, by place. Errors: page.ErrCursor.
func (s *Service) Owners(ctx context.Context, f OwnerFilter) (rows []Owner, k page.Key, err error) {
	if k, err = f.Start("place", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionPress, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = owners(ctx, tx, scope, f.Area, f.Behind, f.Limit, k)
		return err
	})
	return rows, k, err
}

func ownerKey(o Owner) []string { return []string{o.RegionPath, o.CompanyID.String()} }

// ExportColumns are the columns of the list of companies with presses.
func ExportColumns() []sheet.Column {
	column := func(key, zh, en string, kind sheet.Kind) sheet.Column {
		return sheet.Column{Key: key, Title: map[text.Lang]string{text.Chinese: zh, text.English: en}, Kind: kind}
	}
	return []sheet.Column{
		column("town", "镇街", "Town", sheet.Text), column("name", "企业名称", "Company", sheet.Text), column("presses", "冲床（台）", "Presses", sheet.Int),
		column("tested", "检测合格在有效期内（台）", "Tested", sheet.Int), column("rate", "检测率（%）", "Test rate (%)", sheet.Text),
		column("guarded", "操作侧有防护（台）", "Guarded", sheet.Int), column("failed", "检测不合格（次）", "Failed", sheet.Int),
		column("mended", "已整改（次）", "Mended", sheet.Int), column("mendRate", "整改率（%）", "Rectified (%)", sheet.Text),
	}
}

// ExportPage reads one page of that list for an export. Errors: as Owners.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f := OwnerFilter{Query: page.Query{Limit: limit, Cursor: cursor}}
	if a := filters["area"]; len(a) > 0 {
		f.Area = a[0]
	}
	f.Behind = len(filters["behind"]) > 0 && filters["behind"][0] == "true"
	rows, k, err := s.Owners(ctx, f)
	if err != nil {
		return nil, "", err
	}
	list := page.Of(rows, k, limit, ownerKey, func(o Owner) sheet.Record {
		n := func(v int64) string { return strconv.FormatInt(v, 10) }
		return sheet.Record{Key: o.CompanyID.String(), Values: []string{
			o.Town, o.Name, n(o.Presses), n(o.Tested), percent(o.Tested, o.Presses), n(o.Guarded), n(o.Failed), n(o.Mended), percent(o.Mended, o.Failed),
		}}
	})
	return list.Items, list.Next, nil
}

// percent writes a share with one digit; empty of nothing.
func percent(num, den int64) string {
	if den == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d", num*1000/den/10, num*1000/den%10)
}
