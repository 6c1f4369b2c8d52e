// Package id types identifiers, so that a hazard's id cannot be passed for a check's.
package id

import (
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Of is the identifier of a T: a positive bigint identity of PostgreSQL, written in JSON
// as a decimal string because JavaScript numbers end at 2^53. Zero means "none".
type Of[T any] int64

// String returns the decimal form.
func (i Of[T]) String() string { return strconv.FormatInt(int64(i), 10) }

// MarshalText writes the decimal form; the zero id is the empty string.
func (i Of[T]) MarshalText() ([]byte, error) {
	if i == 0 {
		return nil, nil
	}
	return []byte(i.String()), nil
}

// UnmarshalText reads the decimal form; the empty string is the zero id.
func (i *Of[T]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	n, err := strconv.ParseUint(string(b), 10, 63) // never negative
	*i = Of[T](n)
	return err
}

// Schema tells OpenAPI the wire form. The type is written as an extension, because huma
// reads path and query parameters of an integer kind as integers and would then refuse
// them for not being strings; UnmarshalText is the check.
func (Of[T]) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Extensions: map[string]any{"type": "string", "pattern": "^[0-9]*$", "description": "decimal id", "example": "42"}}
}
