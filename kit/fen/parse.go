package fen

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// ErrAmount is a text that is no amount in yuan with at most two decimals, or beyond what fits.
var ErrAmount = errors.New("fen: no amount in yuan")

// Thousands are separated throughout or not at all.
var yuanForm = regexp.MustCompile(`^-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{1,2})?$`)

// Parse reads yuan as people write them, "1,234.50", "1234.5" or "-3". It reads back what Yuan
// writes. Errors: ErrAmount.
func Parse(s string) (Amount, error) {
	if !yuanForm.MatchString(s) {
		return 0, ErrAmount
	}
	whole, part, _ := strings.Cut(strings.ReplaceAll(s, ",", ""), ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return 0, ErrAmount
	}
	return Amount(n), nil
}
