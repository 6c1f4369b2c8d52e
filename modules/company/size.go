package company

import (
	"embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/fen"
)

// Size is a size class (企业规模) of the 2017 measures.
type Size int16

// Sizes. SizeUnknown: no class for the sector, or too little is known to tell.
const (
	SizeUnknown Size = iota
	Large
	Medium
	Small
	Micro
)

// tenThousand yuan in fen, the unit the measures count in (万元).
const tenThousand = 10_000 * 100

//go:embed library/*.yaml
var library embed.FS

// sizeRow is one row of the measures: bounds for large, medium and small.
type sizeRow struct {
	Name     string
	Codes    []string
	From, To string  // of two-digit divisions, where a row covers many
	X        []int64 // persons
	Y        []int64 // revenue, 10,000 yuan
	Z        []int64 // assets, 10,000 yuan
}

type measures struct {
	Version, Source string
	Rows            []sizeRow
	AboveScale      struct {
		From, To    string
		RevenueYuan int64 `yaml:"revenue_yuan"`
	} `yaml:"above_scale"`
}

var (
	sizes = mustRead[measures]("library/size.yaml")
	tags  = mustRead[map[string]string]("library/tags.yaml")
)

// mustRead parses a library; a mistake in it stops the program, and every test, at once.
func mustRead[T any](name string) (v T) {
	b, err := library.ReadFile(name)
	if err == nil {
		err = yaml.Unmarshal(b, &v)
	}
	if err != nil {
		panic(fmt.Errorf("company: %s: %w", name, err))
	}
	return v
}

func (r sizeRow) covers(industry string) bool {
	if r.From != "" && len(industry) >= 2 && industry[:2] >= r.From && industry[:2] <= r.To {
		return true
	}
	for _, c := range r.Codes {
		if strings.HasPrefix(industry, c) {
			return true
		}
	}
	return false
}

// SizeOf returns the size class of a company in an industry (GB/T 4754). An unknown figure
// is nil; the class is known nevertheless when it is the same whatever the figure may be.
// Source: 2017 measures; 《统计上大中小微型企业划分办法（2017）》.
func SizeOf(industry string, staff *int32, revenue, assets *fen.Amount) Size {
	for _, r := range sizes.Rows {
		if !r.covers(industry) {
			continue
		}
		worst, best := r.class(staff, revenue, assets, 0), r.class(staff, revenue, assets, 1<<62)
		if worst == best {
			return worst
		}
		return SizeUnknown
	}
	return SizeUnknown
}

// class returns the class with unknown figures taken as given.
func (r sizeRow) class(staff *int32, revenue, assets *fen.Amount, unknown int64) Size {
	figure := func(v *fen.Amount) int64 {
		if v == nil {
			return unknown
		}
		return int64(*v)
	}
	x := unknown
	if staff != nil {
		x = int64(*staff)
	}
	for i, size := range []Size{Large, Medium, Small} {
		if reaches(x, r.X, i, 1) && reaches(figure(revenue), r.Y, i, tenThousand) && reaches(figure(assets), r.Z, i, tenThousand) {
			return size
		}
	}
	return Micro
}

func reaches(v int64, bounds []int64, i int, unit int64) bool {
	return bounds == nil || v >= bounds[i]*unit
}

// AboveScale reports whether a company counts as above designated size (规模以上): an
// industrial one with a main revenue from 20 million yuan a year.
func AboveScale(industry string, revenue *fen.Amount) bool {
	a := sizes.AboveScale
	return revenue != nil && len(industry) >= 2 && industry[:2] >= a.From && industry[:2] <= a.To && int64(*revenue) >= a.RevenueYuan*100
}
