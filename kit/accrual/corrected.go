package accrual

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Change gives a sub-category another rate or other brackets, read in the official text.
type Change struct {
	Category string    `json:"category"`
	Sub      string    `json:"sub"`
	Rate     *Rate     `json:"rate,omitempty"`
	Brackets []Bracket `json:"brackets,omitempty"`
	URL      string    `json:"url,omitempty"` // where it was read
	Read     string    `json:"read"`          // what was read: document, page, wording
}

// Codes of what is wrong with a correction.
const (
	ChangeVersion  = "version"  // not a later number of the same law
	ChangeNone     = "none"     // nothing is changed
	ChangeSub      = "sub"      // unknown, or named twice
	ChangeRead     = "read"     // it does not say what was read
	ChangeRate     = "rate"     // none, or out of range
	ChangeBrackets = "brackets" // none, not joined from 0, or bounded at the end
)

// ChangeFault says what is wrong with a correction; Change is the index, -1 for the version.
type ChangeFault struct {
	Change int
	Code   string
}

func (f *ChangeFault) Error() string {
	return fmt.Sprintf("accrual: correction %d: %s", f.Change+1, f.Code)
}

// Corrected is a copy under a later number of the same law (2022.1 → 2022.2) in which some
// sub-categories have other figures. What was changed, or confirmed with the figure it had, counts as
// verified: it was read in the source that the change names. Errors: *ChangeFault.
func (r *Rules) Corrected(version string, changes []Change) (*Rules, error) {
	law, number, _ := strings.Cut(version, ".")
	was, _, _ := strings.Cut(r.Version, ".")
	if law != was || !plainNumber(number) || CompareVersions(version, r.Version) <= 0 {
		return nil, &ChangeFault{-1, ChangeVersion}
	}
	if len(changes) == 0 {
		return nil, &ChangeFault{-1, ChangeNone}
	}
	next, err := r.copied()
	if err != nil {
		return nil, err
	}
	next.Version = version
	done := map[[2]string]bool{}
	for i, c := range changes {
		key := [2]string{c.Category, c.Sub}
		code := ChangeSub
		if !done[key] {
			code = next.change(c, fmt.Sprintf("%s/%d", version, i+1))
		}
		if code != "" {
			return nil, &ChangeFault{i, code}
		}
		done[key] = true
	}
	return next, next.Check()
}

func plainNumber(s string) bool {
	return s != "" && len(s) <= 6 && strings.Trim(s, "0123456789") == "" && s[0] != '0'
}

// copied is a copy that shares nothing.
func (r *Rules) copied() (*Rules, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	next := &Rules{}
	return next, json.Unmarshal(b, next)
}

// change applies one change; it returns a code of what is wrong with it.
func (r *Rules) change(c Change, source string) string {
	i := slices.IndexFunc(r.Categories, func(x Category) bool { return x.Code == c.Category })
	if i < 0 {
		return ChangeSub
	}
	category := &r.Categories[i]
	k := slices.IndexFunc(category.Subs, func(x Sub) bool { return x.Code == c.Sub })
	if k < 0 {
		return ChangeSub
	}
	if strings.TrimSpace(c.Read) == "" {
		return ChangeRead
	}
	s := &category.Subs[k]
	bracketed := len(s.Brackets) > 0
	s.Rate, s.Brackets = c.Rate, slices.Clone(c.Brackets)
	if full, _ := category.Sub(c.Sub); full.check() != nil {
		if bracketed {
			return ChangeBrackets
		}
		return ChangeRate
	}
	s.Source, s.SeenIn, s.Corroboration, s.Note = Verified, []string{source}, "", c.Read
	r.Sources[source] = Source{URL: c.URL, Saw: c.Read}
	return ""
}
