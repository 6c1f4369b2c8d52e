package visit

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Tone is how something known of a company stands.
type Tone string

// Tones.
const (
	Good       Tone = "good"
	Warn       Tone = "warn"
	Bad        Tone = "bad"
	Empty      Tone = "empty"      // nothing is kept
	Unmeasured Tone = "unmeasured" // no module measures it yet, which is not zero
)

// Line is one row behind a block; it names no private data.
type Line struct {
	Title string
	Note  string
	On    day.Date
	Tone  Tone
}

// Facts are what a block says of one company.
type Facts struct {
	Tone     Tone
	Num, Den int64 // Num of Den are in order; a Den of 0: none were due
	Lines    []Line
	Path     string // desk page with the rows
}

// Block is one thing an officer asks for on site; Read is bounded in time and rows.
type Block struct {
	Key  string
	Read func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Facts, error)
}

// BlockKeys are the blocks in the order in which an officer asks: people first, then papers, then the ledger of deeds.
var BlockKeys = []string{"principals", "operators", "self_check", "dust", "permits", "newest", "letters", "drills", "fund"}

// Answer is a block with what it says.
type Answer struct {
	Key string
	Facts
}

// lines is how many rows a block shows at most.
const lines = 20

// Site is what an officer wants to know of the company that he stands before. Errors: rbac.ErrNotFound.
func (s *Service) Site(ctx context.Context, n id.Of[id.Visit]) (out []Answer, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) error {
		v, err := visitByID(ctx, tx, scope, n, "")
		if err != nil {
			return err
		}
		reads := map[string]Block{}
		for _, b := range s.Blocks {
			reads[b.Key] = b
		}
		for _, key := range BlockKeys {
			a := Answer{Key: key, Facts: Facts{Tone: Unmeasured}}
			if b, known := reads[key]; known {
				if a.Facts, err = b.Read(ctx, tx, scope, v.CompanyID); err != nil {
					return err
				}
				a.Lines = a.Lines[:min(len(a.Lines), lines)]
			}
			out = append(out, a)
		}
		return nil
	})
	return out, err
}

// Choices are the items of the library for the company of a visit, of one module where it is named. Errors: rbac.ErrNotFound.
func (s *Service) Choices(ctx context.Context, n id.Of[id.Visit], module string) (out []LibraryItem, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) error {
		v, err := visitByID(ctx, tx, scope, n, "")
		if err != nil || s.Items == nil {
			return err
		}
		card, err := s.Card(ctx, tx, scope, v.CompanyID)
		if err != nil {
			return err
		}
		out = s.Items(card.Tags, module)
		return nil
	})
	return out, err
}
