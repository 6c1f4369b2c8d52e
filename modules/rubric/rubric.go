// Package rubric keeps scoring tables (评分标准) in versions: those that come with the program and those
// that an authority or the platform loads and publishes. A version that was published or that anything
// was scored by never changes again (应急〔2021〕83号: a firm is judged by the table it applied under).
package rubric

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/library"
	"anbiao/kit/scoring"
)

//go:embed library/*.yaml
var files embed.FS

// Library returns the tables that come with the program. They are read once, when first asked for:
// reading them takes a while. Nobody changes them.
var Library = sync.OnceValue(func() []*scoring.Rubric {
	return library.All[scoring.Rubric]("rubric", files, "library/*.yaml")
})

// Faults of this module.
var (
	ErrLibraryChanged = fault.New(fault.Conflict, "rubric.library-changed") // a version came with other content before
	ErrFrozen         = fault.New(fault.Conflict, "rubric.frozen")          // published, or something was scored by it
	ErrMoved          = fault.New(fault.Conflict, "rubric.moved")           // somebody else saved the draft
	ErrTaken          = fault.New(fault.Conflict, "rubric.taken")           // the code and version, or another's code
	ErrUnsound        = fault.New(fault.Conflict, "rubric.unsound")         // Check finds {count} problems
	ErrNotPublished   = fault.New(fault.Conflict, "rubric.not-published")
	ErrName           = fault.New(fault.Invalid, "rubric.name")        // code, version, title or purpose
	ErrRegion         = fault.New(fault.Invalid, "rubric.region")      // not the actor's area
	ErrTooMuch        = fault.New(fault.Invalid, "rubric.too-much")    // more than {max} items, or too long a text
	ErrNotUsable      = fault.New(fault.Conflict, "rubric.not-usable") // a draft, or a tree without points
)

// State is how far a version has come.
type State string

// States of a version.
const (
	StateDraft     State = "draft"
	StatePublished State = "published"
	StateRetired   State = "retired" // no new evaluation is begun with it; those begun go on
)

// Origin is where a version came from.
type Origin string

// Origins of a version.
const (
	FromLibrary Origin = "library"
	FromExcel   Origin = "excel"
	FromYAML    Origin = "yaml"
	FromEditor  Origin = "editor"
)

// Version is one version of a scoring table.
type Version struct {
	ID             id.Of[id.Rubric]
	Code           string
	Version        string
	Purpose        scoring.Purpose
	Title          string
	TitleEn        string
	Issuer         string
	RegionPath     string                  // where it is used; empty: everywhere
	OrganisationID *id.Of[id.Organisation] // who wrote it; nil: came with the program
	Origin         Origin
	State          State
	Scorable       bool
	Total          scoring.Points
	Items          int
	Body           db.JSON[*scoring.Rubric]
	Checksum       string
	Revision       int
	PublishedOn    day.Date // zero of a library version: ever since
	RetiredOn      day.Date
	UsedAt         *time.Time // first evaluation made with it
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Listed is what a list says of a version.
type Listed struct {
	ID          id.Of[id.Rubric] `json:"id"`
	Code        string           `json:"code"`
	Version     string           `json:"version"`
	Title       string           `json:"title"`
	TitleEN     string           `json:"titleEn" gorm:"column:title_en"`
	Purpose     scoring.Purpose  `json:"purpose" enum:"grading,duty,class"`
	Region      string           `json:"region" gorm:"column:region_path" doc:"Where it is used; empty: everywhere"`
	Issuer      string           `json:"issuer"`
	Total       scoring.Points   `json:"total"`
	Items       int              `json:"items"`
	Scorable    bool             `json:"scorable" doc:"False: a tree of elements without points"`
	State       State            `json:"state" enum:"draft,published,retired"`
	Origin      Origin           `json:"origin" enum:"library,excel,yaml,editor"`
	Used        bool             `json:"used" doc:"Something was scored by it"`
	Own         bool             `json:"own" doc:"Written by the reader's organisation"`
	PublishedOn day.Date         `json:"publishedOn"`
	RetiredOn   day.Date         `json:"retiredOn"`
}

// fill sets what a version says of its body beside it.
func (v *Version) fill(r *scoring.Rubric) (err error) {
	v.Code, v.Version, v.Purpose, v.Title, v.TitleEn, v.Issuer = r.ID, r.Version, r.Purpose, r.Title, r.TitleEN, r.Issuer
	v.Scorable, v.Total, v.Items = r.Scorable, r.Total, len(r.Rows())
	v.Body = db.JSON[*scoring.Rubric]{V: r}
	v.Checksum, err = checksum(r)
	return err
}

// checksum is the SHA-256 of a table as the program writes it.
func checksum(r *scoring.Rubric) (string, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("rubric %s: %w", r.ID, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
