package checklist

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/text"
)

// The library is data with versions. A file is never changed once a company may have
// pinned its version; a correction is a new file.
//
//go:embed library/*.yaml
var libraryFiles embed.FS

// Level is how grave a failed item is. It is a suggestion; a person confirms it.
type Level string

// Levels (一般 / 重大事故隐患).
const (
	General Level = "general"
	Major   Level = "major"
)

// Everyone is the tag that every company has.
const Everyone = "all"

// Frequencies in which an item wants to be looked at.
var Frequencies = []string{"per_shift", "daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly", "event", "per_use"}

var (
	confidences = []string{"verified", "document_seen", "memory", "design"}
	moduleKinds = []string{"management", "equipment", "place", "operation"}
)

// Library is one version of the item library (自查标准模块库).
type Library struct {
	Meta    Meta              `yaml:"meta"`
	Sources []Source          `yaml:"hazard_rule_sources"`
	Tags    map[string]string `yaml:"tags"`                         // code → Chinese name; modules apply by these
	Profile map[string]string `yaml:"profile_tags_for_major_rules"` // code → Chinese name; rules for major hazards apply by these
	Posts   map[string]string `yaml:"post_types"`
	Modules []Module          `yaml:"modules"`

	Checksum string `yaml:"-"` // SHA-256 of the file, hex
	items    map[string]*Item
	homes    map[string]*Module // by item code

	hints         map[string]Hint // by item code; none where the version has no file of hints
	hintsChecksum string
	shelf         *Shelf // where older versions stand
}

// Meta heads a library file.
type Meta struct {
	Title            string            `yaml:"title"`
	Version          string            `yaml:"version"`
	Language         string            `yaml:"language"`
	Modules          int               `yaml:"modules"`
	Items            int               `yaml:"items"`
	MajorItems       int               `yaml:"major_items"`
	ConditionalMajor int               `yaml:"conditional_major_items"`
	Wording          string            `yaml:"wording"`
	FieldNotes       map[string]string `yaml:"field_notes"`
	CompositionRule  string            `yaml:"composition_rule"`
}

// Source is a rule that decides which hazards are major, and how far its text was seen.
type Source struct {
	ID                string            `yaml:"id"`
	Title             string            `yaml:"title"`
	Effective         string            `yaml:"effective"`
	Scope             string            `yaml:"scope"`
	Confidence        string            `yaml:"confidence"`
	Articles          map[string]string `yaml:"articles"`
	ArticleConfidence string            `yaml:"article_confidence"`
}

// Module is a set of items about one kind of equipment, place, operation or duty.
type Module struct {
	Code      string   `yaml:"id"`
	NameZh    string   `yaml:"name_zh"`
	NameEn    string   `yaml:"name_en"`
	Kind      string   `yaml:"kind"`
	Tags      []string `yaml:"applies_when_any_tag"`
	ScopeNote string   `yaml:"scope_note"`
	Items     []Item   `yaml:"items"`
}

// Item is one thing to look at.
type Item struct {
	Code        string      `yaml:"code"`
	Requirement string      `yaml:"requirement"`
	Basis       []Clause    `yaml:"basis"`
	Method      string      `yaml:"method"`
	Level       Level       `yaml:"hazard_level_if_failed"` // before the company's tags are asked
	MajorBasis  []Clause    `yaml:"major_basis"`
	MajorWhen   []Clause    `yaml:"major_when"`
	Other       OtherRegime `yaml:"other_regime"`
	Frequency   string      `yaml:"frequency"`
	Posts       []string    `yaml:"applicable_post_type"`
}

// Clause points into a law or standard.
type Clause struct {
	Code       string   `yaml:"code" json:"code" doc:"short name of the document"`
	Ref        string   `yaml:"ref" json:"ref" doc:"title of the document"`
	Clause     string   `yaml:"clause" json:"clause" doc:"article, paragraph, item"`
	Condition  string   `yaml:"condition" json:"condition,omitempty" doc:"in which companies it applies"`
	Tags       []string `yaml:"when_any_tag" json:"whenAnyTag,omitempty" doc:"company tags under which it applies"`
	Confidence string   `yaml:"confidence" json:"confidence" enum:"verified,document_seen,memory,design,own" doc:"how far the text was seen; own: a rule of the company itself"`
	Note       string   `yaml:"note" json:"note,omitempty"`
}

// OtherRegime says that another authority's rule calls the failure serious (special
// equipment, fire). It is shown as a warning and counts as no major hazard here.
type OtherRegime struct {
	Ref        string `yaml:"ref" json:"ref,omitempty"`
	Clause     string `yaml:"clause" json:"clause,omitempty"`
	Text       string `yaml:"text" json:"text,omitempty"`
	Confidence string `yaml:"confidence" json:"confidence,omitempty"`
}

// Shelf holds every version of the library this program knows.
type Shelf struct {
	versions map[string]*Library
	newest   *Library
}

// OpenShelf reads and checks the libraries built into the program.
func OpenShelf() (*Shelf, error) {
	names, err := fs.Glob(libraryFiles, "library/checklists@*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	s := &Shelf{versions: map[string]*Library{}}
	for _, name := range names {
		b, err := libraryFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		l, err := ParseLibrary(b)
		if err != nil {
			return nil, fmt.Errorf("checklist: %s: %w", name, err)
		}
		if !strings.HasSuffix(name, "@"+l.Meta.Version+".yaml") {
			return nil, fmt.Errorf("checklist: %s says it is version %q", name, l.Meta.Version)
		}
		s.put(l)
	}
	if s.newest == nil {
		return nil, errors.New("checklist: no library")
	}
	return s, s.hint()
}

// put adds a version; the last one put is the newest.
func (s *Shelf) put(l *Library) {
	l.shelf, s.versions[l.Meta.Version], s.newest = s, l, l
}

// hint gives the versions their hints.
func (s *Shelf) hint() error {
	names, err := fs.Glob(libraryFiles, "library/hints@*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := libraryFiles.ReadFile(name)
		if err != nil {
			return err
		}
		l, err := s.Version(strings.TrimSuffix(strings.TrimPrefix(name, "library/hints@"), ".yaml"))
		if err != nil {
			return err
		}
		h, err := ParseHints(b, l)
		if err != nil {
			return fmt.Errorf("checklist: %s: %w", name, err)
		}
		l.adopt(h)
	}
	return nil
}

// Newest is the version that new standards are composed from.
func (s *Shelf) Newest() *Library { return s.newest }

// Version returns a version some standard was pinned to.
func (s *Shelf) Version(v string) (*Library, error) {
	l, ok := s.versions[v]
	if !ok {
		return nil, fmt.Errorf("checklist: this program lacks library version %q", v)
	}
	return l, nil
}

// All lists every version.
func (s *Shelf) All() []*Library {
	out := make([]*Library, 0, len(s.versions))
	for _, l := range s.versions {
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b *Library) int { return strings.Compare(a.Meta.Version, b.Meta.Version) })
	return out
}

// ParseLibrary reads a library file. It refuses a field it does not know, a tag, post
// type, frequency or confidence that is not declared, and counts other than its head says.
func ParseLibrary(b []byte) (*Library, error) {
	l := &Library{items: map[string]*Item{}, homes: map[string]*Module{}}
	if err := yaml.UnmarshalWithOptions(b, l, yaml.Strict()); err != nil {
		return nil, err
	}
	text.WideAll(l)
	sum := sha256.Sum256(b)
	l.Checksum = hex.EncodeToString(sum[:])
	if l.Meta.Version == "" || len(l.Meta.Version) > 40 {
		return nil, errors.New("no version")
	}
	var wrong []error
	for i := range l.Modules {
		wrong = append(wrong, l.addModule(&l.Modules[i])...)
	}
	wrong = append(wrong, l.counts())
	return l, errors.Join(wrong...)
}

func (l *Library) counts() error {
	major, conditional := 0, 0
	for _, it := range l.items {
		if it.Level == Major {
			major++
		}
		if len(it.MajorWhen) > 0 {
			conditional++
		}
	}
	m := l.Meta
	if len(l.Modules) != m.Modules || len(l.items) != m.Items || major != m.MajorItems || conditional != m.ConditionalMajor {
		return fmt.Errorf("holds %d modules, %d items, %d major, %d conditionally major; its head says %d, %d, %d, %d",
			len(l.Modules), len(l.items), major, conditional, m.Modules, m.Items, m.MajorItems, m.ConditionalMajor)
	}
	return nil
}

func (l *Library) addModule(m *Module) (wrong []error) {
	if m.Code == "" || m.NameZh == "" || m.NameEn == "" || !slices.Contains(moduleKinds, m.Kind) || len(m.Tags) == 0 || len(m.Items) == 0 {
		wrong = append(wrong, fmt.Errorf("module %q is incomplete", m.Code))
	}
	for _, t := range m.Tags {
		if _, ok := l.Tags[t]; !ok {
			wrong = append(wrong, fmt.Errorf("module %s: unknown tag %q", m.Code, t))
		}
	}
	for i := range m.Items {
		it := &m.Items[i]
		if _, twice := l.items[it.Code]; twice || !strings.HasPrefix(it.Code, m.Code+"-") {
			wrong = append(wrong, fmt.Errorf("item %q of module %s: code is used twice or not the module's", it.Code, m.Code))
		}
		l.items[it.Code], l.homes[it.Code] = it, m
		if err := l.checkItem(it); err != nil {
			wrong = append(wrong, fmt.Errorf("item %s: %w", it.Code, err))
		}
	}
	return wrong
}

func (l *Library) checkItem(it *Item) error {
	switch {
	case it.Requirement == "" || it.Method == "" || len(it.Basis) == 0:
		return errors.New("requirement, method or basis is missing")
	case it.Level != General && it.Level != Major:
		return fmt.Errorf("unknown level %q", it.Level)
	case (it.Level == Major) != (len(it.MajorBasis) > 0):
		return errors.New("level major and major_basis go together")
	case !slices.Contains(Frequencies, it.Frequency):
		return fmt.Errorf("unknown frequency %q", it.Frequency)
	}
	for _, p := range it.Posts {
		if _, ok := l.Posts[p]; !ok {
			return fmt.Errorf("unknown post type %q", p)
		}
	}
	for _, c := range slices.Concat(it.Basis, it.MajorBasis, it.MajorWhen) {
		if c.Code == "" || c.Ref == "" || !slices.Contains(confidences, c.Confidence) {
			return fmt.Errorf("basis %q is incomplete", c.Code)
		}
	}
	for _, c := range slices.Concat(it.MajorBasis, it.MajorWhen) {
		if len(c.Tags) == 0 {
			return fmt.Errorf("%s makes it major under no tag", c.Code)
		}
		for _, t := range c.Tags {
			if !l.KnownTag(t) {
				return fmt.Errorf("unknown tag %q", t)
			}
		}
	}
	return nil
}

// KnownTag reports whether t is a tag that modules or rules for major hazards apply by.
func (l *Library) KnownTag(t string) bool {
	_, equipment := l.Tags[t]
	_, profile := l.Profile[t]
	return equipment || profile
}

// Module returns the module of a code.
func (l *Library) Module(code string) (*Module, bool) {
	i := slices.IndexFunc(l.Modules, func(m Module) bool { return m.Code == code })
	if i < 0 {
		return nil, false
	}
	return &l.Modules[i], true
}
