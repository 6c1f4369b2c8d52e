package accrual

import "errors"

// Change gives a sub-category another rate or other brackets, read in the official text.
type Change struct {
	Category string    `json:"category"`
	Sub      string    `json:"sub"`
	Rate     *Rate     `json:"rate,omitempty"`
	Brackets []Bracket `json:"brackets,omitempty"`
	URL      string    `json:"url,omitempty"` // where it was read
	Read     string    `json:"read"`          // what was read: document, page, wording
}

// Corrected is a copy under a later version in which some sub-categories are changed.
func (r *Rules) Corrected(_ string, _ []Change) (*Rules, error) { return nil, errors.ErrUnsupported }
