// Package newcity brings a city into an installation: its authorities, the ways in for their first
// members, and what differs there.
package newcity

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/account"
	"anbiao/modules/feature"
	"anbiao/modules/selfreport"
	"anbiao/rbac"
)

// Office is what authorities of one kind of area are.
type Office struct {
	Names []string
	Role  string
	Guest string
}

// Profile is what a city gets.
type Profile struct {
	Offices   map[string]Office
	Features  map[string]feature.Value
	Reporting []Rule
}

// Rule is a local rule of reporting that binds the city.
type Rule struct{ Rule, Basis string }

//go:embed profile.yaml
var defaultYAML []byte

// ReadProfile reads a profile, the built-in one for no bytes. Its errors say what is wrong where.
func ReadProfile(b []byte) (p Profile, err error) {
	if len(b) == 0 {
		b = defaultYAML
	}
	if err := yaml.UnmarshalWithOptions(b, &p, yaml.Strict()); err != nil {
		return p, fmt.Errorf("profile: %w", err)
	}
	for _, kind := range []string{"city", "county", "town"} {
		if o := p.Offices[kind]; len(o.Names) == 0 || o.Role == "" || o.Guest == "" {
			return p, fmt.Errorf("profile: offices.%s needs names, role and guest", kind)
		}
	}
	for code, v := range p.Features {
		if v != feature.On && v != feature.Off {
			return p, fmt.Errorf(`profile: features.%s is %q, not "on" or "off"`, code, v)
		}
	}
	return p, nil
}

// Order is a city to be brought in.
type Order struct {
	Region string // code as printed (330700) or path (3307)
	Name   string // of the city, so that nobody brings in another by a slip of the code
	Phone  string // of its first officer: an account instead of an invitation
	Towns  bool
	Profile
}

// Line is one thing that is there now.
type Line struct {
	Area, What, Name string
	Made             bool
	Note             string // e.g. that an invitation is open
	Link             string // secrets: shown once
	Login, Password  string
}

// Errors that say what to do first.
var (
	ErrRegion = errors.New("the code of a city has four digits, or six that end with 00: 330700")
	ErrAbsent = errors.New("the areas are not there")
	ErrName   = errors.New("the area of that code has another name")
)

// area is one of the city's.
type area struct{ Path, Kind, Name, Above string }

// Seed brings the city in, in the caller's transaction. Done again it changes nothing. Errors: ErrRegion,
// ErrAbsent, ErrName, and those of account.Service.Establish, feature.Enter and selfreport.Enter.
func Seed(ctx context.Context, tx db.Tx, scope rbac.Scope, people *account.Service, o Order) (out []Line, err error) {
	path, err := pathOf(o.Region)
	if err != nil {
		return nil, err
	}
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('seed-city', 0))").Error; err != nil {
		return nil, err
	}
	areas, err := areasOf(ctx, tx, path, o)
	if err != nil {
		return nil, err
	}
	for i, a := range areas {
		line, err := found(ctx, tx, scope, people, o, a, i == 0)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", a.Path, a.Name, err)
		}
		out = append(out, line)
	}
	settled, err := settle(ctx, tx, scope, path, o)
	return append(out, settled...), err
}

// pathOf brings a code into the form of a path. Errors: ErrRegion.
func pathOf(region string) (string, error) {
	path := region
	if len(region) == 6 {
		path = strings.TrimSuffix(region, "00")
	}
	if len(path) != 4 || strings.Trim(path, "0123456789") != "" || strings.HasSuffix(path, "00") {
		return "", fmt.Errorf("%w, not %q", ErrRegion, region)
	}
	return path, nil
}

// areasOf lists the city, its counties and, if asked for, their towns. Errors: ErrAbsent with what to
// import, ErrName.
func areasOf(ctx context.Context, tx db.Tx, path string, o Order) (areas []area, err error) {
	q := `SELECT d.path, CASE d.kind WHEN 'zone' THEN 'town' ELSE d.kind END AS kind, d.name, coalesce(u.name, '') AS above FROM division d
		LEFT JOIN division u ON u.path = d.parent_path AND u.valid_until IS NULL
		WHERE d.valid_until IS NULL AND (d.path = ? OR (starts_with(d.path, ?) AND (d.kind = 'county' OR (? AND d.kind IN ('town', 'zone') AND length(d.path) = 9)))) ORDER BY length(d.path), d.path`
	if err := tx.WithContext(ctx).Raw(q, path, path, o.Towns).Scan(&areas).Error; err != nil {
		return nil, err
	}
	kinds := map[string]int{}
	for _, a := range areas {
		kinds[a.Kind]++
	}
	var lacks []string
	if len(areas) == 0 || areas[0].Path != path {
		lacks = append(lacks, "the city "+path)
	}
	if kinds["county"] == 0 {
		lacks = append(lacks, "its counties (paths "+path+"01 to "+path+"99)")
	}
	if o.Towns && kinds["town"] == 0 {
		lacks = append(lacks, "its towns (nine signs, below the counties)")
	}
	if len(lacks) > 0 {
		return nil, fmt.Errorf("%w: import first, as platform administrator under 行政区划: %s", ErrAbsent, strings.Join(lacks, "; "))
	}
	if areas[0].Name != o.Name {
		return nil, fmt.Errorf("%w: %s is %s, not %s", ErrName, path, areas[0].Name, o.Name)
	}
	return areas, nil
}

func found(ctx context.Context, tx db.Tx, scope rbac.Scope, people *account.Service, o Order, a area, first bool) (Line, error) {
	office := o.Offices[a.Kind]
	fill := strings.NewReplacer("{name}", a.Name, "{above}", a.Above).Replace
	f := account.Founding{Area: a.Path, Role: office.Role, Guest: fill(office.Guest)}
	for _, n := range office.Names {
		f.Names = append(f.Names, fill(n))
	}
	if first {
		f.Phone = o.Phone
	}
	is, err := people.Establish(ctx, tx, scope, f)
	line := Line{Area: a.Path, What: "office", Name: is.Name, Made: is.Made, Link: is.Link, Login: is.Login, Password: is.Password}
	switch {
	case is.Members > 0:
		line.Note = fmt.Sprintf("%d with the role %s", is.Members, office.Role)
	case is.Invited:
		line.Note = "an invitation is open; its link was shown when it was made"
	case is.Link != "":
		line.Note = "invited"
	case is.Login != "":
		line.Note = "account made"
	}
	return line, err
}

// settle makes what differs in the city.
func settle(ctx context.Context, tx db.Tx, scope rbac.Scope, path string, o Order) (out []Line, err error) {
	today := day.In(tx.Now, day.Shanghai)
	for _, f := range feature.Library {
		v, named := o.Features[f.Code]
		if !named {
			continue
		}
		_, err := feature.Enter(ctx, tx, scope, feature.Change{Feature: f.Code, Area: path, Value: v, From: today, Reason: "开通城市"})
		if err != nil && !errors.Is(err, feature.ErrSame) {
			return nil, fmt.Errorf("features.%s: %w", f.Code, err)
		}
		out = append(out, Line{Area: path, What: "feature", Name: f.Code, Made: err == nil, Note: string(v)})
	}
	if len(out) != len(o.Features) {
		return nil, fmt.Errorf("features: %w", feature.ErrUnknown)
	}
	for _, r := range o.Reporting {
		bound, err := selfreport.Binds(ctx, tx, path, r.Rule)
		if err == nil && !bound {
			_, err = selfreport.Enter(ctx, tx, scope, selfreport.Binding{Area: path, Profile: r.Rule, From: day.Of(today.Year(), today.Month(), 1), Basis: r.Basis})
		}
		if err != nil {
			return nil, fmt.Errorf("reporting.%s: %w", r.Rule, err)
		}
		out = append(out, Line{Area: path, What: "reporting", Name: r.Rule, Made: !bound, Note: r.Basis})
	}
	return out, nil
}
