package checklist

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/goccy/go-yaml"
)

// Hints are what this platform adds to the items of one library version: phrases for what is
// usually wrong (常见问题), must-photo items (必拍项) and usual limits. They are its own
// wording and proposals; like the library, a file of hints never changes once published.
type Hints struct {
	Meta  HintsMeta       `yaml:"meta"`
	Items map[string]Hint `yaml:"items"`

	Checksum string `yaml:"-"` // SHA-256 of the file, hex
}

// HintsMeta heads a file of hints.
type HintsMeta struct {
	Title      string            `yaml:"title"`
	Version    string            `yaml:"version"` // of the library they belong to
	Items      int               `yaml:"items"`
	Photos     int               `yaml:"must_photo_items"`
	Limits     int               `yaml:"limits"`
	Confidence string            `yaml:"confidence"` // of the phrases and must-photo marks
	Wording    string            `yaml:"wording"`
	FieldNotes map[string]string `yaml:"field_notes"`
}

// Hint is what is added to one item.
type Hint struct {
	Phrases []string   `yaml:"phrases"`
	Photo   PhotoWhen  `yaml:"photo"` // always, or nothing
	Limit   *HintLimit `yaml:"limit"`
}

// HintLimit is a usual limit and where it comes from.
type HintLimit struct {
	What       string `yaml:"what"`
	Unit       string `yaml:"unit"`
	Min        string `yaml:"min"`
	Max        string `yaml:"max"`
	Source     string `yaml:"source"`
	Confidence string `yaml:"confidence"`
}

func (h Hint) limit() *Limit {
	if h.Limit == nil {
		return nil
	}
	return &Limit{What: h.Limit.What, Unit: h.Limit.Unit, Min: h.Limit.Min, Max: h.Limit.Max}
}

// ParseHints reads a file of hints for l. It refuses a field it does not know, an item l does
// not have or that is missing, fewer than two or more than four phrases, a phrase too long for
// a button or said twice, a limit no value meets, and counts other than its head says.
func ParseHints(b []byte, l *Library) (*Hints, error) {
	h := &Hints{}
	if err := yaml.UnmarshalWithOptions(b, h, yaml.Strict()); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	h.Checksum = hex.EncodeToString(sum[:])
	if h.Meta.Version != l.Meta.Version {
		return nil, fmt.Errorf("hints for %q, not %q", h.Meta.Version, l.Meta.Version)
	}
	var wrong []error
	photos, limits := 0, 0
	for code := range l.items {
		x, ok := h.Items[code]
		if !ok {
			wrong = append(wrong, fmt.Errorf("item %s has no hints", code))
			continue
		}
		if err := x.check(); err != nil {
			wrong = append(wrong, fmt.Errorf("item %s: %w", code, err))
		}
		if x.Photo != "" {
			photos++
		}
		if x.Limit != nil {
			limits++
		}
	}
	m := h.Meta
	if len(h.Items) != len(l.items) || m.Items != len(h.Items) || m.Photos != photos || m.Limits != limits || !slices.Contains(confidences, m.Confidence) {
		wrong = append(wrong, fmt.Errorf("holds %d items, %d must-photo, %d limits; its head says %d, %d, %d", len(h.Items), photos, limits, m.Items, m.Photos, m.Limits))
	}
	return h, errors.Join(wrong...)
}

func (h Hint) check() error {
	if len(h.Phrases) < 2 || len(h.Phrases) > 4 {
		return fmt.Errorf("has %d phrases", len(h.Phrases))
	}
	for i, p := range h.Phrases {
		if blank(p) || len([]rune(p)) > phraseLength || slices.Contains(h.Phrases[:i], p) {
			return fmt.Errorf("phrase %q is empty, too long or said twice", p)
		}
	}
	if h.Photo != "" && h.Photo != PhotoAlways {
		return fmt.Errorf("unknown photo rule %q", h.Photo)
	}
	if h.Limit == nil {
		return nil
	}
	if h.Limit.What == "" || h.Limit.Source == "" || !slices.Contains(confidences, h.Limit.Confidence) {
		return errors.New("limit without source or confidence")
	}
	for _, bound := range []string{h.Limit.Min, h.Limit.Max} {
		if _, ok := new(big.Rat).SetString(bound); bound != "" && !ok {
			return fmt.Errorf("bound %q is no number", bound)
		}
	}
	return h.limit().check("limit")
}

// adopt gives l its hints.
func (l *Library) adopt(h *Hints) { l.hints, l.hintsChecksum = h.Items, h.Checksum }

// older returns an item as an older version of the library has it, and its module there.
func (l *Library) older(x Older) (*Item, *Module, bool) {
	if l.shelf == nil || x.Library == l.Meta.Version {
		return nil, nil, false
	}
	from, ok := l.shelf.versions[x.Library]
	if !ok || from.Meta.Version > l.Meta.Version {
		return nil, nil, false
	}
	it, ok := from.items[x.Code]
	return it, from.homes[x.Code], ok
}
