package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
)

// Change is one row of the feed as it is now, or the word that it is gone.
type Change struct {
	Kind      string          `json:"kind"`
	ID        string          `json:"id"`
	CompanyID string          `json:"companyId"`
	Gone      bool            `json:"gone"`
	Version   string          `json:"version"`
	Row       json.RawMessage `json:"row"`
}

// Changes is one page of the feed.
type Changes struct {
	Items  []Change `json:"items"`
	Cursor string   `json:"cursor"`
	More   bool     `json:"more"`
	First  bool     `json:"first"`
}

// Stale is the code of a cursor that is no longer good: begin from the start.
const Stale = "sync.stale"

// Changes reads the page of the feed behind cursor; an empty one is the beginning.
func (c *Client) Changes(ctx context.Context, cursor string, kinds ...string) (out Changes, err error) {
	q := url.Values{"kinds": {strings.Join(kinds, ",")}, "cursor": {cursor}}
	return out, c.Get(ctx, "/api/sync/changes", q, &out)
}

// Follow hands keep every page from cursor on until there is no more, and returns the cursor for the next time. keep stores rows
// and cursor together.
func (c *Client) Follow(ctx context.Context, cursor string, keep func(Changes) error, kinds ...string) (string, error) {
	for {
		page, err := c.Changes(ctx, cursor, kinds...)
		if err != nil {
			return cursor, err
		}
		if err := keep(page); err != nil {
			return cursor, err
		}
		if cursor = page.Cursor; !page.More {
			return cursor, nil
		}
	}
}

// Report enters a hazard or a check: body is what the operation takes, see /api/openapi.json. Under one key it takes effect once.
func (c *Client) Report(ctx context.Context, key, path string, body any) (made Made, err error) {
	return made, c.PostAs(ctx, key, path, body, &made)
}

// Made is the answer to a write.
type Made struct {
	ID string `json:"id"`
}

// Hazards is a page of the ledger.
type Hazards struct {
	Items []json.RawMessage `json:"items"`
	Next  string            `json:"next"`
}

// Hazards reads a page of the ledger.
func (c *Client) Hazards(ctx context.Context, q url.Values) (out Hazards, err error) {
	return out, c.Get(ctx, "/api/hazard/hazards", q, &out)
}
