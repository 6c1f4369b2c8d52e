package checklist

import (
	"reflect"
)

// ChangeKind says what happened to an item between two documents.
type ChangeKind string

// Kinds of changes. An item that is in both but no longer asked is disabled, not removed.
const (
	Added    ChangeKind = "added"
	Removed  ChangeKind = "removed"
	Stopped  ChangeKind = "disabled"
	Resumed  ChangeKind = "enabled"
	Reshaped ChangeKind = "changed"
)

// Change is what two documents say differently about an item.
type Change struct {
	Code       string     `json:"code"`
	ModuleName string     `json:"moduleName"`
	Kind       ChangeKind `json:"kind" enum:"added,removed,disabled,enabled,changed"`
	Fields     []string   `json:"fields" nullable:"false" doc:"what differs: requirement, original, method, frequency, level, basis, photo, limit, posts, phrases, module, disabled"`
	Was        *Asked     `json:"was,omitempty"`
	Is         *Asked     `json:"is,omitempty"`
}

// Compare lists what differs between the items of two documents, in the order of the second;
// what it no longer holds comes last.
func Compare(was, is []Asked) []Change {
	before := map[string]*Asked{}
	for i := range was {
		before[was[i].Code] = &was[i]
	}
	out := []Change{}
	after := map[string]bool{}
	for i := range is {
		b := &is[i]
		after[b.Code] = true
		if c, differs := compare(before[b.Code], b); differs {
			out = append(out, c)
		}
	}
	for i := range was {
		if a := &was[i]; !after[a.Code] {
			out = append(out, Change{Code: a.Code, ModuleName: a.ModuleName, Kind: Removed, Fields: []string{}, Was: a})
		}
	}
	return out
}

func compare(a, b *Asked) (Change, bool) {
	c := Change{Code: b.Code, ModuleName: b.ModuleName, Kind: Added, Fields: []string{}, Was: a, Is: b}
	if a == nil {
		return c, true
	}
	for _, f := range []struct {
		name   string
		differ bool
	}{
		{"requirement", a.Requirement != b.Requirement},
		{"original", a.Original != "" && b.Original != "" && a.Original != b.Original},
		{"method", a.Method != b.Method},
		{"frequency", a.Frequency != b.Frequency},
		{"level", a.Level != b.Level || a.Raised != b.Raised},
		{"basis", !sameClauses(a.Basis, b.Basis) || !sameClauses(a.MajorBasis, b.MajorBasis)},
		{"photo", a.PhotoAlways != b.PhotoAlways || a.MustPhoto != b.MustPhoto},
		{"limit", !reflect.DeepEqual(a.Limit, b.Limit)},
		{"posts", !sameTexts(a.Posts, b.Posts)},
		{"phrases", !sameTexts(a.Phrases, b.Phrases)},
		{"module", a.Module != b.Module || a.ModuleName != b.ModuleName},
		{"disabled", a.Disabled != b.Disabled},
	} {
		if f.differ {
			c.Fields = append(c.Fields, f.name)
		}
	}
	switch {
	case a.Disabled == "" && b.Disabled != "":
		c.Kind = Stopped
	case a.Disabled != "" && b.Disabled == "":
		c.Kind = Resumed
	default:
		c.Kind = Reshaped
	}
	return c, len(c.Fields) > 0
}

func sameTexts(a, b []string) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

func sameClauses(a, b []Clause) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}
