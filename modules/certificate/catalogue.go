package certificate

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml"

	"anbiao/kit/text"
)

//go:embed data/catalogue.yaml
var catalogueYAML []byte

// Kinds is the catalogue of kinds of certificates, read once; its data say where each
// figure comes from and how far that is confirmed.
var Kinds = mustCatalogue(catalogueYAML)

// Catalogue is one version of the kinds, special operations and equipment items.
type Catalogue struct {
	Version    string            `yaml:"version"`
	Kinds      []Kind            `yaml:"certificate_kinds"`
	Operations []Trade           `yaml:"special_operations"`
	Equipment  equipment         `yaml:"special_equipment_operators"`
	Formats    map[string]format `yaml:"number_formats"`
}

// Kind is one kind of certificate and its periods, in months and days.
type Kind struct {
	ID             string `yaml:"id"`
	NameZh         string `yaml:"name_zh"`
	NameEn         string `yaml:"name_en"`
	Category       string `yaml:"category"`
	IssuingBody    string `yaml:"issuing_body"`
	Statutory      bool   `yaml:"statutory"`
	ValidityMonths int    `yaml:"validity_months"`     // 0: never ends
	ReviewMonths   int    `yaml:"review_every_months"` // 0: no review (复审) in between
	Apply          apply  `yaml:"apply_rule"`
	ReminderDays   []int  `yaml:"reminder_days"` // before a due day, largest first
	NumberFormat   string `yaml:"number_format"`
	Basis          []any  `yaml:"basis"`
	Confidence     any    `yaml:"confidence"` // one mark, or one a figure
}

// apply says when to apply for a review or renewal: within a window that opens before the
// due day, or by a deadline before it.
type apply struct {
	Type           string `yaml:"type"` // window, deadline, none
	OpensDays      int    `yaml:"opens_days_before"`
	OpensMonths    int    `yaml:"opens_months_before"`
	DeadlineDays   int    `yaml:"deadline_days_before"`
	DeadlineMonths int    `yaml:"deadline_months_before"`
}

// Trade is a category of special operations (特种作业).
type Trade struct {
	NameZh          string    `yaml:"name_zh"`
	NameEn          string    `yaml:"name_en"`
	Confidence      string    `yaml:"confidence"`
	CertificateKind string    `yaml:"certificate_kind"` // where it is not the usual one
	Operations      []operand `yaml:"operations"`
}

// operand is one operation or equipment item a certificate may be for.
type operand struct {
	ID      string `yaml:"id"`
	Code    string `yaml:"code"`
	AnnexNo string `yaml:"annex_no"` // in the catalogue of special operations
	NameZh  string `yaml:"name_zh"`
	NameEn  string `yaml:"name_en"`
}

type equipment struct {
	Categories []struct {
		Items []operand `yaml:"items"`
	} `yaml:"categories"`
}

type format struct {
	Regex    string `yaml:"regex"`
	compiled *regexp.Regexp
}

// operatorKind is the kind whose operations are equipment items.
const (
	operationKind = "special_operation"
	operatorKind  = "special_equipment_operator"
)

func mustCatalogue(b []byte) Catalogue {
	var c Catalogue
	if err := yaml.Unmarshal(b, &c); err != nil {
		panic(fmt.Errorf("certificate: catalogue: %w", err))
	}
	text.WideAll(&c)
	for name, f := range c.Formats {
		if f.Regex != "" {
			f.compiled = regexp.MustCompile(f.Regex)
			c.Formats[name] = f
		}
	}
	return c
}

// Kind returns the kind with the given id. Errors: ErrKind.
func (c Catalogue) Kind(id string) (Kind, error) {
	i := slices.IndexFunc(c.Kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, ErrKind
	}
	return c.Kinds[i], nil
}

// operands lists what a certificate of kind may be for; none if the kind has no operations.
func (c Catalogue) operands(kind string) []operand {
	var all []operand
	if kind == operatorKind {
		for _, g := range c.Equipment.Categories {
			for _, o := range g.Items {
				o.ID = o.Code
				all = append(all, o)
			}
		}
		return all
	}
	for _, t := range c.Operations {
		if of := t.CertificateKind; of == kind || (of == "" && kind == operationKind) {
			all = append(all, t.Operations...)
		}
	}
	return all
}

// operand returns one of kind's operations. Errors: ErrOperation if kind has no such, has
// operations and id is empty, or has none and id is not.
func (c Catalogue) operand(kind, id string) (operand, error) {
	all := c.operands(kind)
	if len(all) == 0 && id == "" {
		return operand{}, nil
	}
	i := slices.IndexFunc(all, func(o operand) bool { return o.ID == id })
	if i < 0 {
		return operand{}, ErrOperation
	}
	return all[i], nil
}

// longestNumber is the limit of a number without a form of its own, in characters.
const longestNumber = 64

// checkNumber refuses a certificate number that has not kind's form. Errors: ErrNumber.
func (c Catalogue) checkNumber(k Kind, number string) error {
	f := c.Formats[k.NumberFormat]
	if number != "" && (len([]rune(number)) > longestNumber || (f.compiled != nil && !f.compiled.MatchString(number))) {
		return ErrNumber
	}
	return nil
}

// names returns the names of kind and operation in l; unknown ids stand for themselves.
func (c Catalogue) names(l text.Lang, kind, operation string) (string, string) {
	k, err := c.Kind(kind)
	if err != nil {
		k.NameZh, k.NameEn = kind, kind
	}
	o, err := c.operand(kind, operation)
	if err != nil {
		o.NameZh, o.NameEn = operation, operation
	}
	if l == text.English {
		return k.NameEn, o.NameEn
	}
	return k.NameZh, o.NameZh
}

// title is "kind (operation)" in l.
func (c Catalogue) title(l text.Lang, kind, operation string) string {
	k, o := c.names(l, kind, operation)
	switch {
	case o == "":
		return k
	case l == text.English:
		return k + " (" + o + ")"
	}
	return k + "（" + o + "）"
}
