package checklist

import (
	"context"
	"strings"
	"time"

	"anbiao/kit/db"
)

// Shipped is a library version in the database.
type Shipped struct {
	Version  string
	Checksum string
	Title    string
	LoadedAt time.Time
}

// ShippedTag is a tag of a library version in the database.
type ShippedTag struct {
	Version string
	Code    string
	Name    string
	Use     string // module or major
}

// ShippedModule is a module in the database.
type ShippedModule struct {
	Version   string
	Code      string
	Position  int
	NameZh    string
	NameEn    string
	Kind      string
	Tags      db.Texts
	ScopeNote string
}

// ShippedItem is an item in the database.
type ShippedItem struct {
	Version     string
	Code        string
	ModuleCode  string
	Position    int
	Requirement string
	Method      string
	Level       Level
	Frequency   string
	PostTypes   db.Texts
	Basis       db.JSON[[]Clause]
	MajorBasis  db.JSON[[]Clause]
	MajorWhen   db.JSON[[]Clause]
	OtherRegime db.JSON[OtherRegime]
}

// ShippedHints pins the hints of a library version.
type ShippedHints struct {
	Version  string
	Checksum string
	LoadedAt time.Time
}

// TableName names the table (gorm).
func (ShippedHints) TableName() string { return "checklist_hint" }

// hintsChecksumOf returns the checksum the hints of a version were loaded with; empty if they
// never were.
func hintsChecksumOf(ctx context.Context, tx db.Tx, version string) (string, error) {
	var found []string
	err := tx.WithContext(ctx).Raw("SELECT checksum FROM checklist_hint WHERE version = ?", version).Scan(&found).Error
	return strings.Join(found, ""), err
}

func insertHints(ctx context.Context, tx db.Tx, h ShippedHints) error {
	return tx.WithContext(ctx).Create(&h).Error
}

// TableName names the table (gorm).
func (Shipped) TableName() string { return "checklist_library" }

// TableName names the table (gorm).
func (ShippedTag) TableName() string { return "checklist_tag" }

// TableName names the table (gorm).
func (ShippedModule) TableName() string { return "checklist_module" }

// TableName names the table (gorm).
func (ShippedItem) TableName() string { return "checklist_item" }

// checksumOf returns the checksum a version was loaded with; empty if it never was. It
// makes others who load wait.
func checksumOf(ctx context.Context, tx db.Tx, version string) (sum string, err error) {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('checklist_library', 0))").Error; err != nil {
		return "", err
	}
	var found []string
	err = tx.WithContext(ctx).Raw("SELECT checksum FROM checklist_library WHERE version = ?", version).Scan(&found).Error
	if len(found) > 0 {
		sum = found[0]
	}
	return sum, err
}

// insertLibrary writes a version with all it holds, a statement a table.
func insertLibrary(ctx context.Context, tx db.Tx, l *Library) error {
	g := tx.WithContext(ctx)
	head := Shipped{l.Meta.Version, l.Checksum, l.Meta.Title, tx.Now}
	if err := g.Create(&head).Error; err != nil {
		return err
	}
	tags, modules, items := l.rows()
	if err := g.Create(&tags).Error; err != nil {
		return err
	}
	if err := g.Create(&modules).Error; err != nil {
		return err
	}
	return g.CreateInBatches(&items, 100).Error
}

func (l *Library) rows() (tags []ShippedTag, modules []ShippedModule, items []ShippedItem) {
	v := l.Meta.Version
	for code, name := range l.Tags {
		tags = append(tags, ShippedTag{v, code, name, "module"})
	}
	for code, name := range l.Profile {
		if _, both := l.Tags[code]; !both {
			tags = append(tags, ShippedTag{v, code, name, "major"})
		}
	}
	for i, m := range l.Modules {
		modules = append(modules, ShippedModule{v, m.Code, i + 1, m.NameZh, m.NameEn, m.Kind, m.Tags, m.ScopeNote})
		for j, it := range m.Items {
			items = append(items, ShippedItem{
				Version: v, Code: it.Code, ModuleCode: m.Code, Position: j + 1, Requirement: it.Requirement, Method: it.Method, Level: it.Level,
				Frequency: it.Frequency, PostTypes: it.Posts, Basis: clauses(it.Basis), MajorBasis: clauses(it.MajorBasis), MajorWhen: clauses(it.MajorWhen),
				OtherRegime: db.JSON[OtherRegime]{V: it.Other},
			})
		}
	}
	return tags, modules, items
}

func clauses(c []Clause) db.JSON[[]Clause] {
	if c == nil {
		c = []Clause{}
	}
	return db.JSON[[]Clause]{V: c}
}
