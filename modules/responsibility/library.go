package responsibility

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/db"
	"anbiao/kit/text"
)

// The library is data with versions. A file is never changed once a company may have
// adopted from it; a correction is a new file.
//
//go:embed library/*.yaml
var libraryFiles embed.FS

// Library is one version of the duty library (责任清单库).
type Library struct {
	Version  string
	Checksum string // SHA-256 of the file, hex
	Types    []PostType
	Statutes []Statute

	templates map[string]*Template
}

// PostType is a kind of post with the duties that go with it.
type PostType struct {
	Code      string     `yaml:"post_type"`
	NameZh    string     `yaml:"name_zh"`
	NameEn    string     `yaml:"name_en"`
	Level     string     `yaml:"level"` // decision, management, execution, operator
	Templates []Template `yaml:"duties"`
	Total     int        `yaml:"total_score"`
}

// Template is a duty of the library.
type Template struct {
	Code        string   `yaml:"id"`
	Text        string   `yaml:"duty"`
	Basis       []Clause `yaml:"basis"`
	Frequency   string   `yaml:"frequency"`
	CheckMethod string   `yaml:"check_method"`
	Evidence    string   `yaml:"evidence"`
	Score       int      `yaml:"score"` // points
	Kind        Kind     `yaml:"responsibility_kind"`
	Modules     []string `yaml:"checklist_modules"`

	Category  string   `yaml:"-"` // post type
	Statutory []string `yaml:"-"` // derived from Basis
}

// Statute is one duty that the Work Safety Law itself puts on the main responsible person
// (art. 21) or the safety department and managers (art. 25), in our words.
type Statute struct {
	Code       string // 21.1 … 21.7, 25.1 … 25.7
	Article    int
	Item       int
	Text       string
	Ref        string
	Confidence string
}

// Articles of the Work Safety Law (安全生产法) whose duties must be held.
const (
	principalArticle = 21
	safetyArticle    = 25
)

// Principal is the post type of the main responsible person (主要负责人).
const Principal = "principal"

// libraryFile is a file of the library as written; the parts that only explain it are not read.
type libraryFile struct {
	Meta struct {
		Title      string `yaml:"title"`
		Version    string `yaml:"version"`
		PostTypes  int    `yaml:"post_types"`
		Duties     int    `yaml:"duties"`
		Wording    string `yaml:"wording"`
		Confidence string `yaml:"confidence_values"`
	} `yaml:"meta"`
	Statutes struct {
		Principal statuteFile `yaml:"principal_art21"`
		Safety    statuteFile `yaml:"safety_body_art25"`
	} `yaml:"statutory_duties"`
	Posts    []PostType `yaml:"posts"`
	Frame    any        `yaml:"legal_frame"`
	Practice any        `yaml:"practice_notes"`
	Model    any        `yaml:"data_model"`
}

type statuteFile struct {
	Ref        string   `yaml:"ref"`
	Confidence string   `yaml:"confidence"`
	Items      []string `yaml:"own_words"`
	Note       string   `yaml:"note"`
}

// Shelf holds every version of the library this program knows.
type Shelf struct {
	versions map[string]*Library
	newest   *Library
}

// OpenShelf reads and checks the libraries built into the program.
func OpenShelf() (*Shelf, error) {
	names, err := fs.Glob(libraryFiles, "library/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all []*Library
	for _, name := range names {
		b, err := libraryFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		l, err := ParseLibrary(b)
		if err != nil {
			return nil, fmt.Errorf("responsibility: %s: %w", name, err)
		}
		if !strings.HasSuffix(name, "@"+l.Version+".yaml") {
			return nil, fmt.Errorf("responsibility: %s says it is version %q", name, l.Version)
		}
		all = append(all, l)
	}
	return NewShelf(all...)
}

// NewShelf is a shelf of these libraries, the newest last.
func NewShelf(all ...*Library) (*Shelf, error) {
	s := &Shelf{versions: map[string]*Library{}}
	for _, l := range all {
		s.versions[l.Version], s.newest = l, l
	}
	if s.newest == nil {
		return nil, errors.New("responsibility: no library")
	}
	return s, nil
}

// Newest is the version that duties are adopted from.
func (s *Shelf) Newest() *Library { return s.newest }

// Version returns a version some duty was adopted from.
func (s *Shelf) Version(v string) (*Library, error) {
	l, ok := s.versions[v]
	if !ok {
		return nil, fmt.Errorf("responsibility: this program lacks library version %q", v)
	}
	return l, nil
}

// Type returns the post type of a code.
func (l *Library) Type(code string) (PostType, bool) {
	i := slices.IndexFunc(l.Types, func(t PostType) bool { return t.Code == code })
	if i < 0 {
		return PostType{}, false
	}
	return l.Types[i], true
}

// Template returns the duty of a code.
func (l *Library) Template(code string) (Template, bool) {
	t, ok := l.templates[code]
	if !ok {
		return Template{}, false
	}
	return *t, true
}

// Statute returns the statutory duty of a code.
func (l *Library) Statute(code string) (Statute, bool) {
	i := slices.IndexFunc(l.Statutes, func(s Statute) bool { return s.Code == code })
	if i < 0 {
		return Statute{}, false
	}
	return l.Statutes[i], true
}

// ParseLibrary reads a library file. It refuses a field it does not know, scores of a post
// type that do not add up to 100, and counts other than its head says.
func ParseLibrary(b []byte) (*Library, error) {
	var f libraryFile
	if err := yaml.UnmarshalWithOptions(b, &f, yaml.Strict()); err != nil {
		return nil, err
	}
	text.WideAll(&f)
	sum := sha256.Sum256(b)
	l := &Library{Version: f.Meta.Version, Checksum: hex.EncodeToString(sum[:]), Types: f.Posts, templates: map[string]*Template{}}
	if l.Version == "" || len(l.Version) > 40 {
		return nil, errors.New("no version")
	}
	l.Statutes = append(f.Statutes.Principal.list(principalArticle), f.Statutes.Safety.list(safetyArticle)...)
	var wrong []error
	for i := range l.Types {
		wrong = append(wrong, l.addType(&l.Types[i])...)
	}
	if len(l.Types) != f.Meta.PostTypes || len(l.templates) != f.Meta.Duties {
		wrong = append(wrong, fmt.Errorf("holds %d post types and %d duties; its head says %d and %d", len(l.Types), len(l.templates), f.Meta.PostTypes, f.Meta.Duties))
	}
	return l, errors.Join(wrong...)
}

func (f statuteFile) list(article int) []Statute {
	out := make([]Statute, len(f.Items))
	for i, text := range f.Items {
		out[i] = Statute{fmt.Sprintf("%d.%d", article, i+1), article, i + 1, text, f.Ref, f.Confidence}
	}
	return out
}

func (l *Library) addType(p *PostType) (wrong []error) {
	total := 0
	for i := range p.Templates {
		t := &p.Templates[i]
		t.Category, t.Statutory = p.Code, statutory(p.Code, t.Basis)
		total += t.Score
		if _, twice := l.templates[t.Code]; twice || !strings.HasPrefix(t.Code, p.Code+"-") {
			wrong = append(wrong, fmt.Errorf("duty %q of %s: code is used twice or not the post type's", t.Code, p.Code))
		}
		l.templates[t.Code] = t
		if p.Code == Principal && len(t.Statutory) > 0 {
			t.Kind = Main // art. 5: the main responsible person answers for the whole
		}
		if err := t.check(); err != nil {
			wrong = append(wrong, fmt.Errorf("duty %s: %w", t.Code, err))
		}
	}
	if p.Code == "" || p.NameZh == "" || p.NameEn == "" || total != 100 || total != p.Total {
		wrong = append(wrong, fmt.Errorf("post type %q is incomplete or its scores add up to %d", p.Code, total))
	}
	return wrong
}

func (t *Template) check() error {
	switch {
	case t.Text == "" || t.CheckMethod == "" || t.Evidence == "" || len(t.Basis) == 0 || t.Score <= 0:
		return errors.New("text, check method, evidence, basis or score is missing")
	case !slices.Contains(Frequencies, t.Frequency):
		return fmt.Errorf("unknown frequency %q", t.Frequency)
	case !slices.Contains([]Kind{Main, Direct, Lead, Supervise}, t.Kind):
		return fmt.Errorf("unknown kind %q", t.Kind)
	}
	for _, c := range t.Basis {
		if c.Ref == "" || !slices.Contains([]string{"verified", "document_seen", "memory", "design"}, c.Confidence) {
			return fmt.Errorf("basis %q is incomplete", c.Code)
		}
	}
	return nil
}

var statuteClause = regexp.MustCompile(`^第二十(一|五)条第[(（](一|二|三|四|五|六|七)[)）]项$`)

// statutory lists the items of arts 21 and 25 that a basis names. Those of art. 21 bind the
// main responsible person alone, so another post that helps with one does not hold it.
func statutory(category string, list []Clause) []string {
	out := []string{}
	for _, c := range list {
		m := statuteClause.FindStringSubmatch(c.Clause)
		if c.Code != "AWL" || m == nil {
			continue
		}
		article := principalArticle
		if m[1] == "五" {
			article = safetyArticle
		}
		if (article == principalArticle) == (category == Principal) {
			out = append(out, fmt.Sprintf("%d.%d", article, slices.Index([]string{"一", "二", "三", "四", "五", "六", "七"}, m[2])+1))
		}
	}
	return out
}

// wording is what t says, as the company's own.
func (t Template) wording() Wording {
	return Wording{
		Text: t.Text, Basis: db.JSON[[]Clause]{V: t.Basis}, Statutory: t.Statutory, Frequency: t.Frequency, CheckMethod: t.CheckMethod, Evidence: t.Evidence, Modules: t.Modules,
	}
}
